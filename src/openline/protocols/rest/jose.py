"""JSON Web Tokens, read with suspicion: bounded, one allowed algorithm at a time, times checked.

What is refused is told in words of our own; nothing of the token is ever repeated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

SKEW_S: Final = 30
"""How far a caller's clock may be off the desk's."""
TOKEN_CHARS_MAX: Final = 8_192

Key = OKPKey | ECKey | RSAKey
FindKey = Callable[[str], Key]
"""The key of a kid. Raises NotAccepted."""


class NotAccepted(Exception):
    """A token is not what its reader asks for. The text is a sentence for whoever made it."""


def claimed_issuer(token: str) -> str:
    """Who the token says has issued it: unverified, by whoever wrote it.

    Raises:
        NotAccepted: not a compact JWS of a JSON object, over the bound, or without an issuer.
    """
    issuer = _claims(_extracted(token)).get("iss")
    if not isinstance(issuer, str):
        raise NotAccepted("The token must say who issued it: iss.")
    return issuer


def verified(
    token: str, *, types: Collection[str | None], algorithms: Collection[str], find_key: FindKey
) -> tuple[str, dict[str, Any]]:
    """The kid that signed a token, and its claims.

    Args:
        types: values that the header's `typ` may have, in lower case; None where it may be absent.

    Raises:
        NotAccepted: another type or algorithm, no such key, or its signature does not verify.
    """
    signed = _extracted(token)
    header = signed.headers()
    kid, typ, alg = header.get("kid"), header.get("typ"), header.get("alg")
    if not isinstance(alg, str) or not isinstance(kid, str):
        raise NotAccepted("The token's header must have alg and kid, both texts.")
    if not isinstance(typ, str | None) or (typ and typ.lower()) not in types:
        raise NotAccepted("The token's typ is not that of a token for this place.")
    if header.get("b64", True) is not True:
        raise NotAccepted("The token's payload must be encoded.")
    if alg not in algorithms:
        raise NotAccepted(f"The token's alg must be one of: {', '.join(sorted(algorithms))}.")
    if alg == "EdDSA":
        # Ed25519 here and no other curve (RFC 9864). What was signed are the bytes as they came.
        signed.protected["alg"] = alg = "Ed25519"
    # Unknown header members are ignored, as RFC 7515 says; `crit` never is.
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    key = find_key(kid)
    try:
        holds = jws.validate_compact(signed, key, registry=registry)
    except (JoseError, ValueError, TypeError) as error:
        raise NotAccepted("The token's signature does not verify with the key it names.") from error
    if not holds:
        raise NotAccepted("The token's signature does not verify with the key it names.")
    return kid, _claims(signed)


def check_times(claims: Mapping[str, Any], now_s: float, longest_s: float | None = None) -> float:
    """When the token expires, in seconds since 1970.

    Args:
        longest_s: how far ahead `exp` may lie; None for any span.

    Raises:
        NotAccepted: it has expired, is not valid yet, or is valid for too long.
    """
    expires_s = seconds_of(claims, "exp")
    if expires_s is None:
        raise NotAccepted("The token must say when it expires: exp, in seconds since 1970.")
    if expires_s <= now_s:
        raise NotAccepted("The token has expired. Make a new one.")
    if longest_s is not None and expires_s > now_s + longest_s + SKEW_S:
        raise NotAccepted(f"The token must expire within {longest_s:.0f} s. Make a shorter one.")
    for name in ("nbf", "iat"):
        from_s = seconds_of(claims, name)
        if from_s is not None and from_s > now_s + SKEW_S:
            raise NotAccepted("The token is not valid yet. Set your clock, then make a new one.")
    return expires_s


def seconds_of(claims: Mapping[str, Any], name: str) -> float | None:
    """The instant that a claim names, in seconds since 1970; None if it is absent.

    Raises:
        NotAccepted: it is no number.
    """
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotAccepted(f"The token's {name} must be a number of seconds since 1970.")
    return float(value)


def _extracted(token: str) -> jws.CompactSignature:
    if len(token) > TOKEN_CHARS_MAX:
        raise NotAccepted(f"A token has at most {TOKEN_CHARS_MAX} characters.")
    try:
        return jws.extract_compact(token.encode("ascii"))
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotAccepted("This is not a JSON Web Token in compact form.") from error


def _claims(signed: jws.CompactSignature) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = msgspec.json.decode(signed.payload, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotAccepted("The token's claims are not a JSON object.") from error
    return claims
