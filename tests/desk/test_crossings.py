"""The eighteenth of September: West Force at the river, within the errors of everything told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desk_harness import Desk, contents, river_desk
from ground_harness import agree, separation_line, state_edge
from openline.desk.state import digest_of
from openline.domain.cadence import CadenceSet, WhyCadence
from openline.domain.crossing import Crossed
from openline.domain.delivery import DeliveryOwed, SubjectKind
from openline.domain.edge import CrossingFound, CrossingStated
from openline.domain.errors import NotPermitted, UnknownThing
from openline.domain.measure import AmendmentDrafted, MeasureSuspended
from openline.domain.rules import Precedence
from openline.domain.statement import facts_of

EIGHTEENTH = datetime(2017, 9, 18, 9, 0, tzinfo=UTC)
EUPHRATES = (
    (40.0961, 35.4071),
    (40.1093, 35.3953),
    (40.1018, 35.3699),
    (40.1347, 35.3601),
    (40.1433, 35.3562),
    (40.1485, 35.3504),
    (40.1607, 35.3326),
    (40.1672, 35.3289),
    (40.1702, 35.3266),
    (40.2026, 35.3181),
    (40.2083, 35.3184),
    (40.2184, 35.3122),
    (40.2267, 35.3089),
    (40.2319, 35.3028),
    (40.232, 35.2879),
    (40.2608, 35.3054),
    (40.2669, 35.3078),
    (40.2717, 35.2989),
)
"""The river past Deir ez-Zor, downstream: Natural Earth, public domain, about 1 km true."""
MARRAT = (40.212, 35.326)
"""West Force's edge on the 18th, from a village placed to within 2.5 km."""
EAST_ON_18TH = (40.223, 35.37)


def eighteenth() -> Desk:
    """SEP-1 in force and East Force's edge stated, on the morning of the 18th."""
    desk = river_desk(at=EIGHTEENTH - timedelta(hours=1))
    agree(desk, separation_line(path=EUPHRATES))
    state_edge(desk, "EAST", EAST_ON_18TH, accuracy_m=1_000.0)
    return desk


def west_at_marrat(desk: Desk, accuracy_m: float = 2_500.0) -> list[CrossingFound]:
    return contents(
        state_edge(desk, "WEST", MARRAT, at=EIGHTEENTH, accuracy_m=accuracy_m), CrossingFound
    )


def test_within_the_errors_a_party_only_may_have_crossed() -> None:
    (found,) = west_at_marrat(eighteenth())

    assert found.answer is Crossed.MAY_HAVE_CROSSED
    assert found.on_own_word is False
    assert found.body is not None
    assert 800.0 < found.body.beyond_m < 1_100.0
    assert found.body.error_m == 3_500.0


def test_who_may_have_crossed_is_asked_first_and_nobody_else_is_told() -> None:
    desk = eighteenth()

    said = state_edge(desk, "WEST", MARRAT, at=EIGHTEENTH, accuracy_m=2_500.0)

    (found,) = [each for each in said if isinstance(each.content, CrossingFound)]
    (question,) = contents(said, DeliveryOwed)
    assert found.readers == ("WEST",)
    assert question.delivery.recipient == "WEST"
    assert question.delivery.subject_kind is SubjectKind.CROSSING
    assert question.delivery.precedence is Precedence.IMMEDIATE
    assert contents(said, AmendmentDrafted) == []


def test_its_own_word_turns_may_have_crossed_into_crossed_for_all_who_agreed() -> None:
    desk = eighteenth()
    west_at_marrat(desk)

    said = desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    (found,) = [each for each in said if isinstance(each.content, CrossingFound)]
    assert found.content.answer is Crossed.CROSSED
    assert found.content.on_own_word is True
    assert found.readers == said[0].readers == ("EAST", "EASTB", "WEST", "WESTB")
    assert "body" not in facts_of(found.content)


def test_its_own_word_answers_the_question_it_was_owed() -> None:
    desk = eighteenth()
    west_at_marrat(desk)

    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    asked = [
        each for each in desk.state.deliveries.values() if each.subject_kind is SubjectKind.CROSSING
    ]
    assert [each.ended_at is not None for each in asked] == [True]


def test_a_crossing_drafts_one_request_to_amend_for_all_its_parties_to_sign() -> None:
    desk = eighteenth()
    west_at_marrat(desk)

    said = desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    parties = ("EAST", "WEST", "EASTB", "WESTB")
    assert contents(said, AmendmentDrafted) == [
        AmendmentDrafted(measure="SEP-1", version=1, next_version=2, parties=parties)
    ]
    assert {each.delivery.recipient for each in contents(said, DeliveryOwed)} == set(parties)


def test_no_second_request_is_drafted_while_the_first_stands_or_an_amendment_is_proposed() -> None:
    crossed_twice = eighteenth()
    west_at_marrat(crossed_twice)
    crossed_twice.say("WEST", CrossingStated(measure="SEP-1", crossed=True))
    crossed_twice.say("EAST", CrossingStated(measure="SEP-1", crossed=True))
    proposed = eighteenth()
    proposed.say("EAST", separation_line(2, path=EUPHRATES))
    proposed.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    assert len(crossed_twice.all_of(AmendmentDrafted)) == 1
    assert proposed.all_of(AmendmentDrafted) == []


