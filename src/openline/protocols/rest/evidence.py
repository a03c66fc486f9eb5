"""Evidence over HTTP: files handed in by a party to an incident, given back to who may read it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.desk.taking.incidents import going_on, open_to
from openline.desk.view import NO_APPROVAL, evidence_for
from openline.domain.authority import may
from openline.domain.errors import UnknownThing
from openline.domain.evidence import (
    MAX_EVIDENCE_BYTES,
    EvidenceBody,
    EvidenceKept,
    MediaType,
    find_media_type,
)
from openline.domain.incident import IncidentStated
from openline.domain.statement import THE_DESK, Statement
from openline.protocols.rest.bodies import read_body
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import BYTES, Answer, Endpoint, json_response
from openline.protocols.rest.gate import Gate, check_scope
from openline.protocols.rest.problems import WrongMediaType

_KEPT: Final = ", ".join(sorted(each.name for each in MediaType))
_NEVER_RUN: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class EvidenceTaken(Struct, frozen=True, kw_only=True):
    """The file is kept, and that it is stands in the record as entry `index`.

    Accounts name it by `sha256`, in hex. The desk judges nothing of what it shows.
    """

    evidence: str
    sha256: str
    media_type: MediaType
    size_bytes: int
    index: int
    no_approval: str = NO_APPROVAL


def evidence_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """Where a file is handed in, and where it is fetched; the list is a section of the view."""
    yield Endpoint(
        method="POST",
        path="/v1/incidents/{incident}/evidence",
        summary="Hand in a file as evidence; what it is is told by its content",
        tag="say",
        answer=_taking(gate),
        takes_bytes=True,
        returns=EvidenceTaken,
        status=201,
        refusals=(403, 404, 409),
    )
    yield Endpoint(
        method="GET",
        path="/v1/evidence/{evidence}/file",
        summary="The bytes of a file that was handed in, to whoever may read its incident",
        tag="read",
        answer=_giving(gate),
        media_type=BYTES,
        refusals=(404,),
    )


def _taking(gate: Gate) -> Answer:
    def may_hand_in(request: Request) -> Caller:
        caller = gate.caller(request)
        check_scope(caller, may(IncidentStated.KIND).roles, "evidence")
        incident = request.path_params["incident"]
        # Asked before the file is read: nobody fills the disk of a desk from outside an incident.
        gate.desk.read(lambda state: going_on(open_to(state, incident, caller.party)))
        return caller

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(may_hand_in, request)
        content = await read_body(request, BYTES, MAX_EVIDENCE_BYTES)
        incident = request.path_params["incident"]
        return await run_in_threadpool(_take, gate, caller, incident, content)

    return serve


def _take(gate: Gate, caller: Caller, incident: str, content: bytes) -> Response:
    media_type = find_media_type(content)
    if media_type is None:
        raise WrongMediaType(f"A file that is kept is one of these by its content: {_KEPT}.")
    named = f"ev-{secrets.token_hex(8)}"
    with gate.desk.exhibits.keeping(content, lambda digest: _is_named(gate, digest)) as digest:
        kept = EvidenceKept(
            evidence=named,
            incident=incident,
            party=caller.party,
            position=caller.position,
            media_type=media_type,
            size_bytes=len(content),
            body=EvidenceBody(sha256=digest),
        )
        said = Statement(id=named, author=THE_DESK, content=kept)
        receipt = gate.desk.submit(said).result()
    taken = EvidenceTaken(
        evidence=named,
        sha256=digest,
        media_type=media_type,
        size_bytes=len(content),
        index=receipt.index,
    )
    return json_response(taken, 201)


def _is_named(gate: Gate, digest: str) -> bool:
    return gate.desk.read(
        lambda state: any(
            each.sha256 == digest and each.erased_at is None for each in state.evidence.values()
        )
    )


def _giving(gate: Gate) -> Answer:
    def give(request: Request) -> Response:
        caller, wanted = gate.caller(request), request.path_params["evidence"]
        readable = gate.desk.read(lambda state: evidence_for(state, caller.party))
        held = next((each for each in readable if each.id == wanted), None)
        if held is None:
            raise UnknownThing("There is no such evidence for you. List it at /v1/evidence.")
        content = None
        if held.erased_at is None and held.sha256 is not None:
            content = gate.desk.exhibits.find(held.sha256)
        if content is None:
            raise UnknownThing(f"{held.id}: its file is not kept any more. Ask who handed it in.")
        named = {"Content-Disposition": f'attachment; filename="{held.sha256}"'}
        return Response(content, media_type=BYTES, headers=_NEVER_RUN | named)

    async def serve(request: Request) -> Response:
        return await run_in_threadpool(give, request)

    return serve
