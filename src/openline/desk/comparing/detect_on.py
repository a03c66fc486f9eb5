"""What a thing filed, amended or withdrawn does to the conflicts that stand, and who is told.

A decider calls `conclude_conflicts` for what it lets in and `conclude_eased` for what leaves; the
index that is asked holds everything decided before, so two plans filed at once are judged one
after the other and the second always finds the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.desk.comparing.airspace import plans_among
from openline.desk.comparing.ground import (
    buffers_of,
    find_met_by,
    find_standing,
    may_hear,
    may_hear_of,
    owner_of,
    spares,
    told_for,
)
from openline.desk.owing.pointers import (
    Told,
    block_of,
    cell_of,
    conclude_lifted,
    conclude_pointers,
    tell,
)
from openline.desk.probing import cells_over_budget, found_probing
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.detection import TOUCHING, Sort
from openline.domain.conflict import (
    Conflict,
    ConflictKind,
    ConflictsBody,
    ConflictsCounted,
    ConflictsEased,
    ConflictsFound,
    FoundConflict,
    OpenConflict,
    Where,
    WhyEased,
)
from openline.domain.constraint import CONSTRAINTS
from openline.domain.intent import INTENTS
from openline.domain.measure import Measure
from openline.domain.party import PartyKind
from openline.domain.plan import Plan
from openline.domain.question import Asked

_IN_A_LEAF: Final = 100
"""So many conflicts an entry can hold: a convoy through a city may meet a thousand drones."""


def conclude_conflicts(
    state: State,
    plan: Plan,
    now: datetime,
    entry: int,
    sort: Sort = Sort.PLAN,
    released_to: tuple[str, ...] | None = None,
) -> tuple[Conclusion, ...]:
    """What follows from a plan or site that is filed or amended, by the statement at `entry`.

    What it would meet, new or changed, is one `ConflictsFound`; what it no longer meets is eased;
    each side of each conflict is owed a pointer. The plan need not be in the index yet.

    Args:
        released_to: who may hear of it at all, when it is a notification.
    """
    comer = _Comer(id=plan.id, party=plan.party, released_to=released_to)
    met = state.index.find_conflicts(plan, state.rules, sort)
    return _conclude(state, [(comer, met)], now, entry)


def conclude_conflicts_of_measure(
    state: State, measure: Measure, now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """The same for a measure that comes into force, and the buffers around it that move with it."""
    comers = [
        (_Comer(id=each.id, party=owner_of(each), measure=each), find_met_by(state, each, measure))
        for each in (measure, *buffers_of(state, measure.id))
    ]
    return _conclude(state, comers, now, entry)


def conclude_conflicts_of_suppliers(
    state: State, party: str, things: Sequence[str], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """The same for what a supplier has changed, intents and constraints, held against all else.

    Between intents the standard's own rule holds: see `conclude_intents_met`.
    """
    here = [each for each in things if each in state.index]
    gone = tuple(each for each in things if each not in state.index)
    comers = [(_Comer(id=each, party=party), _met_by_filed(state, each)) for each in here]
    return (
        *_conclude(state, comers, now, entry),
        *_conclude_left(state, gone, WhyEased.WITHDRAWN),
    )


def conclude_intents_met(
    state: State, intent: Plan, others: Sequence[str], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """What follows from an intent that stands without the current OVN of others that it meets.

    Only such a meeting is a finding: whoever holds the other's OVN has deconflicted.
    """
    if not others and not state.conflicts.holds(Look.THING, intent.id):
        return ()
    air = state.index.air
    among = plans_among([air.plan_of(each) for each in others])
    met = among.find_conflicts(intent, lambda _one, _other: TOUCHING)
    comer = _Comer(id=intent.id, party=intent.party, among_intents=True)
    return _conclude(state, [(comer, met)], now, entry)


def _met_by_filed(state: State, thing: str) -> list[Conflict]:
    """What an intent or a constraint would meet, but for what its supplier knows of already."""
    if thing.startswith(INTENTS):
        met = state.index.find_met_by_intent(thing.removeprefix(INTENTS), state.rules)
    else:
        area = state.index.things.get(thing)
        met = state.index.find_met_by_area(area, state.rules) if area is not None else []
    return [each for each in met if not _is_known(state, each)]


def _is_known(state: State, met: Conflict) -> bool:
    """An intent that shows the current OVN of the constraint that it meets."""
    constraint = state.constraints.get(met.a.removeprefix(CONSTRAINTS))
    intent = state.intents.get(met.b.removeprefix(INTENTS))
    return constraint is not None and intent is not None and constraint.ovn in intent.knows


def conclude_eased(state: State, thing: str, why: WhyEased) -> tuple[Conclusion, ...]:
    """A plan, site or measure leaves: what it would have met is no conflict any longer."""
    return _conclude_left(state, (thing,), why)


def conclude_eased_by_measure(
    state: State, measure: Measure, why: WhyEased
) -> tuple[Conclusion, ...]:
    """The same for a measure that no longer holds, and the buffers around it that go with it."""
    around = (each.id for each in buffers_of(state, measure.id))
    return _conclude_left(state, (measure.id, *around), why)


def _conclude_left(state: State, things: tuple[str, ...], why: WhyEased) -> tuple[Conclusion, ...]:
    eased = {each.id: each for thing in things for each in state.conflicts.under(Look.THING, thing)}
    return (*_ease(state, [*eased.values()], why), *_count(state, -len(eased)))


class _Comer(Struct, frozen=True, kw_only=True):
    """The thing that is let in: a party's, or a measure (whose party is empty when agreed)."""

    id: str
    party: str
    measure: Measure | None = None
    released_to: tuple[str, ...] | None = None
    among_intents: bool = False


