"""What a caller is answered when it is not answered: problem details, one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct
from starlette.responses import Response

from openline.domain.errors import Refused, Unavailable
from openline.protocols.rest.tokens import InvalidToken

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:openline:problem:"
RETRY_AFTER_S: Final = 2

STATUS_OF: Final[Mapping[str, int]] = MappingProxyType(
    {
        "unreadable": 400,
        "invalid-token": 401,
        "not-permitted": 403,
        "bad-signature": 403,
        "unknown-thing": 404,
        "no-such-place": 404,
        "wrong-method": 405,
        "wrong-state": 409,
        "out-of-turn": 409,
        "replayed": 409,
        "stale-version": 409,
        "too-large": 413,
        "wrong-media-type": 415,
        "malformed": 422,
    }
)
"""The HTTP status of each slug of a refusal. A slug that is not here is the caller's all the same,
and answered with 400."""


_BODY_UNREAD: Final = frozenset(
    {"invalid-token", "no-such-place", "wrong-method", "too-large", "wrong-media-type"}
)
"""What is answered before a body was read to its end: the connection ends with the answer, so that
nobody can go on sending for ever."""


class Unreadable(Refused):
    """The body of a request is not JSON, or says one thing twice."""

    slug = "unreadable"


class WrongMediaType(Refused):
    """The body of a request is of a type that is not read here."""

    slug = "wrong-media-type"


class NoSuchPlace(Refused):
    """There is nothing at this address."""

    slug = "no-such-place"


class WrongMethod(Refused):
    """There is something at this address, and it does not take this method."""

    slug = "wrong-method"

    def __init__(self, sentence: str, allowed: str) -> None:
        super().__init__(sentence)
        self.allowed = allowed


class Problem(Struct, frozen=True, kw_only=True):
    """Why nothing was done, and what to do: RFC 9457. Nothing was changed by what was refused."""

    type: str
    title: str
    status: int
    detail: str


def status_of(error: Refused | Unavailable) -> int:
    """The HTTP status that says whose it is to mend."""
    return 503 if isinstance(error, Unavailable) else STATUS_OF.get(error.slug, 400)


def problem_response(error: Refused | Unavailable) -> Response:
    """The answer to a request that could not be answered."""
    status = status_of(error)
    problem = Problem(
        type=TYPE_PREFIX + error.slug,
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.sentence,
    )
    return Response(
        msgspec.json.encode(problem), status, media_type=MEDIA_TYPE, headers=_headers(error)
    )


def _headers(error: Refused | Unavailable) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if error.slug in _BODY_UNREAD:
        headers["Connection"] = "close"
    match error:
        case Unavailable():
            headers["Retry-After"] = str(RETRY_AFTER_S)
        case InvalidToken():
            headers["WWW-Authenticate"] = error.challenge
        case WrongMethod():
            headers["Allow"] = error.allowed
    return headers
