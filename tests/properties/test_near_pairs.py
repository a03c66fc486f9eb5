"""Each way to search among many, in hard places: judged by the slow truth, and by the others."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowds import KEEP_LEVEL_M, KEEP_M, Thing, crowd, least_distance, level_span, traffic_of
from openline.geometry.chord_pairs import Search, find_among_all, find_by_tree
from openline.geometry.courses import LONGEST_CHORD_M, bow_m, circle_of, drift_m, place_on
from openline.geometry.near_pairs import find_near_pairs
from openline.geometry.sweep import find_by_sweep
from slow_truth import distance, go, hard_place, through_earth

SEARCHES = pytest.mark.parametrize("search", [find_among_all, find_by_tree, find_by_sweep])
seeds = st.integers(0, 2**32)


def pairs_of(things: list[Thing], search: Search, more_m: float = 0.0) -> set[tuple[int, int]]:
    found = find_near_pairs(traffic_of(things), KEEP_M + more_m, KEEP_LEVEL_M, search)
    return {(a, b) for a, b in found.tolist()}


def spare_m(a: Thing, b: Thing, leniency_m: float = 0.0) -> float:
    """By how much two stay farther apart than they must; negative if they come too near."""
    if a.owner == b.owner:
        return np.inf
    begin, end = level_span(a, b, KEEP_LEVEL_M[a.kind, b.kind] + leniency_m)
    if begin > end:
        return np.inf
    return least_distance(a, b, begin, end) - KEEP_M[a.kind, b.kind] - a.error - b.error


@SEARCHES
@given(seeds)
def test_no_pair_that_comes_too_near_is_missed(search: Search, seed: int) -> None:
    random = Random(seed)
    things = crowd(random, 6, 10 ** random.uniform(1, 5.5))
    spare = {(a, b): spare_m(things[a], things[b]) for a, b in combinations(range(6), 2)}
    # Asked for just as much more as makes one of them a pair.
    finite = [each for each in spare.values() if each < 1e6]
    more = max(0.0, random.choice(finite)) + 1e-3 if finite else 0.0
    assert {pair for pair, each in spare.items() if each + 1e-6 < more} <= pairs_of(
        things, search, more
    )


@SEARCHES
@given(seeds)
def test_no_pair_is_given_far_beyond_what_is_asked(search: Search, seed: int) -> None:
    random = Random(seed)
    things = crowd(random, 6, 10 ** random.uniform(1, 5.5))
    for a, b in pairs_of(things, search):
        lengths = np.minimum([things[a].length, things[b].length], LONGEST_CHORD_M)
        keep = KEEP_M[things[a].kind, things[b].kind] + things[a].error + things[b].error
        allowed = np.hypot(keep + 3 + lengths.sum() / 1e4, np.hypot(*bow_m(lengths))) - keep
        assert spare_m(things[a], things[b], 1e-3) <= allowed


@SEARCHES
@pytest.mark.parametrize("seed", range(4))
def test_every_way_of_searching_a_large_crowd_finds_the_same(search: Search, seed: int) -> None:
    random = Random(seed)
    spread_m = [2e7, 2e6, 2e5, 2e4][seed]
    things = crowd(random, 700, spread_m)
    assert pairs_of(things, search) == pairs_of(things, find_among_all)


@given(seeds)
@settings(max_examples=200)
def test_the_circle_leaves_the_geodesic_by_less_than_its_bound(seed: int) -> None:
    random = Random(seed)
    place, course = hard_place(random), random.uniform(0, 360)
    length = 10 ** random.uniform(0, 6.6)
    thing = Thing(place, course, length)
    for fraction in (0.3, 1.0):
        truth = through_earth(go(place, course, length * fraction))
        told = place_on(circle_of(*place, course), length * fraction)
        off = np.linalg.norm(np.subtract(told, truth))
        assert off <= drift_m(np.array([length * fraction]))[0] + 1e-5
    assert distance(place, thing.at(1.0)) <= length + 1e-6
