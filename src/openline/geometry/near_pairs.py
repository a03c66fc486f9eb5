"""Which of many things that move straight on come too near one another: a search that misses none.

Everything is taken to move along chords, and widened by how far it may stray from them. What may
come near is found among the middles of the chords; where the widening alone may have made a pair,
the chords are shortened. Bounds and their derivations stand in `docs/detection.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import numpy as np

from openline.geometry.chord_pairs import (
    ANYWHERE,
    Group,
    Keeping,
    Reach,
    come_near,
    find_among_all,
    find_by_tree,
    what_they_keep,
)
from openline.geometry.courses import (
    BOW_PER_SQUARE_METRE,
    CHORD_COLUMNS,
    Courses,
    Traffic,
    bow_m,
    chords_between,
    courses_of,
    drift_m,
)
from openline.geometry.ellipsoid import POLE_RADIUS_M, Flags, Floats, Indices

Search = Callable[[Group, Group, Keeping, Reach], Indices]
"""Given two groups (or one twice), what they keep and their reach: what pairs come too near."""

_ALL_PAIRS_UP_TO: Final = 256
"""So few are tried pair by pair: quicker than a compiler is read in."""
_FEW: Final = 64
_FAR_ABOVE: Final = 1.5
"""At most so many that reach so far above all others are set apart, and tried against all."""
_LEVEL: Final = 4.0
"""Otherwise those of one level reach at most so many times as far as the least of them."""
_LONGEST_CHORD_M: Final = 400_000.0
_MOST_STRETCHES: Final = 64
_LAYING_OUT_NS: Final = 300.0
_TRYING_NS: Final = 1.5
"""What one thing and one pair cost a sweep; only their ratio counts, and only for speed."""
_SAMPLE: Final = 4_096
_BLUR_M: Final = 1.0
_BLUR_PART: Final = 0.001


def find_near_pairs(
    traffic: Traffic,
    horizontal_m: Floats,
    vertical_m: Floats,
    search: Search | None = None,
    touching: Flags | None = None,
) -> Indices:
    """All pairs that come too near in distance and height at one instant, and few besides.

    Of the pairs given none stays apart more than it must, errors included, by over 1 m + 0.1 % of
    the ways of both, and twice the `drift_m` of each: 2 mm after 20 km, 25 m after 500.

    Args:
        horizontal_m, vertical_m: by kind and kind, symmetric, how much two must keep.
        search: how to look; by default the quickest way that this machine has.
        touching: where given, only pairs with at least one so flagged.

    Returns:
        Shape (k, 2), sorted, each pair once and its lower number first.

    Raises:
        ValueError: a number is NaN, or infinite where only a height error may be.
    """
    count = len(traffic)
    if count < 2:
        return np.empty((0, 2), dtype=np.intp)
    widest, tallest = horizontal_m.max(axis=1) / 2, vertical_m.max(axis=1) / 2
    courses = courses_of(traffic, widest[traffic.kind], tallest[traffic.kind])
    keeping = Keeping(
        horizontal_m - widest[:, None] - widest[None, :],
        vertical_m - tallest[:, None] - tallest[None, :],
    )
    look = search or (find_among_all if count <= _ALL_PAIRS_UP_TO else quickest_search())
    levels = [
        _Level(courses, traffic, numbers, touched)
        for level in _levels(courses)
        for numbers, touched in _parted(level, touching)
    ]
    found = [np.empty(0, dtype=np.int64)]
    for place, one in enumerate(levels):
        for other in levels[place:]:
            if not (one.touched or other.touched):
                continue
            for pairs in _pairs_of(one, other, keeping, look):
                a, b = one.numbers[pairs[:, 0]], other.numbers[pairs[:, 1]]
                found.append(np.minimum(a, b) * count + np.maximum(a, b))
    names = np.sort(np.concatenate(found))
    once = np.concatenate([[True], names[1:] != names[:-1]])[: len(names)]
    return np.column_stack(np.divmod(names[once], count))


@cache
def quickest_search() -> Search:
    """The compiled sweep, ready to run; the tree, with the same answers, where it cannot be had."""
    try:
        from openline.geometry.sweep import find_by_sweep

        nobody = Group(np.empty((0, CHORD_COLUMNS)), np.empty((0, 2), dtype=np.int32))
        find_by_sweep(nobody, nobody, Keeping(np.zeros((1, 1)), np.zeros((1, 1))), ANYWHERE)
    except Exception:  # noqa: BLE001  whatever keeps a compiler from its work, tracks are watched
        return find_by_tree
    return find_by_sweep


class _Level:
    """Things that reach about equally far, by their numbers in the traffic."""

    def __init__(self, courses: Courses, traffic: Traffic, numbers: Indices, touched: bool) -> None:
        self.touched = touched
        everyone = len(numbers) == len(courses)
        self.numbers = numbers
        self.courses = courses if everyone else courses.take(numbers)
        self.labels = np.column_stack([traffic.kind[numbers], traffic.owner[numbers]])
        self.longest_m = float(self.courses.length_m.max())
        self.keep_m = float((self.courses.keep_m + self.courses.keep_gain_m).max())

    def __len__(self) -> int:
        return len(self.numbers)

    def group(self, begin: float, end: float) -> Group:
        return Group(chords_between(self.courses, begin, end), self.labels)

    def reach_m(self, share: float) -> float:
        """From the middle of a chord of such a share of the way, what keeps apart goes so far."""
        chord_m = self.longest_m * share
        return self.keep_m + BOW_PER_SQUARE_METRE * chord_m * chord_m + chord_m / 2


def _levels(courses: Courses) -> list[Indices]:
    """Numbers of those that reach about equally far, the farthest first.

    One absurdly fast thing would else widen the search for all.
    """
    reach = courses.keep_m + courses.keep_gain_m + courses.length_m / 2
    levels = []
    rest = np.arange(len(reach))
    if len(reach) > _FEW:
        bar = np.partition(reach, len(reach) - _FEW - 1)[len(reach) - _FEW - 1]
        apart = reach > _FAR_ABOVE * bar
        if apart.any():
            levels.append(np.flatnonzero(apart))
            rest = np.flatnonzero(~apart)
    while len(rest):
        far = reach[rest] >= reach[rest].max() / _LEVEL
        if np.count_nonzero(~far) * _LEVEL <= np.count_nonzero(far):
            far[:] = True  # the others are too few to be worth a search of their own
        levels.append(rest[far])
        rest = rest[~far]
    return levels


def _parted(numbers: Indices, touching: Flags | None) -> list[tuple[Indices, bool]]:
    """A level as it is; or those that are flagged, and the others, as far as there are any."""
    if touching is None:
        return [(numbers, True)]
    flagged = touching[numbers]
    parts = [(numbers[flagged], True), (numbers[~flagged], False)]
    return [part for part in parts if len(part[0])]


def _pairs_of(one: _Level, other: _Level, keeping: Keeping, look: Search) -> Iterator[Indices]:
    """Pairs of two levels, or within one, stretch by stretch of the time."""
    stretches = _stretches(one, other)
    for stretch in range(stretches):
        begin, end = stretch / stretches, (stretch + 1) / stretches
        a = one.group(begin, end)
        b = a if one is other else other.group(begin, end)
        pairs = look(a, b, keeping, _reach(one, other, 1 / stretches))
        yield _sharpened(one, other, a, b, pairs, keeping, begin, end)


def _reach(one: _Level, other: _Level, share: float) -> Reach:
    """How far apart the middles of two chords can be that come too near.

    Source: two points at least ρ from the earth's centre and c from each other are seen from there
    at most 2 asin(c / 2ρ) apart; the middle of a chord of length l lies within √(r² - l²/4).
    """
    metres = one.reach_m(share) + other.reach_m(share)
    longest = max(one.longest_m, other.longest_m)
    depth = POLE_RADIUS_M - float(drift_m(np.array([longest]))[0])
    squared = depth * depth - (longest * share / 2) ** 2
    if depth <= 0 or squared <= metres * metres:
        return ANYWHERE
    return Reach(metres, 2 * math.asin(metres / (2 * math.sqrt(squared))))


def _stretches(one: _Level, other: _Level) -> int:
    """Into how many stretches to cut the time: short chords reach less far, but each costs.

    Right for any number; the best is guessed from how crowded a sample is.
    """
    least = math.ceil(max(one.longest_m, other.longest_m) / _LONGEST_CHORD_M)
    least = min(max(least, 1), _MOST_STRETCHES)
    if min(len(one), len(other)) <= _FEW:
        return least
    whole = one.reach_m(1.0) + other.reach_m(1.0)
    tries = _tries(one, other, whole)
    laying_out = _LAYING_OUT_NS * (len(one) + (0 if one is other else len(other)))

    def cost(stretches: int) -> float:
        part = (one.reach_m(1 / stretches) + other.reach_m(1 / stretches)) / whole
        return stretches * (laying_out + _TRYING_NS * tries * part * part)

    return min(range(least, _MOST_STRETCHES + 1), key=cost)


def _tries(one: _Level, other: _Level, reach_m: float) -> float:
    """About how many pairs a sweep would try with such a reach, by a sample of cells so large."""
    cells, shares = [], []
    for level in (one, other):
        some = slice(None, None, max(1, len(level) // _SAMPLE))
        cell = np.floor(level.courses.start[:, some] / reach_m).astype(np.int64)
        cells.append((cell[0] << 42) + (cell[1] << 21) + cell[2])
        shares.append(len(level) / len(cells[-1]))
    _, index = np.unique(np.concatenate(cells), return_inverse=True)
    counts_a = np.bincount(index[: len(cells[0])], minlength=index.max() + 1)
    counts_b = np.bincount(index[len(cells[0]) :], minlength=index.max() + 1)
    if one is other:
        return 3.0 * float(counts_a @ (counts_a - 1)) * shares[0] ** 2
    return 6.0 * float(counts_a @ counts_b) * shares[0] * shares[1]


def _sharpened(
    one: _Level,
    other: _Level,
    a: Group,
    b: Group,
    pairs: Indices,
    keeping: Keeping,
    begin: float,
    end: float,
) -> Indices:
    """The pairs without those that only the bows of long chords have made.

    Source: a chord errs by its bow at most and both widths hold one, so what comes nearer than the
    widths less twice the bows is near; of the rest, shorter chords tell.
    """
    share = end - begin
    if 2 * BOW_PER_SQUARE_METRE * max(one.longest_m, other.longest_m) * share <= _BLUR_PART:
        return pairs
    length_a = one.courses.length_m[pairs[:, 0]]
    length_b = other.courses.length_m[pairs[:, 1]]
    bows = bow_m(length_a * share) + bow_m(length_b * share)
    blurs = 2 * bows / (_BLUR_M + _BLUR_PART * (length_a + length_b))
    blurred = np.flatnonzero(blurs > 1)
    if len(blurred) == 0:
        return pairs
    pieces = min(_MOST_STRETCHES, math.ceil(math.sqrt(blurs.max())))
    doubtful = pairs[blurred]
    on_a, on_b = doubtful.T
    keep, keep_level = what_they_keep(a, b, doubtful, keeping)
    near = come_near(a.chords[on_a], b.chords[on_b], keep - 2 * bows[blurred], keep_level)
    unsure = np.flatnonzero(~near)
    courses_a, courses_b = one.courses.take(on_a[unsure]), other.courses.take(on_b[unsure])
    sharp = keep[unsure] - bows[blurred[unsure]] * (1 - 1 / pieces**2)
    for piece in range(pieces):
        first, last = begin + share * piece / pieces, begin + share * (piece + 1) / pieces
        chords_a = chords_between(courses_a, first, last)
        chords_b = chords_between(courses_b, first, last)
        near[unsure] |= come_near(chords_a, chords_b, sharp, keep_level[unsure])
    kept = np.ones(len(pairs), dtype=np.bool_)
    kept[blurred] = near
    return pairs[kept]
