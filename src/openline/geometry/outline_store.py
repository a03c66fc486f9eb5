"""Outlines of many plans side by side in a few long arrays, where they come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from openline.geometry.boxes import AXES
from openline.geometry.compiling import compiled
from openline.geometry.outlines import FIRST, Codes, Extents, Outlines, Runs

Number = TypeVar("Number", np.float64, np.int32)


class Place(NamedTuple):
    """Where one plan's parts, boxes and points stand: the first of each, and how many."""

    part: int
    parts: int
    row: int
    rows: int
    point: int
    points: int


class OutlineStore:
    """`whole` is all outlines as one; parts and boxes are named by their numbers in it.

    LIMIT: what is given up is used again by what is as large or smaller; the arrays never shrink.
    """

    def __init__(self) -> None:
        self.whole = Outlines(
            np.empty((64, 3)),
            Extents(np.empty((64, 6)), np.empty((64, 4), dtype=np.int32)),
            Runs(np.empty((64, AXES)), np.empty((64, AXES)), np.empty((64, 3), dtype=np.int32)),
        )
        self._parts, self._rows, self._points = _Room(), _Room(), _Room()

    def add(self, outlines: Outlines) -> Place:
        """Keep the parts of one plan, or of several as one."""
        points, extents, runs = outlines
        place = Place(
            self._parts.take(len(extents.spans)),
            len(extents.spans),
            self._rows.take(len(runs.codes)),
            len(runs.codes),
            self._points.take(len(points)),
            len(points),
        )
        self._make_room()
        _copy(outlines, self.whole, place.part, place.row, place.point)
        return place

    def rows_of(self, place: Place) -> Codes:
        """The numbers of a plan's boxes."""
        return np.arange(place.row, place.row + place.rows, dtype=np.int32)

    def remove(self, place: Place) -> None:
        """Give up the room of one plan."""
        self._parts.give_back(place.part, place.parts)
        self._rows.give_back(place.row, place.rows)
        self._points.give_back(place.point, place.points)

    def _make_room(self) -> None:
        points, (bounds, spans), (low, high, codes) = self.whole
        rows = self._rows.used
        self.whole = Outlines(
            _longer(points, self._points.used),
            Extents(_longer(bounds, self._parts.used), _longer(spans, self._parts.used)),
            Runs(_longer(low, rows), _longer(high, rows), _longer(codes, rows)),
        )


class _Room:
    """Which of the numbers from 0 on are taken, in stretches."""

    def __init__(self) -> None:
        self.used = 0
        self._free: dict[int, list[int]] = {}
        self._lengths: list[int] = []

    def take(self, length: int) -> int:
        """A stretch of so many: of the shortest that is free and long enough, else new ones."""
        place = bisect_left(self._lengths, length)
        if length == 0 or place == len(self._lengths):
            self.used += length
            return self.used - length
        found = self._lengths[place]
        first = self._free[found].pop()
        if not self._free[found]:
            del self._free[found], self._lengths[place]
        self.give_back(first + length, found - length)
        return first

    def give_back(self, first: int, length: int) -> None:
        if length == 0:
            return
        if length not in self._free:
            self._free[length] = []
            insort(self._lengths, length)
        self._free[length].append(first)


def _longer(table: NDArray[Number], least: int) -> NDArray[Number]:
    if least <= len(table):
        return table
    longer = np.empty((max(least, len(table) * 3 // 2), *table.shape[1:]), dtype=table.dtype)
    longer[: len(table)] = table
    return longer


@compiled
def _copy_rows(rows: NDArray[Number], to: NDArray[Number], first: int) -> None:
    for i in range(len(rows)):
        for column in range(rows.shape[1]):
            to[first + i, column] = rows[i, column]


@compiled
def _copy(outlines: Outlines, whole: Outlines, part: int, row: int, point: int) -> None:
    points, extents, runs = outlines
    _copy_rows(points, whole.points, point)
    _copy_rows(extents.bounds, whole.extents.bounds, part)
    _copy_rows(extents.spans, whole.extents.spans, part)
    _copy_rows(runs.low, whole.runs.low, row)
    _copy_rows(runs.high, whole.runs.high, row)
    _copy_rows(runs.codes, whole.runs.codes, row)
    for i in range(len(extents.spans)):
        whole.extents.spans[part + i, FIRST] += point
    for i in range(len(runs.codes)):
        whole.runs.codes[row + i, 0] += part
        whole.runs.codes[row + i, 1] += point
