"""Plans, sites and measures against one another: the live index and the judgement of a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from openline.domain.conflict import Conflict
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation

SeparationOf = Callable[[Kind, Kind], Separation]
"""How near two kinds may come, such as `Rules.separation_between`."""

TOUCHING: Final = Separation(horizontal_m=0.0, vertical_m=0.0, time_s=0.0)
"""The separation from a measure unless another is asked: to touch it is to meet it."""


class Sort(StrEnum):
    """What a volume stands for: it decides which conflicts are looked for and how they are named."""

    PLAN = "plan"
    SITE = "site"
    MEASURE = "measure"


class PlanIndex:
    """All plans, sites and measures now in force, searchable by where and when.

    A site is a Plan of kind GROUND without time limits; a measure is a Plan whose party is the
    authority that set it, or empty when it was agreed (the same party never meets itself).
    """

    def insert(self, plan: Plan, sort: Sort = Sort.PLAN) -> None:
        """Add a plan, in the place of any that has its id."""
        raise NotImplementedError

    def withdraw(self, plan_id: str) -> None:
        """Take a plan out; nothing happens if it is not there."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __contains__(self, plan_id: object) -> bool:
        raise NotImplementedError

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
        """
        raise NotImplementedError


def find_conflicts_among(
    plans: Iterable[Plan],
    separation_of: SeparationOf,
    *,
    sites: Iterable[Plan] = (),
    measures: Iterable[Plan] = (),
    to_measures: Separation = TOUCHING,
) -> list[Conflict]:
    """Every conflict among these, each pair once, sorted by (a, b)."""
    raise NotImplementedError
