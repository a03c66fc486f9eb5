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
REPORT = Path(__file__).resolve().parents[1] / "reports" / "case" / "2017-09-18.txt"


@pytest.fixture
def take(tmp_path: Path) -> Callable[[Page, str], None]:
    folder = Path(os.environ.get("PICTURES", tmp_path))

    def picture(page: Page, name: str) -> None:
        page.wait_for_timeout(6_000)  # the map is drawn a little after everything else
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


def test_a_movement_is_judged_before_it_is_filed(
    console: Opened, afternoon: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    aid = console(afternoon.url, color_scheme="light").enter_offered("AID-TAC.duty")
    aid.press("s n 3")
    form = aid.page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Convoy Ten (INVENTED)")
    form.get_by_label("Type").fill("convoy")
    form.get_by_role("radio", name="not stated").check()
    form.get_by_label("Starts").fill("221500Z")
    form.get_by_label("Ends").fill("221900Z")
    form.get_by_label("Where").fill(
        "35.47, 40.07 N-001 37SEV970256\n35.33, 40.115 City 37SFV513304"
    )
    expect(form.get_by_text("37SFV513304")).to_be_visible()
    form.get_by_role("button", name="Hold it against").click()
    expect(form.get_by_role("region", name="Held against")).to_be_visible()
    take(aid.page, "judged-light")


def test_a_version_is_cosigned_and_accounts_stand_side_by_side(
    console: Opened, afternoon: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    chief = console(afternoon.url, color_scheme="dark").enter_offered("EAST-OPS.commander")
    chief.press("g a o")
    expect(chief.page.locator(".phrase")).to_be_visible()
    expect(chief.page.locator(".cosigned b")).to_have_count(2)  # both proven
    take(chief.page, "cosign-dark")

    duty = console(afternoon.url, color_scheme="light").enter_offered("EAST-TAC.duty")
    duty.press("g i")
    take(duty.page, "incident-light")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_entry_is_proven_in_the_browser(
    console: Opened, afternoon: ReplayedDesk, take: Callable[[Page, str], None], language: str
) -> None:
    officer = console(afternoon.url, color_scheme="light").enter_offered("EAST-TAC.duty")
    officer.page.locator("header select").select_option(language)
    officer.press("g r")
    officer.page.locator("li:not(.hashed) > button.entry").first.click()
    expect(officer.page.locator(".proven").first).to_be_visible()
    take(officer.page, f"record-{language}")


def test_panes_of_what_was_told_in_both_directions(
    console: Opened, afternoon: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    aid = console(afternoon.url, color_scheme="dark").enter_offered("AID-TAC.commander")
    aid.press("g n")
    take(aid.page, "notices-dark")
    aid.page.close()

    chief = console(afternoon.url, color_scheme="light").enter_offered("EAST-OPS.commander")
    chief.page.locator("header select").select_option("ar")
    chief.press("g a")
    chief.page.locator("details summary").first.click()
    expect(chief.page.locator(".cosigned b").first).to_be_visible()
    take(chief.page, "ground-ar")


def test_a_measure_is_judged_before_it_is_proposed(
    console: Opened, afternoon: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    chief = console(afternoon.url, color_scheme="dark").enter_offered("EAST-OPS.commander")
    chief.press("s a 6")
    form = chief.page.get_by_role("dialog")
    form.get_by_role("radio", name="around a place").check()
    form.get_by_label("Where").fill("35.33600, 40.14000")
    form.get_by_label("Radius").fill("1500")
    form.get_by_label("West Force", exact=True).check()
    form.get_by_role("button", name="Hold it against").click()
    expect(form.get_by_role("region", name="Held against")).to_be_visible()
    take(chief.page, "measure-dark")


def test_what_the_press_says_becomes_drafts_and_alarms_stand_by_need(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    duty = console(night.url, color_scheme="light").enter_offered("EAST-TAC.duty")
    duty.press("g p")
    duty.page.get_by_label("or a file").set_input_files(REPORT)
    expect(duty.page.locator("#draft-0")).to_be_visible()
    take(duty.page, "press-light")
    duty.press("g s")
    take(duty.page, "alarms-light")


def test_a_plan_is_filed_on_a_phone(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    duty = console(night.url, viewport=PHONE, color_scheme="dark").enter_offered("EAST-TAC.duty")
    duty.press("s p")
    form = duty.page.get_by_role("dialog")
    form.get_by_label("Where").fill("35.20000, 40.10000 Gate\n35.25000, 40.15000\nthe old bridge")
    expect(form.get_by_text("row 3: no position in it")).to_be_visible()
    form.get_by_label("Positions true to").focus()
    take(duty.page, "plan-phone")


def test_the_desk_is_not_heard(
    console: Opened, night: ReplayedDesk, take: Callable[[Page, str], None]
) -> None:
    page = console(night.url, color_scheme="dark").enter_offered("EAST-TAC.duty").page
    night.stop_answering()  # for good: this is the last test of the module
    expect(page.get_by_text("NO CONTACT WITH THE DESK").first).to_be_visible()
    take(page, "lost-dark")
