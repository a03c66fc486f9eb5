"""Whom somebody speaks for: `spokesman for …`, `the …'s spokesman`, `… spokesman`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import (
    BODIES,
    DETERMINERS,
    FOR_NOBODY,
    LINKS,
    OFFICES,
    PREPOSITIONS,
    ROLES,
    TIME_WORDS,
    TITLES,
    singular,
    words_of,
)
from openline.reports.sentences import Word, text_of

_OF: Final = words_of("of for with from in at")

_FIELDS: Final = words_of("""
    operations communications communication logistics security information research policy
    programmes programs nursing emergencies protocol public relations engineering surgery
""")
"""What an office is about: `head of operations` says not whose."""

LEADS: Final = re.compile(
    r"\bwho (?:\w+ )?(?:commands?|leads?|heads?|chairs?|runs|led|headed) (?P<what>.+)$",
    re.IGNORECASE,
)


def trimmed(words: Sequence[Word]) -> Sequence[Word]:
    start, end = 0, len(words)
    while start < end and words[start].is_mark:
        start += 1
    while end > start and words[end - 1].is_mark:
        end -= 1
    return words[start:end]


def role_in(words: Sequence[Word]) -> int | None:
    """The role that the phrase names; what stands after a preposition is another's."""
    for at, word in enumerate(words):
        low = word.low.split("-")[-1]  # `the sheriff's office` is no sheriff
        if low in ROLES or (low.endswith("s") and low[:-1] in ROLES):
            # `Commander X` and `General X` are titles: told by the name itself.
            follows = words[at + 1] if at + 1 < len(words) else None
            if follows is not None and follows.low in BODIES | {"assembly"}:
                continue  # `the general staff` is no general
            if (
                low in TITLES
                and follows is not None
                and follows.is_capital
                and low not in {"commander", "president", "minister", "mayor", "chief"}
            ):
                continue
            return at
        if at and word.low in PREPOSITIONS and word.low not in {"of"}:
            return None
    return None


def party_of(
    before: Sequence[Word],
    after: Sequence[Word],
    other: Sequence[Word],
    clause: str,
    words: Sequence[Word],
    role_at: int | None,
) -> str:
    """Whom somebody speaks for: `spokesman for …`, `the …'s spokesman`, `… spokesman`."""
    if before and before[-1].low.endswith(("'s", "s'")) and (found := plain_party(before)):
        return found  # `the mission's director for Gaza` speaks for the mission
    if role_at is not None and role_at + 1 < len(words) and words[role_at + 1].low in _OF:
        after = words[role_at + 1 :]
    if found := after_of(after):
        return found
    if found := plain_party(before):
        return found
    other_role = role_in(other)
    if other_role is not None and other[other_role].low not in FOR_NOBODY:
        owner = other[:other_role]
        owned = bool(owner) and owner[-1].low.endswith(("'s", "s'"))
        if owned and (found := plain_party(owner)):
            return found
        if found := after_of(other[other_role + 1 :]) or plain_party(owner):
            return found
    led = LEADS.search(clause)
    if led:
        return _cut_party(led["what"])
    return ""


def after_of(words: Sequence[Word]) -> str:
    for at, word in enumerate(words):
        if word.low in _OF:
            party = _cut_party(text_of(words[at + 1 :]))
            return "" if party.lower() in _FIELDS else party
        if word.is_mark:
            return ""
    return ""


def _cut_party(text: str) -> str:
    text = re.sub(
        r" ?\([A-Z][\w-]{1,9}\) ?", " ", text
    )  # `the Strategic Framework (CSP) coalition`
    cut = re.split(
        r"[,;]|\b(?:who|which|that|based|near|speaking|on condition|in|from|at|told|said)\b",
        text,
        maxsplit=1,
    )[0]
    return re.sub(r"^(?:the|a|an|its|his|her|their) ", "", cut.strip(), flags=re.IGNORECASE)


def plain_party(words: Sequence[Word]) -> str:
    kept = list(trimmed(words))
    while kept and (
        kept[0].low in DETERMINERS or kept[0].low in {"senior", "top", "former", "local"}
    ):
        if kept[0].low in {"its", "his", "her", "their", "our"}:
            named = [each for each in kept[1:] if each.is_capital]
            if named:
                return text_of(named)  # `his Ukrainian counterpart`
            return {"its": "its", "their": "its", "our": "our"}.get(kept[0].low, "")
        kept.pop(0)
    while kept and kept[-1].low in OFFICES and kept[-1].text.islower():
        kept.pop()
    owner = next((n for n, each in enumerate(kept[:-1]) if each.low.endswith(("'s", "s'"))), None)
    if owner is not None and all(
        each.text.islower() and singular(each.low) not in BODIES for each in kept[owner + 1 :]
    ):
        kept = kept[: owner + 1]  # `the army's sector commander` speaks for the army
    if not kept or any(each.low in TIME_WORDS | LINKS for each in kept):
        return ""
    text = text_of(kept)
    text = text[:-2] if text.endswith(("'s", "’s")) else text.rstrip("'’")
    is_body = any(
        singular(each.low.removesuffix("'s")) in BODIES or each.low in BODIES for each in kept
    )
    return text if is_body or any(each.is_capital for each in kept) else ""
