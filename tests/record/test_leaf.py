"""A leaf has one form; everything else is refused, and what it says comes back exactly."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from openline.record.errors import LeafTooLarge, NotALeaf, SignatureFails
from openline.record.keys import thumbprint
from openline.record.leaf import (
    LEAF_BYTES_MAX,
    NO_LEAF_BEFORE,
    Attested,
    body_digest,
    leaf_digest,
    leaf_hash,
    open_leaf,
    seal,
    verify_leaf,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
KID = thumbprint(KEY.public_key())
HEADER = f'{{"alg":"Ed25519","kid":"{KID}","typ":"openline+jws"}}'.encode()
PAYLOAD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "M-1",
    "source": "openline:EAST?human#EAST-TAC.duty",
    "type": "openline.message.sent.v1",
    "time": "2017-09-18T10:20:30Z",
    "record": "desk.example/river",
    "seq": 0,
    "prevhash": NO_LEAF_BEFORE,
    "refs": [3, 5],
    "bodydigest": "b" * 64,
    "data": {"message": "M-1", "precedence": "FLASH", "slots": [1, None, True, "é"]},
}
DESK_MEMBERS: dict[str, Any] = {
    "recordedat": "2017-09-18T10:20:31.5Z",
    "readers": ["EAST", "WEST"],
    "attested": {
        "party": "EAST",
        "position": "EAST-TAC.duty",
        "issuer": "desk.example",
        "tokenid": "t-9",
        "human": True,
    },
}


def base64url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def signed(payload: bytes, header: bytes = HEADER) -> bytes:
    """A compact JWS over any bytes at all, truly signed: what a hostile author can make."""
    message = base64url(header) + b"." + base64url(payload)
    return message + b"." + base64url(KEY.sign(message))


def without(member: str) -> dict[str, Any]:
    return {name: value for name, value in PAYLOAD.items() if name != member}


def test_what_was_sealed_is_what_is_opened() -> None:
    leaf = seal(KEY, PAYLOAD | DESK_MEMBERS)
    opened = open_leaf(leaf)
    verify_leaf(leaf, KEY.public_key())
    assert opened.kid == KID
    assert opened.kind == "message.sent.v1"
    assert opened.party == "EAST"
    assert opened.refs == (3, 5)
    assert opened.data == PAYLOAD["data"]
    assert opened.readers == ("EAST", "WEST")
    assert opened.attested == Attested(**DESK_MEMBERS["attested"])
    assert opened.digest == leaf_digest(leaf) == sha256(leaf).hexdigest()
    assert leaf_hash(leaf) == sha256(b"\x00" + leaf).digest()


def test_a_leaf_is_byte_for_byte_what_a_jose_library_makes() -> None:
    jwk = OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": base64url(KEY.public_key().public_bytes_raw()).decode(),
            "d": base64url(KEY.private_bytes_raw()).decode(),
        }
    )
    header = {"alg": "Ed25519", "kid": jwk.thumbprint(), "typ": "openline+jws"}
    theirs = jws.serialize_compact(header, rfc8785.dumps(PAYLOAD), jwk, algorithms=["Ed25519"])
    assert seal(KEY, PAYLOAD) == theirs.encode()


def test_a_jose_library_verifies_a_leaf() -> None:
    x = base64url(KEY.public_key().public_bytes_raw()).decode()
    public = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
    theirs = jws.deserialize_compact(seal(KEY, PAYLOAD).decode(), public, algorithms=["Ed25519"])
    assert json.loads(theirs.payload) == PAYLOAD


def test_the_order_in_which_a_payload_is_given_changes_nothing() -> None:
    assert seal(KEY, dict(reversed(PAYLOAD.items()))) == seal(KEY, PAYLOAD)


@pytest.mark.parametrize("member", ["refs", "bodydigest"])
def test_what_is_absent_is_none(member: str) -> None:
    assert getattr(open_leaf(seal(KEY, without(member))), member) is None


@pytest.mark.parametrize(
    "member",
    ["specversion", "id", "source", "type", "time", "record", "seq", "prevhash", "data"],
)
def test_every_leaf_says_all_that_it_must(member: str) -> None:
    with pytest.raises(NotALeaf, match=member):
        seal(KEY, without(member))
    with pytest.raises(NotALeaf, match=member):
        open_leaf(signed(rfc8785.dumps(without(member))))


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "1.1"},
        {"id": ""},
        {"id": 7},
        {"source": ""},
        {"record": ""},
        {"type": "openline.message.sent"},
        {"type": "openline.message.sent.v0"},
        {"type": "other.message.sent.v1"},
        {"type": "openline.message..v1"},
        {"type": "openline.message.sent.v1\n"},
        {"time": "2017-09-18T10:20:30"},
        {"time": "2017-09-18T10:20:30+00:00"},
        {"time": "2017-09-18 10:20:30Z"},
        {"time": "2017-02-30T10:20:30Z"},
        {"time": "2017-09-18T25:20:30Z"},
        {"time": "2017-09-18T10:20:30Z\n"},
        {"time": "٢٠١٧-09-18T10:20:30Z"},
        {"recordedat": "yesterday"},
        {"seq": -1},
        {"seq": 1.5},
        {"seq": True},
        {"seq": "0"},
        {"prevhash": "0" * 63},
        {"prevhash": "A" * 64},
        {"prevhash": "0" * 64 + "\n"},
        {"bodydigest": ""},
        {"bodydigest": None},
        {"refs": [-1]},
        {"refs": ["3"]},
        {"refs": None},
        {"readers": "EAST"},
        {"attested": {"party": "EAST"}},
        {"attested": {**DESK_MEMBERS["attested"], "human": "yes"}},
        {"attested": {**DESK_MEMBERS["attested"], "extra": 1}},
        {"data": []},
        {"data": None},
        {"extra": 1},
        {"kid": KID},
        {"digest": "0" * 64},
    ],
)
def test_a_payload_of_another_form_is_neither_sealed_nor_opened(change: dict[str, Any]) -> None:
    with pytest.raises(NotALeaf):
        seal(KEY, PAYLOAD | change)
    with pytest.raises(NotALeaf):
        open_leaf(signed(rfc8785.dumps(PAYLOAD | change)))


CANONICAL = rfc8785.dumps(PAYLOAD)


@pytest.mark.parametrize(
    "payload",
    [
        CANONICAL + b" ",
        b" " + CANONICAL,
        CANONICAL.replace(b'"seq":0', b'"seq": 0'),
        CANONICAL.replace(b'"seq":0', b'"seq":-0'),
        CANONICAL.replace(b'"seq":0', b'"seq":0.0'),
        CANONICAL.replace(b'"seq":0', b'"seq":0e1'),
        CANONICAL.replace(b'"seq":0', b'"seq":0,"seq":0'),
        CANONICAL.replace(b'"seq":0', b'"seq":NaN'),
        CANONICAL.replace(b'"seq":0', b'"seq":1e400'),
        CANONICAL.replace(b"[1,null", b"[1.0,null"),
        CANONICAL.replace(b"[1,null", b"[9007199254740993,null"),
        CANONICAL.replace(b"[1,null", b"[" + b"1" * 400 + b",null"),
        CANONICAL.replace("é".encode(), rb"\u00e9"),
        CANONICAL.replace("é".encode(), b"\xe9"),
        CANONICAL.replace("é".encode(), rb"\ud800"),
        CANONICAL.replace("é".encode(), b"\xed\xa0\x80"),
        CANONICAL.replace(b"/river", rb"\/river"),
        json.dumps(PAYLOAD).encode(),
        json.dumps(PAYLOAD, separators=(",", ":"), ensure_ascii=False).encode(),
        b"\xef\xbb\xbf" + CANONICAL,
        b"",
        b"null",
        b"[]",
        b'"' + CANONICAL,
        CANONICAL[:-1],
        CANONICAL.replace(b"[1,null", b"[" + b"[" * 40 + b"]" * 40 + b",1,null"),
        b"[" * 40_000,
    ],
)
def test_a_payload_that_is_not_canonical_is_refused(payload: bytes) -> None:
    assert payload != CANONICAL
    with pytest.raises(NotALeaf):
        open_leaf(signed(payload))


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), 2**53, -(2**53), 1e17, 1e300, b"bytes", {1: 2}]
)
def test_what_json_cannot_say_exactly_is_not_sealed(number: object) -> None:
    with pytest.raises(NotALeaf):
        seal(KEY, PAYLOAD | {"data": {"n": number}})


def test_keys_beyond_the_first_plane_are_ordered_as_the_standard_orders_them() -> None:
    data = {"\uff61": 1, "\U0001f600": 2}
    assert open_leaf(seal(KEY, PAYLOAD | {"data": data})).data == data
    text = rfc8785.dumps(PAYLOAD | {"data": data})
    assert text.index("\U0001f600".encode()) < text.index("\uff61".encode())
    assert seal(KEY, PAYLOAD | {"data": data}) == signed(text)


def test_fractions_are_written_as_the_standard_has_them() -> None:
    leaf = seal(KEY, PAYLOAD | {"data": {"p50": 4.5, "whole": 7.0, "tiny": 1e-7}})
    opened = open_leaf(leaf)
    assert opened.data == {"p50": 4.5, "whole": 7, "tiny": 1e-7}


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace(b"Ed25519", b"none"),
        HEADER.replace(b"Ed25519", b"EdDSA"),
        HEADER.replace(b"Ed25519", b"HS256"),
        HEADER.replace(b"openline+jws", b"JWT"),
        HEADER.replace(b"}", b',"b64":false}'),
        HEADER.replace(b"}", b',"crit":["x"]}'),
        HEADER.replace(b"}", b',"alg":"none"}'),
        HEADER.replace(b",", b", "),
        HEADER.replace(KID.encode(), b""),
        HEADER.replace(KID.encode(), b"short"),
        HEADER + b" ",
        f'{{"kid":"{KID}","alg":"Ed25519","typ":"openline+jws"}}'.encode(),
        b"{}",
        b"",
    ],
)
def test_any_other_header_is_refused(header: bytes) -> None:
    leaf = signed(CANONICAL, header)
    with pytest.raises(NotALeaf, match="header of a leaf is exactly"):
        open_leaf(leaf)
    with pytest.raises(SignatureFails):
        verify_leaf(leaf, KEY.public_key())


LEAF = seal(KEY, PAYLOAD)


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"..",
        LEAF + b".",
        LEAF + b"=",
        LEAF + b"\n",
        b" " + LEAF,
        LEAF.replace(b".", b".."),
        LEAF.rpartition(b".")[0],
        LEAF.rpartition(b".")[0] + b".",
        LEAF[:-4],
        LEAF[:-1],
        LEAF + b"AAAA",
        LEAF.replace(b"-", b"+").replace(b"_", b"/") + b"+",
        b"\xff" + LEAF,
    ],
)
def test_bytes_that_are_no_compact_jws_are_refused(leaf: bytes) -> None:
    with pytest.raises(NotALeaf):
        open_leaf(leaf)
    with pytest.raises((NotALeaf, SignatureFails)):
        verify_leaf(leaf, KEY.public_key())


def test_no_other_text_stands_for_the_same_signature() -> None:
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = []
    for last in alphabet:
        try:
            open_leaf(LEAF[:-1] + bytes([last]))
            verify_leaf(LEAF[:-1] + bytes([last]), KEY.public_key())
        except (NotALeaf, SignatureFails):
            continue
        accepted.append(last)
    assert accepted == [LEAF[-1]]


def test_the_signature_with_the_group_order_added_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    message, _, last = LEAF.rpartition(b".")
    raw = KEY.sign(message)
    scalar = int.from_bytes(raw[32:], "little") + order
    malleable = message + b"." + base64url(raw[:32] + scalar.to_bytes(32, "little"))
    assert base64url(raw) == last
    open_leaf(malleable)
    with pytest.raises(SignatureFails):
        verify_leaf(malleable, KEY.public_key())


def test_a_leaf_is_refused_by_every_key_but_its_own() -> None:
    with pytest.raises(SignatureFails, match="names another key"):
        verify_leaf(LEAF, OTHER_KEY.public_key())


def test_a_leaf_that_names_a_key_it_was_not_signed_with_is_refused() -> None:
    other = HEADER.replace(KID.encode(), thumbprint(OTHER_KEY.public_key()).encode())
    leaf = signed(CANONICAL, other)
    assert open_leaf(leaf).kid == thumbprint(OTHER_KEY.public_key())
    with pytest.raises(SignatureFails, match="not made over this leaf"):
        verify_leaf(leaf, OTHER_KEY.public_key())


def test_a_leaf_may_be_as_long_as_a_bundle_can_hold_and_no_longer() -> None:
    room = LEAF_BYTES_MAX - len(seal(KEY, PAYLOAD | {"data": {"x": ""}}))
    filling = "x" * (room * 3 // 4)
    assert len(seal(KEY, PAYLOAD | {"data": {"x": filling}})) <= LEAF_BYTES_MAX
    with pytest.raises(LeafTooLarge, match="Put what is long into the body"):
        seal(KEY, PAYLOAD | {"data": {"x": filling + "xxx"}})
    with pytest.raises(LeafTooLarge):
        open_leaf(b"." * (LEAF_BYTES_MAX + 1))


def test_a_refusal_never_repeats_what_the_payload_says() -> None:
    secret = "plate-417"
    for change in ({"specversion": secret}, {"time": secret}, {"seq": secret}, {"refs": secret}):
        with pytest.raises(NotALeaf) as refused:
            open_leaf(signed(rfc8785.dumps(PAYLOAD | change)))
        assert secret not in refused.value.sentence


def test_a_body_digest_is_over_salt_and_body() -> None:
    salt = bytes(range(32))
    assert body_digest(salt, b"body") == sha256(salt + b"body").hexdigest()
    assert body_digest(salt, b"body") != body_digest(salt[::-1], b"body")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        body_digest(bytes(length), b"body")
