"""Plans in GeoJSON: a FeatureCollection whose properties say who, what, when and how high."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from openline.detection import check_plan, find_edges_off_map
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
from openline.domain.errors import Malformed
from openline.domain.instant import parse_instant
from openline.domain.plan import Plan
from openline.protocols.files.assumed import Unsaid, unsaid_heights, unsaid_times
from openline.protocols.files.grid import is_reference, position_of
from openline.protocols.files.reading import (
    Reading,
    check_against_grid,
    check_not_swapped,
    read_extent,
    read_instant,
    read_kind,
    read_number,
    read_or_fault,
    read_party,
    read_text,
)

Vertices = tuple[tuple[float, float], ...]


WGS84_NAMES: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
"""How older GeoJSON names the only reference that is read; newer states none."""
BESIDE_THE_MAP_M: Final = 50.0
"""An edge that departs more than this from the straight one on a map is pointed out."""
LONGEST_NUMBER: Final = 400
"""Digits: no length, height or id is longer; without a bound, reading one takes for ever."""


class Members(dict[str, Any]):
    """A JSON object, and the names that stand in it twice: which was meant nobody can say."""

    twice: tuple[str, ...] = ()


def read_geojson(data: bytes, name: str) -> Reading:
    """The plans of a FeatureCollection (or a single Feature).

    A plan is one feature: `id, party, kind, starts_at, ends_at, lower_m, upper_m`, with a Polygon
    or MultiPolygon, a Point with `radius_m`, or a LineString with `width_m` (and `times`, one
    instant per vertex, and `slack_s`). Any coordinate pair may be an MGRS grid reference instead.

    Args:
        name: what to call a feature that has no id: `<name>#<its number from 1>`.
    """
    reading = Reading()
    try:
        features = _features(_parse_json(data, name), name)
    except Malformed as refused:
        reading.add_refused(name, refused.slug, refused.sentence)
        return reading
    read_features(reading, features, name)
    return reading


def read_features(reading: Reading, features: Sequence[Any], name: str) -> None:
    """Takes in the plan of each feature; those without an id are called `<name>#<number>`."""
    for number, feature in enumerate(features, start=1):
        _read_feature(reading, feature, f"{name}#{number}")


def _parse_json(data: bytes, name: str) -> Any:
    try:
        # The standard reader takes NaN, so that one lost number spoils its own feature only.
        return json.loads(data, object_pairs_hook=_members, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        row = f" from line {error.lineno} on" if isinstance(error, json.JSONDecodeError) else ""
        raise Malformed(f"{name}: no JSON in UTF-8{row}. Mend it, and write GeoJSON.") from error


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    if len(members) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        members.twice = tuple(name for name, count in counted.items() if count > 1)
    return members


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def _features(root: Any, name: str) -> Sequence[Any]:
    if isinstance(root, Members):
        _check_told_once(root, name)
        _check_reference(root, name)
        if root.get("type") == "Feature":
            return [root]
        features = root.get("features")
        if root.get("type") == "FeatureCollection" and isinstance(features, list):
            return features
    raise Malformed(f"{name}: no GeoJSON FeatureCollection. Wrap its features in one.")


def _check_told_once(members: Any, thing: str) -> None:
    if isinstance(members, Members) and members.twice:
        raise Malformed(f"{thing}: it states {members.twice[0]:.40} twice. Leave the right one.")


def _check_reference(root: Members, name: str) -> None:
    stated = root.get("crs")
    told = stated.get("properties") if isinstance(stated, Members) else None
    named = read_text(told, "name") if isinstance(told, Members) else ""
    if stated is not None and not named.endswith(WGS84_NAMES):
        raise Malformed(
            f"{name}: its coordinates are in another reference than WGS 84. Convert them to "
            "longitude and latitude in WGS 84."
        )


def _read_feature(reading: Reading, feature: Any, unnamed: str) -> None:
    properties = _properties_of(feature)
    if properties is None:
        text = f"{unnamed}: no GeoJSON feature. Write one, or leave it out."
        reading.add_refused(unnamed, "malformed", text)
        return
    thing = read_text(properties, "id") or read_text(feature, "id")
    if not thing:
        thing = unnamed
        text = f"{thing}: it states no id; called by its number in the file."
        reading.add_fault(thing, "id_missing", text)
    plan = read_or_fault(reading, thing, lambda: _plan(reading, feature, properties, thing))
    if plan is not None:
        reading.plans.append(plan)


def _properties_of(feature: Any) -> dict[str, Any] | None:
    """What a feature says of itself, which may be nothing; None for whatever is no feature."""
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    if properties is None:
        return {} if "geometry" in feature else None
    return properties if isinstance(properties, dict) else None


def _plan(
    reading: Reading, feature: Mapping[str, Any], properties: Mapping[str, Any], thing: str
) -> Plan:
    geometry = feature.get("geometry")
    for members in (feature, properties, geometry):
        _check_told_once(members, thing)
    starts_at = read_instant(properties, "starts_at", thing)
    ends_at = read_instant(properties, "ends_at", thing)
    heights = HeightBand(
        lower_m=read_number(properties, "lower_m", thing),
        upper_m=read_number(properties, "upper_m", thing),
    )
    footprint = footprint_of(geometry, properties, thing)
    timed = isinstance(footprint, Corridor) and footprint.times
    plan = Plan(
        id=thing,
        party=read_party(reading, properties, thing),
        kind=read_kind(reading, properties, thing),
        volumes=(
            Volume4D(
                footprint=footprint,
                heights=heights,
                times=TimeSpan() if timed else TimeSpan(starts_at=starts_at, ends_at=ends_at),
            ),
        ),
    )
    check_plan(plan)
    reading.note_unsaid(thing, _unsaid(properties, plan))
    if isinstance(footprint, Circle):
        check_against_grid(reading, properties, footprint.center, thing)
    _point_out_edges(reading, footprint, thing)
    return plan


def _unsaid(properties: Mapping[str, Any], plan: Plan) -> Iterator[Unsaid]:
    """What the feature leaves out, and is then judged at its widest."""
    (volume,) = plan.volumes
    if not read_text(properties, "kind"):
        yield Unsaid.KIND
    yield from unsaid_heights(volume.heights.lower_m, volume.heights.upper_m)
    if not (isinstance(volume.footprint, Corridor) and volume.footprint.times):
        yield from unsaid_times(volume.times.starts_at, volume.times.ends_at)


def _point_out_edges(reading: Reading, footprint: Footprint, thing: str) -> None:
    """Tells of edges that run elsewhere than whoever drew them on a map may believe."""
    found = find_edges_off_map(footprint, BESIDE_THE_MAP_M)
    departing = [edge for edge in found if edge.departs_m > BESIDE_THE_MAP_M]
    if departing:
        most_m = max(edge.departs_m for edge in departing)
        text = (
            f"{thing}: of its edges, which are shortest ways, {len(departing)} run up to "
            f"{most_m:,.0f} m beside the straight ones on a map. Add vertices where that matters."
        )
        reading.add_fault(thing, "edge_off_map", text)
    over = sum(edge.over_antimeridian for edge in found)
    if over:
        text = (
            f"{thing}: edges over the antimeridian: {over}, judged the short way across it. A map "
            "may draw them the long way round. To say which, let longitudes run on past 180."
        )
        reading.add_fault(thing, "over_antimeridian", text)


def footprint_of(geometry: Any, properties: Mapping[str, Any], thing: str) -> Footprint:
    """The footprint that a GeoJSON geometry and its properties state.

    Raises:
        Malformed: no geometry of a kind that is read, or one that lacks what it needs.
    """
    if geometry is None and is_reference(properties.get("mgrs")):
        geometry = {"type": "Point", "coordinates": properties["mgrs"]}
    if not isinstance(geometry, dict):
        raise Malformed(f"{thing}: it has no geometry. Draw one, or leave the feature out.")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    accuracy_m = read_extent(properties, "accuracy_m", thing)
    if kind == "Point":
        center = _position(coordinates, thing)
        center = msgspec.structs.replace(center, accuracy_m=max(accuracy_m, center.accuracy_m))
        return Circle(center=center, radius_m=read_extent(properties, "radius_m", thing))
    if kind == "LineString":
        return _corridor(coordinates, properties, thing, accuracy_m)
    if kind == "Polygon":
        rings, grid_m = _polygon(coordinates, thing)
        return Polygon(rings=(rings,), accuracy_m=max(accuracy_m, grid_m))
    if kind == "MultiPolygon":
        if not isinstance(coordinates, list) or not coordinates:
            raise Malformed(f"{thing}: it has no polygon. Draw its outline.")
        polygons = [_polygon(each, thing) for each in coordinates]
        return Polygon(
            rings=tuple(rings for rings, _ in polygons),
            accuracy_m=max(accuracy_m, *(grid_m for _, grid_m in polygons)),
        )
    raise Malformed(
        f"{thing}: geometry of type {kind!s:.20} is not read. "
        "Use Polygon, MultiPolygon, Point or LineString."
    )


def _corridor(
    coordinates: Any, properties: Mapping[str, Any], thing: str, accuracy_m: float
) -> Corridor:
    path, grid_m = _vertices(coordinates, thing, least=2)
    return Corridor(
        path=path,
        width_m=read_extent(properties, "width_m", thing),
        times=_times(properties.get("times"), len(path), thing),
        slack_s=read_extent(properties, "slack_s", thing),
        accuracy_m=max(accuracy_m, grid_m),
    )


def _times(stated: Any, vertices: int, thing: str) -> tuple[datetime, ...]:
    if stated is None or stated == []:
        return ()
    if not isinstance(stated, list) or len(stated) != vertices:
        raise Malformed(f"{thing}: times needs one instant for each of its {vertices} vertices.")
    for each in stated:
        if not isinstance(each, str):
            raise Malformed(f"{thing}: times holds something that is no text. Write instants.")
    return tuple(parse_instant(each, f"{thing}: times") for each in stated)


def _polygon(coordinates: Any, thing: str) -> tuple[tuple[Vertices, ...], float]:
    if not isinstance(coordinates, list) or not coordinates:
        raise Malformed(f"{thing}: a polygon without a ring. Draw its outline.")
    rings = [_vertices(ring, thing, least=3) for ring in coordinates]
    return tuple(vertices for vertices, _ in rings), max(grid_m for _, grid_m in rings)


def _vertices(coordinates: Any, thing: str, least: int) -> tuple[Vertices, float]:
    """The (lon_deg, lat_deg) of each, and the accuracy of the coarsest grid reference."""
    if not isinstance(coordinates, list) or len(coordinates) < least:
        raise Malformed(f"{thing}: fewer than {least} vertices. Draw the whole of it.")
    positions = [_position(each, thing) for each in coordinates]
    return (
        tuple((each.lon_deg, each.lat_deg) for each in positions),
        max(each.accuracy_m for each in positions),
    )


def _position(coordinates: Any, thing: str) -> Position:
    if is_reference(coordinates):
        return position_of(coordinates, thing)
    if (
        not isinstance(coordinates, list)
        or len(coordinates) < 2
        or any(isinstance(each, bool) or not isinstance(each, int | float) for each in coordinates)
    ):
        raise Malformed(f"{thing}: a position is [lon, lat] in degrees, or a grid reference.")
    lon_deg, lat_deg = (_degrees(each) for each in coordinates[:2])
    check_not_swapped(lon_deg, lat_deg, thing)
    return Position(lon_deg=lon_deg, lat_deg=lat_deg)


def _degrees(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf  # refused with every other number that is no degree
