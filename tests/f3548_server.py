"""The F3548 server as it is run, in a process of its own: for the harness of suppliers to call."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from f3548_harness import AUDIENCE, Authority, Dss

SERVE = (str(Path(sys.executable).parent / "openline"), "serve")
READY_WITHIN = 200
"""Rows of output among which the one with the address must be."""


@dataclass
class Running:
    """A server's process, and where it answers."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """Ends it as a power cut would: no word, no clean-up."""
        self.process.kill()
        self.process.wait()


def serve_command(data: Path, keys: Sequence[Path | str], *options: str) -> list[str]:
    """The command that runs the server on a desk of its own and a port that is free."""
    named = [part for key in keys for part in ("--f3548-public-key", str(key))]
    return [*SERVE, "--data", str(data), "--port", "0", "--f3548", *named, *options]


@contextmanager
def running(data: Path, keys: Sequence[Path | str], *options: str) -> Iterator[Running]:
    """`openline serve --f3548`, until the block ends."""
    command = serve_command(data, keys, *options)
    log = data.with_name(f"{data.name}.log")
    with (
        log.open("a") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            rows = (process.stdout.readline() for _ in range(READY_WITHIN))
            listening = next((row for row in rows if not row or "Listening on" in row), "")
            assert listening, f"the server did not start: {log.read_text()}"
            yield Running(re.findall(r"http://\S+:\d+", listening)[0], process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait()


@contextmanager
def served_dss(directory: Path, *options: str, authority: Authority | None = None) -> Iterator[Dss]:
    """A new server that knows one authority, and a client without a token."""
    authority = authority or Authority()
    key = directory / "authority.pem"
    key.write_bytes(authority.public_pem)
    audience = ("--f3548-audience", AUDIENCE)
    with (
        running(directory / "desk", [key], *audience, *options) as server,
        httpx.Client(trust_env=False, timeout=30.0) as http,
    ):
        yield Dss(server.url, authority, http, server.process)
