"""The API over a real port: what is answered, to whom, and what is refused in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from openline.cli.newcomers import Newcomer
from openline.cli.speaking import Desk as Caller
from openline.domain.party import PartyKind
from openline.domain.rules import Level
from openline.protocols.rest.bodies import BODY_BYTES_MAX
from openline.protocols.rest.reads import SECTIONS
from openline.record.encoding import decode_base64url
from openline.record.keys import public_key_from_facts
from openline.record.note import ED25519, NoteKey
from openline.record.proof import parse_proof, verify_proof
from rest_harness import Served, open_line, plan, served

PLACES = {"EAST": (35.3512347, 40.1512391), "WEST": (35.3531283, 40.1493617)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with a line, at which both sides have filed plans that meet."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        open_line(desk)
        for side, place in PLACES.items():
            desk.said(side, "/v1/plans", **plan(f"{side}-1", *place))
        yield desk


def digits(side: str) -> set[str]:
    return {str(number) for number in PLACES[side]}


def problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The problem that it is: of this status and slug, with one sentence."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert told["type"] == f"urn:openline:problem:{slug}"
    assert told["status"] == status
    return told


def every_get(desk: Served, side: str) -> Iterator[tuple[str, str]]:
    """Every read that there is, as the side is answered: lists, items, entries, the stream."""
    http = desk.as_(side)
    last = desk.said(side, "/v1/contacts", parties=["EAST", "WEST"], level="tactical")["index"]
    size = http.get("/v1/me").json()["size"]
    paths = ["/v1/me", "/v1/view", "/v1/view/changes", f"/v1/record/entries?from=0&to={size}"]
    paths += [f"/v1/{section.path}" for section in SECTIONS]
    paths += [f"/v1/plans/{other}-1" for other in PLACES]
    paths += [f"/v1/record/entries/{index}" for index in range(size)]
    for path in paths:
        yield path, http.get(path).text
    heads = {"Last-Event-ID": "0"}
    with http.stream("GET", "/v1/stream", headers=heads) as stream:
        for row_text in stream.iter_lines():
            yield "/v1/stream", row_text
            if row_text == f"id: {last}":
                break


@pytest.mark.parametrize(("side", "other"), [("EAST", "WEST"), ("WEST", "EAST")])
def test_nothing_that_one_side_reads_holds_where_the_others_plan_is(
    desk: Served, side: str, other: str
) -> None:
    texts = list(every_get(desk, side))

    assert any(each in text for _, text in texts for each in digits(side))
    assert not [path for path, text in texts if any(each in text for each in digits(other))]
    assert not [path for path, text in texts if f"{other}-1" in text]


def test_each_side_of_a_conflict_is_shown_a_pointer_and_its_own_half(desk: Served) -> None:
    for side in PLACES:
        pointers = desk.as_(side).get("/v1/pointers").json()["items"]
        halves = desk.as_(side).get("/v1/conflicts").json()["items"]
        assert [sorted(each) for each in pointers] == [["block_starts_at", "line", "pointer"]]
        assert pointers[0]["line"] == "L-1"
        assert [each["own"] for each in halves] == [f"{side}-1"]


def test_who_files_a_plan_is_told_what_followed_as_far_as_it_may_read_it(desk: Served) -> None:
    place = (36.1, 41.2)
    desk.said("EAST", "/v1/plans", **plan("EAST-met", *place))

    answer = desk.said("WEST", "/v1/plans", **plan("WEST-met", *place))

    kinds = [each["kind"] for each in answer["concluded"]]
    assert "pointer.given.v1" in kinds
    assert "conflicts.found.v1" not in kinds
    assert "never an approval" in answer["no_approval"]


def test_an_answer_holds_a_receipt_that_verifies_offline(desk: Served) -> None:
    parties = ["EAST", "WEST"]
    answer = desk.said("EAST", "/v1/contacts", parties=parties, level="tactical")

    entry = desk.as_("WEST").get(f"/v1/record/entries/{answer['index']}").json()
    genesis = desk.as_("EAST").get("/v1/record/entries/0").json()

    key = _desk_key(genesis["leaf"], desk.service.origin)
    signed = verify_proof(parse_proof(answer["proof"].encode()), entry["leaf"].encode(), [key])
    assert signed.checkpoint.size > answer["index"]


def test_a_receipt_asked_for_again_is_the_same_bytes(desk: Served) -> None:
    answer = desk.said("EAST", "/v1/contacts", parties=["EAST", "WEST"], level="tactical")

    again = desk.as_("WEST").get(f"/v1/record/receipts/{answer['index']}")

    assert again.text == answer["proof"]


def test_of_an_entry_that_one_may_not_read_one_gets_the_hash_and_nothing_else(
    desk: Served,
) -> None:
    answer = desk.said("EAST", "/v1/plans", **plan("EAST-hidden", 37.0, 41.0))

    own = desk.as_("EAST").get(f"/v1/record/entries/{answer['index']}").json()
    others = desk.as_("WEST").get(f"/v1/record/entries/{answer['index']}").json()

    assert others == {
        "index": answer["index"],
        "leaf_hash": own["leaf_hash"],
        "leaf": None,
        "salt": None,
        "body": None,
    }
    assert "37.0" in own["body"]


def test_a_plan_released_later_can_be_read_later(desk: Served) -> None:
    answer = desk.said("EAST", "/v1/plans", **plan("EAST-shown", 38.0, 41.0))
    path = f"/v1/record/entries/{answer['index']}"
    before = desk.as_("WEST").get(path).json()["leaf"]

    desk.said("EAST-TAC.commander", "/v1/plans/EAST-shown/release", to=["WEST"])

    assert before is None
    assert "38.0" in desk.as_("WEST").get(path).json()["body"]
    assert desk.as_("WEST").get("/v1/plans/EAST-shown").json()["id"] == "EAST-shown"


def test_the_same_said_again_is_taken_once_and_anything_else_under_its_id_is_refused(
    desk: Served,
) -> None:
    said = {"id": "twice", "parties": ["EAST", "WEST"], "level": "tactical"}
    http = desk.as_("EAST")
    first = http.post("/v1/contacts", json=said)
    again = http.post("/v1/contacts", json=said)
    other = http.post("/v1/contacts", json={**said, "level": "strategic"})

    assert first.json() == again.json()
    problem(other, 409, "replayed")


def test_anothers_leaf_sent_again_tells_nothing_of_what_followed_from_it(desk: Served) -> None:
    answer = desk.said("EAST", "/v1/plans", **plan("EAST-copied", *PLACES["WEST"]))
    assert answer["concluded"]
    leaf = desk.as_("EAST").get(f"/v1/record/entries/{answer['index']}").json()["leaf"]

    copied = desk.http.post("/v1/statements", json={"leaf": leaf})

    problem(copied, 422, "malformed")  # a leaf that the desk sealed is nobody's to send


BAD_BODIES = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b'{"id":"a","id":"b"}', 400),
    (b'{"id":"a","body":{"x":1,"x":2}}', 400),
    (b'{"id":NaN}', 400),
    (b'{"id":1e999}', 400),
    (b'{"id":"\\ud800"}', 400),
    (b"\xff\xfe", 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 100_000, 400),
    (b"{}", 422),
    (b'{"id":""}', 422),
    (b'{"id":"a","stranger":1}', 422),
    (b'{"id":"a","plan":"P","kind":"balloon","starts_at":"x","ends_at":"y"}', 422),
    (b'{"id":"a","plan":"P","kind":"air","starts_at":"2030-01-01T00:00:00","ends_at":"x"}', 422),
    (b'{"id":"\\u0000","plan":"P"}', 422),
    (b'{"id":"a","plan":"P","body":{"volumes":[{"footprint":{"shape":"torus"}}]}}', 422),
    (b'{"id":"a","by_human":"yes"}', 422),
    (b'{"id":"a","version":' + b"9" * 400 + b"}", 422),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
def test_bad_input_is_refused_in_one_sentence_and_changes_nothing(
    desk: Served, body: bytes, status: int
) -> None:
    size = desk.service.journal.size()

    response = desk.as_("EAST").post(
        "/v1/plans", content=body, headers={"Content-Type": "application/json"}
    )

    told = problem(response, status, "unreadable" if status == 400 else "malformed")
    assert told["detail"].endswith(".")
    assert desk.service.journal.size() == size


def test_a_misspelt_name_within_a_form_is_refused_and_not_left_out(desk: Served) -> None:
    fields = plan("EAST-typo", 35.0, 40.0)
    fields["body"]["volumes"][0]["hights"] = {"lower_m": 0, "upper_m": 100}

    told = problem(desk.say("EAST", "/v1/plans", **fields), 422, "malformed")

    assert "body.volumes[0].hights is no field here" in told["detail"]


def test_a_body_of_another_type_or_too_large_is_refused(desk: Served) -> None:
    http = desk.as_("EAST")
    large = json.dumps({"id": "a" * BODY_BYTES_MAX}).encode()

    problem(http.post("/v1/plans", content=b"{}"), 415, "wrong-media-type")
    xml = {"Content-Type": "application/xml"}
    problem(http.post("/v1/plans", content=b"<a/>", headers=xml), 415, "wrong-media-type")
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    problem(http.post("/v1/plans", content=b"{}", headers=packed), 415, "wrong-media-type")
    plain = {"Content-Type": "application/json"}
    problem(http.post("/v1/plans", content=large, headers=plain), 413, "too-large")

    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65_536

    try:
        response = http.post("/v1/plans", content=endless(), headers=plain)
    except (httpx.WriteError, httpx.ReadError):
        return  # the desk answered and hung up while more was still being sent
    problem(response, 413, "too-large")


def test_an_unknown_address_and_a_wrong_method_are_told_as_such(desk: Served) -> None:
    problem(desk.http.get("/v2/plans"), 404, "no-such-place")
    problem(desk.http.get("/v1/nothing"), 404, "no-such-place")
    wrong = desk.http.delete("/v1/plans")
    problem(wrong, 405, "wrong-method")
    assert wrong.headers["allow"] == "GET, POST"
    problem(desk.http.get("/v1/measures/M-1/cosign"), 405, "wrong-method")


def test_without_a_token_nothing_is_read_or_said_but_what_is_public(desk: Served) -> None:
    reads = ("/v1/view", "/v1/view/changes", "/v1/plans", "/v1/record/entries?from=0&to=1")
    for path in (*reads, "/v1/stream"):
        refused = desk.http.get(path)
        problem(refused, 401, "invalid-token")
        assert refused.headers["www-authenticate"].startswith("Bearer")
    assert desk.http.post("/v1/say", json={}).status_code == 401
    assert desk.http.get("/v1/record/checkpoint").status_code == 200
    assert desk.http.get("/v1/record/tile/0/000.p/1").status_code == 200
    assert desk.http.get("/healthz").json()["size"] == desk.service.journal.size()


def test_no_entry_is_served_in_a_tile(desk: Served) -> None:
    problem(desk.http.get("/v1/record/tile/entries/000.p/1"), 404, "no-such-place")


def test_tiles_and_checkpoint_belong_together(desk: Served) -> None:
    origin, size, *_ = desk.http.get("/v1/record/checkpoint").text.splitlines()
    tile = desk.http.get(f"/v1/record/tile/0/000.p/{min(int(size), 255)}")

    assert origin == desk.service.origin
    assert len(tile.content) == 32 * min(int(size), 255)
    problem(desk.http.get("/v1/record/tile/0/999"), 404, "unknown-thing")


def test_a_party_can_say_only_what_its_kind_and_roles_allow(desk: Served) -> None:
    refused = desk.say("HUM", "/v1/plans", **plan("HUM-1", 35.0, 40.0))
    problem(refused, 403, "not-permitted")
    operator = desk.say("EAST", "/v1/say", kind="party.added.v1", content={})
    problem(operator, 422, "malformed")
    made_up = {"party": "NEW", "kind": "force"}
    problem(
        desk.say("EAST", "/v1/say", kind="party.added.v1", content=made_up), 403, "not-permitted"
    )


def test_a_token_asked_for_with_fewer_roles_serves_for_no_more(desk: Served) -> None:
    key = desk.keys / "EAST-TAC.duty.key"
    said = {"id": "scoped", "parties": ["EAST", "WEST"], "level": "tactical"}

    with Caller.reached(desk.url, key, "EAST-TAC.duty", None, scope="reader") as reader:
        assert reader.http.get("/v1/view").status_code == 200
        problem(reader.http.post("/v1/contacts", json=said), 403, "not-permitted")


def test_counts_are_for_this_machine_alone_and_name_nobody(desk: Served) -> None:
    counted = desk.http.get("/metrics")
    forwarded = desk.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert "openline_entries_total" in counted.text
    assert "EAST" not in counted.text
    problem(forwarded, 403, "not-permitted")


def test_the_board_says_who_holds_what_at_which_rung(desk: Served) -> None:
    desk.said(
        "EAST",
        "/v1/messages",
        message="M-board",
        kind="WARN",
        recipients=["WEST"],
        precedence="IMMEDIATE",
        body={"text": "Moving at dawn.", "language": "en"},
    )

    rows = desk.as_("WEST").get("/v1/board").json()["items"]

    (row,) = [each for each in rows if each["subject"] == "M-board"]
    assert (row["sender"], row["recipient"], row["precedence"]) == ("EAST", "WEST", "IMMEDIATE")
    assert row["due_at"] is not None


def _desk_key(genesis_leaf: str, origin: str) -> NoteKey:
    payload = json.loads(decode_base64url(genesis_leaf.split(".")[1].encode()))
    public = public_key_from_facts(payload["data"]["desk_key"]).public_bytes_raw()
    return NoteKey(name=origin, algorithm=ED25519, public=public)


def test_a_pasted_geometry_is_read_and_nothing_is_said(desk: Served) -> None:
    size = desk.as_("EAST").get("/v1/me").json()["size"]

    read = desk.as_("EAST").post("/v1/readings", json={"text": "35.33 40.14\n140.1 35.3"}).json()

    assert read["waypoints"][0]["position"]["lat_deg"] == 35.33
    assert [each["fault"] for each in read["faults"]] == ["lat_lon_swapped"]
    assert desk.as_("EAST").get("/v1/me").json()["size"] == size


def test_a_form_is_judged_before_it_is_filed_and_nothing_is_said(desk: Served) -> None:
    form = {"name": "Convoy", "type": "convoy"}
    form["waypoints"] = [{"position": {"lat_deg": at, "lon_deg": 40.1}} for at in (35.3, 35.4)]
    times = {"starts_at": "2030-01-01T05:00:00Z", "ends_at": "2030-01-01T07:00:00Z"}
    fields = {"notification": "N-1", "kind": "movement", "body": form, **times}
    aid = desk.as_("AID")
    size = aid.get("/v1/me").json()["size"]

    judged = aid.post("/v1/judgements", json=fields).json()
    refused = aid.post("/v1/judgements", json={**fields, "ends_at": times["starts_at"]})

    assert judged["timeliness"] == "in_time"
    assert [each["fault"] for each in judged["faults"]] == ["escort_not_stated"]
    problem(refused, 422, "malformed")
    assert aid.get("/v1/me").json()["size"] == size


def test_the_phrase_of_a_plan_is_told_to_whoever_sees_it(desk: Served) -> None:
    told = desk.as_("EAST").get("/v1/phrases/EAST-1").json()

    assert told["check_phrase"].count(" ") == 4
    problem(desk.as_("WEST").get("/v1/phrases/EAST-1"), 404, "unknown-thing")


def test_a_position_is_told_what_it_may_say(desk: Served) -> None:
    duty = desk.as_("EAST").get("/v1/me").json()["may"]
    commander = desk.as_("EAST-TAC.commander").get("/v1/me").json()["may"]

    assert "receipt.given.v1" in duty
    assert "measure.cosigned.v1" not in duty
    assert "measure.cosigned.v1" in commander
    assert "party.added.v1" not in commander


def test_a_machine_that_acknowledges_is_told_that_a_person_still_has_to(desk: Served) -> None:
    sent = {"kind": "WARN", "recipients": ["WEST"], "precedence": "FLASH", "line": "L-1"}
    desk.said("EAST", "/v1/messages", message="M-by-machine", **sent)
    receipt = {"delivery": "M-by-machine/v1:WEST", "rung": "acknowledged"}

    by_machine = desk.said("WEST", "/v1/receipts", by_human=False, **receipt)
    by_officer = desk.said("WEST", "/v1/receipts", by_human=True, **receipt)

    assert "a person at WEST still has to" in by_machine["awaits_human"]
    assert "goes on climbing" in by_machine["awaits_human"]
    assert by_officer["awaits_human"] is None


def test_a_machine_at_a_cell_that_is_only_informed_is_told_of_no_climbing(tmp_path: Path) -> None:
    levels = (Level.TACTICAL, Level.OPERATIONAL)
    forces = [Newcomer(id=each, kind=PartyKind.FORCE, levels=levels) for each in PLACES]
    called = {"kind": "CHECK_FIRE", "recipients": ["WEST"], "precedence": "FLASH"}
    receipt = {"delivery": "M-1/v1:WEST:inform", "rung": "acknowledged", "by_human": False}
    with served(tmp_path, forces) as desk:
        open_line(desk)
        desk.said("EAST", "/v1/messages", message="M-1", **called)
        told = desk.said("WEST-OPS.duty", "/v1/receipts", **receipt)["awaits_human"]

    assert "a person at WEST still has to" in told
    assert "climbing" not in told
