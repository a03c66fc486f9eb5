"""What is asked of the roster by more than one rule."""

from __future__ import annotations

from openline.desk.state import State
from openline.domain.party import Key


def find_newest(state: State, kid: str) -> Key | None:
    """The key of this name, or the one that it was rotated to, again and again; None if unknown."""
    key = state.keys.get(kid)
    while key is not None and key.rotated_to:
        key = state.keys.get(key.rotated_to)
    return key
