"""The main states of the console as pictures: `make screenshots` keeps them in docs/pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_harness import Console, ReplayedDesk

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def take(tmp_path: Path) -> Callable[[Page, str], None]:
    folder = Path(os.environ.get("PICTURES", tmp_path))

    def picture(page: Page, name: str) -> None:
        page.wait_for_timeout(2_000)  # the map is drawn a little after everything else
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        assert path.stat().st_size > 10_000

    return picture


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_flash_unanswered_takes_the_top_of_the_screen(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None], scheme: str
) -> None:
    page = console(night.url, color_scheme=scheme).enter_offered("EAST-TAC.duty").page
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    take(page, f"flash-{scheme}")


def test_a_flash_to_answer_on_a_phone(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    page = console(night.url, viewport=PHONE).enter_offered("WESTB-TAC.duty").page
    expect(page.get_by_role("button", name="Answer it now")).to_be_visible()
    take(page, "phone")


def test_lines_and_the_past(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    officer = console(night.url, color_scheme="light").enter_offered("EASTB-OPS.duty")
    officer.press("g l")
    officer.page.get_by_role("slider").click(position={"x": 300, "y": 10})
    expect(officer.page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_be_visible()
    take(officer.page, "past-light")


def test_the_desk_is_not_heard(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    page = console(night.url, color_scheme="dark").enter_offered("EAST-TAC.duty").page
    night.stop_answering()  # for good: this is the last test of the module
    expect(page.get_by_text("NO CONTACT WITH THE DESK").first).to_be_visible()
    take(page, "lost-dark")
