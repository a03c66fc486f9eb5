"""One act of saying, as it stands in a sentence."""

from __future__ import annotations

from msgspec import Struct

from openline.reports.lexicon import Stance
from openline.reports.persons import Speaker


class Frame(Struct, frozen=True):
    """One act of saying in a sentence.

    `content` are the ranges of words that are handed on. `speaker` is None where the frame has
    one that cannot be read: then nothing is attributed. `begins` is where its speaker stands, if
    before the verb. `accused` are the words of whom it blames, where the frame itself tells.
    `goes_on` tells that it is the second thing said in one breath: `that …, and that …`.
    """

    verb: str
    at: int
    stance: Stance
    speaker: Speaker | None
    content: tuple[tuple[int, int], ...]
    passive: bool = False
    begins: int = 0
    accused: tuple[int, int] | None = None
    goes_on: bool = False
