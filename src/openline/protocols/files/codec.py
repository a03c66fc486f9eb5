"""Any file that is read, by what is in it rather than by its name alone."""

from __future__ import annotations

import codecs
import io
import lzma
import zipfile
import zlib
from typing import Final

from openline.domain.errors import Malformed, TooLarge
from openline.protocols.files.assumed import Unsaid
from openline.protocols.files.geojson import read_features, read_geojson
from openline.protocols.files.reading import Reading
from openline.protocols.files.tracks_csv import read_tracks_csv
from openline.protocols.files.xml import (
    Element,
    gpx_features,
    kml_features,
    parse_xml,
    tracks_in_pieces,
)

LARGEST_BYTES: Final = 100_000_000
"""A larger file is refused unread, be it packed or not."""
_UNREADABLE_ZIP: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
"""All that the standard reader raises of a broken, locked or foreign archive."""

_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others take what memory a file asks for: LZMA up to four gigabytes."""


def read_file(data: bytes, name: str) -> Reading:
    """The plans and fixes of one file, and its faults.

    JSON, XML and KMZ are told by how they begin; everything else is read as CSV.

    Args:
        name: what to call the file, and whatever in it has no id.
    """
    try:
        reading = _read(data, name)
        if not (reading.plans or reading.fixes or reading.faults):
            reading.add_refused(
                name, "empty", f"{name}: it holds neither plans nor tracks. Write some."
            )
        return reading
    except (Malformed, TooLarge) as refused:
        reading = Reading()
        reading.add_refused(name, refused.slug, refused.sentence)
        return reading


def _read(data: bytes, name: str) -> Reading:
    if len(data) > LARGEST_BYTES:
        raise TooLarge(f"{name}: more than {LARGEST_BYTES // 1_000_000} MB. Split the file.")
    reading = Reading()
    if data.startswith(b"PK\x03\x04"):
        for kml in _unpacked(data, name):
            _read_xml(reading, kml, name)
        return reading
    first = _first_character(data)
    if not first:
        return Reading()
    if first in "{[":
        return read_geojson(data, name)
    if first == "<":
        _read_xml(reading, data, name)
        return reading
    return read_tracks_csv(data, name)


def _read_xml(reading: Reading, data: bytes, name: str) -> None:
    root = parse_xml(data, name)
    read_features(reading, _features_of(root, name), name)
    for track in tracks_in_pieces(root):
        reading.note_unsaid(track or name, (Unsaid.GAPS,))


def _first_character(data: bytes) -> str:
    """The first that is no space; the marks of UTF-8 and UTF-16 are none."""
    sixteen = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    start = data.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:64]
    return start.decode("utf-16" if sixteen else "latin-1", "replace").strip()[:1]


def _unpacked(data: bytes, name: str) -> list[bytes]:
    """Every KML of a KMZ, which is a ZIP file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            inside = [each for each in packed.infolist() if each.filename.endswith(".kml")]
            if sum(each.file_size for each in inside) > LARGEST_BYTES:
                raise TooLarge(f"{name}: too large once unpacked. Split the file.")
            if any(each.compress_type not in _PACKED for each in inside):
                raise Malformed(f"{name}: a KMZ packed as none is. Unpack it first.")
            # No more is read of each than it states, however far it would swell.
            found = [packed.read(each) for each in inside]
    except _UNREADABLE_ZIP as error:
        raise Malformed(f"{name}: a KMZ that cannot be unpacked. Unpack it first.") from error
    if not found:
        raise Malformed(f"{name}: a ZIP file without a KML in it. Unpack it first.")
    return found


def _features_of(root: Element, name: str) -> list[dict[str, object]]:
    if root.name == "kml":
        return kml_features(root)
    if root.name == "gpx":
        return gpx_features(root)
    raise Malformed(f"{name}: neither KML nor GPX. Write one of them, GeoJSON or CSV.")
