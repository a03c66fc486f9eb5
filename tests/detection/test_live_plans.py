"""A live index of plans: both ways to keep it find the same, however plans come and go."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprints import shape
from openline.detection import PlanIndex, Sort
from openline.detection.parts import boxes_of, parts_of
from openline.detection.plans import SCANNED_UP_TO, compiled_parts
from openline.domain.airspace import Corridor, HeightBand, Polygon, TimeSpan, Volume4D
from openline.domain.conflict import Conflict
from openline.domain.errors import Malformed
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from slow_truth import go, hard_place

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEEP = Separation(horizontal_m=2_000.0, vertical_m=50.0, time_s=60.0)
ANY_HEIGHT, ALWAYS = HeightBand(), TimeSpan()
WIDE = Separation(horizontal_m=9_000.0, vertical_m=300.0, time_s=900.0)
SORTS = (Sort.PLAN, Sort.PLAN, Sort.SITE, Sort.MEASURE)


def keep(a: Kind, b: Kind) -> Separation:
    return WIDE if Kind.AIR in (a, b) else KEEP


def keep_far(_a: Kind, _b: Kind) -> Separation:
    return Separation(horizontal_m=40_000.0, vertical_m=1e5, time_s=1e6)


def square(half_deg: float, lon: float = 0.0, lat: float = 0.0) -> Polygon:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    return Polygon(rings=((tuple((lon + x * half_deg, lat + y * half_deg) for x, y in corners),),))


def plan(name: str, *volumes: Volume4D, party: str = "", kind: Kind = Kind.DRONE) -> Plan:
    return Plan(id=name, party=party or name, kind=kind, volumes=volumes)


def area(
    half_deg: float,
    lon: float = 0.0,
    heights: HeightBand = ANY_HEIGHT,
    times: TimeSpan = ALWAYS,
) -> Volume4D:
    return Volume4D(footprint=square(half_deg, lon), heights=heights, times=times)


def a_volume(random: Random, place: tuple[float, float]) -> Volume4D:
    start = go(place, random.uniform(0, 360), random.uniform(0, 30_000))
    footprint, _ = shape(random, start, 10 ** random.uniform(1, 4.3))
    begin = NOON + timedelta(minutes=random.uniform(0, 200))
    if isinstance(footprint, Corridor) and random.random() < 0.5:
        times = tuple(begin + timedelta(minutes=10 * leg) for leg in range(len(footprint.path)))
        footprint = Corridor(path=footprint.path, width_m=footprint.width_m, times=times, slack_s=9)
    floor = random.uniform(0, 400)
    return Volume4D(
        footprint=footprint,
        heights=random.choice([HeightBand(), HeightBand(lower_m=floor, upper_m=floor + 60)]),
        times=random.choice(
            [
                TimeSpan(),
                TimeSpan(starts_at=begin),
                TimeSpan(starts_at=begin, ends_at=begin + timedelta(minutes=30)),
            ]
        ),
    )


def same(found: list[Conflict], other: list[Conflict]) -> bool:
    """Alike but for the millimetres by which two ways to find the nearest may differ."""
    return len(found) == len(other) and all(
        (a.a, a.b, a.kind, a.starts_at, a.ends_at, a.within_error)
        == (b.a, b.b, b.kind, b.starts_at, b.ends_at, b.within_error)
        and math.isclose(a.least_distance_m, b.least_distance_m, rel_tol=1e-6, abs_tol=0.005)
        for a, b in zip(found, other, strict=True)
    )


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_both_ways_to_keep_plans_find_the_same_as_they_come_and_go(seed: int) -> None:
    random = Random(seed)
    place = hard_place(random)
    scanned, compiled = PlanIndex(), PlanIndex(scanned_up_to=0)
    for _ in range(40):
        name = f"p{random.randrange(30)}"
        volumes = [a_volume(random, place) for _ in range(random.randrange(1, 4))]
        kind = random.choice(tuple(Kind))
        asked = plan(name, *volumes, party=f"party {random.randrange(8)}", kind=kind)
        sort = random.choice(SORTS)
        found = scanned.find_conflicts(asked, keep, sort, KEEP)
        assert same(found, compiled.find_conflicts(asked, keep, sort, KEEP))
        goes = random.random() < 0.2
        for index in (scanned, compiled):
            if goes:
                index.withdraw(name)
            else:
                index.insert(asked, sort)


def test_a_conflict_reads_the_same_whichever_of_the_two_was_filed_last() -> None:
    random = Random(3)
    for number in range(40):
        place = hard_place(random)
        one, other = (plan(name, a_volume(random, place)) for name in "ab")
        first, second = PlanIndex(scanned_up_to=0), PlanIndex(scanned_up_to=0)
        first.insert(one)
        second.insert(other)
        found = first.find_conflicts(other, keep_far)
        assert found == second.find_conflicts(one, keep_far), number


def test_an_index_that_grows_is_compiled_and_keeps_what_it_held() -> None:
    index, few = PlanIndex(scanned_up_to=8), PlanIndex(scanned_up_to=SCANNED_UP_TO)
    for number in range(20):
        each = plan(f"p{number}", Volume4D(footprint=square(0.01, lon=number * 0.015)))
        index.insert(each)
        few.insert(each)
    asked = plan("x", Volume4D(footprint=square(0.03, lon=0.15)))
    assert compiled_parts() is not None
    assert same(index.find_conflicts(asked, keep), few.find_conflicts(asked, keep))


def test_plans_inserted_together_are_kept_as_one_by_one() -> None:
    random = Random(11)
    plans = [
        plan(f"p{number}", *(a_volume(random, (0.0, 0.0)) for _ in range(random.randrange(1, 5))))
        for number in range(50)
    ]
    together, singly = PlanIndex(scanned_up_to=0), PlanIndex(scanned_up_to=0)
    together.insert_all(plans)
    for each in plans:
        singly.insert(each)
    for index in (together, singly):
        for each in plans[::3]:
            index.withdraw(each.id)
    asked = [plan(f"asked {each}", a_volume(random, (0.0, 0.0))) for each in range(20)]
    found = [together.find_conflicts(each, keep) for each in asked]
    assert found == [singly.find_conflicts(each, keep) for each in asked]
    assert any(found)


@pytest.mark.parametrize("scanned_up_to", [SCANNED_UP_TO, 0])
def test_one_that_is_refused_among_many_leaves_the_index_as_it_was(scanned_up_to: int) -> None:
    index = PlanIndex(scanned_up_to)
    index.insert(plan("a", area(0.01)))
    crossed = Polygon(rings=((((0, 0), (1, 1), (1, 0), (0, 1)),),))
    with pytest.raises(Malformed, match="crosses or touches itself"):
        index.insert_all([plan("b", area(1.0)), plan("c", Volume4D(footprint=crossed))])
    assert [filed.plan.id for filed in index] == ["a"]
    assert len(index.find_conflicts(plan("x", area(1.0)), keep)) == 1


@pytest.mark.parametrize("scanned_up_to", [SCANNED_UP_TO, 0])
def test_boxes_asked_together_meet_the_parts_that_each_meets(scanned_up_to: int) -> None:
    index, random = PlanIndex(scanned_up_to), Random(5)
    plans = [plan(f"p{n}", a_volume(random, (0, 0)), a_volume(random, (0, 0))) for n in range(30)]
    index.insert_all(plans)
    boxes = [boxes_of(part) for each in plans for part in parts_of(each)]
    low, high = (np.concatenate([each[side] for each in boxes]) for side in (0, 1))
    together = [(n, filed.plan.id, part) for n, filed, part in index.near_each(low, high)]
    singly = [
        (number, filed.plan.id, part)
        for number in range(len(low))
        for filed, part in index.near(low[number], high[number])
    ]
    assert sorted(together) == sorted(singly)
    own = {(each.id, number) for each in plans for number in range(len(parts_of(each)))}
    assert {(name, number) for _, name, number in together} == own
