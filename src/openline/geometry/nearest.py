"""The least geodesic distance between two shapes, by narrowing down on pairs of chords.

Every arc is stood in for by its chord, which it strays from by a known bow. Straight distances
between chords, less the bows, bound the geodesic distance from below: pairs that cannot hold the
nearest points, or are surely beyond the limit asked, are dropped; the others are halved until the
bound is as good as asked. The figure given back is the true geodesic distance of two true points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.areas import Area
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
from openline.geometry.segments import nearest_on_segments

_EXACT_M: Final = 0.001
_EXACT_PART: Final = 1e-7
_ROUNDING_M: Final = 1e-6
"""More than the error of any earth-centred difference in double precision."""
_PAIRS_AT_ONCE: Final = 100_000


@dataclass(frozen=True)
class Shape:
    """Arcs, and the area they bound if it is filled; without one, only the arcs themselves."""

    arcs: Arcs
    area: Area | None = None


class Nearest(NamedTuple):
    """A point of each shape, as (lon_deg, lat_deg), and the geodesic distance between them.

    `arc_b` is the number of the arc of b that its point lies on; 0 where the two overlap.
    """

    distance_m: float
    on_a: tuple[float, float]
    on_b: tuple[float, float]
    arc_b: int = 0


@dataclass(frozen=True)
class _Pieces:
    """Parts of arcs, as fractions of them, with their ends earth-centred."""

    arcs: Arcs
    index: Indices
    begin: Floats
    end: Floats
    first: Floats
    last: Floats

    @property
    def length_m(self) -> Floats:
        return self.arcs.length_m[self.index] * (self.end - self.begin)

    def take(self, which: Indices | Flags | slice) -> _Pieces:
        return _Pieces(
            self.arcs,
            self.index[which],
            self.begin[which],
            self.end[which],
            self.first[which],
            self.last[which],
        )

    def halved(self) -> _Pieces:
        """Both halves of each: first all first halves, then all second ones."""
        middle = (self.begin + self.end) / 2
        between = self.arcs.points(self.index, middle)
        return _Pieces(
            self.arcs,
            np.concatenate([self.index, self.index]),
            np.concatenate([self.begin, middle]),
            np.concatenate([middle, self.end]),
            np.concatenate([self.first, between]),
            np.concatenate([between, self.last]),
        )

    def place(self, fraction: Floats) -> tuple[Floats, Floats]:
        return self.arcs.place(self.index, self.begin + (self.end - self.begin) * fraction)


@dataclass(frozen=True)
class _Pairs:
    """Pairs of pieces that may hold the nearest points, with what is known of each."""

    a: _Pieces
    b: _Pieces
    on_a: Floats
    on_b: Floats
    low_m: Floats
    high_m: Floats
    doubt_m: Floats

    def take(self, which: Indices | Flags | slice) -> _Pairs:
        return _Pairs(
            self.a.take(which),
            self.b.take(which),
            self.on_a[which],
            self.on_b[which],
            self.low_m[which],
            self.high_m[which],
            self.doubt_m[which],
        )


def find_nearest(a: Shape, b: Shape, limit_m: float, within_m: float) -> Nearest | None:
    """Where two shapes are nearest, unless that is beyond `limit_m`.

    The distance is zero where they overlap, edges included. A pair is given up only when its true
    least distance is above the limit, and kept only when that is at most `limit_m + within_m`. Of
    places that are nearest to within `within_m` alike any may be given, its distance then true to a
    millimetre and a ten-millionth.
    """
    overlap = _shared_point(a, b)
    if overlap is not None:
        return Nearest(0.0, overlap, overlap)
    chosen, least_m = None, np.inf
    for block in _blocks(a.arcs, b.arcs):
        pairs = _narrowed(block, min(limit_m, least_m), within_m)
        distance, _, _ = _measured(pairs)
        if len(distance) and distance.min() < least_m:
            best = np.argmin(distance)
            chosen, least_m = pairs.take(np.array([best])), float(distance[best])
        if least_m <= within_m:
            break  # no other pair can be nearer by more than that
    if chosen is None or least_m > limit_m + within_m:
        return None
    exact_m = min(within_m, _EXACT_M + _EXACT_PART * least_m)
    return _named(_narrowed(chosen, np.inf, exact_m))


def comes_within(a: Shape, b: Shape, limit_m: float, within_m: float) -> bool:
    """Whether two shapes come as near as `limit_m`; it may say so up to `within_m` beyond."""
    if _shared_point(a, b) is not None:
        return True
    for block in _blocks(a.arcs, b.arcs):
        pairs = _narrowed(block, limit_m, within_m, enough_m=limit_m)
        if (_measured(pairs)[0] <= limit_m + within_m).any():
            return True
    return False


def which_come_within(arcs: Arcs, shape: Shape, limit_m: float, within_m: float) -> Flags:
    """Whether each of some arcs comes as near a shape as `limit_m`; it errs as `comes_within`."""
    come = np.zeros(len(arcs), dtype=np.bool_)
    if shape.area is not None:
        come |= shape.area.holds(_starts(arcs))
    for pairs in _blocks(arcs, shape.arcs):
        while len(pairs.low_m):
            pairs = pairs.take((pairs.low_m <= limit_m) & ~come[pairs.a.index])
            come[pairs.a.index[pairs.high_m <= limit_m]] = True
            fine = pairs.doubt_m <= within_m
            near = _measured(pairs.take(fine))[0] <= limit_m + within_m
            come[pairs.a.index[fine][near]] = True
            pairs = _halved(pairs.take(~fine))
    return come


def _named(pairs: _Pairs) -> Nearest:
    """The nearest of some pairs, in longitudes and latitudes."""
    distance, on_a, on_b = _measured(pairs)
    best = np.argmin(distance)
    lon_a, lat_a = on_a[:, best].tolist()
    lon_b, lat_b = on_b[:, best].tolist()
    return Nearest(float(distance[best]), (lon_a, lat_a), (lon_b, lat_b), int(pairs.b.index[best]))


def _measured(pairs: _Pairs) -> tuple[Floats, Floats, Floats]:
    """Geodesic distances between the points the chords name, and those points: shape (2, n)."""
    on_a, on_b = pairs.a.place(pairs.on_a), pairs.b.place(pairs.on_b)
    _, distance = geodesic_between(*on_a, *on_b)
    return distance, np.stack(on_a), np.stack(on_b)


def _shared_point(a: Shape, b: Shape) -> tuple[float, float] | None:
    """A point of one inside the other's area; crossing edges are left to the arcs to find."""
    for inner, outer in ((a, b), (b, a)):
        if outer.area is not None:
            held = np.flatnonzero(outer.area.holds(_starts(inner.arcs)))
            if len(held):
                start = held[0]
                return float(inner.arcs.lon_deg[start]), float(inner.arcs.lat_deg[start])
    return None


