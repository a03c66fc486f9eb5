"""Trees, tiles and proofs against the definitions of RFC 6962, written out as it writes them."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import assume, given
from hypothesis import strategies as st

from openline.record.errors import ProofFails
from openline.record.merkle import (
    Tree,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from openline.record.tiles import (
    consistency_from_tiles,
    inclusion_from_tiles,
    tiles_of_growth,
    tiles_of_size,
    tree_from_tiles,
)

LEAVES = [b"%d" % n for n in range(1_200)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]

sizes = st.one_of(st.integers(1, 40), st.sampled_from([255, 256, 257, 511, 512, 513, 1_200]))


def split(n):
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(leaves):
    """Merkle tree hash, RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """Audit path, RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """Consistency proof, RFC 6962 section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


class Shelf:
    """The widest of each tile, as a journal keeps them."""

    def __init__(self, batches=(1_200,)):
        self.tiles, self.size = {}, 0
        for batch in batches:
            for tile in tiles_of_growth(
                self.size, HASHES[self.size : self.size + batch], self.read
            ):
                self.tiles[tile.level, tile.n] = tile.hashes
            self.size += batch

    def read(self, level, n, _width):
        return self.tiles.get((level, n))


SHELF = Shelf()


@given(sizes)
def test_a_grown_tree_has_the_root_of_the_definition(size):
    tree = Tree()
    tree.extend(HASHES[:size])
    assert tree.root() == mth(LEAVES[:size])
    assert tree_from_tiles(size, SHELF.read).edge == tree.edge


@given(sizes, st.data())
def test_an_inclusion_proof_is_the_path_of_the_definition(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_from_tiles(index, size, SHELF.read)
    assert proof == path(index, LEAVES[:size])
    verify_inclusion(HASHES[index], index, size, proof, mth(LEAVES[:size]))


@given(sizes, st.data())
def test_a_consistency_proof_is_the_one_of_the_definition(size, data):
    old = data.draw(st.integers(1, size))
    proof = consistency_from_tiles(old, size, SHELF.read)
    assert proof == subproof(old, LEAVES[:size], True)
    verify_consistency(old, mth(LEAVES[:old]), size, mth(LEAVES[:size]), proof)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8))
def test_tiles_are_the_same_whatever_the_batches(batches):
    assume(sum(batches) <= len(LEAVES))
    grown, at_once = Shelf(batches), Shelf([sum(batches)])
    assert grown.tiles == at_once.tiles
    assert {(level, n) for level, n, _ in tiles_of_size(grown.size)} == set(grown.tiles)


@given(sizes, st.data())
def test_no_other_leaf_place_size_or_hash_passes_for_included(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof, root = path(index, LEAVES[:size]), mth(LEAVES[:size])
    other_index = data.draw(st.integers(0, size + 2))
    spoiled = list(proof)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        spoiled[at] = sha256(spoiled[at]).digest()
    attempts = [
        (sha256(b"other").digest(), index, size, proof),
        (HASHES[index], index, size, [*proof, root]),
    ]
    if other_index != index:
        attempts.append((HASHES[index], other_index, size, proof))
    if proof:
        attempts += [
            (HASHES[index], index, size, spoiled),
            (HASHES[index], index, size, proof[:-1]),
        ]
    for leaf, at, claimed_size, hashes in attempts:
        assert not passes(verify_inclusion, leaf, at, claimed_size, hashes, root)


@given(sizes, st.data())
def test_no_rewritten_beginning_passes_for_consistent(size, data):
    old = data.draw(st.integers(1, size))
    edited = data.draw(st.integers(0, old - 1))
    rewritten = [*LEAVES[:edited], b"edited", *LEAVES[edited + 1 : size]]
    for proof in (
        subproof(old, LEAVES[:size], True),
        subproof(old, rewritten, True),
    ):
        claimed = (old, mth(LEAVES[:old]), size, mth(rewritten), proof)
        assert not passes(verify_consistency, *claimed)


def passes(verify, *claimed):
    try:
        verify(*claimed)
    except ProofFails:
        return False
    return True
