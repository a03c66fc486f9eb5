"""A complaint: a signed statement that the record does not hold, lodged with somebody's mirror.

It is one note, cosigned by the mirror. Its text says which leaf was handed over, whose key signed
it as the mirror knows it, and that it is none of the entries up to the checkpoint that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from openline.record.encoding import decode_base64url, encode_base64url
from openline.record.errors import NotAComplaint, RecordFault
from openline.record.keys import public_key_from_bytes
from openline.record.note import (
    COSIGNATURE_V1,
    NOTE_BYTES_MAX,
    Note,
    NoteKey,
    Signing,
    cosign_note,
    parse_note,
    render_note,
    verify_note,
)

HEADER: Final = "openline.lodged/v1"
COMPLAINT_BYTES_MAX: Final = NOTE_BYTES_MAX
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class Complaint(Struct, frozen=True, kw_only=True):
    """What a mirror says: this leaf was handed to it, and is not in the record up to `size`.

    `party` and `key` are whose it is as the mirror's copy says; `checkpoint` is the signed note
    over the `size` entries among which it looked. Nothing of it is verified by being parsed.
    """

    origin: str
    party: str
    key: bytes
    size: int
    leaf: bytes
    checkpoint: bytes

    @property
    def signer(self) -> Ed25519PublicKey:
        """The key that the mirror knows the leaf's signer by.

        Raises:
            NotAKey: it is none.
        """
        return public_key_from_bytes(self.key)


def render_complaint(complaint: Complaint) -> str:
    """The text that the mirror signs."""
    head = (
        HEADER,
        complaint.origin,
        complaint.party,
        encode_base64url(complaint.key).decode("ascii"),
        str(complaint.size),
        complaint.leaf.decode("ascii"),
    )
    return "".join(f"{row}\n" for row in head) + "\n" + complaint.checkpoint.decode()


def sign_complaint(
    complaint: Complaint, name: str, private_key: Ed25519PrivateKey, at_s: int
) -> bytes:
    """The complaint as a file: lodged with the mirror of this name at this POSIX second.

    SPEC tlog-cosignature: the text is no checkpoint, since its second row is no size, so that
    nobody can take this for a word on a record.
    """
    text = render_complaint(complaint)
    return render_note(Note(text=text, signatures=(cosign_note(text, name, private_key, at_s),)))


def parse_complaint(file: bytes) -> tuple[Complaint, Note]:
    """What the file says, and the note that it is; neither is verified.

    Raises:
        NotAComplaint: it has not the one form of a complaint.
    """
    try:
        note = parse_note(file)
        head, divider, checkpoint = note.text.partition("\n\n")
        header, origin, party, key, size, leaf = head.split("\n")
        complaint = Complaint(
            origin=origin,
            party=party,
            key=decode_base64url(key.encode("ascii")),
            size=int(size) if _SIZE.fullmatch(size) else -1,
            leaf=leaf.encode("ascii"),
            checkpoint=checkpoint.encode(),
        )
    except (RecordFault, ValueError) as error:
        raise NotAComplaint("This is not a lodged statement in the form of one.") from error
    if header != HEADER or not divider or complaint.size < 0:
        raise NotAComplaint(f"A lodged statement begins with {HEADER}, and ends with a checkpoint.")
    return complaint, note


def lodged_with(note: Note, keys: Iterable[NoteKey]) -> Signing:
    """Which mirror that the reader trusts has signed it, and when.

    Raises:
        UnknownSigner: none has.
        SignatureFails: one is said to have, and has not.
    """
    mirrors = [key for key in keys if key.algorithm == COSIGNATURE_V1]
    return verify_note(note, mirrors)[0]
