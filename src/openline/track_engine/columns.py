"""Many tracks as columns, for whoever asks for all of them every second."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from msgspec import Struct

from openline.detection.fixes import Fixes
from openline.detection.instants import seconds_of
from openline.geometry.ellipsoid import Floats

_E7: Final = 1e7


class TrackColumns(Struct, frozen=True, kw_only=True):
    """The last fix of each of a party's tracks, in columns: a number for each track, in one order.

    The names stand in that order, and are null for a caller who already has those of
    `names_digest` (SHA-256 of them joined by line feeds, in hex). Each column is base64 of
    little-endian numbers. `lat_e7` and `lon_e7` are int32 of 10⁻⁷ degrees, which is true to 1 cm;
    the others are float32. `age_s` is how long before `as_of` the fix was; a `height_m` of NaN is
    every height. Where age is beyond the rules' `stale_after_s`, where its track is now is UNKNOWN.
    """

    as_of: datetime
    tracks: int
    names_digest: str
    names: tuple[str, ...] | None
    lat_e7: bytes
    lon_e7: bytes
    age_s: bytes
    course_deg: bytes
    speed_mps: bytes
    height_m: bytes


def columns_of(
    names: Sequence[str], fixes: Fixes, as_of: datetime, known_names: str | None
) -> TrackColumns:
    """These tracks as columns, for a caller who has the names of the digest `known_names`."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
    return TrackColumns(
        as_of=as_of,
        tracks=len(names),
        names_digest=digest,
        names=None if known_names == digest else tuple(names),
        lat_e7=_e7(fixes.lat_deg),
        lon_e7=_e7(fixes.lon_deg),
        age_s=_float32(seconds_of(as_of) - fixes.at_s),
        course_deg=_float32(fixes.course_deg),
        speed_mps=_float32(fixes.speed_mps),
        height_m=_float32(fixes.height_m),
    )


def _e7(degrees: Floats) -> bytes:
    return np.rint(degrees * _E7).astype("<i4").tobytes()


def _float32(numbers: Floats) -> bytes:
    return numbers.astype("<f4").tobytes()
