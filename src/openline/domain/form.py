"""The form of a notification: what somebody protected says of itself, and what is asked of it.

The whole form is a body: it lies beside the log, can be erased, and reaches a recipient only as far
as its release tier goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.domain.airspace import (
    Circle,
    Corridor,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.crossing import Side
from openline.domain.errors import Malformed, TooLarge
from openline.domain.instant import in_utc
from openline.domain.plan import Kind

MAX_WAYPOINTS: Final = 200
MAX_VEHICLES: Final = 200
MAX_PERSONS: Final = 1_000
MAX_CONTACTS: Final = 20
MAX_VOLUMES: Final = 50
MAX_VERTICES: Final = 1_000
MAX_LANGUAGES: Final = 20
MAX_NAME: Final = 200
MAX_TEXT: Final = 4_000
MAX_EXTENT_M: Final = 1_000_000.0
"""How far one notification may reach from its first point: a longer way is several movements."""
MAX_SLACK_S: Final = 24 * 3_600.0

_EARTH_RADIUS_M: Final = 6_371_000.0


class Escort(StrEnum):
    """Whether armed escort was stated. Not stated is never no."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not_stated"


class Tier(IntEnum):
    """How much of a notification a recipient is told; a lower number is more."""

    FULL = 1
    PLACE_AND_TIME = 2
    CONDUIT_ONLY = 3


KIND_OF_TYPE: Final[Mapping[str, Kind]] = MappingProxyType(
    {"air_drop": Kind.AIR, "flight": Kind.AIR, "drone_flight": Kind.DRONE}
)
"""Types that do not stand or drive on the ground; every other type does, unless `by` says else."""


class Waypoint(Struct, frozen=True, kw_only=True):
    """A point of the way, the name it goes by, and when it will be passed if that is known.

    `mgrs` is the grid reference as it stood beside the position; they are held against each other.
    """

    position: Position
    name: str = ""
    eta: datetime | None = None
    mgrs: str = ""


class Vehicle(Struct, frozen=True, kw_only=True):
    """One vehicle, as somebody at a checkpoint would recognise it."""

    plate: str = ""
    description: str = ""


class FormContact(Struct, frozen=True, kw_only=True):
    """Somebody who can be reached about it."""

    name: str = ""
    phone: str = ""
    role: str = ""


class NotificationForm(Struct, frozen=True, kw_only=True):
    """What is where and when, in one of three ways: a position, a way, or volumes.

    `place` is the gazetteer's name for where it says it is, `bank` the side of the separation line
    it says it is on. `guards` counts armed guards when there are any. Lists may be left out and
    only counted. `by` is how it moves or is done, when its type does not already say so.
    """

    name: str
    type: str
    invented: bool = False
    place: str = ""
    bank: Side = Side.UNKNOWN
    position: Position | None = None
    radius_m: float = 0.0
    mgrs: str = ""
    volumes: tuple[Volume4D, ...] = ()
    waypoints: tuple[Waypoint, ...] = ()
    width_m: float | None = None
    slack_s: float | None = None
    heights: HeightBand = HeightBand()
    by: Kind | None = None
    guards: int | None = None
    vehicles: tuple[Vehicle, ...] = ()
    vehicle_count: int | None = None
    persons: tuple[str, ...] = ()
    person_count: int | None = None
    contacts: tuple[FormContact, ...] = ()
    cargo: str = ""
    purpose: str = ""
    tier_wished: Tier | None = None
    languages: tuple[str, ...] = ()

    @property
    def moves_by(self) -> Kind:
        """How it moves or is done: as it says, else as its type says, else on the ground."""
        return self.by or KIND_OF_TYPE.get(self.type, Kind.GROUND)


def volumes_of(
    form: NotificationForm, window: TimeSpan, *, width_m: float, slack_s: float
) -> tuple[Volume4D, ...]:
    """Every volume the form says will be occupied, each a part of its own.

    Args:
        width_m: full width of a way whose form states none.
        slack_s: how far off its instants may be, either way, where its form does not say.
    """
    if form.volumes:
        return tuple(replace(each, times=_within(each.times, window)) for each in form.volumes)
    if form.position is not None:
        circle = Circle(center=form.position, radius_m=form.radius_m)
        return (Volume4D(footprint=circle, heights=form.heights, times=window),)
    return _volumes_of_way(
        form,
        window,
        width_m if form.width_m is None else form.width_m,
        slack_s if form.slack_s is None else form.slack_s,
    )


def _within(times: TimeSpan, window: TimeSpan) -> TimeSpan:
    """A volume's own times; where it has none, the window's."""
    return TimeSpan(
        starts_at=times.starts_at or window.starts_at, ends_at=times.ends_at or window.ends_at
    )


