"""What is new in a view: no more than that is told, and the view that it makes is the whole one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from openline.cases.case import find_case
from openline.desk.view import View, view
from openline.protocols.rest.past import Past
from openline.protocols.rest.view_changes import KEPT, LateViews
from replayed_case import NAME, replaying
from rest_harness import Served, plan, served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        for number in range(40):
            desk.said("EAST", "/v1/plans", **plan(f"P-{number:02}", 33.0 + number / 10, 38.0))
        yield desk


def changes(desk: Served, side: str, since: str | None = None) -> dict[str, Any]:
    response = desk.as_(side).get("/v1/view/changes", params=since and {"since": since})
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def made(told: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    """The view as of now, made of what was told and of the view that one holds."""
    held = {} if told["since"] is None else of
    lists = {
        name: [
            row
            for piece in pieces
            for row in piece.get("rows")
            or held[name][piece.get("first", 0) : piece.get("first", 0) + piece["count"]]
        ]
        for name, pieces in told["lists"].items()
    }
    return {**held, **told["parts"], **lists}


def whole(desk: Served, side: str) -> dict[str, Any]:
    seen: dict[str, Any] = desk.as_(side).get("/v1/view").json()
    return seen


def test_whoever_holds_nothing_is_told_everything(desk: Served) -> None:
    told = changes(desk, "EAST")

    assert told["since"] is None
    assert made(told, {}) == whole(desk, "EAST")


def test_one_plan_among_many_is_told_alone_and_in_its_place(desk: Served) -> None:
    first = changes(desk, "EAST")
    held = made(first, {})
    desk.said("EAST", "/v1/plans", **plan("P-20a", 36.0, 39.0))
    desk.said("EAST", "/v1/plans/P-05/withdraw")

    told = changes(desk, "EAST", first["mark"])

    assert told["since"] == first["mark"]
    fresh = [row["id"] for piece in told["lists"]["plans"] for row in piece.get("rows", ())]
    assert fresh == ["P-20a"]
    assert "rules" not in told["parts"]
    assert "parties" not in told["lists"]
    assert made(told, held) == whole(desk, "EAST")


def test_where_nothing_has_changed_nothing_is_told_but_that(desk: Served) -> None:
    first = changes(desk, "EAST")

    told = changes(desk, "EAST", first["mark"])

    assert (told["mark"], told["parts"], told["lists"]) == (first["mark"], {}, {})


def test_a_list_that_is_empty_by_now_is_told_as_empty(desk: Served) -> None:
    desk.said("WEST", "/v1/plans", **plan("W-1", 30.0, 30.0))
    first = changes(desk, "WEST")
    desk.said("WEST", "/v1/plans/W-1/withdraw")

    told = changes(desk, "WEST", first["mark"])

    assert told["lists"]["plans"] == []
    assert made(told, made(first, {})) == whole(desk, "WEST")


@pytest.mark.parametrize("mark", ["", "x", "x.1", "..", "0.7.EAST", "9" * 40, "a.\u0661.EAST"])
def test_a_mark_that_says_nothing_here_gets_everything(desk: Served, mark: str) -> None:
    told = changes(desk, "EAST", mark)

    assert told["since"] is None
    assert made(told, {}) == whole(desk, "EAST")


def test_the_mark_of_another_partys_view_says_nothing_of_ones_own(desk: Served) -> None:
    changes(desk, "EAST")
    theirs = changes(desk, "WEST")["mark"]
    desk.said("EAST", "/v1/plans", **plan("P-own", 36.5, 39.0))
    changes(desk, "WEST")

    assert made(changes(desk, "EAST", theirs), {}) == whole(desk, "EAST")


def test_a_view_that_was_forgotten_is_told_anew(desk: Served) -> None:
    late = LateViews(kept=2)
    desk.said("EAST", "/v1/plans", **plan("P-a", 36.5, 39.5))
    marks = []
    for number in range(3):
        seen = desk.service.read(lambda state: late.view(state, "EAST"))
        marks.append(late.changes(seen, None).mark)
        desk.said("EAST", "/v1/plans", **plan(f"P-b{number}", 36.5, 39.6))
    now = desk.service.read(lambda state: view(state, "EAST"))

    assert late.changes(now, marks[0]).since is None
    assert late.changes(now, marks[2]).since == marks[2]
    assert KEPT >= 16  # one who reads every two seconds is not outrun by who reads at every change


@pytest.mark.long
def test_the_whole_case_told_by_its_changes_is_what_each_party_may_see() -> None:
    with replaying(find_case(NAME)) as (replay, service):
        assert list(replay.run())
        size = service.journal.size()
        parties = service.read(lambda state: sorted(state.parties))
        past, late = Past(service.journal), LateViews(kept=2)
        held: dict[str, dict[str, Any]] = {}
        marks: dict[str, str] = {}
        wholes = told = 0
        for upto in range(size // 3, size + 1, 23):
            for party in parties:
                seen = past.view(party, upto)
                change = late.changes(seen, marks.get(party))
                raw = msgspec.json.encode(change)
                held[party] = made(json.loads(raw), held.get(party, {}))
                marks[party] = change.mark
                expected = msgspec.json.encode(seen)
                assert held[party] == json.loads(expected), (party, upto)
                wholes, told = wholes + len(expected), told + len(raw)

    assert isinstance(seen, View)
    assert told < wholes / 3
