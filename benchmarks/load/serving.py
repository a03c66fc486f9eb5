"""`openline serve` in a program of its own, as an operator runs it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx

OPENLINE: Final = str(Path(sys.executable).parent / "openline")
_EVERY_S: Final = 0.1
_TRIES: Final = 3_000


class Serving(NamedTuple):
    """A desk at work: its address, a client without a token, and its process."""

    url: str
    http: httpx.Client
    pid: int


@contextmanager
def serving(path: Path) -> Iterator[Serving]:
    """Serves `desk` below the path on a free port, from when it answers until the block ends.

    Raises:
        SystemExit: it does not answer; its log is told.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, log_path = f"http://127.0.0.1:{port}", path / "log"
    command = [OPENLINE, "serve", "--port", str(port), "--data", str(path / "desk")]
    with (
        log_path.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log) as desk,
        httpx.Client(base_url=url, trust_env=False) as http,
    ):
        try:
            _await(http, desk, log_path)
            yield Serving(url, http, desk.pid)
        finally:
            desk.terminate()


def _await(http: httpx.Client, desk: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once the desk answers."""
    for _ in range(_TRIES):
        try:
            http.get("/healthz")
        except httpx.HTTPError:
            if desk.poll() is not None:
                break
            time.sleep(_EVERY_S)
        else:
            return
    raise SystemExit(f"the desk does not answer\n{log.read_text()}")
