"""The search among many at its edges: nobody, the same spot, lost numbers, a missing compiler."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import combinations
from random import Random

import numpy as np
import pytest

from crowds import KEEP_LEVEL_M, KEEP_M, Thing, crowd, traffic_of
from openline.geometry.chord_pairs import (
    Crowd,
    Keeping,
    Search,
    find_among_all,
    find_by_tree,
)
from openline.geometry.courses import Traffic
from openline.geometry.ellipsoid import Indices
from openline.geometry.near_pairs import find_near_pairs
from openline.geometry.sweep import find_by_sweep

SEARCHES = pytest.mark.parametrize("search", [find_among_all, find_by_tree, find_by_sweep])
KEEP = np.array([[5_000.0]])
KEEP_LEVEL = np.array([[300.0]])


def pairs_of(things: list[Thing], search: Search | None = None) -> list[list[int]]:
    return find_near_pairs(traffic_of(things), KEEP, KEEP_LEVEL, search).tolist()


@SEARCHES
@pytest.mark.parametrize("size", [0, 1])
def test_nobody_and_one_alone_meet_nobody(search: Search, size: int) -> None:
    assert pairs_of([Thing((10.0, 50.0), 0.0, 1e4)] * size, search) == []


@SEARCHES
@pytest.mark.parametrize("place", [(0.0, 90.0), (180.0, 0.0), (-180.0, -90.0), (7.0, 45.0)])
def test_all_on_one_spot_are_all_pairs(search: Search, place: tuple[float, float]) -> None:
    things = [Thing(place, 0.0, 0.0, owner=number) for number in range(20)]
    assert pairs_of(things, search) == [list(pair) for pair in combinations(range(20), 2)]


@SEARCHES
@pytest.mark.parametrize("lat", [89.999, -89.999, 0.0])
def test_around_a_pole_none_is_missed_however_little_is_kept(search: Search, lat: float) -> None:
    """So short a reach makes as many rows as there can be, and the last of them counts."""
    things = [Thing((lon, lat), 0.0, 0.0, owner=lon) for lon in range(0, 360, 12)]
    found = find_near_pairs(traffic_of(things), np.array([[500.0]]), KEEP_LEVEL, search)
    assert len(found) == (30 * 29 // 2 if lat else 0)


@SEARCHES
def test_a_longitude_may_have_run_round(search: Search) -> None:
    things = [Thing((lon, 10.0), 0.0, 0.0, owner=lon) for lon in (-360, 0, 360, 720)]
    assert len(pairs_of(things, search)) == 6


@SEARCHES
def test_to_touch_counts(search: Search) -> None:
    east = math.degrees(5_000.0 / 6_378_137.0)
    things = [Thing((0.0, 0.0), 0.0, 0.0, 0.0), Thing((east, 0.0), 0.0, 0.0, 300.0, owner=1)]
    assert pairs_of(things, search) == [[0, 1]]


@SEARCHES
def test_a_long_way_over_a_parked_thing_is_not_missed_though_its_chord_passes_far_below(
    search: Search,
) -> None:
    """Halfway a chord of 75 km lies 110 m below the ground; the two are asked to keep 10 m."""
    things = [Thing((7.0, 45.0), 30.0, 75_000.0), Thing((0.0, 0.0), 0.0, 0.0, owner=1)]
    things[1] = Thing(things[0].at(0.5), 0.0, 0.0, owner=1)
    found = find_near_pairs(traffic_of(things), np.array([[10.0]]), KEEP_LEVEL, search)
    assert found.tolist() == [[0, 1]]


@SEARCHES
def test_two_of_one_owner_are_no_pair(search: Search) -> None:
    assert pairs_of([Thing((7.0, 45.0), 0.0, 0.0, owner=3)] * 2, search) == []


@pytest.mark.parametrize("name", ["height_m", "rise_m", "error_m", "height_error_m"])
def test_a_lost_number_is_refused_and_never_far(name: str) -> None:
    traffic = traffic_of([Thing((7.0, 45.0), 0.0, 0.0, owner=number) for number in range(3)])
    getattr(traffic, name)[1] = math.nan
    with pytest.raises(ValueError, match="missing"):
        find_near_pairs(traffic, KEEP, KEEP_LEVEL)


@pytest.mark.parametrize("name", ["lon_deg", "lat_deg", "course_deg", "length_m"])
def test_a_way_without_end_is_refused(name: str) -> None:
    traffic = traffic_of([Thing((7.0, 45.0), 0.0, 0.0, owner=number) for number in range(3)])
    getattr(traffic.ways, name)[1] = math.inf
    with pytest.raises(ValueError, match="without end"):
        find_near_pairs(traffic, KEEP, KEEP_LEVEL)


def usual_reach(traffic: Traffic) -> float:
    """How far the search looks for all but a few."""
    asked: list[float] = []

    def watched(crowd: Crowd, keeping: Keeping) -> Indices:
        asked.append(crowd.usual_m)
        return find_among_all(crowd, keeping)

    find_near_pairs(traffic, KEEP, KEEP_LEVEL, watched)
    return max(asked)


@pytest.mark.parametrize("fast", [{"length": 3.6e6}, {"error": 1e6}])
def test_one_absurdly_fast_or_vague_track_does_not_widen_the_search_for_the_rest(
    fast: dict[str, float],
) -> None:
    random = Random(1)
    slow = [
        Thing((random.uniform(0, 9), random.uniform(40, 50)), 0.0, 9_000.0, owner=number)
        for number in range(300)
    ]
    one = Thing(**{"place": (5.0, 45.0), "course": 90.0, "length": 9_000.0, "owner": 999, **fast})
    assert usual_reach(traffic_of([*slow, one])) <= 1.05 * usual_reach(traffic_of(slow))


def printed(told: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CROWD + told],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


IN_A_CROWD = """
import sys
from random import Random
import numpy as np
from crowds import KEEP_LEVEL_M, KEEP_M, crowd, traffic_of
from openline.geometry.near_pairs import find_near_pairs, quickest_search

def pairs_among(size):
    traffic = traffic_of(crowd(Random(5), size, 1e5))
    return find_near_pairs(traffic, KEEP_M, KEEP_LEVEL_M).tolist()
"""


def test_without_a_compiler_the_answer_is_the_same() -> None:
    without = printed("sys.modules['numba'] = None; print(pairs_among(400), quickest_search())")
    found = find_near_pairs(traffic_of(crowd(Random(5), 400, 1e5)), KEEP_M, KEEP_LEVEL_M)
    assert without.startswith(f"{found.tolist()} <function find_by_tree")


def test_no_compiler_is_read_in_before_there_is_a_crowd() -> None:
    heavy = printed(
        "import openline.detection; pairs_among(50);"
        "print({'numba', 'llvmlite', 'scipy'} & set(sys.modules))"
    )
    assert heavy == "set()"


def test_a_loop_that_can_be_kept_nowhere_is_compiled_all_the_same() -> None:
    """The compiler keeps nothing of what stands in no file."""
    told = "compiled = compiling.compiled(eval('lambda number: number + 1')); print(compiled(1))"
    assert printed(f"from openline.geometry import compiling; {told}") == "2"
