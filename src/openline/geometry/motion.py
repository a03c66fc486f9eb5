"""Pairs of things that move along geodesics at constant speeds: how near, and between when.

A moving thing is an arc run through evenly from fraction 0 to fraction 1 of the time looked at; two
arcs with the same index are one pair, at the same fraction at the same instant. Over a stretch of
time the straight line from one to the other changes evenly but for the bows of the two arcs, so its
least length over the stretch is known to within them: stretches are halved until that is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.ellipsoid import (
    Flags,
    Floats,
    Indices,
    arc_at_least_m,
    arc_at_most_m,
    chord_bow_m,
    geodesic_between,
    straying_m,
)

_EXACT_M: Final = 0.001
_EXACT_PART: Final = 1e-7
_ROUNDING_M: Final = 1e-6
_HALVINGS: Final = 24
"""Of a stretch short enough to be straight to `_COARSE_M`: far below a millisecond is left."""
_COARSE_M: Final = 1.0


@dataclass(frozen=True)
class Approach:
    """The fraction at which each pair is nearest, and how near; infinite where beyond the limit."""

    fraction: Floats
    distance_m: Floats


@dataclass(frozen=True)
class _Stretches:
    """Stretches of time of numbered pairs, with what is known of the distance over each."""

    pair: Indices
    begin: Floats
    end: Floats
    nearest: Floats
    low_m: Floats
    high_m: Floats
    doubt_m: Floats

    def take(self, which: Indices | Flags) -> _Stretches:
        return _Stretches(
            self.pair[which],
            self.begin[which],
            self.end[which],
            self.nearest[which],
            self.low_m[which],
            self.high_m[which],
            self.doubt_m[which],
        )


def fractions_between(
    start: Floats, change: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Between which fractions start + fraction x change lies in [low, high]; else begin > end."""
    moving = change != 0
    rate = np.where(moving, change, 1.0)
    with np.errstate(invalid="ignore"):
        one, other = (low - start) / rate, (high - start) / rate
    begin, end = np.minimum(one, other), np.maximum(one, other)
    always = (low <= start) & (start <= high)
    begin = np.where(moving, begin, np.where(always, 0.0, 1.0))
    end = np.where(moving, end, np.where(always, 1.0, 0.0))
    return np.maximum(begin, 0.0), np.minimum(end, 1.0)


def find_approach(
    a: Arcs, b: Arcs, begin: Floats, end: Floats, limit_m: Floats, within_m: Floats
) -> Approach:
    """When, between the fractions given, each pair is nearest, unless surely beyond its limit.

    A pair is given up only when its true least distance is above the limit, and kept only when
    that is at most `limit_m + within_m`.
    """
    pairs = np.arange(len(a))
    stretches = _judged(a, b, pairs, begin, end)
    stretches, distance = _best(a, b, _narrowed(a, b, stretches, limit_m, within_m))
    kept = np.flatnonzero(distance <= (limit_m + within_m)[stretches.pair])
    stretches, distance = stretches.take(kept), distance[kept]
    exact = np.full(len(a), np.inf)
    exact[stretches.pair] = np.minimum(_EXACT_M + _EXACT_PART * distance, within_m[stretches.pair])
    everywhere = np.full(len(a), np.inf)
    stretches, distance = _best(a, b, _narrowed(a, b, stretches, everywhere, exact))
    approach = Approach(np.zeros(len(a)), np.full(len(a), np.inf))
    approach.fraction[stretches.pair] = stretches.nearest
    approach.distance_m[stretches.pair] = distance
    return approach


def find_first_and_last(
    a: Arcs, b: Arcs, begin: Floats, end: Floats, limit_m: Floats, within_m: Floats
) -> tuple[Floats, Floats]:
    """The first and last fractions at which each pair is within its limit; they err outward.

    Args:
        begin, end: between which to look. Each pair must come within its limit there.
    """
    first, first_high, last_low, last = _coarsely(a, b, begin, end, limit_m, within_m)
    for _ in range(_HALVINGS):
        middle = (first + first_high) / 2
        early = _come_within(a, b, first, middle, limit_m, within_m)
        first, first_high = np.where(early, first, middle), np.where(early, middle, first_high)
        middle = (last_low + last) / 2
        late = _come_within(a, b, middle, last, limit_m, within_m)
        last_low, last = np.where(late, middle, last_low), np.where(late, last, middle)
    return first, last


