"""What somebody might do to an exported incident before a board reads it: refused, or named.

They hold the whole file and every program, and none of the keys.
"""

from __future__ import annotations

import os
import random
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.json import decode, encode

from incident_bundles import PARTIES, export, files_in, slugs, verdict_on, write
from openline.cli.inquiry.papers import papers_of
from openline.domain.errors import Refused
from openline.record.bundle import PAPERS, Bundle, body_name, leaf_name, render_keys
from openline.record.checkpoint import parse_checkpoint, sign_checkpoint
from openline.record.encoding import decode_base64url, encode_base64url
from openline.record.errors import RecordFault
from openline.record.leaf import open_leaf
from openline.record.note import note_key, parse_note

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

MALLORY = Ed25519PrivateKey.from_private_bytes(b"m" * 32)
TRIALS = int(os.environ.get("N", "20"))
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def exported(demo, tmp_path_factory) -> Path:
    return export(demo.data, "I-001", tmp_path_factory.mktemp("attacked") / "i.zip", *PARTIES)


@pytest.fixture
def files(exported) -> Files:
    return files_in(exported)


@pytest.fixture
def judged(tmp_path):
    return lambda files: verdict_on(write(tmp_path / "spoiled.zip", files))


def accounts(files: Files) -> list[int]:
    """Where the accounts stand."""
    indices = (int(name[8:-4]) for name in files if name.startswith("entries/"))
    return [i for i in indices if open_leaf(files[leaf_name(i)]).kind == "incident.stated.v1"]


def with_papers(files: Files) -> Files:
    """With papers made anew, as whoever spoils the rest would make them."""
    return files | papers_of(Bundle(lambda name, _limit: files.get(name), files))


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_a_flipped_bit_in_any_file_is_refused(files, judged):
    chance = random.Random(1)
    spoiled = {name: flipped(files[name], chance.randrange(len(files[name]))) for name in files}
    of_record = [name for name in files if name not in PAPERS]
    tried = [*chance.sample(of_record, min(TRIALS, len(of_record))), "checkpoint", *PAPERS]
    for name in tried:
        try:
            verdict = judged(files | {name: spoiled[name]})
        except RecordFault:
            continue  # it could not even be read: keys.json
        assert not verdict.sound, name


def test_a_flipped_bit_in_the_zip_itself_changes_nothing_or_is_refused(exported, files, tmp_path):
    raw, chance = exported.read_bytes(), random.Random(2)
    for _ in range(TRIALS):
        path = tmp_path / "flipped.zip"
        path.write_bytes(flipped(raw, chance.randrange(len(raw))))
        try:
            verdict = verdict_on(path)
        except (RecordFault, Refused):
            continue
        if verdict.sound and files_in(path) == files:
            continue  # a date or an attribute in the zip's own lists
        assert not verdict.sound or any("came along" in each for each in verdict.unproven)


def test_an_account_dropped_with_the_papers_that_came_is_refused(files, judged):
    dropped = accounts(files)[1]
    del files[leaf_name(dropped)], files[body_name(dropped)]
    assert slugs(judged(files)) == {"paper_altered"}


def test_an_account_dropped_and_the_papers_made_anew_is_named_by_its_number(files, judged):
    dropped = accounts(files)[1]
    del files[leaf_name(dropped)], files[body_name(dropped)]
    verdict = judged(with_papers(files))
    resting = next(each for each in verdict.unproven if "rest on" in each)
    assert str(dropped) in resting


def test_two_accounts_in_each_others_place_are_refused(files, judged):
    first, second = (leaf_name(index) for index in accounts(files)[:2])
    swapped = files | {first: files[second], second: files[first]}
    assert "entry_moved" in slugs(judged(swapped))


def test_an_account_given_another_date_is_refused(files, judged):
    name = leaf_name(accounts(files)[0])
    head, _, signature = files[name].split(b".")
    leaf = open_leaf(files[name])
    payload = decode(decode_base64url(files[name].split(b".")[1]))
    payload["time"] = "2017-09-16T00:31:00Z"
    back = encode_base64url(encode(payload, order="sorted"))
    assert leaf.time != payload["time"]
    assert "old_entry_edited" in slugs(judged(files | {name: b".".join((head, back, signature))}))


def test_the_words_of_an_account_changed_are_refused(files, judged):
    name = body_name(accounts(files)[0])
    changed = files[name].replace(b"six are wounded", b"six are unhurt!")
    assert changed != files[name]
    assert "body_altered" in slugs(judged(files | {name: changed}))


def test_the_words_of_an_account_taken_out_are_named(files, judged):
    del files[body_name(accounts(files)[0])]
    verdict = judged(with_papers(files))
    assert any("not in this copy: erased, or not yours" in each for each in verdict.unproven)


@pytest.mark.parametrize("paper", ["timeline.html", "timeline.pdf", "timeline.txt"])
def test_a_paper_edited_is_refused(files, judged, paper):
    edited = files[paper].replace(b"denies", b"admits").replace(b"page 1", b"page 2") + b"\n"
    assert slugs(judged(files | {paper: edited})) == {"paper_altered"}


def test_a_paper_whose_bytes_are_damaged_is_refused_and_hides_no_other_that_was_edited(
    files, tmp_path
):
    edited = files["timeline.html"].replace(b"denies", b"admits")
    path = write(tmp_path / "damaged.zip", files | {"timeline.html": edited})
    with zipfile.ZipFile(path) as spoiled:
        info = spoiled.getinfo("timeline.pdf")
    raw = bytearray(path.read_bytes())
    raw[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 1
    path.write_bytes(raw)

    faults = verdict_on(path).faults
    assert {fault.slug for fault in faults} == {"paper_altered"}
    told = " ".join(fault.sentence for fault in faults)
    assert "timeline.pdf came along and cannot be read" in told
    assert "timeline.html is not the paper" in told


def test_a_paper_edited_and_excused_by_another_release_is_named_and_not_proven(files, judged):
    made = decode(files["papers.json"])
    made["releases"]["openline"] = "99.0"
    edited = files["timeline.html"].replace(b"denies", b"admits")
    spoiled = files | {"timeline.html": edited, "papers.json": encode(made)}
    verdict = judged(spoiled)
    assert not any("timeline.html" in each for each in verdict.proven)
    assert any(each.startswith("timeline.html: said to be") for each in verdict.unproven)


def test_keys_and_checkpoint_swapped_for_anothers_are_refused(files, judged):
    note = parse_note(files["checkpoint"])
    checkpoint = parse_checkpoint(note.text)
    swapped = files | {
        "checkpoint": sign_checkpoint(checkpoint, MALLORY),
        "keys.json": render_keys([note_key(checkpoint.origin, MALLORY)]),
    }
    assert "key_forged" in slugs(judged(swapped))


def test_keys_swapped_alone_are_refused(files, judged):
    origin = parse_checkpoint(parse_note(files["checkpoint"]).text).origin
    swapped = files | {"keys.json": render_keys([note_key(origin, MALLORY)])}
    assert slugs(judged(swapped)) == {"checkpoint_forged"}


def test_a_file_slipped_in_is_named(files, judged):
    verdict = judged(files | {"READ-THIS-FIRST.html": b"<h1>It was them</h1>"})
    assert any("READ-THIS-FIRST.html" in each for each in verdict.unproven)


def test_evidence_slipped_in_under_another_digest_is_refused(files, judged):
    assert slugs(judged(files | {f"evidence/{'a' * 64}": b"a photograph"})) == {"evidence_altered"}
