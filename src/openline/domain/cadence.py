"""Cadence: how often contact between two forces is due, and whether it was made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.statement import Content, concluded, said


class WhyCadence(StrEnum):
    """Why a cadence was set."""

    FIRST = "first"
    NEARER = "nearer"
    CROSSING = "crossing"
    AGREED = "agreed"


class Cadence(Struct, frozen=True, kw_only=True):
    """How often two forces, or their backers for them, must be in contact.

    `band` is an index in `Rules.cadence`, 0 the tightest. `wider_since` is since when the edges
    have lain in a wider band than this one, None while they do not; `agreed_by` which of the two
    have agreed to loosen. `last_contact_over` is the line of the last contact, None when it was
    face to face or there was none.
    """

    pair: str
    a: str
    b: str
    band: int
    every_s: int
    set_at: datetime
    contact_due_at: datetime
    wider_since: datetime | None = None
    agreed_by: tuple[str, ...] = ()
    last_contact_at: datetime | None = None
    last_contact_over: str | None = None
    missed: int = 0


@concluded("cadence.set.v1")
class CadenceSet(Content, frozen=True, kw_only=True):
    """From here on contact between two forces is due this often.

    The band is all that either side is told of how near they are.
    """

    pair: str
    a: str
    b: str
    band: int
    every_s: int
    why: WhyCadence


@concluded("cadence.wider.v1")
class CadenceWider(Content, frozen=True, kw_only=True):
    """Whether the edges lie in a wider band than the cadence in force; the 24 hours run from here.

    For the desk alone until both sides agree to loosen.
    """

    pair: str
    wider: bool


@said("cadence.loosening_agreed.v1")
class LooseningAgreed(Content, frozen=True, kw_only=True):
    """A force agrees that contact with another may be due less often, once both say so."""

    other: str


@concluded("contact.missed.v1")
class ContactMissed(Content, frozen=True, kw_only=True):
    """Nobody was heard between two sides by the time contact was due; both watches are rung."""

    pair: str
    due_at: datetime
    missed: int


class ContactTally(Struct, frozen=True, kw_only=True):
    """Contacts counted between two parties: on which UTC day, over which line, how many."""

    day: str
    line: str | None
    count: int


class ContactRate(Struct, frozen=True, kw_only=True):
    """How often two sides were in contact on one day, beside how often contact was due."""

    per_day: float
    due_per_day: float
