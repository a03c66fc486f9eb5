"""How F3548 is answered: a status and a message, and what each refusal is in its terms."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from uas_standards.astm.f3548.v21 import api

from openline.domain.errors import (
    BadSignature,
    Malformed,
    NotPermitted,
    OutOfTurn,
    Refused,
    Replayed,
    StaleVersion,
    TooLarge,
    UnknownThing,
    WrongState,
)
from openline.domain.intent import NotDeconflicted, SupplierDown
from openline.protocols.f3548.wire import render_message, wire


class Answer(Struct, frozen=True):
    """What goes back: a status, a message, and the statement of the record that it rests on.

    It is named by its id, never by its place: how many entries lie between two of a supplier's own
    would tell it what its plans had met.
    """

    status: int
    message: Any
    statement: str | None = None


STATUSES: Final[Mapping[type[Refused], int]] = MappingProxyType(
    {
        Malformed: 400,
        TooLarge: 400,  # suppliers in use expect 400, not 413
        NotPermitted: 403,
        UnknownThing: 404,
        StaleVersion: 409,
        WrongState: 409,
        NotDeconflicted: 409,
        SupplierDown: 412,
        Replayed: 409,
        OutOfTurn: 409,
        BadSignature: 401,
    }
)


class TooManyBytes(Refused):
    """A body longer than any message; what came after was not read."""

    slug = "too-many-bytes"


def error_message(sentence: str) -> Any:
    """What is told of anything that was not done."""
    return wire(api.ErrorResponse)(message=sentence)


def refusal(error: Refused) -> Answer:
    """The answer to what cannot stand; whoever knows of more adds it to the message."""
    return Answer(STATUSES.get(type(error), 400), error_message(error.sentence))


def head_and_body(answer: Answer) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The header fields and the body of an answer."""
    body = render_message(answer.message)
    head = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if answer.statement is not None:
        head.append((b"openline-statement", answer.statement.encode()))
    if answer.status == 401:
        head.append((b"www-authenticate", b"Bearer"))
    return head, body
