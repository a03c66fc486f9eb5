"""RESUME: from whoever called CHECK FIRE or from above, to all who hold, and as urgently."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, Desk, add_party, contents, open_line, river_desk
from openline.desk.state import digest_of
from openline.desk.view.exchange import deliveries_for
from openline.domain.delivery import Escalated, ReceiptGiven, ReceiptOverdue, Rung
from openline.domain.errors import Malformed, NotPermitted, UnknownThing
from openline.domain.line import LineState, LineStateSet
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import CellAdded, PartyKind, Post, Role
from openline.domain.rules import Level, Precedence

MINUTE = timedelta(minutes=1)
BOTH = ("EAST", "WEST")
RESUME = MessageSent(
    message="M-2",
    kind=MessageKind.RESUME,
    recipients=BOTH,
    precedence=Precedence.FLASH,
    in_reply_to="M-1",
)


def called(caller: str = "HUM", position: str | None = None) -> Desk:
    """A desk at which this party has called CHECK FIRE on both forces, or on the other one."""
    desk = river_desk()
    on = tuple(each for each in BOTH if each != caller)
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, recipients=on)
    desk.say(caller, replace(call, in_reply_to=None), position=position)
    return desk


def test_a_resume_that_leaves_out_somebody_who_holds_fire_is_refused_and_lifts_nothing() -> None:
    desk = called()

    with pytest.raises(Malformed, match="WEST would not hear that M-1 is lifted"):
        desk.say("HUM", replace(RESUME, recipients=("EAST",)))
    assert desk.state.messages["M-1"].closed_at is None


def test_a_resume_less_urgent_than_what_it_lifts_is_refused() -> None:
    desk = called()

    with pytest.raises(Malformed, match="lifts a FLASH"):
        desk.say("HUM", replace(RESUME, precedence=Precedence.ROUTINE))


def test_one_who_is_called_and_has_no_line_any_more_holds_up_nobodys_resume() -> None:
    desk = river_desk()
    add_party(desk, "NORTH", PartyKind.FORCE, levels=(Level.TACTICAL,))
    open_line(desk, "L-N", Level.TACTICAL, ("EAST", "NORTH"))
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, in_reply_to=None)
    desk.say("EAST", replace(call, recipients=("WEST", "NORTH")))
    desk.say("NORTH", LineStateSet(line="L-N", state=LineState.DOWN))

    desk.say("EAST", replace(RESUME, recipients=("WEST", "NORTH")))

    owed = desk.state.deliveries["M-2/v1:NORTH"]
    assert (owed.sender, owed.cell, owed.line, owed.hop) == ("EAST", "NORTH-TAC", None, 1)
    assert desk.state.deliveries["M-2/v1:WEST:L-5"].hop == 3
    assert desk.state.messages["M-1"].closed_at == T0
    with pytest.raises(UnknownThing, match="no line reaches NORTH"):
        desk.say("EAST", replace(call, message="M-3", recipients=("NORTH",)))


def test_a_backer_that_lifts_tells_the_caller_as_well() -> None:
    desk = called("WEST")

    with pytest.raises(Malformed, match="Send it to all of EAST, WEST"):
        desk.say("WESTB", replace(RESUME, recipients=("EAST",)))
    desk.say("WESTB", RESUME)
    assert desk.state.messages["M-1"].closed_at == T0


@pytest.mark.parametrize(
    "position",
    [
        "WEST-TAC.duty",
        "WEST-TAC.commander",
        "WEST-OPS.duty",
        "WESTB-TAC.commander",
        "EAST-OPS.commander",
    ],
)
def test_no_other_position_lifts_what_a_commander_called_and_none_below_it(position: str) -> None:
    desk = called("WEST", "WEST-OPS.commander")

    with pytest.raises(NotPermitted, match=r"WEST-OPS\.commander \(operational\)"):
        _lift(desk, position)
    assert desk.state.messages["M-1"].closed_at is None


@pytest.mark.parametrize("position", ["WEST-OPS.commander", "WESTB-OPS.duty", "WESTB-STRAT.duty"])
def test_the_position_that_called_lifts_and_so_do_its_backers_at_its_level(position: str) -> None:
    desk = called("WEST", "WEST-OPS.commander")
    _lift(desk, position)

    assert desk.state.messages["M-1"].closed_at == T0


@pytest.mark.parametrize("position", ["WEST-TAC.commander", "WEST-OPS.duty"])
def test_a_commander_or_a_higher_level_lifts_what_a_duty_officer_called(position: str) -> None:
    desk = called("WEST", "WEST-TAC.duty")
    _lift(desk, position)

    assert desk.state.messages["M-1"].closed_at == T0


def called_from_a_level_that_is_gone() -> Desk:
    """WEST-OPS.commander called; now its cell is a tactical one with a duty officer alone."""
    desk = called("WEST", "WEST-OPS.commander")
    duty = Post(id="WEST-OPS.duty", roles=(Role.DUTY,))
    desk.operate(CellAdded(cell="WEST-OPS", party="WEST", level=Level.TACTICAL, positions=(duty,)))
    return desk


def test_where_the_calling_level_is_gone_the_highest_commander_left_lifts() -> None:
    desk = called_from_a_level_that_is_gone()

    with pytest.raises(NotPermitted, match="RESUME comes from WEST"):
        _lift(desk, "WEST-OPS.duty")
    _lift(desk, "WEST-TAC.commander")
    assert desk.state.messages["M-1"].closed_at == T0


@pytest.mark.parametrize(
    ("level", "role"), [(Level.OPERATIONAL, Role.DUTY), (Level.STRATEGIC, Role.DUTY)]
)
def test_no_lower_commander_lifts_while_one_above_may(level: Level, role: Role) -> None:
    desk = called_from_a_level_that_is_gone()
    post = Post(id="WEST-NEW.watch", roles=(role,))
    desk.operate(CellAdded(cell="WEST-NEW", party="WEST", level=level, positions=(post,)))

    with pytest.raises(NotPermitted, match="RESUME comes from WEST"):
        _lift(desk, "WEST-TAC.commander")
    _lift(desk, "WEST-NEW.watch")
    assert desk.state.messages["M-1"].closed_at == T0


def test_once_it_is_lifted_nobody_is_called_for_the_check_fire() -> None:
    desk = called()
    desk.say("HUM", RESUME, after=30 * timedelta(seconds=1))
    for owed in [each for each in desk.state.deliveries.values() if each.subject == "M-2"]:
        desk.say(owed.recipient, ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))

    later = desk.tick(T0 + 60 * MINUTE)

    assert contents(later, Escalated) == []
    assert contents(later, ReceiptOverdue) == []


def test_a_humans_answer_by_one_path_ends_the_climbing_of_every_other() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, BOTH)
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, in_reply_to=None)
    desk.say("EAST", replace(call, recipients=("WEST",)))
    desk.say("WEST", ReceiptGiven(delivery="M-1/v1:WEST:L-3", rung=Rung.ACKNOWLEDGED))

    later = desk.tick(T0 + 60 * MINUTE)

    silent = {desk.state.deliveries[each.delivery].recipient for each in contents(later, Escalated)}
    assert silent == {"EASTB", "WESTB"}
    assert desk.state.deliveries["M-1/v1:WEST:L-5"].heard_on == "M-1/v1:WEST:L-3"
    assert digest_of(desk.replayed()) == digest_of(desk.state)


def test_a_carrier_reads_that_another_path_was_heard_and_not_which() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, BOTH)
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, in_reply_to=None)
    desk.say("EAST", replace(call, recipients=("WEST",)))
    desk.say("WEST", ReceiptGiven(delivery="M-1/v1:WEST:L-3", rung=Rung.ACKNOWLEDGED))

    (carried,), (own,) = (
        [each for each in deliveries_for(desk.state, party) if each.line == "L-5"]
        for party in ("WESTB", "WEST")
    )
    assert (carried.heard_on, carried.heard) == ("", True)
    assert (own.heard_on, own.heard) == ("M-1/v1:WEST:L-3", True)


def test_a_carrier_that_answers_by_one_line_is_still_called_for_the_other() -> None:
    desk = called("EAST")
    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB:L-2", rung=Rung.ACKNOWLEDGED))

    later = desk.tick(T0 + 60 * MINUTE)

    assert "M-1/v1:WESTB:L-1" in {each.delivery for each in contents(later, Escalated)}


def test_the_answer_of_a_cell_that_was_only_informed_closes_nothing() -> None:
    desk = called("EAST")
    desk.say("WEST", ReceiptGiven(delivery="M-1/v1:WEST:inform", rung=Rung.ACKNOWLEDGED))

    assert desk.state.messages["M-1"].closed_at is None
    desk.say("WEST", ReceiptGiven(delivery="M-1/v1:WEST:L-5", rung=Rung.ACKNOWLEDGED))
    assert desk.state.messages["M-1"].closed_at == T0


def test_a_recipient_that_carries_as_well_is_still_called_on_each_line() -> None:
    desk = river_desk()
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, in_reply_to=None)
    desk.say("EAST", replace(call, recipients=("WEST", "WESTB")))
    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB:L-2", rung=Rung.ACKNOWLEDGED))

    later = desk.tick(T0 + 60 * MINUTE)

    assert "M-1/v1:WESTB:L-1" in {each.delivery for each in contents(later, Escalated)}
    assert desk.state.deliveries["M-1/v1:WESTB:L-1"].heard_on is None


def test_a_machines_answer_ends_no_other_path() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, BOTH)
    call = replace(RESUME, message="M-1", kind=MessageKind.CHECK_FIRE, in_reply_to=None)
    desk.say("EAST", replace(call, recipients=("WEST",)))
    machine = ReceiptGiven(delivery="M-1/v1:WEST:L-3", rung=Rung.ACKNOWLEDGED)
    desk.say("WEST", machine, by_human=False)

    silent = {each.delivery for each in contents(desk.tick(T0 + 11 * MINUTE), Escalated)}
    assert {"M-1/v1:WEST:L-3", "M-1/v1:WEST:L-5"} <= silent


def _lift(desk: Desk, position: str) -> None:
    party = position.partition("-")[0]
    others = tuple(each for each in BOTH if each != party)
    desk.say(party, replace(RESUME, recipients=others), position=position)
