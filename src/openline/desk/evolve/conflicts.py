"""How conflicts stand, ease, and are pointed out."""

from __future__ import annotations

from openline.desk.evolve.lines import end_deliveries
from openline.desk.owing.pointers import cell_of
from openline.desk.probing import note_asked
from openline.desk.state import State, evolves
from openline.domain.conflict import (
    ConflictsCounted,
    ConflictsEased,
    ConflictsFound,
    FoundConflict,
    OpenConflict,
    Pointer,
    PointerGiven,
    PointerLifted,
    Where,
)
from openline.domain.question import Asked
from openline.domain.statement import Entry


@evolves(ConflictsFound)
def conflicts_found(state: State, entry: Entry, content: ConflictsFound) -> None:
    where = {each.conflict: each for each in content.body.where} if content.body else {}
    for found in content.conflicts:
        state.conflicts[found.conflict] = _open(found, where.get(found.conflict), entry)
    if content.asker:
        asked = content.body.asked if content.body else None
        if asked is None:
            asked = dict.fromkeys(sorted({cell_of(each.at) for each in where.values()}), 1)
        note_asked(state, content.asker, Asked.POINTER, asked, entry.recorded_at)


@evolves(ConflictsEased)
def conflicts_eased(state: State, _entry: Entry, content: ConflictsEased) -> None:
    for conflict in content.conflicts:
        del state.conflicts[conflict]


@evolves(ConflictsCounted)
def conflicts_counted(_state: State, _entry: Entry, _content: ConflictsCounted) -> None:
    """Told to conduits; what it counts is in the state already."""


@evolves(PointerGiven)
def pointer_given(state: State, entry: Entry, content: PointerGiven) -> None:
    state.pointers[content.pointer] = Pointer(
        id=content.pointer,
        to=content.to,
        block_starts_at=content.block_starts_at,
        line=content.line,
        given_at=entry.recorded_at,
        entry=entry.index,
    )


@evolves(PointerLifted)
def pointer_lifted(state: State, entry: Entry, content: PointerLifted) -> None:
    del state.pointers[content.pointer]
    end_deliveries(state, content.pointer, entry.recorded_at)


def _open(found: FoundConflict, where: Where | None, entry: Entry) -> OpenConflict:
    return OpenConflict(
        id=found.conflict,
        version=found.version,
        kind=found.kind,
        a=found.a,
        b=found.b,
        parties_a=found.parties_a,
        parties_b=found.parties_b,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        found_at=entry.recorded_at,
        entry=entry.index,
        within_error=found.within_error,
        pointers=found.pointers,
        where=where,
    )
