"""A checkpoint: the record's size and the root over all of it, signed (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from openline.record.encoding import decode_base64, encode_base64
from openline.record.errors import NotANote, UnknownSigner
from openline.record.merkle import HASH_BYTES
from openline.record.note import (
    ED25519,
    Note,
    NoteKey,
    Signing,
    cosign_note,
    parse_note,
    render_note,
    sign_note,
    verify_note,
)

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(Struct, frozen=True, kw_only=True):
    """That the record `origin` had `size` entries under `root`. Extensions are lines of others."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


class SignedCheckpoint(Struct, frozen=True, kw_only=True):
    """A checkpoint, by which of the record's keys it is signed, and which witnesses saw it."""

    checkpoint: Checkpoint
    signed_by: tuple[Signing, ...]
    witnessed_by: tuple[Signing, ...] = ()


def render_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed."""
    rows = (
        checkpoint.origin,
        str(checkpoint.size),
        encode_base64(checkpoint.root),
        *checkpoint.extensions,
    )
    return "".join(f"{row}\n" for row in rows)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in the text of a note.

    Raises:
        NotANote: the text is not a checkpoint.
    """
    rows = text.removesuffix("\n").split("\n")
    if len(rows) < 3 or "" in rows:
        raise NotANote("A checkpoint has three rows or more, none empty: origin, size, root.")
    origin, size, root, *extensions = rows
    if _SIZE.fullmatch(size) is None:
        raise NotANote("The second row of a checkpoint is the size of the record, in digits.")
    try:
        root_hash = decode_base64(root)
    except ValueError as error:
        raise NotANote("The third row of a checkpoint is the root in canonical base64.") from error
    if len(root_hash) != HASH_BYTES:
        raise NotANote(f"The root in a checkpoint has 32 bytes, this has {len(root_hash)}.")
    return Checkpoint(origin=origin, size=int(size), root=root_hash, extensions=tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> bytes:
    """The checkpoint as a note signed by the record's key, whose name is the origin."""
    text = render_checkpoint(checkpoint)
    signature = sign_note(text, checkpoint.origin, private_key)
    return render_note(Note(text=text, signatures=(signature,)))


def cosign_checkpoint(note: bytes, name: str, private_key: Ed25519PrivateKey, at_s: int) -> bytes:
    """The note with a witness's cosignature added.

    Whether the checkpoint follows the last one that the witness saw is the witness's to verify
    first, by `merkle.verify_consistency`.

    Raises:
        NotANote: it is not a checkpoint.
    """
    parsed = parse_note(note)
    parse_checkpoint(parsed.text)
    signature = cosign_note(parsed.text, name, private_key, at_s)
    return render_note(Note(text=parsed.text, signatures=(*parsed.signatures, signature)))


def open_checkpoint(note: bytes, keys: Iterable[NoteKey]) -> SignedCheckpoint:
    """The checkpoint in a note, signed by the record's key and perhaps by witnesses.

    Args:
        note: the bytes as received.
        keys: whom the reader trusts: keys of type 1 as the record's own (old ones and the
            present one), keys of type 4 as witnesses.

    Raises:
        NotANote: it is not a checkpoint.
        SignatureFails: a signature says it is of one of these keys, and is not.
        UnknownSigner: no key of the record signed it; a witness alone is not enough.
    """
    parsed = parse_note(note)
    checkpoint = parse_checkpoint(parsed.text)
    signings = verify_note(parsed, keys)
    own = tuple(signed for signed in signings if signed.key.algorithm == ED25519)
    if not any(signed.key.name == checkpoint.origin for signed in own):
        raise UnknownSigner(
            f"No key you trust for {checkpoint.origin} has signed this checkpoint: it is "
            "another record's, or a forgery."
        )
    return SignedCheckpoint(
        checkpoint=checkpoint,
        signed_by=own,
        witnessed_by=tuple(signed for signed in signings if signed not in own),
    )
