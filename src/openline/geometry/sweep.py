"""The banded sweep: pairs of chords that come too near, as compiled loops.

The middles of all chords are put into rows of latitude as tall as the usual reach, and along each
row in the order of longitude: what is in reach of one is in its own row or the next, within a
window of longitude. What lies there is tried eight at once in short numbers, with a margin; what
passes is tried again in full. The few that reach farther ask for themselves.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.chord_pairs import LEAST, Crowd, Keeping, angle_rad
from openline.geometry.compiling import compiled
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
    in_slices,
    run_all,
)
from openline.geometry.ellipsoid import Floats, Indices

_TURN: Final = 1 << 20
"""Longitudes are counted in so many parts of a turn: 38 m at the equator."""
_PER_RADIAN: Final = _TURN / (2 * math.pi)
_MOST_ROWS: Final = 1 << 12
_ROW_BIT: Final = 52
_LON_BIT: Final = 32
"""A key is a row, a longitude and a number, from the highest bits down."""
_BLOCK: Final = 2_048
"""So many are tried at once: what is noted of them stays in the cache."""
_WIDE_RAD: Final = 0.5
"""What reaches so far is compared with everything."""
_MOST_JOBS: Final = 32
_LEAST_ROOM: Final = 1_024
_FEWEST_IN_A_JOB: Final = 2_000

_COLUMNS: Final = 10
"""Middle and half (three each), height, rise, width and tallness, in short numbers."""
_SHORT_PART: Final = 2e-7
"""By how much of what they are reckoned from short numbers may be wrong, several roundings in."""
_SHORT_LEAST_M: Final = 0.01
_ONE: Final = np.float32(1)
_TINY: Final = np.float32(1e-20)

Shorts = NDArray[np.float32]
Keys = NDArray[np.uint64]
Hits = NDArray[np.uint8]


class _Ranked(NamedTuple):
    """A crowd in the order of the sweep. Row r holds ranks `starts[r]` to `starts[r + 1]`.

    `columns`, shape (_COLUMNS, n), and `lons` are in that order. `order` tells where each rank
    stands in the crowd, in whose order the rest is.
    """

    columns: Shorts
    lons: Codes
    starts: Codes
    order: Codes
    chords: Floats
    kind: Codes
    owner: Codes


def find_by_sweep(crowd: Crowd, keeping: Keeping) -> Indices:
    """The pairs that come too near, shape (k, 2), in any order, some perhaps twice."""
    if len(crowd) == 0:
        return np.empty((0, 2), dtype=np.intp)
    angle = angle_rad(2 * crowd.usual_m)
    rows = 1
    if angle < _WIDE_RAD:
        rows = min(_MOST_ROWS, int(math.pi / (angle * (1 + 1e-9) + 1e-9)))
    ranked = _ranked(crowd, rows)
    farthest_m = float(crowd.reach_m.max())
    found = []
    if crowd.asks is None:
        found.append(_among_all(ranked, _windows(rows, angle), keeping))
    else:
        asking = np.flatnonzero(crowd.asks[ranked.order])
        found.append(_among_those_in_reach(ranked, asking, angle, keeping))
    if farthest_m > crowd.usual_m:
        far = np.flatnonzero(crowd.reach_m[ranked.order] > crowd.usual_m)
        found.append(_among_those_in_reach(ranked, far, angle_rad(2 * farthest_m), keeping))
    pairs = np.concatenate(found)
    if crowd.asks is None:
        return pairs
    return pairs[crowd.asks[pairs[:, 0]] | crowd.asks[pairs[:, 1]]]


def _ranked(crowd: Crowd, rows: int) -> _Ranked:
    n = len(crowd)
    keys = np.empty(n, dtype=np.uint64)

    def rank(part: slice) -> None:
        x, y, z = crowd.middles(part)
        lat = np.arctan2(z, np.sqrt(x * x + y * y))
        row = ((lat + 0.5 * math.pi) * (rows / math.pi)).astype(np.int64)
        lon = ((np.arctan2(y, x) + math.pi) * _PER_RADIAN).astype(np.int64)
        place = (np.clip(row, 0, rows - 1) << _ROW_BIT) | (np.clip(lon, 0, _TURN - 1) << _LON_BIT)
        keys[part] = place | np.arange(part.start, part.stop)

    in_slices(n, rank)
    keys.sort()
    starts = np.searchsorted(keys, np.arange(rows + 1, dtype=np.uint64) << np.uint64(_ROW_BIT))
    columns = np.empty((_COLUMNS, n), dtype=np.float32)
    lons, order = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    in_slices(
        n, lambda part: _lay_out(keys, crowd.chords, part.start, part.stop, columns, lons, order)
    )
    kind, owner = crowd.kind, crowd.owner
    return _Ranked(columns, lons, starts.astype(np.int32), order, crowd.chords, kind, owner)


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


def _among_all(ranked: _Ranked, windows: Codes, keeping: Keeping) -> Indices:
    """The pairs of the whole crowd, as far as none reaches farther than is usual."""
    starts = ranked.starts
    jobs = max(1, min(_MOST_JOBS, len(ranked.order) // _FEWEST_IN_A_JOB))
    inner = np.searchsorted(starts, np.linspace(0, starts[-1], jobs + 1)[1:-1])
    bounds = np.unique(np.concatenate([[0], inner, [len(starts) - 1]])).tolist()
    found: dict[int, Codes] = {}
    crowding = 1.0

    def search(part: slice) -> None:
        nonlocal crowding
        things = int(starts[part.stop] - starts[part.start])
        room = _LEAST_ROOM + int(crowding * things)
        pairs, count = _join(ranked, part.start, part.stop, windows, keeping, room)
        if count > room:
            # Counting and going again is quicker than a list that grows; the next have more room.
            crowding = max(crowding, 1.5 * count / max(things, 1))
            pairs, _ = _join(ranked, part.start, part.stop, windows, keeping, count)
        found[part.start] = pairs

    run_all([slice(first, last) for first, last in pairwise(bounds)], search)
    return np.concatenate([found[start] for start in sorted(found)])


def _among_those_in_reach(
    ranked: _Ranked, asking: Indices, angle: float, keeping: Keeping
) -> Indices:
    """The pairs of some with all that is within so wide an angle of them; by their ranks."""
    rows = len(ranked.starts) - 1
    windows = _windows(rows, angle)
    beside = rows if angle >= _WIDE_RAD else min(rows, int(angle * rows / math.pi) + 1)
    room = _LEAST_ROOM + len(asking)
    pairs, count = _ask(ranked, asking, beside, windows, keeping, room)
    if count > room:
        pairs, _ = _ask(ranked, asking, beside, windows, keeping, count)
    return pairs.astype(np.intp)


@compiled
def _lay_out(
    keys: Keys,
    chords: Floats,
    start: int,
    stop: int,
    columns: Shorts,
    lons: Codes,
    order: Codes,
) -> None:
    """What a quick try needs of each, in short numbers: widened by what they are off.

    Source: `docs/detection.md`, short numbers.
    """
    for to in range(start, stop):
        number = np.int64(keys[to] & np.uint64(0xFFFFFFFF))
        lons[to] = np.int64(keys[to] >> np.uint64(_LON_BIT)) & (_TURN - 1)
        order[to] = number
        chord = chords[number]
        size = 0.0
        for axis in range(6):
            columns[axis, to] = chord[axis]
            size += abs(chord[axis])
        columns[6, to], columns[7, to] = chord[HEIGHT], chord[RISE]
        width = math.sqrt(chord[WIDTH] * chord[WIDTH] + chord[SAG])
        columns[8, to] = (width + _SHORT_PART * size) * (1 + 1e-6) + _SHORT_LEAST_M
        heights = abs(chord[HEIGHT]) + abs(chord[RISE])
        columns[9, to] = (chord[TALLNESS] + _SHORT_PART * heights) * (1 + 1e-6) + _SHORT_LEAST_M


@compiled
def _join(
    crowd: _Ranked, first_row: int, last_row: int, windows: Codes, keeping: Keeping, room: int
) -> tuple[Codes, int]:
    """The pairs of some rows with themselves and the next, as far as there is room; how many."""
    rows = len(crowd.starts) - 1
    found = np.empty((room, 2), dtype=np.int32)
    hits = np.zeros(_BLOCK, dtype=np.uint8)
    words = hits.view(np.uint64)
    count = 0
    for row in range(first_row, last_row):
        for beside in range(row, min(row + 2, rows)):
            count = _sweep(crowd, row, beside, windows[row], keeping, hits, words, found, count)
    return found[: min(count, room)], count


@compiled
def _sweep(
    crowd: _Ranked,
    row: int,
    beside: int,
    window: int,
    keeping: Keeping,
    hits: Hits,
    words: Keys,
    found: Codes,
    count: int,
) -> int:
    """Goes along a row, and along with it, a window wide, the same row or the next."""
    low, high = crowd.starts[beside], crowd.starts[beside + 1]
    columns, lons, within = crowd.columns, crowd.lons, row == beside
    row_lons = lons[low:high]
    past, until = low, low
    for own in range(crowd.starts[row], crowd.starts[row + 1]):
        west, east = lons[own] - window, lons[own] + window
        first = own + 1 if within else low  # of one row, each pair once
        while past < high and lons[past] < west:
            past += 1
        until = max(until, past)
        while until < high and lons[until] <= east:
            until += 1
        for part in range(3):
            start, stop = max(first, past), until
            if part == 1:  # what lies beyond the antimeridian to the east
                if east < _TURN:
                    continue
                stop = min(past, low + np.searchsorted(row_lons, east - _TURN, "right"))
                start = first
            elif part == 2:  # and to the west
                if west >= 0:
                    break
                start = max(first, until, low + np.searchsorted(row_lons, west + _TURN, "left"))
                stop = high
            while start < stop:
                end = min(stop, start + _BLOCK)
                if _mark(columns, own, start, end, hits) > 0:
                    count = _note(crowd, own, start, end, keeping, hits, words, found, count)
                start = end
    return count


@compiled
def _ask(
    crowd: _Ranked, asking: Indices, beside: int, windows: Codes, keeping: Keeping, room: int
) -> tuple[Codes, int]:
    """The pairs of some with all in so many rows to either side, as far as there is room."""
    rows = len(crowd.starts) - 1
    found = np.empty((room, 2), dtype=np.int32)
    hits = np.zeros(_BLOCK, dtype=np.uint8)
    words = hits.view(np.uint64)
    count = 0
    for own in asking:
        row = np.searchsorted(crowd.starts, own, "right") - 1
        west, east = crowd.lons[own] - windows[row], crowd.lons[own] + windows[row]
        for other_row in range(max(0, row - beside), min(rows, row + beside + 1)):
            low, high = crowd.starts[other_row], crowd.starts[other_row + 1]
            lons = crowd.lons[low:high]
            past = low + np.searchsorted(lons, west, "left")
            until = low + np.searchsorted(lons, east, "right")
            for part in range(3):
                start, stop = past, until
                if part == 1:
                    start, stop = low, min(past, low + np.searchsorted(lons, east - _TURN, "right"))
                elif part == 2:
                    start = max(until, low + np.searchsorted(lons, west + _TURN, "left"))
                    stop = high
                while start < stop:
                    end = min(stop, start + _BLOCK)
                    if _mark(crowd.columns, own, start, end, hits) > 0:
                        count = _note(crowd, own, start, end, keeping, hits, words, found, count)
                    start = end
    return found[: min(count, room)], count


@compiled
def _note(
    crowd: _Ranked,
    own: int,
    start: int,
    end: int,
    keeping: Keeping,
    hits: Hits,
    words: Keys,
    found: Codes,
    count: int,
) -> int:
    """Adds the pairs of one with those of a run that were marked; how many there are now.

    Args:
        words: the hits, eight at once: most are none.
    """
    tried = end - start
    for other in range(tried, (tried + 7) & ~7):
        hits[other] = 0
    for word in range((tried + 7) >> 3):
        if words[word] != 0:
            for hit in range(8 * word, 8 * word + 8):
                if hits[hit] != 0 and _comes_near(crowd, own, start + hit, keeping):
                    if count < len(found):
                        found[count, 0] = crowd.order[own]
                        found[count, 1] = crowd.order[start + hit]
                    count += 1
    return count


@compiled
def _mark(crowd: Shorts, own: int, start: int, stop: int, hits: Hits) -> int:
    """Marks which of a run may come near one, and says how many: the kinds' widest separations.

    Written so that compilers turn it into vector instructions: no branches, unsigned counting.
    """
    x, y, z = crowd[0, own], crowd[1, own], crowd[2, own]
    u, v, w = crowd[3, own], crowd[4, own], crowd[5, own]
    height, rise, width, tallness = crowd[6, own], crowd[7, own], crowd[8, own], crowd[9, own]
    count = 0
    for j in range(np.uintp(start), np.uintp(stop)):
        dx, dy, dz = crowd[0, j] - x, crowd[1, j] - y, crowd[2, j] - z
        du, dv, dw = crowd[3, j] - u, crowd[4, j] - v, crowd[5, j] - w
        keep, level = crowd[8, j] + width, crowd[9, j] + tallness
        # Between which instants they are level enough.
        pace = _ONE / (crowd[7, j] - rise + _TINY)
        halfway, half = (height - crowd[6, j]) * pace, level * abs(pace)
        first, last = max(-_ONE, halfway - half), min(_ONE, halfway + half)
        toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + _TINY)
        when = min(last, max(first, toward))
        dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
        hit = (dx * dx + dy * dy + dz * dz <= keep * keep) & (first <= last)
        hits[j - np.uintp(start)] = hit
        count += hit
    return count


@compiled
def _comes_near(crowd: _Ranked, own: int, other: int, keeping: Keeping) -> bool:
    """As `chord_pairs.come_near`, for one pair, by their ranks."""
    a, b, chords = crowd.order[own], crowd.order[other], crowd.chords
    if crowd.owner[a] == crowd.owner[b]:
        return False
    kind, its_kind = crowd.kind[a], crowd.kind[b]
    keep = chords[a, WIDTH] + chords[b, WIDTH] + keeping.less_m[kind, its_kind]
    level = chords[a, TALLNESS] + chords[b, TALLNESS] + keeping.less_level_m[kind, its_kind]
    above, rise = chords[b, HEIGHT] - chords[a, HEIGHT], chords[b, RISE] - chords[a, RISE]
    first, last = max(chords[a, FROM], chords[b, FROM]), min(chords[a, TO], chords[b, TO])
    if abs(rise) > LEAST:
        low, high = (-level - above) / rise, (level - above) / rise
        first, last = max(min(low, high), first), min(max(low, high), last)
    elif abs(above) > level:
        return False
    if first > last or keep < 0 or level < 0:
        return False
    dx, du = chords[b, MIDDLE] - chords[a, MIDDLE], chords[b, HALF] - chords[a, HALF]
    dy, dv = (
        chords[b, MIDDLE + 1] - chords[a, MIDDLE + 1],
        chords[b, HALF + 1] - chords[a, HALF + 1],
    )
    dz, dw = (
        chords[b, MIDDLE + 2] - chords[a, MIDDLE + 2],
        chords[b, HALF + 2] - chords[a, HALF + 2],
    )
    toward = -(dx * du + dy * dv + dz * dw) / (du * du + dv * dv + dw * dw + LEAST)
    when = min(last, max(first, toward))
    dx, dy, dz = dx + when * du, dy + when * dv, dz + when * dw
    near = dx * dx + dy * dy + dz * dz <= keep * keep + chords[a, SAG] + chords[b, SAG]
    return bool(near)