class _Found(Struct, frozen=True, kw_only=True):
    """One conflict new or changed: who is told for either side, and as it stood before, if so."""

    id: str
    asker: str
    met: Conflict
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    starts_at: datetime
    before: OpenConflict | None
    told: tuple[Told, ...] = ()
    moved: bool = False

    @property
    def cell(self) -> str:
        """The coarse cell it lies in, by which pointers are counted."""
        return cell_of(self.met.at)


def _conclude(
    state: State, comers: Sequence[tuple[_Comer, Sequence[Conflict]]], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """What follows from things let in by one statement, each with what it was found to meet."""
    found: list[_Found] = []
    gone: list[OpenConflict] = []
    for comer, met in comers:
        standing = _standing(state, comer)
        for each in met:
            if not _is_spared(state, comer, each):
                before = standing.pop((each.a, each.b), None)
                looked_at = _look(state, comer, each, before, f"C-{entry}.{len(found) + 1}", now)
                if before is None or _has_changed(looked_at, before):
                    found.append(looked_at)
        gone += standing.values()
    opened = sum(each.before is None for each in found)
    return (
        *_ease(state, gone, WhyEased.AMENDED),
        *_tell_of(state, found, now, entry),
        *_count(state, opened - len(gone)),
    )


def _standing(state: State, comer: _Comer) -> dict[tuple[str, str], OpenConflict]:
    """The conflicts a thing stands in, by their two things.

    Of an intent, those with other intents are looked at apart from those with everything else.
    """
    return {
        (each.a, each.b): each
        for each in state.conflicts.under(Look.THING, comer.id)
        if not comer.id.startswith(INTENTS) or _is_between_intents(each) is comer.among_intents
    }


def _is_between_intents(each: OpenConflict) -> bool:
    return each.a.startswith(INTENTS) and each.b.startswith(INTENTS)


def _is_spared(state: State, comer: _Comer, met: Conflict) -> bool:
    """One of the two is a measure that keeps the other not out."""
    other = met.b if met.a == comer.id else met.a
    measure = comer.measure or find_standing(state, other)
    if measure is None:
        return False
    thing = other if comer.measure else comer.id
    party = state.index.party_of(other) if comer.measure else comer.party
    return spares(measure, thing, party)


def _has_changed(found: _Found, before: OpenConflict) -> bool:
    """It stands at another time or place than before, or others are to be told of it."""
    if (found.parties_a, found.parties_b) != (before.parties_a, before.parties_b):
        return True
    met, where = found.met, before.where
    now_and_then = (
        (met.starts_at, met.ends_at, met.within_error),
        (before.starts_at, before.ends_at, before.within_error),
    )
    if where is None or now_and_then[0] != now_and_then[1]:
        return now_and_then[0] != now_and_then[1]
    return (met.least_distance_m, met.at) != (where.least_distance_m, where.at)


def _look(
    state: State,
    comer: _Comer,
    met: Conflict,
    before: OpenConflict | None,
    new_id: str,
    now: datetime,
) -> _Found:
    return _Found(
        id=before.id if before else new_id,
        asker=comer.party,
        met=met,
        parties_a=_told_for(state, comer, met.a, met.b),
        parties_b=_told_for(state, comer, met.b, met.a),
        starts_at=max(met.starts_at or now, now),
        before=before,
    )


def _told_for(state: State, comer: _Comer, thing: str, other: str) -> tuple[str, ...]:
    """Who is told for the sake of a thing, among those that may hear of the other at all."""
    concerned = _concerned_in(state, comer, thing, other)
    return tuple(each for each in concerned if _may_hear(state, comer, each, other))


def _may_hear(state: State, comer: _Comer, party: str, thing: str) -> bool:
    """As the notification is released by this very statement, if it is the one let in."""
    if thing == comer.id:
        return may_hear(state, party, comer.released_to)
    return may_hear_of(state, party, thing)


def _concerned_in(state: State, comer: _Comer, thing: str, other: str) -> tuple[str, ...]:
    """A thing's party, or whoever set the measure.

    For an agreed measure they are its other parties, if the party that would meet it is one of
    them: those who agreed with it. Anybody else's plan or site is not for them to hear of.
    """
    measure = comer.measure if thing == comer.id else find_standing(state, thing)
    if measure is None:
        return (_party(state, comer, thing),)
    return told_for(measure, _party(state, comer, other))


def _party(state: State, comer: _Comer, thing: str) -> str:
    return comer.party if thing == comer.id else state.index.party_of(thing)


def _tell_of(
    state: State, found: list[_Found], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """The one `ConflictsFound` of this statement, and a pointer for each side that needs a new one.

    Who files too much about one area to see what it draws gets no pointer there; the others do,
    and both are told that somebody is probing.
    """
    if not found:
        return ()
    asker = found[0].asker
    cells = sorted({each.cell for each in found})
    over = cells_over_budget(state, asker, Asked.POINTER, cells, now) if asker else []
    found = [_with_told(state, each, over, now, entry) for each in found]
    probed = {
        party for each in found if each.cell in over for party in (*each.parties_a, *each.parties_b)
    }
    moved = [each.before for each in found if each.before is not None and each.moved]
    return (
        *(_found_entry(found[at : at + _IN_A_LEAF], asker) for at in _steps(len(found))),
        *found_probing(state, asker, Asked.POINTER, over, probed, now),
        *conclude_pointers(state, [told for each in found for told in each.told], now, entry),
        *conclude_lifted(state, _left_alone(state, moved)),
    )


def _with_told(
    state: State, found: _Found, over: Sequence[str], now: datetime, entry: int
) -> _Found:
    """The conflict with how each side is told; nobody anew who knows its block as it is."""
    before = found.before
    same_block = before is not None and block_of(before.starts_at or now, now) == block_of(
        found.starts_at, now
    )
    knew = {*before.parties_a, *before.parties_b} if before is not None and same_block else set()
    unheard = found.asker if found.cell in over else None
    told = tuple(
        tell(
            state,
            party,
            others,
            entry=entry,
            starts_at=found.starts_at,
            pressing=found.met.kind is not ConflictKind.SITE_MEASURE,
        )
        for parties, others in (
            (found.parties_a, found.parties_b),
            (found.parties_b, found.parties_a),
        )
        for party in parties
        if party != unheard and party not in knew
    )
    moved = before is not None and not same_block and bool(told)
    return replace(found, told=told, moved=moved)


def _found_entry(found: list[_Found], asker: str) -> Conclusion:
    content = ConflictsFound(
        asker=asker,
        conflicts=tuple(_facts(each) for each in found),
        body=ConflictsBody(
            where=tuple(
                Where(
                    conflict=each.id,
                    least_distance_m=each.met.least_distance_m,
                    least_height_gap_m=each.met.least_height_gap_m,
                    at=each.met.at,
                )
                for each in found
            )
        ),
    )
    return Conclusion(content=content, readers=(), refs=_entries(each.before for each in found))


def _facts(found: _Found) -> FoundConflict:
    met, before = found.met, found.before
    kept = before.pointers if before and not found.moved else ()
    return FoundConflict(
        conflict=found.id,
        version=before.version + 1 if before else 1,
        kind=met.kind,
        a=met.a,
        b=met.b,
        parties_a=found.parties_a,
        parties_b=found.parties_b,
        starts_at=met.starts_at,
        ends_at=met.ends_at,
        within_error=met.within_error,
        pointers=tuple(sorted({*kept, *(told.pointer for told in found.told)})),
    )


def _ease(state: State, eased: Sequence[OpenConflict], why: WhyEased) -> tuple[Conclusion, ...]:
    if not eased:
        return ()
    leaving = sorted(eased, key=lambda each: each.id)
    return (
        *(_eased_entry(leaving[at : at + _IN_A_LEAF], why) for at in _steps(len(leaving))),
        *conclude_lifted(state, _left_alone(state, eased)),
    )


def _eased_entry(eased: Sequence[OpenConflict], why: WhyEased) -> Conclusion:
    content = ConflictsEased(conflicts=tuple(each.id for each in eased), why=why)
    return Conclusion(content=content, readers=(), refs=_entries(eased))


def _steps(count: int) -> range:
    return range(0, count, _IN_A_LEAF)


def _left_alone(state: State, leaving: Sequence[OpenConflict]) -> set[str]:
    """The pointers of these conflicts that speak of no other: a statement's share one thing."""
    ids = {each.id for each in leaving}
    spoken_of = {pointer for each in leaving for pointer in each.pointers}
    beside = {
        pointer
        for each in leaving
        for thing in (each.a, each.b)
        for other in state.conflicts.under(Look.THING, thing)
        if other.id not in ids
        for pointer in other.pointers
    }
    return spoken_of - beside


def _count(state: State, more: int) -> tuple[Conclusion, ...]:
    """Conduits are told how many conflicts stand open, when that changes, and no more."""
    conduits = parties_of_kind(state, PartyKind.CONDUIT)
    if more == 0 or not conduits:
        return ()
    counted = ConflictsCounted(open=len(state.conflicts) + more)
    return (Conclusion(content=counted, readers=conduits),)


def _entries(conflicts: Iterable[OpenConflict | None]) -> tuple[int, ...]:
    """The entries by which conflicts last stood, each once."""
    return tuple(sorted({each.entry for each in conflicts if each is not None}))
