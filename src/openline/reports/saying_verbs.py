"""Whether a word such as `reports` or `claims` is a verb where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openline.reports.anyverb import can_speak
from openline.reports.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    BE,
    BODIES,
    DETERMINERS,
    LINKS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    TIME_WORDS,
    words_of,
)
from openline.reports.nations import nation_of
from openline.reports.sentences import Word
from openline.reports.subjects import is_finite, skip_back, start_of_verb, subject_before

_NEVER_BEFORE: Final = words_of("""
    hasn't haven't hadn't isn't aren't wasn't don't doesn't won't wouldn't can't couldn't
    to not n't never didn't nor neither let more than as be will would can could may might must
    should
""")
_BEFORE_NOUNS: Final = words_of("""
    earlier recent initial media unconfirmed conflicting press local first
""")
_ONLY_WITH_THAT: Final = words_of("""
    answered answers continued observed described counted put posted quoted accepted accepts
""")
_ALSO_TOLD_OF: Final = words_of("reported alleged announced disputed claimed estimated confirmed")
_TO_DO: Final = words_of("threatened promises pledges vows")
_SAID_WHEN: Final = words_of("late early on last yesterday overnight today tonight")
_OPENS_WHAT_IS_SAID: Final = words_of("""
    that it its the his her their our there a an no some all both two three
""")


def is_saying(words: Sequence[Word], at: int) -> bool:
    """Whether the word is a verb here, in the indicative: not `the claim`, `to say`, `saying`."""
    low = words[at].low
    back = skip_back(words, at, ADVERBS)
    before = words[back].low if back >= 0 else ""
    if low in {"quoted", "cited"} and before in BE:
        return any(each.low == "saying" for each in words[at + 1 : at + 12])
    if before == "since" and back and words[back - 1].low in {"has", "have", "had"}:
        before = words[back - 1].low  # `has since corrected it`
    if before in _NEVER_BEFORE or before in DETERMINERS - {"all", "both", "some"} | PREPOSITIONS:
        return False
    if low in ALSO_NOUNS and words[at - 1].low.endswith(("'s", "s'")) and at:
        return False  # `Russia's claim, …`
    if low in ALSO_NOUNS:
        return _is_rather_verb(words, at, before)
    # `a strike reported by …` is told of, and tells nothing.
    timed = at + 2 < len(words) and words[at + 2].low in TIME_WORDS  # `confirmed by evening`
    told_of = at + 1 < len(words) and words[at + 1].low == "by" and before not in BE and not timed
    return not (low in _ALSO_TOLD_OF and told_of)


def _is_rather_verb(words: Sequence[Word], at: int, before: str) -> bool:
    """Whether a word such as `reports` or `claims` is a verb here."""
    following = words[at + 1] if at + 1 < len(words) else None
    if at > 1 and words[at - 2].low in DETERMINERS and nation_of(words[at - 1].low):
        return False  # `a Russian report that …`
    if any(each.low == "that" for each in words[at + 1 : at + 7]) and at > 0:
        ahead = words[at - 1]
        role = ahead.low in ROLES or ahead.low.removesuffix("s") in ROLES
        if ahead.low in PRONOUNS | BODIES or role or (ahead.is_capital and at > 1):
            return words[at].low not in _BEFORE_NOUNS
    if words[at].low in _ONLY_WITH_THAT:
        return following is not None and (
            following.low == "that"
            or (following.text == ":" and words[at].low.startswith("answer"))
        )
    likely = (
        following is None or following.is_mark or following.low in PRONOUNS | _OPENS_WHAT_IS_SAID
    )
    infinitive = any(
        words[n].low == "to" and words[n + 1].low not in DETERMINERS and not words[n + 1].is_capital
        for n in range(max(0, at - 4), at - 1)
    )  # `to honour past promises`
    closes = following is not None and following.low in _SAID_WHEN and words[at - 1].text == ","
    likely = likely or closes  # `…, its minister, X, charged late on Saturday.`
    if at == 0 or infinitive or before in _BEFORE_NOUNS or not words[at].text[0].islower():
        return False
    goes_on = following is not None and following.low == "to" and words[at].low in _TO_DO
    return likely or goes_on or _is_only_verb(words, at)


def _is_only_verb(words: Sequence[Word], at: int) -> bool:
    """`The prime minister promises help`: no verb stands before it, and it is nobody's object."""
    following = words[at + 1] if at + 1 < len(words) else None
    if following is None or following.low in PREPOSITIONS | BE | LINKS or is_finite(words, at + 1):
        return False
    if any(is_finite(words, n) for n in range(at)):
        return False
    found = subject_before(words, start_of_verb(words, at))
    acts = words[at].low.endswith("s") or words[at].low == "threatened"
    return found is not None and acts and can_speak(found[1], found[2])
