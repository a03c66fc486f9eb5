"""What suppliers have filed, searchable: intents, subscriptions and constraints by where and when.

Derived from the sections of the state beside it, so never part of a snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Final

from openline.detection import PlanIndex, Sort
from openline.detection.extents import Extent, ExtentIndex, boxes_within
from openline.detection.parts import parts_of
from openline.detection.plans import Filed, same_party
from openline.domain.intent import INTENTS, Unjudged, intent_thing
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.geometry.ellipsoid import Floats

_MINUTE: Final = timedelta(minutes=1)


class Airspace:
    """Intents, subscriptions and constraints by their ids; what cannot be judged is not indexed."""

    def __init__(self) -> None:
        self.intents: Final = ExtentIndex()
        self.subscriptions: Final = ExtentIndex()
        """Those that have a volume of their own."""
        self.constraints: Final = ExtentIndex()
        self.constraint_of_ovn: Final[dict[str, str]] = {}
        """The constraint whose current OVN it is."""
        self.published: Final = ExtentIndex()
        """Measures in force that everybody may know of, by their own ids."""
        self.measure_of_constraint: Final[dict[str, str]] = {}
        """The measure that is, or was, shown under a constraint's id."""
        self._parties: Final[dict[str, str]] = {}
        self._plans: Final[dict[str, Plan]] = {}
        self._compared: Final = PlanIndex()
        """Intents that something else has come near, made ready once and not for each comer."""
        self.dependents: Final[dict[str, dict[str, None]]] = {}
        """The intents that depend on a subscription."""
        self.leaving: Final[dict[str, dict[str, None]]] = {}
        """The things that are over by an instant, under `leaves_with` of it."""

    def __len__(self) -> int:
        return len(self.intents)

    def insert_intent(self, intent: str, party: str, extents: Sequence[Extent]) -> None:
        """A supplier's intent occupies these from now on."""
        self.intents.insert(intent, extents)
        self._parties[intent] = party
        self._forget_plan(intent)

    def withdraw_intent(self, intent: str) -> None:
        """It occupies nothing; nothing happens if it did not."""
        self.intents.withdraw(intent)
        self._parties.pop(intent, None)
        self._forget_plan(intent)

    def _forget_plan(self, intent: str) -> None:
        if self._plans.pop(intent, None) is not None:
            self._compared.withdraw(intent_thing(intent))

    def find_party(self, thing: str) -> str | None:
        """Whose intent a thing is; None if it is none that is here."""
        return self._parties.get(thing[2:]) if thing.startswith(INTENTS) else None

    def plan_of(self, intent: str) -> Plan:
        """An intent as a plan among others, the same value as long as it is not changed.

        Made when it is first asked for: most intents are never near anything but one another.
        """
        held = self._plans.get(intent)
        if held is None:
            held = self._plans[intent] = Plan(
                id=intent_thing(intent),
                party=self._parties[intent],
                kind=Kind.DRONE,
                volumes=tuple(each.volume for each in self.intents.extents(intent)),
            )
        return held

    def near_each(self, low: Floats, high: Floats) -> Iterator[tuple[int, Filed, int]]:
        """For boxes, corners of shape (n, 5): the number of a box, an intent and a part of it."""
        for number, intent, part in self.intents.near_each(low, high):
            yield number, self._filed(self.plan_of(intent)), part

    def plans_near(self, plan: Plan, reach: Separation) -> PlanIndex:
        """Others' intents that a plan may come too near, and more: to be judged as any other."""
        low, high = boxes_within(plan, reach)
        near = {intent for _, intent, _ in self.intents.near_each(low, high)}
        others = [each for each in sorted(near) if not same_party(self._parties[each], plan.party)]
        new = [each for each in others if intent_thing(each) not in self._compared]
        self._compared.insert_all([self.plan_of(each) for each in new])
        return self._compared

    def _filed(self, plan: Plan) -> Filed:
        return Filed(plan, Sort.PLAN, lambda: parts_of(plan))


def first_unjudged(waiting: Mapping[str, Unjudged], count: int) -> dict[str, Unjudged]:
    """So many of those that have waited longest, in order, whatever order they are kept in."""
    return dict(nsmallest(count, waiting.items(), key=lambda each: (each[1].since, each[0])))


def plans_among(plans: Sequence[Plan]) -> PlanIndex:
    """An index of these alone."""
    index = PlanIndex()
    index.insert_all(plans)
    return index


def leaves_with(at: datetime) -> str:
    """The minute in which something is over: all that end in one minute leave together."""
    return (at.replace(second=0, microsecond=0) + _MINUTE).isoformat(timespec="minutes")
