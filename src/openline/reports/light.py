"""Saying by a noun: `gave assurances that`, `expressed regret for`, `took responsibility for`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.frames import Frame
from openline.reports.lexicon import PREPOSITIONS, Stance, words_of
from openline.reports.sentences import Word
from openline.reports.speakers import read_speaker
from openline.reports.subjects import start_of_verb, subject_before

_LIGHT: Final = words_of("""
    express voice offer convey sent sends gave gives given offered offers provided expressed
    expresses issued issues sounded took
    takes accepted accepts voiced voices conveyed conveys extended extends made makes repeated
    reiterated renewed delivered
""")
_LIGHT_NOUNS: Final = {
    "assurances": Stance.ASSURE, "assurance": Stance.ASSURE, "guarantees": Stance.ASSURE,
    "guarantee": Stance.ASSURE, "regret": Stance.REGRET, "regrets": Stance.REGRET,
    "condolences": Stance.REGRET, "apology": Stance.REGRET, "apologies": Stance.REGRET,
    "warning": Stance.WARN, "warnings": Stance.WARN, "responsibility": Stance.ADMIT,
    "undertaking": Stance.ASSURE, "undertakings": Stance.ASSURE, "commitment": Stance.ASSURE,
    "pledge": Stance.ASSURE, "pledges": Stance.ASSURE, "promise": Stance.ASSURE,
    "denial": Stance.DENY, "denials": Stance.DENY, "alert": Stance.WARN, "sorrow": Stance.REGRET,
    "correction": Stance.CORRECT, "alarm": Stance.SAY, "concern": Stance.SAY,
    "concerns": Stance.SAY, "outrage": Stance.SAY, "dismay": Stance.SAY, "shock": Stance.SAY,
    "hope": Stance.SAY, "readiness": Stance.SAY, "fear": Stance.SAY, "fears": Stance.SAY,
    "remorse": Stance.REGRET,
}  # fmt: skip


_RECEIVED: Final = words_of("received receives got obtained secured has have had won")


def _received(words: Sequence[Word], at: int) -> Frame | None:
    """`Received a written undertaking from X that …`: X gave it."""
    for noun in range(at + 1, min(len(words) - 3, at + 6)):
        if _LIGHT_NOUNS.get(words[noun].low) is Stance.ASSURE and words[noun + 1].low == "from":
            that = next((n for n in range(noun + 3, len(words)) if words[n].low == "that"), None)
            speaker = read_speaker(words[noun + 2 : that]) if that else None
            if that is None or speaker is None:
                return None
            content = ((that + 1, len(words)),)
            return Frame(words[at].low, at, Stance.ASSURE, speaker, content, begins=noun + 2)
        if words[noun].is_mark:
            return None
    return None


def light_frame(words: Sequence[Word], at: int, before: Sequence[Frame]) -> Frame | None:
    """`gave assurances that`, `expressed regret for`, `took responsibility for`."""
    if not words[at].quoted and words[at].low in _RECEIVED:
        return _received(words, at)
    if words[at].quoted or words[at].low not in _LIGHT:
        return None
    for end in range(at + 1, min(len(words), at + 6)):
        stance = _LIGHT_NOUNS.get(words[end].low)
        if stance is not None:
            begun = start_of_verb(words, at)
            if before and begun and words[begun - 1].low in {"and", "but"}:
                speaker = before[-1].speaker
            else:
                found = subject_before(words, begun)
                speaker = read_speaker(found[1], found[2]) if found else None
            if speaker is None:
                return None
            start = end + 2 if end + 1 < len(words) and words[end + 1].low == "that" else end + 1
            return Frame(words[at].low, at, stance, speaker, ((start, len(words)),))
        if words[end].is_mark or words[end].low in PREPOSITIONS:
            return None
    return None
