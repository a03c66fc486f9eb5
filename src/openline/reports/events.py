"""What is told in a clause: the event, who did it and to whom, as far as the words say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.candidates import (
    Found,
    candidates,
    gerund,
    is_supposed,
    is_vague,
    opens_named,
)
from openline.reports.clauses import (
    after_by,
    phrase_after,
    phrase_before,
    verb_start,
)
from openline.reports.holders import came_from, what_is_held, whose_hands
from openline.reports.joint import Told, convoy_told, joint_told
from openline.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BE,
    DETERMINERS,
    LINKS,
    NEGATIONS,
    PREPOSITIONS,
    SAYING,
    TIME_WORDS,
    Event,
    words_of,
)
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Word, text_of
from openline.reports.verbs import HARMED, PARTICIPLES

_QUOTES: Final = OPENING + CLOSING + STRAIGHT
_CLOSE_BY: Final = words_of("beside near behind outside")
_UPON: Final = words_of("at on against upon toward towards into")
_COUNTS: Final = words_of("eleven twelve fifteen twenty thirty dozen dozens hundreds scores the")
_MEANS: Final = words_of("air artillery drone missile rocket naval mortar ground tank sniper")
_SHOOT: Final = words_of("fired fire firing opened open opening shot launched lobbed")
_HEARD: Final = words_of("of heard saw hears sees reported under amid despite")
_WHAT_KIND: Final = words_of("""
    heavy intense renewed sporadic fresh indiscriminate constant continuous artillery mortar tank
    rocket naval cross-border further more overnight deadly repeated aerial random systematic
""")
_FELL: Final = re.compile(r"\bf(?:all|ell)")
_NOT_AT_ALL: Final = re.compile(
    r"^(?:at no (?:point|time|stage)|under no circumstances|in no (?:case|way)|never|nor|neither|"
    r"not once|nowhere)\b|\b(?:no|not any|without|nor any) (?:[\w-]+ )?(?:information|evidence|"
    r"reports?|knowledge|records?|signs?|indications?|proof|confirmation|trace|truth)\b|"
    r"\b(?:not|never|[a-z]+n['’]t) (?:[\w-]+ ){0,3}(?:any|a single)\b"
)


def find_told(words: Sequence[Word], start: int, stop: int) -> Told | None:
    """The most telling event between two words; None where no event of ours is told."""
    likely = (
        each for each in candidates(words, start, stop) if not is_supposed(words, each.at, start)
    )
    found = list(likely)
    best = max(found, key=lambda each: each.weight, default=None)
    if best is not None and best.shape.event in {Event.CROSSING, Event.ADVANCE}:
        best = next((each for each in found if _carries(each, best)), best)
    if best is None:
        return None
    if words[best.at].low == "went" and words[best.at + 1].low == "back":
        best = next((each for each in found if not each.shape.noun and each.at < best.at), best)
    best = next((each for each in found if _agrees_to(words, each, best)), best)
    as_noun = opens_named(words, best, start, stop) or (
        words[best.at].low.endswith("ing")
        and best.at > start
        and words[best.at - 1].low in DETERMINERS | _HEARD | _WHAT_KIND
        and not gerund(words, best, stop)
    )
    told = (
        _noun_told(words, best, start, stop)
        if best.shape.noun or as_noun
        else _verb_told(words, best, start, stop)
    )
    negated = told.negated or _is_denied_at_all(words, best, start)
    told = _turned_about(words, best, told, start, stop)
    return replace(told, negated=negated, vague=is_vague(words, best))


def _turned_about(words: Sequence[Word], found: Found, told: Told, start: int, stop: int) -> Told:
    """Where the subject is what it was done to: a town in somebody's hands, a post under fire."""
    said = text_of(words[found.at : found.end]).lower()
    if told.event is Event.HOLD and (held := whose_hands(words, start, stop)) is not None:
        holder, within = held
        return replace(told, actor=holder, target=None, where=what_is_held(words, start, within))
    if told.event is Event.CAPTURE and _FELL.search(said):
        return replace(told, actor=_into_whose(words, found.end, stop), target=told.actor)
    under = told.event is Event.FIRING and (" under " in said or said.startswith("under "))
    if under and not found.shape.noun:
        return replace(told, actor=came_from(words, found.end, stop), target=told.actor)
    return told


