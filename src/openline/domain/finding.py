"""Findings about the data itself: what was told cannot be quite right, and the teller is asked."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.statement import Content, concluded, operated


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
    ESCORT_NOT_STATED = "escort_not_stated"
    MOVEMENT_NOT_IN_FORCE = "movement_not_in_force"
    SITE_PAST_REVERIFY = "site_past_reverify"
    REPLAYED = "replayed"


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
    """The latitudes and longitudes a desk works in; west above east spans the antimeridian."""

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
    """The finding as a sentence that says what to do."""

    sentence: str


@concluded("finding.made.v1")
class FindingMade(Content, frozen=True, kw_only=True):
    """What a party told needs a second look: said to that party, and never a refusal.

    `thing` is the id of what it is about, `party` whose telling it is.
    """

    finding: str
    fault: Fault
    thing: str
    party: str
    body: FindingBody | None = None


class GazetteerBody(Struct, frozen=True, kw_only=True):
    """The places known here, each name once, and the area the desk works in."""

    places: tuple[Place, ...] = ()
    area: AreaOfInterest | None = None


@operated("gazetteer.stated.v1")
class GazetteerStated(Content, frozen=True, kw_only=True):
    """The places that names are held against from here on, in the place of all stated before."""

    body: GazetteerBody | None = None
