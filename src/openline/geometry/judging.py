"""Many pairs of parts at once: which surely keep apart, and where the others are nearest."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import (
    SQUARED_ECCENTRICITY,
    WIDEST_RADIUS_M,
    Flags,
    Floats,
    Indices,
)
from openline.geometry.outline_pairs import EXACT_M, find_least, holds
from openline.geometry.outlines import (
    ACCURACY,
    CEILING,
    COUNT,
    ENDS,
    FILLED,
    FIRST,
    FLOOR,
    RADIUS,
    STARTS,
    Codes,
    Outlines,
)

NEAREST, AT_LENGTH = 0, 1
"""Verdicts: nearest at these places; or for the slow, exact way alone to say."""
_SURELY_M: Final = 2 * EXACT_M
"""More than the least distance found may be off: `EXACT_M`, and two errors of arcs."""
_BEYOND_M: Final = 1.0
_FAR_M: Final = 60_000.0
"""So far a straight distance orders geodesic ones to a ten-millionth."""
_WITHIN_M: Final = 1_000_000.0
"""Within radii up to this, a straight distance 1 % less than they are says that circles overlap."""
_MASK: Final = (1 << 31) - 1

Keys = NDArray[np.int64]


class Asked(NamedTuple):
    """Pairs of boxes to judge: their rows, shape (n, 2), the one's and the other's; what they keep.

    `keep`, shape (n, 3): metres, metres of height and seconds, each with its leeway for rounding.
    `turned` tells which pairs the other comes first of, so that both ways round give the same.
    """

    rows: Codes
    keep: Floats
    turned: Flags


class Judged(NamedTuple):
    """Pairs of parts that may be too near, shape (k, 3): the one's, the other's, and a verdict.

    `places`, shape (k, 5): straight distance, then longitude and latitude on the first and on the
    second of the pair, in its order.
    """

    pairs: Codes
    places: Floats


@compiled
def judge(one: Outlines, other: Outlines, asked: Asked) -> Judged:
    """Drops what surely keeps apart in time, height or distance; of the rest, where it is nearest.

    A distance found is straight, good to `EXACT_M`; whether the geodesic one is within what is
    asked is left to the caller, but nothing that is within is dropped.
    """
    order, keys = _grouped(one, other, asked)
    pairs = np.empty((len(order), 3), dtype=np.int32)
    places = np.empty((len(order), 5))
    best = np.empty(7)
    count, start = 0, 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and keys[order[stop]] == keys[order[start]]:
            stop += 1
        some = order[start:stop]
        start = stop
        part, its_part = keys[some[0]] >> 31, keys[some[0]] & _MASK
        keep = asked.keep[some[0]]
        if not _are_timely(one.extents.bounds[part], other.extents.bounds[its_part], keep):
            continue
        pairs[count, 0], pairs[count, 1] = part, its_part
        if one.extents.spans[part, COUNT] == 0 or other.extents.spans[its_part, COUNT] == 0:
            pairs[count, 2] = AT_LENGTH
            count += 1
            continue
        turned = asked.turned[some[0]]
        bounds, its_bounds = one.extents.bounds[part], other.extents.bounds[its_part]
        limit = (
            keep[0] + bounds[RADIUS] + its_bounds[RADIUS] + bounds[ACCURACY] + its_bounds[ACCURACY]
        )
        best[0] = limit + _BEYOND_M
        rows = asked.rows[some]
        if turned:
            _find_nearest(other, its_part, one, part, rows[:, ::-1].copy(), best)
        else:
            _find_nearest(one, part, other, its_part, rows, best)
        if best[0] >= limit + _BEYOND_M or _arc_at_least(best[0] - _SURELY_M) > limit:
            continue
        radii = bounds[RADIUS] + its_bounds[RADIUS]
        exact = best[0] <= _FAR_M or best[0] * 1.01 <= min(radii, _WITHIN_M)
        pairs[count, 2] = NEAREST if exact else AT_LENGTH
        places[count, 0] = best[0]
        _place(best[1:4], places[count, 1:3])
        _place(best[4:7], places[count, 3:5])
        count += 1
    return Judged(pairs[:count].copy(), places[:count].copy())


@compiled
def _grouped(one: Outlines, other: Outlines, asked: Asked) -> tuple[Indices, Keys]:
    """An order of pairs of boxes, by pairs of parts, then the same whichever was asked about."""
    count = len(asked.rows)
    keys, places = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for i in range(count):
        part, first, _ = one.runs.codes[asked.rows[i, 0]]
        its_part, its_first, _ = other.runs.codes[asked.rows[i, 1]]
        keys[i] = (np.int64(part) << 31) + its_part
        place = np.int64(first - one.extents.spans[part, FIRST])
        its_place = np.int64(its_first - other.extents.spans[its_part, FIRST])
        if asked.turned[i]:
            place, its_place = its_place, place
        places[i] = (place << 31) + its_place
    order = np.argsort(places)
    return order[np.argsort(keys[order], kind="mergesort")], keys


@compiled
def _are_timely(a: Floats, b: Floats, keep: Floats) -> bool:
    time_gap = max(0.0, max(a[STARTS] - b[ENDS], b[STARTS] - a[ENDS]))
    height_gap = max(0.0, max(a[FLOOR] - b[CEILING], b[FLOOR] - a[CEILING]))
    return bool(time_gap <= keep[2] and height_gap <= keep[1])


@compiled
def _find_nearest(
    a: Outlines, part_a: int, b: Outlines, part_b: int, rows: Codes, best: Floats
) -> None:
    """The least straight distance of two parts, zero where one holds a point of the other."""
    first_a, count_a, filled_a = a.extents.spans[part_a, : FILLED + 1]
    first_b, count_b, filled_b = b.extents.spans[part_b, : FILLED + 1]
    x, y, z = a.points[first_a]
    if filled_b and holds(b.points, first_b, count_b, x, y, z):
        best[0] = 0.0
        best[1:4] = a.points[first_a]
        best[4:7] = a.points[first_a]
        return
    x, y, z = b.points[first_b]
    if filled_a and holds(a.points, first_a, count_a, x, y, z):
        best[0] = 0.0
        best[1:4] = b.points[first_b]
        best[4:7] = b.points[first_b]
        return
    find_least(a.points, a.runs.codes, b.points, b.runs.codes, rows, best)


@compiled
def _arc_at_least(chord: float) -> float:
    """As `ellipsoid.arc_at_least_m`."""
    if chord <= 0:
        return 0.0
    return float(2 * WIDEST_RADIUS_M * np.arcsin(min(chord / (2 * WIDEST_RADIUS_M), 1.0)))


@compiled
def _place(point: Floats, place: Floats) -> None:
    """Longitude and latitude, in degrees, of a point on the surface."""
    across = np.sqrt(point[0] * point[0] + point[1] * point[1])
    place[0] = np.degrees(np.arctan2(point[1], point[0]))
    place[1] = np.degrees(np.arctan2(point[2], (1 - SQUARED_ECCENTRICITY) * across))
