"""The tree of RFC 6962 against the vectors that certificate-transparency implementations share."""

from __future__ import annotations

import pytest

from openline.record.errors import ProofFails
from openline.record.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [leaf_hash(each) for each in LEAVES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
PAIR_23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
PAIR_45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PAIR_67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FOUR_47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

INCLUSION = [
    (0, 1, []),
    (0, 8, [LEAF_1, PAIR_23, FOUR_47]),
    (5, 8, [LEAF_4, PAIR_67, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [LEAF_0, PAIR_23, LEAF_4]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [LEAF_1, PAIR_23, FOUR_47]),
    (6, 8, [PAIR_45, PAIR_67, ROOTS[4]]),
    (2, 5, [PAIR_23, LEAF_4]),
]


def subtree(height: int, n: int) -> bytes:
    start = n << height
    return root_of(HASHES[start : start + (1 << height)])


def unhex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hashes]


@pytest.mark.parametrize("size", range(9))
def test_every_root_is_the_one_other_implementations_compute(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "expected"), INCLUSION)
def test_an_inclusion_proof_is_the_one_other_implementations_make(
    index: int, size: int, expected: list[str]
) -> None:
    proof = inclusion_proof(index, size, subtree)
    assert [each.hex() for each in proof] == expected
    verify_inclusion(HASHES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_a_consistency_proof_is_the_one_other_implementations_make(
    old: int, new: int, expected: list[str]
) -> None:
    proof = consistency_proof(old, new, subtree)
    assert [each.hex() for each in proof] == expected
    verify_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


def test_a_leaf_never_passes_for_an_inner_node() -> None:
    left, right = HASHES[0], HASHES[1]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)


def test_a_tree_taken_up_where_it_was_left_grows_as_if_never_left() -> None:
    left = Tree()
    left.extend(HASHES[:5])
    taken_up = Tree(left.size, left.edge)
    taken_up.extend(HASHES[5:])
    assert taken_up.root().hex() == ROOTS[8]
    assert left.root().hex() == ROOTS[5]


def test_growing_tells_each_perfect_subtree_that_it_makes_whole() -> None:
    tree = Tree()
    tree.extend(HASHES[:3])
    completed: dict[tuple[int, int], bytes] = {}
    tree.extend(HASHES[3:], completed)
    leaves = [(0, n) for n in range(3, 8)]
    assert sorted(completed) == [*leaves, (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (3, 0)]
    assert completed == {at: subtree(*at) for at in completed}


def test_trying_a_growth_on_a_copy_leaves_the_tree_as_it_was() -> None:
    tree = Tree()
    tree.extend(HASHES[:3])
    tried = tree.copy()
    tried.append(HASHES[3])
    assert (tree.size, tree.root().hex()) == (3, ROOTS[3])


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="2 hashes on its edge"):
        Tree(3, [EMPTY_ROOT])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_of_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, subtree)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_no_proof_is_made_of_a_record_that_shrank(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="never had"):
        consistency_proof(old, new, subtree)


@pytest.mark.parametrize(
    ("index", "size", "proof", "why"),
    [
        (5, 8, [LEAF_4, PAIR_67], "fewer hashes"),
        (5, 8, [LEAF_4, PAIR_67, ROOTS[4], ROOTS[4]], "more hashes"),
        (4, 8, [LEAF_4, PAIR_67, ROOTS[4]], "does not lead"),
        (5, 8, [PAIR_67, LEAF_4, ROOTS[4]], "does not lead"),
        (8, 8, [LEAF_4, PAIR_67, ROOTS[4]], "does not exist"),
        (-1, 8, [LEAF_4, PAIR_67, ROOTS[4]], "does not exist"),
    ],
)
def test_a_wrong_inclusion_proof_is_refused_with_its_reason(
    index: int, size: int, proof: list[str], why: str
) -> None:
    with pytest.raises(ProofFails, match=why):
        verify_inclusion(HASHES[5], index, size, unhex(proof), bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "proof", "why"),
    [
        (6, ROOTS[5], 8, ROOTS[8], [PAIR_45, PAIR_67, ROOTS[4]], "not the beginning"),
        (6, ROOTS[6], 8, ROOTS[7], [PAIR_45, PAIR_67, ROOTS[4]], "does not lead"),
        (6, ROOTS[6], 8, ROOTS[8], [PAIR_45, PAIR_67], "too few"),
        (6, ROOTS[6], 8, ROOTS[8], [PAIR_45, PAIR_67, ROOTS[4], ROOTS[4]], "too many"),
        (6, ROOTS[6], 8, ROOTS[8], [], "empty"),
        (8, ROOTS[8], 6, ROOTS[6], [], "cannot follow"),
        (-1, ROOTS[0], 6, ROOTS[6], [], "cannot follow"),
        (8, ROOTS[8], 8, ROOTS[7], [], "Two different roots"),
        (8, ROOTS[8], 8, ROOTS[8], [LEAF_0], "Two different roots"),
        (0, ROOTS[1], 8, ROOTS[8], [], "Two different roots"),
    ],
)
def test_a_wrong_consistency_proof_is_refused_with_its_reason(
    old: int, old_root: str, new: int, new_root: str, proof: list[str], why: str
) -> None:
    with pytest.raises(ProofFails, match=why):
        verify_consistency(old, bytes.fromhex(old_root), new, bytes.fromhex(new_root), unhex(proof))


def test_a_range_of_leaves_hashes_as_the_tree_has_it() -> None:
    assert range_hash(4, 8, subtree).hex() == FOUR_47
    assert range_hash(0, 0, subtree) == EMPTY_ROOT
