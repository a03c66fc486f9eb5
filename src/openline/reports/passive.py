"""Who speaks where the verb is passive: `denied by X`, `quoted as saying`, `blamed by Y for`."""

from __future__ import annotations

from collections.abc import Sequence

from openline.reports.anyverb import can_speak
from openline.reports.clauses import phrase_before
from openline.reports.frames import Frame
from openline.reports.handed_on import (
    after_verb,
    has_content,
)
from openline.reports.lexicon import (
    ADVERBS,
    BE,
    PLURAL_PEOPLE,
    ROLES,
    TIME_WORDS,
    Stance,
    singular,
)
from openline.reports.sentences import Word
from openline.reports.speakers import read_speaker
from openline.reports.subjects import (
    chunks_of,
    skip_back,
    subject_before,
)
from openline.reports.whose_claim import denied_there


def passive_frame(words: Sequence[Word], at: int, stance: Stance) -> Frame | None:
    """`Reports that … were denied by its mayor`; `X was accused by Y of …` turns about likewise."""
    if words[at].low in {"quoted", "cited"}:
        return _quoted_frame(words, at)
    if (there := denied_there(words, at, stance)) is not None:
        return there
    by = at + 1
    if stance is Stance.ACCUSE and by < len(words) and words[by].low in {"for", "of"}:
        return _blamed_later(words, at)
    if by >= len(words) or words[by].low != "by":
        if stance is Stance.WARN:
            return Frame(words[at].low, at, stance, None, after_verb(words, at), passive=True)
        return None
    end = next(
        (
            n
            for n in range(by + 1, len(words))
            if words[n].text in {",", "."} or (n > by + 1 and _ends_by(words, n))
        ),
        len(words),
    )
    speaker = read_speaker(words[by + 1 : end])
    if speaker is None:
        return None
    content: tuple[tuple[int, int], ...] = ((0, at - 1),)
    if stance is Stance.ACCUSE:
        content = ((0, at - 1), (end, len(words)))
    elif (stance is Stance.WARN or words[at].low == "told") and len(words) - end > 2:
        content = ((end, len(words)),)
    return Frame(words[at].low, at, stance, speaker, content, passive=True)


def _ends_by(words: Sequence[Word], at: int) -> bool:
    """Where `by a spokesman for the army on Monday` ends: whom an office is of belongs to it."""
    low, before = words[at].low, words[at - 1].low
    office = before in ROLES | PLURAL_PEOPLE or singular(before) in ROLES
    if low in {"of", "for"} and office:
        return False
    ends = {"of", "that", "to", "not", "for", "since", "against", "on", "this", "last", "as"}
    return low in ends | TIME_WORDS


def _blamed_later(words: Sequence[Word], at: int) -> Frame | None:
    """`X was blamed for the shelling by Y`: Y says so of X."""
    by = next((n for n in range(at + 3, min(len(words), at + 14)) if words[n].low == "by"), 0)
    if not by:
        return None
    end = next((n for n in range(by + 2, len(words)) if _ends_by(words, n)), len(words))
    end = next((n for n in range(by + 1, end) if words[n].is_mark), end)
    if not can_speak(words[by + 1 : end], (), named=True):
        return None
    speaker = read_speaker(words[by + 1 : end])
    accused = phrase_before(words, 0, at - 1)
    content = ((at + 1, by),)
    return (
        Frame(words[at].low, at, Stance.ACCUSE, speaker, content, accused=accused)
        if speaker and accused
        else None
    )


def quoting_frame(words: Sequence[Word], at: int) -> Frame | None:
    """`State television quoted X as saying`: it is X who speaks."""
    if words[at].low not in {"quoted", "quotes", "cited", "cites"} or words[at - 1].low in BE:
        return None
    limit = range(at + 2, min(len(words), at + 16))
    saying = next((n for n in limit if words[n].low == "saying"), 0)
    if not saying or words[saying - 1].low != "as":
        return None
    chunks = chunks_of(words, at + 1, saying - 1)
    main, beside = chunks[0], chunks[1] if len(chunks) > 1 else (saying, saying)
    speaker = read_speaker(words[main[0] : main[1]], words[beside[0] : beside[1]])
    return Frame("quoted", at, Stance.SAY, speaker, after_verb(words, saying)) if speaker else None


def _quoted_frame(words: Sequence[Word], at: int) -> Frame | None:
    """`X was quoted by an agency as saying`: it is X who speaks."""
    saying = next(
        (n for n in range(at + 1, min(len(words), at + 12)) if words[n].low == "saying"), None
    )
    if saying is None:
        return None
    found = subject_before(words, skip_back(words, at, ADVERBS))
    speaker = read_speaker(found[1], found[2]) if found else None
    if found is None or speaker is None:
        return None
    lead = ((0, found[0]),) if has_content(words[: found[0]]) else ()
    return Frame(
        "quoted", at, Stance.SAY, speaker, (*lead, *after_verb(words, saying)), begins=found[0]
    )
