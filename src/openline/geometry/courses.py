"""Many things that move straight on: their places at any fraction of the time, and their chords.

A place is reckoned on the circle that fits the geodesic at its start: same point, same direction,
same curvature. Between two fractions a thing is taken to move along the chord. How far both stray
is bounded, and each thing's width is widened by it: what is narrower apart is never missed. Bounds
and their derivations stand in `docs/detection.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

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
Number = TypeVar("Number", float, Floats)
Circle = tuple[Number, Number, Number, Number, Number, Number, Number, Number, Number, Number]
"""A point, a unit direction there and the inward normal, earth-centred; and the curvature."""

MIDDLE, HALF, HEIGHT, RISE, WIDTH, SAG, TALLNESS, FROM, TO = 0, 3, 6, 7, 8, 9, 10, 11, 12
CHORD_COLUMNS: Final = 13
"""Where each number stands in a row of a table of chords; the first two take three places."""

FARTHEST_ALONG_M: Final = 2.0e6
"""A circle is followed no farther than this from where it fits."""
LONGEST_CHORD_M: Final = 200_000.0
NEAREST_TO_CENTRE_M: Final = POLE_RADIUS_M - 3_000.0
"""The middle of no such chord is nearer to the earth's centre: 800 m of drift, 800 m of bow."""
DRIFT_PER_CUBIC_METRE: Final = 1e-16
_TILT_PER_METRE: Final = 0.006 / EQUATOR_RADIUS_M
_SLIP_PER_CUBIC_METRE: Final = 0.0081 / TIGHTEST_RADIUS_M**2
_WIDE_M: Final = 1.0e6
"""What is to be kept so far apart is seen under such angles that bows count in full."""
ROUNDING_M: Final = 1e-4
"""More than all sums in here can round by: numbers of ten million metres keep nine places."""
_SLICE: Final = 5_000
"""So many at once: what is reckoned of them in between stays in the cache."""

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

    def check(self) -> None:
        """Raises ValueError where a number is NaN, or infinite where only a height error may be."""
        ways = self.ways
        finite = (
            *(ways.lon_deg, ways.lat_deg, ways.course_deg, ways.length_m),
            *(self.height_m, self.rise_m, self.error_m),
            *(np.asarray(self.error_gain_m), np.asarray(self.height_error_gain_m)),
        )
        # A sum is quicker than asking each, and as surely not finite if one is not.
        lost = not math.isfinite(sum(float(np.abs(each).sum()) for each in finite))
        if lost or np.isnan(self.height_error_m).any():
            raise ValueError("a number of the traffic is missing or without end")


class Courses(NamedTuple):
    """Ways with heights and with what each is to keep from any other, shape (n,) each.

    Heights and what is to be kept are those at first, and gain as much by the end. Of what two
    keep, each holds half of the most between any two kinds, errors included.
    """

    lon_deg: Floats
    lat_deg: Floats
    course_deg: Floats
    length_m: Floats
    height_m: Floats
    rise_m: Floats
    width_m: Floats
    width_gain_m: Floats
    tallness_m: Floats
    tallness_gain_m: Floats

    def take(self, which: slice | Indices) -> Courses:
        """Some of them, in that order."""
        return Courses(*(each[which] for each in self))


def drift_m(length_m: Number) -> Number:
    """How far a place on the fitting circle may lie from the true one, after such a way.

    It holds up to 4,000 km; nothing is followed beyond `FARTHEST_ALONG_M`.
    """
    return DRIFT_PER_CUBIC_METRE * length_m * length_m * length_m


def bow_m(length_m: Number) -> Number:
    """How far each strays from the chord of an arc of its circle so long: `chord_bow_m`."""
    return length_m * length_m * (1 / (8 * TIGHTEST_RADIUS_M))


# What follows are sums without a branch, for numbers and for arrays alike: loops are compiled of
# them, and arrays are put through them, with the same answers.


def chord_of(
    lon_deg: Number,
    lat_deg: Number,
    course_deg: Number,
    length_m: Number,
    begin: float,
    end: float,
) -> tuple[Number, Number, Number, Number, Number, Number]:
    """The middle of a way's chord between two fractions, and half of the chord; earth-centred."""
    circle = circle_of(lon_deg, lat_deg, course_deg)
    x, y, z = place_on(circle, length_m * begin)
    u, v, w = place_on(circle, length_m * end)
    return (
        0.5 * (x + u),
        0.5 * (y + v),
        0.5 * (z + w),
        0.5 * (u - x),
        0.5 * (v - y),
        0.5 * (w - z),
    )


def width_of(
    keep_m: Number, length_m: Number, gone_m: Number, farthest_m: float
) -> tuple[Number, Number]:
    """How wide a chord so long is to be taken, after so far along: WIDTH and SAG.

    Args:
        keep_m: what is to be kept from it, errors included.
        farthest_m: the most that any two keep.
    """
    bow = bow_m(length_m)
    slip = _SLIP_PER_CUBIC_METRE * length_m * length_m * length_m
    tilt = (0.5 / TIGHTEST_RADIUS_M) * (farthest_m + length_m) + _TILT_PER_METRE * gone_m
    narrow = 1.0 if farthest_m <= _WIDE_M else 0.0
    bows = (narrow * tilt + (1.0 - narrow)) * bow
    return keep_m + drift_m(gone_m) + slip + ROUNDING_M + bows, narrow * bow * bow


