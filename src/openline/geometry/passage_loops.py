"""Things that move along chords past shapes that stay, as compiled loops: how near, and when."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Floats, Indices
from openline.geometry.polylines import (
    CHORD,
    FIRST,
    LAST,
    LEAST,
    ON_CHORD,
    ON_WAY,
    PASSAGE_COLUMNS,
)

_HALVINGS: Final = 40
_PARALLEL: Final = 1e-14


@compiled
def pass_by(
    pairs: Indices,
    spans: Floats,
    within_m: Floats,
    reach_m: Floats,
    way_first: Indices,
    way_ends: Floats,
    way_fractions: Floats,
    shape_first: Indices,
    shape_ends: Floats,
) -> Floats:
    """For each pair of a way and a shape, shape (n, 2): how near they come between two fractions.

    Returns:
        Shape (n, PASSAGE_COLUMNS): the least straight distance, infinite if not `within_m` or if
        the span is empty; where it is reached, as the fraction of the way, the number of the
        shape's chord and the fraction of that; then the first and the last fraction at which the
        way is within `reach_m`, else infinity and minus infinity.
    """
    found = np.empty((len(pairs), PASSAGE_COLUMNS))
    along, ball = np.empty(3), np.empty(4)
    for i in range(len(pairs)):
        way, shape = pairs[i]
        legs = way_ends[way_first[way] : way_first[way + 1]]
        shares = way_fractions[way_first[way] : way_first[way + 1]]
        _wrap(legs, ball)
        best, on_way, chord, on_chord = np.inf, 0.0, 0, 0.0
        first, last = np.inf, -np.inf
        for c in range(shape_first[shape], shape_first[shape + 1]):
            need = max(min(best, within_m[i]), reach_m[i])
            if _is_far(ball, shape_ends[c], need):
                continue
            for leg in range(len(legs)):
                begins, ends = shares[leg]
                low, high = max(begins, spans[i, 0]), min(ends, spans[i, 1])
                if low > high:
                    continue
                need = max(min(best, within_m[i]), reach_m[i])
                if _surely_beyond(legs[leg], shape_ends[c], need):
                    continue
                lasts = ends - begins
                u0 = (low - begins) / lasts if lasts > 0.0 else 0.0
                u1 = (high - begins) / lasts if lasts > 0.0 else 1.0
                for axis in range(3):
                    along[axis] = legs[leg, 1, axis] - legs[leg, 0, axis]
                u, v = _nearest(legs[leg, 0], along, u0, u1, shape_ends[c])
                distance = _distance(legs[leg, 0], along, u, shape_ends[c])
                if distance < best and distance <= within_m[i]:
                    best, on_way, chord, on_chord = distance, begins + lasts * u, c, v
                if distance <= reach_m[i]:
                    left = _edge(legs[leg, 0], along, u, u0, shape_ends[c], reach_m[i])
                    right = _edge(legs[leg, 0], along, u, u1, shape_ends[c], reach_m[i])
                    first = min(first, begins + lasts * left)
                    last = max(last, begins + lasts * right)
        found[i, LEAST], found[i, ON_WAY], found[i, CHORD] = best, on_way, chord
        found[i, ON_CHORD], found[i, FIRST], found[i, LAST] = on_chord, first, last
    return found


@compiled
def _wrap(legs: Floats, ball: Floats) -> None:
    """A ball that holds all legs, centre and radius: most chords of a long ring are far off it."""
    squared = 0.0
    for axis in range(3):
        ball[axis] = 0.5 * (legs[0, 0, axis] + legs[-1, 1, axis])
    for leg in range(len(legs)):
        for end in range(2):
            apart = 0.0
            for axis in range(3):
                apart += (legs[leg, end, axis] - ball[axis]) ** 2
            squared = max(squared, apart)
    ball[3] = math.sqrt(squared)


@compiled
def _is_far(ball: Floats, chord: Floats, need_m: float) -> bool:
    """Whether a chord surely stays farther than so much from all within a ball."""
    apart, length, radius_m = 0.0, 0.0, float(ball[3])
    for axis in range(3):
        apart += (0.5 * (chord[0, axis] + chord[1, axis]) - ball[axis]) ** 2
        length += (chord[1, axis] - chord[0, axis]) ** 2
    return math.sqrt(apart) - 0.5 * math.sqrt(length) - radius_m > need_m


@compiled
def _surely_beyond(a: Floats, b: Floats, need_m: float) -> bool:
    """Whether two chords, by their middles and lengths alone, stay farther apart."""
    apart, length_a, length_b = 0.0, 0.0, 0.0
    for axis in range(3):
        apart += (0.5 * (a[0, axis] + a[1, axis] - b[0, axis] - b[1, axis])) ** 2
        length_a += (a[1, axis] - a[0, axis]) ** 2
        length_b += (b[1, axis] - b[0, axis]) ** 2
    return math.sqrt(apart) - 0.5 * (math.sqrt(length_a) + math.sqrt(length_b)) > need_m


@compiled
def _nearest(
    start: Floats, along: Floats, low: float, high: float, chord: Floats
) -> tuple[float, float]:
    """Where between two fractions of a leg, and where on a chord, the two are nearest.

    Source: Ericson, Real-Time Collision Detection, 5.1.9.
    """
    aa, bb, ab, a_apart, b_apart = 0.0, 0.0, 0.0, 0.0, 0.0
    for axis in range(3):
        on_chord = chord[1, axis] - chord[0, axis]
        apart = start[axis] - chord[0, axis]
        aa += along[axis] * along[axis]
        bb += on_chord * on_chord
        ab += along[axis] * on_chord
        a_apart += along[axis] * apart
        b_apart += on_chord * apart
    slant = aa * bb - ab * ab
    u = (ab * b_apart - a_apart * bb) / slant if slant > _PARALLEL * aa * bb else low
    u = min(max(u, low), high)
    v = min(max((ab * u + b_apart) / bb, 0.0), 1.0) if bb > 0.0 else 0.0
    u = min(max((ab * v - a_apart) / aa, low), high) if aa > 0.0 else low
    return u, v


@compiled
def _distance(start: Floats, along: Floats, u: float, chord: Floats) -> float:
    """From a place on a leg to the nearest on a chord."""
    bb, toward = 0.0, 0.0
    for axis in range(3):
        on_chord = chord[1, axis] - chord[0, axis]
        bb += on_chord * on_chord
        toward += on_chord * (start[axis] + u * along[axis] - chord[0, axis])
    v = min(max(toward / bb, 0.0), 1.0) if bb > 0.0 else 0.0
    squared = 0.0
    for axis in range(3):
        on_chord = chord[1, axis] - chord[0, axis]
        squared += (start[axis] + u * along[axis] - chord[0, axis] - v * on_chord) ** 2
    return math.sqrt(squared)


@compiled
def _edge(
    start: Floats, along: Floats, near: float, end: float, chord: Floats, reach_m: float
) -> float:
    """From a place that is near towards an end of the leg: as far as it stays within reach.

    Along a straight leg the distance to a chord falls, and then rises: it never falls again.
    """
    if _distance(start, along, end, chord) <= reach_m:
        return end
    far = end
    for _ in range(_HALVINGS):
        middle = 0.5 * (near + far)
        if _distance(start, along, middle, chord) <= reach_m:
            near = middle
        else:
            far = middle
    return far


def try_out() -> None:
    """Compiles every loop, on a way of no length past a shape of none.

    Raises:
        Exception: whatever keeps a compiler from its work.
    """
    one, first = np.ones((1, 2)), np.array([0, 1], dtype=np.intp)
    pairs, ends = np.zeros((1, 2), dtype=np.intp), np.zeros((1, 2, 3))
    pass_by(pairs, one, one[:, 0], one[:, 0], first, ends, one, first, ends)
