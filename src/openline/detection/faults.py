"""Faults in what was told: each function judges one thing and gives a finding, or None.

Sentences hold the thing's own id and rounded distances, never a position or a name.
"""

from __future__ import annotations

from typing import Final

import mgrs
import numpy as np

from openline.detection.crossing import Path, side_of
from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.errors import Malformed
from openline.domain.finding import AreaOfInterest, Fault, Finding, Place
from openline.domain.plan import Kind
from openline.domain.track import Fix
from openline.geometry.ellipsoid import geodesic_between

FASTEST_MPS: Final = {Kind.GROUND: 50.0, Kind.AIR: 1_000.0, Kind.DRONE: 120.0}
"""Faster than any lorry or car on a road, any aircraft but the rarest, any small drone."""
FASTEST_CLIMB_MPS: Final = {Kind.GROUND: 15.0, Kind.AIR: 350.0, Kind.DRONE: 60.0}
JUMP_M: Final = 1_000.0
"""Less than a kilometre is no jump, however quick: reports are rounded and clocks are coarse."""
SWAP_GAIN: Final = 10.0
"""A swap is found when it brings a position ten times nearer to the place it names."""
_GRID_DIGITS: Final = 5


def find_swapped(
    thing: str, position: Position, place: Place | None, area: AreaOfInterest | None
) -> Finding | None:
    """Latitude and longitude swapped: wrong as stated, and right if they changed places.

    Right is: near the place it names, or, without one, within the desk's area of interest.
    """
    if abs(position.lon_deg) > 90.0:
        return None
    swapped = Position(
        lat_deg=position.lon_deg, lon_deg=position.lat_deg, accuracy_m=position.accuracy_m
    )
    if place is not None:
        allowed_m = position.accuracy_m + place.position.accuracy_m
        stated_m = _distance_m(position, place.position)
        wrong = stated_m > allowed_m
        right = _distance_m(swapped, place.position) <= max(allowed_m, stated_m / SWAP_GAIN)
    elif area is not None:
        wrong = not area.holds(position.lat_deg, position.lon_deg)
        right = area.holds(swapped.lat_deg, swapped.lon_deg)
    else:
        return None
    if not (wrong and right):
        return None
    return Finding(
        fault=Fault.LAT_LON_SWAPPED,
        thing=thing,
        sentence=f"{thing}: latitude and longitude look swapped. Swap them, or confirm them.",
    )


def find_name_far_from_place(thing: str, position: Position, place: Place) -> Finding | None:
    """The position lies farther from the place it names than the accuracies of both allow."""
    distance_m = _distance_m(position, place.position)
    if distance_m <= position.accuracy_m + place.position.accuracy_m:
        return None
    return Finding(
        fault=Fault.NAME_FAR_FROM_PLACE,
        thing=thing,
        sentence=(
            f"{thing}: its position is {_in_km(distance_m)} from the place it names, known to "
            f"{_in_km(place.position.accuracy_m)}. Correct the position or the name."
        ),
    )


def find_mgrs_difference(thing: str, position: Position, grid: str) -> Finding | None:
    """The grid reference and the latitude and longitude name different places.

    A reference names a square; it may have been cut off or rounded, so all within a diagonal of
    the middle of the square agrees with it.

    Raises:
        Malformed: it is not a grid reference.
    """
    middle, side_m = _square_of(thing, grid)
    apart_m = _distance_m(position, middle)
    if apart_m <= side_m * 2**0.5 + position.accuracy_m:
        return None
    return Finding(
        fault=Fault.MGRS_DIFFERS,
        thing=thing,
        sentence=(
            f"{thing}: its grid reference and its latitude and longitude are "
            f"{_in_km(apart_m)} apart. Say which is right."
        ),
    )


def find_wrong_side(
    thing: str, position: Position, stated: Side, path: Path, line_accuracy_m: float
) -> Finding | None:
    """The position lies across the line from the side stated, by more than the errors of both."""
    if stated is Side.UNKNOWN or side_of(position, path, line_accuracy_m) is not stated.other():
        return None
    return Finding(
        fault=Fault.WRONG_SIDE,
        thing=thing,
        sentence=(
            f"{thing}: its position is across the line from the {stated.value} side it states, "
            "by more than the errors. Correct the position or the side."
        ),
    )


def find_two_places(thing: str, first: Position, second: Position) -> Finding | None:
    """One site entered at two places that the accuracies cannot make one."""
    apart_m = _distance_m(first, second)
    if apart_m <= first.accuracy_m + second.accuracy_m:
        return None
    return Finding(
        fault=Fault.TWO_PLACES,
        thing=thing,
        sentence=(
            f"{thing}: it is entered at two places {_in_km(apart_m)} apart. "
            "Say which is right and withdraw the other."
        ),
    )


def find_jump(before: Fix, after: Fix) -> Finding | None:
    """A track has moved kilometres since its last report, faster than its kind can."""
    way_m = (
        _distance_m(before.position, after.position)
        - before.position.accuracy_m
        - after.position.accuracy_m
    )
    lasted_s = abs((after.at - before.at).total_seconds())
    if way_m <= JUMP_M or way_m <= FASTEST_MPS[after.kind] * lasted_s:
        return None
    return Finding(
        fault=Fault.JUMP,
        thing=after.track,
        sentence=(
            f"{after.track}: it is {_in_km(way_m)} from its last report, {lasted_s:.0f} s before; "
            f"nothing of kind {after.kind.value} moves so fast. Check the position and the time."
        ),
    )


def find_absurd_speed(fix: Fix) -> Finding | None:
    """A fix states a speed or climb that its kind cannot reach."""
    fastest, steepest = FASTEST_MPS[fix.kind], FASTEST_CLIMB_MPS[fix.kind]
    if fix.speed_mps <= fastest and abs(fix.climb_mps) <= steepest:
        return None
    return Finding(
        fault=Fault.ABSURD_SPEED,
        thing=fix.track,
        sentence=(
            f"{fix.track}: it states {fix.speed_mps:.0f} m/s and a climb of {fix.climb_mps:.0f} "
            f"m/s; {fix.kind.value} is taken to reach {fastest:.0f} and {steepest:.0f}. "
            "Check the units."
        ),
    )


def _square_of(thing: str, grid: str) -> tuple[Position, float]:
    """The middle of the square that a grid reference names, and the length of its side."""
    compact = "".join(grid.split()).upper()
    square = compact.rstrip("0123456789")
    told = compact[len(square) :]
    digits = len(told) // 2
    unreadable = f"{thing}: its grid reference cannot be read. Give it again."
    if len(told) % 2 or digits > _GRID_DIGITS:
        raise Malformed(unreadable)
    # A 5 more on the easting and on the northing names the middle, here to a metre.
    easting, northing = (
        f"{each}5".ljust(_GRID_DIGITS, "0")[:_GRID_DIGITS]
        for each in (told[:digits], told[digits:])
    )
    try:
        lat_deg, lon_deg = mgrs.MGRS().toLatLon(f"{square}{easting}{northing}")
    except (mgrs.core.MGRSError, UnicodeError) as reason:
        raise Malformed(unreadable) from reason
    return Position(lat_deg=lat_deg, lon_deg=lon_deg), 10.0 ** (_GRID_DIGITS - digits)


def _distance_m(one: Position, other: Position) -> float:
    _, distance = geodesic_between(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)
    return float(np.asarray(distance))


def _in_km(metres: float) -> str:
    return f"{metres / 1000:.1f} km"
