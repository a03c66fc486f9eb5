"""Paragraphs cut into sentences and words, each with where it stands; quotes are kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from openline.reports.lexicon import words_of

_ABBREVIATED: Final = words_of("""
    gen lt col maj sgt capt cmdr adm brig cpl pvt mr mrs ms dr prof rep sen gov pres st no nos
    vs etc jan feb mar apr jun jul aug sept sep oct nov dec mt ft approx u.s u.n u.k u.a.e e.u
    a.m p.m d.c inc ltd co corp rev hon fr sr jr i.e e.g al cf km
""")
_END: Final = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s|$)")
_INITIALS: Final = re.compile(r"(?:[a-z]\.)+[a-z]")
_LAST_WORD: Final = re.compile(r"([^\s\"“”(\[]+)$")
_WORD: Final = re.compile(
    r"(?:[A-Za-z]\.){2,}|\d[\d.,:]*\d|[^\W_]+(?:[-‐‑'’.][^\W_]+)*[’']?(?=\W|$)|[^\s\w]|_",
)
_ARTICLED: Final = re.compile(r"(?:al|el|as|es|ash|az|ez|ad|ed|an|ar|er|at|et|l|d)[-‐‑'’][A-Z]")
_NO_WORDS: Final = frozenset({"WHO", "US", "IT"})
OPENING: Final = "“«„"
CLOSING: Final = "”»"
STRAIGHT: Final = '"'


class Word(Struct, frozen=True):
    """A word or a mark: as it is written, in lower case, where it starts and ends in the sentence.

    `quoted` tells that it stands between quotation marks.
    """

    text: str
    low: str
    start: int
    end: int
    quoted: bool

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return not (self.text[0].isalnum() or self.text[0] == "_")

    @property
    def is_capital(self) -> bool:
        """Whether it is written as a name: `Homs`, `al-Tanf`, `ez-Zor`."""
        return self.text[0].isupper() or _ARTICLED.match(self.text) is not None


class Sentence(Struct, frozen=True, kw_only=True):
    """One sentence of a paragraph.

    `opens_quoted` tells that it begins inside a quotation begun before it, `ends_quoted` that one
    is still open at its end.
    """

    text: str
    words: tuple[Word, ...]
    paragraph: int
    opens_quoted: bool
    ends_quoted: bool


def cut_sentences(text: str, paragraph: int) -> list[Sentence]:
    """The sentences of one paragraph, in order; nothing of it is lost."""
    found: list[Sentence] = []
    start, quoted = 0, False
    for end in [*_ends(text), len(text)]:
        piece = text[start:end].strip()
        if piece:
            words, closes = _words_of(piece, quoted=quoted)
            found.append(
                Sentence(
                    text=piece,
                    words=words,
                    paragraph=paragraph,
                    opens_quoted=quoted,
                    ends_quoted=closes,
                )
            )
            quoted = closes
        start = end
    return found


def _ends(text: str) -> list[int]:
    return [each.end() for each in _END.finditer(text) if _is_end(text, each)]


def _is_end(text: str, mark: re.Match[str]) -> bool:
    after = text[mark.end() :].lstrip()
    if after[:1].islower():
        return False  # `“Stop!” he said`, and abbreviations within a sentence
    if mark[0] != ".":
        return True
    before = _LAST_WORD.search(text[: mark.start()][-40:])
    last = before[1].lower().lstrip("(") if before else ""
    initials = _INITIALS.fullmatch(last) is not None  # `the B.C. Wildfire Service`
    if last in _ABBREVIATED or initials or (len(last) == 1 and last.isalpha() and last != "i"):
        # A title or an initial goes on, unless a month's or a country's name ends the sentence.
        return last in {"u.s", "u.n", "u.k", "a.m", "p.m", "e.u", "b.c", "d.c"} and _starts_anew(
            after
        )
    return True


def _starts_anew(after: str) -> bool:
    first = after.split(" ", 1)[0]
    return first in {"The", "He", "She", "It", "They", "In", "On", "But", "A", "An", "This", "We"}


def _words_of(text: str, *, quoted: bool) -> tuple[tuple[Word, ...], bool]:
    words: list[Word] = []
    shouted = text.isupper()
    for found in _WORD.finditer(text):
        written = found[0]
        if written in OPENING:
            quoted = True
        elif written in CLOSING:
            quoted = False
        elif written == STRAIGHT:
            quoted = not quoted
        inside = quoted and written not in OPENING + CLOSING + STRAIGHT
        low = written.lower().replace("’", "'")
        if written in _NO_WORDS and not shouted:
            low = ".".join(low)  # the United States, and no pronoun
        words.append(Word(written, low, *found.span(), inside))
    return tuple(words), quoted


def text_of(words: Sequence[Word]) -> str:
    """The words as they stood: with the spaces that they had."""
    out = ""
    for number, word in enumerate(words):
        if number and word.start > words[number - 1].end:
            out += " "
        out += word.text
    return out.strip()
