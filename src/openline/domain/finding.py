"""Findings about the data itself: what was told cannot be quite right, and the teller is asked."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.statement import Content, concluded


class Fault(StrEnum):
    """What is wrong with what was told; the names are published and never change."""

    LAT_LON_SWAPPED = "lat_lon_swapped"
    NAME_FAR_FROM_PLACE = "name_far_from_place"
    MGRS_DIFFERS = "mgrs_differs"
    WRONG_SIDE = "wrong_side_of_line"
    JUMP = "jump"
    ABSURD_SPEED = "absurd_speed"
    TWO_PLACES = "two_places"
    CLOCK_WRONG = "clock_wrong"
    REPLAYED = "replayed"
    ESCORT_NOT_STATED = "escort_not_stated"
    PAST_REVERIFY = "past_reverify"


class Finding(Struct, frozen=True, kw_only=True):
    """One fault in one thing, as a sentence for its teller.

    The sentence holds no position and no name but the thing's own id: it may be logged.
    """

    fault: Fault
    thing: str
    sentence: str


class Place(Struct, frozen=True, kw_only=True):
    """A gazetteer entry: a named place, how well its position is known, and its bank if any.

    `bank` is the side of the area's separation line on which the place is known to lie.
    """

    name: str
    position: Position
    bank: Side = Side.UNKNOWN


class AreaOfInterest(Struct, frozen=True, kw_only=True):
    """The latitudes and longitudes a desk works in; `west_deg` > `east_deg` spans the antimeridian."""

    south_deg: float
    west_deg: float
    north_deg: float
    east_deg: float

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """Whether a position lies within, edges included."""
        if not self.south_deg <= lat_deg <= self.north_deg:
            return False
        width_deg = (self.east_deg - self.west_deg) % 360.0
        return (lon_deg - self.west_deg) % 360.0 <= width_deg


class FindingBody(Struct, frozen=True, kw_only=True):
    """The sentence for the teller: what seems wrong with which thing, and what to do."""

    sentence: str


@concluded("finding.made.v1")
class FindingMade(Content, frozen=True, kw_only=True):
    """The desk found a fault in what `party` told of `thing`; what was told stands, pointed out."""

    finding: str
    fault: Fault
    thing: str
    party: str
    body: FindingBody | None = None
