"""KML and GPX: expat, with every DOCTYPE refused, into the GeoJSON features they stand for.

KML: each geometry of each Placemark, polygons of one together; its properties are ExtendedData and
its TimeSpan. GPX: each route and track is a LineString, each waypoint a Point; its properties are
those of a plan that stand in it or in its `extensions`, and a path's times are its points'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat

from msgspec import Struct, field

from openline.domain.errors import Malformed

DEEPEST: Final = 64
MOST_ELEMENTS: Final = 1_000_000
PROPERTIES: Final = (
    "id", "party", "kind", "starts_at", "ends_at", "lower_m", "upper_m",
    "radius_m", "width_m", "slack_s", "accuracy_m",
)  # fmt: skip
"""What a GPX of version 1.0, which has no extensions, may say of a plan in elements of its own."""
_AROUND_COMMA: Final = re.compile(r"\s*,\s*")


class Element(Struct):
    """One XML element: its local name, attributes, children, and the text directly in it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()

    def find_all(self, name: str) -> Iterator[Element]:
        """Every element of that name below this one, in order of the file."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.find_all(name)

    def find(self, name: str) -> Element | None:
        """The first element of that name below this one."""
        return next(self.find_all(name), None)

    def child_text(self, name: str) -> str:
        """The text of the first child of that name; empty if there is none."""
        return next((child.text for child in self.children if child.name == name), "")


def parse_xml(data: bytes, name: str) -> Element:
    """The root element of an XML document.

    Raises:
        Malformed: not XML, a DOCTYPE (which can name other files and expand without bound), or
            nested or numerous beyond bound.
    """
    stack = [Element(name="", attributes={})]
    count = 0

    def refuse_doctype(*_: Any) -> None:
        raise Malformed(f"{name}: a DOCTYPE is not read. Remove it and try again.")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > DEEPEST or count > MOST_ELEMENTS:
            raise Malformed(f"{name}: nested too deep or too many elements. Split the file.")
        local = {_local(key): value for key, value in attributes.items()}
        element = Element(name=_local(tag), attributes=local)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def characters(text: str) -> None:
        stack[-1].pieces.append(text)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(f"{name}: not well-formed XML at line {error.lineno}. Mend it.") from error
    except (LookupError, ValueError) as error:
        raise Malformed(f"{name}: its XML is in no known encoding. Save it in UTF-8.") from error
    return stack[0].children[0]


def _local(tag: str) -> str:
    """The name without its prefix: many files use prefixes that they never declare."""
    return tag.rpartition(":")[2]


def kml_features(root: Element) -> list[dict[str, Any]]:
    """The placemarks of a KML document as GeoJSON features, and the links that are not followed."""
    features = [each for mark in root.find_all("Placemark") for each in _placemark(mark)]
    for link in root.find_all("NetworkLink"):
        features.append(_feature({"id": _name_of(link)}, {"type": link.name}))
    return features


def _placemark(placemark: Element) -> Iterator[dict[str, Any]]:
    properties = {"id": _name_of(placemark)} | _kml_properties(placemark)
    geometries = [*_kml_geometries(placemark), *_kml_tracks(placemark)]
    if not geometries:
        yield _feature(properties, None)
    for geometry, times in geometries:
        yield _feature(properties | times, geometry)


def _feature(properties: dict[str, Any], geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {"properties": properties, "geometry": geometry}


def _name_of(element: Element) -> str:
    return element.attributes.get("id") or element.child_text("name")


def _kml_properties(placemark: Element) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    span = placemark.find("TimeSpan")
    if span is not None:
        properties["starts_at"] = span.child_text("begin")
        properties["ends_at"] = span.child_text("end")
    for extended in placemark.find_all("ExtendedData"):
        properties |= {each.name: each.text for each in extended.children if not each.children}
        for data in extended.find_all("Data"):
            properties[data.attributes.get("name", "")] = data.child_text("value")
        for data in extended.find_all("SimpleData"):
            properties[data.attributes.get("name", "")] = data.text
    if isinstance(properties.get("times"), str):
        properties["times"] = properties["times"].split()
    return properties


def _kml_geometries(element: Element) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """All polygons as one geometry, then each line and each point; none has times of its own."""
    polygons = [_kml_polygon(each) for each in element.find_all("Polygon")]
    if len(polygons) == 1:
        yield {"type": "Polygon", "coordinates": polygons[0]}, {}
    elif polygons:
        yield {"type": "MultiPolygon", "coordinates": polygons}, {}
    for found in element.find_all("LineString"):
        yield {"type": "LineString", "coordinates": _kml_coordinates(found)}, {}
    for found in element.find_all("Point"):
        places = _kml_coordinates(found)
        yield {"type": "Point", "coordinates": places[0] if places else None}, {}
    for found in (*element.find_all("Model"), *_bare_rings(element)):
        yield {"type": found.name}, {}


def _bare_rings(element: Element) -> Iterator[Element]:
    """Rings that bound no polygon: whether their inside is meant they do not say."""
    for child in element.children:
        if child.name == "LinearRing":
            yield child
        elif child.name == "MultiGeometry":
            yield from _bare_rings(child)


def _kml_tracks(element: Element) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Google's tracks: a path with an instant at each of its points."""
    for track in element.find_all("Track"):
        times = [each.text for each in track.children if each.name == "when"]
        places = [each.text.split()[:2] for each in track.children if each.name == "coord"]
        path = {"type": "LineString", "coordinates": [_numbers(each) for each in places]}
        yield path, {"times": times}


