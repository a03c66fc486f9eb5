"""Files as evidence over HTTP: kept by digest, given by right, erased without breaking the log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette import status

from openline import app
from openline.backup import backup, restore
from openline.cli.main import run
from openline.domain.evidence import (
    MAX_EVIDENCE_BYTES,
    EvidenceErased,
    EvidenceKept,
    MediaType,
    find_media_type,
)
from openline.record.audit.verdict import audit_record
from openline.record.bundle import open_bundle
from openline.record.verify import SOUND, main
from openline.sealing import entry_from_row
from openline.service import SystemClock
from rest_harness import Served, served

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
HAPPENED = "2017-09-16T00:30:00Z"


@contextlib.contextmanager
def desk_in(directory: Path) -> Iterator[Served]:
    """EAST has opened I-1 and put it to WEST."""
    with served(directory) as desk:
        put_to = {"incident": "I-1", "occurred_at": HAPPENED, "put_to": ["WEST"]}
        desk.said("EAST", "/v1/incidents", **put_to)
        yield desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with desk_in(tmp_path_factory.mktemp("evidence")) as desk:
        yield desk


def hand_in(desk: Served, who: str, content: bytes, **headers: str) -> Any:
    headers = {"content-type": "application/octet-stream", **headers}
    return desk.as_(who).post("/v1/incidents/I-1/evidence", content=content, headers=headers)


def fetch(desk: Served, who: str, evidence: str) -> Any:
    return desk.as_(who).get(f"/v1/evidence/{evidence}/file")


def kept_on_disk(desk: Served) -> set[str]:
    return set(desk.service.exhibits.digests())


def test_a_file_is_kept_by_its_digest_and_given_to_the_parties_and_nobody_else(desk: Served):
    taken = hand_in(desk, "EAST", PNG + b"1").json()
    assert taken["sha256"] == sha256(PNG + b"1").hexdigest()
    assert taken["media_type"] == "image/png"
    given = fetch(desk, "WEST", taken["evidence"])
    assert given.content == PNG + b"1"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-disposition"].startswith("attachment")
    assert fetch(desk, "HUM", taken["evidence"]).status_code == status.HTTP_200_OK
    assert fetch(desk, "AID", taken["evidence"]).status_code == status.HTTP_404_NOT_FOUND
    assert desk.http.get(f"/v1/evidence/{taken['evidence']}/file").status_code == 401


def test_that_it_was_handed_in_is_an_entry_that_the_parties_read(desk: Served):
    taken = hand_in(desk, "EAST", PNG + b"2").json()
    (row,) = desk.service.journal.read(taken["index"], taken["index"] + 1)
    entry = entry_from_row(row)
    assert isinstance(entry.content, EvidenceKept)
    assert entry.content.party == "EAST"
    assert taken["sha256"].encode() not in row.leaf
    listed = desk.as_("WEST").get("/v1/evidence").json()["items"]
    assert taken["evidence"] in [each["id"] for each in listed]
    assert desk.as_("AID").get("/v1/evidence").json()["items"] == []


def test_it_lies_on_the_disk_unreadable(desk: Served):
    taken = hand_in(desk, "EAST", b"They came at night over the bridge.").json()
    path = desk.keys.parent / "desk" / "evidence" / taken["sha256"]
    assert b"bridge" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("who", "content", "refusal"),
    [
        ("EAST", b"<html><script>", 415),
        ("EAST", b"<?xml version='1.0'?><svg/>", 415),
        ("EAST", b"\x7fELF\x02\x01", 415),
        ("EAST", b"PK\x03\x04 an office file", 415),
        ("EAST", b"MZ\x90\x00", 415),
        ("EAST", b"#!/bin/sh", 415),
        ("EAST", b"", 415),
        ("AID", PNG, 404),
    ],
)
def test_what_is_not_kept_leaves_nothing_behind(desk: Served, who, content, refusal):
    before, size = kept_on_disk(desk), desk.service.journal.size()
    assert hand_in(desk, who, content).status_code == refusal
    assert (kept_on_disk(desk), desk.service.journal.size()) == (before, size)


def test_a_file_that_is_too_large_is_read_no_further_and_refused(desk: Served):
    before = kept_on_disk(desk)
    answer = hand_in(desk, "EAST", PNG + bytes(MAX_EVIDENCE_BYTES))
    assert answer.status_code == status.HTTP_413_CONTENT_TOO_LARGE
    assert kept_on_disk(desk) == before


def test_a_name_or_a_stated_type_persuades_nobody(desk: Served):
    stated = hand_in(desk, "EAST", b"<html>", **{"content-type": "image/png"})
    assert stated.status_code == status.HTTP_415_UNSUPPORTED_MEDIA_TYPE


def test_the_same_file_of_the_same_party_is_kept_once(desk: Served):
    hand_in(desk, "EAST", PNG + b"3")
    again = hand_in(desk, "EAST", PNG + b"3")
    assert again.status_code == status.HTTP_409_CONFLICT
    assert sha256(PNG + b"3").hexdigest() in kept_on_disk(desk)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7", MediaType.PDF),
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", MediaType.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", MediaType.WAV),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"\x00\x00\x00\x20ftypisom", MediaType.MP4),
        ("شهد الحارس ما حدث".encode(), MediaType.TEXT),
        (b"text with a \x1b escape", None),
        (b"  <svg>", None),
    ],
)
def test_what_a_file_is_is_told_by_its_content(content, media_type):
    assert find_media_type(content) is media_type


def test_an_erased_file_is_gone_everywhere_and_the_record_still_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with desk_in(tmp_path) as desk:
        taken = hand_in(desk, "EAST", PNG).json()
        account = {
            "account": "A-1",
            "kind": "claim",
            "occurred_at": HAPPENED,
            "body": {"text": "See the picture.", "evidence": [taken["sha256"]]},
        }
        desk.said("EAST", "/v1/incidents/I-1/accounts", **account)
    data = tmp_path / "desk"

    def openline(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["openline", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            run()
        return int(ended.value.code or 0)

    whole, less = tmp_path / "whole.zip", tmp_path / "less.zip"
    assert openline("export", whole, "--incident", "I-1", "--data", data) == 0
    assert openline("erase", "--evidence", taken["evidence"], "--data", data) == 0
    assert openline("export", less, "--incident", "I-1", "--data", data) == 0
    with app.desk_at(data) as service:
        erased = [
            entry_from_row(row).content for row in service.journal.read(0, service.journal.size())
        ]
        assert EvidenceErased(evidence=taken["evidence"]) in erased
        assert list(service.exhibits.digests()) == []
    with open_bundle(whole) as bundle:
        assert bundle.evidence() == (taken["sha256"],)
    with open_bundle(less) as bundle:
        assert bundle.evidence() == ()
        assert audit_record(bundle, bundle.trust()).sound
    assert main([str(less)]) == SOUND


def test_evidence_is_in_a_backup_and_comes_back_with_it(tmp_path: Path):
    with desk_in(tmp_path) as desk:
        taken = hand_in(desk, "EAST", PNG).json()
    backup(tmp_path / "desk", tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "new", clock=SystemClock())
    with app.desk_at(tmp_path / "new") as service:
        assert service.exhibits.find(taken["sha256"]) == PNG


def test_evidence_that_was_erased_does_not_come_back_with_a_backup(tmp_path: Path):
    data = tmp_path / "desk"
    with desk_in(tmp_path) as desk:
        gone, stays = (hand_in(desk, "EAST", each).json() for each in (PNG, PNG + b"more"))
        backup(data, tmp_path / "copy")
    with app.desk_at(data) as service:
        service.exhibits.erase(gone["sha256"])
        app.operate(service, "erased", EvidenceErased(evidence=gone["evidence"]))
    restore(tmp_path / "copy", data, clock=SystemClock())
    with app.desk_at(data) as service:
        assert list(service.exhibits.digests()) == [stays["sha256"]]


def test_what_they_knew_is_asked_over_http_by_parties_alone(desk: Served):
    asked = {"id": "k-1", "question": "Q-1", "at": "2017-09-16T00:30:00Z"}
    told = desk.as_("WEST").post("/v1/incidents/I-1/known", json=asked)
    assert told.status_code == status.HTTP_201_CREATED
    assert told.json()["known"] == []
    other = desk.as_("AID").post("/v1/incidents/I-1/known", json=asked | {"id": "k-2"})
    assert other.status_code == status.HTTP_404_NOT_FOUND


def test_asked_of_one_place_too_often_it_is_unknown_over_http_too(desk: Served):
    around = {"shape": "circle", "center": {"lat_deg": 35.4, "lon_deg": 40.2}, "radius_m": 900.0}
    body = {"volumes": [{"footprint": around}]}
    budget = desk.service.read(lambda state: state.rules.questions_per_hour)

    told = [
        desk.said("WEST", "/v1/incidents/I-1/known", question=f"Q-place-{n}", body=body)
        for n in range(budget + 1)
    ]

    assert [each["answer"] for each in told] == ["told"] * budget + ["unknown"]
    assert told[-1]["known"] == []
