"""How pairs pass each other, in hard places: judged by the slow truth, and by narrowing chords."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowds import Thing, least_distance
from openline.geometry.arcs import Arcs
from openline.geometry.gaps import gaps_between
from openline.geometry.motion import find_approach, find_first_and_last
from openline.geometry.passing import Limits, Passings, find_passings
from slow_truth import distance, go, hard_place, through_earth

seeds = st.integers(0, 2**32)
NONE, ALL = np.zeros(1), np.ones(1)


def two_things(random: Random) -> tuple[Thing, Thing]:
    """Near each other in a hard place; sometimes in formation, parked or on one spot."""
    place = hard_place(random)
    apart = random.choice([0.0, 10 ** random.uniform(0, 5)])
    first = Thing(place, random.uniform(0, 360), random.choice([0.0, 10 ** random.uniform(0, 6)]))
    formation = random.random() < 0.3
    return first, Thing(
        go(place, random.uniform(0, 360), apart),
        first.course if formation else random.uniform(0, 360),
        first.length if formation else random.choice([0.0, 10 ** random.uniform(0, 6)]),
    )


def arcs_of(*things: Thing) -> Arcs:
    lon, lat = np.array([each.place for each in things], dtype=float).T
    return Arcs(
        lon,
        lat,
        np.array([each.course for each in things]),
        np.array([each.length for each in things]),
    )


def passing(
    a: Thing, b: Thing, limit_m: float, gain_m: float = 0.0, begin: float = 0.0, end: float = 1.0
) -> Passings:
    limits = Limits(np.array([limit_m]), np.array([gain_m]), np.array([0.5]))
    return find_passings(arcs_of(a), arcs_of(b), np.array([begin]), np.array([end]), limits)


@given(seeds)
def test_who_comes_within_the_limit_is_told_with_the_least_distance(seed: int) -> None:
    random = Random(seed)
    a, b = two_things(random)
    begin, end = sorted([0.0, random.choice([1.0, random.random()])])
    truth = least_distance(a, b, begin, end)
    if truth < 9e4:
        told = passing(a, b, truth + 1e-3, begin=begin, end=end)
        assert told.distance_m[0] == pytest.approx(truth, rel=1e-6, abs=0.02)
        assert distance(a.at(told.fraction[0]), b.at(told.fraction[0])) == pytest.approx(
            told.distance_m[0], abs=1e-6
        )


@given(seeds)
def test_who_stays_beyond_the_limit_is_not_told(seed: int) -> None:
    a, b = two_things(Random(seed))
    limit = least_distance(a, b, 0.0, 1.0) - 1.1
    assert not 0 <= limit < 9e4 or len(passing(a, b, limit).pair) == 0


@given(seeds)
def test_all_that_is_too_near_lies_between_the_instants_told(seed: int) -> None:
    random = Random(seed)
    a, b = two_things(random)
    limit, gain = 10 ** random.uniform(1, 4.9), random.choice([0.0, 10 ** random.uniform(0, 3)])
    told = passing(a, b, limit, gain)
    for fraction in np.linspace(0, 1, 41).tolist():
        excess = distance(a.at(fraction), b.at(fraction)) - limit - gain * fraction
        near = len(told.pair) > 0 and told.first[0] - 1e-9 <= fraction <= told.last[0] + 1e-9
        assert near or excess > -1e-6
    for edge in (*told.first, *told.last):
        excess = distance(a.at(edge), b.at(edge)) - limit - gain * edge
        assert excess <= max(0.6, 1e-6 * limit)


@given(seeds)
@settings(max_examples=200)
def test_the_instants_are_those_that_narrowing_chords_finds(seed: int) -> None:
    random = Random(seed)
    a, b = two_things(random)
    limit = np.array([10 ** random.uniform(0, 4.5)])
    told = passing(a, b, limit[0])
    ways, within = (arcs_of(a), arcs_of(b)), np.array([0.001])
    if len(told.pair) and told.distance_m[0] <= limit[0] - 1.0:
        first, last = find_first_and_last(*ways, NONE, ALL, limit, within)
        for one, other in ((told.first[0], first[0]), (told.last[0], last[0])):
            # The same instant, or the two graze it: as near then as at any instant between.
            apart = [distance(a.at(each), b.at(each)) for each in (one, other)]
            assert apart[0] == pytest.approx(apart[1], abs=0.02)
        assert find_approach(*ways, NONE, ALL, limit, within).distance_m[0] == pytest.approx(
            told.distance_m[0], abs=0.005
        )


def test_far_limits_are_judged_too() -> None:
    a, b = Thing((0.0, 0.0), 90.0, 75_000.0), Thing((0.0, 3.0), 180.0, 75_000.0)
    truth = least_distance(a, b, 0.0, 1.0)
    assert truth > 1e5
    assert passing(a, b, truth + 1e-3).distance_m[0] == pytest.approx(truth, abs=0.01)
    assert len(passing(a, b, truth - 1.0).pair) == 0
    assert len(passing(a, b, truth - 50.0, gain_m=60.0).pair) == 1


def test_a_limit_that_grows_is_met_when_it_has_grown_enough() -> None:
    """Two parked 1,000 m apart; 500 m are allowed at first and 1,500 by the end."""
    a = Thing((7.0, 45.0), 0.0, 0.0)
    b = Thing(go(a.place, 60.0, 1_000.0), 0.0, 0.0)
    told = passing(a, b, 500.0, 1_000.0)
    assert (told.first[0], told.last[0]) == (pytest.approx(0.5, abs=1e-4), 1.0)
    assert told.distance_m[0] == pytest.approx(1_000.0, abs=1e-3)
    assert len(passing(a, b, 500.0, 450.0).pair) == 0


@given(seeds)
@settings(max_examples=200)
def test_a_gap_strays_from_its_cubic_by_less_than_its_bound(seed: int) -> None:
    random = Random(seed)
    place = hard_place(random)
    moves = Thing(place, random.uniform(0, 360), random.uniform(1e4, 4e5))
    parked = Thing(place, 0.0, 0.0)
    gaps = gaps_between(arcs_of(parked), arcs_of(moves))
    here = np.array(through_earth(place))
    for number, begin in enumerate(gaps.begin.tolist()):
        for share in (0.25, 0.5, 0.8):
            cubic = sum(term[:, number] * share**power for power, term in enumerate(gaps.terms))
            truth = np.array(through_earth(moves.at(begin + share * gaps.lasts[number])))
            assert np.linalg.norm(here + cubic - truth) <= gaps.doubt_m[number] + 1e-8
