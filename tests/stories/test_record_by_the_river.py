"""The record of those nights: what its keeper cannot undo, and what can be forgotten.

A real desk in a directory; copies are judged by the offline verifier, from files and keys alone.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from incident_bundles import verdict_on
from openline import app
from openline.backup import backup, restore
from openline.cli.main import run as openline
from openline.desk.known import known_before
from openline.domain.delivery import DeliveryOwed, ReceiptGiven, Rung
from openline.domain.incident import Incident, IncidentOpened
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.party import EpochOpened, KeyRotated, PublicKey, TimeConfirmed
from openline.domain.question import Asked, QuestionAnswered, QuestionAsked, QuestionBody
from openline.domain.rules import Precedence
from openline.domain.witness import WitnessesNamed, WitnessKey
from openline.journal import Damaged
from openline.protocols.rest.past import Past
from openline.record.checkpoint import cosign_checkpoint
from openline.record.encoding import encode_base64url
from openline.record.keys import key_facts, load_private_key, save_private_key, thumbprint
from openline.record.note import note_key, render_vkey
from openline.record.verify import REFUTED, SOUND
from openline.record.verify import main as verify
from openline.service.fold import Restored
from river_nights import BRIDGE, HOUR, MINUTE, NIGHT, River, circle, plan
from service_harness import DESK_KEY, ORIGIN

_GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
VKEY = render_vkey(note_key(ORIGIN, DESK_KEY))


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """What a command ends with."""
    monkeypatch.setattr("sys.argv", ["openline", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        openline()
    return int(ended.value.code or 0)


def struck(river: River) -> None:
    river.say("EAST", IncidentOpened(incident="I-1", occurred_at=NIGHT, put_to=("WEST",)))


def edit(data: Path, entry: int) -> None:
    """Whoever keeps the desk writes another leaf in the place of one, into its very database."""
    with sqlite3.connect(data / "record.db") as database:
        for (guard,) in database.execute(_GUARDS).fetchall():
            database.execute(f"DROP TRIGGER {guard}")
        (leaf,) = database.execute("SELECT leaf FROM entries WHERE entry = ?", (entry,)).fetchone()
        other = leaf[:-2] + (b"AA" if leaf[-2:] != b"AA" else b"BB")
        database.execute("UPDATE entries SET leaf = ? WHERE entry = ?", (other, entry))
    database.close()


# ── the operator who edits an entry ───────────────────────────────────────────────────────────


def test_a_desk_whose_keeper_edited_an_entry_does_not_start(river: River) -> None:
    said = river.say("EAST", plan("E-1"))
    river.stop()
    shutil.rmtree(river.data / "snapshots")
    kept = shutil.copytree(river.data, river.folder / "whole")

    edit(river.data, said.index)

    with pytest.raises(Damaged):
        river.start()
    river.start(kept)


def test_what_is_handed_over_after_an_edit_is_refuted_by_anybody(
    river: River, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    struck(river)
    opened = next(e.index for e in river.entries() if isinstance(e.content, IncidentOpened))
    whole, edited = tmp_path / "whole", tmp_path / "edited"
    export = ("export", "--incident", "I-1", "--data", river.data, "--to")
    assert run(monkeypatch, *export, whole) == 0
    shutil.copytree(whole, edited)

    leaf = edited / "entries" / f"{opened}.jws"
    head, payload, signature = leaf.read_text().split(".")
    leaf.write_text(f"{head}.{payload[:-4]}AAAA.{signature}")

    assert verify([str(whole), "--vkey", VKEY]) == SOUND
    assert verify([str(edited), "--vkey", VKEY]) == REFUTED


def test_a_record_begun_anew_with_the_desks_own_key_is_shown_up_by_a_kept_checkpoint(
    river: River, river_begun: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The keeper has every key of the desk, and writes the night again without the claim."""
    struck(river)
    checkpoint = tmp_path / "kept.checkpoint"
    checkpoint.write_bytes(river.service.journal.checkpoint() or b"")
    again = River(shutil.copytree(river_begun, tmp_path / "again"))
    again.say("EASTB", plan("E-1"))
    struck(again)
    export = ("export", "--incident", "I-1", "--data", again.data, "--to", tmp_path / "copy")
    assert run(monkeypatch, *export) == 0
    again.stop()

    told = [str(tmp_path / "copy"), "--vkey", VKEY]

    assert verify(told) == SOUND
    assert verify([*told, "--earlier", str(checkpoint)]) == REFUTED


