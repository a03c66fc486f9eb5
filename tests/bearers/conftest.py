"""Real far ends on loopback: a mail relay, a paging service, a program; ended by their handles."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import itertools
import json
import socket
import ssl
import stat
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def eventually(holds: Callable[[], Any], within_s: float = 20.0) -> Any:
    """What `holds` returns once it is true; fails if it never is."""
    until = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.01)
    return found


@pytest.fixture
def until() -> Callable[..., Any]:
    return eventually


class Mailbox:
    """What a relay has taken, and whether it is to refuse."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuse = False
        self.logins: list[tuple[bytes, bytes]] = []

    @property
    def letters(self) -> list[EmailMessage]:
        return [
            message_from_bytes(each.content, policy=policy.default)  # type: ignore[misc]
            for each in self.envelopes
        ]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return "550 no such watch"
        self.envelopes.append(envelope)
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


class Relay:
    """A mail relay on a thread of its own, and the port it listens on.

    `tls` speaks TLS from the first byte; other options are those of `aiosmtpd.smtp.SMTP`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self.mailbox = Mailbox()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

        async def listen() -> asyncio.Server:
            return await self._loop.create_server(
                lambda: SMTP(
                    self.mailbox,
                    authenticator=self.mailbox.authenticate,
                    loop=self._loop,
                    **options,
                ),
                "127.0.0.1",
                0,
                ssl=tls,
            )

        self._server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        async def close() -> None:
            self._server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def relay_with() -> Iterator[Callable[..., Relay]]:
    relays: list[Relay] = []

    def start(**options: Any) -> Relay:
        relays.append(Relay(**options))
        return relays[-1]

    yield start
    for each in relays:
        each.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the file that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    trusted, private = folder / "cert.pem", folder / "key.pem"
    trusted.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, private)
    return context, trusted


class Pager:
    """A paging service over HTTP: what was posted to it, and how it is to answer."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 202
        self.location: str | None = None
        pager = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                pager.posts.append(json.loads(self.rfile.read(length)))
                pager.headers.append(dict(self.headers))
                self.send_response(pager.status)
                if pager.location:
                    self.send_header("Location", pager.location)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """A test's far end says nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/page"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def pager() -> Iterator[Pager]:
    started = Pager()
    yield started
    started.stop()


class Drip:
    """A far end that says one byte at a time of what never ends: `head`, then `again` for ever."""

    def __init__(self, head: bytes, again: bytes) -> None:
        self._ended = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.02)
        self.port: int = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._drip, args=(head, again))
        self._thread.start()

    def _drip(self, head: bytes, again: bytes) -> None:
        callers: list[tuple[socket.socket, Iterator[int]]] = []
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                callers.append(
                    (self._door.accept()[0], itertools.chain(head, itertools.cycle(again)))
                )
            for caller, rest in callers:
                with contextlib.suppress(OSError):
                    caller.send(bytes([next(rest)]))
        for caller, _ in callers:
            caller.close()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        self._door.close()


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], Drip]]:
    drips: list[Drip] = []

    def start(head: bytes, again: bytes) -> Drip:
        drips.append(Drip(head, again))
        return drips[-1]

    yield start
    for each in drips:
        each.stop()


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture
def program_that(tmp_path: Path) -> Callable[[str], Path]:
    """A real program of the given rows of shell."""

    def write(rows: str) -> Path:
        path = tmp_path / f"program-{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!/bin/sh\n{rows}\n", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return write
