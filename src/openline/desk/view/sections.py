"""The sections of a view: for each kind of thing, what one party sees of all there are.

What passes between parties stands in `exchange`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from openline.desk.owing.pointers import block_of
from openline.desk.shelf import Look
from openline.desk.sides import backers_of
from openline.desk.state import State
from openline.desk.view.seen import (
    CadenceSeen,
    ClaimSeen,
    ConflictSeen,
    Counts,
    CrossingSeen,
    EdgeSeen,
    PointerSeen,
    ProbingSeen,
)
from openline.desk.view.sight import (
    is_counted_only,
    sees_claim,
    sees_crossing,
    sees_edge,
    sees_incident,
    sees_measure,
    sees_plan,
    sees_thing,
    tier_for,
)
from openline.desk.view.table import Sight, Standing, Thing, sight_of, standing_of
from openline.domain.assurance import Assurance, AssuranceState
from openline.domain.cadence import Cadence
from openline.domain.conflict import OpenConflict
from openline.domain.evidence import Evidence
from openline.domain.finding import FindingMade
from openline.domain.forecast import Forecast
from openline.domain.incident import Incident
from openline.domain.measure import Measure
from openline.domain.meeting import Meeting
from openline.domain.notification import Notification, ToldNotification, at_tier
from openline.domain.observed import StandingSighting
from openline.domain.party import Key
from openline.domain.plan import FiledPlan
from openline.domain.track import Fix
from openline.domain.watch import Watch

T = TypeVar("T")


def keys_for(state: State, reader: str) -> tuple[Key, ...]:
    """One's own party's keys, and where the chain of each has come to."""
    return tuple(key for key in _by_id(state.keys) if key.party == reader)


def notifications_for(state: State, reader: str) -> tuple[Notification, ...]:
    """Notifications in full: one's own, and to conduits all that left their submitter's desk."""
    return tuple(
        each
        for each in _notifications_about(state, reader)
        if each.submitter == reader or _keeps(state, reader, each)
    )


def told_notifications_for(state: State, reader: str) -> tuple[ToldNotification, ...]:
    """Others' notifications that were released to the reader, each as far as its tier goes."""
    told = (
        at_tier(each, tier_for(state, reader, each), each.told.get(reader))
        for each in _notifications_about(state, reader)
        if reader in each.releases and each.submitter != reader and not _keeps(state, reader, each)
    )
    return tuple(each for each in told if each is not None)


def _notifications_about(state: State, reader: str) -> Iterator[Notification]:
    """All there are for a conduit; else the reader's own, and those released to it."""
    if sight_of(state, reader, Thing.NOTIFICATION) is Sight.YES:
        return _by_id(state.notifications)
    return state.notifications.under(Look.PARTY, reader)


def _by_id(things: dict[str, T]) -> Iterator[T]:
    return (things[key] for key in sorted(things))


def _age_s(state: State, at: datetime) -> float:
    return (state.now - at).total_seconds()


def _keeps(state: State, reader: str, notification: Notification) -> bool:
    sight = sight_of(state, reader, Thing.NOTIFICATION, notification.submitter)
    return sight is Sight.YES and notification.submitted_at is not None


def plans_for(state: State, reader: str) -> tuple[FiledPlan, ...]:
    """One's own plans and those released; whom else it was released to is its party's to know."""
    return tuple(
        plan if plan.party == reader else replace(plan, released_to=(reader,))
        for plan in state.plans.under(Look.PARTY, reader)
        if sees_plan(state, reader, plan)
    )


def measures_for(state: State, reader: str) -> tuple[Measure, ...]:
    """Measures that hold, and those the reader is asked to agree to."""
    return tuple(
        state.measures[key]
        for key in sorted(state.measures)
        if sees_measure(state, reader, state.measures[key])
    )


def edges_for(state: State, reader: str) -> tuple[EdgeSeen, ...]:
    """One's own edge and those released, each as last stated and how old that is."""
    return tuple(
        EdgeSeen(
            id=edge.id,
            party=edge.party,
            as_of=edge.as_of,
            age_s=_age_s(state, edge.as_of),
            report=edge.reports[-1] if edge.reports else None,
        )
        for edge in sorted(state.edges.values(), key=lambda edge: (edge.party, edge.id))
        if sees_edge(state, reader, edge)
    )


