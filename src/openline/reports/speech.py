"""Who says what in a sentence: frames of a speaker, a stance and the words that are handed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.anyverb import can_speak, may_invert, said_otherwise
from openline.reports.beside_acts import beside_frame
from openline.reports.frames import Frame
from openline.reports.handed_on import (
    after_verb,
    continuing,
    has_content,
    opens_subordinate,
)
from openline.reports.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    BE,
    DETERMINERS,
    LINKS,
    PREPOSITIONS,
    PROGRESSIVE,
    PRONOUNS,
    SAYING,
    TIME_WORDS,
    Stance,
    words_of,
)
from openline.reports.light import light_frame
from openline.reports.phrasal import phrasal_frame
from openline.reports.saying_verbs import is_saying
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Sentence, Word
from openline.reports.sourced import colon_frame, sourced_frame, unseen_frame
from openline.reports.speakers import Speaker, read_speaker
from openline.reports.subjects import (
    chunks_of,
    clause_like,
    first_subject,
    skip_back,
    start_of_verb,
    subject_before,
)

_QUOTES: Final = OPENING + CLOSING + STRAIGHT
_OF_WHAT_WAS_SAID: Final = frozenset({Stance.DENY, Stance.CONFIRM, Stance.ADMIT, Stance.SUPPORT})
_INVERTS: Final = words_of("""
    said says added adds wrote explained warned replied announced insisted recalled complained
    noted stressed stated responded continued argued remarked commented claimed declared
    reported observed writes reports warns notes explains insists replies reckons recalls
    estimates confirms confirmed countered counters retorted retorts
""")


def find_frames(sentence: Sentence) -> list[Frame]:
    """Every act of saying in the sentence, in the order of its verbs."""
    words = sentence.words
    found: list[Frame] = []
    for at in range(len(words)):
        frame = (
            sourced_frame(words, at)
            or phrasal_frame(words, at, found)
            or light_frame(words, at, found)
            or beside_frame(words, at, found)
            or _verb_frame(words, at, found)
        )
        if frame is not None:
            found.append(frame)
    if not found:
        alone = colon_frame(words) or unseen_frame(words)
        return [alone] if alone else []
    found = _outermost(words, _told_by(words, found))
    cut = [_cut(words, each, found[number + 1 :]) for number, each in enumerate(found)]
    return [part for each in cut for part in _in_two(words, each)]


def _told_by(words: Sequence[Word], found: list[Frame]) -> list[Frame]:
    """`Qatar says both sides have reaffirmed it`: Qatar's word, and not theirs."""
    kept: list[Frame] = []
    for each in found:
        outer = kept[-1] if kept else None
        inside = outer is not None and any(
            start <= each.begins <= start + 1 and each.begins > outer.at
            for start, _ in outer.content
        )
        plain = outer is not None and outer.stance is Stance.SAY and each.stance is Stance.SAY
        if not (inside and plain and not words[each.begins].quoted):
            kept.append(each)
    return kept


def _outermost(words: Sequence[Word], found: list[Frame]) -> list[Frame]:
    """`A had insisted on it, B said.`: all of it is B's word, and A's act is told by B."""
    last = found[-1]
    if len(found) > 1 and _is_told_after(words, found):
        return [last]
    after = [each for each in words[last.at + 1 :] if not each.is_mark]
    begun = last.begins
    ends = len(after) <= 3 and all(each.low in TIME_WORDS | PREPOSITIONS for each in after)
    plain = begun > 2 and words[begun - 1].text == "," and not last.content
    apart = any(each.text in {";", ":"} or each.quoted for each in words[:begun])
    if len(found) < 2 or not ends or not plain or apart or last.speaker is None:
        return found
    return [replace(last, content=((0, begun),))]


def _is_told_after(words: Sequence[Word], found: list[Frame]) -> bool:
    """`A declared a truce, said B, its officer`: what A declared is B's word."""
    last, first = found[-1], found[0]
    whole = bool(last.content) and last.content[0] == (0, last.at)
    apart = any(each.text in {";", ":"} or each.quoted for each in words[: last.at])
    plain = last.stance is Stance.SAY and first.stance is Stance.SAY and len(found) == 2
    return whole and plain and not apart and words[last.at - 1].text == ","


