"""Edges that a map would draw elsewhere than they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.detection import find_edges_off_map
from openline.domain.airspace import Circle, Corridor, Polygon, Position
from openline.geometry.map_lines import most_departures_m, straight_departures_m


def test_a_long_edge_along_a_parallel_is_pointed_out_and_a_short_one_is_not():
    long = Corridor(path=((0.0, 50.0), (10.0, 50.0), (10.1, 50.0)))
    [found] = find_edges_off_map(long)
    assert (found.part, found.ring, found.index) == (0, 0, 0)
    assert found.departs_m == pytest.approx(11_960, rel=0.02)


def test_meridians_and_the_equator_are_straight_on_every_map():
    assert find_edges_off_map(Corridor(path=((5.0, 0.0), (45.0, 0.0), (45.0, 60.0)))) == []


def test_each_edge_is_named_by_its_polygon_ring_and_vertex():
    small = ((40.0, 35.0), (40.01, 35.0), (40.0, 35.01))
    wide = ((39.0, 34.0), (42.0, 34.0), (42.0, 37.0), (39.0, 37.0), (39.0, 34.0))
    found = find_edges_off_map(Polygon(rings=((small,), (wide, small))))
    assert [(each.part, each.ring, each.index) for each in found] == [(1, 0, 0), (1, 0, 2)]


def test_the_bound_is_the_callers():
    path = Corridor(path=((40.0, 35.0), (40.5, 35.0)))
    assert find_edges_off_map(path, over_m=50) == []
    assert len(find_edges_off_map(path, over_m=20)) == 1


def test_an_edge_drawn_the_long_way_round_is_pointed_out():
    assert find_edges_off_map(Corridor(path=((179.9, 0.0), (180.1, 0.0)))) == []
    [found] = find_edges_off_map(Corridor(path=((179.9, 0.0), (-179.9, 0.0))))
    assert found.over_antimeridian
    assert found.departs_m == pytest.approx(0.0, abs=0.1)


@given(st.floats(-84, 84), st.floats(-84, 84), st.floats(-179, 179), st.integers(-1, 1))
def test_an_edge_departs_as_much_however_its_longitudes_are_written(south, north, east, turns):
    path = Corridor(path=((0.0, south), (east, north)))
    written = Corridor(path=((0.0, south), (east + 360.0 * turns, north)))
    apart = [edge.departs_m for edge in find_edges_off_map(path, over_m=0.2)]
    assert [edge.departs_m for edge in find_edges_off_map(written, over_m=0.2)] == pytest.approx(
        apart or [0.1] * abs(turns), abs=0.11
    )


def test_a_circle_has_no_edges():
    assert find_edges_off_map(Circle(center=Position(lat_deg=80, lon_deg=0), radius_m=1e6)) == []


@given(
    st.floats(-84, 84), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.sampled_from([0.01, 0.1, 1])
)
def test_no_edge_departs_more_than_is_quickly_told(lat, north, east, size):
    lons, lats = np.array([179.0, 179.0 + east * size]), np.array([lat, lat + north * size])
    (most_m,) = most_departures_m(lons, lats)
    (departs_m,) = straight_departures_m(lons, lats)
    assert departs_m <= most_m + 0.1
