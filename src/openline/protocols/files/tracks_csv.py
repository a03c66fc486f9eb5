"""Tracks in CSV: one fix a row, `id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial

from openline.detection import check_fix
from openline.domain.airspace import Position
from openline.domain.errors import Malformed
from openline.domain.track import Fix
from openline.protocols.files.grid import position_of
from openline.protocols.files.reading import (
    Reading,
    check_not_swapped,
    read_extent,
    read_instant,
    read_kind,
    read_number,
    read_or_fault,
    read_party,
)


def read_tracks_csv(data: bytes, name: str) -> Reading:
    """The fixes of a CSV file with a header row; optional columns `kind`, `accuracy_m`, `mgrs`.

    Every fix is kept, in the order of the file; which of a track's fixes counts is for whoever
    judges them.
    """
    reading = Reading()
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), restkey="rest")
        for number, row in enumerate(rows, start=2):
            thing = (row.get("id") or "").strip() or f"{name}:{number}"
            fix = read_or_fault(reading, thing, partial(_fix, reading, row, thing))
            if fix is not None:
                reading.fixes.append(fix)
    except (UnicodeDecodeError, csv.Error):
        text = f"{name}: not a CSV file in UTF-8. Save it as one, with a header row."
        reading.add_fault(name, "malformed", text)
    return reading


def _fix(reading: Reading, row: Mapping[str, str | None], thing: str) -> Fix:
    at = read_instant(row, "time", thing)
    if at is None:
        raise Malformed(f"{thing}: its fix has no time. Say when it was there.")
    fix = Fix(
        track=thing,
        party=read_party(reading, row, thing),
        kind=read_kind(reading, row, thing),
        at=at,
        position=_position(row, thing),
        height_m=read_number(row, "height_m", thing),
        course_deg=read_number(row, "course_deg", thing, 0.0) or 0.0,
        speed_mps=read_number(row, "speed_mps", thing, 0.0) or 0.0,
        climb_mps=read_number(row, "climb_mps", thing, 0.0) or 0.0,
    )
    if fix.speed_mps > 0.0 and read_number(row, "course_deg", thing) is None:
        raise Malformed(f"{thing}: it moves and states no course_deg. Say where to.")
    check_fix(fix)
    return fix


def _position(row: Mapping[str, str | None], thing: str) -> Position:
    reference = (row.get("mgrs") or "").strip()
    lat_deg, lon_deg = read_number(row, "lat", thing), read_number(row, "lon", thing)
    if lat_deg is None and lon_deg is None and reference:
        return position_of(reference, thing)
    if lat_deg is None or lon_deg is None:
        raise Malformed(f"{thing}: its fix lacks lat or lon. Give both, or an mgrs reference.")
    check_not_swapped(lon_deg, lat_deg, thing)
    return Position(
        lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=read_extent(row, "accuracy_m", thing)
    )
