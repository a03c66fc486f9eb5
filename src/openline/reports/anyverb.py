"""Verbs that no table of saying holds, told by where they stand: `…, the mayor growled.`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    AUXILIARIES,
    BE,
    BODIES,
    NEGATIONS,
    PAPERS,
    PLURAL_PEOPLE,
    PLURAL_SAYING,
    PREPOSITIONS,
    PROGRESSIVE,
    ROLES,
    SAYING,
    TIME_WORDS,
    Stance,
    singular,
    words_of,
)
from openline.reports.sentences import CLOSING, STRAIGHT, Word
from openline.reports.subjects import (
    first_subject,
    is_finite,
    skip_back,
    start_of_verb,
    subject_before,
)
from openline.reports.verbs import HARMED, PARTICIPLES, SHAPES

_HANDS_NOTHING_ON: Final = words_of("""
    ensured required meant agreed hoped feared demanded hoped wanted needed waited died left
    happened arrived fled returned worked lived stayed remained closed opened moved stopped
    started ended failed followed continued gathered collapsed burned burnt changed surrendered
    retreated withdrew landed crashed sank survived resigned escaped
""")


def said_otherwise(words: Sequence[Word], at: int) -> Stance | None:
    """The stance of a verb of saying in the plural, going on, or known only by where it stands."""
    low = words[at].low
    if low in PROGRESSIVE and at + 1 < len(words):
        back = skip_back(words, at, ADVERBS)
        goes_on = back > 0 and words[back].low in BE and words[at + 1].low == "that"
        return PROGRESSIVE[low] if goes_on or _stands_beside(words, at) else None
    if low in PLURAL_SAYING and _is_plural_verb(words, at):
        return PLURAL_SAYING[low]
    return Stance.SAY if _hands_on(words, at) else None


def _stands_beside(words: Sequence[Word], at: int) -> bool:
    """After what somebody did: `…, accusing X of`, `a statement denying that`, `with X saying`."""
    if at == 0 and words[at].low in {"accusing", "blaming", "denying", "rejecting", "dismissing"}:
        return True
    if at < 3 or any(each.low in SAYING.keys() - ALSO_NOUNS for each in words[:at]):
        return False
    before = words[at - 1]
    with_one = any(each.low == "with" for each in words[max(0, at - 8) : at - 1])
    return before.text == "," or before.low in PAPERS or (with_one and not before.is_mark)


def _is_plural_verb(words: Sequence[Word], at: int) -> bool:
    """Whether several people stand before it and it is theirs: `residents dispute this`."""
    start = start_of_verb(words, at)
    shared = start > 0 and words[start - 1].low == "and" and words[at + 1 : at + 2]
    if shared and words[at + 1].low == "that":
        found = first_subject(words, start)  # `officials deny it and state that …`
    elif words[start - 1].low in PREPOSITIONS | NEGATIONS | {"to", "and", "or"}:
        return False
    else:
        found = subject_before(words, start)
    if found is None:
        return False
    heads = [each.low for each in found[1] if not each.is_mark][:6]
    if words[start - 1].low in {"they", "we"}:
        return True
    plural = any(
        each in PLURAL_PEOPLE
        or (each.endswith("s") and singular(each) in ROLES | BODIES)
        or each == "police"
        for each in heads
    )
    if not plural or any(each in AUXILIARIES for each in heads):
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    return following is None or following.low not in PREPOSITIONS


def _hands_on(words: Sequence[Word], at: int) -> bool:
    """Any verb before `that`, or at the very end after a clause and a comma, with a speaker."""
    low = words[at].low
    if not _verb_like(low) or low in SAYING.keys() - ALSO_NOUNS or words[at].is_capital:
        return False
    start = start_of_verb(words, at)
    found = subject_before(words, start) if start else None
    if found is None or start == 0 or not can_speak(found[1], found[2]):
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    if following is not None and following.low == "that":
        return found[0] == 0 or words[found[0] - 1].is_mark
    at_end = following is None or (following.text == "." and at + 2 >= len(words))
    lead = words[: max(0, found[0] - 1)]
    told = any(is_finite(lead, n) for n in range(len(lead))) or any(each.quoted for each in lead)
    comma = found[0] > 0 and words[found[0] - 1].text in {",", *CLOSING, STRAIGHT}
    main = bool(lead) and lead[0].low not in {"when", "as", "after", "while", "if", "before"}
    return at_end and told and comma and main


def _verb_like(low: str) -> bool:
    if low in SHAPES or low in PARTICIPLES | HARMED | _HANDS_NOTHING_ON | TIME_WORDS:
        return False
    return low in SAYING or (low.endswith("ed") and len(low) > 4)


def can_speak(main: Sequence[Word], beside: Sequence[Word], *, named: bool = False) -> bool:
    """Whether the phrase names somebody who can: a role, a body, people, or a person's name."""
    if not main or len(main) > 12 or any(each.is_mark for each in main):
        return False
    if any(each.low in AUXILIARIES for each in main):
        return False
    if any(w.low == "to" and main[n - 1].low not in ROLES for n, w in enumerate(main) if n):
        return False  # `want the government to honour past promises`
    for each in (*main, *beside):
        low = each.low.removesuffix("'s")
        if low in ROLES | BODIES | PLURAL_PEOPLE or singular(low) in ROLES | BODIES:
            return True
    if len(main) == 1 and main[0].text.isupper() and len(main[0].text) > 2:
        return True  # `INGC reports 48 deaths`
    if named and all(each.is_capital for each in main) and main[0].low not in TIME_WORDS:
        return True
    return len(main) == 1 and main[0].low in {"he", "she", "they"}


def may_invert(words: Sequence[Word], at: int) -> bool:
    """Whether any verb after a quotation may hand it on: `”, snapped the mayor`."""
    low = words[at].low
    return (
        at > 0
        and words[at - 1].text in {*CLOSING, STRAIGHT}
        and (low in SAYING or _verb_like(low))
        and low not in PREPOSITIONS
    )
