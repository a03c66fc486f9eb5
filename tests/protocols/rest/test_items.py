"""Every list answers for one thing by its name: with the item, or with all that go by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openline.protocols.rest.reads import SECTIONS
from rest_harness import Served, open_line, plan, served

PLACE = {"shape": "circle", "center": {"lat_deg": 35.5, "lon_deg": 40.15}, "radius_m": 500.0}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk at which both sides have plans that meet, and a measure has been proposed twice."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        open_line(desk)
        for side in ("EAST", "WEST"):
            desk.said(side, "/v1/plans", **plan(f"{side}-1", 35.35, 40.15))
        for version in (1, 2):
            desk.said(
                "EAST-TAC.commander",
                "/v1/measures",
                measure="NFA-1",
                kind="no_fire_area",
                version=version,
                parties=["EAST", "WEST"],
                body={"footprint": PLACE},
            )
        yield desk


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.path)
def test_every_list_answers_for_each_of_its_items_by_its_name(desk: Served, section) -> None:
    east = desk.as_("EAST")
    if section.id is None:
        assert east.get(f"/v1/{section.path}/anything").status_code == 404
        return
    for item in east.get(f"/v1/{section.path}").json()["items"]:
        found = east.get(f"/v1/{section.path}/{item[section.id]}").json()
        assert item in (found["items"] if section.several else [found])
    nothing = east.get(f"/v1/{section.path}/no-such-thing")
    assert nothing.status_code == 404
    assert f"List them at /v1/{section.path}." in nothing.json()["detail"]


def test_the_versions_of_one_measure_are_read_by_its_id(desk: Served) -> None:
    found = desk.as_("WEST").get("/v1/measures/NFA-1").json()

    assert [each["version"] for each in found["items"]] == [2]
    assert [each["state"] for each in found["items"]] == ["proposed"]
    assert "never an approval" in found["no_approval"]
