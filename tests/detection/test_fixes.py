"""Fixes as columns are judged by arrays exactly as each is judged alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.detection import check_fix, find_absurd_speed, find_jump
from openline.detection.fixes import are_absurdly_fast, check_fixes, fixes_of, have_jumped
from openline.domain.airspace import Position
from openline.domain.errors import Malformed
from openline.domain.plan import Kind
from openline.domain.track import Fix

NOW = datetime(2017, 9, 18, 9, tzinfo=UTC)
NO_NUMBERS = st.sampled_from([nan, inf, -inf, 1e300, -1.0, 91.0])


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Mostly what may be told, edges included, and now and then what may not."""
    return st.one_of(st.floats(least, most), st.sampled_from([least, most]), NO_NUMBERS)


positions = st.builds(
    Position, lat_deg=numbers(-90, 90), lon_deg=numbers(-1080, 1080), accuracy_m=numbers(0, 1e6)
)
fixes = st.builds(
    Fix,
    track=st.just("T"),
    party=st.just("EAST"),
    kind=st.sampled_from(Kind),
    at=st.sampled_from([NOW, NOW.replace(tzinfo=None), NOW - timedelta(days=1)]),
    position=positions,
    height_m=st.none() | numbers(-1e9, 1e9),
    height_accuracy_m=numbers(0, 1e9),
    course_deg=numbers(-360, 720),
    speed_mps=numbers(0, 12_000),
    climb_mps=numbers(-12_000, 12_000),
)
near_places = st.builds(
    Position,
    lat_deg=st.floats(-90, 90),
    lon_deg=st.floats(-180, 180),
    accuracy_m=st.sampled_from([0.0, 500.0]),
)


def refusal_of(check: object, *told: object) -> str | None:
    try:
        check(*told)  # type: ignore[operator]
    except Malformed as refused:
        return refused.sentence
    return None


@given(fixes)
def test_a_fix_among_columns_is_refused_with_the_same_sentence_as_alone(told: Fix) -> None:
    assert refusal_of(check_fixes, [told], fixes_of([told])) == refusal_of(check_fix, told)


@given(
    st.sampled_from(Kind),
    near_places,
    near_places,
    st.floats(0, 1),
    st.sampled_from([0, 1, 60, 3_600, 86_400]),
    st.floats(0, 1_200),
)
def test_jumps_and_absurd_speeds_among_columns_are_those_found_one_by_one(
    kind: Kind, here: Position, there: Position, part: float, after_s: int, speed_mps: float
) -> None:
    nearer = Position(
        lat_deg=here.lat_deg + part**8 * (there.lat_deg - here.lat_deg),
        lon_deg=here.lon_deg + part**8 * (there.lon_deg - here.lon_deg),
        accuracy_m=there.accuracy_m,
    )
    before = Fix(track="T", party="EAST", kind=kind, at=NOW, position=here)
    after = Fix(
        track="T",
        party="EAST",
        kind=kind,
        at=NOW + timedelta(seconds=after_s),
        position=nearer,
        speed_mps=speed_mps,
        climb_mps=-speed_mps / 10,
    )

    jumped = have_jumped(fixes_of([before]), fixes_of([after]))
    fast = are_absurdly_fast(fixes_of([after]))

    assert jumped.tolist() == [find_jump(before, after) is not None]
    assert fast.tolist() == [find_absurd_speed(after) is not None]


@pytest.mark.parametrize("height_m", [None, 0.0, -10.5])
def test_a_fix_comes_out_of_columns_as_it_went_in(height_m: float | None) -> None:
    told = Fix(
        track="E-t",
        party="EAST",
        kind=Kind.DRONE,
        at=NOW + timedelta(microseconds=123_457),
        position=Position(lat_deg=35.1, lon_deg=-179.9, accuracy_m=3.0),
        height_m=height_m,
        height_accuracy_m=4.0,
        course_deg=359.5,
        speed_mps=12.3,
        climb_mps=-1.5,
    )
    assert fixes_of([told]).fix(0, "E-t", "EAST") == told


def test_no_fixes_at_all_are_judged_without_a_word() -> None:
    nothing = fixes_of([])

    check_fixes([], nothing)

    assert np.count_nonzero(are_absurdly_fast(nothing)) == 0
    assert have_jumped(nothing, nothing).tolist() == []
