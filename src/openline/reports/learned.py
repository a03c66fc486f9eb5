"""A third opinion: of what kind a statement is, as learned from labelled reports.

Where the model of `encoder` is installed, two tables of weights tell how likely each kind and each
event is for what was said. The rules' own word counts for something beside it. The tables are made
by `scripts/learn_kinds.py`, from reports that nobody is kept from reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from openline.reports.encoder import MODEL, Encoder, Numbers, load_encoder
from openline.reports.lexicon import Event, Stance
from openline.reports.making import Made

PLAIN: Final = "claim"
NO_EVENT: Final = ""
NOTHING: Final = "nothing"
"""Of what tells nothing that any desk would follow: how somebody feels, what may be."""
IN_HAND: Final = 0.4
"""What the kind that the rules found has in hand, of a likelihood that ends at one."""
MORE_IN_HAND: Final = 0.45
"""The same of a kind that says more than that something is claimed."""
_OPEN: Final = frozenset({None, Stance.SAY, Stance.CONFIRM, Stance.SUPPORT})
"""Who says, or is said to say, no more than that: the verb does not tell of what kind it is."""
SURE: Final = 0.7
"""Of what tells nothing no draft is made if it is likelier than this."""
_WHEN: Final = re.compile(
    r"^[^,]{0,40}\b(?:after|before|since|following) (?:the|that|this) [\w-]+, ", re.IGNORECASE
)
"""`Two days after the strike, troops were near the town`: when, and not what."""
_TABLES: Final = "data/kinds.npz"


class Opinion(Protocol):
    """Whoever is asked of what kind a draft is."""

    @property
    def name(self) -> str:
        """By what it judges."""
        ...

    def kind(self, made: Made, text: str, stance: Stance | None) -> str:
        """The kind of a draft that the rules have made, by what was said.

        Args:
            made: the draft, with the kind that the rules found.
            text: the words that are handed on, without who says them.
            stance: what the speaker does by saying it; None where nobody is said to have spoken.
        """
        ...


class Table:
    """How likely each of some answers is: softmax over weighted features."""

    def __init__(self, answers: tuple[str, ...], weights: NDArray[np.floating]) -> None:
        self._answers = answers
        self._weights = weights.astype(np.float32)  # a row each, and the last column by itself
        self.width = weights.shape[1] - 1

    def likely(self, features: Numbers) -> Mapping[str, float]:
        """Each answer with its likelihood; they sum to one."""
        scores = self._weights[:, :-1] @ features + self._weights[:, -1]
        powers = np.exp(scores - scores.max())
        return dict(zip(self._answers, (powers / powers.sum()).tolist(), strict=True))


class Learned:
    """The tables of kinds and of events, with the encoder that they were learned with."""

    def __init__(self, encoder: Encoder, kinds: Table, events: Table) -> None:
        self._encoder = encoder
        self.kinds = kinds
        self.events = events

    @property
    def name(self) -> str:
        """The model whose numbers it weighs."""
        return MODEL

    def kind(self, made: Made, text: str, stance: Stance | None) -> str:
        """The likeliest kind, the rules' own with something in hand; or `NOTHING`.

        Where the verb tells what its speaker does by saying it (`denied`, `accused`), the rules
        know better. What they found nothing in but a claim may be nothing.
        """
        if stance not in _OPEN and (made.kind != PLAIN or stance is Stance.ACCUSE):
            return made.kind
        features = features_of(self._encoder, text, stance, named=made.speaker is not None)
        kinds, events = self.kinds.likely(features), self.events.likely(features)
        likely = dict(kinds)
        if made.kind == PLAIN and min(kinds[NOTHING], events[NOTHING]) > SURE:
            return NOTHING
        del likely[NOTHING]
        for each, much in events.items():
            if each not in {NO_EVENT, NOTHING}:
                likely[each] = max(likely.get(each, 0.0), much)
        likely[PLAIN] = kinds[PLAIN] * events[NO_EVENT]
        likely[made.kind] = likely.get(made.kind, 0.0) + (
            IN_HAND if made.kind == PLAIN else MORE_IN_HAND
        )
        best = max(likely, key=lambda each: likely[each])
        if made.kind == PLAIN and made.event is not None and best in set(Event):
            return PLAIN  # what one side says of another: of which event it is, the rules know
        return best


def features_of(encoder: Encoder, text: str, stance: Stance | None, *, named: bool) -> Numbers:
    """What the tables weigh: the numbers of the words, the stance, and whether anybody speaks."""
    stances = [stance is None, *(stance is each for each in Stance), not named]
    numbers = encoder.numbers(_WHEN.sub("", text))
    return np.concatenate([numbers, np.array(stances, dtype=np.float32)])


@lru_cache(maxsize=1)
def installed() -> Learned | None:
    """The third opinion, if the model it rests on is installed; it takes about a second to load."""
    encoder = load_encoder()
    if encoder is None:
        return None
    with (files("openline.reports") / _TABLES).open("rb") as packed, np.load(packed) as tables:
        kinds, events = (
            Table(tuple(map(str, tables[f"{each}_names"])), tables[each])
            for each in ("kinds", "events")
        )
        return Learned(encoder, kinds, events)
