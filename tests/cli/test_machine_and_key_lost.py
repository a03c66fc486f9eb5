"""The machine and the key are lost: what others hold tells the record how much is missing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.desk_key import rotate_desk_key
from openline.journal.record_copy import JournalCopy
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.keys import load_private_key
from openline.record.note import NoteKey, note_key, render_vkey
from openline.restored_key import words_of
from openline.service import SystemClock
from service_harness import ORIGIN, Speaker, add_party, found, make_desk, open_desk


def at_work(data: Path, *parties: str) -> bytes:
    """A desk that has heard of these parties, and has been stopped; its checkpoint."""
    service = open_desk(data)
    if service.journal.size() == 0:
        found(service, Speaker("EAST"))
    for party in parties:
        add_party(service, party).result()
    note = service.journal.checkpoint()
    service.close()
    assert note is not None
    return note


def key_of(data: Path) -> NoteKey:
    return note_key(ORIGIN, load_private_key(data / "desk.key", None))


@pytest.fixture
def lost(openline, tmp_path):
    """A backup, and the desk that went on from it before it was lost with its machine."""
    data = make_desk(tmp_path / "lost")
    at_work(data)
    assert openline("backup", tmp_path / "copy", "--data", data).status == 0
    return data


def put_back(openline, tmp_path, *more):
    told = ("--because", "key_lost", "--from", tmp_path / "copy", "--data", tmp_path / "new")
    return openline("ceremony", "new-epoch", *told, *more)


def test_the_record_says_what_a_mirror_has_seen_and_the_mirrors_copy_does_not_refute_it(
    openline, tmp_path, lost
):
    (tmp_path / "seen").write_bytes(at_work(lost, "A", "B", "C"))
    ran = put_back(openline, tmp_path, "--seen", tmp_path / "seen")
    assert ran.status == 0, ran.err
    assert "3 entries were answered for and are missing" in " ".join(ran.out.split())
    held, new = open_desk(lost), open_desk(tmp_path / "new")
    mirror = JournalCopy(held.journal, lambda _: True)
    trust = Trust(keys=(key_of(lost), key_of(tmp_path / "new")))
    copy = JournalCopy(new.journal, lambda _: True)
    verdict = audit_record(copy, trust, kept_copies=[("mirror", mirror)])
    held.close()
    new.close()
    assert verdict.sound, verdict.faults


def test_a_checkpoint_by_a_key_newer_than_the_backup_is_read_with_that_key_alone(
    openline, tmp_path, lost
):
    rotate_desk_key(lost, clock=SystemClock())
    (tmp_path / "seen").write_bytes(at_work(lost, "A"))
    refused = put_back(openline, tmp_path, "--seen", tmp_path / "seen")
    assert refused.status == 2
    assert "The checkpoint that others hold" in refused.err
    vkey = render_vkey(key_of(lost))
    ran = put_back(openline, tmp_path, "--seen", tmp_path / "seen", "--vkey", vkey)
    assert ran.status == 0, ran.err
    assert "entries were answered for and are missing" in " ".join(ran.out.split())


def test_a_checkpoint_by_an_older_key_of_the_record_is_taken(openline, tmp_path, lost):
    seen = at_work(lost, "A")
    shutil.rmtree(tmp_path / "copy")
    rotate_desk_key(lost, clock=SystemClock())
    assert openline("backup", tmp_path / "copy", "--data", lost).status == 0
    (tmp_path / "seen").write_bytes(seen)
    ran = put_back(openline, tmp_path, "--seen", tmp_path / "seen")
    assert ran.status == 0, ran.err
    assert "none of its" in ran.out


def test_a_checkpoint_of_another_record_says_nothing_of_this_one(openline, tmp_path, lost):
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    tree = Checkpoint(origin="other.example/1", size=99, root=bytes(32))
    (tmp_path / "seen").write_bytes(sign_checkpoint(tree, other))
    vkey = render_vkey(note_key("other.example/1", other))
    refused = put_back(openline, tmp_path, "--seen", tmp_path / "seen", "--vkey", vkey)
    assert refused.status == 2
    assert "is of other.example/1" in " ".join(refused.err.split())
    assert not (tmp_path / "new" / "desk.key").exists()


@pytest.mark.parametrize(("seen", "steps"), [(True, 7), (False, 6)])
def test_the_steps_say_when_a_witness_must_be_told_to_forget(openline, tmp_path, lost, seen, steps):
    (tmp_path / "seen").write_bytes(at_work(lost, "A"))
    ran = put_back(openline, tmp_path, *(("--seen", tmp_path / "seen") if seen else ()))
    said = " ".join(ran.out.split())
    assert re.findall(r"^(\d)\. ", ran.out, re.MULTILINE) == [str(1 + n) for n in range(steps)]
    assert said.count(f"`openline witness DIR --forget {ORIGIN}`") == 1


def test_a_restore_on_an_empty_machine_says_whose_key_came_back_and_that_nothing_tells(
    openline, tmp_path, lost
):
    (tmp_path / "seen").write_bytes(at_work(lost, "A", "B"))
    told = ("restore", tmp_path / "copy", "--seen", tmp_path / "seen", "--data")
    ran = openline(*told, tmp_path / "new")
    said = " ".join(ran.out.split())
    assert ran.status == 0, ran.err
    assert "2 entries were answered for and are missing" in said
    assert f"in words: {words_of(key_of(lost))}" in said
    assert "NOT PROVEN: that it still is" in said
    assert f"openline witness DIR --forget {ORIGIN}" in said
    vkey = render_vkey(key_of(lost))
    named = openline(*told, tmp_path / "named", "--vkey", vkey)
    assert named.status == 0, named.err
    assert "NOT PROVEN" not in named.out


def test_a_restore_that_would_bring_back_another_key_than_the_named_one_is_one_sentence(
    openline, tmp_path, lost
):
    rotate_desk_key(lost, clock=SystemClock())
    vkey = render_vkey(key_of(lost))
    ran = openline("restore", tmp_path / "copy", "--data", tmp_path / "new", "--vkey", vkey)
    assert ran.status == 2
    assert f"not the one you trust, “{words_of(key_of(lost))}”" in " ".join(ran.err.split())
    assert not (tmp_path / "new" / "record.db").exists()
    assert openline("restore", tmp_path / "copy", "--vkey", "x").status == 2
