"""The API as an ASGI application: routes made of endpoints, and one answer to every fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib.metadata import version

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from openline.cosigning.standing import Standing
from openline.domain.errors import Refused, Unavailable
from openline.protocols.rest.bodies import JSON
from openline.protocols.rest.drafting import ReadGeometry, drafting_endpoints
from openline.protocols.rest.endpoint import PATH_PARAMETER, Endpoint
from openline.protocols.rest.evidence import evidence_endpoints
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.grants import grant_endpoints
from openline.protocols.rest.issuer import TokenIssuer
from openline.protocols.rest.openapi import describe
from openline.protocols.rest.past import past_endpoints
from openline.protocols.rest.problems import NoSuchPlace, WrongMethod, problem_response
from openline.protocols.rest.reads import read_endpoints
from openline.protocols.rest.record import record_endpoints
from openline.protocols.rest.reports import report_endpoints
from openline.protocols.rest.says import say_endpoints
from openline.protocols.rest.stream import Streams
from openline.protocols.rest.tracks import track_endpoints
from openline.protocols.rest.watching import watching_endpoints
from openline.protocols.rest.witnesses import witness_endpoints
from openline.service.writer import log_fault
from openline.tracking import Tracking

_FAULT = "The desk met a fault of its own; nothing was recorded. Tell its operator."


def rest_app(
    gate: Gate,
    issuer: TokenIssuer,
    streams: Streams,
    tracking: Tracking | None,
    read_geometry: ReadGeometry,
    standing: Callable[[], Standing] = Standing,
) -> Starlette:
    """The whole API of one desk; one without tracking takes no fixes.

    `read_geometry` reads what people paste: the formats of files are another protocol's.
    """
    endpoints = [
        *watching_endpoints(gate.desk),
        *grant_endpoints(issuer, gate.now),
        *read_endpoints(gate),
        streams.endpoint(),
        *say_endpoints(gate),
        *evidence_endpoints(gate),
        *record_endpoints(gate),
        *witness_endpoints(gate, standing),
        *(track_endpoints(gate, tracking) if tracking else ()),
        *past_endpoints(gate),
        *report_endpoints(gate),
        *drafting_endpoints(gate, read_geometry),
    ]
    app = Starlette(
        routes=_routes([*endpoints, _description(endpoints)]),
        exception_handlers={HTTPException: _nothing_there},
    )
    app.router.redirect_slashes = False
    return app


class _Place:
    """One path: answers each of its methods, and every refusal and fault as a problem."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._by_method = {each.method: each for each in endpoints}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._endpoint(request.method).answer(request)
        except (Refused, Unavailable) as error:
            return problem_response(error)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001  ours, whatever it is: told and logged as that
            log_fault(error)
            return problem_response(Unavailable(_FAULT))

    def _endpoint(self, method: str) -> Endpoint:
        endpoint = self._by_method.get(method)
        if endpoint is None:
            allowed = ", ".join(sorted(self._by_method))
            raise WrongMethod(f"This address takes {allowed} alone. Use that.", allowed)
        return endpoint


def _routes(endpoints: Iterable[Endpoint]) -> list[Route]:
    """One route for each path. Ids may hold slashes, so the more a path says the earlier it is."""
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        by_path[endpoint.path].append(endpoint)
    said_last = sorted(by_path, key=lambda path: (path.endswith("}"), "{" in path, path))
    return [
        Route(PATH_PARAMETER.sub(r"{\g<name>:path}", path), _Place(by_path[path]))
        for path in said_last
    ]


def _description(endpoints: list[Endpoint]) -> Endpoint:
    """Where the API describes itself; encoded once."""
    document = msgspec.json.encode(describe(endpoints, version("openline")))

    async def answer(_request: Request) -> Response:
        return Response(document, media_type=JSON)

    return Endpoint(
        method="GET",
        path="/v1/openapi.json",
        summary="This API, described (OpenAPI 3.1)",
        tag="watch",
        answer=answer,
        returns=dict,
        is_public=True,
    )


async def _nothing_there(_request: Request, _error: Exception) -> Response:
    return problem_response(
        NoSuchPlace("There is nothing at this address. See /v1/openapi.json for what there is.")
    )
