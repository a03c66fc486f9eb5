"""A live tree of boxes in space, time and height: the R-tree behind all plans.

Any shape of the tree finds the same; only the time differs. How boxes are put in, taken out and
found is in `box_nodes`, how many at once are packed in `box_order`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.box_nodes import (
    FANOUT,
    NOBODY,
    USED,
    Codes,
    empty_nodes,
    fill,
    grown,
    insert_all,
    remove,
    search,
    search_runs,
)
from openline.geometry.box_order import PACKED, order_of
from openline.geometry.ellipsoid import Floats
from openline.geometry.outlines import Runs

_FIRST_NODES: Final = 64
_SPARE_NODES: Final = 64
"""More than one insertion can ever add: the tree is not so high."""
_FIRST_ROOM: Final = 256


class BoxTree:
    """Boxes that come and go, found by overlap; edges count. The rows are named by whoever adds."""

    def __init__(self) -> None:
        self._nodes = empty_nodes(_FIRST_NODES)
        self._leaf_of = np.full(_FIRST_ROOM, NOBODY, dtype=np.int32)

    def add(self, rows: Codes, low: Floats, high: Floats) -> None:
        """Keep boxes, corners of shape (n, AXES), under the rows given, none of them in use."""
        if len(rows) and rows.max() >= len(self._leaf_of):
            self._leaf_of = _longer(self._leaf_of, int(rows.max()) + 1, NOBODY)
        nodes = self._nodes
        if nodes.marks[USED] == 1 and nodes.counts[0] == 0 and len(rows) >= FANOUT:
            self._pack(rows, low, high)
            return
        for start in range(0, len(rows), _SPARE_NODES):
            part = slice(start, start + _SPARE_NODES)
            self._make_room()
            insert_all(self._nodes, self._leaf_of, rows[part], low[part], high[part])

    def remove(self, rows: Codes) -> None:
        """Forget boxes."""
        for row in rows:
            self._make_room()
            remove(self._nodes, self._leaf_of, row)

    def overlapping_each(self, low: Floats, high: Floats) -> tuple[Codes, Codes]:
        """For boxes asked about, shape (n, AXES): their numbers, and the rows each overlaps."""
        room = _FIRST_ROOM
        while True:
            found = np.empty((room, 2), dtype=np.int32)
            count = search(self._nodes, low, high, found)
            if count <= room:
                return found[:count, 0], found[:count, 1]
            room = count

    def near_runs(self, runs: Runs, margin: Floats, codes: Codes, owners: Codes) -> Codes:
        """For boxes widened by a margin, what each overlaps, shape (n, 3): its own number, a row,
        and whose the part is that the row is of.

        Args:
            codes: of every row, its part first; `owners`: of every part, its owner first.
        """
        room = _FIRST_ROOM
        while True:
            found = np.empty((room, 3), dtype=np.int32)
            count = search_runs(self._nodes, runs.low, runs.high, margin, codes, owners, found)
            if count <= room:
                return found[:count]
            room = count

    def _make_room(self) -> None:
        nodes = self._nodes
        used, size = int(nodes.marks[USED]), len(nodes.counts)
        if used + _SPARE_NODES * 8 > size:
            self._nodes = grown(nodes, 2 * size + _SPARE_NODES * 8)

    def _pack(self, rows: Codes, low: Floats, high: Floats) -> None:
        order = order_of(low, high)
        nodes = empty_nodes(2 * (len(rows) // (PACKED - 1)) + _FIRST_NODES + _SPARE_NODES * 8)
        fill(nodes, self._leaf_of, rows[order], low[order], high[order])
        self._nodes = nodes


def _longer(codes: Codes, least: int, filling: int) -> Codes:
    longer = np.full(max(least, 2 * len(codes)), filling, dtype=np.int32)
    longer[: len(codes)] = codes
    return longer
