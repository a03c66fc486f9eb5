"""Small rings and circles, as compiled loops: whether they meet, and whether one holds another.

An outline is its earth-centred corners, shape (n, 3): three or more make a ring, one is the centre
of a circle. Only yes or no is asked, in microseconds; where and how near is `outline_pairs`.

Outlines are laid on a plane by central projection, where a chord becomes a straight edge. An edge
of 100 km strays from its geodesic there by millimetres, and a distance of 60 km is told to half a
metre: whoever is judged to touch is at most that far apart, and none who touch are missed. The
bounds are held against geodesics in `tests/geometry/test_small_outlines.py`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Floats
from openline.geometry.plane_edges import along, cross, gap, ring_meets_itself, rings_meet, side

WIDEST_M: Final = 105_000.0
"""Outlines are judged here if the box around them is no larger from corner to corner."""
TOUCH_M: Final = 0.05
"""So far apart counts as touching: more than any error of the projection, less than anybody's."""
SOUND, FLAT, CROSSED = 0, 1, 2
"""What `soundness` says of a ring: fit to bound an area, of no area, or crossing itself."""

SAME_M: Final = 0.01
"""Corners no farther apart are one."""
_RADIUS_M: Final = 6_371_000.0


@compiled
def box_around(corners: Floats, radius_m: float) -> Floats:
    """Low and high corner, shape (2, 3), of a box that holds the outline and its inside.

    What a ring holds bulges out of the flat hull of its corners by less than the square of its
    width over five earth radii (Jung's theorem gives over six).
    """
    box = np.empty((2, 3))
    square = 0.0
    for axis in range(3):
        low = high = corners[0, axis]
        for i in range(1, len(corners)):
            low, high = min(low, corners[i, axis]), max(high, corners[i, axis])
        box[0, axis], box[1, axis] = low, high
        square += (high - low) * (high - low)
    margin = radius_m + 0.1 + square / 3.0e7
    for axis in range(3):
        box[0, axis] -= margin
        box[1, axis] += margin
    return box


@compiled
def laid_out(corners: Floats, ups: Floats) -> Floats:
    """Corners on the plane that touches below `ups`, shape (n, 2), in metres."""
    length = math.sqrt(ups[0] ** 2 + ups[1] ** 2 + ups[2] ** 2)
    ux, uy, uz = ups[0] / length, ups[1] / length, ups[2] / length
    # Any direction will do for east, as long as it is not the way up itself.
    if abs(uz) < 0.9:
        ex, ey, ez = -uy, ux, 0.0
    else:
        ex, ey, ez = 0.0, -uz, uy
    size = math.sqrt(ex * ex + ey * ey + ez * ez)
    ex, ey, ez = ex / size, ey / size, ez / size
    nx, ny, nz = uy * ez - uz * ey, uz * ex - ux * ez, ux * ey - uy * ex
    laid = np.empty((len(corners), 2))
    for i in range(len(corners)):
        x, y, z = corners[i, 0], corners[i, 1], corners[i, 2]
        scale = length / (x * ux + y * uy + z * uz)
        laid[i, 0] = (x * ex + y * ey + z * ez) * scale
        laid[i, 1] = (x * nx + y * ny + z * nz) * scale
    return laid


@compiled
def _holds(ring: Floats, x: float, y: float) -> bool:
    """Whether a point lies inside a ring on its plane; on the edge either is said."""
    inside = False
    j = len(ring) - 1
    for i in range(len(ring)):
        if (ring[i, 1] > y) != (ring[j, 1] > y) and x < (ring[j, 0] - ring[i, 0]) * (
            y - ring[i, 1]
        ) / (ring[j, 1] - ring[i, 1]) + ring[i, 0]:
            inside = not inside
        j = i
    return inside


@compiled
def soundness(corners: Floats) -> int:
    """Whether a ring is fit to bound an area: `SOUND`, `FLAT`, or `CROSSED` (or touching itself).

    A ring that is nowhere `SAME_M` wide has no area; one that comes so near itself touches itself.
    """
    count = len(corners)
    if count < 3:
        return FLAT
    ring = laid_out(corners, corners[0])
    around = 0.0
    for i in range(count):
        after, beyond = (i + 1) % count, (i + 2) % count
        along_x, along_y = ring[after, 0] - ring[i, 0], ring[after, 1] - ring[i, 1]
        on_x, on_y = ring[beyond, 0] - ring[after, 0], ring[beyond, 1] - ring[after, 1]
        length = math.hypot(along_x, along_y)
        around += length
        back = along_x * on_x + along_y * on_y
        if length < SAME_M:
            return FLAT
        if count > 3 and back < 0.0 and abs(along_x * on_y - along_y * on_x) < -back * 1e-9:
            return CROSSED  # it goes back the way it came
    if ring_meets_itself(ring, SAME_M):
        return CROSSED
    return FLAT if ring_area_m2(corners) < around * SAME_M else SOUND


@compiled
def ring_area_m2(corners: Floats) -> float:
    """The area that a ring holds, to a ten-thousandth where it is small."""
    ring = laid_out(corners, corners[0])
    twice = 0.0
    j = len(ring) - 1
    for i in range(len(ring)):
        twice += ring[j, 0] * ring[i, 1] - ring[i, 0] * ring[j, 1]
        j = i
    return abs(twice) / 2.0


@compiled
def _apart_m(chord_m: float) -> float:
    """The way over ground between two points so far apart in a straight line; to 1 mm in 60 km."""
    return chord_m + chord_m**3 / (24.0 * _RADIUS_M * _RADIUS_M)


@compiled
def _chord_m(a: Floats, b: Floats) -> float:
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)


