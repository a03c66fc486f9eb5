"""Whose word it is, in many ways of saying: nobody's words are put into another's mouth.

The sentences stand in `ways_of_saying.json`, each with whoever speaks in it, all of them and none
else; what it is; and who is said to have done it, or never to be taken for that.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openline.reports.reading import read_report
from openline.reports.report import Draft

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "ways_of_saying.json").read_text(encoding="utf-8")
)


def of(text: str) -> list[Draft]:
    return list(read_report(text.encode(), "a report", date(2023, 9, 27)).drafts)


def named(draft: Draft) -> str:
    return f"{draft.speaker or ''} / {draft.speaker_party or ''}".lower()


def having(key: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [r for r in ROWS if r.get(key)], ids=lambda r: r["text"])


@having("speakers")
def test_whoever_speaks_is_found_and_nobody_else_is_taken_for_it(row: dict[str, Any]) -> None:
    found = [named(each) for each in of(row["text"])]
    wanted = [each.lower() for each in row["speakers"]]
    assert all(any(name in each for each in found) for name in wanted)
    assert all(any(name in each for name in wanted) for each in found)


@having("kinds")
def test_what_is_said_is_of_its_kind(row: dict[str, Any]) -> None:
    assert {each.kind for each in of(row["text"])} & set(row["kinds"])


@having("actor")
def test_whoever_is_said_to_have_done_it_is_the_actor(row: dict[str, Any]) -> None:
    actors = [(each.actor or "").lower() for each in of(row["text"])]
    assert any(row["actor"].lower() in each for each in actors)


@having("never_actor")
def test_what_is_held_is_not_who_holds_it(row: dict[str, Any]) -> None:
    assert not any(row["never_actor"].lower() in (e.actor or "").lower() for e in of(row["text"]))


@having("nothing")
def test_what_tells_nothing_of_anything_is_no_draft(row: dict[str, Any]) -> None:
    assert of(row["text"]) == []


MET = (
    "The army's spokesman, Ali Bah, said rebels had shelled a village. "
    "Constable Rob Hale, who was there, backs the crew: he saw a drone over the field, he says."
)


def test_he_is_whoever_the_same_sentence_began_with() -> None:
    assert of(MET)[-1].speaker == "Constable Rob Hale"


@pytest.mark.parametrize(
    "between",
    ["At Nam Yuen the district chief, Som Chai, had 400 people taken to a temple."],
)
def test_he_is_whoever_was_brought_in_last(between: str) -> None:
    said = "The minister, Ali Bah, said tanks had crossed. "
    drafts = of(said + between + " He said the alarm was false.")
    assert drafts[-1].speaker == "Som Chai"


@pytest.mark.parametrize(
    "between",
    ["Our reporter in Goris: “I can see smoke over the hill. ", "“It was loud,” said somebody. "],
)
def test_a_quotation_that_is_nobodys_is_not_the_last_speakers(between: str) -> None:
    drafts = of(f"Ana Berg, the mayor, said shells had hit a school. {between}Tanks came down.”")
    assert not any(each.speaker == "Ana Berg" and "Tanks" in each.sentence for each in drafts)


def test_it_is_no_person_and_no_crowd() -> None:
    drafts = of(
        "Civil Defence said 61 people were flown out. Two campers said a drone had crossed the "
        "line. It asked pilots to keep away."
    )
    assert not any("campers" in named(e) for e in drafts if e.sentence.startswith("It "))


BRIEFING = (
    "Notes from the briefing of Colonel Seo Min-jae, spokesman of the Joint Chiefs of Staff.\n\n"
    "SEO: Soldiers crossed the line at 08:40 on Monday.\n\n"
    "Our troops fired warning shots.\n\n"
    "REPORTER: Were they laying mines?\n\n"
    "SEO: We saw no mines.\n"
)


def test_whoever_gives_a_briefing_goes_on_where_no_other_is_named() -> None:
    drafts = of(BRIEFING)
    assert [each.speaker for each in drafts] == ["Colonel Seo Min-jae"] * len(drafts)
    assert len(drafts) == 3


def test_heads_in_small_letters_are_heads_where_they_come_again() -> None:
    drafts = of(
        "The spokesman, Ali Amin, came late.\n\nQuestion: Who fired?\n\n"
        "Amin: Rebels shelled the bridge at noon.\n\nQuestion: Did you cross the line?\n\n"
        "Amin: No soldier of ours crossed the line."
    )
    assert [(each.speaker, each.kind) for each in drafts] == [
        ("Ali Amin", "firing"),
        ("Ali Amin", "denial"),
    ]


def test_rows_that_were_broken_on_purpose_are_not_joined() -> None:
    rows = "\n".join(
        [
            "Sudan Armed Forces",
            "Press statement no. 8",
            "",
            *["Our forces came under fire from the militia at the bridge over the Atbara river on"]
            * 3,
            "Monday.",
            "",
            *["Our forces answered the fire and destroyed two vehicles of the militia on Monday at"]
            * 3,
            "noon.",
        ]
    )
    assert of(rows)[-1].speaker_party == "Sudan Armed Forces"


def test_what_went_before_is_no_news() -> None:
    assert of("A shell hit the bridge on Monday.")
    assert of("A shell hit the bridge in March 2019.") == []


COLUMN = (
    "Perhaps it is time to ask what a hotline is worth. Of course the generals signed. We should "
    "not pretend that they will answer, and it is tempting to call that folly rather than habit. "
    "If a boat is hit tonight, who would ring? Nobody ought to be proud of it."
)


def test_a_column_is_told_by_how_it_weighs() -> None:
    assert of(COLUMN) == []
