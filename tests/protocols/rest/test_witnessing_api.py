"""What the API says of witnesses: each receipt's level, and how far the record is witnessed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from openline import app
from openline.cosigning.agreed import named_by
from openline.cosigning.collector import Collector, Pace
from openline.record.checkpoint import open_checkpoint
from openline.record.note import render_vkey
from openline.record.policy import parse_policy
from openline.record.proof import parse_proof, verify_proof
from openline.service import SystemClock
from rest_harness import Served, plan, served
from witness_harness import Served as Witness
from witness_harness import until


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("witnessed")) as desk:
        yield desk


@pytest.fixture(scope="module")
def witness(desk: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    """The desk's one witness, which it asks from here on."""
    path = tmp_path_factory.mktemp("w")
    key = desk.vkey()
    east = Witness(path / "east", "east.example/w1", key)
    policy = parse_policy(f"witness EAST {render_vkey(east.key)}\nquorum EAST\n".encode())
    before = desk.service.journal.size()
    unwitnessed = desk.said("EAST", "/v1/plans", **plan("P-0", 10.0, 10.0))
    assert unwitnessed["level"] == "logged"
    answer = desk.as_("EAST").get(f"/v1/record/receipts/{before}?level=witnessed")
    assert answer.status_code == 404
    app.operate(desk.service, "witnesses", named_by(policy))
    clock = SystemClock()
    collector = Collector(
        desk.service,
        path,
        {"EAST": east.url},
        now=clock.wall,
        monotonic_s=time.monotonic,
        pace=Pace(least_s=0.01, again_s=0.05, longest_s=0.1),
    )
    collector.start()
    unsubscribe = desk.service.subscribe(collector.hear)
    yield east
    unsubscribe()
    collector.close()
    east.close()


def test_a_receipt_is_logged_then_witnessed_and_of_each_level_always_the_same(
    desk: Served, witness: Witness
) -> None:
    said = desk.said("EAST", "/v1/plans", **plan("P-1", 12.0, 12.0))
    assert said["level"] == "logged"
    path = f"/v1/record/receipts/{said['index']}"
    until(lambda: desk.as_("WEST").get(path).headers["Receipt-Level"] == "witnessed")
    receipts = {
        level: desk.as_("EAST").get(f"{path}?level={level}").text
        for level in ("logged", "witnessed")
    }
    assert receipts["logged"] == said["proof"]
    assert receipts["witnessed"] == desk.as_("WEST").get(path).text
    leaf = desk.as_("EAST").get(f"/v1/record/entries/{said['index']}").json()["leaf"].encode()
    key = desk.vkey()
    signed = verify_proof(parse_proof(receipts["witnessed"].encode()), leaf, [key, witness.key])
    assert [each.key for each in signed.witnessed_by] == [witness.key]


def test_the_served_checkpoint_bears_its_cosignatures(desk: Served, witness: Witness) -> None:
    key = desk.vkey()

    def cosigned() -> bool:
        note = desk.http.get("/v1/record/checkpoint").content
        return bool(open_checkpoint(note, [key, witness.key]).witnessed_by)

    until(cosigned)


def test_anybody_may_ask_who_witnesses_and_how_far(desk: Served, witness: Witness) -> None:
    size = desk.service.journal.size()
    until(lambda: desk.service.witnessed_size() == size)
    told = desk.http.get("/v1/record/witnesses").json()
    assert (told["size"], told["witnessed"], told["halted"]) == (size, size, None)
    assert parse_policy(told["policy"].encode()).quorum == "EAST"


def test_a_level_that_is_none_is_refused(desk: Served) -> None:
    for bad in ("level=approved", "level=logged&level=witnessed", "level="):
        assert desk.as_("EAST").get(f"/v1/record/receipts/0?{bad}").status_code == 422


def test_a_halted_desk_answers_503_with_its_sentence_and_reads_go_on(
    desk: Served, witness: Witness
) -> None:
    desk.service.halt("It was forked: see docs/operations.md.")
    try:
        refused = desk.say("EAST", "/v1/plans", **plan("P-9", 13.0, 13.0))
        assert (refused.status_code, refused.json()["type"]) == (
            503,
            "urn:openline:problem:halted",
        )
        assert refused.json()["detail"] == "It was forked: see docs/operations.md."
        assert desk.http.get("/healthz").status_code == 503
        assert desk.http.get("/v1/record/checkpoint").status_code == 200
        assert desk.http.get("/v1/record/witnesses").json()["halted"]
        assert "openline_halted 1.0" in desk.http.get("/metrics").text
    finally:
        desk.service.resume().result()
    assert desk.said("EAST", "/v1/plans", **plan("P-9", 13.0, 13.0))
