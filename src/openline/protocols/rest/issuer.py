"""The desk's own issuer of tokens: OAuth 2 client credentials, proved by an enrolled key.

A client is a position; its id is the position's, its credential a short-lived assertion signed
with a key that the record says is in force (`private_key_jwt`, RFC 7523). There are no shared
secrets to leak, and nothing to keep but which assertions were used.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from openline.domain.party import Role
from openline.protocols.rest.callers import Client, Desk, find_client_by_key
from openline.protocols.rest.jose import (
    NotAccepted,
    check_times,
    seconds_of,
    verified,
)
from openline.record.errors import NotAKey
from openline.record.keys import public_key_from_facts, thumbprint

TOKEN_S: Final = 900
ASSERTION_LONGEST_S: Final = 300
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACCESS_TOKEN_TYPE: Final = "at+jwt"  # RFC 9068
ASSERTIONS_MAX: Final = 64
"""How many assertions one client may use up while they last; one token serves for 15 minutes."""
_JTI_CHARS_MAX: Final = 128
_ASSERTION_TYPES: Final = frozenset({None, "jwt", "client-authentication+jwt"})


class OAuthRefused(Exception):
    """No token was issued. `error` is one of RFC 6749 section 5.2, `status` what HTTP answers."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error, self.sentence = error, sentence

    @property
    def status(self) -> int:
        # SPEC RFC 6749 5.2: 401 for a client that is not authenticated, 400 for all else.
        return 401 if self.error == "invalid_client" else 400

    @property
    def body(self) -> dict[str, str]:
        """The JSON that the client is answered with."""
        return {"error": self.error, "error_description": self.sentence}


class UsedOnce:
    """Which assertions were used, for as long as they would still be valid.

    Bounded: so many for each client, and a client is a position on the roster.
    LIMIT: it is in memory. An assertion made before this process started is refused, so that none
    is used twice across a restart; one that a fast clock dated ahead of it is the exception.
    """

    def __init__(self) -> None:
        self._until_s: dict[tuple[str, str], float] = {}
        self._held: Counter[str] = Counter()
        self._lock = Lock()

    def use(self, client: str, jti: str, until_s: float, now_s: float) -> None:
        """Uses an assertion up.

        Raises:
            NotAccepted: it was used before, or this client has used too many of late.
        """
        with self._lock:
            if (client, jti) not in self._until_s and self._held[client] >= ASSERTIONS_MAX:
                self._forget_expired(now_s)
            if self._until_s.get((client, jti), now_s) > now_s:
                raise NotAccepted("This assertion was used before. Make one with a new jti.")
            if self._held[client] >= ASSERTIONS_MAX:
                raise NotAccepted(
                    f"This client used {ASSERTIONS_MAX} assertions within minutes. "
                    f"Use the token that it has: each is good for {TOKEN_S} s."
                )
            if (client, jti) not in self._until_s:
                self._held[client] += 1
            self._until_s[client, jti] = until_s

    def __len__(self) -> int:
        return len(self._until_s)

    def _forget_expired(self, now_s: float) -> None:
        self._until_s = {used: at for used, at in self._until_s.items() if at > now_s}
        self._held = Counter(client for client, _ in self._until_s)


