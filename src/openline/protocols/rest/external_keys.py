"""The public keys of an issuer outside the desk: fetched when first needed, never at import."""

from __future__ import annotations

import math
from threading import Lock
from typing import Any, Final

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from openline.config import ExternalIssuer
from openline.domain.errors import Unavailable
from openline.protocols.rest.jose import Key, NotAccepted

FETCH_AGAIN_S: Final = 60
"""A kid that is not in the set has it fetched anew, but so seldom: anybody can invent kids."""
TRUST_S: Final = 3_600
"""A set older than this is fetched anew, so that a key its issuer withdrew does not live on."""
_FETCH_S: Final = 5.0
_BYTES_MAX: Final = 262_144
_RSA_CHARS_MIN: Final = 342  # 2,048 bits in base64url
_NO_KEYS: Final = "The issuer's keys cannot be had just now. Try the same again in a minute."


class ExternalKeys:
    """One issuer's key set. Any thread may ask; a question may wait seconds for the issuer."""

    def __init__(self, settings: ExternalIssuer) -> None:
        self._settings = settings
        self._keys: dict[str, Key] = {}
        self._fetched_s = self._tried_s = -math.inf
        self._lock = Lock()

    def get_key(self, kid: str, now_s: float) -> Key:
        """The issuer's key of that kid, as of now in seconds since 1970.

        Raises:
            NotAccepted: its key set has none that serves for signatures.
            Unavailable: the set cannot be had, and none was had within the hour.
        """
        with self._lock:
            wanted = kid not in self._keys or not self._trusted(now_s)
            if wanted and now_s - self._tried_s >= FETCH_AGAIN_S:
                self._tried_s = now_s
                self._fetch(now_s)
            if not self._trusted(now_s):
                raise Unavailable(_NO_KEYS)
            if kid not in self._keys:
                raise NotAccepted(
                    "The token's kid names no key of its issuer. Get a new token there."
                )
            return self._keys[kid]

    def _trusted(self, now_s: float) -> bool:
        return now_s - self._fetched_s <= TRUST_S

    def _fetch(self, now_s: float) -> None:
        """Keeps the keys that it had if the set cannot be had: they are still trusted a while."""
        try:
            found = msgspec.json.decode(self._read(), type=_KeySet)
        except (OSError, httpx.HTTPError, msgspec.MsgspecError, ValueError):
            return
        keys = (_key_from(jwk) for jwk in found.keys)
        self._keys = {str(key.kid): key for key in keys if key is not None}
        self._fetched_s = now_s

    def _read(self) -> bytes:
        if self._settings.jwks_file is not None:
            return self._settings.jwks_file.read_bytes()
        with (
            httpx.Client(timeout=_FETCH_S, trust_env=False) as client,
            client.stream("GET", self._settings.jwks_url or "") as answer,
        ):
            answer.raise_for_status()
            content = bytearray()
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > _BYTES_MAX:
                    raise ValueError("a key set of this size is not read")
            return bytes(content)


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


def _key_from(jwk: dict[str, Any]) -> Key | None:
    """The public key if it serves here: named, for signatures, Ed25519, P-256 or RSA ≥ 2048."""
    if not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig":
        return None
    try:
        return _imported(jwk)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _imported(jwk: dict[str, Any]) -> Key | None:
    # Only what makes the key: its `alg` and `key_ops` are the issuer's own advice to itself.
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            return OKPKey.import_key({each: jwk[each] for each in ("kty", "crv", "kid", "x")})
        case "EC", "P-256":
            return ECKey.import_key({each: jwk[each] for each in ("kty", "crv", "kid", "x", "y")})
        case "RSA", _ if len(jwk["n"]) >= _RSA_CHARS_MIN:
            return RSAKey.import_key({each: jwk[each] for each in ("kty", "kid", "n", "e")})
    return None
