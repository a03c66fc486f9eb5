"""Which alarms stand for a party: what its duty officer must hear of now. Of the record alone.

Nothing here runs on a clock: what is late is late once the desk has recorded that. An alarm stands
from the entry that made it until its last cause has ended, under the same name, and begins again
when another cause of it begins: whoever silenced it had not heard of that one. Where one statement
makes several of a kind, they begin together and are one alarm: an officer does one thing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from openline.desk.owing.awaited import still_overdue
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.alarm import Alarm, Cause, Silenced
from openline.domain.crossing import Crossed
from openline.domain.delivery import Delivery, Due
from openline.domain.line import LineState
from openline.domain.measure import version_key
from openline.domain.rules import Precedence

_URGENT = frozenset({Precedence.FLASH, Precedence.IMMEDIATE})
_BELOW = frozenset({Due.PASSED_DOWN, Due.IN_FORCE})
"""What units have not been told by their time is not deconflicted, whatever its precedence."""
_CROSSED = frozenset({Crossed.CROSSED, Crossed.MAY_HAVE_CROSSED})


def alarms_for(state: State, party: str) -> tuple[Alarm, ...]:
    """The alarms that stand for a party, in the order of need, the longest standing first."""
    owed = [each for each in state.deliveries.under(Look.PARTY, party) if each.ended_at is None]
    causes = [
        *_of_deliveries(party, owed),
        *_crossings(state, party),
        *_conflicts(state, party),
        *_contacts(state, party),
        *_lines(state, party),
    ]
    stands_since: dict[str, datetime] = {}
    for each in causes:
        stands_since[each.alarm] = min(each.since, stands_since.get(each.alarm, each.since))
    order = list(Cause)
    found = sorted(
        _once_each(causes),
        key=lambda each: (order.index(each.cause), stands_since[each.alarm], each.alarm),
    )
    return tuple(replace(each, silenced=_silenced(state, party, each)) for each in found)


def silenced_key(party: str, alarm: str) -> str:
    """Under which name the state keeps that a party silenced an alarm."""
    return f"{party} {alarm}"


def _silenced(state: State, party: str, alarm: Alarm) -> Silenced | None:
    """A silence holds for the time the alarm sounded and what began before, for nothing later."""
    held = state.silenced.get(silenced_key(party, alarm.alarm))
    return held if held is not None and held.since >= alarm.since else None


def _alarm(cause: Cause, about: str, since: datetime, with_party: str = "") -> Alarm:
    return Alarm(
        alarm=f"{cause}/{about}", cause=cause, about=about, since=since, with_party=with_party
    )


def _of_deliveries(party: str, owed: Iterable[Delivery]) -> Iterator[Alarm]:
    for each in owed:
        late = still_overdue(each)
        if each.recipient == party:
            if each.precedence is Precedence.FLASH and not each.heard:
                yield _alarm(Cause.FLASH, each.subject, each.owed_since, each.origin)
            elif late:
                yield _alarm(Cause.OVERDUE, each.subject, each.owed_since, each.origin)
        elif _is_to_be_rung_about(each, late):
            yield _alarm(Cause.SILENCE, each.subject, each.owed_since, each.recipient)


def _is_to_be_rung_about(owed: Delivery, late: tuple[Due, ...]) -> bool:
    """Whoever said it must do something: ring them, or hold the convoy back."""
    unanswered = Due.ACKNOWLEDGED in late and owed.precedence in _URGENT
    return unanswered or not _BELOW.isdisjoint(late)


def _once_each(causes: Iterable[Alarm]) -> Iterator[Alarm]:
    """One alarm for a thing however many causes it has: since the latest, and of no one of them."""
    latest: dict[str, Alarm] = {}
    for each in causes:
        held = latest.setdefault(each.alarm, each)
        other = each.with_party if each.with_party == held.with_party else ""
        latest[each.alarm] = replace(held, since=max(held.since, each.since), with_party=other)
    return iter(latest.values())


def _crossings(state: State, party: str) -> Iterator[Alarm]:
    """Its own, which it is asked about first; and what the other has said of itself."""
    for each in state.crossings.values():
        if each.answer not in _CROSSED:
            continue
        measure = state.measures.get(version_key(each.measure, each.version))
        is_told = each.on_own_word and measure is not None and party in measure.parties
        if each.party == party or is_told:
            about = f"{each.measure}/{each.party}"
            yield _alarm(Cause.CROSSING, about, each.found_at, each.party)


def _conflicts(state: State, party: str) -> Iterator[Alarm]:
    """For each thing of its own, whatever it would meet, filed or moving."""
    for each in state.conflicts.under(Look.PARTY, party):
        for own in each.own_half(party):
            yield _alarm(Cause.CONFLICT, own, each.found_at)
    for seen in state.sightings.values():
        for own, parties in ((seen.a, seen.parties_a), (seen.b, seen.parties_b)):
            if party in parties:
                yield _alarm(Cause.CONFLICT, own, seen.found_at)


def _contacts(state: State, party: str) -> Iterator[Alarm]:
    for held in state.cadences.under(Look.PARTY, party):
        if held.missed:
            other = held.b if party == held.a else held.a
            yield _alarm(Cause.CONTACT, other, held.last_contact_at or held.set_at, other)


def _lines(state: State, party: str) -> Iterator[Alarm]:
    for line in state.lines.under(Look.PARTY, party):
        if line.state is not LineState.OPEN:
            yield _alarm(Cause.LINE, line.id, line.since or line.opened_at)
