"""Tokens of suppliers: signed by an authority that this desk trusts, for this desk, for an hour.

What is refused is told in words of our own; nothing of the token is ever repeated. A token that
was verified once is remembered until it expires.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Collection
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

from openline.protocols.f3548.wire import check_named_once

LONGEST_S: Final = 3_600
SKEW_S: Final = 30
"""How far an authority's clock may be off the desk's."""
TOKEN_CHARS_MAX: Final = 8_192
REMEMBERED_MAX: Final = 10_000
_NAME_CHARS_MAX: Final = 256
_NEVER_S: Final = 1e12
"""No instant that a token can mean lies this far from 1970."""
_CODE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
_PART: Final = re.compile(r"[A-Za-z0-9_-]+")

FindKeys = Callable[[], Collection[RSAPublicKey]]
"""The keys trusted now."""


class Unauthenticated(Exception):
    """Nobody has proved who they are; the text is a sentence for whoever made the token."""


class Bearer(Struct, frozen=True, kw_only=True):
    """Who a token speaks for, and what it allows; `issuer` and `token_id` can stand in a leaf."""

    name: str
    scopes: frozenset[str]
    issuer: str
    token_id: str
    expires_s: float


class Tokens:
    """Tells suppliers by their tokens."""

    def __init__(self, find_keys: FindKeys, audiences: Collection[str]) -> None:
        self._find_keys, self._audiences = find_keys, frozenset(audiences)
        self._remembered: dict[str, Bearer] = {}

    def bearer_of(self, authorization: str, now_s: float) -> Bearer:
        """Who sends an `Authorization` header, as of now in seconds since 1970.

        Raises:
            Unauthenticated: no token, or one that proves nothing here.
        """
        known = self._remembered.get(authorization)
        if known is not None and known.expires_s > now_s:
            return known
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("A bearer token is needed. Send it in Authorization.")
        bearer = self._read(token.strip(), now_s)
        self._remember(authorization, bearer, now_s)
        return bearer

    def _read(self, token: str, now_s: float) -> Bearer:
        claims = _json_object(self._verified(token))
        expires_s = _check_times(claims, now_s)
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if self._audiences.isdisjoint(each for each in named if isinstance(each, str)):
            raise Unauthenticated("The token is for another audience than this desk's host name.")
        return Bearer(
            name=_text(claims, "sub"),
            scopes=frozenset(_text(claims, "scope", may_be_empty=True).split()),
            issuer=_code(_text(claims, "iss")),
            token_id=_code(_text(claims, "jti")),
            expires_s=expires_s,
        )

    def _verified(self, token: str) -> bytes:
        """The bytes of the claims that a trusted authority has signed."""
        parts = token.split(".")
        if len(token) > TOKEN_CHARS_MAX or len(parts) != 3 or not all(map(_PART.fullmatch, parts)):
            raise Unauthenticated("This is no JSON Web Token in compact form.")
        header = _json_object(_decoded(parts[0]))
        if header.get("alg") != "RS256":
            raise Unauthenticated("The token must be signed with RS256.")
        if "crit" in header or header.get("b64", True) is not True:
            raise Unauthenticated("The token's header asks for what is not understood here.")
        signed, signature = token.rpartition(".")[0].encode("ascii"), _decoded(parts[2])
        if not any(_holds(key, signature, signed) for key in self._find_keys()):
            raise Unauthenticated("No authority that this desk trusts has signed the token.")
        return _decoded(parts[1])

    def _remember(self, authorization: str, bearer: Bearer, now_s: float) -> None:
        if len(self._remembered) >= REMEMBERED_MAX:
            kept = {each: b for each, b in self._remembered.items() if b.expires_s > now_s}
            self._remembered = kept if len(kept) < REMEMBERED_MAX else {}
        self._remembered[authorization] = bearer


def _holds(key: RSAPublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise Unauthenticated("A part of the token is not in base64url.") from error


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        check_named_once(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unauthenticated("A part of the token is no JSON object.") from error
    return found


def _check_times(claims: dict[str, Any], now_s: float) -> float:
    """When it expires, in seconds since 1970."""
    expires_s = _seconds(claims, "exp")
    if expires_s is None:
        raise Unauthenticated("The token must say when it expires: exp.")
    if expires_s <= now_s:
        raise Unauthenticated("The token has expired. Ask your authority for another.")
    if expires_s > now_s + LONGEST_S + SKEW_S:
        raise Unauthenticated("The token must expire within an hour. Ask for a shorter one.")
    for name in ("nbf", "iat"):
        from_s = _seconds(claims, name)
        if from_s is not None and from_s > now_s + SKEW_S:
            raise Unauthenticated("The token is not valid yet. Set your clock.")
    return expires_s


def _seconds(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _NEVER_S:
        raise Unauthenticated(f"The token's {name} must be seconds since 1970.")
    return float(value)


def _text(claims: dict[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or (not value.strip() and not may_be_empty):
        raise Unauthenticated(f"The token must have {name}, a text that is not empty.")
    if name == "sub" and len(value) > _NAME_CHARS_MAX:
        raise Unauthenticated("The token's sub is longer than any name.")
    if name == "sub" and not value.isprintable():
        raise Unauthenticated("The token's sub holds what nobody can be shown. Use letters.")
    return value


def _code(text: str) -> str:
    """The text if it can stand in the record for ever, else its digest."""
    return text if _CODE.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()
