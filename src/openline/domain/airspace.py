"""Where and when: positions, footprints, heights, times, and the volumes they make.

Frame: WGS 84 latitude and longitude in degrees; heights in metres above the ellipsoid; times are
aware UTC instants. Longitudes may run past ±180 so that a shape can cross the antimeridian.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

UNKNOWN_LOWER_M: Final = -500.0
"""Stands in for an unknown floor: below any ground on earth."""
UNKNOWN_UPPER_M: Final = 100_000.0
"""Stands in for an unknown ceiling: above anything that flies."""


class Position(Struct, frozen=True, gc=False, kw_only=True):
    """A point on the ground.

    `accuracy_m` is the radius within which the true point lies; zero means "as stated".
    """

    lat_deg: float
    lon_deg: float
    accuracy_m: float = 0.0


class HeightBand(Struct, frozen=True, gc=False, kw_only=True):
    """Heights above the ellipsoid, both edges included; None is unknown and means every height."""

    lower_m: float | None = None
    upper_m: float | None = None

    @property
    def floor_m(self) -> float:
        return UNKNOWN_LOWER_M if self.lower_m is None else self.lower_m

    @property
    def ceiling_m(self) -> float:
        return UNKNOWN_UPPER_M if self.upper_m is None else self.upper_m


class TimeSpan(Struct, frozen=True, gc=False, kw_only=True):
    """From one instant to another, both included; None is open-ended on that side."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None


class Circle(Struct, frozen=True, gc=False, kw_only=True, tag_field="shape", tag="circle"):
    """All points within `radius_m` (geodesic) of the centre; radius zero is the point itself."""

    center: Position
    radius_m: float = 0.0


class Polygon(Struct, frozen=True, gc=False, kw_only=True, tag_field="shape", tag="polygon"):
    """Areas bounded by geodesic edges, holes cut out.

    `rings` is a tuple of polygons, each a tuple of rings, each a tuple of (lon_deg, lat_deg)
    vertices, first ring the outer one. A ring is closed (the last vertex may repeat the first), of
    either winding, its inside the smaller of the two areas it parts; it may hold a pole.
    """

    rings: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    accuracy_m: float = 0.0


class Corridor(Struct, frozen=True, gc=False, kw_only=True, tag_field="shape", tag="corridor"):
    """All points within half of `width_m` of a path of geodesic legs; ends are round.

    `path` holds (lon_deg, lat_deg) vertices. `times`, one instant per vertex, makes each leg a
    volume of its own, occupied over its whole length from its start to its end, `slack_s` either
    way, whatever span its `Volume4D` states; without it the whole corridor is occupied throughout.
    """

    path: tuple[tuple[float, float], ...]
    width_m: float = 0.0
    times: tuple[datetime, ...] = ()
    slack_s: float = 0.0
    accuracy_m: float = 0.0


Footprint = Circle | Polygon | Corridor


def buffer_of(
    path: tuple[tuple[float, float], ...], metres: float, accuracy_m: float = 0.0
) -> Corridor:
    """All within so many metres of a line, either side and around its ends."""
    return Corridor(path=path, width_m=2.0 * metres, accuracy_m=accuracy_m)


class Volume4D(Struct, frozen=True, gc=False, kw_only=True):
    """A footprint, between two heights, between two instants: what may be occupied."""

    footprint: Footprint
    heights: HeightBand = HeightBand()
    times: TimeSpan = TimeSpan()
