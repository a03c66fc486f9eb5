"""Pages when the desk itself is silent: a small process of its own, best on another machine.

It imports nothing of the desk, so that it stands when the desk has fallen, and knows nothing of
what the desk holds: only whether it still answers.

    python -m openline.watchdog watchdog.toml
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Final

import httpx
from msgspec import Struct

from openline.bearers.adapters import BearerSettings, bearers_from
from openline.bearers.port import Bearer, BearerFailed, Ring
from openline.config import UnreadableSettings, read_settings

log = logging.getLogger("openline.watchdog")

SILENT: Final = (
    "Call the desk's keeper, and the other cells by telephone: until it answers, nobody is told "
    "of anything by it."
)
BACK: Final = "Open the desk and see what came in meanwhile."


class Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ring, and by which of the file's bearers."""

    bearer: str
    address: str


class Watched(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched, and how long it may be silent.

    `url` must answer 200 within `timeout_s`; `heartbeat_file` must have been written anew since it
    was last looked at. Where both are given, the desk is silent as soon as either is.
    """

    desk: str
    pages: tuple[Page, ...]
    url: str | None = None
    heartbeat_file: Path | None = None
    silent_after_s: float = 60.0
    again_after_s: float = 600.0
    look_every_s: float = 10.0
    timeout_s: float = 5.0
    exercise: bool = False

    def __post_init__(self) -> None:
        if self.url is None and self.heartbeat_file is None:
            raise ValueError("watchdog: nothing is watched. Give url, heartbeat_file, or both")
        if not self.pages:
            raise ValueError("watchdog: nobody is paged. Give at least one of pages")


class WatchdogFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The watchdog's own settings file: what it watches, and the bearers it pages by."""

    watchdog: Watched
    bearers: dict[str, BearerSettings]

    def __post_init__(self) -> None:
        for page in self.watchdog.pages:
            if page.bearer not in self.bearers:
                raise ValueError(f"watchdog: there is no bearer {page.bearer}. Describe it too")


class Duty(Enum):
    """What the watchdog owes its people now."""

    NOTHING = "nothing"
    SAY_SILENT = "say silent"
    SAY_BACK = "say back"


class Vigil:
    """How long the desk has been silent, and what has been said of it. Knows no clock itself."""

    def __init__(self, silent_after_s: float, again_after_s: float, began_s: float) -> None:
        self._silent_after_s, self._again_after_s = silent_after_s, again_after_s
        self._heard_at_s = began_s
        self._said_at_s: float | None = None
        self.silent_for_s = 0.0

    def note(self, heard: bool, now_s: float) -> Duty:
        """Whether the desk was heard at this instant; what is then owed, until it is `said`."""
        if heard and self._said_at_s is not None:
            return Duty.SAY_BACK
        if heard:
            self._heard_at_s = now_s
        self.silent_for_s = now_s - self._heard_at_s
        if self.silent_for_s < self._silent_after_s:
            return Duty.NOTHING
        if self._said_at_s is not None and now_s - self._said_at_s < self._again_after_s:
            return Duty.NOTHING
        return Duty.SAY_SILENT

    def said(self, duty: Duty, now_s: float) -> None:
        """Somebody has been paged: it is not owed again before its time."""
        if duty is Duty.SAY_SILENT:
            self._said_at_s = now_s
        elif duty is Duty.SAY_BACK:
            self._heard_at_s, self._said_at_s = now_s, None


class Ears:
    """Looks whether the desk gives its signs of life."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._beat_ns = self._written_ns()

    def hear(self) -> bool:
        """Every sign that is watched was given since the last look."""
        beats, answers = self._beats(), self._answers()
        return beats and answers

    def _answers(self) -> bool:
        if self._watched.url is None:
            return True
        try:
            # No proxy of the environment stands between, and only the head of the answer is read.
            with (
                httpx.Client(timeout=self._watched.timeout_s, trust_env=False) as client,
                client.stream("GET", self._watched.url) as answer,
            ):
                return answer.status_code == httpx.codes.OK
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return False

    def _beats(self) -> bool:
        """Not by its age: the two machines' clocks may differ."""
        if self._watched.heartbeat_file is None:
            return True
        before, self._beat_ns = self._beat_ns, self._written_ns()
        return self._beat_ns is not None and self._beat_ns != before

    def _written_ns(self) -> int | None:
        path = self._watched.heartbeat_file
        try:
            return None if path is None else path.stat().st_mtime_ns
        except OSError:
            return None


def watch(file: WatchdogFile, stop: threading.Event) -> None:
    """Watches until told to stop; pages when the desk falls silent, again while it is, and once
    when it is back. When nobody could be paged it tries again at its next look.
    """
    watched = file.watchdog
    bearers = bearers_from(file.bearers)
    ears = Ears(watched)
    vigil = Vigil(watched.silent_after_s, watched.again_after_s, time.monotonic())
    while not stop.wait(watched.look_every_s):
        duty = vigil.note(ears.hear(), time.monotonic())
        if duty is not Duty.NOTHING and page(watched, bearers, ring_for(watched, duty, vigil)):
            vigil.said(duty, time.monotonic())


def ring_for(watched: Watched, duty: Duty, vigil: Vigil) -> Ring:
    """What a page says."""
    span = f"{vigil.silent_for_s:.0f} s"
    if duty is Duty.SAY_BACK:
        why, do_next, precedence = f"The desk answers again after {span}.", BACK, "PRIORITY"
    else:
        why, do_next, precedence = f"The desk has been silent for {span}.", SILENT, "FLASH"
    return Ring(
        id=f"watchdog:{watched.desk}",
        precedence=precedence,
        why=why,
        do_next=do_next,
        exercise=watched.exercise,
    )


def page(watched: Watched, bearers: Mapping[str, Bearer], ring: Ring) -> bool:
    """Rings everybody; whether at least one ring was taken. No failure keeps the others asleep."""
    log.warning("%s", ring.why)
    taken = False
    for each in watched.pages:
        try:
            bearers[each.bearer].carry(ring, each.address)
            taken = True
        except BearerFailed as failure:
            log.error("%s: %s", each.bearer, failure)
    return taken


def main(arguments: list[str] | None = None) -> int:
    """Watches by the settings file named on the command line, until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="openline watchdog", description="Pages when the desk itself is silent."
    )
    parser.add_argument("settings", type=Path, help="TOML file: [watchdog] and [bearers.NAME]")
    path = parser.parse_args(arguments).settings
    try:
        file = read_settings(path, WatchdogFile)
    except UnreadableSettings as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    watch(file, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
