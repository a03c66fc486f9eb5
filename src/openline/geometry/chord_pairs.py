"""Which of many that move along chords come too near, with arrays alone.

All pairs where there are few; a tree of the middles where there are more, which needs SciPy. The
compiled sweep answers the same, many times as fast: see `sweep`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from openline.geometry.courses import HALF, HEIGHT, MIDDLE, RISE, TALLNESS, WIDTH, Codes
from openline.geometry.ellipsoid import Flags, Floats, Indices

LEAST: Final = 1e-300
"""Added where a divisor may be zero; what is divided is then zero too, or the sum as it was."""
_PAIRS_AT_ONCE: Final = 1 << 18
_NEIGHBOURS: Final = 64
"""A guess of how many are in reach of one, for sharing out the work."""


class Group(NamedTuple):
    """Chords, shape (n, CHORD_COLUMNS), with kind and owner of each, shape (n, 2)."""

    chords: Floats
    labels: Codes


class Keeping(NamedTuple):
    """By kind and kind, how much less than the sum of their widths two must keep; 0 or below."""

    less_m: Floats
    less_level_m: Floats


class Reach(NamedTuple):
    """No two whose middles are farther apart, in metres and seen from the earth's centre, come
    too near; infinite where any two may."""

    metres: float
    radians: float


ANYWHERE: Final = Reach(np.inf, np.inf)


def find_among_all(one: Group, other: Group, keeping: Keeping, reach: Reach) -> Indices:
    """Pairs that come too near, shape (k, 2), by trying every one, in reach or not.

    Args:
        one, other: the same group, for the pairs within it; or two that share nothing.
    """
    found = [np.empty((0, 2), dtype=np.intp)]
    others = np.arange(len(other.chords))
    for some in _blocks(len(one.chords), len(others)):
        pairs = np.column_stack([np.repeat(some, len(others)), np.tile(others, len(some))])
        found.append(_among(one, other, pairs, keeping))
    return np.concatenate(found)


def find_by_tree(one: Group, other: Group, keeping: Keeping, reach: Reach) -> Indices:
    """Pairs that come too near, shape (k, 2), among those whose middles are within reach.

    Args:
        one, other: the same group, for the pairs within it; or two that share nothing.
    """
    from scipy.spatial import cKDTree  # read in by the first who needs it

    if reach.metres == np.inf:
        return find_among_all(one, other, keeping, reach)
    middles = one.chords[:, MIDDLE : MIDDLE + 3]
    tree = cKDTree(other.chords[:, MIDDLE : MIDDLE + 3])
    found = [np.empty((0, 2), dtype=np.intp)]
    for some in _blocks(len(middles), _NEIGHBOURS):
        near = tree.query_ball_point(middles[some], reach.metres, return_sorted=False)
        counts = [len(each) for each in near]
        neighbours = np.fromiter(chain.from_iterable(near), np.intp, sum(counts))
        pairs = np.column_stack([np.repeat(some, counts), neighbours])
        found.append(_among(one, other, pairs, keeping))
    return np.concatenate(found)


def what_they_keep(
    one: Group, other: Group, pairs: Indices, keeping: Keeping
) -> tuple[Floats, Floats]:
    """How far apart each pair is to keep, and in height; below zero for two of one owner."""
    a, b = one.chords[pairs[:, 0]], other.chords[pairs[:, 1]]
    kind_a, owner_a = one.labels[pairs[:, 0]].T
    kind_b, owner_b = other.labels[pairs[:, 1]].T
    keep = a[:, WIDTH] + b[:, WIDTH] + keeping.less_m[kind_a, kind_b]
    keep_level = a[:, TALLNESS] + b[:, TALLNESS] + keeping.less_level_m[kind_a, kind_b]
    return keep, np.where(owner_a == owner_b, -1.0, keep_level)


def come_near(a: Floats, b: Floats, keep_m: Floats, keep_level_m: Floats) -> Flags:
    """Which chords of a come too near the same row of b: both ways at one instant."""
    above, rise = b[:, HEIGHT] - a[:, HEIGHT], b[:, RISE] - a[:, RISE]
    rises = np.abs(rise) > LEAST
    rate = np.where(rises, rise, 1.0)
    low, high = (-keep_level_m - above) / rate, (keep_level_m - above) / rate
    first = np.where(rises, np.maximum(np.minimum(low, high), -1.0), -1.0)
    last = np.where(rises, np.minimum(np.maximum(low, high), 1.0), 1.0)
    level = np.where(rises, first <= last, np.abs(above) <= keep_level_m) & (keep_level_m >= 0)
    away = b[:, MIDDLE : MIDDLE + 3] - a[:, MIDDLE : MIDDLE + 3]
    change = b[:, HALF : HALF + 3] - a[:, HALF : HALF + 3]
    toward = -_dot(away, change) / (_dot(change, change) + LEAST)
    nearest = away + np.minimum(last, np.maximum(first, toward))[:, None] * change
    near: Flags = _dot(nearest, nearest) <= keep_m * keep_m
    return near & level & (keep_m >= 0)


def _among(one: Group, other: Group, pairs: Indices, keeping: Keeping) -> Indices:
    """Those of some pairs that come too near."""
    if one is other:
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    keep, keep_level = what_they_keep(one, other, pairs, keeping)
    a, b = one.chords[pairs[:, 0]], other.chords[pairs[:, 1]]
    return pairs[come_near(a, b, keep, keep_level)]


def _dot(one: Floats, other: Floats) -> Floats:
    return (one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1]) + one[:, 2] * other[:, 2]


def _blocks(count: int, others: int) -> Iterator[Indices]:
    """Numbers in runs, so that with so many others each not too many pairs are tried at once."""
    rows = max(1, _PAIRS_AT_ONCE // max(others, 1))
    for start in range(0, count, rows):
        yield np.arange(start, min(start + rows, count))
