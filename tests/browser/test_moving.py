"""Tracks and many things on the map: each is drawn where it is now, and none is lost in a crowd."""

from __future__ import annotations

import io
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from browser_harness import Console
from rest_harness import Served, away, plan

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
OFFICER: Final = "EAST-TAC.duty"
MIDDLE: Final = (35.4, 40.1)
"""Where an empty map has its middle."""
OURS: Final = np.array([0x6B, 0x4A, 0xA3])
"""What the second party's things are drawn in, in light."""
SOON_MS: Final = 20_000
LAST: Final = "P-300"
READOUT = re.compile(r"([\d.]+)° N\s+([\d.]+)° E")


class Chart(NamedTuple):
    """An officer's map, and where on the screen it begins."""

    page: Page
    left: float
    top: float
    width: float
    height: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude that the screen says are under a point of the map."""
        self.page.mouse.move(self.left + x, self.top + y)
        found = READOUT.search(self.page.locator(".readout").inner_text())
        assert found is not None
        return float(found[1]), float(found[2])

    def is_drawn(self, x: float, y: float, reach: int = 1) -> bool:
        """Whether something of the party's colour is within so many pixels of a point."""
        return near(self.pixels(), x, y, reach)

    def pixels(self) -> NDArray[np.float64]:
        raw = self.page.screenshot(
            clip={"x": self.left, "y": self.top, "width": self.width, "height": self.height}
        )
        return np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"), dtype=np.float64)

    def until(self, x: float, y: float, drawn: bool) -> None:
        """Waits until something is drawn at a point, or nothing is any more."""
        for _ in range(SOON_MS // 500):
            if self.is_drawn(x, y) is drawn:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"after 20 s {'nothing' if drawn else 'something'} is at {x}, {y}")


def near(pixels: NDArray[np.float64], x: float, y: float, reach: int) -> bool:
    square = pixels[
        int(y) - reach : int(y) + reach + 1,
        int(x) - reach : int(x) + reach + 1,
    ]
    return bool((np.abs(square - OURS).sum(axis=2) < 130).any())


@pytest.fixture
def chart(console: Opened, desk: Served) -> Iterator[Chart]:
    officer = console(desk.url, color_scheme="light")
    officer.enter_with(desk.keys / f"{OFFICER}.key", OFFICER).at_the_desk()
    canvas = officer.page.locator(".maplibregl-canvas")
    expect(canvas).to_be_visible()
    officer.page.wait_for_timeout(1_500)
    box = canvas.bounding_box()
    assert box is not None
    yield Chart(officer.page, box["x"], box["y"], box["width"], box["height"])
    officer.leave()


