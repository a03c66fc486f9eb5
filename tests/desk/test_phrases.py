"""Coded phrases: the same in four languages, with slots that cannot be misread."""

from __future__ import annotations

import re

import pytest

from desk_harness import Desk, river_desk
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.errors import Malformed, UnknownThing
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.phrase_book import (
    EXERCISE,
    NO_APPROVAL,
    PHRASES,
    Language,
    Slot,
)
from openline.domain.phrase_text import check_slots, render, render_voice, spell
from openline.domain.rules import Precedence

A_VALUE = {
    Slot.GRID: "37SFV087181",
    Slot.TIME: "160030ZSEP17",
    Slot.ID: "L-1",
    Slot.NUMBER: "6",
    Slot.CHECK_PHRASE: "acorn candle river stone 42",
}
SCRIPTS = {
    Language.ENGLISH: r"[A-Za-z]",
    Language.FRENCH: r"[A-Za-z]",
    Language.ARABIC: r"[\u0600-\u06FF]",
    Language.RUSSIAN: r"[\u0400-\u04FF]",
}


def filled(code: str) -> dict[str, str]:
    """A right value in every slot of a phrase."""
    return {str(n): A_VALUE[slot] for n, slot in enumerate(PHRASES[code].slots, start=1)}


@pytest.mark.parametrize("code", PHRASES)
@pytest.mark.parametrize("language", Language)
def test_every_phrase_is_there_in_every_language_with_every_slot(
    code: str, language: Language
) -> None:
    phrase = PHRASES[code]

    used = {int(n) for n in re.findall(r"\{(\d+)\}", phrase.texts[language])}

    assert used == set(range(1, len(phrase.slots) + 1))
    assert re.search(SCRIPTS[language], phrase.texts[language])


@pytest.mark.parametrize("code", PHRASES)
@pytest.mark.parametrize("language", Language)
def test_every_rendered_phrase_says_that_an_acknowledgement_is_no_approval(
    code: str, language: Language
) -> None:
    text = render(code, filled(code), language)

    assert text.endswith(NO_APPROVAL[language])
    assert "{" not in text


@pytest.mark.parametrize("code", PHRASES)
@pytest.mark.parametrize("language", Language)
def test_every_phrase_of_an_exercise_says_exercise_first(code: str, language: Language) -> None:
    shown = render(code, filled(code), language, exercise=True)
    spoken = render_voice(code, filled(code), language, exercise=True)

    assert shown.startswith(EXERCISE[language])
    assert spoken.startswith(EXERCISE[language])
    word, *again = re.findall(r"\w+", EXERCISE[language])
    assert re.fullmatch(f"{SCRIPTS[language]}+", word)
    assert again == [word, word]
    assert word not in render(code, filled(code), language)


@pytest.mark.parametrize("code", PHRASES)
def test_a_slot_reads_the_same_in_every_language(code: str) -> None:
    slots = filled(code)

    texts = [render(code, slots, language) for language in Language]

    assert all(value in text for value in slots.values() for text in texts)


def test_a_phrase_is_coded_for_each_urgent_kind_of_message() -> None:
    urgent = {
        MessageKind.CHECK_FIRE,
        MessageKind.RESUME,
        MessageKind.LINE_CHECK,
        MessageKind.READBACK,
        MessageKind.UNABLE,
        MessageKind.CORRECT,
        MessageKind.WARN,
        MessageKind.QUERY,
        MessageKind.RELAY,
        MessageKind.HANDOVER,
    }

    assert urgent <= {phrase.kind for phrase in PHRASES.values()}


