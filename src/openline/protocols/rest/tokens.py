"""Who speaks: the verification of the tokens that callers of the API send."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from openline.config import ExternalIssuer
from openline.domain.errors import Refused
from openline.protocols.rest.callers import (
    Caller,
    Client,
    Desk,
    find_client,
    find_client_by_key,
)
from openline.protocols.rest.external_keys import ExternalKeys
from openline.protocols.rest.issuer import ACCESS_TOKEN_TYPE, TokenIssuer
from openline.protocols.rest.jose import NotAccepted, check_times, claimed_issuer, verified

REMEMBERED_MAX: Final = 10_000
"""Verified tokens that are remembered; beyond it the oldest is verified again when it returns."""
_TOKEN_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")  # nothing that could name somebody
_ALGORITHMS: Final = {"RS256": ("RS256",), "ES256": ("ES256",), "EdDSA": ("EdDSA", "Ed25519")}


class InvalidToken(Refused):
    """The caller's token proves nothing here."""

    slug = "invalid-token"

    @property
    def challenge(self) -> str:
        """The `WWW-Authenticate` field of the answer (RFC 6750)."""
        return f'Bearer error="invalid_token", error_description="{self.sentence}"'


class _Verified(Struct, frozen=True, kw_only=True):
    """A caller as its token has it, and the enrolled key that the token was granted to."""

    caller: Caller
    kid: str | None = None


class TokenVerifier:
    """Tells callers by their tokens: those of the desk's own issuer, and of any it is told of.

    A signature is verified once and remembered until the token expires. Whether the key behind it
    is still in force, and which roles the position has, is asked of the record each time.
    """

    def __init__(
        self, issuer: TokenIssuer, desk: Desk, external: Sequence[ExternalIssuer] = ()
    ) -> None:
        self._issuer = issuer
        self._desk = desk
        self._external = {each.issuer: (each, ExternalKeys(each)) for each in external}
        self._remembered: dict[bytes, _Verified] = {}
        self._lock = Lock()

    def verify(self, token: str, now: datetime) -> Caller:
        """Who sends this token. May wait seconds for an external issuer's keys.

        Raises:
            InvalidToken: it was not issued for this desk, has expired, or its position or key is
                no longer what it was.
            Unavailable: its issuer's keys, or the record, cannot be read at present.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._remembered.get(digest)
        if known is None or known.caller.expires_at <= now:
            try:
                known = self._read(token, now)
            except NotAccepted as error:
                raise InvalidToken(str(error)) from error
            self._remember(digest, known, now)
        return self._as_of_now(known)

    def _read(self, token: str, now: datetime) -> _Verified:
        issuer = claimed_issuer(token)
        if issuer == self._issuer.issuer:
            return self._read_own(token, now)
        external = self._external.get(issuer)
        if external is None:
            raise NotAccepted("This desk takes no tokens of that issuer. Get one at /v1/token.")
        return self._read_external(token, *external, now)

    def _read_own(self, token: str, now: datetime) -> _Verified:
        own = self._issuer.public_key

        def find_key(kid: str) -> Any:
            if kid != own.kid:
                raise NotAccepted(
                    "The token is another desk's, or older than this one's start. Get a new one."
                )
            return own

        _, claims = verified(
            token, types={ACCESS_TOKEN_TYPE}, algorithms=("Ed25519",), find_key=find_key
        )
        if claims["aud"] != self._issuer.issuer:
            raise NotAccepted("The token is for another desk. Get one here, at /v1/token.")
        caller = Caller(
            party=claims["party"],
            position=claims["sub"],
            roles=tuple(claims["scope"].split()),
            issuer=claims["iss"],
            token_id=claims["jti"],
            expires_at=_instant(check_times(claims, now.timestamp())),
        )
        return _Verified(caller=caller, kid=claims["key"])

    def _read_external(
        self, token: str, settings: ExternalIssuer, keys: ExternalKeys, now: datetime
    ) -> _Verified:
        _, claims = verified(
            token,
            types={ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}", "jwt", None},
            algorithms=[name for each in settings.algorithms for name in _ALGORITHMS[each]],
            find_key=lambda kid: keys.get_key(kid, now.timestamp()),
        )
        audiences = claims.get("aud")
        if settings.audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise NotAccepted(
                "The token is for another desk: its aud is not this one's. Get one for this desk."
            )
        expires_s = check_times(claims, now.timestamp())
        client = self._client_of(claims, settings)
        caller = Caller(
            party=client.party,
            position=client.position,
            roles=client.roles,
            issuer=settings.issuer,
            token_id=_token_id(token, claims),
            expires_at=_instant(expires_s),
        )
        return _Verified(caller=caller)

    def _client_of(self, claims: dict[str, Any], settings: ExternalIssuer) -> Client:
        value = claims.get(settings.position_claim)
        position = value if isinstance(value, str) else None
        if position is not None and settings.positions is not None:
            position = settings.positions.get(position)
        client = None
        if position is not None:
            client = self._desk.read(lambda state: find_client(state, position))
        if client is None:
            raise NotAccepted(
                "The token is of nobody with a position at this desk. Ask the desk's operator."
            )
        return client

    def _as_of_now(self, known: _Verified) -> Caller:
        """The caller with those of its roles that its position has at this moment."""
        caller, kid = known.caller, known.kid
        client = self._desk.read(
            lambda state: (
                find_client(state, caller.position)
                if kid is None
                else find_client_by_key(state, kid)
            )
        )
        if client is None or (client.party, client.position) != (caller.party, caller.position):
            raise InvalidToken(
                "The key or position behind this token is no longer in force. Get one with "
                "another key."
            )
        roles = tuple(role for role in client.roles if kid is None or role in caller.roles)
        return replace(caller, roles=roles)

    def _remember(self, digest: bytes, known: _Verified, now: datetime) -> None:
        with self._lock:
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered = {
                    each: held
                    for each, held in self._remembered.items()
                    if held.caller.expires_at > now
                }
            while len(self._remembered) >= REMEMBERED_MAX:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[digest] = known


def _token_id(token: str, claims: dict[str, Any]) -> str:
    """The token's own id if it has one that can stand in the record, else its digest."""
    jti = claims.get("jti")
    if isinstance(jti, str) and _TOKEN_ID.fullmatch(jti):
        return jti
    return hashlib.sha256(token.encode()).hexdigest()


def _instant(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotAccepted("The token's exp is beyond any calendar.") from error
