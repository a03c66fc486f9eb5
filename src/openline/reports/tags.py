"""The heads of spoken paragraphs: `PRESENTER:`, `Hakobyan:`, `GEN. PARK (Joint Staff):`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from openline.reports.lexicon import ROLES, words_of
from openline.reports.persons import Speaker
from openline.reports.sentences import cut_sentences
from openline.reports.speakers import read_speaker

TAG: Final = re.compile(
    r"^(?P<who>[A-Z][A-Z .'’-]{1,40}[A-Z]|Q|A)(?: ?\((?P<role>[^)]{2,60})\)|"
    r", (?P<what>[^:.]{2,60}))?: "
    r"(?=\S)"
)

NAME_TAG: Final = re.compile(
    r"^(?P<who>[A-ZÀ-Þ][\w'’-]+\.?(?: [A-ZÀ-Þ][\w'’-]+\.?){0,4})(?: ?\((?P<role>[^)]{2,60})\)|"
    r", (?P<what>[^:.]{2,60}))?: (?=\S)"
)

ASKERS: Final = words_of("question q")

NOT_NAMED: Final = words_of("""
    presenter correspondent question reporter host anchor q a interviewer narrator moderator
    journalist
""")


_REPORTER: Final = re.compile(
    r"\b(?i:correspondent|reporter),? (?:in [A-Z][\w'’-]+,? )?"
    r"(?P<who>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2})"
)


def reporters_in(texts: Iterable[str]) -> frozenset[str]:
    """The surnames of those whom a transcript calls its reporters: nobody's word is theirs."""
    return frozenset(
        found["who"].split()[-1].lower() for text in texts for found in _REPORTER.finditer(text)
    )


def tagged_speaker(who: str, role: str = "") -> Speaker | None:
    words = [*who.lower().split(), *role.lower().split()]
    if any(each in NOT_NAMED for each in words):
        return None
    plain = who.title() if who.isupper() else who
    sentence = cut_sentences(plain, 0)
    beside = cut_sentences(role, 0) if role else []
    if not sentence:
        return None
    found = read_speaker(sentence[0].words, beside[0].words if beside else ())
    if len(plain.split()) == 1 and plain.lower() in ROLES:
        named = read_speaker(beside[0].words) if beside else None
        if named is not None and named.name:
            return replace(named, role=plain.lower())  # `SPOKESMAN (Commander X Y): …`
        return Speaker(shown=f"the {plain.lower()}", role=plain.lower())
    if found is None or (not found.name and len(plain.split()) == 1):
        return Speaker(shown=plain, name=plain)  # a surname alone, met before or not
    return found