def _volumes_of_way(
    form: NotificationForm, window: TimeSpan, width_m: float, slack_s: float
) -> tuple[Volume4D, ...]:
    """The corridor along the way, and the waits at its ends that the window leaves room for.

    Errs outward: without an instant for every waypoint the whole corridor is occupied throughout.
    LIMIT: legs are geodesics between waypoints. A road that bends away from them by more than half
    the width is outside; the form asks for waypoints at the bends.
    """
    points = form.waypoints
    etas = tuple(each.eta for each in points if each.eta is not None)
    timed = len(etas) == len(points)
    corridor = Corridor(
        path=tuple((each.position.lon_deg, each.position.lat_deg) for each in points),
        width_m=width_m,
        times=etas if timed else (),
        slack_s=slack_s if timed else 0.0,
        accuracy_m=max(each.position.accuracy_m for each in points),
    )
    if not timed:
        return (Volume4D(footprint=corridor, heights=form.heights, times=window),)
    waits = (
        (points[0].position, TimeSpan(starts_at=window.starts_at, ends_at=etas[0])),
        (points[-1].position, TimeSpan(starts_at=etas[-1], ends_at=window.ends_at)),
    )
    return (
        Volume4D(footprint=corridor, heights=form.heights),
        *(
            Volume4D(
                footprint=Circle(center=where, radius_m=width_m / 2),
                heights=form.heights,
                times=times,
            )
            for where, times in waits
            if times.starts_at != times.ends_at
        ),
    )


def place_and_time(form: NotificationForm) -> NotificationForm:
    """The form without names and plates: where, what sort of thing, how wide and how high."""
    return NotificationForm(
        name="",
        type=form.type,
        invented=form.invented,
        position=form.position,
        radius_m=form.radius_m,
        mgrs=form.mgrs,
        volumes=form.volumes,
        waypoints=tuple(replace(each, name="") for each in form.waypoints),
        width_m=form.width_m,
        slack_s=form.slack_s,
        heights=form.heights,
        by=form.by,
    )


def named_points(form: NotificationForm) -> Iterator[tuple[str, Position, str]]:
    """(name of a place, position, grid reference) wherever the form gives a position."""
    if form.position is not None:
        yield form.place or form.name, form.position, form.mgrs
    for each in form.waypoints:
        yield each.name, each.position, each.mgrs


def check_form(thing: str, form: NotificationForm, window: TimeSpan, *, moves: bool) -> None:
    """Nothing happens if the form can be judged and is of a size a human could have meant.

    Raises:
        TooLarge: a list, a text or the ground it covers is beyond its bound.
        Malformed: not exactly one of position, way and volumes; a way of one point; times out of
            order or outside the window; a count or a width below zero; no number at all.
    """
    check_sizes(thing, form)
    ways = (form.position is not None, bool(form.waypoints), bool(form.volumes))
    if sum(ways) != 1:
        raise Malformed(
            f"{thing}: state where it is in one way: a position, waypoints or volumes. "
            "Leave out the others."
        )
    if moves and form.position is not None:
        raise Malformed(f"{thing}: a movement goes somewhere. Give its waypoints or volumes.")
    if form.waypoints and (not moves or len(form.waypoints) < 2):
        raise Malformed(f"{thing}: waypoints are for a movement, two at the least. Mend the list.")
    _check_numbers(thing, form)
    _check_times(thing, form, window)


def check_sizes(thing: str, form: NotificationForm) -> None:
    """Nothing happens if no list or text is longer, and no ground wider, than its bound.

    Raises:
        TooLarge: one is.
        Malformed: a latitude or longitude is no number, so nothing can be said of the ground.
    """
    lists: tuple[tuple[str, int, int], ...] = (
        ("waypoints", len(form.waypoints), MAX_WAYPOINTS),
        ("vehicles", len(form.vehicles), MAX_VEHICLES),
        ("persons", len(form.persons), MAX_PERSONS),
        ("contacts", len(form.contacts), MAX_CONTACTS),
        ("volumes", len(form.volumes), MAX_VOLUMES),
        ("languages", len(form.languages), MAX_LANGUAGES),
    )
    for what, count, bound in lists:
        if count > bound:
            raise TooLarge(f"{thing}: {count} {what}, at most {bound}. Send it in parts.")
    for what, text, bound in _texts(form):
        if len(text) > bound:
            raise TooLarge(
                f"{thing}: {what} of {len(text)} characters, at most {bound}. Shorten it."
            )
    points = list(_points(form))
    if len(points) > MAX_VERTICES:
        raise TooLarge(f"{thing}: {len(points)} vertices, at most {MAX_VERTICES}. Simplify it.")
    if not all(math.isfinite(degrees) for point in points for degrees in point):
        raise Malformed(f"{thing}: a latitude or longitude that is no number. Write it in degrees.")
    reaches_m = (*_radii_m(form), *(_apart_m(points[0], each) for each in points))
    if not all(reach_m <= MAX_EXTENT_M for reach_m in reaches_m):  # NaN is too large as well
        raise TooLarge(
            f"{thing}: it reaches over {MAX_EXTENT_M / 1000:.0f} km. Send it in parts, "
            "or check for swapped or mistyped numbers."
        )


