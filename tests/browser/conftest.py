"""A real browser before a real desk. Without Chromium each of these tests is skipped by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from browser_harness import CHROMIUM_OPTIONS, Console, ReplayedDesk
from rest_harness import Served, served

DESKTOP = {"width": 1440, "height": 900}
NO_CHROMIUM = "Chromium is not here: install it (apt-get install chromium) or name it by CHROMIUM"
FLASH_UNANSWERED = datetime(2017, 9, 16, 0, 33, 20, tzinfo=UTC)
"""Half past three by the clocks on the river: three minutes of silence on a CHECK FIRE."""


def chromium_path() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while Playwright runs, its event loop is this thread's running one.

    Whatever else the same process tests afterwards could otherwise start no loop of its own.
    """
    path = chromium_path()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=40_000)  # a busy machine is slow, and that proves nothing
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


AFTERNOON = datetime(2017, 9, 21, 12, 47, tzinfo=UTC)
"""Version 2 of the line lies proposed: two of its four parties have cosigned it."""


@pytest.fixture
def console(browser: Browser) -> Iterator[Callable[..., Console]]:
    """Opens a console at a desk's address: each has a browser profile of its own."""
    with ExitStack() as stack:

        def open_console(url: str, **context: object) -> Console:
            profile = browser.new_context(**{"viewport": DESKTOP, **context})
            stack.callback(profile.close)
            return Console(profile.new_page(), url)

        yield open_console


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def night() -> Iterator[ReplayedDesk]:
    """The case, stopped with a FLASH unanswered; time runs on from there."""
    with ReplayedDesk.until(FLASH_UNANSWERED) as replayed:
        yield replayed


@pytest.fixture(scope="module")
def afternoon() -> Iterator[ReplayedDesk]:
    """The case, stopped with version 2 of the line proposed; time runs on from there."""
    with ReplayedDesk.until(AFTERNOON) as replayed:
        yield replayed
