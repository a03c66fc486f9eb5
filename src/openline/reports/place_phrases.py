"""The words that name a place: after a preposition, to the end of the phrase and its tails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from openline.reports.clauses import begins_distance
from openline.reports.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    LINKS,
    PRONOUNS,
    SAYING,
    TIME_WORDS,
    words_of,
)
from openline.reports.sentences import Word
from openline.reports.spots import METRES

_DIRECTION: Final = re.compile(
    r"(?P<way>(?:north|south)(?:[- ]?(?:east|west))?|east|west)(?:ern)?", re.IGNORECASE
)


LOCATING: Final = words_of("""
    in at on near along toward towards around outside inside into to across over off between
    beside within through below above onto behind beyond from of under south north east west
    northeast northwest southeast southwest south-east south-west north-east north-west
""")


FEATURES: Final = words_of("""
    bank banks river province region town city village hamlet road border line plant field
    fields airport airbase base hospital school camp checkpoint valley district front frontier
    coast sea island bridge crossing street ravine crater slopes slope dam edge quarter quarters
    airspace strait sector corridor zone area outskirts suburb suburbs port harbour harbor
    mountain mountains ridge hill hills pass forest lake desert territory headquarters peninsula
    gulf channel canal runway neighbourhood neighborhood highway junction reservoir delta mouth
    settlement settlements ground marketplace market square park gate barracks post posts
    positions station power waters side flank shore strip governorate oblast county state
    enclave wadi fence summit basin plain heights
""")


_LEAVES: Final = words_of("""
    leave reach enter cross visit join attack strike hit take retake hold capture seize evacuate
    bomb shell defend surround storm besiege approach
""")
_INSIDE: Final = words_of("of in on near at between along within")
_MOST_WORDS: Final = 14
_NEVER_OF_A_PLACE: Final = (
    (LINKS - {"and"})
    | AUXILIARIES
    | PRONOUNS
    | SAYING.keys()
    | TIME_WORDS
    | words_of("by with for during after least which")
)
_BEYOND_A_PLACE: Final = words_of("until since before against as about some from where while this")
_TIMES_AFTER_THE: Final = TIME_WORDS | {"same", "next"}


class Phrase(Struct, frozen=True):
    """Words that name a place, and what stands before them: `near`, `toward`, `along`."""

    start: int
    end: int
    before: str


def place_phrases(words: Sequence[Word], start: int, stop: int) -> Iterator[Phrase]:
    """What follows each preposition of place, to the end of the phrase and its tails."""
    at = start
    while at < stop:
        leaves = (
            words[at].low in {"left", "reached", "entered", "leaving", "reaching"}
            and at + 1 < stop
            and words[at + 1].is_capital
        )
        if begins_distance(words, at, stop):
            end = end_of_place(words, at + 2, stop)
            if end > at + 3:
                yield Phrase(at, end, "distance")
                at = end
                continue
        if words[at].low not in LOCATING and not leaves:
            at += 1
            continue
        first = at + 1
        if first + 1 < stop and words[first].low.endswith("ing") and not words[first].is_capital:
            first += 1  # `of entering the city`
        elif words[at].low == "to" and first + 1 < stop and words[first].low in _LEAVES:
            first += 1  # `is due to leave Mykolaiv`
        before = "left" if leaves else words[at].low
        end = end_of_place(words, first, stop)
        if end == first:
            at += 1
            continue
        end = with_tail(words, end, stop)
        yield Phrase(first, end, before)
        at = first


def end_of_place(words: Sequence[Word], start: int, stop: int) -> int:
    """Where the words for a place end that begin at `start`: at most 14, none of them a tail."""
    end = start
    while end < stop and end - start < _MOST_WORDS and not _is_beyond(words, end, start, stop):
        end += 1
    while end > start and words[end - 1].low in _INSIDE | {"the", "and", "to", "a", "an"}:
        end -= 1
    return end


def _is_beyond(words: Sequence[Word], at: int, start: int, stop: int) -> bool:
    """Whether a word is no part of the place that the words before it name."""
    word, following = words[at], words[at + 1] if at + 1 < stop else None
    if word.is_mark or word.low in _NEVER_OF_A_PLACE:
        return True
    joins = following is not None and following.is_capital and words[at - 1].is_capital
    if word.low == "and" and not joins:
        return True
    if at == start:
        return False
    if word.low in _BEYOND_A_PLACE:
        return True
    if following is not None and word.low == "the" and following.low in _TIMES_AFTER_THE:
        return True  # `in Las Navas the same morning`
    if following is not None and word.low == "on" and following.text[0].isdigit():
        return True  # `in Tine on 1 June`
    return _ends_before(words, at, start) or begins_distance(words, at, len(words))


def _ends_before(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether a phrase of place ends before this word: a verb, an adverb, or another thing."""
    word, before = words[at], words[at - 1]
    if word.low in _INSIDE | FEATURES | {"and"} or word.is_capital:
        return False
    if word.low in DETERMINERS:
        return before.is_capital and word.low not in {"the", "a", "an"}
    if before.is_capital and word.text[0].isdigit():
        return True
    if word.low == "to":
        return before.low not in {
            "road",
            "highway",
            "border",
            "approaches",
            "approach",
            "entrance",
            "bridge",
        }
    if before.low in _INSIDE | DETERMINERS:
        return word.low in {"about", "around"}
    settled = before.is_capital or before.low in FEATURES
    return settled or word.low.endswith("ly") or word.low in {"early", "late", "open", "again"}


def with_tail(words: Sequence[Word], end: int, stop: int) -> int:
    """`…, 60 km north of X`, `…, south of Donetsk`, `… near X`: how the text itself says where."""
    at = end
    if at < stop and words[at].text == ",":
        at += 1
    elif at >= stop or words[at].low not in {"near", "about", "some"}:
        return end
    while at < stop and words[at].low in {"about", "some", "just", "around", "roughly", "nearly"}:
        at += 1
    looks = at < stop and (
        (words[at].text[0].isdigit() and at + 1 < stop and words[at + 1].low in METRES)
        or (_DIRECTION.fullmatch(words[at].low) and at + 1 < stop and words[at + 1].low == "of")
        or words[at].low in {"near"}
        or (
            words[at].low == "on"
            and at + 2 < stop
            and words[at + 1].low == "the"
            and words[at + 2].low in {"western", "eastern", "northern", "southern", "border"}
        )
    )
    return max(end, end_of_place(words, at, stop)) if looks else end


def shown_words(words: Sequence[Word], each: Phrase) -> str:
    start = each.start
    if each.before in {
        "near",
        "along",
        "toward",
        "towards",
        "between",
        "across",
        "within",
        "south",
        "north",
        "east",
        "west",
        "beside",
        "below",
        "around",
        "off",
        "outside",
        "behind",
        "beyond",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "south-east",
        "south-west",
        "north-east",
        "north-west",
    }:
        start -= 1
    out = ""
    for number in range(start, each.end):
        if number > start and words[number].start > words[number - 1].end:
            out += " "
        out += words[number].text
    return out
