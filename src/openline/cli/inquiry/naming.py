"""Parties and instants as the papers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from openline.cli.sentences import time_text
from openline.domain.party import Party


class Names:
    """What each party is called: its label, with the code behind it."""

    def __init__(self, parties: Mapping[str, Party]) -> None:
        self._labels = {party.id: party.label for party in parties.values()}
        codes = "|".join(sorted(map(re.escape, self._labels), key=len, reverse=True))
        self._speaker = re.compile(rf"^({codes})(?= \()") if codes else None

    def label(self, party: str) -> str:
        """`East Force`."""
        return self._labels.get(party, party)

    def full(self, party: str) -> str:
        """`East Force (EAST)`; the code alone where there is no label."""
        label = self.label(party)
        return label if label == party else f"{label} ({party})"

    def spoken(self, sentence: str) -> str:
        """A sentence that begins with a party's code, with its label in the code's place."""
        if self._speaker is None:
            return sentence
        return self._speaker.sub(lambda found: self.label(found[1]), sentence, count=1)


def and_text(parts: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def span_text(instant: datetime, within_s: int) -> str:
    """When something happened, and how well that is known."""
    if not within_s:
        return f"at {time_text(instant)}"
    return f"at {time_text(instant)}, give or take {_duration_text(within_s)}"


def _duration_text(seconds: int) -> str:
    for unit_s, one, many in (
        (86_400, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
    ):
        if seconds % unit_s == 0:
            count = seconds // unit_s
            return f"{count} {one if count == 1 else many}"
    return f"{seconds} seconds"
