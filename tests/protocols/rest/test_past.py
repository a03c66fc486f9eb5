"""Looking back: the view of a party as it stood, by what the desk knew then and no later word."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openline import app
from openline.cases.case import find_case, until
from openline.desk.view import view
from openline.protocols.rest import past as past_module
from openline.protocols.rest.past import Past
from replayed_case import NAME, replaying
from rest_harness import Served, plan, served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def seen_at(desk: Served, side: str, size: int) -> dict[str, Any]:
    response = desk.as_(side).get("/v1/past", params={"size": size})
    assert response.status_code == 200, response.text
    seen: dict[str, Any] = response.json()
    return seen


def test_the_past_holds_what_was_known_then_and_nothing_since(desk: Served) -> None:
    before = desk.service.journal.size()
    filed = desk.said("EAST", "/v1/plans", **plan("EAST-past", 35.0, 40.0))["index"]
    desk.said("EAST", "/v1/plans/EAST-past/withdraw")

    assert "EAST-past" not in {each["id"] for each in seen_at(desk, "EAST", before)["plans"]}
    then = seen_at(desk, "EAST", filed + 1)
    assert "EAST-past" in {each["id"] for each in then["plans"]}
    assert then["size"] == filed + 1


def test_nobody_sees_more_of_the_past_than_was_theirs_to_see(desk: Served) -> None:
    filed = desk.said("EAST", "/v1/plans", **plan("EAST-own", 36.0, 40.0))["index"]

    assert seen_at(desk, "WEST", filed + 1)["plans"] == []


def test_the_past_up_to_now_is_the_view_of_now(desk: Served) -> None:
    size = desk.service.journal.size()
    now = desk.service.read(lambda state: view(state, "EAST"))

    assert seen_at(desk, "EAST", size) == json.loads(msgspec.json.encode(now))


@pytest.mark.parametrize(
    ("size", "status"), [("1000000", 404), ("0", 404), ("-1", 422), ("x", 422), ("", 422)]
)
def test_a_past_that_there_is_not_is_refused_in_a_sentence(
    desk: Served, size: str, status: int
) -> None:
    response = desk.as_("EAST").get("/v1/past", params={"size": size})

    assert response.status_code == status
    assert response.json()["detail"].endswith(".")


def test_the_marks_of_the_timeline_are_the_entries_that_one_may_read(desk: Served) -> None:
    filed = desk.said("EAST", "/v1/plans", **plan("EAST-mark", 37.0, 40.0))["index"]

    def marks(side: str) -> dict[int, str]:
        answer = desk.as_(side).get("/v1/moments", params={"from": filed}).json()
        assert answer["upto"] == answer["size"] == desk.service.journal.size()
        return {index: kind for index, _, kind in answer["moments"]}

    assert marks("EAST")[filed] == "plan.filed.v1"
    assert filed not in marks("WEST")


def test_going_back_and_forth_shows_the_same_as_going_there_straight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past_module, "ANCHOR_EVERY", 50)
    monkeypatch.setattr(past_module, "ANCHORS_MAX", 4)
    begun = until(find_case(NAME), datetime(2017, 8, 10, tzinfo=UTC))
    with replaying(begun) as (replay, service):
        assert list(replay.run())
        wandering = Past(service.journal)
        for size in (350, 120, 300, 90, 91, 260):
            straight = Past(service.journal).view("EAST", size)
            assert wandering.view("EAST", size) == straight


def known(desk: Served, number: int) -> Any:
    asked = {"id": f"known-{number}", "question": f"known-{number}"}
    return desk.as_("WEST").post("/v1/incidents/I-1/known", json=asked)


def test_what_was_known_is_told_however_far_back_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "REACH_MAX", 2)
    with served(tmp_path) as desk:
        when = datetime.now(UTC).isoformat()
        desk.said("EAST", "/v1/incidents", incident="I-1", occurred_at=when, put_to=["WEST"])
        told = known(desk, 1)

    assert told.status_code == 201, told.text
    assert told.json()["size"] > past_module.REACH_MAX


def lose_body(data: Path, index: int) -> None:
    """What the record holds under that entry can be read no longer."""
    with sqlite3.connect(data / "record.db") as store:
        store.execute("DROP TRIGGER bodies_are_fixed")
        changed = store.execute("UPDATE bodies SET encrypted = x'00' WHERE entry = ?", (index,))
        assert changed.rowcount == 1


def test_what_cannot_be_answered_of_the_past_is_not_asked_either(tmp_path: Path) -> None:
    with served(tmp_path) as desk:
        when = datetime.now(UTC).isoformat()
        desk.said("EAST", "/v1/incidents", incident="I-1", occurred_at=when, put_to=["WEST"])
        desk.as_("WEST")
        size = desk.service.journal.size()
        lose_body(tmp_path / "desk", 1)
        refused = known(desk, 1)

        assert refused.status_code == 503
        assert refused.json()["detail"].endswith(".")
        assert desk.service.journal.size() == size


def test_what_lies_far_back_begins_with_the_snapshot_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path) as desk:
        desk.said("EAST", "/v1/plans", **plan("EAST-far", 35.0, 40.0))
        snapshot = desk.service.journal.size()
    with app.desk_at(tmp_path / "desk") as service:
        straight = Past(service.journal).view("EAST", snapshot)
        lose_body(tmp_path / "desk", 1)
        monkeypatch.setattr(past_module, "REACH_MAX", 2)
        earlier = service.find_earlier_state(0, snapshot - 1)
        assert earlier is None or earlier.size < snapshot
        assert service.find_earlier_state(snapshot, snapshot + 9) is None
        begun = Past(service.journal, service.find_earlier_state)
        assert begun.view("EAST", snapshot) == straight


def test_anchors_take_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_module, "ANCHOR_EVERY", 10)
    monkeypatch.setattr(past_module, "ANCHORS_BYTES_MAX", 1)
    begun = until(find_case(NAME), datetime(2017, 8, 5, tzinfo=UTC))
    with replaying(begun) as (replay, service):
        assert list(replay.run())
        size = service.journal.size()
        bounded = Past(service.journal)
        for each in (size, size // 2, size):
            assert bounded.view("EAST", each) == Past(service.journal).view("EAST", each)
