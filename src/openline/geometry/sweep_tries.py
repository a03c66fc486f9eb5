"""What a sweep tries pairs by: quickly in short numbers, eight at once, and then in full.

The quick try lets everything through that the full one does, and little else. Its bounds and their
derivations stand in `docs/detection.md`, the quick try.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.chord_pairs import LEAST, Keeping
from openline.geometry.compiling import compiled, compiled_fused
from openline.geometry.courses import (
    FROM,
    HALF,
    HEIGHT,
    MIDDLE,
    RISE,
    SAG,
    TALLNESS,
    TO,
    WIDTH,
    Codes,
)
from openline.geometry.ellipsoid import Floats

COLUMNS: Final = 10
"""Middle and half (three each), height, rise, width and tallness, in short numbers."""
SPARE: Final = 8
"""Runs are tried eight at once, and so up to as many beyond the last."""
SIDE_BY_SIDE: Final = 8
"""So many of a row go along the same run together: what is made ready for a run is made once."""
BLOCK: Final = 2_048
"""So many are tried at once: what is marked of them stays in the cache."""

_SHORT_PART: Final = 3e-7
"""By how much of what they are reckoned from short numbers may be wrong, several roundings in."""
_SQUARES_PART: Final = 2e-6
"""By how much of a distance's square the quick try may be wrong, in all."""
_SHORT_LEAST_M: Final = 0.01
_LEAST_WAY: Final = np.float32(1e-4)
"""Square metres: added to the square of a way, so that one of no length divides nothing by zero."""

_ONE: Final = np.float32(1)
_TINY: Final = np.float32(1e-20)

Shorts = NDArray[np.float32]
Keys = NDArray[np.uint64]
Hits = NDArray[np.uint8]


class Ranked(NamedTuple):
    """A crowd in the order of the sweep. Row r holds ranks `starts[r]` to `starts[r + 1]`.

    `columns`, shape (COLUMNS, n + SPARE), `lons`, `kind` and `owner` are in that order. `order`
    tells where each rank stands in the crowd, in whose order the chords are.
    """

    columns: Shorts
    lons: Codes
    starts: Codes
    order: Codes
    kind: Codes
    owner: Codes
    chords: Floats


@compiled
def fill_columns(ranked: Ranked, start: int, stop: int) -> None:
    """What a quick try needs of each of some ranks: widened by all that it may be wrong by."""
    columns = ranked.columns
    for to in range(start, stop):
        chord = ranked.chords[ranked.order[to]]
        size = 0.0
        for axis in range(6):
            columns[axis, to] = chord[axis]
            size += abs(chord[axis])
        columns[6, to], columns[7, to] = chord[HEIGHT], chord[RISE]
        half = chord[HALF] ** 2 + chord[HALF + 1] ** 2 + chord[HALF + 2] ** 2
        square = chord[WIDTH] * chord[WIDTH] + chord[SAG]
        width = math.sqrt(square + 2 * _SQUARES_PART * (half + square))
        columns[8, to] = (width + _SHORT_PART * size) * (1 + 1e-6) + _SHORT_LEAST_M
        heights = abs(chord[HEIGHT]) + abs(chord[RISE])
        columns[9, to] = (chord[TALLNESS] + _SHORT_PART * heights) * (1 + 1e-6) + _SHORT_LEAST_M


@compiled_fused
def mark(crowd: Shorts, own: int, beyond: int, start: int, many: int, hits: Hits) -> None:
    """Marks which of a run may come near some others: the kinds' widest separations.

    Written so that compilers turn it into vector instructions: no branches, unsigned counting, no
    division. What is too large for short numbers is marked.

    Args:
        own, beyond: the first of the others and the one after their last.
        many: how many of the run, a multiple of eight.
        hits: filled with as many for each of the others in turn.
    """
    run, first = np.uintp(start), np.uintp(own)
    for one in range(first, np.uintp(beyond)):
        x, y, z = crowd[0, one], crowd[1, one], crowd[2, one]
        u, v, w = crowd[3, one], crowd[4, one], crowd[5, one]
        height, rise, width, tallness = crowd[6, one], crowd[7, one], crowd[8, one], crowd[9, one]
        to = (one - first) * np.uintp(many)
        for j in range(np.uintp(many)):
            other = run + j
            dx, dy, dz = crowd[0, other] - x, crowd[1, other] - y, crowd[2, other] - z
            du, dv, dw = crowd[3, other] - u, crowd[4, other] - v, crowd[5, other] - w
            keep, level = crowd[8, other] + width, crowd[9, other] + tallness
            apart = abs(crowd[6, other] - height) - abs(crowd[7, other] - rise)
            over = dx * dx + dy * dy + dz * dz - keep * keep
            way = du * du + dv * dv + dw * dw + _LEAST_WAY
            along = abs(dx * du + dy * dv + dz * dw)
            gone = min(along, way)
            far = over * way > gone * (along + along - gone)
            hits[to + j] = not (far | (apart > level))


