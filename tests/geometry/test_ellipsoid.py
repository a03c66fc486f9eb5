"""Positions, travel and the bounds that detection rests on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.geometry.arcs import arcs_along
from openline.geometry.ellipsoid import (
    FARTHEST_M,
    arc_at_least_m,
    arc_at_most_m,
    chord_bow_m,
    earth_centred,
    geodesic_between,
    travel,
)
from slow_truth import distance, go

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)


@given(longitudes, latitudes, longitudes, latitudes)
def test_a_distance_lies_between_the_bounds_of_its_chord(lon_a, lat_a, lon_b, lat_b):
    chord = np.linalg.norm(earth_centred(lon_a, lat_a) - earth_centred(lon_b, lat_b))
    truth = distance((lon_a, lat_a), (lon_b, lat_b))
    assert arc_at_least_m(chord) <= truth + 1e-6
    assert truth <= arc_at_most_m(chord) + 1e-6


@given(longitudes, latitudes, st.floats(0, 360), st.floats(1, 5e6), st.floats(0, 1))
def test_an_arc_strays_from_its_chord_by_no_more_than_its_bow(lon, lat, course, length, share):
    ends = [earth_centred(*travel(lon, lat, course, way)[:2]) for way in (0, length)]
    middle = earth_centred(*travel(lon, lat, course, length * share)[:2])
    strayed = np.linalg.norm(middle - ends[0] - (ends[1] - ends[0]) * share)
    assert strayed <= chord_bow_m(np.array(length)) + 1e-6


@given(longitudes, latitudes, st.floats(0, 360), st.floats(-1e6, 1e6))
def test_travel_ends_where_the_truth_does(lon, lat, course, way):
    end_lon, end_lat, _ = travel(lon, lat, course, way)
    assert distance((float(end_lon), float(end_lat)), go((lon, lat), course, way)) < 1e-6


@given(longitudes, st.floats(-89, 89), st.floats(0, 360), st.floats(-1e6, 1e6))
def test_going_on_from_the_course_on_arrival_stays_on_the_geodesic(lon, lat, course, way):
    middle = travel(lon, lat, course, way)
    on = travel(*middle, 1000.0)
    straight = travel(lon, lat, course, way + 1000.0)
    _, apart = geodesic_between(on[0], on[1], straight[0], straight[1])
    assert apart < 1e-3


def test_no_two_points_are_farther_apart_than_the_poles():
    _, apart = geodesic_between(0, 90, 0, -90)
    assert apart == pytest.approx(FARTHEST_M, abs=1)
    assert apart <= FARTHEST_M


def test_cuts_begin_every_arc_and_lie_no_farther_apart_than_asked():
    arcs = arcs_along(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 3.0]))
    lon, lat = arcs.cut(50_000)
    steps = geodesic_between(lon[:-1], lat[:-1], lon[1:], lat[1:])[1]
    assert steps.max() <= 50_000
    assert (lon[3], lat[3]) == (1.0, 0.0)
