"""Alarms in the browser: each cause has its sound, and none is silenced without a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser_harness import NOTE_TONES, Console
from rest_harness import Served, open_line

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
HEARD = "window.tones.length"


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


def test_a_flash_sounds_as_it_comes_and_is_silenced_only_with_a_reason_that_others_read(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    officer = console(desk.url)
    officer.page.add_init_script(NOTE_TONES)
    page = officer.enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").at_the_desk().page
    officer.press("g s")
    expect(page.get_by_text("No alarm stands")).to_be_visible()
    assert page.evaluate(HEARD) == 0

    flash(desk, "M-1")
    expect(page.get_by_text("A FLASH awaits your answer").first).to_be_visible()
    page.wait_for_function(f"{HEARD} === 7")  # once, and no more for the same
    officer.press("q")
    dialog = page.get_by_role("dialog", name="Silence an alarm")
    expect(dialog.get_by_role("button", name="Silence")).to_be_disabled()
    dialog.get_by_label("Why").fill("On the phone with EAST now.")
    dialog.get_by_role("button", name="Silence").click()
    expect(dialog).to_be_hidden()

    second = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty")
    second.at_the_desk().press("g s")
    expect(second.page.get_by_text("silenced by WEST-TAC.duty")).to_contain_text(
        "On the phone with EAST now."
    )
    # What is owed is owed still: the answer is asked for as before.
    expect(second.page.get_by_role("button", name="Answer it now")).to_be_visible()
    assert page.evaluate(HEARD) == 7
    assert officer.errors == second.errors == []


def test_each_cause_has_a_sound_of_its_own(console: Opened, desk: Served) -> None:
    officer = console(desk.url)
    officer.page.add_init_script(NOTE_TONES)
    page = officer.enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty").at_the_desk().page
    officer.press("g s")
    page.get_by_text("The sounds").click()

    sounds = set()
    for button in page.locator(".sounds button").all():
        page.evaluate("window.tones = []")
        button.click()
        sounds.add(tuple(page.evaluate("window.tones")))

    assert len(sounds) == 8  # seven causes, and a desk that is not heard
    assert () not in sounds
