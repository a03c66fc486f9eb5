"""Connections that each send the next request when the last is answered: one thread, no library.

The client shares the cores with the server it measures, so it does as little as can be: requests
are bytes made beforehand, and of an answer it reads status, length and body.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

HOST: Final = "localhost"
_READ_BYTES: Final = 1 << 18
_PATIENCE_S: Final = 60


class Answered(NamedTuple):
    """One answer, and the seconds from the first byte sent to the last received."""

    status: int
    body: bytes
    took_s: float


class Run(NamedTuple):
    """What came of a load: the answers of each connection in order, and what it took."""

    answers: list[list[Answered]]
    wall_s: float
    client_cpu_s: float

    def per_s(self) -> float:
        """Answers in a second."""
        return sum(map(len, self.answers)) / self.wall_s

    def figures(self) -> dict[str, float]:
        """Rate, percentiles, and how much of one core the client took."""
        took_ms = sorted(each.took_s * 1_000 for answers in self.answers for each in answers)
        shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
        at = {name: took_ms[int(len(took_ms) * share)] for name, share in shares.items()}
        return {
            "per_s": round(self.per_s(), 1),
            **{name: round(each, 2) for name, each in at.items()},
            "max_ms": round(took_ms[-1], 1),
            "client_of_a_core": round(self.client_cpu_s / self.wall_s, 2),
        }


def request(method: str, path: str, authorization: str = "", body: Any = None) -> bytes:
    """The bytes of one request; a body is sent as JSON."""
    content = b"" if body is None else msgspec.json.encode(body)
    head = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    if authorization:
        head.append(f"authorization: Bearer {authorization}")
    if body is not None:
        head += ["content-type: application/json", f"content-length: {len(content)}"]
    return "\r\n".join([*head, "", ""]).encode() + content


def run(port: int, requests: Sequence[Sequence[bytes]]) -> Run:
    """Sends each sequence over a connection of its own, all at once.

    Raises:
        OSError: nobody listens, or the server closed a connection.
    """
    calls = [_Connection(port, each) for each in requests if each]
    cpu_s, began_s = time.process_time(), time.perf_counter()
    _drive({each.socket.fileno(): each for each in calls})
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    for each in calls:
        each.socket.close()
    return Run([each.answers for each in calls], wall_s, cpu_s)


def _drive(calls: dict[int, _Connection]) -> None:
    with select.epoll() as waiting:
        for number, each in calls.items():
            waiting.register(number, select.EPOLLIN)
            each.send_next()
        open_calls = len(calls)
        while open_calls:
            ready = waiting.poll(_PATIENCE_S)
            if not ready:
                raise TimeoutError("the server answers nobody")
            for number, _ in ready:
                if calls[number].receive() and not calls[number].send_next():
                    open_calls -= 1


class _Connection:
    """One connection and what it still has to send."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers: list[Answered] = []
        self._requests: Iterator[bytes] = iter(requests)
        self._received = b""
        self._sent_s = 0.0

    def send_next(self) -> bool:
        """Sends the next request; False if there is none."""
        content = next(self._requests, None)
        if content is None:
            return False
        self._sent_s = time.perf_counter()
        self.socket.sendall(content)
        return True

    def receive(self) -> bool:
        """Reads what has come; whether that was the end of an answer."""
        content = self.socket.recv(_READ_BYTES)
        if not content:
            raise ConnectionError("the server closed a connection")
        self._received += content
        head = self._received.find(b"\r\n\r\n") + 4
        if head < 4:
            return False
        at = self._received.find(b"content-length:") + 15
        length = int(self._received[at : self._received.index(b"\r", at)])
        if len(self._received) < head + length:
            return False
        status, body = int(self._received[9:12]), self._received[head : head + length]
        self.answers.append(Answered(status, body, time.perf_counter() - self._sent_s))
        self._received = b""
        return True
