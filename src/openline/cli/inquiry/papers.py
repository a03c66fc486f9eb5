"""The papers that go with a copy: made of the copy, and so made again by whoever doubts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from openline.cli.inquiry.composing import compose
from openline.cli.inquiry.copy_reading import read_copy
from openline.cli.inquiry.html import render_html
from openline.cli.inquiry.paper import Paper, made_safe
from openline.cli.inquiry.pdf import render_pdf
from openline.cli.inquiry.plain import render_plain
from openline.cli.inquiry.read_me import READ_ME_TEXT
from openline.cli.inquiry.told import told_in
from openline.record.bundle import MADE_WITH, READ_ME, Bundle

_RENDERERS: Final[Mapping[str, Callable[[Paper], bytes]]] = MappingProxyType(
    {"timeline.html": render_html, "timeline.pdf": render_pdf, "timeline.txt": render_plain}
)
_OURS: Final = ("openline",)
_OF_PDF: Final = ("fpdf2", "fonttools", "matplotlib", "pillow", "uharfbuzz")
"""What else the bytes of the PDF depend on besides the copy."""


class MadeWith(Struct, frozen=True, kw_only=True):
    """`papers.json`: which releases made the papers; others may make other bytes of the same."""

    format: str
    releases: dict[str, str]


FORMAT: Final = "openline-papers/1"


def made_here() -> MadeWith:
    """What papers made by this very program are made with."""
    return MadeWith(format=FORMAT, releases={each: version(each) for each in (*_OURS, *_OF_PDF)})


def differing(said: MadeWith, paper: str) -> tuple[str, ...]:
    """The releases that matter to a paper and that are not those by which it is said to be made.

    None where nothing readable is said: what is not said excuses no difference.
    """
    if said.format != FORMAT or paper == MADE_WITH:
        return ()
    matter = (*_OURS, *_OF_PDF) if paper.endswith(".pdf") else _OURS
    here = made_here().releases
    return tuple(each for each in matter if said.releases.get(each, here[each]) != here[each])


def papers_of(bundle: Bundle) -> dict[str, bytes]:
    """The papers of the incident that a copy was made of, by file name.

    Raises:
        RecordFault, Malformed: the copy cannot be read.
        UnknownThing: no incident is opened in it.
    """
    copy = read_copy(bundle)
    paper = made_safe(compose(copy, told_in(copy)))
    made = msgspec.json.format(msgspec.json.encode(made_here()), indent=2) + b"\n"
    papers = {name: render(paper) for name, render in _RENDERERS.items()}
    return {READ_ME: READ_ME_TEXT.encode(), **papers, MADE_WITH: made}
