"""The nodes of a tree of boxes, as compiled loops: boxes are put in, taken out and searched.

Each node holds fewer than `FANOUT` entries: a box, and the node or row that it bounds. Boxes are
tight at all times, so what is withdrawn costs nothing later. What a node costs is the room that it
takes up for a question of ordinary size (`ASKED`).

Source: Guttman, R-trees (1984).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from openline.geometry.box_order import ASKED, PACKED
from openline.geometry.boxes import AXES, BOUNDS
from openline.geometry.compiling import compiled
from openline.geometry.ellipsoid import Flags, Floats, Indices

FANOUT: Final = 16
NOBODY: Final = -1
_LEAST: Final = 4
"""A leaf with fewer entries is given up, and they are put elsewhere."""
_STACK: Final = 1_024
_ROOT, USED, FREE = 0, 1, 2

Codes = NDArray[np.int32]


class Nodes(NamedTuple):
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


def empty_nodes(size: int) -> Nodes:
    return Nodes(
        low=np.empty((size, AXES, FANOUT)),
        high=np.empty((size, AXES, FANOUT)),
        below=np.empty((size, FANOUT), dtype=np.int32),
        counts=np.zeros(size, dtype=np.int32),
        above=np.full(size, NOBODY, dtype=np.int32),
        leaf=np.ones(size, dtype=np.bool_),
        marks=np.array([0, 1, NOBODY], dtype=np.int32),
    )


def grown(nodes: Nodes, size: int) -> Nodes:
    grown = empty_nodes(size)
    used = int(nodes.marks[USED])
    for name in ("low", "high", "below", "counts", "above", "leaf"):
        getattr(grown, name)[:used] = getattr(nodes, name)[:used]
    grown.marks[:] = nodes.marks
    return grown


@compiled
def insert_all(nodes: Nodes, leaf_of: Codes, rows: Codes, low: Floats, high: Floats) -> None:
    box_low, box_high = np.empty(AXES), np.empty(AXES)
    for i in range(len(rows)):
        for axis in range(AXES):
            box_low[axis] = max(low[i, axis], BOUNDS[0])
            box_high[axis] = min(high[i, axis], BOUNDS[1])
        _insert(nodes, leaf_of, rows[i], box_low, box_high)


@compiled
def _insert(nodes: Nodes, leaf_of: Codes, row: int, low: Floats, high: Floats) -> None:
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
def _least_widened(nodes: Nodes, node: int, low: Floats, high: Floats) -> int:
    best, least, smallest = 0, np.inf, np.inf
    for entry in range(nodes.counts[node]):
        now, then = 1.0, 1.0
        for axis in range(AXES):
            own_low, own_high = nodes.low[node, axis, entry], nodes.high[node, axis, entry]
            now *= own_high - own_low + ASKED[axis]
            then *= max(own_high, high[axis]) - min(own_low, low[axis]) + ASKED[axis]
        growth = then - now
        if growth < least or (growth == least and now < smallest):
            best, least, smallest = entry, growth, now
    return best


@compiled
def _put(nodes: Nodes, leaf_of: Codes, node: int, below: int, low: Floats, high: Floats) -> None:
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
def _split(nodes: Nodes, leaf_of: Codes, node: int) -> int:
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
    if above == NOBODY:
        above = _new_node(nodes, False)
        nodes.marks[_ROOT] = above
        _put(nodes, leaf_of, above, node, *_box_of(nodes, node))
    else:
        _tighten(nodes, above, _entry_of(nodes, above, node), node)
    _put(nodes, leaf_of, above, other, *_box_of(nodes, other))
    return above


@compiled
def _best_parting(nodes: Nodes, node: int) -> tuple[Indices, int]:
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
def _by_middle(nodes: Nodes, node: int, axis: int) -> Indices:
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
def _rooms(nodes: Nodes, node: int, order: Indices, rooms: Floats) -> None:
    """How much room the first one, two, … entries of an order take up together."""
    low, high = np.full(AXES, np.inf), np.full(AXES, -np.inf)
    for place in range(FANOUT):
        room = 1.0
        for axis in range(AXES):
            low[axis] = min(low[axis], nodes.low[node, axis, order[place]])
            high[axis] = max(high[axis], nodes.high[node, axis, order[place]])
            room *= high[axis] - low[axis] + ASKED[axis]
        rooms[place] = room


@compiled
def _new_node(nodes: Nodes, leaf: bool) -> int:
    node = int(nodes.marks[FREE])
    if node == NOBODY:
        node = int(nodes.marks[USED])
        nodes.marks[USED] = node + 1
    else:
        nodes.marks[FREE] = nodes.above[node]
    nodes.counts[node] = 0
    nodes.above[node] = NOBODY
    nodes.leaf[node] = leaf
    return node


@compiled
def _box_of(nodes: Nodes, node: int) -> tuple[Floats, Floats]:
    low, high = np.full(AXES, np.inf), np.full(AXES, -np.inf)
    for axis in range(AXES):
        for entry in range(nodes.counts[node]):
            low[axis] = min(low[axis], nodes.low[node, axis, entry])
            high[axis] = max(high[axis], nodes.high[node, axis, entry])
    return low, high


@compiled
def _entry_of(nodes: Nodes, node: int, below: int) -> int:
    for entry in range(nodes.counts[node]):
        if nodes.below[node, entry] == below:
            return entry
    return NOBODY


@compiled
def _tighten(nodes: Nodes, node: int, entry: int, below: int) -> bool:
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
def remove(nodes: Nodes, leaf_of: Codes, row: int) -> None:
    leaf = leaf_of[row]
    _take_out(nodes, leaf, _entry_of(nodes, leaf, row))
    leaf_of[row] = NOBODY
    count = nodes.counts[leaf]
    if count >= _LEAST or nodes.above[leaf] == NOBODY:
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
def _take_out(nodes: Nodes, node: int, entry: int) -> None:
    """One entry less: the last takes its place."""
    last = nodes.counts[node] - 1
    for axis in range(AXES):
        nodes.low[node, axis, entry] = nodes.low[node, axis, last]
        nodes.high[node, axis, entry] = nodes.high[node, axis, last]
    nodes.below[node, entry] = nodes.below[node, last]
    nodes.counts[node] = last


@compiled
def _tighten_up(nodes: Nodes, node: int) -> None:
    """From a node that lost entries to the root: empty nodes go, boxes become tight again."""
    while nodes.above[node] != NOBODY:
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
        nodes.above[node] = NOBODY
        nodes.marks[_ROOT] = node
    if nodes.counts[node] == 0:
        nodes.leaf[node] = True


@compiled
def _give_up(nodes: Nodes, node: int) -> None:
    nodes.above[node] = nodes.marks[FREE]
    nodes.marks[FREE] = node


@compiled
def search(nodes: Nodes, low: Floats, high: Floats, found: Codes) -> int:
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
def search_runs(
    nodes: Nodes,
    low: Floats,
    high: Floats,
    margin: Floats,
    codes: Codes,
    owners: Codes,
    found: Codes,
) -> int:
    count = search(nodes, low - margin, high + margin, found)
    for i in range(min(count, len(found))):
        found[i, 2] = owners[codes[found[i, 1], 0], 0]
    return count


@compiled
def fill(nodes: Nodes, leaf_of: Codes, rows: Codes, low: Floats, high: Floats) -> None:
    """Hangs boxes in their order into leaves, leaves into nodes, and so up to a root."""
    box_low, box_high = np.empty(AXES), np.empty(AXES)
    nodes.marks[USED] = 0
    for i in range(len(rows)):
        if i % PACKED == 0:
            leaf = _new_node(nodes, True)
        for axis in range(AXES):
            box_low[axis] = max(low[i, axis], BOUNDS[0])
            box_high[axis] = min(high[i, axis], BOUNDS[1])
        _put(nodes, leaf_of, leaf, rows[i], box_low, box_high)
    first, last = 0, nodes.marks[USED]
    while last - first > 1:
        for below in range(first, last):
            if (below - first) % PACKED == 0:
                node = _new_node(nodes, False)
            _put(nodes, leaf_of, node, below, *_box_of(nodes, below))
        first, last = last, nodes.marks[USED]
    nodes.marks[_ROOT] = first