def _kml_polygon(polygon: Element) -> list[list[list[float]]]:
    return [
        _kml_coordinates(boundary)
        for side in ("outerBoundaryIs", "innerBoundaryIs")
        for boundary in polygon.find_all(side)
    ]


def _kml_coordinates(element: Element) -> list[list[float]]:
    found = element.find("coordinates")
    text = _AROUND_COMMA.sub(",", found.text) if found is not None else ""
    return [_numbers(each.split(",")[:2]) for each in text.split()]


def _numbers(parts: Iterable[str]) -> list[float]:
    return [_number(part) for part in parts]


def gpx_features(root: Element) -> list[dict[str, Any]]:
    """The waypoints, routes and tracks of a GPX document as GeoJSON features."""
    features = [_gpx_point(each) for each in root.find_all("wpt")]
    for kind, point in (("rte", "rtept"), ("trk", "trkpt")):
        features += [_gpx_path(each, list(each.find_all(point))) for each in root.find_all(kind)]
    return features


def tracks_in_pieces(root: Element) -> Iterator[str]:
    """The name of each GPX track that breaks off and goes on elsewhere."""
    for track in root.find_all("trk"):
        pieces = [each for each in track.find_all("trkseg") if each.find("trkpt") is not None]
        if len(pieces) > 1:
            yield track.child_text("name")


def _gpx_point(point: Element) -> dict[str, Any]:
    return _feature(_gpx_properties(point), {"type": "Point", "coordinates": _gpx_position(point)})


def _gpx_path(path: Element, points: list[Element]) -> dict[str, Any]:
    properties = _gpx_properties(path)
    times = [point.child_text("time") for point in points]
    if points and all(times):
        properties.setdefault("times", times)
    return _feature(
        properties, {"type": "LineString", "coordinates": [_gpx_position(each) for each in points]}
    )


def _gpx_properties(element: Element) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": element.child_text("name")}
    for child in element.children:
        if child.name == "extensions":
            properties |= {each.name: each.text for each in child.children}
        elif child.name in PROPERTIES:
            properties[child.name] = child.text
    return properties


def _gpx_position(point: Element) -> list[float]:
    return [_number(point.attributes.get(axis, "")) for axis in ("lon", "lat")]


def _number(text: str) -> float:
    """NaN where it is no number: the judge of positions refuses that with a sentence."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
