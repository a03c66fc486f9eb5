"""Questions: answered from what the asker may see already, counted, and UNKNOWN beyond a budget."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from desk_harness import Desk, contents, river_desk
from ground_harness import circle, file_plan, north_of
from notification_harness import aid_desk, release, site, validate
from openline.desk.probing import WITHIN
from openline.desk.state import digest_of
from openline.desk.view import view
from openline.domain.airspace import Circle, Polygon, Position, Volume4D
from openline.domain.errors import Malformed, TooLarge, UnknownThing, WrongState
from openline.domain.incident import IncidentClosing, IncidentOpened
from openline.domain.plan import PlanReleased
from openline.domain.question import (
    MAX_CELLS,
    Answer,
    Asked,
    ProbingFound,
    QuestionAnswered,
    QuestionAsked,
    QuestionBody,
    cells_of,
)
from openline.domain.rules import Rules

FEW = Rules(questions_per_hour=3)
HERE = (40.2, 35.3)
"""(lon_deg, lat_deg), well inside one coarse cell."""


def ask(
    desk: Desk,
    party: str,
    asked: Asked = Asked.WOULD_MEET,
    at: tuple[float, float] = HERE,
    **how: object,
) -> QuestionAnswered:
    """The party asks about a circle there; the desk's answer."""
    body = QuestionBody(volumes=(Volume4D(footprint=circle(at=at)),))
    entries = desk.say(
        party,
        QuestionAsked(question=f"Q-{len(desk.entries)}", asked=asked, body=body),
        **how,  # type: ignore[arg-type]
    )
    return contents(entries, QuestionAnswered)[0]


def test_a_plan_is_judged_before_filing_against_what_its_asker_may_see() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1", at=HERE)
    desk.say("EAST", PlanReleased(plan="E-1", to=("WEST",)))

    answer = ask(desk, "WEST")

    assert answer.answer is Answer.TOLD
    assert answer.told_by == 1
    assert answer.body is not None
    assert ["E-1" in (each.a, each.b) for each in answer.body.conflicts] == [True]


def test_judging_before_filing_hints_at_nothing_the_asker_may_not_see() -> None:
    told, untold = river_desk(), river_desk()
    file_plan(told, "EAST", "E-1", at=HERE)

    answers = [ask(desk, "WEST") for desk in (told, untold)]

    assert answers[0].body == answers[1].body
    assert answers[0].told_by == answers[1].told_by == 0


def test_a_question_leaves_nothing_filed() -> None:
    desk = river_desk()

    ask(desk, "WEST")
    filed = file_plan(desk, "EAST", "E-1", at=HERE)

    assert len(filed) == 1


def test_beyond_its_budget_a_party_is_told_unknown_and_the_probed_are_told_who_asks() -> None:
    desk = river_desk(rules=FEW)
    file_plan(desk, "EAST", "E-1", at=HERE)

    answers = [ask(desk, "WEST").answer for _ in range(4)]

    assert answers == [Answer.TOLD, Answer.TOLD, Answer.TOLD, Answer.UNKNOWN]
    found = [
        (each.content.asker, each.content.count)
        for each in desk.entries
        if isinstance(each.content, ProbingFound)
    ]
    assert found == [("WEST", 4)]
    assert [each.readers for each in desk.entries if isinstance(each.content, ProbingFound)] == [
        ("EAST", "HUM")
    ]


def test_a_finding_of_probing_is_in_the_view_of_the_probed_and_the_conduit_alone() -> None:
    desk = river_desk(rules=FEW)
    file_plan(desk, "EAST", "E-1", at=HERE)
    for _ in range(4):
        ask(desk, "WEST")

    seen = {party: len(view(desk.state, party).probings) for party in desk.state.parties}

    assert seen == {"EAST": 1, "HUM": 1, "WEST": 0, "EASTB": 0, "WESTB": 0}


def test_going_on_asking_is_found_once_an_hour_not_once_a_question() -> None:
    desk = river_desk(rules=FEW)

    for _ in range(10):
        ask(desk, "WEST")
    within = len(desk.all_of(ProbingFound))
    for _ in range(4):
        ask(desk, "WEST", at=HERE, after=timedelta(minutes=16))

    assert within == 1
    assert len(desk.all_of(ProbingFound)) == 2


