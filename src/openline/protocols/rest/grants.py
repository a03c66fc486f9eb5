"""Where callers get their tokens, and where others get the key that those verify with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.protocols.rest.bodies import FORM, parse_form, read_body
from openline.protocols.rest.endpoint import Endpoint, json_response
from openline.protocols.rest.issuer import ASSERTION_TYPE, OAuthRefused, TokenIssuer
from openline.protocols.rest.problems import Unreadable

_FORM_BYTES_MAX = 1 << 15


class TokenForm(Struct, frozen=True, kw_only=True):
    """A token request (RFC 6749, RFC 7523): an assertion signed with a key enrolled here.

    Its `iss` and `sub` are the position, its `aud` this desk's address, its `jti` used once.
    """

    grant_type: Literal["client_credentials"]
    client_assertion_type: Annotated[str, Meta(pattern=f"^{ASSERTION_TYPE}$")]
    client_assertion: str
    client_id: str | None = None
    scope: str | None = None


class TokenGranted(Struct, frozen=True, kw_only=True):
    """A token for the API; `scope` are the roles it serves for."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenRefused(Struct, frozen=True, kw_only=True):
    """Why no token was granted (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class KeySet(Struct, frozen=True, kw_only=True):
    """The keys that the desk's tokens verify with (RFC 7517)."""

    keys: tuple[dict[str, Any], ...]


def grant_endpoints(issuer: TokenIssuer, now: Callable[[], datetime]) -> Iterator[Endpoint]:
    """Where a token is granted, and where its key lies."""

    async def grant(request: Request) -> Response:
        raw = await read_body(request, FORM, _FORM_BYTES_MAX)
        try:
            return json_response(await run_in_threadpool(_granted, issuer, raw, now()))
        except OAuthRefused as refused:
            response = json_response(refused.body, refused.status)
            if refused.status == 401:
                # SPEC RFC 9110 15.5.2: a 401 names a scheme.
                response.headers["WWW-Authenticate"] = "Bearer"
            return response

    async def key_set(_request: Request) -> Response:
        return json_response(issuer.jwks)

    yield Endpoint(
        method="POST",
        path="/v1/token",
        summary="Get a token for a position, proved by its key (private_key_jwt)",
        tag="token",
        answer=grant,
        form=TokenForm,
        returns=TokenGranted,
        other_answers={400: TokenRefused, 401: TokenRefused},
        refusals=(413, 415),
        is_public=True,
    )
    yield Endpoint(
        method="GET",
        path="/v1/jwks",
        summary="The public key that tokens verify with",
        tag="token",
        answer=key_set,
        returns=KeySet,
        is_public=True,
    )


def _granted(issuer: TokenIssuer, raw: bytes, now: datetime) -> dict[str, str | int]:
    try:
        form = parse_form(raw)
    except Unreadable as error:
        raise OAuthRefused("invalid_request", error.sentence) from error
    return issuer.grant(form, now)
