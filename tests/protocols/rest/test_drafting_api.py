"""What is asked before anything is said, over a real port: judged by what the caller sees alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rest_harness import Served, plan, served

WHERE = (35.35, 40.15)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk at which both sides have filed a plan for one place, which neither shows the other."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        for side in ("EAST", "WEST"):
            desk.said(side, "/v1/plans", **plan(f"{side}-1", *WHERE))
        yield desk


def area(*parties: str, **changed: Any) -> dict[str, Any]:
    """The fields of a no-fire area around that place."""
    center = {"lat_deg": WHERE[0], "lon_deg": WHERE[1]}
    footprint = {"shape": "circle", "center": center, "radius_m": 900.0}
    fields = {"measure": "NFA-1", "kind": "no_fire_area", "version": 1, "parties": parties}
    return {**fields, "body": {"footprint": footprint}, **changed}


@pytest.mark.parametrize(("side", "other"), [("EAST", "WEST"), ("WEST", "EAST")])
def test_each_side_is_told_of_its_own_and_nothing_of_the_others(
    desk: Served, side: str, other: str
) -> None:
    size = desk.as_(side).get("/v1/me").json()["size"]

    answer = desk.as_(side).post("/v1/judgements/measure", json=area(side, other))

    assert answer.status_code == 200, answer.text
    told = answer.json()
    shown = {each["id"] for each in desk.as_(side).get("/v1/view").json()["plans"]}
    assert {each["a"] for each in told["met"]} | {each["b"] for each in told["met"]} == {
        "NFA-1",
        *shown,
    }
    assert shown == {f"{side}-1"}
    assert f"{other}-1" not in answer.text
    assert told["told_by"] == 0
    assert len(told["check_phrase"].split()) == 5
    assert desk.as_(side).get("/v1/me").json()["size"] == size


def test_a_measure_around_what_the_caller_does_not_see_is_refused_as_around_nothing(
    desk: Served,
) -> None:
    agreed = area("EAST", "HUM", measure="NFA-2")
    proposal = desk.said("EAST-TAC.commander", "/v1/measures", **agreed)["index"]
    phrase = desk.as_("EAST").get("/v1/phrases/NFA-2", params={"version": 1}).json()["check_phrase"]
    body = {"check_phrase": phrase}
    cosigned = {"version": 1, "proposal": proposal, "body": body}
    for side in ("EAST", "HUM"):
        desk.said(f"{side}-TAC.commander", "/v1/measures/NFA-2/cosign", **cosigned)
    buffer = {"measure": "BUF-1", "kind": "buffer", "parties": ["AID", "HUM"], "within_m": 0.01}

    def judged(side: str, of: str) -> Any:
        return desk.as_(side).post("/v1/judgements/measure", json={**buffer, "of": of})

    hidden, none = judged("AID", "NFA-2"), judged("AID", "NFA-9")

    assert judged("HUM", "NFA-2").status_code == 200
    assert hidden.status_code == none.status_code == 404
    assert hidden.text == none.text.replace("NFA-9", "NFA-2")
