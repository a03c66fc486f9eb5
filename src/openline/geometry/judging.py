"""Many pairs of parts at once: which surely keep apart, and where the others are nearest."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import (
    SQUARED_ECCENTRICITY,
    WIDEST_RADIUS_M,
    Floats,
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


class Drawn(NamedTuple):
    """What is judged of outlines: their points, extents, and which chords each box holds."""

    points: Floats
    bounds: Floats
    spans: Codes
    runs: Codes


def drawn(outlines: Outlines) -> Drawn:
    """The same without the boxes."""
    points, extents, runs = outlines
    return Drawn(points, extents.bounds, extents.spans, runs.codes)


@compiled
def judge(one: Drawn, other: Drawn, near: Codes, keep: Floats) -> Floats:
    """Drops what surely keeps apart in time, height or distance; of the rest, where it is nearest.

    A distance found is straight, good to `EXACT_M`; whether the geodesic one is within what is
    asked is left to the caller, but nothing that is within is dropped.

    Args:
        near: pairs of boxes, shape (n, 2 or more): the one's row, and the other's.
        keep: what they keep, shape (n, 4): metres (below zero where it does not matter), metres of
            height and seconds, each with its leeway for rounding; and whether the other comes
            first of the two, so that both ways round give the same.

    Returns:
        Shape (k, 8): the one's part, the other's, a verdict, the straight distance, longitude and
        latitude on the first, and on the second.
    """
    keys, places = _keys(one, other, near, keep)
    order = np.argsort(keys)[np.count_nonzero(keys < 0) :]
    judged = np.empty((len(order), 8))
    count, start = 0, 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and keys[order[stop]] == keys[order[start]]:
            stop += 1
        some = order[start:stop]
        some = some[np.argsort(places[some])]
        start = stop
        judged[count, 0], judged[count, 1] = keys[some[0]] >> 31, keys[some[0]] & _MASK
        if _is_doubtful(one, other, near[some], keep[some[0]], judged[count]):
            count += 1
    return judged[:count]


@compiled
def _is_doubtful(one: Drawn, other: Drawn, near: Codes, keep: Floats, judged: Floats) -> bool:
    """Whether a pair of parts may be too near: then the verdict is noted, and the places."""
    part, its_part = int(judged[0]), int(judged[1])
    bounds, its_bounds = one.bounds[part], other.bounds[its_part]
    if not _are_timely(bounds, its_bounds, keep):
        return False
    judged[2] = AT_LENGTH
    if one.spans[part, COUNT] == 0 or other.spans[its_part, COUNT] == 0:
        return True
    radii = bounds[RADIUS] + its_bounds[RADIUS]
    limit = keep[0] + radii + bounds[ACCURACY] + its_bounds[ACCURACY]
    best = np.empty(7)
    best[0] = limit + _BEYOND_M
    if keep[3]:
        _find_nearest(other, its_part, one, part, near[:, 1::-1].copy(), best)
    else:
        _find_nearest(one, part, other, its_part, near, best)
    if best[0] >= limit + _BEYOND_M or _arc_at_least(best[0] - _SURELY_M) > limit:
        return False
    if best[0] <= _FAR_M or best[0] * 1.01 <= min(radii, _WITHIN_M):
        judged[2] = NEAREST
    judged[3] = best[0]
    _place(best[1:4], judged[4:6])
    _place(best[4:7], judged[6:8])
    return True


@compiled
def _keys(one: Drawn, other: Drawn, near: Codes, keep: Floats) -> tuple[Keys, Keys]:
    """Of pairs of boxes: their pair of parts, below zero where it does not matter; and where on
    those they are, which orders them alike whichever was asked about.
    """
    keys, places = np.empty(len(near), dtype=np.int64), np.empty(len(near), dtype=np.int64)
    for i in range(len(near)):
        part, first, _ = one.runs[near[i, 0]]
        its_part, its_first, _ = other.runs[near[i, 1]]
        keys[i] = (np.int64(part) << 31) + its_part if keep[i, 0] >= 0 else -1
        place = np.int64(first - one.spans[part, FIRST])
        its_place = np.int64(its_first - other.spans[its_part, FIRST])
        if keep[i, 3]:
            place, its_place = its_place, place
        places[i] = (place << 31) + its_place
    return keys, places


@compiled
def _are_timely(a: Floats, b: Floats, keep: Floats) -> bool:
    time_gap = max(0.0, max(a[STARTS] - b[ENDS], b[STARTS] - a[ENDS]))
    height_gap = max(0.0, max(a[FLOOR] - b[CEILING], b[FLOOR] - a[CEILING]))
    return bool(time_gap <= keep[2] and height_gap <= keep[1])


@compiled
def _find_nearest(a: Drawn, part_a: int, b: Drawn, part_b: int, near: Codes, best: Floats) -> None:
    """The least straight distance of two parts, zero where one holds a point of the other."""
    first_a, first_b = a.spans[part_a, FIRST], b.spans[part_b, FIRST]
    x, y, z = a.points[first_a]
    if b.spans[part_b, FILLED] and holds(b.points, first_b, b.spans[part_b, COUNT], x, y, z):
        _touch(a.points, first_a, best)
        return
    x, y, z = b.points[first_b]
    if a.spans[part_a, FILLED] and holds(a.points, first_a, a.spans[part_a, COUNT], x, y, z):
        _touch(b.points, first_b, best)
        return
    find_least(a.points, a.runs, b.points, b.runs, near, best)


@compiled
def _touch(points: Floats, i: int, best: Floats) -> None:
    """Both have this point."""
    best[0] = 0.0
    for axis in range(3):
        best[1 + axis] = best[4 + axis] = points[i, axis]


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
