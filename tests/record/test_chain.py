"""A key's chain: what is next, what is out of turn, and what entries not held can account for."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.chain import Breach, Chains, Head, find_breach, head_after
from openline.record.leaf import NO_LEAF_BEFORE, Leaf, open_leaf, seal

EAST = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
WEST = Ed25519PrivateKey.from_private_bytes(b"w" * 32)


def leaves_of(key: Ed25519PrivateKey, count: int, word: str = "M") -> list[Leaf]:
    """A chain of leaves by one key."""
    head, leaves = Head(), []
    for n in range(count):
        payload = {
            "specversion": "1.0",
            "id": f"{word}-{n}",
            "source": "openline:EAST#EAST-TAC.duty",
            "type": "openline.message.sent.v1",
            "time": "2017-09-18T10:20:30Z",
            "record": "desk.example/river",
            "seq": head.seq,
            "prevhash": head.prevhash,
            "data": {},
        }
        leaves.append(open_leaf(seal(key, payload)))
        head = head_after(leaves[-1])
    return leaves


EAST_LEAVES = leaves_of(EAST, 5)
OTHER_LEAVES = leaves_of(EAST, 5, "other")
WEST_LEAVES = leaves_of(WEST, 5)


def breaches(*log: Leaf | None) -> list[tuple[int, Breach, int]]:
    """What is wrong in a log; None is an entry that is not held."""
    chains, found = Chains(), []
    for index, leaf in enumerate(log):
        if leaf is None:
            chains.pass_over(index)
        elif fault := chains.follow(index, leaf):
            found.append((fault.index, fault.breach, fault.missing))
    return found


def test_a_chain_begins_with_number_0_after_nothing() -> None:
    assert Head() == Head(seq=0, prevhash=NO_LEAF_BEFORE)
    assert find_breach(Head(), EAST_LEAVES[0]) is None
    assert find_breach(Head(), EAST_LEAVES[1]) is Breach.GAP


def test_each_leaf_is_followed_by_the_next() -> None:
    head = head_after(EAST_LEAVES[0])
    assert (head.seq, head.prevhash) == (1, EAST_LEAVES[0].digest)
    assert find_breach(head, EAST_LEAVES[1]) is None
    assert find_breach(head, EAST_LEAVES[0]) is Breach.STALE
    assert find_breach(head, EAST_LEAVES[2]) is Breach.GAP
    assert find_breach(head, OTHER_LEAVES[1]) is Breach.FORK


def test_two_keys_have_each_their_own_chain() -> None:
    east, west = EAST_LEAVES, WEST_LEAVES
    assert breaches(east[0], west[0], west[1], east[1]) == []


def test_a_dropped_leaf_is_a_gap() -> None:
    assert breaches(EAST_LEAVES[0], EAST_LEAVES[2], EAST_LEAVES[3]) == [(1, Breach.GAP, 1)]
    assert breaches(EAST_LEAVES[3]) == [(0, Breach.GAP, 3)]


def test_leaves_in_another_order_are_out_of_turn() -> None:
    swapped = (EAST_LEAVES[0], EAST_LEAVES[2], EAST_LEAVES[1], EAST_LEAVES[3])
    assert breaches(*swapped) == [(1, Breach.GAP, 1), (2, Breach.STALE, 0)]


def test_a_leaf_twice_is_stale() -> None:
    assert breaches(EAST_LEAVES[0], EAST_LEAVES[0], EAST_LEAVES[1]) == [(1, Breach.STALE, 0)]


def test_a_second_story_is_a_fork() -> None:
    assert breaches(EAST_LEAVES[0], OTHER_LEAVES[1], OTHER_LEAVES[2]) == [(1, Breach.FORK, 0)]


@pytest.mark.parametrize(
    "log",
    [
        (EAST_LEAVES[0], None, EAST_LEAVES[2]),
        (None, None, EAST_LEAVES[2]),
        (EAST_LEAVES[0], None, WEST_LEAVES[0], None, EAST_LEAVES[2], WEST_LEAVES[2]),
        # The first free entry could go to either gap; only one way accounts for both.
        (EAST_LEAVES[0], None, WEST_LEAVES[1], None, EAST_LEAVES[2]),
    ],
)
def test_entries_not_held_account_for_a_gap(log: tuple[Leaf | None, ...]) -> None:
    assert breaches(*log) == []


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ((EAST_LEAVES[0], None, EAST_LEAVES[3]), (2, Breach.GAP, 1)),
        ((None, EAST_LEAVES[0], EAST_LEAVES[2]), (2, Breach.GAP, 1)),
        ((EAST_LEAVES[0], None, EAST_LEAVES[2], WEST_LEAVES[1]), (3, Breach.GAP, 1)),
    ],
)
def test_a_gap_that_entries_not_held_cannot_account_for_is_a_fault(
    log: tuple[Leaf | None, ...], fault: tuple[int, Breach, int]
) -> None:
    assert breaches(*log) == [fault]


def test_a_fault_says_which_entry_and_what_was_due() -> None:
    chains = Chains()
    chains.follow(0, EAST_LEAVES[0])
    fault = chains.follow(1, EAST_LEAVES[3])
    assert fault is not None
    assert fault.sentence == (
        f"Entry 1, number 3 of key {EAST_LEAVES[0].kid}, came where number 1 was due: "
        "2 dropped between."
    )
