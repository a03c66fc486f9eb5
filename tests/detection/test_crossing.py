"""Sides of the river and crossings of it, with the errors said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openline.detection import (
    find_edge_crossing,
    find_track_crossing,
    judge_crossing,
    judge_edge_crossing,
    side_of,
)
from openline.domain.airspace import Position
from openline.domain.crossing import Crossed, Side
from openline.domain.errors import Malformed
from openline.domain.forecast import EdgeReport
from openline.domain.plan import Kind
from openline.domain.track import Fix

EQUATOR = ((0.0, 0.0), (10.0, 0.0))
"""A line that runs east: its left is the north."""


def at(lon_deg, lat_deg, accuracy_m=0.0):
    return Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)


def report(when, *path, accuracy_m=0.0):
    return EdgeReport(at=when, path=path, accuracy_m=accuracy_m)


@pytest.mark.parametrize(
    ("lat_deg", "side"), [(0.1, Side.LEFT), (-0.1, Side.RIGHT), (0.005, Side.UNKNOWN)]
)
def test_a_side_is_told_only_beyond_the_errors_of_both(lat_deg, side):
    assert side_of(at(5, lat_deg, accuracy_m=500), EQUATOR, 100) is side


def test_a_station_93_m_from_a_river_good_to_a_kilometre_has_no_side():
    station = at(5, 93 / 110_574)
    assert side_of(station, EQUATOR, 1000) is Side.UNKNOWN
    assert side_of(station, EQUATOR, 50) is Side.LEFT


@pytest.mark.parametrize(
    ("lon_deg", "lat_deg", "side"),
    [
        (1.1, 0.1, Side.LEFT),
        (1.1, -0.5, Side.LEFT),
        (0.9, 0.5, Side.LEFT),
        (0.9, 0.0, Side.RIGHT),
        (0.5, -0.2, Side.RIGHT),
    ],
)
def test_at_a_sharp_bend_the_side_is_that_of_the_wedge(lon_deg, lat_deg, side):
    hairpin = ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0))
    assert side_of(at(lon_deg, lat_deg), hairpin, 0) is side


def test_past_the_tip_of_a_hairpin_everything_lies_outside_it():
    hairpin = ((0.0, 0.1), (1.0, 0.0), (0.0, -0.1))
    around = [at(1.05, 0.3), at(1.3, 0.0), at(1.05, -0.3)]
    assert {side_of(each, hairpin, 0) for each in around} == {Side.LEFT}
    turned = hairpin[::-1]
    assert {side_of(each, turned, 0) for each in around} == {Side.RIGHT}


def test_a_line_over_the_antimeridian_has_its_sides():
    line = ((179.0, 10.0), (181.0, 10.0))
    assert side_of(at(-179.9, 10.5), line, 0) is Side.LEFT
    assert side_of(at(179.9, 9.5), line, 0) is Side.RIGHT


def test_a_fix_0_9_km_beyond_with_3_5_km_of_error_may_have_crossed():
    beyond = at(5, 900 / 110_574, accuracy_m=2500)
    crossing = judge_crossing(beyond, EQUATOR, 1000, Side.RIGHT)
    assert crossing.answer is Crossed.MAY_HAVE_CROSSED
    assert (crossing.beyond_m, crossing.error_m) == (pytest.approx(900, abs=1), 3500)


@pytest.mark.parametrize(
    ("lat_deg", "home", "answer"),
    [
        (0.04, Side.RIGHT, Crossed.CROSSED),
        (0.04, Side.LEFT, Crossed.NOT_CROSSED),
        (-0.04, Side.RIGHT, Crossed.NOT_CROSSED),
        (-0.04, Side.LEFT, Crossed.CROSSED),
        (0.0, Side.LEFT, Crossed.MAY_HAVE_CROSSED),
    ],
)
def test_beyond_the_errors_the_answer_is_sure(lat_deg, home, answer):
    assert judge_crossing(at(5, lat_deg), EQUATOR, 1000, home).answer is answer


def test_an_edge_stands_where_its_furthest_vertex_stands(now):
    edge = report(now, (4.0, -0.1), (5.0, 0.05), (6.0, -0.1))
    assert judge_edge_crossing(edge, EQUATOR, 100, Side.RIGHT).answer is Crossed.CROSSED


def test_an_edge_that_meets_the_line_between_its_vertices_may_have_crossed(now):
    bend = ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0))
    edge = report(now, (0.5, 0.9), (1.2, -0.4), (0.5, -0.9))
    straight = report(now, (0.4, 0.9), (0.4, -0.9))
    assert judge_edge_crossing(edge, bend, 0, Side.RIGHT).answer is Crossed.CROSSED
    assert judge_edge_crossing(straight, bend, 0, Side.LEFT).answer is Crossed.MAY_HAVE_CROSSED


def fix(now, lat_deg, speed_mps, course_deg=0.0, accuracy_m=0.0):
    return Fix(
        track="t",
        party="WEST",
        kind=Kind.GROUND,
        at=now,
        position=at(5, lat_deg, accuracy_m),
        course_deg=course_deg,
        speed_mps=speed_mps,
    )


def test_a_track_comes_to_the_line_when_its_speed_says_and_may_be_over_sooner(now):
    south = fix(now, -5_000 / 110_574.4, 10.0, accuracy_m=400)
    found = find_track_crossing(south, EQUATOR, 600, Side.RIGHT, now, 3_600)
    assert found is not None
    assert (found.may_cross_at - now).total_seconds() == pytest.approx(400, abs=0.5)
    assert (found.crosses_at - now).total_seconds() == pytest.approx(500, abs=0.5)


def test_a_track_that_leaves_or_comes_too_late_is_not_forecast_to_cross(now):
    leaves = fix(now, -0.05, 10.0, course_deg=180)
    late = fix(now, -5_000 / 110_574.4, 10.0)
    assert find_track_crossing(leaves, EQUATOR, 100, Side.RIGHT, now, 3_600) is None
    assert find_track_crossing(late, EQUATOR, 100, Side.RIGHT, now, 480) is None


def test_a_track_within_the_errors_may_cross_now_and_has_crossed_when_past(now):
    near, past = fix(now, -0.001, 0.0), fix(now, 0.001, 0.0)
    stands = find_track_crossing(near, EQUATOR, 1000, Side.RIGHT, now, 3_600)
    over = find_track_crossing(past, EQUATOR, 1000, Side.RIGHT, now, 3_600)
    assert stands is not None
    assert over is not None
    assert (stands.may_cross_at, stands.crosses_at) == (now, None)
    assert (over.may_cross_at, over.crosses_at) == (now, now)


def test_an_edge_is_forecast_to_cross_as_it_neared_between_its_reports(now):
    day = timedelta(days=1)
    km = 1 / 110.5744
    reports = [
        report(now - day, (5.0, -20 * km), accuracy_m=500),
        report(now, (5.0, -10 * km), accuracy_m=500),
    ]
    found = find_edge_crossing(reports, EQUATOR, 500, Side.RIGHT, now, 5 * 86_400)
    assert found is not None
    assert (found.may_cross_at - now).total_seconds() == pytest.approx(0.9 * 86_400, rel=1e-3)
    assert (found.crosses_at - now).total_seconds() == pytest.approx(86_400, rel=1e-3)
    assert find_edge_crossing(reports[:1], EQUATOR, 500, Side.RIGHT, now, 5 * 86_400) is None
    assert find_edge_crossing([], EQUATOR, 500, Side.RIGHT, now, 5 * 86_400) is None


def test_a_line_without_sides_and_a_party_without_home_are_refused():
    with pytest.raises(Malformed, match="two vertices"):
        side_of(at(5, 1), ((5.0, 0.0), (5.0, 0.0)), 0)
    with pytest.raises(Malformed, match="left or right"):
        judge_crossing(at(5, 1), EQUATOR, 0, Side.UNKNOWN)
