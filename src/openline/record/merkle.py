"""The hash tree of RFC 6962: roots, and proofs of inclusion and of consistency.

Hashes in, hashes out; where hashes are kept is the caller's affair. A *perfect subtree*
`(height, n)` covers the `2**height` leaves from `n * 2**height` on: those never change again once
the tree has grown past them, which is what makes tiles and proofs possible.

Source: RFC 6962 section 2.1; the verifying steps are those of RFC 9162 section 2.1.3.2 and
2.1.4.2, which are the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from openline.record.errors import BeginsOtherwise, ProofFails

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

ReadSubtree = Callable[[int, int], bytes]
"""From (height, n) to the hash of that perfect subtree; raises if it is not held."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash under which an entry stands in the tree; never equal to an inner node's."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def perfect_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest perfect subtrees (height, n) that cover leaves `start` to `end`, left to right.

    `start` must be where the tree itself would split: 0, or the left edge of a right half.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def _fold(hashes: Sequence[bytes]) -> bytes:
    """One hash from those of adjacent subtrees, each at least as large as what follows it."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


class Tree:
    """A tree that only grows, held as the hashes on its right edge: one per bit of its size."""

    __slots__ = ("_edge", "_size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        """Takes up a tree where it was left.

        Args:
            size: how many leaves it has.
            edge: what `edge` gave at that size: one hash per perfect subtree, largest first.

        Raises:
            ValueError: the edge has not exactly one hash for each bit set in `size`.
        """
        self._size = size
        self._edge = list(edge)
        if len(self._edge) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} hashes on its edge")

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return self._size

    @property
    def edge(self) -> tuple[bytes, ...]:
        """The perfect subtrees it falls into, largest first: all that is needed to go on."""
        return tuple(self._edge)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf by its hash."""
        self.extend((leaf,))

    def extend(
        self, leaves: Iterable[bytes], completed: dict[tuple[int, int], bytes] | None = None
    ) -> None:
        """Adds leaves by their hashes, in order.

        Args:
            leaves: the hashes.
            completed: takes each perfect subtree, by (height, n), that this makes whole.
        """
        edge, size = self._edge, self._size
        for leaf in leaves:
            carried, n, height = leaf, size, 0
            while True:
                if completed is not None:
                    completed[height, n] = carried
                if not n & 1:
                    break
                carried = sha256(b"\x01" + edge.pop() + carried).digest()
                n >>= 1
                height += 1
            edge.append(carried)
            size += 1
        self._size = size

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _fold(self._edge)

    def copy(self) -> Tree:
        """A tree of its own, to try a growth that may yet fail."""
        return Tree(self._size, self._edge)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree with these leaf hashes."""
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


def range_hash(start: int, end: int, subtree: ReadSubtree) -> bytes:
    """The hash of the leaves `start` to `end`, where the tree itself splits them so."""
    return _fold([subtree(height, n) for height, n in perfect_subtrees(start, end)])


def _split(start: int, end: int) -> int:
    """Where a subtree of two or more leaves divides: the largest power of two short of all."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


class InclusionProofs:
    """Proves leaves of one tree of one size; what they share is hashed once."""

    def __init__(self, size: int, subtree: ReadSubtree) -> None:
        self._size, self._subtree = size, subtree
        self._right_edge: dict[int, bytes] = {}

    def of(self, index: int) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root, leaf first.

        Raises:
            ValueError: there is no such leaf in a tree of that size.
        """
        if not 0 <= index < self._size:
            raise ValueError(f"a tree of {self._size} has no leaf {index}")
        node, last, height = index, self._size - 1, 0
        proof = []
        while last:
            if node & 1:
                proof.append(self._subtree(height, node - 1))
            elif node + 1 < last:
                proof.append(self._subtree(height, node + 1))
            elif node + 1 == last:
                proof.append(self._right(height, last))
            # Else the node is the right-most of its height, and goes up as it is.
            node, last, height = node >> 1, last >> 1, height + 1
        return proof

    def _right(self, height: int, last: int) -> bytes:
        """The hash of the right-most node of a height, which may not be perfect."""
        found = self._right_edge.get(height)
        if found is None:
            found = range_hash(last << height, self._size, self._subtree)
            self._right_edge[height] = found
        return found


def inclusion_proof(index: int, size: int, subtree: ReadSubtree) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the tree of `size`, leaf first.

    Raises:
        ValueError: there is no such leaf in a tree of that size.
    """
    return InclusionProofs(size, subtree).of(index)


def consistency_proof(old_size: int, new_size: int, subtree: ReadSubtree) -> list[bytes]:
    """The hashes that show the tree of `old_size` to be the beginning of that of `new_size`.

    Empty for an old size of 0 or of `new_size`, where there is nothing to show.

    Raises:
        ValueError: the old size is negative or beyond the new one.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree of {new_size} never had {old_size} leaves")
    if old_size in (0, new_size):
        return []
    start, end = 0, new_size
    proof = []
    while old_size != end:
        middle = _split(start, end)
        if old_size <= middle:
            proof.append(range_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(range_hash(start, middle, subtree))
            start = middle
    if start:
        proof.append(range_hash(start, end, subtree))
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that this proof leads to from the leaf with this hash.

    Raises:
        ProofFails: the index lies outside the tree, or the proof is too long or too short for it.
    """
    if not 0 <= index < size:
        raise ProofFails(f"Entry {index} does not exist in a record of {size}.")
    node, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofFails(f"The proof of entry {index} has more hashes than its tree is high.")
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofFails(f"The proof of entry {index} has fewer hashes than its tree is high.")
    return root


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Returns if the proof shows the leaf with this hash at `index` under `root`.

    Raises:
        ProofFails: it does not.
    """
    if root_from_inclusion(leaf, index, size, proof) != root:
        raise ProofFails(
            f"The proof does not lead from this leaf at index {index} to the root signed at "
            f"size {size}: another leaf, another place or another tree was meant."
        )


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Returns if the proof shows the old tree to be the beginning of the new one.

    Raises:
        BeginsOtherwise: it shows that the new tree began otherwise: what was signed earlier has
            been rewritten. It cannot show that of an old size that is a power of two: the hashes
            leave the old root out then.
        ProofFails: it shows nothing: the proof is not of these two trees.
    """
    if not 0 <= old_size <= new_size:
        raise ProofFails(f"A record of {new_size} cannot follow one of {old_size}.")
    if old_size in (0, new_size):
        expected = new_root if old_size else EMPTY_ROOT
        if proof or old_root != expected:
            raise ProofFails(f"Two different roots are claimed for the record of {old_size}.")
        return
    old, new = _roots_from_consistency(old_size, old_root, new_size, proof)
    if new != new_root:
        raise ProofFails(f"The proof from {old_size} does not lead to the root at {new_size}.")
    if old != old_root:
        raise BeginsOtherwise(
            f"The record signed at size {old_size} is not the beginning of the one at "
            f"{new_size}: an old entry was edited, dropped or moved."
        )


def _roots_from_consistency(
    old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Both roots as the proof has them, for 0 < old_size < new_size."""
    # SPEC RFC 9162 2.1.4.2 step 2: an old tree that is itself perfect is not in the proof.
    hashes = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not hashes:
        raise ProofFails(f"The proof from {old_size} to {new_size} is empty.")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofFails(f"The proof from {old_size} to {new_size} has too many hashes.")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofFails(f"The proof from {old_size} to {new_size} has too few hashes.")
    return old, new
