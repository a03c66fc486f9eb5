"""A paper as PDF, in A4, its letters within it: Latin, Cyrillic and Arabic alike."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from openline.cli.inquiry.paper import Block, Heading, Listing, Paper, Paragraph, Quote, Rows

_FONT: Final = "DejaVu"
_FONT_FILES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ku", "ur")
_SIZE: Final = {1: 20.0, 2: 14.0, 3: 10.5}
_TEXT: Final = 9.5
_CELL: Final = 8.0
_LEAD: Final = 1.4
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The file says nothing of when it was made: the same paper is the same bytes."""


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF: the same bytes for the same paper, releases of the library alike."""
    page = _Page(paper)
    page.add_page()
    page.heading(paper.title, 1)
    page.paragraph(paper.subtitle, grey=True)
    for block in paper.blocks:
        _draw(page, block)
    return bytes(page.output())


def _draw(page: _Page, block: Block) -> None:
    match block:
        case Heading(text=text, level=level):
            page.heading(text, level)
        case Paragraph(text=text, warning=warning):
            page.paragraph(text, bold=warning)
        case Listing(items=items, mark=mark):
            page.listing(items, mark)
        case Quote():
            page.quote(block)
        case Rows():
            page.rows(block)


class _Page(FPDF):
    """Pages with a banner above and their number below."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self._paper = paper
        for style, name in _FONT_FILES.items():
            self.add_font(_FONT, style, _fonts() / name)
        self.set_text_shaping(use_shaping_engine=True)
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_creation_date(_NO_TIME)
        self.set_title(paper.title)
        self.set_lang("en")
        self.set_font(_FONT, size=_TEXT)

    def header(self) -> None:
        """The banner, and from the second page on which paper it is."""
        self.set_font(_FONT, "B" if self._paper.banner else "", 8)
        self.set_text_color(110, 70, 0)
        running = self._paper.title if self.page_no() > 1 else ""
        text = "  ·  ".join(filter(None, (self._paper.banner, running)))
        if text:
            self.cell(0, 5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(2)
        self.set_text_color(0)
        self.set_font(_FONT, size=_TEXT)

    def footer(self) -> None:
        """The page's number."""
        self.set_y(-13)
        self.set_font(_FONT, size=8)
        self.set_text_color(90)
        self.cell(0, 5, f"page {self.page_no()}", align=Align.R)
        self.set_text_color(0)

    def heading(self, text: str, level: int) -> None:
        """A heading; never alone at the foot of a page."""
        size = _SIZE[level]
        if self.will_page_break(size + 14):
            self.add_page()
        self.ln(5 if level == 2 else 2)
        self.set_font(_FONT, "B", size)
        self._lines(text, size)
        self.ln(1)
        self.set_font(_FONT, size=_TEXT)

    def paragraph(self, text: str, *, bold: bool = False, grey: bool = False) -> None:
        """A paragraph over the whole width."""
        self.set_font(_FONT, "B" if bold else "", _TEXT)
        self.set_text_color(80 if grey else 0)
        self._lines(text, _TEXT)
        self.set_text_color(0)
        self.ln(1.2)
        self.set_font(_FONT, size=_TEXT)

    def listing(self, items: tuple[str, ...], mark: str) -> None:
        """One item below the other, each behind its mark."""
        for item in items:
            if self.will_page_break(10):
                self.add_page()
            self.cell(6, _TEXT * _LEAD * 0.3528, mark)
            self._lines(item, _TEXT, indent=6)
            self.ln(0.6)
        self.ln(1)

    def quote(self, quote: Quote) -> None:
        """Somebody's own words, set off; from the right where their language is."""
        from_right = quote.language.split("-")[0].lower() in _RIGHT_TO_LEFT
        self.set_fill_color(242, 245, 248)
        self.set_x(self.l_margin + 4)
        self.set_font(_FONT, size=10.5)
        self.multi_cell(
            self.epw - 8,
            6,
            quote.text,
            align=Align.R if from_right else Align.L,
            fill=True,
            padding=(2, 3, 2, 3),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.set_fill_color(255)
        self.ln(2)
        self.set_font(_FONT, size=_TEXT)

    def rows(self, rows: Rows) -> None:
        """A table whose head stands again on every page."""
        self.set_font(_FONT, size=_CELL)
        with self.table(
            col_widths=tuple(each.width for each in rows.columns),
            text_align=Align.L,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=(232, 236, 240)),
            line_height=_CELL * _LEAD * 0.3528,
            padding=1.1,
        ) as table:
            table.row(tuple(each.head for each in rows.columns))
            for row in rows.rows:
                table.row(row)
        self.ln(2)
        self.set_font(_FONT, size=_TEXT)

    def _lines(self, text: str, size: float, indent: float = 0) -> None:
        self.set_x(self.l_margin + indent)
        height = size * _LEAD * 0.3528
        self.multi_cell(
            self.epw - indent, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )


def _fonts() -> Path:
    """DejaVu Sans, which comes with matplotlib: it has all three alphabets."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib, and its fonts, are not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
