"""A leaf: one entry's exact bytes, as its author signed them and as the tree hashes them.

A leaf is a compact JWS with the algorithm fixed to Ed25519, over canonical JSON with CloudEvents
names. Every part has one form only, so no two leaves say the same and no leaf can be changed
without its signature failing. Bodies lie elsewhere, under a salted digest: a leaf lasts for ever
and so holds no position, name, plate or free text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from msgspec import Meta, Struct
from nacl.bindings import crypto_sign, crypto_sign_open
from nacl.exceptions import BadSignatureError

from openline.record import merkle
from openline.record.canonical import NotCanonical, canonical_json, parse_canonical_json
from openline.record.encoding import decode_base64url, decode_checked_base64url, encode_base64url
from openline.record.errors import LeafTooLarge, NotALeaf, SignatureFails
from openline.record.keys import thumbprint

LEAF_BYTES_MAX: Final = 0xFFFF
"""64 KiB less one: what the two length bytes of an entry bundle can say (C2SP tlog-tiles)."""
NO_LEAF_BEFORE: Final = "0" * 64
"""`prevhash` of the first leaf that a key signs, whose `seq` is 0."""
SALT_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TYPE_PREFIX: Final = "openline."
SOURCE_PREFIX: Final = "openline:"

_HEADER: Final = re.compile(
    rb'\{"alg":"Ed25519","kid":"(?P<kid>[A-Za-z0-9_-]{43})","typ":"openline\+jws"\}'
)
_HEADERS_KEPT: Final = 1_024
"""So many keys' headers are read once and not anew with every leaf."""
_PARTY_ENDS: Final = re.compile(r"[?#]")

