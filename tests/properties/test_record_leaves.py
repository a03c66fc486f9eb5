"""Canonical JSON against the reference encoder, and leaves against whatever bytes there are."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from openline.record.canonical import NotCanonical, canonical_json, parse_canonical_json
from openline.record.encoding import (
    decode_base64,
    decode_base64url,
    encode_base64,
    encode_base64url,
)
from openline.record.errors import RecordFault
from openline.record.leaf import NO_LEAF_BEFORE, open_leaf, seal, verify_leaf
from openline.record.note import parse_note, parse_vkey
from openline.record.proof import parse_proof
from openline.record.tiles import decode_entries, encode_entries, parse_tile_path

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
MOST = 2**53 - 1
# Half a surrogate pair is no character, and JSON cannot say it in UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-MOST, MOST) | st.floats(-MOST, MOST) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(texts, values, max_size=5)


@given(values)
def test_canonical_json_is_byte_for_byte_the_reference_encoder_s(value):
    assert canonical_json(value) == rfc8785.dumps(value)


@given(values)
def test_canonical_json_reads_back_and_is_a_fixed_point(value):
    text = canonical_json(value)
    assert canonical_json(parse_canonical_json(text)) == text
    assert json.loads(text) == json.loads(rfc8785.dumps(value))


@given(objects.filter(bool), st.sampled_from([{"indent": 1}, {"separators": (",", ": ")}]))
def test_any_other_spelling_is_refused(value, style):
    with pytest.raises(NotCanonical):
        parse_canonical_json(json.dumps(value, **style).encode())


@given(st.binary(max_size=60))
def test_no_bytes_surprise_the_reader_of_json(text):
    try:
        value = parse_canonical_json(text)
    except NotCanonical:
        return
    assert canonical_json(value) == text


@given(objects)
def test_whatever_is_sealed_is_opened_unchanged_and_verified(data):
    payload = {
        "specversion": "1.0",
        "id": "M-1",
        "source": "openline:EAST#EAST-TAC.duty",
        "type": "openline.message.sent.v1",
        "time": "2017-09-18T10:20:30Z",
        "record": "desk.example/river",
        "seq": 0,
        "prevhash": NO_LEAF_BEFORE,
        "data": data,
    }
    leaf = seal(KEY, payload)
    verify_leaf(leaf, KEY.public_key())
    assert canonical_json(open_leaf(leaf).data) == rfc8785.dumps(data)


@given(st.binary(max_size=40))
def test_bytes_have_one_text_in_each_alphabet(data):
    assert decode_base64(encode_base64(data)) == data
    assert decode_base64url(encode_base64url(data)) == data


@given(st.text("AQgw09-_", max_size=12))
def test_a_text_that_decodes_is_the_one_text_of_its_bytes(text):
    raw = text.encode()
    try:
        data = decode_base64url(raw)
    except ValueError:
        return
    assert urlsafe_b64encode(data).rstrip(b"=") == raw


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_entries_come_back_out_of_any_bundle(leaves):
    assert decode_entries(encode_entries(leaves)) == leaves


@given(st.binary(max_size=120), st.sampled_from([b"", b"c2sp.org/tlog-proof@v1\n", b"a.b."]))
def test_no_bytes_make_a_parser_fail_in_any_other_way(data, beginning):
    for parse in (open_leaf, parse_note, parse_proof, decode_entries):
        try:
            parse(beginning + data)
        except RecordFault:
            continue


@given(st.text(max_size=60))
def test_no_text_makes_a_parser_fail_in_any_other_way(text):
    for parse in (parse_vkey, parse_tile_path):
        try:
            parse(text)
        except RecordFault:
            continue