def test_the_budget_is_for_each_party_each_area_and_each_hour() -> None:
    desk = river_desk(rules=FEW)
    for _ in range(3):
        ask(desk, "WEST")

    elsewhere = ask(desk, "WEST", at=north_of(100_000))
    another = ask(desk, "EAST")
    over = ask(desk, "WEST")
    later = ask(desk, "WEST", after=WITHIN)

    answers = [each.answer for each in (elsewhere, another, over, later)]
    assert answers == [Answer.TOLD, Answer.TOLD, Answer.UNKNOWN, Answer.TOLD]


def test_a_question_and_its_answer_are_read_by_the_asker_alone() -> None:
    desk = river_desk()

    ask(desk, "WEST", Asked.AREA)

    assert [each.readers for each in desk.entries[-2:]] == [("WEST",), ("WEST",)]


def test_where_it_asks_stands_in_the_body_only() -> None:
    body = QuestionBody(volumes=(Volume4D(footprint=circle(at=HERE)),))
    asked = QuestionAsked(question="Q-1", asked=Asked.AREA, body=body)

    facts = {name for name in asked.__struct_fields__ if name != "body"}

    assert facts == {"question", "asked", "incident", "at"}


def test_an_erased_question_folds_all_the_same() -> None:
    desk = river_desk()

    with pytest.raises(Malformed, match="no area"):
        desk.say("WEST", QuestionAsked(question="Q-1", asked=Asked.AREA))

    assert digest_of(desk.replayed()) == digest_of(desk.state)


def test_a_question_about_half_a_continent_is_none() -> None:
    desk = river_desk()
    wide = Circle(center=Position(lat_deg=35.0, lon_deg=40.0), radius_m=900_000.0)
    body = QuestionBody(volumes=(Volume4D(footprint=wide),))

    with pytest.raises(TooLarge):
        desk.say("WEST", QuestionAsked(question="Q-1", asked=Asked.AREA, body=body))


@pytest.mark.parametrize("lat_deg", [0.0, 35.3, -60.0, 89.9])
@pytest.mark.parametrize("lon_deg", [-180.0, -0.1, 40.2, 179.99])
def test_the_cells_asked_about_hold_the_place_asked_about(lat_deg: float, lon_deg: float) -> None:
    spot = Position(lat_deg=lat_deg, lon_deg=lon_deg)
    point = cells_of((Volume4D(footprint=Circle(center=spot)),))
    around = cells_of((Volume4D(footprint=Circle(center=spot, radius_m=90.0)),))

    assert len(point) == 1
    assert set(point) <= set(around)
    assert len(around) <= MAX_CELLS


def test_one_place_is_one_cell_however_its_longitude_is_written() -> None:
    names = {
        cells_of((Volume4D(footprint=Circle(center=Position(lat_deg=1.0, lon_deg=lon))),))
        for lon in (-170.0, 190.0, 550.0)
    }

    assert len(names) == 1


def incident_desk() -> Desk:
    desk = river_desk()
    desk.say(
        "EAST", IncidentOpened(incident="I-001", occurred_at=desk.now, put_to=("WEST", "WESTB"))
    )
    return desk


def known_before(party: str) -> QuestionAsked:
    return QuestionAsked(question=f"Q-{party}", asked=Asked.KNOWN_BEFORE, incident="I-001")


def test_what_was_known_is_answered_to_a_party_and_every_party_sees_that_it_asked() -> None:
    desk = incident_desk()

    asked, answered = desk.say("WEST", known_before("WEST"))

    assert asked.readers == ("EAST", "WEST", "WESTB")
    assert answered.readers == ("WEST",)


def test_what_was_known_is_answered_to_no_one_else() -> None:
    desk = incident_desk()

    with pytest.raises(UnknownThing):
        desk.say("HUM", known_before("HUM"))


def test_what_was_known_is_no_longer_answered_once_the_incident_is_closed() -> None:
    desk = incident_desk()
    for party in ("EAST", "WEST", "WESTB"):
        desk.say(party, IncidentClosing(incident="I-001"))

    with pytest.raises(WrongState, match="closed"):
        desk.say("EAST", known_before("EAST"))


