"""The banded sweep: pairs of chords that come too near, as compiled loops.

The middles of all chords are put into rows of latitude half as tall as the usual reach, and along
each row in the order of longitude: what is in reach of one is in its own row or the two next to it,
within a window of longitude. What lies there is tried quickly, with a margin; what passes is tried
again in full: see `sweep_tries`. The few that reach farther ask for themselves.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np

from openline.geometry.chord_pairs import LEAST, Crowd, Keeping, angle_rad
from openline.geometry.compiling import compiled
from openline.geometry.courses import Codes, in_slices, run_all
from openline.geometry.ellipsoid import Floats, Indices
from openline.geometry.sweep_tries import (
    BLOCK,
    COLUMNS,
    SIDE_BY_SIDE,
    SPARE,
    Hits,
    Keys,
    Ranked,
    fill_columns,
    mark,
    note,
    settle,
    sift,
)

_TURN: Final = 1 << 20
"""Longitudes are counted in so many parts of a turn: 38 m at the equator."""
_PER_RADIAN: Final = _TURN / (2 * math.pi)
_MOST_ROWS: Final = (1 << 13) - 1
_ROW_BIT: Final = 51
_LON_BIT: Final = 31
"""A key is a row, a longitude and a number, from the highest bits down."""
_NUMBER: Final = (1 << _LON_BIT) - 1
_BESIDE: Final = 2
"""So many rows to a side hold what is in reach."""
_WIDE_RAD: Final = 0.5
"""What reaches so far is compared with everything."""
_MOST_JOBS: Final = 32
_LEAST_ROOM: Final = 1_024
_FEWEST_IN_A_JOB: Final = 2_000


def find_by_sweep(crowd: Crowd, keeping: Keeping) -> Indices:
    """The pairs that come too near, shape (k, 2), in any order, some perhaps twice."""
    if len(crowd) == 0:
        return np.empty((0, 2), dtype=np.intp)
    angle = angle_rad(2 * crowd.usual_m)
    rows = 1
    if angle < _WIDE_RAD:
        rows = min(_MOST_ROWS, max(1, int(_BESIDE * math.pi / (angle * (1 + 1e-9) + 1e-9))))
    ranked = _ranked(crowd, rows)
    farthest_m = float(crowd.reach_m.max())
    found = []
    if crowd.asks is None:
        found.append(_among_all(ranked, _windows(rows, angle, _BESIDE), keeping))
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


def _ranked(crowd: Crowd, rows: int) -> Ranked:
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
    columns = np.zeros((COLUMNS, n + SPARE), dtype=np.float32)
    lons, order, kind, owner = (np.empty(n, dtype=np.int32) for _ in range(4))
    ranked = Ranked(columns, lons, starts.astype(np.int32), order, kind, owner, crowd.chords)

    def lay_out(part: slice) -> None:
        order[part] = keys[part] & np.uint64(_NUMBER)
        lons[part] = (keys[part] >> np.uint64(_LON_BIT)) & np.uint64(_TURN - 1)
        kind[part], owner[part] = crowd.kind[order[part]], crowd.owner[order[part]]
        fill_columns(ranked, part.start, part.stop)

    in_slices(n, lay_out)
    return ranked


def _windows(rows: int, reach_rad: float, beside: int) -> Codes:
    """How far to either side in longitude anything in reach can be: by rows farther on, by row.

    Below zero where all of such a row is out of reach.
    """
    cosine = np.cos(_highest(rows))
    windows = np.full((beside + 1, rows), -1, dtype=np.int32)
    for farther in range(min(beside + 1, rows)):
        gap = max(farther - 1, 0) * (math.pi / rows) * (1 - 1e-9)
        both = cosine[: rows - farther] * cosine[farther:]
        windows[farther, : rows - farther] = window_of(reach_rad, gap, both)
    return windows


def _widest_windows(rows: int, reach_rad: float) -> Codes:
    """By row, how far to either side in longitude anything in reach of it can be."""
    highest = _highest(rows)
    farthest = np.minimum(highest + reach_rad, 0.5 * math.pi)
    return window_of(reach_rad, 0.0, np.cos(highest) * np.cos(farthest))


def _highest(rows: int) -> Floats:
    """By row, its latitude farthest from the equator."""
    edges = np.abs(np.linspace(-0.5 * math.pi, 0.5 * math.pi, rows + 1))
    highest: Floats = np.maximum(edges[:-1], edges[1:])
    return highest


def window_of(reach_rad: float, gap_rad: float, cosines: Floats) -> Codes:
    """How far in longitude two in reach can be apart, with such a gap in latitude at least.

    Source: `docs/detection.md`, windows.
    """
    reach = math.sin(min(reach_rad, math.pi) / 2)
    across = reach * reach * (1 + 1e-9) - math.sin(gap_rad / 2) ** 2
    if across < 0:
        return np.full(len(cosines), -1, dtype=np.int32)
    sine = np.sqrt(across / np.maximum(cosines, LEAST))
    window = 2 * np.arcsin(np.minimum(sine, 1.0)) * ((1 + 1e-9) * _PER_RADIAN) + 2
    return np.where(sine < 1, window, _TURN).astype(np.int32)


def _among_all(ranked: Ranked, windows: Codes, keeping: Keeping) -> Indices:
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
        pairs, count = _join(ranked, part.start, part.stop, windows, room)
        if count > room:
            # Counting and going again is quicker than a list that grows; the next have more room.
            crowding = max(crowding, 1.5 * count / max(things, 1))
            pairs, _ = _join(ranked, part.start, part.stop, windows, count)
        found[part.start] = _settled(ranked, pairs, count, keeping)

    run_all([slice(first, last) for first, last in pairwise(bounds)], search)
    return np.concatenate([found[start] for start in sorted(found)])


def _settled(ranked: Ranked, pairs: Codes, count: int, keeping: Keeping) -> Codes:
    """Of the first pairs of ranks those that come near, as they stand in the crowd."""
    some = sift(ranked.columns, pairs, count)
    return pairs[: settle(ranked, pairs, some, keeping)]


def _among_those_in_reach(
    ranked: Ranked, asking: Indices, angle: float, keeping: Keeping
) -> Indices:
    """The pairs of some with all that is within so wide an angle of them; by their ranks."""
    rows = len(ranked.starts) - 1
    windows = _widest_windows(rows, angle)
    beside = rows if angle >= _WIDE_RAD else min(rows, int(angle * rows / math.pi) + 1)
    room = _LEAST_ROOM + len(asking)
    pairs, count = _ask(ranked, asking, beside, windows, room)
    if count > room:
        pairs, _ = _ask(ranked, asking, beside, windows, count)
    return _settled(ranked, pairs, count, keeping).astype(np.intp)


@compiled
def _join(
    crowd: Ranked, first_row: int, last_row: int, windows: Codes, room: int
) -> tuple[Codes, int]:
    """The pairs of some rows with themselves and the next that may come near, as ranks; how many.

    As far as there is room for them.
    """
    rows = len(crowd.starts) - 1
    found = np.empty((room, 2), dtype=np.int32)
    hits = np.zeros(SIDE_BY_SIDE * BLOCK, dtype=np.uint8)
    words = hits.view(np.uint64)
    count = 0
    for row in range(first_row, last_row):
        for beside in range(row, min(row + len(windows), rows)):
            if windows[beside - row, row] >= 0:
                window = windows[beside - row, row]
                count = _sweep(crowd, row, beside, window, hits, words, found, count)
    return found, count


@compiled
def _sweep(
    crowd: Ranked,
    row: int,
    beside: int,
    window: int,
    hits: Hits,
    words: Keys,
    found: Codes,
    count: int,
) -> int:
    """Goes along a row, and along with it, a window wide, the same row or one farther on."""
    low, high = crowd.starts[beside], crowd.starts[beside + 1]
    lons, after = crowd.lons, crowd.starts[row + 1]
    row_lons = lons[low:high]
    past, until = low, low
    for own in range(crowd.starts[row], after, SIDE_BY_SIDE):
        beyond = min(own + SIDE_BY_SIDE, after)
        west, east = lons[own] - window, lons[beyond - 1] + window
        first = own + 1 if row == beside else low  # of one row, each pair once
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
            count = _try_run(crowd, own, beyond, start, stop, True, hits, words, found, count)
    return count


@compiled
def _ask(
    crowd: Ranked, asking: Indices, beside: int, windows: Codes, room: int
) -> tuple[Codes, int]:
    """The pairs of some with all in so many rows to either side, as `_join` gives them."""
    rows = len(crowd.starts) - 1
    found = np.empty((room, 2), dtype=np.int32)
    hits = np.zeros(BLOCK, dtype=np.uint8)
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
                count = _try_run(crowd, own, own + 1, start, stop, False, hits, words, found, count)
    return found, count


@compiled
def _try_run(
    crowd: Ranked,
    own: int,
    beyond: int,
    start: int,
    stop: int,
    each_once: bool,
    hits: Hits,
    words: Keys,
    found: Codes,
    count: int,
) -> int:
    """Adds the pairs of some with those of a run that may come near; how many there are now."""
    last = len(crowd.order)
    while start < stop:
        many = (min(stop - start, BLOCK) + 7) & ~7
        mark(crowd.columns, own, beyond, start, many, hits)
        count = note(hits, words, own, beyond, start, many, last, each_once, found, count)
        start += many
    return count