def _texts(form: NotificationForm) -> Iterator[tuple[str, str, int]]:
    names = (form.name, form.type, form.place, form.mgrs, *form.persons, *form.languages)
    yield from (("a name", text, MAX_NAME) for text in names)
    for point in form.waypoints:
        yield "a waypoint's name", point.name, MAX_NAME
        yield "a grid reference", point.mgrs, MAX_NAME
    for vehicle in form.vehicles:
        yield "a plate", vehicle.plate, MAX_NAME
        yield "a vehicle's description", vehicle.description, MAX_NAME
    for contact in form.contacts:
        yield from (
            ("a contact", text, MAX_NAME) for text in (contact.name, contact.phone, contact.role)
        )
    yield "cargo", form.cargo, MAX_TEXT
    yield "purpose", form.purpose, MAX_TEXT


def _footprints(form: NotificationForm) -> Iterator[Footprint]:
    yield from (volume.footprint for volume in form.volumes)


def _points(form: NotificationForm) -> Iterator[tuple[float, float]]:
    """Every (lon_deg, lat_deg) the form holds."""
    for _, position, _ in named_points(form):
        yield position.lon_deg, position.lat_deg
    for footprint in _footprints(form):
        match footprint:
            case Circle(center=center):
                yield center.lon_deg, center.lat_deg
            case Corridor(path=path):
                yield from path
            case Polygon(rings=areas):
                yield from (vertex for area in areas for ring in area for vertex in ring)


def _radii_m(form: NotificationForm) -> Iterator[float]:
    """How far it reaches from the points it holds."""
    yield form.radius_m
    yield (form.width_m or 0.0) / 2
    for footprint in _footprints(form):
        match footprint:
            case Circle(radius_m=radius_m):
                yield radius_m
            case Corridor(width_m=width_m):
                yield width_m / 2
            case Polygon():
                pass


def _apart_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres along a sphere, within 0.6 % of the ellipsoid: for a bound, never for a conflict."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def _check_numbers(thing: str, form: NotificationForm) -> None:
    counts = (form.guards, form.vehicle_count, form.person_count)
    if any(count is not None and count < 0 for count in counts):
        raise Malformed(f"{thing}: a count below zero. Write how many there are, or leave it out.")
    sizes = (form.radius_m, form.width_m or 0.0, form.slack_s or 0.0)
    if not all(size >= 0.0 for size in sizes):
        raise Malformed(f"{thing}: a radius, width or slack below zero. Write how much it is.")
    if sizes[-1] > MAX_SLACK_S:
        raise TooLarge(f"{thing}: a slack of over {MAX_SLACK_S / 3600:.0f} h. Widen the window.")
    if form.vehicle_count is not None and form.vehicle_count < len(form.vehicles):
        raise Malformed(f"{thing}: more vehicles are listed than counted. Mend the count.")
    if form.person_count is not None and form.person_count < len(form.persons):
        raise Malformed(f"{thing}: more persons are listed than counted. Mend the count.")


def _check_times(thing: str, form: NotificationForm, window: TimeSpan) -> None:
    """Instants stand in order and inside the window: it is the window that notice is given of."""
    for times in _times(form):
        for each in times:
            in_utc(each, thing)
    etas = [(number, each.eta) for number, each in enumerate(form.waypoints, 1) if each.eta]
    for (before, start), (after, end) in pairwise(etas):
        if end < start:
            raise Malformed(
                f"{thing}: waypoint {after} is reached before waypoint {before} "
                f"({start:%H:%MZ} → {end:%H:%MZ}). Swap the times or remove the waypoint."
            )
    for times in _times(form):
        early = window.starts_at and any(each < window.starts_at for each in times)
        late = window.ends_at and any(each > window.ends_at for each in times)
        if early or late:
            raise Malformed(
                f"{thing}: a time lies outside starts_at to ends_at. Widen those or mend the time."
            )


def _times(form: NotificationForm) -> Iterator[tuple[datetime, ...]]:
    """Every instant the form states: of each waypoint, and of each volume."""
    yield tuple(each.eta for each in form.waypoints if each.eta is not None)
    for volume in form.volumes:
        stated = (volume.times.starts_at, volume.times.ends_at)
        yield tuple(each for each in stated if each is not None)
        if isinstance(volume.footprint, Corridor):
            yield volume.footprint.times
