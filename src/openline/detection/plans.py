"""Plans, sites and measures against one another: the live index and the judgement of a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from openline.detection.meeting import (
    HEIGHT_ROUNDING_M,
    TIME_ROUNDING_S,
    conflict_of,
    find_meeting,
    leeway_m,
    merged,
)
from openline.detection.parts import Part, boxes_of, parts_of
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.geometry.boxes import BoxTable
from openline.geometry.ellipsoid import Floats

SeparationOf = Callable[[Kind, Kind], Separation]
"""How near two kinds may come, such as `Rules.separation_between`."""

TOUCHING: Final = Separation(horizontal_m=0.0, vertical_m=0.0, time_s=0.0)
"""The separation from a measure unless another is asked: to touch it is to meet it."""


class Sort(StrEnum):
    """What volumes stand for: it decides which conflicts are looked for and how they are named."""

    PLAN = "plan"
    SITE = "site"
    MEASURE = "measure"


PLAN_CONFLICTS: Final = {
    (Sort.PLAN, Sort.PLAN): ConflictKind.PLAN_PLAN,
    (Sort.PLAN, Sort.SITE): ConflictKind.PLAN_SITE,
    (Sort.PLAN, Sort.MEASURE): ConflictKind.PLAN_MEASURE,
    (Sort.SITE, Sort.MEASURE): ConflictKind.SITE_MEASURE,
}
"""Which sorts can meet, either way round; sites do not meet sites, nor measures measures."""


@dataclass(frozen=True, eq=False)
class Filed:
    """A plan in the index: what it stands for, its parts, and the part that each row holds."""

    plan: Plan
    sort: Sort
    parts: tuple[Part, ...]
    part_of_row: dict[int, int]


class PlanIndex:
    """All plans, sites and measures now in force, searchable by where and when.

    A site is a Plan of kind GROUND without time limits; a measure is a Plan whose party is the
    authority that set it, or empty when it was agreed (the same party never meets itself).
    """

    def __init__(self) -> None:
        self._filed: dict[str, Filed] = {}
        self._boxes = BoxTable(axes=5)
        self._plan_of_row: dict[int, str] = {}

    def insert(self, plan: Plan, sort: Sort = Sort.PLAN) -> None:
        """Add a plan, in the place of any that has its id.

        Raises:
            Malformed, TooLarge: see `check_plan`; the index is then as it was.
        """
        parts = parts_of(plan)
        boxes = [boxes_of(part) for part in parts]
        self.withdraw(plan.id)
        part_of_row: dict[int, int] = {}
        for number, (low, high) in enumerate(boxes):
            for row in self._boxes.add(low, high).tolist():
                part_of_row[row] = number
                self._plan_of_row[row] = plan.id
        self._filed[plan.id] = Filed(plan, sort, parts, part_of_row)

    def withdraw(self, plan_id: str) -> None:
        """Take a plan out; nothing happens if it is not there."""
        filed = self._filed.pop(plan_id, None)
        if filed is None:
            return
        for row in filed.part_of_row:
            del self._plan_of_row[row]
        self._boxes.remove(np.array(list(filed.part_of_row), dtype=np.intp))

    def __len__(self) -> int:
        return len(self._filed)

    def __contains__(self, plan_id: object) -> bool:
        return plan_id in self._filed

    def __iter__(self) -> Iterator[Filed]:
        return iter(self._filed.values())

    def find_conflicts(
        self,
        plan: Plan,
        separation_of: SeparationOf,
        sort: Sort = Sort.PLAN,
        to_measures: Separation = TOUCHING,
    ) -> list[Conflict]:
        """What this plan would meet among those of other parties, sorted by (a, b).

        The plan need not be in the index; one with its id is left out. Sites do not meet sites,
        nor measures measures.

        Raises:
            Malformed, TooLarge: see `check_plan`.
        """
        parts = parts_of(plan)
        reach = widest([to_measures, *(separation_of(plan.kind, kind) for kind in Kind)])
        found = []
        for filed, pairs in self._near(parts, reach):
            kind = _kind_of(sort, filed.sort)
            if kind is None or filed.plan.id == plan.id or same_party(plan.party, filed.plan.party):
                continue
            separation = (
                to_measures
                if Sort.MEASURE in (sort, filed.sort)
                else separation_of(plan.kind, filed.plan.kind)
            )
            # In the order of the ids, so that it reads the same whichever was filed first.
            sides = [(parts[i], filed.parts[j]) for i, j in pairs]
            if filed.plan.id < plan.id:
                sides = [(theirs, own) for own, theirs in sides]
            meetings = (find_meeting(one, other, separation) for one, other in sides)
            meeting = merged(each for each in meetings if each is not None)
            if meeting is not None:
                a_id, b_id = sorted([plan.id, filed.plan.id])
                found.append(conflict_of(a_id, b_id, kind, meeting))
        return sorted(found, key=lambda conflict: (conflict.a, conflict.b))

    def near(self, low: Floats, high: Floats) -> Iterator[tuple[Filed, int]]:
        """Filed plans, each with the number of a part that the box overlaps; see `boxes_of`."""
        seen = set()
        for row in self._boxes.overlapping(low, high).tolist():
            plan_id = self._plan_of_row[row]
            filed = self._filed[plan_id]
            number = filed.part_of_row[row]
            if (plan_id, number) not in seen:
                seen.add((plan_id, number))
                yield filed, number

    def _near(
        self, parts: tuple[Part, ...], reach: Separation
    ) -> list[tuple[Filed, list[tuple[int, int]]]]:
        """Filed plans that may be in reach, each with the pairs of parts to judge."""
        pairs: dict[str, set[tuple[int, int]]] = {}
        for own, part in enumerate(parts):
            for low, high in zip(*boxes_of(part), strict=True):
                margin = margin_of(reach)
                for filed, number in self.near(low - margin, high + margin):
                    pairs.setdefault(filed.plan.id, set()).add((own, number))
        return [(self._filed[plan_id], sorted(those)) for plan_id, those in pairs.items()]


def find_conflicts_among(
    plans: Iterable[Plan],
    separation_of: SeparationOf,
    *,
    sites: Iterable[Plan] = (),
    measures: Iterable[Plan] = (),
    to_measures: Separation = TOUCHING,
) -> list[Conflict]:
    """Every conflict among these, each pair once, sorted by (a, b).

    Raises:
        Malformed, TooLarge: see `check_plan`.
    """
    index = PlanIndex()
    found: list[Conflict] = []
    for sort, those in ((Sort.PLAN, plans), (Sort.SITE, sites), (Sort.MEASURE, measures)):
        for plan in those:
            found += index.find_conflicts(plan, separation_of, sort, to_measures)
            index.insert(plan, sort)
    return sorted(found, key=lambda conflict: (conflict.a, conflict.b))


def widest(separations: Iterable[Separation]) -> Separation:
    """The largest of several, dimension by dimension: what a search must reach."""
    every = list(separations)
    return Separation(
        horizontal_m=max(each.horizontal_m for each in every),
        vertical_m=max(each.vertical_m for each in every),
        time_s=max(each.time_s for each in every),
    )


def margin_of(reach: Separation) -> Floats:
    """By how much to widen a box, axis by axis, so that it overlaps all within reach.

    A straight line is shorter than the geodesic, so metres of one serve for the other.
    """
    horizontal = reach.horizontal_m + leeway_m(reach.horizontal_m)
    return np.array(
        [
            horizontal,
            horizontal,
            horizontal,
            reach.time_s + TIME_ROUNDING_S,
            reach.vertical_m + HEIGHT_ROUNDING_M,
        ]
    )


def same_party(a: str, b: str) -> bool:
    """Whether two things are of one party; what was agreed belongs to nobody."""
    return a == b and a != ""


def _kind_of(one: Sort, other: Sort) -> ConflictKind | None:
    return PLAN_CONFLICTS.get((one, other)) or PLAN_CONFLICTS.get((other, one))
