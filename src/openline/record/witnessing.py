"""What a witness is asked, and by what it cosigns or refuses (C2SP tlog-witness). Bytes only.

Remembering what was cosigned, durably and before answering, is the affair of whoever keeps the
witness: `judge` is told what that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from openline.record.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from openline.record.encoding import decode_base64, encode_base64
from openline.record.errors import (
    Forked,
    NotANote,
    NotARequest,
    OtherSize,
    UnknownLog,
    UnknownSigner,
)
from openline.record.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from openline.record.note import (
    COSIGNATURE_V1,
    NOTE_BYTES_MAX,
    Note,
    NoteKey,
    NoteSignature,
    parse_note,
    render_note,
    verify_note,
)

PROOF_HASHES_MAX: Final = 63
REQUEST_BYTES_MAX: Final = NOTE_BYTES_MAX + 64 * 64
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class AddCheckpoint(Struct, frozen=True, kw_only=True):
    """A checkpoint, and the proof that it goes on from the one of `old_size`."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


class Seen(Struct, frozen=True, kw_only=True):
    """The last checkpoint of a record that a witness has cosigned; at first, the empty one."""

    size: int = 0
    root: bytes = EMPTY_ROOT


def render_request(request: AddCheckpoint) -> bytes:
    """The body of a request."""
    rows = "".join(f"{encode_base64(each)}\n" for each in request.proof)
    return f"old {request.old_size}\n{rows}\n".encode() + request.note


def parse_request(body: bytes) -> AddCheckpoint:
    """What the body of a request asks.

    Raises:
        NotARequest: it has not the one form of a request.
    """
    if len(body) > REQUEST_BYTES_MAX:
        raise NotARequest(f"A request has at most {REQUEST_BYTES_MAX} bytes.")
    head, divider, note = body.partition(b"\n\n")
    try:
        first, *rows = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise NotARequest("The upper part of a request is ASCII.") from error
    old = _OLD.fullmatch(first)
    if old is None or not divider:
        raise NotARequest("A request begins with `old <size>`; its checkpoint follows a blank.")
    if len(rows) > PROOF_HASHES_MAX:
        raise NotARequest(f"A proof has at most {PROOF_HASHES_MAX} hashes.")
    try:
        proof = tuple(decode_base64(row) for row in rows)
    except ValueError as error:
        raise NotARequest("A row of the proof is not canonical base64.") from error
    if any(len(each) != HASH_BYTES for each in proof):
        raise NotARequest("A hash of the proof has not 32 bytes.")
    return AddCheckpoint(old_size=int(old[1]), proof=proof, note=note)


def find_origin(request: AddCheckpoint) -> str:
    """Of which record the checkpoint says it is; nothing of it is verified.

    Raises:
        NotARequest: it is no checkpoint.
    """
    try:
        return parse_checkpoint(parse_note(request.note).text).origin
    except NotANote as fault:
        raise NotARequest(fault.sentence) from fault


def judge(request: AddCheckpoint, logs: Iterable[NoteKey], seen: Seen) -> SignedCheckpoint:
    """The checkpoint, if a witness that has last cosigned `seen` may cosign it.

    Args:
        request: as it was sent.
        logs: the keys of the records that are watched, each named by its origin.
        seen: what was last cosigned of this very record.

    Raises, in the order of the specification:
        NotARequest: no checkpoint, or a smaller one than it goes on from. 400.
        UnknownLog: no key of that origin is known. 404.
        UnknownSigner, SignatureFails: it is not signed by that record's key. 403.
        OtherSize: it goes on from another size than was last seen. 409.
        Forked: another root was cosigned for that very size. 409.
        BeginsOtherwise: what was cosigned is proven not to be how this record begins. 422.
        ProofFails: nothing shows that it is. 422.
    """
    origin = find_origin(request)
    keys = [key for key in logs if key.name == origin]
    if not keys:
        raise UnknownLog(f"{origin}: this witness does not watch that record.")
    signed = open_checkpoint(request.note, keys)
    checkpoint = signed.checkpoint
    if request.old_size > checkpoint.size:
        raise NotARequest("The old size is beyond the size of the checkpoint.")
    if request.old_size != seen.size:
        raise OtherSize(f"{origin}: {seen.size} entries were cosigned last.", seen.size)
    if checkpoint.size == seen.size and checkpoint.root != seen.root:
        raise Forked(f"{origin}: another root was cosigned at size {seen.size}.", seen.size)
    verify_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, request.proof)
    return signed


def render_cosignatures(signatures: Sequence[NoteSignature]) -> bytes:
    """The answer of a witness: the rows that stand under a note."""
    return render_note(Note(text="", signatures=tuple(signatures))).removeprefix(b"\n")


def take_cosignature(note: bytes, answer: bytes, key: NoteKey) -> NoteSignature:
    """The cosignature of one witness in its answer, verified over the note it was asked for.

    Rows of other keys are ignored.

    Raises:
        NotANote: the answer is no rows of signatures.
        UnknownSigner: none of them is of this key.
        SignatureFails: one says that it is, and is not.
    """
    if key.algorithm != COSIGNATURE_V1:
        raise UnknownSigner(f"{key.name} is not the key of a witness.")
    text = parse_note(note).text
    answered = parse_note(text.encode() + b"\n" + answer)
    verify_note(answered, [key])
    for signed in answered.signatures:
        if (signed.name, signed.key_id) == (key.name, key.key_id):
            return signed
    raise UnknownSigner(f"{key.name} has not signed it.")


def without_strangers(note: bytes, signed: SignedCheckpoint) -> bytes:
    """The note with one row of each key that was verified, and no other: anybody can add rows."""
    parsed = parse_note(note)
    rows = {(row.name, row.key_id): row for row in parsed.signatures}
    verified = (*signed.signed_by, *signed.witnessed_by)
    kept = tuple(rows[each.key.name, each.key.key_id] for each in verified)
    return render_note(Note(text=parsed.text, signatures=kept))


def with_cosignatures(note: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """The note with these cosignatures under those that it has."""
    parsed = parse_note(note)
    return render_note(Note(text=parsed.text, signatures=(*parsed.signatures, *signatures)))
