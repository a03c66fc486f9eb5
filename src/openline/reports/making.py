"""A draft while it is being made, and what its names have in common with another's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from openline.reports.calendar import When
from openline.reports.joint import Told
from openline.reports.lexicon import NEGATIONS, OWN, PRONOUNS, TIME_WORDS, Event, words_of
from openline.reports.nations import nation_of
from openline.reports.persons import Speaker
from openline.reports.report import Draft
from openline.reports.spots import Spot

OWN_START: Final = re.compile(r"^(?:we|i|our|ours|us|my)\b", re.IGNORECASE)
THIRD_OWN: Final = re.compile(r"^(?:its|his|her|their)\b", re.IGNORECASE)
_STOP: Final = words_of("""
    that this with from have been were they their which said would there about after where
""")
_WEAPONS: Final = words_of("""
    strike strikes airstrike airstrikes attack attacks
    shell shells bullet bullets bomb bombs missile
    missiles rocket rockets blast blasts explosion explosions fire gunfire shelling shrapnel
""")


class Made(Struct):
    """A draft being made: what was found, before denials are linked and numbers given."""

    kind: str
    speaker: Speaker | None
    told: Told | None
    actor: str | None
    target: str | None
    spot: Spot | None
    when: When | None
    sentence: str
    content: str
    denies: int | str | None = None
    sure: float = 0.6

    @property
    def event(self) -> Event | None:
        """What is told to have happened, if it is an event of ours."""
        return self.told.event if self.told else None

    @property
    def side(self) -> str:
        """Whom the speaker speaks for."""
        return (self.speaker.party or self.speaker.shown) if self.speaker else ""


def finished(made: Sequence[Made]) -> tuple[Draft, ...]:
    """The drafts as they are handed out."""
    return tuple(_finished(each) for each in made)


def _finished(made: Made) -> Draft:
    spot = made.spot or Spot("")
    speaker = made.speaker
    return Draft(
        kind=made.kind,
        speaker=speaker.shown if speaker and speaker.shown else None,
        speaker_party=speaker.party if speaker and speaker.party else None,
        actor=made.actor,
        target=made.target,
        place=spot.words or None,
        lat=spot.lat,
        lon=spot.lon,
        accuracy_m=spot.accuracy_m,
        when=made.when.at if made.when else None,
        when_precision=made.when.precision if made.when else None,
        sentence=made.sentence,
        denies=made.denies,
        confidence=round(min(0.95, max(0.05, made.sure)), 2),
    )


def settled(text: str | None, own: str | None) -> str | None:
    if text is None:
        return None
    plain = text.strip(" ,.\"“”'")
    low = plain.lower()
    if low in OWN and (plain == "I" or not plain.isupper()):
        return own
    if (
        not plain
        or low
        in PRONOUNS
        | {
            "there",
            "who",
            "which",
            "that",
            "them",
            "him",
            "her",
            "it",
            "nobody",
            "each other",
            "one another",
            "no one",
            "what",
            "this",
            "these",
            "those",
            "remain",
            "remains",
            "remained",
        }
        or re.match(r"(?:they|we|it|he|she|i|that|there)['’](?:re|s|ve|d|ll|m)\b", low)
    ):
        return None
    if low.split()[-1] in _WEAPONS and not any(each.isupper() for each in plain):
        return None  # what it was done with is nobody
    if low.isdigit():
        return None  # `on 31 May`: a day
    first = low.split()[0]
    return None if first in NEGATIONS else plain


def same_side(before: Made, made: Made) -> bool:
    if before.speaker is None or made.speaker is None:
        return False
    a, b = before.side.lower(), made.side.lower()
    named = len(a.split()) == 1 or len(b.split()) == 1  # `Moscow` speaks for all of Russia
    return a == b or before.speaker.shown == made.speaker.shown or (named and _one_nation(a, b))


def _one_nation(a: str, b: str) -> bool:
    one, other = (
        {nation_of(word) for word in re.findall(r"[\w-]{3,}", re.sub(r"['’]s\b", "", each))}
        - {None}
        for each in (a, b)
    )
    return bool(one) and one == other


def share(a: str, b: str) -> bool:
    """Whether two names have a word in common that names: `Russian jets`, `Russia's ministry`."""
    return bool(_names(a) & _names(b))


def _names(text: str) -> set[str]:
    found = set()
    for each in re.findall(r"[A-Za-z]{2,}", re.sub(r"['’]s\b", "", text)):
        if each[0].isupper() and each.lower() not in {
            "the",
            "ministry",
            "defence",
            "defense",
            "forces",
            "army",
            "of",
            "general",
            "staff",
            "united",
            "command",
        }:
            found.add(nation_of(each.lower()) or each.lower()[:5])
    if not found:
        found = {each[:5] for each in text.lower().split() if len(each) > 3 and each not in _STOP}
    return found


def stems(text: str) -> set[str]:
    return {
        each[:5]
        for each in re.findall(r"[a-z]{4,}", text.lower())
        if each not in _STOP | TIME_WORDS
    }
