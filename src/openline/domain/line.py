"""Lines between cells: how they stand, the empty calls on them, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.rules import Level
from openline.domain.statement import Content, concluded, said


class LineState(StrEnum):
    """How a line is now."""

    OPEN = "open"
    DEGRADED = "degraded"
    DOWN = "down"
    SUSPENDED = "suspended"


LINE_TRANSITIONS: Final[Mapping[LineState, frozenset[LineState]]] = MappingProxyType(
    {
        LineState.OPEN: frozenset({LineState.DEGRADED, LineState.DOWN, LineState.SUSPENDED}),
        LineState.DEGRADED: frozenset({LineState.OPEN, LineState.DOWN, LineState.SUSPENDED}),
        LineState.DOWN: frozenset({LineState.OPEN, LineState.SUSPENDED}),
        LineState.SUSPENDED: frozenset({LineState.OPEN}),
    }
)


class LineEnd(Struct, frozen=True, kw_only=True):
    """One end of a line: a party, and the cell whose duty watch answers there."""

    party: str
    cell: str


class Line(Struct, frozen=True, kw_only=True):
    """A standing channel between cells at a level.

    A line with a `hub` (a notification desk's) carries between the hub and each other end only.
    `joined` are the parties that take part in it by their own word: whoever opened it, and whoever
    has spoken on it since; all of them where a conduit opened it.
    `missed_checks` counts line checks missed in a row; `last_contact_at` is the last instant at
    which both ends were heard on it; `since` is when it came to be as it is, None from the first.
    """

    id: str
    level: Level
    ends: tuple[LineEnd, ...]
    opened_at: datetime
    hub: str | None = None
    joined: tuple[str, ...] = ()
    state: LineState = LineState.OPEN
    since: datetime | None = None
    last_contact_at: datetime | None = None
    check_due_at: datetime | None = None
    missed_checks: int = 0
    contacts: int = 0

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties at its ends, each once."""
        return tuple(dict.fromkeys(end.party for end in self.ends))

    @property
    def is_ill(self) -> bool:
        """It does not work as it should: degraded, down, or suspended by an end."""
        return self.state is not LineState.OPEN

    def end_of(self, party: str) -> LineEnd | None:
        """The party's end of it, or None if it has none."""
        return next((end for end in self.ends if end.party == party), None)

    def joins(self, a: str, b: str) -> bool:
        """Whether the two parties can talk on it."""
        if self.end_of(a) is None or self.end_of(b) is None:
            return False
        return self.hub is None or self.hub in (a, b)


@said("line.opened.v1")
class LineOpened(Content, frozen=True, kw_only=True):
    """A line is opened between the duty watches of cells; the first contact is its line check."""

    line: str
    level: Level
    ends: tuple[LineEnd, ...]
    hub: str | None = None


@said("line.state_set.v1")
class LineStateSet(Content, frozen=True, kw_only=True):
    """An end of the line says how it is: suspended, down, or open again."""

    line: str
    state: LineState


class CheckResult(StrEnum):
    """How a scheduled empty call went; the last three are ways to miss it."""

    PASSED = "passed"
    NO_ANSWER = "no_answer"
    TECHNICAL = "technical"
    REFUSED = "refused"


@said("line.checked.v1")
class LineChecked(Content, frozen=True, kw_only=True):
    """An end of the line made, or tried, the scheduled empty call."""

    line: str
    result: CheckResult


class ContactBody(Struct, frozen=True, kw_only=True):
    """What a logged contact was about, in the words of whoever logged it."""

    text: str = ""
    language: str = ""


@said("contact.logged.v1")
class ContactLogged(Content, frozen=True, kw_only=True):
    """A call or meeting between parties took place, at a level, over a line or face to face."""

    parties: tuple[str, ...]
    level: Level
    line: str | None = None
    count: int = 1
    subject: str | None = None
    body: ContactBody | None = None


@concluded("line_check.missed.v1")
class LineCheckMissed(Content, frozen=True, kw_only=True):
    """A scheduled call was not made, or was classed as missed by whoever made it."""

    line: str
    due_at: datetime
    result: CheckResult


@concluded("line.degraded.v1")
class LineDegraded(Content, frozen=True, kw_only=True):
    """Too many line checks missed in a row; `relay_over` are the lines that can carry instead."""

    line: str
    missed: int
    relay_over: tuple[str, ...]


@concluded("line.restored.v1")
class LineRestored(Content, frozen=True, kw_only=True):
    """A degraded line carries again."""

    line: str


@concluded("watch.gap.v1")
class WatchGap(Content, frozen=True, kw_only=True):
    """A duty watch has nobody to ring at a level: the escalation found no cell there."""

    delivery: str
    party: str
    level: Level
