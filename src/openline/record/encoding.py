"""Bytes as text, in the two base64 alphabets, each value with one text only.

A decoder that let unused bits or missing padding pass would let two texts stand for one signature,
and whoever compares or hashes the text would see two records where there is one.
"""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error


def encode_base64(data: bytes) -> str:
    """Base64 with padding, as notes and receipts write bytes."""
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes of a padded base64 text.

    Raises:
        ValueError: it is not the one text that these bytes have.
    """
    try:
        data = b64decode(text, validate=True)
    except Base64Error as error:
        raise ValueError("not base64") from error
    if encode_base64(data) != text:
        raise ValueError("not the one base64 text of its bytes")
    return data


def encode_base64url(data: bytes) -> bytes:
    """Base64url without padding, as JOSE writes bytes."""
    return urlsafe_b64encode(data).rstrip(b"=")


def decode_base64url(text: bytes) -> bytes:
    """The bytes of an unpadded base64url text.

    Raises:
        ValueError: it is not the one text that these bytes have.
    """
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except Base64Error as error:
        raise ValueError("not base64url") from error
    if encode_base64url(data) != text:
        raise ValueError("not the one base64url text of its bytes")
    return data
