"""A live tree of boxes in space, time and height, as compiled loops: the R-tree behind all plans.

Each node holds fewer than `FANOUT` entries: a box, and the node or row that it bounds. Boxes are
tight at all times, so what is withdrawn costs nothing later. What a node costs is the room that it
takes up for a question of ordinary size (`_ASKED`): metres, seconds and metres of height count
alike. Any shape of the tree finds the same; only the time differs.

Source: Guttman, R-trees (1984); the packing is a binary Sort-Tile-Recursive.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.boxes import AXES, BOUNDS
from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Flags, Floats, Indices
from openline.geometry.outlines import Runs

FANOUT: Final = 16
_PACKED: Final = 12
"""Entries of a node when a tree is packed: room for a few more."""
_LEAST: Final = 4
"""A leaf with fewer entries is given up, and they are put elsewhere."""
_ASKED: Final = (4_000.0, 4_000.0, 4_000.0, 3_600.0, 300.0)
_FIRST_NODES: Final = 64
_SPARE_NODES: Final = 64
"""More than one insertion can ever add: the tree is not so high."""
_STACK: Final = 1_024
_FIRST_ROOM: Final = 256
_NOBODY: Final = -1
_ROOT, _USED, _FREE = 0, 1, 2

Codes = NDArray[np.int32]


class _Nodes(NamedTuple):
    """All nodes: corners of shape (n, AXES, FANOUT), what each entry leads to, shape (n, FANOUT).

    `above` is the node that a node hangs from, or the next free one. `marks` are the root, how
    many nodes have ever been used, and the first free one.
    """

    low: Floats
    high: Floats
    below: Codes
    counts: Codes
    above: Codes
    leaf: Flags
    marks: Codes


class BoxTree:
    """Boxes that come and go, found by overlap; edges count. The rows are named by whoever adds."""

    def __init__(self) -> None:
        self._nodes = _empty(_FIRST_NODES)
        self._leaf_of = np.full(_FIRST_ROOM, _NOBODY, dtype=np.int32)

    def add(self, rows: Codes, low: Floats, high: Floats) -> None:
        """Keep boxes, corners of shape (n, AXES), under the rows given, none of them in use."""
        if len(rows) and rows.max() >= len(self._leaf_of):
            self._leaf_of = _longer(self._leaf_of, int(rows.max()) + 1, _NOBODY)
        nodes = self._nodes
        if nodes.marks[_USED] == 1 and nodes.counts[0] == 0 and len(rows) >= FANOUT:
            self._pack(rows, low, high)
            return
        for start in range(0, len(rows), _SPARE_NODES):
            part = slice(start, start + _SPARE_NODES)
            self._make_room()
            _insert_all(self._nodes, self._leaf_of, rows[part], low[part], high[part])

    def remove(self, rows: Codes) -> None:
        """Forget boxes."""
        for row in rows:
            self._make_room()
            _remove(self._nodes, self._leaf_of, row)

    def overlapping_each(self, low: Floats, high: Floats) -> tuple[Codes, Codes]:
        """For boxes asked about, shape (n, AXES): their numbers, and the rows each overlaps."""
        room = _FIRST_ROOM
        while True:
            found = np.empty((room, 2), dtype=np.int32)
            count = _search(self._nodes, low, high, found)
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
            count = _search_runs(self._nodes, runs.low, runs.high, margin, codes, owners, found)
            if count <= room:
                return found[:count]
            room = count

    def _make_room(self) -> None:
        nodes = self._nodes
        used, size = int(nodes.marks[_USED]), len(nodes.counts)
        if used + _SPARE_NODES * 8 > size:
            self._nodes = _grown(nodes, 2 * size + _SPARE_NODES * 8)

    def _pack(self, rows: Codes, low: Floats, high: Floats) -> None:
        order = _order(low, high)
        nodes = _empty(2 * (len(rows) // (_PACKED - 1)) + _FIRST_NODES + _SPARE_NODES * 8)
        _fill(nodes, self._leaf_of, rows[order], low[order], high[order])
        self._nodes = nodes


def _empty(size: int) -> _Nodes:
    return _Nodes(
        low=np.empty((size, AXES, FANOUT)),
        high=np.empty((size, AXES, FANOUT)),
        below=np.empty((size, FANOUT), dtype=np.int32),
        counts=np.zeros(size, dtype=np.int32),
        above=np.full(size, _NOBODY, dtype=np.int32),
        leaf=np.ones(size, dtype=np.bool_),
        marks=np.array([0, 1, _NOBODY], dtype=np.int32),
    )


def _grown(nodes: _Nodes, size: int) -> _Nodes:
    grown = _empty(size)
    used = int(nodes.marks[_USED])
    for name in ("low", "high", "below", "counts", "above", "leaf"):
        getattr(grown, name)[:used] = getattr(nodes, name)[:used]
    grown.marks[:] = nodes.marks
    return grown


def _longer(codes: Codes, least: int, filling: int) -> Codes:
    longer = np.full(max(least, 2 * len(codes)), filling, dtype=np.int32)
    longer[: len(codes)] = codes
    return longer


@compiled
def _insert_all(nodes: _Nodes, leaf_of: Codes, rows: Codes, low: Floats, high: Floats) -> None:
    box_low, box_high = np.empty(AXES), np.empty(AXES)
    for i in range(len(rows)):
        for axis in range(AXES):
            box_low[axis] = max(low[i, axis], BOUNDS[0])
            box_high[axis] = min(high[i, axis], BOUNDS[1])
        _insert(nodes, leaf_of, rows[i], box_low, box_high)


@compiled
def _insert(nodes: _Nodes, leaf_of: Codes, row: int, low: Floats, high: Floats) -> None:
    """Adds one box where it widens the tree least."""
    node = nodes.marks[_ROOT]
    while not nodes.leaf[node]:
        entry = _least_widened(nodes, node, low, high)
        for axis in range(AXES):
            nodes.low[node, axis, entry] = min(nodes.low[node, axis, entry], low[axis])
            nodes.high[node, axis, entry] = max(nodes.high[node, axis, entry], high[axis])
        node = nodes.below[node, entry]
    _put(nodes, leaf_of, node, row, low, high)
    while nodes.counts[node] == FANOUT:
        node = _split(nodes, leaf_of, node)


@compiled
def _least_widened(nodes: _Nodes, node: int, low: Floats, high: Floats) -> int:
    best, least, smallest = 0, np.inf, np.inf
    for entry in range(nodes.counts[node]):
        now, then = 1.0, 1.0
        for axis in range(AXES):
            own_low, own_high = nodes.low[node, axis, entry], nodes.high[node, axis, entry]
            now *= own_high - own_low + _ASKED[axis]
            then *= max(own_high, high[axis]) - min(own_low, low[axis]) + _ASKED[axis]
        growth = then - now
        if growth < least or (growth == least and now < smallest):
            best, least, smallest = entry, growth, now
    return best


@compiled
def _put(nodes: _Nodes, leaf_of: Codes, node: int, below: int, low: Floats, high: Floats) -> None:
    """One more entry of a node that has room."""
    entry = nodes.counts[node]
    for axis in range(AXES):
        nodes.low[node, axis, entry] = low[axis]
        nodes.high[node, axis, entry] = high[axis]
    nodes.below[node, entry] = below
    nodes.counts[node] = entry + 1
    if nodes.leaf[node]:
        leaf_of[below] = node
    else:
        nodes.above[below] = node


@compiled
def _split(nodes: _Nodes, leaf_of: Codes, node: int) -> int:
    """Parts a full node in two; the node above, which has one more entry now."""
    order, left = _best_parting(nodes, node)
    low, high = nodes.low[node].copy(), nodes.high[node].copy()
    below = nodes.below[node].copy()
    other = _new_node(nodes, nodes.leaf[node])
    nodes.counts[node] = 0
    for place in range(FANOUT):
        entry = order[place]
        home = node if place < left else other
        _put(nodes, leaf_of, home, below[entry], low[:, entry].copy(), high[:, entry].copy())
    above = int(nodes.above[node])
    if above == _NOBODY:
        above = _new_node(nodes, False)
        nodes.marks[_ROOT] = above
        _put(nodes, leaf_of, above, node, *_box_of(nodes, node))
    else:
        _tighten(nodes, above, _entry_of(nodes, above, node), node)
    _put(nodes, leaf_of, above, other, *_box_of(nodes, other))
    return above


@compiled
def _best_parting(nodes: _Nodes, node: int) -> tuple[Indices, int]:
    """An order of a full node's entries, and how many of the first to keep: least room in all."""
    least, parted = np.inf, FANOUT // 2
    best = np.arange(FANOUT)
    rooms = np.empty(FANOUT)
    for axis in range(AXES):
        order = _by_middle(nodes, node, axis)
        _rooms(nodes, node, order, rooms)
        firsts = rooms.copy()
        _rooms(nodes, node, order[::-1].copy(), rooms)
        for left in range(_LEAST, FANOUT - _LEAST + 1):
            room = firsts[left - 1] + rooms[FANOUT - left - 1]
            if room < least:
                least, parted, best = room, left, order
    return best, parted