def fix(track: str, place: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {
        "track": track,
        "party": "EAST",
        "kind": "ground",
        "at": datetime.now(UTC).isoformat(),
        "position": {"lat_deg": place[0], "lon_deg": place[1]},
        **more,
    }


def report(desk: Served, *fixes: dict[str, Any]) -> None:
    assert desk.as_("EAST").post("/v1/tracks", json={"fixes": fixes}).status_code == 202


@contextmanager
def reported(desk: Served, fixes: list[dict[str, Any]]) -> Iterator[None]:
    """Says the same of these tracks once a second, so that they stay fresh."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(1.0):
            report(desk, *({**each, "at": datetime.now(UTC).isoformat()} for each in fixes))

    report(desk, *fixes)
    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_track_that_moves_is_drawn_at_its_new_place_and_no_more_at_the_old(
    desk: Served, chart: Chart
) -> None:
    was, now = (250.0, 260.0), (430.0, 380.0)
    report(desk, fix("E-1", chart.place(*was)))
    chart.until(*was, drawn=True)

    report(desk, fix("E-1", chart.place(*now), height_m=120.0))
    chart.until(*now, drawn=True)

    assert not chart.is_drawn(*was)
    chart.page.mouse.click(chart.left + now[0], chart.top + now[1])
    card = chart.page.locator(".cards")
    expect(card).to_contain_text("E-1")
    expect(card).to_contain_text("120 m")


def test_the_card_of_a_track_says_how_old_its_last_fix_is_by_now(
    desk: Served, chart: Chart
) -> None:
    at = (300.0, 300.0)
    report(desk, fix("E-1", chart.place(*at)))
    chart.until(*at, drawn=True)

    chart.page.mouse.click(chart.left + at[0], chart.top + at[1])

    card = chart.page.locator(".cards")
    said = re.compile(r"(\d+) s old")
    first = said.search(card.inner_text())
    assert first is not None
    chart.page.wait_for_timeout(4_000)
    later = said.search(card.inner_text())
    assert later is not None
    assert int(later[1]) >= int(first[1]) + 2


def test_a_track_whose_fix_is_stale_is_a_ring_and_said_to_be_unknown(
    desk: Served, chart: Chart
) -> None:
    fresh, stale = (250.0, 260.0), (430.0, 380.0)
    old = (datetime.now(UTC) - timedelta(minutes=20)).isoformat()
    report(
        desk, fix("E-1", chart.place(*fresh)), fix("E-2", chart.place(*stale), at=old, speed_mps=9)
    )
    chart.until(*fresh, drawn=True)

    assert not chart.is_drawn(*stale)
    assert chart.is_drawn(*stale, reach=6)
    chart.page.mouse.click(chart.left + stale[0], chart.top + stale[1])
    expect(chart.page.locator(".cards")).to_contain_text("UNKNOWN where it is now")


def test_tracks_put_aside_by_kind_or_party_are_not_drawn_until_they_are_wanted_again(
    desk: Served, chart: Chart
) -> None:
    at = (500.0, 400.0)
    report(desk, fix("E-1", chart.place(*at)))
    chart.until(*at, drawn=True)
    chart.page.keyboard.press("y")

    for name in ("Live tracks", "EAST"):
        box = chart.page.get_by_label(name, exact=True)
        box.uncheck()
        chart.until(*at, drawn=False)
        box.check()
        chart.until(*at, drawn=True)


def test_of_a_crowd_every_track_is_drawn_found_and_from_near_named(
    desk: Served, chart: Chart
) -> None:
    corners = [chart.place(*at) for at in ((150.0, 150.0), (650.0, 550.0))]
    (north, west), (south, east) = corners
    ys, xs = np.mgrid[150:551:25, 150:651:20]
    lat_deg = latitudes(ys.ravel(), (150.0, north), (550.0, south))
    lon_deg = west + (east - west) * (xs.ravel() - 150.0) / 500.0
    fixes = [
        fix(f"E-{number}", place)
        for number, place in enumerate(zip(lat_deg.tolist(), lon_deg.tolist(), strict=True))
    ]
    with reported(desk, fixes):
        told = chart.page.locator(".readout")
        expect(told).to_contain_text(f"Names of 0 of {len(fixes)} tracks")
        chart.until(float(xs[0, 0]), float(ys[0, 0]), drawn=True)

        pixels = chart.pixels()
        lost = [at for at in zip(xs.ravel(), ys.ravel(), strict=True) if not near(pixels, *at, 2)]
        assert (len(fixes), lost) == (442, [])

        chart.page.keyboard.press("d")
        chart.page.keyboard.type("E-441")
        listed = chart.page.get_by_role("region", name="What is on the map")
        expect(listed.get_by_role("button")).to_have_count(1)
        chart.page.keyboard.press("ArrowDown")
        chart.page.keyboard.press("Enter")
        expect(told).to_contain_text("Names of 1 of 442 tracks")
        chart.until(chart.width / 2, chart.height / 2, drawn=True)


def show_a_crowd(desk: Served, chart: Chart) -> None:
    """301 plans, and all of them in sight."""
    for number in range(300):
        desk.said("EAST", "/v1/plans", **plan(f"P-{number}", 33.0 + number / 100, 38.0))
    with chart.page.expect_response(
        lambda answer: "/v1/view" in answer.url and LAST in answer.text()
    ):
        desk.said("EAST", "/v1/plans", **plan(LAST, 36.0, 38.0))
    chart.page.wait_for_timeout(1_000)
    chart.page.keyboard.press("0")  # all of it in sight
    chart.page.wait_for_timeout(1_000)


def test_a_plan_amended_among_hundreds_is_drawn_at_its_new_place_alone(
    desk: Served, chart: Chart
) -> None:
    was, now = (250.0, 260.0), (430.0, 380.0)
    show_a_crowd(desk, chart)
    moved = [
        {**plan("P-moved", *chart.place(*at)), "version": version}
        for version, at in enumerate((was, now), 1)
    ]
    desk.said("EAST", "/v1/plans", **moved[0])
    chart.until(*was, drawn=True)

    desk.said("EAST", "/v1/plans", **moved[1])
    chart.until(*now, drawn=True)
    chart.until(*was, drawn=False)


def test_small_areas_and_ways_in_a_crowd_of_plans_are_seen_from_afar(
    desk: Served, chart: Chart
) -> None:
    show_a_crowd(desk, chart)
    places = [(150.0 + 40 * number, 150.0 + 30 * number) for number in range(6)]
    for number, at in enumerate(places):
        way = number % 2 == 1
        desk.said("EAST", "/v1/plans", **small_plan(f"S-{number}", *chart.place(*at), way=way))
    chart.until(*places[-1], drawn=True)

    pixels = chart.pixels()

    assert [at for at in places if not near(pixels, *at, 2)] == []


def small_plan(name: str, lat_deg: float, lon_deg: float, way: bool) -> dict[str, Any]:
    """A plan 200 m across, far less than a pixel of the whole country: an area or a way."""
    far = 0.002
    ring = [[lon_deg, lat_deg], [lon_deg + far, lat_deg], [lon_deg + far, lat_deg + far]]
    footprint: dict[str, Any] = {"shape": "polygon", "rings": [[ring]]}
    if way:
        footprint = {"shape": "corridor", "path": ring[:2], "width_m": 50.0}
    return {**plan(name, lat_deg, lon_deg), "body": {"volumes": [{"footprint": footprint}]}}


def test_tracks_grow_stale_while_the_desk_is_away(console: Opened, desk: Served) -> None:
    officer = console(desk.url, color_scheme="light")
    officer.page.clock.install()
    officer.enter_with(desk.keys / f"{OFFICER}.key", OFFICER).at_the_desk()
    officer.page.wait_for_timeout(1_500)
    box = officer.page.locator(".maplibregl-canvas").bounding_box()
    assert box is not None
    chart = Chart(officer.page, box["x"], box["y"], box["width"], box["height"])
    at = (300.0, 300.0)
    report(desk, fix("E-1", chart.place(*at), speed_mps=9))
    chart.until(*at, drawn=True)
    chart.page.mouse.click(chart.left + at[0], chart.top + at[1])
    card = chart.page.locator(".cards")
    expect(card).to_contain_text("s old")

    with away(desk):
        expect(chart.page.get_by_text("NO CONTACT WITH THE DESK").first).to_be_visible()
        chart.page.clock.fast_forward("20:00")
        expect(card).to_contain_text("UNKNOWN where it is now")
        chart.page.mouse.move(0, 0)
        chart.page.wait_for_timeout(2_000)
        inside, around = unlike_the_ground(chart.pixels(), *at)

    assert around  # a ring,
    assert not inside  # with nothing in it


def unlike_the_ground(pixels: NDArray[np.float64], x: float, y: float) -> tuple[bool, bool]:
    """Whether a dot's middle differs from the ground beside it, and whether its rim does."""
    column, row = int(x), int(y)
    away = np.abs(pixels - pixels[row, column + 25]).sum(axis=2)
    square = away[row - 6 : row + 7, column - 6 : column + 7]
    return bool(away[row, column] > 60), bool((square > 60).any())


def latitudes(
    ys: NDArray[np.int_], first: tuple[float, float], last: tuple[float, float]
) -> NDArray[np.float64]:
    """The latitudes of these rows of pixels, by those of two: a Mercator map is even in neither."""

    def stretched(lat_deg: float) -> float:
        return math.asinh(math.tan(math.radians(lat_deg)))

    (y0, lat0), (y1, lat1) = first, last
    part = (ys - y0) / (y1 - y0)
    even = stretched(lat0) + part * (stretched(lat1) - stretched(lat0))
    return np.degrees(np.arctan(np.sinh(even)))
