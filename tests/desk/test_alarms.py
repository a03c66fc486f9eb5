"""What a duty officer must hear of, how often; and that nobody silences it without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from desk_harness import Desk, river_desk
from ground_harness import file_plan
from notification_harness import STARTS_AT, aid_desk, convoy, release, validate
from openline.cases.case import find_case
from openline.desk.alarms import alarms_for
from openline.desk.state import State, evolve
from openline.desk.view import may_read_entry, view
from openline.domain.alarm import Alarm, AlarmSilenced, Cause
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.errors import Malformed, UnknownThing, WrongState
from openline.domain.line import LineState, LineStateSet
from openline.domain.message import MessageKind, MessageSent
from openline.domain.notification import ReasonBody
from openline.domain.plan import PlanWithdrawn
from openline.domain.rules import Precedence
from openline.sealing import entry_from_row
from replayed_case import NAME, replaying

HOUR = timedelta(hours=1)
A_NUISANCE_BEYOND = 6
"""Interrupting alarms an hour that one person can still act on."""


def called_desk() -> Desk:
    """EASTB has warned WESTB with a FLASH that nobody has answered yet."""
    desk = river_desk()
    desk.say(
        "EASTB",
        MessageSent(
            message="M-1",
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=Precedence.FLASH,
            line="L-1",
        ),
    )
    return desk


def causes(desk: Desk, party: str) -> list[Cause]:
    return [each.cause for each in alarms_for(desk.state, party)]


def silence(desk: Desk, party: str, why: str, alarm: str = "flash/M-1") -> None:
    (held,) = (each for each in alarms_for(desk.state, party) if each.alarm == alarm)
    body = ReasonBody(text=why, language="en")
    desk.say(party, AlarmSilenced(alarm=alarm, since=held.since, body=body))


def test_a_flash_alarms_who_must_answer_and_its_silence_who_said_it() -> None:
    desk = called_desk()
    assert causes(desk, "WESTB") == [Cause.FLASH]
    assert causes(desk, "EASTB") == []

    desk.tick(desk.state.now + timedelta(minutes=3))

    assert causes(desk, "WESTB") == [Cause.FLASH]
    assert causes(desk, "EASTB") == [Cause.SILENCE]
    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.READ_BACK))
    assert causes(desk, "WESTB") == causes(desk, "EASTB") == []


def test_a_line_that_does_not_carry_alarms_both_its_ends() -> None:
    desk = river_desk()

    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.DOWN))

    assert causes(desk, "EASTB") == causes(desk, "WESTB") == [Cause.LINE]


@pytest.mark.parametrize("why", ["", "  "])
def test_no_alarm_is_silenced_without_a_reason(why: str) -> None:
    desk = called_desk()

    with pytest.raises(Malformed, match="silenced with a reason"):
        silence(desk, "WESTB", why)

    (alarm,) = alarms_for(desk.state, "WESTB")
    assert alarm.silenced is None


def test_the_next_officer_sees_who_silenced_an_alarm_and_why_and_nobody_else_does() -> None:
    desk = called_desk()

    silence(desk, "WESTB", "On the phone with EASTB now.")

    (alarm,) = view(desk.state, "WESTB").alarms
    assert alarm.silenced is not None
    assert alarm.silenced.position == "WESTB-TAC.commander"
    assert alarm.silenced.body == ReasonBody(text="On the phone with EASTB now.", language="en")
    said = desk.entries[-1]
    assert may_read_entry(desk.state, "WESTB", said)
    assert not may_read_entry(desk.state, "EASTB", said)
    assert desk.replayed().silenced == desk.state.silenced


def test_silencing_an_alarm_answers_nothing_and_the_desk_goes_on_climbing() -> None:
    desk = called_desk()
    silence(desk, "WESTB", "On the phone with EASTB now.")

    desk.tick(desk.state.now + timedelta(minutes=6))

    assert view(desk.state, "WESTB").open_now.flashes == ("M-1/v1:WESTB",)
    assert desk.state.deliveries["M-1/v1:WESTB"].escalated != ()


def test_an_alarm_that_begins_again_sounds_again() -> None:
    desk = river_desk()
    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.DOWN))
    silence(desk, "WESTB", "Cable cut; mended by noon.", "line/L-1")
    (silenced,) = alarms_for(desk.state, "WESTB")
    assert silenced.silenced is not None

    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.OPEN), at=desk.state.now + HOUR)
    desk.say("EASTB", LineStateSet(line="L-1", state=LineState.DOWN), at=desk.state.now + HOUR)

    (again,) = alarms_for(desk.state, "WESTB")
    assert again.silenced is None


def conflict_alarm(desk: Desk, party: str = "EAST") -> Alarm:
    (alarm,) = (each for each in alarms_for(desk.state, party) if each.cause is Cause.CONFLICT)
    return alarm


def test_a_silenced_alarm_sounds_again_when_its_thing_would_meet_another() -> None:
    desk = river_desk()
    for party, name in (("EAST", "E-1"), ("WEST", "W-1")):
        file_plan(desk, party, name)
    first = conflict_alarm(desk).since
    silence(desk, "EAST", "Rung WEST, who will move.", "conflict/E-1")
    assert conflict_alarm(desk).silenced is not None

    desk.tick(desk.now + timedelta(minutes=5))
    file_plan(desk, "WEST", "W-2")

    again = conflict_alarm(desk)
    assert again.silenced is None
    assert again.since == desk.now > first
    silence(desk, "EAST", "Both will move.", "conflict/E-1")
    assert conflict_alarm(desk).silenced is not None


def test_an_alarm_silenced_for_all_its_causes_stays_so_when_the_latest_of_them_ends() -> None:
    desk = river_desk()
    for party, name in (("EAST", "E-1"), ("WEST", "W-1")):
        file_plan(desk, party, name)
    desk.tick(desk.now + timedelta(minutes=5))
    file_plan(desk, "WEST", "W-2")
    silence(desk, "EAST", "Both will move.", "conflict/E-1")

    desk.say("WEST", PlanWithdrawn(plan="W-2"))

    assert conflict_alarm(desk).silenced is not None


def test_a_silenced_alarm_sounds_again_for_a_recipient_told_later() -> None:
    desk = aid_desk(at=STARTS_AT - timedelta(hours=20))
    desk.say("AID", convoy())
    validate(desk, "N-007")
    release(desk, "N-007", recipients=("EAST",))
    desk.tick(desk.now + timedelta(hours=1))
    silence(desk, "AID", "Rung EAST.", "silence/N-007")

    release(desk, "N-007", recipients=("EAST", "WEST"))
    desk.tick(desk.now + timedelta(hours=1))

    (again,) = (each for each in alarms_for(desk.state, "AID") if each.cause is Cause.SILENCE)
    assert again.silenced is None


def test_what_is_silenced_already_or_does_not_stand_is_refused() -> None:
    desk = called_desk()
    body = ReasonBody(text="Heard.")
    silence(desk, "WESTB", "Heard.")

    with pytest.raises(WrongState, match="has silenced it already"):
        silence(desk, "WESTB", "Heard.")
    with pytest.raises(UnknownThing, match="no such alarm stands for EASTB"):
        desk.say("EASTB", AlarmSilenced(alarm="flash/M-1", since=desk.state.now, body=body))


@pytest.mark.long
def test_no_officer_hears_more_than_six_alarms_in_the_worst_hour_of_the_case() -> None:
    with replaying(find_case(NAME)) as (replay, service):
        assert list(replay.run())
        began: dict[str, dict[tuple[str, datetime], datetime]] = {}
        state = State()
        for row in service.journal.read(0, service.journal.size()):
            evolve(state, entry_from_row(row))
            for party in state.parties:
                heard = began.setdefault(party, {})
                for each in alarms_for(state, party):
                    heard.setdefault((each.alarm, each.since), state.now)

    worst = {party: most_in_an_hour(sorted(heard.values())) for party, heard in began.items()}
    assert set(worst) == {"EAST", "EASTB", "WEST", "WESTB", "WESTB2", "HUM", "AID"}
    assert max(worst.values()) == 2 <= A_NUISANCE_BEYOND
    assert min(worst[party] for party in ("EAST", "WEST", "EASTB", "WESTB")) >= 1


def most_in_an_hour(instants: Sequence[datetime]) -> int:
    """The most of these instants that lie within any one hour."""
    return max((sum(at <= each < at + HOUR for each in instants) for at in instants), default=0)