class TokenIssuer:
    """Issues access tokens (RFC 9068) for the API of one desk, which is their audience as well."""

    def __init__(
        self, private_key: Ed25519PrivateKey, issuer: str, desk: Desk, *, started_at: datetime
    ) -> None:
        """
        Args:
            private_key: made for tokens alone; made anew at each start it only ends their lives.
            issuer: the desk's own address; what an assertion's `aud` must be, exactly.
        """
        self.issuer = issuer
        kid = thumbprint(private_key.public_key())
        self._key = OKPKey.import_key(private_key, {"kid": kid, "use": "sig", "alg": "Ed25519"})
        self._desk = desk
        self._started_s = started_at.timestamp()
        self._used = UsedOnce()

    @property
    def public_key(self) -> OKPKey:
        """What the issued tokens verify with."""
        return OKPKey.import_key(self.jwks["keys"][0])

    @property
    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The JSON Web Key Set that others verify the issued tokens with."""
        return {"keys": [self._key.as_dict(private=False)]}

    def grant(self, form: Sequence[tuple[str, str]], now: datetime) -> dict[str, str | int]:
        """The answer to a token request, as JSON; it must not be cached.

        Args:
            form: the request's parameters, each as often as it was sent.

        Raises:
            OAuthRefused: nothing was issued, and the assertion, if refused, was not used up.
        """
        parameters = _once_each(form)
        if parameters.get("grant_type") is None:
            raise OAuthRefused("invalid_request", "Send grant_type=client_credentials.")
        if parameters["grant_type"] != "client_credentials":
            raise OAuthRefused("unsupported_grant_type", "Send grant_type=client_credentials.")
        try:
            kid, client, claims = self._authenticated(parameters)
            until_s = self._check_claims(claims, client, now.timestamp())
            roles = _roles_asked(parameters.get("scope"), client)
            self._used.use(client.position, claims["jti"], until_s, now.timestamp())
        except NotAccepted as error:
            raise OAuthRefused("invalid_client", str(error)) from error
        return {
            "access_token": self._token(kid, client, roles, int(now.timestamp())),
            "token_type": "Bearer",
            "expires_in": TOKEN_S,
            "scope": " ".join(roles),
        }

    def _authenticated(self, parameters: dict[str, str]) -> tuple[str, Client, dict[str, Any]]:
        """By which key an assertion was signed, whose that is, and what it claims."""
        if parameters.get("client_assertion_type") != ASSERTION_TYPE:
            raise NotAccepted(f"Prove who you are: client_assertion_type={ASSERTION_TYPE}.")
        clients: list[Client] = []

        def find_key(kid: str) -> OKPKey:
            client = self._desk.read(lambda state: find_client_by_key(state, kid))
            if client is None or client.key is None:
                raise NotAccepted("The assertion's kid names no key in force at this desk.")
            clients.append(client)
            try:
                public_key = public_key_from_facts(msgspec.to_builtins(client.key))
            except NotAKey as error:
                raise NotAccepted("The key enrolled under this kid serves for nothing.") from error
            return OKPKey.import_key(public_key)

        kid, claims = verified(
            parameters.get("client_assertion", ""),
            types=_ASSERTION_TYPES,
            algorithms=("Ed25519", "EdDSA"),
            find_key=find_key,
        )
        client = clients[0]
        if parameters.get("client_id", client.position) != client.position:
            raise NotAccepted("client_id must be the position that the assertion's key is of.")
        return kid, client, claims

    def _check_claims(self, claims: dict[str, Any], client: Client, now_s: float) -> float:
        """When the assertion expires, if it claims what it must.

        SPEC RFC 7523 3, with `aud` the issuer alone, so that no assertion for another serves here.
        """
        if claims.get("iss") != client.position or claims.get("sub") != client.position:
            raise NotAccepted(
                "The assertion's key is not of the position in iss and sub. Name its own position."
            )
        if claims.get("aud") not in (self.issuer, [self.issuer]):
            raise NotAccepted(
                f"The assertion's aud must be {self.issuer}, this desk's address, and nothing else."
            )
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_CHARS_MAX:
            raise NotAccepted(f"The assertion needs a jti of 1 to {_JTI_CHARS_MAX} characters.")
        until_s = check_times(claims, now_s, ASSERTION_LONGEST_S)
        made_s = seconds_of(claims, "iat")
        if made_s is None or made_s < int(self._started_s):
            raise NotAccepted("The assertion's iat is missing, or from before the desk started.")
        return until_s

    def _token(self, kid: str, client: Client, roles: Sequence[Role], now_s: int) -> str:
        claims = {
            "iss": self.issuer,
            "aud": self.issuer,
            "sub": client.position,
            "client_id": client.position,
            "party": client.party,
            "scope": " ".join(roles),
            "iat": now_s,
            "exp": now_s + TOKEN_S,
            "jti": secrets.token_urlsafe(16),
            "key": kid,
        }
        header = {"alg": "Ed25519", "kid": self._key.kid, "typ": ACCESS_TOKEN_TYPE}
        payload = msgspec.json.encode(claims)
        return jws.serialize_compact(header, payload, self._key, algorithms=["Ed25519"])


def _once_each(form: Sequence[tuple[str, str]]) -> dict[str, str]:
    """SPEC RFC 6749 3.2: no parameter twice; one without a value counts as not sent."""
    parameters = {name: value for name, value in form if value}
    if len(parameters) != sum(1 for _, value in form if value):
        raise OAuthRefused("invalid_request", "Send each parameter once.")
    if "client_secret" in parameters:
        raise OAuthRefused("invalid_request", "There are no shared secrets here. Leave it out.")
    return parameters


def _roles_asked(scope: str | None, client: Client) -> tuple[Role, ...]:
    """All of the position's roles, or those of them that were asked for."""
    if not client.roles:
        raise OAuthRefused("unauthorized_client", "This position has no role at the desk.")
    if scope is None:
        return client.roles
    asked = set(scope.split(" "))
    if not asked <= set(client.roles):
        raise OAuthRefused("invalid_scope", f"This position may ask for: {' '.join(client.roles)}.")
    return tuple(role for role in client.roles if role in asked)
