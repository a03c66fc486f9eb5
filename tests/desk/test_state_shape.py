"""A snapshot of another release's state must not be read as this one's: the version tells."""

from __future__ import annotations

import json
from hashlib import sha256
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from openline.desk.state import STATE_VERSION, State

SHAPES: Final = {10: "1a9189a16d2b2f316545cd02de88a06b074ca04c7b78886cefc99bcae84675eb"}
"""The digest of the state's shape under its version."""


def shape_of(kind: Any, told: set[type]) -> Any:
    """Every field that a snapshot may hold, by name, kind and default; each class told once."""
    if args := get_args(kind):
        is_choice = get_origin(kind) in (Union, UnionType)
        name = "one of" if is_choice else kind.__name__
        shapes = [each if isinstance(each, str) else shape_of(each, told) for each in args]
        return [name, *(sorted(shapes, key=json.dumps) if is_choice else shapes)]
    if not isinstance(kind, type):
        return str(kind)
    if not issubclass(kind, Struct) or kind in told:
        return kind.__name__
    told.add(kind)
    return {
        "name": kind.__name__,
        "tag": kind.__struct_config__.tag,
        "fields": [
            [each.encode_name, shape_of(each.type, told), each.required, _plain(each.default)]
            for each in msgspec.structs.fields(kind)
        ],
    }


def _plain(default: Any) -> Any:
    return default if isinstance(default, str | int | float | bool | None) else "made"


def test_the_state_has_no_other_shape_without_another_version() -> None:
    """A field that an older snapshot lacks would be read with its default: no replay's state.

    Where this fails: raise `STATE_VERSION`, and put the new digest beside it here. A change of
    what `evolve` makes of an entry, in fields that stay, needs a new version too: nothing tells.
    """
    shape = json.dumps(shape_of(State, set()), sort_keys=True)

    assert {STATE_VERSION: sha256(shape.encode()).hexdigest()} == SHAPES
