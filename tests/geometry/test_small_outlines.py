"""Small rings and circles against geodesics: what touches is never missed, nor made up."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from openline.geometry import small_outlines as so
from openline.geometry.outlines import earth_points

MANY = int(os.environ.get("N", "60"))
EARTH = Geodesic.WGS84
PLACES = st.tuples(
    st.sampled_from([0.0, 33.0, -56.0, 70.0, 89.0, 89.999, -89.99]),
    st.sampled_from([0.0, 40.0, 178.0, 179.9999, -180.0, -91.5]),
)
Vertex = tuple[float, float]


def ahead(at: Vertex, course_deg: float, metres: float) -> Vertex:
    """(lon, lat) of where a geodesic leads."""
    end = EARTH.Direct(at[1], at[0], course_deg, metres)
    return end["lon2"], end["lat2"]


def apart_m(a: Vertex, b: Vertex) -> float:
    return float(EARTH.Inverse(a[1], a[0], b[1], b[0])["s12"])


def corners(*vertices: Vertex) -> np.ndarray:
    return earth_points(np.array(vertices, dtype=float))


def ring_around(centre: Vertex, radius_m: float, count: int, turn_deg: float) -> list[Vertex]:
    return [ahead(centre, turn_deg - 360.0 * n / count, radius_m) for n in range(count)]


def to_edge_m(point: Vertex, a: Vertex, b: Vertex) -> float:
    """The least geodesic distance from a point to a geodesic edge, by golden section."""
    line = EARTH.InverseLine(a[1], a[0], b[1], b[0])

    def distance(part: float) -> float:
        at = line.Position(line.s13 * part)
        return apart_m(point, (at["lon2"], at["lat2"]))

    low, high = 0.0, 1.0
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    for _ in range(60):
        one, other = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, other) if distance(one) < distance(other) else (one, high)
    return min(distance(low), distance(0.0), distance(1.0))


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(0, 360), st.floats(1.0, 28_000.0), st.floats(0.0, 28_000.0))
def test_circles_that_touch_meet_and_those_a_metre_apart_do_not(
    place: Vertex, course_deg: float, one_m: float, other_m: float
) -> None:
    lat, lon = place
    a = (lon, lat)
    touching = corners(ahead(a, course_deg, one_m + other_m - 0.001))
    apart = corners(ahead(a, course_deg, one_m + other_m + 1.0))
    assert so.outlines_meet(corners(a), one_m, touching, other_m)
    assert not so.outlines_meet(corners(a), one_m, apart, other_m)


@settings(max_examples=MANY, deadline=None)
@given(
    PLACES, st.floats(0, 360), st.floats(50.0, 20_000.0), st.integers(3, 7), st.floats(1, 40_000)
)
def test_a_circle_meets_a_ring_as_far_as_geodesics_say(
    place: Vertex, course_deg: float, size_m: float, count: int, away_m: float
) -> None:
    lat, lon = place
    ring = ring_around((lon, lat), size_m, count, course_deg)
    point = ahead((lon, lat), course_deg + 17.0, size_m + away_m)
    truth_m = min(to_edge_m(point, a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    shape, centre = corners(*ring), corners(point)
    assert so.outlines_meet(centre, truth_m + 0.001, shape, 0.0)
    assert so.outlines_meet(shape, 0.0, centre, truth_m + 0.001)
    assert not so.outlines_meet(centre, truth_m - 1.0 - 0.001 * truth_m, shape, 0.0)


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(0, 360), st.floats(20.0, 28_000.0), st.integers(3, 7), st.floats(0.2, 0.8))
def test_rings_whose_edges_touch_meet_and_those_a_metre_apart_do_not(
    place: Vertex, course_deg: float, size_m: float, count: int, part: float
) -> None:
    lat, lon = place
    ring = ring_around((lon, lat), size_m, count, course_deg)
    line = EARTH.InverseLine(ring[0][1], ring[0][0], ring[1][1], ring[1][0])
    on_edge = line.Position(line.s13 * part)
    out_deg = on_edge["azi2"] + 90.0 if _is_out(ring, on_edge, 90.0) else on_edge["azi2"] - 90.0
    for gap_m, expected in ((0.0, True), (1.0, False)):
        tip = ahead((on_edge["lon2"], on_edge["lat2"]), out_deg, gap_m)
        other = [tip, ahead(tip, out_deg - 30.0, 500.0), ahead(tip, out_deg + 30.0, 500.0)]
        assert so.outlines_meet(corners(*ring), 0.0, corners(*other), 0.0) is expected
        assert so.outlines_meet(corners(*other), 0.0, corners(*ring), 0.0) is expected


def _is_out(ring: list[Vertex], on_edge: dict[str, float], turn_deg: float) -> bool:
    beside = ahead((on_edge["lon2"], on_edge["lat2"]), on_edge["azi2"] + turn_deg, 10.0)
    return not so.outlines_meet(corners(beside), 0.0, corners(*ring), 0.0)


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(0, 360), st.floats(50.0, 20_000.0), st.integers(3, 9))
def test_a_ring_inside_another_meets_it_and_is_covered(
    place: Vertex, turn_deg: float, size_m: float, count: int
) -> None:
    lat, lon = place
    outer = corners(*ring_around((lon, lat), size_m, count, turn_deg))
    inner = corners(*ring_around((lon, lat), size_m * 0.2, count, turn_deg + 11.0))
    assert so.outlines_meet(outer, 0.0, inner, 0.0)
    assert so.outlines_meet(inner, 0.0, outer, 0.0)
    assert so.outline_covers(outer, 0.0, inner, 0.0, 0.1)
    assert so.outline_covers(outer, 0.0, outer, 0.0, 0.1)
    assert not so.outline_covers(inner, 0.0, outer, 0.0, 0.1)
    moved = corners(*ring_around(ahead((lon, lat), turn_deg, size_m), size_m * 0.2, count, 0.0))
    assert not so.outline_covers(outer, 0.0, moved, 0.0, 0.1)


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(1.0, 20_000.0), st.floats(0, 360))
def test_circles_cover_what_lies_within_them(
    place: Vertex, radius_m: float, course_deg: float
) -> None:
    lat, lon = place
    centre = corners((lon, lat))
    ring = corners(*ring_around((lon, lat), radius_m, 6, course_deg))
    beside = corners(ahead((lon, lat), course_deg, radius_m / 2))
    assert so.outline_covers(centre, radius_m, ring, 0.0, 0.01)
    assert so.outline_covers(centre, radius_m, beside, radius_m / 2, 0.01)
    assert not so.outline_covers(centre, radius_m, beside, radius_m / 2 + 1.0, 0.01)
    assert not so.outline_covers(ring, 0.0, centre, radius_m, 0.01)
    assert so.outline_covers(ring, 0.0, centre, radius_m * 0.8, 0.01)


def test_a_notch_is_not_covered_by_what_it_is_cut_from() -> None:
    square = corners((0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01))
    notched = corners((0.0, 0.0), (0.005, 0.005), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01))
    assert so.outline_covers(square, 0.0, notched, 0.0, 0.1)
    assert not so.outline_covers(notched, 0.0, square, 0.0, 0.1)


def test_edges_that_cross_without_a_corner_inside_are_not_covered() -> None:
    across = corners((-0.02, 0.004), (0.03, 0.004), (0.03, 0.006), (-0.02, 0.006))
    along = corners((0.004, -0.02), (0.006, -0.02), (0.006, 0.03), (0.004, 0.03))
    assert so.outlines_meet(across, 0.0, along, 0.0)
    assert not so.outline_covers(across, 0.0, along, 0.0, 0.1)


@pytest.mark.parametrize(
    ("ring", "expected"),
    [
        (((0, 0), (1, 0), (1, 1), (0, 1)), so.SOUND),
        (((0, 0), (0, 1), (1, 1), (1, 0)), so.SOUND),
        (((0, 0), (2, 0), (1, 1), (2, 2), (0, 2)), so.SOUND),
        (((0, 0), (1, 1), (1, 0), (0, 1)), so.CROSSED),
        (((0, 0), (2, 0), (2, 1), (1, 0), (0, 1)), so.CROSSED),
        (((0, 0), (1, 0), (2, 0)), so.FLAT),
        (((0, 0), (0, 0), (0, 0)), so.FLAT),
        (((0, 0), (1, 0)), so.FLAT),
    ],
    ids=["square", "other way", "notched", "bow tie", "touching", "line", "point", "two"],
)
@pytest.mark.parametrize("place", [(0.0, 0.0), (8.0, 47.0), (178.9999, -56.0), (20.0, 89.9)])
def test_a_ring_is_fit_or_flat_or_crossed(
    ring: tuple[tuple[int, int], ...], expected: int, place: Vertex
) -> None:
    north_m = 500.0
    vertices = [
        ahead(ahead(place, 90.0, x * 400.0) if x else place, 0.0, y * north_m) for x, y in ring
    ]
    assert so.soundness(corners(*vertices)) == expected


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(10.0, 25_000.0), st.integers(3, 12))
def test_areas_are_those_of_the_ellipsoid(place: Vertex, radius_m: float, count: int) -> None:
    lat, lon = place
    ring = ring_around((lon, lat), radius_m, count, 5.0)
    polygon = EARTH.Polygon()
    for vertex in ring:
        polygon.AddPoint(vertex[1], vertex[0])
    _, _, truth_m2 = polygon.Compute(True, True)
    assert so.ring_area_m2(corners(*ring)) == pytest.approx(abs(truth_m2), rel=3e-4)


@settings(max_examples=MANY, deadline=None)
@given(PLACES, st.floats(10.0, 400_000.0), st.integers(3, 9), st.floats(0, 360), st.floats(0, 1))
def test_a_box_holds_the_outline_and_its_inside(
    place: Vertex, radius_m: float, count: int, course_deg: float, part: float
) -> None:
    lat, lon = place
    low, high = so.box_around(corners(*ring_around((lon, lat), radius_m, count, 3.0)), 0.0)
    inner_m = radius_m * math.cos(math.pi / count) * 0.99 * part
    (inside,) = corners(ahead((lon, lat), course_deg, inner_m))
    assert (low <= inside).all()
    assert (inside <= high).all()