def test_an_incident_is_handed_over_with_what_witnesses_cosigned(
    river: River, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    witness = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    x = encode_base64url(witness.public_key().public_bytes_raw()).decode()
    named = WitnessesNamed(
        witnesses=(WitnessKey(name="neutral", key_name="witness.example", x=x),), quorum="neutral"
    )
    app.operate(river.service, "witnesses", named)
    struck(river)
    note, size = river.service.journal.checkpoint() or b"", river.service.journal.size()
    cosigned = cosign_checkpoint(note, "witness.example", witness, int(NIGHT.timestamp()))
    river.service.journal.keep_cosigned(size, cosigned)
    at_once, later = tmp_path / "at-once", tmp_path / "later"

    assert run(monkeypatch, "export", at_once, "--incident", "I-1", "--data", river.data) == 0
    river.say("EAST", plan("E-1"))
    assert run(monkeypatch, "export", later, "--incident", "I-1", "--data", river.data) == 0

    proven = [" ".join(verdict_on(copy).proven) for copy in (at_once, later)]
    said = f"Witness witness.example cosigned its first {size} entries"
    assert [said in each for each in proven] == [True, True]
    assert any(f"beyond its first {size}" in each for each in verdict_on(later).unproven)


def test_a_key_that_was_rotated_is_told_to_be_of_the_same_position(
    river: River, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, new = river.keys / "EAST-TAC.duty.key", Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    old = thumbprint(load_private_key(file).public_key())
    river.say("EAST", KeyRotated(old=old, key=PublicKey(**key_facts(new.public_key()))))
    file.unlink()
    save_private_key(file, new)
    struck(river)

    copy = tmp_path / "copy"
    assert run(monkeypatch, "export", copy, "--incident", "I-1", "--data", river.data) == 0

    told = (copy / "timeline.txt").read_text()
    assert f"{thumbprint(new.public_key())} | EAST: EAST-TAC.duty" in told
    assert verdict_on(copy).sound


# ── what was said stays proven ────────────────────────────────────────────────────────────────


def test_an_erased_plan_is_nowhere_to_be_read_and_its_receipt_still_verifies(
    river: River, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = river.say("EAST", plan("E-1"))
    (row,) = river.service.journal.read(said.index, said.index + 1)
    (tmp_path / "r").write_bytes(said.proof)
    (tmp_path / "r.leaf").write_bytes(row.leaf)
    shown = river.sees("EAST")["plans"]
    river.stop()

    assert run(monkeypatch, "erase", said.index, "--data", river.data) == 0
    river.start()

    assert shown[0]["body"] is not None
    assert river.sees("EAST")["plans"] != shown
    assert "35.35" not in json.dumps(river.sees("EAST"))
    judged = [str(tmp_path / "r"), "--leaf", str(tmp_path / "r.leaf"), "--vkey", VKEY]
    assert verify(judged) == SOUND


def test_both_ends_of_a_line_can_prove_the_same_words(river: River, tmp_path: Path) -> None:
    said = river.say(
        "EASTB",
        MessageSent(
            message="M-1",
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=Precedence.FLASH,
            line="L-1",
            body=MessageBody(text="You strike our men.", language="en"),
        ),
    )

    def held_by(party: str) -> Any:
        entry = next(each for each in river.entries(party) if each.index == said.index)
        return msgspec.to_builtins(entry.content)["body"]

    assert held_by("EASTB") == held_by("WESTB")
    assert held_by("WESTB")["text"] == "You strike our men."
    assert river.service.receipt(said.index).proof == said.proof


# ── the restored backup ───────────────────────────────────────────────────────────────────────


def test_a_backup_put_in_the_place_of_a_night_is_refused(river: River, tmp_path: Path) -> None:
    backup(river.data, tmp_path / "copy")
    struck(river)
    river.stop()
    kept = shutil.copytree(river.data, tmp_path / "whole")

    for name in ("record.db", "record.db-wal", "record.db-shm"):
        (river.data / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy" / "record.db", river.data / "record.db")

    with pytest.raises(Restored, match="openline restore"):
        river.start()
    river.start(kept)


def test_a_restored_desk_tells_both_sides_how_much_is_missing(river: River, tmp_path: Path) -> None:
    backup(river.data, tmp_path / "copy")
    before = river.service.journal.size()
    struck(river)
    after = river.service.journal.size()
    river.stop()
    restore(tmp_path / "copy", river.data, clock=river.clock)
    river.start()

    told = [
        [each.content for each in river.entries(side) if isinstance(each.content, EpochOpened)]
        for side in ("EAST", "WEST")
    ]

    assert told[0] == told[1]
    assert [(each.restored_size, each.last_known_size) for each in told[0]] == [(before, after)]


# ── trouble of the desk's own ─────────────────────────────────────────────────────────────────


def test_a_clock_that_was_set_blames_nobody_until_its_keeper_confirms_the_time(
    river: River, monkeypatch: pytest.MonkeyPatch
) -> None:
    river.clock.set_wall_alone(NIGHT + HOUR)
    river.service.tick().result()
    doubted = river.read(lambda state: state.time_doubted)
    river.stop()

    ended = run(monkeypatch, "confirm-time", "--data", river.data)
    river.start()

    assert doubted
    assert ended == 0
    assert len(river.all_of(TimeConfirmed)) == 1
    assert not river.read(lambda state: state.time_doubted)


# ── what did they know ────────────────────────────────────────────────────────────────────────


def position_told(river: River, message: str, place: tuple[float, float]) -> None:
    river.say(
        "EASTB",
        MessageSent(
            message=message,
            kind=MessageKind.NOTIFY,
            recipients=("WESTB",),
            precedence=Precedence.IMMEDIATE,
            line="L-1",
            body=MessageBody(text="Our men are there.", positions=((place[1], place[0]),)),
        ),
    )


def backers_incident(river: River) -> Incident:
    opened = IncidentOpened(incident="I-9", occurred_at=river.clock.wall(), put_to=("WESTB",))
    river.say("EASTB", opened)
    return river.read(lambda state: state.incidents["I-9"])


def asked_of(at: datetime, *places: tuple[float, float]) -> QuestionAsked:
    body = QuestionBody(volumes=tuple(circle(place) for place in places)) if places else None
    return QuestionAsked(question="Q-9", asked=Asked.KNOWN_BEFORE, incident="I-9", at=at, body=body)


def answers(river: River) -> list[str]:
    (answered,) = river.all_of(QuestionAnswered)
    return [known.subject for known in answered.known]


def test_what_they_knew_is_told_for_any_moment_and_the_asking_is_on_the_record(
    river: River,
) -> None:
    position_told(river, "M-1", BRIDGE)
    river.pass_time(HOUR)
    position_told(river, "M-2", BRIDGE)
    river.pass_time(HOUR)
    backers_incident(river)

    river.say("WESTB", asked_of(NIGHT + MINUTE))

    assert answers(river) == ["M-1"]
    asked = next(each for each in river.entries("EASTB") if isinstance(each.content, QuestionAsked))
    assert asked.author.party == "WESTB"


def test_what_they_knew_is_told_for_one_place_alone(river: River) -> None:
    position_told(river, "M-1", BRIDGE)
    position_told(river, "M-2", (35.9, 40.9))
    river.pass_time(HOUR)
    backers_incident(river)

    river.say("WESTB", asked_of(NIGHT + HOUR, (35.9, 40.9)))

    assert answers(river) == ["M-2"]


def test_what_the_live_desk_has_long_forgotten_the_record_still_tells(river: River) -> None:
    position_told(river, "M-1", BRIDGE)
    for delivery in river.all_of(DeliveryOwed):
        river.say("WESTB", ReceiptGiven(delivery=delivery.delivery.id, rung=Rung.READ_BACK))
    for _ in range(25):  # days on which anything at all is said, so that the desk looks round
        river.clock.set(river.clock.wall() + 96 * HOUR)
        position_told(river, f"M-{river.clock.wall():%j}", BRIDGE)
    incident = backers_incident(river)
    question = asked_of(NIGHT + HOUR)

    now = river.read(lambda state: known_before(state, incident, "WESTB", question.at))
    past = Past(river.service.journal)
    then = past.known(question, "WESTB", incident, past.size_at(NIGHT + HOUR))

    assert now == ()
    assert [known.subject for known in then] == ["M-1"]
    assert then[0].rung is Rung.READ_BACK
