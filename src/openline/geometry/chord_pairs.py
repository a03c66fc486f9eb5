"""Which of many that move along chords come too near, with arrays alone.

All pairs where there are few; a tree of the middles where there are more, which needs SciPy. The
compiled sweep answers the same, many times as fast: see `sweep`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from openline.geometry.courses import (
    FROM,
    HALF,
    HEIGHT,
    MIDDLE,
    NEAREST_TO_CENTRE_M,
    RISE,
    SAG,
    TALLNESS,
    TO,
    WIDTH,
    Codes,
)
from openline.geometry.ellipsoid import Flags, Floats, Indices

LEAST: Final = 1e-300
"""Added where a divisor may be zero; what is divided is then zero too, or the sum as it was."""
_PAIRS_AT_ONCE: Final = 1 << 18
_NEIGHBOURS: Final = 64
"""A guess of how many are in reach of one, for sharing out the work."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """Chords among which pairs are sought: shape (n, CHORD_COLUMNS), with kind and owner of each.

    `reach_m` is how far from the middle of each all of it is, its width included: no two come too
    near whose middles are farther apart than their reaches together. Most reach no farther than
    `usual_m`; those that do are few. `asks` tells, where given, which must be one of each pair.
    """

    chords: Floats
    kind: Codes
    owner: Codes
    reach_m: Floats
    usual_m: float
    asks: Flags | None = None

    def __len__(self) -> int:
        return len(self.chords)

    def middles(self, part: slice) -> Floats:
        """The middles of some, shape (3, k): where each is halfway from FROM to TO."""
        rows = self.chords[part]
        halfway = 0.5 * (rows[:, FROM] + rows[:, TO])
        return np.stack([rows[:, MIDDLE + i] + halfway * rows[:, HALF + i] for i in range(3)])


def angle_rad(reach_m: float) -> float:
    """How far apart, seen from the earth's centre, two middles so far apart can be.

    Infinite where that may be anything.

    Source: two points at least ρ from the earth's centre and c from each other are seen from there
    at most 2 asin(c / 2ρ) apart.
    """
    sine = reach_m / (2 * NEAREST_TO_CENTRE_M)
    return 2 * math.asin(sine) if sine < 1 else math.inf


class Keeping(NamedTuple):
    """By kind and kind, how much less than the sum of their widths two must keep; 0 or below."""

    less_m: Floats
    less_level_m: Floats


Search = Callable[[Crowd, Keeping], Indices]
"""The pairs of a crowd that come too near, shape (k, 2): in any order, some perhaps twice."""


def find_among_all(crowd: Crowd, keeping: Keeping) -> Indices:
    """The pairs that come too near, by trying every one, in reach or not."""
    found = [np.empty((0, 2), dtype=np.intp)]
    everyone = np.arange(len(crowd))
    for some in _blocks(everyone, len(crowd)):
        pairs = np.column_stack([np.repeat(some, len(everyone)), np.tile(everyone, len(some))])
        found.append(_among(crowd, pairs[pairs[:, 0] < pairs[:, 1]], keeping))
    return np.concatenate(found)


def find_by_tree(crowd: Crowd, keeping: Keeping) -> Indices:
    """The pairs that come too near, among those whose middles are within reach."""
    from scipy.spatial import cKDTree  # read in by the first who needs it

    middles = crowd.middles(slice(None)).T
    tree = cKDTree(middles)
    found = [np.empty((0, 2), dtype=np.intp)]
    far = np.flatnonzero(crowd.reach_m > crowd.usual_m)
    asking = np.arange(len(crowd)) if crowd.asks is None else np.flatnonzero(crowd.asks)
    for those, others_m in ((asking, crowd.usual_m), (far, float(crowd.reach_m.max(initial=0.0)))):
        for some in _blocks(those, _NEIGHBOURS):
            reach = crowd.reach_m[some] + others_m
            near = tree.query_ball_point(middles[some], reach, return_sorted=False)
            counts = [len(each) for each in near]
            neighbours = np.fromiter(chain.from_iterable(near), np.intp, sum(counts))
            found.append(
                _among(crowd, np.column_stack([np.repeat(some, counts), neighbours]), keeping)
            )
    return np.concatenate(found)


def come_near(crowd: Crowd, pairs: Indices, keeping: Keeping) -> Flags:
    """Which pairs of a crowd come too near: both in distance and in height at one instant."""
    one, two = crowd.chords[pairs[:, 0]], crowd.chords[pairs[:, 1]]
    kinds = crowd.kind[pairs[:, 0]], crowd.kind[pairs[:, 1]]
    keep = one[:, WIDTH] + two[:, WIDTH] + keeping.less_m[kinds]
    level = one[:, TALLNESS] + two[:, TALLNESS] + keeping.less_level_m[kinds]
    first, last = np.maximum(one[:, FROM], two[:, FROM]), np.minimum(one[:, TO], two[:, TO])
    above, rise = two[:, HEIGHT] - one[:, HEIGHT], two[:, RISE] - one[:, RISE]
    rises = np.abs(rise) > LEAST
    rate = np.where(rises, rise, 1.0)
    low, high = (-level - above) / rate, (level - above) / rate
    first = np.where(rises, np.maximum(np.minimum(low, high), first), first)
    last = np.where(rises, np.minimum(np.maximum(low, high), last), last)
    possible = (first <= last) & (rises | (np.abs(above) <= level))
    possible &= (keep >= 0) & (level >= 0)
    possible &= crowd.owner[pairs[:, 0]] != crowd.owner[pairs[:, 1]]
    away = two[:, MIDDLE : MIDDLE + 3] - one[:, MIDDLE : MIDDLE + 3]
    change = two[:, HALF : HALF + 3] - one[:, HALF : HALF + 3]
    toward = -_dot(away, change) / (_dot(change, change) + LEAST)
    nearest = away + np.minimum(last, np.maximum(first, toward))[:, None] * change
    near: Flags = _dot(nearest, nearest) <= keep * keep + one[:, SAG] + two[:, SAG]
    return near & possible


def _among(crowd: Crowd, pairs: Indices, keeping: Keeping) -> Indices:
    """Those of some pairs that come too near, and are asked for."""
    if crowd.asks is not None:
        pairs = pairs[crowd.asks[pairs[:, 0]] | crowd.asks[pairs[:, 1]]]
    return pairs[come_near(crowd, pairs, keeping)]


def _dot(one: Floats, other: Floats) -> Floats:
    return (one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1]) + one[:, 2] * other[:, 2]


def _blocks(numbers: Indices, others: int) -> Iterator[Indices]:
    """Numbers in runs, so that with so many others each not too many pairs are tried at once."""
    rows = max(1, _PAIRS_AT_ONCE // max(others, 1))
    for start in range(0, len(numbers), rows):
        yield numbers[start : start + rows]
