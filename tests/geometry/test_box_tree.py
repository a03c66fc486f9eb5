"""A live tree of boxes finds what a look at every box finds, however boxes come and go."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openline.geometry.box_tree import BoxTree
from openline.geometry.boxes import AXES

MANY = 400


def some_boxes(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Small and large ones, some of them alike, some without a beginning or an end."""
    middles = random.uniform(-30_000, 30_000, (MANY, AXES))
    middles[: MANY // 8] = middles[0]
    halves = random.choice([0.0, 100.0, 5_000.0, np.inf], (MANY, AXES), p=[0.2, 0.5, 0.2, 0.1])
    return middles - halves, middles + halves


def one(row: int) -> np.ndarray:
    return np.array([row], dtype=np.int32)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.booleans())
def test_a_tree_finds_just_the_boxes_that_are_there(seed: int, packed: bool) -> None:
    random = Random(seed)
    low, high = some_boxes(np.random.default_rng(seed))
    tree, there = BoxTree(), np.zeros(MANY, dtype=bool)
    if packed:
        first = np.arange(MANY // 2, dtype=np.int32)
        tree.add(first, low[first], high[first])
        there[first] = True
    for step in range(4 * MANY):
        row = random.randrange(MANY)
        if there[row]:
            tree.remove(one(row))
        elif step < 3 * MANY:  # in the end they only go
            tree.add(one(row), low[one(row)], high[one(row)])
        there[row] = not there[row] and step < 3 * MANY
        if step % 16 == 0:
            asked = one(random.randrange(MANY))
            margin = random.choice([0.0, 1_000.0, np.inf])
            from_, to = low[asked] - margin, high[asked] + margin
            _, rows = tree.overlapping_each(from_, to)
            met = there & ((low <= to) & (high >= from_)).all(axis=1)
            assert sorted(rows.tolist()) == np.flatnonzero(met).tolist()


@pytest.mark.parametrize("count", [0, 1, 15, 16, 145, MANY])
def test_many_questions_at_once_are_answered_as_one_by_one(count: int) -> None:
    low, high = some_boxes(np.random.default_rng(7))
    tree = BoxTree()
    tree.add(np.arange(count, dtype=np.int32), low[:count], high[:count])
    numbers, rows = tree.overlapping_each(low, high)
    together = sorted(zip(numbers.tolist(), rows.tolist(), strict=True))
    singly = [
        (number, row)
        for number in range(MANY)
        for row in sorted(tree.overlapping_each(low[[number]], high[[number]])[1].tolist())
    ]
    assert together == singly
