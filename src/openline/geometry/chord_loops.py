"""Chords of courses as a compiled loop, of the very formulas that arrays go through."""

from __future__ import annotations

import math

from openline.geometry.compiling import compilable, compiled
from openline.geometry.courses import (
    FORMULAS,
    FROM,
    HALF,
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


@compiled
def fill_chords_by_loop(
    courses: Courses, begin: float, end: float, farthest_m: float, rows: Floats, reach_m: Floats
) -> None:
    """As `courses.fill_chords`, to the last digit."""
    for i in range(len(rows)):
        length = courses.length_m[i]
        chord = chord_of(
            courses.lon_deg[i], courses.lat_deg[i], courses.course_deg[i], length, begin, end
        )
        rows[i, MIDDLE], rows[i, MIDDLE + 1], rows[i, MIDDLE + 2] = chord[0], chord[1], chord[2]
        rows[i, HALF], rows[i, HALF + 1], rows[i, HALF + 2] = chord[3], chord[4], chord[5]
        rows[i, HEIGHT] = courses.height_m[i] + courses.rise_m[i] * (0.5 * (begin + end))
        rows[i, RISE] = courses.rise_m[i] * (0.5 * (end - begin))
        keep = courses.width_m[i] + courses.width_gain_m[i] * end
        width, sag = width_of(keep, length * (end - begin), length * end, farthest_m)
        rows[i, WIDTH], rows[i, SAG] = width, sag
        rows[i, TALLNESS] = courses.tallness_m[i] + courses.tallness_gain_m[i] * end
        rows[i, FROM], rows[i, TO] = -1.0, 1.0
        reach_m[i] = length * (0.5 * (end - begin)) + math.sqrt(width * width + sag)
