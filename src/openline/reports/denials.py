"""Which draft a denial denies: of another speaker, and about the denier or the same event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import Event
from openline.reports.making import Made, same_side, share, stems

AT_ONCE: Final = 2.4
"""How well a claim before it must fit a denial that is being read."""
ONCE_READ: Final = 2.9
"""The same, to take for a denial what does not say that it is one."""
LOOKED_AGAIN: Final = 2.0
"""The same for a denial that found nothing, once all is read."""
_NEVER_DENIED: Final = frozenset({"denial", "regret", "assurance", "negative_presence"})
_ALIKE: Final = (
    frozenset({Event.STRIKE, Event.FIRING}),
    frozenset({Event.CROSSING, Event.ADVANCE, Event.CAPTURE}),
)
_IT: Final = re.compile(
    r"^(?:it|this|that|them|these|those|responsibility|(?:any|all|having any) (?:such )?"
    r"(?:involvement|part|role|responsibility|connection|link|wrongdoing|knowledge)\b.*|both|"
    r"everything|what (?:he|she|it|they) called .*)"
    r"(?=$|[,.;:—–]| (?:as|at|in|on|outright|saying|insisting|telling|and|but|too|again|later|"
    r"flatly|entirely|is|was|are|were|with)\b)",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"^(?:not (?:so|true|at all)|(?:an?|pure|total|utter|sheer|all) (?:[\w-]+ )?(?:lies?|"
    r"fiction|fantasy|fabrication|invention|infamy|nonsense|slander|hoax|fake)|nonsense|lies|rubbish|never|"
    r"nothing of the (?:sort|kind)|that is (?:not so|untrue|a lie)|no such thing)\b",
    re.IGNORECASE,
)
"""A denial of whatever was said last."""
_THE_CHARGE: Final = re.compile(
    r"\b(?:the|that|this|these|those|such|all|any|both|his|her|their|its) (?:[\w'’-]+ ){0,2}?"
    r"(?:accusation|allegation|claim|charge|assertion|account|version|story|report|suggestion|"
    r"criticism|figure)s?\b(?! (?:that|of|by|from|about|on|which)\b)",
    re.IGNORECASE,
)
_OWN_DOING: Final = re.compile(r"^(?:having|any|ever |\w+ing\b)", re.IGNORECASE)
_DENIED_WORDS: Final = re.compile(
    r"\b(?:reports?|claims?|accusations?|allegations?|rumou?rs?|information|"
    r"suggestions?|statements?|posts?)\b[^.]{0,60}?\b(?P<what>that .+?|"
    r"alleging that .+?)(?:,|$| (?:is|are|was|were) (?:\w+ )?(?:denied|"
    r"false|wrong|untrue|baseless|rejected|mistaken|incorrect|dismissed|unfounded)\b)",
    re.IGNORECASE,
)
_WHAT: Final = re.compile(
    r"\b(?P<what>(?:that|having|\w+ing|any) [^.;]+?)(?=, (?:saying|adding|and|but|"
    r"while|insisting|who)\b|\. |[.;]|$)"
)


def find_denied(made: Made, all_made: Sequence[Made], least: float = AT_ONCE) -> int | None:
    """The place of the draft that is denied; None where none fits well enough."""
    best, best_score = None, least
    for number, other in enumerate(all_made):
        if _deniable(other, made):
            score = _score(other, made, all_made) + number / 100
            if score >= best_score:
                best, best_score = number, score
    return best


def find_denied_words(sentence: str, text: str) -> str | None:
    """What is denied, in the report's own words, where no draft is."""
    found = _DENIED_WORDS.search(sentence) or _WHAT.search(text)
    return found["what"].removeprefix("alleging ").rstrip(' ,."”') if found else None


def _deniable(other: Made, made: Made) -> bool:
    if other is made or other.kind in _NEVER_DENIED or same_side(other, made):
        return False
    if other.told is not None and other.told.negated:
        return False
    if other.speaker is not None:
        return True
    return other.actor is not None and share(other.actor, made.side)


def _score(other: Made, made: Made, all_made: Sequence[Made]) -> float:
    """How well a claim fits a denial; that it was said of the same side is alone no link."""
    event = of_events(other.event, made.event)
    shared = len(_roots(other.sentence) & _roots(made.content))
    accused = bool(other.actor and made.side) and share(other.actor or "", made.side)
    spoken_of = bool(made.side) and share(other.content, made.side)
    back = _claims_between(other, made, all_made)
    if _speaks_of_it(made):
        accuses = other.actor is not None and not share(other.actor, other.side)
        return 3.2 - 0.6 * back + (0.8 if accused or spoken_of else 0.0) + (0.7 if accuses else 0.0)
    own_doing = accused and back < 3 and _OWN_DOING.match(made.content.strip(' "“,')) is not None
    if not event and not shared and not own_doing:
        return 0.0
    score = (
        event + min(1.5, 0.5 * shared) + (0.5 if back < 2 else 0.0) + (1.0 if own_doing else 0.0)
    )
    return score + (2.0 if accused else 1.2 if spoken_of and shared else 0.0)


def _speaks_of_it(made: Made) -> bool:
    """Whether a denial is of `it`, `this` or `the accusation`, and does not say of what."""
    plain = made.content.strip(' ."“”,')
    if not plain or _IT.match(plain) or _REFUSED.match(plain):
        return True
    return made.told is None and _THE_CHARGE.search(made.sentence) is not None


def _claims_between(other: Made, made: Made, all_made: Sequence[Made]) -> int:
    """How many claims that could be denied stand between the one and its denial; many, if after."""
    at = next((n for n, each in enumerate(all_made) if each is other), 0)
    end = next((n for n, each in enumerate(all_made) if each is made), len(all_made))
    if at > end:
        return 5
    return sum(
        _deniable(each, made) and each.speaker is not None for each in all_made[at + 1 : end]
    )


def _roots(text: str) -> set[str]:
    return {each[:4] for each in stems(text)}


def of_events(a: Event | None, b: Event | None) -> float:
    """How much alike two events are: a strike and a firing may be one; 0 where they are not."""
    if a is None or b is None:
        return 0.0
    if a is b:
        return 2.0
    return 1.5 if any({a, b} <= each for each in _ALIKE) else 0.0
