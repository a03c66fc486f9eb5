"""A stolen key tells an account: the papers mark it, and a thief's rotation hides nothing of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from incident_bundles import export, files_in, verdict_on
from openline.record.keys import load_private_key, thumbprint
from rest_harness import served

pytestmark = [pytest.mark.long]
WATCH = "EAST-TAC.duty"
HAPPENED = "2017-09-16T00:30:00Z"


def account(account_id: str, kind: str, about: list[str]):
    content = {
        "incident": "I-1",
        "account": account_id,
        "kind": kind,
        "about": about,
        "occurred_at": HAPPENED,
        "body": {"text": f"Words of {account_id}.", "language": "en"},
    }
    return {"id": account_id, "kind": "incident.stated.v1", "content": content}


def test_what_a_thief_told_is_marked_in_the_papers_although_the_key_was_rotated(openline, tmp_path):
    with served(tmp_path) as desk:
        stolen, thiefs = desk.keys / f"{WATCH}.key", tmp_path / "thief.key"
        told = ("--position", WATCH, "--to", desk.url)

        def state(spoken, key):
            (tmp_path / "s.json").write_text(json.dumps(spoken))
            ran = openline("say", tmp_path / "s.json", "--key", key, *told)
            assert ran.status == 0, ran.err

        desk.said("WEST", "/v1/incidents", incident="I-1", occurred_at=HAPPENED, put_to=["EAST"])
        state(account("A-TRUE", "claim", []), stolen)
        words = {"account": "W-1", "kind": "claim", "occurred_at": HAPPENED}
        desk.said("WEST", "/v1/incidents/I-1/accounts", **words)
        desk.service.tick().result()
        lost_at = datetime.now(UTC) + timedelta(milliseconds=1)
        state(account("A-FIRST", "correction", ["A-TRUE"]), stolen)
        assert openline("ceremony", "rotate", stolen, thiefs, *told).status == 0
        state(account("A-LAST", "supporting_account", ["W-1"]), thiefs)
        other = ("--key", desk.keys / "EAST-TAC.commander.key", "--position", "EAST-TAC.commander")
        when = ("--lost-at", lost_at.isoformat(), "--to", desk.url)
        old, new = (thumbprint(load_private_key(k, None).public_key()) for k in (stolen, thiefs))
        refused = openline("ceremony", "revoke", old, *other, *when)
        assert f"key {new} stands for it now" in " ".join(refused.err.split())
        assert openline("ceremony", "revoke", new, *other, *when).status == 0
        life = " ".join(openline("explain", "key", new, "--data", tmp_path / "desk").out.split())
    bundle = export(tmp_path / "desk", "I-1", tmp_path / "i.zip", "WEST")
    paper = files_in(bundle)["timeline.txt"].decode()
    in_short = {row for row in paper.split("\n") if "(account A-" in row}
    marked = {row for row in in_short if "(in doubt: its party says" in row}
    assert verdict_on(bundle).sound
    assert {"A-FIRST" in row or "A-LAST" in row for row in marked} == {True}
    assert len(marked) == 2
    assert paper.count("In doubt: EAST says") == 2
    assert "supports it (A-LAST), in doubt" in paper
    assert "signed 3 statements, below" in life