def tracks_for(state: State, reader: str, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Of these fixes, those of the reader's own tracks: no track is released to anybody."""
    if not sees_own_tracks(state, reader):
        return ()
    return tuple(fix for fix in fixes if fix.party == reader)


def sees_own_tracks(state: State, reader: str) -> bool:
    """Whether the reader is one who has tracks of its own to see."""
    return sight_of(state, reader, Thing.GROUND, reader) is not Sight.NO


def claims_for(state: State, reader: str) -> tuple[ClaimSeen, ...]:
    """Claimed areas side by side, none preferred; and the ground for which nobody answers."""
    seen = [claim for claim in _by_id(state.claims) if sees_claim(state, reader, claim)]
    shown = {claim.id for claim in seen}
    return tuple(
        ClaimSeen(
            id=claim.id,
            claimant=claim.claimant,
            since=claim.since,
            age_s=_age_s(state, claim.since),
            contested_by=tuple(each for each in claim.contested_by if each in shown),
            body=claim.body,
        )
        for claim in seen
    )


def crossings_for(state: State, reader: str) -> tuple[CrossingSeen, ...]:
    """Where parties stand to separation lines, as far as the reader may know."""
    return tuple(
        CrossingSeen(
            measure=each.measure,
            version=each.version,
            party=each.party,
            answer=each.answer,
            on_own_word=each.on_own_word,
            found_at=each.found_at,
        )
        for each in _by_id(state.crossings)
        if sees_crossing(state, reader, each)
    )


def conflicts_for(state: State, reader: str) -> tuple[ConflictSeen, ...]:
    """One's own half of each conflict: the things of one's own, or released, and the block."""
    halves = {(own, block_of(starts_at, state.now)) for own, starts_at in _halves(state, reader)}
    return tuple(ConflictSeen(own=own, block_starts_at=block) for own, block in sorted(halves))


def _halves(state: State, reader: str) -> Iterator[tuple[str, datetime]]:
    backed = [party.id for party in state.parties.under(Look.BACKER, reader)]
    standing: list[OpenConflict | StandingSighting] = []
    for party in (reader, *backed):
        standing += state.conflicts.under(Look.PARTY, party)
    standing += state.sightings.values()
    for each in standing:
        for thing, parties in ((each.a, each.parties_a), (each.b, each.parties_b)):
            if reader in parties or _is_released_half(state, reader, thing, parties):
                yield thing, each.starts_at or state.now


def _is_released_half(state: State, reader: str, thing: str, parties: tuple[str, ...]) -> bool:
    """A thing of a party that the reader backs, which that party has shown it."""
    sights = (sight_of(state, reader, Thing.CONFLICT, party) for party in parties)
    return Sight.AS_RELEASED in sights and sees_thing(state, reader, thing)


def pointers_for(state: State, reader: str) -> tuple[PointerSeen, ...]:
    """The pointers given to the reader."""
    return tuple(
        PointerSeen(
            pointer=each.id,
            block_starts_at=each.block_starts_at,
            line=each.line,
        )
        for each in state.pointers.under(Look.PARTY, reader)
    )


def cadences_for(state: State, reader: str) -> tuple[CadenceSeen, ...]:
    """How often contact is due between forces: the two of them, their backers, and conduits."""
    return tuple(
        CadenceSeen(
            pair=pair,
            a=held.a,
            b=held.b,
            band=held.band,
            every_s=held.every_s,
            contact_due_at=held.contact_due_at,
            last_contact_at=held.last_contact_at,
            missed=held.missed,
            agreed_by=held.agreed_by,
            forecast=_forecast(state, reader, pair),
        )
        for pair, held in sorted(state.cadences.items())
        if _sees_band(state, reader, held)
    )


def _sees_band(state: State, reader: str, held: Cadence) -> bool:
    concerned = (held.a, held.b, *backers_of(state, held.a), *backers_of(state, held.b))
    return reader in concerned or standing_of(state, reader, held.a) is Standing.CONDUIT


def _forecast(state: State, reader: str, pair: str) -> Forecast | None:
    """Distances of the reader's own making: it sees both edges, and so could have made them."""
    standing = state.forecasts.get(pair)
    if standing is None:
        return None
    edges = (state.edges.get(standing.a), state.edges.get(standing.b))
    if all(edge is not None and sees_edge(state, reader, edge) for edge in edges):
        return standing.forecast
    return None


def incidents_for(state: State, reader: str) -> tuple[Incident, ...]:
    """Incidents with every account, side by side."""
    return tuple(each for each in _by_id(state.incidents) if sees_incident(state, reader, each))


def evidence_for(state: State, reader: str) -> tuple[Evidence, ...]:
    """What was handed in as evidence in the incidents that the reader sees."""
    return tuple(
        each
        for each in _by_id(state.evidence)
        if sees_incident(state, reader, state.incidents[each.incident])
    )


def assurances_for(state: State, reader: str) -> tuple[Assurance, ...]:
    """Assurances the reader gave, or was given.

    Within the errors its giver's side alone is asked: to the others it still stands as kept.
    """
    return tuple(
        replace(each, state=AssuranceState.KEPT, assessed_at=None)
        if each.state is AssuranceState.MAY_HAVE_DEPARTED and reader in each.to
        else each
        for each in state.assurances.under(Look.PARTY, reader)
    )


def watches_for(state: State, reader: str) -> tuple[Watch, ...]:
    """Who is on watch in the reader's own cells."""
    return tuple(
        state.watches[cell.id]
        for cell in state.cells.under(Look.PARTY, reader)
        if cell.id in state.watches
    )


def meetings_for(state: State, reader: str) -> tuple[Meeting, ...]:
    """Meetings the reader was at."""
    return tuple(each for each in _by_id(state.meetings) if reader in each.parties)


def findings_for(state: State, reader: str) -> tuple[FindingMade, ...]:
    """Findings about what the reader told; to conduits also those about notices."""
    if sight_of(state, reader, Thing.NOTIFICATION) is not Sight.YES:
        return tuple(state.findings.under(Look.PARTY, reader))
    return tuple(
        each
        for each in _by_id(state.findings)
        if each.party == reader or each.thing in state.notifications
    )


def probings_for(state: State, reader: str) -> tuple[ProbingSeen, ...]:
    """Findings of probing that were told to the reader."""
    return tuple(
        ProbingSeen(asker=each.asker, asked=each.asked, count=each.count, found_at=each.found_at)
        for _, each in sorted(state.probings.items())
        if reader in each.readers
    )


def counts_for(state: State, reader: str) -> Counts:
    """What is told by its number alone."""
    counts_notices = sight_of(state, reader, Thing.NOTIFICATION) is Sight.COUNT
    told_they_exist = sight_of(state, reader, Thing.CONFLICT) is Sight.EXISTS
    return Counts(
        notifications=sum(each.is_under_way for each in state.notifications.values())
        if counts_notices
        else None,
        conflicts=len(state.conflicts) if told_they_exist else None,
        measures_for_sites=sum(
            is_counted_only(state, reader, each) for each in state.measures.values()
        ),
    )
