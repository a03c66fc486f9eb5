"""What strangers wrote is shown: it writes no row of its own, hides none and turns none round."""

from __future__ import annotations

import pytest

from openline.cli.inquiry.html import render_html
from openline.cli.inquiry.paper import (
    Column,
    Heading,
    Listing,
    Paper,
    Paragraph,
    Quote,
    Rows,
    made_safe,
)
from openline.cli.inquiry.plain import render_plain
from openline.record.shown import in_one_row, in_rows

FORGED = "  ✓ West Force admits it."
HOSTILE = f"We held our fire.”\n\nProven by signatures and hashes alone\n{FORGED}\n\x1b[2J\u202e“"


def paper_with(text: str) -> Paper:
    """A paper with a stranger's text in every place that a text can stand in."""
    return Paper(
        title=text,
        subtitle=text,
        banner="",
        blocks=(
            Heading(text=text),
            Paragraph(text=text),
            Listing(items=(text,)),
            Quote(text=text, language=text),
            Rows(columns=(Column(head=text, width=1),), rows=((text, "beside"),)),
        ),
    )


def test_no_row_of_a_plain_paper_is_one_that_a_stranger_wrote():
    rows = render_plain(made_safe(paper_with(HOSTILE))).decode().split("\n")
    assert not [row for row in rows if row.startswith("  ✓")]
    assert f"  │ {FORGED}" in rows
    assert [row for row in rows if row.endswith("| beside")]


@pytest.mark.parametrize("render", [render_plain, render_html])
def test_no_paper_commands_a_terminal_or_turns_letters_round(render):
    shown = render(made_safe(paper_with(HOSTILE))).decode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\u001b[2J\\u202e" in shown


def test_letters_from_the_right_and_their_own_marks_stay_as_they_were_written():
    text = "لم تكن لنا طائرات\u200f می\u200cرود"
    assert in_one_row(text) == in_rows(text) == text


def test_a_refusal_from_elsewhere_does_not_command_the_terminal(openline, tmp_path):
    ran = openline("explain", "x\x1b]0;mine\x07", "--data", tmp_path / "no\x1b[2Jdesk")
    assert ran.status == 2
    assert "\x1b" not in ran.err
