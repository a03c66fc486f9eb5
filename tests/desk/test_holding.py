"""A state held still stays as it was, whatever the desk goes on to hear."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from openline.desk import holding
from openline.desk.comparing.occupied import Occupied
from openline.desk.deadlines import Deadlines
from openline.desk.holding import HeldState
from openline.desk.shelf import Shelf
from openline.desk.state import State, evolve, snapshot_of
from openline.desk_directory import read_at_rest_key
from openline.detection import PlanIndex
from openline.journal.at_rest import AtRest
from openline.journal.sqlite import SqliteJournal
from openline.sealing import entry_from_row
from replayed_case import Demo, demo

__all__ = ["demo"]

EVERY = 50
"""So many entries apart, states are held."""
NEVER_ALTERED = (str, bytes, int, float, bool, type(None), datetime, timedelta, Enum)


def test_what_is_held_reads_as_the_state_did_then(
    demo: Demo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(holding, "THINGS_AT_ONCE", 3)
    journal = SqliteJournal(demo.data / "record.db", AtRest(read_at_rest_key(demo.data)))
    state, held = State(), []
    for row in journal.read(0, journal.size()):
        evolve(state, entry_from_row(row))
        if row.index % EVERY == 0:
            held.append((HeldState(state), snapshot_of(state)))
    journal.close()
    assert len(held) > 5
    assert [b"".join(each.pieces()) for each, _ in held] == [text for _, text in held]


def test_what_a_section_holds_is_replaced_and_never_altered() -> None:
    """Copying a section holds it, and a mapping within it; no deeper. In a frozen value even a
    mapping is never altered: that the test above holds to."""
    hints = get_type_hints(State)
    assert {name for name, kind in hints.items() if not _is_held(kind)} == set()


def _is_held(kind: Any, depth: int = 0) -> bool:
    origin, args = get_origin(kind), get_args(kind)
    if kind in (Deadlines, Occupied, PlanIndex):
        return True
    if origin in (dict, Shelf):
        return depth < 2 and _is_held(args[-1], depth + 1)
    if origin is set:
        return depth == 0
    return _is_fixed(kind)


def _is_fixed(kind: Any) -> bool:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (tuple, Union, types.UnionType):
        return all(_is_fixed(each) for each in args if each is not Ellipsis)
    if origin is not None:
        return issubclass(origin, Mapping) and all(map(_is_fixed, args))
    if issubclass(kind, Struct):
        fields = get_type_hints(kind).items()
        return kind.__struct_config__.frozen and all(
            _is_fixed(each) for name, each in fields if name in kind.__struct_fields__
        )
    return issubclass(kind, NEVER_ALTERED)
