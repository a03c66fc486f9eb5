"""Who stands before a verb of saying: the subject, and the phrase beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    AUXILIARIES,
    BODIES,
    DETERMINERS,
    LINKS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SAYING,
    TIME_WORDS,
    singular,
    words_of,
)
from openline.reports.sentences import CLOSING, OPENING, STRAIGHT, Word
from openline.reports.verbs import PARTICIPLES, SHAPES

_QUOTES: Final = OPENING + CLOSING + STRAIGHT


def skip_back(words: Sequence[Word], at: int, skipped: frozenset[str]) -> int:
    back = at - 1
    while back >= 0 and (
        words[back].low in skipped
        or (
            words[back].low.endswith("ly")
            and words[back].low != "family"
            and not words[back].is_capital
        )
    ):
        back -= 1
    return back


def start_of_verb(words: Sequence[Word], at: int) -> int:
    """Where the verb begins: with its auxiliaries and the adverbs before it."""
    start = at
    while start > 0 and (
        words[start - 1].low in {"has", "have", "had"}
        or (words[start - 1].low == "since" and words[start - 2].low in {"has", "have", "had"})
        or (words[start - 1].low in ADVERBS)
        or (
            words[start - 1].low.endswith("ly")
            and not words[start - 1].is_capital
            and words[start - 1].low not in {"family", "assembly"}
        )
    ):
        start -= 1
    return _before_asides(words, start)


def _before_asides(words: Sequence[Word], start: int) -> int:
    """Where `on Monday`, `this morning`, `in turn` begins that stands before a verb."""
    while start and words[start - 1].low in _ENDS_ASIDE:
        text = " ".join(each.low for each in words[max(0, start - 6) : start])
        found = _ASIDE.search(text)
        length = len(found[0].split()) if found else 0
        if length == 0 or length >= start or words[start - length - 1].low in _TIES:
            return start
        start -= length
    return start


_IRREGULAR: Final = words_of("""
    died fell went came took broke rose lost began saw
    found gave got sank flew fled met ran led stood
    kept made sent brought caught drove stole blew remain remains
    left held hit shot struck heard felt knew thought became rode swam threw wrote spoke won
    withdrew overran laid lay dug fought sought spent slept shook swept spread burst meant bore
    chose froze grew built burnt drew woke cut shut put set let paid taught bought
""")
_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:morning|afternoon|evening|night))?"
_ASIDE: Final = re.compile(
    rf"(?:^|(?<= ))(?:(?:late |early )?on {_DAY}|(?:this|that|last) (?:same )?(?:morning|afternoon|"
    r"evening|night|week|month)|in (?:turn|response|reply)|for (?:its|his|her|their) part|at once)$"
)
"""What may stand between a subject and its verb, and names nobody."""
_ENDS_ASIDE: Final = words_of("""
    monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night week
    month turn response reply part once
""")
_DOING: Final = words_of("""
    writing answering replying responding addressing briefing posting visiting touring reacting
    returning arriving referring speaking appearing standing sitting walking waiting leaving
    testifying reading quoting pointing
