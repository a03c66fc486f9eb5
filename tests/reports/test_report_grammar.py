"""Who speaks in the ways of saying that reports use beside `said`."""

from __future__ import annotations

from datetime import date

import pytest

from openline.reports.reading import read_report
from openline.reports.report import Draft


def of(text: str) -> list[Draft]:
    return list(read_report(text.encode(), "a report", date(2017, 9, 18)).drafts)


@pytest.mark.parametrize(
    ("text", "kind", "speaker"),
    [
        ("The army brushed the charge aside: no bridge was hit.", "denial", "The army"),
        ("The ministry scoffed at the report.", "denial", "The ministry"),
        ("The ministry called the report a fabrication.", "denial", "The ministry"),
        ("The army was quick to reject the claim.", "denial", "The army"),
        ("The office issued a statement denying that talks were held.", "denial", "The office"),
        ("The mayor held the army responsible for the blast.", "claim", "The mayor"),
        ("The agency set the record straight: two were hurt.", "correction", "The agency"),
        ("The council took back its figure of nine dead.", "correction", "The council"),
        ("The company owned up: its drone was there.", "acknowledgement", "The company"),
        ("The army gave its word that trucks would pass.", "assurance", "The army"),
        ("The ministry served notice that ships may be turned back.", "warning", "The ministry"),
        ("The patrol found no trace of the drone.", "negative_presence", "The patrol"),
        ("No men were seen by the patrol.", "negative_presence", "the patrol"),
        ("By the council's count, nine people were hurt.", "claim", "the council"),
        ("Nine people were hurt, per the council.", "claim", "the council"),
        ("Nine people were hurt, by the account of the nurses.", "claim", "the nurses"),
        ("The bridge was hit, residents recall.", "strike", "residents"),
        ("The bridge was hit, the mayor growled.", "strike", "the mayor"),
        ("The army was alleging that the bridge was hit.", "claim", "The army"),
        ("The ministry's bulletin said the bridge was hit.", "strike", "The ministry"),
        ("The town hospital: nine people were hurt on Sunday.", "claim", "The town hospital"),
        ("An attack blamed by the army on rebels cut the road.", "claim", "the army"),
        ("The UN mission called for a ceasefire in the town.", "claim", "The UN mission"),
        ("The WHO said the town was quiet.", "claim", "The WHO"),
        ("The army on Monday denied that it hit the bridge.", "denial", "The army"),
        ("The army this morning denied that it hit the bridge.", "denial", "The army"),
        ("The mayor opened by confirming that the bridge was hit.", "strike", "The mayor"),
        ("Asked of it, the mayor was blunt: “They struck the bridge.”", "strike", "the mayor"),
        (
            "In Tripoli a spokesman for the navy, Ali Amin, said jets struck a ship.",
            "strike",
            "Ali Amin",
        ),
        (
            "Ali Amin, who flew the plane, put it at two and said jets struck a ship.",
            "strike",
            "Ali Amin",
        ),
        ("A patrol, complained the mayor, had crossed the line.", "crossing", "the mayor"),
        (
            "That night, said Ali Amin, a deputy head of the guard, tanks crossed the river.",
            "crossing",
            "Ali Amin",
        ),
        ("Since Thursday a hotline has been open, the mayor said.", "open_line", "the mayor"),
        ("The manager, Ali Amin, is telling people to stay off the bank.", "warning", "Ali Amin"),
        ("The bridge was hit, people sheltering at school told us.", "strike", "people"),
        (
            "The army has promised in writing that it will pass, its officer said.",
            "assurance",
            "its officer",
        ),
        ("The agency regrets having said the bridge was hit.", "correction", "The agency"),
        (
            "Rebels hit the bridge, its mayor, Ali Amin, charged late on Monday.",
            "claim",
            "Ali Amin",
        ),
        ("The army shot back that rebels had struck the bridge.", "strike", "The army"),
        ("The army ruled out that the drone was one of its own.", "denial", "The army"),
        ("The head of the team, Ali Amin, would have none of it.", "denial", "Ali Amin"),
        ("The army said the families were brought by bus to Vardenis.", "evacuation", "The army"),
        (
            "The mission told us it had moved 300 displaced people to Goma by truck.",
            "evacuation",
            "The mission",
        ),
        (
            "The envoy said they met to discuss reopening three border crossings.",
            "claim",
            "The envoy",
        ),
        (
            "Guerrillas declared a truce, said Ali Amin, their officer, in a message.",
            "claim",
            "Ali Amin",
        ),
        ("Not so, countered the envoy, Ali Amin, on leaving.", "denial", "Ali Amin"),
        ("The bridge was hit, the B.C. Fire Service says.", "strike", "the B.C. Fire Service"),
    ],
)
def test_whoever_says_it_in_other_words_is_the_speaker(text: str, kind: str, speaker: str) -> None:
    (draft,) = of(text)
    assert (draft.kind, draft.speaker) == (kind, speaker)