@pytest.mark.parametrize(
    ("slots", "number"),
    [
        ({"1": "37SFV08718", "2": "160030ZSEP17"}, 1),
        ({"1": "near the mill", "2": "160030ZSEP17"}, 1),
        ({"1": "37SFV087181", "2": "160030JSEP17"}, 2),
        ({"1": "37SFV087181", "2": "162530ZSEP17"}, 2),
        ({"1": "37SFV087181", "2": "320030ZSEP17"}, 2),
        ({"1": "37SFV087181", "2": ""}, 2),
    ],
)
def test_a_slot_that_does_not_hold_its_kind_is_refused_by_its_number(
    slots: dict[str, str], number: int
) -> None:
    with pytest.raises(Malformed) as refused:
        check_slots("CHECK_FIRE", slots)

    assert f"slot {number}" in refused.value.sentence
    assert not any(value in refused.value.sentence for value in slots.values() if value)


@pytest.mark.parametrize("slots", [{}, {"1": "37SFV087181"}, {"1": "L-1", "2": "L-2", "3": "L-3"}])
def test_no_slot_may_be_missing_nor_one_too_many(slots: dict[str, str]) -> None:
    with pytest.raises(Malformed, match="slots 1 to 2"):
        check_slots("CHECK_FIRE", slots)


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownThing):
        render("OPEN_FIRE", {}, Language.ENGLISH)


def test_a_slots_text_is_never_taken_for_another_slot() -> None:
    text = render("RELAY", {"1": "M-2", "2": "EAST", "3": "WEST"}, Language.ENGLISH)

    assert "message M-2 from EAST to WEST, unchanged" in text


def test_a_check_fire_reads_as_it_is_said_over_a_line() -> None:
    slots = {"1": "37SFV087181", "2": "160030ZSEP17"}

    assert render("CHECK_FIRE", slots, Language.ENGLISH) == (
        "CHECK FIRE, CHECK FIRE, CHECK FIRE. Stop firing now and verify. Impacts at 37SFV087181, "
        "time 160030ZSEP17. Say when firing has stopped. An acknowledgement is not an approval."
    )


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        (Language.ENGLISH, "three seven Sierra - one"),
        (Language.FRENCH, "trois sept Sierra - un"),
        (Language.ARABIC, "ثلاثة سبعة Sierra - واحد"),
        (Language.RUSSIAN, "три семь Sierra - один"),
    ],
)
def test_a_code_is_spelled_digit_by_digit_in_the_speakers_language(
    language: Language, spelled: str
) -> None:
    assert spell("37s-1", language) == spelled


def test_right_to_left_text_keeps_its_slots_in_order() -> None:
    text = render("LINE_CHECK", {"1": "L-1", "2": "160030ZSEP17"}, Language.ARABIC)

    assert "\u2068L-1\u2069" in text
    assert "\u2068160030ZSEP17\u2069" in text


def test_the_check_phrase_of_a_geometry_fits_its_slot() -> None:
    ring = Volume4D(footprint=Circle(center=Position(lat_deg=35.3, lon_deg=40.2), radius_m=500.0))

    read = render("READ_BACK", {"1": "SEP-1", "2": check_phrase([ring])}, Language.RUSSIAN)

    assert check_phrase([ring]) in read


def coded(desk: Desk, kind: MessageKind, phrase: str, slots: dict[str, str]) -> None:
    desk.say(
        "EASTB",
        MessageSent(
            message="M-1",
            kind=kind,
            recipients=("WESTB",),
            precedence=Precedence.IMMEDIATE,
            phrase=phrase,
            body=MessageBody(slots=slots),
        ),
    )


def test_a_message_in_a_coded_phrase_is_taken_only_with_its_slots_filled() -> None:
    desk = river_desk()

    with pytest.raises(Malformed, match="slot 1"):
        coded(desk, MessageKind.UNABLE, "UNABLE", {"1": "the mill"})
    coded(desk, MessageKind.UNABLE, "UNABLE", {"1": "M-0"})

    assert desk.state.messages["M-1"].phrase == "UNABLE"


def test_a_coded_phrase_makes_no_other_kind_of_message() -> None:
    with pytest.raises(Malformed, match="UNABLE makes a UNABLE, not a WARN"):
        coded(river_desk(), MessageKind.WARN, "UNABLE", {"1": "M-0"})
