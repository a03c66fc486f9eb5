"""Acts of saying that the order of words hides, and that what hangs on what shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.anyverb import can_speak
from openline.reports.frames import Frame
from openline.reports.grammar import Parsed
from openline.reports.lexicon import (
    ALSO_NOUNS,
    NEGATIONS,
    PAPERS,
    PLURAL_SAYING,
    SAYING,
    Stance,
    words_of,
)
from openline.reports.persons import Speaker
from openline.reports.sentences import Word
from openline.reports.speakers import read_speaker

_STANCES: Final = {**SAYING, **PLURAL_SAYING}
_HAND_ON: Final = frozenset(_STANCES) | words_of("charge accuse quoted quotes say claim allege")
_READS: Final = words_of("read reads ran runs")
"""What a paper does: `a communiqué from the embassy read`."""
_BACKS: Final = words_of("back echo share second endorse")
_ACCOUNTS: Final = words_of(
    "account version claim story statement description explanation view report"
)
_ANSWERS: Final = frozenset({Stance.DENY, Stance.CONFIRM, Stance.ADMIT, Stance.SUPPORT})
_OF_A_THING: Final = frozenset({*_ANSWERS, Stance.ACCUSE, Stance.REGRET, Stance.CORRECT})
"""Stances whose object may be a thing: `denied the charge`, and not `reported the road`."""
_NOT_SAID: Final = words_of("put posted continued accepted allowed described observed counted")


def frames_by_grammar(words: Sequence[Word], parsed: Parsed, known: Sequence[Frame]) -> list[Frame]:
    """The frames of the rules, checked, with those that they miss, in the order of their verbs."""
    found = [_checked(words, parsed, each) for each in known if not _is_noun(words, parsed, each)]
    heads = {each.at for each in found}
    for at, word in enumerate(words):
        if at in heads or word.quoted or not parsed.is_verb(at):
            continue
        stance = _STANCES.get(word.low) or _by_its_words(words, parsed, at)
        made = _said(words, parsed, at, stance) if stance is not None else None
        if made is not None and not _is_handed_on(made, known):
            found.append(made)
    return sorted(found, key=lambda each: each.at)


def _by_its_words(words: Sequence[Word], parsed: Parsed, at: int) -> Stance | None:
    """`A communiqué read`, `X backs her account`: a verb that says so beside some words alone."""
    if words[at].low in _READS:
        papers = [n for n in parsed.children(at, "nsubj") if parsed.lemmas[n] in PAPERS]
        return Stance.SAY if papers else None
    objects = [n for n in parsed.children(at, "dobj") if parsed.lemmas[n] in _ACCOUNTS]
    return Stance.SUPPORT if parsed.lemmas[at] in _BACKS and objects else None


def is_handed_on(words: Sequence[Word], parsed: Parsed, at: int) -> bool:
    """Whether a word hangs on a verb of saying: `he went on to charge them with shelling it`."""
    if len(parsed.heads) != len(words):
        return False  # only the part before a semicolon
    clause = False
    for _ in range(len(words)):
        head = parsed.heads[at]
        if head == at:
            return False
        clause = clause or parsed.relations[at] in {"ccomp", "pcomp", "acl"}
        at = head
        if clause and parsed.is_verb(at) and words[at].low in _HAND_ON:
            return True
    return False


def _is_noun(words: Sequence[Word], parsed: Parsed, frame: Frame) -> bool:
    """`Calling the claim a provocation`: what the rules took for a verb of saying is a thing."""
    return (
        words[frame.at].low in ALSO_NOUNS
        and parsed.tags[frame.at].startswith("NN")
        and parsed.relations[frame.at] in {"dobj", "pobj", "nsubj", "nsubjpass"}
    )


def _checked(words: Sequence[Word], parsed: Parsed, frame: Frame) -> Frame:
    """A frame whose speaker can be none, with the subject of its verb if that can speak."""
    shown = frame.speaker.shown.split() if frame.speaker else []
    if (
        frame.speaker is None
        or frame.speaker.name
        or frame.speaker.pronoun
        or not parsed.is_verb(frame.at)
    ):
        return frame
    named = [each for each in words if each.text in shown]
    paper = any(each.lower() in PAPERS for each in shown)
    if paper or can_speak(named[: len(shown)], (), named=True):
        return frame
    subjects = parsed.children(frame.at, "nsubj")
    speaker = _speaker(words, parsed, subjects[0])[0] if subjects else None
    if speaker is None or speaker.pronoun or speaker.shown == frame.speaker.shown:
        return frame
    return replace(frame, speaker=speaker)


def _is_handed_on(made: Frame, known: Sequence[Frame]) -> bool:
    """Whether it stands in what another is already saying."""
    return any(
        start <= made.at < stop and each.at != made.at
        for each in known
        for start, stop in each.content
    )


def _said(words: Sequence[Word], parsed: Parsed, at: int, stance: Stance) -> Frame | None:
    """A verb of saying with a subject of its own: whose word another verb hands on is not sure."""
    children = parsed.children(at, "aux")
    perfect = parsed.tags[at] == "VBN" and children and not parsed.children(at, "auxpass")
    if not (parsed.tags[at] in {"VBD", "VBZ", "VBP"} or perfect):
        return None
    subjects = parsed.children(at, "nsubj")
    told = parsed.children(at, "ccomp")
    if not told and stance in _OF_A_THING:
        told = parsed.children(at, "dobj")
    if not subjects or not told or at in parsed.negated or words[at].low in _NOT_SAID:
        return None
    speaker, begins = _speaker(words, parsed, subjects[0])
    low, high = parsed.phrase(told[0])
    if speaker is None or low < at < high:
        return None
    low += words[low].low == "that"
    return Frame(words[at].low, at, stance, speaker, ((low, high),), begins=begins)


def _speaker(words: Sequence[Word], parsed: Parsed, at: int) -> tuple[Speaker | None, int]:
    """Whoever a subject names, if it can speak, and where the phrase begins."""
    if words[at].low == "who" and parsed.relations[parsed.heads[at]] == "relcl":
        at = parsed.heads[parsed.heads[at]]  # `from Colonel X, who tells me that …`
    low, high = parsed.phrase(at, "appos", "relcl", "acl", "punct")
    comma = next((n for n in range(low, high) if words[n].text == ","), high)
    main = [each for each in words[low:comma] if not each.is_mark]
    beside_at = parsed.children(at, "appos")
    beside: Sequence[Word] = words[comma + 1 : high]
    if beside_at:
        a, b = parsed.phrase(beside_at[0])
        beside = words[a:b]
    named = len(beside) > 1 and all(each.is_capital for each in beside)
    if main[0].low in NEGATIONS or not (named or can_speak(main, beside, named=True)):
        return None, low
    return read_speaker(main, beside), low
