"""The desk heard and not heard: what is lost shows within five seconds, and nothing is missed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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


def test_while_the_desk_is_away_ages_grow_and_nothing_counts_what_is_not_known(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    stated = datetime.now(UTC) - timedelta(minutes=3)
    report = {"path": [[40.1, 35.3], [40.2, 35.4]], "accuracy_m": 50.0}
    desk.said("WEST", "/v1/edges", edge="W-1", as_of=stated.isoformat(), body=report)
    flash(desk, "M-1")
    officer = console(desk.url)
    page = officer.page
    page.clock.install()
    officer.enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").at_the_desk()
    silence = page.locator(".alarm .clock")
    expect(silence).to_have_text(re.compile(r"^\d\d:\d\d$"))
    officer.press("g a")
    edge = page.locator(".pane li", has_text="true to 50 m")
    expect(edge).to_contain_text("min old")

    with away(desk):
        expect(page.get_by_role("alert").filter(has_text=LOST)).to_be_visible()
        page.clock.fast_forward("20:00")
        expect(edge).to_contain_text(re.compile("2[3-5] min old"))
        # Whether somebody answered meanwhile nobody knows here: no count of silence goes on.
        expect(silence).to_have_text(re.compile(r"^\d\d:\d\d:\d\dZ$"))
        expect(page.locator(".alarm")).to_contain_text("is not known here")
        officer.press("g l")
        for due in page.locator(".pane [role=timer]").all():
            assert re.fullmatch(r"(\d\d \w+ )?\d\d:\d\dZ", due.inner_text().strip())
        officer.press("g b")
        expect(page.locator(".pane [role=timer]").first).to_contain_text("due at")


def test_a_desk_that_takes_no_statements_is_not_shown_as_one_that_does(
    console: Opened, desk: Served
) -> None:
    page = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").page
    expect(page.get_by_text("Nothing is owed to you")).to_be_visible()

    desk.service.halt("a witness has cosigned another record")

    expect(page.get_by_role("alert").filter(has_text="THE DESK IS HALTED")).to_be_visible()


def test_whoever_comes_to_a_halted_desk_is_told_why_and_shown_all_but_sites_not_yet_read(
    console: Opened, desk: Served
) -> None:
    at = {"lat_deg": 35.336, "lon_deg": 40.14, "accuracy_m": 20.0}
    form = {"name": "Hospital One", "type": "hospital", "position": at}
    desk.said("AID", "/v1/notifications", notification="N-1", kind="static_site", body=form)
    desk.as_("HUM")
    desk.service.halt("Its operator looks into it.")
    conduit = console(desk.url).enter_with(desk.keys / "HUM-TAC.duty.key", "HUM-TAC.duty")
    page = conduit.page

    told = page.get_by_role("alert").filter(has_text="THE DESK IS HALTED")
    expect(told).to_contain_text("Its operator looks into it.")
    expect(told).to_contain_text("1 site is shown without place and form (N-1)")
    conduit.at_the_desk().press("g n")
    row = page.locator("[data-row]").filter(has_text="N-1")
    expect(row).to_contain_text("AID")
    expect(row.get_by_text("Hospital One")).to_have_count(0)
    page.wait_for_timeout(5_000)  # longer than a desk may be silent
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()

    desk.service.resume().result()
    expect(row).to_contain_text("Hospital One")
    expect(told).to_have_count(0)
    conduit.leave()


@pytest.mark.parametrize("off_s", [-600, 600])
def test_a_browser_whose_clock_is_wrong_comes_in_and_goes_by_the_desks(
    console: Opened, desk: Served, off_s: int
) -> None:
    officer = console(desk.url)
    officer.page.clock.install(time=datetime.now(UTC) + timedelta(seconds=off_s))
    officer.enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").at_the_desk()

    shown = officer.page.locator("time.zulu").get_attribute("datetime")

    assert shown is not None
    assert abs((datetime.fromisoformat(shown) - datetime.now(UTC)).total_seconds()) < 10
    officer.leave()


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
