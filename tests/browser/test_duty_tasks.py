"""Twelve duty tasks, done by keyboard alone, and counted: docs/console.md tells the same figures.

`DUTY_TASKS=docs/console.md` writes both into the table there; the seconds are never held.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from browser_harness import Console, ReplayedDesk

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
Opened = Callable[..., Console]
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "console.md"
WAY: Final = "36.05756, 40.73478 al-Shaddadi\n35.74607, 40.75304 Markadah"


class Keys:
    """The keys of one officer, counted: a character typed is one, a text pasted two."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        self._since = time.monotonic()

    def press(self, keys: str) -> None:
        for key in keys.split():
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def paste(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.count += 2

    def until(self, text: str) -> None:
        """Waits for a text on the screen, as whoever presses the keys does."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def form(self, title: str) -> None:
        expect(self.page.get_by_role("dialog").get_by_role("heading", name=title)).to_be_visible()

    def done(self) -> None:
        expect(self.page.get_by_role("dialog")).to_be_hidden()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since


def call_check_fire(keys: Keys) -> None:
    keys.press("f")
    keys.form("CHECK FIRE")
    keys.press("Enter")
    keys.done()


def answer_a_flash(keys: Keys) -> None:
    keys.until("Answer it now")
    keys.press("a")
    keys.form("Answer CHECK FIRE")
    keys.press("1")
    keys.done()


def find_the_silent(keys: Keys) -> None:
    keys.press("g b")
    keys.until("awaits: acknowledged")


def log_a_call(keys: Keys) -> None:
    keys.press("g l v")
    keys.until("Call logged: ")


def check_a_line(keys: Keys) -> None:
    keys.press("g l c")
    keys.until("Line check passed: ")


def cosign_a_measure(keys: Keys) -> None:
    keys.press("g a o")
    keys.form("Cosign: separation line SEP-1")
    phrase = keys.page.locator(".phrase strong")
    expect(phrase).to_be_visible()
    keys.type(phrase.inner_text())
    keys.press("Enter")
    keys.done()


def say_crossed(keys: Keys) -> None:
    keys.press("s x")
    keys.form("SEP-1: crossed, or not crossed?")
    keys.press("1 Enter")
    keys.done()


def open_an_incident(keys: Keys) -> None:
    keys.press("s i")
    keys.form("Open an incident")
    keys.type("211230Z")
    keys.press("Tab Tab Tab Tab Space Enter")  # to the second of the parties: its backer's force
    keys.form("Our account of")
    keys.press("2 Tab")
    keys.type("Shots.")
    keys.press("Control+Enter")
    keys.done()


def hand_over(keys: Keys) -> None:
    keys.press("s h")
    keys.form("Hand over the watch")
    keys.type("E1")
    keys.press("Tab Tab")
    keys.type("E2")
    keys.press("Tab")
    boxes = keys.page.get_by_role("dialog").get_by_role("checkbox")
    for _ in range(boxes.count()):
        keys.press("Tab Space")
    keys.press("Enter")
    keys.done()


def file_a_movement(keys: Keys) -> None:
    keys.press("s n 3 Tab")
    keys.type("Convoy")
    keys.press("Tab")
    keys.type("convoy")
    keys.press("Tab 2 Tab")
    keys.type("241500Z")
    keys.press("Tab")
    keys.type("241900Z")
    keys.press("Tab")
    keys.paste(WAY)
    keys.until("Markadah")
    keys.press("Control+Enter")
    keys.until("This is no clearance.")
    keys.press("Control+Enter")
    keys.done()


def amend_a_notification(keys: Keys) -> None:
    keys.press("g n j o")
    keys.form("Amend ")
    keys.press("Tab Tab 3 Control+Enter")  # the escort is not stated any more
    keys.until("This is no clearance.")
    keys.press("Control+Enter")
    keys.done()


def object_to_a_notification(keys: Keys) -> None:
    keys.press("g n j o")
    keys.form("Object to ")
    keys.type("Mined.")
    keys.press("Control+Enter")
    keys.done()


TASKS: Final = (
    ("CHECK FIRE", "EAST-TAC.duty", call_check_fire),
    ("find who has not answered", "EAST-TAC.duty", find_the_silent),
    ("log a call", "EAST-TAC.duty", log_a_call),
    ("line check", "EAST-TAC.duty", check_a_line),
    ("open an incident and state a claim", "EAST-TAC.duty", open_an_incident),
    ("answer a FLASH", "WESTB-TAC.duty", answer_a_flash),
    ("state crossed or not crossed", "WEST-TAC.duty", say_crossed),
    ("object to a notification", "WEST-TAC.duty", object_to_a_notification),
    ("hand over the watch", "WEST-TAC.duty", hand_over),
    ("cosign a measure", "WEST-OPS.commander", cosign_a_measure),
    ("file a movement", "AID-TAC.duty", file_a_movement),
    ("amend a notification", "AID-TAC.duty", amend_a_notification),
)
"""In the order in which they are done; those of one position follow each other."""


def told_in_the_page() -> dict[str, int]:
    """The keystrokes that the page tells of each task."""
    row = r"^\| ([^|]+) \| (\d+) \| [\d.]+ \| [^|]+ \| [^|]+ \|$"
    found = re.findall(row, PAGE.read_text("utf-8"), re.MULTILINE)
    return {task: int(count) for task, count in found}


def tell(page: Path, rows: dict[str, str]) -> None:
    """Writes the keystrokes and the seconds of each task into the table of a page."""
    text = page.read_text("utf-8")
    for task, figures in rows.items():
        row = rf"^\| {re.escape(task)} \| \d+ \| [\d.]+ \|"
        text = re.sub(row, f"| {task} | {figures} |", text, flags=re.MULTILINE)
    page.write_text(text, "utf-8")


def test_each_duty_task_takes_the_keystrokes_that_the_page_tells(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    counted: dict[str, int] = {}
    rows: dict[str, str] = {}
    seated: tuple[str, Console] | None = None
    for task, position, do in TASKS:
        if seated is None or seated[0] != position:
            if seated is not None:
                seated[1].leave()
            seated = position, console(afternoon.url).enter_offered(position)
        keys = Keys(seated[1].page)
        do(keys)
        counted[task] = keys.count
        rows[task] = f"{keys.count} | {max(0.1, keys.seconds):.1f}"

    if "DUTY_TASKS" in os.environ:
        tell(Path(os.environ["DUTY_TASKS"]), rows)
    assert counted == told_in_the_page()
