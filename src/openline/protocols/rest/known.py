"""What did they know: asked inside an incident, recorded, answered from the record as it stood."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Protocol

from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.desk.taking.incidents import incident_of
from openline.desk.view import NO_APPROVAL
from openline.domain.authority import may
from openline.domain.incident import Incident
from openline.domain.question import (
    Answer,
    Asked,
    Known,
    QuestionAnswered,
    QuestionAsked,
    QuestionBody,
)
from openline.domain.statement import Author, Statement
from openline.protocols.rest.bodies import JSON, parse_json, read_as, read_body
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.gate import Gate, check_scope
from openline.protocols.rest.turns import Turns
from openline.service import Recorded

_BUSY: Final = (
    "What was known is rebuilt for one at a time, and enough wait. Ask again in a moment."
)
Id = Annotated[str, Meta(min_length=1, max_length=96)]


class KnownAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which moment (the incident's own if none is given), and only of what touches which place.

    `id` and `question` are the asker's own, used once. That it asked, and when, all parties to the
    incident see.
    """

    id: Id
    question: Id
    at: datetime | None = None
    body: QuestionBody | None = None
    by_human: bool = False


class KnownThen(Struct, frozen=True, kw_only=True):
    """What had been told, to whom, and how far it had come, as the record stood at `size` entries.

    The asking stands in the record as entry `index`. What is not listed is UNKNOWN to the desk: it
    may have been told by another way. Where a place is given, only what the asker sees the ground
    of is listed. `answer` is UNKNOWN, and nothing is listed, where it has asked about the place
    more often than the rules allow within the hour.
    """

    index: int
    size: int
    known: tuple[Known, ...]
    answer: Answer = Answer.TOLD
    no_approval: str = NO_APPROVAL


class EarlierStates(Protocol):
    """What is needed of `past.Past`."""

    def reach(self, size: int) -> None: ...

    def known(
        self, question: QuestionAsked, asker: str, incident: Incident, size: int
    ) -> tuple[Known, ...]: ...

    def size_at(self, moment: datetime) -> int: ...


def known_endpoint(gate: Gate, past: EarlierStates) -> Endpoint:
    """Where a party to an open incident asks what had been told by a moment.

    `past` is for this alone: how far it has to go back holds up nobody but those who ask the same.
    """
    turns = Turns(_BUSY)

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        asked = await run_in_threadpool(_read, await read_body(request, JSON), caller)
        question = QuestionAsked(
            question=asked.question,
            asked=Asked.KNOWN_BEFORE,
            incident=request.path_params["incident"],
            at=asked.at,
            body=asked.body,
        )
        author = Author(party=caller.party, position=caller.position, by_human=asked.by_human)
        said = Statement(id=asked.id, author=author, content=question, word=caller.word)
        return await turns.run(caller.party, lambda: _answered(gate, past, question, said))

    return Endpoint(
        method="POST",
        path="/v1/incidents/{incident}/known",
        summary="What had been told to whom by a moment, rebuilt from the record",
        tag="say",
        answer=serve,
        takes=KnownAsked,
        returns=KnownThen,
        status=201,
        refusals=(403, 404, 409),
    )


def _read(raw: bytes, caller: Caller) -> KnownAsked:
    check_scope(caller, may(QuestionAsked.KIND).roles, "questions")
    return read_as(KnownAsked, parse_json(raw), "known")


def _answered(
    gate: Gate, past: EarlierStates, question: QuestionAsked, said: Statement
) -> Response:
    asker, named = said.author.party, question.incident or ""
    incident = gate.desk.read(lambda state: incident_of(state, named, asker))
    size = past.size_at(incident.latest_at if question.at is None else question.at)
    # What cannot be answered is not asked either: before this nothing stands in the record.
    past.reach(size)
    # The asking is durable before anything is answered.
    recorded = gate.desk.hear(said).result()
    index = recorded.entry.index
    if _answer_in(recorded) is Answer.UNKNOWN:
        over = KnownThen(index=index, size=size, known=(), answer=Answer.UNKNOWN)
        return json_response(over, 201)
    known = past.known(question, asker, incident, size)
    return json_response(KnownThen(index=index, size=size, known=known), 201)


def _answer_in(recorded: Recorded) -> Answer:
    """What became of the question when it was first asked."""
    contents = (entry.content for entry in recorded.concluded)
    return next(each.answer for each in contents if isinstance(each, QuestionAnswered))