@compiled
def note(
    hits: Hits,
    words: Keys,
    own: int,
    beyond: int,
    start: int,
    many: int,
    last: int,
    each_once: bool,
    found: Codes,
    count: int,
) -> int:
    """Adds the pairs of some with those of a run that were marked; how many there are now.

    Args:
        words: the hits, eight at once: most are none.
        last: the one after the last rank of all.
        each_once: whether only those of higher rank are wanted.
    """
    for one in range(own, beyond):
        before = (one - own) * many
        for word in range(before >> 3, (before + many) >> 3):
            if words[word] != 0:
                for hit in range(8 * word, 8 * word + 8):
                    other = start + hit - before
                    if hits[hit] != 0 and other < last and (other > one or not each_once):
                        if count < len(found):
                            found[count, 0], found[count, 1] = one, other
                        count += 1
    return count


@compiled
def sift(crowd: Shorts, found: Codes, many: int) -> int:
    """Leaves of the first pairs of ranks those that may come near, height and distance at once.

    It spares most of the rest being tried in full, for which more must be fetched.

    Returns:
        How many there are.
    """
    count = 0
    for pair in range(many):
        one, other = found[pair, 0], found[pair, 1]
        found[count, 0], found[count, 1] = one, other
        count += may_come_near(crowd, one, other)
    return count


@compiled
def may_come_near(crowd: Shorts, one: int, other: int) -> bool:
    """Whether two do so in short numbers, the kinds' widest separations kept."""
    dx, du = crowd[0, other] - crowd[0, one], crowd[3, other] - crowd[3, one]
    dy, dv = crowd[1, other] - crowd[1, one], crowd[4, other] - crowd[4, one]
    dz, dw = crowd[2, other] - crowd[2, one], crowd[5, other] - crowd[5, one]
    keep, level = crowd[8, other] + crowd[8, one], crowd[9, other] + crowd[9, one]
    # Between which instants they are level enough.
    pace = _ONE / (crowd[7, other] - crowd[7, one] + _TINY)
    halfway, half = (crowd[6, one] - crowd[6, other]) * pace, level * abs(pace)
    first, last = max(-_ONE, halfway - half), min(_ONE, halfway + half)
    toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + _TINY)
    when = min(last, max(first, toward))
    dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
    return not ((dx * dx + dy * dy + dz * dz > keep * keep) | (first > last))


@compiled
def settle(crowd: Ranked, found: Codes, many: int, keeping: Keeping) -> int:
    """Leaves of the first pairs of ranks those that come near, as they stand in the crowd.

    They are told apart from the sweep, and without a branch, so that what must be fetched for one
    is awaited together with what others need.

    Returns:
        How many there are.
    """
    count = 0
    for pair in range(many):
        one, other = found[pair, 0], found[pair, 1]
        found[count, 0], found[count, 1] = crowd.order[one], crowd.order[other]
        count += comes_near(crowd, one, other, keeping)
    return count


@compiled
def comes_near(crowd: Ranked, one: int, other: int, keeping: Keeping) -> bool:
    """As `chord_pairs.come_near`, for one pair, by their ranks."""
    a, b = crowd.chords[crowd.order[one]], crowd.chords[crowd.order[other]]
    kind, its_kind = crowd.kind[one], crowd.kind[other]
    keep = a[WIDTH] + b[WIDTH] + keeping.less_m[kind, its_kind]
    level = a[TALLNESS] + b[TALLNESS] + keeping.less_level_m[kind, its_kind]
    above, rise = b[HEIGHT] - a[HEIGHT], b[RISE] - a[RISE]
    rises = abs(rise) > LEAST
    rate = rise if rises else 1.0
    low, high = (-level - above) / rate, (level - above) / rate
    first, last = max(a[FROM], b[FROM]), min(a[TO], b[TO])
    first = max(min(low, high), first) if rises else first
    last = min(max(low, high), last) if rises else last
    possible = (first <= last) & (rises | (abs(above) <= level)) & (keep >= 0) & (level >= 0)
    possible &= crowd.owner[one] != crowd.owner[other]
    dx, du = b[MIDDLE] - a[MIDDLE], b[HALF] - a[HALF]
    dy, dv = b[MIDDLE + 1] - a[MIDDLE + 1], b[HALF + 1] - a[HALF + 1]
    dz, dw = b[MIDDLE + 2] - a[MIDDLE + 2], b[HALF + 2] - a[HALF + 2]
    toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + LEAST)
    when = min(last, max(first, toward))
    dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
    near = dx * dx + dy * dy + dz * dz <= keep * keep + a[SAG] + b[SAG]
    return bool(near & possible)