def circle_of(lon_deg: Number, lat_deg: Number, course_deg: Number) -> Circle[Number]:
    """The circle that fits a way at its start."""
    sin_lon, cos_lon = _sine_and_cosine(lon_deg)
    sin_lat, cos_lat = _sine_and_cosine(lat_deg)
    east, north = _sine_and_cosine(course_deg)
    across = EQUATOR_RADIUS_M / np.sqrt(1 - SQUARED_ECCENTRICITY * sin_lat * sin_lat)
    ring, up = across * cos_lat, across * (1 - SQUARED_ECCENTRICITY) * sin_lat
    # Source: where x·Lx = 1 the normal is Lx, and the normal curvature along t is t·Lt / |Lx|.
    level, steep = -_EQUATOR * ring, -_POLE * up
    scale = 1 / np.sqrt(level * level + steep * steep)
    climb = cos_lat * north
    return (
        ring * cos_lon,
        ring * sin_lon,
        up,
        -sin_lon * east - cos_lon * sin_lat * north,
        cos_lon * east - sin_lon * sin_lat * north,
        climb,
        level * scale * cos_lon,
        level * scale * sin_lon,
        steep * scale,
        (_EQUATOR * (1 - climb * climb) + _POLE * climb * climb) * scale,
    )


def place_on(circle: Circle[Number], gone_m: Number) -> tuple[Number, Number, Number]:
    """Where so far along a circle leads, earth-centred."""
    x, y, z, u, v, w, in_x, in_y, in_z, curvature = circle
    sine, cosine = _sine_and_cosine(curvature * gone_m * (180 / math.pi))
    along, aside = sine / curvature, (1 - cosine) / curvature
    return x + along * u + aside * in_x, y + along * v + aside * in_y, z + along * w + aside * in_z


def _sine_and_cosine(angle_deg: Number) -> tuple[Number, Number]:
    """Both, to a few units of the last place: the series for a quarter of it, doubled twice."""
    turns = angle_deg * (1 / 360)
    quarter = (turns - np.rint(turns)) * (math.pi / 2)
    square = quarter * quarter
    sine, cosine = 0.0 * square - 1 / 1307674368000, 0.0 * square + 1 / 20922789888000
    sine = sine * square + 1 / 6227020800
    sine = sine * square - 1 / 39916800
    sine = sine * square + 1 / 362880
    sine = sine * square - 1 / 5040
    sine = sine * square + 1 / 120
    sine = sine * square - 1 / 6
    sine = (sine * square + 1) * quarter
    cosine = cosine * square - 1 / 87178291200
    cosine = cosine * square + 1 / 479001600
    cosine = cosine * square - 1 / 3628800
    cosine = cosine * square + 1 / 40320
    cosine = cosine * square - 1 / 720
    cosine = cosine * square + 1 / 24
    cosine = cosine * square - 1 / 2
    cosine = cosine * square + 1
    sine, cosine = 2 * sine * cosine, 1 - 2 * sine * sine
    return 2 * sine * cosine, 1 - 2 * sine * sine


FORMULAS: Final = (
    _sine_and_cosine,
    place_on,
    circle_of,
    bow_m,
    drift_m,
    chord_of,
    width_of,
)
"""What compiled loops are made of; each calls only what stands before it."""


def fill_chords(
    courses: Courses,
    begin: float,
    end: float,
    farthest_m: float,
    rows: Floats,
    reach_m: Floats,
) -> None:
    """Fills in what moves along the chords of courses from one fraction to another.

    At u from FROM to TO each is at MIDDLE + u HALF and as high as HEIGHT + u RISE; two that come
    too near meanwhile are there as near as `come_near` asks. What errors grow to by the last
    fraction counts for all of it.

    Args:
        farthest_m: the most that any two keep.
        rows: shape (n, CHORD_COLUMNS), to be filled; u goes from -1 to 1.
        reach_m: shape (n,), to be filled with how far from its middle all of each is.
    """
    length = courses.length_m
    chord = chord_of(courses.lon_deg, courses.lat_deg, courses.course_deg, length, begin, end)
    for column, numbers in enumerate(chord):
        rows[:, column] = numbers
    rows[:, HEIGHT] = courses.height_m + courses.rise_m * (0.5 * (begin + end))
    rows[:, RISE] = courses.rise_m * (0.5 * (end - begin))
    keep = courses.width_m + courses.width_gain_m * end
    width, sag = width_of(keep, length * (end - begin), length * end, farthest_m)
    rows[:, WIDTH], rows[:, SAG] = width, sag
    rows[:, TALLNESS] = courses.tallness_m + courses.tallness_gain_m * end
    rows[:, FROM], rows[:, TO] = -1.0, 1.0
    reach_m[:] = length * (0.5 * (end - begin)) + np.sqrt(width * width + sag)


def in_slices(count: int, work: Callable[[slice], None]) -> None:
    """Does some work on all of so many, slice by slice, on as many processors as there are."""
    parts = -(-count // _SLICE)
    bounds = [count * part // parts for part in range(parts)] + [count]
    run_all([slice(*ends) for ends in pairwise(bounds)], work)


def run_all(parts: Iterable[slice], work: Callable[[slice], None]) -> None:
    """Does some work on each part; the first error of any is raised when all have ended."""
    waiting = list(parts)
    if len(waiting) == 1:
        work(waiting[0])
        return
    for _ in _pool().map(work, waiting):
        pass


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor()
