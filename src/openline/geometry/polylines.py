"""Many ways as runs of short chords in plain arrays, for loops over numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.courses import circle_of, place_on
from openline.geometry.ellipsoid import Floats, Indices, travel

CHORD_M: Final = 2_000.0
"""A chord no longer than this strays from its arc by 8 cm at most, straight down."""
LEAST, ON_WAY, CHORD, ON_CHORD, FIRST, LAST = range(6)
PASSAGE_COLUMNS: Final = 6
"""What `passage_loops.pass_by` finds of each pair."""
_CIRCLE_M: Final = 40_000.0
"""So far a geodesic is followed on one circle: to 7 mm, see `drift_m`."""


@dataclass(frozen=True, eq=False)
class Chords:
    """Chords of many things, run by run: those of thing i are numbers `first[i]` to `first[i + 1]`.

    `ends` has shape (n, 2, 3), earth-centred; `fractions`, shape (n, 2), says where on the thing's
    way each end is.
    """

    first: Indices
    ends: Floats
    fractions: Floats


def chords_along(ways: Arcs) -> Chords:
    """Each way as a run of its own; one of no length is a single chord of none."""
    legs, leg_begin, leg_end = _cut(ways.length_m, _CIRCLE_M)
    part = _parts(ways, legs, leg_begin, leg_end)
    pieces, begin, end = _cut(part.length_m, CHORD_M)
    spans = (leg_end - leg_begin)[pieces]
    fractions = leg_begin[pieces][:, None] + spans[:, None] * np.column_stack([begin, end])
    counts = np.bincount(legs[pieces], minlength=len(ways))
    return Chords(
        first=np.concatenate([[0], np.cumsum(counts)]),
        ends=_places(part, pieces, begin, end),
        fractions=fractions,
    )


def _cut(length_m: Floats, longest_m: float) -> tuple[Indices, Floats, Floats]:
    """Pieces of lengths, none longer: the number of the length, and from and to which fraction."""
    pieces = np.maximum(1, np.ceil(length_m / longest_m)).astype(np.intp)
    index = np.repeat(np.arange(len(length_m)), pieces)
    number = np.arange(len(index)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return index, number / pieces[index], (number + 1) / pieces[index]


def _parts(ways: Arcs, index: Indices, begin: Floats, end: Floats) -> Arcs:
    """Parts of the ways so numbered, between two fractions of each."""
    length = ways.length_m[index]
    lon, lat, course = travel(
        ways.lon_deg[index], ways.lat_deg[index], ways.course_deg[index], length * begin
    )
    return Arcs(lon, lat, course, length * (end - begin))


def _places(parts: Arcs, index: Indices, begin: Floats, end: Floats) -> Floats:
    """Where on their circles some parts are at two fractions of each, shape (n, 2, 3)."""
    x, y, z, u, v, w, in_x, in_y, in_z, curvature = (
        numbers[index] for numbers in circle_of(parts.lon_deg, parts.lat_deg, parts.course_deg)
    )
    circles, length = (x, y, z, u, v, w, in_x, in_y, in_z, curvature), parts.length_m[index]
    ends = [np.stack(place_on(circles, length * fraction), axis=-1) for fraction in (begin, end)]
    return np.stack(ends, axis=1)
