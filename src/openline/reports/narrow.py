"""Words that are as often something else: `held`, `took`, `met`, `control`, and what they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import (
    BE,
    TIME_WORDS,
    words_of,
)
from openline.reports.sentences import Word

_HOLDS: Final = words_of("hold holds holding held")
_HELD_OTHERWISE: Final = words_of("""
    talks talk meeting meetings call calls consultations consultation session round discussions
    summit briefing conference election elections ceremony exercise exercises drill drills funeral
    negotiations prayers responsible accountable hostage captive prisoner back off up vigil breath
    fire
""")
_MEET_WHERE: Final = words_of("again in on for with face next at")
_MET_WHERE: Final = words_of("both with in at on his their for again face .")
_NO_CONTROL: Final = words_of("the air traffic of no")
_CONTROLLED: Final = words_of("the of all most both over a")
_CARRIERS: Final = words_of("""
    coach bus buses boat boats helicopter helicopters air car cars ambulance ambulances truck trucks
    lorry lorries train road sea plane planes surprise storm
""")
_TAKEN: Final = words_of("""
    town city village hamlet base airport airbase airfield airstrip bridge hill hills height heights
    district fort barracks port camp crossing settlement ridge headquarters dam garrison suburb
    neighbourhood quarter island outpost checkpoint compound depot junction crossroads
    station position positions refinery plant
""")
_NOT_A_CLAIM_OF_HOLDING: Final = BE | {"will", "to"}


def fits_narrowly(words: Sequence[Word], at: int, end: int, before: str) -> bool:
    """Whether a word that is as often something else is used of its event."""
    low, after = words[at].low, words[end].low if end < len(words) else ""
    if low in _HOLDS and _held_otherwise(words, end, after):
        return False  # held their fire, their breath, a round of talks
    if low in {"meet", "met"}:
        named = end < len(words) and words[end].is_capital and after not in TIME_WORDS
        return after in (_MEET_WHERE if low == "meet" else _MET_WHERE) or (low == "met" and named)
    if low == "taken" and after == "by" and {e.low for e in words[end + 1 : end + 3]} & _CARRIERS:
        return False  # taken by coach
    if low in {"held", "taken"}:
        return after == "by" or (
            _held_it(before, after) if low == "held" else _taken_it(words, end, before, after)
        )
    if low == "hold":
        return after not in {"talks", "a", "fire", "back"} and before not in {"the", "on"}
    if low == "holding":
        plain = before not in {"was", "is", "were"} or after == "the"
        return after not in {"talks", "a", "back"} and plain
    if low == "took":
        return _took_it(words, at, end, after)
    if low == "control":
        return before not in _NO_CONTROL and after in _CONTROLLED
    return low != "fires"


def _held_otherwise(words: Sequence[Word], end: int, after: str) -> bool:
    return after in {"their", "its", "his", "her", "fire"} or any(
        each.low in _HELD_OTHERWISE for each in words[end : end + 5]
    )


def _held_it(before: str, after: str) -> bool:
    return before not in _NOT_A_CLAIM_OF_HOLDING | {"talks", "was"} and after not in {
        "in", "on", "a", "talks", "captive",
    }  # fmt: skip


def _taken_it(words: Sequence[Word], end: int, before: str, after: str) -> bool:
    return before in {"had", "have", "has"} and (
        after in {"the", "a", "full"} or words[end].is_capital
    )


def _took_it(words: Sequence[Word], at: int, end: int, after: str) -> bool:
    if end - at == 2:
        return any(
            each.low in _TAKEN or (each.is_capital and n < 2)
            for n, each in enumerate(words[end : end + 4])
        )
    return after != "" and words[end].is_capital and words[at - 1].low != "who"
