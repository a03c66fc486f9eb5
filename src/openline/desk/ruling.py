"""What a decider rules on one statement, and the table of deciders.

A decider is `f(state, statement, content, now) -> Ruling`, pure: it reads the state, changes
nothing, and raises `Refused` where the statement cannot stand. One decider for each kind said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import Struct

from openline.desk.state import State
from openline.domain.statement import Content, Statement


class Conclusion(Struct, frozen=True, kw_only=True):
    """One thing the desk concludes from a statement or from silence, and who may read it.

    `refs` are indices of entries it rests on, besides the statement it was concluded from.
    """

    content: Content
    readers: tuple[str, ...]
    refs: tuple[int, ...] = ()


class Ruling(Struct, frozen=True, kw_only=True):
    """The statement stands: who may read it, which entries it rests on, what follows from it."""

    readers: tuple[str, ...]
    refs: tuple[int, ...] = ()
    concluded: tuple[Conclusion, ...] = ()


Decider = Callable[[State, Statement, Any, datetime], Ruling]
D = TypeVar("D", bound=Decider)
DECIDERS: Final[dict[type[Content], Decider]] = {}


def decides(kind: type[Content]) -> Callable[[D], D]:
    """Registers the decider of one kind of content."""

    def register(decider: D) -> D:
        if kind in DECIDERS:
            raise ValueError(f"{kind.KIND} is already decided")
        DECIDERS[kind] = decider
        return decider

    return register
