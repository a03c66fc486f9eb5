"""Plans in the index, at just the distance, height or time they must keep: by an independent truth.

Every plan of a crowd asks the index what it would meet, by a separation chosen so that one of the
others is just within it or just not, in one dimension; all answers are held to the truth.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pytest

from array_ground import distances
from encounters import GEOD, PLACES, Floats, Numbers
from openline.detection import PlanIndex, find_conflicts_among
from openline.domain.conflict import Conflict
from openline.domain.plan import Plan
from openline.domain.rules import Separation
from plan_crowds import TruePart, crowd_of_plans

CROWDS = max(2, int(os.environ.get("N", "0")) // 40_000)
"""Of each place, at full length; of about 3,000 pairs of parts each."""
FEW_PLANS, MANY_PLANS = 30, 90
FARTHEST_M = 50_000.0
HOUR_S = 3_600
PLACE = pytest.mark.parametrize(
    "place", [each for each in PLACES if each != "globe"]
)  # where none would meet


@dataclass(frozen=True, eq=False)
class Truth:
    """Of all pairs of parts that may be within FARTHEST_M: whose they are, and how far apart."""

    plans: Numbers
    apart_m: Floats
    accuracy_m: Floats
    level_m: Floats
    seconds: Floats

    def met(self, keep: Separation, leniency: int) -> set[tuple[int, int]]:
        """Pairs of plans with parts within all three; with openline's leniency (1) or none (0).

        Errors of the places count as if they were for certain.
        """
        spare_m = 1e-6 * (1 - leniency) - leniency * (1 + 0.001 * keep.horizontal_m)
        near = self.apart_m - self.accuracy_m <= keep.horizontal_m - spare_m
        near &= self.level_m <= keep.vertical_m + 0.1 * leniency
        near &= self.seconds <= keep.time_s + 0.001 * leniency
        return {(a, b) for a, b in self.plans[near].tolist()}


def truth_of(parts: list[TruePart]) -> Truth:
    one, other = np.triu_indices(len(parts), 1)
    plan = np.array([part.plan for part in parts])
    lon, lat, reach = balls_of(parts)
    near = plan[one] != plan[other]
    one, other = one[near], other[near]
    apart = GEOD.inv(lon[one], lat[one], lon[other], lat[other])[2]
    accuracy = np.array([part.accuracy for part in parts])
    near = apart - (reach + accuracy)[[one, other]].sum(axis=0) <= 1.01 * FARTHEST_M
    pairs = np.column_stack([one, other])[near]

    def gap(low: str, high: str) -> Floats:
        lows, highs = (np.array([getattr(part, name) for part in parts]) for name in (low, high))
        a, b = pairs.T
        return np.maximum(0.0, np.maximum(lows[a] - highs[b], lows[b] - highs[a]))

    return Truth(
        np.sort(plan[pairs], axis=1),
        distances([part.outline for part in parts], pairs),
        accuracy[pairs].sum(axis=1),
        gap("floor", "ceiling"),
        gap("starts", "ends"),
    )


def balls_of(parts: list[TruePart]) -> tuple[Floats, Floats, Floats]:
    """For each part a place and a distance within which all of it lies."""
    first = [part.outline.paths[0][0] for part in parts]
    lon, lat = np.array(first, dtype=float).T
    reach = []
    for part, place in zip(parts, first, strict=True):
        places = np.array([each for path in part.outline.paths for each in path], dtype=float)
        start = np.tile(np.array(place, dtype=float), (len(places), 1))
        # An edge lies within twice what its ends are away.
        reach.append(2 * GEOD.inv(*start.T, *places.T)[2].max() + part.outline.radius)
    return lon, lat, np.array(reach)


def asked(random: np.random.Generator, truth: Truth, own: int) -> Separation:
    """One of the others, mostly the nearest, is just within it or just not, in one dimension.

    In distance, just not is by a little more than openline may err.
    """
    of_own = np.flatnonzero((truth.plans == own).any(axis=1) & (truth.apart_m < 0.9 * FARTHEST_M))
    if len(of_own) == 0:
        return Separation(horizontal_m=random.uniform(0, FARTHEST_M), vertical_m=300.0)
    apart = np.maximum(0.0, truth.apart_m - truth.accuracy_m)
    which = random.choice(of_own)
    if random.random() < 0.6:
        which = of_own[np.argmin(np.where(apart[of_own] > 0, apart[of_own], np.inf))]
    decides, within = random.integers(0, 3), random.random() < 0.5
    little = 10 ** random.uniform(-6, 0)
    horizontal, vertical, time = apart[which], truth.level_m[which], truth.seconds[which]
    if decides != 0:
        horizontal += 5_000.0 * random.random()
    elif within:
        horizontal += little
    else:
        horizontal = (horizontal - 1.0) / 1.001 - little
    vertical += 300.0 if decides != 1 else little if within else -0.1 - little
    time += 3_600.0 if decides != 2 else little if within else -0.001 - little
    return Separation(
        horizontal_m=float(np.clip(horizontal, 0.0, FARTHEST_M)),
        vertical_m=max(0.0, float(vertical)),
        time_s=max(0.0, float(time)),
    )


def pairs_of(conflicts: list[Conflict]) -> set[tuple[int, int]]:
    return {(int(each.a), int(each.b)) for each in conflicts}


def hold_the_index_to_the_truth(place: str, plans: int, seed: int) -> None:
    """With every plan tried, and with the compiled tree of them; some have been withdrawn."""
    plans = plans // 3 if place == "hot-spot" else plans
    random = np.random.default_rng([seed, list(PLACES).index(place)])
    crowd, parts = crowd_of_plans(random, place, plans)
    truth = truth_of(parts)
    gone = set(random.choice(plans, plans // 10, replace=False).tolist())
    indices = [PlanIndex(scanned_up_to=up_to) for up_to in (plans, 0)]
    for index in indices:
        index.insert_all(crowd[: plans // 2])
        for plan in crowd[plans // 2 :]:
            index.insert(plan)
        for number in gone:
            index.withdraw(crowd[number].id)
    for own, plan in enumerate(crowd):
        keep = asked(random, truth, own)
        for index in indices:
            told = pairs_of(index.find_conflicts(plan, lambda _a, _b, keep=keep: keep))
            assert wanted(truth.met(keep, 0), own, gone) - told == set()
            assert told - wanted(truth.met(keep, 1), own, gone) == set()
    hold_all_at_once_to_the_truth(crowd, truth, asked(random, truth, 0))


def wanted(pairs: set[tuple[int, int]], own: int, gone: set[int]) -> set[tuple[int, int]]:
    return {pair for pair in pairs if own in pair and not (set(pair) - {own}) & gone}


def hold_all_at_once_to_the_truth(crowd: list[Plan], truth: Truth, keep: Separation) -> None:
    told = pairs_of(find_conflicts_among(crowd, lambda _a, _b: keep))
    assert truth.met(keep, 0) - told == set()
    assert told - truth.met(keep, 1) == set()


@PLACE
def test_the_index_misses_no_plan_and_gives_none_beyond_the_margin(place: str) -> None:
    hold_the_index_to_the_truth(place, FEW_PLANS, seed=0)


@pytest.mark.long
@pytest.mark.timeout(HOUR_S)
@PLACE
def test_the_index_misses_none_of_very_many_pairs_of_plans(place: str) -> None:
    for seed in range(1, CROWDS + 1):
        hold_the_index_to_the_truth(place, MANY_PLANS, seed)
