"""Live tracks against plans, sites and measures: what is new, and whether what was told stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from openline.detection.fixes import KINDS
from openline.detection.live import Moving, Steadiness
from openline.detection.meeting import conflict_of
from openline.detection.parts import Part, parts_of
from openline.detection.passages import ALONE_UP_TO
from openline.detection.plans import SeparationOf
from openline.detection.track_plans import TRACK_CONFLICTS, Judgement, NearThing, judge_near
from openline.domain.conflict import Conflict
from openline.domain.plan import Plan
from openline.geometry.ellipsoid import Flags, Floats, Indices

SEARCHED_BY_LOOPS_FROM: Final = 256
"""With more tracks than so many the compiler is read in anyway."""


@dataclass(frozen=True, eq=False)
class ThingsTold:
    """Tracks, by their rows, and things that were told of and have not cleared; see `live.Told`."""

    rows: Indices
    things: Sequence[str]
    least_m: Floats


@dataclass(frozen=True, eq=False)
class ThingChanges:
    """What is to be told now, with the track's name, and of what was told: whether it stands."""

    found: list[tuple[str, Conflict]]
    nearer: list[tuple[str, Conflict]]
    stands: Flags


class PartsKept:
    """The parts of the plans that were near at the last look: most of them are at the next."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Plan, tuple[Part, ...]]] = {}
        self._asked: dict[str, tuple[Plan, tuple[Part, ...]]] = {}

    def parts_of(self, plan: Plan) -> tuple[Part, ...]:
        """The parts of this very plan; one amended since is another."""
        held = self._asked.get(plan.id) or self._kept.get(plan.id)
        if held is None or held[0] is not plan:
            held = plan, parts_of(plan)
        self._asked[plan.id] = held
        return held[1]

    def forget_others(self) -> None:
        """Forgets what has not been asked for since the last time."""
        self._kept, self._asked = self._asked, {}


def find_changes_against(
    moving: Moving,
    near: Sequence[NearThing],
    told: ThingsTold,
    separation_of: SeparationOf,
    steadiness: Steadiness,
    kept: PartsKept,
) -> ThingChanges:
    """What has changed between tracks and the things near them since they were told of."""
    told_rows = zip(told.rows.tolist(), told.things, strict=True)
    number_of = {pair: number for number, pair in enumerate(told_rows)}
    numbers = np.array([number_of.get((each.row, each.plan.id), -1) for each in near], dtype=int)
    keeps = [each.separation(KINDS[moving.movers.kind[each.row]], separation_of) for each in near]
    standing = numbers >= 0
    wider = [
        steadiness.widened(keep) if stands else keep
        for keep, stands in zip(keeps, standing.tolist(), strict=True)
    ]
    alone = ALONE_UP_TO if len(moving) <= SEARCHED_BY_LOOPS_FROM else 0
    judgement = judge_near(moving.movers, near, wider, kept.parts_of, alone)
    least = judgement.least_m(len(near))
    stands = np.zeros(len(told.things), dtype=np.bool_)
    stands[numbers[standing & np.isfinite(least)]] = True
    limit = np.full(len(near), -np.inf)
    limit[standing] = steadiness.nearer_m(told.least_m)[numbers[standing]]
    closer = np.flatnonzero(least < limit)
    again = judge_near(
        moving.movers,
        [near[each] for each in closer.tolist()],
        [keeps[each] for each in closer.tolist()],
        kept.parts_of,
        alone,
    )
    nearer = again.least_m(len(closer)) < limit[closer]
    changes = ThingChanges(
        found=_conflicts(moving, near, judgement, ~standing),
        nearer=_conflicts(moving, [near[each] for each in closer.tolist()], again, nearer),
        stands=stands,
    )
    kept.forget_others()
    return changes


def _conflicts(
    moving: Moving, near: Sequence[NearThing], judgement: Judgement, wanted: Flags
) -> list[tuple[str, Conflict]]:
    """What is met among those wanted, with the name of the track."""
    return [
        (
            moving.names[near[number].row],
            conflict_of(
                moving.names[near[number].row],
                near[number].plan.id,
                TRACK_CONFLICTS[near[number].sort],
                meeting,
            ),
        )
        for number, meeting in judgement.meetings(wanted).items()
    ]
