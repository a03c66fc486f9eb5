"""Instants as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.domain.errors import Malformed
from openline.domain.instant import in_utc, parse_instant, render_dtg


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("160030ZSEP17", (2017, 9, 16, 0, 30)),
        ("160030Z SEP 17", (2017, 9, 16, 0, 30)),
        ("160330CSEP17", (2017, 9, 16, 0, 30)),
        ("151930RSEP2017", (2017, 9, 16, 0, 30)),
        ("2017-09-16T00:30:00Z", (2017, 9, 16, 0, 30)),
        ("2017-09-16T03:30:00+03:00", (2017, 9, 16, 0, 30)),
        ("290000zfeb24", (2024, 2, 29, 0, 0)),
    ],
)
def test_both_forms_read_as_the_instant_they_state(text: str, utc: tuple[int, ...]) -> None:
    assert parse_instant(text, "E07") == datetime(*utc, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("160030JSEP17", "zone J"),
        ("160030ZXYZ17", "no month XYZ"),
        ("310030ZSEP17", "no such day"),
        ("162460ZSEP17", "no such day, hour"),
        ("2017-09-16T00:30:00", "without an offset"),
        ("yesterday", "not a time"),
        ("", "not a time"),
    ],
)
def test_what_states_no_instant_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Malformed, match=f"^E07: .*{sentence}"):
        parse_instant(text, "E07")


@given(st.integers(0, 100 * 365 * 24 * 60 - 1))
def test_a_group_reads_back_as_the_minute_it_was_written_from(minutes: int) -> None:
    instant = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    assert parse_instant(render_dtg(instant), "it") == instant


def test_an_instant_keeps_its_moment_when_brought_to_utc() -> None:
    there = datetime(2017, 9, 16, 3, 30, tzinfo=timezone(timedelta(hours=3)))

    assert in_utc(there, "it").isoformat() == "2017-09-16T00:30:00+00:00"