def _into_whose(words: Sequence[Word], end: int, stop: int) -> str | None:
    """Whoever a town that has fallen has fallen to."""
    to = next((n for n in range(end - 1, min(end + 2, stop)) if words[n].low == "to"), None)
    phrase = phrase_after(words, to + 1, stop) if to is not None else None
    return text_of(words[phrase[0] : phrase[1]]) if phrase else None


def _is_denied_at_all(words: Sequence[Word], found: Found, start: int) -> bool:
    """`At no point did …`, `no evidence that …`: a negation that stands far from its verb."""
    if found.shape.event is Event.ASSURANCE:
        return False
    lead = text_of(words[start : found.at]).lower().lstrip('"“ ,')
    return _NOT_AT_ALL.search(lead) is not None


def find_also(
    words: Sequence[Word], told: Told, start: int, stop: int
) -> tuple[Told, int, int] | None:
    """What the same subject is told to have done too: `crossed the river and took the village`.

    With it, the words between which it stands. None where another subject may have done it.
    """
    if told.negated:
        return None
    for each in candidates(words, start, stop):
        if each.shape.noun or each.shape.event is told.event or each.at == told.at:
            continue
        first, second = sorted((told.at, each.at))
        link = verb_start(words, second, first) - 1
        apart = any(
            w.low in LINKS - {"and"} or w.text in {";", ":"} or w.low in SAYING
            for w in words[first + 1 : link]
        )
        if link <= first or words[link].low != "and" or apart or is_supposed(words, each.at, start):
            continue
        begin, end = (link + 1, stop) if each.at > told.at else (start, link)
        also = _verb_told(words, each, begin, end)
        passive = words[second].low in PARTICIPLES and bool(
            {w.low for w in words[link + 1 : second]} & BE
        )
        if also.negated or passive or (each.at > told.at and told.actor is None):
            return None
        if each.at > told.at:
            also = replace(also, actor=also.actor or told.actor)
        return also, begin, end
    return None


def _agrees_to(words: Sequence[Word], agreed: Found, later: Found) -> bool:
    """`Agreed to let aircraft cross`: what has happened is that they agreed."""
    if agreed.shape.event is not Event.AGREEMENT or agreed.shape.noun or agreed.at >= later.at:
        return False
    return any(each.low == "to" for each in words[agreed.end : min(agreed.end + 6, later.at)])


def _carries(convoy: Found, moving: Found) -> bool:
    """`A convoy crossed into …`: what is told of is the convoy."""
    return convoy.shape.event is Event.CONVOY and convoy.at < moving.at


def find_harmed(words: Sequence[Word], start: int, stop: int) -> str | None:
    """Who is said to have died or been hurt; None where nobody is."""
    for at in range(start, stop):
        counted = at > start and (
            words[at - 1].low in DETERMINERS | _COUNTS or words[at - 1].text[0].isdigit()
        )  # `took in eleven wounded`
        if words[at].low in HARMED and at > start and not counted:
            begun = verb_start(words, at, start)
            subject = phrase_before(words, start, begun)
            if subject is not None:
                return text_of(words[subject[0] : subject[1]])
    return None


def find_subject(words: Sequence[Word], start: int, stop: int) -> str | None:
    """The subject of the first clause: what stands before its first finite verb."""
    for at in range(start + 1, stop):
        if words[at].low in AUXILIARIES | SAYING.keys() or (
            words[at].low.endswith("ed") and words[at - 1].low not in DETERMINERS
        ):
            subject = phrase_before(words, start, verb_start(words, at, start))
            return text_of(words[subject[0] : subject[1]]) if subject else None
    return None


def _verb_told(words: Sequence[Word], found: Found, start: int, stop: int) -> Told:
    begun = verb_start(words, found.at, start)
    negated = any(each.low in NEGATIONS for each in words[max(start, begun - 2) : found.end])
    subject = phrase_before(words, start, begun) or _shared_subject(words, found, start, begun)
    lead = {each.low for each in words[begun : found.at]}
    may_be = words[found.at].low in PARTICIPLES or found.shape.event is Event.EVACUATION
    passive = may_be and (bool(lead & BE) or (found.end < stop and words[found.end].low == "by"))
    if subject is not None and words[subject[0]].low in {"no", "nobody", "none"}:
        negated = True
    if found.shape.event is Event.ASSURANCE:
        negated = False  # `no intention of` is what it says
    before = text_of(words[subject[0] : subject[1]]) if subject else None
    if passive:
        by = after_by(words, found.end, stop)
        where = subject if found.shape.acts == "at" else None
        target = None if found.shape.acts == "at" else before
        return Told(found.shape.event, found.at, found.end, by, target, where, negated)
    after = _object_after(words, found, stop)
    if found.shape.acts == "on":
        target = text_of(words[after[0] : after[1]]) if after else None
        if found.shape.event is Event.EVACUATION and after is None:
            return Told(found.shape.event, found.at, found.end, before, None, None, negated)
        return Told(found.shape.event, found.at, found.end, before, target, None, negated)
    where = after if found.shape.acts == "at" else None
    return Told(found.shape.event, found.at, found.end, before, None, where, negated)


