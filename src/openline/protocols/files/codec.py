"""Any file that is read, by what is in it rather than by its name alone."""

from __future__ import annotations

from openline.domain.errors import Malformed
from openline.protocols.files.geojson import read_features, read_geojson
from openline.protocols.files.reading import Reading
from openline.protocols.files.tracks_csv import read_tracks_csv
from openline.protocols.files.xml import Element, gpx_features, kml_features, parse_xml


def read_file(data: bytes, name: str) -> Reading:
    """The plans and fixes of one file, and its faults.

    JSON and XML are told by their first character; everything else is read as CSV.

    Args:
        name: what to call the file, and whatever in it has no id.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        return read_geojson(data, name)
    if start == b"<":
        return _read_xml(data, name)
    return read_tracks_csv(data, name)


def _read_xml(data: bytes, name: str) -> Reading:
    reading = Reading()
    try:
        features = _features_of(parse_xml(data, name), name)
    except Malformed as refused:
        reading.add_fault(name, refused.slug, refused.sentence)
        return reading
    read_features(reading, features, name)
    return reading


def _features_of(root: Element, name: str) -> list[dict[str, object]]:
    if root.name == "kml":
        return kml_features(root)
    if root.name == "gpx":
        return gpx_features(root)
    raise Malformed(f"{name}: neither KML nor GPX. Write one of them, GeoJSON or CSV.")
