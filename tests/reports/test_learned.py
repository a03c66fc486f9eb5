"""What was learned from labelled reports, and the model of language that it rests on."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openline.reports.encoder import MOST_TOKENS, Encoder, load_encoder
from openline.reports.grammar import installed as installed_grammar
from openline.reports.learned import NO_EVENT, NOTHING, Learned, Table, features_of, installed
from openline.reports.lexicon import Event, Stance
from openline.reports.making import Made
from openline.reports.reading import read_report
from report_scoring import score
from reports_read import assert_no_worse, read_with

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
CASE = Path(__file__).parent / "case" / "2017-09-18.txt"
TAUGHT = 0.85
"""How much of a file of passages they have right after learning from it (0.86)."""
DAY = date(2024, 5, 6)
ABSENT = "the model of language that reads reports is not installed: make grammar"
TUNED = ("dev", "dev2", "dev3", "dev4", "dev5", "dev6")
LEARNED_FROM = ("dev7", "dev8", "dev9", "dev10", "dev11", "dev12", "dev13", "dev14")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = load_encoder()
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest.fixture(scope="module")
def learned() -> Learned:
    found = installed()
    if found is None or installed_grammar() is None:
        pytest.skip(ABSENT)
    return found


@pytest.fixture(scope="module")
def script(learned: Learned) -> Any:
    sys.path.insert(0, str(SCRIPTS))
    try:
        import learn_kinds
    finally:
        sys.path.remove(str(SCRIPTS))
    return learn_kinds


def kinds(text: str, learned: Learned | None) -> list[str]:
    data = f"A heading\n\nGOMA, 6 May 2024 (Wire) - {text}\n\nIt rained.\n".encode()
    return [each.kind for each in read_report(data, "r", DAY, learned=learned).drafts]


def test_the_numbers_of_a_text_are_those_of_the_model_s_makers(encoder: Encoder) -> None:
    """Held against the same weights run by torch and transformers: the first of either half."""
    numbers = encoder.numbers(
        "Syrian government troops crossed to the eastern bank of the Euphrates near Deir ez-Zor "
        "on Monday."
    )
    assert numbers.shape == (768,)
    assert numbers[:3] == pytest.approx([0.01426, 0.03740, -0.03108], abs=2e-4)
    assert numbers[384:387] == pytest.approx([0.01176, 0.01139, -0.06296], abs=2e-4)


def test_texts_that_say_the_like_are_near_each_other(encoder: Encoder) -> None:
    said = encoder.numbers("His soldiers had fired on the village by mistake.")
    like = encoder.numbers("Our men shelled the hamlet in error.")
    other = encoder.numbers("The two foreign ministers will meet in Geneva on Friday.")
    assert said @ like > said @ other


def test_of_a_long_text_the_beginning_is_read(encoder: Encoder) -> None:
    text = "boat " * (MOST_TOKENS + 10)
    assert np.array_equal(encoder.numbers(text), encoder.numbers(text + "army"))
    assert not np.array_equal(encoder.numbers("boat"), encoder.numbers("boat army"))


def test_an_empty_text_has_numbers_too(encoder: Encoder) -> None:
    assert np.isfinite(encoder.numbers("")).all()


def test_a_table_gives_likelihoods_that_sum_to_one() -> None:
    table = Table(("a", "b"), np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]))
    likely = table.likely(np.array([2.0, 1.0], dtype=np.float32))
    assert sum(likely.values()) == pytest.approx(1)
    assert likely["a"] / likely["b"] == pytest.approx(np.exp(2.5 - 1))


def test_features_tell_the_stance_and_whether_anybody_speaks(encoder: Encoder) -> None:
    seen = {
        tuple(features_of(encoder, "They crossed.", stance, named=named))
        for stance in (None, *Stance)
        for named in (True, False)
    }
    assert len(seen) == 2 * (len(Stance) + 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The ministry said its thoughts were with the bereaved and it asked pardon.", "regret"),
        ("A spokesman said his men had let off a few rounds at looters.", "firing"),
        ("The mayor said the rebels were now masters of the town hall.", "capture"),
    ],
)
def test_what_the_rules_have_no_words_for_is_known_by_its_like(
    learned: Learned, text: str, kind: str
) -> None:
    assert kinds(text, None) == ["claim"]
    assert kinds(text, learned) == [kind]


def test_what_only_tells_when_is_not_what_happened(learned: Learned, encoder: Encoder) -> None:
    text = "The monitors said that two days after the strike, troops were about 5 km from Khusham."
    assert kinds(text, learned) == ["claim"]
    said = "troops were about 5 km from Khusham"
    dated, plain = (
        features_of(encoder, each, Stance.SAY, named=True)
        for each in (f"two days after the strike, {said}", said)
    )
    assert np.array_equal(dated, plain)


def test_the_case_is_read_with_the_models_as_it_is_by_the_rules(learned: Learned) -> None:
    def drafted(**models: Any) -> list[tuple[str, str | None, str | None]]:
        drafts = read_report(CASE.read_bytes(), CASE.name, **models).drafts
        return [(each.kind, each.speaker_party, each.place) for each in drafts]

    assert drafted(grammar=installed_grammar(), learned=learned) == drafted()


def test_what_is_nothing_but_talk_is_no_draft(learned: Learned) -> None:
    text = "The general said history would judge those who had built the bridge."
    assert kinds(text, None) == ["claim"]
    assert kinds(text, learned) == []


@pytest.mark.parametrize(
    ("verb", "kind"), [("denied", "denial"), ("accused the army of it and said", "claim")]
)
def test_where_the_verb_tells_the_kind_the_rules_keep_it(
    learned: Learned, verb: str, kind: str
) -> None:
    stance = Stance.DENY if kind == "denial" else Stance.ACCUSE
    made = Made(kind, None, None, None, None, None, None, "", "")
    assert learned.kind(made, f"The mayor {verb} people had walked out.", stance) == kind


def test_a_report_says_that_it_was_read_by_what_was_learned(learned: Learned) -> None:
    drafted = read_report(b"The army said it had crossed.", "r", learned=learned)
    assert drafted.report.read_by == f"rules and {learned.name}"


def test_it_learns_from_no_set_that_is_held_out(script: Any) -> None:
    assert set(script.SETS) == {*TUNED, *LEARNED_FROM}
    assert not any("held" in each.name for each in (script.REPORTS / "passages").iterdir())


def test_a_fit_tells_apart_what_can_be_told_apart(script: Any) -> None:
    features = np.repeat(np.eye(3), 8, axis=0)
    names, weights = script.fit(features, [*"aaaaaaaabbbbbbbbcccccccc"])
    table = Table(tuple(names), weights)
    for at, name in enumerate("abc"):
        likely = table.likely(np.eye(3, dtype=np.float32)[at])
        assert max(likely, key=lambda each: likely[each]) == name


def test_the_tables_name_kinds_and_events_and_nothing_else(learned: Learned) -> None:
    features = np.zeros(learned.kinds.width, dtype=np.float32)
    assert set(learned.events.likely(features)) == {*Event, NO_EVENT, NOTHING}
    assert NOTHING in learned.kinds.likely(features)


@pytest.mark.long
def test_the_tables_know_what_they_were_taught(
    script: Any, learned: Learned, encoder: Encoder
) -> None:
    """Stale tables, or those of other features, know less: learn them anew and commit them."""
    told = list(script.from_passages(script.REPORTS / "passages" / "p1.jsonl"))
    right = 0
    for each in told:
        row = features_of(encoder, each.text, each.stance, named=each.named)
        likely = learned.kinds.likely(row)
        right += max(likely, key=likely.__getitem__) == each.kind
    assert right >= TAUGHT * len(told)


@pytest.mark.long
@pytest.mark.parametrize("half", [*TUNED, *LEARNED_FROM])
def test_with_what_was_learned_more_is_found_and_none_is_turned_about(
    learned: Learned, half: str
) -> None:
    figures = score(half, read_with(installed_grammar(), learned))
    least = (0.95, 0.85) if half in TUNED else (0.89, 0.7)
    assert figures["precision"] >= least[0]
    assert figures["recall_attributed"] >= least[1]
    assert figures["swapped"] == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("half", "precision", "recall", "swaps"),
    [("held_out2", 0.95, 0.78, 0), ("held_out3", 0.84, 0.66, 2), ("held_out4", 0.9, 0.69, 0)],
)
def test_with_what_was_learned_the_sets_that_nobody_looked_at_are_read_no_worse_than_before(
    learned: Learned, half: str, precision: float, recall: float, swaps: int
) -> None:
    assert_no_worse(half, read_with(installed_grammar(), learned), precision, recall, swaps)
