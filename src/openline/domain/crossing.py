"""On which side of a separation line something is, and whether it has crossed, with the errors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Side(StrEnum):
    """Which bank: as seen looking along the line in its stated direction."""

    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"
    """Nearer to the line than the errors of both: no side can be told."""

    def other(self) -> Side:
        """The bank across; unknown stays unknown."""
        across = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
        return across.get(self, Side.UNKNOWN)


class Crossed(StrEnum):
    """The three answers; there is no fourth that guesses."""

    CROSSED = "crossed"
    MAY_HAVE_CROSSED = "may have crossed"
    NOT_CROSSED = "not crossed"


class Crossing(Struct, frozen=True, kw_only=True):
    """Where a party that comes from one side stands to a line now.

    `beyond_m` is the distance past the line as stated, negative on the party's own side;
    `error_m` is how far off that may be: the accuracies of the position and of the line together.
    """

    answer: Crossed
    beyond_m: float
    error_m: float


class CrossingForecast(Struct, frozen=True, kw_only=True):
    """When something that moves on as it does now would come to a line, within the horizon asked.

    `may_cross_at` is the first instant at which, with all errors against it, it could be across;
    `crosses_at` the first at which it is on or past the line as stated, None if not within the
    horizon.
    """

    may_cross_at: datetime
    crosses_at: datetime | None
