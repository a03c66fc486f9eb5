"""What cannot wait is shown at once, and what one said oneself before its form closes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from browser_harness import NOTE_TONES, Console
from rest_harness import Served, open_line

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
VIEW = "**/v1/view/changes*"
AHEAD_S = 3.0


def officer_at(console: Opened, desk: Served, position: str) -> Console:
    """Comes in with a page whose timers can be stopped."""
    open_line(desk)
    opened = console(desk.url)
    opened.page.clock.install()
    return opened.enter_with(desk.keys / f"{position}.key", position).at_the_desk()


def stop_time(officer: Console) -> None:
    """No timer of the page goes off any more; what the desk sends still arrives."""
    now_ms: int = officer.page.evaluate("Date.now()")
    officer.page.clock.pause_at(now_ms / 1_000 + AHEAD_S)


def send(desk: Served, message: str, text: str, kind: str, precedence: str) -> None:
    desk.said(
        "EAST",
        "/v1/messages",
        message=message,
        kind=kind,
        precedence=precedence,
        recipients=["WEST"],
        body={"text": text, "language": "en"},
    )


def test_a_check_fire_never_waits_out_the_rest_between_two_readings(
    console: Opened, desk: Served
) -> None:
    officer = officer_at(console, desk, "WEST-TAC.duty")
    stop_time(officer)
    with officer.page.expect_response(VIEW):  # from here on the page rests, and time stands still
        send(desk, "M-0", "The bridge is passable.", "NOTIFY", "ROUTINE")
    officer.page.wait_for_timeout(500)

    send(desk, "M-1", "Stop and verify.", "CHECK_FIRE", "FLASH")

    expect(officer.page.get_by_role("button", name="Answer it now")).to_be_visible(timeout=10_000)
    officer.leave()


def test_a_form_waits_until_what_it_said_is_on_the_screen(console: Opened, desk: Served) -> None:
    officer = officer_at(console, desk, "EAST-TAC.duty")
    page = officer.page
    officer.press("s m")
    form = page.get_by_role("dialog")
    form.get_by_label("What you say").fill("Slow to be read.")
    form.get_by_label("WEST", exact=True).check()
    held: list[Route] = []
    page.route(VIEW, lambda route: held.append(route))
    form.get_by_role("button", name="Send it").click()
    while not held:
        page.wait_for_timeout(100)

    stop_time(officer)
    page.clock.run_for(3_000)
    expect(form).to_be_visible()

    page.unroute(VIEW)  # lets go of those that were held
    expect(form).to_be_hidden()
    officer.leave()


def test_what_is_urgent_is_seen_and_heard_while_the_view_is_still_being_read(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    officer = console(desk.url)
    officer.page.add_init_script(NOTE_TONES)
    page = officer.enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").at_the_desk().page
    officer.press("g s")
    held: list[Route] = []
    page.route(VIEW, lambda route: held.append(route))

    send(desk, "M-1", "Stop and verify.", "CHECK_FIRE", "FLASH")

    alarm = page.get_by_role("alert").filter(has_text="CHECK FIRE from EAST")
    expect(alarm).to_contain_text("Stop and verify.")
    page.wait_for_function("window.tones.length === 7")
    assert held  # nothing of it came from a view

    page.unroute(VIEW)  # lets go of those that were held
    expect(page.get_by_role("button", name="Answer it now")).to_be_visible()
    expect(alarm).to_have_count(1)
    page.wait_for_timeout(1_000)
    assert page.evaluate("window.tones.length") == 7  # the view makes no second sound of it
    officer.leave()


def test_what_is_urgent_is_read_beside_a_reading_that_takes_long(
    console: Opened, desk: Served
) -> None:
    officer = officer_at(console, desk, "WEST-TAC.duty")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        route.continue_() if held else held.append(route)

    officer.page.route(VIEW, hold_the_first)
    send(desk, "M-0", "The bridge is passable.", "NOTIFY", "ROUTINE")
    while not held:
        officer.page.wait_for_timeout(100)

    send(desk, "M-1", "Stop and verify.", "CHECK_FIRE", "FLASH")

    expect(officer.page.get_by_role("button", name="Answer it now")).to_be_visible()
    held[0].continue_()
    officer.page.wait_for_timeout(1_000)
    expect(officer.page.get_by_role("button", name="Answer it now")).to_be_visible()
    officer.leave()


def test_what_is_urgent_is_seen_by_whoever_looks_at_the_past(console: Opened, desk: Served) -> None:
    officer = officer_at(console, desk, "WEST-TAC.duty")
    officer.press(",")
    expect(officer.page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_be_visible()

    send(desk, "M-1", "Stop and verify.", "CHECK_FIRE", "FLASH")

    alarm = officer.page.get_by_role("alert").filter(has_text="CHECK FIRE from EAST")
    expect(alarm).to_contain_text("Stop and verify.")
    alarm.get_by_role("button", name="Back to now").click()
    expect(officer.page.get_by_role("button", name="Answer it now")).to_be_enabled()
    officer.leave()
