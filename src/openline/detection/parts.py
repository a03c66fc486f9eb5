"""From the domain's volumes to what geometry can judge: parts, each one shape at one time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from msgspec.structs import replace

from openline.detection.instants import seconds_of
from openline.detection.validity import check_plan
from openline.domain.airspace import (
    Circle,
    Corridor,
    Footprint,
    HeightBand,
    Polygon,
    TimeSpan,
    Volume4D,
)
from openline.domain.plan import Plan
from openline.geometry.arcs import arcs_along
from openline.geometry.areas import area_of
from openline.geometry.boxes import box_of_area, boxes_of_arcs
from openline.geometry.ellipsoid import Floats
from openline.geometry.nearest import Shape


@dataclass(frozen=True, eq=False)
class Part:
    """A shape and all within `radius_m` of it, between two heights, from one second to another.

    `accuracy_m` is how far off the shape may be as a whole. Open ends are infinite.
    """

    shape: Shape
    radius_m: float
    accuracy_m: float
    floor_m: float
    ceiling_m: float
    starts_s: float
    ends_s: float


@lru_cache(maxsize=8)
def parts_of(plan: Plan) -> tuple[Part, ...]:
    """Every polygon, circle, path and timed leg of a plan as a part of its own.

    The last few are remembered: a plan is held against others, then put in.

    Raises:
        Malformed, TooLarge: see `check_plan`; a lost number must never read as "far".
    """
    check_plan(plan)
    return tuple(part for volume in plan.volumes for part in _parts_of_volume(volume))


def single_shapes(volume: Volume4D) -> Iterator[Volume4D]:
    """A volume as volumes that have one circle, one path or one area each, with its holes."""
    footprint = volume.footprint
    if not isinstance(footprint, Polygon):
        yield volume
        return
    for rings in footprint.rings:
        yield replace(volume, footprint=replace(footprint, rings=(rings,)))


def shapes_of(footprint: Footprint) -> list[tuple[Shape, float]]:
    """The shapes of a footprint, each with its radius; a timed corridor is one path here."""
    if isinstance(footprint, Circle):
        center = footprint.center
        return [(path_shape([(center.lon_deg, center.lat_deg)]), footprint.radius_m)]
    if isinstance(footprint, Corridor):
        return [(path_shape(footprint.path), footprint.width_m / 2)]
    areas = [area_of([_columns(ring) for ring in rings]) for rings in footprint.rings]
    return [(Shape(arcs=area.edges, area=area), 0.0) for area in areas]


def path_shape(path: Sequence[tuple[float, float]]) -> Shape:
    """The shape of a path of (lon_deg, lat_deg) vertices; one vertex is a point."""
    return Shape(arcs=arcs_along(*_columns(path)))


def boxes_of(part: Part) -> tuple[Floats, Floats]:
    """Low and high corners, shape (n, 5), of boxes that together hold a part, accuracy included.

    Axes: earth-centred x, y, z in metres, seconds, height in metres. A path has a box per leg.
    """
    margin = part.radius_m + part.accuracy_m
    if part.shape.area is None:
        low, high = boxes_of_arcs(part.shape.arcs, margin)
    else:
        low, high = box_of_area(part.shape.area, margin)
    return (
        np.column_stack([low, np.tile([part.starts_s, part.floor_m], (len(low), 1))]),
        np.column_stack([high, np.tile([part.ends_s, part.ceiling_m], (len(high), 1))]),
    )


def accuracy_of(footprint: Footprint) -> float:
    """How far off the footprint as a whole may be, as stated."""
    return footprint.center.accuracy_m if isinstance(footprint, Circle) else footprint.accuracy_m


def heights_of(band: HeightBand) -> tuple[float, float]:
    """Floor and ceiling: a missing pair is every height, a missing one as far as anything flies."""
    if band.lower_m is None and band.upper_m is None:
        return -math.inf, math.inf
    floor, ceiling = band.floor_m, band.ceiling_m
    return min(floor, ceiling), max(floor, ceiling)


def legs_of(
    corridor: Corridor,
) -> Iterator[tuple[tuple[tuple[float, float], ...], float, float]]:
    """Each leg of a timed corridor: its vertices, and from when to when it is occupied, in seconds.

    A path of one vertex has one leg, that vertex.
    """
    instants = [seconds_of(at) for at in corridor.times]
    for leg in range(max(1, len(corridor.path) - 1)):
        starts = instants[leg] - corridor.slack_s
        ends = instants[min(leg + 1, len(instants) - 1)] + corridor.slack_s
        yield corridor.path[leg : leg + 2], starts, ends


def span_s(times: TimeSpan) -> tuple[float, float]:
    """From when to when, in seconds; an open end is infinite."""
    starts = -math.inf if times.starts_at is None else seconds_of(times.starts_at)
    ends = math.inf if times.ends_at is None else seconds_of(times.ends_at)
    return starts, ends


def _parts_of_volume(volume: Volume4D) -> Iterator[Part]:
    footprint = volume.footprint
    floor, ceiling = heights_of(volume.heights)
    accuracy = accuracy_of(footprint)
    if isinstance(footprint, Corridor) and footprint.times:
        radius = footprint.width_m / 2
        for leg, starts, ends in legs_of(footprint):
            yield Part(path_shape(leg), radius, accuracy, floor, ceiling, starts, ends)
        return
    starts, ends = span_s(volume.times)
    for shape, radius in shapes_of(footprint):
        yield Part(shape, radius, accuracy, floor, ceiling, starts, ends)


def _columns(vertices: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    table = np.asarray(vertices, dtype=float)
    return table[:, 0], table[:, 1]
