"""Constraints: airspace that one authority has closed or limited, by way of its supplier.

A constraint is a measure in all but its making: established by one authority, published, and never
shown as agreed. It has several extents, each with times of its own. The other way round, a measure
that everybody may know of is shown to suppliers as a constraint, whose supplier is the desk.

Source: ASTM F3548-21, constraint management.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from openline.domain.filed import ChangedBody, FiledBody
from openline.domain.statement import Content, concluded, said
from openline.domain.subscription import Notified

CONSTRAINTS: Final = "C/"
OPEN_ENDED: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Stands for the end of what has none: a constraint states its times."""


class Constraint(Struct, frozen=True, gc=False, kw_only=True):
    """A constraint as it stands; `body` is None once erased."""

    id: str
    party: str
    version: int
    ovn: str
    starts_at: datetime
    ends_at: datetime
    leaves_at: datetime
    entry: int
    body: FiledBody | None = None


def constraint_thing(constraint: str) -> str:
    """Under which a constraint stands among all that can meet."""
    return CONSTRAINTS + constraint


@said("constraint.put.v1")
class ConstraintPut(Content, frozen=True, kw_only=True):
    """A supplier sets a constraint, or the next version of one whose OVN (`replaces`) it holds."""

    constraint: str
    ovn: str
    starts_at: datetime
    ends_at: datetime
    replaces: str = ""
    body: FiledBody | None = None


@said("constraint.removed.v1")
class ConstraintRemoved(Content, frozen=True, kw_only=True):
    """Its supplier lifts a constraint, showing that it knows it as it is."""

    constraint: str
    ovn: str


@concluded("constraint.changed.v1")
class ConstraintChanged(Content, frozen=True, kw_only=True):
    """What a supplier's change came to, and whom that supplier now has to notify of it."""

    constraint: str
    version: int
    ovn: str
    starts_at: datetime
    ends_at: datetime
    notified: tuple[Notified, ...] = ()
    body: ChangedBody | None = None


class ConstraintNoticesBody(Struct, frozen=True, gc=False, kw_only=True):
    """One address for each subscription to be notified, in order."""

    notify_urls: tuple[str, ...] = ()


@concluded("constraint.notices_owed.v1")
class ConstraintNoticesOwed(Content, frozen=True, kw_only=True):
    """A published measure holds from here on, otherwise than before, or no longer.

    Whoever asked to hear of constraints there is owed a notice by the desk, as the supplier of the
    `constraint` that it is shown as.
    """

    constraint: str
    measure: str
    holds: bool
    notified: tuple[Notified, ...]
    body: ConstraintNoticesBody | None = None
