"""Whose turn it is in a transcript: whoever is named at the head of a paragraph, or asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from openline.reports.lexicon import TITLES
from openline.reports.memory import Memory
from openline.reports.persons import Speaker
from openline.reports.tags import (
    ASKERS,
    NAME_TAG,
    NOT_NAMED,
    TAG,
    reporters_in,
    tagged_speaker,
)
from openline.reports.text import Paragraph


class Turns:
    """Who speaks in each paragraph of a report, taken in order."""

    def __init__(self, paragraphs: Sequence[Paragraph], memory: Memory) -> None:
        heads = Counter(found["who"] for each in paragraphs if (found := NAME_TAG.match(each.text)))
        self._tags = {
            each for each, times in heads.items() if times > 1 or each.lower() in NOT_NAMED
        }
        self._reporters = reporters_in(each.text for each in paragraphs if not each.beside)
        self._last = max(
            (n for n, each in enumerate(paragraphs) if TAG.match(each.text)), default=-1
        )
        self._memory = memory
        self._answers: Speaker | None = None
        self._answering = False

    def take(self, text: str, number: int) -> tuple[str, Speaker | None, bool]:
        """A paragraph without its head, who speaks in it, and whether it only asks.

        None speaks where it has no head, unless it goes on with an answer, nor where a reporter
        does: she tells what others say.
        """
        tagged = TAG.match(text) or self._named(text)
        if tagged is None:
            goes_on = number < self._last and self._answering
            return text, self._ended(self._answers if goes_on else None), False
        text = text[tagged.end() :]
        who = tagged["who"].lower()
        if who in ASKERS:
            self._answering = self._answers is not None
            return text, None, True
        speaker = tagged_speaker(tagged["who"], tagged["role"] or tagged["what"] or "")
        if speaker is not None and who.split()[-1] not in self._reporters:
            speaker = self._memory.resolve(speaker)
        else:
            speaker = None
        self._answers = speaker or self._answers
        return text, self._ended(self._answers if who in {"a", "answer"} else speaker), False

    def _ended(self, speaker: Speaker | None) -> Speaker | None:
        self._answering = speaker is not None
        return speaker

    def _named(self, text: str) -> re.Match[str] | None:
        """`Hakobyan: …`, where the report has several paragraphs of that head."""
        found = NAME_TAG.match(text)
        if found is None:
            return None
        words = found["who"].split()
        asked = bool({each.lower() for each in self._tags} & ASKERS)
        titled = words[0].lower().rstrip(".") in TITLES and len(words) > 1
        known = found["who"] in self._tags or bool(set(words) & self._tags) or (asked and titled)
        return found if known else None
