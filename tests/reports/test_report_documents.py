"""Whose paper it is and whose turn it is: mastheads, heads of sections, briefings, transcripts."""

from __future__ import annotations

from openline.reports.reading import read_report
from openline.reports.report import Draft, Drafted

BRIEFING = """Weekly press briefing by the Spokesperson of the Foreign Office, Adnan Tirmizi
Islamabad, Friday, 14 November 2025

SPOKESPERSON: Welcome. On the night of 12 November armed men crossed the border into Kurram.

QUESTION (Far East Wire): Did you fire?

SPOKESPERSON: Let me say that our forces fired artillery from Angoor Adda on Tuesday.
"""
RADIO = """PRESENTER: Good evening. Our correspondent Selam Girmay is in Adigrat. Selam?

GIRMAY: The information minister in Asmara, Yonas Habtemichael, was on air within the hour. No \
soldier has crossed the border, he wrote.

PRESENTER: Thank you.
"""
SITREP = """RELAIS SOINS (RS)
HAITI - SITUATION REPORT No. 17
3 April 2025

ACCESS AND STAFF

Our clinic was hit by three shells on 31 March.
"""


def read(text: str) -> Drafted:
    return read_report(text.encode(), "a report")


def of(text: str) -> list[Draft]:
    return list(read(f"GENEVA, 3 June 2024 — {text}\n").drafts)


def test_a_spokesperson_at_the_head_of_a_paragraph_is_whoever_gives_the_briefing() -> None:
    drafts = read(BRIEFING).drafts
    assert {each.speaker for each in drafts} == {"Adnan Tirmizi"}
    assert {each.speaker_party for each in drafts} == {"Foreign Office"}
    assert [each.kind for each in drafts] == ["crossing", "firing"]


def test_a_briefing_in_the_first_person_is_no_opinion() -> None:
    asked = "QUESTION: Why?\n\nCOMMODORE VILLA: I will tell you what I saw and what I think.\n\n"
    drafted = read(
        "Manila, 16 September 2025\n\n" + asked * 3 + "COMMODORE VILLA: Our ship was rammed.\n\n"
        "COMMODORE VILLA: Two ships fired at our boat on Monday.\n"
    )
    assert "opinion" not in {each.reason for each in drafted.left_out}
    assert drafted.drafts


def test_a_reporter_is_no_speaker_and_he_is_whom_she_names() -> None:
    speakers = {each.speaker for each in read(RADIO).drafts}
    assert speakers == {"Yonas Habtemichael"}


def test_a_paper_is_its_mastheads_and_no_heading_of_a_section() -> None:
    (draft,) = read(SITREP).drafts
    assert draft.speaker == "RELAIS SOINS"
    numbered = SITREP.replace("ACCESS AND STAFF", "3. Staff movements")
    assert [each.speaker for each in read(numbered).drafts] == ["RELAIS SOINS"]


def test_a_minister_brought_in_before_his_name_is_he() -> None:
    drafts = of(
        "An envoy, the former minister Kagiso Molefe, was in the capital today. Soldiers had "
        "crossed the river, he said."
    )
    assert drafts[-1].speaker == "Kagiso Molefe"


def test_what_would_be_tells_nothing() -> None:
    for text in (
        "Were the fighting to reach Uvira, thousands might cross into Burundi.",
        "Had they fired, the wreck might have fallen on the school.",
        "What would happen to the people if the road were cut is not known.",
    ):
        assert of(text) == []


def test_what_nobody_says_of_nothing_known_is_no_draft() -> None:
    report = read(
        "NILE RELIEF — SITUATION REPORT No. 14\n13 May 2024\n\nSITUATION\n\n"
        "The state hosted 86,000 displaced people before the crisis.\n"
    )
    assert report.drafts == ()


def test_what_is_used_against_a_boat_is_no_warning() -> None:
    (draft,) = of("Two coast guard vessels used water cannon against a boat, the mayor said.")
    assert draft.kind != "warning"


def test_an_answer_after_a_semicolon_is_the_papers_own() -> None:
    drafts = of(
        "The authorities in Addis Ababa have announced that they took Tsorona; the announcement "
        "is false from beginning to end."
    )
    assert all(each.speaker is None for each in drafts if each.kind == "denial")


