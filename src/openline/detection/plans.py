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
        scanned_up_to: with more plans than this, loops are compiled and a tree is kept.
    """

    def __init__(self, scanned_up_to: int = SCANNED_UP_TO) -> None:
        self._slots: dict[str, int] = {}
        self._plans: list[Plan | None] = []
        self._sorts: list[Sort] = []
        self._free: list[int] = []
        self._remembered: dict[int, tuple[Part, ...]] = {}
        self._live: LiveParts = ScannedParts()
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
        self._compile_for(len(self._slots) + len(plans))
        slots = [self._new_slot() for _ in plans]
        try:
            self._live.add(slots, plans)
        except Refused:
            self._free += reversed(slots)
            raise
        for slot, plan in zip(slots, plans, strict=True):
            self.withdraw(plan.id)
            self._slots[plan.id] = slot
            self._plans[slot], self._sorts[slot] = plan, sort

    def withdraw(self, plan_id: str) -> None:
        """Take a plan out; nothing happens if it is not there."""
        slot = self._slots.pop(plan_id, None)
        if slot is None:
            return
        self._live.remove(slot)
        self._plans[slot] = None
        self._remembered.pop(slot, None)
        self._free.append(slot)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, plan_id: object) -> bool:
        return plan_id in self._slots

    def __iter__(self) -> Iterator[Filed]:
        return map(self._filed, self._slots.values())

    def get(self, plan_id: str) -> Plan | None:
        """The plan of that id; None if it is not there."""
        slot = self._slots.get(plan_id)
        return None if slot is None else self._plan(slot)

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
        by_kind = {kind: separation_of(plan.kind, kind) for kind in Kind}

        def separation_from(slot: int) -> Separation | None:
            other, its_sort = self._plan(slot), self._sorts[slot]
            if same_party(plan.party, other.party) or _kind_of(sort, its_sort) is None:
                return None
            return to_measures if Sort.MEASURE in (sort, its_sort) else by_kind[other.kind]

        reach = widest([to_measures, *by_kind.values()])
        found = []
        for slot, meeting in self._meetings(plan, reach, separation_from):
            kind = _kind_of(sort, self._sorts[slot])
            assert kind is not None  # or it would have had no separation
            a_id, b_id = sorted([plan.id, self._plan(slot).id])
            found.append(conflict_of(a_id, b_id, kind, meeting))
        return sorted(found, key=lambda conflict: (conflict.a, conflict.b))

    def find_met(self, plan: Plan, wanted: Callable[[Filed], bool]) -> list[Filed]:
        """Those wanted that share a point in space, height and time with this plan, edges included.

        Parties do not matter, nor separations; one with its id is left out. What is not wanted
        costs next to nothing. By id.

        Raises:
            Malformed, TooLarge: see `check_plan`.
        """

        def separation_from(slot: int) -> Separation | None:
            return TOUCHING if wanted(self._filed(slot)) else None

        met = [self._filed(slot) for slot, _ in self._meetings(plan, TOUCHING, separation_from)]
        return sorted(met, key=lambda filed: filed.plan.id)

    def near(self, low: Floats, high: Floats) -> Iterator[tuple[Filed, int]]:
        """Filed plans, each with the number of a part that the box overlaps; see `boxes_of`."""
        return ((filed, number) for _, filed, number in self.near_each(low[None, :], high[None, :]))

    def near_each(self, low: Floats, high: Floats) -> Iterator[tuple[int, Filed, int]]:
        """For boxes, corners of shape (n, 5): the number of a box, a plan and a part it overlaps.

        In the order of the boxes; thousands at a time are quickest.
        """
        found = self._live.near(low, high)
        filed = {slot: self._filed(slot) for slot in set(found.slots.tolist())}
        for box, slot, number in zip(*(each.tolist() for each in found), strict=True):
            yield box, filed[slot], number

    def _meetings(
        self,
        plan: Plan,
        reach: Separation,
        separation_from: Callable[[int], Separation | None],
    ) -> Iterator[tuple[int, Meeting]]:
        """Slots of plans that come too near, each with one meeting for all parts."""
        own = self._slots.get(plan.id)
        search = Search(
            plan=plan,
            reach=reach,
            separation_from=lambda slot: None if slot == own else separation_from(slot),
            # In the order of the ids, so that it reads the same whichever was filed first.
            goes_first=lambda slot: self._plan(slot).id < plan.id,
            parts_in=self._parts,
        )
        meetings: dict[int, list[Meeting]] = {}
        for slot, meeting in self._live.find_meetings(search):
            meetings.setdefault(slot, []).append(meeting)
        for slot, those in meetings.items():
            together = merged(those)
            if together is not None:
                yield slot, together

    def _compile_for(self, plans: int) -> None:
        """Changes over to compiled loops when there are many plans, where they can be had."""
        if plans <= self._scanned_up_to or not isinstance(self._live, ScannedParts):
            return
        kept = compiled_parts()
        if kept is not None:
            live = kept()
            slots = list(self._slots.values())
            if slots:
                live.add(slots, [self._plan(slot) for slot in slots])
            self._live = live

    def _new_slot(self) -> int:
        if self._free:
            return self._free.pop()
        self._plans.append(None)
        self._sorts.append(Sort.PLAN)
        return len(self._plans) - 1

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


def _kind_of(one: Sort, other: Sort) -> ConflictKind | None:
    return PLAN_CONFLICTS.get((one, other)) or PLAN_CONFLICTS.get((other, one))
