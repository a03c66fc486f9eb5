"""One track past one part of a plan, site or measure: the slow way, by narrowing arcs alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openline.detection.meeting import (
    HEIGHT_ROUNDING_M,
    TIME_ROUNDING_S,
    Meeting,
    leeway_m,
    places_met,
)
from openline.detection.movers import Movers
from openline.detection.parts import Part
from openline.domain.rules import Separation
from openline.geometry.arcs import Arcs
from openline.geometry.motion import fractions_between
from openline.geometry.nearest import Shape, find_nearest
from openline.geometry.passage import find_passage


@dataclass(frozen=True, eq=False)
class Mover:
    """One track on its way, as a single arc run through evenly."""

    way: Arcs
    from_s: float
    lasts_s: float
    height_m: float | None
    rise_m: float
    accuracy_m: float
    height_accuracy_m: float

    def instant_s(self, fraction: float) -> float:
        return self.from_s + self.lasts_s * fraction


def find_track_meeting(mover: Mover, part: Part, separation: Separation) -> Meeting | None:
    """Where a track comes nearer to a part than agreed: as stated, else within the errors."""
    stated = _meeting(mover, part, separation, within_error=False)
    if stated or not (mover.accuracy_m or mover.height_accuracy_m or part.accuracy_m):
        return stated
    return _meeting(mover, part, separation, within_error=True)


def mover_of(movers: Movers, number: int) -> Mover:
    """One of many that move, by its number; its errors are those of the end, when largest."""
    return Mover(
        way=movers.ways_of(np.array([number])),
        from_s=movers.from_s,
        lasts_s=movers.lasts_s,
        height_m=float(movers.height_m[number]) if movers.known[number] else None,
        rise_m=float(movers.rise_m[number]),
        accuracy_m=float(movers.accuracy_m[number] + movers.accuracy_gain_m[number]),
        height_accuracy_m=float(
            movers.height_accuracy_m[number] + movers.height_accuracy_gain_m[number]
        ),
    )


def _meeting(
    mover: Mover, part: Part, separation: Separation, within_error: bool
) -> Meeting | None:
    height_error = mover.height_accuracy_m if within_error else 0.0
    error = mover.accuracy_m + part.accuracy_m if within_error else 0.0
    timely = _timely(mover, part, separation.time_s)
    level = _level(mover, part, separation.vertical_m + height_error)
    begin, end = max(timely[0], level[0]), min(timely[1], level[1])
    if begin > end:
        return None
    within = leeway_m(separation.horizontal_m)
    limit = separation.horizontal_m + part.radius_m + error
    nearest = find_nearest(Shape(mover.way.stretch(begin, end)), part.shape, limit, within)
    if nearest is None:
        return None
    reach = max(limit, nearest.distance_m)
    first, last = find_passage(mover.way, part.shape, begin, end, reach)
    # The height gap is sought whenever times fit: mostly that is the passage just found.
    near = (first, last) if timely == (begin, end) else None
    on_track, on_part = places_met(nearest, 0.0, part.radius_m)
    return Meeting(
        starts_s=mover.instant_s(first),
        ends_s=mover.instant_s(last),
        distance_m=max(0.0, nearest.distance_m - part.radius_m),
        height_gap_m=_least_height_gap_m(mover, part, timely, reach, near),
        on_a=on_track,
        on_b=on_part,
        within_error=within_error,
    )


def _timely(mover: Mover, part: Part, time_s: float) -> tuple[float, float]:
    """Between which fractions the part is occupied, give or take `time_s`; else begin > end."""
    starts = part.starts_s - time_s - TIME_ROUNDING_S - mover.from_s
    ends = part.ends_s + time_s + TIME_ROUNDING_S - mover.from_s
    return _fractions(0.0, mover.lasts_s, starts, ends)


def _level(mover: Mover, part: Part, vertical_m: float) -> tuple[float, float]:
    """Between which fractions the heights are too near; else begin > end."""
    if mover.height_m is None:
        return 0.0, 1.0
    clear = vertical_m + HEIGHT_ROUNDING_M
    return _fractions(mover.height_m, mover.rise_m, part.floor_m - clear, part.ceiling_m + clear)


def _fractions(start: float, change: float, low: float, high: float) -> tuple[float, float]:
    begin, end = fractions_between(*(np.array([each]) for each in (start, change, low, high)))
    return float(begin[0]), float(end[0])


def _least_height_gap_m(
    mover: Mover,
    part: Part,
    timely: tuple[float, float],
    reach_m: float,
    near: tuple[float, float] | None,
) -> float:
    """The least height gap between the first and the last instant at which the track is near.

    Args:
        near: those instants where they are known, as fractions.
    """
    if mover.height_m is None:
        return 0.0
    touching = _fractions(mover.height_m, mover.rise_m, part.floor_m, part.ceiling_m)
    first, last = timely
    if mover.rise_m:
        first, last = near or find_passage(mover.way, part.shape, *timely, reach_m)
    if max(first, touching[0]) <= min(last, touching[1]):
        return 0.0
    heights = [mover.height_m + mover.rise_m * fraction for fraction in (first, last)]
    return min(max(part.floor_m - height, height - part.ceiling_m, 0.0) for height in heights)