def _in_two(words: Sequence[Word], frame: Frame) -> tuple[Frame, ...]:
    """`Said that A, and that B`: two things said, each of which may be of its own kind."""
    for start, stop in frame.content:
        for at in range(max(start + 3, frame.at + 3), stop - 3):
            if (
                words[at].low in {"and", "but"}
                and words[at + 1].low == "that"
                and clause_like(words[at + 2 : stop])
            ):
                later = Frame(
                    frame.verb, frame.at, frame.stance, frame.speaker, ((at + 2, stop),),
                    begins=frame.begins, goes_on=True,
                )  # fmt: skip
                return _until(frame, at), later
    return (frame,)


def _cut(words: Sequence[Word], frame: Frame, later: Sequence[Frame]) -> Frame:
    """The frame without what the next one hands on: `denied that … and said that …`."""
    for other in later:
        start = start_of_verb(words, other.at)
        if start and words[start - 1].low in {"and", "but"}:
            return _until(frame, start - 1)
        if other.begins > frame.at:
            return _until(frame, other.begins)
    return frame


def _until(frame: Frame, end: int) -> Frame:
    content = tuple((a, min(b, end)) for a, b in frame.content if a < end)
    return replace(frame, content=content)


def _verb_frame(words: Sequence[Word], at: int, before: list[Frame]) -> Frame | None:
    word = words[at]
    if (word.quoted and not _is_bare_quote(words, at)) or (word.is_capital and at > 0):
        return None
    stance = SAYING.get(word.low)
    if stance is None or not is_saying(words, at):
        stance = said_otherwise(words, at)
        if stance is None:
            return None
        if word.low in PROGRESSIVE and words[at - 1].low not in BE:
            return _beside_act(words, at, stance)
        if word.low in PROGRESSIVE:
            return _plain_frame(words, at, skip_back(words, at, ADVERBS), stance, before)
    if (
        word.low in ALSO_NOUNS
        and before
        and not any(w.low in LINKS or w.is_mark for w in words[before[-1].at : at])
    ):
        return None  # `dismissed Georgian claims that …`
    passive = (
        at > 0
        and skip_back(words, at, ADVERBS) >= 0
        and words[skip_back(words, at, ADVERBS)].low in BE
    )
    if passive:
        return _passive_frame(words, at, stance)
    start = start_of_verb(words, at)
    if word.quoted and start > 0 and words[start - 1].text in _QUOTES:
        start -= 1  # `"categorically denied" it`
    if start > 0 and words[start - 1].low in {"and", "but"} and before and before[-1].at < start:
        shared = before[-1]
        return Frame(word.low, at, stance, shared.speaker, after_verb(words, at))
    if start > 0 and words[start - 1].low in {"who", "which", "to", "that"}:
        return None
    return _turned_frame(words, at, start, stance) or _plain_frame(words, at, start, stance, before)


def _turned_frame(words: Sequence[Word], at: int, start: int, stance: Stance) -> Frame | None:
    """The speaker stands after the verb, amid what is told or at its end."""
    if (amid := _amid(words, at, start)) is not None:
        return amid
    inverted = _inverted(words, at, start)
    if inverted is None:
        return None
    speaker, end = inverted
    return Frame(words[at].low, at, stance, speaker, ((0, start), *continuing(words, end)))


def _is_bare_quote(words: Sequence[Word], at: int) -> bool:
    """`The ministry "categorically denied" it`: the verb itself is quoted, and little else."""
    start = end = at
    while start > 0 and words[start - 1].quoted:
        start -= 1
    while end + 1 < len(words) and words[end + 1].quoted:
        end += 1
    ahead = start - 2
    return (
        end - start < 4
        and ahead >= 0
        and not words[ahead].is_mark
        and words[at].low in SAYING
        and words[at].low not in ALSO_NOUNS
        and words[ahead].low not in SAYING.keys() | BE | DETERMINERS
    )


