"""All that occupies ground and sky now, searchable; derived, so never part of a snapshot.

How near is too near depends on what is met: plans and sites keep the separations of their kinds,
areas are not to be touched, a separation line keeps its distance from the ground, and a
coordinating altitude keeps aircraft above it and drones below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from openline.desk.comparing.airspace import Airspace
from openline.detection import TOUCHING, PlanIndex, Sort
from openline.detection.extents import boxes_within
from openline.detection.fixes import CODE_OF
from openline.detection.live import Moving, Steadiness
from openline.detection.plans import same_party, widest
from openline.detection.track_plans import NearThing, find_near_things, reach_of
from openline.domain.conflict import Conflict
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Rules, Separation
from openline.geometry.ellipsoid import Flags, Floats


class Occupied:
    """Plans, sites and measures in force; a thing inserted anew replaces what has its id."""

    def __init__(self) -> None:
        self.things: Final = PlanIndex()
        """Plans, sites, and the areas of measures."""
        self.lines: Final = PlanIndex()
        """Separation lines, from which the ground separation is kept."""
        self.closed_to_aircraft: Final = PlanIndex()
        """All below coordinating altitudes."""
        self.closed_to_drones: Final = PlanIndex()
        """All above coordinating altitudes."""
        self.air: Final = Airspace()
        """What drone suppliers have filed."""

    def insert(self, plan: Plan, sort: Sort = Sort.PLAN) -> None:
        """A plan or a site is there from now on."""
        self.things.insert(plan, sort)
        self._compile_together()

    def insert_all(self, plans: Sequence[Plan], sort: Sort = Sort.PLAN) -> None:
        """Plans are there from now on, all of different ids: quicker than one by one."""
        self.things.insert_all(plans, sort)
        self._compile_together()

    def insert_area(self, area: Plan) -> None:
        """A measure's area is in force from now on."""
        self.insert(area, Sort.MEASURE)

    def insert_line(self, line: Plan) -> None:
        """A separation line is in force from now on."""
        self.lines.insert(line, Sort.MEASURE)

    def insert_altitude(self, below: Plan, above: Plan) -> None:
        """A coordinating altitude is in force: `below` is closed to aircraft, `above` to drones."""
        self.closed_to_aircraft.insert(below, Sort.MEASURE)
        self.closed_to_drones.insert(above, Sort.MEASURE)

    def withdraw(self, thing: str) -> None:
        """It is no longer there; nothing happens if it was not."""
        for index in self._indexes():
            index.withdraw(thing)

    def has_more_than_intents(self) -> bool:
        """Whether anything is there but what suppliers plan to occupy."""
        return any(len(index) for index in self._indexes())

    def __contains__(self, thing: str) -> bool:
        held = any(thing in index for index in self._indexes())
        return held or self.air.find_party(thing) is not None

    def party_of(self, thing: str) -> str:
        """Whose it is; empty for what was agreed, and for what is not there."""
        held = (index.get(thing) for index in self._indexes())
        plan = next((plan for plan in held if plan is not None), None)
        return plan.party if plan is not None else self.air.find_party(thing) or ""

    def find_conflicts(self, plan: Plan, rules: Rules, sort: Sort = Sort.PLAN) -> list[Conflict]:
        """What a plan or a site would meet, among everything of other parties, sorted by (a, b)."""
        found = self.things.find_conflicts(plan, rules.separation_between, sort)
        if len(self.air.intents):
            near = self.air.plans_near(plan, _farthest(rules))
            found += near.find_conflicts(plan, rules.separation_between, sort)
        return self._with_lines(plan, rules, sort, found)

    def find_shown(
        self, plan: Plan, rules: Rules, is_shown: Callable[[str], bool]
    ) -> list[Conflict]:
        """The same for a plan among what `is_shown` holds for; nothing else is reckoned with."""
        among = [(self.things, TOUCHING), *self._kept_from(plan, rules)]
        found = [
            each
            for index, keep in among
            for each in index.find_conflicts(
                plan, rules.separation_between, Sort.PLAN, keep, is_shown
            )
        ]
        return sorted(found, key=lambda each: (each.a, each.b))

    def find_met_by_intent(self, intent: str, rules: Rules) -> list[Conflict]:
        """What an intent would meet among everything else but intents, sorted by (a, b)."""
        low, high = self.air.intents.boxes_within(intent, _farthest(rules))
        if not self._has_near(low, high):
            return []
        return self._met_by_drone(self.air.plan_of(intent), rules)

    def find_met_by_drone(self, plan: Plan, rules: Rules) -> list[Conflict]:
        """The same for what is no intent, or no longer."""
        if not self._has_near(*boxes_within(plan, _farthest(rules))):
            return []
        return self._met_by_drone(plan, rules)

    def _has_near(self, low: Floats, high: Floats) -> bool:
        """Whether a drone that stays within these boxes may meet anything but intents."""
        around = (self.things, self.lines, self.closed_to_drones)
        return any(len(each) and any(True for _ in each.near_each(low, high)) for each in around)

    def _met_by_drone(self, plan: Plan, rules: Rules) -> list[Conflict]:
        found = self.things.find_conflicts(plan, rules.separation_between)
        return self._with_lines(plan, rules, Sort.PLAN, found)

    def _with_lines(
        self, plan: Plan, rules: Rules, sort: Sort, found: list[Conflict]
    ) -> list[Conflict]:
        """These, and what it would meet of separation lines and coordinating altitudes."""
        for index, keep in self._kept_from(plan, rules):
            if len(index):
                found += index.find_conflicts(plan, rules.separation_between, sort, keep)
        return sorted(found, key=lambda each: (each.a, each.b))

    def _kept_from(self, plan: Plan, rules: Rules) -> list[tuple[PlanIndex, Separation]]:
        """The measures without an area that its kind keeps from, and how far."""
        others = [(self.lines, from_lines(rules))]
        if plan.kind is Kind.AIR:
            others.append((self.closed_to_aircraft, TOUCHING))
        if plan.kind is Kind.DRONE:
            others.append((self.closed_to_drones, TOUCHING))
        return others

    def find_near_tracks(self, moving: Moving, rules: Rules) -> Iterator[NearThing]:
        """What tracks may meet among it all within the look-ahead, to be judged one by one."""
        everyone = np.ones(len(moving), dtype=np.bool_)
        steadiness = steadiness_of(rules)
        searched: tuple[tuple[Flags, PlanIndex | Airspace, Separation], ...] = (
            (everyone, self.things, TOUCHING),
            (everyone, self.air, TOUCHING),
            (everyone, self.lines, from_lines(rules)),
            (moving.boxes.kind == CODE_OF[Kind.AIR], self.closed_to_aircraft, TOUCHING),
            (moving.boxes.kind == CODE_OF[Kind.DRONE], self.closed_to_drones, TOUCHING),
        )
        for which, index, keep in searched:
            if len(index) and which.any():
                reach = {
                    kind: steadiness.widened(reach_of(kind, rules.separation_between, keep))
                    for kind in Kind
                }
                for each in find_near_things(
                    moving.boxes, np.flatnonzero(which), index, reach, keep
                ):
                    if not same_party(moving.party(each.row), each.plan.party):
                        yield each

    def _indexes(self) -> tuple[PlanIndex, ...]:
        return (self.things, self.lines, self.closed_to_aircraft, self.closed_to_drones)

    def find_met_by_area(self, area: Plan, rules: Rules) -> list[Conflict]:
        """The plans and sites that meet a measure's area."""
        return self._met_by(area, rules, TOUCHING, tuple(Kind))

    def find_met_by_line(self, line: Plan, rules: Rules) -> list[Conflict]:
        """The plans and sites that come nearer to a separation line than the ground separation."""
        return self._met_by(line, rules, from_lines(rules), tuple(Kind))

    def find_met_by_altitude(self, below: Plan, above: Plan, rules: Rules) -> list[Conflict]:
        """The aircraft that would be below a coordinating altitude, and the drones above it."""
        return self._met_by(below, rules, TOUCHING, (Kind.AIR,)) + self._met_by(
            above, rules, TOUCHING, (Kind.DRONE,)
        )

    def _met_by(
        self, measure: Plan, rules: Rules, keep: Separation, kinds: tuple[Kind, ...]
    ) -> list[Conflict]:
        found = self.things.find_conflicts(measure, rules.separation_between, Sort.MEASURE, keep)
        others = [self.things.get(each.b if each.a == measure.id else each.a) for each in found]
        found = [
            each
            for each, other in zip(found, others, strict=True)
            if other is not None and other.kind in kinds
        ]
        if Kind.DRONE in kinds and len(self.air.intents):
            near = self.air.plans_near(measure, _farthest(rules))
            found += near.find_conflicts(measure, rules.separation_between, Sort.MEASURE, keep)
        return sorted(found, key=lambda each: (each.a, each.b))

    def _compile_together(self) -> None:
        """A desk of many plans is quick among its few measures too."""
        if self.things.is_compiled and not self.lines.is_compiled:
            for index in self._indexes():
                index.compile()


def _farthest(rules: Rules) -> Separation:
    """As far as anything keeps from a drone or from a line."""
    each = (rules.separation_between(Kind.DRONE, kind) for kind in Kind)
    return widest([from_lines(rules), *each])


def from_lines(rules: Rules) -> Separation:
    """How near anything may come to a separation line: the ground separation, at any height."""
    return Separation(
        horizontal_m=rules.separation[Kind.GROUND].horizontal_m, vertical_m=0.0, time_s=0.0
    )


def steadiness_of(rules: Rules) -> Steadiness:
    """How still what was told of is kept, by the agreed numbers."""
    return Steadiness(nearer=rules.track_nearer_part, beyond=rules.track_clears_beyond_part)
