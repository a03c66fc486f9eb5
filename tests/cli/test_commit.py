"""`openline commit`: both sides fix their accounts before either is told, and then tell them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from openline.domain.sealed_accounts import AccountRevealed
from rest_harness import Served, served

HAPPENED = "2017-09-16T00:30:00Z"
TEXTS = {"EAST": "They struck us.", "WEST": "We flew elsewhere."}


@pytest.fixture
def desk(tmp_path):
    """EAST has opened I-1, put it to WEST, and asked that first accounts be sealed."""
    with served(tmp_path) as desk:
        desk.said("EAST", "/v1/incidents", incident="I-1", occurred_at=HAPPENED, put_to=["WEST"])
        now = datetime.now(UTC)
        by = {
            "commit_by": (now + timedelta(hours=1)).isoformat(),
            "reveal_by": (now + timedelta(hours=2)).isoformat(),
        }
        desk.said("EAST", "/v1/incidents/I-1/seal", **by)
        yield desk


def written(folder, side: str):
    """The file with a side's account, as it is written by hand."""
    path = folder / f"{side}.json"
    account = {"text": TEXTS[side], "language": "en"}
    content = {
        "incident": "I-1",
        "account": f"{side}-1",
        "kind": "claim",
        "occurred_at": HAPPENED,
        "body": {"account": account},
    }
    statement = {"id": f"{side}-1", "kind": AccountRevealed.KIND, "content": content}
    path.write_text(json.dumps(statement))
    return path


def told_as(desk: Served, side: str):
    position = f"{side}-TAC.duty"
    key = desk.keys / f"{position}.key"
    return ("--key", key, "--to", desk.url, "--position", position)


def accounts(desk: Served) -> list[str]:
    (incident,) = desk.as_("WEST").get("/v1/incidents").json()["items"]
    return [each["body"]["text"] for each in incident["accounts"]]


def test_what_was_committed_to_is_revealed_from_the_file_that_was_kept(openline, desk, tmp_path):
    files = {side: written(tmp_path, side) for side in TEXTS}
    for side, file in files.items():
        ran = openline("commit", file, *told_as(desk, side))
        assert ran.status == 0, ran.err
        assert "can no longer be changed" in ran.out
    before = accounts(desk)
    for side in TEXTS:
        kept = tmp_path / f"{side}.json.reveal"
        assert kept.stat().st_mode & 0o077 == 0
        assert openline("say", kept, *told_as(desk, side)).status == 0

    assert before == []
    assert accounts(desk) == list(TEXTS.values())


def test_what_was_changed_after_it_was_committed_to_is_refused(openline, desk, tmp_path):
    for side in TEXTS:
        assert openline("commit", written(tmp_path, side), *told_as(desk, side)).status == 0
    kept = tmp_path / "WEST.json.reveal"
    kept.write_text(kept.read_text().replace("elsewhere", "nowhere near"))

    ran = openline("say", kept, *told_as(desk, "WEST"))

    assert (ran.status, accounts(desk)) == (2, [])
    assert "not the account that WEST committed to" in ran.err


def test_committing_again_after_no_answer_commits_to_the_very_same(openline, desk, tmp_path):
    file = written(tmp_path, "EAST")
    first = openline("commit", file, *told_as(desk, "EAST"))
    kept = (tmp_path / "EAST.json.reveal").read_text()
    again = openline("commit", file, *told_as(desk, "EAST"))

    assert (first.status, again.status) == (0, 0), again.err
    assert (tmp_path / "EAST.json.reveal").read_text() == kept


def test_a_statement_of_another_kind_is_not_committed_to(openline, desk, tmp_path):
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"id": "x", "kind": "line.checked.v1", "content": {"line": "L-1"}}))
    ran = openline("commit", path, *told_as(desk, "EAST"))
    assert ran.status == 2
    assert not (tmp_path / "other.json.reveal").exists()


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"kind": "denial"}, "a denial cannot be sealed. Give it openly."),
        ({"within_s": -1}, "Mend `within_s`"),
        ({"body": {"account": {"evidence": ["photo.png"]}}}, "named by its SHA-256"),
    ],
)
def test_what_could_never_be_revealed_is_not_committed_to(openline, desk, tmp_path, spoilt, why):
    file = written(tmp_path, "EAST")
    spoken = json.loads(file.read_text())
    spoken["content"] |= spoilt
    file.write_text(json.dumps(spoken))
    size = desk.service.journal.size()
    ran = openline("commit", file, *told_as(desk, "EAST"))
    assert ran.status == 2
    assert why in " ".join(ran.err.split())
    assert desk.service.journal.size() == size
    assert not file.with_name(f"{file.name}.reveal").exists()
