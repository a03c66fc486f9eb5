"""Live tracks over HTTP: batches of fixes, which are not statements, and enter no record whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.desk.view import NO_APPROVAL
from openline.domain.authority import REPORTS_TRACKS
from openline.domain.errors import Malformed
from openline.domain.statement import Author
from openline.domain.track import Fix
from openline.protocols.rest.bodies import JSON, find_unread, parse_json, read_as, read_body
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.gate import Gate, check_scope
from openline.tracking import Tracking

FIXES_AT_ONCE: Final = 5_000


class FixesSent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch of fixes of the caller's own tracks."""

    fixes: Annotated[tuple[Fix, ...], Meta(min_length=1, max_length=FIXES_AT_ONCE)]


class FixesTaken(Struct, frozen=True, kw_only=True):
    """The batch was taken in; what it leads to is told as findings and pointers, within seconds.

    `digest` is the SHA-256 of the bytes sent, in hex: once a minute a root over the digests of all
    batches enters the record.
    """

    digest: str
    fixes: int
    received_at: datetime
    no_approval: str = NO_APPROVAL


def track_endpoint(gate: Gate, tracking: Tracking) -> Endpoint:
    """Where batches of fixes are sent."""

    def take(raw: bytes, caller: Caller) -> Response:
        check_scope(caller, REPORTS_TRACKS.roles, "tracks")
        whole = parse_json(raw)
        sent = read_as(FixesSent, whole, "fixes")
        if unread := find_unread(whole, msgspec.to_builtins(sent)):
            raise Malformed(f"fixes: {unread}. Mend that field.")
        author = Author(party=caller.party, position=caller.position)
        taken = tracking.receive(author, raw, sent.fixes)
        answer = FixesTaken(digest=taken.digest, fixes=taken.fixes, received_at=taken.received_at)
        return json_response(answer, 202)

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        raw = await read_body(request, JSON)
        return await run_in_threadpool(take, raw, caller)

    return Endpoint(
        method="POST",
        path="/v1/tracks",
        summary="Report where one's own tracks are, in batches",
        tag="say",
        answer=serve,
        takes=FixesSent,
        returns=FixesTaken,
        status=202,
        refusals=(403, 409),
    )
