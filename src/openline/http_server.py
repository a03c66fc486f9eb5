"""How a desk listens: uvicorn on a compiled parser and loop, with a bound on what it holds unread.

The parser and the event loop are compiled; with the ones in plain Python, reading and writing HTTP
cost more than all that the desk itself does for most requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openline.domain.errors import Unavailable

HEAD_BYTES_MAX: Final = 65_536
"""What of a request may be neither body nor understood yet: its head, above all."""
STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_GRACE_S: Final = 5
_KEEP_ALIVE_S: Final = 75
"""Longer than any stall: else what waits to be read is cut off with the connection it came by."""
_BACKLOG: Final = 512
_TOO_LONG: Final = "The head of this request is too long. Send shorter headers."


class _Connection(HttpToolsProtocol):
    """One caller's connection. It is closed as soon as a head, or what stands for one, is too long.

    The parser itself keeps a head for as long as it goes on, and trailers and chunk extensions too:
    without this bound one caller could fill the memory.
    """

    _unread_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response(_TOO_LONG)

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread_bytes = 0
        super().on_message_complete()


class HttpServer(uvicorn.Server):
    """uvicorn, which leaves signals to whoever starts it and ends streams before it waits."""

    def __init__(self, app: Any, end_streams: Callable[[], None]) -> None:
        """Serves an ASGI application; nobody is answered before `run_on`."""
        super().__init__(
            uvicorn.Config(
                app,
                http=_Connection,
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._end_streams = end_streams

    def run_on(self, listening: socket.socket) -> None:
        """Answers until `should_exit`; then ends streams and finishes what it is answering."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self.serve(sockets=[listening]))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)


def run_until_told(server: HttpServer, listening: socket.socket) -> None:
    """Answers until SIGINT or SIGTERM. Called by the main thread of a program."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, stop) for each in STOPPING}
    try:
        server.run_on(listening)
    finally:
        listening.close()
        for each, handler in before.items():
            signal.signal(each, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket at which callers wait from here on, to be answered.

    Raises:
        Unavailable: the port is another program's, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From here on callers wait instead of being turned away.
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise Unavailable(
            f"{host} port {port}: cannot be listened on. Name another with --port or --host."
        ) from error
    return listening
