"""What whoever keeps a desk types, and what is said to them: right at once, or what to do next."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.serve import unrung
from openline.domain.party import Cell, CellBody, Contact, PartyKind
from openline.domain.rules import Level
from rest_harness import Served, served

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk that is not running, with EAST at it."""
    app.make_desk(tmp_path / "desk", exercise=True)
    with app.desk_at(tmp_path / "desk") as service:
        add_newcomer(service, Newcomer(id="EAST", kind=PartyKind.FORCE), tmp_path / "keys")
    return tmp_path / "desk"


def statement(folder: Path, **fields: object) -> Path:
    path = folder / "said.json"
    path.write_text(json.dumps(fields))
    return path


def token_for(openline, running: Served, position: str, *more: str):
    key = running.keys / f"{position}.key"
    return openline("token", "--key", key, "--position", position, "--to", running.url, *more)


def test_a_token_from_the_shell_opens_the_api(openline, tmp_path):
    with served(tmp_path) as running:
        printed = token_for(openline, running, "EAST-TAC.duty").out.strip()
        headers = {"Authorization": f"Bearer {printed}"}
        me = httpx.get(f"{running.url}/v1/me", headers=headers, trust_env=False)
    assert me.json()["position"] == "EAST-TAC.duty"


def test_a_token_for_one_role_serves_for_that_alone(openline, tmp_path):
    with served(tmp_path) as running:
        printed = token_for(openline, running, "EAST-TAC.duty", "--role", "reader").out.strip()
        answer = httpx.post(
            f"{running.url}/v1/plans/P-1/withdraw",
            headers={"Authorization": f"Bearer {printed}"},
            json={"id": "w-1"},
            trust_env=False,
        )
    assert answer.status_code == 403


def test_a_key_of_another_position_is_told_as_that(openline, tmp_path):
    with served(tmp_path) as running:
        key = running.keys / "EAST-TAC.duty.key"
        ended = openline("token", "--key", key, "--position", "WEST-TAC.duty", "--to", running.url)
    assert ended.status == 2
    assert "not of the position" in ended.err


def test_the_wrong_name_of_the_right_machine_is_told_with_the_right_one(openline, tmp_path):
    with served(tmp_path) as running:
        key = running.keys / "EAST-TAC.duty.key"
        nickname = running.url.replace("127.0.0.1", "localhost")
        ended = openline("token", "--key", key, "--position", "EAST-TAC.duty", "--to", nickname)
    assert ended.status == 2
    assert running.url in ended.err


def test_a_receipt_that_say_keeps_verifies_with_the_leaf_beside_it(openline, tmp_path):
    said = statement(
        tmp_path,
        id="p-1",
        kind="contact.logged.v1",
        position="EAST-TAC.duty",
        content={"parties": ["EAST", "WEST"], "level": "tactical"},
    )
    receipt = tmp_path / "r.tlog-proof"
    with served(tmp_path) as running:
        key = running.keys / "EAST-TAC.duty.key"
        told = openline("say", said, "--key", key, "--to", running.url, "--receipt", receipt)
    alone = openline("verify", receipt)
    assert told.status == 0
    assert f"--leaf {receipt}.leaf" in told.out
    assert alone.status == 2
    assert alone.err == "A receipt holds no keys. Give the desk's with --vkey.\n"


def test_a_kind_that_there_is_not_is_told_with_where_to_look(openline, tmp_path):
    said = statement(tmp_path, id="x", kind="plan.filed.v9", position="P", content={})
    ended = openline("say", said, "--key", tmp_path / "no.key")
    assert ended.status == 2
    assert "docs/statements.md" in ended.err


def test_what_the_operator_says_stands_in_the_record(openline, desk, tmp_path):
    page = (ROOT / "docs" / "operations.md").read_text()
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "said.json").write_text(example)
    ended = openline("operate", tmp_path / "said.json", "--data", desk)
    number = re.findall(r"entry (\d+)", ended.out)[0]
    told = openline("explain", number, "--data", desk)
    assert "kind: area.unanswered.v1" in told.out


def test_the_operator_speaks_for_no_party(openline, desk, tmp_path):
    said = statement(
        tmp_path, id="c-1", kind="line.checked.v1", content={"line": "L-1", "result": "passed"}
    )
    ended = openline("operate", said, "--data", desk)
    assert ended.status == 2
    assert "speaks for no party" in ended.err


