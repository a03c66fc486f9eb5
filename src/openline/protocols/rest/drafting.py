"""Before anything is filed: a pasted geometry read, a form judged, a phrase to read aloud.

None of it is said, and none is in the record, but that a phrase of another's site was read. What a
geometry would meet is not answered here: that is a question (`/v1/questions`), which is counted and
stands in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.desk.drafting import draft_measure, judge_measure, judge_notification, phrase_for
from openline.domain.drafting import (
    GeometryRead,
    MeasureJudged,
    NotificationJudged,
    PhraseTold,
)
from openline.domain.measure import MeasureProposed
from openline.domain.notification_said import NotificationSubmitted
from openline.domain.statement import Content
from openline.protocols.rest.bodies import JSON, parse_json, read_as, read_body, read_number
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import (
    Answer,
    Endpoint,
    Query,
    answered_in_thread,
    json_response,
)
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.says import read_fields
from openline.protocols.rest.site_reads import record_phrase_read
from openline.protocols.rest.turns import Turns

_BUSY: Final = "Measures are judged one at a time, and enough wait. Ask again in a moment."
ReadGeometry = Callable[[str], GeometryRead]
Judge = Callable[[bytes, Caller], Any]
C = TypeVar("C", bound=Content)


class Pasted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Positions, one a row (latitude and longitude or MGRS), or GeoJSON, KML, GPX, as text."""

    text: str


def drafting_endpoints(gate: Gate, read_geometry: ReadGeometry) -> Iterator[Endpoint]:
    """One for what is pasted, one each for a form and a measure not said yet, one for a phrase."""
    yield _readings(gate, read_geometry)
    yield from _judgements(gate)
    yield _phrases(gate)


def _readings(gate: Gate, read_geometry: ReadGeometry) -> Endpoint:
    def read(raw: bytes, _caller: Caller) -> GeometryRead:
        return read_geometry(read_as(Pasted, parse_json(raw), "pasted").text)

    return Endpoint(
        method="POST",
        path="/v1/readings",
        summary="A pasted geometry read: points, volumes, and what is wrong with it",
        tag="draft",
        answer=_taking(gate, read),
        takes=Pasted,
        returns=GeometryRead,
    )


def _judgements(gate: Gate) -> Iterator[Endpoint]:
    def judge(raw: bytes, caller: Caller) -> NotificationJudged:
        content = _content_of(NotificationSubmitted, raw)
        now = gate.desk.now()
        return gate.desk.read(lambda state: judge_notification(state, caller.party, content, now))

    def judge_proposal(raw: bytes, caller: Caller) -> MeasureJudged:
        content = _content_of(MeasureProposed, raw)
        # Judged apart from the state: the writer waits for the copying, and not for the judging.
        return judge_measure(
            gate.desk.read(lambda state: draft_measure(state, caller.party, content))
        )

    yield Endpoint(
        method="POST",
        path="/v1/judgements",
        summary="What the desk would make of a notification before it is filed",
        tag="draft",
        answer=_taking(gate, judge),
        takes=NotificationSubmitted,
        returns=NotificationJudged,
    )
    yield Endpoint(
        method="POST",
        path="/v1/judgements/measure",
        summary="What a measure would meet of what one sees, before it is proposed",
        tag="draft",
        answer=_taking_turns(gate, judge_proposal),
        takes=MeasureProposed,
        returns=MeasureJudged,
    )


def _phrases(gate: Gate) -> Endpoint:
    def phrase(request: Request, caller: Caller) -> PhraseTold:
        stated = request.query_params.getlist("version")
        version = read_number("version", stated) if stated else None
        thing = request.path_params["thing"]
        told = gate.desk.read(lambda state: phrase_for(state, caller.party, thing, version))
        record_phrase_read(gate, caller, told)
        return told

    return Endpoint(
        method="GET",
        path="/v1/phrases/{thing}",
        summary="The check phrase of a measure, notification or plan whose ground one sees",
        tag="draft",
        answer=answered_in_thread(gate.caller, phrase),
        returns=PhraseTold,
        query=(Query(name="version", type=int, what="Which version of a measure"),),
        refusals=(404, 422),
    )


def _content_of(cls: type[C], raw: bytes) -> C:
    content = read_fields(cls.KIND, parse_json(raw))
    assert isinstance(content, cls)  # the kind says so
    return content


def _taking_turns(gate: Gate, judge: Judge) -> Answer:
    """The same for what may take seconds: one at a time, and few of any one party."""
    turns = Turns(_BUSY)

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        raw = await read_body(request, JSON)
        return await turns.run(caller.party, lambda: json_response(judge(raw, caller)))

    return serve


def _taking(gate: Gate, judge: Judge) -> Answer:
    """Serves what is made of a body, beside the event loop."""

    def answer(raw: bytes, caller: Caller) -> Response:
        return json_response(judge(raw, caller))

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        raw = await read_body(request, JSON)
        return await run_in_threadpool(answer, raw, caller)

    return serve
