"""Positions with keys, what they would say to get a token, and what they get."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from desk_harness import Desk, river_desk
from openline.config import ExternalIssuer
from openline.desk.state import State
from openline.domain.party import KeyEnrolled, KeyRevoked, PublicKey
from openline.protocols.rest.issuer import (
    ASSERTION_TYPE,
    TokenIssuer,
)
from openline.protocols.rest.tokens import TokenVerifier
from openline.record.keys import key_facts

T = TypeVar("T")


URL = "https://desk.example"


WATCH = "WEST-TAC.duty"


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


LATER = NOW + timedelta(minutes=15)


class Place:
    """A desk with an issuer and a verifier, and the keys its positions hold."""

    def __init__(self, *external: ExternalIssuer) -> None:
        self.desk: Desk = river_desk()
        self.keys = {
            position: self.enrol(position)
            for position in (WATCH, "WEST-TAC.commander", "EAST-TAC.duty")
        }
        self.issuer = TokenIssuer(
            Ed25519PrivateKey.generate(), URL, self, started_at=NOW - timedelta(minutes=1)
        )
        self.verifier = TokenVerifier(self.issuer, self, external)

    def read(self, look: Callable[[State], T]) -> T:
        return look(self.desk.state)

    def enrol(self, position: str) -> Ed25519PrivateKey:
        private = Ed25519PrivateKey.generate()
        key = PublicKey(**key_facts(private.public_key()))
        party = position.partition("-")[0]
        self.desk.operate(KeyEnrolled(party=party, position=position, key=key))
        return private

    def revoke(self, position: str) -> None:
        kid = kid_of(self.keys[position])
        party = position.partition("-")[0]
        self.desk.say(party, KeyRevoked(kid=kid), position=f"{party}-TAC.admin")

    def ask(self, assertion: str, now: datetime = NOW, **more: str) -> dict[str, Any]:
        return self.issuer.grant([*form(assertion).items(), *more.items()], now)

    def token(self, position: str = WATCH, now: datetime = NOW, **more: str) -> str:
        text = assertion(self.keys[position], iss=position, sub=position, now=now)
        return str(self.ask(text, now, **more)["access_token"])


def kid_of(private: Ed25519PrivateKey) -> str:
    return key_facts(private.public_key())["kid"]


def form(assertion: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }


def sealed(header: dict[str, Any], claims: Any, key: Any) -> str:
    payload = json.dumps(claims).encode()
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(header, payload, key, registry=registry)


numbers = iter(range(1_000_000))


def assertion(
    private: Ed25519PrivateKey,
    *,
    now: datetime = NOW,
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A good assertion of WEST's watch but for what is given; None leaves a claim out."""
    at = int(now.timestamp())
    whole = {
        "iss": WATCH,
        "sub": WATCH,
        "aud": URL,
        "iat": at,
        "exp": at + 60,
        "jti": f"j-{next(numbers)}",
        **claims,
    }
    named = {"alg": "Ed25519", "kid": kid_of(private), "typ": "JWT", **(header or {})}
    return sealed(
        {name: value for name, value in named.items() if value is not None},
        {name: value for name, value in whole.items() if value is not None},
        OKPKey.import_key(private),
    )


def handmade(header: Any, claims: Any, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    signed = jws.extract_compact(token.encode())
    assert signed.payload is not None
    return signed.headers(), json.loads(signed.payload)
