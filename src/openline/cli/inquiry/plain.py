"""A paper as plain text, for whoever has nothing but a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from openline.cli.inquiry.paper import Block, Heading, Listing, Paper, Paragraph, Quote, Rows

_WIDTH: Final = 100


def render_plain(paper: Paper) -> bytes:
    """The paper as text: the same bytes for the same paper."""
    head = [text for text in (paper.banner, paper.title, paper.subtitle) if text]
    rows = [*head, *(row for block in paper.blocks for row in _rows(block))]
    return ("\n".join(rows) + "\n").encode()


def _rows(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text, level=level):
            yield ""
            yield text.upper() if level == 2 else text
        case Paragraph(text=text):
            yield from textwrap.wrap(text, _WIDTH)
        case Listing(items=items, mark=mark):
            for item in items:
                # Whoever looks for somebody's words finds them whole, so nothing is wrapped.
                yield f"  {mark} {item}"
        case Quote(text=text):
            # Behind a bar, so that no row of somebody's words can pass for one of the paper's own.
            rows = text.splitlines()
            yield from [f"  “{text}”"] if len(rows) < 2 else [f"  │ {row}" for row in rows]
        case Rows():
            yield "  " + " | ".join(each.head for each in block.columns)
            for row in block.rows:
                yield "  " + " | ".join(cell.replace("\n", "; ") for cell in row)
