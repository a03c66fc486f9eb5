"""A paper as one HTML file that needs nothing: no script, no font, no picture, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from openline.cli.inquiry.paper import Block, Heading, Listing, Paper, Paragraph, Quote, Rows

_STYLE: Final = """
body { font: 16px/1.5 "DejaVu Sans", "Noto Sans", "Noto Naskh Arabic", system-ui, sans-serif;
  color: #1a1a1a; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.9rem; margin: 0; }
.subtitle { color: #444; margin: 0.25rem 0 1.5rem; }
.banner { border: 2px solid #8a5a00; background: #fff6e0; padding: 0.5rem 0.75rem;
  font-weight: bold; }
h2 { font-size: 1.3rem; margin: 2.25rem 0 0.5rem; border-top: 2px solid #1a1a1a;
  padding-top: 0.75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.4rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
.warning { border-left: 4px solid #8a5a00; padding-left: 0.75rem; }
blockquote { margin: 0.5rem 0; padding: 0.5rem 1rem; border-inline-start: 4px solid #3b5b7a;
  background: #f2f5f8; white-space: pre-wrap; max-width: 46rem; }
ul { list-style: none; padding: 0; margin: 0.5rem 0; }
li { margin: 0.3rem 0; padding-left: 1.5rem; text-indent: -1.5rem; overflow-wrap: anywhere; }
li > b { display: inline-block; width: 1.5rem; text-indent: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 0.75rem 0; table-layout: fixed;
  min-width: 40rem; }
th, td { text-align: start; vertical-align: top; padding: 0.35rem 0.5rem;
  border-bottom: 1px solid #b8b8b8; overflow-wrap: anywhere; white-space: pre-line;
  font-size: 0.9rem; }
th { border-bottom: 2px solid #1a1a1a; }
@media print { body { margin: 0; max-width: none; font-size: 11px; }
  h2, h3 { break-after: avoid; } tr, blockquote { break-inside: avoid; }
  .scroll { overflow: visible; } table { min-width: 0; } }
"""


def render_html(paper: Paper) -> bytes:
    """The paper as HTML: the same bytes for the same paper."""
    return "".join(_page(paper)).encode()


def _page(paper: Paper) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    yield "style-src 'unsafe-inline'\">\n"
    yield f"<title>{escape(paper.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    if paper.banner:
        yield f'<p class="banner" role="note">{escape(paper.banner)}</p>\n'
    yield f"<h1>{escape(paper.title)}</h1>\n"
    yield f'<p class="subtitle">{escape(paper.subtitle)}</p>\n'
    for block in paper.blocks:
        yield _block(block)
    yield "</body>\n</html>\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"<h{level}>{escape(text)}</h{level}>\n"
        case Paragraph(text=text, warning=warning):
            kind = ' class="warning"' if warning else ""
            return f"<p{kind}>{escape(text)}</p>\n"
        case Listing(items=items, mark=mark):
            rows = "".join(f"<li><b>{escape(mark)}</b>{escape(item)}</li>\n" for item in items)
            return f"<ul>\n{rows}</ul>\n"
        case Quote(text=text, language=language):
            tag = f' lang="{escape(language)}"' if language else ""
            return f'<blockquote{tag} dir="auto">{escape(text)}</blockquote>\n'
        case Rows():
            return _table(block)


def _table(rows: Rows) -> str:
    widths = sum(each.width for each in rows.columns)
    heads = "".join(
        f'<th scope="col" style="width:{100 * each.width / widths:.1f}%">{escape(each.head)}</th>'
        for each in rows.columns
    )
    body = "".join(
        "<tr>" + "".join(f'<td dir="auto">{escape(cell)}</td>' for cell in row) + "</tr>\n"
        for row in rows.rows
    )
    return (
        f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table></div>\n"
    )
