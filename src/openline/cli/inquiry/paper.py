"""A paper as values, before it is HTML, PDF or text: headings, paragraphs, lists, tables."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from openline.record.shown import in_one_row, in_rows


class Heading(Struct, frozen=True, kw_only=True, tag=True):
    """The beginning of a part; `level` 2 for a part, 3 for a part of it."""

    text: str
    level: int = 2


class Paragraph(Struct, frozen=True, kw_only=True, tag=True):
    """A paragraph; a `warning` stands out."""

    text: str
    warning: bool = False


class Listing(Struct, frozen=True, kw_only=True, tag=True):
    """Sentences one below the other; `mark` says of all of them what they are (✓, ?, ✗)."""

    items: tuple[str, ...]
    mark: str = "•"


class Quote(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody's own words, in their own language (a BCP 47 tag, empty if not stated)."""

    text: str
    language: str = ""


class Column(Struct, frozen=True, kw_only=True):
    """A column of a table: its head, and its part of the width."""

    head: str
    width: int


class Rows(Struct, frozen=True, kw_only=True, tag=True):
    """A table. A cell may have several rows of text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Listing | Quote | Rows


class Paper(Struct, frozen=True, kw_only=True):
    """A whole paper; the `banner` stands at the head of every page."""

    title: str
    subtitle: str
    banner: str
    blocks: tuple[Block, ...]


def made_safe(paper: Paper) -> Paper:
    """The paper with every text in the form in which it may be shown: whatever strangers wrote into
    it, nothing ends a row, turns letters round or commands a terminal, but for the rows of a quote
    and of a cell.
    """
    return replace(
        paper,
        title=in_one_row(paper.title),
        subtitle=in_one_row(paper.subtitle),
        blocks=tuple(map(_safe, paper.blocks)),
    )


def _safe(block: Block) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, text=in_one_row(block.text))
        case Listing():
            return replace(block, items=tuple(map(in_one_row, block.items)))
        case Quote():
            return replace(block, text=in_rows(block.text), language=in_one_row(block.language))
        case Rows():
            return Rows(
                columns=tuple(replace(each, head=in_one_row(each.head)) for each in block.columns),
                rows=tuple(tuple(map(in_rows, row)) for row in block.rows),
            )


def columns(**widths: int) -> tuple[Column, ...]:
    """Columns by their heads, `_` for a space, and widths."""
    return tuple(Column(head=head.replace("_", " "), width=width) for head, width in widths.items())
