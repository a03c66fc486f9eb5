"""A report read whole: its paragraphs, sentence by sentence, into drafts and what was left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from openline.reports.boilerplate import is_opinion, reason_of_text, reason_to_leave
from openline.reports.calendar import find_report_date
from openline.reports.colour import only_supposed
from openline.reports.drafting import Drafter, corrects_itself
from openline.reports.events import find_subject
from openline.reports.frames import Frame
from openline.reports.frames_by_grammar import frames_by_grammar
from openline.reports.gazetteer import Gazetteer, bundled
from openline.reports.grammar import Grammar, Parses
from openline.reports.learned import Opinion
from openline.reports.lexicon import NEGATIONS, OWN, PRONOUNS, Stance
from openline.reports.making import finished
from openline.reports.memory import ISSUED_BY, Memory
from openline.reports.persons import Speaker
from openline.reports.places import Places
from openline.reports.report import Drafted, LeftOut, Source
from openline.reports.sentences import Sentence, cut_sentences
from openline.reports.speech import find_frames
from openline.reports.text import Page, Paragraph, read_page
from openline.reports.turns import Turns

MOST_DRAFTS: Final = 500
LONGEST_SENTENCE: Final = 1_200
LONGEST_LEFT: Final = 300
MOST_LEFT: Final = 200
_DATELINE: Final = re.compile(
    r"^[A-ZÀ-Þ][A-ZÀ-Þ0-9 .,'’/-]{2,60}(?:,? "
    r"?\([^)]{2,40}\))?(?:,[^—–-]{0,50})?(?:\([^)]{2,40}\))?[^—–-]{0,20}?\s*(?:--|"
    r"[—–-])\s+"
)
_DATED_LINE: Final = re.compile(
    r"^[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,3},(?: [A-ZÀ-Þ][\w .]{2,30},)?(?: \w+day,)? "
    r"(?:\d{1,2} [A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\.? \d{1,2})(?:,? \d{4})?(?: ?\([^)]{2,40}\))? ?"
    r"(?:--|[—–-]) "
)
"""The same with a town in small letters: `Addis Ababa, 9 October 2023 (Horn Wire) — `."""
_OWN_PAPER: Final = re.compile(
    r"\b(?:earlier|previous|first|this) (?:post|version|report|edition|bulletin|entry|article|"
    r"story|update)\b|^our (?:\w+ )?(?:edition|bulletin|report|update)\b|"
    r"^(?:flash )?update no\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"^\[?\d{1,2}[:.h]\d\d(?:[:.]\d\d)? ?(?:[ap]\.?m\.?|GMT|UTC|CES?T|BST|EES?T|MSK|Z|local|"
    r"local time|hrs|hours)?\]?\s*[-–—:|]?\s+(?=\S)",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^(?:[•·*▪◦‣–-]|\(?\d{1,2}[.)])\s+(?=\S)")
_ISSUED: Final = re.compile(
    r"[—–-] (?:statement|announcement)$|"
    r"\b(?:communiqu[ée]|press (?:release|service|office|note|statement)|situation "
    r"(?:report|update)|sitrep|flash (?:update|report)|bulletin|information (?:note|service)|"
    r"daily (?:brief|update|summary)|humanitarian update|operational "
    r"(?:summary|update)|official statement|"
    r"statement (?:by|of|on|from)|field report|news release)\b",
    re.IGNORECASE,
)
_DECLINED: Final = re.compile(r"\b(?:declined|refused|would not|could not|did not) (?:to )?say\b")
"""Somebody who says nothing is spoken of all the same, and may be `he` in the next sentence."""
_ENDED: Final = re.compile(r"[.!?:;…][\"”’')\]]*$")


def read_report(
    data: bytes,
    name: str,
    day: date | None = None,
    gazetteer: Gazetteer | None = None,
    grammar: Grammar | None = None,
    learned: Opinion | None = None,
) -> Drafted:
    """The drafts of a report, and what was left out of it.

    Args:
        name: what to call the report.
        day: the day it is of, where one knows better than its text.
        grammar: the parser that is asked for a second opinion.
        learned: whoever learned from labelled reports, asked for a third. Without both the rules
            read alone.

    Raises:
        TooLarge, Malformed: it cannot be read; the sentence says why.
    """
    page = read_page(data, name)
    of_day, dated_by = _dated(page, day)
    headings = [each.text for each in page.paragraphs if not each.beside and _is_heading(each)]
    parses, left, count = Parses(grammar), _Left(), 0
    drafter = _drafter(page, headings, of_day, gazetteer or bundled(), parses, learned)
    if is_opinion(page.paragraphs):
        for each in page.paragraphs:
            left.add(each.text, reason_to_leave(each) or "opinion")
    else:
        count = _Reader(drafter, left, parses).read(page.paragraphs)
        drafter.link_again()
    if page.cut:
        left.add("", "too long: what follows was not read")
    return Drafted(
        report=Source(
            name=name,
            digest=hashlib.sha256(data).hexdigest(),
            title=headings[0] if headings else None,
            date=of_day.isoformat() if of_day else None,
            dated_by=dated_by,
            read_by=" and ".join(["rules", *(each.name for each in (grammar, learned) if each)]),
            sentences=count,
            cut=page.cut,
        ),
        drafts=finished(drafter.made[:MOST_DRAFTS]),
        left_out=tuple(left.found),
    )


def _drafter(
    page: Page,
    headings: Sequence[str],
    day: date | None,
    gazetteer: Gazetteer,
    parses: Parses,
    learned: Opinion | None,
) -> Drafter:
    """What drafts are made with: the report's places, who issued it, and its day."""
    own = [each.text for each in page.paragraphs if not each.beside]
    opening = [
        each.text for each in page.paragraphs[:6] if not each.beside and len(each.text) < 300
    ]
    issued = any(map(_ISSUED.search, headings[:5])) or any(map(ISSUED_BY.search, opening))
    return Drafter(
        Places(gazetteer, "\n".join(own)),
        Memory(headings[:6], opening),
        day,
        issued=issued,
        parses=parses,
        learned=learned,
    )


