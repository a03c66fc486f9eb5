"""Which draft a denial denies: of another speaker, and about the denier or the same event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import Event
from openline.reports.making import Made, same_side, share, stems

AT_ONCE: Final = 2.4
"""How well a claim before it must fit a denial; looked for again, `ONCE_READ`."""
ONCE_READ: Final = 2.9
_NEVER_DENIED: Final = frozenset({"denial", "regret", "assurance", "negative_presence"})
_ALIKE: Final = (
    frozenset({Event.STRIKE, Event.FIRING}),
    frozenset({Event.CROSSING, Event.ADVANCE, Event.CAPTURE}),
)
_IT: Final = re.compile(
    r"^(?:it|the (?:accus|alleg|claim|charge|report)\w*|this|that|responsib\w*|"
    r"(?:any )?involve\w*)\b"
)
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
    event = _of_events(other.event, made.event)
    shared = len(stems(other.sentence) & stems(made.content))
    score = 0.0
    if event or shared:
        accused = bool(other.actor and made.side) and share(other.actor or "", made.side)
        score = event + min(1.5, 0.5 * shared) + (2.0 if accused else 0.0)
    if made.told is None and _IT.match(made.content.strip(" .,") or "it"):
        score += 2.5 if other is _last_claim(made, all_made) else 1.0 if other.actor else 0.0
    return score


def _of_events(a: Event | None, b: Event | None) -> float:
    if a is None or b is None:
        return 0.0
    if a is b:
        return 2.0
    return 1.5 if any({a, b} <= each for each in _ALIKE) else 0.0


def _last_claim(made: Made, all_made: Sequence[Made]) -> Made | None:
    """What `it` or `the accusation` speaks of: the last that another said of anybody."""
    said = [each for each in all_made if each.speaker is not None and _deniable(each, made)]
    accused = [each for each in said if each.actor or each.kind == "claim"]
    return next(reversed(accused or said), None)
