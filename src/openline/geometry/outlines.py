"""Shapes as runs of short chords, all in plain arrays: what compiled loops judge at a glance.

A shape's vertices are given as longitudes and latitudes, ring after ring with a row of NaN between
them. Edges longer than `CHORD_M` are cut, so that between two points an arc lies within 0.3 mm of a
parabola over its chord: see `ARC_ERROR`. Points are earth-centred; NaN parts the rings here too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.boxes import AXES
from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import (
    EQUATOR_RADIUS_M,
    SQUARED_ECCENTRICITY,
    TIGHTEST_RADIUS_M,
    Floats,
    geodesic_between,
    travel,
)

CHORD_M: Final = 5_000.0
ARC_ERROR: Final = 2e-15
"""Times the cube of a chord's length: how far an arc may stray from the parabola over its chord.

Both meet at the ends, so they part by at most an eighth of how far their second derivatives do:
those differ by at most half the length x what curvature and normal change by, 2.6e-14 a metre.
"""
MOST_POINTS: Final = 16_384
WIDEST_M: Final = 1_500_000.0
"""A filled shape whose points lie within this of its first: any ring is seen whole from within."""
RUN: Final = 16
"""Chords that share a box."""
INTERIOR: Final = -1
"""Stands for the number of chords where a box bounds an inside, no edge."""

Codes = NDArray[np.int32]


class Extents(NamedTuple):
    """Parts as columns: `bounds`, shape (n, 6), by `RADIUS` and so on; `spans`, shape (n, 4), by
    `FIRST`: the first point, how many there are, whether it is filled, how many rows part rings.
    """

    bounds: Floats
    spans: Codes


RADIUS, ACCURACY, FLOOR, CEILING, STARTS, ENDS = range(6)
FIRST, COUNT, FILLED, GAPS = range(4)


class Runs(NamedTuple):
    """Boxes that hold parts together, corners of shape (n, AXES), accuracy and radius included.

    `codes`, shape (n, 3): the part, its first point in the box, and the number of chords from there
    (0 for a lone point, `INTERIOR` for an inside).
    """

    low: Floats
    high: Floats
    codes: Codes


class Outlines(NamedTuple):
    """Parts of plans: their points, shape (n, 3), extents, and the boxes that hold them."""

    points: Floats
    extents: Extents
    runs: Runs


def outlines_of(vertices: Floats, extents: Extents) -> Outlines | None:
    """Shapes laid out; None if one is too large, or has too many points, to be judged so.

    Args:
        vertices: longitudes and latitudes, shape (n, 2), of all parts in order.
        extents: the parts, their points counted among the vertices.
    """
    points = earth_points(vertices)
    if has_long_chord(points, extents.spans):
        cut = _cut(vertices, points, extents)
        if cut is None:
            return None
        points, extents = cut
    if extents.spans[:, COUNT].max() > MOST_POINTS or _is_too_wide(points, extents.spans):
        return None
    return Outlines(points, extents, runs_of(points, extents))


def _cut(vertices: Floats, points: Floats, extents: Extents) -> tuple[Floats, Extents] | None:
    """The same with more points, along geodesics, so that no chord is long."""
    chords = np.linalg.norm(np.diff(points, axis=0), axis=1)
    chords[extents.spans[1:, FIRST] - 1] = 0.0  # from one part to the next
    long = np.flatnonzero(chords > CHORD_M)
    lon, lat = vertices.T
    course, length = geodesic_between(lon[long], lat[long], lon[long + 1], lat[long + 1])
    pieces = np.ceil(length / CHORD_M).astype(np.intp)
    if pieces.sum() > MOST_POINTS * len(extents.spans):
        return None
    edge = np.repeat(np.arange(len(long)), pieces - 1)
    first = np.repeat(np.cumsum(pieces - 1) - (pieces - 1), pieces - 1)
    share = (np.arange(len(edge)) - first + 1) / pieces[edge]
    between = travel(lon[long][edge], lat[long][edge], course[edge], length[edge] * share)
    added = earth_points(np.column_stack(between[:2]))
    more = np.zeros(len(points) + 1, dtype=np.intp)
    more[long + 1] = pieces - 1
    counted = np.cumsum(more)
    spans = extents.spans.copy()
    ends = spans[:, FIRST] + spans[:, COUNT]
    spans[:, FIRST] += counted[spans[:, FIRST]].astype(np.int32)
    spans[:, COUNT] = ends + counted[ends - 1] - spans[:, FIRST]
    finer = np.insert(points, long[edge] + 1, added, axis=0)
    return finer, Extents(extents.bounds, spans)


@compiled
def earth_points(vertices: Floats) -> Floats:
    """As `ellipsoid.earth_centred`, for a table of vertices."""
    points = np.empty((len(vertices), 3))
    for i in range(len(vertices)):
        lon, lat = np.radians(vertices[i, 0]), np.radians(vertices[i, 1])
        sin_lat = np.sin(lat)
        across = EQUATOR_RADIUS_M / np.sqrt(1 - SQUARED_ECCENTRICITY * sin_lat * sin_lat)
        points[i, 0] = across * np.cos(lat) * np.cos(lon)
        points[i, 1] = across * np.cos(lat) * np.sin(lon)
        points[i, 2] = across * (1 - SQUARED_ECCENTRICITY) * sin_lat
    return points


@compiled
def apart(points: Floats, i: int, j: int) -> float:
    """The straight distance of two points; NaN if either is none."""
    x, y, z = points[i, 0] - points[j, 0], points[i, 1] - points[j, 1], points[i, 2] - points[j, 2]
    return float(np.sqrt(x * x + y * y + z * z))


@compiled
def has_long_chord(points: Floats, spans: Codes) -> bool:
    for part in range(len(spans)):
        for i in range(spans[part, FIRST], spans[part, FIRST] + spans[part, COUNT] - 1):
            if apart(points, i, i + 1) > CHORD_M:
                return True
    return False


@compiled
def _is_too_wide(points: Floats, spans: Codes) -> bool:
    for part in range(len(spans)):
        first, count, filled, _ = spans[part]
        if filled:
            for i in range(first, first + count):
                if apart(points, first, i) > WIDEST_M:
                    return True
    return False


@compiled
def runs_of(points: Floats, extents: Extents) -> Runs:
    """Boxes for every run of chords, and for every inside; one for both where they are few."""
    spans = extents.spans
    most = 0
    for part in range(len(spans)):
        most += 2 + spans[part, COUNT]
    low, high = np.empty((most, AXES)), np.empty((most, AXES))
    codes = np.empty((most, 3), dtype=np.int32)
    rows = 0
    for part in range(len(spans)):
        first, count, filled, gaps = spans[part]
        if filled:
            _box_interior(points, extents, part, low[rows], high[rows])
            # A small ring shares the box of its inside.
            few = count <= RUN + 1 and gaps == 0
            codes[rows, 0], codes[rows, 1] = part, first
            codes[rows, 2] = count - 1 if few else INTERIOR
            rows += 1
            if few:
                continue
        stop = first + count
        while first < stop:
            end = first
            while end + 1 < stop and end - first < RUN and not np.isnan(points[end + 1, 0]):
                end += 1
            _box_run(points, extents, part, first, end, low[rows], high[rows])
            codes[rows, 0], codes[rows, 1], codes[rows, 2] = part, first, end - first
            rows += 1
            if end + 1 < stop and np.isnan(points[end + 1, 0]):
                first = end + 2
            else:
                first = end if end + 1 < stop else stop
    return Runs(low[:rows].copy(), high[:rows].copy(), codes[:rows].copy())


@compiled
def _box_run(
    points: Floats,
    extents: Extents,
    part: int,
    first: int,
    end: int,
    low: Floats,
    high: Floats,
) -> None:
    """The box of the chords from one point to another, and how far their arcs bow."""
    longest = 0.0
    for i in range(first, end):
        longest = max(longest, apart(points, i, i + 1))
    bow = longest * longest / (8 * TIGHTEST_RADIUS_M) * 1.01
    _box(points, extents, part, first, end + 1, bow, low, high)


@compiled
def _box_interior(points: Floats, extents: Extents, part: int, low: Floats, high: Floats) -> None:
    """The box of an inside.

    Source: seen from the earth's centre, on the plane that touches at the first point, the inside
    lies within the hull of the ring. Up to 1,500 km from there that projection moves a point by
    less than 1.1 x distance^2 / 2 radii, so inside and hull are within twice that of each other.
    """
    first, count = extents.spans[part, FIRST], extents.spans[part, COUNT]
    farthest = 0.0
    for i in range(first, first + count):
        away = apart(points, first, i)
        if away > farthest:  # never true of NaN
            farthest = away
    bulge = 1.1 * farthest * farthest / TIGHTEST_RADIUS_M + 0.01
    _box(points, extents, part, first, first + count, bulge, low, high)


@compiled
def _box(
    points: Floats,
    extents: Extents,
    part: int,
    first: int,
    stop: int,
    bulge: float,
    low: Floats,
    high: Floats,
) -> None:
    bounds = extents.bounds[part]
    margin = bulge + bounds[RADIUS] + bounds[ACCURACY] + 1e-6
    for axis in range(3):
        low[axis], high[axis] = np.inf, -np.inf
        for i in range(first, stop):
            at = points[i, axis]
            if at < low[axis]:  # never true of NaN
                low[axis] = at
            if at > high[axis]:
                high[axis] = at
        low[axis] -= margin
        high[axis] += margin
    low[3], high[3] = bounds[STARTS], bounds[ENDS]
    low[4], high[4] = bounds[FLOOR], bounds[CEILING]
