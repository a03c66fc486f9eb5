"""Tracks in CSV: one fix a row, `id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps`."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from openline.detection import check_fix, check_position
from openline.domain.airspace import Position
from openline.domain.errors import Malformed
from openline.domain.track import Fix
from openline.protocols.files.assumed import Unsaid
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

Row = Mapping[str, str | None]

NEEDED: Final = ("time", "lat", "lon")
"""The columns without which no fix can be judged; `mgrs` may stand for the last two."""
HEADER: Final = "id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps"
DELIMITERS: Final = ",;\t"


def read_tracks_csv(data: bytes, name: str) -> Reading:
    """The fixes of a CSV file with a header row; optional columns `kind`, `accuracy_m`, `mgrs`.

    Columns may stand in any order, parted by commas, semicolons or tabs. Every fix is kept, in the
    order of the file; which of a track's fixes counts is for whoever judges them.
    """
    reading = Reading()
    try:
        for number, row in _rows(_text_of(data, name), name):
            thing = read_text(row, "id")
            if not thing:
                thing = f"{name}:{number}"
                text = f"{thing}: it states no id; called by its row in the file."
                reading.add_fault(thing, "id_missing", text)
            fix = read_or_fault(reading, thing, partial(_fix, reading, row, thing))
            if fix is not None:
                reading.fixes.append(fix)
    except Malformed as refused:
        reading.add_refused(name, refused.slug, refused.sentence)
    return reading


def _text_of(data: bytes, name: str) -> str:
    """UTF-8, or what a spreadsheet calls Unicode: UTF-16 with its mark."""
    sixteen = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if sixteen else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"{name}: neither GeoJSON, KML, GPX nor a CSV file in UTF-8. Save it as one of them."
        ) from error


def _rows(text: str, name: str) -> Iterator[tuple[int, Row]]:
    """Each row that holds anything, by the names of its columns, and the line it ends on."""
    delimiter = max(DELIMITERS, key=text.lstrip().partition("\n")[0].count)
    # Strict: a quote left open would else swallow all rows after it, and nobody would know.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    try:
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if columns is None:
                columns = _columns(fields, name)
            else:
                yield reader.line_num, dict(zip(columns, fields, strict=False))
    except csv.Error as error:
        raise Malformed(
            f"{name}: no CSV from row {reader.line_num} on ({error}). Mend its quotes."
        ) from error


def _columns(fields: list[str], name: str) -> list[str]:
    columns = [each.strip().lower() for each in fields]
    missing = [each for each in NEEDED if each not in columns]
    if missing and not (missing == ["lat", "lon"] and "mgrs" in columns):
        raise Malformed(
            f"{name}: neither plans nor tracks: no column {missing[0]} in its first row. "
            f"Begin a CSV of tracks with {HEADER}."
        )
    twice = [each for each in columns if each and columns.count(each) > 1]
    if twice:
        raise Malformed(f"{name}: column {twice[0]:.40} stands twice. Leave the right one.")
    return columns


def _fix(reading: Reading, row: Row, thing: str) -> Fix:
    at = read_instant(row, "time", thing)
    if at is None:
        raise Malformed(f"{thing}: its fix has no time. Say when it was there.")
    speed_mps, course_deg = (read_number(row, each, thing) for each in ("speed_mps", "course_deg"))
    if speed_mps and course_deg is None:
        raise Malformed(f"{thing}: it moves and states no course_deg. Say where to.")
    fix = Fix(
        track=thing,
        party=read_party(reading, row, thing),
        kind=read_kind(reading, row, thing),
        at=at,
        position=_position(reading, row, thing),
        height_m=read_number(row, "height_m", thing),
        course_deg=course_deg or 0.0,
        speed_mps=speed_mps or 0.0,
        climb_mps=read_number(row, "climb_mps", thing, 0.0) or 0.0,
    )
    check_fix(fix)
    reading.note_unsaid(thing, _unsaid(row, fix))
    if speed_mps is None:
        text = f"{thing}: it states no speed_mps; judged as standing still."
        reading.add_fault(thing, "speed_missing", text)
    return fix


def _unsaid(row: Row, fix: Fix) -> Iterator[Unsaid]:
    """What the fix leaves out, and is then judged at its widest."""
    if not read_text(row, "kind"):
        yield Unsaid.KIND
    if fix.height_m is None:
        yield Unsaid.HEIGHTS
    elif fix.speed_mps and not read_text(row, "climb_mps"):
        yield Unsaid.CLIMB


def _position(reading: Reading, row: Row, thing: str) -> Position:
    accuracy_m = read_extent(row, "accuracy_m", thing)
    if not read_text(row, "lon"):
        for reference in (read_text(row, "lat"), read_text(row, "mgrs")):
            if is_reference(reference):
                square = position_of(reference, thing)
                return replace(square, accuracy_m=max(accuracy_m, square.accuracy_m))
    lat_deg, lon_deg = read_number(row, "lat", thing), read_number(row, "lon", thing)
    if lat_deg is None or lon_deg is None:
        raise Malformed(f"{thing}: its fix lacks lat or lon. Give both, or an MGRS reference.")
    check_not_swapped(lon_deg, lat_deg, thing)
    position = Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)
    check_position(thing, position)
    check_against_grid(reading, row, position, thing)
    return position
