"""Whether shapes are surely fit to be judged, as compiled loops; the full check has the last word.

It errs towards doubt: a shape with an odd number, a long edge, or a ring that all but touches
itself is in doubt, and the full check decides.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Floats
from openline.geometry.outline_pairs import nearest_on_chords
from openline.geometry.outlines import (
    CHORD_M,
    MOST_POINTS,
    WIDEST_M,
    Codes,
    Extents,
    Outlines,
    apart,
    earth_points,
    has_long_chord,
    runs_of,
)

_FARTHEST_TURN_DEG: Final = 1_080.0
_LONGEST_LEG_M: Final = 1_000_000.0
_LONGEST_EDGE_M: Final = 50_000.0
_MOST_CORNERS: Final = 64
"""Rings are tried edge against edge up to here."""
_APART_M: Final = 0.001
_FOLDED: Final = 1e-6


@compiled
def are_sound(vertices: Floats, spans: Codes) -> bool:
    """Whether no part is in doubt; arguments as for `outlines.outlines_of`."""
    return _are_sound(vertices, earth_points(vertices), spans)


@compiled
def lay_out_small(vertices: Floats, extents: Extents) -> tuple[bool, Outlines]:
    """As `outlines.outlines_of`, where all is sound and no edge is to be cut; else False."""
    points = earth_points(vertices)
    if not _are_sound(vertices, points, extents.spans) or has_long_chord(points, extents.spans):
        return False, Outlines(
            points, extents, runs_of(points[:0], Extents(extents.bounds[:0], extents.spans[:0]))
        )
    return True, Outlines(points, extents, runs_of(points, extents))


@compiled
def _are_sound(vertices: Floats, points: Floats, spans: Codes) -> bool:
    for part in range(len(spans)):
        first, count, filled, gaps = spans[part]
        if not _is_in_range(vertices, first, count, gaps):
            return False
        if not _has_fair_edges(points, first, count, filled):
            return False
        if filled and not _has_simple_rings(points, first, count):
            return False
    return True


@compiled
def _is_in_range(vertices: Floats, first: int, count: int, gaps: int) -> bool:
    for i in range(first, first + count):
        lon, lat = vertices[i]
        if np.isnan(lon) and np.isnan(lat):
            gaps -= 1
        elif not (abs(lat) <= 90.0 and abs(lon) <= _FARTHEST_TURN_DEG):
            return False
    return gaps == 0


@compiled
def _has_fair_edges(points: Floats, first: int, count: int, filled: int) -> bool:
    """No edge is very long, nor are all together; what is filled is seen whole from within."""
    longest = _LONGEST_EDGE_M if filled else _LONGEST_LEG_M
    total = 0.0
    for i in range(first, first + count):
        if filled and apart(points, first, i) > WIDEST_M:
            return False
        if i > first:
            length = apart(points, i - 1, i)
            if length > longest:
                return False
            if length > 0:
                total += length
    return count + total / CHORD_M < MOST_POINTS / 2


@compiled
def _has_simple_rings(points: Floats, first: int, count: int) -> bool:
    start = first
    for i in range(first, first + count + 1):
        if i == first + count or np.isnan(points[i, 0]):
            if not _is_simple(points, start, i - 1):
                return False
            start = i + 1
    return True


@compiled
def _is_simple(points: Floats, first: int, last: int) -> bool:
    """A ring from its first point to the last, which is the first again.

    Arcs lie within their bows of the chords: if those of edges that share no corner keep more
    apart, the edges do not meet. Two that share one meet elsewhere only if folded back.
    """
    edges = last - first
    if edges < 3 or edges > _MOST_CORNERS:
        return False
    for i in range(first, last):
        length = apart(points, i, i + 1)
        if length <= _APART_M or _is_folded(points, i - 1 if i > first else last - 1, i, i + 1):
            return False
        for j in range(i + 2, last - (1 if i == first else 0)):
            other = apart(points, j, j + 1)
            _, _, gap = nearest_on_chords(points, i, i + 1, points, j, j + 1)
            if gap <= 2e-8 * (length * length + other * other) + _APART_M:
                return False
    return True


@compiled
def _is_folded(points: Floats, before: int, at: int, after: int) -> bool:
    ux, uy, uz = points[before] - points[at]
    vx, vy, vz = points[after] - points[at]
    dot = ux * vx + uy * vy + uz * vz
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    both = (ux * ux + uy * uy + uz * uz) * (vx * vx + vy * vy + vz * vz)
    return bool(dot > 0 and x * x + y * y + z * z <= _FOLDED * _FOLDED * both)
