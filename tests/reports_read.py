"""A report read as the scoring wants it: rows of plain values."""

from __future__ import annotations

from typing import Any

import msgspec

from openline.reports.grammar import Grammar
from openline.reports.learned import Opinion
from openline.reports.reading import read_report
from report_scoring import Read, score


def assert_no_worse(half: str, read: Read, precision: float, recall: float, swaps: int) -> None:
    """Figures alone of a set that nobody looked at: no sentence of it is shown, whatever fails."""
    figures = score(half, read)
    found, attributed = figures["precision"], figures["recall_attributed"]
    turned = figures["swapped"]
    del figures
    assert found >= precision
    assert attributed >= recall
    assert turned <= swaps


def read_with(grammar: Grammar | None, learned: Opinion | None = None) -> Read:
    """Reads by the rules, with a parser and what was learned, or without."""

    def read(data: bytes, name: str) -> list[dict[str, Any]]:
        drafts = read_report(data, name, grammar=grammar, learned=learned).drafts
        return [msgspec.to_builtins(each) for each in drafts]

    return read
