"""The banded sweep: pairs of chords that come too near, as compiled loops.

The middles of all chords are put into rows of latitude as tall as the reach, and along each row in
the order of longitude: what is in reach of one is in its own row or the next, within a window of
longitude.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.chord_pairs import LEAST, Group, Keeping, Reach
from openline.geometry.compiling import compiled
from openline.geometry.courses import (
    CHORD_COLUMNS,
    HALF,
    HEIGHT,
    MIDDLE,
    RISE,
    TALLNESS,
    WIDTH,
    Codes,
    in_slices,
    run_all,
)
from openline.geometry.ellipsoid import Floats, Indices

_TURN: Final = 1 << 21
"""Longitudes are counted in so many parts of a turn: 19 m at the equator."""
_PER_RADIAN: Final = _TURN / (2 * math.pi)
_MOST_ROWS: Final = 1 << 12
"""With no more than so many, keys have 33 bits and sort in three passes."""
_DIGIT: Final = 11
_DIGITS: Final = 1 << _DIGIT
_BLOCK: Final = 2_048
"""So many are tried at once: what is noted of them stays in the cache."""
_WIDE_RAD: Final = 0.5
"""What reaches so far is compared with everything."""
_MOST_JOBS: Final = 32
_LEAST_ROOM: Final = 1_024
_FEWEST_IN_A_JOB: Final = 4_000

Keys = NDArray[np.int64]
Hits = NDArray[np.uint8]


class _Ranked(NamedTuple):
    """Chords in the order of the sweep: column by column, shape (CHORD_COLUMNS, n).

    Row r holds numbers `starts[r]` to `starts[r + 1]`; `order` says where each stood before.
    """

    columns: Floats
    order: Codes
    starts: Codes
    lons: Codes
    labels: Codes


def find_by_sweep(one: Group, other: Group, keeping: Keeping, reach: Reach) -> Indices:
    """Pairs of chords that come too near, shape (k, 2), each once, the one's number first.

    Args:
        one, other: the same group, for the pairs within it; or two that share nothing.
    """
    rows = 1
    if reach.radians < _WIDE_RAD:
        rows = min(_MOST_ROWS, int(math.pi / (reach.radians * (1 + 1e-9) + 1e-9)))
    a = _ranked(one, rows)
    b = a if one is other else _ranked(other, rows)
    windows = _windows(rows, reach.radians)
    found: dict[int, Codes] = {}

    crowding = 1.0

    def search(part: slice) -> None:
        nonlocal crowding
        things = int(a.starts[part.stop] - a.starts[part.start])
        room = _LEAST_ROOM + int(crowding * things)
        pairs, count = _join(a, b, one is other, part.start, part.stop, windows, keeping, room)
        if count > room:
            # Counting and going again is quicker than a list that grows; the next have more room.
            crowding = max(crowding, 1.5 * count / max(things, 1))
            pairs, _ = _join(a, b, one is other, part.start, part.stop, windows, keeping, count)
        found[part.start] = pairs

    run_all(_shares(a.starts), search)
    return np.concatenate([found[start] for start in sorted(found)])


def _shares(starts: Codes) -> list[slice]:
    """The rows in parts that hold about as many chords each, for several processors."""
    rows = len(starts) - 1
    jobs = max(1, min(_MOST_JOBS, int(starts[-1]) // _FEWEST_IN_A_JOB))
    inner = np.searchsorted(starts, np.linspace(0, starts[-1], jobs + 1)[1:-1])
    bounds = np.unique(np.concatenate([[0], inner, [rows]])).tolist()
    return [slice(first, last) for first, last in pairwise(bounds)]


def _ranked(group: Group, rows: int) -> _Ranked:
    chords = group.chords
    n = len(chords)
    keys = np.empty(n, dtype=np.int64)

    def rank(part: slice) -> None:
        x, y, z = (chords[part, MIDDLE + axis] for axis in range(3))
        lat = np.arctan2(z, np.sqrt(x * x + y * y))
        row = ((lat + 0.5 * math.pi) * (rows / math.pi)).astype(np.int64)
        lon = ((np.arctan2(y, x) + math.pi) * _PER_RADIAN).astype(np.int64)
        keys[part] = np.clip(row, 0, rows - 1) * _TURN + np.clip(lon, 0, _TURN - 1)

    in_slices(n, rank)
    keys, order = _sorted(keys, rows * _TURN)
    columns = np.empty((CHORD_COLUMNS, n))
    in_slices(n, lambda part: _lay_out(chords, order, part.start, part.stop, columns))
    starts = np.searchsorted(keys, np.arange(rows + 1) * _TURN).astype(np.int32)
    return _Ranked(columns, order, starts, (keys % _TURN).astype(np.int32), group.labels[order])


def _windows(rows: int, reach_rad: float) -> Codes:
    """By row, how far to either side in longitude anything in reach of it can be.

    Source: from latitude φ an angle θ reaches at most asin(sin θ / cos φ) in longitude, and all
    round where it reaches over the pole.
    """
    edges = np.abs(np.linspace(-0.5 * math.pi, 0.5 * math.pi, rows + 1))
    highest = np.maximum(edges[:-1], edges[1:])
    over_pole = highest + reach_rad >= 0.5 * math.pi - 1e-6
    sine = math.sin(min(reach_rad, 1.0)) / np.where(over_pole, 1.0, np.cos(highest))
    window = np.arcsin(np.minimum(sine, 1.0)) * ((1 + 1e-9) * _PER_RADIAN) + 2
    everywhere = over_pole | (window >= _TURN // 2) | (rows == 1)
    return np.where(everywhere, _TURN, window).astype(np.int32)


@compiled
def _sorted(keys: Keys, limit: int) -> tuple[Keys, Codes]:
    """The keys, all below a limit, in order, and where each stood before: a radix sort."""
    n = len(keys)
    order = np.empty(n, dtype=np.int32)
    for i in range(n):
        order[i] = i
    spare_keys, spare = np.empty_like(keys), np.empty_like(order)
    shift = 0
    while (limit - 1) >> shift > 0:
        begins = np.zeros(_DIGITS + 1, dtype=np.int64)
        for i in range(n):
            begins[((keys[i] >> shift) & (_DIGITS - 1)) + 1] += 1
        for digit in range(_DIGITS):
            begins[digit + 1] += begins[digit]
        for i in range(n):
            digit = (keys[i] >> shift) & (_DIGITS - 1)
            spare_keys[begins[digit]] = keys[i]
            spare[begins[digit]] = order[i]
            begins[digit] += 1
        keys, spare_keys = spare_keys, keys
        order, spare = spare, order
        shift += _DIGIT
    return keys, order


@compiled
def _lay_out(chords: Floats, order: Codes, start: int, stop: int, columns: Floats) -> None:
    for to in range(start, stop):
        for column in range(CHORD_COLUMNS):
            columns[column, to] = chords[order[to], column]


@compiled
def _join(
    a: _Ranked,
    b: _Ranked,
    same: bool,
    first_row: int,
    last_row: int,
    windows: Codes,
    keeping: Keeping,
    room: int,
) -> tuple[Codes, int]:
    """The pairs of some rows of a, as far as there is room, and how many there are."""
    rows = len(a.starts) - 1
    found = np.empty((room, 2), dtype=np.int32)
    hits = np.empty(_BLOCK, dtype=np.uint8)
    count = 0
    for row in range(first_row, last_row):
        for beside in range(row if same else max(row - 1, 0), min(row + 2, rows)):
            within = same and beside == row
            count = _sweep(a, row, b, beside, within, windows[row], keeping, hits, found, count)
    return found[: min(count, room)], count


@compiled
def _sweep(
    a: _Ranked,
    row: int,
    b: _Ranked,
    beside: int,
    within: bool,
    window: int,
    keeping: Keeping,
    hits: Hits,
    found: Codes,
    count: int,
) -> int:
    """Goes along a row of a, and along with it, a window wide, a row of b."""
    low, high = b.starts[beside], b.starts[beside + 1]
    columns_a, columns_b, lons_a, lons_b = a.columns, b.columns, a.lons, b.lons
    row_b = lons_b[low:high]
    past, until = low, low
    for own in range(a.starts[row], a.starts[row + 1]):
        west, east = lons_a[own] - window, lons_a[own] + window
        while past < high and lons_b[past] < west:
            past += 1
        until = max(until, past)
        while until < high and lons_b[until] <= east:
            until += 1
        first = own + 1 if within else low  # of one row, each pair once
        for part in range(3):
            start, stop = max(first, past), until
            if part == 1:  # what lies beyond the antimeridian to the east
                if east < _TURN:
                    continue
                stop = min(past, low + np.searchsorted(row_b, east - _TURN, "right"))
                start = first
            elif part == 2:  # and to the west
                if west >= 0:
                    break
                start = max(first, until, low + np.searchsorted(row_b, west + _TURN, "left"))
                stop = high
            while start < stop:
                end = min(stop, start + _BLOCK)
                if _mark(columns_a, own, columns_b, start, end, hits) > 0:
                    count = _note(a, own, b, start, end, keeping, hits, found, count)
                start = end
    return count


@compiled
def _note(
    a: _Ranked,
    own: int,
    b: _Ranked,
    start: int,
    end: int,
    keeping: Keeping,
    hits: Hits,
    found: Codes,
    count: int,
) -> int:
    """Adds the pairs of one of a with those of b that were marked; how many there are now."""
    for other in range(start, end):
        if hits[other - start] != 0 and _comes_near(a, own, b, other, keeping):
            if count < len(found):
                found[count, 0] = a.order[own]
                found[count, 1] = b.order[other]
            count += 1
    return count


@compiled
def _mark(a: Floats, own: int, b: Floats, start: int, stop: int, hits: Hits) -> int:
    """Marks which of b may come near one of a, and says how many: the kinds' widest separations.

    Written so that compilers turn it into vector instructions: no branches, unsigned counting.
    """
    x, y, z = a[MIDDLE, own], a[MIDDLE + 1, own], a[MIDDLE + 2, own]
    u, v, w = a[HALF, own], a[HALF + 1, own], a[HALF + 2, own]
    height, rise, width, tallness = a[HEIGHT, own], a[RISE, own], a[WIDTH, own], a[TALLNESS, own]
    count = 0
    for j in range(np.uintp(start), np.uintp(stop)):
        dx, dy, dz = b[MIDDLE, j] - x, b[MIDDLE + 1, j] - y, b[MIDDLE + 2, j] - z
        du, dv, dw = b[HALF, j] - u, b[HALF + 1, j] - v, b[HALF + 2, j] - w
        toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + LEAST)
        when = min(1.0, max(-1.0, toward))
        dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
        keep = b[WIDTH, j] + width
        level = abs(b[HEIGHT, j] - height) - abs(b[RISE, j] - rise)
        hit = (dx * dx + dy * dy + dz * dz <= keep * keep) & (level <= b[TALLNESS, j] + tallness)
        hits[j - np.uintp(start)] = hit
        count += hit
    return count


@compiled
def _comes_near(a: _Ranked, own: int, b: _Ranked, other: int, keeping: Keeping) -> bool:
    """As `chord_pairs.come_near`, for one pair."""
    label, its_label = a.labels[own], b.labels[other]
    if label[1] == its_label[1]:
        return False
    one, two = a.columns[:, own], b.columns[:, other]
    keep = one[WIDTH] + two[WIDTH] + keeping.less_m[label[0], its_label[0]]
    keep_level = one[TALLNESS] + two[TALLNESS] + keeping.less_level_m[label[0], its_label[0]]
    above, rise = two[HEIGHT] - one[HEIGHT], two[RISE] - one[RISE]
    first, last = -1.0, 1.0
    if abs(rise) > LEAST:
        low, high = (-keep_level - above) / rise, (keep_level - above) / rise
        first, last = max(min(low, high), -1.0), min(max(low, high), 1.0)
        if first > last:
            return False
    elif abs(above) > keep_level:
        return False
    dx, du = two[MIDDLE] - one[MIDDLE], two[HALF] - one[HALF]
    dy, dv = two[MIDDLE + 1] - one[MIDDLE + 1], two[HALF + 1] - one[HALF + 1]
    dz, dw = two[MIDDLE + 2] - one[MIDDLE + 2], two[HALF + 2] - one[HALF + 2]
    toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + LEAST)
    when = min(last, max(first, toward))
    dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
    return bool(dx * dx + dy * dy + dz * dz <= keep * keep)
