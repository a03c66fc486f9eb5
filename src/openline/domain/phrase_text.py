"""A phrase of the book with its slots filled: as it is shown or sent, and as it is read aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from openline.domain.errors import Malformed, UnknownThing
from openline.domain.phrase_book import EXERCISE, NO_APPROVAL, PHRASES, Language, Phrase, Slot

_MONTHS: Final = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_SLOT_PATTERNS: Final[Mapping[Slot, re.Pattern[str]]] = MappingProxyType(
    {
        Slot.GRID: re.compile(
            r"(?:0?[1-9]|[1-5]\d|60)[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V](?:\d\d){1,5}"
        ),
        Slot.TIME: re.compile(
            rf"(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\dZ(?:{_MONTHS})\d\d"
        ),
        Slot.ID: re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,94}[A-Za-z0-9])?"),
        Slot.NUMBER: re.compile(r"\d{1,6}"),
        Slot.CHECK_PHRASE: re.compile(r"[a-z]+(?:[ -][a-z]+)*(?:[ -]?\d){1,4}", re.IGNORECASE),
    }
)
_EXAMPLES: Final[Mapping[Slot, str]] = MappingProxyType(
    {
        Slot.GRID: "33UXP048822",
        Slot.TIME: "021745ZMAR31",
        Slot.ID: "M-1",
        Slot.NUMBER: "6",
        Slot.CHECK_PHRASE: "acorn candle river stone 42",
    }
)
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DIGITS: Final[Mapping[Language, tuple[str, ...]]] = MappingProxyType(
    {
        Language.ENGLISH: _words("zero one two three four five six seven eight nine"),
        Language.FRENCH: _words("zéro un deux trois quatre cinq six sept huit neuf"),
        Language.ARABIC: _words("صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة"),
        Language.RUSSIAN: _words("ноль один два три четыре пять шесть семь восемь девять"),
    }
)
_LETTERS: Final = _words(
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November "
    "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
)
"""The international spelling alphabet, which radio operators know in any language."""


def check_slots(code: str, slots: Mapping[str, str]) -> Phrase:
    """The phrase of a code, if every one of its slots, and no other, holds what it should.

    Raises:
        UnknownThing: no such phrase.
        Malformed: a slot is missing, too many, or not of its kind. The sentence names the slot's
            number and never what stood in it.
    """
    phrase = PHRASES.get(code)
    if phrase is None:
        raise UnknownThing(f"{code}: no such code in the phrase book. See `openline phrase`.")
    numbers = {str(number) for number in range(1, len(phrase.slots) + 1)}
    if set(slots) != numbers:
        takes = ", ".join(f"{n} a {_said(kind)}" for n, kind in enumerate(phrase.slots, start=1))
        raise Malformed(
            f"{code}: fill slots 1 to {len(numbers)}, each once, and no other: {takes}."
        )
    for number, kind in enumerate(phrase.slots, start=1):
        if _SLOT_PATTERNS[kind].fullmatch(slots[str(number)]) is None:
            raise Malformed(f"{code}: slot {number} takes a {_said(kind)}. Mend it.")
    return phrase


def _said(kind: Slot) -> str:
    return f"{kind.replace('_', ' ')} such as {_EXAMPLES[kind]}"


def render(
    code: str, slots: Mapping[str, str], language: Language, *, exercise: bool = False
) -> str:
    """The phrase as it is shown or sent: that it is an exercise stands first where it is one.

    Raises:
        UnknownThing, Malformed: as `check_slots`.
    """
    shown = slots
    if language is Language.ARABIC:
        # Digits and Latin letters would be reordered among words that run from right to left.
        shown = {n: f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" for n, text in slots.items()}
    return _filled(check_slots(code, slots), shown, language, exercise)


def render_voice(
    code: str, slots: Mapping[str, str], language: Language, *, exercise: bool = False
) -> str:
    """The phrase as it is read aloud: each slot spelled, character by character.

    Raises:
        UnknownThing, Malformed: as `check_slots`.
    """
    phrase = check_slots(code, slots)
    spoken = {
        str(number): slots[str(number)]
        if kind is Slot.CHECK_PHRASE
        else spell(slots[str(number)], language)
        for number, kind in enumerate(phrase.slots, start=1)
    }
    return _filled(phrase, spoken, language, exercise)


def spell(text: str, language: Language) -> str:
    """A code as it is spelled over a radio: digits in the language, letters as Alfa, Bravo."""
    return " ".join(_spelled(character, language) for character in text)


def _spelled(character: str, language: Language) -> str:
    if character.isascii() and character.isdigit():
        return _DIGITS[language][int(character)]
    if character.isascii() and character.isalpha():
        return _LETTERS[ord(character.upper()) - ord("A")]
    return character


def _filled(phrase: Phrase, slots: Mapping[str, str], language: Language, exercise: bool) -> str:
    text = re.sub(r"\{(\d+)\}", lambda slot: slots[slot[1]], phrase.texts[language])
    parts = (EXERCISE[language] if exercise else "", text, NO_APPROVAL[language])
    return " ".join(part for part in parts if part)
