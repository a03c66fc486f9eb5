"""Whose word it is, told beside it: `according to X`, `by X's count`, `per X`, `X: "…"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.anyverb import can_speak
from openline.reports.frames import Frame
from openline.reports.lexicon import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    PLURAL_PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
    Stance,
    words_of,
)
from openline.reports.persons import Speaker
from openline.reports.sentences import OPENING, STRAIGHT, Word
from openline.reports.speakers import read_speaker, unowned
from openline.reports.subjects import is_finite, start_of_verb, subject_before

_ACCOUNTS: Final = words_of("""
    account accounts count reckoning estimate estimates tally telling words word version
    testimony figures admission description assessment
""")
_BY: Final = words_of("by in on from going")
_PERCEIVED: Final = words_of("""
    saw heard counted recorded registered filmed documented witnessed watched observed detected
    found described felt
""")
_PUT: Final = words_of("put puts described describes saw sees told explained remembered")
_COUNTS: Final = words_of("counted recorded registered documented")
_WATCHES: Final = words_of("monitors observers peacekeepers teams team patrol patrols staff crew")
_SEES: Final = words_of("""
    saw found detected observed spotted encountered sighted registered heard received met
""")
_SEEN: Final = words_of("seen found detected observed spotted encountered sighted")
_DID: Final = words_of("""
    cut hit struck left set tore blew brought led shut drove shook took broke sent lit put sank
""")
_REPLIES: Final = words_of("""
    reply answer response message verdict line position account retort rejoinder comment version
    explanation warning
