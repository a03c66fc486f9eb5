"""The compiled loop fills in chords as arrays do, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from openline.geometry.chord_loops import fill_chords_by_loop
from openline.geometry.courses import CHORD_COLUMNS, Courses, fill_chords
from openline.geometry.ellipsoid import Floats
from openline.geometry.near_pairs import Fill


def courses(count: int) -> Courses:
    random = np.random.default_rng(count)
    lon, lat, course = random.uniform(-540, 540, (3, count))
    lat = np.clip(lat, -90, 90)
    length = 10 ** random.uniform(-3, 6, count)
    return Courses(lon, lat, course, length, *random.uniform(0, 20_000, (6, count)))


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1_000])
def test_the_loop_fills_in_what_arrays_fill_in(count: int) -> None:
    def filled(fill: Fill) -> tuple[Floats, Floats]:
        rows, reach = np.full((count, CHORD_COLUMNS), np.nan), np.full(count, np.nan)
        fill(courses(count), 0.25, 0.75, 9_260.0, rows, reach)
        return rows, reach

    by_arrays, by_loop = filled(fill_chords), filled(fill_chords_by_loop)
    assert (by_arrays[0] == by_loop[0]).all()
    assert (by_arrays[1] == by_loop[1]).all()
