"""The phrases of a clause: what stands before its verb, after it, and after `by`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    LINKS,
    PREPOSITIONS,
    PRONOUNS,
    SAYING,
    TIME_WORDS,
    words_of,
)
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Word, text_of
from openline.reports.spots import COUNTED, METRES
from openline.reports.subjects import is_finite
from openline.reports.verbs import PARTICIPLES, SHAPES

_QUOTES: Final = OPENING + CLOSING + STRAIGHT


_INSTRUMENTS: Final = words_of("""
    gunfire shellfire fire shelling explosions explosion strikes strike airstrikes mines mine
    missiles missile rockets rocket shells shell artillery mortars mortar drone drones bomb
    bombs flames fire lightning floods flood storm landslide blast shrapnel telephone phone
    coach coaches train trains plane planes car cars ambulance ambulances lorry lorries foot
    truck trucks bus buses sea air road boat boats helicopter
""")


_STAYS: Final = words_of("""
    remain remains stay stays stayed landed went came took lies lay stands stood
""")


_SIDES: Final = words_of("""
    north south east west northeast northwest southeast southwest
""")


LONGEST_PHRASE: Final = 14


def verb_start(words: Sequence[Word], at: int, start: int) -> int:
    begun = at
    while begun > start and (
        words[begun - 1].low
        in AUXILIARIES | ADVERBS | {"not", "never", "n't", "to", "directly", "reportedly"}
        or (words[begun - 1].low.endswith("ly") and not words[begun - 1].is_capital)
    ):
        if (
            words[begun - 1].low == "to"
            and begun - 1 > start
            and words[begun - 2].low
            in {"used", "moment", "continued", "began", "tried", "sought", "refused"}
        ):
            begun -= 1
        begun -= 1
    return begun


def phrase_before(words: Sequence[Word], start: int, end: int) -> tuple[int, int] | None:
    """The noun phrase that ends where a verb begins: its head, and what is said of it after."""
    while end > start and (
        words[end - 1].text in _QUOTES or words[end - 1].low in {"who", "that", "which"}
    ):
        end -= 1
    if end > start and words[end - 1].text == ",":
        end = _before_aside(words, start, end - 1)
    low = start
    for at in range(end - 1, start - 1, -1):
        word = words[at]
        if (
            word.text in {",", ";", ":", "—", "–", "."}
            or word.text in _QUOTES
            or word.low in LINKS - {"and", "or"}
        ):
            low = at + 1
            break
        if word.low in {"and", "or"} and not _joins_names(words, at, start, end):
            low = at + 1
            break
    if low > start and words[low - 1].low in {"that", "who", "which"} and _is_verb(words[low]):
        return None  # `the fire that came down on X took …`: not X, nor what came down
    low = _past_lead(words, low, end)
    end = end_of_phrase(words, low, end)
    while end > low and words[end - 1].low in PREPOSITIONS:
        end -= 1
    if low >= end or end - low > LONGEST_PHRASE or words[low].low in TIME_WORDS:
        return None
    if any(each.low in AUXILIARIES for each in words[low:end]):
        return None
    return low, end


def _is_verb(word: Word) -> bool:
    return not word.is_capital and (
        word.low in _STAYS | PARTICIPLES | AUXILIARIES | {"left", "broke", "fell", "flew", "hit"}
        or (word.low.endswith("ed") and len(word.low) > 4)
    )


def end_of_phrase(words: Sequence[Word], start: int, end: int) -> int:
    """Where a phrase ends before a verb that got into it: `troops used the moment to`."""
    for at in range(start + 1, end):
        if begins_distance(words, at, end):
            return at
        low, before = words[at].low, words[at - 1].low
        verb = low in _STAYS or (low.endswith("ed") and "-" not in low and len(low) > 4)
        plain = before not in DETERMINERS | {"and", "of"} or low == "agreed"
        if verb and plain and not words[at].is_capital:
            return at
    return end


def _before_aside(words: Sequence[Word], start: int, comma: int) -> int:
    """Before `, which …,`: the phrase itself ends at the comma that opens the aside."""
    for at in range(comma - 1, start, -1):
        if words[at].text == ",":
            return at
    return comma


def _joins_names(words: Sequence[Word], at: int, start: int, end: int) -> bool:
    before = words[at - 1] if at > start else None
    after = words[at + 1] if at + 1 < end else None
    if before is None or after is None or before.is_mark:
        return False
    finite = any(
        each.low in AUXILIARIES or each.low in PARTICIPLES or is_finite(words, n)
        for n, each in enumerate(words[start:at], start)
    )
    return not finite


def _past_lead(words: Sequence[Word], low: int, end: int) -> int:
    while low < end and words[low].low in {"saying", "adding", "claiming", "insisting", "stating"}:
        low += 1
    while low < end and (
        words[low].low in PREPOSITIONS | ADVERBS | {"and", "but", "or", "however"}
    ):
        low += 1
        if words[low - 1].low in ADVERBS | {"and", "but", "or", "however"}:
            continue
        begun = low
        if low < end and words[low].low in DETERMINERS:
            low += 1
        while low < end and words[low].low not in DETERMINERS | PREPOSITIONS | PRONOUNS:
            if low > begun and words[low].is_capital and words[low - 1].low in TIME_WORDS:
                break
            low += 1
    return low


def phrase_after(words: Sequence[Word], start: int, stop: int) -> tuple[int, int] | None:
    """The noun phrase that begins here, with what it is of."""
    end = start
    while end < stop and end - start < LONGEST_PHRASE:
        if _ends_phrase(words, start, end, stop):
            break
        end += 1
    while end > start and words[end - 1].low in {"and", "of", "the", "a"}:
        end -= 1
    if (
        end <= start
        or ":" in words[start].text
        or words[start].low in TIME_WORDS | {"of"}
        or words[start].low.split("-")[0] in _SIDES
    ):
        return None
    return start, end


_NO_NOUN: Final = (PREPOSITIONS - {"of"}) | (LINKS - {"and"}) | AUXILIARIES | PRONOUNS | ADVERBS


def _ends_phrase(words: Sequence[Word], start: int, at: int, stop: int) -> bool:
    """Whether a noun phrase that began at `start` is over before this word."""
    word, has_begun = words[at], at > start
    if word.is_mark and word.text not in {"-", "."}:
        return True
    before = words[at - 1].text if at else ""
    if word.text == "." and not (before[:1].isupper() and len(before) < 4):
        return True
    if word.low in _NO_NOUN or (has_begun and word.low in TIME_WORDS):
        return True
    if word.low == "and":
        return at + 1 >= stop or words[at + 1].low in _NO_NOUN_AFTER_AND
    if not has_begun:
        return False
    # `a convoy 12 km south of X`: where it was, and no part of it.
    return begins_distance(words, at, stop) or _is_manner(word, words[at - 1])


_NO_NOUN_AFTER_AND: Final = SAYING | SHAPES.keys() | AUXILIARIES | PARTICIPLES | ADVERBS | PRONOUNS


def _is_manner(word: Word, before: Word) -> bool:
    """`heavily`, `south`: how or where to, unless an article or a capital makes it a thing."""
    is_so = word.low.endswith("ly") or word.low.split("-")[0] in _SIDES
    return is_so and not word.is_capital and before.low not in DETERMINERS


def begins_distance(words: Sequence[Word], at: int, stop: int) -> bool:
    """Whether `12 km south of …`, `a kilometre from …` begins here."""
    if at + 2 >= stop or not (words[at].text[0].isdigit() or words[at].low in COUNTED):
        return False
    if words[at + 1].low not in METRES:
        return False
    after = {each.low for each in words[at + 2 : min(stop, at + 8)]}
    return bool(after & {"of", "from", "outside", "off", "inside"})


def after_by(words: Sequence[Word], start: int, stop: int) -> str | None:
    """Whoever stands after `by`, unless it is what it was done with."""
    for at in range(start, min(stop, start + 10)):
        if words[at].low == "by":
            phrase = phrase_after(words, at + 1, stop)
            if phrase is None:
                return None
            inside = words[phrase[0] : end_of_phrase(words, *phrase)]
            weapon = inside[-1].low in _INSTRUMENTS and not any(each.is_capital for each in inside)
            return None if weapon and inside[0].low not in {"a", "an", "the"} else text_of(inside)
        if words[at].text in {".", ";"}:
            return None
    return None
