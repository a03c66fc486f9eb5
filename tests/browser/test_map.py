"""The map: what it shows is of the view alone, and what it says of places is true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from geographiclib.geodesic import Geodesic
from mgrs import MGRS
from playwright.sync_api import Page, expect

from browser_harness import Console, ReplayedDesk

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
KHABUR = (35.65, 40.72)
"""Where the case puts its displacement site."""
READOUT = re.compile(r"([\d.]+)° N\s+([\d.]+)° E\s+(\d\d[A-Z] [A-Z]{2} \d{4} \d{4})")


@pytest.fixture
def chart(console: Opened, night: ReplayedDesk) -> Iterator[Page]:
    officer = console(night.url).enter_offered("EAST-TAC.duty")
    expect(officer.page.locator(".maplibregl-canvas")).to_be_visible()
    officer.page.wait_for_timeout(1_500)
    yield officer.page
    assert officer.errors == []


def under_cursor(page: Page, x: float, y: float) -> tuple[float, float, str]:
    """Latitude, longitude and grid reference that the screen says are under a point of the map."""
    box = page.get_by_role("application").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + x, box["y"] + y)
    found = READOUT.search(page.locator(".readout").inner_text())
    assert found is not None
    return float(found[1]), float(found[2]), found[3]


def test_the_grid_reference_under_the_cursor_is_that_of_its_position(chart: Page) -> None:
    for x, y in ((150, 200), (300, 250), (420, 330)):
        lat_deg, lon_deg, grid = under_cursor(chart, x, y)

        assert grid.replace(" ", "") == MGRS().toMGRS(lat_deg, lon_deg, MGRSPrecision=4)


def test_what_is_measured_is_the_geodesic(chart: Page) -> None:
    box = chart.get_by_role("application").bounding_box()
    assert box is not None
    lat_1, lon_1, _ = under_cursor(chart, 150, 200)
    lat_2, lon_2, _ = under_cursor(chart, 430, 340)
    truth = Geodesic.WGS84.Inverse(lat_1, lon_1, lat_2, lon_2)

    chart.keyboard.press("m")
    chart.mouse.click(box["x"] + 150, box["y"] + 200)
    chart.mouse.move(box["x"] + 430, box["y"] + 340)

    said = chart.locator(".readout strong").inner_text()
    found = re.search(r"([\d.]+) km, ([\d.]+)°", said)
    assert found is not None
    assert float(found[1]) == pytest.approx(truth["s12"] / 1_000, abs=0.06)
    assert float(found[2]) == pytest.approx(truth["azi1"] % 360, abs=0.06)
    chart.keyboard.press("Escape")
    expect(chart.locator(".readout strong")).to_have_count(0)


def test_nothing_is_fetched_but_from_the_desk(console: Opened, night: ReplayedDesk) -> None:
    asked: list[str] = []
    officer = console(night.url)
    officer.page.on("request", lambda request: asked.append(request.url))
    officer.enter_offered("HUM-OPS.duty")
    expect(officer.page.locator(".maplibregl-canvas")).to_be_visible()
    officer.page.wait_for_timeout(1_500)

    ours = (night.url, "data:", f"blob:{night.url}")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert any("basemap" in url for url in asked)
    expect(officer.page.get_by_text("Made with Natural Earth")).to_be_visible()


def test_a_layer_and_a_party_can_be_put_aside(chart: Page) -> None:
    chart.keyboard.press("y")
    box = chart.get_by_label("Protected sites")
    expect(box).to_be_checked()

    box.uncheck()
    chart.get_by_label("West Force").uncheck()

    expect(box).not_to_be_checked()
    chart.keyboard.press("Escape")
    expect(box).to_have_count(0)


def test_everything_on_the_map_is_reached_and_read_without_a_mouse(chart: Page) -> None:
    chart.keyboard.press("d")
    listed = chart.get_by_role("region", name="What is on the map")
    expect(listed.get_by_role("button").first).to_be_visible()
    chart.keyboard.type("Khabur")
    chart.keyboard.press("ArrowDown")
    chart.keyboard.press("Enter")

    card = chart.locator(".cards")
    expect(card).to_contain_text("Khabur Displacement Site")
    expect(card).to_contain_text("Protected sites")
    box = chart.get_by_role("application").bounding_box()
    assert box is not None
    lat_deg, lon_deg, _ = under_cursor(chart, box["width"] / 2, box["height"] / 2)
    assert (lat_deg, lon_deg) == pytest.approx(KHABUR, abs=0.2)
    chart.keyboard.press("Escape")
    expect(listed).to_have_count(0)


def test_what_was_said_at_a_level_can_be_put_aside(chart: Page) -> None:
    chart.keyboard.press("y")

    for level in ("tactical", "operational", "strategic"):
        box = chart.get_by_label(level, exact=True)
        expect(box).to_be_checked()
        box.uncheck()
    chart.keyboard.press("d")

    listed = chart.get_by_role("region", name="What is on the map")
    expect(listed.get_by_role("button").first).to_be_visible()
    expect(listed.get_by_text("Positions in messages")).to_have_count(0)
