"""A process of its own that verifies leaves for a desk, beside it: many at a time, on another core.

    python -P -m openline.record.vouching

It vouches for a leaf, or it does not; whoever asked refuses nothing before looking for itself, and
believes nothing that is not vouched for. Frames go in and out, each with its length in four bytes
before it: claims in MessagePack, and for each of them one byte. The first frame out is empty: it is
ready. It ends when nobody can ask any more.
"""

from __future__ import annotations

import gc
import os
import signal
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from openline.record.keys import public_key_from_bytes
from openline.record.leaf import SALT_BYTES, Verifier, body_digest, open_leaf

LENGTH: Final = struct.Struct(">I")
VOUCHED, NOT_VOUCHED = 1, 0
_KEYS_KEPT: Final = 4_096


class Claim(Struct, frozen=True, array_like=True):
    """That the key of these 32 bytes signed this leaf, which is whole and commits to this body."""

    public: bytes
    leaf: bytes
    salt: bytes
    body: bytes | None


_CLAIMS: Final = msgspec.msgpack.Decoder(list[Claim])


def frame_of(content: bytes) -> bytes:
    """The content as it is sent: its length before it."""
    return LENGTH.pack(len(content)) + content


def frame_of_claims(claims: Sequence[Claim]) -> bytes:
    """Claims as they are sent to be verified."""
    return frame_of(msgspec.msgpack.encode(claims))


def holds(claim: Claim) -> bool:
    """Whether everything is so that the claim says."""
    try:
        return _holds(claim)
    except Exception:  # noqa: BLE001
        # Whatever this leaf does to us, those beside it are answered; whoever asked looks itself.
        return False


def _holds(claim: Claim) -> bool:
    leaf = open_leaf(claim.leaf)
    _verifier(claim.public).verify(claim.leaf)
    if claim.body is None:
        return leaf.bodydigest is None
    if leaf.bodydigest is None or len(claim.salt) != SALT_BYTES:
        return False
    return body_digest(claim.salt, claim.body) == leaf.bodydigest


@lru_cache(maxsize=_KEYS_KEPT)
def _verifier(public: bytes) -> Verifier:
    return Verifier(public_key_from_bytes(public))


def answer_all(asked: BinaryIO, told: int) -> None:
    """Answers frame after frame until no whole one comes any more."""
    os.write(told, frame_of(b""))
    while len(head := asked.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        content = asked.read(length)
        if len(content) < length:
            return
        verdicts = bytes(
            VOUCHED if holds(claim) else NOT_VOUCHED for claim in _CLAIMS.decode(content)
        )
        os.write(told, frame_of(verdicts))


def main() -> None:
    """Answers whoever started this, until it goes away."""
    # A key pressed in the desk's terminal is meant for the desk, which ends us when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    with open(0, "rb", closefd=False) as asked:
        answer_all(asked, 1)


if __name__ == "__main__":
    main()
