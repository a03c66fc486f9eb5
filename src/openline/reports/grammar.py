"""What each word of a sentence hangs on, by a parser that may be installed beside openline.

Without it reports are read by the rules alone. It is asked for a second opinion only: who is the
subject of a verb, what is its object, and what is said not to be so.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from openline.reports.sentences import Sentence

MODEL: Final = "en_core_web_sm"
"""English, small: the one model that is looked for."""
MOST_PARSED: Final = 600
"""Beyond so many sentences a report is read by the rules alone: a parse takes milliseconds."""


class Parsed(Struct, frozen=True):
    """The words of a sentence, and for each the word it hangs on and as what.

    All are indices of `Sentence.words`; the head of the root is the root itself. `relations` are
    those of the CLEAR style (`nsubj`, `dobj`, `ccomp`, …), `tags` those of the Penn Treebank.
    `negated` are the words that a `not` or `n't` hangs on.
    """

    heads: tuple[int, ...]
    relations: tuple[str, ...]
    tags: tuple[str, ...]
    lemmas: tuple[str, ...]
    negated: frozenset[int]

    def children(self, at: int, *relations: str) -> list[int]:
        """The words that hang on one, in order; of some relations alone, if any are named."""
        return [
            n
            for n, head in enumerate(self.heads)
            if head == at and n != at and (not relations or self.relations[n] in relations)
        ]

    def phrase(self, at: int, *without: str) -> tuple[int, int]:
        """From where to where the words go that hang on one, through others too.

        Those that hang on it itself by a relation of `without` are left away, with theirs.
        """
        low, high = at, at
        pending = [n for n in self.children(at) if self.relations[n] not in without]
        while pending:
            word = pending.pop()
            low, high = min(low, word), max(high, word)
            pending += self.children(word)
        return low, high + 1

    def is_verb(self, at: int) -> bool:
        """Whether it is a verb, in any form."""
        return self.tags[at].startswith("VB")


class Grammar:
    """A parser of English with its model."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    @property
    def name(self) -> str:
        """The model and its version."""
        return f"{MODEL} {self._pipeline.meta['version']}"

    def parse(self, sentence: Sentence) -> Parsed:
        """What the words of the sentence hang on; it is taken for one sentence, as it was cut."""
        tokens = self._pipeline.make_doc(sentence.text)
        for number, token in enumerate(tokens):
            token.is_sent_start = number == 0
        for _, step in self._pipeline.pipeline:
            tokens = step(tokens)
        return _by_words(sentence, list(tokens))


class Parses:
    """The parses of one report, each sentence once, and of the first `MOST_PARSED` alone."""

    def __init__(self, grammar: Grammar | None) -> None:
        self._grammar = grammar
        self._known: dict[tuple[int, str], Parsed] = {}

    def of(self, sentence: Sentence) -> Parsed | None:
        """What its words hang on; None where no parser is installed, or enough was parsed."""
        if self._grammar is None:
            return None
        key = sentence.paragraph, sentence.text
        found = self._known.get(key)
        if found is None and len(self._known) < MOST_PARSED:
            found = self._known[key] = self._grammar.parse(sentence)
        return found


def _by_words(sentence: Sentence, tokens: Sequence[Any]) -> Parsed:
    """The parser's tokens as our words: `hadn't` is two of the one and one of the other."""
    words = sentence.words
    of: list[int] = []
    word = 0
    for token in tokens:
        while word + 1 < len(words) and words[word + 1].start <= token.idx:
            word += 1
        of.append(word)
    chief: dict[int, Any] = {}
    for token, at in zip(tokens, of, strict=True):
        inside = of[token.head.i] == at and token.head.i != token.i
        if at not in chief and not inside:
            chief[at] = token
    for token, at in zip(tokens, of, strict=True):
        chief.setdefault(at, token)
    rows = [chief.get(n) for n in range(len(words))]
    return Parsed(
        heads=tuple(of[each.head.i] if each else n for n, each in enumerate(rows)),
        relations=tuple(each.dep_ if each else "" for each in rows),
        tags=tuple(each.tag_ if each else "" for each in rows),
        lemmas=tuple(each.lemma_.lower() if each else "" for each in rows),
        negated=frozenset(of[each.head.i] for each in tokens if each.dep_ == "neg"),
    )


@lru_cache(maxsize=1)
def installed() -> Grammar | None:
    """The parser, if it and its model are installed; it takes about a second to load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the model is older than the parser
        try:
            model = importlib.import_module(MODEL)
        except ImportError:
            return None
        return Grammar(model.load(disable=["ner"]))
