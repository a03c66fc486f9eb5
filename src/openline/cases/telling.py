"""What a replay came to, as values: the judgement, and the desk as it stands at the end. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from openline.cases.case import Case, Event, Story
from openline.cases.expectations import (
    Expectations,
    Expected,
    Judged,
    JudgedEvent,
    Judgement,
    Predicate,
)
from openline.desk.owing.awaited import still_overdue
from openline.desk.state import State
from openline.domain.cadence import CadenceSet, WhyCadence
from openline.domain.conflict import ConflictKind, ConflictsFound
from openline.domain.delivery import Due, ReceiptOverdue
from openline.domain.edge import ForecastMade
from openline.domain.incident import AccountKind, IncidentState, Relation
from openline.domain.line import LineState
from openline.domain.rules import Level
from openline.domain.statement import Entry, kind_of


class EventTold(Struct, frozen=True, kw_only=True):
    """One event of the story: what was expected, whether it is so, the entries that prove it.

    `unmet` names each predicate that does not hold, and why.
    """

    id: str
    dtg: str
    text: str
    expected: str
    met: bool
    entries: tuple[int, ...]
    unmet: tuple[str, ...]


class FaultTold(Struct, frozen=True, kw_only=True):
    """One planted fault, and by what it was caught; None if it was not."""

    name: str
    text: str
    caught_by: str | None
    entries: tuple[int, ...]
    unmet: tuple[str, ...]


class FindingTold(Struct, frozen=True, kw_only=True):
    """An entry of a kind of which every one must be expected."""

    entry: int
    kind: str


class RecordTold(Struct, frozen=True, kw_only=True):
    """How long the record is, and the root over all of it, in base64.

    Of its entries `witnessed` lie under a root that those whom it names as `witnesses` cosigned.
    """

    size: int
    root: str
    witnessed: int = 0
    witnesses: tuple[str, ...] = ()


class ConflictTold(Struct, frozen=True, kw_only=True):
    """One conflict as last found, and whether it still stands."""

    id: str
    kind: ConflictKind
    a: str
    b: str
    starts_at: datetime | None
    ends_at: datetime | None
    within_error: bool
    entry: int
    open: bool


class LineTold(Struct, frozen=True, kw_only=True):
    """One line at the end of the story."""

    id: str
    level: Level
    ends: tuple[str, ...]
    state: LineState
    contacts: int
    last_contact_at: datetime | None


class CadenceSetTold(Struct, frozen=True, kw_only=True):
    """From when on contact was due how often, and why."""

    at: datetime
    band: int
    every_s: int
    why: WhyCadence
    entry: int


class CadenceTold(Struct, frozen=True, kw_only=True):
    """How often contact between two forces has been due, and what is missed at the end."""

    a: str
    b: str
    every_s: int
    missed: int
    settings: tuple[CadenceSetTold, ...]


class OverdueTold(Struct, frozen=True, kw_only=True):
    """One receipt that did not come in time, and whether it is still awaited."""

    delivery: str
    due: Due
    due_at: datetime
    entry: int
    still: bool


class AccountTold(Struct, frozen=True, kw_only=True):
    """One account of an incident, as its author told it."""

    id: str
    kind: AccountKind
    author: str
    relation: Relation
    entry: int


class IncidentTold(Struct, frozen=True, kw_only=True):
    """One incident with its accounts side by side."""

    id: str
    state: IncidentState
    parties: tuple[str, ...]
    accounts: tuple[AccountTold, ...]


class ForecastTold(Struct, frozen=True, kw_only=True):
    """One forecast as it was made; the dates are None while the edges do not close."""

    a: str
    b: str
    made_at: datetime
    distance_m: float
    p10_at: datetime | None
    p50_at: datetime | None
    p90_at: datetime | None
    entry: int


class Summary(Struct, frozen=True, kw_only=True):
    """The whole of it: what `openline demo --json` prints."""

    case: str
    warning: str
    met: bool
    events: tuple[EventTold, ...]
    faults: tuple[FaultTold, ...]
    unmet_findings: tuple[str, ...]
    unlisted: tuple[FindingTold, ...]
    record: RecordTold
    conflicts: tuple[ConflictTold, ...]
    lines: tuple[LineTold, ...]
    cadence: tuple[CadenceTold, ...]
    overdue: tuple[OverdueTold, ...]
    incidents: tuple[IncidentTold, ...]
    forecast: tuple[ForecastTold, ...]
    map: tuple[str, ...]


def summary_of(
    case: Case,
    expectations: Expectations,
    judgement: Judgement,
    entries: Sequence[Entry],
    state: State,
    record: RecordTold,
    maps: tuple[str, ...],
) -> Summary:
    """All of it in one value.

    Args:
        entries: the whole record, in order.
        state: the desk at the end of it.
        maps: where the picture was written.
    """
    return Summary(
        case=case.name,
        warning=case.story.warning,
        met=judgement.met,
        events=events_told(case.story, expectations, judgement),
        faults=faults_told(expectations, judgement),
        unmet_findings=tuple(_why(each) for each in judgement.findings if not each.met),
        unlisted=unlisted_told(entries, judgement),
        record=record,
        conflicts=tuple(conflicts_told(entries, state)),
        lines=tuple(lines_told(state)),
        cadence=tuple(cadences_told(entries, state)),
        overdue=tuple(overdue_told(entries, state)),
        incidents=tuple(incidents_told(state)),
        forecast=tuple(forecasts_told(entries)),
        map=maps,
    )


def events_told(
    story: Story, expectations: Expectations, judgement: Judgement
) -> tuple[EventTold, ...]:
    """Every event of the story with how it was judged, in the order of what happened."""
    judged = {each.id: each for each in judgement.events}
    expected = {each.id: each.text for each in expectations.events}
    return tuple(
        _event_told(event, expected[event.id], judged[event.id])
        for event in sorted(story.events, key=lambda event: event.time)
        if event.id in judged
    )


def _event_told(event: Event, expected: str, judged: JudgedEvent) -> EventTold:
    return EventTold(
        id=event.id,
        dtg=event.dtg,
        text=event.text,
        expected=expected,
        met=judged.met,
        entries=judged.entries,
        unmet=_unmet(judged),
    )


def faults_told(expectations: Expectations, judgement: Judgement) -> tuple[FaultTold, ...]:
    """Every planted fault, and by what each was caught."""
    return tuple(
        FaultTold(
            name=judged.id,
            text=judged.text,
            caught_by=caught_by(expected, expectations.findings.kinds) if judged.met else None,
            entries=judged.entries,
            unmet=_unmet(judged),
        )
        for expected, judged in zip(expectations.faults, judgement.faults, strict=True)
    )


def caught_by(expected: Expected, finding_kinds: Sequence[str]) -> str:
    """What catches a planted fault: findings, refusals and the verifier, each once."""
    caught = (_catch(each, finding_kinds) for each in expected.predicates)
    return ", ".join(dict.fromkeys(each for each in caught if each is not None))


def _catch(predicate: Predicate, finding_kinds: Sequence[str]) -> str | None:
    if predicate.refused is not None:
        return f"refused: {predicate.refused}"
    if predicate.tampering is not None:
        return f"verifier: {predicate.says}"
    if predicate.none or predicate.entry not in finding_kinds:
        return None
    fault = predicate.where.get("fault")
    return f"{predicate.entry} ({fault})" if fault else predicate.entry


def _unmet(judged: JudgedEvent) -> tuple[str, ...]:
    return tuple(_why(each) for each in judged.judged if not each.met)


def _why(judged: Judged) -> str:
    return f"{judged.name}: {judged.why}"


def unlisted_told(entries: Sequence[Entry], judgement: Judgement) -> tuple[FindingTold, ...]:
    """The findings that nothing expected."""
    return tuple(
        FindingTold(entry=index, kind=kind_of(entries[index].content))
        for index in judgement.unlisted
    )


def conflicts_told(entries: Sequence[Entry], state: State) -> Iterator[ConflictTold]:
    """Every conflict of the story, as last found."""
    last = {
        found.conflict: (entry.index, found)
        for entry in entries
        if isinstance(entry.content, ConflictsFound)
        for found in entry.content.conflicts
    }
    for index, found in last.values():
        yield ConflictTold(
            id=found.conflict,
            kind=found.kind,
            a=found.a,
            b=found.b,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            within_error=found.within_error,
            entry=index,
            open=found.conflict in state.conflicts,
        )


def lines_told(state: State) -> Iterator[LineTold]:
    """Every line, by id."""
    for _, line in sorted(state.lines.items()):
        yield LineTold(
            id=line.id,
            level=line.level,
            ends=line.parties,
            state=line.state,
            contacts=line.contacts,
            last_contact_at=line.last_contact_at,
        )


def cadences_told(entries: Sequence[Entry], state: State) -> Iterator[CadenceTold]:
    """The cadence of every pair of forces, with how it was tightened and loosened."""
    for pair, held in sorted(state.cadences.items()):
        yield CadenceTold(
            a=held.a,
            b=held.b,
            every_s=held.every_s,
            missed=held.missed,
            settings=tuple(
                CadenceSetTold(
                    at=entry.recorded_at,
                    band=entry.content.band,
                    every_s=entry.content.every_s,
                    why=entry.content.why,
                    entry=entry.index,
                )
                for entry in entries
                if isinstance(entry.content, CadenceSet) and entry.content.pair == pair
            ),
        )


def overdue_told(entries: Sequence[Entry], state: State) -> Iterator[OverdueTold]:
    """Every receipt that did not come in time; what is no longer kept is no longer awaited."""
    for entry in entries:
        if isinstance(entry.content, ReceiptOverdue):
            late = entry.content
            owed = state.deliveries.get(late.delivery)
            still = owed is not None and owed.ended_at is None and late.due in still_overdue(owed)
            yield OverdueTold(
                delivery=late.delivery,
                due=late.due,
                due_at=late.due_at,
                entry=entry.index,
                still=still,
            )


def incidents_told(state: State) -> Iterator[IncidentTold]:
    """Every incident, its accounts side by side."""
    for _, incident in sorted(state.incidents.items()):
        yield IncidentTold(
            id=incident.id,
            state=incident.state,
            parties=incident.parties,
            accounts=tuple(
                AccountTold(
                    id=each.id,
                    kind=each.kind,
                    author=each.author,
                    relation=each.relation,
                    entry=each.entry,
                )
                for each in incident.accounts
            ),
        )


def forecasts_told(entries: Sequence[Entry]) -> Iterator[ForecastTold]:
    """Every forecast in the order made: how it was revised is part of what it is worth."""
    for entry in entries:
        if isinstance(entry.content, ForecastMade) and entry.content.body is not None:
            forecast = entry.content.body.forecast
            yield ForecastTold(
                a=entry.content.a,
                b=entry.content.b,
                made_at=entry.recorded_at,
                distance_m=forecast.distance_m,
                p10_at=forecast.p10_at,
                p50_at=forecast.p50_at,
                p90_at=forecast.p90_at,
                entry=entry.index,
            )
