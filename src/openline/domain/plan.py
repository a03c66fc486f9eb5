"""A plan: the volumes that one party says it will occupy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.airspace import TimeSpan, Volume4D
from openline.domain.statement import Content, concluded, said


class Kind(StrEnum):
    """What moves or stands there; it decides which separation holds."""

    GROUND = "ground"
    AIR = "air"
    DRONE = "drone"


class Plan(Struct, frozen=True, kw_only=True):
    """What a party says it will occupy: each volume a part of its own, never merged into a hull."""

    id: str
    party: str
    kind: Kind
    volumes: tuple[Volume4D, ...]


class PlanState(StrEnum):
    """How a filed plan is now."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


PLAN_TRANSITIONS: Final[Mapping[PlanState, frozenset[PlanState]]] = MappingProxyType(
    {
        PlanState.FILED: frozenset({PlanState.FILED, PlanState.WITHDRAWN, PlanState.ENDED}),
        PlanState.WITHDRAWN: frozenset(),
        PlanState.ENDED: frozenset(),
    }
)
"""Filing a later version amends it. What is withdrawn or ended leaves the live desk."""


class PlanBody(Struct, frozen=True, kw_only=True):
    """Where and when: every volume within the plan's stated start and end."""

    volumes: tuple[Volume4D, ...]


class FiledPlan(Struct, frozen=True, kw_only=True):
    """A plan as it stands at the desk, and to whom its party has shown it.

    `body` is None once erased: the plan stays on the record and can no longer be judged.
    """

    id: str
    party: str
    kind: Kind
    version: int
    starts_at: datetime
    ends_at: datetime
    entry: int
    released_to: tuple[str, ...] = ()
    body: PlanBody | None = None

    def as_plan(self) -> Plan | None:
        """What it occupies, each volume with times of its own; None once erased."""
        if self.body is None:
            return None
        whole = TimeSpan(starts_at=self.starts_at, ends_at=self.ends_at)
        volumes = tuple(
            Volume4D(
                footprint=volume.footprint,
                heights=volume.heights,
                times=TimeSpan(
                    starts_at=volume.times.starts_at or whole.starts_at,
                    ends_at=volume.times.ends_at or whole.ends_at,
                ),
            )
            for volume in self.body.volumes
        )
        return Plan(id=self.id, party=self.party, kind=self.kind, volumes=volumes)


@said("plan.filed.v1")
class PlanFiled(Content, frozen=True, kw_only=True):
    """A party says what it will occupy, between two instants; a later version amends the former.

    A volume without a start or an end of its own is occupied from `starts_at` or to `ends_at`.
    """

    plan: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    version: int = 1
    body: PlanBody | None = None


@said("plan.withdrawn.v1")
class PlanWithdrawn(Content, frozen=True, kw_only=True):
    """The party will not occupy it after all. Whoever was shown it cannot unsee it."""

    plan: str


@said("plan.released.v1")
class PlanReleased(Content, frozen=True, kw_only=True):
    """The party's recorded consent: each party named may see the plan, and its later versions."""

    plan: str
    to: tuple[str, ...]


@said("plan.release_ended.v1")
class PlanReleaseEnded(Content, frozen=True, kw_only=True):
    """The parties named are shown no more of the plan; what they were told cannot be untold."""

    plan: str
    to: tuple[str, ...]


@concluded("plan.ended.v1")
class PlanEnded(Content, frozen=True, kw_only=True):
    """The plan's time is over, slack included: nothing filed from now on can meet it."""

    plan: str


def filed_plan(
    content: PlanFiled, party: str, *, entry: int, before: FiledPlan | None
) -> FiledPlan:
    """The plan as this statement has it; whoever was shown the version before is shown this."""
    return FiledPlan(
        id=content.plan,
        party=party,
        kind=content.kind,
        version=content.version,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        entry=entry,
        released_to=before.released_to if before else (),
        body=content.body,
    )
