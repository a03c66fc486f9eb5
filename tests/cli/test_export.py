"""`openline export`: an incident handed over, verified by whoever gets it, holding no more."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, timedelta

import pytest
from msgspec.json import decode

from openline.cli.record_reading import held_record
from openline.desk.view import may_read_entry
from openline.record.verify import REFUTED, SOUND, main

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def exported(openline, demo, tmp_path):
    def export(*options: str):
        to = tmp_path / "incident.zip"
        ran = openline("export", "--incident", "I-001", "--to", to, "--data", demo.data, *options)
        assert ran.status == 0, ran.err
        return to, ran

    return export


def leaves_in(path) -> set[int]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("entries/")]
    return {int(name.removeprefix("entries/").removesuffix(".jws")) for name in names}


def test_what_is_exported_verifies_with_the_verifier_alone(exported, capsys):
    path, ran = exported("--party", "WEST")
    assert "Nothing is wrong with what was shown." in ran.out
    assert main([str(path)]) == SOUND


def test_a_party_gets_the_leaves_that_it_may_read_and_no_other(exported, demo):
    path, _ = exported("--party", "WEST")
    with held_record(demo.data) as record:
        readable = {
            entry.index for entry in record.entries if may_read_entry(record.state, "WEST", entry)
        }
    held = leaves_in(path)
    assert held
    assert held <= readable


def test_without_a_party_it_holds_what_every_party_to_the_incident_may_read(exported, demo):
    path, _ = exported()
    with held_record(demo.data) as record:
        parties = record.state.incidents["I-001"].parties
        entries = [record.entries[index] for index in leaves_in(path)]
        assert all(
            may_read_entry(record.state, party, entry) for party in parties for entry in entries
        )


def test_it_holds_every_account_and_its_body_and_the_timeline_quotes_them(exported):
    path, _ = exported("--party", "WEST")
    with zipfile.ZipFile(path) as archive:
        timeline = archive.read("timeline.txt").decode()
        bodies = [archive.read(name) for name in archive.namelist() if name.startswith("bodies/")]
    words = [decode(body[32:]).get("text", "") for body in bodies]
    for account in ("claim", "denial", "supporting account"):
        assert account in timeline
    assert sum(text != "" and text in timeline for text in words) == 3
    assert "none is preferred" in timeline


def test_it_says_within_hours_when_each_account_was_recorded(exported):
    """The very instant of what a party signed is told to that party alone."""
    path, _ = exported()
    with zipfile.ZipFile(path) as archive:
        timeline = archive.read("timeline.txt").decode()
    told = re.findall(r"recorded \| between (\S+ \S+)Z and (\S+ \S+)Z, entry", timeline)
    assert len(told) == 2
    for first, last in told:
        between = datetime.fromisoformat(last) - datetime.fromisoformat(first)
        assert timedelta(0) < between <= timedelta(hours=12)
    assert re.search(r"opened it \(entry \d+, recorded between .+\) and put it to", timeline)
    assert "checks line" not in timeline


def test_one_byte_altered_in_it_is_refuted(exported, tmp_path, capsys):
    path, _ = exported("--party", "WEST")
    altered = tmp_path / "altered.zip"
    last = f"entries/{max(leaves_in(path))}.jws"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(altered, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            at = len(content) // 2
            flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            written.writestr(name, flipped if name == last else content)
    assert main([str(altered)]) == REFUTED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--incident", "I-777"), "I-777: no such incident"),
        (("--incident", "I-001", "--party", "NOBODY"), "NOBODY: no such party"),
        (("--incident", "I-001", "--party", "AID"), "AID may read nothing of it"),
    ],
)
def test_what_cannot_be_handed_over_is_one_sentence_and_no_file(
    openline, demo, tmp_path, options, words
):
    to = tmp_path / "none.zip"
    ran = openline("export", *options, "--to", to, "--data", demo.data)
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert words in ran.err
    assert not to.exists()


def test_nothing_is_written_over(openline, demo, tmp_path):
    to = tmp_path / "kept.zip"
    to.write_bytes(b"kept")
    ran = openline("export", "--incident", "I-001", "--to", to, "--data", demo.data)
    assert ran.status == 2
    assert to.read_bytes() == b"kept"
