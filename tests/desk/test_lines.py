"""Lines, line checks and logged contacts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, contents, open_line, river_desk
from openline.domain.delivery import NoticeOwed
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.line import (
    CheckResult,
    ContactLogged,
    LineChecked,
    LineCheckMissed,
    LineDegraded,
    LineEnd,
    LineOpened,
    LineRestored,
    LineState,
    LineStateSet,
)
from openline.domain.rules import Level

HOUR = timedelta(hours=1)


def test_a_line_check_is_due_twice_a_day_and_silence_misses_it() -> None:
    desk = river_desk()

    missed = [m for m in contents(desk.tick(T0 + 12 * HOUR), LineCheckMissed) if m.line == "L-1"]

    assert missed == [
        LineCheckMissed(line="L-1", due_at=T0 + 12 * HOUR, result=CheckResult.NO_ANSWER)
    ]


def test_two_checks_missed_in_a_row_degrade_the_line_and_offer_the_others_for_relay() -> None:
    desk = river_desk()

    desk.tick(T0 + 24 * HOUR)

    degraded = {d.line: d for d in desk.all_of(LineDegraded)}
    assert degraded["L-1"] == LineDegraded(line="L-1", missed=2, relay_over=("L-2", "L-2S"))
    assert desk.state.lines["L-1"].state is LineState.DEGRADED


def test_a_degraded_line_rings_the_watch_at_both_ends() -> None:
    desk = river_desk()

    rung = [n.cell for n in contents(desk.tick(T0 + 24 * HOUR), NoticeOwed) if n.line == "L-1"]

    assert sorted(rung) == ["EASTB-TAC", "WESTB-TAC"]


def test_a_check_passed_in_between_starts_the_count_anew() -> None:
    desk = river_desk()
    desk.tick(T0 + 12 * HOUR)
    desk.say("EASTB", LineChecked(line="L-1", result=CheckResult.PASSED), after=HOUR)

    desk.tick(T0 + 25 * HOUR)

    assert desk.state.lines["L-1"].missed_checks == 1
    assert desk.state.lines["L-1"].state is LineState.OPEN


def test_a_line_that_is_not_open_is_not_offered_for_relay() -> None:
    desk = river_desk()
    for line in ("L-2", "L-2", "L-1", "L-1"):
        desk.say("EASTB", LineChecked(line=line, result=CheckResult.NO_ANSWER))

    degraded = {each.line: each.relay_over for each in desk.all_of(LineDegraded)}

    assert degraded == {"L-2": ("L-1", "L-2S"), "L-1": ("L-2S",)}


def test_a_check_passed_restores_a_line_that_was_down() -> None:
    desk = river_desk()
    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.DOWN))

    said = desk.say("WESTB", LineChecked(line="L-1", result=CheckResult.PASSED), after=HOUR)

    assert contents(said, LineRestored) == [LineRestored(line="L-1")]
    assert desk.state.lines["L-1"].state is LineState.OPEN


def test_a_check_passed_restores_a_degraded_line() -> None:
    desk = river_desk()
    desk.tick(T0 + 24 * HOUR)

    said = desk.say("WESTB", LineChecked(line="L-1", result=CheckResult.PASSED), after=HOUR)

    assert contents(said, LineRestored) == [LineRestored(line="L-1")]
    assert desk.state.lines["L-1"].state is LineState.OPEN


@pytest.mark.parametrize(
    "result", [CheckResult.NO_ANSWER, CheckResult.TECHNICAL, CheckResult.REFUSED]
)
def test_a_missed_check_keeps_the_class_that_its_caller_gave_it(result: CheckResult) -> None:
    said = river_desk().say("EASTB", LineChecked(line="L-1", result=result))

    assert contents(said, LineCheckMissed)[0].result is result


def test_a_suspended_line_is_neither_checked_nor_missed() -> None:
    desk = river_desk()
    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.SUSPENDED))

    missed = {m.line for m in contents(desk.tick(T0 + 48 * HOUR), LineCheckMissed)}

    assert "L-1" not in missed
    with pytest.raises(WrongState, match="suspended"):
        desk.say("EASTB", LineChecked(line="L-1", result=CheckResult.PASSED))


def test_only_the_desk_concludes_that_a_line_is_degraded() -> None:
    with pytest.raises(NotPermitted, match="the desk concludes"):
        river_desk().say("EASTB", LineStateSet(line="L-1", state=LineState.DEGRADED))


def test_a_line_moves_only_along_its_table() -> None:
    desk = river_desk()
    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.SUSPENDED))

    with pytest.raises(WrongState, match="cannot become down"):
        desk.say("WESTB", LineStateSet(line="L-1", state=LineState.DOWN))


def test_whoever_has_no_end_of_a_line_cannot_speak_of_it() -> None:
    with pytest.raises(UnknownThing, match="WEST has no end"):
        river_desk().say("WEST", LineChecked(line="L-1", result=CheckResult.PASSED))


def test_a_line_needs_a_commander_at_one_of_its_ends_to_open() -> None:
    desk = river_desk()
    line = LineOpened(
        line="L-3",
        level=Level.OPERATIONAL,
        ends=(LineEnd(party="EAST", cell="EAST-OPS"), LineEnd(party="WEST", cell="WEST-OPS")),
    )

    with pytest.raises(NotPermitted, match="only a party at one of its ends"):
        desk.say("EASTB", line)
    with pytest.raises(NotPermitted, match="lacks the role"):
        desk.say("EAST", line, position="EAST-TAC.duty")
    with pytest.raises(NotPermitted, match="lacks the role"):
        desk.say("EAST", line, position="WEST-TAC.commander")


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        ((("EAST", "EAST-TAC"),), "one end at each of two or more"),
        ((("EAST", "EAST-TAC"), ("EAST", "EAST-OPS")), "one end at each of two or more"),
        ((("EAST", "EAST-TAC"), ("WEST", "EAST-OPS")), "WEST has no cell EAST-OPS"),
    ],
)
def test_a_line_with_wrong_ends_is_refused(
    ends: tuple[tuple[str, str], ...], sentence: str
) -> None:
    made = tuple(LineEnd(party=party, cell=cell) for party, cell in ends)

    with pytest.raises((Malformed, UnknownThing), match=sentence):
        river_desk().say("EAST", LineOpened(line="L-3", level=Level.TACTICAL, ends=made))


def test_a_line_that_exists_is_not_opened_twice() -> None:
    with pytest.raises(WrongState, match="has this line already"):
        open_line(river_desk(), "L-1", Level.TACTICAL, ("EASTB", "WESTB"))


def test_logged_contacts_are_counted_on_their_line() -> None:
    desk = river_desk()
    calls = ContactLogged(parties=("EASTB", "WESTB"), level=Level.TACTICAL, line="L-1", count=11)

    desk.say("EASTB", calls)

    line = desk.state.lines["L-1"]
    assert (line.contacts, line.last_contact_at) == (11, T0)


def test_a_notification_desks_line_joins_it_to_each_and_no_two_others() -> None:
    line = river_desk().state.lines["L-6"]

    assert line.joins("HUM", "WEST")
    assert not line.joins("EAST", "WEST")
