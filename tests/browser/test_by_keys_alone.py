"""A day at the desk as each party, from the door and out again, and nobody touches a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk
from openline.domain.delivery import Rung

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
NOTE_POINTERS: Final = """
window.pointed = 0;
for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
  addEventListener(kind, () => (window.pointed += 1), true);
}
"""
FOCUSED: Final = """() => {
  const at = document.activeElement;
  return at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "";
}"""
MOST_TABS: Final = 90


class Officer:
    """One officer, with a keyboard and nothing else."""

    def __init__(self, console: Opened, url: str, position: str) -> None:
        self.console = console(url)
        self.page = self.console.page
        self.page.add_init_script(NOTE_POINTERS)
        self.page.goto(url)
        expect(self.page.get_by_role("heading", name="Come to the desk")).to_be_visible()
        self.go_to(position)
        self.page.keyboard.press("Enter")
        self.console.at_the_desk()

    def go_to(self, name: str) -> None:
        """Goes on from one thing to the next until that one has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(FOCUSED).strip().startswith(name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name} is not reached by Tab")

    def press(self, keys: str) -> None:
        self.console.press(keys)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def form(self, title: str) -> None:
        heading = self.page.get_by_role("dialog").get_by_role("heading", name=title)
        expect(heading).to_be_visible()

    def said(self) -> None:
        expect(self.page.get_by_role("dialog")).to_be_hidden()

    def row_of(self, *texts: str) -> None:
        """Goes down the rows of a pane until the one that tells of all these has the focus."""
        for each in texts:
            expect(self.page.locator(".pane").get_by_text(each).first).to_be_visible()
        for _ in range(MOST_TABS):
            self.page.keyboard.press("j")
            row = self.page.evaluate("document.activeElement.innerText")
            if all(each in row for each in texts):
                return
        raise AssertionError(f"no row of {texts} is reached")

    def leave(self) -> None:
        self.go_to("Leave the desk")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Come to the desk")).to_be_visible()
        assert self.page.evaluate("window.pointed") == 0
        assert self.console.errors == [], self.console.errors
        self.console.leave()


def call(console: Opened, url: str) -> None:
    """East calls CHECK FIRE, and logs the call that goes with it."""
    east = Officer(console, url, "EAST-TAC.duty")
    east.press("f")
    east.form("CHECK FIRE")
    east.press("Enter")
    east.said()
    east.press("g l v")
    expect(east.page.get_by_text("Call logged: ").first).to_be_visible()
    east.press("c")
    expect(east.page.get_by_text("Line check passed: ").first).to_be_visible()
    east.leave()


def answer(console: Opened, url: str) -> None:
    """West reads it back and passes it down, opens an incident, and hands over the watch."""
    west = Officer(console, url, "WEST-TAC.duty")
    expect(west.page.get_by_text("Answer it now")).to_be_visible()
    west.press("a")
    west.form("Answer CHECK FIRE")
    west.press("1")
    west.said()
    west.press("g b")
    west.row_of("CHECK FIRE", "read back")
    west.press("o")
    west.form("Answer CHECK FIRE")
    west.go_to("Passed down")
    west.press("Enter")
    west.said()
    west.press("s i")
    west.form("Open an incident")
    west.type("211230Z")
    west.go_to("East Force")
    west.press("Space Enter")
    west.form("Our account of")
    west.press("2")
    west.go_to("What you say")
    west.type("Shots near the line.")
    west.press("Control+Enter")
    west.said()
    west.press("s h")
    west.form("Hand over the watch")
    west.type("W1")
    west.go_to("Coming on")
    west.type("W2")
    boxes = west.page.get_by_role("dialog").get_by_role("checkbox")
    for at in range(boxes.count()):
        while not boxes.nth(at).evaluate("box => box === document.activeElement"):
            west.press("Tab")
        west.press("Space")
    west.press("Enter")
    west.said()
    west.leave()


def lift(console: Opened, url: str) -> None:
    """East lifts what it called."""
    east = Officer(console, url, "EAST-TAC.duty")
    expect(east.page.get_by_role("button", name="RESUME")).to_be_visible()
    east.press("r")
    east.form("RESUME")
    east.press("Enter")
    east.said()
    expect(east.page.get_by_role("button", name="RESUME")).to_have_count(0)
    east.leave()


def file(console: Opened, url: str) -> None:
    """The aid agency files a site."""
    aid = Officer(console, url, "AID-TAC.duty")
    aid.press("s n 4")
    aid.go_to("Name")
    aid.type("Mill (INVENTED)")
    aid.go_to("Type")
    aid.type("mill")
    aid.go_to("Where")
    aid.type("35.2000, 40.3000")
    expect(aid.page.get_by_text("35.20000, 40.30000")).to_be_visible()
    aid.press("Control+Enter")
    expect(aid.page.get_by_text("This is no clearance.")).to_be_visible()
    aid.press("Control+Enter")
    aid.said()
    aid.leave()


def keep(console: Opened, url: str) -> None:
    """The conduit validates it, and confirms what the press says."""
    hum = Officer(console, url, "HUM-OPS.duty")
    hum.press("g n")
    hum.row_of("Mill (INVENTED)")
    hum.press("o")
    hum.form("Validate")
    hum.press("Enter")
    hum.said()
    hum.press("g p")
    hum.go_to("The report")
    hum.type("21 September 2017. Russia denied that its aircraft struck Deir ez-Zor on Saturday.")
    hum.go_to("Read it")
    hum.press("Enter")
    expect(hum.page.locator("#draft-0")).to_be_visible()
    hum.press("e")
    expect(hum.page.locator("[data-settled=confirmed]")).to_be_visible()
    hum.leave()


def test_a_whole_day_is_worked_without_a_mouse(console: Opened, afternoon: ReplayedDesk) -> None:
    for work in (call, answer, lift, file, keep):
        work(console, afternoon.url)

    def stands(state: object) -> tuple[object, ...]:
        calls = [each for each in state.deliveries.values() if each.subject.startswith("CF-EAST")]
        passed = [each for each in calls if each.rung is Rung.PASSED_DOWN]
        mill = [each for each in state.notifications.values() if each.submitter == "AID"]
        told = {each.status for each in mill if each.body and each.body.name == "Mill (INVENTED)"}
        opened = [each for each in state.incidents.values() if each.opener == "WEST"]
        return len(passed) > 0, told, len(opened[-1].accounts), state.watches["WEST-TAC"].officer

    assert afternoon.service.read(stands) == (True, {"validated"}, 1, "W2")


def test_nothing_is_asked_of_the_desk_by_one_who_has_left(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    officer = console(afternoon.url).enter_offered("EASTB-TAC.duty")
    refused: list[str] = []
    officer.page.on(
        "response", lambda told: refused.append(told.url) if told.status == 401 else None
    )
    officer.press("g l")
    leave = officer.page.get_by_role("button", name="Leave the desk")
    leave.focus()
    # Three readings of the view are asked for at once: one is under way, one waits for its turn.
    officer.press("v c v Enter")
    expect(officer.page.get_by_role("heading", name="Come to the desk")).to_be_visible()
    officer.page.wait_for_timeout(4_000)

    assert refused == []
    officer.page.close()
