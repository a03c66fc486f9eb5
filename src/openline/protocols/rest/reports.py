"""News reports over HTTP: read into drafts, and forgotten; nothing of them enters the record."""

from __future__ import annotations

import threading
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
from openline.reports.reading import read_report
from openline.reports.report import Drafted

_ONE_AT_A_TIME: Final = threading.Lock()
"""Reading is all reckoning: two at once would take the desk's own time twice over."""


class ReportSent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A news report, text or HTML: its bytes in base64, and the day it is of where one knows."""

    content: bytes
    name: str = "report"
    date: date | None = None


def report_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """Where a report is read into drafts; what of it is confirmed is said like anything else."""

    def read(raw: bytes) -> Drafted:
        sent = read_as(ReportSent, parse_json(raw), "report")
        with _ONE_AT_A_TIME:
            return read_report(sent.content, sent.name[:200] or "report", sent.date)

    async def serve(request: Request) -> Response:
        await run_in_threadpool(gate.caller, request)
        raw = await read_body(request, JSON)
        return json_response(await run_in_threadpool(read, raw))

    yield Endpoint(
        method="POST",
        path="/v1/reports",
        summary="Read a news report into drafts; nothing is recorded",
        tag="read",
        answer=serve,
        takes=ReportSent,
        returns=Drafted,
    )
