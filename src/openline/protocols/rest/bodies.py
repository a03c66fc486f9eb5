"""What callers send, read with suspicion: bounded, of one type, JSON in the one sense of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from openline.domain.errors import Malformed, TooLarge
from openline.domain.misfit import misfit
from openline.protocols.rest.problems import Unreadable, WrongMediaType

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
BODY_BYTES_MAX: Final = 1 << 20
_FIELDS_MAX: Final = 16

T = TypeVar("T")


async def read_body(request: Request, media_type: str, most: int = BODY_BYTES_MAX) -> bytes:
    """The request's body, read no further than it may be long.

    Raises:
        WrongMediaType: it says that it is of another type, or packed.
        TooLarge: it has more bytes; what came after them was not read.
    """
    stated, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower()
    if stated.strip().lower() != media_type or charset not in ("", "charset=utf-8"):
        raise WrongMediaType(f"The body must be {media_type} in UTF-8. Say so in Content-Type.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise WrongMediaType("The body must not be packed. Send it without Content-Encoding.")
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > most:
            raise TooLarge(f"The body may have {most} bytes. Send less at once.")
    return bytes(content)


def parse_json(raw: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are, whoever reads them.

    Raises:
        Unreadable: not one JSON object: no number that is none, no name twice, not too deep.
    """
    try:
        # First the strict reader: text that is no Unicode, NaN, numbers beyond any range, depth.
        msgspec.json.decode(raw)
        value = json.loads(raw, object_pairs_hook=_named_once)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unreadable(
            "The body is not JSON: one object, in UTF-8, every name once, every number finite."
        ) from error
    if not isinstance(value, dict):
        raise Unreadable("The body is JSON and no object. Send one object, in braces.")
    return value


def read_as(kind: type[T], value: Any, what: str) -> T:
    """The value as one of that type.

    Raises:
        Malformed: it is not; the sentence names the field and never what stands in it.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Malformed(f"{what}: {misfit(error, kind)}") from error


def find_unread(sent: Any, read: Any, where: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The way to the first name in what was sent that was not read; None if all were.

    A misspelt name in a form would else be left out in silence, and the hour with it.
    """
    if isinstance(sent, dict) and isinstance(read, dict):
        for name, value in sent.items():
            if name not in read:
                return (*where, name)
            if found := find_unread(value, read[name], (*where, name)):
                return found
    elif isinstance(sent, list) and isinstance(read, list | tuple):
        for number, (one, other) in enumerate(zip(sent, read, strict=False)):
            if found := find_unread(one, other, (*where, f"[{number}]")):
                return found
    return None


def parse_form(raw: bytes) -> list[tuple[str, str]]:
    """The fields of a form, each as often as it was sent.

    Raises:
        Unreadable: it is no form.
    """
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        raise Unreadable("The body is no form: name=value, joined by &.") from error


def read_number(name: str, values: Sequence[str]) -> int:
    """A whole number in an address as it was sent, once and in plain digits.

    Raises:
        Malformed: it was not.
    """
    match values:
        case [text] if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    raise Malformed(f"{name}: a number of digits alone is needed here, once. Give one.")


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice")
    return names