def test_a_refusal_of_the_operator_is_said_once(openline, desk):
    ended = openline("confirm-time", "--data", desk)
    assert ended.status == 2
    assert ended.out == ""
    assert ended.err.count("not in doubt") == 1


def test_nothing_is_erased_beyond_the_end_of_the_record(openline, desk):
    ended = openline("erase", "2", "999", "--data", desk)
    assert ended.status == 2
    assert "Nothing is erased" in ended.err


@pytest.mark.parametrize("command", [("explain", "L-1"), ("status",)])
def test_a_directory_without_a_desk_is_told_as_that(openline, tmp_path, command):
    ended = openline(*command, "--data", tmp_path / "nowhere")
    assert ended.status == 2
    assert "no desk is there" in ended.err
    assert "--data" in ended.err


def test_status_tells_who_is_at_the_desk_and_nothing_that_was_told(openline, desk):
    told = openline("status", "--data", desk)
    assert "EXERCISE" in told.out
    assert "EAST, force: EAST-TAC; 2 keys in force" in told.out
    assert "Unanswered: 0." in told.out


def test_a_watch_that_nothing_rings_is_named_when_the_desk_is_served():
    def cell(name: str, *contacts: Contact) -> Cell:
        reach = CellBody(contacts=contacts)
        return Cell(id=name, party="EAST", level=Level.TACTICAL, positions=(), reach=reach)

    siren, pager = (Contact(bearer=name, address="watch") for name in ("siren", "pager"))
    said = unrung([cell("A"), cell("B", siren), cell("C", siren, pager)], {"siren": None})
    assert said == [
        "C is rung by pager, which no settings describe: give --config.",
        "No contact, so not rung for anything: A.",
    ]


def test_a_phrase_is_told_in_four_languages(openline):
    told = openline("phrase", "CHECK_FIRE", "37SFV090120", "180630ZSEP35")
    assert [row[:4] for row in told.out.splitlines()] == ["en: ", "fr: ", "ar: ", "ru: "]


def test_without_a_code_every_phrase_is_listed_with_its_slots(openline):
    assert "CHECK_FIRE GRID TIME" in openline("phrase").out.splitlines()


def test_a_party_added_again_changes_nothing_and_says_so(openline, tmp_path, desk):
    again = ("party", "add", "EAST", "--kind", "force", "--data", desk, "--keys", tmp_path / "more")
    with app.desk_at(desk) as service:
        before = service.journal.size()

    said = openline(*again)

    with app.desk_at(desk) as service:
        assert service.journal.size() == before
    assert said.status == 0
    assert said.out.startswith(
        "EAST was at the desk already, with all of this: nothing has changed"
    )
    assert not (tmp_path / "more").exists()


def test_a_party_added_again_at_another_level_gets_that_and_keeps_what_it_has(
    openline, tmp_path, desk
):
    add = ("party", "add", "EAST", "--kind", "force", "--data", desk, "--keys", tmp_path / "keys")
    rung = openline(*add, "--contact", "command:ring")

    said = openline(*add, "--level", "tactical", "--level", "operational")

    with app.desk_at(desk) as service:
        cells = service.read(lambda state: dict(state.cells))
        keys = service.read(lambda state: sorted(key.position for key in state.keys.values()))
    assert (rung.status, said.status) == (0, 0)
    assert [each.bearer for each in cells["EAST-TAC"].reach.contacts] == ["command"]
    assert keys == [f"EAST-{c}.{p}" for c in ("OPS", "TAC") for p in ("commander", "duty")]


def test_another_party_under_an_id_that_is_taken_is_told_whose_it_is(openline, tmp_path, desk):
    said = openline("party", "add", "EAST", "--kind", "backer", "--data", desk)

    assert said.status == 2
    assert said.err == (
        "openline: EAST: at the desk already, as a force called EAST, and that does not change. "
        "Say it so, or choose another id.\n"
    )


def test_a_key_file_that_is_there_is_never_written_over(openline, tmp_path, desk):
    there = tmp_path / "keys" / "WEST-TAC.duty.key"
    there.write_text("mine")

    said = openline(
        "party", "add", "WEST", "--kind", "force", "--data", desk, "--keys", there.parent
    )

    assert (said.status, there.read_text()) == (2, "mine")
    assert said.err.endswith(
        "no key can be written there (a file is there already, and may be the only copy of a key; "
        "choose another folder).\n"
    )