@pytest.mark.parametrize(
    "text",
    [
        "The men, accused of shelling the town, were held.",
        "The mayor, told that the bridge was hit, wept.",
        "The rebels, whose leaders say they want to honour past promises, met at home.",
    ],
)
def test_what_is_said_of_somebody_by_the_way_is_nobodys_word(text: str) -> None:
    assert all(each.speaker is None for each in of(text))


def test_two_verbs_of_several_people_are_two_statements() -> None:
    denial, claim = of("Officials deny that it was hit and state that rebels shelled the town.")
    assert (denial.kind, denial.speaker) == ("denial", "Officials")
    assert (claim.kind, claim.speaker, claim.actor) == ("firing", "Officials", "rebels")


def test_whom_somebody_blames_is_the_accused() -> None:
    for text in (
        "An attack blamed by the army on rebels cut the road.",
        "The army held rebels responsible for the attack.",
    ):
        (draft,) = of(text)
        assert (draft.speaker or "").lower() == "the army"
        assert draft.actor == "rebels"


def test_what_is_denied_after_which_is_denied_by_whoever_stands_there() -> None:
    claim, denial = of("Rebels said the army had shelled the port, which the army denied.")
    assert (claim.speaker, claim.actor) == ("Rebels", "the army")
    assert (denial.kind, denial.speaker) == ("denial", "the army")


@pytest.mark.parametrize(
    "text",
    [
        "The ministry neither confirmed nor denied the report.",
        "The ministry declined to comment.",
        "They deny it.",
    ],
)
def test_who_says_nothing_is_no_speaker(text: str) -> None:
    assert of(text) == []


def test_a_pronoun_that_denies_what_was_just_said_is_not_given_to_who_said_it() -> None:
    drafts = of(
        "Rebels say the army bombed a school. The army says the rebels did it. They deny it."
    )
    assert [each.speaker for each in drafts] == ["Rebels", "The army"]


def test_two_events_of_one_subject_are_two_drafts_each_with_its_place() -> None:
    crossing, capture = of("The ministry said rebels crossed the river and took the village.")
    assert (crossing.kind, crossing.actor, crossing.place) == ("crossing", "rebels", "the river")
    assert (capture.kind, capture.actor, capture.place) == ("capture", "rebels", "the village")


def test_what_another_subject_did_is_not_given_to_the_first() -> None:
    drafts = of("The ministry said rebels shelled the market and residents crossed the river.")
    assert not any(each.kind == "crossing" and each.actor == "rebels" for each in drafts)


def test_a_distance_without_a_comma_belongs_to_the_place_and_not_to_who_was_hit() -> None:
    (draft,) = of("The ministry accused the army of shelling a convoy 12 km south of Hama.")
    assert draft.target == "a convoy"
    assert draft.place == "12 km south of Hama"
    assert draft.lat == pytest.approx(35.132 - 12 / 111.2, abs=0.01)


def test_what_is_called_for_has_not_happened() -> None:
    assert {each.kind for each in of("The UN mission called for a ceasefire.")} == {"claim"}
    assert {each.kind for each in of("The mayor urged residents to stay indoors.")} == {"warning"}


def test_a_bulletin_speaks_for_its_issuer_and_a_wire_report_does_not() -> None:
    said = "Two soldiers were wounded as a result of this on Sunday."
    bulletin = of(f"MINISTRY OF DEFENCE\n\nPRESS RELEASE\n\n{said}\n")
    assert [(each.kind, each.speaker) for each in bulletin] == [("claim", None)]
    assert of(f"Border town under fire\n\n{said}\n") == []


def test_a_report_that_is_cut_off_leaves_its_last_words_out() -> None:
    text = "The mayor said the bridge was hit.\n\nThe mayor, who spoke by telephone from a village"
    text += " that he had asked us not to name here"
    text += ", and whom we reached late on Sunday, said that lorries were to leave on"
    drafted = read_report(text.encode(), "a report")
    assert [each.sentence for each in drafted.drafts] == ["The mayor said the bridge was hit."]
    assert "cut-off text" in {each.reason for each in drafted.left_out}


def test_somebody_brought_in_is_who_he_is_in_the_next_sentence() -> None:
    text = "I spoke to Major Li Guo, who runs the liaison office. He says the bridge was hit."
    (draft,) = of(text)
    assert draft.speaker == "Major Li Guo"
