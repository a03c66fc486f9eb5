"""What people paste into a form: positions row by row, or the text of any file that is read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from openline.detection import check_position, find_mgrs_difference
from openline.domain.airspace import Circle, Corridor, Position, Volume4D
from openline.domain.drafting import GeometryFault, GeometryRead
from openline.domain.errors import Malformed
from openline.domain.finding import Fault
from openline.domain.form import Waypoint
from openline.domain.instant import parse_instant
from openline.domain.plan import Plan
from openline.protocols.files.codec import read_file
from openline.protocols.files.grid import position_of
from openline.protocols.files.reading import Reading, check_not_swapped, read_or_fault

NAME: Final = "pasted"
ROWS_MAX: Final = 2_000
_ABOUT_WHOM: Final = frozenset({"id_missing", "party_missing", "kind_unknown"})
"""Faults of a file that stands for a plan; a geometry in a form has its own form to say these."""
_DOUBTS: Final = frozenset({Fault.MGRS_DIFFERS.value, "edge_off_map", "over_antimeridian"})
"""Told of what was read all the same."""
_GEOMETRIES: Final = frozenset({"Point", "LineString", "Polygon", "MultiPolygon"})

_GRID: Final = re.compile(
    r"(?<![\w.])\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{2,5}\s\d{2,5}|\d{4,10})(?![\w.])", re.I
)
_TIME: Final = re.compile(
    r"(?<!\w)(?:\d{4}-\d\d-\d\dT\S+|\d{6}\s?[A-Z]\s?[A-Z]{3}\s?(?:\d{4}|\d\d))(?!\w)", re.I
)
_ANGLE: Final = (
    r"(?P<{0}_sign>[-+−]?)(?P<{0}_d>\d{{1,3}}(?:\.\d+)?)"
    r"(?:\s*°\s*(?:(?P<{0}_m>\d{{1,2}}(?:\.\d+)?)\s*[′'’]\s*)?"
    r"(?:(?P<{0}_s>\d{{1,2}}(?:\.\d+)?)\s*(?:[″\"”]|'')\s*)?)?\s*(?P<{0}_side>[NSEW](?![\w-]))?"
)
_PAIR: Final = re.compile(
    rf"(?<![\w.])(?:(?P<a_before>[NSEW])\s*)?{_ANGLE.format('a')}(?:\s*[,;/\t]\s*|\s+)"
    rf"(?:(?P<b_before>[NSEW])\s*)?{_ANGLE.format('b')}(?![\w.])",
    re.I,
)
_COMMA: Final = re.compile(r"\d,\d")
_METRES_IN_DEGREE: Final = 111_700.0
"""No degree of latitude or longitude is longer."""


def read_pasted(text: str) -> GeometryRead:
    """The points and volumes of a text, and what is wrong in it; it never gives up.

    A row of positions is `35.33 40.14`, `35°19'48"N 40°08'24"E` or `37SFV036108`, latitude first
    unless letters say otherwise, with a name and an instant beside it if they are known. JSON,
    KML and GPX are read as the files they are. What can be read in two ways is left out, and told.
    How well a position is known follows from how many digits were written.
    """
    if text.lstrip()[:1] in ("{", "[", "<"):
        return _of_file(read_file(_in_a_feature(text).encode(), NAME))
    reading = Reading()
    points = tuple(_rows(reading, text))
    if not points and not reading.faults:
        reading.add_fault(NAME, "empty", f"{NAME}: no position in it. Write one a row.")
    return _told(GeometryRead(waypoints=points), reading)


def _rows(reading: Reading, text: str) -> Iterator[Waypoint]:
    rows = [row.strip() for row in text.splitlines()]
    if len(rows) > ROWS_MAX:
        reading.add_fault(NAME, "too_large", f"{NAME}: over {ROWS_MAX} rows. Paste fewer.")
        return
    for number, row in enumerate(rows, start=1):
        if not row:
            continue
        thing = f"row {number}"
        point = read_or_fault(reading, thing, partial(_point, row, thing))
        if point is None:
            continue
        if point.mgrs:
            reading.add_finding(find_mgrs_difference(thing, point.position, point.mgrs))
        yield point


def _point(row: str, thing: str) -> Waypoint:
    grid, rest = _taken(_GRID, row)
    time, rest = _taken(_TIME, rest)
    pair = _PAIR.search(rest)
    if _reads_otherwise(pair, rest):
        raise Malformed(
            f"{thing}: it can be read in more than one way. Write one position a row, decimals "
            "with a point, and N or S, E or W where a name has numbers."
        )
    if pair is not None:
        position = _position(pair, thing)
        rest = f"{rest[: pair.start()]} {rest[pair.end() :]}"
    elif grid:
        position = position_of(grid, thing)
    else:
        raise Malformed(
            f"{thing}: no position in it. Write latitude and longitude, or a grid reference."
        )
    return Waypoint(
        position=position,
        name=" ".join(rest.split()).strip(" ,;:()"),
        eta=parse_instant(time, thing) if time else None,
        mgrs="".join(grid.split()).upper() if pair is not None else "",
    )


def _reads_otherwise(pair: re.Match[str] | None, rest: str) -> bool:
    """Whether a row without its first grid reference and instant holds more than that one pair.

    Another position or instant, or a comma between digits, which may stand for a decimal point;
    and, where letters do not say which two numbers belong together, a third number beside them.
    """
    if pair is None:
        left_over: tuple[str, ...] = (rest,)
    else:
        left_over = rest[: pair.start()], rest[pair.end() :]
        third = _PAIR.search(rest, pair.start("b_sign"))
        lettered = all(_side(pair, which) for which in "ab")
        if third is not None and not lettered and not third["b_before"]:
            return True
    patterns = (_PAIR, _GRID, _TIME, _COMMA)
    return any(pattern.search(each) for pattern in patterns for each in left_over)


def _taken(pattern: re.Pattern[str], row: str) -> tuple[str, str]:
    """What the pattern finds in the row, and the row without it."""
    found = pattern.search(row)
    if found is None:
        return "", row
    return found.group(), f"{row[: found.start()]} {row[found.end() :]}"


def _position(pair: re.Match[str], thing: str) -> Position:
    first, second = (_angle(pair, which, thing) for which in "ab")
    sides = [_side(pair, which) for which in "ab"]
    if sides[0] in ("E", "W") or sides[1] in ("N", "S"):
        first, second = second, first
    lat_deg, lon_deg = first, second
    check_not_swapped(lon_deg, lat_deg, thing)
    position = Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=_accuracy_m(pair))
    check_position(thing, position)
    return position


def _angle(pair: re.Match[str], which: str, thing: str) -> float:
    degrees, minutes, seconds = (float(pair[f"{which}_{part}"] or 0) for part in "dms")
    if minutes >= 60 or seconds >= 60:
        raise Malformed(f"{thing}: sixty minutes or seconds or more. Carry them over.")
    negative = pair[f"{which}_sign"] in ("-", "−") or _side(pair, which) in ("S", "W")
    return (degrees + minutes / 60 + seconds / 3_600) * (-1 if negative else 1)


def _side(pair: re.Match[str], which: str) -> str:
    return (pair[f"{which}_side"] or pair[f"{which}_before"] or "").upper()


def _accuracy_m(pair: re.Match[str]) -> float:
    """Half of the last digit written, both ways at once, in whole metres and outward."""
    coarsest = max(_last_digit_deg(pair, which) for which in "ab")
    return float(math.ceil(coarsest / 2 * _METRES_IN_DEGREE * math.sqrt(2)))


def _last_digit_deg(pair: re.Match[str], which: str) -> float:
    for part, in_degree in (("s", 3_600), ("m", 60), ("d", 1)):
        written = pair[f"{which}_{part}"]
        if written is not None:
            return float(10.0 ** -len(written.partition(".")[2]) / in_degree)
    raise AssertionError("an angle has degrees")


def _in_a_feature(text: str) -> str:
    """A bare geometry as a feature: people copy just that out of other programs."""
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text  # its reader says what is wrong with it
    if isinstance(value, dict) and value.get("type") in _GEOMETRIES:
        return f'{{"type": "Feature", "properties": {{}}, "geometry": {text}}}'
    return text


def _of_file(reading: Reading) -> GeometryRead:
    """Points and paths as waypoints; what bounds ground of its own, as volumes."""
    footprints = [volume.footprint for plan in reading.plans for volume in plan.volumes]
    paths = sum(isinstance(each, Corridor) for each in footprints)
    if paths > 1 or (paths and any(isinstance(each, Circle) for each in footprints)):
        # One way would be made of them, by legs that nobody drew.
        reading.add_fault(
            NAME, "malformed", f"{NAME}: more than one path, or points beside it. Paste one path."
        )
        return _told(GeometryRead(), reading)
    points = tuple(point for plan in reading.plans for point in _points_of(plan))
    volumes = tuple(
        volume for plan in reading.plans for volume in plan.volumes if _bounds_ground(volume)
    )
    return _told(GeometryRead(waypoints=points, volumes=volumes), reading)


def _bounds_ground(volume: Volume4D) -> bool:
    """It has an extent of its own; a bare point or way gets one from the form."""
    match volume.footprint:
        case Circle(radius_m=extent_m) | Corridor(width_m=extent_m):
            return extent_m > 0.0
    return True


def _points_of(plan: Plan) -> Iterator[Waypoint]:
    name = "" if plan.id.startswith(f"{NAME}#") else plan.id
    for volume in plan.volumes:
        footprint = volume.footprint
        if isinstance(footprint, Circle):
            yield Waypoint(position=footprint.center, name=name, eta=volume.times.starts_at)
        elif isinstance(footprint, Corridor):
            etas = footprint.times or (None,) * len(footprint.path)
            for (lon_deg, lat_deg), eta in zip(footprint.path, etas, strict=True):
                where = Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=footprint.accuracy_m)
                yield Waypoint(position=where, eta=eta)


def _told(read: GeometryRead, reading: Reading) -> GeometryRead:
    faults = tuple(
        GeometryFault(
            thing=each.id,
            fault=each.fault,
            sentence=each.text,
            left_out=each.fault not in _DOUBTS,
        )
        for each in reading.faults
        if each.fault not in _ABOUT_WHOM
    )
    return GeometryRead(waypoints=read.waypoints, volumes=read.volumes, faults=faults)
