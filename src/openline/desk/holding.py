"""A state held still while the desk goes on: its text comes piece by piece, whoever else has work.

Everything a state holds is replaced and never altered, so copying its sections holds all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from openline.desk.comparing.occupied import Occupied
from openline.desk.deadlines import Deadlines
from openline.desk.state import State
from openline.detection import PlanIndex

THINGS_AT_ONCE: Final = 256
"""So many things to a piece: a few milliseconds of work."""


class HeldState:
    """A state as it stood at one size. Holding it takes some milliseconds for 100,000 things."""

    def __init__(self, state: State) -> None:
        """To be called by whoever may change the state."""
        fields = State.__struct_fields__
        self._sections = {name: _held(getattr(state, name)) for name in fields}

    def pieces(self) -> Iterator[bytes]:
        """What `state.snapshot_of` gives, cut into pieces; any thread may take them."""
        start = b"{"
        for name, section in self._sections.items():
            yield start + _text(name) + b":"
            if isinstance(section, dict):
                yield from _dict_pieces(section)
            else:
                yield _text(section)
            start = b","
        yield b"}"


def _held(section: Any) -> Any:
    if isinstance(section, Deadlines):
        return section.as_dict()
    if isinstance(section, Occupied | PlanIndex):
        return None  # derived: never part of a snapshot
    if isinstance(section, dict):
        nested = isinstance(next(iter(section.values()), None), dict)
        return {key: dict(inner) for key, inner in section.items()} if nested else dict(section)
    return set(section) if isinstance(section, set) else section


def _dict_pieces(section: dict[str, Any]) -> Iterator[bytes]:
    yield b"{"
    keys = sorted(section)
    for at in range(0, len(keys), THINGS_AT_ONCE):
        part = {key: section[key] for key in keys[at : at + THINGS_AT_ONCE]}
        yield (b"," if at else b"") + _text(part)[1:-1]
    yield b"}"


def _text(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
