"""Receipts in the form of C2SP tlog-proof, verified with nothing but a key."""

from __future__ import annotations

import re

import pytest

from openline.record.encoding import encode_base64
from openline.record.errors import NotAProof, ProofFails, UnknownSigner
from openline.record.note import NoteKey
from openline.record.proof import InclusionProof, parse_proof, render_proof, verify_proof


def test_every_entry_has_a_receipt_that_verifies_offline(scribe):
    for index, leaf in enumerate(scribe.leaves):
        signed = verify_proof(parse_proof(scribe.receipt(index)), leaf, scribe.trust.keys)
        assert signed.checkpoint.origin == scribe.origin
        assert signed.checkpoint.size == len(scribe.leaves)


def test_a_receipt_comes_back_out_of_its_bytes(scribe):
    receipt = scribe.receipt(4)
    assert render_proof(parse_proof(receipt)) == receipt
    rows = receipt.decode().split("\n")
    assert rows[:2] == ["c2sp.org/tlog-proof@v1", "index 4"]
    assert receipt.endswith(b"\n\n" + scribe.checkpoint(scribe.leaves))


def test_a_record_of_one_entry_needs_no_hashes(scribe):
    del scribe.leaves[1:]
    proof = parse_proof(scribe.receipt(0))
    assert proof.hashes == ()
    verify_proof(proof, scribe.leaves[0], scribe.trust.keys)


@pytest.mark.parametrize("extra", [b"", b"salt", bytes(range(256))])
def test_what_lies_beside_a_proof_is_carried_and_not_believed(scribe, extra):
    plain = parse_proof(scribe.receipt(2))
    carrying = InclusionProof(
        index=plain.index, hashes=plain.hashes, checkpoint=plain.checkpoint, extra=extra
    )
    assert parse_proof(render_proof(carrying)) == carrying
    verify_proof(carrying, scribe.leaves[2], scribe.trust.keys)


def test_a_receipt_of_another_entry_is_refused(scribe):
    with pytest.raises(ProofFails, match="does not lead from this leaf at index 4"):
        verify_proof(parse_proof(scribe.receipt(4)), scribe.leaves[5], scribe.trust.keys)


def test_a_receipt_of_another_record_is_refused(scribe):
    other = NoteKey(name="desk.example/hill", algorithm=1, public=scribe.trust.keys[0].public)
    with pytest.raises(UnknownSigner):
        verify_proof(parse_proof(scribe.receipt(4)), scribe.leaves[4], [other])


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (rb"@v1", b"@v2"),
        (rb"^", b"\n"),
        (rb"index 4", b"index 04"),
        (rb"index 4", b"index -4"),
        (rb"index 4", b"index  4"),
        (rb"index 4\n", b""),
        (rb"index 4", b"index 4\nindex 4"),
        (rb"index 4", b"index " + b"9" * 40),
        (rb"index 4", b"extra !\nindex 4"),
        (rb"index 4", b"extra AA==\nextra AA==\nindex 4"),
        (rb"index 4", b"index 4\n" + encode_base64(bytes(31)).encode()),
        (rb"index 4", b"index 4" + (b"\n" + encode_base64(bytes(32)).encode()) * 64),
        (rb"index 4", b"index 4\r"),
        (rb"index 4", "index ٤".encode()),
        (rb"\n\n[^\x00]*", b"\n\n"),
        (rb"\n\n[^\x00]*", b""),
        (rb"$", b"x" * (1 << 19)),
    ],
)
def test_bytes_that_are_no_receipt_are_refused(scribe, pattern, replacement):
    receipt = re.sub(pattern, lambda _: replacement, scribe.receipt(4), count=1)
    with pytest.raises(NotAProof):
        parse_proof(receipt)
