"""Two things of different parties that would come closer than agreed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.statement import Content, concluded


class ConflictKind(StrEnum):
    """Which two sorts of thing would meet; the names are published in files and never change."""

    PLAN_PLAN = "plan-plan"
    TRACK_TRACK = "track-track"
    TRACK_PLAN = "track-plan"
    PLAN_SITE = "plan-site"
    TRACK_SITE = "track-site"
    PLAN_MEASURE = "plan-measure"
    TRACK_MEASURE = "track-measure"
    SITE_MEASURE = "site-measure"


class Conflict(Struct, frozen=True, kw_only=True):
    """Where, when and how near two things would meet; `a` sorts before `b`.

    `least_distance_m` is the least horizontal distance over the instants at which the height and
    time conditions hold; `least_height_gap_m` the least height gap where the horizontal and time
    conditions hold; `at` is a (lon_deg, lat_deg) on `a` where the least distance is reached.
    `starts_at` and `ends_at` bound the instants at which all conditions hold; None is open.
    `within_error`: only the stated accuracies make it a conflict.
    """

    a: str
    b: str
    kind: ConflictKind
    starts_at: datetime | None
    ends_at: datetime | None
    least_distance_m: float
    least_height_gap_m: float
    at: tuple[float, float]
    within_error: bool = False


class Where(Struct, frozen=True, kw_only=True):
    """Where and how near one conflict is: what a pointer never holds."""

    conflict: str
    least_distance_m: float
    least_height_gap_m: float
    at: tuple[float, float]


class FoundConflict(Struct, frozen=True, kw_only=True):
    """One conflict as found; `parties_a` are told for the sake of `a`, `parties_b` for that of `b`.

    For a plan or a site that is its party; for a measure whoever set it, or those who agreed on it
    with the other thing's party. `pointers` are the ones that speak of it. A conflict that changes
    keeps its id and gets the next version.
    """

    conflict: str
    version: int
    kind: ConflictKind
    a: str
    b: str
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    within_error: bool = False
    pointers: tuple[str, ...] = ()


class ConflictsBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where each conflict is, in the order of the conflicts.

    `asked` says how many questions that was about each coarse cell; None is one about each.
    """

    where: tuple[Where, ...]
    asked: dict[str, int] | None = None


@concluded("conflicts.found.v1")
class ConflictsFound(Content, frozen=True, kw_only=True):
    """All that one statement would meet, new or changed: at most one such entry per statement.

    Nobody but the desk reads it, for it names both sides' things; each side gets a pointer.
    `asker` is the party whose statement drew it, whose pointers are counted.
    """

    asker: str
    conflicts: tuple[FoundConflict, ...]
    body: ConflictsBody | None = None


class WhyEased(StrEnum):
    """Why two things would no longer meet."""

    WITHDRAWN = "withdrawn"
    AMENDED = "amended"
    ENDED = "ended"
    SUSPENDED = "suspended"


@concluded("conflicts.eased.v1")
class ConflictsEased(Content, frozen=True, kw_only=True):
    """These conflicts are no more, because one of their two things changed or left."""

    conflicts: tuple[str, ...]
    why: WhyEased


@concluded("conflicts.counted.v1")
class ConflictsCounted(Content, frozen=True, kw_only=True):
    """For conduits: that conflicts exist, and how many are open. Nothing of whose they are."""

    open: int


@concluded("pointer.given.v1")
class PointerGiven(Content, frozen=True, kw_only=True):
    """One side is told exactly this: there is a conflict, its six-hour block, the line to call.

    `block_starts_at` is 00, 06, 12 or 18 Z of the conflict's day. `line` is None where no line
    joins the sides, directly or by backers: then the desk is the one to call.
    """

    pointer: str
    to: str
    block_starts_at: datetime
    line: str | None


@concluded("pointer.lifted.v1")
class PointerLifted(Content, frozen=True, kw_only=True):
    """No conflict that this pointer spoke of stands any longer."""

    pointer: str
    to: str


class Pointer(Struct, frozen=True, kw_only=True):
    """What one side has been told of one or several conflicts with whoever a line reaches."""

    id: str
    to: str
    block_starts_at: datetime
    line: str | None
    given_at: datetime
    entry: int


class OpenConflict(Struct, frozen=True, kw_only=True):
    """A conflict that stands, as last found; `where` is None once erased."""

    id: str
    version: int
    kind: ConflictKind
    a: str
    b: str
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    found_at: datetime
    entry: int
    within_error: bool = False
    pointers: tuple[str, ...] = ()
    where: Where | None = None

    def own_half(self, party: str) -> tuple[str, ...]:
        """One's own half of it: which of the two things are the party's. Nothing of the other's."""
        halves = ((self.a, self.parties_a), (self.b, self.parties_b))
        return tuple(thing for thing, parties in halves if party in parties)
