"""The console's words: whole in every language, the same for every side, and protective."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from openline.cli.sentences import PHRASES, fields_of
from openline.domain.notification import CANNOT_BE_UNTOLD, NEVER_A_PERMISSION, SHOWN_LESS

WORDS = Path(__file__).resolve().parents[2] / "src/openline/console/web/src/words"
LANGUAGES = ("fr", "ru", "ar")
ROW = re.compile(r'^\s*("(?:[^"\\]|\\.)+"):\s*("(?:[^"\\]|\\.)*"),$', re.MULTILINE)
SLOT = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
"""A slot, by itself or with the forms that its number takes."""
ARABIC, CYRILLIC = re.compile("[\u0600-\u06ff]"), re.compile("[\u0400-\u04ff]")
SIDES = re.compile(
    r"\b(friendl(y|ies)|enem(y|ies)|hostiles?|foes?|targets?|kill|threats?|adversar(y|ies)"
    r"|ennemis?|cibles?|hostiles?|menaces?|враг\w*|противник\w*|цел(ь|и)"
    r"|عدو|أعداء|معادي\w*|أهداف)\b",
    re.IGNORECASE,
)


def table(name: str) -> dict[str, str]:
    """The rows of a table of words, by their keys."""
    rows = ROW.findall((WORDS / f"{name}.ts").read_text("utf-8"))
    return {json.loads(key): json.loads(text) for key, text in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_in_any_language_and_none_is_left_over(language: str) -> None:
    english, other = table("en"), table(language)

    assert len(english) > 300
    assert sorted(english.keys() - other.keys()) == []
    assert sorted(other.keys() - english.keys()) == []
    assert [key for key, text in other.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_filled_in_in_every_language(language: str) -> None:
    english, other = table("en"), table(language)

    differ = [
        key for key in english if set(SLOT.findall(english[key])) != set(SLOT.findall(other[key]))
    ]
    assert differ == []


def test_what_the_desk_says_with_every_notice_is_found_in_the_tables_by_its_own_words() -> None:
    says = {text for key, text in table("en").items() if key.startswith("desk_says.")}
    assert says == {NEVER_A_PERMISSION, CANNOT_BE_UNTOLD, SHOWN_LESS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_entry_has_its_phrase_with_the_same_fields(language: str) -> None:
    phrases = table(f"phrases.{language}")

    assert sorted(PHRASES.keys() ^ phrases.keys()) == []
    differ = [kind for kind, says in PHRASES.items() if fields_of(says) != fields_of(phrases[kind])]
    assert differ == []


@pytest.mark.parametrize(("language", "letters"), [("ar", ARABIC), ("ru", CYRILLIC)])
def test_a_language_is_written_in_its_own_letters(language: str, letters: re.Pattern[str]) -> None:
    """Names and examples apart, no row was left in English."""
    same = {
        key
        for key, text in table(language).items()
        if not letters.search(text) and re.search("[a-z]{4,}", SLOT.sub("", text))
    }
    assert same <= {
        "app.name",
        "notice.type_hint_activity",
        "notice.type_hint_movement",
        "notice.type_hint_site",
    }


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_word_takes_a_side_or_ranks_anybody(language: str) -> None:
    said = {**table(language), **(PHRASES if language == "en" else table(f"phrases.{language}"))}

    assert len(said) > 300
    assert {key: text for key, text in said.items() if SIDES.search(text)} == {}
