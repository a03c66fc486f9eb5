"""Who speaks: a name, a role and a party read out of the words before or after a verb of saying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from openline.reports.lexicon import (
    ALSO_NOUNS,
    AUXILIARIES,
    BODIES,
    DETERMINERS,
    NO_SPEAKER,
    NOT_A_NAME,
    PAPERS,
    PLURAL_PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    SAYING,
    TITLES,
    singular,
    words_of,
)
from openline.reports.parties import after_of, plain_party, trimmed
from openline.reports.persons import Speaker, person_in
from openline.reports.sentences import Word, text_of

_SORT_OF_PEOPLE: Final = re.compile(r"\w{2,}(?:men|women|people|folk|[^dbw]ers|ists|ians|ants)$")
"""How the names of people's trades end: boatmen, ferrymen, beekeepers, pharmacists."""
_WHO: Final = words_of("who which whose whom")
_BEFORE_SUBJECTS: Final = words_of("""
    while where whereas although though because but and since yet so
""")
_SAID_OF: Final = words_of("""
    speaking reached quoted based known that contacted interviewed cited fleeing fled
""")
_CITING: Final = words_of("citing quoting")
_OUTLETS: Final = words_of("""
    agency television radio media newspaper paper channel broadcaster newswire daily website tv
    press
    reuters afp ap tass xinhua
""")
_NO_SUBJECTS: Final = words_of("""
    not so thus nor then nobody none nothing no neither
    calling describing branding dubbing labelling labeling terming telling insisting adding
    accusing
""")
_SETTINGS: Final = words_of("""
    airport conference briefing rally parliament podium hearing ceremony summit session statement
    interview television radio post tweet message letter telephone phone speech funeral meeting
    address broadcast video
""")
_IN_TURN: Final = words_of("in turn too also again for his her its their part then himself herself")


def _before_time(main: Sequence[Word]) -> Sequence[Word]:
    """`guaranteed by the fleet until 12 March`: whoever speaks, without until when."""
    end = next((n for n, each in enumerate(main) if n and each.low in {"until", "till"}), len(main))
    return main[:end]


def read_speaker(main: Sequence[Word], beside: Sequence[Word] = ()) -> Speaker | None:
    """The speaker in a noun phrase and the phrase beside it; None where it is nobody who speaks."""
    main, beside = (
        _issuer_of(_without_setting(_without_state(_past_links(trimmed(_before_time(main)))))),
        trimmed(beside),
    )
    if len(main) > 1 and main[0].low in PRONOUNS and all(e.low in _IN_TURN for e in main[1:]):
        main = main[:1]
    if beside and [each.low for each in main[1:]] in (["of", "them"], ["of", "those"]):
        main, beside = beside, ()  # `one of them, a cook of 34`
    if main and main[0].low in {"i'd", "i've", "i'm"}:
        return None
    if [each.low for each in main] in (["let", "me"], ["let", "us"]):
        return Speaker(shown=main[1].text, pronoun="i")
    main = _before_auxiliary(main)
    main, own_clause = _without_clause(main)
    beside_clause = ""
    if beside and beside[0].low in _WHO:
        beside_clause, beside = text_of(beside), ()
    else:
        beside, beside_clause = _without_clause(beside)
    if beside and beside[0].low in _CITING and any(each.low in _OUTLETS for each in main):
        main, beside = _past_links(beside[1:]), ()
    if not main or len(main) > 26 or main[0].low in NO_SPEAKER | _NO_SUBJECTS:
        return None
    if main[-1].low in PREPOSITIONS:
        return None
    if len(main) == 1 and main[0].low in PRONOUNS:
        return Speaker(shown=main[0].text, pronoun=main[0].low)
    if not _may_speak(main):
        return None
    clause = f"{own_clause} {beside_clause}".strip()
    found = person_in(main, beside, clause) or _body(main, beside, clause)
    return _called(found, main, beside) if found is not None and not found.name else found


def _without_setting(words: Sequence[Word]) -> Sequence[Word]:
    """`The minister at the airport` is the minister: where he spoke is no part of his name."""
    for at in range(len(words) - 1, 1, -1):
        if words[at].low in {"at", "in", "on", "after", "during", "before"}:
            later = words[at + 1 :]
            setting = bool(later) and later[-1].low in _SETTINGS and len(later) <= 5
            named = any(each.is_capital for each in words[:at][-2:]) or words[at - 1].low in ROLES
            return words[:at] if setting and named else words
    return words


def _past_links(words: Sequence[Word]) -> Sequence[Word]:
    """`While the army`, `where an official`, `the mayor there`: the army, an official and so on."""
    while len(words) > 1 and words[-1].low in {"there", "here", "too", "also"}:
        words = words[:-1]
    while len(words) > 1 and words[0].low in _BEFORE_SUBJECTS:
        words = words[1:]
    return words


def _without_state(words: Sequence[Word]) -> Sequence[Word]:
    """`Secretary of State X` is Secretary X: the office is of no party called State."""
    for at in range(len(words) - 3):
        if [each.low for each in words[at : at + 3]] == ["secretary", "of", "state"]:
            return (*words[: at + 1], *words[at + 3 :])
    return words


