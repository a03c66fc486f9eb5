"""An order of boxes in which near ones follow one another, as compiled loops: how a tree is packed.

Metres, seconds and metres of height are weighed by what a question of ordinary size spans
(`ASKED`), so that they count alike.

Source: a binary Sort-Tile-Recursive.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.boxes import AXES, BOUNDS
from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Floats, Indices

PACKED: Final = 12
"""Entries of a node when a tree is packed: room for a few more."""
ASKED: Final = (4_000.0, 4_000.0, 4_000.0, 3_600.0, 300.0)
"""What a question of ordinary size spans on each axis."""


@compiled
def order_of(low: Floats, high: Floats) -> Indices:
    """An order of boxes in which runs of `PACKED`, `PACKED` squared, … are near one another.

    Halved again and again at multiples of those runs, each time along the axis on which the middles
    lie farthest apart, measured by what boxes and questions span on it.
    """
    middles = np.empty(low.shape)
    for row in range(len(low)):
        for axis in range(AXES):
            middles[row, axis] = (
                max(low[row, axis], BOUNDS[0]) + min(high[row, axis], BOUNDS[1])
            ) / 2
    order = np.arange(len(low))
    stack = [(0, len(low))]
    while len(stack) > 0:
        start, stop = stack.pop()
        size = stop - start
        if size <= PACKED:
            continue
        run = PACKED
        while run * PACKED < size:
            run *= PACKED
        middle = start + run * max(1, (size // 2) // run)
        axis = _widest_axis(middles, low, high, order, start, stop)
        _part_at(middles[:, axis], order, start, stop, middle)
        stack.append((start, middle))
        stack.append((middle, stop))
    return order


@compiled
def _widest_axis(
    middles: Floats, low: Floats, high: Floats, order: Indices, start: int, stop: int
) -> int:
    best, widest = 0, -1.0
    for axis in range(AXES):
        first, last, spans = np.inf, -np.inf, 0.0
        for place in range(start, stop):
            row = order[place]
            first, last = min(first, middles[row, axis]), max(last, middles[row, axis])
            spans += min(high[row, axis], BOUNDS[1]) - max(low[row, axis], BOUNDS[0])
        width = (last - first) / (spans / (stop - start) + ASKED[axis])
        if width > widest:
            best, widest = axis, width
    return best


@compiled
def _part_at(keys: Floats, order: Indices, start: int, stop: int, middle: int) -> None:
    """Moves the least keys of a stretch before `middle`. Source: Hoare, Algorithm 65: Find."""
    left, right = start, stop - 1
    while left < right:
        pivot = keys[order[(left + right) // 2]]
        i, j = left, right
        while i <= j:
            while keys[order[i]] < pivot:
                i += 1
            while keys[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            right = j
        elif middle >= i:
            left = i
        else:
            return