def test_beyond_the_errors_it_has_crossed_and_is_asked_all_the_same() -> None:
    desk = eighteenth()

    said = state_edge(desk, "WEST", (40.212, 35.36), at=EIGHTEENTH, accuracy_m=500.0)

    (found,) = contents(said, CrossingFound)
    asked = [
        each.delivery
        for each in contents(said, DeliveryOwed)
        if each.delivery.subject_kind is SubjectKind.CROSSING
    ]
    assert found.answer is Crossed.CROSSED
    assert [each.recipient for each in asked] == ["WEST"]
    assert len(contents(said, AmendmentDrafted)) == 1


def test_a_crossing_makes_contact_due_at_its_most_often_however_far_apart_they_are() -> None:
    desk = river_desk(at=EIGHTEENTH - timedelta(hours=1))
    agree(desk, separation_line(path=EUPHRATES))
    state_edge(desk, "EAST", (40.6, 36.0))

    said = state_edge(desk, "WEST", MARRAT, at=EIGHTEENTH, accuracy_m=2_500.0)

    assert [(each.band, each.why) for each in contents(said, CadenceSet)] == [
        (0, WhyCadence.CROSSING)
    ]


def test_a_party_that_says_it_has_crossed_before_any_edge_tightens_contact_too() -> None:
    desk = river_desk(at=EIGHTEENTH)
    agree(desk, separation_line(path=EUPHRATES))

    said = desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    assert [(each.band, each.why) for each in contents(said, CadenceSet)] == [
        (0, WhyCadence.CROSSING)
    ]


def test_the_same_answer_is_found_once_and_its_own_word_holds_within_the_errors() -> None:
    desk = eighteenth()
    west_at_marrat(desk)
    again = contents(state_edge(desk, "WEST", (40.213, 35.326), accuracy_m=2_500.0), CrossingFound)
    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    within = contents(state_edge(desk, "WEST", MARRAT, accuracy_m=2_500.0), CrossingFound)

    assert again == []
    assert within == []
    assert desk.state.crossings["SEP-1|WEST"].answer is Crossed.CROSSED


def test_who_said_that_it_had_not_crossed_is_asked_again_when_it_reports_anew() -> None:
    desk = eighteenth()
    west_at_marrat(desk)
    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=False))

    anew = contents(state_edge(desk, "WEST", (40.213, 35.326), accuracy_m=2_500.0), CrossingFound)

    assert [(each.answer, each.on_own_word) for each in anew] == [(Crossed.MAY_HAVE_CROSSED, False)]


def test_a_party_that_goes_back_beyond_the_errors_is_found_not_to_have_crossed() -> None:
    desk = eighteenth()
    west_at_marrat(desk)
    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    back = contents(state_edge(desk, "WEST", (40.14, 35.25), accuracy_m=500.0), CrossingFound)

    assert [each.answer for each in back] == [Crossed.NOT_CROSSED]


def test_an_edge_on_its_own_side_is_no_finding() -> None:
    desk = eighteenth()

    said = state_edge(desk, "WEST", (40.14, 35.25), at=EIGHTEENTH, accuracy_m=500.0)

    assert contents(said, CrossingFound) == []


def test_a_line_that_comes_into_force_is_held_against_the_edges_already_stated() -> None:
    desk = river_desk(at=EIGHTEENTH)
    state_edge(desk, "WEST", MARRAT, accuracy_m=2_500.0)

    last = agree(desk, separation_line(path=EUPHRATES))

    assert [each.answer for each in contents(last, CrossingFound)] == [Crossed.MAY_HAVE_CROSSED]


def test_a_new_version_of_the_line_settles_the_crossing_of_the_old() -> None:
    desk = eighteenth()
    west_at_marrat(desk)
    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))
    state_edge(desk, "EAST", (40.3, 35.6))
    moved = tuple((lon, lat + 0.09) for lon, lat in EUPHRATES)

    last = agree(desk, replace(separation_line(2), body=separation_line(path=moved).body))

    assert [(each.version, each.answer) for each in contents(last, CrossingFound)] == [
        (2, Crossed.NOT_CROSSED)
    ]


def test_nobody_is_across_a_line_that_does_not_hold() -> None:
    desk = eighteenth()
    west_at_marrat(desk)

    desk.say("EAST", MeasureSuspended(measure="SEP-1", version=1))

    assert desk.state.crossings == {}


def test_only_a_force_with_a_side_of_a_line_in_force_speaks_of_crossing_it() -> None:
    desk = eighteenth()

    with pytest.raises(UnknownThing, match="no line in force"):
        desk.say("WEST", CrossingStated(measure="SEP-9", crossed=True))
    with pytest.raises(NotPermitted, match="backer"):
        desk.say("WESTB", CrossingStated(measure="SEP-1", crossed=True))


def test_replaying_the_eighteenth_gives_the_same_state() -> None:
    desk = eighteenth()
    west_at_marrat(desk)
    desk.say("WEST", CrossingStated(measure="SEP-1", crossed=True))

    assert digest_of(desk.replayed()) == digest_of(desk.state)
