"""The bounds that the search and the judgement stand on, each held against geodesics by thousands.

What errs at the worst is told as a part of its bound: over 1 the bound does not hold, and far below
it claims more than it need. `docs/detection.md` derives them.
"""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from array_truth import through_earth
from encounters import GEOD, Floats
from openline.geometry.arcs import Arcs
from openline.geometry.courses import (
    bow_m,
    chord_of,
    circle_of,
    drift_m,
    place_on,
    width_of,
)
from openline.geometry.ellipsoid import (
    POLE_RADIUS_M,
    arc_at_least_m,
    arc_at_most_m,
)
from openline.geometry.gaps import FARTHEST_GAP_M, allowance, gaps_between
from openline.geometry.outlines import ARC_ERROR, CHORD_M
from openline.geometry.sweep import window_of

MANY = int(os.environ.get("N", "20000"))
ROUNDING_M = 1e-8


class Ways:
    """Geodesics of one length from places of every latitude, the hardest among them, on courses."""

    def __init__(self, length_m: float, seed: int = 0) -> None:
        random = np.random.default_rng([seed, int(length_m)])
        self.lat = np.degrees(np.arcsin(random.uniform(-1, 1, MANY)))
        self.lat[: MANY // 4] = random.choice([0.0, 45.0, -45.0, 90.0, -90.0, 89.9], MANY // 4)
        self.lon = random.uniform(-180, 180, MANY)
        self.course = random.uniform(0, 360, MANY)
        self.course[: MANY // 2] = random.choice([0.0, 90.0, 45.0, 180.0, 270.0], MANY // 2)
        self.length = np.full(MANY, length_m)

    def at(self, share: float) -> Floats:
        lon, lat, _ = GEOD.fwd(self.lon, self.lat, self.course, self.length * share)
        return through_earth(lon, lat)

    def arcs(self) -> Arcs:
        return Arcs(self.lon, self.lat, self.course, self.length)


def apart(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.linalg.norm(one - other, axis=-1))


def lengths(most_m: float) -> list[float]:
    return [float(each) for each in np.geomspace(most_m / 100, most_m, 7)]


def test_a_fitted_circle_leaves_the_geodesic_by_less_than_the_drift() -> None:
    worst = 0.0
    for length in lengths(4e6):
        ways = Ways(length)
        told = place_on(circle_of(ways.lon, ways.lat, ways.course), ways.length)
        off = apart(np.stack(told, axis=-1), ways.at(1.0))
        worst = max(worst, float(((off - ROUNDING_M) / drift_m(ways.length)).max()))
    assert 0.1 < worst <= 1


def test_an_arc_strays_from_its_chord_by_less_than_the_bow() -> None:
    worst = 0.0
    for length in lengths(1e6):
        ways = Ways(length)
        first, last = ways.at(0.0), ways.at(1.0)
        for share in (0.3, 0.5, 0.6):
            off = apart(ways.at(share), first + share * (last - first))
            worst = max(worst, float((off / bow_m(ways.length)).max()))
    assert 0.9 < worst <= 1


def test_a_cubic_strays_from_its_way_by_less_than_its_doubt() -> None:
    worst = 0.0
    for length in (4e4, 6e4, 8e4):
        ways, still = Ways(length), Ways(length, seed=1)
        still.length = np.zeros(MANY)
        gaps = gaps_between(still.arcs(), ways.arcs())
        for share in (0.25, 0.5, 0.7):
            cubic = sum(gaps.terms[power] * share**power for power in range(4))
            off = apart(np.asarray(cubic).T, ways.at(share) - still.at(0.0))
            worst = max(worst, float(((off - ROUNDING_M) / gaps.doubt_m).max()))
    assert 0.3 < worst <= 1


def test_points_on_chords_are_no_farther_apart_than_widths_and_sags_allow() -> None:
    worst = 0.0
    random = np.random.default_rng(1)
    for length in lengths(2e5):
        a, b = Ways(length), Ways(length, seed=1)
        far, course = random.uniform(0, 2e4, MANY), random.uniform(0, 360, MANY)
        b.lon, b.lat, _ = GEOD.fwd(a.lon, a.lat, course, far)
        b.length = length * random.uniform(0, 1, MANY)
        ends = [chord_of(w.lon, w.lat, w.course, w.length, 0.0, 1.0) for w in (a, b)]
        middle, half = (
            np.stack([q - p for p, q in zip(*ends, strict=True)][i : i + 3], -1) for i in (0, 3)
        )
        for share in (0.0, 0.3, 0.5, 0.8):
            truly = apart(a.at(share), b.at(share))
            told = np.linalg.norm(middle + (2 * share - 1) * half, axis=1)
            nearest = truly < 5e4
            widths = [width_of(truly / 2, w.length, w.length, 5e4) for w in (a, b)]
            allowed = np.hypot(widths[0][0] + widths[1][0], np.sqrt(widths[0][1] + widths[1][1]))
            worst = max(worst, float(((told - truly) / (allowed - truly))[nearest].max()))
    assert 0.1 < worst <= 1


def test_chords_tell_how_far_it_is_along_the_ground() -> None:
    for length in lengths(FARTHEST_GAP_M):
        ways = Ways(length)
        chord = apart(ways.at(0.0), ways.at(1.0))
        allowed = allowance(ways.length, np.zeros(MANY)).first_m
        assert (chord <= allowed + ROUNDING_M).all()
        assert (allowed - chord <= 3e-7 * length + ROUNDING_M).all()


@pytest.mark.parametrize("farthest_m", [1e5, 1.5e7])
def test_a_straight_distance_bounds_the_way_from_below_and_above(farthest_m: float) -> None:
    for length in lengths(farthest_m):
        ways = Ways(length)
        lon, lat, _ = GEOD.fwd(ways.lon, ways.lat, ways.course, ways.length)
        distance = GEOD.inv(ways.lon, ways.lat, lon, lat)[2]
        chord = apart(ways.at(0.0), ways.at(1.0))
        assert (arc_at_least_m(chord) <= distance * (1 + 1e-12) + ROUNDING_M).all()
        assert (distance <= arc_at_most_m(chord) * (1 + 1e-12) + ROUNDING_M).all()


def test_points_so_far_apart_are_seen_from_the_centre_within_the_reach() -> None:
    for length in lengths(2e6):
        ways = Ways(length)
        chord_middle = (ways.at(0.0) + ways.at(1.0)) / 2
        depth = np.linalg.norm(chord_middle, axis=1)
        assert (depth**2 >= POLE_RADIUS_M**2 - (length / 2) ** 2).all()


def test_two_within_an_angle_are_no_farther_apart_in_longitude_than_their_window() -> None:
    random = np.random.default_rng(0)
    lat, other = np.radians(random.uniform(-90, 90, (2, MANY)))
    near = lat + 10 ** random.uniform(-7, -1, MANY)
    other = np.where((np.arange(MANY) < MANY // 2) & (near < math.pi / 2), near, other)
    apart = 10 ** random.uniform(-6, math.log10(math.pi), MANY)
    # On a sphere of radius 1.
    line = (np.cos(lat) - np.cos(other) * np.cos(apart)) ** 2
    line += (np.cos(other) * np.sin(apart)) ** 2 + (np.sin(lat) - np.sin(other)) ** 2
    angle = 2 * np.arcsin(np.minimum(np.sqrt(line) / 2, 1.0))
    counts = apart / (2 * math.pi) * (1 << 20)
    cosines = np.maximum(np.cos(lat) * np.cos(other), 0.0)
    windows = [
        int(window_of(reach, gap, both[None])[0])
        for reach, gap, both in zip(angle * (1 + 1e-12), np.abs(lat - other), cosines, strict=True)
    ]
    assert (counts <= windows).all()
    wide = (counts > 1_000) & (np.array(windows) < 1 << 19)
    assert (counts[wide] / np.array(windows)[wide]).max() > 0.99


def test_an_arc_strays_from_the_parabola_over_its_chord_by_less_than_its_error() -> None:
    worst = 0.0
    flat = np.array([1 / GEOD.a**2, 1 / GEOD.a**2, 1 / GEOD.b**2])
    for length in (CHORD_M / 2, CHORD_M):
        ways = Ways(length)
        first, last = ways.at(0.0), ways.at(1.0)
        chord, slope = last - first, flat * (first + last) / 2
        bend = (flat * chord * chord).sum(axis=1) / (slope * slope).sum(axis=1)
        for share in (0.2, 0.5, 0.7):
            bow = bend / 2 * share * (1 - share)
            parabola = first + share * chord + bow[:, None] * slope
            off = apart(parabola, ways.at(share)) - ROUNDING_M
            worst = max(worst, float(off.max() / (ARC_ERROR * length**3)))
    assert 0.05 < worst <= 1


def test_two_libraries_agree_on_geodesics_to_a_hundredth_of_a_millimetre() -> None:
    ways = Ways(1e6)
    for i in range(0, MANY, max(1, MANY // 200)):
        there = Geodesic.WGS84.Direct(ways.lat[i], ways.lon[i], ways.course[i], 1e6)
        here = GEOD.fwd(ways.lon[i], ways.lat[i], ways.course[i], 1e6)
        off = apart(
            through_earth(np.array(there["lon2"]), np.array(there["lat2"])),
            through_earth(np.array(here[0]), np.array(here[1])),
        )
        assert off < 1e-5
