"""The desk heard and not heard: what is lost shows within five seconds, and nothing is missed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk
from rest_harness import Served, away, open_line

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
LOST = "NO CONTACT WITH THE DESK"
SHOWN_WITHIN_MS = 5_000
NOTE_WHEN_LOST = """() => new MutationObserver(() => {
  if (document.querySelector(".lost[role=alert]")) window.lostAt ??= Date.now();
}).observe(document.body, {subtree: true, childList: true})"""


def flash(desk: Served, message: str) -> None:
    desk.said(
        "EAST",
        "/v1/messages",
        message=message,
        kind="CHECK_FIRE",
        precedence="FLASH",
        recipients=["WEST"],
        body={"text": "Stop and verify.", "language": "en"},
    )


def test_what_is_said_is_on_the_screen_at_once(console: Opened, desk: Served) -> None:
    open_line(desk)
    page = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").page
    expect(page.get_by_text("Nothing is owed to you")).to_be_visible()

    flash(desk, "M-1")

    heading = page.get_by_role("heading", name=re.compile("CHECK FIRE from EAST – unanswered"))
    expect(heading).to_be_visible()
    expect(page.get_by_role("button", name="Answer it now")).to_be_visible()


def test_a_desk_that_is_gone_is_shown_within_five_seconds_and_what_it_said_is_caught_up(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    officer = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty")
    page = officer.at_the_desk().page
    clock = page.locator("time.zulu + .seconds")

    page.evaluate(NOTE_WHEN_LOST)
    with away(desk):
        gone_ms = time.time() * 1_000
        expect(page.get_by_role("alert").filter(has_text=LOST)).to_be_visible()
        assert page.evaluate("window.lostAt") - gone_ms < SHOWN_WITHIN_MS
        stood = clock.inner_text()
        page.wait_for_timeout(1_200)
        assert clock.inner_text() == stood  # nothing pretends to go on

    flash(desk, "M-2")
    expect(page.get_by_text(LOST)).to_have_count(0)
    heading = page.get_by_role("heading", name=re.compile("CHECK FIRE from EAST – unanswered"))
    expect(heading).to_be_visible()


def test_the_past_is_marked_as_such_and_nothing_can_be_said_from_it(
    console: Opened, night: ReplayedDesk
) -> None:
    officer = console(night.url).enter_offered("WESTB-TAC.duty")
    page = officer.page
    answer = page.get_by_role("button", name="Answer it now")
    expect(answer).to_be_enabled()

    officer.press(", , ,")
    expect(page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_be_visible()
    for button in page.get_by_role("button", name=re.compile("^Answer")).all():
        assert button.is_disabled()

    officer.press("n")
    expect(page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_have_count(0)
    expect(answer).to_be_enabled()


def test_the_story_is_replayed_to_now(console: Opened, night: ReplayedDesk) -> None:
    page = console(night.url).enter_offered("EAST-TAC.duty").page
    page.get_by_label("Speed").select_option("21600")

    page.keyboard.press("p")
    expect(page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_be_visible()
    expect(page.get_by_text("Back to now")).to_have_count(0, timeout=60_000)

    expect(page.get_by_role("heading", name=re.compile("CHECK FIRE"))).to_be_visible()
