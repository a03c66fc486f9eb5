"""Whose answer it is: `…, a charge that X rejects`, `denied in Y, where an official said …`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.frames import Frame
from openline.reports.handed_on import after_verb
from openline.reports.lexicon import BE, DETERMINERS, SAYING, Stance, words_of
from openline.reports.sentences import Word, text_of
from openline.reports.speakers import read_speaker
from openline.reports.subjects import chunks_of, clause_like, start_of_verb

_CLAIMS: Final = words_of("""
    claim claims accusation accusations allegation allegations assertion assertions charge charges
    suggestion version account accounts report reports statement figure story notion verdict
""")
_LINKS: Final = words_of("that which")
_SOMEWHERE: Final = words_of("in at from")


def of_whose_claim(main: Sequence[Word]) -> int:
    """Where whoever answers begins in `a claim that X`, `a charge X`; 0 where nobody does."""
    if not main or main[0].low not in DETERMINERS:
        return 0
    for at in range(1, min(5, len(main) - 1)):
        if main[at].low not in _CLAIMS:
            continue
        following = main[at + 1]
        if following.low in _LINKS and at + 2 < len(main):
            return at + 2
        if following.is_capital or following.low in DETERMINERS | {"he", "she", "they"}:
            return at + 1
    return 0


def denied_there(words: Sequence[Word], at: int, stance: Stance) -> Frame | None:
    """`That was denied in Ankara, where an official told …`: the official, for Ankara."""
    if stance not in {Stance.DENY, Stance.CONFIRM} or words[at - 1].low not in BE:
        return None
    if at + 2 >= len(words) or words[at + 1].low not in _SOMEWHERE or not words[at + 2].is_capital:
        return None
    end = next((n for n in range(at + 2, len(words)) if words[n].is_mark), len(words))
    place = words[at + 2 : end]
    if len(place) > 4 or not all(each.is_capital for each in place):
        return None
    there = text_of(place)
    if end + 2 < len(words) and words[end].text == "," and words[end + 1].low == "where":
        return _somebody_there(words, at, end + 2, there, stance)
    speaker = read_speaker(place)
    content = ((0, at - 1),)
    return Frame(words[at].low, at, stance, speaker, content, passive=True) if speaker else None


def _somebody_there(
    words: Sequence[Word], at: int, opened: int, there: str, stance: Stance
) -> Frame | None:
    said = next((n for n in range(opened + 1, len(words)) if words[n].low in SAYING), 0)
    begun = start_of_verb(words, said) if said else 0
    if not said or begun <= opened or clause_like(words[opened:begun]):
        return None
    chunks = chunks_of(words, opened, begun)
    main, beside = chunks[0], chunks[1] if len(chunks) > 1 else (begun, begun)
    speaker = read_speaker(words[main[0] : main[1]], words[beside[0] : beside[1]])
    if speaker is None:
        return None
    speaker = speaker if speaker.party else replace(speaker, party=there)
    return Frame(words[at].low, at, stance, speaker, after_verb(words, said), begins=opened)