@compiled
def _by_middle(nodes: _Nodes, node: int, axis: int) -> Indices:
    """The entries of a full node, in order of the middles of their boxes on one axis."""
    order = np.arange(FANOUT)
    for number in range(1, FANOUT):
        entry, place = order[number], number
        middle = nodes.low[node, axis, entry] + nodes.high[node, axis, entry]
        while place > 0:
            before = order[place - 1]
            if nodes.low[node, axis, before] + nodes.high[node, axis, before] <= middle:
                break
            order[place] = before
            place -= 1
        order[place] = entry
    return order


@compiled
def _rooms(nodes: _Nodes, node: int, order: Indices, rooms: Floats) -> None:
    """How much room the first one, two, … entries of an order take up together."""
    low, high = np.full(AXES, np.inf), np.full(AXES, -np.inf)
    for place in range(FANOUT):
        room = 1.0
        for axis in range(AXES):
            low[axis] = min(low[axis], nodes.low[node, axis, order[place]])
            high[axis] = max(high[axis], nodes.high[node, axis, order[place]])
            room *= high[axis] - low[axis] + _ASKED[axis]
        rooms[place] = room


@compiled
def _new_node(nodes: _Nodes, leaf: bool) -> int:
    node = int(nodes.marks[_FREE])
    if node == _NOBODY:
        node = int(nodes.marks[_USED])
        nodes.marks[_USED] = node + 1
    else:
        nodes.marks[_FREE] = nodes.above[node]
    nodes.counts[node] = 0
    nodes.above[node] = _NOBODY
    nodes.leaf[node] = leaf
    return node


