"""Ground said in whatever form people have it: judged first, then filed; and one's forward line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console
from openline.domain.airspace import Circle, Corridor, Footprint, Polygon
from openline.domain.statement import Attested
from openline.sealing import entry_from_row
from rest_harness import SOON, Served, plan, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
JUDGED: Final = "Held against what you may see"
WHEN: Final = [(SOON + timedelta(hours=each)).strftime("%Y-%m-%dT%H:%MZ") for each in (0, 2)]
ROWS: Final = "35.20000, 40.10000\n35.25000, 40.15000"
GRID: Final = "37SFV0361008300\n37SFV0411008900"
GEOJSON: Final = '{"type":"LineString","coordinates":[[40.1,35.2],[40.15,35.25]]}'
KML: Final = (
    "<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "40,35 40.1,35 40.1,35.1 40,35</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark></kml>"
)
GPX: Final = '<gpx><rte><rtept lat="35" lon="40"/><rtept lat="35.1" lon="40"/></rte></gpx>'
BOW: Final = '{"type":"Polygon","coordinates":[[[40,35],[40.1,35.1],[40.1,35],[40,35.1],[40,35]]]}'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("ground")) as desk:
        yield desk


@pytest.fixture
def east(console: Opened, desk: Served) -> Iterator[Console]:
    opened = console(desk.url).enter_with(desk.keys / "EAST-TAC.duty.key", "EAST-TAC.duty")
    yield opened.at_the_desk()
    opened.page.close()


def planned(east: Console, where: str, shape: str = "way") -> Any:
    east.press("s p")
    form = east.page.get_by_role("dialog")
    form.get_by_role("group", name="What it occupies").get_by_role(
        "radio", name=re.compile(shape)
    ).check()
    form.get_by_label("Starts").fill(WHEN[0])
    form.get_by_label("Ends").fill(WHEN[1])
    form.get_by_label("Where").fill(where)
    return form


def judge(form: Any) -> Any:
    form.get_by_role("button", name="Hold it against").click()
    told = form.get_by_role("region", name=JUDGED)
    expect(told).to_be_visible()
    return told


def filed(form: Any, desk: Served, name: str) -> tuple[Footprint, ...]:
    """The footprints of the plan as the desk holds it once it was judged and then filed."""
    form.get_by_label("Name in the record").fill(name)
    judge(form)
    assert name not in desk.service.read(lambda state: state.plans)  # judging files nothing
    form.get_by_role("button", name="File it").click()
    expect(form).to_be_hidden()
    held = desk.service.read(lambda state: state.plans[name])
    assert held.body is not None
    return tuple(each.footprint for each in held.body.volumes)


def refused(form: Any, button: str, why: str) -> None:
    form.get_by_role("button", name=re.compile(button)).click()
    expect(form.get_by_role("alert")).to_contain_text(why)


def test_a_plan_is_filed_of_positions_grid_references_and_files(
    east: Console, desk: Served
) -> None:
    for name, where in (("ROWS", ROWS), ("GRID", GRID), ("JSON", GEOJSON), ("GPX", GPX)):
        (way,) = filed(planned(east, where), desk, f"P-{name}")
        assert isinstance(way, Corridor)
        assert (len(way.path), way.width_m) == (2, 1_000.0)
    assert way.path == ((40.0, 35.0), (40.0, 35.1))
    (area,) = filed(planned(east, KML), desk, "P-KML")
    assert isinstance(area, Polygon)
    (place,) = filed(planned(east, ROWS.splitlines()[0], "place"), desk, "P-PLACE")
    assert isinstance(place, Circle)
    assert place.radius_m == 1_000.0
    east.leave()


def test_a_drawn_area_is_judged_against_what_one_sees_and_then_filed(
    east: Console, desk: Served
) -> None:
    form = planned(east, "", "area")
    form.get_by_role("button", name="Draw on the map").click()
    east.press("Space ArrowRight Space ArrowDown Space Enter")
    expect(form).to_be_visible()
    ring = re.findall(r"\[([\d.]+),([\d.]+)\]", form.get_by_label("Where").input_value())
    assert len(ring) == 4
    lon_deg, lat_deg = map(float, ring[0])
    desk.said("WEST", "/v1/plans", **plan("W-SHOWN", lat_deg, lon_deg))
    desk.said("WEST-TAC.commander", "/v1/plans/W-SHOWN/release", to=["EAST"])
    desk.said("WEST", "/v1/plans", **plan("W-HIDDEN", lat_deg, lon_deg))

    told = judge(form)

    expect(told).to_contain_text("W-SHOWN")
    assert "W-HIDDEN" not in told.inner_text()
    assert isinstance(filed(form, desk, "P-DRAWN")[0], Polygon)


def test_ground_that_cannot_be_taken_is_told_beside_the_button_and_nothing_is_filed(
    east: Console, desk: Served
) -> None:
    before = len(desk.service.read(lambda state: state.plans))
    form = planned(east, "")
    for where, why in (
        ("", "Not filled in: Where"),
        (ROWS + "\nthe old bridge", "row 3: no position in it"),
        (BOW, "cross"),
        (
            KML.replace(
                "</kml>",
                "<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></kml>",
            ),
            "Leave one of the two",
        ),
    ):
        form.get_by_label("Where").fill(where)
        refused(form, "Hold it against", why)
    form.get_by_label("Where").fill(ROWS)
    form.get_by_label("Starts").fill(WHEN[1])
    form.get_by_label("Ends").fill(WHEN[0])
    refused(form, "Hold it against", "ends before it starts")
    assert len(desk.service.read(lambda state: state.plans)) == before


def test_a_width_of_ground_that_bounds_itself_is_refused_and_an_area_has_no_field_for_one(
    east: Console, desk: Served
) -> None:
    form = planned(east, KML, "place")
    form.get_by_label("Radius").fill("500")
    refused(form, "Hold it against", "this would say nothing of it")
    form.get_by_label("Radius").fill("1.500")
    refused(form, "Hold it against", "Not a number that can be read in one way only")
    form.get_by_role("radio", name=re.compile("area")).check()
    expect(form.get_by_label("Radius")).to_have_count(0)
    expect(form.get_by_label("Full width")).to_have_count(0)

    (area,) = filed(form, desk, "P-BOUND")

    assert isinstance(area, Polygon)


def test_ones_own_plans_come_first_and_the_search_finds_every_other(
    east: Console, desk: Served
) -> None:
    desk.said("WEST", "/v1/plans", **plan("W-FIRST", 36.0, 38.0))
    desk.said("WEST-TAC.commander", "/v1/plans/W-FIRST/release", to=["EAST"])
    for number in range(210):
        desk.said("EAST", "/v1/plans", **plan(f"E-{number}", 36.0 + number / 100, 39.0))
    east.press("g a")
    plans = east.page.get_by_role("list", name="Plans")
    listed = plans.get_by_role("listitem")
    expect(listed).to_have_count(201)  # and how many there are in all
    expect(plans).not_to_contain_text("W-FIRST")
    east.page.get_by_role("searchbox").fill("E-209")
    expect(listed).to_have_count(1)
    plans.get_by_role("button", name="Withdraw").click()
    form = east.page.get_by_role("dialog")
    expect(form).to_contain_text("E-209")
    east.page.keyboard.press("Escape")
    east.page.get_by_role("searchbox").fill("w-first")
    expect(plans).to_contain_text("W-FIRST")


def test_a_forward_line_is_stated_with_how_true_it_is_and_a_row_unread_states_none(
    east: Console, desk: Served
) -> None:
    east.press("s e")
    form = east.page.get_by_role("dialog")
    form.get_by_label("Where").fill(ROWS + "\n??")
    refused(form, "State it", "row 3: no position in it")
    form.get_by_label("Where").fill(ROWS)
    form.get_by_label("Positions true to").fill("two hundred")
    refused(form, "State it", "Not a number that can be read in one way only")
    assert desk.service.read(lambda state: len(state.edges)) == 0
    form.get_by_label("Positions true to").fill("200")
    form.get_by_role("button", name="State it").click()
    expect(form).to_be_hidden()

    (edge,) = desk.service.read(lambda state: list(state.edges.values()))
    assert edge.party == "EAST"
    assert edge.reports[-1].accuracy_m == 200.0
    assert edge.reports[-1].path == ((40.1, 35.2), (40.15, 35.25))
    east.press("g a")
    expect(east.page.get_by_text("true to 200 m")).to_be_visible()


def test_what_is_said_without_a_key_is_marked_as_the_desks_word_before_and_after(
    console: Opened, desk: Served
) -> None:
    bearer = desk.as_("WEST-TAC.duty").headers["Authorization"].removeprefix("Bearer ")
    west = console(desk.url)
    west.page.goto(west.url)
    west.page.get_by_text("With a token").click()
    west.page.get_by_label("Bearer token").fill(bearer)
    west.page.locator("details[open]").get_by_role("button").click()
    west.at_the_desk()
    expect(west.page.get_by_text("Attested by the desk", exact=True)).to_be_visible()
    west.press("s e")
    form = west.page.get_by_role("dialog")
    expect(form.get_by_text("nothing here is signed by you")).to_be_visible()
    form.get_by_label("Where").fill(ROWS)
    form.get_by_role("button", name="State it").click()
    expect(form).to_be_hidden()

    expect(west.page.get_by_text("attested by the desk.")).to_be_visible()
    journal = desk.service.journal
    *_, said = (
        entry
        for entry in map(entry_from_row, journal.read(0, journal.size()))
        if entry.author.party == "WEST"
    )
    assert isinstance(said.word, Attested)
    west.press("g r")
    expect(west.page.locator(f"#entry-{said.index}")).to_contain_text("attested")
    west.leave()