""")
_PUT_SO: Final = re.compile(
    r"(?:(?:was|were|is|are|sounded|remained) (?:[\w-]+ ){0,2}(?:brief|blunt|clear|"
    r"categorical|firm|curt|adamant|unequivocal|emphatic|direct|frank|terse|succinct|short|"
    r"defiant|candid|scathing|"
    r"dismissive|contrite|apologetic|indignant|angry|furious|unrepentant|cautious|plain)|"
    r"(?:put|puts) it (?:like this|this way|so|thus|[\w-]+ly|in [\w-]+ words?)|"
    r"had (?:only )?(?:this|one thing) to say|"
    r"had (?:a|an|one) (?:[\w-]+ )?(?:answer|reply|message|warning|explanation)|"
    r"(?:went|goes) further|did not mince (?:his|her|their) words)$"
)
_OBJECTS: Final = {"her": "she", "him": "he", "them": "they"}
_BLAMED: Final = {"blamed": "on", "attributed": "to", "pinned": "on"}


def sourced_frame(words: Sequence[Word], at: int) -> Frame | None:
    """A source that stands beside what it vouches for, beginning at this word; or None."""
    if words[at].quoted:
        return None
    return (
        _according(words, at)
        or _by_account(words, at)
        or _was_how(words, at)
        or _blamed_by(words, at)
    )


def _was_how(words: Sequence[Word], at: int) -> Frame | None:
    """`“…,” was how X, a spokesman in Jammu, put it`."""
    if words[at].low not in {"was", "is"} or at + 3 >= len(words) or words[at + 1].low != "how":
        return None
    for verb in range(at + 3, min(len(words) - 1, at + 18)):
        if words[verb].low in _PUT and words[verb + 1].low in {"it", "this", "things"}:
            speaker = read_speaker(*_split_main(words[at + 2 : verb]))
            return Frame("said", at, Stance.SAY, speaker, ((0, at),)) if speaker else None
    return None


def _according(words: Sequence[Word], at: int) -> Frame | None:
    following = words[at + 1].low if at + 1 < len(words) else ""
    if words[at].low == "according" and following == "to":
        start = at + 2
    elif words[at].low == "per" and (at == 0 or words[at - 1].text == ",") and following:
        start = at + 1
    else:
        return None
    end = _end_of_source(words, start, first=at == 0)
    main, beside = _split_main(words[start:end])
    low = main[0].low if main else ""
    if low in _OBJECTS:  # `according to her`
        whose = Speaker(shown=main[0].text, pronoun=_OBJECTS[low])
        return _beside(words, at, start + 1, whose)
    return _beside(words, at, end, read_speaker(main, beside))


def _beside(words: Sequence[Word], at: int, end: int, speaker: Speaker | None) -> Frame:
    before = (0, at) if at else None
    apart = end < len(words) and words[end].text == ";"
    after = (end, len(words)) if end < len(words) - 1 and not apart else None
    content = tuple(each for each in (before, after) if each)
    return Frame("according", at, Stance.SAY, speaker, content)


def _by_account(words: Sequence[Word], at: int) -> Frame | None:
    """`by the account of X`, `in X's words`, `by the council's count`, `as X puts it`."""
    if at and words[at - 1].text not in {",", "—", "–", ";"}:
        return None
    if words[at].low == "as":
        return _as_put(words, at)
    if words[at].low not in _BY:
        return None
    for noun in range(at + 1, min(len(words), at + 9)):
        if words[noun].is_mark and words[noun].text != ".":
            return None
        if words[noun].low not in _ACCOUNTS:
            continue
        if words[noun - 1].low.endswith(("'s", "s'")) or (
            noun - 2 > at and words[noun - 2].low.endswith(("'s", "s'"))
        ):
            last = noun - 1 if words[noun - 1].low.endswith(("'s", "s'")) else noun - 2
            owner = unowned(words[at + 1 : last + 1])
            return _beside(words, at, noun + 1, read_speaker(owner))
        if noun + 1 < len(words) and words[noun + 1].low == "of" and noun <= at + 3:
            end = _end_of_source(words, noun + 2, first=at == 0)
            main, beside = _split_main(words[noun + 2 : end])
            return _beside(words, at, end, _teller(main, beside))
        return None
    return None


def _teller(main: Sequence[Word], beside: Sequence[Word]) -> Speaker | None:
    if main and main[0].low == "those":
        shown = " ".join(each.text for each in main if not each.is_mark)
        return Speaker(shown=shown, role="people")
    return read_speaker(main, beside)


def _as_put(words: Sequence[Word], at: int) -> Frame | None:
    for verb in range(at + 2, min(len(words) - 1, at + 12)):
        if words[verb].low in {"put", "puts"} and words[verb + 1].low == "it":
            return _beside(words, at, verb + 2, read_speaker(*_split_main(words[at + 1 : verb])))
        if words[verb].is_mark and words[verb].text != ",":
            return None
    return None


def _blamed_by(words: Sequence[Word], at: int) -> Frame | None:
    """`an attack blamed by X on Y`, and `, which X blamed on Y`: X says that Y did it."""
    onto = _BLAMED.get(words[at].low)
    if onto is None or at == 0:
        return None
    after = words[at + 1].low if at + 1 < len(words) else ""
    if after == "by":
        on = next((n for n in range(at + 3, min(len(words), at + 12)) if words[n].low == onto), 0)
        speaker = read_speaker(words[at + 2 : on]) if on else None
        lead = (0, at)
    elif after == onto:
        found = subject_before(words, at)
        if found is None or not found[1] or found[0] == 0:
            return None
        link = words[found[0]].low if words[found[0]].low in {"which", "that"} else ""
        main = found[1][1:] if link else found[1]
        begun = found[0] if link else found[0] - 1
        if words[begun].low not in {"which", "that"}:
            return None
        on, speaker, lead = at + 1, read_speaker(main), (0, begun)
    else:
        return None
    if speaker is None or speaker.pronoun:
        return None  # `shelling that they blamed on X`: whoever they are
    end = next(
        (
            n
            for n in range(on + 1, len(words))
            if words[n].is_mark
            or is_finite(words, n)
            or words[n].low in _DID
            or (words[n].low in PREPOSITIONS - {"of"} and n > on + 1)
        ),
        len(words),
    )
    while end > on + 2 and not (words[end].is_mark or words[end - 1].is_capital):
        end -= 1
    content = (lead, (end, len(words))) if len(words) - end > 1 else (lead,)
    return Frame(words[at].low, at, Stance.ACCUSE, speaker, content, accused=(on + 1, end))


def colon_frame(words: Sequence[Word]) -> Frame | None:
    """`General X, for the staff: “…”`, `The hospital: several were hurt`: who speaks, then what."""
    colon = next((n for n in range(1, min(len(words), 24)) if words[n].text == ":"), 0)
    if not colon or len(words) - colon < 4 or any(each.quoted for each in words[:colon]):
        return None
    head = words[:colon]
    for at in range(1, min(5, colon)):
        if words[at].low in _REPLIES and words[at - 1].low.endswith(("'s", "s'")):
            owner = read_speaker(unowned(words[:at]))
            content = ((colon + 1, len(words)),)
            return Frame("said", 0, Stance.SAY, owner, content) if owner else None
    if (put := _put_so(words, colon)) is not None:
        return put
    head = head[1:] if words[0].low == "from" and words[1].low in {"the", "a"} else head
    if any(is_finite(head, n) for n in range(len(head))) or head[0].low in PREPOSITIONS:
        return None
    main, beside = _split_main(head)
    speaker = read_speaker(main, beside) if can_speak(main, beside) else None
    if speaker is None:
        return None
    return Frame("said", 0, Stance.SAY, speaker, ((colon + 1, len(words)),))


def _put_so(words: Sequence[Word], colon: int) -> Frame | None:
    """`Asked about it, the general was blunt: “…”`: how somebody spoke, and then what."""
    found = _PUT_SO.search(" ".join(each.low for each in words[:colon]))
    quoted = words[colon + 1].text in OPENING + STRAIGHT
    if found is None or not (quoted or found[0].startswith(("went", "goes", "had ", "put"))):
        return None
    at = colon - len(found[0].split())
    subject = subject_before(words, start_of_verb(words, at)) if at else None
    speaker = read_speaker(subject[1], subject[2]) if subject else None
    if subject is None or speaker is None or not can_speak(subject[1], subject[2], named=True):
        return None
    return Frame("said", at, Stance.SAY, speaker, ((colon + 1, len(words)),))


def unseen_frame(words: Sequence[Word]) -> Frame | None:
    """`The patrol found no trace of it`, `No men were seen by our drivers`: theirs to tell."""
    for at in range(1, len(words) - 1):
        low, following = words[at].low, words[at + 1].low
        if low in _SEES and following in {"no", "nothing", "nobody"}:
            found = subject_before(words, at - 1 if words[at - 1].low in {"have", "has"} else at)
            main = _before_participle(found[1]) if found else ()
            if found is None or not can_speak(main, found[2], named=True):
                return None
            speaker = read_speaker(main, found[2])
            return _seen(at, speaker, (found[0], len(words)))
        if low in _SEEN and following == "by" and words[0].low in {"no", "nothing", "nobody"}:
            end = next(
                (n for n in range(at + 3, len(words)) if words[n].low in PREPOSITIONS - {"of"}),
                len(words) - 1,
            )
            speaker = read_speaker(words[at + 2 : end])
            return _seen(at, speaker, (0, len(words)))
    return _perceived(words)


def _perceived(words: Sequence[Word]) -> Frame | None:
    """`Our nurses counted 61 patients`, `Monitors saw the wreck`: theirs to tell as well."""
    for at in range(1, len(words) - 2):
        if words[at].low not in _PERCEIVED or words[at].quoted or words[at].is_capital:
            continue
        found = subject_before(words, start_of_verb(words, at))
        main = _before_participle(found[1]) if found else ()
        people = any(each.low in PLURAL_PEOPLE | _WATCHES for each in main[:5]) or (
            words[at].low in _COUNTS and can_speak(main, found[2] if found else ())
        )
        led = found is not None and found[0] > 2 and words[found[0] - 1].text != ","
        if found is None or led or not people or words[at + 1].low in BE | {"by"}:
            return None
        speaker = read_speaker(main, found[2])
        return _seen(at, speaker, (at + 1, len(words)))
    return None


def _seen(at: int, speaker: Speaker | None, content: tuple[int, int]) -> Frame | None:
    return Frame("saw", at, Stance.SAY, speaker, (content,)) if speaker else None


def _before_participle(words: Sequence[Word]) -> Sequence[Word]:
    """`Coastguards sent out to look` are coastguards."""
    for at in range(1, len(words)):
        if words[at].low in {"sent", "who", "called", "flown", "dispatched", "deployed"}:
            return words[:at]
    return words


def _end_of_source(words: Sequence[Word], start: int, *, first: bool) -> int:
    """Where a source ends: at the clause that it vouches for, if any follows."""
    commas = [at for at in range(start, len(words)) if words[at].text in {",", ";", "—"}]
    if first:
        for number, comma in enumerate(commas):
            following = words[
                comma + 1 : commas[number + 1] if number + 1 < len(commas) else len(words)
            ]
            if any(is_finite(following, n) for n in range(len(following))):
                return comma
        return commas[0] if commas else _clause_after(words, start)
    for at in range(start, len(words)):
        resumes = words[at].text == "," and at + 1 < len(words) and at > start
        if resumes and words[at + 1].low in AUXILIARIES:
            return at  # `X, according to Y, was …`
        if words[at].text in {".", ";"} or (
            words[at].low in {"came", "and", "but"}
            and at + 1 < len(words)
            and words[at].low != "and"
        ):
            return at
        if words[at].low in {"came", "which", "after", "when"} and at > start + 2:
            return at
    return len(words)


def _clause_after(words: Sequence[Word], start: int) -> int:
    """`According to the owner the fire came from there`: where the clause begins, with no comma."""
    for at in range(start + 2, len(words) - 1):
        opens = words[at].low in DETERMINERS | PRONOUNS
        if (
            opens
            and words[at - 1].low not in PREPOSITIONS | DETERMINERS | {"and"}
            and any(is_finite(words, n) for n in range(at + 1, len(words)))
        ):
            return at
    return len(words)


def _split_main(words: Sequence[Word]) -> tuple[Sequence[Word], Sequence[Word]]:
    for at, word in enumerate(words):
        if word.text == ",":
            rest = words[at + 1 :]
            end = next((n for n, each in enumerate(rest) if each.text == ","), len(rest))
            return words[:at], rest[:end]
    return words, ()
