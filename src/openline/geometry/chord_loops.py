"""Chords of courses as a compiled loop, of the very formulas that arrays go through."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from openline.geometry.compiling import compilable, compiled
from openline.geometry.courses import (
    FORMULAS,
    FROM,
    HEIGHT,
    MIDDLE,
    RISE,
    SAG,
    TALLNESS,
    TO,
    WIDTH,
    Courses,
    chord_of,
    width_of,
)
from openline.geometry.ellipsoid import Floats

for formula in FORMULAS:
    compilable(formula)

_AT_ONCE: Final = 64
"""So many go through one small table: that reads and writes do not meet is then seen at once."""


@compiled
def fill_chords_by_loop(
    courses: Courses, begin: float, end: float, farthest_m: float, rows: Floats, reach_m: Floats
) -> None:
    """As `courses.fill_chords`, to the last digit."""
    told, made = np.zeros(4 * _AT_ONCE), np.zeros(6 * _AT_ONCE)
    for start in range(0, len(rows), _AT_ONCE):
        many = min(_AT_ONCE, len(rows) - start)
        for place in range(many):
            told[place] = courses.lon_deg[start + place]
            told[place + _AT_ONCE] = courses.lat_deg[start + place]
            told[place + 2 * _AT_ONCE] = courses.course_deg[start + place]
            told[place + 3 * _AT_ONCE] = courses.length_m[start + place]
        _reckon_chords(told, begin, end, made)
        for place in range(many):
            i = start + place
            length = told[place + 3 * _AT_ONCE]
            for axis in range(6):
                rows[i, MIDDLE + axis] = made[place + axis * _AT_ONCE]
            rows[i, HEIGHT] = courses.height_m[i] + courses.rise_m[i] * (0.5 * (begin + end))
            rows[i, RISE] = courses.rise_m[i] * (0.5 * (end - begin))
            keep = courses.width_m[i] + courses.width_gain_m[i] * end
            width, sag = width_of(keep, length * (end - begin), length * end, farthest_m)
            rows[i, WIDTH], rows[i, SAG] = width, sag
            rows[i, TALLNESS] = courses.tallness_m[i] + courses.tallness_gain_m[i] * end
            rows[i, FROM], rows[i, TO] = -1.0, 1.0
            reach_m[i] = length * (0.5 * (end - begin)) + math.sqrt(width * width + sag)


@compiled
def _reckon_chords(told: Floats, begin: float, end: float, made: Floats) -> None:
    """Middles and halves of so many ways at once: written so that it becomes vector instructions.

    Args:
        told: longitudes, latitudes, courses and lengths, all of each in turn.
        made: filled with the six numbers of the chords in the same manner.
    """
    for i in range(_AT_ONCE):
        lon, lat = told[i], told[i + _AT_ONCE]
        course, length = told[i + 2 * _AT_ONCE], told[i + 3 * _AT_ONCE]
        x, y, z, u, v, w = chord_of(lon, lat, course, length, begin, end)
        made[i], made[i + _AT_ONCE], made[i + 2 * _AT_ONCE] = x, y, z
        made[i + 3 * _AT_ONCE], made[i + 4 * _AT_ONCE], made[i + 5 * _AT_ONCE] = u, v, w
