"""Live tracks over HTTP: batches of fixes, which are not statements, and enter no record whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.desk.view import NO_APPROVAL, sees_own_tracks, tracks_for
from openline.detection.fixes import no_fixes
from openline.domain.airspace import Position
from openline.domain.authority import REPORTS_TRACKS
from openline.domain.statement import Author
from openline.domain.track import Fix
from openline.protocols.rest.bodies import JSON, parse_json, read_as, read_body
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, Query, answered_in_thread, json_response
from openline.protocols.rest.gate import Gate, check_scope
from openline.track_engine.columns import TrackColumns, columns_of
from openline.tracking import Tracking, TracksHeld

FIXES_AT_ONCE: Final = 5_000
_MAKES_DOUBTFUL: Final = (b"\\", b'" ', b'"\t', b'"\n', b'"\r')


class PositionSent(Position, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point on the ellipsoid; it may lie anywhere within `accuracy_m` of where it is stated."""


class FixSent(Fix, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One report of where a track was.

    `course_deg` is true, clockwise from north; the track is taken to move on at `speed_mps` along
    the geodesic that starts there, climbing at `climb_mps`. `height_m` null is every height.
    """

    position: PositionSent


class FixesSent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch of fixes of the caller's own tracks."""

    fixes: Annotated[tuple[FixSent, ...], Meta(min_length=1, max_length=FIXES_AT_ONCE)]


class FixesTaken(Struct, frozen=True, kw_only=True):
    """The batch was taken in; what it leads to is told as findings and pointers, within seconds.

    `digest` is the SHA-256 of the bytes sent, in hex: once a minute a root over the digests of all
    batches enters the record.
    """

    digest: str
    fixes: int
    received_at: datetime
    no_approval: str = NO_APPROVAL


def read_fixes(raw: bytes) -> FixesSent:
    """The batch that these bytes are.

    Thousands of fixes a second are read twice over, but not by the reader that sees each name of
    each fix: only where a name may stand twice is that one asked.

    Raises:
        Unreadable: not one JSON object; see `parse_json`.
        Malformed: no batch of fixes; the sentence names the field.
    """
    return read_as(FixesSent, _parse_quickly(raw) or parse_json(raw), "fixes")


def _parse_quickly(raw: bytes) -> dict[str, Any] | None:
    """The object in these bytes if every name in it surely stands once; else None, unjudged.

    With no escapes, and no blank after a quotation mark, what names are written is counted by
    their colons; texts that begin with one only make it seem too many.
    """
    if any(each in raw for each in _MAKES_DOUBTFUL):
        return None
    try:
        whole = msgspec.json.decode(raw)
        held = len(whole) + sum(len(fix) + len(fix["position"]) for fix in whole["fixes"])
    except (msgspec.MsgspecError, TypeError, KeyError, RecursionError):
        return None
    return whole if raw.count(b'":') == held else None


def track_endpoints(gate: Gate, tracking: Tracking) -> Iterator[Endpoint]:
    """Where batches of fixes are sent, and one's own tracks are read."""
    yield _sent_at(gate, tracking)
    yield Endpoint(
        method="GET",
        path="/v1/tracks",
        summary="One's own tracks: the last fix of each since the desk started",
        tag="read",
        answer=answered_in_thread(gate.caller, lambda _, caller: _held(gate, tracking, caller)),
        returns=TracksHeld,
    )
    yield Endpoint(
        method="GET",
        path="/v1/tracks/columns",
        summary="The same as columns of numbers, for whoever draws thousands every second",
        tag="read",
        answer=answered_in_thread(
            gate.caller, lambda request, caller: _columns(gate, tracking, request, caller)
        ),
        returns=TrackColumns,
        query=(Query(name="names", type=str, what="Digest of the names one already has"),),
    )


def _held(gate: Gate, tracking: Tracking, caller: Caller) -> TracksHeld:
    held = tracking.held(caller.party)
    own = gate.desk.read(lambda state: tracks_for(state, caller.party, held.fixes))
    return replace(held, fixes=own)


def _columns(gate: Gate, tracking: Tracking, request: Request, caller: Caller) -> TrackColumns:
    if not gate.desk.read(lambda state: sees_own_tracks(state, caller.party)):
        return columns_of([], no_fixes(0), gate.desk.now(), None)
    return tracking.columns(caller.party, request.query_params.get("names"))


def _sent_at(gate: Gate, tracking: Tracking) -> Endpoint:

    def take(raw: bytes, caller: Caller) -> Response:
        check_scope(caller, REPORTS_TRACKS.roles, "tracks")
        sent = read_fixes(raw)
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
