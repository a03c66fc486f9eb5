"""Volumes, heights and instants, as F3548 writes them and as the domain does: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET
from uas_standards.astm.f3548.v21 import api

from openline.domain.airspace import (
    Circle,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.errors import Malformed
from openline.domain.instant import in_utc
from openline.protocols.f3548.wire import wire

LOWEST_M, HIGHEST_M = -8_000.0, 100_000.0


def volume_from(message: Any) -> Volume4D:
    """The volume that a message states; open where it states no height or time.

    Raises:
        Malformed: not exactly one outline, or numbers that are no place, height or instant.
    """
    shape = message.volume
    lower, upper = shape.altitude_lower, shape.altitude_upper
    return Volume4D(
        footprint=_footprint_from(shape),
        heights=HeightBand(
            lower_m=_height(lower.value) if lower else None,
            upper_m=_height(upper.value) if upper else None,
        ),
        times=TimeSpan(
            starts_at=_instant(message.time_start.value) if message.time_start else None,
            ends_at=_instant(message.time_end.value) if message.time_end else None,
        ),
    )


def volumes_from(messages: Iterable[Any]) -> tuple[Volume4D, ...]:
    """The volumes of a list of extents."""
    return tuple(volume_from(each) for each in messages)


def span_of(volumes: Sequence[Volume4D], thing: str) -> tuple[datetime, datetime]:
    """From the first start to the last end that any of them states.

    Raises:
        Malformed: there are none, or none that states a start, or an end.
    """
    starts = [each.times.starts_at for each in volumes if each.times.starts_at is not None]
    ends = [each.times.ends_at for each in volumes if each.times.ends_at is not None]
    if not starts or not ends:
        raise Malformed(f"{thing}: its extents state no start or no end. Send both.")
    return min(starts), max(ends)


def closed(
    volumes: Sequence[Volume4D], starts_at: datetime, ends_at: datetime, heights: HeightBand
) -> tuple[Volume4D, ...]:
    """The volumes, each open end closed by that of them all: it may be larger than was meant."""
    return tuple(
        Volume4D(
            footprint=each.footprint,
            heights=HeightBand(
                lower_m=heights.lower_m if each.heights.lower_m is None else each.heights.lower_m,
                upper_m=heights.upper_m if each.heights.upper_m is None else each.heights.upper_m,
            ),
            times=TimeSpan(
                starts_at=each.times.starts_at or starts_at, ends_at=each.times.ends_at or ends_at
            ),
        )
        for each in volumes
    )


def band_of(volumes: Sequence[Volume4D]) -> HeightBand:
    """From the lowest floor to the highest ceiling that any of them states; open without one."""
    floors = [each.heights.lower_m for each in volumes if each.heights.lower_m is not None]
    ceilings = [each.heights.upper_m for each in volumes if each.heights.upper_m is not None]
    return HeightBand(lower_m=min(floors, default=None), upper_m=max(ceilings, default=None))


def volume_message(volume: Volume4D) -> Any:
    """A volume whose footprint is a circle or a single ring, as messages write it."""
    heights, times, shape = volume.heights, volume.times, volume.footprint
    return wire(api.Volume4D)(
        volume=wire(api.Volume3D)(
            outline_circle=_circle_message(shape) if isinstance(shape, Circle) else UNSET,
            outline_polygon=_ring_message(shape) if isinstance(shape, Polygon) else UNSET,
            altitude_lower=_height_message(heights.lower_m),
            altitude_upper=_height_message(heights.upper_m),
        ),
        time_start=time_message(times.starts_at) if times.starts_at else UNSET,
        time_end=time_message(times.ends_at) if times.ends_at else UNSET,
    )


def time_message(at: datetime) -> Any:
    """An instant as messages write it."""
    return wire(api.Time)(value=at.astimezone(UTC))


def _footprint_from(shape: Any) -> Footprint:
    circle, polygon = shape.outline_circle, shape.outline_polygon
    if bool(circle) is bool(polygon):
        raise Malformed("A volume has one outline: a circle or a polygon. Send one of the two.")
    if polygon:
        ring = tuple(_place(each) for each in polygon.vertices)
        return Polygon(rings=((ring,),))
    if not circle.center or not circle.radius or not circle.radius.value > 0:
        raise Malformed("A circle has a centre, and a radius above zero. Send both.")
    lon_deg, lat_deg = _place(circle.center)
    return Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg), radius_m=circle.radius.value)


def _place(point: Any) -> tuple[float, float]:
    if not (abs(point.lng) <= 180.0 and abs(point.lat) <= 90.0):
        raise Malformed("A latitude lies within 90 degrees, a longitude within 180. Correct it.")
    return point.lng, point.lat


def _height(metres: float) -> float:
    if not LOWEST_M <= metres <= HIGHEST_M:
        raise Malformed(f"A height lies from {LOWEST_M:.0f} m to {HIGHEST_M:.0f} m. Correct it.")
    return metres


def _instant(at: datetime) -> datetime:
    return in_utc(at, "A time")


def _circle_message(circle: Circle) -> Any:
    center = circle.center
    return wire(api.Circle)(
        center=_point_message(center.lon_deg, center.lat_deg),
        radius=wire(api.Radius)(value=circle.radius_m, units="M"),
    )


def _ring_message(polygon: Polygon) -> Any:
    """Its outer ring, each corner told once."""
    ring = polygon.rings[0][0]
    corners = ring[:-1] if ring[0] == ring[-1] else ring
    return wire(api.Polygon)(vertices=[_point_message(*each) for each in corners])


def _point_message(lon_deg: float, lat_deg: float) -> Any:
    """With its longitude brought into one turn, and otherwise to the last digit as it was said."""
    lng = lon_deg if abs(lon_deg) <= 180.0 else (lon_deg + 180.0) % 360.0 - 180.0
    return wire(api.LatLngPoint)(lng=lng, lat=lat_deg)


def _height_message(metres: float | None) -> Any:
    if metres is None:
        return UNSET
    return wire(api.Altitude)(value=metres, reference="W84", units="M")
