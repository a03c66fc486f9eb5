"""Edges on a plane: whether any two come together, as shapely tells for every pair."""

from __future__ import annotations

import math
from time import process_time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from openline.geometry.plane_edges import ring_meets_itself, rings_meet

WITHIN = 0.05
JUST, NOT_QUITE = 1 + 1e-9, 1 - 1e-9
SIZES = st.integers(3, 60)
"""Few enough pairs to be tried one by one, and enough to be put in order."""


def star(random: np.random.Generator, corners: int, middle: tuple[float, float]) -> np.ndarray:
    """A ring that crosses itself nowhere; its corners lie round a middle, near and far."""
    turns = 2 * math.pi * (np.arange(corners) + random.uniform(0, 0.4)) / corners
    away = random.uniform(1.0, 10.0, corners)
    rays = np.column_stack([np.cos(turns), np.sin(turns)])
    return np.array(middle) + away[:, None] * rays


def edges_of(ring: np.ndarray) -> list[shapely.LineString]:
    return [shapely.LineString(each) for each in zip(ring, np.roll(ring, -1, axis=0), strict=True)]


@given(st.integers(0, 2**32), SIZES, SIZES, st.floats(0.0, 25.0), st.floats(0.0, 2 * math.pi))
def test_edges_of_two_rings_come_together_where_they_do(
    seed: int, one: int, other: int, away: float, turn: float
) -> None:
    random = np.random.default_rng(seed)
    a, b = star(random, one, (0.0, 0.0)), star(random, other, (0.0, 0.0))
    b = b + away * np.array([math.cos(turn), math.sin(turn)])
    apart = shapely.LinearRing(a).distance(shapely.LinearRing(b))
    for left, right in ((a, b), (b, a)):
        assert rings_meet(left, right, apart * JUST)
        assert not (apart and rings_meet(left, right, apart * NOT_QUITE))


@given(st.integers(0, 2**32), st.integers(4, 60), st.booleans())
def test_edges_of_one_ring_come_together_where_two_do_that_are_no_neighbours(
    seed: int, corners: int, is_spoilt: bool
) -> None:
    random = np.random.default_rng(seed)
    ring = star(random, corners, (0.0, 0.0))
    if is_spoilt:
        ring[[0, corners // 2]] = ring[[corners // 2, 0]]
    edges = edges_of(ring)
    apart = min(
        edges[i].distance(edges[j])
        for i in range(corners)
        for j in range(i + 2, corners - (i == 0))
    )
    assert ring_meets_itself(ring, apart * JUST)
    assert not (apart and ring_meets_itself(ring, apart * NOT_QUITE))


def comb(corners: int, leans: float, aside: float) -> np.ndarray:
    """Long teeth side by side, two metres each, on a back that lies well below them."""
    teeth = np.arange(corners - 2)
    foot = 2.0 * (teeth // 2) + aside
    up = np.where(teeth % 2 == 1, 1_000.0, 0.0)
    row = np.column_stack([foot + 0.5 * (teeth % 2) + leans * up, up])
    back = [(row[-1, 0], -50.0 - aside), (row[0, 0], -50.0 - aside)]
    return np.concatenate([row, back])


@pytest.mark.parametrize("leans", [0.0, 1.0])
def test_rings_of_ten_thousand_corners_cost_a_moment_however_they_are_drawn(leans: float) -> None:
    """Where each edge was held against each other it was seven seconds for a ring, and more."""
    one, other = comb(10_000, leans, 0.0), comb(10_000, leans, 20_500.0)
    ring_meets_itself(one[:50], WITHIN)  # compiled by now
    rings_meet(one[:50], other[:50], WITHIN)
    began = process_time()
    assert not ring_meets_itself(one, WITHIN)
    assert not rings_meet(one, other, WITHIN)
    assert process_time() - began < 2.0
