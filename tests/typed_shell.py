"""A terminal in which the rows of a page are typed as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

OPENLINE = (sys.executable, "-c", "from openline.cli.main import run; run()")
WRITTEN_AT = "http://127.0.0.1:8700"


class Shell:
    """A terminal in a folder of its own, where a page's rows are typed one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.token = ""

    def type(self, row: str) -> str:
        """What is printed for a row. The desk listens on another port, so that is put in."""
        words = shlex.split(row.replace(WRITTEN_AT, self.url).replace("$TOKEN", self.token))
        if words[0] == "curl":
            return self._fetched(words[1:])
        asks = {"say", "token"} & set(words[:2])
        return self.run(*words[1:], *(("--to", self.url) if asks else ()))

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*OPENLINE, *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _fetched(self, words: list[str]) -> str:
        """As curl does, which is not on every machine."""
        headers, data = {}, None
        for option, value in zip(words[:-1:2], words[1:-1:2], strict=True):
            if option == "-H":
                headers.update([value.split(": ", 1)])
            else:
                data = (self.folder / value.removeprefix("@")).read_bytes()
        method = "GET" if data is None else "POST"
        answer = httpx.request(method, words[-1], headers=headers, content=data, trust_env=False)
        assert answer.is_success, answer.text
        return answer.text

    @contextmanager
    def serving(self, row: str) -> Iterator[None]:
        """`make serve ARGS="…"`, until the block ends."""
        (arguments,) = re.findall(r'ARGS="(.*)"', row)
        port = self.url.rpartition(":")[2]
        desk = subprocess.Popen(
            [*OPENLINE, "serve", *shlex.split(arguments), "--port", port],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            env={**os.environ},
        )
        try:
            self._await_desk()
            yield
        finally:
            desk.send_signal(signal.SIGTERM)
            assert desk.wait(30) == 0

    def _await_desk(self) -> None:
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/healthz", trust_env=False)
                return
            except httpx.ConnectError:
                time.sleep(0.1)
        pytest.fail("the desk did not begin to listen within a minute")
