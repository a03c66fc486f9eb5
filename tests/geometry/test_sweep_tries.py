"""The quick try of a pair drops nothing that the full one keeps, and little is tried in vain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.geometry.chord_pairs import Crowd, Keeping, come_near
from openline.geometry.courses import (
    CHORD_COLUMNS,
    FROM,
    HALF,
    HEIGHT,
    MIDDLE,
    RISE,
    SAG,
    TALLNESS,
    TO,
    WIDTH,
)
from openline.geometry.ellipsoid import Flags, Floats
from openline.geometry.sweep_tries import (
    COLUMNS,
    SPARE,
    Ranked,
    fill_columns,
    mark,
    settle,
    sift,
)

MANY = 200
NOTHING_LESS = Keeping(np.zeros((1, 1)), np.zeros((1, 1)))
seeds = st.integers(0, 2**32)


def chords_in_hard_places(random: np.random.Generator) -> tuple[Floats, Floats]:
    """Pairs of chords at one spot each: at poles, standing, in formation, of any length and rise.

    A third pass each other closely at some instant, from far off. What they keep is still zero.
    """
    both = np.zeros((2, MANY, CHORD_COLUMNS))
    spot = random.normal(size=(MANY, 3))
    spot[random.random(MANY) < 0.2] = (0.0, 0.0, 1.0)
    spot *= 6.37e6 / np.linalg.norm(spot, axis=1, keepdims=True)
    away = random.normal(size=(2, MANY, 3)) * 10 ** random.uniform(-2, 5, (MANY, 1))
    both[:, :, MIDDLE : MIDDLE + 3] = spot + away
    way = random.normal(size=(2, MANY, 3)) * 10 ** random.uniform(-3, 5.5, (2, MANY, 1))
    kind = random.integers(0, 4, MANY)
    way[:, kind == 0] = 0.0
    way[1, kind == 1] = way[0, kind == 1]
    way[1, kind == 2] = way[0, kind == 2] * (1 + 1e-7)
    both[:, :, HALF : HALF + 3] = way
    closely = random.random(MANY) < 0.3
    aside = random.normal(size=(MANY, 3)) * 10 ** random.uniform(-2, 3, (MANY, 1))
    met = both[0, :, MIDDLE : MIDDLE + 3] - random.uniform(-1, 1, (MANY, 1)) * (way[1] - way[0])
    both[1, closely, MIDDLE : MIDDLE + 3] = (met + aside)[closely]
    both[:, :, HEIGHT] = random.uniform(-500, 20_000, (2, MANY))
    both[:, :, RISE] = random.choice([0.0, 600.0, -600.0, 1e6, 1e-9], (2, MANY))
    both[:, :, SAG] = random.choice([0.0, 1.0, 1e4], (2, MANY))
    both[:, :, FROM], both[:, :, TO] = -1.0, 1.0
    return both[0], both[1]


def widen_to_the_border(random: np.random.Generator, one: Floats, two: Floats) -> None:
    """What they keep is made just what they have, in height and in distance, at one instant."""
    when = random.choice([-1.0, 1.0, 0.0, 0.3], MANY)
    level = np.abs(two[:, HEIGHT] - one[:, HEIGHT] + when * (two[:, RISE] - one[:, RISE]))
    level[random.random(MANY) < 0.5] = np.inf
    share = random.uniform(0, 1, MANY)
    one[:, TALLNESS], two[:, TALLNESS] = share * level, (1 - share) * level
    away = two[:, MIDDLE : MIDDLE + 3] - one[:, MIDDLE : MIDDLE + 3]
    change = two[:, HALF : HALF + 3] - one[:, HALF : HALF + 3]
    square = (change * change).sum(axis=1)
    nearest = np.clip(-(away * change).sum(axis=1) / np.maximum(square, 1e-300), -1, 1)
    at = np.where(np.isinf(level), nearest, when)
    line = away + at[:, None] * change
    keep = np.sqrt(np.maximum((line * line).sum(axis=1) - one[:, SAG] - two[:, SAG], 0.0))
    one[:, WIDTH], two[:, WIDTH] = (1 - share) * keep, share * keep


def ranked_of(chords: Floats) -> Ranked:
    """A crowd of such chords, each of its own, in that order."""
    n = len(chords)
    numbers, nobody = np.arange(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    columns = np.zeros((COLUMNS, n + SPARE), dtype=np.float32)
    ranked = Ranked(columns, numbers, numbers, numbers, nobody, numbers, chords)
    fill_columns(ranked, 0, n)
    return ranked


def marked(chords: Floats) -> Flags:
    """Of chords, whether each of the first half is marked with its fellow of the second."""
    ranked, half = ranked_of(chords), len(chords) // 2
    hits = np.zeros(8, dtype=np.uint8)
    told = np.zeros(half, dtype=bool)
    for own in range(half):
        mark(ranked.columns, own, own + 1, half + own, 8, hits)
        told[own] = hits[0]
    return told


def sifted(chords: Floats) -> Flags:
    """And whether it is left when it is tried for both at once."""
    half = len(chords) // 2
    pairs = np.column_stack([np.arange(half), np.arange(half, 2 * half)]).astype(np.int32)
    left = pairs[: sift(ranked_of(chords).columns, pairs, half), 0]
    return np.isin(np.arange(half), left)


def near(chords: Floats) -> Flags:
    """The same in full."""
    n = len(chords)
    numbers, nobody = np.arange(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    crowd = Crowd(chords, nobody, numbers, np.zeros(n), 0.0)
    pairs = np.column_stack([np.arange(n // 2), np.arange(n // 2, n)])
    return come_near(crowd, pairs, NOTHING_LESS)


@given(seeds)
def test_the_quick_tries_drop_nothing_that_the_full_one_keeps(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, two = chords_in_hard_places(random)
    widen_to_the_border(random, one, two)
    chords = np.concatenate([one, two])
    chords[:, [WIDTH, TALLNESS]] *= 1 + random.choice([1e-15, 1e-12, 1e-9, 1e-3])
    truly = near(chords)
    assert truly.mean() > 0.5
    assert not (truly & ~(marked(chords) & sifted(chords))).any()


@given(seeds)
def test_the_quick_try_lets_little_through_that_is_not_near(seed: int) -> None:
    """Of what is farther apart by 10 m and a two-hundredth of the ways, nothing."""
    random = np.random.default_rng(seed)
    one, two = chords_in_hard_places(random)
    one[:, SAG] = two[:, SAG] = 0.0
    widen_to_the_border(random, one, two)
    ways = np.linalg.norm([each[:, HALF : HALF + 3] for each in (one, two)], axis=-1).sum(axis=0)
    keep = one[:, WIDTH] + two[:, WIDTH] - 10.0 - 0.005 * ways
    # Elsewhere a height decides.
    some = np.isinf(one[:, TALLNESS] + two[:, TALLNESS]) & (keep > 0)
    one[:, WIDTH], two[:, WIDTH] = keep, 0.0
    chords = np.concatenate([one[some], two[some]])
    assert not (marked(chords) | sifted(chords)).any()


@pytest.mark.parametrize("column", [HEIGHT, RISE, WIDTH])
def test_what_is_too_large_for_short_numbers_is_tried_in_full(column: int) -> None:
    chords = np.zeros((2, CHORD_COLUMNS))
    chords[:, MIDDLE], chords[:, WIDTH] = 6.37e6, 1.0
    chords[:, column] = 1e39
    assert (marked(chords) & sifted(chords)).all()


def test_pairs_are_settled_as_arrays_settle_them() -> None:
    random = np.random.default_rng(0)
    one, two = chords_in_hard_places(random)
    widen_to_the_border(random, one, two)
    chords = np.concatenate([one, two])
    chords[::2, WIDTH] *= 0.999
    backwards = np.arange(2 * MANY, dtype=np.int32)[::-1].copy()
    ranked = ranked_of(chords)._replace(order=backwards)
    found = np.column_stack([backwards[:MANY], backwards[MANY:]])
    kept = found[: settle(ranked, found, MANY, NOTHING_LESS)]
    assert kept[:, 0].tolist() == np.flatnonzero(near(chords)).tolist()
    assert (kept[:, 1] - kept[:, 0] == MANY).all()
