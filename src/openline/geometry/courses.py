"""Many things that move straight on: their places at any fraction of the time, and their chords.

A place is reckoned on the circle that fits the geodesic at its start: same point, same direction,
same curvature. Between two fractions a thing is taken to move along the chord. Both err by less
than a bound, and each thing's width is widened by it: what is narrower apart is never missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openline.geometry.arcs import Arcs
from openline.geometry.ellipsoid import (
    EQUATOR_RADIUS_M,
    POLE_RADIUS_M,
    SQUARED_ECCENTRICITY,
    TIGHTEST_RADIUS_M,
    Floats,
    Indices,
)

Codes = NDArray[np.int32]

MIDDLE, HALF, HEIGHT, RISE, WIDTH, TALLNESS = 0, 3, 6, 7, 8, 9
CHORD_COLUMNS: Final = 10
"""Where each number stands in a row of a table of chords; the first two take three places."""

BOW_PER_SQUARE_METRE: Final = 1 / (8 * TIGHTEST_RADIUS_M)
"""A chord strays from its arc by at most this times the square of its length: `chord_bow_m`."""
DRIFT_PER_CUBIC_METRE: Final = 1e-16
DRIFT_HOLDS_TO_M: Final = 4.0e6
ROUNDING_M: Final = 1e-4
"""More than all sums in here can round by: numbers of ten million metres keep nine places."""
_SLICE: Final = 8_192
"""So many at once: what is reckoned of them in between stays in the cache."""
_FEWEST_PARTS: Final = 4
"""Below it, starting threads costs more than they save."""

_EQUATOR: Final = EQUATOR_RADIUS_M**-2
_POLE: Final = POLE_RADIUS_M**-2


@dataclass(frozen=True, eq=False)
class Traffic:
    """Things that move straight on, evenly, from fraction 0 to 1 of the time; a number for each.

    `height_m` is the height at first, `rise_m` what it gains by the end. `error_m` and
    `height_error_m` are added to whatever is to be kept from it; an infinite height error stands
    for every height; what they gain by the end is one number for all, or one for each. `kind`
    numbers the rows of a table of separations. Two of one `owner` are never a pair.
    """

    ways: Arcs
    height_m: Floats
    rise_m: Floats
    error_m: Floats
    height_error_m: Floats
    kind: Codes
    owner: Codes
    error_gain_m: Floats | float = 0.0
    height_error_gain_m: Floats | float = 0.0

    def __len__(self) -> int:
        return len(self.ways)


@dataclass(frozen=True, eq=False)
class Courses:
    """Ways as circles: points, unit directions and inward normals, each of shape (3, n).

    `keep_m` and `keep_level_m` are the shares of each in what two must keep apart, so that two
    that come too near are nearer than the sum of their shares; errors and drift are in them. They
    are those at first, and gain as much by the end.
    """

    start: Floats
    onward: Floats
    bend: Floats
    curvature: Floats
    length_m: Floats
    height_m: Floats
    rise_m: Floats
    keep_m: Floats
    keep_gain_m: Floats
    keep_level_m: Floats
    keep_level_gain_m: Floats

    def __len__(self) -> int:
        return len(self.length_m)

    def take(self, which: Indices | slice) -> Courses:
        return Courses(
            self.start[:, which],
            self.onward[:, which],
            self.bend[:, which],
            self.curvature[which],
            self.length_m[which],
            self.height_m[which],
            self.rise_m[which],
            self.keep_m[which],
            self.keep_gain_m[which],
            self.keep_level_m[which],
            self.keep_level_gain_m[which],
        )

    def places(self, fraction: float | Floats) -> Floats:
        """Earth-centred places at a fraction of the time, or at one for each, shape (3, n)."""
        gone = self.length_m * fraction
        half = 0.5 * self.curvature * gone
        sine = np.sin(half)
        along = 2 * sine * np.cos(half) / self.curvature
        aside = 2 * sine * sine / self.curvature
        return self.start + along * self.onward + aside * self.bend


def courses_of(traffic: Traffic, keep_m: Floats, keep_level_m: Floats) -> Courses:
    """The courses of traffic, each to keep so much from all others, errors left out.

    Raises:
        ValueError: a number is NaN, or infinite where only a height error may be.
    """
    n = len(traffic)
    gains = np.maximum(traffic.error_gain_m, 0.0), np.maximum(traffic.height_error_gain_m, 0.0)
    finite = (*vars(traffic.ways).values(), traffic.height_m, traffic.rise_m, traffic.error_m)
    if (
        not all(np.isfinite(each).all() for each in (*finite, *gains))
        or np.isnan(traffic.height_error_m).any()
    ):
        raise ValueError("a number of the traffic is missing or without end")
    courses = Courses(
        np.empty((3, n)),
        np.empty((3, n)),
        np.empty((3, n)),
        np.empty(n),
        traffic.ways.length_m,
        traffic.height_m,
        traffic.rise_m,
        keep_m + traffic.error_m + drift_m(traffic.ways.length_m) + ROUNDING_M,
        np.broadcast_to(gains[0], n),
        keep_level_m + traffic.height_error_m,
        np.broadcast_to(gains[1], n),
    )
    in_slices(n, lambda part: _fit_circles(traffic.ways.take(part), courses.take(part)))
    return courses


def drift_m(length_m: Floats) -> Floats:
    """How far a place on the fitting circle may lie from the true one, after such a way.

    Source: derived in `docs/detection.md` from how fast the curvature of a geodesic changes on the
    ellipsoid, and how fast it twists. A longer way errs by no more than it and its circle are long.
    """
    drift = DRIFT_PER_CUBIC_METRE * length_m * length_m * length_m
    return np.where(length_m <= DRIFT_HOLDS_TO_M, drift, 2 * length_m)


def bow_m(length_m: Floats) -> Floats:
    """How far each strays from the chord of an arc of its circle so long."""
    return BOW_PER_SQUARE_METRE * length_m * length_m


def chords_between(courses: Courses, begin: float, end: float) -> Floats:
    """What moves along chords from one fraction to another, shape (n, CHORD_COLUMNS).

    At u from -1 to 1 each is at MIDDLE + u HALF and as high as HEIGHT + u RISE; two that come too
    near meanwhile are nearer there than the sum of their WIDTHs and of their TALLNESSes.
    """
    chords = np.empty((len(courses), CHORD_COLUMNS))

    def fill(part: slice) -> None:
        some, rows = courses.take(part), chords[part]
        first, last = some.places(begin), some.places(end)
        rows[:, MIDDLE : MIDDLE + 3] = (0.5 * (first + last)).T
        rows[:, HALF : HALF + 3] = (0.5 * (last - first)).T
        rows[:, HEIGHT] = some.height_m + some.rise_m * (0.5 * (begin + end))
        rows[:, RISE] = some.rise_m * (0.5 * (end - begin))
        # What errors grow to by the end of the stretch counts for all of it.
        keep = some.keep_m + some.keep_gain_m * end
        rows[:, WIDTH] = keep + bow_m(some.length_m * (end - begin))
        rows[:, TALLNESS] = some.keep_level_m + some.keep_level_gain_m * end

    in_slices(len(courses), fill)
    return chords


def in_slices(count: int, work: Callable[[slice], None]) -> None:
    """Does some work on all of so many, slice by slice, on as many processors as there are."""
    parts = [slice(start, min(start + _SLICE, count)) for start in range(0, count, _SLICE)]
    run_all(parts, work)


def run_all(parts: Iterable[slice], work: Callable[[slice], None]) -> None:
    """Does some work on each part; the first error of any is raised when all have ended."""
    waiting = list(parts)
    if len(waiting) < _FEWEST_PARTS:
        for part in waiting:
            work(part)
        return
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(work, waiting):
            pass


def _fit_circles(ways: Arcs, courses: Courses) -> None:
    """Fills in the circle that fits each way at its start."""
    lon, lat, course = (np.radians(a) for a in (ways.lon_deg, ways.lat_deg, ways.course_deg))
    sin_lon, cos_lon, sin_lat, cos_lat = np.sin(lon), np.cos(lon), np.sin(lat), np.cos(lat)
    east, north = np.sin(course), np.cos(course)
    across = EQUATOR_RADIUS_M / np.sqrt(1 - SQUARED_ECCENTRICITY * sin_lat * sin_lat)
    start, onward, bend = courses.start, courses.onward, courses.bend
    start[0], start[1] = across * cos_lat * cos_lon, across * cos_lat * sin_lon
    start[2] = across * (1 - SQUARED_ECCENTRICITY) * sin_lat
    onward[0] = -sin_lon * east - sin_lat * cos_lon * north
    onward[1] = cos_lon * east - sin_lat * sin_lon * north
    onward[2] = cos_lat * north
    # Source: where x·Lx = 1 the normal is Lx, and the normal curvature along t is t·Lt / |Lx|.
    bend[:2], bend[2] = -_EQUATOR * start[:2], -_POLE * start[2]
    steepness = np.sqrt(bend[0] * bend[0] + bend[1] * bend[1] + bend[2] * bend[2])
    bend /= steepness
    level = onward[0] * onward[0] + onward[1] * onward[1]
    courses.curvature[:] = (_EQUATOR * level + _POLE * onward[2] * onward[2]) / steepness
