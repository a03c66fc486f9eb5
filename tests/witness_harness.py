"""Witnesses as programs of their own, on ports of this machine; ended by their own process ids."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = [sys.executable, "-c", "from openline.cli.main import run; run()"]
_LISTENING = re.compile(r"Listening on (http://\S+)")
_VKEY = re.compile(r"public key: (\S+)")


class Running:
    """A command of ours at work; `url` is where it listens, `told` what it said until then."""

    def __init__(self, *arguments: object, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | (env or {}),
        )
        assert self.process.stdout is not None
        self.told = ""
        self.url = ""
        for row in self.process.stdout:
            self.told += row
            if found := _LISTENING.search(row):
                self.url = found[1]
                break
        assert self.url, self.told
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=60)

    @property
    def vkey(self) -> str:
        found = _VKEY.search(self.told)
        assert found, self.told
        return found[1]

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, how: int = signal.SIGTERM) -> str:
        """Ends it; the rest of what it said."""
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=60)
        return rest


@contextmanager
def running(*arguments: object) -> Iterator[Running]:
    """The command, until the block ends."""
    program = Running(*arguments)
    try:
        yield program
    finally:
        program.end()


def witness(directory: Path, *more: object, port: int = 0) -> Running:
    """A witness in a process of its own."""
    return Running("witness", directory, "--port", port, *more)
