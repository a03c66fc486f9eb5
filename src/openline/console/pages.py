"""The console's files over HTTP: read once, served from memory, and nothing but these.

A page may run only what came with it and talk to nobody but this desk: its content security policy
says so to the browser. What is asked for by a name with a digest in it never changes.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Callable
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from openline.domain.errors import Unavailable

BUILT: Final = "built"
INDEX: Final = "index.html"
DOOR: Final = "/door.json"
ASSETS: Final = "assets"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Pictures may be made in the page (`data:`, `blob:`); everything else comes from this desk."""

GUARDS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_FRESH: Final = {"Cache-Control": "no-cache"}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_PACKED: Final = frozenset({".css", ".html", ".js", ".json", ".svg", ".bin", ".txt"})


class OfferedKey(Struct, frozen=True, kw_only=True):
    """A private key that an exercise publishes for a position (base64 of its PKCS 8)."""

    position: str
    party: str
    pkcs8: bytes


class Door(Struct, frozen=True, kw_only=True):
    """What the console must know before anybody has said who they are.

    `audience` is the desk's own address, which an assertion is made out to. `offered` are published
    keys, of an exercise alone.
    """

    audience: str
    origin: str
    exercise: bool
    offered: tuple[OfferedKey, ...] = ()


class _File:
    """One file as it is served; packed once, when it is first asked for."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content
        guessed, _ = mimetypes.guess_type(name)
        self._type = guessed or "application/octet-stream"

    @cached_property
    def packed(self) -> bytes | None:
        suffix = self.name[self.name.rfind(".") :]
        return gzip.compress(self.content, mtime=0) if suffix in _PACKED else None

    def response(self, request: Request) -> Response:
        headers = {**GUARDS, **(_FOR_EVER if self.name.startswith(ASSETS) else _FRESH)}
        headers["Vary"] = "Accept-Encoding"
        takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
        if takes_gzip and self.packed is not None:
            headers["Content-Encoding"] = "gzip"
            return Response(self.packed, media_type=self._type, headers=headers)
        return Response(self.content, media_type=self._type, headers=headers)


class WithConsole:
    """Answers `/` and the console's files itself, and leaves all else to the API.

    At `/door.json` it says what stands at the door. What goes to the API costs one look-up more.
    """

    def __init__(self, api: ASGIApp, door: Callable[[], Door]) -> None:
        """
        Raises:
            Unavailable: this openline was installed without the console.
        """
        self._api, self._door = api, door
        self._files = {f"/{each.name}": each for each in _read(files("openline.console") / BUILT)}
        if f"/{INDEX}" not in self._files:
            raise Unavailable("The console is not there: it was not built. Run `make console`.")
        self._files["/"] = self._files[f"/{INDEX}"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._api(scope, receive, send)
        elif path in self._files:
            await self._files[path].response(Request(scope))(scope, receive, send)
        elif path == DOOR:
            response = await run_in_threadpool(self._at_the_door)
            await response(scope, receive, send)
        else:
            await self._api(scope, receive, send)

    def _at_the_door(self) -> Response:
        headers = {**GUARDS, "Cache-Control": "no-store"}
        content = msgspec.json.encode(self._door())
        return Response(content, media_type="application/json", headers=headers)


def _read(folder: Traversable, under: str = "") -> list[_File]:
    found: list[_File] = []
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        if each.is_dir():
            found += _read(each, f"{under}{each.name}/")
        else:
            found.append(_File(f"{under}{each.name}", each.read_bytes()))
    return found
