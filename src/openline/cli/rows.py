"""Rows of when, what, and the entry that proves it: the same in a story, a life and a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from openline.cli.sentences import phrase_of, time_text, who_text
from openline.cli.terminal import OUT
from openline.domain.statement import Entry
from openline.record.shown import in_rows

WIDTH: Final = 100
"""No row is wider: it is read on the screens of duty rooms, and in logs."""


def story_console() -> Console:
    """Standard output, as wide as the terminal and never wider than a row."""
    return Console(highlight=False, width=min(WIDTH, OUT.width) if OUT.is_terminal else WIDTH)


def row_of(at: datetime, text: str, proof: str) -> Table:
    """One row: an instant in Z, a sentence that may take several rows of its column, the proof."""
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=20)
    row.add_column(ratio=1)
    row.add_column(width=14, justify="right", style="dim")
    row.add_row(time_text(at), Text(text), proof)
    return row


def entry_row(entry: Entry) -> Table:
    """The row of one entry, its number as the proof."""
    return row_of(entry.recorded_at, sentence_of(entry), f"entry {entry.index}")


def run_row(run: Sequence[Entry]) -> Table:
    """One row for entries of routine that follow each other."""
    first, last = run[0], run[-1]
    text = f"{len(run)} contacts, line checks or rings, up to {time_text(last.recorded_at)}"
    return row_of(first.recorded_at, text, f"{first.index}–{last.index}")


def sentence_of(entry: Entry) -> str:
    """Who said or concluded what; and, where a body is held that has words, the words."""
    words = getattr(getattr(entry.content, "body", None), "text", "")
    quoted = f": “{in_rows(words)}”" if words else ""
    return f"{who_text(entry.author)} {phrase_of(entry.content)}{quoted}"
