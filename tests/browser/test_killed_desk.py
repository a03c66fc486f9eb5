"""The desk is killed in the middle of the work: nothing is lost, and nothing old looks like now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from browser_harness import Console
from openline import app
from openline.cli.newcomers import add_newcomer
from openline.cli.speaking import Desk as Caller
from rest_harness import FORCES

pytestmark = [pytest.mark.long, pytest.mark.timeout(240)]
Opened = Callable[..., Console]
STARTS_WITHIN_S = 60.0
COMMAND = "from openline.cli.main import run; run()"


class Process:
    """A desk served by a process of its own, to be killed by its id."""

    def __init__(self, data: Path, port: int) -> None:
        options = ["serve", "--data", str(data), "--port", str(port)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{port}"
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/healthz", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"{self.url}: the desk did not start within {STARTS_WITHIN_S:.0f} s")

    def kill(self) -> None:
        """At once, with no chance to finish anything."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)


@contextmanager
def running(data: Path, port: int) -> Iterator[Process]:
    process = Process(data, port)
    try:
        yield process
    finally:
        process.end()


def free_port() -> int:
    from openline.http_server import listen

    with listen("127.0.0.1", 0) as socket:
        return int(socket.getsockname()[1])


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, Path]:
    """A desk with its parties and a line, and where their keys lie; nobody serves it yet."""
    data, keys = tmp_path / "desk", tmp_path / "keys"
    app.make_desk(data, exercise=True)
    with app.desk_at(data) as service:
        for newcomer in FORCES:
            add_newcomer(service, newcomer, keys)
    return data, keys


def open_line(url: str, keys: Path) -> None:
    position = "EAST-TAC.commander"
    with Caller.reached(url, keys / f"{position}.key", position, None) as caller:
        ends = [{"party": side, "cell": f"{side}-TAC"} for side in ("EAST", "WEST")]
        said = {"id": "line", "line": "L-1", "level": "tactical", "ends": ends}
        assert caller.http.post("/v1/lines", json=said).status_code == 201


def test_a_desk_killed_in_the_middle_of_the_work_loses_nothing(
    console: Opened, desk: tuple[Path, Path]
) -> None:
    data, keys = desk
    port = free_port()
    with running(data, port) as process:
        open_line(process.url, keys)
        officer = console(process.url).enter_with(keys / "EAST-TAC.duty.key", "EAST-TAC.duty")
        page = officer.at_the_desk().page
        officer.press("s m")
        form = page.get_by_role("dialog")
        form.get_by_label("What you say").fill("Half a word, typed before the")
        form.get_by_label("WEST", exact=True).check()
        process.kill()

        # What was there is still there to be read, and none of it looks as if it were of now.
        expect(page.get_by_text("NO CONTACT WITH THE DESK").first).to_be_visible()
        expect(page.locator(".screen.lost")).to_have_count(1)
        expect(form.get_by_text("What you typed stays")).to_be_visible()
        expect(form.get_by_role("button", name="Send it")).to_be_disabled()
        form.get_by_label("What you say").fill("Half a word, typed before the desk was killed.")
        clock = page.locator(".zulu").inner_text()

    with running(data, port) as process:
        officer.at_the_desk()
        expect(page.locator(".screen.lost")).to_have_count(0)
        expect(form.get_by_label("What you say")).to_have_value(
            "Half a word, typed before the desk was killed."
        )
        form.get_by_role("button", name="Send it").click()
        expect(form).to_be_hidden()
        assert page.locator(".zulu").inner_text() >= clock

        position = "WEST-TAC.duty"
        with Caller.reached(process.url, keys / f"{position}.key", position, None) as west:
            (message,) = west.http.get("/v1/messages").json()["items"]
        assert message["body"]["text"] == "Half a word, typed before the desk was killed."
        assert message["recipients"] == ["WEST"]


def test_what_was_said_as_the_connection_broke_is_taken_once(
    console: Opened, desk: tuple[Path, Path]
) -> None:
    data, keys = desk
    port = free_port()
    with running(data, port) as process:
        open_line(process.url, keys)
        officer = console(process.url).enter_with(keys / "EAST-TAC.duty.key", "EAST-TAC.duty")
        page = officer.at_the_desk().page
        answers: list[int] = []

        def lose(route: object) -> None:
            """It reaches the desk, which takes it; its answer is lost on the way back."""
            answers.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort() if len(answers) == 1 else route.fallback()  # type: ignore[attr-defined]

        page.route("**/v1/statements", lose)
        officer.press("g l c")

        expect(page.get_by_text("Line check passed: L-1")).to_be_visible()
        position = "WEST-TAC.duty"
        with Caller.reached(process.url, keys / f"{position}.key", position, None) as west:
            moments = west.http.get("/v1/moments?from=0").json()["moments"]
        assert answers[0] == 201
        assert [kind for _, _, kind in moments].count("line.checked.v1") == 1