@compiled
def _box_of(nodes: _Nodes, node: int) -> tuple[Floats, Floats]:
    low, high = np.full(AXES, np.inf), np.full(AXES, -np.inf)
    for axis in range(AXES):
        for entry in range(nodes.counts[node]):
            low[axis] = min(low[axis], nodes.low[node, axis, entry])
            high[axis] = max(high[axis], nodes.high[node, axis, entry])
    return low, high


@compiled
def _entry_of(nodes: _Nodes, node: int, below: int) -> int:
    for entry in range(nodes.counts[node]):
        if nodes.below[node, entry] == below:
            return entry
    return _NOBODY


@compiled
def _tighten(nodes: _Nodes, node: int, entry: int, below: int) -> bool:
    """Gives an entry the box of the node below it; whether that changed anything."""
    low, high = _box_of(nodes, below)
    changed = False
    for axis in range(AXES):
        if nodes.low[node, axis, entry] != low[axis] or nodes.high[node, axis, entry] != high[axis]:
            nodes.low[node, axis, entry] = low[axis]
            nodes.high[node, axis, entry] = high[axis]
            changed = True
    return changed


@compiled
def _remove(nodes: _Nodes, leaf_of: Codes, row: int) -> None:
    leaf = leaf_of[row]
    _take_out(nodes, leaf, _entry_of(nodes, leaf, row))
    leaf_of[row] = _NOBODY
    count = nodes.counts[leaf]
    if count >= _LEAST or nodes.above[leaf] == _NOBODY:
        _tighten_up(nodes, leaf)
        return
    low, high = nodes.low[leaf].copy(), nodes.high[leaf].copy()
    rows = nodes.below[leaf].copy()
    nodes.counts[leaf] = 0
    _tighten_up(nodes, leaf)
    for entry in range(count):
        box_low, box_high = low[:, entry].copy(), high[:, entry].copy()
        _insert(nodes, leaf_of, rows[entry], box_low, box_high)


@compiled
def _take_out(nodes: _Nodes, node: int, entry: int) -> None:
    """One entry less: the last takes its place."""
    last = nodes.counts[node] - 1
    for axis in range(AXES):
        nodes.low[node, axis, entry] = nodes.low[node, axis, last]
        nodes.high[node, axis, entry] = nodes.high[node, axis, last]
    nodes.below[node, entry] = nodes.below[node, last]
    nodes.counts[node] = last


