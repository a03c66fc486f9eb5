"""Meetings: minutes that never change, signed by all who met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, Desk, contents, river_desk
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.meeting import (
    MeasureVersion,
    MeetingAgreed,
    MeetingCosigned,
    MeetingMinuted,
    MinutesBody,
)
from openline.domain.rules import Level

HELD_AT = T0 + timedelta(days=6)


def minutes(**changed: object) -> MeetingMinuted:
    """Generals of the two backers have met, with maps and graphics."""
    stated = {
        "meeting": "MT-1",
        "parties": ("EASTB", "WESTB"),
        "level": Level.OPERATIONAL,
        "held_at": HELD_AT,
        "body": MinutesBody(text="maps and graphics", language="en"),
    }
    return MeetingMinuted(**{**stated, **changed})  # type: ignore[arg-type]


def met_desk() -> Desk:
    desk = river_desk()
    desk.say("EASTB", minutes(), at=HELD_AT + timedelta(hours=2))
    return desk


def test_minutes_are_agreed_once_all_who_met_have_signed_them() -> None:
    desk = met_desk()
    before = desk.state.meetings["MT-1"].agreed_at

    signed = desk.say("WESTB", MeetingCosigned(meeting="MT-1"))

    meeting = desk.state.meetings["MT-1"]
    assert before is None
    assert contents(signed, MeetingAgreed) == [MeetingAgreed(meeting="MT-1")]
    assert meeting.cosigned == ("EASTB", "WESTB")
    assert meeting.agreed_at == desk.now


def test_minutes_are_read_only_by_those_who_met() -> None:
    desk = met_desk()

    assert desk.entries[-1].readers == ("EASTB", "WESTB")


def test_minutes_never_change() -> None:
    desk = met_desk()

    with pytest.raises(WrongState, match="never change"):
        desk.say("EASTB", minutes(body=MinutesBody(text="otherwise")))


def test_nobody_signs_twice_nor_a_meeting_it_was_not_at() -> None:
    desk = met_desk()

    with pytest.raises(WrongState, match="already"):
        desk.say("EASTB", MeetingCosigned(meeting="MT-1"))
    with pytest.raises(UnknownThing):
        desk.say("EAST", MeetingCosigned(meeting="MT-1"))


def test_only_who_was_there_minutes_a_meeting_of_two_or_more() -> None:
    desk = river_desk()

    with pytest.raises(NotPermitted):
        desk.say("EAST", minutes(), at=HELD_AT)
    with pytest.raises(Malformed):
        desk.say("EASTB", minutes(parties=("EASTB",)))
    with pytest.raises(Malformed, match="future"):
        desk.say("EASTB", minutes(held_at=HELD_AT + timedelta(days=1)))


def test_minutes_name_only_measure_versions_that_were_before_all_who_met() -> None:
    desk = river_desk()

    with pytest.raises(UnknownThing, match="SEP-1 has no version 2"):
        desk.say(
            "EASTB",
            minutes(measures=(MeasureVersion(measure="SEP-1", version=2),)),
            at=HELD_AT,
        )
