"""Witnesses as programs of their own, on ports of this machine; ended by their own process ids."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx

from openline.http_server import HttpServer, listen
from openline.record.note import NoteKey
from openline.witness.cosigner import Cosigner
from openline.witness.memory import open_identity
from openline.witness.server import witness_app

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


class Served:
    """A witness in a thread of this process; `go` and `come` are its network, not its memory."""

    def __init__(self, directory: Path, name: str, *logs: NoteKey) -> None:
        self.identity = open_identity(directory, name)
        for key in logs:
            self.identity.memory.watch(key)
        self.cosigner = Cosigner(identity=self.identity, now_s=time.time)
        self.key = self.cosigner.key
        self._port = 0
        self._thread: threading.Thread | None = None
        self.come()

    def come(self) -> None:
        listening = listen("127.0.0.1", self._port)
        self._port = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._server = HttpServer(witness_app(self.cosigner), lambda: None)
        self._thread = threading.Thread(target=self._server.run_on, args=(listening,))
        self._thread.start()
        self._listening = listening

    def go(self) -> None:
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
            self._listening.close()

    def close(self) -> None:
        self.go()
        self.identity.memory.close()


@contextmanager
def answering(status: int, body: bytes = b"") -> Iterator[str]:
    """Something in a witness's place that answers whatever it is asked to cosign with this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._say(status, body)

        def do_GET(self) -> None:
            self._say(404, b"")

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def until(holds: Callable[[], object], given_up_after_s: float = 30.0) -> None:
    """Waits until it holds; an assertion that it ever does."""
    ends_s = time.monotonic() + given_up_after_s
    while not holds():
        assert time.monotonic() < ends_s, "it never came to hold"
        time.sleep(0.02)
