"""Least distances, areas, segments and boxes on their own."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.geometry.arcs import arcs_along, arcs_around
from openline.geometry.areas import area_of, ring_of
from openline.geometry.boxes import BoxTable, box_of_area, boxes_of_arcs
from openline.geometry.ellipsoid import earth_centred
from openline.geometry.nearest import Shape, comes_within, find_nearest
from openline.geometry.segments import nearest_on_segments


def path(*vertices):
    table = np.array(vertices, dtype=float)
    return Shape(arcs_along(table[:, 0], table[:, 1]))


def columns(vertices):
    table = np.array(vertices, dtype=float)
    return table[:, 0], table[:, 1]


corners = st.lists(st.floats(-10, 10), min_size=3, max_size=3)


@given(corners, corners, corners, corners)
def test_no_other_points_of_two_segments_are_nearer(a0, a1, b0, b1):
    ends = [np.array([each]) for each in (a0, a1, b0, b1)]
    on_a, on_b, least = nearest_on_segments(*ends)
    assert 0 <= on_a[0] <= 1
    assert 0 <= on_b[0] <= 1
    for s, t in product(np.linspace(0, 1, 21), repeat=2):
        one = ends[0] + (ends[1] - ends[0]) * s
        other = ends[2] + (ends[3] - ends[2]) * t
        assert least[0] <= np.linalg.norm(one - other) + 1e-7


def test_long_parallel_legs_are_as_near_as_they_come():
    found = find_nearest(path((0, 0), (50, 40)), path((0, 1), (50, 41)), math.inf, 0.5)
    assert found.distance_m == pytest.approx(74_767.973, abs=0.001)


def test_crossing_legs_of_thousands_of_kilometres_touch():
    found = find_nearest(path((0, 0), (50, 40)), path((0, 40), (50, 0)), 0.0, 0.5)
    assert found.distance_m == pytest.approx(0.0, abs=1e-3)
    assert found.on_a == pytest.approx((25.0, 24.86083804), abs=1e-7)


def test_what_is_beyond_the_limit_is_given_up_and_within_is_kept():
    one, other = path((0, 0)), path((1, 0))
    assert find_nearest(one, other, 111_319.4, 0.01) is None
    assert comes_within(one, other, 111_319.4, 0.01) is False
    assert comes_within(one, other, 111_319.5, 0.01) is True


def test_places_on_opposite_sides_of_the_earth_have_a_distance():
    found = find_nearest(path((0, 0)), path((179.5, 0.5)), math.inf, 0.5)
    assert found.distance_m == pytest.approx(19_936_288.579, abs=0.001)


def test_many_legs_against_many_are_judged_in_blocks_alike():
    lon = np.linspace(0, 5, 700)
    wave, other = (
        path(*zip(lon, np.sin(lon * 40), strict=True)),
        path(*zip(lon, 2.5 + np.cos(lon * 37), strict=True)),
    )
    whole = find_nearest(wave, other, math.inf, 0.5)
    turned = find_nearest(other, wave, math.inf, 0.5)
    assert whole.distance_m == pytest.approx(turned.distance_m, abs=0.002)
    assert whole.arc_b == min(
        range(699),
        key=lambda i: (
            find_nearest(
                path(whole.on_a), Shape(other.arcs.take(np.array([i]))), math.inf, 0.5
            ).distance_m
        ),
    )


@pytest.mark.parametrize("winding", [1, -1])
def test_a_ring_near_the_equator_round_a_third_of_the_earth_holds_its_pole(winding):
    area = area_of([columns([(lon, 12.0) for lon in range(0, 360, 20)][::winding])])
    held = area.holds(earth_centred([0.0, 0.0, 50.0], [90.0, -90.0, 30.0]))
    assert held.tolist() == [True, False, True]


def test_a_ring_as_wide_as_half_the_earth_is_not_taken():
    equator = arcs_around(*columns([(lon, 0.0) for lon in range(0, 360, 20)]))
    assert ring_of(equator) is None
    with pytest.raises(ValueError, match="half the earth"):
        area_of([(equator.lon_deg, equator.lat_deg)])


def test_the_far_side_of_the_earth_is_outside():
    area = area_of([columns([(40, 35), (41, 35), (41, 36), (40, 36)])])
    assert area.holds(earth_centred([40.5, -139.5], [35.5, -35.5])).tolist() == [True, False]


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(0.001, 60), st.floats(0, 1))
def test_the_box_of_an_area_holds_its_inside(lon, lat, size, share):
    ring = [
        (lon + size * math.cos(turn), max(-89.0, min(89.0, lat + size / 2 * math.sin(turn))))
        for turn in np.linspace(0, 2 * math.pi, 12, endpoint=False)
    ]
    edges = arcs_around(*columns(ring))
    if ring_of(edges) is None:
        return
    area = area_of([columns(ring)])
    low, high = box_of_area(area, 0.0)
    corner = ring[int(share * 11)]
    inner = earth_centred(np.linspace(lon, corner[0], 9), np.linspace(lat, corner[1], 9))
    inside = inner[area.holds(inner)]
    assert ((low[0] <= inside) & (inside <= high[0])).all()


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-89, 89))
def test_the_box_of_a_leg_holds_all_of_it(lon_a, lat_a, lon_b, lat_b):
    arcs = arcs_along(*columns([(lon_a, lat_a), (lon_b, lat_b)]))
    low, high = boxes_of_arcs(arcs, 1e-3)
    points = arcs.points(np.zeros(33, dtype=int), np.linspace(0, 1, 33))
    assert ((low[0] <= points) & (points <= high[0])).all()


boxes = st.lists(
    st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(0, 3)] * 2), min_size=0, max_size=30
)


@given(boxes, st.sets(st.integers(0, 29)))
def test_a_table_finds_what_was_added_and_not_what_was_removed(told, gone):
    table = BoxTable(axes=2)
    rows = {}
    for number, (x, y, width, height) in enumerate(told * 3):
        low = np.array([[x, y]], dtype=float)
        [rows[number]] = table.add(low, low + np.array([[width, height]])).tolist()
    for number in gone & set(rows):
        table.remove(np.array([rows.pop(number)]))
    found = set(table.overlapping(np.full(2, -np.inf), np.full(2, np.inf)).tolist())
    assert found == set(rows.values())
    near = set(table.overlapping(np.array([3.0, 3.0]), np.array([5.0, 5.0])).tolist())
    assert near == {
        rows[number]
        for number, (x, y, width, height) in enumerate(told * 3)
        if number in rows and x <= 5 and y <= 5 and x + width >= 3 and y + height >= 3
    }
