"""Everybody can use it: axe finds nothing to mend, and the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk, violations

pytestmark = pytest.mark.long
Opened = Callable[..., Console]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend(console: Opened, night: ReplayedDesk, scheme: str) -> None:
    officer = console(night.url, color_scheme=scheme)
    page = officer.page
    page.goto(night.url)
    expect(page.get_by_role("heading", name="This is an exercise")).to_be_visible()
    assert violations(page) == []

    officer.enter_offered("WESTB-TAC.duty")
    expect(page.get_by_role("heading", name="Who holds what")).to_be_visible()
    assert violations(page) == []
    officer.press("g l")
    assert violations(page) == []
    officer.press("g p")
    page.get_by_label("The report, as text or HTML").fill("The army said rebels shelled a bus.")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("1 to confirm or drop")).to_be_visible()
    assert violations(page) == []
    officer.press("g l")
    officer.press("a")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    officer.press("Escape y ,")
    expect(page.get_by_text("YOU ARE LOOKING AT THE PAST")).to_be_visible()
    assert violations(page) == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_to_mend_in_any_pane_in_either_direction_or_light(
    console: Opened, night: ReplayedDesk, language: str, scheme: str
) -> None:
    officer = console(night.url, color_scheme=scheme).enter_offered("EAST-TAC.duty")
    page = officer.page
    page.locator("header select").select_option(language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")

    for pane in ("G B", "G L", "G N", "G A", "G I", "G S", "G P", "G R"):
        officer.press(pane.lower())
        expect(page.locator(f'nav [title="{pane}"]')).to_have_attribute("aria-pressed", "true")
        if pane == "G P":
            page.locator("textarea").fill("The army said rebels shelled a bus.")
            page.locator("form button").last.click()
            expect(page.locator("#draft-0")).to_be_visible()
        assert violations(page) == [], pane
    page.locator("button.entry").nth(3).click()
    expect(page.locator(".proven").first).to_be_visible()
    assert violations(page) == []
    officer.press("y d")
    expect(page.locator(".things button").first).to_be_visible()
    assert violations(page) == []


def test_a_flash_is_answered_without_a_mouse(console: Opened, night: ReplayedDesk) -> None:
    officer = console(night.url).enter_offered("WESTB-TAC.duty")
    dialog = officer.page.get_by_role("dialog")

    officer.press("a")
    expect(dialog).to_be_visible()
    officer.press("Escape")
    expect(dialog).to_be_hidden()
    officer.press("j o")
    expect(dialog).to_be_visible()
    assert officer.page.evaluate("document.activeElement.closest('dialog') !== null")


def test_every_key_is_listed(console: Opened, night: ReplayedDesk) -> None:
    officer = console(night.url).enter_offered("EAST-TAC.duty")

    officer.press("?")

    listed = officer.page.get_by_role("dialog", name="Keys")
    for word in ("The next action", "Now", "Light or dark", "Measure on the map"):
        expect(listed.get_by_text(word, exact=True)).to_be_visible()


def test_a_phone_shows_it_all_with_nothing_beside_the_screen(
    console: Opened, night: ReplayedDesk
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}}
    page = console(night.url, **phone).enter_offered("WESTB-TAC.duty").page

    expect(page.get_by_role("button", name="Answer it now")).to_be_in_viewport()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
