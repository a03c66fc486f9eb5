"""Bytes of a report made plain paragraphs: decoded, without markup, bounded in time and size."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

from msgspec import Struct

from openline.domain.errors import Malformed, TooLarge

LARGEST_BYTES: Final = 10_000_000
"""A larger report is refused unread: no newspaper page is one."""
MOST_CHARACTERS: Final = 400_000
"""What stands beyond this much plain text is left out, and named."""
LONGEST_PARAGRAPH: Final = 20_000
MOST_PARAGRAPHS: Final = 5_000

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"charset=[\"']?([A-Za-z0-9_.:-]{2,20})", re.IGNORECASE)
_MARKUP: Final = re.compile(
    r"<(?:!doctype|html|head|body|p|div|article|br|script|span|table|h[1-6])\b", re.IGNORECASE
)
_UNSEEN: Final = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
"""What is not seen, or turns the order of what is seen: none of it is read."""
_SPACES: Final = re.compile(r"\s+")
_GAP: Final = re.compile(r"\n[ \t]*\n")

_NEVER_TEXT: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea"}
)
_BESIDE: Final = frozenset({"nav", "footer", "aside", "form", "button", "figcaption", "label"})
_BLOCKS: Final = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "td", "table", "section", "article", "header",
     "main", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "title", "hr", "time", "dd", "dt",
     "nav", "footer", "aside", "form", "button", "figcaption", "label", "head", "body"}
)  # fmt: skip
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "wbr"})
_DATED: Final = frozenset(
    {"article:published_time", "date", "dc.date", "pubdate", "publishdate", "datepublished",
     "og:published_time", "dc.date.issued", "parsely-pub-date"}
)  # fmt: skip


LONGEST_WRAPPED: Final = 100
"""Rows of more characters are paragraphs of their own: nobody wraps so late."""
_RAGGED: Final = 12
"""Columns by which a row that was wrapped by hand may fall short."""
_BULLETS: Final = frozenset("•·▪*‣◦")
DEEPEST: Final = 2_000
"""Tags open at once; deeper ones are read, and not minded."""
_BY_NAME: Final = re.compile(
    r"(?<![a-z])(?:(?P<cookie>cookies?|consent|gdpr|privacy)|(?P<share>share|sharing|social)|"
    r"(?P<comments>comments?|disqus)|"
    r"(?P<promo>promo|advert|advertisement|ads?|newsletter|subscribe|related|"
    r"sponsored|recommended|banner|paywall))(?![a-z])"
)


def _beside_of(tag: str, said: dict[str, str | None]) -> str:
    """The part of a page that a tag opens, if it is none of the report."""
    if tag in _BESIDE:
        return tag
    named = _BY_NAME.search(f"{said.get('class') or ''} {said.get('id') or ''}".lower()[:200])
    return (
        (named.lastgroup or "") if named and tag not in {"html", "body", "article", "main"} else ""
    )


class Paragraph(Struct, frozen=True, kw_only=True):
    """One paragraph, its spaces single; `beside` names a part of a page that is no report."""

    text: str
    is_heading: bool = False
    beside: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """A report as it is read: its paragraphs, and what a page itself says of it.

    `cut` tells that it went on beyond what is read.
    """

    paragraphs: tuple[Paragraph, ...]
    published: str = ""
    was_markup: bool = False
    cut: bool = False


def read_page(data: bytes, name: str) -> Page:
    """The paragraphs of a text or an HTML page, in whatever encoding it came.

    Raises:
        TooLarge: it is over `LARGEST_BYTES`.
        Malformed: it is no text at all.
    """
    if len(data) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1_000_000
        raise TooLarge(f"{name}: a report of more than {limit} MB. Give the one article alone.")
    text = _decoded(data, name)
    if not _UNSEEN.sub("", text).strip():
        raise Malformed(f"{name}: there is no text in it. Give a report to read.")
    if _MARKUP.search(text[:20_000]):
        return _from_markup(text)
    text, cut = text[:MOST_CHARACTERS], len(text) > MOST_CHARACTERS
    blocks = _GAP.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    width = _width(blocks) or LONGEST_WRAPPED // 2
    split = [each for block in blocks for each in _unwrapped(block, width)]
    paragraphs = [Paragraph(text=plain) for each in split if (plain := _plain(each))]
    return _bounded(paragraphs, cut=cut)


def _width(blocks: Sequence[str]) -> int:
    """How wide most rows are that do not end their block; 0 where no row was wrapped."""
    rows = [
        len(row.rstrip())
        for block in blocks
        if (all_ := block.split("\n")) and len(all_) > 2
        for row in all_[:-1]
    ]
    return sorted(rows)[len(rows) // 2] if len(rows) > 4 else 0


def _is_meant(row: str, following: str, width: int) -> bool:
    """Whether a row ends where the next word would have had room: no wrapping did that."""
    word = following.split(" ", 1)[0]
    return len(row.rstrip()) + 1 + len(word) + _RAGGED < width


_DATED_ROW: Final = re.compile(
    r"(?:[A-ZÀ-Þ][\w'’ -]{1,30}, )?(?:[A-Z][a-z]+day,? )?\d{1,2} [A-Z][a-z]{2,8} \d{4}"
    r"(?:,? \d{1,2}[:.]\d\d)?(?: ?\([^)]*\))?$"
)
"""`Manila, 16 September 2025, 10:00`: a row of its own, and no part of what stands above it."""


def _unwrapped(block: str, width: int) -> list[str]:
    """The paragraphs of a block without empty rows: rows that were only wrapped are joined."""
    rows = block.split("\n")
    if any(len(row) > LONGEST_WRAPPED for row in rows):
        return rows
    found: list[str] = []
    alone = True
    before = ""
    for row in rows:
        plain = row.strip()
        heading = (plain.isupper() and len(plain) > 2) or _DATED_ROW.match(plain) is not None
        if (
            alone
            or heading
            or (found and _is_meant(before, plain, width))
            or plain[:1] in _BULLETS
            or (found and found[-1].endswith(":") and len(found) == 1)
        ):
            found.append(plain)
        else:
            found[-1] += " " + plain
        alone, before = heading, row
    return found


def _decoded(data: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    zeros = data[:4_000].count(0)
    if zeros > len(data[:4_000]) // 4:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = data[:4_000].decode(encoding, "replace")
            if sum(each.isalpha() and each.isascii() for each in text) > len(text) // 2:
                return data.decode(encoding, "replace")
        raise Malformed(f"{name}: it is no text. Save the report as text or HTML.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:4_000])
    try:
        encoding = codecs.lookup(declared[1].decode()).name if declared else "cp1252"
        text = data.decode("cp1252" if encoding == "utf-8" else encoding, "replace")
    except (LookupError, ValueError):
        text = data.decode("cp1252", "replace")
    if (
        sum(each == "\ufffd" or not (each.isprintable() or each.isspace()) for each in text[:4_000])
        > 400
    ):
        raise Malformed(f"{name}: it is no text. Save the report as text or HTML.")
    return text


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _UNSEEN.sub("", text[: 2 * LONGEST_PARAGRAPH])).strip()[
        :LONGEST_PARAGRAPH
    ]


def _bounded(
    paragraphs: list[Paragraph], *, cut: bool = False, markup: bool = False, published: str = ""
) -> Page:
    kept: list[Paragraph] = []
    room = MOST_CHARACTERS
    for each in paragraphs[:MOST_PARAGRAPHS]:
        if len(each.text) > room:
            break
        room -= len(each.text)
        kept.append(each)
    return Page(
        paragraphs=tuple(kept),
        published=published,
        was_markup=markup,
        cut=cut or len(kept) < len(paragraphs),
    )


class _Reader(HTMLParser):
    """Collects paragraphs; depth is counted and never recursed into."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[Paragraph] = []
        self.published = ""
        self._held: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._never = 0
        self._heading = False

    def flush(self) -> None:
        """Ends the paragraph begun."""
        plain = _plain("".join(self._held))
        self._held.clear()
        if plain:
            self.paragraphs.append(
                Paragraph(text=plain, is_heading=self._heading, beside=self._beside())
            )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens what the tag opens; a paragraph or an item ends the one before it."""
        if tag in {"meta", "time"}:
            self._read_date(tag, dict(attrs))
        if tag in _BLOCKS:
            self.flush()
        if tag in _VOID:
            return
        if tag in _NEVER_TEXT:
            self._never += 1
        if tag in {"p", "li"} and self._open and self._open[-1][0] == tag:
            self._open.pop()
        if len(self._open) < DEEPEST:
            self._open.append((tag, self._beside() or _beside_of(tag, dict(attrs))))
        self._heading = tag in {"h1", "title"} or (self._heading and tag not in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        """Closes what the tag closes; one that closes nothing is passed over."""
        if tag in _BLOCKS:
            self.flush()
            self._heading = False
        if tag in _NEVER_TEXT:
            self._never = max(0, self._never - 1)
        for back in range(1, min(len(self._open), 30) + 1):
            if self._open[-back][0] == tag:
                del self._open[-back:]
                break

    def _beside(self) -> str:
        return self._open[-1][1] if self._open else ""

    def handle_data(self, data: str) -> None:
        """Text, unless it is a script's or the like."""
        if not self._never:
            self._held.append(data)

    def _read_date(self, tag: str, said: dict[str, str | None]) -> None:
        name = (said.get("property") or said.get("name") or said.get("itemprop") or "").lower()
        given = said.get("content") or said.get("datetime") or ""
        if given and not self.published and (tag == "time" or name in _DATED):
            self.published = given[:64]


def _from_markup(text: str) -> Page:
    reader = _Reader()
    limit, cut = 6 * MOST_CHARACTERS, False
    for start in range(0, len(text), 65_536):
        reader.feed(text[start : start + 65_536])
        read = sum(len(each.text) for each in reader.paragraphs[-1000:])
        if len(reader.paragraphs) > MOST_PARAGRAPHS or read > MOST_CHARACTERS or start > limit:
            cut = True
            break
    reader.flush()
    return _bounded(reader.paragraphs, cut=cut, markup=True, published=reader.published)
