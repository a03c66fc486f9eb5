"""The gap between two things that move along geodesics: when it is least, and when too small.

The straight line from one to the other is a cubic in time, to a millimetre, over ways of 80 km.
Over a part of the time it changes evenly but for a bow, which bounds how far it can be from its
chord; parts that cannot matter are dropped, the rest are cut down to where they can. Bounds and
their derivations stand in `docs/detection.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.ellipsoid import (
    EQUATOR_RADIUS_M,
    WIDEST_RADIUS_M,
    Floats,
    Indices,
    earth_centred,
    travel,
)

FARTHEST_GAP_M: Final = 100_000.0
"""Up to so far a chord tells the distance along the ground to 3 parts in ten million."""
EXACT_M: Final = 0.0005
"""How nearly a gap is followed, beyond what the cubics stray."""
_LONGEST_PIECE_M: Final = 80_000.0
_STRAYING: Final = 1.25 / (384 * EQUATOR_RADIUS_M**3)
"""A cubic that fits a geodesic at both ends strays by this times the fourth power of its length."""
_ROUNDING_M: Final = 1e-6
_ROUNDING_PART: Final = 1e-14
_LEAST: Final = 1e-300


@dataclass(frozen=True, eq=False)
class Allowance:
    """How small a gap may become, by pair: so much at first, and so much more by the end."""

    first_m: Floats
    gain_m: Floats


@dataclass(frozen=True, eq=False)
class Gaps:
    """Gaps of numbered pairs over parts of the time, as cubics.

    At v from 0 to 1 of a part the line from a to b is terms[0] + terms[1] v + terms[2] v² +
    terms[3] v³, each of shape (3, n): earth-centred metres, within `doubt_m`.
    """

    pair: Indices
    begin: Floats
    lasts: Floats
    terms: Floats
    doubt_m: Floats

    def parts(self, which: Indices, low: Floats, high: Floats) -> Gaps:
        """Of some, the part between two shares of it; run backwards where `low` is the higher."""
        at, change = low, high - low
        first, slope, curve, twist = self.terms[:, :, which]
        lasts = self.lasts[which]
        return Gaps(
            self.pair[which],
            self.begin[which] + lasts * at,
            lasts * change,
            np.stack(
                [
                    first + at * (slope + at * (curve + at * twist)),
                    change * (slope + at * (2 * curve + 3 * at * twist)),
                    change**2 * (curve + 3 * at * twist),
                    change**3 * twist,
                ]
            ),
            self.doubt_m[which],
        )

    def between(self, begin: Floats, end: Floats) -> Gaps:
        """What lies between two fractions of the time of each pair; nothing if begin > end."""
        share = 1 / self.lasts
        low = np.clip((begin[self.pair] - self.begin) * share, 0.0, 1.0)
        high = np.clip((end[self.pair] - self.begin) * share, 0.0, 1.0)
        inside = begin[self.pair] <= end[self.pair]
        inside &= (begin[self.pair] <= self.begin + self.lasts) & (self.begin <= end[self.pair])
        which = np.flatnonzero(inside)
        return self.parts(which, low[which], high[which])

    def mirrored(self) -> Gaps:
        """The same with time run backwards: what was at fraction f is at 1 - f."""
        everyone = np.arange(len(self.pair))
        back = self.parts(everyone, np.ones(len(everyone)), np.zeros(len(everyone)))
        return Gaps(back.pair, 1 - back.begin, -back.lasts, back.terms, back.doubt_m)


def gaps_between(a: Arcs, b: Arcs) -> Gaps:
    """The gaps of pairs of arcs run through evenly, over all the time; a pair per index."""
    farther = np.maximum(a.length_m, b.length_m)
    pieces = np.maximum(1, np.ceil(farther / _LONGEST_PIECE_M)).astype(np.intp)
    pair = np.repeat(np.arange(len(a)), pieces)
    lasts = 1.0 / pieces[pair]
    begin = (np.arange(len(pair)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) * lasts
    first, slope = _line(a, b, pair, begin, lasts)
    last, final_slope = _line(a, b, pair, begin + lasts, lasts)
    change = last - first
    terms = np.stack(
        [first, slope, 3 * change - 2 * slope - final_slope, slope + final_slope - 2 * change]
    )
    straying = _STRAYING * ((a.length_m[pair] * lasts) ** 4 + (b.length_m[pair] * lasts) ** 4)
    return Gaps(pair, begin, lasts, terms, straying + _ROUNDING_M)


def allowance(first_m: Floats, gain_m: Floats) -> Allowance:
    """What distances along the ground allow the chord; it errs towards more.

    Source: no two points so far apart along the ground are farther apart in a straight line than
    on the widest sphere; that bends down with distance, so it lies below its tangent.
    """
    middle = first_m + gain_m / 2
    angle = np.minimum(middle / (2 * WIDEST_RADIUS_M), np.pi / 2)
    gain = np.cos(angle) * gain_m
    return Allowance(2 * WIDEST_RADIUS_M * np.sin(angle) - gain / 2, gain)


def find_least(gaps: Gaps, allowed: Allowance) -> tuple[Floats, Floats]:
    """By how much the gap of each pair stays above what is allowed, at the least; and when.

    Returns:
        The metres, below zero where it comes below, and the fraction; both shape (pairs,), and
        infinite where there is no part of the pair. Off by the doubt and `EXACT_M` at most.
    """
    count = len(allowed.first_m)
    best = np.full(count, np.inf)
    least, when = np.full(count, np.inf), np.full(count, np.inf)
    while len(gaps.pair):
        chords = _Chords(gaps, allowed)
        at = chords.lowest()
        above = chords.above(at)
        np.minimum.at(best, gaps.pair, above + chords.bow_m)
        bound = best[gaps.pair]
        possible = above - chords.bow_m <= bound
        fine = chords.bend_m <= EXACT_M
        done = np.flatnonzero(possible & fine)
        done = done[np.argsort(-above[done], kind="stable")]  # the least is written last
        pair = gaps.pair[done]
        better = above[done] < least[pair]
        done, pair = done[better], pair[better]
        least[pair], when[pair] = above[done], gaps.begin[done] + gaps.lasts[done] * at[done]
        rest = np.flatnonzero(possible & ~fine)
        low, high = chords.within(bound + chords.bow_m)
        gaps = _cut(gaps, rest, low, high)
    return least, when


def find_first(gaps: Gaps, allowed: Allowance) -> Floats:
    """The first fraction at which each pair's gap is as small as is allowed, shape (pairs,).

    Infinite where it never is. It errs towards early: the gap is then above what is allowed by
    twice the doubt and `EXACT_M` at most.
    """
    first = np.full(len(allowed.first_m), np.inf)
    surely = first.copy()
    while len(gaps.pair):
        chords = _Chords(gaps, allowed)
        low, high = chords.within(chords.bow_m)
        inner, _ = chords.within(-chords.bow_m, inwards=True)
        sure = np.flatnonzero(np.isfinite(inner))
        late = gaps.begin[sure] + gaps.lasts[sure] * inner[sure]
        np.minimum.at(surely, gaps.pair[sure], late)
        possible = low <= high
        early = gaps.begin + gaps.lasts * np.where(possible, low, 0.0)
        possible &= early <= surely[gaps.pair]
        fine = (chords.bend_m <= EXACT_M) | (inner <= low)
        done = np.flatnonzero(possible & fine)
        np.minimum.at(first, gaps.pair[done], early[done])
        rest = np.flatnonzero(possible & ~fine)
        gaps = _cut(gaps, rest, low, np.minimum(high, inner))
    return first


def find_last(gaps: Gaps, allowed: Allowance) -> Floats:
    """The last such fraction, likewise; minus infinity where there is none."""
    backwards = Allowance(allowed.first_m + allowed.gain_m, -allowed.gain_m)
    return 1 - find_first(gaps.mirrored(), backwards)


class _Chords:
    """The gaps as if each changed evenly: from `first`, by `change`; how much is allowed too."""

    def __init__(self, gaps: Gaps, allowed: Allowance) -> None:
        self.first = gaps.terms[0]
        self.change = gaps.terms[1] + gaps.terms[2] + gaps.terms[3]
        self.allowed = allowed.first_m[gaps.pair] + allowed.gain_m[gaps.pair] * gaps.begin
        self.more = allowed.gain_m[gaps.pair] * gaps.lasts
        self.squared = _dot(self.change, self.change)
        self.toward = _dot(self.first, self.change)
        # Source: |curve - chord| <= greatest second derivative / 8; a cubic's is at an end.
        bent, more_bent = 2 * gaps.terms[2], 2 * gaps.terms[2] + 6 * gaps.terms[3]
        self.bend_m = np.sqrt(np.maximum(_dot(bent, bent), _dot(more_bent, more_bent))) / 8
        self.bow_m = self.bend_m + gaps.doubt_m

    def above(self, at: Floats) -> Floats:
        """By how much each is longer than is allowed, at a share of its part."""
        line = self.first + at * self.change
        return np.sqrt(_dot(line, line)) - self.allowed - self.more * at

    def lowest(self) -> Floats:
        """At which share each is least above what is allowed.

        Source: along a straight line the distance is a hyperbola; its slope is `more` there.
        """
        steep = self.squared > self.more**2
        squared = np.where(steep, self.squared, 1.0)
        aside = np.maximum(_dot(self.first, self.first) - self.toward**2 / squared, 0.0)
        spare = np.where(steep, self.squared - self.more**2, 1.0)
        at = -self.toward / squared + self.more * np.sqrt(aside / (squared * spare))
        return np.clip(np.where(steep, at, np.where(self.more > 0, 1.0, 0.0)), 0.0, 1.0)

    def within(self, extra_m: Floats, inwards: bool = False) -> tuple[Floats, Floats]:
        """Between which shares each is at most `extra_m` above what is allowed: infinite if never.

        It errs outwards unless asked to err inwards.
        """
        allowed = self.allowed + extra_m
        square = self.squared - self.more**2
        square = np.where(square == 0, _LEAST, square)
        half = self.toward - allowed * self.more
        rest = _dot(self.first, self.first) - allowed**2
        rounding = -_ROUNDING_PART if inwards else _ROUNDING_PART
        root = half**2 * (1 + rounding) - square * rest
        real = root >= 0
        turn = -(half + np.copysign(np.sqrt(np.where(real, root, 0.0)), half))
        single = turn == 0
        one = turn / square
        other = np.where(single, one, rest / np.where(single, 1.0, turn))
        early, late = np.minimum(one, other), np.maximum(one, other)
        # Where what is allowed changes quicker than the gap can, it is on one side of a root.
        widens = square < 0
        low = np.where(widens, np.where(real & (self.more > 0), late, 0.0), early)
        high = np.where(widens, np.where(real & (self.more < 0), early, 1.0), late)
        low, high = np.maximum(low, 0.0), np.minimum(high, 1.0)
        never = (~real & ~widens) | (low > high)
        if inwards:
            never |= np.minimum(allowed, allowed + self.more) < 0
        return np.where(never, np.inf, low), np.where(never, -np.inf, high)


def _cut(gaps: Gaps, which: Indices, low: Floats, high: Floats) -> Gaps:
    """Of some, what lies between two shares; in two halves where that is most of it."""
    low, high = low[which], high[which]
    wide = np.flatnonzero(high - low > 0.5)
    middle = (low[wide] + high[wide]) / 2
    upper = which[wide]
    later = middle, high[wide]
    high = high.copy()
    high[wide] = middle
    return gaps.parts(
        np.concatenate([which, upper]),
        np.concatenate([low, later[0]]),
        np.concatenate([high, later[1]]),
    )


def _line(
    a: Arcs, b: Arcs, pair: Indices, fraction: Floats, lasts: Floats
) -> tuple[Floats, Floats]:
    """The line from a to b at fractions of the time, and how it changes there in such a part."""
    place_a, way_a = _place_and_way(a, pair, fraction)
    place_b, way_b = _place_and_way(b, pair, fraction)
    return place_b - place_a, (way_b - way_a) * lasts


def _place_and_way(arcs: Arcs, index: Indices, fraction: Floats) -> tuple[Floats, Floats]:
    """Earth-centred places, and by how much they would change in all the time; shape (3, n)."""
    length = arcs.length_m[index]
    lon, lat, course = travel(
        arcs.lon_deg[index], arcs.lat_deg[index], arcs.course_deg[index], length * fraction
    )
    place = earth_centred(lon, lat).T
    lon, lat, course = np.radians(lon), np.radians(lat), np.radians(course)
    east, north = length * np.sin(course), length * np.cos(course)
    sin_lon, cos_lon, sin_lat = np.sin(lon), np.cos(lon), np.sin(lat)
    way = [-sin_lon * east - sin_lat * cos_lon * north, cos_lon * east - sin_lat * sin_lon * north]
    return place, np.stack([*way, np.cos(lat) * north])


def _dot(one: Floats, other: Floats) -> Floats:
    product: Floats = one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
    return product
