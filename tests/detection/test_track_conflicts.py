"""Tracks over a look-ahead: against one another, and against what stays."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from openline.detection import (
    PlanIndex,
    Sort,
    find_track_conflicts,
    find_track_meetings,
    find_track_plan_conflicts,
    separations_of,
)
from openline.detection.movers import movers_of
from openline.domain.airspace import Circle, Corridor, HeightBand, Position, TimeSpan
from openline.domain.conflict import ConflictKind
from openline.domain.errors import Malformed
from openline.domain.plan import Kind
from openline.domain.rules import ErrorGrowth, Rules
from openline.domain.track import Fix

DEGREE_M = 111_319.491
"""A degree of the equator."""


@pytest.fixture
def make_fix(now):
    def make(track, lon_deg, lat_deg=0.0, accuracy_m=0.0, **told):
        position = Position(lon_deg=lon_deg, lat_deg=lat_deg, accuracy_m=accuracy_m)
        told = {"at": now, "party": f"party of {track}", "kind": Kind.AIR, **told}
        return Fix(track=track, position=position, **told)

    return make


def test_two_that_fly_at_each_other_meet_when_they_come_within_the_distance(make_fix, asking, now):
    fixes = [
        make_fix("a", 0.0, course_deg=90, speed_mps=250),
        make_fix("b", 1.0, course_deg=270, speed_mps=250),
    ]
    [conflict] = find_track_conflicts(fixes, now, 300, asking(9_260))
    assert (conflict.a, conflict.b, conflict.kind) == ("a", "b", ConflictKind.TRACK_TRACK)
    starts, ends = [(at - now).total_seconds() for at in (conflict.starts_at, conflict.ends_at)]
    assert starts == pytest.approx((DEGREE_M - 9_260) / 500, abs=0.001)
    assert ends == pytest.approx((DEGREE_M + 9_260) / 500, abs=0.001)
    assert (conflict.least_distance_m, conflict.at) == (0.0, (pytest.approx(0.5), 0.0))


def test_a_conflict_after_the_look_ahead_is_not_told(make_fix, asking, now):
    fixes = [
        make_fix("a", 0.0, course_deg=90, speed_mps=250),
        make_fix("b", 1.0, course_deg=270, speed_mps=250),
    ]
    until_s = (DEGREE_M - 9_260) / 500
    assert find_track_conflicts(fixes, now, until_s - 0.1, asking(9_260)) == []
    assert len(find_track_conflicts(fixes, now, until_s + 0.001, asking(9_260))) == 1


def test_a_fix_is_moved_from_its_own_instant_to_now(make_fix, asking, now):
    moved = make_fix("a", 0.0, at=now - timedelta(seconds=60), course_deg=90, speed_mps=250)
    waits = make_fix("b", 15_000 / DEGREE_M)
    [conflict] = find_track_conflicts([moved, waits], now, 0, asking(0.5))
    assert conflict.starts_at == conflict.ends_at == now


def test_heights_must_be_too_near_at_the_same_instant(make_fix, asking, now):
    level = make_fix("a", 0.0, course_deg=90, speed_mps=250, height_m=5_000)
    climbs = make_fix("b", 1.0, course_deg=270, speed_mps=250, height_m=0, climb_mps=10)
    assert find_track_conflicts([level, climbs], now, 300, asking(9_260, 300)) == []
    higher = make_fix("b", 1.0, course_deg=270, speed_mps=250, height_m=3_000, climb_mps=10)
    [conflict] = find_track_conflicts([level, higher], now, 300, asking(9_260, 300))
    # It is level with the other at 200 s; when they come near, at 204.119 s, it is above.
    assert conflict.least_height_gap_m == pytest.approx(41.19, abs=0.01)


def test_an_unknown_height_is_every_height(make_fix, asking, now):
    fixes = [make_fix("a", 0.0, height_m=12_000), make_fix("b", 0.0)]
    assert len(find_track_conflicts(fixes, now, 0, asking())) == 1


def test_tracks_of_one_party_never_conflict(make_fix, asking, now):
    fixes = [make_fix("a", 0.0, party="EAST"), make_fix("b", 0.0, party="EAST")]
    assert find_track_conflicts(fixes, now, 300, asking(9_260)) == []


def test_two_that_cross_the_pole_meet_there(make_fix, asking, now):
    fixes = [
        make_fix("a", 0.0, 89.5, course_deg=0, speed_mps=250),
        make_fix("b", 90.0, 89.5, course_deg=0, speed_mps=250),
    ]
    [conflict] = find_track_conflicts(fixes, now, 600, asking(10))
    assert conflict.least_distance_m == pytest.approx(0, abs=0.01)
    assert conflict.at[1] == pytest.approx(90, abs=1e-5)


@pytest.mark.parametrize(
    ("errors", "marked"),
    [({"accuracy_m": 200.0}, True), ({}, None)],
)
def test_a_track_conflict_that_only_the_errors_make_is_marked(
    make_fix, asking, now, errors, marked
):
    fixes = [make_fix("a", 0.0), make_fix("b", 0.01, **errors)]
    found = find_track_conflicts(fixes, now, 0, asking(1000))
    assert [each.within_error for each in found] == ([] if marked is None else [marked])


def test_a_height_accuracy_widens_the_height_to_keep(make_fix, asking, now):
    fixes = [
        make_fix("a", 0.0, height_m=0.0),
        make_fix("b", 0.0, height_m=150.0, height_accuracy_m=60.0),
    ]
    [conflict] = find_track_conflicts(fixes, now, 0, asking(10, 100))
    assert (conflict.within_error, conflict.least_height_gap_m) == (True, 150.0)


def test_kinds_decide_the_separation(make_fix, now):
    fixes = [
        make_fix("a", 0.0, kind=Kind.DRONE, height_m=0),
        make_fix("b", 0.001, kind=Kind.DRONE, height_m=0),
        make_fix("c", 0.002, kind=Kind.GROUND, height_m=0),
    ]
    found = find_track_conflicts(fixes, now, 0, Rules().separation_between)
    assert [(each.a, each.b) for each in found] == [("a", "c"), ("b", "c")]


def test_no_tracks_and_one_track_have_no_conflict(make_fix, asking, now):
    assert find_track_conflicts([], now, 300, asking(9_260)) == []
    assert find_track_conflicts([make_fix("a", 0.0)], now, 300, asking(9_260)) == []


def test_a_lost_number_is_refused_and_never_far(make_fix, asking, now):
    with pytest.raises(Malformed, match="speed_mps"):
        find_track_conflicts([make_fix("a", 0.0, speed_mps=float("nan"))], now, 300, asking())


def test_a_track_into_an_area_is_told_from_entry_to_exit(make_fix, make_plan, asking, now):
    plans = PlanIndex()
    center = Position(lat_deg=0, lon_deg=0.5)
    plans.insert(make_plan("area", Circle(center=center, radius_m=10_000)), Sort.MEASURE)
    track = make_fix("t", 0.0, course_deg=90, speed_mps=250)
    [conflict] = find_track_plan_conflicts([track], plans, now, 600, asking(5_000))
    starts, ends = [(at - now).total_seconds() for at in (conflict.starts_at, conflict.ends_at)]
    assert conflict.kind is ConflictKind.TRACK_MEASURE
    assert starts == pytest.approx((DEGREE_M / 2 - 10_000) / 250, abs=0.001)
    assert ends == pytest.approx((DEGREE_M / 2 + 10_000) / 250, abs=0.001)
    assert conflict.least_distance_m == 0.0


def test_a_track_meets_a_plan_only_while_it_is_in_force_give_or_take_the_slack(
    make_fix, make_plan, asking, now
):
    plans = PlanIndex()
    times = TimeSpan(starts_at=now + timedelta(seconds=400), ends_at=now + timedelta(seconds=500))
    plans.insert(make_plan("plan", Corridor(path=((0.0, 0.0),), width_m=0.0), times=times))
    track = make_fix("t", 0.0)
    assert find_track_plan_conflicts([track], plans, now, 300, asking(100)) == []
    [conflict] = find_track_plan_conflicts([track], plans, now, 300, asking(100, 0, 120))
    assert (conflict.starts_at - now).total_seconds() == pytest.approx(280, abs=0.01)
    assert conflict.ends_at == now + timedelta(seconds=300)


def test_a_track_meets_a_site_only_while_it_is_too_low(make_fix, make_plan, asking, now):
    plans = PlanIndex()
    site = make_plan(
        "site",
        Circle(center=Position(lat_deg=0, lon_deg=0), radius_m=50_000),
        HeightBand(lower_m=0, upper_m=1_000),
    )
    plans.insert(site, Sort.SITE)
    sinks = make_fix("t", 0.0, course_deg=0, speed_mps=50, height_m=3_000, climb_mps=-10)
    [conflict] = find_track_plan_conflicts([sinks], plans, now, 300, asking(0, 500))
    assert conflict.kind is ConflictKind.TRACK_SITE
    assert (conflict.starts_at - now).total_seconds() == pytest.approx(150, abs=0.01)
    assert conflict.least_height_gap_m == 0.0
    assert find_track_plan_conflicts([sinks], plans, now, 140, asking(0, 500)) == []


GROWTH = {Kind.AIR: ErrorGrowth(horizontal_mps=2.0, vertical_mps=0.5)}


def test_what_is_not_known_of_a_place_grows_with_the_age_of_its_fix_and_on(make_fix, asking, now):
    """600 m beyond the distance: two tracks, of which each second adds 2 m to what is unknown."""
    near = [make_fix("a", 0.0), make_fix("b", 1_600 / DEGREE_M)]
    told = find_track_conflicts(near, now, 160, asking(1_000), GROWTH)
    assert [each.within_error for each in told] == [True]
    assert (told[0].starts_at - now).total_seconds() == pytest.approx(150, abs=0.2)
    assert find_track_conflicts(near, now, 149, asking(1_000), GROWTH) == []
    aged = [make_fix("a", 0.0, at=now - timedelta(seconds=300)), near[1]]
    assert len(find_track_conflicts(aged, now, 0, asking(1_000), GROWTH)) == 1
    assert find_track_conflicts(aged, now, 0, asking(1_000)) == []


def test_what_is_not_known_of_a_height_grows_too(make_fix, asking, now):
    fixes = [make_fix("a", 0.0, height_m=0.0), make_fix("b", 0.0, height_m=400.0)]
    told = find_track_conflicts(fixes, now, 120, asking(10, 300), GROWTH)
    assert [each.within_error for each in told] == [True]
    assert (told[0].starts_at - now).total_seconds() == pytest.approx(100, abs=0.01)
    assert find_track_conflicts(fixes, now, 99, asking(10, 300), GROWTH) == []


def test_growing_errors_never_change_what_is_stated(make_fix, asking, now):
    fixes = [
        make_fix("a", 0.0, course_deg=90, speed_mps=250),
        make_fix("b", 1.0, course_deg=270, speed_mps=250),
    ]
    told = find_track_conflicts(fixes, now, 300, asking(9_260))
    assert find_track_conflicts(fixes, now, 300, asking(9_260), GROWTH) == told


def test_only_pairs_that_touch_a_changed_track_are_sought_if_asked(make_fix, asking, now):
    fixes = [make_fix(name, 0.0) for name in "abcd"]
    movers = movers_of(fixes, now, 0)
    changed = np.array([False, True, False, False])
    met = find_track_meetings(movers, separations_of(asking(10)), touching=changed)
    assert list(zip(met.a.tolist(), met.b.tolist(), strict=True)) == [(0, 1), (1, 2), (1, 3)]
