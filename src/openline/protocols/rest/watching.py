"""For whoever watches the desk: that it answers, and what it counts. Never what it holds."""

from __future__ import annotations

from collections.abc import Iterator

import prometheus_client
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.addresses import is_loopback
from openline.domain.errors import NotPermitted, Unavailable
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.gate import Desk

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Health(Struct, frozen=True, kw_only=True):
    """The desk can read its record, and how many entries that has."""

    size: int


def watching_endpoints(desk: Desk) -> Iterator[Endpoint]:
    """A sign of life for everybody, and counts for this machine alone."""

    async def healthz(_request: Request) -> Response:
        if desk.why_halted is not None:
            raise Unavailable(desk.why_halted)
        size = await run_in_threadpool(desk.read, lambda state: state.size)
        return json_response(Health(size=size))

    async def metrics(request: Request) -> Response:
        _check_local(request)
        text = await run_in_threadpool(prometheus_client.generate_latest)
        return Response(text, media_type="text/plain")

    yield Endpoint(
        method="GET",
        path="/healthz",
        summary="Whether the desk answers; 503 if it cannot, or takes nothing",
        tag="watch",
        answer=healthz,
        returns=Health,
        is_public=True,
    )
    yield Endpoint(
        method="GET",
        path="/metrics",
        summary="What the desk counts, for Prometheus on this machine",
        tag="watch",
        answer=metrics,
        media_type="text/plain",
        refusals=(403,),
        is_public=True,
    )


def _check_local(request: Request) -> None:
    """The caller is on this machine, and no proxy on it speaks for somebody else.

    Raises:
        NotPermitted: otherwise.
    """
    local = request.client is not None and is_loopback(request.client.host)
    if not local or any(name in request.headers for name in _FORWARDED):
        raise NotPermitted("metrics: for this machine alone. Ask from where the desk runs.")
