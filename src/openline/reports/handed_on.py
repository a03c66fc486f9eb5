"""Which words an act of saying hands on: after its verb, before its speaker, or both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from openline.reports.lexicon import LINKS, PREPOSITIONS, PRONOUNS, TIME_WORDS, words_of
from openline.reports.sentences import OPENING, STRAIGHT, Word
from openline.reports.subjects import is_finite

_SUBORDINATE: Final = words_of("""
    asked when if as although though while after before despite since because answering speaking
    accused told pressed confronted challenged questioned quizzed informed blamed criticised faced
""")

_TOLD: Final = words_of("told tell assured assures warned warns reminded")


def after_verb(words: Sequence[Word], at: int) -> tuple[tuple[int, int], ...]:
    """What follows the verb: past whom it is told, and past `in a statement on Monday`."""
    start = at + 1
    if start >= len(words):
        return ()
    if (
        words[start].low == "to"
        and start + 1 < len(words)
        and words[start + 1].low in {"have", "be"}
    ):
        return ((start, len(words)),)  # `claimed to have repelled it, a claim that …`
    if words[at].low in _TOLD or words[start].low in PREPOSITIONS | TIME_WORDS | {
        "reporters",
        "late",
        "early",
    }:
        that = next(
            (
                n
                for n in range(start, min(len(words), start + 16))
                if words[n].low == "that" or words[n].text in set(OPENING + STRAIGHT) | {":"}
            ),
            None,
        )
        if that is not None:
            start = that
        elif words[at].low in {"told", "tell"}:
            start = _after_listener(words, start)
    that_clause = start + 1 < len(words) and not words[start + 1].is_mark
    if that_clause and words[start].low == "that":
        start += 1
    return ((start, len(words)),) if len(words) - start > 1 else ()


def _after_listener(words: Sequence[Word], start: int) -> int:
    at = start
    while (
        at < len(words)
        and words[at].low not in PRONOUNS | {"the", "its", "his", "their", "there"} | LINKS
        and not words[at].is_mark
    ):
        at += 1
    if at == start and words[at].low in {"the", "me", "us"}:
        return start + 2
    return at if at < len(words) and not words[at].is_mark else start


def continuing(words: Sequence[Word], start: int) -> tuple[tuple[int, int], ...]:
    """What goes on after the speaker of what came before: `, adding that …`, or a second quote."""
    for at in range(start, len(words)):
        if words[at].text in OPENING or (
            words[at].text == STRAIGHT and at + 1 < len(words) and words[at + 1].quoted
        ):
            return ((at, len(words)),)
        if words[at].low in {"adding", "saying", "accusing", "calling", "warning"}:
            return ((at + 1, len(words)),)
    return ()


def has_content(words: Sequence[Word]) -> bool:
    """Whether what stands before the speaker is more than `On Monday,` or `In a statement,`."""
    if any(each.quoted for each in words):
        return True
    letters = [each for each in words if not each.is_mark]
    if len(letters) < 2 or (
        letters[0].low in PREPOSITIONS
        and len(letters) <= 6
        and not any(is_finite(words, n) for n in range(len(words)))
    ):
        return False
    if letters[0].low in PREPOSITIONS:
        return any(is_finite(words, n) for n in range(len(words))) or len(letters) > 7
    return len(letters) > 7 or any(is_finite(words, n) for n in range(len(words)))


def opens_subordinate(words: Sequence[Word]) -> bool:
    first = next((each for each in words if not each.is_mark), None)
    if first is None or first.low not in _SUBORDINATE or any(each.quoted for each in words):
        return False
    after = words[words.index(first) + 1 : words.index(first) + 2]
    timed = after and (after[0].low in TIME_WORDS or after[0].text[0].isdigit())
    if timed and first.low in {"since", "before", "after"}:
        return False  # `Since Thursday a line has been open`
    # `When X came, Y fled, Z said`: a whole clause follows the subordinate one, and is Z's word.
    commas = [n for n, each in enumerate(words) if each.text == ","]
    return not any(
        any(is_finite(words[a + 1 : b], n) for n in range(b - a - 1)) for a, b in pairwise(commas)
    )
