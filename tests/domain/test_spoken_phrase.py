"""Check phrases in four languages: no two words of a language are taken for one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest

from openline.domain.airspace import Circle, Polygon, Position, Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.check_words import CHECK_WORDS
from openline.domain.phrase_book import Language
from openline.domain.spoken_phrase import in_language, is_same_phrase, moved_m
from openline.domain.spoken_words import SPOKEN_WORDS

PLACE = Position(lat_deg=35.35, lon_deg=40.15)


def circle(radius_m: float = 500.0, lat_deg: float = 35.35) -> tuple[Volume4D, ...]:
    center = Position(lat_deg=lat_deg, lon_deg=40.15)
    return (Volume4D(footprint=Circle(center=center, radius_m=radius_m)),)


PHRASE = check_phrase(circle())


def french(word: str) -> str:
    """As it sounds: accents, silent endings and spellings of one sound left out."""
    word = word.replace("ç", "s").replace("œ", "e")
    word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    word = re.sub("c(?=[eiy])", "s", word)
    same = ("eau o", "au o", "ph f", "qu k", "ch S", "c k", "z s", "y i", "h ", "ge je", "gi ji")
    for pair in (*same, "ai e", "ei e"):
        heard, _, written = pair.partition(" ")
        word = word.replace(heard, written)
    return re.sub("[estdxp]+$", "", re.sub(r"(.)\1", r"\1", word))


def russian(word: str) -> str:
    """As it sounds on a poor line: unstressed vowels and voiced consonants are heard as others."""
    heard = str.maketrans("оеёэяибвгджз", "аииииипфктшс", "ьъ")
    return re.sub(r"(.)\1", r"\1", word.translate(heard))


def arabic(word: str) -> str:
    """As it sounds to another's ear: emphatic and plain, and the sounds of the throat, as one."""
    return word.translate(str.maketrans("أإآىةصثطضظذقحعغ", "ااااهسستدززكهاخ", "ءؤئ"))


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at]
        for column, each in enumerate(other, start=1):
            changed = above[column - 1] + (letter != each)
            row.append(min(above[column] + 1, row[-1] + 1, changed))
    return row[-1]


@pytest.mark.parametrize(
    ("language", "heard"),
    [
        (Language.ENGLISH, str),
        (Language.FRENCH, french),
        (Language.RUSSIAN, russian),
        (Language.ARABIC, arabic),
    ],
)
def test_any_two_words_differ_in_two_sounds_at_least(
    language: Language, heard: Callable[[str], str]
) -> None:
    words = [heard(word) for word in SPOKEN_WORDS[language]]
    near = [
        (one, other)
        for at, one in enumerate(words)
        for other in words[:at]
        if abs(len(one) - len(other)) < 2 and distance(one, other) < 2
    ]
    assert len(words) == 256
    assert near == []


@pytest.mark.parametrize("language", list(Language))
def test_every_word_is_one_word_of_its_own_alphabet(language: Language) -> None:
    alphabet = {
        Language.ENGLISH: "[a-z]+",
        Language.FRENCH: "[a-zà-öø-ÿœ]+",
        Language.RUSSIAN: "[а-яё]+",
        Language.ARABIC: "[ء-ي]+",
    }[language]
    assert [w for w in SPOKEN_WORDS[language] if not re.fullmatch(alphabet, w)] == []


@pytest.mark.parametrize("language", list(Language))
def test_what_one_side_reads_in_its_language_is_what_the_other_reads_in_its_own(
    language: Language,
) -> None:
    read_aloud = in_language(PHRASE, language)
    assert len(read_aloud.split()) == 5
    assert is_same_phrase(read_aloud.upper(), PHRASE)
    assert in_language(read_aloud, Language.ENGLISH) == PHRASE


def test_digits_may_be_those_of_the_arabic_script() -> None:
    read_aloud = in_language(PHRASE, Language.ARABIC)
    written = read_aloud.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert is_same_phrase(written, PHRASE)


def test_another_geometry_reads_otherwise_in_every_language() -> None:
    other = check_phrase(circle(501.0))
    assert not any(is_same_phrase(in_language(other, each), PHRASE) for each in Language)


@pytest.mark.parametrize(
    "text", ["", "23", "tulip", f"{CHECK_WORDS[0]} абрикос 23", "nothing at all 23"]
)
def test_what_is_no_phrase_is_none(text: str) -> None:
    assert not is_same_phrase(text, PHRASE)


def test_how_far_a_geometry_has_moved_is_that_of_its_furthest_vertex() -> None:
    square = ((40.0, 35.0), (40.1, 35.0), (40.1, 35.1), (40.0, 35.1))
    pulled = (*square[:3], (40.0, 35.11))
    old, new = ((Volume4D(footprint=Polygon(rings=((ring,),))),) for ring in (square, pulled))
    assert moved_m(old, old) == 0
    assert moved_m(old, new) == pytest.approx(1109, abs=2)
    assert moved_m(circle(), circle(lat_deg=35.36)) == pytest.approx(1109, abs=2)
    assert moved_m(circle(500), circle(700)) == 200
    assert moved_m((), circle()) is None
