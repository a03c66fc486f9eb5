"""Edges on a plane, as compiled loops: whether any two of many come together.

Two at a time are judged only where they could meet: edges are taken in the order in which they
begin along one axis, each with those alone that begin before it ends. Of a ring of 2,000 corners
that is a few thousand pairs and not two million; of the worst that can be drawn, it is all of them.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Floats

_FEW: Final = 1_024
"""So few pairs are tried one after the other, which costs less than an order."""


@compiled
def along(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """How far along a segment (0 to 1) it is nearest to a point."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    return min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / square))


@compiled
def gap(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """How far a point is from a segment."""
    part = along(px, py, ax, ay, bx, by)
    return math.hypot(px - ax - part * (bx - ax), py - ay - part * (by - ay))


@compiled
def side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    """On which side of the line a–b a point lies: its distance times the length of a–b."""
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@compiled
def cross(a: Floats, b: Floats, c: Floats, d: Floats) -> bool:
    """Whether segment a–b properly crosses segment c–d."""
    one = side(a[0], a[1], b[0], b[1], c[0], c[1])
    other = side(a[0], a[1], b[0], b[1], d[0], d[1])
    if one * other >= 0.0:
        return False
    return side(c[0], c[1], d[0], d[1], a[0], a[1]) * side(c[0], c[1], d[0], d[1], b[0], b[1]) < 0.0


@compiled
def ring_meets_itself(ring: Floats, within: float) -> bool:
    """Whether two edges of a ring that do not follow each other cross, or come so near."""
    return _any_meet(_edges_of(ring), len(ring), len(ring), within)


@compiled
def rings_meet(one: Floats, other: Floats, within: float) -> bool:
    """Whether an edge of one ring crosses an edge of the other, or comes so near."""
    a, b = _edges_of(one), _edges_of(other)
    if len(a) * len(b) <= _FEW:
        for i in range(len(a)):
            for j in range(len(b)):
                if _come_together(a[i], b[j], within):
                    return True
        return False
    near, count = np.empty((len(a) + len(b), 4)), 0
    count = _put_near(a, b, within, near, count)
    of_one = count
    count = _put_near(b, a, within, near, count)
    return _any_meet(near[:count], of_one, 0, within)


@compiled
def _edges_of(ring: Floats) -> Floats:
    """The edges of a ring, shape (n, 4): from where, and to where."""
    edges = np.empty((len(ring), 4))
    for i in range(len(ring)):
        after = i + 1 if i + 1 < len(ring) else 0
        edges[i, 0], edges[i, 1] = ring[i, 0], ring[i, 1]
        edges[i, 2], edges[i, 3] = ring[after, 0], ring[after, 1]
    return edges


@compiled
def _put_near(edges: Floats, others: Floats, within: float, near: Floats, count: int) -> int:
    """Puts those edges that reach the box around the others after so many; how many there are."""
    low_x, low_y = others[:, 0].min() - within, others[:, 1].min() - within
    high_x, high_y = others[:, 0].max() + within, others[:, 1].max() + within
    for i in range(len(edges)):
        if (
            max(edges[i, 0], edges[i, 2]) >= low_x
            and min(edges[i, 0], edges[i, 2]) <= high_x
            and max(edges[i, 1], edges[i, 3]) >= low_y
            and min(edges[i, 1], edges[i, 3]) <= high_y
        ):
            near[count] = edges[i]
            count += 1
    return count


@compiled
def _any_meet(edges: Floats, of_one: int, around: int, within: float) -> bool:
    """Whether two edges come together that may be asked about.

    Args:
        of_one: so many, the first, are of one ring and the others of another.
        around: if all are of one ring, how many it has: then those that follow each other are
            left out; else zero, and only edges of different rings are held against each other.
    """
    # Along the axis on which edges reach less, fewer begin before one ends.
    across, up = np.abs(edges[:, 2] - edges[:, 0]).sum(), np.abs(edges[:, 3] - edges[:, 1]).sum()
    x, y = (0, 1) if across <= up else (1, 0)
    order = np.argsort(np.minimum(edges[:, x], edges[:, x + 2]))
    low = np.minimum(edges[:, x], edges[:, x + 2])[order]
    high = np.maximum(edges[:, x], edges[:, x + 2])[order] + within
    floor = np.minimum(edges[:, y], edges[:, y + 2])[order]
    ceiling = np.maximum(edges[:, y], edges[:, y + 2])[order] + within
    for p in range(len(order)):
        i = order[p]
        for q in range(p + 1, len(order)):
            if low[q] > high[p]:
                break
            if floor[q] > ceiling[p] or floor[p] > ceiling[q]:
                continue
            j = order[q]
            if around > 0:
                if abs(i - j) == 1 or abs(i - j) == around - 1:
                    continue
            elif (i < of_one) == (j < of_one):
                continue
            if _come_together(edges[i], edges[j], within):
                return True
    return False


@compiled
def _come_together(one: Floats, other: Floats, within: float) -> bool:
    """Whether two segments cross, or come so near."""
    ax, ay, bx, by = one[0], one[1], one[2], one[3]
    cx, cy, dx, dy = other[0], other[1], other[2], other[3]
    if (
        max(ax, bx) + within < min(cx, dx)
        or max(cx, dx) + within < min(ax, bx)
        or max(ay, by) + within < min(cy, dy)
        or max(cy, dy) + within < min(ay, by)
    ):
        return False
    c_side, d_side = side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)
    a_side, b_side = side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)
    if c_side * d_side < 0.0 and a_side * b_side < 0.0:
        return True
    # Wholly on one side of the other's line, and farther from that: most that lie side by side.
    squared = within * within
    of_one = squared * ((bx - ax) ** 2 + (by - ay) ** 2)
    if c_side * d_side > 0.0 and min(c_side * c_side, d_side * d_side) > of_one:
        return False
    of_other = squared * ((dx - cx) ** 2 + (dy - cy) ** 2)
    if a_side * b_side > 0.0 and min(a_side * a_side, b_side * b_side) > of_other:
        return False
    return (
        gap(ax, ay, cx, cy, dx, dy) <= within
        or gap(bx, by, cx, cy, dx, dy) <= within
        or gap(cx, cy, ax, ay, bx, by) <= within
        or gap(dx, dy, ax, ay, bx, by) <= within
    )
