"""The messages of F3548 as types that are fast to read and write.

Names, fields and words are those of the public package `uas-standards`, so none of them stands
here a second time. Its own classes take milliseconds for a message that these take microseconds
for. An optional field that was not sent is unset, and one that is unset is not sent.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from implicitdict import ImplicitDict, StringBasedDateTime
from msgspec import UNSET, UnsetType

from openline.domain.errors import Malformed
from openline.domain.misfit import misfit

BODY_BYTES_MAX: Final = 1 << 20
"""No message has more bytes."""


@cache
def wire(model: Any, loose: frozenset[str] = frozenset()) -> Any:
    """The message as a Struct of the same name: the same fields, optional where they are there.

    Args:
        loose: fields that take any text here, though the package lists the words.
    """
    hints = get_type_hints(model) | dict.fromkeys(loose, str)
    fields = [_field(model, name, hint) for name, hint in hints.items()]
    return msgspec.defstruct(model.__name__, fields, kw_only=True, gc=False)


def _field(model: Any, name: str, hint: Any) -> Any:
    kind, is_optional = _kind(hint)
    default = getattr(model, name, None)
    if is_optional:
        return name, kind | None | UnsetType, UNSET
    if default is None:
        return name, kind
    if isinstance(default, list):
        return name, kind, msgspec.field(default_factory=list)
    return name, kind, default


def _kind(hint: Any) -> tuple[Any, bool]:
    """The type that stands for one of the package's, and whether the field may be left out."""
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return _kind(inner)[0], True
    if get_origin(hint) is list:
        (of,) = get_args(hint)
        return list[_kind(of)[0]], False  # type: ignore[misc]
    if hint is StringBasedDateTime:
        return datetime, False
    if isinstance(hint, type) and issubclass(hint, ImplicitDict):
        return wire(hint), False
    return hint, False


def parse_message(raw: bytes, model: Any, loose: frozenset[str] = frozenset()) -> Any:
    """The message that these bytes are.

    Raises:
        Malformed: not JSON in the one sense of it, or not that message; the sentence names the
            field and never what stands in it.
    """
    try:
        message = msgspec.json.decode(raw, type=wire(model, loose))
        check_named_once(raw)
    except msgspec.MsgspecError as error:
        raise Malformed(f"The body: {misfit(error, wire(model, loose))}") from error
    except RecursionError as error:
        raise Malformed("The body: it is nested too deep. Flatten it.") from error
    except ValueError as error:
        raise Malformed(f"The body: {error}. Mend that.") from error
    return message


def render_message(message: Any) -> bytes:
    """The message as JSON."""
    return msgspec.json.encode(message)


def check_named_once(raw: bytes) -> None:
    """Raises ValueError if a name stands twice in an object: each reader would take another."""
    json.loads(raw, object_pairs_hook=_named_once)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in it")
    return names
