"""Who a speaker is, and for whom, told by the head of a report, a pronoun or an office."""

from __future__ import annotations

from datetime import date

import pytest

from openline.reports.reading import read_report
from openline.reports.report import Draft


def of(text: str) -> list[Draft]:
    return list(read_report(text.encode(), "a report", date(2023, 9, 27)).drafts)


def test_a_spokesman_named_in_the_head_speaks_for_whoever_gives_the_briefing() -> None:
    said, added = of(
        "Press briefing of the border protection force\n\n"
        "27 September 2023. Spokesman: Colonel Ali Amin\n\n"
        "Colonel Amin said tanks had crossed the line on Monday. The spokesman pointed out that "
        "a patrol had been shelled."
    )
    for each in (said, added):
        assert (each.speaker, each.speaker_party) == ("Colonel Ali Amin", "border protection force")


def test_a_name_above_a_situation_report_is_whose_report_it_is() -> None:
    (draft,) = of(
        "Caravane Santé\n\nSituation report no. 14: Ménaka region\n\nPopulation movements\n\n"
        "Our nurses counted 61 wounded people in the town on Monday."
    )
    assert draft.speaker_party == "Caravane Santé"


@pytest.mark.parametrize(("pronoun", "speaker"), [("He", "Ali Amin"), ("She", "Ana Berg")])
def test_an_office_tells_who_he_is_and_who_she_is(pronoun: str, speaker: str) -> None:
    drafts = of(
        "Ana Berg, a spokeswoman for the council, said the bridge was hit on Monday. Ali Amin, a "
        "spokesman for the army, said rebels had shelled the town. "
        f"{pronoun} accused the guard of crossing the line."
    )
    assert drafts[-1].speaker == speaker


def test_whoever_speaks_beside_his_own_side_speaks_for_it() -> None:
    denial, account = of(
        "Rwanda dismissed the allegation as baseless, with its spokeswoman, Ana Berg, telling "
        "reporters that rebels had shelled the town."
    )
    assert (denial.kind, denial.speaker) == ("denial", "Rwanda")
    assert (account.speaker, account.speaker_party) == ("Ana Berg", "Rwanda")


@pytest.mark.parametrize(
    ("phrase", "party"),
    [
        ("Ukraine's grid operator", "Ukraine's grid operator"),
        ("The army's sector commander, Ali Amin,", "army"),
        ("A UN monitor", "UN"),
        ("The charity's head of operations, Ana Berg,", "charity"),
        ("Ana Berg, head of operations,", None),
    ],
)
def test_an_office_is_of_the_body_that_owns_it(phrase: str, party: str | None) -> None:
    (draft,) = of(f"{phrase} said a drone had hit the bridge.")
    assert draft.speaker_party == party


def test_according_to_her_is_her_word() -> None:
    drafts = of(
        "Elena Popa, a spokeswoman for the port, said a ship was hit on Monday. According to her, "
        "a missile struck the pier."
    )
    assert [each.speaker for each in drafts] == ["Elena Popa", "Elena Popa"]


def test_the_spokesman_of_a_bulletin_denies_for_whoever_issued_it() -> None:
    (draft,) = of(
        "MINISTRY OF DEFENCE OF THAILAND\n\nPress statement no. 7\n\n"
        "No Thai aircraft has bombed any temple, the spokesman, General Ali Amin, stated."
    )
    assert (draft.kind, draft.speaker_party) == ("denial", "MINISTRY OF DEFENCE OF THAILAND")


@pytest.mark.parametrize(
    ("text", "place", "has_fix"),
    [
        ("Rebels shelled the outskirts of Al Fasher on 31 May.", "Al Fasher", True),
        ("Cambodian troops fired on a Thai post near Ta Muen Thom.", None, False),
        ("Ali Amin said a convoy is due to leave Mykolaiv on Friday.", "Mykolaiv", None),
    ],
)
def test_a_people_is_no_town_and_a_day_no_part_of_a_place(
    text: str, place: str | None, has_fix: bool | None
) -> None:
    (draft,) = of(text)
    assert place is None or draft.place == place
    assert has_fix is None or (draft.lat is not None) is has_fix


def test_what_begins_a_sentence_by_its_name_is_done_to_nobody_named() -> None:
    (draft,) = of("Shelling resumed in Al Fasher on 31 May, the mayor said.")
    assert (draft.kind, draft.actor, draft.target) == ("firing", None, None)


def test_whoever_declines_to_say_may_be_he_in_the_next_sentence() -> None:
    drafts = of(
        "Secretary of State Max Rubin said the army had shelled the town. The ministry said planes "
        "were lost; how many, Air Marshal A. K. Singh declined to say. He conceded that a drone "
        "had crossed the line."
    )
    assert (drafts[0].speaker, drafts[0].speaker_party) == ("Secretary Max Rubin", None)
    assert "Singh" in (drafts[-1].speaker or "")


def test_a_dateline_in_small_letters_is_no_place_of_the_event() -> None:
    (draft,) = of(
        "Addis Ababa, 9 October 2023 (Horn Wire) — Delegations from Khartoum and Juba sat down "
        "again on Monday, mediators from the African Union said."
    )
    assert (draft.kind, draft.lat) == ("talks", None)
    assert not draft.sentence.startswith("Addis")


def test_what_another_has_just_said_of_us_is_denied_by_saying_we_have_not() -> None:
    drafts = of('The rebels said they had taken the post. "We have not lost it," said Major Amin.')
    assert [each.kind for each in drafts] == ["capture", "denial"]


def test_a_line_between_commanders_is_at_no_place() -> None:
    (draft,) = of("Ali Amin said a telephone link between their border commanders was tested.")
    assert (draft.kind, draft.place) == ("open_line", None)


def test_what_is_called_a_lie_is_denied_by_whoever_calls_it_so() -> None:
    drafts = of("The army said rebels shelled the town, a claim that Valbuena called a lie.")
    assert all("claim" not in (each.speaker or "") for each in drafts)


def test_a_thing_bears_nobody_out_in_its_own_words() -> None:
    drafts = of(
        "The ministry said rebels shelled the town. Objective monitoring bears this out, it said."
    )
    assert {each.speaker for each in drafts} == {"The ministry"}


def test_the_same_morning_is_no_part_of_a_place() -> None:
    (draft,) = of("The mayor said rebels shelled a post in Las Navas the same morning.")
    assert (draft.place or "").endswith("Las Navas")


def test_what_one_is_accused_of_first_is_not_what_he_then_says() -> None:
    (draft,) = of("Accused by Kyiv of striking a school, Moscow said Ukrainian rockets had hit it.")
    assert (draft.speaker, draft.actor) == ("Moscow", "Ukrainian rockets")


def test_the_group_is_the_one_body_that_was_named_without_its_kind() -> None:
    drafts = of("Oxfam said a school was shelled in Goma. The organisation said two were hurt.")
    assert {each.speaker_party for each in drafts} == {"Oxfam"}
    drafts = of("M23 said it was shelled. ELN denied it. The group said two were hurt.")
    assert drafts[-1].speaker_party == "group"
