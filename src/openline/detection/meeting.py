"""Whether two parts, or two sets of parts, come nearer than agreed, and the figures of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar

from openline.detection.instants import instant_of
from openline.detection.parts import Part
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.rules import Separation
from openline.geometry.ellipsoid import Floats, place_along, way_between
from openline.geometry.nearest import Nearest, find_nearest

HEIGHT_ROUNDING_M = 0.001
TIME_ROUNDING_S = 0.0005
"""Sums of stated numbers are rounded by less; both err towards reporting."""


Distance = TypeVar("Distance", float, Floats)


class Meeting(NamedTuple):
    """Two things nearer than agreed: instants in seconds, places as (lon_deg, lat_deg)."""

    starts_s: float
    ends_s: float
    distance_m: float
    height_gap_m: float
    on_a: tuple[float, float]
    on_b: tuple[float, float]
    within_error: bool


def leeway_m(horizontal_m: Distance) -> Distance:
    """How far beyond the distance asked a pair may be reported.

    Half of what is promised (1 m + 0.1 %), so that no rounding on the way breaks the promise.
    """
    return 0.5 + 0.0005 * horizontal_m


class Bounded(Protocol):
    """What bounds a part beside its shape; see `Part`."""

    @property
    def radius_m(self) -> float: ...
    @property
    def accuracy_m(self) -> float: ...
    @property
    def floor_m(self) -> float: ...
    @property
    def ceiling_m(self) -> float: ...
    @property
    def starts_s(self) -> float: ...
    @property
    def ends_s(self) -> float: ...


def find_meeting(a: Part, b: Part, separation: Separation) -> Meeting | None:
    """Where two parts come nearer than agreed in distance, height and time at once."""
    if time_gap_s(a, b) > separation.time_s + TIME_ROUNDING_S:
        return None
    if height_gap_m(a, b) > separation.vertical_m + HEIGHT_ROUNDING_M:
        return None
    within = leeway_m(separation.horizontal_m)
    nearest = find_nearest(a.shape, b.shape, limit_m(a, b, separation), within)
    return meeting_at(nearest, a, b, separation) if nearest else None


def meeting_at(nearest: Nearest, a: Bounded, b: Bounded, separation: Separation) -> Meeting:
    """The meeting of two parts that are surely too near, and nearest there."""
    radii = a.radius_m + b.radius_m
    starts, ends = shared_span_s(a, b, separation.time_s)
    on_a, on_b = places_met(nearest, a.radius_m, b.radius_m)
    stated = separation.horizontal_m + radii + leeway_m(separation.horizontal_m)
    return Meeting(
        starts_s=starts,
        ends_s=ends,
        distance_m=max(0.0, nearest.distance_m - radii),
        height_gap_m=height_gap_m(a, b),
        on_a=on_a,
        on_b=on_b,
        within_error=nearest.distance_m > stated,
    )


def limit_m(a: Bounded, b: Bounded, separation: Separation) -> float:
    """How far apart two shapes may be and still be too near, radii and accuracies included."""
    stated = separation.horizontal_m + a.radius_m + b.radius_m
    return stated + a.accuracy_m + b.accuracy_m


def time_gap_s(a: Bounded, b: Bounded) -> float:
    """How long one of two is over before the other starts."""
    return max(0.0, a.starts_s - b.ends_s, b.starts_s - a.ends_s)


def height_gap_m(a: Bounded, b: Bounded) -> float:
    """How far one of two lies above the other."""
    return max(0.0, a.floor_m - b.ceiling_m, b.floor_m - a.ceiling_m)


def shared_span_s(a: Bounded, b: Bounded, time_s: float) -> tuple[float, float]:
    """The instants at which one of two is occupied, and the other is within `time_s`."""
    starts = max(min(a.starts_s, b.starts_s), max(a.starts_s, b.starts_s) - time_s)
    ends = min(max(a.ends_s, b.ends_s), min(a.ends_s, b.ends_s) + time_s)
    return starts, ends


def places_met(
    nearest: Nearest, radius_a_m: float, radius_b_m: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The nearest points of two shapes with their radii; one and the same where they overlap."""
    length = nearest.distance_m
    if length == 0.0:
        return nearest.on_a, nearest.on_b
    course, _ = way_between(nearest.on_a, nearest.on_b)
    own_edge = min(radius_a_m, length)
    return (
        place_along(nearest.on_a, course, own_edge),
        place_along(nearest.on_a, course, max(length - radius_b_m, own_edge)),
    )


def merged(meetings: Iterable[Meeting]) -> Meeting | None:
    """One meeting for all parts of a pair: those as stated, or if there are none, within error."""
    all_of_them = list(meetings)
    told = [each for each in all_of_them if not each.within_error] or all_of_them
    if len(told) < 2:
        return told[0] if told else None
    nearest = min(told, key=lambda each: (each.distance_m, each.starts_s))
    return Meeting(
        starts_s=min(each.starts_s for each in told),
        ends_s=max(each.ends_s for each in told),
        distance_m=nearest.distance_m,
        height_gap_m=min(each.height_gap_m for each in told),
        on_a=nearest.on_a,
        on_b=nearest.on_b,
        within_error=nearest.within_error,
    )


def conflict_of(a_id: str, b_id: str, kind: ConflictKind, meeting: Meeting) -> Conflict:
    """The meeting in the domain's words, the two in the order of their ids."""
    swapped = b_id < a_id
    lon_deg, lat_deg = meeting.on_b if swapped else meeting.on_a
    return Conflict(
        a=min(a_id, b_id),
        b=max(a_id, b_id),
        kind=kind,
        starts_at=instant_of(meeting.starts_s),
        ends_at=instant_of(meeting.ends_s),
        least_distance_m=round(meeting.distance_m, 3),
        least_height_gap_m=round(meeting.height_gap_m, 3),
        at=(round(lon_deg, 9), round(lat_deg, 9)),
        within_error=meeting.within_error,
    )