def _plain_frame(
    words: Sequence[Word], at: int, start: int, stance: Stance, before: list[Frame]
) -> Frame | None:
    if start > 0 and words[start - 1].low in {"and", "but"} and not before:
        found = first_subject(words, start)
    else:
        found = subject_before(words, start)
    if found is None:
        return None
    first, main, beside = found
    if main and main[0].low in {"whose", "whom"}:
        return None  # `X, whose leaders say they want it, holds Y`: by the way
    if len(main) > 1 and main[0].low == "which" and stance in _OF_WHAT_WAS_SAID:
        # `…, which the army denied`: what stands before is what is denied.
        owner = read_speaker(main[1:])
        lead_in = ((before[-1].at + 1 if before else 0, first),)
        return Frame(words[at].low, at, stance, owner, lead_in, begins=first) if owner else None
    speaker = read_speaker(main, beside)
    if speaker is None:
        return None
    joined = first > 0 and words[first - 1].low in {"but", "while", "and", "although", "whereas"}
    opened = _clause_start(words, before, first)
    lead = (
        (opened, first) if has_content(words[opened:first]) and opened >= 0 and not joined else None
    )
    if opened > 0 and lead is not None:
        parts = (lead, *after_verb(words, at))
        return Frame(words[at].low, at, stance, speaker, parts, begins=opened)
    after = after_verb(words, at)
    if lead is not None:
        follows = words[at + 1].low if at + 1 < len(words) else ""
        if follows != "that" or opens_subordinate(words[:first]):
            after = after if follows == "that" else continuing(words, at + 1)
        if opens_subordinate(words[:first]):
            lead, after = None, after_verb(words, at)
    content = tuple(each for each in (lead, *after) if each)
    return Frame(words[at].low, at, stance, speaker, content, begins=first)


def _beside_act(words: Sequence[Word], at: int, stance: Stance) -> Frame | None:
    """`X summoned the envoy, accusing Y of …`, `issued a statement denying that …`."""
    if words[at - 1].low == "with" or at < 2:
        return None
    back = next((n for n in range(at - 1, max(-1, at - 9), -1) if words[n].low == "with"), None)
    found: tuple[int, Sequence[Word], Sequence[Word]] | None
    if back is not None and back + 1 < at and can_speak(words[back + 1 : at], ()):
        found = (back + 1, words[back + 1 : at], ())
    else:
        found = first_subject(words, at)
    speaker = read_speaker(found[1], found[2]) if found else None
    if found is None or speaker is None or not can_speak(found[1], found[2], named=True):
        return None
    return Frame(words[at].low, at, stance, speaker, after_verb(words, at))


def _clause_start(words: Sequence[Word], before: list[Frame], first: int) -> int:
    """Where the clause begins that a speaker stands in: after `:` or `;` if others spoke before."""
    if not before:
        return 0
    marks = (n for n in range(before[-1].at + 1, first) if words[n].text in {":", ";"})
    return max(marks, default=-2) + 1


def _passive_frame(words: Sequence[Word], at: int, stance: Stance) -> Frame | None:
    """`Reports that … were denied by its mayor`; `X was accused by Y of …` turns about likewise."""
    if words[at].low == "quoted":
        return _quoted_frame(words, at)
    by = at + 1
    if by >= len(words) or words[by].low != "by":
        if stance is Stance.WARN:
            return Frame(words[at].low, at, stance, None, after_verb(words, at), passive=True)
        return None
    end = next(
        (
            n
            for n in range(by + 1, len(words))
            if words[n].text in {",", "."} or words[n].low in {"of", "that"}
        ),
        len(words),
    )
    speaker = read_speaker(words[by + 1 : end])
    if speaker is None:
        return None
    content: tuple[tuple[int, int], ...] = ((0, at - 1),)
    if stance is Stance.ACCUSE:
        content = ((0, at - 1), (end, len(words)))
    return Frame(words[at].low, at, stance, speaker, content, passive=True)


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


def _inverted(words: Sequence[Word], at: int, start: int) -> tuple[Speaker, int] | None:
    """`"…," said X, a spokesman for Y`: the speaker stands after the verb."""
    if (
        start != at
        or start == 0
        or (words[at].low not in _INVERTS and not may_invert(words, at))
        or not (words[start - 1].text == "," or words[start - 1].text in _QUOTES)
    ):
        return None
    after = at + 1
    if words[start - 1].text == "," and not _after_clause(words, at, start):
        return None
    if (
        after >= len(words)
        or words[after].is_mark
        or words[after].low in PREPOSITIONS | TIME_WORDS | {"that", "it"}
    ):
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
    who = next((n for n in range(*main) if words[n].low in {"who", "which"}), main[1])
    if clause_like(words[main[0] : who]):
        return None
    speaker = read_speaker(words[main[0] : main[1]], words[beside[0] : beside[1]])
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


def _after_clause(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether `…, said X` follows a whole clause: an aside before the verb is no clause."""
    if start > 1 and words[start - 2].text in _QUOTES:
        return True
    short = words[0].low == "not" and start <= 4  # `Not so, countered X`
    return words[at].low in _INVERTS and (short or clause_like(words[: start - 1]))
