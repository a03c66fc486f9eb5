"""The watchdog pages when the desk itself is silent, and says when it is back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from openline.bearers.command import CommandSettings
from openline.bearers.webhook import WebhookSettings
from openline.watchdog import Duty, Ears, Page, Vigil, WatchdogFile, Watched, watch


class Health:
    """A desk's health page, which can fall silent: no answer at all, or one that is not 200."""

    def __init__(self) -> None:
        self.status = 200
        self.hangs = threading.Event()
        self._ended = threading.Event()
        self.looks = 0
        health = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                health.looks += 1
                if health.hangs.is_set():
                    health._ended.wait()
                    return
                self.send_response(health.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """A test's far end says nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/healthz"

    def stop(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def health() -> Iterator[Health]:
    started = Health()
    yield started
    started.stop()


@pytest.fixture
def watching() -> Iterator[Callable[[WatchdogFile], None]]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(file: WatchdogFile) -> None:
        threads.append(threading.Thread(target=watch, args=(file, stop)))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def file_for(pages: tuple[Page, ...], bearers: Any, **watched: Any) -> WatchdogFile:
    settings = {
        "silent_after_s": 0.3,
        "again_after_s": 0.6,
        "look_every_s": 0.05,
        "timeout_s": 0.2,
        **watched,
    }
    return WatchdogFile(
        watchdog=Watched(desk="river", pages=pages, **settings),
        bearers=bearers,
    )


def by_webhook(pager: Any, **watched: Any) -> WatchdogFile:
    return file_for(
        (Page(bearer="page", address=pager.url),),
        {"page": WebhookSettings(hosts=("127.0.0.1",))},
        **watched,
    )


def silences(pager: Any) -> list[str]:
    return [post["why"] for post in pager.posts if "silent" in post["why"]]


def test_a_desk_that_answers_pages_nobody(health, pager, watching, until):
    watching(by_webhook(pager, url=health.url, silent_after_s=60))
    until(lambda: health.looks > 5)
    assert pager.posts == []


@pytest.mark.parametrize("how", ["hangs", "says 503"])
def test_a_silent_desk_pages_again_and_again_and_says_when_it_is_back(
    how: str, health, pager, watching, until
):
    watching(by_webhook(pager, url=health.url))
    until(lambda: health.looks > 2)
    if how == "hangs":
        health.hangs.set()
    else:
        health.status = 503
    until(lambda: len(silences(pager)) >= 2)
    health.hangs.clear()
    health.status = 200
    until(lambda: any("answers again" in post["why"] for post in pager.posts))
    assert pager.posts[0]["precedence"] == "FLASH"
    assert pager.posts[0]["id"] == "watchdog:river"


def test_a_desk_that_never_answered_is_silent_too(free_port, pager, watching, until):
    watching(by_webhook(pager, url=f"http://127.0.0.1:{free_port}/healthz"))
    until(lambda: silences(pager))


def test_a_heartbeat_counts_only_when_it_was_written_anew(health, tmp_path):
    beat = tmp_path / "heartbeat"
    pages = (Page(bearer="page", address="siren"),)
    ears = Ears(Watched(desk="river", pages=pages, url=health.url, heartbeat_file=beat))
    heard = [ears.hear()]
    for at_ns in (1_000, 2_000, 2_000):  # a clock of 1970 beats as well as any
        beat.touch()
        os.utime(beat, ns=(at_ns, at_ns))
        heard.append(ears.hear())
    health.status = 503
    os.utime(beat, ns=(3_000, 3_000))
    heard.append(ears.hear())
    assert heard == [False, True, True, False, False]


def test_a_heartbeat_that_stops_is_silence_though_the_page_answers(
    health, pager, watching, until, tmp_path
):
    watching(by_webhook(pager, url=health.url, heartbeat_file=tmp_path / "heartbeat"))
    until(lambda: silences(pager))
    assert health.looks > 0


def test_a_bearer_that_fails_keeps_the_others_awake(pager, watching, until, free_port, tmp_path):
    heard = tmp_path / "heard"
    program = tmp_path / "horn"
    program.write_text(f"#!/bin/sh\ncat >> {heard}\n", "utf-8")
    program.chmod(0o700)
    pages = (
        Page(bearer="page", address=f"http://127.0.0.1:{free_port}/"),
        Page(bearer="horn", address="siren"),
    )
    bearers = {
        "page": WebhookSettings(hosts=("127.0.0.1",)),
        "horn": CommandSettings(program=program),
    }
    watching(file_for(pages, bearers, url=f"http://127.0.0.1:{free_port}/"))
    until(heard.exists)
    until(lambda: "The desk has been silent" in heard.read_text("utf-8"))


def test_nobody_paged_is_tried_again_at_the_next_look():
    vigil = Vigil(silent_after_s=60, again_after_s=600, began_s=0)
    assert vigil.note(False, 60) is Duty.SAY_SILENT
    assert vigil.note(False, 70) is Duty.SAY_SILENT
    vigil.said(Duty.SAY_SILENT, 70)
    assert vigil.note(False, 669) is Duty.NOTHING
    assert vigil.note(False, 670) is Duty.SAY_SILENT


def test_back_is_owed_until_somebody_was_told():
    vigil = Vigil(silent_after_s=60, again_after_s=600, began_s=0)
    vigil.note(False, 60)
    vigil.said(Duty.SAY_SILENT, 60)
    assert vigil.note(True, 100) is Duty.SAY_BACK
    assert vigil.note(True, 110) is Duty.SAY_BACK
    vigil.said(Duty.SAY_BACK, 110)
    assert vigil.note(True, 120) is Duty.NOTHING
    assert vigil.note(False, 179) is Duty.NOTHING
    assert vigil.note(False, 180) is Duty.SAY_SILENT


def test_a_short_silence_pages_nobody():
    vigil = Vigil(silent_after_s=60, again_after_s=600, began_s=0)
    assert [vigil.note(False, 59), vigil.note(True, 61), vigil.note(False, 119)] == [
        Duty.NOTHING
    ] * 3


def test_the_watchdog_imports_nothing_of_the_desk():
    program = (
        "import sys, openline.watchdog\n"
        "print(*sorted(m for m in sys.modules if m.startswith('openline.')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name.split(".")[1] for name in loaded} == {
        "addresses",
        "bearers",
        "config",
        "watchdog",
    }


SETTINGS = """
[watchdog]
desk = "river"
url = "{url}"
silent_after_s = 0.3
look_every_s = 0.05
pages = [{{ bearer = "page", address = "{page}" }}]

[bearers.page]
kind = "webhook"
hosts = ["127.0.0.1"]
"""


def test_the_watchdogs_own_process_pages_and_ends_when_told(pager, until, free_port, tmp_path):
    settings = tmp_path / "watchdog.toml"
    settings.write_text(
        SETTINGS.format(url=f"http://127.0.0.1:{free_port}/healthz", page=pager.url), "utf-8"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "openline.watchdog", str(settings)], stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: silences(pager))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def test_settings_that_page_nobody_are_refused_in_a_sentence(tmp_path: Path):
    settings = tmp_path / "watchdog.toml"
    settings.write_text('bearers = {}\n[watchdog]\ndesk = "d"\nurl = "http://x"\npages = []')
    ended = subprocess.run(
        [sys.executable, "-m", "openline.watchdog", str(settings)], capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert "nobody is paged" in ended.stderr
    assert "Traceback" not in ended.stderr