def _dated(page: Page, day: date | None) -> tuple[date | None, str | None]:
    if day is not None:
        return day, "given"
    if page.published and (at := find_report_date(page.published)) is not None:
        return _local(at, page.published), "page"
    for each in page.paragraphs[:40]:
        if (at := find_report_date(each.text[:300])) is not None:
            return at.date(), "text"
    return None, None


def _local(at: datetime, written: str) -> date:
    found = re.match(r"(\d{4}-\d\d-\d\d)", written)
    return date.fromisoformat(found[1]) if found else at.date()


class _Left:
    """What was left out, each once, shortened, and no more of it than anybody reads."""

    def __init__(self) -> None:
        self.found: list[LeftOut] = []

    def add(self, text: str, reason: str) -> None:
        if len(self.found) < MOST_LEFT:
            self.found.append(LeftOut(text=text[:LONGEST_LEFT], reason=reason))


class _Reader:
    """Reads paragraphs in order: whose quotation goes on, who was last to speak."""

    def __init__(self, drafter: Drafter, left: _Left, parses: Parses) -> None:
        self._drafter = drafter
        self._parses = parses
        self._left = left
        self._speaker: Speaker | None = None
        self._stance = Stance.SAY
        self._count = 0
        self._last_of_all = -1
        self._turns = Turns((), drafter.memory)
        self._after_clock: set[int] = set()

    def read(self, paragraphs: Sequence[Paragraph]) -> int:
        """Reads all; the number of sentences."""
        self._turns = Turns(paragraphs, self._drafter.memory)
        self._last_of_all = next(
            (
                n
                for n in range(len(paragraphs) - 1, -1, -1)
                if not reason_to_leave(paragraphs[n]) and not reason_of_text(paragraphs[n].text)
            ),
            -1,
        )
        alone = sum(not each.beside for each in paragraphs) == 1
        if alone:
            self._last_of_all = -1  # a line that was pasted: neither a heading nor cut off
        for number, each in enumerate(paragraphs):
            if len(self._drafter.made) >= MOST_DRAFTS:
                self._left.add(each.text, f"beyond {MOST_DRAFTS} drafts: not read")
                break
            if reason := reason_to_leave(each):
                self._left.add(each.text, reason)
            elif _is_heading(each) and not alone:
                self._after_clock.add(number + 1)
                self._left.add(each.text, reason_of_text(each.text) or "heading")
            else:
                self._paragraph(each.text, number)
        return self._count

    def _paragraph(self, text: str, number: int) -> None:
        if len(text) > 60:
            text = _DATELINE.sub("", text, count=1)
            text = _DATED_LINE.sub("", text, count=1)
        bullet = _BULLET.match(text) is not None
        text = _BULLET.sub("", text, count=1)
        text, clocked = _CLOCK.subn("", text.lstrip("•·-–*▪◦‣ "), count=1)
        if clocked or number in self._after_clock:
            self._speaker = None  # another entry: nobody's words go on
        text, speaker, asks = self._turns.take(text, number)
        if asks:
            self._left.add(text, "question")
            return
        sentences = cut_sentences(text, number)
        for at, sentence in enumerate(sentences):
            if len(self._drafter.made) >= MOST_DRAFTS:
                break
            cut = number == self._last_of_all and at == len(sentences) - 1 and not bullet
            if cut and not _ENDED.search(sentence.text):
                self._left.add(sentence.text, "cut-off text")
                continue
            self._sentence(sentence, sentences, at, speaker)

    def _sentence(
        self, sentence: Sentence, all_: Sequence[Sentence], at: int, tagged: Speaker | None
    ) -> None:
        self._count += 1
        if len(sentence.text) > LONGEST_SENTENCE:
            self._left.add(sentence.text, "too long a sentence")
            return
        if reason := _reason(sentence):
            self._left.add(sentence.text, reason)
            return
        self._drafter.memory.hear(sentence.text, sentence.words)
        frames = self._frames_of(sentence)
        if _by_own_paper(frames) or (corrects_itself(sentence) and not _by_another(frames)):
            self._drafter.corrected(sentence)
            return
        if frames:
            self._frames(sentence, frames, tagged)
            return
        if _is_quotation(sentence):
            speaker = self._later_speaker(all_, at) or self._speaker
            if speaker is not None:
                self._drafter.quoted(sentence, speaker, self._stance)
            return
        self._heard_of(sentence)
        self._drafter.memory.introduce(sentence.words)
        if tagged is not None:
            self._drafter.quoted(sentence, tagged)
            self._drafter.forget_if_bare(sentence)
            return
        issuer = self._drafter.memory.issuer
        if issuer and any(each.low in OWN and not each.quoted for each in sentence.words):
            self._drafter.issued_word(sentence, Speaker(shown=issuer, party=issuer))
            return
        self._drafter.told(sentence)

    def _frames_of(self, sentence: Sentence) -> Sequence[Frame]:
        """Every act of saying in a sentence; with a parser, those too that the rules miss."""
        frames, parsed = find_frames(sentence), self._parses.of(sentence)
        return frames if parsed is None else frames_by_grammar(sentence.words, parsed, frames)

    def _frames(self, sentence: Sentence, frames: Sequence[Frame], tagged: Speaker | None) -> None:
        """Each act of saying in a sentence, and what stands before the first of them."""
        if (first := _told_first(sentence, frames)) is not None:
            self._drafter.told(first)
        for frame in frames:
            speaker = self._resolved(sentence, frame, tagged)
            if frame.speaker is not None and (
                speaker is None or self._may_be_another(frame, speaker)
            ):
                continue  # a pronoun that is nobody's: nothing is put into anybody's mouth
            if speaker is not None:
                self._speaker = speaker
            self._stance = frame.stance
            self._drafter.said(sentence, frame, speaker)
        if _DECLINED.search(sentence.text):
            self._drafter.memory.introduce(sentence.words)

    def _heard_of(self, sentence: Sentence) -> None:
        """What nobody is said to have spoken may bring in whoever is quoted next, or hide him."""
        if any(each.quoted for each in sentence.words):
            self._speaker = None  # somebody's words, and nobody knows whose
            return
        named = self._drafter.memory.only_named(sentence.words)
        self._speaker = named if named is not None else self._speaker

    def _may_be_another(self, frame: Frame, speaker: Speaker) -> bool:
        """`They deny it`, right after another's words: perhaps whoever was accused."""
        return (
            frame.stance is Stance.DENY
            and frame.speaker is not None
            and bool(frame.speaker.pronoun)
            and sum(b - a for a, b in frame.content) < 4
            and speaker == self._speaker
        )

    def _resolved(self, sentence: Sentence, frame: Frame, tagged: Speaker | None) -> Speaker | None:
        """Who speaks; `X will stay, its president said` is the president of X."""
        speaker = frame.speaker
        if speaker is None:
            return None
        if speaker.pronoun in {"he", "she"} and frame.begins > 3:
            self._drafter.memory.introduce(sentence.words[: frame.begins])
        first = speaker.pronoun == "i" or (speaker.pronoun == "we" and tagged is not None)
        if first and not sentence.words[frame.at].quoted:
            return tagged
        if speaker.party == "its" and frame.content and frame.content[0][1] <= frame.at:
            subject = find_subject(sentence.words, *frame.content[0])
            named = (
                subject is not None and subject.split()[0].lower() not in OWN | PRONOUNS | NEGATIONS
            )
            named = named and subject not in {"This", "That", "There", "These", "Those"}
            if subject is not None and named and subject[0].isupper() and len(subject.split()) < 6:
                speaker = replace(speaker, party=subject)
        return self._drafter.memory.resolve(speaker, but=tagged)

    def _later_speaker(self, all_: Sequence[Sentence], at: int) -> Speaker | None:
        """Whoever the same quotation is given to further on: `"We did. We went," she said`."""
        if not all_[at].ends_quoted:
            return None
        for later in all_[at + 1 : at + 5]:
            for frame in find_frames(later):
                if frame.speaker is not None and not frame.speaker.pronoun:
                    return self._drafter.memory.resolve(frame.speaker)
                return None
            if not later.ends_quoted:
                return None
        return None


