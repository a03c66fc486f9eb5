"""The door: what reaches an application whole, and what is cut off before it fills the memory."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from openline.http_server import HEAD_BYTES_MAX, HttpServer, listen

HEAD = b"POST / HTTP/1.1\r\nHost: desk\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"x" * 16_384


async def count_body(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers with how many bytes the body had."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    text = b"%d" % length
    headers = [(b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = listen("127.0.0.1", 0)
    server = HttpServer(count_body, lambda: None)
    thread = threading.Thread(target=server.run_on, args=(listening,))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


@contextmanager
def caller(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as calling:
        yield calling


def poured(port: int, start: bytes) -> tuple[int, bytes]:
    """How much of an endless stream is taken after the start, and what is answered."""
    with caller(port) as calling:
        calling.sendall(start)
        taken = 0
        try:
            while taken < 64 * HEAD_BYTES_MAX:
                calling.sendall(CHUNK)
                taken += len(CHUNK)
        except OSError:
            pass
        try:
            return taken, calling.recv(65_536)
        except ConnectionResetError:
            return taken, b""


@pytest.mark.parametrize(
    "start",
    [
        HEAD + b"X-Long: ",
        b"GET /",
        CHUNKED + b"1;",
        CHUNKED + b"1\r\nx\r\n0\r\nX-Trailer: ",
    ],
    ids=["header", "address", "chunk extension", "trailer"],
)
def test_what_goes_on_without_end_is_cut_off(port: int, start: bytes) -> None:
    taken, answer = poured(port, start)
    # What the sockets between the two hold is taken, too.
    assert taken < 64 * HEAD_BYTES_MAX
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


def test_many_short_headers_are_cut_off(port: int) -> None:
    with caller(port) as calling:
        calling.sendall(HEAD)
        calling.sendall(b"X-Short: 1\r\n" * (HEAD_BYTES_MAX // 12 + 2))
        assert calling.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_a_large_body_is_taken_whole_however_it_is_sent(port: int) -> None:
    whole = b"x" * (8 * HEAD_BYTES_MAX)
    in_chunks = b"".join(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK) for _ in range(32))
    with caller(port) as calling:
        for request in (
            HEAD + b"Content-Length: %d\r\n\r\n" % len(whole) + whole,
            CHUNKED + in_chunks + b"0\r\n\r\n",
        ):
            calling.sendall(request)
            assert calling.recv(65_536).endswith(b"\r\n\r\n%d" % len(whole))


def test_the_bound_is_on_one_request_and_not_on_a_connection(port: int) -> None:
    with caller(port) as calling:
        for _ in range(4):
            calling.sendall(HEAD + b"X-Long: " + b"x" * (HEAD_BYTES_MAX // 2) + b"\r\n\r\n")
            assert calling.recv(65_536).startswith(b"HTTP/1.1 200 ")
