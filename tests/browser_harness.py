"""The console in a browser, driven as a duty officer would; and a case stopped in the middle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import pytest
from playwright.sync_api import Page, expect

from openline import app
from openline.cases.case import find_case, until
from openline.cli.showing import offered_at
from openline.config import Config
from openline.service import Service
from openline.track_engine import TrackEngine
from openline.tracking import Tracking
from replayed_case import NAME, replaying

CHROMIUM_OPTIONS: Final = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
"""As root, with no network but the desk, and WebGL rendered by software."""

NOTE_TONES: Final = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  window.tones.push(this.frequency.value);
  return start.apply(this, at);
};
"""
"""At the far end of the wire to a loudspeaker: what it was told to sound."""

WEB: Final = Path(__file__).resolve().parent.parent / "src" / "openline" / "console" / "web"
AXE: Final = WEB / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[Any]:
    """What axe finds wrong with the page as it is: the rule, and where."""
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run `make console` (needs Node.js), which installs it")
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(
        """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
           .map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))])"""
    )
    return found


class ReplayedDesk:
    """A desk at which the case was said up to an instant, and where time runs on from there."""

    def __init__(self, service: Service, web: app.Web) -> None:
        self.service, self.url = service, web.url
        self.stop_answering = web.stop

    @classmethod
    @contextmanager
    def until(cls, instant: datetime) -> Iterator[Self]:
        case = until(find_case(NAME), instant)
        with replaying(case) as (replay, service):
            assert list(replay.run())
            replay.run_on()
            engine = TrackEngine(keep=lambda _batch: None)
            tracking = Tracking(engine, service, service.now)
            web = app.Web(service, Config(port=0), tracking=tracking, offered=offered_at(service))
            thread = threading.Thread(target=web.run, name="web")
            thread.start()
            try:
                yield cls(service, web)
            finally:
                web.stop()
                thread.join()
                tracking.close()


class Console:
    """One officer's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def enter_offered(self, position: str) -> Self:
        """Comes in with a key that the exercise publishes."""
        self.page.goto(self.url)
        self.page.get_by_role("button", name=position, exact=True).click()
        return self.at_the_desk()

    def enter_with(self, key: Path, position: str, passphrase: str = "") -> Self:
        """Comes in with a key file."""
        self.page.goto(self.url)
        self.page.get_by_label("Key file").set_input_files(key)
        if passphrase:
            self.page.get_by_label("Passphrase of the file").fill(passphrase)
        self.page.get_by_label("Position", exact=True).fill(position)
        self.page.get_by_role("button", name="Come in", exact=True).first.click()
        return self

    def at_the_desk(self) -> Self:
        """Waits until the desk is heard."""
        expect(self.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
        return self

    def press(self, keys: str) -> Self:
        """Presses keys one after the other: `g l`."""
        for key in keys.split():
            self.page.keyboard.press(key)
        return self

    def leave(self) -> None:
        """Closes the screen, having seen nothing go wrong: a map drawn by software costs others."""
        assert self.errors == []
        self.page.close()

    def _note(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)
