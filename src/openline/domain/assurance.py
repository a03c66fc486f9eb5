"""Assurances: declared intentions, followed as kept or departed from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.statement import Content, concluded, said


class AssuranceState(StrEnum):
    """Whether what was declared has held so far. Nothing here says why, or who is to blame."""

    KEPT = "kept"
    MAY_HAVE_DEPARTED = "may have departed"
    DEPARTED = "departed"
    RELEASED = "released"


ASSURANCE_TRANSITIONS: Final[Mapping[AssuranceState, frozenset[AssuranceState]]] = MappingProxyType(
    {
        AssuranceState.KEPT: frozenset(
            {
                AssuranceState.MAY_HAVE_DEPARTED,
                AssuranceState.DEPARTED,
                AssuranceState.RELEASED,
            }
        ),
        AssuranceState.MAY_HAVE_DEPARTED: frozenset(
            {AssuranceState.KEPT, AssuranceState.DEPARTED, AssuranceState.RELEASED}
        ),
        AssuranceState.DEPARTED: frozenset({AssuranceState.RELEASED}),
        AssuranceState.RELEASED: frozenset(),
    }
)
"""Within the errors of what was told it only may have been departed from: ask the party first."""


class AssuranceBody(Struct, frozen=True, kw_only=True):
    """What was declared, in the giver's own words and language."""

    text: str = ""
    language: str = ""


class Assurance(Struct, frozen=True, kw_only=True):
    """A declared intention of `on_behalf_of`, given by `giver`, that concerns a stated area.

    `about` is the claimed area or measure it speaks of, `to` the parties it was given to.
    """

    id: str
    giver: str
    on_behalf_of: str
    to: tuple[str, ...]
    about: str
    given_at: datetime
    entry: int
    state: AssuranceState = AssuranceState.KEPT
    assessed_at: datetime | None = None
    body: AssuranceBody | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """Who gave it, for whom, and to whom: each once."""
        return tuple(dict.fromkeys((self.giver, self.on_behalf_of, *self.to)))


@said("assurance.given.v1")
class AssuranceGiven(Content, frozen=True, kw_only=True):
    """A party declares an intention, its own or that of a party it backs."""

    assurance: str
    on_behalf_of: str
    to: tuple[str, ...]
    about: str
    body: AssuranceBody | None = None


@said("assurance.released.v1")
class AssuranceReleased(Content, frozen=True, kw_only=True):
    """The giver no longer stands by it: from here on nothing is held against anybody."""

    assurance: str


@concluded("assurance.assessed.v1")
class AssuranceAssessed(Content, frozen=True, kw_only=True):
    """What its party has since told of itself puts the assurance in another state.

    `by` is the edge or track whose report, an entry among the refs, shows it.
    """

    assurance: str
    state: AssuranceState
    by: str