def test_a_kind_of_party_that_there_is_not_is_told_with_those_there_are(openline, desk):
    said = openline("party", "add", "NORTH", "--kind", "army", "--data", desk)

    assert said.err == (
        "openline: NORTH: kind is 'army', none of its choices. Choose one of force, backer, "
        "conduit, humanitarian, civil_operator, observer.\n"
    )


def test_a_statement_file_that_lacks_a_field_is_told_which(openline, tmp_path):
    file = statement(tmp_path, id="s-1", content={})

    said = openline("say", file, "--key", tmp_path / "none.key")

    assert said.err == f"openline: {file}: kind is missing. Add it.\n"


def test_a_private_key_in_the_place_of_its_public_half_is_told_as_that(openline, tmp_path):
    assert openline("key", tmp_path / "a.key").status == 0

    said = openline("ceremony", "fingerprint", tmp_path / "a.key")

    assert said.status == 2
    assert said.err.endswith("stays with whoever holds it. Give the public half.\n")


@pytest.mark.parametrize("rows", ["stale_s = 60", "[[cadence]]\nfrom_m = 0\nevery = 60"])
def test_a_misspelt_number_makes_no_desk_that_goes_by_another(openline, tmp_path, rows):
    rules = tmp_path / "rules.toml"
    rules.write_text(rows)

    said = openline("init", tmp_path / "new", "--rules", rules)

    assert said.status == 2
    assert f"{rules}: " in said.err
    assert "is no field here" in said.err
    assert not (tmp_path / "new").exists()


def test_a_misspelt_number_is_refused_in_a_change_of_rules_too(openline, tmp_path, desk):
    said = statement(
        tmp_path, id="r-1", kind="desk.rules_changed.v1", content={"rules": {"stale_s": 60}}
    )

    refused = openline("operate", said, "--data", desk)

    assert refused.status == 2
    assert "rules.stale_s is no field here" in refused.err


def test_a_misspelt_name_deep_in_a_statement_is_refused_before_it_is_signed(openline, tmp_path):
    circle = {"shape": "circle", "center": {"lat_deg": 35, "lon_deg": 40}, "radius_m": 9}
    volume = {"footprint": circle, "hights": {"lower_m": 0, "upper_m": 9}}
    plan = {"plan": "P-1", "kind": "ground", "starts_at": "2035-09-18T06:00:00Z"}
    plan |= {"ends_at": "2035-09-18T07:00:00Z", "body": {"volumes": [volume]}}
    ends = [{"party": "EAST", "cell": "EAST-TAC", "rank": 1}]
    line = {"line": "L-1", "level": "tactical", "ends": ends}
    position = {"position": "EAST-TAC.duty"}
    key = ("--key", tmp_path / "none.key")

    said = [
        openline("say", statement(tmp_path, id="s", kind=kind, content=content, **position), *key)
        for kind, content in (("plan.filed.v1", plan), ("line.opened.v1", line))
    ]

    assert [each.status for each in said] == [2, 2]
    assert [each.err.partition(" is no field here")[0] for each in said] == [
        "openline: plan.filed.v1: body.volumes[0].hights",
        "openline: line.opened.v1: ends[0].rank",
    ]


def test_a_change_of_one_number_leaves_all_others_as_they_are_in_force(openline, tmp_path):
    rules, desk = tmp_path / "rules.toml", tmp_path / "agreed"
    rules.write_text("relay_hop_s = 45\nstale_after_s = 600")
    assert openline("init", desk, "--rules", rules).status == 0
    with app.desk_at(desk) as service:
        before = service.read(lambda state: state.rules)
    said = statement(
        tmp_path, id="r-1", kind="desk.rules_changed.v1", content={"rules": {"stale_after_s": 60}}
    )

    changed, again = (
        openline("operate", said, "--data", desk),
        openline("operate", said, "--data", desk),
    )

    with app.desk_at(desk) as service:
        after = service.read(lambda state: state.rules)
    assert (changed.status, again.out) == (0, changed.out)
    assert after == replace(before, stale_after_s=60)
    assert after.relay_hop_s == 45
