"""One thing that can be asked of the desk over HTTP, as a value: what answers it, and its types.

The routes and the OpenAPI description are both made from these values, so neither can say what
the other does not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.protocols.rest.bodies import JSON
from openline.protocols.rest.callers import Caller

PATH_PARAMETER: Final = re.compile(r"\{(?P<name>[a-z_]+)\}")

BYTES: Final = "application/octet-stream"
Answer = Callable[[Request], Awaitable[Response]]


class Query(Struct, frozen=True, kw_only=True):
    """A parameter in the address after the `?`: its type and what it is."""

    name: str
    type: type
    what: str
    required: bool = False


class Endpoint(Struct, frozen=True, kw_only=True):
    """A method at a path, and everything that can come of it.

    `answer` serves it. `returns` is the type of the JSON it answers with, or None where
    `media_type` says all there is to say. `takes` is the type of the JSON sent, `form` that of a
    form; with `takes_bytes` a file is sent. `headers` are those that it minds. `refusals` are the
    statuses of problems besides those that follow from the rest, `other_answers` the types of JSON
    answered under other statuses.
    """

    method: str
    path: str
    summary: str
    tag: str
    answer: Answer
    returns: Any = None
    status: int = 200
    media_type: str = JSON
    takes: Any = None
    form: Any = None
    takes_bytes: bool = False
    query: tuple[Query, ...] = ()
    headers: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()
    other_answers: Mapping[int, Any] = MappingProxyType({})
    is_public: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parts of the path that callers fill in."""
        return tuple(PATH_PARAMETER.findall(self.path))

    @property
    def id(self) -> str:
        """The name of the operation, for whoever generates a client."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", self.path.removeprefix("/v1/")).strip("_")
        return f"{self.method.lower()}_{words}"


def json_response(value: Any, status: int = 200) -> Response:
    """The value as JSON, kept by nobody on the way."""
    return Response(
        msgspec.json.encode(value),
        status,
        media_type=JSON,
        headers={"Cache-Control": "no-store"},
    )


Look = Callable[[Request, Caller], Any]


def answered_in_thread(identify: Callable[[Request], Caller], look: Look) -> Answer:
    """Serves what `look` makes of a request and its caller as JSON, beside the event loop."""

    def answer(request: Request) -> Response:
        return json_response(look(request, identify(request)))

    async def serve(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return serve
