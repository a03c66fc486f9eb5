"""Signed notes: a text, and under it one row for each key that signed it (C2SP signed-note)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from nacl.bindings import crypto_sign

from openline.record.encoding import decode_base64, encode_base64
from openline.record.errors import NotAKey, NotANote, SignatureFails, UnknownSigner
from openline.record.keys import public_key_from_bytes

ED25519: Final = 0x01
"""Signature type of a log over the text itself."""
COSIGNATURE_V1: Final = 0x04
"""Signature type of a witness over the text and the time it saw it (C2SP tlog-cosignature)."""

NOTE_BYTES_MAX: Final = 1 << 18
SIGNATURES_MAX: Final = 64
_KEYS_KEPT: Final = 64
_SIGNATURE_BYTES: Final = 64
_DASH: Final = "\u2014"
_KEY_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+]+")
_VKEY: Final = re.compile(r"(?P<name>[^\s+]+)\+(?P<key_id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/=]+)")


class NoteKey(Struct, frozen=True, kw_only=True):
    """A public key under a name, for one type of signature: whom a reader has chosen to trust."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature says which key to try."""
        return _key_id(self.name, self.algorithm, self.public)


class NoteSignature(Struct, frozen=True, kw_only=True):
    """One signature row: by what it says it was made, and the bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes


class Note(Struct, frozen=True, kw_only=True):
    """A text and its signatures. Nothing of it is to be believed before `open_note`."""

    text: str
    signatures: tuple[NoteSignature, ...]


class Signing(Struct, frozen=True, kw_only=True):
    """That a trusted key signed; `at_s` is when, in POSIX seconds, if it is a cosignature."""

    key: NoteKey
    at_s: int | None = None


def render_vkey(key: NoteKey) -> str:
    """The key as one line of text, to be handed on outside the record."""
    encoded = encode_base64(bytes([key.algorithm]) + key.public)
    return f"{key.name}+{key.key_id.hex()}+{encoded}"


def parse_vkey(text: str) -> NoteKey:
    """The key of one line of text.

    Raises:
        NotAKey: it is no such line, of another algorithm, or its key id is not that of the key.
    """
    found = _VKEY.fullmatch(text.strip())
    if found is None:
        raise NotAKey("A verifier key reads <name>+<8 hex digits>+<base64>. Copy the whole line.")
    try:
        raw = decode_base64(found["key"])
    except ValueError as error:
        raise NotAKey("The last part of the verifier key is not base64.") from error
    if raw[0] not in (ED25519, COSIGNATURE_V1):
        raise NotAKey(f"The verifier key is of type {raw[0]}; types 1 and 4 (Ed25519) are read.")
    public_key_from_bytes(raw[1:])
    key = NoteKey(name=found["name"], algorithm=raw[0], public=raw[1:])
    if key.key_id.hex() != found["key_id"]:
        raise NotAKey("The key id is not that of the name and key beside it. Copy the line again.")
    return key


@lru_cache(maxsize=_KEYS_KEPT)
def _key_id(name: str, algorithm: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:_KEY_ID_BYTES]


@lru_cache(maxsize=_KEYS_KEPT)
def note_key(name: str, private_key: Ed25519PrivateKey, algorithm: int = ED25519) -> NoteKey:
    """What others need to verify what this key signs under this name.

    Raises:
        NotAKey: the name is empty or holds a space or a plus sign.
    """
    if _NAME.fullmatch(name) is None:
        raise NotAKey("The name of a key is not empty and holds no space and no plus sign.")
    public = private_key.public_key().public_bytes_raw()
    return NoteKey(name=name, algorithm=algorithm, public=public)


def sign_note(text: str, name: str, private_key: Ed25519PrivateKey) -> NoteSignature:
    """A log's signature over a text."""
    key = note_key(name, private_key)
    signature = _signed(text.encode(), private_key)
    return NoteSignature(name=name, key_id=key.key_id, signature=signature)


def cosign_note(text: str, name: str, private_key: Ed25519PrivateKey, at_s: int) -> NoteSignature:
    """A witness's signature over a text and the POSIX second at which it had seen it."""
    key = note_key(name, private_key, COSIGNATURE_V1)
    signature = _signed(_cosigned(text, at_s), private_key)
    return NoteSignature(
        name=name, key_id=key.key_id, signature=at_s.to_bytes(_TIME_BYTES, "big") + signature
    )