def _before_auxiliary(words: Sequence[Word]) -> Sequence[Word]:
    """`Both sides have in the past` are both sides; a whole clause is nobody who speaks."""
    for at, word in enumerate(words):
        if word.low in _WHO | {"that"}:
            return words  # what somebody is said to have done is no act of saying
        if at and word.low in SAYING and word.low not in ALSO_NOUNS and not word.is_capital:
            return ()  # `X said people at two posts` are told of by X
        if at and (word.low in AUXILIARIES - {"'s", "will", "may"} or word.low.endswith("n't")):
            done = any(each.low.endswith("ed") for each in words[at + 1 :])
            return () if done or at + 1 == len(words) else words[:at]
    return words


def _called(speaker: Speaker, main: Sequence[Word], beside: Sequence[Word]) -> Speaker:
    """`The operator, SkyLift`: what a described speaker is called, where nothing else is beside."""
    described = main[0].low in DETERMINERS and not any(each.is_capital for each in main[1:])
    called = 1 <= len(beside) <= 4 and all(
        each.is_capital and each.low not in NOT_A_NAME | ROLES | TITLES for each in beside
    )
    if not described or not called:
        return speaker
    shown = text_of(beside)
    return replace(speaker, shown=shown, party=shown if not speaker.party else speaker.party)


def _issuer_of(words: Sequence[Word]) -> Sequence[Word]:
    """`the ministry's bulletin` and `a statement from the ministry` are the ministry."""
    if len(words) > 1 and words[-1].low in PAPERS and words[-2].low.endswith(("'s", "s'")):
        return unowned(words[:-1])
    named = any(each.text.isupper() and len(each.text) > 1 for each in words[:-1])
    if len(words) > 1 and words[-1].low in PAPERS and named:
        return words[:-1]  # `a PKK statement`
    for at in range(1, min(3, len(words) - 1)):
        if words[at].low in PAPERS and words[at + 1].low in {"from", "by", "of", "issued"}:
            begun = at + 3 if words[at + 1].low == "issued" else at + 2
            return trimmed(words[begun:])
    return words


def unowned(words: Sequence[Word]) -> Sequence[Word]:
    """The owner without the mark that tells so: `the council's` is the council."""
    last = words[-1]
    bare = re.sub(r"['’]s?$", "", last.text)
    if bare == last.text or not bare:
        return words
    cut = Word(bare, bare.lower(), last.start, last.start + len(bare), last.quoted)
    return (*words[:-1], cut)


def _without_clause(words: Sequence[Word]) -> tuple[Sequence[Word], str]:
    """The phrase without `who …`, `speaking …`, `reached …`; and what was left out."""
    for at, word in enumerate(words):
        people = at and words[at - 1].low in PLURAL_PEOPLE
        if people and word.low.endswith(("ing", "ed")) and not word.is_capital:
            return words[:at], text_of(words[at:])  # `people sheltering in a school`
        if at and word.low in _WHO | _SAID_OF:
            return words[:at], text_of(words[at:])
    return words, ""


def _may_speak(words: Sequence[Word]) -> bool:
    head = _head(words)
    lows = {each.low for each in words}
    if lows & NO_SPEAKER and head not in ROLES | BODIES:
        return False
    plural = singular(head)
    return (
        head in ROLES | BODIES | PLURAL_PEOPLE
        or plural in ROLES | BODIES
        or any(each.is_capital and each.low not in NOT_A_NAME for each in words)
        or _SORT_OF_PEOPLE.search(head) is not None
        or words[0].low
        in {"the", "a", "an", "its", "his", "their", "our", "one", "two", "three", "both"}
    )


def _head(words: Sequence[Word]) -> str:
    """The last word before any preposition: what the phrase is about."""
    for at, word in enumerate(words):
        if at and word.low in PREPOSITIONS:
            return words[at - 1].low
    return words[-1].low


def _body(main: Sequence[Word], beside: Sequence[Word], clause: str) -> Speaker | None:
    shown = text_of(main)
    head = _head(main).removesuffix("'s")
    named = main[-1].is_capital and main[-1].low == head  # `the General Staff` is a body
    if (not named and head in PLURAL_PEOPLE) or head in ROLES or singular(head) in ROLES:
        at = next((n for n, each in enumerate(main) if each.low == head), len(main) - 1)
        party = (
            after_of(main[at + 1 :])
            if head not in {"residents", "fishermen", "villagers", "people"}
            else ""
        )
        return Speaker(shown=shown, role=head, party=party or plain_party(main[:at]))
    capital = any(each.is_capital and each.low not in NOT_A_NAME for each in main)
    known = any(each.low in BODIES or singular(each.low) in BODIES for each in main)
    if not capital and not known:
        return Speaker(shown=shown, role=head)
    lower = not any(each.is_capital for each in main[1:])
    acronym = _acronym_beside(beside) if lower or len(beside) < 3 else ""
    party = re.sub(r"^(?:the|a|an) ", "", shown, flags=re.IGNORECASE)
    return Speaker(shown=acronym or shown, role=head, party=acronym or party)


def _acronym_beside(words: Sequence[Word]) -> str:
    """`The affiliate, JNIM, claimed`, `The firm, Tanaw Mapping, said`: the name stands beside."""
    named = words[1:] if words and words[0].low == "the" else words
    if len(named) == 1 and named[0].text.isupper():
        return named[0].text
    is_name = 1 <= len(named) <= 4 and all(
        each.is_capital and each.low not in NOT_A_NAME for each in named
    )
    return text_of(named) if is_name else ""
