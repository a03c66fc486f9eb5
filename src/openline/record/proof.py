"""A receipt that verifies offline: one entry's place under a signed root (C2SP tlog-proof)."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from openline.record.checkpoint import SignedCheckpoint, open_checkpoint
from openline.record.encoding import decode_base64, encode_base64
from openline.record.errors import NotAProof
from openline.record.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from openline.record.note import NOTE_BYTES_MAX, NoteKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63
"""The highest tree there can be."""
PROOF_BYTES_MAX: Final = NOTE_BYTES_MAX + (1 << 17)
_INDEX: Final = re.compile(r"index (?P<index>0|[1-9][0-9]{0,18})")
_EXTRA: Final = "extra "


class InclusionProof(Struct, frozen=True, kw_only=True):
    """That the entry `index` lies under the root in `checkpoint`, a signed note.

    `extra` is whatever somebody put beside it: nothing authenticates it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def render_proof(proof: InclusionProof) -> bytes:
    """The receipt's bytes, to be kept as a `.tlog-proof` file."""
    extra = "" if proof.extra is None else f"{_EXTRA}{encode_base64(proof.extra)}\n"
    head = f"{HEADER}\n{extra}index {proof.index}\n".encode()
    # Each with its end of row: as `encode_base64`, and several times sooner.
    hashes = b"".join(map(b2a_base64, proof.hashes))
    return head + hashes + b"\n" + proof.checkpoint


def parse_proof(receipt: bytes) -> InclusionProof:
    """The parts of a receipt, none of them verified.

    Raises:
        NotAProof: it has not the one form of a receipt.
    """
    if len(receipt) > PROOF_BYTES_MAX:
        raise NotAProof(f"A receipt has at most {PROOF_BYTES_MAX} bytes, this has {len(receipt)}.")
    head, divider, checkpoint = receipt.partition(b"\n\n")
    try:
        header, *rows = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NotAProof("The upper part of a receipt is ASCII.") from error
    if header != HEADER or not divider or not checkpoint:
        raise NotAProof(f"A receipt begins with {HEADER} and ends with a checkpoint.")
    extra = None
    if rows and rows[0].startswith(_EXTRA):
        extra = _decode_row(rows.pop(0).removeprefix(_EXTRA))
    found = _INDEX.fullmatch(rows[0]) if rows else None
    if found is None:
        raise NotAProof("A receipt names its entry in a row that reads index <number>.")
    hashes = tuple(_decode_row(row) for row in rows[1:])
    if len(hashes) > HASHES_MAX or any(len(each) != HASH_BYTES for each in hashes):
        raise NotAProof("The hashes of a receipt have 32 bytes each and are at most 63.")
    return InclusionProof(
        index=int(found["index"]), hashes=hashes, checkpoint=checkpoint, extra=extra
    )


def verify_proof(proof: InclusionProof, leaf: bytes, keys: Iterable[NoteKey]) -> SignedCheckpoint:
    """The checkpoint under which the leaf is proven to stand; needs nothing but its arguments.

    It proves the place of these bytes, not who wrote them: see `leaf.verify_leaf`.

    Raises:
        NotANote, SignatureFails, UnknownSigner: as `open_checkpoint`.
        ProofFails: the hashes do not lead from this leaf to the signed root.
    """
    signed = open_checkpoint(proof.checkpoint, keys)
    size, root = signed.checkpoint.size, signed.checkpoint.root
    verify_inclusion(leaf_hash(leaf), proof.index, size, proof.hashes, root)
    return signed


def _decode_row(row: str) -> bytes:
    try:
        return decode_base64(row)
    except ValueError as error:
        raise NotAProof("A row of the receipt is not canonical base64.") from error