@lru_cache(maxsize=_KEYS_KEPT)
def _secret_of(private_key: Ed25519PrivateKey) -> bytes:
    """As libsodium takes it: the seed with the public half behind it."""
    return private_key.private_bytes_raw() + private_key.public_key().public_bytes_raw()


def _signed(text: bytes, private_key: Ed25519PrivateKey) -> bytes:
    """By libsodium: the same bytes as OpenSSL's, which takes three times as long."""
    return crypto_sign(text, _secret_of(private_key))[:_SIGNATURE_BYTES]


def render_note(note: Note) -> bytes:
    """The note's bytes."""
    rows = "".join(
        f"{_DASH} {signed.name} {encode_base64(signed.key_id + signed.signature)}\n"
        for signed in note.signatures
    )
    return f"{note.text}\n{rows}".encode()


def parse_note(note: bytes) -> Note:
    """Text and signatures of a note, none of them verified.

    Raises:
        NotANote: it has not the one form of a note.
    """
    if len(note) > NOTE_BYTES_MAX:
        raise NotANote(f"A note has at most {NOTE_BYTES_MAX} bytes, this has {len(note)}.")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise NotANote("The note is not UTF-8.") from error
    # SPEC signed-note: the last empty line divides text and signatures.
    text, divider, rows = whole.rpartition("\n\n")
    if not divider or not rows.endswith("\n") or _CONTROL.search(whole):
        raise NotANote("A note is a text, an empty line and one row for each signature.")
    signatures = tuple(_parse_signature(row) for row in rows[:-1].split("\n"))
    if len(signatures) > SIGNATURES_MAX:
        raise NotANote(f"A note has at most {SIGNATURES_MAX} signatures.")
    return Note(text=text + "\n", signatures=signatures)


def _parse_signature(row: str) -> NoteSignature:
    parts = row.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or _NAME.fullmatch(parts[1]) is None:
        raise NotANote("A signature of a note reads — <name> <base64>.")
    try:
        raw = decode_base64(parts[2])
    except ValueError as error:
        raise NotANote(f"The signature of {parts[1]} is not canonical base64.") from error
    if len(raw) <= _KEY_ID_BYTES:
        raise NotANote(f"The signature of {parts[1]} is too short to be one.")
    return NoteSignature(name=parts[1], key_id=raw[:_KEY_ID_BYTES], signature=raw[_KEY_ID_BYTES:])


def verify_note(note: Note, keys: Iterable[NoteKey]) -> tuple[Signing, ...]:
    """Which of these keys signed the note, each once, in the order of the note.

    Signatures of other keys are ignored: they are for somebody else.

    Raises:
        SignatureFails: a signature says it is of one of these keys, and is not.
        UnknownSigner: none of these keys signed it.
    """
    known = {(key.name, key.key_id): key for key in keys}
    signings: dict[NoteKey, Signing] = {}
    for signed in note.signatures:
        key = known.get((signed.name, signed.key_id))
        if key is not None:
            signings.setdefault(key, _verify_signature(note.text, signed, key))
    if not signings:
        raise UnknownSigner("None of the keys you trust has signed this.")
    return tuple(signings.values())


def _verify_signature(text: str, signed: NoteSignature, key: NoteKey) -> Signing:
    signature, message, at_s = signed.signature, text.encode(), None
    if key.algorithm == COSIGNATURE_V1:
        at_s = int.from_bytes(signature[:_TIME_BYTES], "big")
        signature, message = signature[_TIME_BYTES:], _cosigned(text, at_s)
    try:
        public_key_from_bytes(key.public).verify(signature, message)
    except InvalidSignature as error:
        raise SignatureFails(
            f"The signature of {key.name} was not made over this text by its key: the text or "
            "the signature was changed, or somebody else signed in its name."
        ) from error
    return Signing(key=key, at_s=at_s)


def _cosigned(text: str, at_s: int) -> bytes:
    # SPEC tlog-cosignature: a header line for domain separation, then the time, then the text.
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()
