"""Every form: nothing for axe to mend in light and dark, and all of it on a phone's width."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk, violations

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
PHONE: Final = {"width": 390, "height": 844}
FORMS: Final = {
    "menu": "s",
    "check-fire": "f",
    "message": "s m",
    "call": "s c",
    "handover": "s h",
    "incident": "s i",
    "account": "g i o",
    "notify": "s n 3",
    "plan": "s p",
    "edge": "s e",
    "measure": "s a 9",
    "cosign": "g a o",
    "crossing": "s x",
    "object": "g n o",
}
"""Each form by the keys that open it, for the commander of a force."""


def pictured(officer: Console, name: str) -> None:
    """Keeps the form as a picture where FORMS names a folder: to be looked at, not to be kept."""
    if "FORMS" in os.environ:
        officer.page.screenshot(path=Path(os.environ["FORMS"]) / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_in_any_form(
    console: Opened, afternoon: ReplayedDesk, scheme: str
) -> None:
    chief = console(afternoon.url, color_scheme=scheme).enter_offered("EAST-OPS.commander")
    found = {}
    for name, keys in FORMS.items():
        chief.press(keys)
        expect(chief.page.get_by_role("dialog")).to_be_visible()
        if name == "message":
            chief.page.get_by_role("radio", name="QUERY").check()
        found[name] = violations(chief.page)
        pictured(chief, f"{name}-{scheme}")
        chief.press("Escape")
        expect(chief.page.get_by_role("dialog")).to_be_hidden()

    for pane in ("l", "n", "a", "i"):
        chief.press(f"g {pane}")
        found[f"pane {pane}"] = violations(chief.page)
        pictured(chief, f"pane-{pane}-{scheme}")

    assert {name: each for name, each in found.items() if each} == {}
    chief.leave()


def test_every_form_fits_a_phone_and_its_button_is_in_sight(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    chief = console(afternoon.url, viewport=PHONE).enter_offered("EAST-OPS.commander")
    for name, keys in FORMS.items():
        chief.press(keys)
        form = chief.page.get_by_role("dialog")
        expect(form).to_be_visible()
        pictured(chief, f"{name}-phone")
        if name != "menu":
            expect(form.locator("footer button")).to_be_in_viewport()
        inside = form.evaluate("form => form.scrollWidth <= form.clientWidth")
        assert inside, name
        assert chief.page.evaluate("document.documentElement.scrollWidth") <= 390
        chief.press("Escape")
        expect(form).to_be_hidden()
    chief.leave()


def test_ground_is_drawn_by_keyboard_alone(console: Opened, afternoon: ReplayedDesk) -> None:
    chief = console(afternoon.url).enter_offered("EAST-OPS.commander")
    chief.press("s p")
    form = chief.page.get_by_role("dialog")
    form.get_by_role("button", name="Draw on the map").click()
    bar = chief.page.get_by_role("group", name="Draw the way")
    expect(bar).to_be_visible()
    expect(form).to_be_hidden()

    chief.press("Space ArrowRight ArrowDown Space ArrowRight Space Backspace")
    expect(bar.get_by_text("2 points")).to_be_visible()
    pictured(chief, "draw")
    chief.press("Enter")

    expect(form.get_by_role("listitem")).to_have_count(2)
    first, second = form.get_by_label("Where").input_value().splitlines()
    assert first.split(", ")[0] > second.split(", ")[0]  # the second lies south of it
    assert first.split(", ")[1] < second.split(", ")[1]  # and east
    chief.leave()


def test_only_what_a_position_may_say_is_offered(console: Opened, afternoon: ReplayedDesk) -> None:
    duty = console(afternoon.url).enter_offered("EAST-TAC.duty")
    duty.press("s")
    menu = duty.page.get_by_role("dialog")
    expect(menu.get_by_role("button", name="CHECK FIRE")).to_be_visible()
    expect(menu.get_by_role("button", name="Propose a measure")).to_have_count(0)
    duty.press("Escape g a")
    expect(duty.page.get_by_role("button", name="Cosign version 2")).to_have_count(0)
    duty.leave()
