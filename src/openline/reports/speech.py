"""Who says what in a sentence: frames of a speaker, a stance and the words that are handed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.anyverb import can_speak, said_otherwise
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
    PAPERS,
    PREPOSITIONS,
    PROGRESSIVE,
    SAYING,
    TIME_WORDS,
    Stance,
    words_of,
)
from openline.reports.light import light_frame
from openline.reports.passive import passive_frame, quoting_frame
from openline.reports.phrasal import phrasal_frame
from openline.reports.saying_verbs import is_saying
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Sentence, Word
from openline.reports.sourced import colon_frame, sourced_frame, unseen_frame
from openline.reports.speakers import read_speaker
from openline.reports.subjects import (
    clause_like,
    first_subject,
    is_finite,
    skip_back,
    start_of_verb,
    subject_before,
)
from openline.reports.turned import SOUNDS, turned_frame
from openline.reports.whose_claim import of_whose_claim

_QUOTES: Final = OPENING + CLOSING + STRAIGHT
_SAYS_PLAINLY: Final = words_of("said says added adds reported announced explained replied noted")
_NOT_WHO: Final = words_of("that at no all some those these")
_SUPPOSE: Final = words_of(
    "expects believes thinks hopes expected believed thought hoped fears feared"
)
_OF_WHAT_WAS_SAID: Final = frozenset({Stance.DENY, Stance.CONFIRM, Stance.ADMIT, Stance.SUPPORT})


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
    found = _outermost(words, _told_by(words, _of_now(words, found)))
    cut = [_cut(words, each, found[number + 1 :]) for number, each in enumerate(found)]
    return [part for each in cut for part in _in_two(words, each)]


def _of_now(words: Sequence[Word], found: list[Frame]) -> list[Frame]:
    """Without what was said before: `…, hours after the two sides had pledged to keep to it`."""
    old = [
        each
        for each in found[1:]
        if each.begins > 1
        and words[each.begins - 1].low in {"after", "since"}
        and {"had", "have"} & {w.low for w in words[each.begins : each.at]}
    ]
    return [each for each in found if each not in old]


def _told_by(words: Sequence[Word], found: list[Frame]) -> list[Frame]:
    """`Qatar says both sides have reaffirmed it`: Qatar's word, and not theirs."""
    kept: list[Frame] = []
    for each in found:
        outer = kept[-1] if kept else None
        if outer is not None and (_is_same(outer, each) or _is_vouched_for(words, outer, each)):
            continue
        inside = outer is not None and any(
            start <= each.begins <= start + 1 and each.begins > outer.at
            for start, _ in outer.content
        )
        plain = outer is not None and outer.stance is Stance.SAY and each.stance is Stance.SAY
        if not (inside and plain and not words[each.begins].quoted):
            kept.append(each)
    return kept


def _is_same(outer: Frame, each: Frame) -> bool:
    """Whether an act of saying is told twice over: `denied in Ankara, where X said …`."""
    same = outer.begins > outer.at and outer.begins < each.at
    return same and bool(outer.content) and outer.content[0][0] > each.at


def _is_vouched_for(words: Sequence[Word], outer: Frame, each: Frame) -> bool:
    """`The general, according to his aides, told ministers that …`: the aides' word."""
    amid = outer.verb == "according" and outer.at > 1 and words[outer.at - 1].text == ","
    return amid and each.begins < outer.at < each.at and not words[each.at].quoted


def _outermost(words: Sequence[Word], found: list[Frame]) -> list[Frame]:
    """`A had insisted on it, B said.`: all of it is B's word, and A's act is told by B."""
    last = found[-1]
    if len(found) > 1 and (_is_told_after(words, found) or _is_of_source(words, found[0], last)):
        return [last]
    after = [each for each in words[last.at + 1 :] if not each.is_mark]
    begun = last.begins
    ends = len(after) <= 3 and all(each.low in TIME_WORDS | PREPOSITIONS for each in after)
    plain = begun > 2 and words[begun - 1].text == "," and not last.content
    apart = any(each.text in {";", ":"} or each.quoted for each in words[:begun])
    if len(found) < 2 or not ends or not plain or last.speaker is None:
        return found
    if apart:
        return _last_clause(words, found, begun)
    return [replace(last, content=((0, begun),))]