NonEmpty = Annotated[str, Meta(min_length=1, max_length=512)]
Count = Annotated[int, Meta(ge=0)]
HexDigest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Type = Annotated[
    str,
    Meta(pattern=r"\Aopenline\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.v[1-9][0-9]{0,3}\Z"),
]
Instant = Annotated[
    str,
    Meta(pattern=r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z"),
]


class Attested(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On whose behalf the desk signed, and by which token they had proved who they are."""

    party: NonEmpty
    position: str
    issuer: NonEmpty
    tokenid: NonEmpty
    human: bool


class Payload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a leaf says, by the names it has in the JSON; None where a member is absent.

    `record` is the origin of the one record it is meant for. `seq` counts the leaves of the
    signing key from 0 and `prevhash` is the SHA-256 of its leaf before. `refs` are indices of
    entries it rests on. `recordedat` and `readers` stand in what the desk signs.
    """

    specversion: Literal["1.0"]
    id: NonEmpty
    source: NonEmpty
    type: Type
    time: Instant
    record: NonEmpty
    seq: Count
    prevhash: HexDigest
    data: dict[str, Any]
    refs: tuple[Count, ...] | None = None
    bodydigest: HexDigest | None = None
    recordedat: Instant | None = None
    readers: tuple[NonEmpty, ...] | None = None
    attested: Attested | None = None

    @property
    def kind(self) -> str:
        """The versioned kind, such as `line.opened.v1`."""
        return self.type.removeprefix(TYPE_PREFIX)

    @property
    def party(self) -> str:
        """The party that `source` names: `openline:<party>[?human][#<position>]`."""
        return _PARTY_ENDS.split(self.source.removeprefix(SOURCE_PREFIX), maxsplit=1)[0]


class Leaf(Payload, frozen=True, kw_only=True):
    """A leaf that has been read: its payload, the key it names, and its own digest.

    `digest` is what the next leaf of the same key gives as its `prevhash`. Reading verifies no
    signature: see `verify_leaf`.
    """

    kid: str
    digest: str


def leaf_hash(leaf: bytes) -> bytes:
    """The hash under which a leaf stands in the tree."""
    return merkle.leaf_hash(leaf)


def leaf_digest(leaf: bytes) -> str:
    """The SHA-256 of a leaf in hex: `prevhash` of the leaf that follows it under the same key."""
    return sha256(leaf).hexdigest()


def body_digest(salt: bytes, body: bytes) -> str:
    """What a leaf says of its body: without the salt nobody can try out guesses against it.

    Raises:
        ValueError: the salt has not exactly 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, this has {len(salt)}")
    return sha256(salt + body).hexdigest()


class Sealer:
    """Seals under one key: what its leaves have in common is made once."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        public_key = private_key.public_key()
        self.kid = thumbprint(public_key)
        self._header = _header_of(public_key)
        # libsodium takes the seed with the public half behind it.
        self._secret = private_key.private_bytes_raw() + public_key.public_bytes_raw()

    def seal(self, payload: Mapping[str, Any]) -> bytes:
        """The leaf of a payload, signed. Absent members are left out, never None.

        Raises:
            NotALeaf: the payload has not the form that `open_leaf` reads.
            LeafTooLarge: it is beyond what one entry may have.
        """
        said = dict(payload)
        _read_payload(said)
        try:
            text = canonical_json(said)
        except NotCanonical as error:
            raise NotALeaf(f"The leaf cannot be sealed: {error}.") from error
        signed = self._header + encode_base64url(text)
        signature = crypto_sign(signed, self._secret)[:SIGNATURE_BYTES]
        leaf = signed + b"." + encode_base64url(signature)
        _check_size(leaf)
        return leaf


def seal(private_key: Ed25519PrivateKey, payload: Mapping[str, Any]) -> bytes:
    """One leaf of a key: see `Sealer.seal`."""
    return Sealer(private_key).seal(payload)


def open_leaf(leaf: bytes) -> Leaf:
    """What a leaf says. It may have been written by anybody: `verify_leaf` tells.

    Raises:
        LeafTooLarge: it has more bytes than an entry may have; nothing of it was read.
        NotALeaf: any part of it has not the one form it can have.
    """
    _check_size(leaf)
    parts = leaf.split(b".")
    if len(parts) != 3:
        raise NotALeaf("A leaf is a compact JWS: three parts with dots between them.")
    try:
        kid, text, signature = _kid_in(parts[0]), *map(decode_base64url, parts[1:])
    except ValueError as error:
        raise NotALeaf("A part of the leaf is not canonical base64url without padding.") from error
    if len(signature) != SIGNATURE_BYTES:
        raise NotALeaf(f"An Ed25519 signature has 64 bytes, this has {len(signature)}.")
    try:
        payload = _read_payload(parse_canonical_json(text))
    except NotCanonical as error:
        raise NotALeaf(f"The payload of the leaf cannot be read: {error}.") from error
    return Leaf(
        kid=kid,
        digest=leaf_digest(leaf),
        **msgspec.structs.asdict(payload),
    )


class _Reopened(Leaf, frozen=True, kw_only=True):
    """The same members, of which none is held against its form: that costs more than reading."""

    id: str
    source: str
    type: str
    time: str
    record: str
    seq: int
    prevhash: str
    bodydigest: str | None = None
    kid: str = ""
    digest: str = ""


_REOPENED: Final = msgspec.json.Decoder(_Reopened)


def reopen_leaf(leaf: bytes) -> Leaf:
    """What a leaf says that `open_leaf` has read before, in this process or another: sooner.

    Its form is not checked again, so it is never called on what came from outside.

    Raises:
        NotALeaf: it was never opened.
    """
    try:
        header, text, _ = leaf.split(b".")
        said = _REOPENED.decode(decode_checked_base64url(text))
        kid = _kid_in(header)
    except (ValueError, msgspec.ValidationError) as error:
        raise NotALeaf("This is no leaf that was opened before.") from error
    # Nobody else has it yet.
    msgspec.structs.force_setattr(said, "kid", kid)
    msgspec.structs.force_setattr(said, "digest", leaf_digest(leaf))
    return said


def kid_of(leaf: bytes) -> str:
    """The key that a leaf names, which need not have signed it.

    Raises:
        NotALeaf: it does not begin as a leaf does.
    """
    try:
        return _kid_in(leaf.partition(b".")[0])
    except ValueError as error:
        raise NotALeaf("The header of the leaf is not canonical base64url.") from error


@lru_cache(maxsize=_HEADERS_KEPT)
def _kid_in(header: bytes) -> str:
    """The key that the first part of a leaf names.

    Raises:
        ValueError: it is not canonical base64url.
        NotALeaf: it is not the one header that a leaf of that key can have.
    """
    found = _HEADER.fullmatch(decode_base64url(header))
    if found is None:
        raise NotALeaf(
            'The header of a leaf is exactly {"alg":"Ed25519","kid":"<thumbprint>",'
            '"typ":"openline+jws"}.'
        )
    return found["kid"].decode("ascii")


class Verifier:
    """Verifies leaves of one key: what they have in common is made once."""

    def __init__(self, public_key: Ed25519PublicKey) -> None:
        self._header = _header_of(public_key)
        self.public = public_key.public_bytes_raw()

    def verify(self, leaf: bytes) -> None:
        """Returns if the key signed exactly this leaf, and the leaf names the key.

        Says nothing of the payload: a leaf is opened first.

        Raises:
            NotALeaf: it has not the outer form of a leaf.
            SignatureFails: another key is named, or the signature was not made by this one.
        """
        signed, _, last = leaf.rpartition(b".")
        try:
            signature = decode_base64url(last)
        except ValueError as error:
            raise NotALeaf("The signature is not canonical base64url without padding.") from error
        if not signed.startswith(self._header):
            raise SignatureFails("The leaf names another key than the one it is held against.")
        try:
            crypto_sign_open(signature + signed, self.public)
        except BadSignatureError as error:
            raise SignatureFails(
                "The signature was not made over this leaf by the key that it names."
            ) from error


def verify_leaf(leaf: bytes, public_key: Ed25519PublicKey) -> None:
    """Returns if this key signed exactly this leaf: see `Verifier.verify`."""
    Verifier(public_key).verify(leaf)


def _header_of(public_key: Ed25519PublicKey) -> bytes:
    """The first part of every leaf that the key signs, with its dot."""
    kid = thumbprint(public_key)
    header = f'{{"alg":"Ed25519","kid":"{kid}","typ":"openline+jws"}}'.encode("ascii")
    return encode_base64url(header) + b"."


def _read_payload(said: Any) -> Payload:
    """The payload of a JSON value, every member checked."""
    try:
        payload = msgspec.convert(said, Payload)
        for instant in (payload.time, payload.recordedat):
            if instant is not None:
                datetime.fromisoformat(instant)
    except msgspec.ValidationError as error:
        raise NotALeaf(
            f"The payload of the leaf has not its form: {_of_form(error)}. Mend it."
        ) from error
    except ValueError as error:
        raise NotALeaf(
            "The payload of the leaf names a day or hour that does not exist."
        ) from error
    if None in said.values():
        raise NotALeaf("The payload of the leaf holds a null: leave an absent member out.")
    return payload


def _of_form(error: msgspec.ValidationError) -> str:
    """Which member is not as it must be, without what stands in it."""
    why, _, where = str(error).partition(" - at `$.")
    member = re.search(r"field `(\w+)`", why)
    named = ".".join(filter(None, (where.rstrip("`"), member[1] if member else "")))
    if why.startswith("Object missing"):
        return f"{named} is missing"
    if why.startswith("Object contains"):
        return f"{named} is no member of it"
    return f"{named or 'the whole'} is not what it must be"


def _check_size(leaf: bytes) -> None:
    if len(leaf) > LEAF_BYTES_MAX:
        raise LeafTooLarge(
            f"The leaf has {len(leaf)} bytes and an entry at most {LEAF_BYTES_MAX}. "
            "Put what is long into the body."
        )
