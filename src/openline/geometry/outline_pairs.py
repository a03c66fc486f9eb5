"""Where two outlines are nearest, as compiled loops: the quick judgement of ordinary shapes.

Straight distances between chords, less the bows of their arcs, bound the least distance from below;
the pair that may hold it is halved until it is known to `EXACT_M`. Nothing here decides alone what
is too near: a distance is a lower bound with two points that nearly attain it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import EQUATOR_RADIUS_M, POLE_RADIUS_M, Floats
from openline.geometry.outlines import ARC_ERROR, INTERIOR, Codes, apart

EXACT_M: Final = 5e-4
"""To this the least straight distance is found."""
_DEPTH: Final = 64
"""Halving ends when the bows tell less than `EXACT_M`: for arcs of 5 km after 7 times each."""
_FLAT: Final = (1 / EQUATOR_RADIUS_M**2, 1 / EQUATOR_RADIUS_M**2, 1 / POLE_RADIUS_M**2)


@compiled
def holds(points: Floats, first: int, count: int, x: float, y: float, z: float) -> bool:
    """Whether a point lies inside a ring less its holes; on an edge either is said.

    Projected from the earth's centre onto the plane that touches below the point, which sees every
    ring that can hold it (`WIDEST_M`); there the crossings of a ray are counted, ring by ring.
    """
    size = np.sqrt(x * x + y * y + z * z)
    ux, uy, uz = x / size, y / size, z / size
    if abs(uz) < 0.9:
        flat = np.sqrt(ux * ux + uy * uy)
        ex, ey, ez = -uy / flat, ux / flat, 0.0
    else:
        flat = np.sqrt(uy * uy + uz * uz)
        ex, ey, ez = 0.0, -uz / flat, uy / flat
    fx, fy, fz = uy * ez - uz * ey, uz * ex - ux * ez, ux * ey - uy * ex
    inside, outer = False, True
    last_e, last_f = np.nan, np.nan
    for i in range(first, first + count + 1):
        if i == first + count or np.isnan(points[i, 0]):
            if inside != outer:  # outside the outer ring, or inside a hole
                return False
            inside, outer, last_e, last_f = False, False, np.nan, np.nan
            continue
        px, py, pz = points[i]
        depth = px * ux + py * uy + pz * uz
        if depth <= 0:
            return False
        e, f = (px * ex + py * ey + pz * ez) / depth, (px * fx + py * fy + pz * fz) / depth
        # The first point of a ring follows NaN, which no comparison counts as a crossing.
        if (f > 0) != (last_f > 0) and last_f == last_f:
            inside ^= last_e + (e - last_e) * (-last_f) / (f - last_f) > 0
        last_e, last_f = e, f
    return True


@compiled
def nearest_on_chords(
    a: Floats, i: int, j: int, b: Floats, k: int, m: int
) -> tuple[float, float, float]:
    """Fractions along the chords from a[i] to a[j], b[k] to b[m] where they are nearest; distance.

    Source: as `segments.nearest_on_segments`.
    """
    ux, uy, uz = a[j, 0] - a[i, 0], a[j, 1] - a[i, 1], a[j, 2] - a[i, 2]
    vx, vy, vz = b[m, 0] - b[k, 0], b[m, 1] - b[k, 1], b[m, 2] - b[k, 2]
    wx, wy, wz = a[i, 0] - b[k, 0], a[i, 1] - b[k, 1], a[i, 2] - b[k, 2]
    uu, vv = ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz
    uv, uw, vw = ux * vx + uy * vy + uz * vz, ux * wx + uy * wy + uz * wz, 0.0
    vw = vx * wx + vy * wy + vz * wz
    slant = uu * vv - uv * uv
    s = min(max((uv * vw - uw * vv) / slant, 0.0), 1.0) if slant > 1e-14 * uu * vv else 0.0
    t = min(max((uv * s + vw) / vv, 0.0), 1.0) if vv > 0 else 0.0
    s = min(max((uv * t - uw) / uu, 0.0), 1.0) if uu > 0 else 0.0
    x, y, z = wx + ux * s - vx * t, wy + uy * s - vy * t, wz + uz * s - vz * t
    return s, t, float(np.sqrt(x * x + y * y + z * z))


@compiled
def find_least(
    a: Floats, runs_a: Codes, b: Floats, runs_b: Codes, pairs: Codes, best: Floats
) -> None:
    """The least straight distance between the arcs of paired runs, if below what `best` holds.

    Args:
        runs_a, runs_b: as `Runs.codes`; `pairs`, shape (n, 2), are numbers of theirs.
        best: shape (7,): the distance, good to `EXACT_M`, and the two points that have it.
    """
    bounds = np.empty(2)
    for sharpening in range(2):
        for pair in range(len(pairs)):
            _, first_a, count_a = runs_a[pairs[pair, 0]]
            _, first_b, count_b = runs_b[pairs[pair, 1]]
            if best[0] <= EXACT_M / 2:
                return
            if count_a == INTERIOR or count_b == INTERIOR:
                continue
            for i in range(first_a, first_a + max(count_a, 1)):
                j = i + 1 if count_a else i
                for k in range(first_b, first_b + max(count_b, 1)):
                    m = k + 1 if count_b else k
                    s, t, chord = nearest_on_chords(a, i, j, b, k, m)
                    _bounds(apart(a, i, j), apart(b, k, m), chord, bounds)
                    if sharpening:
                        if max(bounds[0], 0.0) <= best[0] - EXACT_M / 2:
                            _halve(a, i, j, b, k, m, best)
                    elif bounds[1] < best[0]:
                        _note(a, i, j, b, k, m, s, t, best)


@compiled
def _bounds(length_a: float, length_b: float, chord: float, bounds: Floats) -> None:
    """Least and greatest distance of the arcs over two chords so far apart."""
    bows = _bow(length_a) + _bow(length_b)
    bounds[0], bounds[1] = chord - bows, chord + bows


@compiled
def _bow(length: float) -> float:
    return length * length * (1.6e-7 / 8) + ARC_ERROR * length * length * length


@compiled
def _note(
    a: Floats,
    i: int,
    j: int,
    b: Floats,
    k: int,
    m: int,
    s: float,
    t: float,
    best: Floats,
) -> None:
    """Measures between two points of arcs, and keeps them if none were nearer."""
    on_a, on_b = np.empty((1, 3)), np.empty((1, 3))
    _on_arc(a, i, j, s, on_a, 0)
    _on_arc(b, k, m, t, on_b, 0)
    x, y, z = on_a[0, 0] - on_b[0, 0], on_a[0, 1] - on_b[0, 1], on_a[0, 2] - on_b[0, 2]
    distance = np.sqrt(x * x + y * y + z * z)
    if distance < best[0]:
        best[0] = distance
        for axis in range(3):
            best[1 + axis], best[4 + axis] = on_a[0, axis], on_b[0, axis]


@compiled
def _on_arc(points: Floats, i: int, j: int, fraction: float, to: Floats, row: int) -> None:
    """The point of the arc from one point to another, at a fraction: the chord, and its bow up.

    Source: γ'' = -κ n; at the chord c's middle p, κ n = g (c·Dc)/(c·c g·g), with D the ellipsoid's
    1/a², 1/a², 1/b² and g = D p its gradient there.
    """
    gg, cdc = 0.0, 0.0
    for axis in range(3):
        g = _FLAT[axis] * (points[i, axis] + points[j, axis]) / 2
        c = points[j, axis] - points[i, axis]
        gg += g * g
        cdc += _FLAT[axis] * c * c
    bow = cdc / gg / 2 * fraction * (1 - fraction)
    for axis in range(3):
        g = _FLAT[axis] * (points[i, axis] + points[j, axis]) / 2
        chord = points[i, axis] + (points[j, axis] - points[i, axis]) * fraction
        to[row, axis] = chord + bow * g


@compiled
def _halve(a: Floats, i: int, j: int, b: Floats, k: int, m: int, best: Floats) -> None:
    """Follows one pair of arcs down to where they are nearest, by halves of halves."""
    length_a, length_b = apart(a, i, j), apart(b, k, m)
    stack = np.empty((_DEPTH, 4))
    stack[0] = 0.0, 1.0, 0.0, 1.0
    depth = 1
    ends_a, ends_b = np.empty((2, 3)), np.empty((2, 3))
    bounds = np.empty(2)
    while depth:
        depth -= 1
        s0, s1, t0, t1 = stack[depth]
        part_a, part_b = length_a * (s1 - s0), length_b * (t1 - t0)
        _on_arc(a, i, j, s0, ends_a, 0)
        _on_arc(a, i, j, s1, ends_a, 1)
        _on_arc(b, k, m, t0, ends_b, 0)
        _on_arc(b, k, m, t1, ends_b, 1)
        s, t, chord = nearest_on_chords(ends_a, 0, 1, ends_b, 0, 1)
        _note(a, i, j, b, k, m, s0 + (s1 - s0) * s, t0 + (t1 - t0) * t, best)
        _bounds(part_a, part_b, chord, bounds)
        if max(bounds[0], 0.0) > best[0] - EXACT_M / 2:
            continue
        middle_s, middle_t = (s0 + s1) / 2, (t0 + t1) / 2
        # The half that holds the nearest so far is looked into first: it is put on top.
        if part_a >= part_b:
            halves = ((s0, middle_s, t0, t1), (middle_s, s1, t0, t1))
            swap = s < 0.5
        else:
            halves = ((s0, s1, t0, middle_t), (s0, s1, middle_t, t1))
            swap = t < 0.5
        stack[depth] = halves[1] if swap else halves[0]
        stack[depth + 1] = halves[0] if swap else halves[1]
        depth += 2
