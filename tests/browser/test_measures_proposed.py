"""Measures: proposed once they were judged, and each kind asks for what it takes and no more."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Route, expect

from browser_harness import Console
from openline.domain.airspace import Circle, Corridor
from openline.domain.measure import MeasureState
from rest_harness import Served, open_line, plan, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
JUDGE: Final = "Hold it against"
RIVER: Final = "35.45000, 40.00000\n35.30000, 40.30000"
SPOT: Final = "35.20000, 40.10000"
OUTLINE: Final = '{"type":"Polygon","coordinates":[[[40,35],[40.1,35],[40.1,35.1],[40,35]]]}'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("measures")) as desk:
        open_line(desk)
        yield desk


def chief_of(console: Opened, desk: Served, party: str) -> Console:
    position = f"{party}-TAC.commander"
    return console(desk.url).enter_with(desk.keys / f"{position}.key", position).at_the_desk()


def proposing(east: Console, kind: str, name: str) -> Any:
    east.press("s a")
    form = east.page.get_by_role("dialog")
    form.get_by_role("radio", name=re.compile(kind)).check()
    form.get_by_label("WEST", exact=True).check()
    form.get_by_label("Name in the record").fill(name)
    return form


def refused(form: Any, why: str) -> None:
    form.get_by_role("button", name=re.compile(JUDGE)).click()
    expect(form.get_by_role("alert")).to_contain_text(why)


def test_a_separation_line_has_no_width_to_fill_in_and_says_who_belongs_where(
    console: Opened, desk: Served
) -> None:
    east = chief_of(console, desk, "EAST")
    form = proposing(east, "separation line", "SEP-1")
    expect(form.get_by_label("Width")).to_have_count(0)
    refused(form, "Not filled in: Where")
    form.get_by_label("Where").fill(RIVER + "\nthe ford")
    refused(form, "row 3: no position in it")
    form.get_by_label("Where").fill(RIVER)
    refused(form, "say on which side of a separation line who belongs")
    assert "SEP-1/v1" not in desk.service.read(lambda state: state.measures)

    for party, side in (("EAST", "left"), ("WEST", "right")):
        belongs = form.get_by_role("group", name=f"{party} belongs on the side")
        belongs.get_by_role("radio", name=side).check()
    form.get_by_role("button", name=JUDGE).click()
    expect(form.get_by_role("region", name="Held against what you may see")).to_be_visible()
    assert "SEP-1/v1" not in desk.service.read(lambda state: state.measures)
    form.get_by_role("button", name="Propose it").click()
    expect(form).to_be_hidden()

    held = desk.service.read(lambda state: state.measures["SEP-1/v1"])
    assert held.state is MeasureState.PROPOSED
    assert isinstance(held.body.footprint, Corridor)
    assert held.body.footprint.width_m == 0.0
    assert {party: str(side) for party, side in held.body.homes.items()} == {
        "EAST": "left",
        "WEST": "right",
    }
    east.page.close()


def test_a_measure_is_held_against_what_one_sees_before_it_is_proposed(
    console: Opened, desk: Served
) -> None:
    desk.said("EAST", "/v1/plans", **plan("E-OWN", 35.2, 40.1))
    desk.said("WEST", "/v1/plans", **plan("W-HIDDEN", 35.2, 40.1))
    before = desk.service.journal.size()
    east = chief_of(console, desk, "EAST")
    form = proposing(east, "no-fire area", "NFA-1")
    form.get_by_role("radio", name=re.compile("around a place")).check()
    form.get_by_label("Where").fill(SPOT)
    form.get_by_label("Radius").fill("1,500")
    refused(form, "Not a number that can be read in one way only")
    form.get_by_label("Where").fill(OUTLINE)
    form.get_by_label("Radius").fill("500")
    refused(form, "this would say nothing of it")
    form.get_by_label("Where").fill(SPOT)
    form.get_by_label("Radius").fill("1500")
    form.get_by_role("button", name=JUDGE).click()

    told = form.get_by_role("region", name="Held against what you may see")
    expect(told).to_contain_text("E-OWN")
    assert "W-HIDDEN" not in told.inner_text()
    assert desk.service.journal.size() == before  # judging says nothing
    phrase = told.locator(".phrase strong").inner_text()
    form.get_by_label("Radius").fill("900")
    expect(form.get_by_role("button", name="Propose it")).to_have_count(0)
    form.get_by_label("Radius").fill("1500")
    form.get_by_role("button", name="Propose it").click()
    expect(form).to_be_hidden()
    held = desk.service.read(lambda state: state.measures["NFA-1/v1"])
    assert isinstance(held.body.footprint, Circle)
    assert held.body.footprint.radius_m == 1_500.0
    read = desk.as_("WEST-TAC.commander").get("/v1/phrases/NFA-1?version=1").json()
    assert read["check_phrase"] == phrase
    east.leave()


def proposed(desk: Served, name: str) -> int:
    """A no-fire area that EAST has cosigned under a token, and WEST not; the entry of it."""
    footprint = {"shape": "circle", "center": {"lat_deg": 35.5, "lon_deg": 40.5}, "radius_m": 400}
    told = desk.said(
        "EAST-TAC.commander",
        "/v1/measures",
        measure=name,
        kind="no_fire_area",
        parties=["EAST", "WEST"],
        body={"footprint": footprint},
    )
    index: int = told["index"]
    phrase = desk.as_("EAST").get(f"/v1/phrases/{name}", params={"version": 1}).json()
    read = {"check_phrase": phrase["check_phrase"]}
    by = {"version": 1, "proposal": index, "body": read}
    desk.said("EAST-TAC.commander", f"/v1/measures/{name}/cosign", **by)
    return index


def test_a_cosignature_is_shown_with_its_position_its_key_and_whether_its_proof_holds(
    console: Opened, desk: Served
) -> None:
    proposed(desk, "NFA-2")
    west = chief_of(console, desk, "WEST")
    west.press("g a")
    measure = west.page.locator("[data-row]").filter(has_text="NFA-2")
    measure.get_by_role("button", name="Cosign version 1").click()
    form = west.page.get_by_role("dialog")
    cosigned = form.get_by_role("list", name="Who cosigned, and with which key")
    expect(cosigned).to_contain_text("EAST-TAC.commander")
    expect(cosigned).to_contain_text("on the desk's word alone")
    form.get_by_label("as you heard it").fill(form.locator(".phrase strong").inner_text())
    form.get_by_role("button", name="Cosign version 1").click()
    expect(form).to_be_hidden()
    west.leave()

    key = next(
        each.kid
        for each in desk.service.read(lambda state: list(state.keys.values()))
        if each.position == "WEST-TAC.commander"
    )
    east = chief_of(console, desk, "EAST")
    east.press("g a")
    measure = east.page.locator("[data-row]").filter(has_text="NFA-2")
    measure.get_by_text("Who cosigned, and with which key").click()
    shown = measure.get_by_role("listitem").filter(has_text="WEST-TAC.commander")
    expect(shown).to_contain_text("proven in this browser")
    expect(shown).to_contain_text(key[:12])
    east.leave()


def test_a_cosignature_that_its_key_did_not_make_is_shown_as_not_proven(
    console: Opened, desk: Served
) -> None:
    proposed(desk, "NFA-3")
    west = chief_of(console, desk, "WEST")

    def forged(route: Route) -> None:
        answer = route.fetch().json()
        for each in answer["entries"]:
            if "NFA-3" in payload_of(each["leaf"] or "..") and "cosigned" in payload_of(
                each["leaf"]
            ):
                each["leaf"] = each["leaf"][:-12] + "A" * 12
        route.fulfill(json=answer)

    west.page.route("**/v1/record/entries?*", forged)
    west.press("g a")
    measure = west.page.locator("[data-row]").filter(has_text="NFA-3")
    measure.get_by_text("Who cosigned, and with which key").click()
    shown = measure.get_by_role("listitem").filter(has_text="EAST-TAC.commander")
    expect(shown).to_contain_text("NOT PROVEN")
    west.page.close()


def payload_of(leaf: str) -> str:
    part = leaf.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
