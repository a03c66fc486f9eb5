"""What follows from conflicts found and eased: the entries, the pointers, and who is probing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from openline.desk.comparing.found import Found
from openline.desk.owing.pointers import block_of, conclude_lifted, conclude_pointers, tell
from openline.desk.probing import asked_too_much, found_probing
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.domain.conflict import (
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
from openline.domain.intent import AirspaceTried, AirspaceTriedBody
from openline.domain.party import PartyKind
from openline.domain.question import Asked

_IN_A_LEAF: Final = 100
"""So many conflicts an entry can hold: a convoy through a city may meet a thousand drones."""


def conclude_found(
    state: State,
    found: list[Found],
    now: datetime,
    entry: int,
    tried: Sequence[Found] = (),
) -> tuple[Conclusion, ...]:
    """The one `ConflictsFound` of this statement, and a pointer for each side that needs a new one.

    Who files too much about one area to see what it draws gets no pointer there; the others do,
    and both are told that somebody is probing.

    Args:
        tried: what things would have met that are there no longer: questions, and nothing else.
    """
    together = [*tried, *found]
    if not together:
        return ()
    asker = together[0].asker
    questions = _questions(together)
    over = asked_too_much(state, asker, Asked.POINTER, questions, now) if asker else {}
    counts = {cell: len(questions[cell]) for cell in over}
    probed = {
        party
        for each in together
        if each.question in over.get(each.cell, ())
        for party in (*each.parties_a, *each.parties_b)
    }
    found = [_with_told(state, each, over, now, entry) for each in found]
    moved = [each.before for each in found if each.before is not None and each.moved]
    return (
        *_found_entries(found, asker),
        *_tried_entry(tried, asker),
        *found_probing(state, asker, Asked.POINTER, counts, probed, now),
        *conclude_pointers(state, [told for each in found for told in each.told], now, entry),
        *conclude_lifted(state, _left_alone(state, moved)),
    )


def _questions(found: Iterable[Found]) -> dict[str, tuple[str, ...]]:
    """By coarse cell, what was asked about it, each question once, in order."""
    asked: dict[str, dict[str, None]] = {}
    for each in found:
        if each.question:
            asked.setdefault(each.cell, {})[each.question] = None
    return {cell: tuple(asked[cell]) for cell in sorted(asked)}


def _tried_entry(tried: Sequence[Found], asker: str) -> tuple[Conclusion, ...]:
    questions = _questions(tried)
    if not questions:
        return ()
    content = AirspaceTried(
        party=asker,
        trials=len({each.question for each in tried} - {""}),
        body=AirspaceTriedBody(asked={cell: len(asked) for cell, asked in questions.items()}),
    )
    return (Conclusion(content=content, readers=()),)


def _with_told(
    state: State, found: Found, over: Mapping[str, Container[str]], now: datetime, entry: int
) -> Found:
    """The conflict with how each side is told; nobody anew who knows its block as it is."""
    before = found.before
    same_block = before is not None and block_of(before.starts_at or now, now) == block_of(
        found.starts_at, now
    )
    knew = {*before.parties_a, *before.parties_b} if before is not None and same_block else set()
    unheard = found.asker if found.question in over.get(found.cell, ()) else None
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


def _found_entries(found: list[Found], asker: str) -> Iterator[Conclusion]:
    """As many as it takes to hold them; what was asked is counted in the first."""
    asked = {cell: len(put) for cell, put in _questions(found).items()}
    for at in _steps(len(found)):
        yield _found_entry(found[at : at + _IN_A_LEAF], asker, {} if at else asked)


def _found_entry(found: list[Found], asker: str, asked: dict[str, int]) -> Conclusion:
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
            ),
            asked=asked,
        ),
    )
    return Conclusion(content=content, readers=(), refs=_entries(each.before for each in found))


def _facts(found: Found) -> FoundConflict:
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


def conclude_eased_all(
    state: State, eased: Sequence[OpenConflict], why: WhyEased
) -> tuple[Conclusion, ...]:
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


def conclude_counted(state: State, more: int) -> tuple[Conclusion, ...]:
    """Conduits are told how many conflicts stand open, when that changes, and no more."""
    conduits = parties_of_kind(state, PartyKind.CONDUIT)
    if more == 0 or not conduits:
        return ()
    counted = ConflictsCounted(open=len(state.conflicts) + more)
    return (Conclusion(content=counted, readers=conduits),)


def _entries(conflicts: Iterable[OpenConflict | None]) -> tuple[int, ...]:
    """The entries by which conflicts last stood, each once."""
    return tuple(sorted({each.entry for each in conflicts if each is not None}))
