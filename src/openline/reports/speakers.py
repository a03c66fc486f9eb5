"""Who speaks: a name, a role and a party read out of the words before or after a verb of saying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
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
from openline.reports.parties import LEADS, after_of, party_of, plain_party, role_in, trimmed
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
_NO_SUBJECTS: Final = words_of("not so thus nor then nobody none nothing no neither")
_SETTINGS: Final = words_of("""
    airport conference briefing rally parliament podium hearing ceremony summit session statement
    interview television radio post tweet message letter telephone phone speech funeral meeting
    address broadcast video
""")
_IN_TURN: Final = words_of("in turn too also again for his her its their part then himself herself")


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


def read_speaker(main: Sequence[Word], beside: Sequence[Word] = ()) -> Speaker | None:
    """The speaker in a noun phrase and the phrase beside it; None where it is nobody who speaks."""
    main, beside = (
        _issuer_of(_without_setting(_without_state(_past_links(trimmed(main))))),
        trimmed(beside),
    )
    if len(main) > 1 and main[0].low in PRONOUNS and all(e.low in _IN_TURN for e in main[1:]):
        main = main[:1]
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
    found = _person(main, beside, clause) or _body(main, beside, clause)
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


def _person(main: Sequence[Word], beside: Sequence[Word], clause: str) -> Speaker | None:
    role_at = role_in(main)
    if len(main) == 1 and (alone := _single_name(main[0], beside, clause)) is not None:
        return alone
    owned = len(main) == 2 and main[0].low.endswith("'s") and main[1].is_capital and not beside
    if owned and main[1].low not in BODIES and not main[1].text.isupper():
        owner = re.sub(r"['’]s$", "", main[0].text)
        return Speaker(shown=text_of(main), name=main[1].text, party=owner)
    for words, other in ((main, beside), (beside, main)):
        found = _name_in(words)
        if found is None:
            continue
        start, end = found
        if end < len(words) and words[end].is_capital and words[end].low.endswith(("'s", "s'")):
            continue  # `South Lakes Media's editor`: a body, and its editor
        if any(each.low in PREPOSITIONS for each in words[:start]):
            continue  # `the commander of the Black Sea Fleet` is not called so
        head = role_in(words)
        if (
            words is main
            and head is None
            and not _introduces(other, clause)
            and words[start].low.rstrip(".") not in TITLES
        ) and not _looks_personal(words, start, end):
            continue
        named = words is beside and _looks_personal(words, start, end) and _is_described(main)
        if words is beside and role_at is None and head is None and not named:
            continue
        name = text_of(words[start:end]).strip(" .")
        role = words[head].low if head is not None else _role_word(other)
        before = words[: min(start, head) if head is not None and head < start else start]
        after = words[end:]
        party = party_of(before, after, other, clause, words, head)
        shown = name
        return Speaker(shown=shown, name=_without_titles(name), role=role, party=party)
    if role_at is not None:
        party = party_of(main[:role_at], main[role_at + 1 :], beside, clause, main, None)
        lower = role_at > 0 and main[role_at - 1].text.islower()
        if main[role_at].low in BODIES and lower:
            whole = text_of(main[: role_at + 1])  # `Ukraine's grid operator` is a body itself
            party = party and re.sub(r"^(?:the|an?) ", "", whole, flags=re.IGNORECASE)
        return Speaker(shown=text_of(main), role=main[role_at].low, party=party)
    return None


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
