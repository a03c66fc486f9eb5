"""Real bytes of every format, made once and kept: what was ever written can always be read.

The files in `golden/` are never made again. A format that changes gets a new file beside the old
one, and the parser goes on reading both.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openline.record.audit.receipt import audit_receipt
from openline.record.audit.verdict import audit_record
from openline.record.bundle import files_of, open_bundle, parse_keys, render_keys
from openline.record.checkpoint import cosign_checkpoint, open_checkpoint
from openline.record.keys import load_private_key, parse_public_jwk, public_jwk
from openline.record.leaf import leaf_digest, open_leaf, verify_leaf
from openline.record.note import COSIGNATURE_V1, note_key, parse_vkey, render_vkey
from openline.record.proof import InclusionProof, parse_proof, render_proof
from openline.record.tiles import decode_entries, encode_entries

GOLDEN = Path(__file__).parent / "golden"
WITNESS = "witness.example/one"
SEEN_AT_S = 1_505_730_600
ROOT = "pvsHvhEeH0oHqyPiv5ypon4SXT/ABeNqkhZdQ8A6tCc="


def golden(name):
    return (GOLDEN / name).read_bytes()


def made_now(scribe):
    """Every format as this release writes it, by the name of its golden file."""
    copy, keys = scribe.copy(), scribe.trust.keys
    witness = scribe.keys["west"]
    note = cosign_checkpoint(copy.note, WITNESS, witness, SEEN_AT_S)
    plain = parse_proof(scribe.receipt(5))
    carrying = InclusionProof(
        index=plain.index, hashes=plain.hashes, checkpoint=plain.checkpoint, extra=b"beside"
    )
    vkeys = (*keys, note_key(WITNESS, witness, COSIGNATURE_V1))
    return {
        "statement-v1.jws": copy.leaves[3],
        "attested-v1.jws": copy.leaves[6],
        "salted-body-v1": copy.bodies[3],
        "checkpoint-v1": copy.note,
        "checkpoint-cosigned-v1": note,
        "receipt-v1.tlog-proof": scribe.receipt(5),
        "receipt-extra-v1.tlog-proof": render_proof(carrying),
        "tile-0-000.p-10": copy.tiles[0, 0],
        "tile-entries-000.p-10": encode_entries(scribe.leaves),
        "vkeys-v1.txt": "".join(f"{render_vkey(key)}\n" for key in vkeys).encode(),
        "keys-v1.json": render_keys(vkeys, scribe.keys["desk"].public_key()),
        "jwk-v1.json": json.dumps(public_jwk(scribe.keys["east"].public_key())).encode(),
    }


def test_this_release_writes_every_format_as_it_always_was(scribe):
    made = made_now(scribe)
    assert {name for name in made if made[name] != golden(name)} == set()


def test_every_golden_file_is_read_by_a_test():
    read = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in GOLDEN.iterdir() if f'"{path.name}"' not in read] == []


@pytest.fixture
def keys():
    return [parse_vkey(row) for row in golden("vkeys-v1.txt").decode().splitlines()]


def test_a_golden_statement_is_read_and_verified():
    leaf = golden("statement-v1.jws")
    opened = open_leaf(leaf)
    verify_leaf(leaf, parse_public_jwk(json.loads(golden("jwk-v1.json"))))
    assert (opened.kind, opened.seq, opened.source) == (
        "message.sent.v1",
        0,
        "openline:east?human#east.duty",
    )
    assert opened.digest == "554e657f126f35108a101c8a2af54472d47843290a9968a222e24fc403c20409"


def test_a_golden_attested_leaf_is_read():
    opened = open_leaf(golden("attested-v1.jws"))
    assert opened.attested is not None
    assert (opened.attested.party, opened.attested.human) == ("conduit", True)
    assert (opened.recordedat, opened.readers) == ("2017-09-18T10:06:00Z", ("*",))


def test_a_golden_body_is_the_one_its_leaf_commits_to():
    salted = golden("salted-body-v1")
    assert leaf_digest(salted) == open_leaf(golden("statement-v1.jws")).bodydigest
    assert salted[32:] == b'{"text":"troops cross"}'


def test_golden_checkpoints_are_read_and_verified(keys):
    opened = open_checkpoint(golden("checkpoint-v1"), keys)
    cosigned = open_checkpoint(golden("checkpoint-cosigned-v1"), keys)
    assert opened.checkpoint == cosigned.checkpoint
    assert opened.checkpoint.size == 10
    assert ROOT.encode() in golden("checkpoint-v1")
    assert [(each.key.name, each.at_s) for each in cosigned.witnessed_by] == [(WITNESS, SEEN_AT_S)]


@pytest.mark.parametrize(
    ("name", "extra"), [("receipt-v1.tlog-proof", None), ("receipt-extra-v1.tlog-proof", b"beside")]
)
def test_golden_receipts_are_read_and_verified(scribe, name, extra):
    leaf = decode_entries(golden("tile-entries-000.p-10"))[5]
    assert parse_proof(golden(name)).extra == extra
    assert audit_receipt(golden(name), leaf, scribe.trust).sound


def test_golden_keys_are_read(scribe, keys, tmp_path):
    assert list(parse_keys(golden("keys-v1.json")).keys) == keys
    path = tmp_path / "key.pem"
    path.touch(0o600)
    path.write_bytes(golden("key-of-tests-v1.pem"))
    loaded = load_private_key(path, b"river")
    assert loaded.private_bytes_raw() == scribe.keys["east"].private_bytes_raw()


def test_a_golden_copy_is_read_and_sound(scribe):
    with open_bundle(GOLDEN / "copy-v1.zip") as bundle:
        verdict = audit_record(bundle, bundle.trust(), complete=True)
        files = dict(files_of(bundle, golden("keys-v1.json")))
    assert verdict.sound
    assert verdict.root == ROOT
    assert files["tile/0/000.p/10"] == golden("tile-0-000.p-10")
