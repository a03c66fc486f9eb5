"""Tracks against tracks and against plans, in hard places, judged by an independent slow truth."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.detection import PlanIndex, find_track_conflicts, find_track_plan_conflicts
from openline.domain.airspace import (
    Circle,
    Corridor,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.conflict import Conflict
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.domain.track import Fix
from slow_truth import (
    Edge,
    Ground,
    Place,
    distance,
    edges_along,
    go,
    ground_distance,
    hard_place,
    lowest,
    through_earth,
)

NOW = datetime(2017, 9, 18, 9, tzinfo=UTC)
seeds = st.integers(0, 2**32)
STEPS = 48
FARTHEST_ASKED_M = 1e6
HEIGHT_LENIENCY_M = 0.1
TIME_LENIENCY_S = 0.001


def asking(horizontal_m: float, vertical_m: float) -> Separation:
    return Separation(horizontal_m=horizontal_m, vertical_m=vertical_m, time_s=0.0)


def fix(random: Random, name: str, place: Place) -> Fix:
    return Fix(
        track=name,
        party=name,
        kind=Kind.AIR,
        at=NOW - timedelta(seconds=random.choice([0.0, 0.0, random.uniform(-60, 900)])),
        position=Position(lon_deg=place[0], lat_deg=place[1]),
        height_m=random.choice([None, random.uniform(0, 3000)]),
        course_deg=random.uniform(0, 360),
        speed_mps=random.choice([0.0, 30.0, 250.0, 10 ** random.uniform(0, 3.5)]),
        climb_mps=random.choice([0.0, random.uniform(-10, 10)]),
    )


class Way:
    """Where a fix is so many seconds after NOW, and how high, by the truth."""

    def __init__(self, told: Fix, lasts_s: float) -> None:
        age_s = (NOW - told.at).total_seconds()
        start = (told.position.lon_deg, told.position.lat_deg)
        self.told, self.age_s = told, age_s
        self.edge = Edge(start, told.course_deg, told.speed_mps * (age_s + lasts_s) or 1e-9)

    def at(self, second: float) -> Place:
        if self.told.speed_mps == 0:
            return self.edge.start
        gone = self.told.speed_mps * (self.age_s + second)
        return self.edge.at(gone / self.edge.length)

    def stretch(self, begin: float, end: float) -> Ground:
        return Ground(edges_along([self.at(begin), self.at(end)]), 0.0, [])

    def level(self, low: float, high: float, lasts_s: float) -> tuple[float, float]:
        """Between which seconds its height lies in a band."""
        if self.told.height_m is None:
            return 0.0, lasts_s
        height = self.told.height_m + self.told.climb_mps * self.age_s
        return between(height, self.told.climb_mps, low, high, lasts_s)


def between(
    height: float, climb: float, low: float, high: float, lasts_s: float
) -> tuple[float, float]:
    if climb == 0:
        return (0.0, lasts_s) if low <= height <= high else (1.0, 0.0)
    one, other = sorted(((low - height) / climb, (high - height) / climb))
    return max(0.0, one), min(lasts_s, other)


def nearest_s(a: Way, b: Way, begin: float, end: float) -> float:
    """When two are nearest: samples, then golden section round the best two."""

    def straight(second: float) -> float:
        return math.dist(through_earth(a.at(second)), through_earth(b.at(second)))

    def apart(second: float) -> float:
        return distance(a.at(second), b.at(second))

    seconds = [begin + (end - begin) * i / STEPS for i in range(STEPS + 1)]
    ranked = sorted(range(STEPS + 1), key=lambda i: straight(seconds[i]))[:2]
    found = [lowest(apart, seconds[max(0, i - 1)], seconds[min(STEPS, i + 1)], 30) for i in ranked]
    return min(found, key=apart)


def two_tracks(seed: int, lenient: bool = False) -> tuple[Fix, Fix, float, float, float, float]:
    """Two fixes, a look-ahead, a height to keep, their true least distance, and its second.

    The distance is infinite where the heights never come near enough; `lenient` judges them with
    the tenth of a metre by which openline may err.
    """
    random = Random(seed)
    lasts_s = random.choice([0.0, 300.0, 300.0, 3600.0])
    place = hard_place(random)
    one = fix(random, "a", place)
    other = fix(random, "b", go(place, random.uniform(0, 360), 10 ** random.uniform(0, 5)))
    if random.random() < 0.1:
        other = fix(random, "b", place)
    vertical_m = random.choice([0.0, 300.0, 1000.0])
    a, b = Way(one, lasts_s), Way(other, lasts_s)
    begin, end = 0.0, lasts_s
    if one.height_m is not None and other.height_m is not None:
        apart = other.height_m + other.climb_mps * b.age_s
        apart -= one.height_m + one.climb_mps * a.age_s
        climb = other.climb_mps - one.climb_mps
        keep = vertical_m + HEIGHT_LENIENCY_M * lenient
        begin, end = between(apart, climb, -keep, keep, lasts_s)
    if begin > end:
        return one, other, lasts_s, vertical_m, math.inf, 0.0
    second = nearest_s(a, b, begin, end)
    return one, other, lasts_s, vertical_m, distance(a.at(second), b.at(second)), second


def track_conflicts(
    one: Fix, other: Fix, lasts_s: float, horizontal_m: float, vertical_m: float
) -> list[Conflict]:
    asked = asking(horizontal_m, vertical_m)
    return find_track_conflicts([one, other], NOW, lasts_s, lambda a, b: asked)


@given(seeds)
def test_no_two_tracks_are_missed_at_just_their_distance(seed: int) -> None:
    one, other, lasts_s, vertical_m, truth, _ = two_tracks(seed)
    found = track_conflicts(one, other, lasts_s, min(truth, FARTHEST_ASKED_M) + 1e-3, vertical_m)
    assert truth > FARTHEST_ASKED_M or len(found) == 1


@given(seeds)
def test_the_closest_approach_told_is_the_true_one(seed: int) -> None:
    one, other, lasts_s, vertical_m, truth, _ = two_tracks(seed)
    *_, lenient, _ = two_tracks(seed, lenient=True)
    found = track_conflicts(one, other, lasts_s, min(truth, FARTHEST_ASKED_M) + 1.0, vertical_m)
    for conflict in found:
        told = conflict.least_distance_m
        assert lenient * (1 - 1e-6) - 0.02 <= told <= truth * (1 + 1e-6) + 0.02


@given(seeds)
def test_no_tracks_are_reported_beyond_a_metre_and_a_thousandth(seed: int) -> None:
    one, other, lasts_s, vertical_m, truth, _ = two_tracks(seed, lenient=True)
    asked = (min(truth, FARTHEST_ASKED_M) - 1.01) / 1.001
    assert asked < 0 or not track_conflicts(one, other, lasts_s, asked, vertical_m)


@given(seeds)
def test_the_instants_of_a_track_conflict_hold_all_that_is_too_near(seed: int) -> None:
    one, other, lasts_s, vertical_m, truth, second = two_tracks(seed)
    asked = 1.2 * min(truth, FARTHEST_ASKED_M) + 5.0
    found = track_conflicts(one, other, lasts_s, asked, vertical_m)
    a, b = Way(one, lasts_s), Way(other, lasts_s)
    for conflict in found:
        assert conflict.starts_at is not None
        assert conflict.ends_at is not None
        starts = (conflict.starts_at - NOW).total_seconds()
        ends = (conflict.ends_at - NOW).total_seconds()
        assert starts - 1e-3 <= second <= ends + 1e-3
        for edge in (starts, ends):
            assert distance(a.at(edge), b.at(edge)) <= asked * (1 + 1e-6) + 0.02


def ground(random: Random, place: Place, size: float) -> tuple[Footprint, Ground]:
    """A circle, a corridor of one leg or a square-like ring round a place."""
    which = random.randrange(3)
    if which == 0:
        radius = random.choice([0.0, size])
        center = Position(lon_deg=place[0], lat_deg=place[1])
        return Circle(center=center, radius_m=radius), Ground(edges_along([place]), radius, [])
    if which == 1:
        path = [place, go(place, random.uniform(0, 360), size)]
        width = random.choice([0.0, size / 10])
        return (
            Corridor(path=tuple(path), width_m=width),
            Ground(edges_along(path), width / 2, []),
        )
    turn = random.uniform(0, 360)
    corners = [go(place, turn + 90 * i, size * random.uniform(0.5, 1)) for i in range(4)]
    return Polygon(rings=((tuple(corners),),)), Ground(
        edges_along([*corners, corners[0]]), 0.0, [[corners]]
    )


def track_and_plan(seed: int, lenient: bool = False) -> tuple[Fix, Plan, float, float, float]:
    """A fix, a plan, a look-ahead, a height to keep, and their true least distance.

    `lenient` judges heights and times by as much more as openline may err.
    """
    random = Random(seed)
    lasts_s = random.choice([0.0, 300.0, 1800.0])
    place = hard_place(random)
    told = fix(random, "t", place)
    size = 10 ** random.uniform(1, 5)
    footprint, truth = ground(
        random, go(place, random.uniform(0, 360), random.random() * 2 * size), size
    )
    vertical_m = random.choice([0.0, 300.0])
    low = random.uniform(-100, 2000)
    high = low + random.choice([0.0, 500.0])
    starts, lasts = random.uniform(-600, 600), random.choice([0.0, 600.0])
    volume = Volume4D(
        footprint=footprint,
        heights=HeightBand(lower_m=low, upper_m=high),
        times=TimeSpan(
            starts_at=NOW + timedelta(seconds=starts),
            ends_at=NOW + timedelta(seconds=starts + lasts),
        ),
    )
    plan = Plan(id="p", party="p", kind=Kind.AIR, volumes=(volume,))
    way = Way(told, lasts_s)
    keep, slack = vertical_m + HEIGHT_LENIENCY_M * lenient, TIME_LENIENCY_S * lenient
    begin, end = way.level(low - keep, high + keep, lasts_s)
    begin, end = max(begin, starts - slack), min(end, starts + lasts + slack)
    if begin > end:
        return told, plan, lasts_s, vertical_m, math.inf
    return told, plan, lasts_s, vertical_m, ground_distance(way.stretch(begin, end), truth)


def track_plan_conflicts(
    told: Fix,
    plan: Plan,
    lasts_s: float,
    horizontal_m: float,
    vertical_m: float,
    alone_up_to: int,
) -> list[Conflict]:
    plans = PlanIndex()
    plans.insert(plan)
    asked = asking(horizontal_m, vertical_m)
    return find_track_plan_conflicts(
        [told], plans, NOW, lasts_s, lambda a, b: asked, alone_up_to=alone_up_to
    )


WAYS = pytest.mark.parametrize("alone_up_to", [0, 10], ids=["by loops", "one by one"])


@WAYS
@given(seeds)
def test_no_plan_in_the_way_of_a_track_is_missed(alone_up_to: int, seed: int) -> None:
    told, plan, lasts_s, vertical_m, truth = track_and_plan(seed)
    *_, lenient = track_and_plan(seed, lenient=True)
    asked = min(truth, FARTHEST_ASKED_M) + 1e-3
    found = track_plan_conflicts(told, plan, lasts_s, asked, vertical_m, alone_up_to)
    assert truth > FARTHEST_ASKED_M or len(found) == 1
    for conflict in found:
        told_m = conflict.least_distance_m
        assert lenient * (1 - 1e-6) - 0.1 <= told_m <= truth * (1 + 1e-6) + 0.01


@WAYS
@given(seeds)
def test_no_plan_is_reported_beyond_a_metre_and_a_thousandth(alone_up_to: int, seed: int) -> None:
    told, plan, lasts_s, vertical_m, truth = track_and_plan(seed, lenient=True)
    asked = (min(truth, FARTHEST_ASKED_M) - 1.01) / 1.001
    assert asked < 0 or not track_plan_conflicts(
        told, plan, lasts_s, asked, vertical_m, alone_up_to
    )


@given(seeds)
def test_loops_and_one_by_one_tell_a_track_and_a_plan_the_same_instants_and_heights(
    seed: int,
) -> None:
    told, plan, lasts_s, vertical_m, truth = track_and_plan(seed)
    asked = min(truth, FARTHEST_ASKED_M) * Random(seed).uniform(1.0, 3.0) + 1.0
    both = [
        track_plan_conflicts(told, plan, lasts_s, asked, vertical_m, alone_up_to)
        for alone_up_to in (0, 10)
    ]
    assert len(both[0]) == len(both[1])
    for by_loops, alone in zip(*both, strict=True):
        # What narrowing leaves open is a millimetre and a ten-millionth of the distance asked.
        slack_s = 0.01 + (0.01 + 1e-6 * asked) / max(told.speed_mps, 1e-3)
        assert abs((by_loops.starts_at - alone.starts_at).total_seconds()) <= slack_s
        assert abs((by_loops.ends_at - alone.ends_at).total_seconds()) <= slack_s
        climbed_m = slack_s * abs(told.climb_mps)
        assert abs(by_loops.least_height_gap_m - alone.least_height_gap_m) <= 0.01 + climbed_m
        assert by_loops.within_error == alone.within_error
