"""A long pattern that is tried only where one of the words stands that it cannot do without."""

from __future__ import annotations

import re

from msgspec import Struct


class Guarded(Struct, frozen=True):
    """A pattern of many ways to say a thing, and a short one that all of them hold."""

    guard: re.Pattern[str]
    pattern: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        """Where the pattern fits; None where it does not."""
        return self.pattern.search(text) if self.guard.search(text) else None


def guarded(words: str, pattern: re.Pattern[str]) -> Guarded:
    """The pattern behind a guard of these words, of which any match holds at least one."""
    return Guarded(re.compile(words, re.IGNORECASE), pattern)
