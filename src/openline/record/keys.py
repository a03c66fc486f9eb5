"""Ed25519 keys: what they are called, how they are written down, and the files they lie in."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from openline.record.encoding import decode_base64url, encode_base64url
from openline.record.errors import NotAKey, UnsafeKeyFile

PUBLIC_KEY_BYTES: Final = 32
_KEY_FILE_BYTES_MAX: Final = 1 << 14

# The y coordinates of the eight points of small order, canonical and not, of either sign. Under
# such a key one signature fits many texts, so its holder could later say that anybody had signed.
_P: Final = 2**255 - 19
_Y_OF_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_Y_OF_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _P, _P + 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


def thumbprint(key: Ed25519PublicKey) -> str:
    """The name of a key, made of nothing but the key: its `kid`.

    Source: RFC 7638, with the members that RFC 8037 requires.
    """
    x = encode_base64url(key.public_bytes_raw())
    required = b'{"crv":"Ed25519","kty":"OKP","x":"%b"}' % x
    return encode_base64url(sha256(required).digest()).decode("ascii")


def public_key_from_bytes(raw: bytes) -> Ed25519PublicKey:
    """The key of 32 bytes.

    Raises:
        NotAKey: they are not 32, or are a point under which signatures prove nothing.
    """
    if len(raw) != PUBLIC_KEY_BYTES:
        raise NotAKey(f"An Ed25519 public key has 32 bytes, this has {len(raw)}.")
    if int.from_bytes(raw, "little") & (2**255 - 1) in _Y_OF_SMALL_ORDER:
        raise NotAKey("This public key is of small order: its signatures prove nothing.")
    return Ed25519PublicKey.from_public_bytes(raw)


def key_facts(key: Ed25519PublicKey) -> dict[str, str]:
    """`{"kid", "x"}`: a key as entries enrol it."""
    x = encode_base64url(key.public_bytes_raw()).decode("ascii")
    return {"kid": thumbprint(key), "x": x}


def public_key_from_facts(facts: Mapping[str, Any]) -> Ed25519PublicKey:
    """The key that `{"kid", "x"}` means.

    Raises:
        NotAKey: `x` is no key, or `kid` is not its thumbprint.
    """
    try:
        raw = decode_base64url(str(facts["x"]).encode("ascii"))
    except (KeyError, ValueError) as error:
        raise NotAKey("A key needs x, its 32 bytes in base64url without padding.") from error
    key = public_key_from_bytes(raw)
    if facts.get("kid") != thumbprint(key):
        raise NotAKey("The kid is not the thumbprint (RFC 7638) of the key beside it.")
    return key


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """The key as a JSON Web Key (RFC 8037), to be handed to others."""
    return {"alg": "Ed25519", "crv": "Ed25519", "kty": "OKP", "use": "sig", **key_facts(key)}


def parse_public_jwk(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    """The key of a JSON Web Key, whose `kid` is its thumbprint.

    Raises:
        NotAKey: it is another kind of key, a private one, or bears another kid.
    """
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
        raise NotAKey("This is no Ed25519 key (kty OKP, crv Ed25519). Make one of that kind.")
    if "d" in jwk:
        raise NotAKey(
            "This is a private key, now shown to others. Make a new one; send its public half."
        )
    return public_key_from_facts(jwk)


def save_private_key(path: Path, key: Ed25519PrivateKey, passphrase: bytes | None = None) -> None:
    """Writes the key to a new file that only its owner can read (PEM, PKCS 8, mode 0600).

    Raises:
        FileExistsError: there is a file already; a key is never written over.
    """
    locked: KeySerializationEncryption = NoEncryption()
    if passphrase:
        locked = BestAvailableEncryption(passphrase)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        # A key that has signed and is then lost in a power cut can never sign again: sync first.
        os.fsync(file.fileno())


def load_private_key(path: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The key in a file.

    Raises:
        UnsafeKeyFile: others than its owner may read or write the file, or it is no plain file.
        NotAKey: it is not an Ed25519 key, or the passphrase is missing or wrong.
        FileNotFoundError: there is no such file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        # Asked of the open file: what a name points to may change in between.
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise UnsafeKeyFile(f"{path}: not a plain file. Name the key's file itself.")
        if mode & 0o077:
            raise UnsafeKeyFile(
                f"{path}: others than its owner may use it (mode {stat.S_IMODE(mode):04o}). "
                "If nobody has read it, run chmod 600 on it; else make a new key."
            )
        pem = file.read(_KEY_FILE_BYTES_MAX)
    try:
        key = load_pem_private_key(pem, passphrase or None)
    except TypeError as error:
        wanted = "needs none" if passphrase else "needs its passphrase"
        raise NotAKey(f"{path}: the key {wanted}.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAKey(f"{path}: no PEM key, or not this passphrase.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey(f"{path}: not an Ed25519 key. Make one of that kind.")
    return key
