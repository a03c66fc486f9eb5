"""Sealing one leaf: ours against joserfc signing the same payload as rfc8785 writes it.

    python benchmarks/sealing.py [LEAVES]

Both give the same bytes, which is checked first. Rounds alternate, and the best of each counts, so
that whatever else the machine is doing weighs on both alike.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import OKPKey

from openline.record.keys import thumbprint
from openline.record.leaf import seal

ROUNDS = 5
PAYLOAD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "m-17",
    "source": "EAST/duty",
    "type": "openline.message.sent.v1",
    "time": "2017-09-16T08:00:00Z",
    "record": "openline.example/river",
    "seq": 17,
    "prevhash": "0" * 64,
    "bodydigest": "a" * 64,
    "data": {"message": "m-17", "kind": "NOTIFY", "recipients": ["WEST"], "precedence": "FLASH"},
}


def our_sealing(key: Ed25519PrivateKey) -> Callable[[], bytes]:
    """The leaf as the desk seals it."""
    return lambda: seal(key, PAYLOAD)


def peer_sealing(key: Ed25519PrivateKey) -> Callable[[], bytes]:
    """The same leaf by the two libraries that one would reach for."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    okp = OKPKey.import_key(pem)
    header = {"alg": "Ed25519", "kid": thumbprint(key.public_key()), "typ": "openline+jws"}

    def sealed() -> bytes:
        text = rfc8785.dumps(PAYLOAD)
        return jws.serialize_compact(header, text, okp, algorithms=["Ed25519"]).encode()

    return sealed


def seconds(leaves: int, sealing: Callable[[], bytes]) -> float:
    """How long it takes to seal so many."""
    started = perf_counter()
    for _ in range(leaves):
        sealing()
    return perf_counter() - started


def main(leaves: int) -> None:
    """Prints one JSON row: microseconds for each leaf, and how many times the peer's pace."""
    key = Ed25519PrivateKey.generate()
    ours, peer = our_sealing(key), peer_sealing(key)
    if ours() != peer():
        raise SystemExit("the two do not seal the same bytes: nothing to compare")
    rounds = [(seconds(leaves, ours), seconds(leaves, peer)) for _ in range(ROUNDS)]
    our_best, peer_best = (min(times) for times in zip(*rounds, strict=True))
    row = {
        "benchmark": "sealing a leaf",
        "peer": "joserfc + rfc8785",
        "openline_us": round(our_best / leaves * 1e6, 1),
        "peer_us": round(peer_best / leaves * 1e6, 1),
        "times_the_peer": round(peer_best / our_best, 2),
    }
    print(json.dumps(row))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
