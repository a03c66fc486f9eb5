"""A witness over HTTP (C2SP tlog-witness): anybody may ask, the signatures say who it was."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from openline.domain.errors import Unavailable
from openline.record.errors import (
    Forked,
    NotANote,
    NotARequest,
    OtherSize,
    ProofFails,
    RecordFault,
    SignatureFails,
    UnknownLog,
    UnknownSigner,
)
from openline.record.note import render_vkey
from openline.record.witnessing import REQUEST_BYTES_MAX, parse_request, render_cosignatures
from openline.witness.cosigner import Cosigner

SIZE_TYPE: Final = "text/x.tlog.size"
PLAIN: Final = "text/plain"
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_STATUS_OF: Final[tuple[tuple[type[RecordFault], int], ...]] = (
    (NotARequest, 400),
    (NotANote, 400),
    (SignatureFails, 403),
    (UnknownSigner, 403),
    (UnknownLog, 404),
    (OtherSize, 409),
    (Forked, 409),
    (ProofFails, 422),
)
"""SPEC tlog-witness, add-checkpoint."""

_log = structlog.get_logger(__name__)


class Watched(Struct, frozen=True, kw_only=True):
    """A record that the witness watches, and how far it has cosigned it, in POSIX seconds."""

    origin: str
    size: int
    cosigned_at_s: int


class About(Struct, frozen=True, kw_only=True):
    """Who the witness is, for whoever looks after it."""

    name: str
    vkey: str
    records: tuple[Watched, ...]


def origin_hash(origin: str) -> str:
    """Under what name a record's cosigned checkpoint is served."""
    return sha256(origin.encode()).hexdigest()


def witness_app(cosigner: Cosigner, more: tuple[Route, ...] = ()) -> Starlette:
    """A witness as an ASGI application."""
    memory = cosigner.identity.memory

    async def add_checkpoint(request: Request) -> Response:
        body = await read_bounded(request, REQUEST_BYTES_MAX)
        return await answered(lambda: _added(cosigner, body))

    async def checkpoint(request: Request) -> Response:
        wanted = request.path_params["record"]
        return await answered(lambda: _cosigned(cosigner, wanted))

    async def about(_request: Request) -> Response:
        return await answered(lambda: _about(cosigner))

    async def healthz(_request: Request) -> Response:
        await run_in_threadpool(memory.all)
        return Response("ok\n", media_type=PLAIN)

    routes = [
        Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
        *more,
        Route("/healthz", healthz),
        Route("/{record:str}/checkpoint", checkpoint),
        Route("/", about),
    ]
    app = Starlette(routes=routes, exception_handlers={Unavailable: _unavailable})
    app.router.redirect_slashes = False
    return app


async def read_bounded(request: Request, most: int) -> bytes:
    """The body of a request, read no further than it may be long.

    Raises:
        HTTPException: it is longer, or the caller went away.
    """
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise HTTPException(413, f"At most {most} bytes.", {"Connection": "close"})
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    return bytes(body)


async def answered(make: Callable[[], Response]) -> Response:
    """What `make` answers, beside the event loop; a refusal is its sentence, under its status."""
    try:
        return await run_in_threadpool(make)
    except (OtherSize, Forked) as refusal:
        # SPEC tlog-witness: a conflict is answered with the size that was cosigned last.
        return Response(f"{refusal.size}\n", 409, media_type=SIZE_TYPE, headers=_NOT_KEPT)
    except RecordFault as fault:
        status = next((status for kind, status in _STATUS_OF if isinstance(fault, kind)), 422)
        return Response(f"{fault.sentence}\n", status, media_type=PLAIN, headers=_NOT_KEPT)


def _added(cosigner: Cosigner, body: bytes) -> Response:
    signature = cosigner.cosign(parse_request(body))
    return Response(render_cosignatures([signature]), media_type=PLAIN, headers=_NOT_KEPT)


def _cosigned(cosigner: Cosigner, wanted: str) -> Response:
    for origin, held in cosigner.identity.memory.all().items():
        if origin_hash(origin) == wanted:
            return Response(held.note, media_type=PLAIN, headers=_NOT_KEPT)
    return Response("Nothing of such a record was cosigned.\n", 404, media_type=PLAIN)


def _about(cosigner: Cosigner) -> Response:
    records = tuple(
        Watched(origin=origin, size=held.seen.size, cosigned_at_s=held.at_s)
        for origin, held in cosigner.identity.memory.all().items()
    )
    about = About(name=cosigner.identity.name, vkey=render_vkey(cosigner.key), records=records)
    return Response(msgspec.json.encode(about), media_type="application/json", headers=_NOT_KEPT)


async def _unavailable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    _log.error("witness cannot answer", why=error.sentence)
    return Response(f"{error.sentence}\n", 503, media_type=PLAIN, headers=_NOT_KEPT)
