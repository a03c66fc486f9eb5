"""Before filing: judged by nothing that its author may not already see, in filing's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, Desk, contents
from ground_harness import agree, area, buffer_of, file_plan, separation_line
from notification_harness import STARTS_AT, aid_desk, convoy, convoy_form, site, site_form
from openline.desk.decide.questions import other_of
from openline.desk.drafting import draft_measure, judge_measure, judge_notification, phrase_for
from openline.domain.check_phrase import check_phrase
from openline.domain.crossing import Side
from openline.domain.drafting import MeasureJudged, NotificationJudged
from openline.domain.errors import Malformed, Refused, UnknownThing
from openline.domain.finding import Fault, FindingMade
from openline.domain.form import Escort
from openline.domain.measure import MeasureProposed
from openline.domain.notification import Timeliness
from openline.domain.notification_said import NotificationSubmitted
from openline.domain.plan import Kind, PlanReleased


def judged(desk: Desk, party: str, content: NotificationSubmitted) -> NotificationJudged:
    return judge_notification(desk.state, party, content, desk.state.now)


def faults(desk: Desk, party: str, content: NotificationSubmitted) -> list[Fault]:
    return [each.fault for each in judged(desk, party, content).faults]


def judged_measure(desk: Desk, party: str, content: MeasureProposed) -> MeasureJudged:
    return judge_measure(draft_measure(desk.state, party, content))


def test_a_form_is_told_before_filing_what_filing_it_tells() -> None:
    desk = aid_desk()
    odd = convoy(escort=Escort.NOT_STATED)

    before = judged(desk, "AID", odd)

    found = contents(desk.say("AID", odd), FindingMade)
    assert [each.fault for each in before.faults] == [each.fault for each in found]
    assert [each.sentence for each in before.faults] == [each.body.sentence for each in found]
    assert before.check_phrase == phrase_for(desk.state, "AID", "N-007", None).check_phrase


def test_a_form_that_would_be_refused_is_refused_with_the_same_sentence() -> None:
    desk = aid_desk()
    wrong = convoy(ends_at=STARTS_AT - timedelta(hours=1))

    with pytest.raises(Malformed) as before:
        judged(desk, "AID", wrong)
    with pytest.raises(Malformed) as filed:
        desk.say("AID", wrong)

    assert before.value.sentence == filed.value.sentence


def test_a_form_under_a_name_that_is_no_id_is_refused_before_filing() -> None:
    with pytest.raises(Malformed, match="names nobody"):
        judged(aid_desk(), "AID", convoy(notification="The baker's van"))


def test_how_a_form_moves_is_told_by_its_type() -> None:
    desk = aid_desk()

    assert judged(desk, "AID", convoy()).kind is Kind.GROUND
    flown = convoy(body=convoy_form(type="air_drop"))
    assert judged(desk, "AID", flown).kind is Kind.AIR


@pytest.mark.parametrize(
    ("before_h", "timeliness"),
    [(49, Timeliness.IN_TIME), (30, Timeliness.LATE), (3, Timeliness.EMERGENCY)],
)
def test_how_late_a_movement_is_told_by_the_agreed_hours(
    before_h: int, timeliness: Timeliness
) -> None:
    desk = aid_desk()
    now = STARTS_AT - timedelta(hours=before_h)

    assert judge_notification(desk.state, "AID", convoy(), now).timeliness is timeliness


def test_the_wrong_bank_is_told_only_to_whom_the_line_is_shown() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    wrong = site(body=site_form(35.55, 40.25, bank=Side.RIGHT))

    assert faults(desk, "HUM", wrong) == [Fault.WRONG_SIDE]
    assert faults(desk, "AID", wrong) == []  # AID is shown published measures only


def test_a_site_that_stands_elsewhere_is_told_only_to_whom_it_was_told() -> None:
    desk = aid_desk()
    desk.say("AID", site())
    elsewhere = site(notification="N-904", body=site_form(35.6, 40.66))

    assert faults(desk, "AID", elsewhere) == [Fault.TWO_PLACES]
    assert faults(desk, "EAST", elsewhere) == []


def test_a_measure_is_judged_by_what_its_author_may_see_and_by_nothing_else() -> None:
    desk = aid_desk()
    file_plan(desk, "EAST", "E-1")
    file_plan(desk, "WEST", "W-HIDDEN")
    file_plan(desk, "WEST", "W-SHOWN")
    desk.say("WEST", PlanReleased(plan="W-SHOWN", to=("EAST",)))

    judged = judged_measure(desk, "EAST", area())

    assert {other_of(each, "NFA-1") for each in judged.met} == {"E-1", "W-SHOWN"}
    assert judged.told_by == 1
    spared = judged_measure(desk, "EAST", area(for_parties=("WEST",)))
    assert {other_of(each, "NFA-1") for each in spared.met} == {"E-1"}
    desk.say("EAST", area())
    assert judged.check_phrase == phrase_for(desk.state, "EAST", "NFA-1", 1).check_phrase


def test_a_measure_that_would_be_refused_is_refused_before_with_the_same_sentence() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    for wrong in (separation_line(), area(parties=("EAST",)), buffer_of("NFA-9")):
        with pytest.raises(Refused) as before:
            judged_measure(desk, "EAST", wrong)
        with pytest.raises(Refused) as said:
            desk.say("EAST", wrong)
        assert before.value.sentence == said.value.sentence


def test_a_phrase_is_read_of_what_one_sees_and_of_nothing_else() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    file_plan(desk, "EAST", "E-1")

    own = phrase_for(desk.state, "EAST", "E-1", None)
    for reader, thing in (("WEST", "E-1"), ("AID", "SEP-1"), ("EAST", "X-1")):
        with pytest.raises(UnknownThing, match=f"{thing}: no geometry of it"):
            phrase_for(desk.state, reader, thing, None)
    desk.say("EAST", PlanReleased(plan="E-1", to=("WEST",)))

    assert phrase_for(desk.state, "WEST", "E-1", None) == own
    assert phrase_for(desk.state, "WEST", "SEP-1", None).version == 1


def test_each_version_of_a_measure_has_the_phrase_that_its_cosigners_read() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    moved = separation_line(version=2, path=((40.0, 35.45), (40.3, 35.25)))
    desk.say("EAST", moved)

    first = phrase_for(desk.state, "WEST", "SEP-1", None)
    second = phrase_for(desk.state, "WEST", "SEP-1", 2)

    assert (first.version, second.version) == (1, 2)
    assert first.check_phrase != second.check_phrase


def test_a_phrase_tells_of_no_line_that_its_reader_is_not_shown() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    desk.say("AID", site())

    banks = [phrase_for(desk.state, reader, "N-001", None).banks for reader in ("AID", "HUM")]

    assert banks[0] == {}
    assert set(banks[1]) == {"SEP-1"}


def test_a_phrase_tells_of_no_earlier_version_that_its_reader_is_not_shown() -> None:
    desk = aid_desk()
    agree(desk, area(parties=("EAST", "WEST")))
    desk.say("EAST", area(parties=("EAST", "WEST", "AID"), radius_m=900.0, version=2))

    asked, old = (phrase_for(desk.state, reader, "NFA-1", 2) for reader in ("AID", "EAST"))

    assert (asked.version, asked.from_version, asked.moved_m) == (2, None, None)
    assert old.from_version == 1


def test_the_ground_of_a_form_is_the_one_that_is_compared() -> None:
    desk = aid_desk()

    of_form = judged(desk, "AID", convoy(body=convoy_form(width_m=900.0)))

    assert of_form.check_phrase == check_phrase(of_form.volumes)
    assert of_form.volumes[0].footprint.width_m == 900.0  # type: ignore[union-attr]
    assert desk.state.now >= T0