""")
_TIES: Final = words_of("and or but that since until by for said of with to")
_OPENS_CLAUSE: Final = words_of("because although though when before after")


def chunks_of(words: Sequence[Word], start: int, end: int) -> list[tuple[int, int]]:
    found, begun = [], start
    for at in range(start, end):
        if words[at].text == ",":
            found.append((begun, at))
            begun = at + 1
    found.append((begun, end))
    return [each for each in found if each[1] > each[0]] or [(start, end)]


def subject_before(
    words: Sequence[Word], end: int
) -> tuple[int, Sequence[Word], Sequence[Word]] | None:
    """Where the subject of the verb at `end` begins, the phrase itself, and the one beside it."""
    low = 0
    if end > 3 and words[end - 1].text == ")" and words[end - 3].text == "(":
        return subject_before(words, end - 3)  # `The National Liberation Army (TNLA) said`
    closed = False
    for at in range(end - 1, -1, -1):
        closed = closed or words[at].text == ")"
        if words[at].text == "(" and closed:
            closed = False  # `the Strategic Framework (CSP) coalition`
            continue
        if words[at].text in set(_QUOTES) | {";", "—", "–", ":", "("} and not words[at].quoted:
            low = at + 1
            break
        if words[at].quoted and not words[end - 1].quoted:
            low = at + 1
            break
    chunks = chunks_of(words, low, end)
    last_is_comma = end > 0 and words[end - 1].text == ","
    if not last_is_comma:
        start, stop = chunks[-1]
        start = _after_lead(words, start, stop)
        return (start, words[start:stop], ()) if stop > start else None
    if len(chunks) < 2:
        start, stop = chunks[-1]
        if low == 0 or words[low - 1].text in _QUOTES:
            return None  # `The men, accused of it, were held`: what is said of them, not by them
        start = _after_lead(words, start, stop)
        return (start, words[start:stop], ()) if stop > start else None
    return _with_beside(words, chunks)


def first_subject(
    words: Sequence[Word], end: int
) -> tuple[int, Sequence[Word], Sequence[Word]] | None:
    """`X, its commander, asked … and warned …`: both verbs have one subject."""
    resumes = 0
    for at in range(1, end - 1):
        if words[at].quoted or words[at].text in {";", ":"}:
            return None
        if words[at].low in {"who", "which"} and words[at - 1].text == ",":
            resumes = next((n for n in range(at, end) if words[n].text == ","), end)
        if at <= resumes:
            continue  # `X, who was there, put it so and said`: not in what is said of X
        if is_finite(words, at) or (words[at].low.endswith("ed") and not words[at].is_capital):
            found = subject_before(words, start_of_verb(words, at))
            return found if found is None or found[0] <= 2 else None
    return _before_present(words, end)


def _before_present(
    words: Sequence[Word], end: int
) -> tuple[int, Sequence[Word], Sequence[Word]] | None:
    """`The water board means to open the gates and warns …`: the verb of the first is unknown."""
    for at in range(2, min(end - 1, 7)):
        head = words[at - 1].low
        office = head in ROLES | BODIES or singular(head) in ROLES | BODIES
        plain = words[at].low not in ROLES | BODIES | PREPOSITIONS and not words[at].is_mark
        if office and plain and words[at].low.endswith("s") and words[at].text.islower():
            return 0, words[:at], ()
    return None


def _with_beside(
    words: Sequence[Word], chunks: list[tuple[int, int]]
) -> tuple[int, Sequence[Word], Sequence[Word]] | None:
    """`X, a spokesman for Y, said`: the subject is the phrase before the one beside it."""
    for number in range(len(chunks) - 2, -1, -1):
        start, stop = chunks[number]
        if _is_aside(words[start:stop]) and not _has_office(words, start, stop):
            continue
        first = _after_lead(words, start, stop)
        beside = words[chunks[number + 1][0] : chunks[number + 1][1]]
        if number and (before := _office_before(words, chunks[number - 1])) is not None:
            return before, words[before : chunks[number - 1][1]], words[first:stop]
        if _is_aside(beside) and number + 2 < len(chunks):
            beside = words[chunks[number + 2][0] : chunks[number + 2][1]]
        return first, words[first:stop], beside
    return None


def _has_office(words: Sequence[Word], start: int, stop: int) -> bool:
    """`In Tripoli a spokesman for the navy, X, said`: an office stands after the place."""
    first = _after_lead(words, start, stop)
    office = words[first : first + 5]
    return (
        start < first < stop - 1
        and words[start].low in PREPOSITIONS
        and any(each.low in ROLES for each in office)
        and not clause_like(words[first:stop])
    )


def _office_before(words: Sequence[Word], chunk: tuple[int, int]) -> int | None:
    """`The mayor of X, Ivan Y, who …, said`: the office stands before the name."""
    start, stop = chunk
    first = _after_lead(words, start, stop)
    phrase = words[first:stop]
    if clause_like(phrase) or not any(each.low in ROLES for each in phrase[:6]):
        return None
    return first if not words[chunk[1]].quoted else None


def _is_aside(words: Sequence[Word]) -> bool:
    """A phrase that names nobody: `however`, `speaking on condition of …`, `who asked …`."""
    first = words[0].low if words else ""
    return (
        first
        in {
            "who",
            "which",
            "speaking",
            "however",
            "too",
            "meanwhile",
            "reached",
            "whose",
            "asked",
            "citing",
            "where",
        }
        or (first in PREPOSITIONS and first not in {"of"})
        or (first in _DOING and not any(each.low in ROLES for each in words[1:3]))
        or all(each.low in TIME_WORDS | ADVERBS | {"on"} for each in words)
    )


def _after_lead(words: Sequence[Word], start: int, stop: int) -> int:
    """Where the subject begins, past `But`, `On Monday`, `… and that` and the like."""
    for at in range(stop - 1, start - 1, -1):
        joins = words[at].low in {"and", "but", "while", "whereas", "as", "that"} and (
            at == start or any(is_finite(words[start:at], n) for n in range(at - start))
        )
        if joins or words[at].low in _OPENS_CLAUSE:
            start = at + 1
            break
    for at in range(stop - 1, start, -1):
        if (
            words[at].low in DETERMINERS - {"one", "two", "three", "all", "at", "that"}
            and words[at - 1].low not in PREPOSITIONS | LINKS | DETERMINERS | {"all", "both"}
            and not (at + 1 < stop and words[at + 1].low in TIME_WORDS)
            and not words[at - 1].is_mark
            and not words[at - 1].low.endswith("ing")
            and not any(w.low in {"who", "which", "that"} for w in words[start : at - 1])
        ):
            start = at  # `an allegation the ministry rejected`
            break
    while start < stop and words[start].low in PREPOSITIONS | ADVERBS | {
        "and",
        "but",
        "well",
        "asked",
    }:
        passed = _after_phrase(words, start, stop)
        if passed >= stop:
            break
        start = passed
    return start


def _after_phrase(words: Sequence[Word], start: int, stop: int) -> int:
    """Past a preposition and the noun phrase after it."""
    if words[start].low in ADVERBS | {"and", "but", "well"}:
        return start + 1
    at = start + 1
    if at < stop and words[at].low in DETERMINERS:
        at += 1
    begun = at
    while at < stop:
        low = words[at].low
        if low in DETERMINERS or low in PREPOSITIONS or low in PRONOUNS:
            return at
        if (
            at > begun
            and words[at].is_capital
            and (words[at - 1].low in TIME_WORDS or not words[at - 1].is_capital)
        ):
            return at
        at += 1
    return at


def clause_like(words: Sequence[Word]) -> bool:
    return any(is_finite(words, n) for n in range(len(words)))


def is_finite(words: Sequence[Word], at: int) -> bool:
    """Whether a finite verb stands here, as far as its form tells."""
    low = words[at].low
    if at and words[at].is_capital and low not in AUXILIARIES:
        return False  # `General Omar Said`
    if low in AUXILIARIES | NEGATIONS and low not in {
        "having",
        "being",
        "no",
        "never",
        "none",
        "'s",
    }:
        return True
    before = words[at - 1].low if at else ""
    if before in DETERMINERS | {"of"} or (at and words[at - 1].low.endswith("'s")):
        return False
    if low in SAYING and low not in ALSO_NOUNS:
        return True
    shape = SHAPES.get(low)
    if shape is not None and not shape.noun and not low.endswith("ing"):
        return (
            low.endswith("ed")
            or low in PARTICIPLES
            or low in {"fell", "met", "shot", "took", "overran", "retook"}
        )
    if low in _IRREGULAR and not words[at].is_capital:
        return True
    return (
        low.endswith("ed")
        and len(low) > 4
        and not words[at].is_capital
        and before not in PREPOSITIONS
    )
