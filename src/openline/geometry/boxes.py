"""Boxes in any number of axes: a live table of them, and which of them others overlap."""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.areas import Area
from openline.geometry.ellipsoid import Floats, Indices, chord_bow_m

AXES: Final = 5
"""Earth-centred x, y, z in metres, seconds, height in metres: what live things are found by."""
BOUNDS: Final = (-1e12, 1e12)
"""Nothing that has an end lies beyond these, on any axis: they stand for infinity in products."""
_FIRST_ROWS: Final = 64


def boxes_of_arcs(arcs: Arcs, radius_m: float) -> tuple[Floats, Floats]:
    """Low and high corners, shape (n, 3), of boxes that hold each arc and all within the radius."""
    everyone = np.arange(len(arcs))
    first = arcs.points(everyone, np.zeros(len(arcs)))
    last = arcs.points(everyone, np.ones(len(arcs)))
    margin = (chord_bow_m(arcs.length_m) + radius_m)[:, None]
    return np.minimum(first, last) - margin, np.maximum(first, last) + margin


def box_of_area(area: Area, radius_m: float) -> tuple[Floats, Floats]:
    """Low and high corner, shape (1, 3), of a box that holds an area and all within the radius."""
    centre, reach = area.ball()
    margin = reach + radius_m
    return (centre - margin)[None, :], (centre + margin)[None, :]


class BoxTable:
    """Boxes that come and go, found by overlap; edges count.

    Every search looks at every row: simple, exact, and quick enough for tens of thousands.
    """

    def __init__(self, axes: int) -> None:
        # An empty row is NaN: no comparison with it is true, however wide the box asked about.
        self._low = np.full((_FIRST_ROWS, axes), np.nan)
        self._high = np.full((_FIRST_ROWS, axes), np.nan)
        self._free = list(range(_FIRST_ROWS - 1, -1, -1))

    def add(self, low: Floats, high: Floats) -> Indices:
        """Keep boxes, corners of shape (n, axes); the rows given back name them until removed."""
        while len(self._free) < len(low):
            self._grow()
        rows = np.array([self._free.pop() for _ in range(len(low))], dtype=np.intp)
        self._low[rows], self._high[rows] = low, high
        return rows

    def remove(self, rows: Indices) -> None:
        """Forget boxes; their rows may name others from now on."""
        self._low[rows], self._high[rows] = np.nan, np.nan
        self._free.extend(rows.tolist())

    def overlapping(self, low: Floats, high: Floats) -> Indices:
        """Rows whose boxes share a point with the one between these two corners."""
        near = np.ones(len(self._low), dtype=np.bool_)
        for axis in range(len(low)):
            near &= (self._low[:, axis] <= high[axis]) & (self._high[:, axis] >= low[axis])
        return np.flatnonzero(near)

    def _grow(self) -> None:
        rows = len(self._low)
        self._low = np.concatenate([self._low, np.full_like(self._low, np.nan)])
        self._high = np.concatenate([self._high, np.full_like(self._high, np.nan)])
        self._free.extend(range(2 * rows - 1, rows - 1, -1))
