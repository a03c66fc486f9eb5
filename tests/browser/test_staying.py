"""A screen that is not lost by a slip of the hand, and is read whatever it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_harness import Console
from openline.cli.newcomers import Newcomer
from openline.domain.party import PartyKind
from rest_harness import Served, open_line, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
EASTERN = "قوات الضفة الشرقية (2)"
WESTERN = "The Combined Joint Western Riverbank Deconfliction Task Force, Forward (North)"
NAMED = (
    Newcomer(id="EAST", kind=PartyKind.FORCE, label=EASTERN),
    Newcomer(id="WEST", kind=PartyKind.FORCE, label=WESTERN),
    Newcomer(id="OBS", kind=PartyKind.OBSERVER),
)
ROWS = 300


def at(console: Opened, desk: Served, position: str, **context: object) -> Console:
    opened = console(desk.url, **context)
    return opened.enter_with(desk.keys / f"{position}.key", position).at_the_desk()


def send(desk: Served, message: str, precedence: str = "ROUTINE") -> None:
    desk.said(
        "EAST",
        "/v1/messages",
        message=message,
        kind="QUERY",
        precedence=precedence,
        recipients=["WEST"],
        body={"text": "Which of the two bridges?", "language": "en"},
    )


def test_back_closes_what_lies_on_top_and_never_leaves_the_desk(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    officer = at(console, desk, "EAST-TAC.duty")
    page = officer.press("s m").page
    form = page.get_by_role("dialog")
    form.get_by_label("What you say").fill("Half a word")

    page.go_back()
    expect(form).to_be_hidden()
    officer.press("s m")
    expect(form.get_by_label("What you say")).to_have_value("Half a word")

    officer.press("Escape")
    page.go_back()
    page.go_back()
    officer.at_the_desk()
    officer.leave()


def test_back_pressed_twice_at_once_does_not_leave_the_desk(console: Opened, desk: Served) -> None:
    officer = at(console, desk, "EAST-TAC.duty")
    officer.press("s p")

    officer.page.evaluate("history.go(-2)")

    expect(officer.page.get_by_role("dialog")).to_be_hidden()
    officer.at_the_desk()


def test_a_reload_is_asked_about_before_what_was_typed_is_lost(
    console: Opened, desk: Served
) -> None:
    officer = at(console, desk, "EAST-TAC.duty")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    officer.page.on("dialog", stay)
    officer.press("s p")
    officer.page.get_by_role("dialog").get_by_label("Where").fill("35.3, 40.1")
    officer.page.evaluate("setTimeout(() => location.reload())")

    while not asked:
        officer.page.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    expect(officer.page.get_by_role("dialog").get_by_label("Where")).to_have_value("35.3, 40.1")


def test_two_screens_of_one_officer_say_and_see_the_same(console: Opened, desk: Served) -> None:
    open_line(desk)
    first = at(console, desk, "EAST-TAC.duty").press("g l")
    second = at(console, desk, "EAST-TAC.duty").press("g l")

    # Each leaf follows the last of the key that both of them sign with.
    first.press("c")
    second.press("c")
    for each in (first, second):
        expect(each.page.get_by_text("Stands in the record")).to_be_visible()

    moments = desk.as_("EAST").get("/v1/moments?from=0").json()["moments"]
    assert [kind for _, _, kind in moments].count("line.checked.v1") == 2


def test_names_that_run_the_other_way_or_are_long_are_whole_and_turn_nothing_around(
    console: Opened, tmp_path: Path
) -> None:
    with served(tmp_path, NAMED) as desk:
        open_line(desk)
        send(desk, "M-1")
        officer = at(console, desk, "WEST-TAC.duty")
        page = officer.page
        row = page.locator(".pane li").first
        for name in (EASTERN, WESTERN):
            told = row.get_by_text(name)
            expect(told).to_be_visible()
            assert told.evaluate(
                "(each) => each.scrollWidth <= each.clientWidth + 1 || !each.clientWidth"
            )
        assert row.locator(".who").evaluate("(each) => each.scrollWidth <= each.clientWidth + 1")
        next_thing = page.locator(".next strong").inner_text()
        assert f"\u2068{EASTERN}\u2069" in next_thing
        expect(page.locator("header .position")).to_have_text("WEST-TAC.duty")
        assert page.locator("header .position").evaluate("(e) => e.scrollWidth <= e.clientWidth")
        officer.leave()


def test_an_observer_is_offered_nothing_that_it_may_not_say(
    console: Opened, tmp_path: Path
) -> None:
    with served(tmp_path, NAMED) as desk:
        spectator = at(console, desk, "OBS-TAC.duty")
        expect(spectator.page.get_by_role("button", name="CHECK FIRE")).to_have_count(0)
        spectator.press("f F8")
        expect(spectator.page.get_by_role("dialog")).to_have_count(0)
        spectator.leave()


def test_a_crowded_board_shows_as_many_rows_as_are_read_and_says_how_many_there_are(
    console: Opened, desk: Served
) -> None:
    open_line(desk)
    for number in range(ROWS):
        send(desk, f"M-{number:03}")
    officer = at(console, desk, "WEST-TAC.duty")
    rows = officer.page.locator(".pane li")
    expect(rows).to_have_count(120)

    officer.page.get_by_role("button", name=f"Show more · 120 / {ROWS}").click()

    expect(rows).to_have_count(240)
    officer.leave()
