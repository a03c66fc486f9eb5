"""What a parser that is installed beside openline sees in a report, and what stays the rules'."""

from __future__ import annotations

import pytest

from openline.reports.grammar import MOST_PARSED, Grammar, Parses, installed
from openline.reports.reading import read_report
from openline.reports.report import Drafted
from openline.reports.sentences import cut_sentences
from report_scoring import Read, score
from reports_read import assert_no_worse, read_with

HEAD = "ASMARA, 3 June 2024 — "
SETS = tuple(f"dev{n}" for n in ("", *range(2, 13)))
LEARNED = {"dev7", "dev8", "dev9", "dev10", "dev11", "dev12"}


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    found = installed()
    if found is None:
        pytest.skip("the parser of reports is not installed: make grammar")
    return found


def drafted(text: str, grammar: Grammar | None) -> Drafted:
    return read_report(f"{HEAD}{text}\n".encode(), "report", grammar=grammar)


def kinds(text: str, grammar: Grammar | None) -> list[tuple[str, str | None]]:
    return [(each.kind, each.speaker) for each in drafted(text, grammar).drafts]


def test_a_report_says_by_what_it_was_read(grammar: Grammar) -> None:
    text = "The army said two villages were quiet."
    assert drafted(text, None).report.read_by == "rules"
    assert drafted(text, grammar).report.read_by == f"rules and {grammar.name}"


@pytest.mark.parametrize(
    ("text", "kind", "speaker"),
    [
        (
            "By nightfall the crew could see no munitions on the roof, the mayor said.",
            "negative_presence",
            "the mayor",
        ),
        (
            "The deputy commissioner said 300 villagers were moved overnight to a college.",
            "evacuation",
            "The deputy commissioner",
        ),
        (
            "Seventeen lorries of maize meal are held at the bridge, the food agency said.",
            "convoy",
            "the food agency",
        ),
    ],
)
def test_a_claim_is_told_by_what_hangs_on_its_verb(
    grammar: Grammar, text: str, kind: str, speaker: str
) -> None:
    assert (kind, speaker) in kinds(text, grammar)


def test_a_verb_with_a_subject_of_its_own_is_that_ones_word(grammar: Grammar) -> None:
    text = "A drone strayed over the airfield, before the storm; the squadron admits its mistake."
    assert ("acknowledgement", "the squadron") in kinds(text, grammar)


def test_a_name_beside_any_office_speaks(grammar: Grammar) -> None:
    text = 'A "general" of the staff in the town, Ali Musa, told our coordinator that his men left.'
    assert [speaker for _, speaker in kinds(text, grammar)] == ["Ali Musa"]


def test_who_in_an_aside_is_whom_it_stands_beside(grammar: Grammar) -> None:
    text = "I have come from Colonel Borja, who tells me that two helicopters crossed the river."
    assert ("crossing", "Colonel Borja") in kinds(text, grammar)


@pytest.mark.parametrize(
    ("text", "kind", "speaker"),
    [
        ("The crew of a second aircraft, flying behind, backs Sequeira's account.",
         "supporting_account", "The crew of a second aircraft"),
        ("The chief of Bahema Badjere, Antoinette Ndroma, shares their view.",
         "supporting_account", "Antoinette Ndroma"),
        ("A line between the brigades is working again, a statement from the ministry read.",
         "open_line", "the ministry"),
    ],
)  # fmt: skip
def test_a_verb_is_of_saying_beside_some_words_alone(
    grammar: Grammar, text: str, kind: str, speaker: str
) -> None:
    assert (kind, speaker) in kinds(text, grammar)


def test_a_road_that_ran_along_a_river_said_nothing(grammar: Grammar) -> None:
    assert kinds("The road ran along the river.", grammar) == []


def test_whoever_is_warned_did_not_do_what_is_threatened(grammar: Grammar) -> None:
    text = 'Ali Musa warned that the movement would "silence" any gun firing from inside Goma.'
    (draft,) = drafted(text, grammar).drafts
    assert (draft.kind, draft.actor) == ("warning", None)


def test_what_another_hands_on_is_not_the_report_s_own(grammar: Grammar) -> None:
    text = "He went on to charge Indian gunners with shelling the bazaar in Kotli overnight."
    assert kinds(text, None) == [("firing", None)]
    assert kinds(text, grammar) == []


def test_the_object_of_a_verb_did_not_do_it(grammar: Grammar) -> None:
    text = "The mayor said that a column of rebels the army hit on Monday had crossed the river."
    for each in drafted(text, grammar).drafts:
        assert each.target is None or "army" not in each.target


def test_a_thing_is_no_verb_of_saying(grammar: Grammar) -> None:
    text = '"We flew nothing there," said the ministry, calling the Enerhodar claim a provocation.'
    assert all("calling" not in (speaker or "") for _, speaker in kinds(text, grammar))


def test_each_word_hangs_on_the_word_it_belongs_to(grammar: Grammar) -> None:
    (sentence,) = cut_sentences("The army hadn't shelled Al-Hamra's market.", 0)
    parsed = grammar.parse(sentence)
    words = [each.text for each in sentence.words]
    verb = words.index("shelled")
    assert parsed.relations[words.index("army")] == "nsubj"
    assert parsed.heads[words.index("army")] == verb
    assert parsed.relations[words.index("market")] == "dobj"
    assert verb in parsed.negated
    assert len(parsed.heads) == len(words)


def test_beyond_so_many_sentences_the_rules_read_alone(grammar: Grammar) -> None:
    parses = Parses(grammar)
    sentences = [cut_sentences(f"Patrol {n} left.", 0)[0] for n in range(MOST_PARSED + 1)]
    assert all(parses.of(each) is not None for each in sentences[:-1])
    assert parses.of(sentences[-1]) is None
    assert parses.of(sentences[0]) is not None


def test_without_a_parser_nothing_is_parsed() -> None:
    assert Parses(None).of(cut_sentences("The patrol left.", 0)[0]) is None


@pytest.fixture(scope="module")
def read(grammar: Grammar) -> Read:
    return read_with(grammar)


@pytest.mark.long
@pytest.mark.parametrize("half", SETS)
def test_with_a_parser_no_less_is_found_and_none_is_turned_about(read: Read, half: str) -> None:
    figures, plain = score(half, read), score(half, read_with(None))
    assert figures["recall_attributed"] >= plain["recall_attributed"]
    assert figures["precision"] >= (0.88 if half in LEARNED else 0.95)
    assert figures["swapped"] == 0
    assert figures["invented_fixes"] <= 2 * (half in LEARNED)


@pytest.mark.long
@pytest.mark.parametrize(
    ("half", "precision", "recall", "swaps"),
    [("held_out2", 0.94, 0.73, 0), ("held_out3", 0.81, 0.62, 2), ("held_out4", 0.88, 0.69, 0)],
)
def test_with_a_parser_the_sets_that_nobody_looked_at_are_read_no_worse_than_before(
    read: Read, half: str, precision: float, recall: float, swaps: int
) -> None:
    assert_no_worse(half, read, precision, recall, swaps)