@compiled
def _edge_gap_m(centre: Floats, corners: Floats) -> float:
    """How far the nearest edge of a ring is from a point: never more than it is.

    Near by, the plane tells it best; farther off, the straight way to the place that is nearest on
    the plane. The less of the two is at most 0.5 m short of the truth in 60 km.
    """
    ring = laid_out(corners, centre)
    least = math.inf
    j = len(ring) - 1
    for i in range(len(ring)):
        part = along(0.0, 0.0, ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1])
        x = ring[j, 0] + part * (ring[i, 0] - ring[j, 0])
        y = ring[j, 1] + part * (ring[i, 1] - ring[j, 1])
        flat = math.hypot(x, y)
        if flat <= least * 1.001 + 1.0:
            straight = _apart_m(_chord_m(centre, _on_edge(corners[j], corners[i], part)))
            least = min(least, flat, straight)
        j = i
    return least


@compiled
def _on_edge(a: Floats, b: Floats, part: float) -> Floats:
    """The place on the ground over a part of a chord."""
    place = np.empty(3)
    length = 0.0
    for axis in range(3):
        place[axis] = a[axis] + part * (b[axis] - a[axis])
        length += place[axis] * place[axis]
    low = math.sqrt(a[0] ** 2 + a[1] ** 2 + a[2] ** 2)
    high = math.sqrt(b[0] ** 2 + b[1] ** 2 + b[2] ** 2)
    scale = (low + part * (high - low)) / math.sqrt(length)
    for axis in range(3):
        place[axis] *= scale
    return place


@compiled
def _ring_holds(corners: Floats, point: Floats) -> bool:
    ring = laid_out(corners, point)
    return _holds(ring, 0.0, 0.0)


@compiled
def outlines_meet(one: Floats, one_m: float, other: Floats, other_m: float) -> bool:
    """Whether two outlines share a point, edges included; see the module for how it errs.

    Args:
        one, other: corners of a ring, or a circle's centre.
        one_m, other_m: the circles' radii; ignored for rings.
    """
    if len(one) == 1 and len(other) == 1:
        return _apart_m(_chord_m(one[0], other[0])) <= one_m + other_m + TOUCH_M
    if len(one) == 1:
        return _ring_holds(other, one[0]) or _edge_gap_m(one[0], other) <= one_m + TOUCH_M
    if len(other) == 1:
        return _ring_holds(one, other[0]) or _edge_gap_m(other[0], one) <= other_m + TOUCH_M
    middle = (one[0] + other[0]) / 2.0
    a, b = laid_out(one, middle), laid_out(other, middle)
    if _holds(a, b[0, 0], b[0, 1]) or _holds(b, a[0, 0], a[0, 1]):
        return True
    return rings_meet(a, b, TOUCH_M)


@compiled
def outline_covers(
    outer: Floats, outer_m: float, inner: Floats, inner_m: float, slack_m: float
) -> bool:
    """Whether an outline holds the whole of another, but for a slack at its edge.

    Args:
        outer, inner: corners of a ring, or a circle's centre.
        outer_m, inner_m: the circles' radii; ignored for rings.
        slack_m: so far beyond the edge is still within.
    """
    if len(outer) == 1:
        for i in range(len(inner)):
            reach = inner_m if len(inner) == 1 else 0.0
            if _apart_m(_chord_m(outer[0], inner[i])) + reach > outer_m + slack_m:
                return False
        return True
    if len(inner) == 1:
        gap = _edge_gap_m(inner[0], outer)
        if _ring_holds(outer, inner[0]):
            return gap >= inner_m - slack_m
        return inner_m + gap <= slack_m
    return _ring_covers(outer, inner, slack_m)


@compiled
def _ring_covers(outer: Floats, inner: Floats, slack_m: float) -> bool:
    """No corner of the inner lies outside, and no corner of the outer lies well inside it.

    Two rings whose edges cross without either are told apart by the middles between crossings.
    """
    middle = inner[0]
    a, b = laid_out(outer, middle), laid_out(inner, middle)
    for i in range(len(b)):
        if not _holds(a, b[i, 0], b[i, 1]) and _ring_gap(a, b[i, 0], b[i, 1]) > slack_m:
            return False
    for i in range(len(a)):
        if _holds(b, a[i, 0], a[i, 1]) and _ring_gap(b, a[i, 0], a[i, 1]) > slack_m:
            return False
    j = len(b) - 1
    for i in range(len(b)):
        if not _edge_stays(a, b[j], b[i], slack_m):
            return False
        j = i
    return True


@compiled
def _edge_stays(ring: Floats, a: Floats, b: Floats, slack_m: float) -> bool:
    """Whether an edge stays in a ring between the places where it crosses the ring's own edges."""
    cuts = np.empty(len(ring) + 2)
    cuts[0], cuts[1], count = 0.0, 1.0, 2
    j = len(ring) - 1
    for i in range(len(ring)):
        if cross(a, b, ring[j], ring[i]):
            start = side(ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1], a[0], a[1])
            end = side(ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1], b[0], b[1])
            cuts[count] = start / (start - end)
            count += 1
        j = i
    if count == 2:
        return True
    cuts = np.sort(cuts[:count])
    for i in range(count - 1):
        part = (cuts[i] + cuts[i + 1]) / 2.0
        x, y = a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])
        if not _holds(ring, x, y) and _ring_gap(ring, x, y) > slack_m:
            return False
    return True


@compiled
def _ring_gap(ring: Floats, x: float, y: float) -> float:
    """How far a point is from the nearest edge of a ring on its plane."""
    least = math.inf
    j = len(ring) - 1
    for i in range(len(ring)):
        least = min(least, gap(x, y, ring[j, 0], ring[j, 1], ring[i, 0], ring[i, 1]))
        j = i
    return least
