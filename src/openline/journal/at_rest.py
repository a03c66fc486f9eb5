"""Encryption at rest: whoever takes the disk but not the key file reads no body."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openline.journal import Damaged

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class AtRest:
    """AES-256-GCM under one key, each text bound to what it is about.

    LIMIT: nonces are random, so one key is good for 2**32 texts (NIST SP 800-38D, 8.3).
    """

    def __init__(self, key: bytes) -> None:
        """Raises ValueError if the key has not 32 bytes."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key at rest has {KEY_BYTES} bytes, this has {len(key)}")
        self._cipher = AESGCM(key)

    def encrypt(self, text: bytes, about: bytes) -> bytes:
        """The text, unreadable without the key and useless in another text's place.

        The nonce is the system's own random even where a replay supplies other entropy: two
        texts under one nonce would give each other away.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, about)

    def decrypt(self, sealed: bytes, about: bytes) -> bytes:
        """The text that `encrypt` was given.

        Raises:
            Damaged: it was altered, moved from elsewhere, or written under another key.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except (InvalidTag, ValueError) as error:
            raise Damaged(
                f"{about.decode()}: what is stored was altered, or belongs to another key. "
                "Put the right at-rest key back, or run `openline restore`."
            ) from error