def test_what_was_pledged_before_is_background() -> None:
    drafts = of(
        "Fighters opened fire on a border post, officials said, hours after the two sides had "
        "pledged to keep to a truce."
    )
    assert {each.speaker for each in drafts} == {"officials"}


def test_an_undertaking_received_is_its_givers() -> None:
    (draft,) = of(
        "The coordinator has received a written undertaking from the militia that the warehouses "
        "will not be entered."
    )
    assert (draft.kind, draft.speaker) == ("assurance", "the militia")


def test_a_town_that_has_fallen_did_nothing() -> None:
    (draft,) = of("The rebels said on Monday that the junction had fallen.")
    assert (draft.kind, draft.actor, draft.target) == ("capture", None, "the junction")


def test_a_convoy_that_was_turned_back_is_what_it_was_done_to() -> None:
    (draft,) = of("A convoy of six trucks left Bukavu and was turned back at Nyabibwe by soldiers.")
    assert (draft.kind, draft.actor) == ("convoy", None)
    assert (draft.target or "").startswith("A convoy")


def test_whoever_turned_a_convoy_back_is_not_the_convoy() -> None:
    (draft,) = of(
        "It is not true that Nepal turned back an Indian Army relief column at Birgunj, a ministry "
        "spokeswoman said."
    )
    assert (draft.kind, draft.target) == ("denial", "an Indian Army relief column")


def test_barges_that_sailed_were_not_done_anything_to() -> None:
    (draft,) = of("A convoy of six barges with food sailed from Bor for Malakal on 15 March.")
    assert (draft.kind, draft.actor) == ("convoy", "A convoy of six barges")


def test_one_of_them_is_who_stands_beside_it() -> None:
    (draft,) = of("One of them, a cook from Tibu, said soldiers had shelled the yard.")
    assert draft.speaker == "a cook from Tibu"


def test_nothing_is_crossed_by_going_over_lists() -> None:
    drafts = of("The two commissioners went over lists of prisoners, the ministry said.")
    assert "crossing" not in {each.kind for each in drafts}


def test_the_only_paragraph_is_no_heading_though_it_has_no_full_stop() -> None:
    (draft,) = read_report(b"Rebels shelled the market in Homs, the army said", "a line").drafts
    assert (draft.kind, draft.speaker) == ("firing", "the army")


def test_a_spokesman_named_once_beside_his_tag_is_he_from_then_on() -> None:
    text = """Transcript excerpt, afternoon briefing, 13 June 2024

SPOKESMAN (Commander Dale Hart): Our forces destroyed two radar sites near Salif last night.

QUESTION: Anything else?

SPOKESMAN: We saw no vehicles within two miles of either site.
"""
    assert {each.speaker for each in read(text).drafts} == {"Commander Dale Hart"}


def test_what_an_earlier_bulletin_stated_is_told_to_be_corrected() -> None:
    (draft,) = of(
        "An earlier bulletin stated that a helicopter had crashed near Sialkot: it landed there."
    )
    assert (draft.kind, draft.speaker) == ("correction", None)


def test_a_similar_account_bears_out_another() -> None:
    (draft,) = of("An official gave a similar account, saying seven had been treated for burns.")
    assert draft.kind == "supporting_account"


def test_this_is_nobodys_party() -> None:
    (draft,) = of("“This was our hospital and they shelled it,” its director, Ines Vidal, said.")
    assert draft.speaker_party != "This"


def test_a_region_at_the_head_issues_nothing() -> None:
    text = """SITREP 11 - TILLABÉRI REGION
Relief Sans Borne, Niamey, 17 February 2026

1. We are moving our own staff out of Banibangou today, on two vehicles, through Ouallam.
"""
    assert all("REGION" not in (each.speaker or "") for each in read(text).drafts)


def test_whoever_guarantees_something_until_a_day_is_not_the_day() -> None:
    (draft,) = of(
        "Safe passage of merchant ships off Yevpatoria is guaranteed by the Fleet until May."
    )
    assert (draft.kind, draft.speaker) == ("assurance", "the Fleet")