def _coarsely(
    a: Arcs, b: Arcs, begin: Floats, end: Floats, limit_m: Floats, within_m: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Of each pair the first and the last short stretch that comes within its limit: their ends."""
    bounds = begin.copy(), end.copy(), begin.copy(), end.copy()
    near = _near_stretches(a, b, begin, end, limit_m, within_m)
    order = np.lexsort((near.begin, near.pair))
    pair = near.pair[order]
    changes = np.flatnonzero(pair[1:] != pair[:-1])
    earliest = order[np.concatenate([[0], changes + 1])]
    latest = order[np.concatenate([changes, [len(order) - 1]])]
    bounds[0][near.pair[earliest]] = near.begin[earliest]
    bounds[1][near.pair[earliest]] = near.end[earliest]
    bounds[2][near.pair[latest]] = near.begin[latest]
    bounds[3][near.pair[latest]] = near.end[latest]
    return bounds


def _near_stretches(
    a: Arcs, b: Arcs, begin: Floats, end: Floats, limit_m: Floats, within_m: Floats
) -> _Stretches:
    """All stretches, straight to `_COARSE_M`, that come within the limit, or may to `within_m`."""
    found: list[_Stretches] = []
    stretches = _judged(a, b, np.arange(len(a)), begin, end)
    while len(stretches.pair):
        stretches = stretches.take(stretches.low_m <= limit_m[stretches.pair])
        pair = stretches.pair
        sure = (stretches.doubt_m <= within_m[pair]) | (stretches.high_m <= limit_m[pair])
        done = sure & (stretches.doubt_m <= _COARSE_M)
        found.append(stretches.take(done))
        stretches = _halved(a, b, stretches.take(~done))
    return _joined(found)


def _come_within(
    a: Arcs, b: Arcs, begin: Floats, end: Floats, limit_m: Floats, within_m: Floats
) -> Flags:
    stretches = _judged(a, b, np.arange(len(a)), begin, end)
    narrowed = _narrowed(a, b, stretches, limit_m, within_m, enough_m=limit_m)
    stretches, distance = _best(a, b, narrowed)
    come = np.zeros(len(a), dtype=np.bool_)
    come[stretches.pair] = distance <= (limit_m + within_m)[stretches.pair]
    return come


def _judged(a: Arcs, b: Arcs, pair: Indices, begin: Floats, end: Floats) -> _Stretches:
    first = b.points(pair, begin) - a.points(pair, begin)
    last = b.points(pair, end) - a.points(pair, end)
    change = last - first
    squared = np.einsum("ij,ij->i", change, change)
    toward = -np.einsum("ij,ij->i", first, change)
    still = squared == 0
    nearest = np.where(still, 0.0, np.clip(toward / np.where(still, 1.0, squared), 0.0, 1.0))
    chord = np.linalg.norm(first + change * nearest[:, None], axis=1)
    length_a, length_b = a.length_m[pair] * (end - begin), b.length_m[pair] * (end - begin)
    bow = chord_bow_m(length_a) + chord_bow_m(length_b)
    return _Stretches(
        pair,
        begin,
        end,
        begin + (end - begin) * nearest,
        arc_at_least_m(np.maximum(chord - bow - _ROUNDING_M, 0.0)),
        arc_at_most_m(chord + bow),
        straying_m(chord + bow, bow, length_a + length_b),
    )


def _narrowed(
    a: Arcs,
    b: Arcs,
    stretches: _Stretches,
    limit_m: Floats,
    within_m: Floats,
    enough_m: Floats | None = None,
) -> _Stretches:
    """The stretches left once each is known well enough; a pair's nearest instant is in one.

    A pair that is surely within `enough_m` is looked at no further.
    """
    best = np.full(len(a), np.inf)
    enough = np.full(len(a), -np.inf) if enough_m is None else enough_m
    fine: list[_Stretches] = []
    while len(stretches.pair):
        np.minimum.at(best, stretches.pair, stretches.high_m)
        bound = np.minimum(best, limit_m)
        stretches = stretches.take(stretches.low_m <= bound[stretches.pair])
        pair = stretches.pair
        done = (stretches.doubt_m <= within_m[pair]) | (stretches.high_m <= enough[pair])
        fine.append(stretches.take(done))
        stretches = _halved(a, b, stretches.take(~done & (best[pair] > enough[pair])))
    return _joined(fine) if fine else stretches


def _halved(a: Arcs, b: Arcs, stretches: _Stretches) -> _Stretches:
    middle = (stretches.begin + stretches.end) / 2
    return _judged(
        a,
        b,
        np.concatenate([stretches.pair, stretches.pair]),
        np.concatenate([stretches.begin, middle]),
        np.concatenate([middle, stretches.end]),
    )


def _joined(blocks: list[_Stretches]) -> _Stretches:
    names = ("pair", "begin", "end", "nearest", "low_m", "high_m", "doubt_m")
    return _Stretches(*(np.concatenate([getattr(each, name) for each in blocks]) for name in names))


def _best(a: Arcs, b: Arcs, stretches: _Stretches) -> tuple[_Stretches, Floats]:
    """Of each pair that has any, the stretch with the least true distance, and that distance."""
    on_a = a.place(stretches.pair, stretches.nearest)
    on_b = b.place(stretches.pair, stretches.nearest)
    _, distance = geodesic_between(*on_a, *on_b)
    order = np.lexsort((stretches.nearest, distance, stretches.pair))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = stretches.pair[order][1:] != stretches.pair[order][:-1]
    chosen = order[first]
    return stretches.take(chosen), distance[chosen]
