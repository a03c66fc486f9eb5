"""Leaves sealed, opened and put into the tree, against the bare cryptography beneath.

    python benchmarks/record.py [CALLS]

The peers do only what nobody can do without: `cryptography` signing or verifying as many bytes,
and one SHA-256. Rounds alternate, and the best of each counts, so that whatever else the machine is
doing weighs on both alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.leaf import NO_LEAF_BEFORE, leaf_hash, open_leaf, seal, verify_leaf
from openline.record.merkle import Tree
from openline.record.tiles import tiles_of_growth

ROUNDS = 7
BATCH = 256
PAYLOAD = {
    "specversion": "1.0",
    "id": "0192f0a0-1111-7abc-8def-0123456789ab",
    "source": "openline:EAST#EAST-TAC.duty",
    "type": "openline.notification.submitted.v1",
    "time": "2017-09-18T10:20:30Z",
    "record": "desk.example/river",
    "seq": 12,
    "prevhash": NO_LEAF_BEFORE,
    "refs": [3, 4],
    "bodydigest": "b" * 64,
    "data": {"notice": "N-001", "kind": "movement", "starts_at": "2017-09-20T04:00:00Z"},
}

Action = Callable[[], object]


def seconds(calls: int, action: Action) -> float:
    """How long so many calls take."""
    started = perf_counter()
    for _ in range(calls):
        action()
    return perf_counter() - started


def report(
    benchmark: str, ours: Action, peer_name: str, peer: Action, calls: int, per: int
) -> None:
    """Prints one JSON row: microseconds each, and how many times the peer's; `per` to a call."""
    rounds = [(seconds(calls, ours) / per, seconds(calls, peer)) for _ in range(ROUNDS)]
    our_best, peer_best = (min(times) / calls * 1e6 for times in zip(*rounds, strict=True))
    row = {
        "benchmark": benchmark,
        "peer": peer_name,
        "openline_us": round(our_best, 1),
        "openline_per_s": round(1e6 / our_best),
        "peer_us": round(peer_best, 1),
        "of_the_peer": round(our_best / peer_best, 2),
    }
    print(json.dumps(row))


def tree_grower() -> Action:
    """Grows one tree by a batch at each call, with its tiles, as a journal does."""
    hashes = [leaf_hash(b"%d" % n) for n in range(BATCH)]
    tiles: dict[tuple[int, int], bytes] = {}
    tree = Tree()

    def grow() -> None:
        grown = tiles_of_growth(tree.size, hashes, lambda level, n, _: tiles.get((level, n)))
        tiles.update({(tile.level, tile.n): tile.hashes for tile in grown})
        tree.extend(hashes)
        tree.root()

    return grow


def main(calls: int) -> None:
    """Measures sealing, opening and growing, in that order."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    leaf = seal(key, PAYLOAD)
    signed = leaf.rpartition(b".")[0]
    signature = key.sign(signed)

    def open_and_verify() -> None:
        open_leaf(leaf)
        verify_leaf(leaf, public)

    sign = "Ed25519 sign"
    report("sealing a leaf", lambda: seal(key, PAYLOAD), sign, lambda: key.sign(signed), calls, 1)
    report(
        "opening and verifying a leaf",
        open_and_verify,
        "Ed25519 verify",
        lambda: public.verify(signature, signed),
        calls,
        1,
    )
    report(
        f"growing the tree and its tiles by one leaf, in batches of {BATCH}",
        tree_grower(),
        "one SHA-256 of a leaf",
        lambda: sha256(leaf).digest(),
        max(1, calls // BATCH),
        BATCH,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
