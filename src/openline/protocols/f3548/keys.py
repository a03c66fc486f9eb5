"""The public keys of the authorities that a desk trusts: PEM files, key sets, or where to ask."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Final

import httpx
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

from openline.domain.errors import Malformed

TRUST_S: Final = 3_600
"""Keys that could not be had anew for so long are trusted no more."""
_FETCH_S: Final = 5.0
_BYTES_MAX: Final = 262_144
_BITS_MIN: Final = 2_048
_PEM_END: Final = b"-----END "


def parse_keys(text: bytes, where: str) -> tuple[RSAPublicKey, ...]:
    """The RSA keys in PEM text (keys or certificates, one or several) or in a JSON Web Key Set.

    Raises:
        Malformed: there is none, or one that is not RSA of 2,048 bits at least.
    """
    try:
        if text.lstrip().startswith(b"{"):
            keys = tuple(_from_jwk(jwk) for jwk in _signing(text))
        else:
            keys = tuple(_from_pem(block) for block in _blocks(text))
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, msgspec.MsgspecError) as error:
        raise Malformed(f"{where}: no public key that can be read. Give PEM or a JWKS.") from error
    if not keys:
        raise Malformed(f"{where}: holds no key for signatures. Give PEM or a JWKS.")
    if any(key.key_size < _BITS_MIN for key in keys):
        raise Malformed(f"{where}: keys are RSA of {_BITS_MIN} bits or more. Give such a key.")
    return keys


def digest_of_key(key: RSAPublicKey) -> str:
    """The SHA-256, in hex, of a public key as every tool can make it (SubjectPublicKeyInfo)."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


class TrustedKeys:
    """The keys trusted now. Those at addresses are asked for anew, and forgotten if not to be had.

    Any thread may ask which they are; one thread refreshes them, which may take seconds.
    """

    def __init__(
        self, files: Sequence[Path], urls: Sequence[str], ca_file: Path | None = None
    ) -> None:
        """Reads the files.

        Args:
            ca_file: the certificates, in PEM, that alone vouch for the addresses; without it those
                that vouch for the public web do.

        Raises:
            Malformed: one cannot be read as public keys, or as certificates.
        """
        self._tls: ssl.SSLContext | bool = True if ca_file is None else _trusting(ca_file)
        self._fixed = tuple(key for file in files for key in _read_file(file))
        self._urls = tuple(urls)
        self._fetched: dict[str, tuple[float, tuple[RSAPublicKey, ...]]] = {}
        self._lock = Lock()

    @property
    def has_addresses(self) -> bool:
        """Whether any key is to be asked for."""
        return bool(self._urls)

    def find(self) -> tuple[RSAPublicKey, ...]:
        """The keys of every authority trusted now."""
        with self._lock:
            held = tuple(key for _, keys in self._fetched.values() for key in keys)
        return self._fixed + held

    def digests(self) -> tuple[str, ...]:
        """The digests of those keys, sorted, as the record names them."""
        return tuple(sorted({digest_of_key(key) for key in self.find()}))

    def refresh(self, now_s: float) -> bool:
        """Asks every address for its keys; whether all answered. Waits seconds for each."""
        answered = True
        for url in self._urls:
            try:
                keys = parse_keys(_fetch(url, self._tls), url)
            except (Malformed, OSError, httpx.HTTPError):
                answered = False
                continue
            with self._lock:
                self._fetched[url] = now_s, keys
        with self._lock:
            for url, (at_s, _) in tuple(self._fetched.items()):
                if now_s - at_s > TRUST_S:
                    del self._fetched[url]
        return answered


def _read_file(file: Path) -> tuple[RSAPublicKey, ...]:
    try:
        return parse_keys(file.read_bytes(), str(file))
    except OSError as error:
        raise Malformed(f"{file}: {error.strerror or error}. Name a public key's file.") from error


def _trusting(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError is one too
        raise Malformed(f"{ca_file}: no certificates that can be read. Give PEM.") from error


def _fetch(url: str, tls: ssl.SSLContext | bool) -> bytes:
    with (
        httpx.Client(timeout=_FETCH_S, trust_env=False, verify=tls) as client,
        client.stream("GET", url) as answer,
    ):
        answer.raise_for_status()
        content = bytearray()
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > _BYTES_MAX:
                raise OSError("a key set of this size is not read")
        return bytes(content)


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


def _signing(text: bytes) -> list[dict[str, Any]]:
    held = msgspec.json.decode(text, type=_KeySet).keys
    return [jwk for jwk in held if jwk.get("use", "sig") == "sig" and jwk.get("kty") == "RSA"]


def _from_jwk(jwk: dict[str, Any]) -> RSAPublicKey:
    return RSAPublicNumbers(e=_whole(jwk["e"]), n=_whole(jwk["n"])).public_key()


def _whole(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _blocks(text: bytes) -> list[bytes]:
    """Each PEM block by itself."""
    ends = text.split(_PEM_END)
    blocks = []
    for body, end in pairwise(ends):
        begin = body.rfind(b"-----BEGIN ")
        if begin < 0:
            raise ValueError("a block that does not begin")
        blocks.append(body[begin:] + _PEM_END + end.split(b"\n", 1)[0])
    return blocks


def _from_pem(block: bytes) -> RSAPublicKey:
    if b"PRIVATE" in block:
        raise ValueError("a private key does not belong here")
    is_certificate = b"BEGIN CERTIFICATE" in block
    key = (
        load_pem_x509_certificate(block).public_key()
        if is_certificate
        else load_pem_public_key(block)
    )
    if not isinstance(key, RSAPublicKey):
        raise ValueError("a key of another kind")
    return key
