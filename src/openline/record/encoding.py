"""Bytes as text, in the two base64 alphabets, each value with one text only.

A decoder that let unused bits or missing padding pass would let two texts stand for one signature,
and whoever compares or hashes the text would see two records where there is one. So whatever was
decoded is encoded again, and must be the text: that alone refuses every other spelling.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from typing import Final

_URL_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
_PLAIN_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")


def encode_base64(data: bytes) -> str:
    """Base64 with padding, as notes and receipts write bytes."""
    return b2a_base64(data, newline=False).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes of a padded base64 text.

    Raises:
        ValueError: it is not the one text that these bytes have.
    """
    try:
        data = a2b_base64(text)
    except Base64Error as error:
        raise ValueError("not base64") from error
    if encode_base64(data) != text:
        raise ValueError("not the one base64 text of its bytes")
    return data


def encode_base64url(data: bytes) -> bytes:
    """Base64url without padding, as JOSE writes bytes."""
    return b2a_base64(data, newline=False).translate(_URL_ALPHABET).rstrip(b"=")


def decode_base64url(text: bytes) -> bytes:
    """The bytes of an unpadded base64url text.

    Raises:
        ValueError: it is not the one text that these bytes have.
    """
    try:
        data = a2b_base64(text.translate(_PLAIN_ALPHABET) + b"=" * (-len(text) % 4))
    except Base64Error as error:
        raise ValueError("not base64url") from error
    if encode_base64url(data) != text:
        raise ValueError("not the one base64url text of its bytes")
    return data


def decode_checked_base64url(text: bytes) -> bytes:
    """As `decode_base64url`, for a text that was decoded by that before: sooner.

    Raises:
        ValueError: it is no base64 at all.
    """
    return a2b_base64(text.translate(_PLAIN_ALPHABET) + b"=" * (-len(text) % 4))