def known_at(
    desk: Desk, party: str, at: tuple[float, float], radius_m: float = 20_000.0
) -> QuestionAnswered:
    """What was known, by now, of a circle; the incident is that which AID is a party to."""
    body = QuestionBody(volumes=(Volume4D(footprint=circle(radius_m, at=at)),))
    asked = QuestionAsked(
        question=f"Q-{len(desk.entries)}",
        asked=Asked.KNOWN_BEFORE,
        incident="I-002",
        at=desk.now,
        body=body,
    )
    return contents(desk.say(party, asked), QuestionAnswered)[0]


def hospital_desk(rules: Rules | None = None, *, told: tuple[str, ...] = ()) -> Desk:
    """AID has told its conduit of a hospital, and WEST opens an incident with all of them."""
    desk = aid_desk(rules=rules)
    desk.say("AID", site())
    if told:
        validate(desk, "N-001")
        release(desk, "N-001", recipients=told)
    put_to = ("EAST", "HUM", "AID")
    desk.say("WEST", IncidentOpened(incident="I-002", occurred_at=desk.now, put_to=put_to))
    return desk


HOSPITAL = (40.07, 35.47)
FAR_FROM_IT = (41.4, 35.47)


def test_a_place_tells_nobody_where_a_site_lies_that_was_not_released_to_it() -> None:
    desk = hospital_desk()

    there, elsewhere = (known_at(desk, "WEST", at) for at in (HOSPITAL, FAR_FROM_IT))

    assert there.known == elsewhere.known == ()
    assert [each.subject for each in known_at(desk, "AID", HOSPITAL).known] == ["N-001"]
    assert [each.subject for each in known_at(desk, "HUM", HOSPITAL).known] == ["N-001"]


def test_a_place_picks_out_of_what_was_released_to_its_asker() -> None:
    desk = hospital_desk(told=("WEST",))

    there, elsewhere = (known_at(desk, "WEST", at) for at in (HOSPITAL, FAR_FROM_IT))

    assert {each.subject for each in there.known} == {"N-001"}
    assert elsewhere.known == ()
    assert known_at(desk, "EAST", HOSPITAL).known == ()


def test_what_was_known_at_a_place_has_the_budget_of_any_question() -> None:
    desk = hospital_desk(FEW, told=("WEST",))

    answers = [known_at(desk, "WEST", HOSPITAL, radius_m=500.0 * n) for n in range(1, 6)]

    assert [each.answer for each in answers] == [Answer.TOLD] * 3 + [Answer.UNKNOWN] * 2
    assert answers[-1].known == ()
    assert [(each.asker, each.asked) for each in desk.all_of(ProbingFound)] == [
        ("WEST", Asked.KNOWN_BEFORE)
    ]
    (found,) = (each for each in desk.entries if isinstance(each.content, ProbingFound))
    assert found.readers == ("AID", "EAST", "HUM")


@pytest.mark.parametrize(("parts", "corners"), [(11, 4), (2, 60)])
def test_what_was_known_is_not_asked_of_a_place_of_too_many_parts(parts: int, corners: int) -> None:
    desk = hospital_desk()
    turns = [2 * math.pi * n / corners for n in range(corners)]
    ring = tuple((40.0 + math.cos(turn) / 9, 35.4 + math.sin(turn) / 9) for turn in turns)
    body = QuestionBody(volumes=(Volume4D(footprint=Polygon(rings=((ring,),))),) * parts)
    asked = QuestionAsked(
        question="Q-1", asked=Asked.KNOWN_BEFORE, incident="I-002", at=desk.now, body=body
    )
    before = digest_of(desk.state)

    with pytest.raises(TooLarge, match="over 10 parts or 100 vertices"):
        desk.say("WEST", asked)

    assert digest_of(desk.state) == before


def test_the_count_of_questions_is_the_same_after_a_replay() -> None:
    desk = river_desk(rules=FEW)
    for minutes in (0, 20, 30, 40):
        ask(desk, "WEST", after=timedelta(minutes=minutes))

    assert digest_of(desk.replayed()) == digest_of(desk.state)
