"""Over which lines a party can reach another: directly, or by the backers of either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.line import Line, LineState
from openline.domain.party import Cell
from openline.domain.rules import Level
from openline.domain.supplier import SUPPLIERS

LEVELS: Final = tuple(Level)
_CARRYING: Final = frozenset({LineState.OPEN, LineState.DEGRADED})


class Hop(Struct, frozen=True, kw_only=True):
    """One step of a route: from a party to another's cell, over a line if there is one."""

    sender: str
    recipient: str
    cell: str
    line: str | None
    level: Level


def lines_between(state: State, a: str, b: str) -> list[Line]:
    """Lines that carry and have both parties at an end: healthy ones first, then by level."""
    found = [
        line
        for line in state.lines.under(Look.PARTY, a)
        if line.state in _CARRYING and line.joins(a, b)
    ]
    return sorted(
        found,
        key=lambda line: (line.state is not LineState.OPEN, LEVELS.index(line.level), line.id),
    )


def cell_at(state: State, party: str, level: Level) -> str | None:
    """The party's cell at exactly this level where somebody answers, or None."""
    return next(
        (
            cell.id
            for cell in state.cells.under(Look.PARTY, party)
            if cell.level is level and not is_machine(cell)
        ),
        None,
    )


def level_of(state: State, party: str, position: str) -> Level | None:
    """The level at which a party's position stands, the highest of several; None if it has none."""
    cells = state.cells.under(Look.POST, position)
    levels = [cell.level for cell in cells if cell.party == party]
    return max(levels, key=LEVELS.index, default=None)


def is_machine(cell: Cell) -> bool:
    """Whether it is the cell that a supplier has from its token alone: a program, and no watch."""
    return cell.party.startswith(SUPPLIERS) and cell.id == cell.party


def has_watch(state: State, party: str) -> bool:
    """Whether silence of the party means anything: of a mere machine's, it does not."""
    return not party.startswith(SUPPLIERS) or any(
        not is_machine(cell) for cell in state.cells.under(Look.PARTY, party)
    )


def watch_of(state: State, party: str) -> tuple[str, Level]:
    """The party's lowest cell and its level: whose duty watch answers first.

    A party without any cell is answered for by its own id, at tactical level: nothing can ring
    there, and that is shown, but what it is owed is owed all the same.
    """
    for level in LEVELS:
        cell = cell_at(state, party, level)
        if cell is not None:
            return cell, level
    return party, Level.TACTICAL


def find_hop(state: State, sender: str, recipient: str, line: str | None = None) -> Hop | None:
    """One step from a party to another over the line named, or else over the best there is."""
    for each in lines_between(state, sender, recipient):
        if line is None or each.id == line:
            return _hop_over(each, sender, recipient)
    return None


def hop_without_line(state: State, sender: str, recipient: str) -> Hop:
    """The step to a recipient with whom there is no line: through the desk, to its duty watch."""
    cell, level = watch_of(state, recipient)
    return Hop(sender=sender, recipient=recipient, cell=cell, line=None, level=level)


def find_relay(state: State, origin: str, recipient: str) -> list[Hop]:
    """The shortest route by which backers can carry a word: empty if there is none.

    A → A's backer → B's backer → B: nobody else ever carries it, and a line that joins the two
    directly is no relay.
    """
    seen = {origin}
    ways: list[list[Hop]] = [[]]
    while ways:
        longer: list[list[Hop]] = []
        for way in ways:
            here = way[-1].recipient if way else origin
            for there in _carriers(state, origin, recipient):
                direct = here == origin and there == recipient
                hop = None if direct or there in seen else find_hop(state, here, there)
                if hop is None:
                    continue
                if there == recipient:
                    return [*way, hop]
                longer.append([*way, hop])
        seen |= {way[-1].recipient for way in longer}
        ways = longer
    return []


def all_ways(state: State, origin: str, recipient: str) -> list[tuple[int, Hop]]:
    """Every hop over every tactical or operational line by which a word can reach a party.

    Each with its number along the way from the origin, counted from 1: what CHECK_FIRE takes, all
    at once. Between two carriers a word goes away from the origin only; every carrier that has a
    line to the recipient uses it, however direct another way may be.
    """
    away = _distances(state, origin, recipient)
    return [
        (away[hop.sender] + 1, hop)
        for hop in _all_hops(state, [*away], recipient)
        if hop.recipient == recipient or away[hop.recipient] > away[hop.sender]
    ]


def _distances(state: State, origin: str, recipient: str) -> dict[str, int]:
    """The origin and the carriers it can reach, nearest first, with the hops it takes to each."""
    carriers = [each for each in _carriers(state, origin, recipient) if each != recipient]
    distance = {origin: 0}
    frontier = [origin]
    while frontier:
        frontier = [
            there
            for here in frontier
            for there in carriers
            if there not in distance
            and find_hop(state, here, there) is not None
            and distance.setdefault(there, distance[here] + 1)
        ]
    return distance


def _all_hops(state: State, carriers: list[str], recipient: str) -> Iterator[Hop]:
    for sender in carriers:
        for there in (*carriers, recipient):
            for line in lines_between(state, sender, there) if there != sender else ():
                if line.level is not Level.STRATEGIC:
                    yield _hop_over(line, sender, there)


def _carriers(state: State, origin: str, recipient: str) -> list[str]:
    """Who may carry a word between two parties: the backers of either, and the recipient."""
    backers = (*state.parties[origin].backers, *state.parties[recipient].backers)
    return [party for party in dict.fromkeys((*backers, recipient)) if party != origin]


def _hop_over(line: Line, sender: str, recipient: str) -> Hop:
    end = line.end_of(recipient)
    assert end is not None  # `lines_between` found it
    return Hop(sender=sender, recipient=recipient, cell=end.cell, line=line.id, level=line.level)