@compiled
def _tighten_up(nodes: _Nodes, node: int) -> None:
    """From a node that lost entries to the root: empty nodes go, boxes become tight again."""
    while nodes.above[node] != _NOBODY:
        above = nodes.above[node]
        entry = _entry_of(nodes, above, node)
        if nodes.counts[node] == 0:
            _take_out(nodes, above, entry)
            _give_up(nodes, node)
        elif not _tighten(nodes, above, entry, node):
            return
        node = above
    while not nodes.leaf[node] and nodes.counts[node] == 1:
        below = nodes.below[node, 0]
        _give_up(nodes, node)
        node = below
        nodes.above[node] = _NOBODY
        nodes.marks[_ROOT] = node
    if nodes.counts[node] == 0:
        nodes.leaf[node] = True


@compiled
def _give_up(nodes: _Nodes, node: int) -> None:
    nodes.above[node] = nodes.marks[_FREE]
    nodes.marks[_FREE] = node


@compiled
def _search(nodes: _Nodes, low: Floats, high: Floats, found: Codes) -> int:
    """Notes which box overlaps which rows, as far as there is room; how many there are."""
    stack = np.empty(_STACK, dtype=np.int32)
    count = 0
    for number in range(len(low)):
        l0, l1, l2, l3, l4 = low[number]
        h0, h1, h2, h3, h4 = high[number]
        l3, h3 = min(l3, BOUNDS[1]), max(h3, BOUNDS[0])
        l4, h4 = min(l4, BOUNDS[1]), max(h4, BOUNDS[0])
        stack[0], depth = nodes.marks[_ROOT], 1
        while depth:
            depth -= 1
            node = stack[depth]
            own_low, own_high, below = nodes.low[node], nodes.high[node], nodes.below[node]
            leaf = nodes.leaf[node]
            for entry in range(nodes.counts[node]):
                if (
                    own_low[0, entry] <= h0
                    and own_high[0, entry] >= l0
                    and own_low[1, entry] <= h1
                    and own_high[1, entry] >= l1
                    and own_low[2, entry] <= h2
                    and own_high[2, entry] >= l2
                    and own_low[3, entry] <= h3
                    and own_high[3, entry] >= l3
                    and own_low[4, entry] <= h4
                    and own_high[4, entry] >= l4
                ):
                    if not leaf:
                        stack[depth] = below[entry]
                        depth += 1
                        continue
                    if count < len(found):
                        found[count, 0], found[count, 1] = number, below[entry]
                    count += 1
    return count


@compiled
def _search_runs(
    nodes: _Nodes,
    low: Floats,
    high: Floats,
    margin: Floats,
    codes: Codes,
    owners: Codes,
    found: Codes,
) -> int:
    count = _search(nodes, low - margin, high + margin, found)
    for i in range(min(count, len(found))):
        found[i, 2] = owners[codes[found[i, 1], 0], 0]
    return count


@compiled
def _order(low: Floats, high: Floats) -> Indices:
    """An order of boxes in which runs of `_PACKED`, `_PACKED` squared, … are near one another.

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
        if size <= _PACKED:
            continue
        run = _PACKED
        while run * _PACKED < size:
            run *= _PACKED
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
        width = (last - first) / (spans / (stop - start) + _ASKED[axis])
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


@compiled
def _fill(nodes: _Nodes, leaf_of: Codes, rows: Codes, low: Floats, high: Floats) -> None:
    """Hangs boxes in their order into leaves, leaves into nodes, and so up to a root."""
    box_low, box_high = np.empty(AXES), np.empty(AXES)
    nodes.marks[_USED] = 0
    for i in range(len(rows)):
        if i % _PACKED == 0:
            leaf = _new_node(nodes, True)
        for axis in range(AXES):
            box_low[axis] = max(low[i, axis], BOUNDS[0])
            box_high[axis] = min(high[i, axis], BOUNDS[1])
        _put(nodes, leaf_of, leaf, rows[i], box_low, box_high)
    first, last = 0, nodes.marks[_USED]
    while last - first > 1:
        for below in range(first, last):
            if (below - first) % _PACKED == 0:
                node = _new_node(nodes, False)
            _put(nodes, leaf_of, node, below, *_box_of(nodes, below))
        first, last = last, nodes.marks[_USED]
    nodes.marks[_ROOT] = first
