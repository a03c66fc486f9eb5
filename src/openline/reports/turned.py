"""The speaker after the verb: `“…,” said X`, `A patrol, said X, had crossed`, `A lie, said X`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.anyverb import can_speak, may_invert
from openline.reports.frames import Frame
from openline.reports.handed_on import continuing
from openline.reports.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    SAYING,
    TIME_WORDS,
    Stance,
    words_of,
)
from openline.reports.persons import Speaker
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Word
from openline.reports.speakers import read_speaker
from openline.reports.subjects import chunks_of, clause_like

_QUOTES: Final = OPENING + CLOSING + STRAIGHT
_INVERTS: Final = words_of("""
    said says added adds wrote explained warned replied announced insisted recalled complained
    noted stressed stated responded continued argued remarked commented claimed declared
    reported observed writes reports warns notes explains insists replies reckons recalls
    reads estimates confirms confirmed countered counters retorted retorts
""")
_TOLD: Final = words_of("told tells informed informs notified assured assures asked asks")
SOUNDS: Final = words_of(
    "reads protested sighed snapped stormed shrugged fumed thundered pleaded hissed"
)
"""Verbs that hand on words only where the speaker stands after them."""
_REFUSALS: Final = words_of("""
    lie lies nonsense slander infamy fiction invention fabrication rubbish absurd propaganda untrue
    false fantasy never falsehood calumny provocation baseless ridiculous
