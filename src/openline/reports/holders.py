"""Who did it where the subject is what it was done to: `in our hands`, `came under fire`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.clauses import phrase_after, phrase_before
from openline.reports.lexicon import OWN, words_of
from openline.reports.sentences import Word, text_of

_WITHIN: Final = words_of("in under into")
_HELD_BY: Final = words_of("hands hand control grip possession authority")
_THEIRS: Final = words_of("its their his her")
_STILL: Final = words_of("firmly fully remain remains remained stay stays stayed still entirely")


def whose_hands(words: Sequence[Word], start: int, stop: int) -> tuple[str | None, int] | None:
    """Whoever holds what stands before `in … hands`, and where `in` is; None where nothing does.

    `our` is the speaker's own side and told as `we`; `its` and `their` are not told.
    """
    for at in range(start + 1, stop):
        if words[at].low not in _HELD_BY:
            continue
        within = next(
            (n for n in range(at - 1, max(start, at - 6), -1) if words[n].low in _WITHIN), 0
        )
        if not within or any(each.is_mark for each in words[within:at]):
            continue
        owners = words[within + 1 : at]
        if at + 1 < stop and words[at + 1].low == "of":
            after = phrase_after(words, at + 2, stop)
            own = words[within].low != "in" or words[at].low.startswith("hand")
            return (text_of(words[after[0] : after[1]]), within) if after and own else None
        kept = [
            each for each in owners if each.low not in {"the", "full", "complete", "firm", "total"}
        ]
        if not kept:
            continue
        if kept[0].low in OWN:
            return "we", within
        if kept[0].low in _THEIRS:
            return None, within
        return text_of(kept).removesuffix("'s").removesuffix("’s").rstrip("'’"), within
    return None


def what_is_held(words: Sequence[Word], start: int, within: int) -> tuple[int, int] | None:
    """What stands before `are firmly in our hands`."""
    end = within
    while end > start and (
        words[end - 1].low in _STILL | {"is", "are", "was", "were", "be", "been", "has", "have"}
        or words[end - 1].low.endswith("ly")
    ):
        end -= 1
    return phrase_before(words, start, end)


def came_from(words: Sequence[Word], end: int, stop: int) -> str | None:
    """`Came under fire from X`: X, unless it is a place alone."""
    for at in range(end, min(stop, end + 8)):
        if words[at].low in {"from", "by"}:
            after = phrase_after(words, at + 1, stop)
            return text_of(words[after[0] : after[1]]) if after else None
        if words[at].text in {",", ".", ";"}:
            return None
    return None
