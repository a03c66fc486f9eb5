"""Pointers: each side of a conflict is told that there is one, when, and which line to call.

Nothing else: no position, distance, count, kind or name. So the pointers of one statement are one
for each party and line to call, not one for each conflict, and their precedence and deadlines are
counted from the six-hour block and not from the instant within it.

LIMIT: a site that stands inside a measure presses nobody and is ROUTINE: it is told from a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from openline.desk.owing.deliveries import Owed, owe
from openline.desk.owing.routes import find_hop, find_relay, has_watch
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.conflict import PointerGiven, PointerLifted
from openline.domain.delivery import SubjectKind
from openline.domain.question import cells_of
from openline.domain.rules import Precedence, Rules
from openline.domain.statement import DESK

BLOCK_HOURS = 6


class Told(Struct, frozen=True, kw_only=True):
    """One side of one conflict is to be told: `pointer` is by which, `line` which line to call.

    `pressing` is False where nothing moves: a site that stands where it always stood.
    """

    party: str
    pointer: str
    line: str | None
    starts_at: datetime
    pressing: bool = True


def tell(
    state: State,
    party: str,
    others: Iterable[str],
    *,
    entry: int,
    starts_at: datetime,
    pressing: bool = True,
) -> Told:
    """How a party is told of a conflict with others, because of the statement at `entry`."""
    line = line_to_call(state, party, others)
    pointer = f"P-{entry}:{party}" + (f":{line}" if line else "")
    return Told(party=party, pointer=pointer, line=line, starts_at=starts_at, pressing=pressing)


def line_to_call(state: State, party: str, others: Iterable[str]) -> str | None:
    """The line to one of the others, or else to the backer that can relay; None if none is."""
    others = tuple(others)
    direct = [hop for other in others if (hop := find_hop(state, party, other)) is not None]
    if direct:
        return direct[0].line
    relays = [way for other in others if (way := find_relay(state, party, other))]
    return relays[0][0].line if relays else None


def conclude_pointers(
    state: State, told: Iterable[Told], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """One pointer for each party and line, for the first that presses, and its delivery."""
    by_pointer: dict[str, list[Told]] = {}
    for each in told:
        by_pointer.setdefault(each.pointer, []).append(each)
    return tuple(
        conclusion
        for _, together in sorted(by_pointer.items())
        for conclusion in _give(state, together, now, entry)
    )


def _give(state: State, told: list[Told], now: datetime, entry: int) -> tuple[Conclusion, ...]:
    """For the first of what presses, or of all where nothing does.

    To a supplier of which the desk knows no people it is given, and nobody is called for it.
    """
    pressing = [each for each in told if each.pressing]
    first = min(pressing or told, key=lambda each: each.starts_at)
    block_starts_at = block_of(first.starts_at, now)
    given = PointerGiven(
        pointer=first.pointer, to=first.party, block_starts_at=block_starts_at, line=first.line
    )
    owed = Owed(
        subject=first.pointer,
        subject_kind=SubjectKind.CONFLICT,
        origin=DESK,
        precedence=(
            precedence_for(state.rules, block_starts_at, now) if pressing else Precedence.ROUTINE
        ),
        since=now,
        entry=entry,
        starts_at=block_starts_at if block_starts_at > now else None,
    )
    pointed = Conclusion(content=given, readers=(first.party,))
    if not has_watch(state, first.party):
        return (pointed,)
    return pointed, *owe(state, owed, (first.party,))


def conclude_lifted(state: State, pointers: Iterable[str]) -> tuple[Conclusion, ...]:
    """Nothing that these pointers spoke of stands any longer; whoever was pointed is told."""
    return tuple(
        Conclusion(content=PointerLifted(pointer=each, to=held.to), readers=(held.to,))
        for each in sorted(set(pointers))
        if (held := state.pointers.get(each)) is not None
    )


def block_of(starts_at: datetime, now: datetime) -> datetime:
    """The six-hour block, from 00, 06, 12 or 18 Z, of what starts then or has started already."""
    at = max(starts_at, now)
    return at.replace(hour=at.hour // BLOCK_HOURS * BLOCK_HOURS, minute=0, second=0, microsecond=0)


def cell_of(at: tuple[float, float]) -> str:
    """The coarse cell that a (lon_deg, lat_deg) lies in, by which pointers are counted."""
    lon_deg, lat_deg = at
    spot = Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg))
    return cells_of((Volume4D(footprint=spot),))[0]


def precedence_for(rules: Rules, starts_at: datetime, now: datetime) -> Precedence:
    """The least urgent whose acknowledgement still falls in the first half of the time left."""
    for precedence in (Precedence.ROUTINE, Precedence.PRIORITY, Precedence.IMMEDIATE):
        if starts_at - now >= 2 * timedelta(seconds=rules.acknowledge_by_s[precedence]):
            return precedence
    return Precedence.FLASH
