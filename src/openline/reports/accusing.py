"""Whom an accusation names: `accused A of doing it`, `blamed A for it`."""

from __future__ import annotations

from collections.abc import Sequence

from openline.reports.frames import Frame
from openline.reports.lexicon import PREPOSITIONS, TIME_WORDS
from openline.reports.making import Made
from openline.reports.sentences import Word, text_of


def _before_time(words: Sequence[Word], start: int, stop: int) -> int:
    """Where a phrase ends before `on Monday` or the like."""
    for at in range(start + 1, stop):
        if words[at].low in TIME_WORDS or (
            words[at].low in PREPOSITIONS and at + 1 < stop and words[at + 1].low in TIME_WORDS
        ):
            return at
    return stop


def accused(made: Made, words: Sequence[Word], frame: Frame, start: int, stop: int) -> Made:
    """`accused A of doing …`, `blamed A for …`: A is who is said to have done it."""
    if frame.passive:
        return made
    if frame.accused is not None:
        made.actor = text_of(words[frame.accused[0] : frame.accused[1]]) or made.actor
        return made
    for at in range(frame.at + 1, min(stop, frame.at + 16)):
        if words[at].low in {"of", "for"} and at > frame.at + 1:
            following = words[at + 1].low if at + 1 < stop else ""
            if words[at].low == "for" or following.endswith("ing"):
                made.actor = text_of(words[frame.at + 1 : _before_time(words, frame.at + 1, at)])
                return made
    if words[frame.at].low in {"accused", "accuses", "blamed", "blames"} and made.actor is None:
        named = next(
            (
                n
                for n in range(frame.at + 1, stop)
                if words[n].is_mark or words[n].low in PREPOSITIONS
            ),
            stop,
        )
        made.actor = text_of(words[frame.at + 1 : named]) if 0 < named - frame.at - 1 < 8 else None
    return made
