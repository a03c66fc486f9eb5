"""A person who speaks: a name, a title or a role, in the words that say who it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from openline.reports.lexicon import (
    BODIES,
    DETERMINERS,
    NOT_A_NAME,
    PREPOSITIONS,
    TITLES,
    singular,
)
from openline.reports.parties import LEADS, party_of, role_in
from openline.reports.sentences import Word, text_of


class Speaker(Struct, frozen=True):
    """Whoever is said to have spoken: named as the text names it.

    `name` is empty for a body and for somebody unnamed; `party` is empty where the text is silent.
    `role` is a word such as `spokesman`, by which the text may speak of the same person again.
    """

    shown: str
    name: str = ""
    role: str = ""
    party: str = ""
    pronoun: str = ""

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.split()[-1] if self.name else ""


def person_in(main: Sequence[Word], beside: Sequence[Word], clause: str) -> Speaker | None:
    """The person that a phrase, the phrase beside it and its clause name or call by a role."""
    role_at = role_in(main)
    if len(main) == 1 and (alone := _single_name(main[0], beside, clause)) is not None:
        return alone
    owned = len(main) == 2 and main[0].low.endswith("'s") and main[1].is_capital and not beside
    if owned and main[1].low not in BODIES and not main[1].text.isupper():
        owner = re.sub(r"['’]s$", "", main[0].text)
        return Speaker(shown=text_of(main), name=main[1].text, party=owner)
    named = _named_in_main(main, beside, clause) or _named_beside(main, beside, clause, role_at)
    if named is not None or role_at is None:
        return named
    party = party_of(main[:role_at], main[role_at + 1 :], beside, clause, main, None)
    lower = role_at > 0 and main[role_at - 1].text.islower()
    if main[role_at].low in BODIES and lower:
        whole = text_of(main[: role_at + 1])  # `Ukraine's grid operator` is a body itself
        party = party and re.sub(r"^(?:the|an?) ", "", whole, flags=re.IGNORECASE)
    return Speaker(shown=text_of(main), role=main[role_at].low, party=party)


def _name_in(words: Sequence[Word]) -> tuple[int, int] | None:
    """Where a person's name stands: a title, or two capitals at least that name no body."""
    best: tuple[int, int] | None = None
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and _of_a_name(words[end], end > at):
            end += 1
        if end > at and _is_person(words[at:end]):
            best = (at, end)
        at = max(end, at + 1)
    return best


def _of_a_name(word: Word, inside: bool) -> bool:
    if word.text == "." or (inside and len(word.text) == 1 and word.is_capital):
        return inside  # `Marshal A. K. Singh`
    if word.low.endswith(("'s", "s'")) or word.is_mark:
        return False
    low = word.low.rstrip(".")
    return (word.is_capital and low not in NOT_A_NAME | PREPOSITIONS) or (
        inside
        and low
        in {
            "al",
            "el",
            "bin",
            "ibn",
            "abu",
            "van",
            "von",
            "de",
            "da",
            "del",
            "ag",
            "ould",
            "der",
            "di",
        }
    )


def _is_person(words: Sequence[Word]) -> bool:
    letters = [each for each in words if not each.is_mark]
    lows = [each.low.rstrip(".") for each in letters]
    if any(low in BODIES or singular(low) in BODIES for low in lows if low not in TITLES):
        return False
    titled = lows[0] in TITLES
    names = [w for w, low in zip(letters, lows, strict=True) if low not in TITLES]
    shouted = all(each.text.isupper() and len(each.text) > 2 for each in names)
    return bool(names) and not shouted and (titled or len(names) >= 2) and len(names) <= 6


def _named_in_main(main: Sequence[Word], beside: Sequence[Word], clause: str) -> Speaker | None:
    """Whoever a phrase names by itself."""
    found = _persons_name_in(main)
    if found is None:
        return None
    titled = main[found[0]].low.rstrip(".") in TITLES
    is_known = role_in(main) is not None or titled or _introduces(beside, clause)
    if not is_known and not _looks_personal(main, *found):
        return None
    return _by_name(main, beside, clause, found)


def _named_beside(
    main: Sequence[Word], beside: Sequence[Word], clause: str, role_at: int | None
) -> Speaker | None:
    """Whoever is named beside the phrase that says what he is."""
    found = _persons_name_in(beside)
    if found is None:
        return None
    is_known = role_at is not None or role_in(beside) is not None
    if not is_known and not (_looks_personal(beside, *found) and _is_described(main)):
        return None
    return _by_name(beside, main, clause, found)


def _persons_name_in(words: Sequence[Word]) -> tuple[int, int] | None:
    """Where a name stands that is nobody's who is only spoken of by it."""
    found = _name_in(words)
    if found is None:
        return None
    start, end = found
    if end < len(words) and words[end].is_capital and words[end].low.endswith(("'s", "s'")):
        return None  # `South Lakes Media's editor`: a body, and its editor
    if any(each.low in PREPOSITIONS for each in words[:start]):
        return None  # `the commander of the Black Sea Fleet` is not called so
    return found


def _by_name(
    words: Sequence[Word], other: Sequence[Word], clause: str, found: tuple[int, int]
) -> Speaker:
    start, end = found
    head = role_in(words)
    name = text_of(words[start:end]).strip(" .")
    role = words[head].low if head is not None else _role_word(other)
    before = words[: min(start, head) if head is not None and head < start else start]
    party = party_of(before, words[end:], other, clause, words, head)
    return Speaker(shown=name, name=_without_titles(name), role=role, party=party)


def _is_described(words: Sequence[Word]) -> bool:
    """`the crew's producer`: whoever is named beside it is a person, whatever the office."""
    owned = any(each.low.endswith("'s") for each in words[:-1])
    return (
        (words[0].low in DETERMINERS or owned)
        and not words[-1].is_capital
        and (words[-1].low not in BODIES)
    )


def _single_name(word: Word, beside: Sequence[Word], clause: str) -> Speaker | None:
    """A bare name is a person if nothing but it stands in the phrase, no article either."""
    aged = bool(beside) and beside[0].text.isdigit()
    personal = aged or clause.startswith("who ") or role_in(beside) is not None
    if not personal or not word.is_capital or word.text.isupper():
        return None
    party = party_of((), (), beside, clause, (word,), None)
    return Speaker(shown=word.text, name=word.text, role=_role_word(beside), party=party)


def _looks_personal(words: Sequence[Word], start: int, end: int) -> bool:
    """A bare name is a person's if nothing but it stands in the phrase, no article either."""
    return (
        start == 0
        and end == len(words)
        and 2 <= end - start <= 4
        and not any(each.text.isupper() for each in words)
    )


def _introduces(beside: Sequence[Word], clause: str) -> bool:
    return role_in(beside) is not None or bool(LEADS.search(clause))


def _role_word(words: Sequence[Word]) -> str:
    at = role_in(words)
    return words[at].low if at is not None else ""


def _without_titles(name: str) -> str:
    kept = [each for each in name.split() if each.lower().strip(".-") not in TITLES]
    return " ".join(kept) or name
