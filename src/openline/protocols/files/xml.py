"""KML and GPX: expat, with every DOCTYPE refused, into the GeoJSON features they stand for.

KML: each Placemark with a Point, LineString, Polygon or MultiGeometry of polygons; its properties
are ExtendedData and its TimeSpan. GPX: each route and track is a LineString, each waypoint a
Point; its properties are the children of `extensions`, and a track's or route's times its points'.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from msgspec import Struct, field

from openline.domain.errors import Malformed

DEEPEST: Final = 64
MOST_ELEMENTS: Final = 200_000


class Element(Struct):
    """One XML element: its local name, attributes, children, and the text directly in it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

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
        return next((child.text.strip() for child in self.children if child.name == name), "")


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
        local = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        element = Element(name=tag.rpartition("}")[2], attributes=local)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def characters(text: str) -> None:
        stack[-1].text += text

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(f"{name}: not well-formed XML at line {error.lineno}. Mend it.") from error
    return stack[0].children[0]


def kml_features(root: Element) -> list[dict[str, Any]]:
    """The placemarks of a KML document as GeoJSON features."""
    return [_placemark(each) for each in root.find_all("Placemark")]


def _placemark(placemark: Element) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": placemark.attributes.get("id")}
    properties["id"] = properties["id"] or placemark.child_text("name") or None
    span = placemark.find("TimeSpan")
    if span is not None:
        properties["starts_at"] = span.child_text("begin")
        properties["ends_at"] = span.child_text("end")
    for data in placemark.find_all("Data"):
        properties[data.attributes.get("name", "")] = data.child_text("value")
    for data in placemark.find_all("SimpleData"):
        properties[data.attributes.get("name", "")] = data.text.strip()
    if isinstance(properties.get("times"), str):
        properties["times"] = properties["times"].split()
    return {"properties": properties, "geometry": _kml_geometry(placemark)}


def _kml_geometry(element: Element) -> dict[str, Any] | None:
    polygons = [_kml_polygon(each) for each in element.find_all("Polygon")]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    if polygons:
        return {"type": "MultiPolygon", "coordinates": polygons}
    for kind in ("LineString", "Point"):
        found = element.find(kind)
        if found is not None:
            vertices = _kml_coordinates(found)
            if kind == "LineString":
                return {"type": kind, "coordinates": vertices}
            return {"type": kind, "coordinates": vertices[0] if vertices else None}
    return None


def _kml_polygon(polygon: Element) -> list[list[list[float]]]:
    return [
        _kml_coordinates(boundary)
        for side in ("outerBoundaryIs", "innerBoundaryIs")
        for boundary in polygon.find_all(side)
    ]


def _kml_coordinates(element: Element) -> list[list[float]]:
    found = element.find("coordinates")
    text = found.text if found is not None else ""
    return [[_number(part) for part in each.split(",")[:2]] for each in text.split()]


def gpx_features(root: Element) -> list[dict[str, Any]]:
    """The waypoints, routes and tracks of a GPX document as GeoJSON features."""
    features = [_gpx_point(each) for each in root.find_all("wpt")]
    for kind, point in (("rte", "rtept"), ("trk", "trkpt")):
        features += [_gpx_path(each, list(each.find_all(point))) for each in root.find_all(kind)]
    return features


def _gpx_point(point: Element) -> dict[str, Any]:
    return {
        "properties": _gpx_properties(point),
        "geometry": {"type": "Point", "coordinates": _gpx_position(point)},
    }


def _gpx_path(path: Element, points: list[Element]) -> dict[str, Any]:
    properties = _gpx_properties(path)
    times = [point.child_text("time") for point in points]
    if points and all(times):
        properties.setdefault("times", times)
    coordinates = [_gpx_position(point) for point in points]
    return {
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }


def _gpx_properties(element: Element) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": element.child_text("name") or None}
    for extensions in element.children:
        if extensions.name == "extensions":
            properties |= {child.name: child.text.strip() for child in extensions.children}
    return properties


def _gpx_position(point: Element) -> list[float]:
    return [_number(point.attributes.get(axis, "")) for axis in ("lon", "lat")]


def _number(text: str) -> float:
    """NaN where it is no number: the judge of positions refuses that with a sentence."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
