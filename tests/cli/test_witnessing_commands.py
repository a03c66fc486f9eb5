"""The commands of witnesses, mirrors and complaints, as people run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mirror_harness import held_at
from openline import app
from openline.cli.witness_rows import witness_rows
from openline.cosigning.standing import Standing, WitnessStanding
from openline.domain.witness import AgreedWitnesses, WitnessKey
from openline.record.note import note_key, render_vkey
from openline.restored_key import words_of
from rest_harness import Served, plan, served
from witness_keys import witness_vkey

AT = datetime(2017, 9, 18, 12, tzinfo=UTC)
EAST = WitnessKey(name="EAST", key_name="east.example/w1", x="A" * 43)
AGREED = AgreedWitnesses(witnesses=(EAST,), quorum="EAST", since=AT)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        desk.said("WEST", "/v1/plans", **plan("P-1", 10.0, 10.0))
        yield desk


def mirror_options(desk: Served, to: Path) -> list[object]:
    return [
        *("mirror", desk.url, to, "--key", desk.keys / "WEST-TAC.duty.key"),
        *("--position", "WEST-TAC.duty", "--vkey", render_vkey(desk.vkey())),
    ]


def test_a_policy_becomes_an_entry_and_status_tells_how_far_it_is_met(openline, tmp_path):
    app.make_desk(tmp_path / "desk")
    policy = tmp_path / "agreed.policy"
    policy.write_text(f"witness EAST {witness_vkey('EAST')} https://w.example\nquorum EAST\n")
    ran = openline("witnesses", policy, "--data", tmp_path / "desk")
    assert ran.status == 0
    assert 'EAST = "https://w.example"' in ran.out
    told = openline("status", "--data", tmp_path / "desk").out
    assert "entries (quorum EAST, of EAST)." in told.partition("Witnessed: 0 of ")[2]
    assert "witness EAST: not asked yet" in told
    assert "receipt: logged" in openline("explain", "0", "--data", tmp_path / "desk").out


def test_a_policy_that_is_none_is_refused_with_its_row_and_changes_nothing(openline, tmp_path):
    app.make_desk(tmp_path / "desk")
    policy = tmp_path / "agreed.policy"
    policy.write_text("# of two sides\nwitness EAST nonsense\nquorum EAST\n")
    ran = openline("witnesses", policy, "--data", tmp_path / "desk")
    assert ran.status == 2
    assert "Row 2 of the policy" in ran.err
    assert "Witnesses: none are named" in openline("status", "--data", tmp_path / "desk").out


def rows(standing: WitnessStanding) -> str:
    held = Standing(witnesses=(standing,))
    return "\n".join(witness_rows(AGREED, held, 5, 9))


def standing(**more: Any) -> WitnessStanding:
    return WitnessStanding(name="EAST", key_name="east.example/w1", size=5, cosigned_at=AT, **more)


def test_status_tells_a_witness_that_is_there_from_one_absent_and_one_that_refuses():
    assert "has cosigned 5 entries, last at 2017-09-18 12:00:00Z" in rows(standing())
    absent = rows(standing(absent_since=AT, why="no answer"))
    assert "CANNOT BE HAD since 2017-09-18 12:00:00Z: no answer" in absent
    refuses = rows(standing(refused_at=AT, why="it refuses"))
    assert "REFUSES since 2017-09-18 12:00:00Z and shows no proof: it refuses" in refuses
    proven = rows(standing(refused_at=AT, why="it refuses", contradicts="note"))
    assert "and shows proof" in proven


def test_a_mirror_says_what_it_holds_and_verify_judges_it(openline, desk, tmp_path):
    ran = openline(*mirror_options(desk, tmp_path / "m"))
    assert ran.status == 0, ran.err
    size = desk.service.journal.size()
    assert f"{size} entries, {size} of them new" in ran.out
    assert "Nothing is wrong" in openline("verify", tmp_path / "m").out
    again = openline(*mirror_options(desk, tmp_path / "m"))
    assert "0 of them new" in again.out


def test_a_mirror_says_whose_key_it_follows_and_that_a_new_epoch_is_for_its_keeper_to_tell(
    openline, desk, tmp_path
):
    told = " ".join(openline(*mirror_options(desk, tmp_path / "m")).out.split())
    assert f"follows the desk's key “{words_of(desk.vkey())}”" in told
    assert "until you give the desk's new key with --vkey, whoever has this one is followed" in told
    new = note_key(desk.vkey().name, Ed25519PrivateKey.from_private_bytes(b"n" * 32))
    with held_at(tmp_path / "m", new) as held:
        assert held.desk_key == new


def test_a_mirror_of_a_desk_that_does_not_answer_says_so(openline, desk, tmp_path):
    options = mirror_options(desk, tmp_path / "m")
    options[1] = "http://127.0.0.1:9"
    ran = openline(*options)
    assert ran.status == 2
    assert "Is the desk running?" in ran.err


def test_say_keeps_what_it_signed_and_waits_for_no_witness_for_ever(
    openline: Callable[..., Any], desk: Served, tmp_path: Path
) -> None:
    import msgspec

    fields = plan("P-say", 11.0, 10.0)
    spoken = {"id": "say-signed", "kind": "plan.filed.v1", "content": fields}
    (tmp_path / "plan.json").write_bytes(msgspec.json.encode(spoken))
    key = desk.keys / "EAST-TAC.duty.key"
    options = ["--key", key, "--position", "EAST-TAC.duty", "--to", desk.url]
    ran = openline("say", tmp_path / "plan.json", *options, "--signed", tmp_path / "signed.json")
    assert ran.status == 0, ran.err
    assert "Its receipt is logged" in ran.out
    signed = msgspec.json.decode((tmp_path / "signed.json").read_bytes())
    sent = desk.as_("EAST").post("/v1/statements", json=signed)
    assert sent.status_code == 201
    assert sent.json()["id"] == "say-signed"


def test_what_is_no_signed_statement_is_not_lodged(openline, tmp_path):
    (tmp_path / "bad.json").write_text('{"leaf": 3}')
    out = tmp_path / "out"
    ran = openline("lodge", tmp_path / "bad.json", "--to", "http://127.0.0.1:9", "--out", out)
    assert ran.status == 2
    assert "not a signed statement" in ran.err
    ran = openline("lodge", tmp_path / "bad.json", "--to", "http://elsewhere", "--out", out)
    assert "Use the https address" in ran.err


def test_a_lodged_statement_needs_the_keys_of_desk_and_mirror(openline, tmp_path):
    (tmp_path / "c").write_text("openline.lodged/v1\n")
    ran = openline("verify", tmp_path / "c")
    assert ran.status == 2
    assert "--vkey" in ran.err
