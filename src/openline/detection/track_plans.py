"""Tracks against plans, sites and measures over a look-ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np

from openline.detection.fixes import KINDS
from openline.detection.live_parts import margin_of
from openline.detection.meeting import Meeting, conflict_of, merged
from openline.detection.movers import NO_GROWTH, GrowthOf, Movers, movers_of
from openline.detection.parts import Part, parts_of
from openline.detection.passages import (
    ALONE_UP_TO,
    Pairs,
    PartTable,
    Passages,
    find_passages,
)
from openline.detection.plans import (
    TOUCHING,
    Filed,
    PlanIndex,
    SeparationOf,
    Sort,
    same_party,
    widest,
)
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.domain.track import Fix
from openline.geometry.courses import Codes
from openline.geometry.ellipsoid import Flags, Floats, Indices

TRACK_CONFLICTS: Final = {
    Sort.PLAN: ConflictKind.TRACK_PLAN,
    Sort.SITE: ConflictKind.TRACK_SITE,
    Sort.MEASURE: ConflictKind.TRACK_MEASURE,
}
PartsOf = Callable[[Plan], Sequence[Part]]


@dataclass(frozen=True, eq=False)
class NearThing:
    """A track, by its row, and the parts, by their numbers, of a thing that its box overlaps."""

    row: int
    plan: Plan
    sort: Sort
    parts: tuple[int, ...]
    to_measures: Separation

    def separation(self, kind: Kind, separation_of: SeparationOf) -> Separation:
        """What a track of a kind keeps from it."""
        if self.sort is Sort.MEASURE:
            return self.to_measures
        return separation_of(kind, self.plan.kind)


@dataclass(frozen=True, eq=False)
class Judgement:
    """Tracks held against things near them: pairs with parts, and `which` of the near each is."""

    movers: Movers
    table: PartTable
    pairs: Pairs
    which: Indices
    passages: Passages

    def least_m(self, count: int) -> Floats:
        """How near each of so many comes, radii taken off; infinite where it keeps apart."""
        least = np.full(count, np.inf)
        clear = self.passages.distance_m - self.table.radius_m[self.pairs.part]
        np.minimum.at(least, self.which, np.maximum(clear, 0.0))
        return least

    def meetings(self, wanted: Flags) -> dict[int, Meeting]:
        """Of those wanted that come too near, one meeting for all parts, by number."""
        found: dict[int, list[Meeting]] = {}
        near = np.isfinite(self.passages.distance_m) & wanted[self.which]
        for number in np.flatnonzero(near).tolist():
            part = self.table.parts[int(self.pairs.part[number])]
            meeting = self.passages.meeting(number, self.movers, part)
            found.setdefault(int(self.which[number]), []).append(meeting)
        return {each: met for each, those in found.items() if (met := merged(those)) is not None}


def find_track_plan_conflicts(
    fixes: Iterable[Fix],
    plans: PlanIndex,
    now: datetime,
    look_ahead_s: float,
    separation_of: SeparationOf,
    to_measures: Separation = TOUCHING,
    growth_of: GrowthOf = NO_GROWTH,
    alone_up_to: int = ALONE_UP_TO,
) -> list[Conflict]:
    """Tracks that would come too near a plan, site or measure of another party; sorted.

    Args:
        growth_of: see `movers_at`.
        alone_up_to: see `find_passages`.

    Raises:
        Malformed: a fix or the look-ahead cannot be judged; see `check_fix`.
    """
    told = tuple(fixes)
    movers = movers_of(told, now, look_ahead_s, growth_of)
    reach = {kind: reach_of(kind, separation_of, to_measures) for kind in Kind}
    near = [
        each
        for each in find_near_things(
            boxes_in_time(movers), np.arange(len(told)), plans, reach, to_measures
        )
        if not same_party(told[each.row].party, each.plan.party)
    ]
    keeps = [each.separation(told[each.row].kind, separation_of) for each in near]
    judgement = judge_near(movers, near, keeps, parts_of, alone_up_to)
    met = judgement.meetings(np.ones(len(near), dtype=np.bool_))
    found = [
        conflict_of(
            told[near[number].row].track,
            near[number].plan.id,
            TRACK_CONFLICTS[near[number].sort],
            meeting,
        )
        for number, meeting in met.items()
    ]
    return sorted(found, key=lambda conflict: (conflict.a, conflict.b))


def reach_of(kind: Kind, separation_of: SeparationOf, to_measures: Separation) -> Separation:
    """The widest that a track of a kind keeps from anything."""
    return widest([to_measures, *(separation_of(kind, other) for other in Kind)])


@dataclass(frozen=True, eq=False)
class TimeBoxes:
    """What holds each track on its way, as the index has boxes: x, y, z, seconds, height."""

    kind: Codes
    low: Floats
    high: Floats


def boxes_in_time(movers: Movers) -> TimeBoxes:
    """The boxes of all movers, errors included, over the whole look-ahead."""
    low, high = movers.boxes()
    first, last = movers.instant_s(0.0), movers.instant_s(1.0)
    return TimeBoxes(
        movers.kind, np.insert(low, 3, first, axis=1), np.insert(high, 3, last, axis=1)
    )


class NearEach(Protocol):
    """Whatever finds plans by boxes, such as `PlanIndex`."""

    def near_each(self, low: Floats, high: Floats) -> Iterator[tuple[int, Filed, int]]:
        """For boxes, corners of shape (n, 5): the number of a box, a plan and a part of it."""


def find_near_things(
    boxes: TimeBoxes,
    rows: Indices,
    plans: NearEach,
    reach: dict[Kind, Separation],
    to_measures: Separation,
) -> Iterator[NearThing]:
    """What the boxes of these tracks overlap: whatever they may come too near is among it.

    Whose it is does not matter here.
    """
    margins = np.stack([margin_of(reach[kind]) for kind in KINDS])[boxes.kind[rows]]
    lows, highs = boxes.low[rows] - margins, boxes.high[rows] + margins
    found: dict[tuple[int, str], tuple[Plan, Sort, list[int]]] = {}
    for number, filed, part in plans.near_each(lows, highs):
        key = number, filed.plan.id
        found.setdefault(key, (filed.plan, filed.sort, []))[2].append(part)
    for (number, _), (plan, sort, parts) in found.items():
        yield NearThing(int(rows[number]), plan, sort, tuple(parts), to_measures)


def judge_near(
    movers: Movers,
    near: Sequence[NearThing],
    keeps: Sequence[Separation],
    parts_of: PartsOf,
    alone_up_to: int = ALONE_UP_TO,
) -> Judgement:
    """How each track comes nearer to the thing near it than it keeps.

    Args:
        keeps: what each of `near` keeps.
        parts_of: the parts of a plan, by whoever has made them already.
        alone_up_to: see `find_passages`.
    """
    first_of: dict[str, int] = {}
    parts: list[Part] = []
    for each in near:
        if each.plan.id not in first_of:
            first_of[each.plan.id] = len(parts)
            parts += parts_of(each.plan)
    rows = [
        (number, each.row, first_of[each.plan.id] + part)
        for number, each in enumerate(near)
        for part in each.parts
    ]
    which, row, part = np.array(rows, dtype=np.intp).reshape(-1, 3).T
    kept = np.array([(k.horizontal_m, k.vertical_m, k.time_s) for k in keeps]).reshape(-1, 3)
    table, pairs = PartTable(parts), Pairs(row, part, *kept[which].T)
    passages = find_passages(movers, table, pairs, alone_up_to)
    return Judgement(movers, table, pairs, which, passages)
