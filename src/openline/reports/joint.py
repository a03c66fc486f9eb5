"""What is told of talks, lines, agreements and convoys: it has no direction, or only a load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from openline.reports.candidates import (
    Found,
)
from openline.reports.clauses import (
    LONGEST_PHRASE,
    end_of_phrase,
    phrase_after,
    phrase_before,
    verb_start,
)
from openline.reports.lexicon import (
    AUXILIARIES,
    BE,
    PREPOSITIONS,
    SAYING,
    TIME_WORDS,
    Event,
    words_of,
)
from openline.reports.sentences import Word, text_of

_MOVES: Final = words_of("""
    left leaves crossed arrived reached entered departed travelled traveled moved passed drove
    returned headed set rolled went came waited reaches arrives crosses delivered
    sailed sails sail steamed flew drove rode marched pulled pushed trundled inched crept
""")


class Told(Struct, frozen=True):
    """An event in a clause, with whoever is said to have done it and to whom.

    `at` is the word it stands at. `where` are the words of a place that is itself what was
    crossed, taken or held. `negated` tells that it is said not to have happened; `vague` that the
    words fit several events: an attack may be a strike or an advance.
    """

    event: Event | None
    at: int
    end: int
    actor: str | None = None
    target: str | None = None
    where: tuple[int, int] | None = None
    negated: bool = False
    vague: bool = False


def convoy_told(
    words: Sequence[Word], found: Found, phrase: tuple[int, int], stop: int, *, negated: bool
) -> Told:
    """A convoy acts where it is the subject of what it does; else something is done with it."""
    if words[found.end - 1].low.endswith("'s"):  # `the convoy's coordinates` are no convoy
        return Told(found.shape.event, found.at, found.end, None, None, None, negated)
    end = phrase[1]
    if end < stop and words[end].low == "of" and (load := phrase_after(words, end + 1, stop)):
        end = next((n for n in range(*load) if words[n].low in _MOVES), load[1])
    shown = text_of(words[phrase[0] : end])
    after = _without_asides(words, end, min(stop, end + 24))
    passive = _is_done_with(words, after)
    for at in after[:14]:
        passive = passive or words[at].low in BE
        if words[at].low in _MOVES and not passive and _is_first(words, phrase[0]):
            return Told(found.shape.event, found.at, found.end, shown, None, None, negated)
    return Told(found.shape.event, found.at, found.end, None, shown, None, negated)


def _is_done_with(words: Sequence[Word], after: Sequence[int]) -> bool:
    """`Left X and was turned back by soldiers`: in the end something was done with it."""
    be = next((n for n, at in enumerate(after) if words[at].low in BE), len(after))
    return any(words[at].low == "by" for at in after[be : be + 9])


def _without_asides(words: Sequence[Word], start: int, stop: int) -> list[int]:
    """Where the clause itself goes on: not what stands in `, which …,`."""
    kept: list[int] = []
    at = start
    while at < stop:
        if (
            words[at].text == ","
            and at + 1 < stop
            and words[at + 1].low in {"which", "who", "that"}
        ):
            at = next((n for n in range(at + 1, stop) if words[n].text == ","), stop) + 1
            continue
        kept.append(at)
        at += 1
    return kept


def _is_first(words: Sequence[Word], start: int) -> bool:
    """Whether no verb stands before: what begins here is the subject."""
    return not any(
        each.low in AUXILIARIES | SAYING.keys() - {"told", "said"} or each.low.endswith("ed")
        for each in words[:start]
    )


def joint_told(
    words: Sequence[Word], found: Found, start: int, stop: int, *, negated: bool
) -> Told:
    """Talks, lines and agreements have no direction: between whom, by whom, and with whom."""
    actor = target = None
    for at in range(found.end, min(stop, found.end + 12)):
        if words[at].low == "between":
            end = _end_of_pair(words, at + 1, stop)
            actor = text_of(words[at + 1 : end])
            break
        if words[at].low == "with":
            phrase = phrase_after(words, at + 1, stop)
            target = text_of(words[phrase[0] : end_of_phrase(words, *phrase)]) if phrase else None
            break
        if words[at].text in {",", "."}:
            break
    if actor is None:
        for at in range(found.at - 1, start, -1):
            if words[at].low in {
                "keep",
                "keeps",
                "kept",
                "have",
                "has",
                "agreed",
                "signed",
                "hold",
                "held",
                "maintains",
                "maintain",
                "opened",
                "use",
                "used",
            }:
                subject = phrase_before(words, start, verb_start(words, at, start))
                actor = text_of(words[subject[0] : subject[1]]) if subject else None
                break
    return Told(found.shape.event, found.at, found.end, actor, target, None, negated)


def _end_of_pair(words: Sequence[Word], start: int, stop: int) -> int:
    seen = False
    for at in range(start, min(stop, start + LONGEST_PHRASE)):
        word = words[at]
        if word.low == "and":
            if seen:
                return at
            seen = True
        elif (
            word.text in {",", ".", ";"}
            or word.low in AUXILIARIES | (PREPOSITIONS - {"of", "for"}) | TIME_WORDS
            or (seen and word.low in SAYING)
        ):
            return at
    return min(stop, start + LONGEST_PHRASE)