def _last_clause(words: Sequence[Word], found: list[Frame], begun: int) -> list[Frame]:
    """`A rejected “the rumours”, as jets bombed Y, B said`: B says the last of it alone."""
    links = (
        n
        for n in range(begun - 3, found[-2].at, -1)
        if words[n].text == "," and words[n + 1].low in {"as", "while", "after", "though", "and"}
    )
    comma = next(links, 0)
    if not comma:
        return found
    last = replace(found[-1], content=((comma + 2, begun - 1),))
    return [*found[:-2], _until(found[-2], comma), last]


def _is_of_source(words: Sequence[Word], first: Frame, last: Frame) -> bool:
    """`He had promised that he would, according to an official`: all of it is the official's."""
    whole = last.verb == "according" and last.content == ((0, last.at),)
    apart = any(
        each.text in {";", ":"} or each.quoted or each.low in {"but", "while", "whereas"}
        for each in words[: last.at]
    )
    of_paper = last.speaker is not None and bool(PAPERS & set(last.speaker.shown.lower().split()))
    own = of_paper and first.stance in {Stance.REGRET, Stance.ADMIT, Stance.ASSURE, Stance.DENY}
    return whole and last.speaker is not None and not apart and not own


def _is_told_after(words: Sequence[Word], found: list[Frame]) -> bool:
    """`A declared a truce, said B, its officer`: what A declared is B's word."""
    last, first = found[-1], found[0]
    whole = bool(last.content) and last.content[0] == (0, last.at)
    apart = any(each.text in {";", ":"} or each.quoted for each in words[: last.at])
    plain = last.stance is Stance.SAY and first.stance is Stance.SAY and len(found) == 2
    return whole and plain and not apart and words[last.at - 1].text == ","


def _in_two(words: Sequence[Word], frame: Frame) -> tuple[Frame, ...]:
    """`Said that A, and that B`: two things said, each of which may be of its own kind."""
    if frame.stance in _OF_WHAT_WAS_SAID and frame.speaker is not None:
        for at in range(frame.at + 2, len(words) - 4):
            adds = words[at].low in {"adding", "insisting"} and words[at + 1].low == "that"
            if adds and words[at - 1].text in {",", *_QUOTES}:
                later = Frame("said", at, Stance.SAY, frame.speaker, ((at + 2, len(words)),))
                return _until(frame, at), later
    for start, stop in frame.content:
        for at in range(max(start + 3, frame.at + 3), stop - 3):
            joined = words[at].low in {"and", "but", "or"} and not words[at].quoted
            that = words[at + 1].low == "that" and clause_like(words[at + 2 : stop])
            if joined and not that and _but_not(words, at):
                later = Frame(
                    frame.verb, frame.at, frame.stance, frame.speaker, ((at + 1, stop),),
                    begins=frame.begins, goes_on=True,
                )  # fmt: skip
                return _until(frame, at), later
            if joined and that:
                later = Frame(
                    frame.verb, frame.at, frame.stance, frame.speaker, ((at + 2, stop),),
                    begins=frame.begins, goes_on=True,
                )  # fmt: skip
                return _until(frame, at), later
    return (frame,)


