"""Plans against plans, in hard places, judged by an independent slow truth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprints import two_shapes
from openline.detection import PlanIndex
from openline.detection.plans import SCANNED_UP_TO
from openline.domain.airspace import Footprint, Volume4D
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation

seeds = st.integers(0, 2**32)
WAYS = pytest.mark.parametrize(
    "scanned_up_to", [pytest.param(SCANNED_UP_TO, id="arrays"), pytest.param(0, id="compiled")]
)


def plan(name: str, footprint: Footprint) -> Plan:
    return Plan(id=name, party=name, kind=Kind.GROUND, volumes=(Volume4D(footprint=footprint),))


def conflicts_at(
    one: Footprint, other: Footprint, horizontal_m: float, scanned_up_to: int
) -> list[float]:
    asked = Separation(horizontal_m=horizontal_m, vertical_m=0.0, time_s=0.0)
    index = PlanIndex(scanned_up_to)
    index.insert(plan("a", one))
    found = index.find_conflicts(plan("b", other), lambda a, b: asked)
    return [conflict.least_distance_m for conflict in found]


@WAYS
@given(seeds)
def test_no_two_plans_are_missed_at_just_their_distance(scanned_up_to: int, seed: int) -> None:
    one, other, truth = two_shapes(seed)
    assert len(conflicts_at(one, other, truth + 1e-3, scanned_up_to)) == 1


@WAYS
@given(seeds)
def test_the_distance_told_is_the_true_one(scanned_up_to: int, seed: int) -> None:
    one, other, truth = two_shapes(seed)
    [told] = conflicts_at(one, other, truth + 1.0, scanned_up_to)
    # The truth is a distance of true points, so the least may be a little less, never more.
    assert truth * (1 - 1e-6) - 0.1 <= told <= truth * (1 + 1e-6) + 0.01


@WAYS
@given(seeds)
def test_nothing_is_reported_beyond_a_metre_and_a_thousandth(scanned_up_to: int, seed: int) -> None:
    one, other, truth = two_shapes(seed)
    asked = (truth - 1.01) / 1.001
    assert asked < 0 or conflicts_at(one, other, asked, scanned_up_to) == []


@WAYS
@given(seeds)
def test_a_conflict_is_the_same_either_way_round(scanned_up_to: int, seed: int) -> None:
    one, other, truth = two_shapes(seed)
    [told], [turned] = (
        conflicts_at(one, other, truth + 1.0, scanned_up_to),
        conflicts_at(other, one, truth + 1.0, scanned_up_to),
    )
    assert math.isclose(told, turned, rel_tol=1e-6, abs_tol=0.01)
