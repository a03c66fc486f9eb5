"""Keys changed by people who are no cryptographers, on a desk that is served."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openline import app
from openline.desk_key import rotate_desk_key
from openline.domain.fingerprint import fingerprint
from openline.domain.line import LineChecked
from openline.domain.party import DeskKeyRotated
from openline.journal import Damaged
from openline.record.keys import load_private_key, thumbprint
from openline.record.note import note_key, render_vkey
from openline.record.verify import SOUND
from openline.record.verify import main as verify
from openline.service import SystemClock
from rest_harness import open_line, served

WATCH = "EAST-TAC.duty"


def kid_of(file: Path) -> str:
    return thumbprint(load_private_key(file, None).public_key())


def test_a_key_is_begun_in_steps_with_words_to_read_aloud(openline, tmp_path):
    ran = openline("ceremony", "begin", tmp_path / "new.key", "--position", WATCH)
    public = json.loads((tmp_path / "new.key.pub").read_text())
    assert ran.status == 0, ran.err
    assert re.findall(r"^(\d)\. ", ran.out, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    assert fingerprint(public["kid"]) in ran.out
    assert (tmp_path / "new.key").stat().st_mode & 0o077 == 0
    said = openline("ceremony", "fingerprint", tmp_path / "new.key.pub")
    assert said.out.strip() == fingerprint(public["kid"])


def test_a_second_key_is_enrolled_from_the_file_that_the_party_sent(openline, tmp_path):
    data = desk_of(tmp_path)
    keys = ("--keys", tmp_path / "keys", "--data", data)
    assert openline("party", "add", "EAST", "--kind", "force", *keys).status == 0
    begun = openline("ceremony", "begin", tmp_path / "new.key", "--position", WATCH)
    assert f"openline ceremony enrol {tmp_path / 'new.key.pub'} --position {WATCH}" in begun.out
    told = ("--position", WATCH, "--data", data)
    ran = openline("ceremony", "enrol", tmp_path / "new.key.pub", *told)
    assert ran.status == 0, ran.err
    assert fingerprint(kid_of(tmp_path / "new.key")) in ran.out
    life = openline("explain", "key", kid_of(tmp_path / "new.key"), "--data", data).out
    assert f"is of EAST, position {WATCH}" in " ".join(life.split())
    again = openline("ceremony", "enrol", tmp_path / "new.key.pub", *told)
    assert again.out == ran.out
    nobody = ("--position", "NOBODY.duty", "--data", data)
    assert openline("ceremony", "enrol", tmp_path / "new.key.pub", *nobody).status == 2


def test_a_key_that_is_rotated_speaks_on_and_the_old_one_no_more(openline, tmp_path):
    with served(tmp_path) as desk:
        old, new = desk.keys / f"{WATCH}.key", tmp_path / "next.key"
        told = ("--position", WATCH, "--to", desk.url)
        ran = openline("ceremony", "rotate", old, new, *told)
        assert ran.status == 0, ran.err
        statement = tmp_path / "s.json"
        open_line(desk)
        checked = {"line": "L-1", "result": "passed"}
        statement.write_text(
            json.dumps({"id": "c-1", "kind": LineChecked.KIND, "content": checked})
        )
        assert openline("say", statement, "--key", new, *told).status == 0
        assert openline("say", statement, "--key", old, *told).status == 2


def test_a_stolen_key_is_revoked_and_what_it_signed_since_is_listed(openline, tmp_path):
    with served(tmp_path) as desk:
        open_line(desk)
        stolen = desk.keys / f"{WATCH}.key"
        kid = kid_of(stolen)
        told = ("--position", WATCH, "--to", desk.url)
        statement = tmp_path / "s.json"
        checked = {"line": "L-1", "result": "passed"}
        statement.write_text(
            json.dumps({"id": "c-1", "kind": LineChecked.KIND, "content": checked})
        )
        lost_at = datetime.now(UTC) - timedelta(seconds=5)
        assert openline("say", statement, "--key", stolen, *told).status == 0
        commander = desk.keys / "EAST-TAC.commander.key"
        other = ("--key", commander, "--position", "EAST-TAC.commander", "--to", desk.url)
        ran = openline("ceremony", "revoke", kid, "--lost-at", lost_at.isoformat(), *other)
        assert ran.status == 0, ran.err
        ran = openline("explain", "key", kid, "--data", tmp_path / "desk")
    assert ran.status == 0, ran.err
    assert "signed 1 statement, below" in " ".join(ran.out.split())
    assert "checks line L-1" in ran.out


def desk_of(directory: Path) -> Path:
    app.make_desk(directory / "desk")
    return directory / "desk"


def test_the_desk_goes_over_to_another_key_and_whoever_knew_the_old_one_can_follow(
    openline, tmp_path, capsys
):
    with served(tmp_path) as desk:
        put_to = {"incident": "I-1", "occurred_at": "2017-09-16T00:30:00Z", "put_to": ["WEST"]}
        desk.said("EAST", "/v1/incidents", **put_to)
    data = tmp_path / "desk"
    ran = openline("ceremony", "desk-key", "--data", data)
    assert ran.status == 0, ran.err
    with app.desk_at(data) as service:
        index = app.operate(service, "rules", _rules(service))
    assert openline("export", tmp_path / "i.zip", "--incident", "I-1", "--data", data).status == 0
    first = old_vkey(data)
    assert index
    assert verify([str(tmp_path / "i.zip"), "--vkey", first]) == SOUND
    assert "hands over" in capsys.readouterr().out


def test_a_desk_whose_key_is_lost_goes_on_in_steps_that_say_what_is_not_proven(
    openline, tmp_path, capsys
):
    with served(tmp_path) as desk:
        put_to = {"incident": "I-1", "occurred_at": "2017-09-16T00:30:00Z", "put_to": ["WEST"]}
        desk.said("EAST", "/v1/incidents", **put_to)
    data = tmp_path / "desk"
    (data / "desk.key").unlink()
    refused = openline("confirm-time", "--data", data)
    assert "openline ceremony new-epoch" in " ".join(refused.err.split())
    ran = openline("ceremony", "new-epoch", "--because", "key_lost", "--data", data)
    assert ran.status == 0, ran.err
    said = " ".join(ran.out.split())
    assert re.findall(r"^(\d)\. ", ran.out, re.MULTILINE) == ["1", "2", "3", "4", "5", "6"]
    assert "NOT PROVEN, to anybody" in said
    assert fingerprint(kid_of(data / "desk.key")) in said
    status = " ".join(openline("status", "--data", data).out.split())
    assert "New epochs begun (a backup put back, or a new key): 1" in status
    assert openline("export", tmp_path / "i.zip", "--incident", "I-1", "--data", data).status == 0
    with app.desk_at(data) as service:
        vkey = render_vkey(note_key(service.origin, load_private_key(data / "desk.key", None)))
    capsys.readouterr()
    assert verify([str(tmp_path / "i.zip"), "--vkey", vkey]) == SOUND
    assert "because its key was lost, and no old key signed for it" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["desk.epoch_opened.v1", "desk.key_rotated.v1"])
def test_an_entry_that_changes_the_desks_key_is_not_said_without_the_key(openline, tmp_path, kind):
    data = desk_of(tmp_path)
    key = {"kid": kid_of(data / "desk.key"), "x": "A" * 43}
    contents = {
        "desk.epoch_opened.v1": {
            "restored_size": 1,
            "restored_root": "0" * 64,
            "last_known_size": 1,
            "last_known_root": "0" * 64,
            "desk_key": key,
        },
        "desk.key_rotated.v1": {"old": key["kid"], "key": key},
    }
    statement = tmp_path / "s.json"
    statement.write_text(json.dumps({"id": "s-1", "kind": kind, "content": contents[kind]}))
    ran = openline("operate", statement, "--data", data)
    assert ran.status == 2
    assert "openline ceremony" in ran.err
    with app.desk_at(data) as service:
        assert service.journal.size() == 1


def _rules(service):
    from openline.domain.party import RulesChanged
    from openline.domain.rules import Rules

    return RulesChanged(rules=Rules())


def old_vkey(data: Path) -> str:
    with app.desk_at(data) as service:
        origin = service.origin
    return render_vkey(note_key(origin, load_private_key(data / "desk.key.old-1", None)))


def test_a_desk_stopped_between_the_entry_and_its_new_key_says_so_and_goes_on(tmp_path):
    data = desk_of(tmp_path)
    old = shutil.copy(data / "desk.key", tmp_path / "old.key")
    rotate_desk_key(data, clock=SystemClock())
    (data / "desk.key").rename(data / "desk.key.next")
    (data / "desk.key.old-1").unlink()
    shutil.copy(old, data / "desk.key")

    with pytest.raises(Damaged, match="ceremony desk-key"), app.desk_at(data):
        pass
    rotate_desk_key(data, clock=SystemClock())

    with app.desk_at(data) as service:
        rows = service.journal.read(0, service.journal.size())
        assert sum(DeskKeyRotated.KIND.encode() in _payload(row.leaf) for row in rows) == 1


def _payload(leaf: bytes) -> bytes:
    from openline.record.encoding import decode_base64url

    return decode_base64url(leaf.split(b".")[1])


def test_a_key_made_ready_before_a_stop_is_the_one_that_is_named(tmp_path):
    data = desk_of(tmp_path)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from openline.record.keys import save_private_key

    ready = Ed25519PrivateKey.generate()
    save_private_key(data / "desk.key.next", ready)
    rotate_desk_key(data, clock=SystemClock())
    assert kid_of(data / "desk.key") == thumbprint(ready.public_key())