def _shared_subject(
    words: Sequence[Word], found: Found, start: int, begun: int
) -> tuple[int, int] | None:
    """`Its troops advanced and captured …`: the subject is that of the verb before `and`."""
    if begun - 2 < start or words[begun - 1].low != "and" or found.shape.noun:
        return None
    for each in candidates(words, start, begun - 1):
        apart = any(
            w.low in LINKS | SAYING.keys() or w.is_mark for w in words[each.end : begun - 1]
        )
        if each.shape.noun or apart or is_supposed(words, each.at, start):
            continue
        before = verb_start(words, each.at, start)
        if {w.low for w in words[before : each.at]} & (BE | NEGATIONS):
            return None
        return phrase_before(words, start, before)
    return None


def _noun_told(words: Sequence[Word], found: Found, start: int, stop: int) -> Told:
    back = found.at - 1
    while (
        back >= start
        and not words[back].is_mark
        and words[back].low not in PREPOSITIONS | LINKS | AUXILIARIES | DETERMINERS
    ):
        back -= 1
    negated = back >= start and words[back].low in NEGATIONS | {"no"}
    event = found.shape.event
    if event in {Event.TALKS, Event.OPEN_LINE, Event.AGREEMENT}:
        return joint_told(words, found, start, stop, negated=negated)
    if event is Event.CONVOY:
        phrase = phrase_before(words, start, found.end) or (found.at, found.end)
        if phrase[1] <= found.at:
            phrase = (max(back, start), found.end)  # `Nepal turned back a relief column`
        return convoy_told(words, found, phrase, stop, negated=negated)
    by = after_by(words, found.end, min(stop, found.end + 16))
    if by is None and event is not Event.EVACUATION:
        by = _named_before(words, start, found.at)
    target = None
    for at in range(found.end, min(stop, found.end + 8)):
        if words[at].low in _UPON | {"of"}:
            after = phrase_after(words, at + 1, stop)
            target = text_of(words[after[0] : after[1]]) if after else None
            break
        if words[at].is_mark or words[at].low in LINKS | _CLOSE_BY:
            break
    return Told(event, found.at, found.end, by, target, None, negated)


def _named_before(words: Sequence[Word], start: int, at: int) -> str | None:
    """Whose it is by the names right before it: `Russian air strikes`, `a Hezbollah attack`."""
    end = at - 1 if at > start and words[at - 1].low in _MEANS else at
    begun = end
    while begun > start and words[begun - 1].is_capital and not words[begun - 1].is_mark:
        begun -= 1
    if begun == end or words[begun].low in DETERMINERS | TIME_WORDS | PREPOSITIONS:
        return None
    return re.sub(r"['’]s$", "", text_of(words[begun:end]))


def _object_after(words: Sequence[Word], found: Found, stop: int) -> tuple[int, int] | None:
    """What is acted upon: right after the verb, or after `at`, `on` or `against` soon after it."""
    direct = found.end
    while direct < stop and (
        words[direct].low in ADVERBS
        or words[direct].low.endswith("ly")
        or words[direct].text in _QUOTES
    ):
        direct += 1
    firing = found.shape.event is Event.FIRING
    if direct < stop and words[direct].low in _UPON | (
        {"to", "over", "across", "into"} if found.shape.acts == "at" else set()
    ):
        return phrase_after(words, direct + 1, stop)
    phrase = phrase_after(words, direct, stop)
    if firing and words[found.at].low in _SHOOT:
        for at in range(direct, min(stop, direct + 9)):
            if words[at].low in {"at", "on", "against", "into", "towards"}:
                after = phrase_after(words, at + 1, stop)
                return after if after and words[after[0]].low not in TIME_WORDS else None
            if words[at].text in {",", "."}:
                break
        return None
    return phrase