""")
_ENDS_SPEAKER: Final = words_of("who which when after as while before because since whose where")


def turned_frame(words: Sequence[Word], at: int, start: int, stance: Stance) -> Frame | None:
    """The speaker stands after the verb: before, amid or behind what is told."""
    if at == 0:
        return _opening(words, stance)
    if (amid := _amid(words, at, start)) is not None:
        return amid
    inverted = _inverted(words, at, start)
    if inverted is None:
        return None
    speaker, end = inverted
    refuses = stance is Stance.SAY and _refuses(words[: start - 1])
    told = ((0, start), *continuing(words, end))
    if refuses and len(told) == 1 and end + 3 < len(words) and words[end].text == ":":
        told = ((end + 1, len(words)),)
    return Frame(words[at].low, at, Stance.DENY if refuses else stance, speaker, told)


def _opening(words: Sequence[Word], stance: Stance) -> Frame | None:
    """`Said the governor: “…”`."""
    colon = next((n for n in range(2, min(len(words), 20)) if words[n].text == ":"), 0)
    if words[0].low not in _INVERTS or not colon:
        return None
    chunks = chunks_of(words, 1, colon)
    main, beside = chunks[0], chunks[1] if len(chunks) > 1 else (colon, colon)
    if not can_speak(words[main[0] : main[1]], words[beside[0] : beside[1]], named=True):
        return None
    speaker = read_speaker(words[main[0] : main[1]], words[beside[0] : beside[1]])
    return Frame(words[0].low, 0, stance, speaker, ((colon + 1, len(words)),)) if speaker else None


def _refuses(lead: Sequence[Word]) -> bool:
    """`Not so`, `A lie`, `Nonsense`: no clause, and yet a denial."""
    letters = [each.low for each in lead if not each.is_mark]
    if not letters or len(letters) > 6 or clause_like(lead):
        return False
    return letters[0] == "not" or bool(_REFUSALS & set(letters))


def _inverted(words: Sequence[Word], at: int, start: int) -> tuple[Speaker, int] | None:
    """`"…," said X, a spokesman for Y`: the speaker stands after the verb."""
    after = at + 1
    if start != at or start == 0 or after >= len(words) or words[after].is_mark:
        return None
    quoted = words[start - 1].text in _QUOTES
    known = words[at].low in _INVERTS
    if words[at].low in _TOLD or (not quoted and _is_beside(words, start)):
        return None  # `its minister, X, told parliament`: parliament only hears it
    if not known and not may_invert(words, at) and words[at].low not in SAYING.keys() | SOUNDS:
        return None
    if not quoted and not (words[start - 1].text == "," and _after_clause(words, start)):
        return None
    if words[after].low in PREPOSITIONS | TIME_WORDS | {"that", "it"}:
        return None
    if words[after].low in PRONOUNS and after + 1 < len(words) and not words[after + 1].is_mark:
        return None
    end = next(
        (
            n
            for n in range(after, len(words))
            if words[n].text in {".", ";", ":"} | set(_QUOTES)
            and not (words[n].text == "." and n + 1 < len(words))
        ),
        len(words),
    )
    chunks = chunks_of(words, after, end)
    main, beside = chunks[0], chunks[1] if len(chunks) > 1 else (end, end)
    who = next((n for n in range(*main) if words[n].low in _ENDS_SPEAKER), main[1])
    phrase, other = words[main[0] : who], words[beside[0] : beside[1]]
    sure = known or can_speak(phrase, other, named=not quoted or words[at].low in SAYING)
    if clause_like(phrase) or not sure:
        return None
    if who < main[1] and words[who].low in {"who", "which"}:
        phrase = words[main[0] : main[1]]  # what he commands tells for whom he speaks
    speaker = read_speaker(phrase, other)
    return (speaker, end) if speaker is not None else None


def _amid(words: Sequence[Word], at: int, start: int) -> Frame | None:
    """`A patrol, complained X, had crossed`, `That night, said X of Y, tanks came`: X speaks."""
    told = SAYING.get(words[at].low) is not None and words[at].low not in ALSO_NOUNS
    if start != at or at == 0 or words[at - 1].text != "," or not told or at + 2 >= len(words):
        return None
    if words[at + 1].low in PREPOSITIONS | {"that"} | PRONOUNS:
        return None  # `The ministry, alerted by residents, …`
    end = next((n for n in range(at, len(words)) if words[n].text in {";", ":"}), len(words))
    chunks = chunks_of(words, at + 1, end)
    resumes = next(
        (n for n in range(1, len(chunks)) if _goes_on(words[chunks[n][0] : chunks[n][1]])), 0
    )
    main = words[chunks[0][0] : chunks[0][1]]
    if not resumes or clause_like(main) or any(each.quoted for each in words[: at + 1]):
        return None
    beside = words[chunks[1][0] : chunks[1][1]] if resumes > 1 else ()
    if not can_speak(main, beside, named=True) or any(
        clause_like(words[a:b]) for a, b in chunks[2:resumes]
    ):
        return None
    if (speaker := read_speaker(main, beside)) is None:
        return None
    lead = ((0, at - 1),) if words[0].low not in PREPOSITIONS | ADVERBS | {"yet"} else ()
    content = (*lead, (chunks[resumes][0], len(words)))
    return Frame(words[at].low, at, SAYING[words[at].low], speaker, content)


def _goes_on(words: Sequence[Word]) -> bool:
    """Whether the clause goes on here, and no more is told of whoever spoke."""
    aside = words[0].low in PREPOSITIONS | {"who", "which", "whose", "where"}
    return not aside and clause_like(words)


def _is_beside(words: Sequence[Word], start: int) -> bool:
    """Whether what ends before the verb is a name beside an office: the subject of the verb."""
    chunks = chunks_of(words, 0, start - 1)
    last = words[chunks[-1][0] : chunks[-1][1]]
    if len(chunks) < 2 or clause_like(last) or last[0].low.endswith("ing"):
        return False
    before = words[chunks[-2][0] : chunks[-2][1]]
    if can_speak(last, (), named=True):
        return True
    return not clause_like(before) and can_speak(before[-6:], (), named=True)


def _after_clause(words: Sequence[Word], start: int) -> bool:
    """Whether `…, said X` follows a whole clause: an aside before the verb is no clause."""
    if start > 1 and words[start - 2].text in _QUOTES:
        return True
    return clause_like(words[: start - 1]) or _refuses(words[: start - 1])
