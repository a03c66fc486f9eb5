"""Plans, sites and measures against one another: the live index and the judgement of a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from openline.detection.live_parts import LiveParts, ScannedParts, Search
from openline.detection.meeting import Meeting, conflict_of, merged
from openline.detection.parts import Part, parts_of
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.errors import Refused
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
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


SCANNED_UP_TO: Final = 256
"""So few plans are found without a compiler being read in."""
_REMEMBERED: Final = 1_024
"""Plans whose parts are kept once made."""


@dataclass(frozen=True, eq=False)
class Filed:
    """A plan in the index, and what it stands for."""

    plan: Plan
    sort: Sort
    parts_made: Callable[[], tuple[Part, ...]]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its parts, made when they are asked for."""
        return self.parts_made()


class PlanIndex:
    """All plans, sites and measures now in force, searchable by where and when.

    A site is a Plan of kind GROUND without time limits; a measure is a Plan whose party is the
    authority that set it, or empty when it was agreed (the same party never meets itself). Of each
    plan only its value, its boxes and its points are kept.

    Args:
        scanned_up_to: with more plans than this, loops are compiled and trees are kept.
    """

    def __init__(self, scanned_up_to: int = SCANNED_UP_TO) -> None:
        self._slots: dict[str, int] = {}
        self._plans: list[Plan | None] = []
        self._sorts: list[Sort] = []
        self._free: list[int] = []
        self._remembered: dict[int, tuple[Part, ...]] = {}
        self._make: Callable[[], LiveParts] = ScannedParts
        # By kind, measures apart: each is searched no farther than its own separation.
        self._live: dict[Kind | None, LiveParts] = {}
        self._scanned_up_to = scanned_up_to

    def insert(self, plan: Plan, sort: Sort = Sort.PLAN) -> None:
        """Add a plan, in the place of any that has its id.

        Raises:
            Malformed, TooLarge: see `check_plan`; the index is then as it was.
        """
        self.insert_all([plan], sort)

    def insert_all(self, plans: Sequence[Plan], sort: Sort = Sort.PLAN) -> None:
        """Add plans of different ids, each in the place of any that has its id; quickest together.

        Raises:
            Malformed, TooLarge: see `check_plan`; the index is then as it was.
        """
        if not plans:
            return
        if len(self._slots) + len(plans) > self._scanned_up_to:
            self.compile()
        groups: dict[Kind | None, list[Plan]] = {}
        for plan in plans:
            groups.setdefault(_group_of(plan, sort), []).append(plan)
        added: dict[Kind | None, list[int]] = {}
        try:
            for group, those in groups.items():
                added[group] = self._add(group, those)
        except Refused:
            for group, slots in added.items():
                for slot in slots:
                    self._live[group].remove(slot)
                    self._free.append(slot)
            raise
        for group, slots in added.items():
            for slot, plan in zip(slots, groups[group], strict=True):
                self.withdraw(plan.id)
                self._slots[plan.id] = slot
                self._plans[slot], self._sorts[slot] = plan, sort

    def withdraw(self, plan_id: str) -> None:
        """Take a plan out; nothing happens if it is not there."""
        slot = self._slots.pop(plan_id, None)
        if slot is None:
            return
        self._live[_group_of(self._plan(slot), self._sorts[slot])].remove(slot)
        self._plans[slot] = None
        self._remembered.pop(slot, None)
        self._free.append(slot)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, plan_id: object) -> bool:
        return plan_id in self._slots

    def __iter__(self) -> Iterator[Filed]:
        return map(self._filed, self._slots.values())

    @property
    def is_compiled(self) -> bool:
        """Whether it is quick among many; else it is quick to start."""
        return self._make is not ScannedParts

    def get(self, plan_id: str) -> Plan | None:
        """The plan of that id; None if it is not there."""
        slot = self._slots.get(plan_id)
        return None if slot is None else self._plan(slot)

    def sort_of(self, plan_id: str) -> Sort | None:
        """What the plan of that id stands for; None if it is not there."""
        slot = self._slots.get(plan_id)
        return None if slot is None else self._sorts[slot]

    def find_conflicts(
        self,
        plan: Plan,
        separation_of: SeparationOf,
        sort: Sort = Sort.PLAN,
        to_measures: Separation = TOUCHING,
        is_shown: Callable[[str], bool] | None = None,
    ) -> list[Conflict]:
        """What this plan would meet among those of other parties, sorted by (a, b).

        The plan need not be in the index; one with its id is left out. Sites do not meet sites,
        nor measures measures. With `is_shown`, nothing is reckoned for ids that it does not hold
        for, so that how long it takes tells nothing of their shapes.

        Raises:
            Malformed, TooLarge: see `check_plan`.
        """
        meetings: dict[int, list[Meeting]] = {}
        for group, live in self._live.items():
            separation = to_measures
            if group is not None and sort is not Sort.MEASURE:
                separation = separation_of(plan.kind, group)
            for slot, meeting in live.find_meetings(self._search(plan, sort, separation, is_shown)):
                meetings.setdefault(slot, []).append(meeting)
        if not self._live:
            parts_of(plan)  # refused all the same
        found = []
        for slot, those in meetings.items():
            kind, together = _kind_of(sort, self._sorts[slot]), merged(those)
            assert kind is not None  # or it would not have been asked about
            assert together is not None
            a_id, b_id = sorted([plan.id, self._plan(slot).id])
            found.append(conflict_of(a_id, b_id, kind, together))
        return sorted(found, key=lambda conflict: (conflict.a, conflict.b))

    def near(self, low: Floats, high: Floats) -> Iterator[tuple[Filed, int]]:
        """Filed plans, each with the number of a part that the box overlaps; see `boxes_of`."""
        return ((filed, number) for _, filed, number in self.near_each(low[None, :], high[None, :]))

    def near_each(self, low: Floats, high: Floats) -> Iterator[tuple[int, Filed, int]]:
        """For boxes, corners of shape (n, 5): the number of a box, a plan and a part it overlaps.

        In any order; thousands at a time are quickest.
        """
        for found in [live.near(low, high) for live in self._live.values()]:
            filed = {slot: self._filed(slot) for slot in set(found.slots.tolist())}
            for box, slot, number in zip(*(each.tolist() for each in found), strict=True):
                yield box, filed[slot], number

    def compile(self) -> None:
        """Changes over to compiled loops, where they can be had; it answers the same."""
        if self.is_compiled:
            return
        make = compiled_parts()
        if make is None:
            return
        self._make, self._live = make, {}
        groups: dict[Kind | None, list[int]] = {}
        for slot in self._slots.values():
            groups.setdefault(_group_of(self._plan(slot), self._sorts[slot]), []).append(slot)
        for group, slots in groups.items():
            self._live[group] = make()
            self._live[group].add(slots, [self._plan(slot) for slot in slots])

    def _search(
        self,
        plan: Plan,
        sort: Sort,
        separation: Separation,
        is_shown: Callable[[str], bool] | None,
    ) -> Search:
        own = self._slots.get(plan.id)

        def is_asked(slot: int) -> bool:
            free = slot == own or same_party(plan.party, self._plan(slot).party)
            if free or _kind_of(sort, self._sorts[slot]) is None:
                return False
            return is_shown is None or is_shown(self._plan(slot).id)

        def goes_first(slot: int) -> bool:  # by id: it reads the same whichever was filed first
            return self._plan(slot).id < plan.id

        return Search(plan, separation, is_asked, goes_first, self._parts)

    def _add(self, group: Kind | None, plans: Sequence[Plan]) -> list[int]:
        """Keeps the parts of plans, in slots that are theirs from now on."""
        if group not in self._live:
            self._live[group] = self._make()
        while len(self._free) < len(plans):
            self._free.append(len(self._plans))
            self._plans.append(None)
            self._sorts.append(Sort.PLAN)
        slots = self._free[: -len(plans) - 1 : -1]
        self._live[group].add(slots, plans)
        del self._free[-len(plans) :]
        return slots

    def _plan(self, slot: int) -> Plan:
        plan = self._plans[slot]
        assert plan is not None  # only slots in use are found
        return plan

    def _filed(self, slot: int) -> Filed:
        return Filed(self._plan(slot), self._sorts[slot], lambda: self._parts(slot))

    def _parts(self, slot: int) -> tuple[Part, ...]:
        parts = self._remembered.get(slot)
        if parts is None:
            if len(self._remembered) >= _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            parts = self._remembered[slot] = parts_of(self._plan(slot))
        return parts


@cache
def compiled_parts() -> type[LiveParts] | None:
    """What keeps the parts of many plans, compiled; None where there is no compiler."""
    try:
        from openline.detection.compiled_parts import CompiledParts, try_out

        try_out()
    except Exception:  # noqa: BLE001  whatever keeps a compiler from its work, plans are watched
        return None
    return CompiledParts


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


def same_party(a: str, b: str) -> bool:
    """Whether two things are of one party; what was agreed belongs to nobody."""
    return a == b and a != ""


def _group_of(plan: Plan, sort: Sort) -> Kind | None:
    return None if sort is Sort.MEASURE else plan.kind


def _kind_of(one: Sort, other: Sort) -> ConflictKind | None:
    return PLAN_CONFLICTS.get((one, other)) or PLAN_CONFLICTS.get((other, one))
