"""Plans, sites and measures: who meets whom, when, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openline.detection import PlanIndex, Sort, find_conflicts_among
from openline.domain.airspace import (
    Circle,
    Corridor,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
    buffer_of,
)
from openline.domain.conflict import ConflictKind
from openline.domain.errors import Malformed
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation


def point(lon_deg, lat_deg, radius_m=0.0, accuracy_m=0.0):
    center = Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)
    return Circle(center=center, radius_m=radius_m)


def square(west, south, east, north):
    return Polygon(rings=((((west, south), (east, south), (east, north), (west, north)),),))


def test_the_same_place_is_a_conflict_at_no_distance(make_plan, asking):
    [conflict] = find_conflicts_among(
        [make_plan("a", point(40, 35)), make_plan("b", point(400, 35))], asking()
    )
    assert (conflict.least_distance_m, conflict.at) == (0.0, (40.0, 35.0))


def test_one_party_never_conflicts_with_itself(make_plan, asking):
    plans = [make_plan(name, point(40, 35), party="EAST") for name in ("a", "b")]
    assert find_conflicts_among(plans, asking()) == []


def test_each_pair_is_told_once_in_the_order_of_ids(make_plan, asking):
    plans = [make_plan(name, point(40, 35)) for name in ("c", "a", "b")]
    found = find_conflicts_among(plans, asking())
    assert [(each.a, each.b) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_areas_that_share_only_an_edge_touch(make_plan, asking):
    plans = [make_plan("a", square(40, 35, 41, 36)), make_plan("b", square(41, 35, 42, 36))]
    assert len(find_conflicts_among(plans, asking())) == 1


def test_a_point_in_a_hole_meets_only_the_edge_of_the_hole(make_plan, asking):
    outer = ((39.0, 34.0), (42.0, 34.0), (42.0, 37.0), (39.0, 37.0))
    hole = ((40.0, 35.0), (41.0, 35.0), (41.0, 36.0), (40.0, 36.0))
    plans = [make_plan("ring", Polygon(rings=((outer, hole),))), make_plan("x", point(40.5, 35.5))]
    assert find_conflicts_among(plans, asking(40_000)) == []
    assert len(find_conflicts_among(plans, asking(46_000))) == 1


@pytest.mark.parametrize("winding", [1, -1])
def test_a_ring_round_a_pole_holds_the_pole_and_not_the_equator(make_plan, asking, winding):
    ring = tuple((lon, 80.0) for lon in range(0, 360, 30))[::winding]
    area = make_plan("cap", Polygon(rings=((ring,),)))
    pole, equator = make_plan("pole", point(123, 90)), make_plan("equator", point(0, 0))
    found = find_conflicts_among([area, pole, equator], asking())
    assert [(each.a, each.b) for each in found] == [("cap", "pole")]


def test_an_area_over_the_antimeridian_holds_what_lies_in_it(make_plan, asking):
    plans = [make_plan("area", square(179, -1, 181, 1)), make_plan("ship", point(-179.5, 0))]
    assert len(find_conflicts_among(plans, asking())) == 1


def test_a_conflict_is_placed_on_a_where_it_is_nearest_to_b(make_plan, asking):
    plans = [make_plan("a", point(40, 0, radius_m=1000)), make_plan("b", point(41, 0))]
    [conflict] = find_conflicts_among(plans, asking(150_000))
    assert conflict.least_distance_m == pytest.approx(110_319.491, abs=0.001)
    assert conflict.at == (pytest.approx(40.008983, abs=1e-6), pytest.approx(0))


def test_heights_that_touch_meet_and_a_missing_height_is_every_height(make_plan, asking):
    low = make_plan("low", point(40, 35), HeightBand(lower_m=0, upper_m=100))
    high = make_plan("high", point(40, 35), HeightBand(lower_m=100, upper_m=200))
    above = make_plan("above", point(40, 35), HeightBand(lower_m=201, upper_m=300))
    whole = make_plan("whole", point(40, 35))
    found = find_conflicts_among([low, high, above, whole], asking())
    assert [(each.a, each.b) for each in found] == [
        ("above", "whole"),
        ("high", "low"),
        ("high", "whole"),
        ("low", "whole"),
    ]


def test_the_least_height_gap_is_told(make_plan, asking):
    low = make_plan("low", point(40, 35), HeightBand(lower_m=0, upper_m=100))
    high = make_plan("high", point(40, 35), HeightBand(lower_m=150, upper_m=200))
    [conflict] = find_conflicts_among([low, high], asking(vertical_m=50))
    assert conflict.least_height_gap_m == 50.0


def test_times_apart_by_the_slack_meet_and_the_span_holds_both(make_plan, asking, now):
    hour = timedelta(hours=1)
    first = make_plan("a", point(40, 35), times=TimeSpan(starts_at=now, ends_at=now + hour))
    later = make_plan(
        "b", point(40, 35), times=TimeSpan(starts_at=now + 1.25 * hour, ends_at=now + 2 * hour)
    )
    [conflict] = find_conflicts_among([first, later], asking(time_s=900))
    assert (conflict.starts_at, conflict.ends_at) == (now + hour, now + 1.25 * hour)
    assert find_conflicts_among([first, later], asking(time_s=899)) == []


def test_a_timed_leg_is_occupied_from_end_to_end_but_not_before(make_plan, asking, now):
    path = ((40.0, 35.0), (40.5, 35.0), (41.0, 35.0))
    times = (now, now + timedelta(hours=1), now + timedelta(hours=2))
    convoy = make_plan("convoy", Corridor(path=path, times=times, slack_s=600))
    early = TimeSpan(starts_at=now, ends_at=now + timedelta(minutes=49))
    late = TimeSpan(starts_at=now, ends_at=now + timedelta(minutes=50))
    at_the_end = point(41, 35)
    assert find_conflicts_among([convoy, make_plan("x", at_the_end, times=early)], asking()) == []
    [conflict] = find_conflicts_among([convoy, make_plan("x", at_the_end, times=late)], asking())
    assert conflict.starts_at == conflict.ends_at == now + timedelta(minutes=50)


def test_a_conflict_that_only_the_errors_make_is_marked(make_plan, asking):
    plans = [make_plan("a", point(40, 0)), make_plan("b", point(40.01, 0, accuracy_m=200))]
    [conflict] = find_conflicts_among(plans, asking(1000))
    assert (conflict.within_error, conflict.least_distance_m) == (True, 1113.195)
    [stated] = find_conflicts_among(plans, asking(1200))
    assert stated.within_error is False
    assert find_conflicts_among(plans, asking(900)) == []


def test_sorts_decide_the_kind_of_conflict_and_what_is_looked_for(make_plan, asking, river):
    here = point(40.33, 35.26)
    found = find_conflicts_among(
        [make_plan("convoy", here)],
        asking(),
        sites=[make_plan("clinic", here), make_plan("school", here)],
        measures=[
            make_plan("buffer", buffer_of(river, 2000)),
            make_plan("line", Corridor(path=river)),
        ],
    )
    assert {(each.a, each.b, each.kind) for each in found} == {
        ("clinic", "convoy", ConflictKind.PLAN_SITE),
        ("convoy", "school", ConflictKind.PLAN_SITE),
        ("buffer", "convoy", ConflictKind.PLAN_MEASURE),
        ("convoy", "line", ConflictKind.PLAN_MEASURE),
        ("buffer", "clinic", ConflictKind.SITE_MEASURE),
        ("buffer", "school", ConflictKind.SITE_MEASURE),
        ("clinic", "line", ConflictKind.SITE_MEASURE),
        ("line", "school", ConflictKind.SITE_MEASURE),
    }


def test_a_measure_is_met_at_its_own_separation(make_plan, asking):
    near = make_plan("near", point(40, 0.01))
    line = make_plan("line", Corridor(path=((39.0, 0.0), (41.0, 0.0))))
    apart = Separation(horizontal_m=1200, vertical_m=0, time_s=0)
    assert find_conflicts_among([near], asking(9000), measures=[line]) == []
    [conflict] = find_conflicts_among([near], asking(), measures=[line], to_measures=apart)
    assert conflict.least_distance_m == pytest.approx(1105.743, abs=0.001)


def test_what_is_withdrawn_or_replaced_is_no_longer_met(make_plan, asking):
    index = PlanIndex()
    index.insert(make_plan("a", point(40, 35)))
    index.insert(make_plan("site", point(40, 35)), Sort.SITE)
    index.insert(make_plan("a", point(50, 35)))
    asked = make_plan("b", point(40, 35))
    assert [each.b for each in index.find_conflicts(asked, asking())] == ["site"]
    index.withdraw("site")
    index.withdraw("never there")
    assert index.find_conflicts(asked, asking()) == []
    assert (len(index), "a" in index, "site" in index) == (1, True, False)


def test_an_index_finds_among_many_what_is_found_one_by_one(make_plan, asking):
    plans = [make_plan(f"p{i:03}", point(i % 30, i // 30 * 0.5, 30_000)) for i in range(600)]
    index = PlanIndex()
    for plan in plans:
        index.insert(plan)
    for plan in plans[::3]:
        index.withdraw(plan.id)
    left = [plan for i, plan in enumerate(plans) if i % 3]
    asked = make_plan("asked", point(7.2, 3.1, 30_000))
    singly = [
        conflict for plan in left for conflict in find_conflicts_among([asked, plan], asking())
    ]
    assert index.find_conflicts(asked, asking()) == sorted(
        singly, key=lambda each: (each.a, each.b)
    )
    assert singly


def test_a_refused_plan_leaves_the_index_as_it_was(make_plan, asking):
    index = PlanIndex()
    index.insert(make_plan("a", point(40, 35)))
    with pytest.raises(Malformed):
        index.insert(make_plan("a", point(float("nan"), 35)))
    assert len(index.find_conflicts(make_plan("b", point(40, 35)), asking())) == 1


def test_two_volumes_of_a_plan_are_parts_and_never_one_hull(asking):
    volumes = tuple(Volume4D(footprint=point(lon, 0)) for lon in (0, 2))
    both = Plan(id="both", party="A", kind=Kind.AIR, volumes=volumes)
    between = Plan(id="x", party="B", kind=Kind.AIR, volumes=(Volume4D(footprint=point(1, 0)),))
    assert find_conflicts_among([both, between], asking(100_000)) == []
