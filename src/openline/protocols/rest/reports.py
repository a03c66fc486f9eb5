"""News reports over HTTP: read into drafts, and forgotten; nothing of them enters the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.protocols.rest.bodies import JSON, parse_json, read_as, read_body
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.turns import Turns
from openline.reports import grammar, learned
from openline.reports.reading import read_report
from openline.reports.report import Drafted

_BUSY: Final = "Reports are read one at a time, and enough wait. Send it again in a moment."


class ReportSent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A news report, text or HTML: its bytes in base64, and the day it is of where one knows."""

    content: bytes
    name: str = "report"
    date: date | None = None


def report_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """Where a report is read into drafts; what of it is confirmed is said like anything else."""
    # Reading is all reckoning: two at once would take the desk's own time twice over.
    turns = Turns(_BUSY)

    def parsed(raw: bytes) -> ReportSent:
        return read_as(ReportSent, parse_json(raw), "report")

    async def serve(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        sent = await run_in_threadpool(parsed, await read_body(request, JSON))

        def read() -> Drafted:
            name = sent.name[:200] or "report"
            return read_report(
                sent.content,
                name,
                sent.date,
                grammar=grammar.installed(),
                learned=learned.installed(),
            )

        return json_response(await turns.run(caller.party, read))

    yield Endpoint(
        method="POST",
        path="/v1/reports",
        summary="Read a news report into drafts; nothing is recorded",
        tag="read",
        answer=serve,
        takes=ReportSent,
        returns=Drafted,
    )
