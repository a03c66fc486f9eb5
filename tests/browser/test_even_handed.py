"""Both sides read the same words, each in a language of its own; spectators under a watermark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from browser_harness import Console
from openline.cli.newcomers import Newcomer
from openline.domain.party import PartyKind
from rest_harness import FORCES, Served, open_line, served

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
PANES = ("g b", "g l", "g s", "?")
SIDES = ("EAST", "WEST")
CLOCKS = re.compile(r"\d+( (s|min|h|d)\b)?")


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk at which each of two sides has said to the other exactly what the other said to it."""
    observer = Newcomer(id="OBS", kind=PartyKind.OBSERVER)
    with served(tmp_path_factory.mktemp("even"), (*FORCES, observer)) as desk:
        open_line(desk)
        for own, other in (SIDES, SIDES[::-1]):
            desk.said(
                own,
                "/v1/messages",
                message=f"M-{own}",
                kind="CHECK_FIRE",
                precedence="FLASH",
                recipients=[other],
                phrase="CHECK_FIRE",
                body={"slots": {"1": "37SEV12345678", "2": "160030ZSEP17"}},
            )
        yield desk


def entered(console: Opened, desk: Served, side: str) -> Page:
    position = f"{side}-TAC.duty"
    return console(desk.url).enter_with(desk.keys / f"{position}.key", position).at_the_desk().page


def words_of(page: Page, own: str, other: str) -> list[str]:
    """Every row of words on each pane, sides told as OWN and OTHER, and clocks left out."""
    said: list[str] = []
    for keys in PANES:
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_timeout(400)
        for part in (".alarm", ".pane", "dialog[open]"):
            said += [
                row for each in page.locator(part).all_inner_texts() for row in each.split("\n")
            ]
    neutral = [each.replace(own, "OWN").replace(other, "OTHER") for each in said]
    return sorted({CLOCKS.sub("#", each) for each in neutral})


def test_both_sides_read_the_same_words_for_the_same_thing(
    console: Opened, mirrored: Served
) -> None:
    east, west = (entered(console, mirrored, side) for side in SIDES)
    for page in (east, west):
        expect(page.get_by_role("button", name="Answer it now")).to_be_visible()

    read_by_east = words_of(east, "EAST", "WEST")
    read_by_west = words_of(west, "WEST", "EAST")

    assert len(read_by_east) > 40
    assert set(read_by_east) ^ set(read_by_west) == set()


def test_a_spectator_of_an_exercise_sees_numbers_under_a_watermark(
    console: Opened, mirrored: Served
) -> None:
    page = entered(console, mirrored, "OBS")

    expect(page.get_by_role("heading", name="Spectator")).to_be_visible()
    expect(page.locator(".watermark[data-word=EXERCISE]")).to_be_attached()
    drawn = page.locator(".watermark").evaluate("each => getComputedStyle(each).backgroundImage")
    assert "EXERCISE" in drawn
    assert "CHECK FIRE" not in page.locator("main").inner_text()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.locator("li.hashed").first).to_be_visible()


def test_a_language_is_chosen_by_a_key_and_remembered_and_phrases_are_read_in_it(
    console: Opened, mirrored: Served
) -> None:
    position = "WEST-TAC.duty"
    officer = console(mirrored.url)
    page = officer.enter_with(mirrored.keys / f"{position}.key", position).at_the_desk().page
    expect(page.get_by_text("CHECK FIRE, CHECK FIRE")).to_contain_text("Impacts at 37SEV12345678")

    for heading, phrase in (
        ("Qui détient quoi", "HALTE AU FEU, HALTE AU FEU"),
        ("У кого что", "ПРЕКРАТИТЬ ОГОНЬ, ПРЕКРАТИТЬ ОГОНЬ"),
        ("من لديه ماذا", "أوقفوا الرمي، أوقفوا الرمي"),
    ):
        officer.press("l")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text(phrase)).to_contain_text("CHECK_FIRE")

    assert page.evaluate("document.documentElement.dir") == "rtl"
    page.reload()
    expect(page.get_by_role("heading", name="الدخول إلى المكتب")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ar"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert officer.errors == []
