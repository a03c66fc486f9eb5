"""The bar, on reports labelled before any rule was tuned; of a held-out set figures alone."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from report_scoring import REPORTS, is_there, score, swapped
from reports_read import assert_no_worse, read_with

LEAST_PRECISION, LEAST_RECALL = 0.9, 0.7
UNSEEN = {"held_out2": (0.93, 0.71, 0), "held_out3": (0.81, 0.6, 3), "held_out4": (0.88, 0.67, 0)}
"""Precision, recall and swaps that the sets nobody looked at came to when they were last scored."""
LEARNED = ("dev7", "dev8", "dev9", "dev10", "dev11", "dev12")
LEARNED_PRECISION, LEARNED_RECALL = 0.87, 0.65
"""What the sets come to at least of which only what is general was learned."""
TUNED_PRECISION, TUNED_RECALL = 0.95, 0.83
"""What every set that is tuned on comes to at least."""
OPENED = ("dev13", "dev14")
"""Sets that were learned from by whoever learns: `test_learned` has what they come to."""
TUNED = ("dev", "dev2", "dev3", "dev4", "dev5", "dev6")
SETS = (*TUNED, *LEARNED, *OPENED, *UNSEEN)


read = read_with(None)


def test_the_labels_are_as_they_were_written_before_tuning() -> None:
    for row in (REPORTS / "SHA256SUMS").read_text().splitlines():
        digest, name = row.split()
        if Path(name).parent.name in SETS:
            assert hashlib.sha256((REPORTS / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("half", TUNED)
def test_attributed_statements_are_found_and_none_is_turned_about(half: str) -> None:
    figures = score(half, read)
    assert figures["precision"] >= max(LEAST_PRECISION, TUNED_PRECISION)
    assert figures["recall_attributed"] >= max(LEAST_RECALL, TUNED_RECALL)
    assert figures["swapped"] == 0
    assert figures["left_out_hits"] == 0
    assert figures["invented_fixes"] == 0


@pytest.mark.parametrize("half", LEARNED)
def test_of_what_was_learned_from_in_general_none_is_turned_about(half: str) -> None:
    figures = score(half, read)
    assert figures["precision"] >= LEARNED_PRECISION
    assert figures["recall_attributed"] >= LEARNED_RECALL
    assert figures["swapped"] == 0


@pytest.mark.parametrize("half", UNSEEN)
def test_the_sets_that_nobody_looked_at_are_read_no_worse_than_before(half: str) -> None:
    assert_no_worse(half, read, *UNSEEN[half])


def test_a_set_that_is_absent_is_named_and_not_scored() -> None:
    assert is_there("dev")
    assert not is_there("of_tomorrow")
    with pytest.raises(FileNotFoundError, match="of_tomorrow"):
        score("of_tomorrow", read)


LABEL = {
    "kind": "claim", "event": "strike", "speaker": "The army", "speaker_party": "army",
    "actor": "rebels", "target": "a market", "sentence": "The army said rebels hit a market.",
    "denies": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "turned"),
    [
        ({}, False),
        ({"speaker": "rebels", "speaker_party": None}, True),
        ({"actor": "a market", "target": "rebels"}, True),
        ({"actor": None, "target": None}, False),
    ],
)
def test_a_draft_that_turns_claimant_and_accused_about_is_counted(
    changed: dict[str, Any], turned: bool
) -> None:
    draft = LABEL | changed
    assert swapped(draft, [LABEL], [LABEL], [draft]) is turned


def test_a_reader_that_gives_everything_to_the_first_name_misses_the_bar() -> None:
    def careless(data: bytes, name: str) -> list[dict[str, Any]]:
        return [
            each | {"speaker": each["actor"], "speaker_party": None} for each in read(data, name)
        ]

    assert score("dev", careless)["precision"] < LEAST_PRECISION
