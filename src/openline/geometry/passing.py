"""How pairs of things that move along geodesics pass each other: how near, where, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.ellipsoid import Flags, Floats, Indices, geodesic_between
from openline.geometry.gaps import (
    EXACT_M,
    FARTHEST_GAP_M,
    Allowance,
    Gaps,
    allowance,
    find_first,
    find_last,
    find_least,
    gaps_between,
)
from openline.geometry.motion import find_approach, find_first_and_last

_EDGE_M = 0.001
_EDGE_PART = 1e-7
"""How exactly the first and last instants of far pairs are sought, as a distance."""


@dataclass(frozen=True, eq=False)
class Limits:
    """How near is too near, along the ground, by pair: so much at first, so much more by the end.

    What comes within the limit is told; what stays more than `within_m` above it is not.
    """

    first_m: Floats
    gain_m: Floats
    within_m: Floats

    def take(self, which: Indices | Flags) -> Limits:
        return Limits(self.first_m[which], self.gain_m[which], self.within_m[which])


@dataclass(frozen=True, eq=False)
class Passings:
    """Pairs that come too near, by number, and how.

    They are nearest at `fraction` of the time: `distance_m` along the ground, at `on_a` and `on_b`
    (shape (n, 2): longitudes, latitudes). From `first` to `last` they are too near when looked at;
    `any_first` and `any_last` are the same for all the time.
    """

    pair: Indices
    fraction: Floats
    distance_m: Floats
    on_a: Floats
    on_b: Floats
    first: Floats
    last: Floats
    any_first: Floats
    any_last: Floats


def find_passings(a: Arcs, b: Arcs, begin: Floats, end: Floats, limits: Limits) -> Passings:
    """Which pairs of arcs, each run through evenly, come too near between the fractions given.

    Nothing is looked at where begin > end. The least distance is that of the geodesic, within 2 mm
    and a ten millionth; the instants are those of the limit, or where it only comes within
    `within_m` of it, of that; they err outwards by as little.
    """
    largest = limits.first_m + np.maximum(limits.gain_m, 0.0) + limits.within_m
    looked_at = begin <= end
    near = np.flatnonzero(looked_at & (largest <= FARTHEST_GAP_M))
    far = np.flatnonzero(looked_at & (largest > FARTHEST_GAP_M))
    parts = [_near_passings(a, b, near, begin, end, limits)]
    if len(far):
        parts.append(_far_passings(a, b, far, begin, end, limits))
    found = [np.concatenate([getattr(each, f.name) for each in parts]) for f in fields(Passings)]
    return Passings(*found)


def _near_passings(
    a: Arcs, b: Arcs, pairs: Indices, begin: Floats, end: Floats, limits: Limits
) -> Passings:
    a, b, begin, end = a.take(pairs), b.take(pairs), begin[pairs], end[pairs]
    limits = limits.take(pairs)
    gaps = gaps_between(a, b)
    allowed = allowance(limits.first_m, limits.gain_m)
    above, deepest = find_least(gaps.between(begin, end), allowed)
    met = above <= limits.within_m / 2
    doubt = np.zeros(len(pairs))
    np.maximum.at(doubt, gaps.pair, gaps.doubt_m)
    reach = Allowance(
        allowed.first_m + np.maximum(above, 0.0) + 2 * (EXACT_M + doubt), allowed.gain_m
    )
    begin, end = np.where(met, begin, 1.0), np.where(met, end, 0.0)
    first, last = _span(gaps, begin, end, reach, deepest)
    fraction = deepest
    if limits.gain_m.any():
        # What deepens is how much nearer they are than is allowed, not how near they are.
        nothing = np.zeros(len(pairs))
        too_near = gaps.between(np.where(met, first, 1.0), np.where(met, last, 0.0))
        _, fraction = find_least(too_near, Allowance(nothing, nothing))
    partly = met & ((begin > 0) | (end < 1))
    any_first, any_last = _span(
        gaps, np.where(partly, 0.0, 1.0), np.where(partly, 1.0, 0.0), reach, deepest
    )
    any_span = np.minimum(any_first, first), np.maximum(any_last, last)
    return _passings(pairs, a, b, np.flatnonzero(met), fraction, (first, last), any_span)


def _far_passings(
    a: Arcs, b: Arcs, pairs: Indices, begin: Floats, end: Floats, limits: Limits
) -> Passings:
    """Where chords tell too little of distances along the ground.

    LIMIT: a limit that grows is taken at its largest: what is told may have been looser for a
    while than it was at its instant.
    """
    a, b, begin, end = a.take(pairs), b.take(pairs), begin[pairs], end[pairs]
    limit = (limits.first_m + np.maximum(limits.gain_m, 0.0))[pairs]
    approach = find_approach(a, b, begin, end, limit, limits.within_m[pairs])
    kept = np.flatnonzero(np.isfinite(approach.distance_m))
    reach = np.maximum(limit, approach.distance_m)
    edge = _EDGE_M + _EDGE_PART * reach
    spans = []
    for low, high in ((begin, end), (np.zeros(len(pairs)), np.ones(len(pairs)))):
        first, last = np.zeros(len(pairs)), np.ones(len(pairs))
        if len(kept):
            ways = a.take(kept), b.take(kept)
            first[kept], last[kept] = find_first_and_last(
                *ways, low[kept], high[kept], reach[kept], edge[kept]
            )
        spans.append((first, last))
    return _passings(pairs, a, b, kept, approach.fraction, spans[0], spans[1])


def _passings(
    pairs: Indices,
    a: Arcs,
    b: Arcs,
    kept: Indices,
    fraction: Floats,
    span: tuple[Floats, Floats],
    any_span: tuple[Floats, Floats],
) -> Passings:
    on_a = np.column_stack(a.place(kept, fraction[kept]))
    on_b = np.column_stack(b.place(kept, fraction[kept]))
    _, distance = geodesic_between(*on_a.T, *on_b.T)
    return Passings(
        pairs[kept],
        fraction[kept],
        distance,
        on_a,
        on_b,
        span[0][kept],
        span[1][kept],
        any_span[0][kept],
        any_span[1][kept],
    )


def _span(
    gaps: Gaps, begin: Floats, end: Floats, allowed: Allowance, deepest: Floats
) -> tuple[Floats, Floats]:
    """The first and last fractions of pairs that are surely too near at the deepest instant."""
    looked_at = gaps.between(begin, end)
    first, last = find_first(looked_at, allowed), find_last(looked_at, allowed)
    return np.minimum(first, deepest), np.maximum(last, deepest)