def _but_not(words: Sequence[Word], at: int) -> bool:
    """`Had thrown grenades but had not used bullets`: the second is denied, the first is not."""
    low, after = words[at + 1].low, words[at + 2].low
    return words[at].low == "but" and (
        (low in {"had", "has", "have", "did"} and after in {"not", "never"})
        or low in {"hadn't", "hasn't", "haven't", "didn't"}
    )


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
    if (quoting := quoting_frame(words, at)) is not None:
        return quoting
    stance = SAYING.get(word.low)
    if stance is None or not is_saying(words, at):
        turned = stance or (Stance.SAY if word.low in SOUNDS else None)
        stance = said_otherwise(words, at)
        if stance is None:
            return turned_frame(words, at, at, turned) if turned and at else None
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
        return passive_frame(words, at, stance)
    start = start_of_verb(words, at)
    if word.quoted and start > 0 and words[start - 1].text in _QUOTES:
        start -= 1  # `"categorically denied" it`
    if start > 0 and words[start - 1].low in {"and", "but"} and before and before[-1].at < start:
        return _shared_frame(words, at, start, stance, before[-1])
    if start > 0 and words[start - 1].low in {"who", "which", "to", "that"}:
        return None
    return turned_frame(words, at, start, stance) or _plain_frame(words, at, start, stance, before)


def _shared_frame(
    words: Sequence[Word], at: int, start: int, stance: Stance, first: Frame
) -> Frame | None:
    """`X said … and warned …`: both are X's, unless X stands amid what is told."""
    amid = bool(first.content) and first.content[0][1] <= first.at
    if words[start - 1].low == "but" and amid:
        return None  # `X has owned up, the police said, but insists …`: X, or the police
    return Frame(words[at].low, at, stance, first.speaker, after_verb(words, at))


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
        and words[at].low not in ALSO_NOUNS - {"regrets"}
        and words[ahead].low not in SAYING.keys() | BE | DETERMINERS
    )


def _plain_frame(
    words: Sequence[Word], at: int, start: int, stance: Stance, before: list[Frame]
) -> Frame | None:
    if _speaker_follows(words, at, start):
        return None
    if start > 0 and words[start - 1].low in {"and", "but"} and not before:
        if words[at].low in _SUPPOSE:
            return None  # `moved 300 people and expects more`: what it did is told, not said
        found = first_subject(words, start)
    else:
        found = subject_before(words, start)
    if found is None:
        return None
    first, main, beside = found
    if main and main[0].low in {"whose", "whom"}:
        return None  # `X, whose leaders say they want it, holds Y`: by the way
    if stance in _OF_WHAT_WAS_SAID and (answers := _answers(main)):
        # `…, which the army denied`, `…, an account that it contradicts`: what stands before.
        owner = read_speaker(main[answers:], beside)
        lead_in = ((before[-1].at + 1 if before else 0, max(first - 1, 0)),)
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


def _answers(main: Sequence[Word]) -> int:
    """Where whoever answers begins in `which the army`, `an account that the army`; or 0."""
    if len(main) > 1 and main[0].low == "which":
        return 1
    return of_whose_claim(main)


def _first_accusing(words: Sequence[Word], stance: Stance) -> Frame | None:
    """`Accusing India of shelling a village, Pakistan summoned its envoy.`"""
    comma = next((n for n in range(2, len(words)) if words[n].text == ","), 0)
    verb = next((n for n in range(comma + 2, len(words)) if is_finite(words, n)), 0)
    if not comma or not verb:
        return None
    main = words[comma + 1 : start_of_verb(words, verb)]
    speaker = read_speaker(main) if can_speak(main, (), named=True) else None
    return Frame(words[0].low, 0, stance, speaker, ((1, comma),)) if speaker else None


def _speaker_follows(words: Sequence[Word], at: int, start: int) -> bool:
    """`…, said the official there, X.`: whoever stands before the comma is none who speaks."""
    if start != at or at < 3 or words[at - 1].text != "," or words[at].low not in _SAYS_PLAINLY:
        return False
    end = next((n for n in range(at + 1, len(words)) if words[n].is_mark), len(words))
    after = words[at + 1 : end]
    if not after or after[0].low in _NOT_WHO or clause_like(after):
        return False
    titled = after[0].is_capital or after[0].low in DETERMINERS
    return titled and can_speak(after, (), named=True)


def _beside_act(words: Sequence[Word], at: int, stance: Stance) -> Frame | None:
    """`X summoned the envoy, accusing Y of …`, `issued a statement denying that …`."""
    if at == 0:
        return _first_accusing(words, stance)
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
