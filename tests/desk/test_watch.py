"""Handing over a duty watch: what is open is read back, or the watch is not handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk, river_desk
from openline.desk.owing.awaited import open_for
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.errors import Malformed, UnknownThing, WrongState
from openline.domain.line import CheckResult, LineChecked
from openline.domain.message import MessageKind, MessageSent
from openline.domain.rules import Precedence
from openline.domain.watch import Handover, HandoverBody, WatchHandedOver

CALLED = Handover(flashes=("M-1/v1:WESTB",))


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


def hand_over(
    desk: Desk, party: str, read_back: Handover, off: str = "W-11", on: str = "W-12"
) -> None:
    body = HandoverBody(off="the one", on="the other")
    desk.say(
        party,
        WatchHandedOver(cell=f"{party}-TAC", off=off, on=on, read_back=read_back, body=body),
    )


def test_a_handover_that_leaves_out_an_open_flash_is_refused_by_its_name() -> None:
    desk = called_desk()

    with pytest.raises(WrongState, match=r"not read back among flashes: M-1/v1:WESTB"):
        hand_over(desk, "WESTB", Handover())

    assert desk.state.watches == {}


def test_both_ends_of_an_open_flash_must_read_it_back() -> None:
    desk = called_desk()

    hand_over(desk, "EASTB", CALLED)
    hand_over(desk, "WESTB", CALLED)

    assert {cell: watch.officer for cell, watch in desk.state.watches.items()} == {
        "EASTB-TAC": "W-12",
        "WESTB-TAC": "W-12",
    }


def test_an_overdue_rung_must_be_read_back_while_it_is_overdue() -> None:
    desk = called_desk()
    desk.tick(desk.now + timedelta(minutes=3))
    overdue = open_for(desk.state, "WESTB")

    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED))

    assert overdue == Handover(flashes=CALLED.flashes, overdue=CALLED.flashes)
    assert open_for(desk.state, "WESTB") == Handover()


def test_a_line_that_does_not_carry_as_it_should_must_be_read_back() -> None:
    desk = river_desk()
    for _ in range(2):
        desk.say("EASTB", LineChecked(line="L-1", result=CheckResult.TECHNICAL))

    with pytest.raises(WrongState, match=r"degraded_lines: L-1"):
        hand_over(desk, "WESTB", Handover())

    hand_over(desk, "WESTB", Handover(degraded_lines=("L-1",)))


def test_reading_back_what_is_no_longer_open_is_refused() -> None:
    desk = called_desk()
    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED))

    with pytest.raises(WrongState, match="no longer open"):
        hand_over(desk, "WESTB", CALLED)


def test_only_the_officer_on_watch_hands_over() -> None:
    desk = river_desk()
    hand_over(desk, "EAST", Handover())

    with pytest.raises(WrongState, match="W-12 is on watch"):
        hand_over(desk, "EAST", Handover(), off="W-11", on="W-13")


def test_an_officer_does_not_relieve_itself_nor_another_partys_cell() -> None:
    desk = river_desk()

    with pytest.raises(Malformed):
        hand_over(desk, "EAST", Handover(), off="W-12", on="W-12")
    with pytest.raises(UnknownThing):
        desk.say("WEST", WatchHandedOver(cell="EAST-TAC", off="W-1", on="W-2"))


def test_a_handover_is_read_by_its_own_party_alone() -> None:
    desk = river_desk()

    hand_over(desk, "EAST", Handover())

    assert desk.entries[-1].readers == ("EAST",)