def _starts(arcs: Arcs) -> Floats:
    everyone = np.arange(len(arcs))
    return arcs.points(everyone, np.zeros(len(arcs)))


def _whole(arcs: Arcs) -> _Pieces:
    everyone = np.arange(len(arcs))
    none, all_of_it = np.zeros(len(arcs)), np.ones(len(arcs))
    return _Pieces(
        arcs,
        everyone,
        none,
        all_of_it,
        arcs.points(everyone, none),
        arcs.points(everyone, all_of_it),
    )


def _blocks(a: Arcs, b: Arcs) -> Iterator[_Pairs]:
    """All pairs of whole arcs, not too many at once: long lists take time, not memory."""
    whole_a, whole_b = _whole(a), _whole(b)
    rows = max(1, _PAIRS_AT_ONCE // len(b))
    for start in range(0, len(a), rows):
        block = np.arange(start, min(start + rows, len(a)))
        one, other = np.repeat(block, len(b)), np.tile(np.arange(len(b)), len(block))
        yield _judged(whole_a.take(one), whole_b.take(other))


def _joined(blocks: list[_Pairs], limit_m: float) -> _Pairs:
    kept = [block.take(block.low_m <= limit_m) for block in blocks]
    if len(kept) == 1:
        return kept[0]
    return _Pairs(
        _together([each.a for each in kept]),
        _together([each.b for each in kept]),
        *(
            np.concatenate([getattr(each, name) for each in kept])
            for name in ("on_a", "on_b", "low_m", "high_m", "doubt_m")
        ),
    )


def _together(blocks: list[_Pieces]) -> _Pieces:
    return _Pieces(
        blocks[0].arcs,
        *(
            np.concatenate([getattr(each, name) for each in blocks])
            for name in ("index", "begin", "end", "first", "last")
        ),
    )


def _judged(a: _Pieces, b: _Pieces) -> _Pairs:
    on_a, on_b, chord = nearest_on_segments(a.first, a.last, b.first, b.last)
    bow = chord_bow_m(a.length_m) + chord_bow_m(b.length_m)
    low = arc_at_least_m(np.maximum(chord - bow - _ROUNDING_M, 0.0))
    high = arc_at_most_m(chord + bow)
    doubt = straying_m(chord + bow, bow, a.length_m + b.length_m)
    return _Pairs(a, b, on_a, on_b, low, high, doubt)


def _narrowed(pairs: _Pairs, limit_m: float, within_m: float, enough_m: float = -np.inf) -> _Pairs:
    """The pairs left once each is known to `within_m`: one of them holds the nearest points.

    Stops as soon as one is surely within `enough_m`.

    LIMIT: hundreds of legs of hundreds of kilometres, each as near to hundreds of others, take
    minutes; no plan is drawn so, and an honest index of edges is to come with speed.
    """
    fine, waiting = [pairs.take(np.array([], dtype=np.intp))], [pairs]
    best = np.inf
    while waiting:
        pairs = waiting.pop()
        if len(pairs.low_m) == 0:
            continue
        best = min(best, float(pairs.high_m.min()))
        pairs = pairs.take(pairs.low_m <= min(best, limit_m))
        done = (pairs.doubt_m <= within_m) | (pairs.high_m <= enough_m)
        fine.append(pairs.take(done))
        if sum(len(each.low_m) for each in fine) > _PAIRS_AT_ONCE:
            fine = [_least(_joined(fine, min(best, limit_m)))]
        halved = _halved(pairs.take(~done & (best > enough_m)))
        # One part at a time is followed to its end, so that alike shapes take time, not memory.
        starts = range(0, len(halved.low_m), _PAIRS_AT_ONCE)
        waiting.extend(halved.take(slice(start, start + _PAIRS_AT_ONCE)) for start in starts)
    return _joined(fine, min(best, limit_m))


def _least(pairs: _Pairs) -> _Pairs:
    """Only the nearest of some pairs, if there are any."""
    if len(pairs.low_m) == 0:
        return pairs
    return pairs.take(np.array([np.argmin(_measured(pairs)[0])]))


def _halved(pairs: _Pairs) -> _Pairs:
    """Each pair's longer piece cut in two, or both when they are of like length."""
    if len(pairs.low_m) == 0:
        return pairs
    length_a, length_b = pairs.a.length_m, pairs.b.length_m
    cut_a, cut_b = length_a >= length_b / 2, length_b >= length_a / 2
    both, only_a, only_b = cut_a & cut_b, cut_a & ~cut_b, cut_b & ~cut_a
    a, b = [], []
    for which, cuts_a, cuts_b in ((both, True, True), (only_a, True, False), (only_b, False, True)):
        if which.any():
            halves_a = pairs.a.take(which).halved() if cuts_a else pairs.a.take(which)
            halves_b = pairs.b.take(which).halved() if cuts_b else pairs.b.take(which)
            count = int(np.count_nonzero(which))
            one, other = _combined(count, cuts_a, cuts_b)
            a.append(halves_a.take(one))
            b.append(halves_b.take(other))
    return _judged(_together(a), _together(b))


def _combined(count: int, cuts_a: bool, cuts_b: bool) -> tuple[Indices, Indices]:
    """Which halves of a stand against which of b, for `count` pairs."""
    own = np.arange(count)
    first, second = own, own + count
    if cuts_a and cuts_b:
        return (
            np.concatenate([first, first, second, second]),
            np.concatenate([first, second, first, second]),
        )
    halves, whole = np.concatenate([first, second]), np.concatenate([own, own])
    return (halves, whole) if cuts_a else (whole, halves)