def _by_own_paper(frames: Sequence[Frame]) -> bool:
    """`An earlier bulletin stated that …: it …`: told, to be corrected, by the paper itself."""
    first = frames[0].speaker if frames else None
    return first is not None and _OWN_PAPER.search(first.shown) is not None


def _by_another(frames: Sequence[Frame]) -> bool:
    """`The mission said the figure it gave should have been 14`: its own word, not the report's."""
    first = frames[0].speaker if frames else None
    return first is not None and not first.pronoun and frames[0].stance is Stance.SAY


def _told_first(sentence: Sentence, frames: Sequence[Frame]) -> Sentence | None:
    """The part before a semicolon, where only what follows it is anybody's word."""
    words = sentence.words
    semicolon = next((n for n, e in enumerate(words) if e.text == ";" and not e.quoted), 0)
    if semicolon < 4 or any(
        each.at < semicolon or any(start < semicolon for start, _ in each.content)
        for each in frames
        if not each.goes_on
    ):
        return None
    return replace(sentence, text=sentence.text[: words[semicolon].start], words=words[:semicolon])


def _is_quotation(sentence: Sentence) -> bool:
    letters = [each for each in sentence.words if not each.is_mark]
    return bool(letters) and sum(each.quoted for each in letters) >= 0.8 * len(letters)


def _is_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    if paragraph.is_heading:
        return True
    ends = text.rstrip("\"”’')").endswith((".", "!", "?", ":", ";", "…", "]"))
    shouted = text.isupper()
    if not shouted and _BULLET.match(text) and len(text.split()) > 5:
        return False  # an item of a list, with a full stop or without
    return (len(text) < 140 and (not ends or shouted)) or (
        text.count("|") > 0 and len(text) < 200 and not ends
    )


def _reason(sentence: Sentence) -> str:
    if reason := reason_of_text(sentence.text):
        return reason
    outside = [each for each in sentence.words if not each.quoted]
    if (outside and outside[-1].text == "?") or sentence.text.rstrip('"”').endswith("?"):
        return "question"
    if len(sentence.words) < 4:
        return "fragment"
    if only_supposed(sentence.text):
        return "supposition"
    return ""
