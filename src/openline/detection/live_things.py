"""Live tracks against plans, sites and measures: what is new, and whether what was told stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from openline.detection.fixes import KINDS
from openline.detection.live import Moving, Steadiness
from openline.detection.live_parts import margin_of
from openline.detection.meeting import conflict_of, merged
from openline.detection.movers import Movers
from openline.detection.parts import Part
from openline.detection.plans import (
    Filed,
    PlanIndex,
    SeparationOf,
    Sort,
    same_party,
    widest,
)
from openline.detection.track_plans import TRACK_CONFLICTS, find_track_meeting, mover_of
from openline.domain.conflict import Conflict
from openline.domain.plan import Kind
from openline.domain.rules import Separation
from openline.geometry.ellipsoid import Flags, Floats, Indices


@dataclass(frozen=True, eq=False)
class NearThing:
    """A track, by its row, and the parts of a thing that its box overlaps, to be judged."""

    row: int
    filed: Filed
    parts: tuple[Part, ...]
    to_measures: Separation

    def separation(self, kind: Kind, separation_of: SeparationOf) -> Separation:
        """What a track of a kind keeps from it."""
        if self.filed.sort is Sort.MEASURE:
            return self.to_measures
        return separation_of(kind, self.filed.plan.kind)


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


def find_near_things(
    moving: Moving,
    rows: Indices,
    plans: PlanIndex,
    separation_of: SeparationOf,
    to_measures: Separation,
    steadiness: Steadiness,
) -> Iterator[NearThing]:
    """What of other parties the boxes of these tracks overlap: all that they may meet is among it.

    The boxes reach as far as what was told of is taken to stand.
    """
    lows, highs = _boxes_in_time(moving.movers, rows)
    margins = np.stack(
        [
            margin_of(steadiness.widened(widest([to_measures, *asked])))
            for asked in ([separation_of(kind, other) for other in Kind] for kind in KINDS)
        ]
    )[moving.movers.kind[rows]]
    for number, filed, parts in _near(plans, lows - margins, highs + margins):
        row = int(rows[number])
        if not same_party(moving.party(row), filed.plan.party):
            yield NearThing(row, filed, parts, to_measures)


def find_changes_against(
    moving: Moving,
    near: Iterable[NearThing],
    told: ThingsTold,
    separation_of: SeparationOf,
    steadiness: Steadiness,
) -> ThingChanges:
    """What has changed between tracks and the things near them since they were told of."""
    standing = {
        (row, thing): number
        for number, (row, thing) in enumerate(zip(told.rows.tolist(), told.things, strict=True))
    }
    limit = steadiness.nearer_m(told.least_m)
    changes = ThingChanges([], [], np.zeros(len(told.things), dtype=np.bool_))
    for each in near:
        number = standing.get((each.row, each.filed.plan.id))
        separation = each.separation(KINDS[moving.movers.kind[each.row]], separation_of)
        if number is None:
            met = _conflict(moving, each, separation)
            if met is not None:
                changes.found.append((moving.names[each.row], met))
            continue
        met = _conflict(moving, each, steadiness.widened(separation))
        changes.stands[number] |= met is not None
        if met is not None and met.least_distance_m < limit[number]:
            changes.nearer.append((moving.names[each.row], met))
    return changes


def _boxes_in_time(movers: Movers, rows: Indices) -> tuple[Floats, Floats]:
    """Boxes of some of the tracks as the index has them: x, y, z, seconds, height; shape (n, 5)."""
    low, high = movers.boxes()
    first, last = movers.instant_s(0.0), movers.instant_s(1.0)
    return np.insert(low[rows], 3, first, axis=1), np.insert(high[rows], 3, last, axis=1)


def _near(
    plans: PlanIndex, lows: Floats, highs: Floats
) -> Iterator[tuple[int, Filed, tuple[Part, ...]]]:
    """Numbers of boxes, each with a plan that it overlaps and the parts that it does."""
    found: dict[tuple[int, str], tuple[Filed, list[int]]] = {}
    for number, filed, part in plans.near_each(lows, highs):
        found.setdefault((number, filed.plan.id), (filed, []))[1].append(part)
    for (number, _), (filed, parts) in found.items():
        made = filed.parts
        yield number, filed, tuple(made[part] for part in parts)


def _conflict(moving: Moving, near: NearThing, separation: Separation) -> Conflict | None:
    mover = mover_of(moving.movers, near.row)
    meetings = (find_track_meeting(mover, part, separation) for part in near.parts)
    meeting = merged(each for each in meetings if each is not None)
    if meeting is None:
        return None
    kind = TRACK_CONFLICTS[near.filed.sort]
    return conflict_of(moving.names[near.row], near.filed.plan.id, kind, meeting)
