"""What happens when a FLASH goes unanswered, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, Desk, contents, open_line, river_desk
from openline.desk.clock import conclude_desk_was_down
from openline.desk.view import view
from openline.domain.delivery import (
    Delivery,
    Due,
    Escalated,
    NoticeOwed,
    ReceiptGiven,
    ReceiptOverdue,
    Rule,
    Rung,
    WhyOwed,
)
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.line import WatchGap
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import CellBody, Contact
from openline.domain.rules import Level, Precedence

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def check_fire(desk: Desk, message: str = "M-1") -> list[Delivery]:
    """EAST calls CHECK FIRE on WEST; what that owes to whom."""
    desk.say(
        "EAST",
        MessageSent(
            message=message,
            kind=MessageKind.CHECK_FIRE,
            recipients=("WEST",),
            precedence=Precedence.FLASH,
        ),
    )
    return [owed for owed in desk.state.deliveries.values() if owed.subject == message]


def warn(desk: Desk) -> Delivery:
    """EASTB warns WESTB over L-1 with a FLASH; what that owes."""
    desk.say(
        "EASTB",
        MessageSent(
            message="M-2",
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=Precedence.FLASH,
            line="L-1",
        ),
    )
    return desk.state.deliveries["M-2/v1:WESTB"]


def test_check_fire_goes_at_once_over_every_line_that_can_reach_the_other_force() -> None:
    owed = check_fire(river_desk())

    hops = {(each.hop, each.sender, each.recipient, each.line) for each in owed if each.line}
    assert hops == {
        (1, "EAST", "EASTB", "L-4"),
        (2, "EASTB", "WESTB", "L-1"),
        (2, "EASTB", "WESTB", "L-2"),
        (3, "WESTB", "WEST", "L-5"),
    }
    assert {each.owed_since for each in owed} == {T0}


def test_check_fire_tells_the_operational_level_of_all_concerned_in_the_same_second() -> None:
    owed = check_fire(river_desk())

    informed = {each.cell for each in owed if each.level is Level.OPERATIONAL}
    assert informed == {"EAST-OPS", "EASTB-OPS", "WESTB-OPS", "WEST-OPS"}


def test_a_direct_line_carries_check_fire_beside_the_backers() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))

    owed = check_fire(desk)

    assert {each.line for each in owed if each.recipient == "WEST"} >= {"L-3", "L-5"}


def test_a_relay_hop_of_check_fire_has_sixty_seconds_and_the_clock_runs_from_the_origin() -> None:
    owed = check_fire(river_desk())

    relayed = [each for each in owed if each.rule is Rule.RELAY_HOP]
    assert {each.deliver_by for each in relayed} == {T0 + MINUTE}
    assert {each.acknowledge_by for each in owed} == {T0 + 2 * MINUTE}


def test_check_fire_that_no_line_can_carry_is_refused_and_changes_nothing() -> None:
    desk = river_desk()
    del desk.state.lines["L-5"], desk.state.lines["L-6"]
    size = desk.state.size

    with pytest.raises(UnknownThing, match="no line reaches WEST"):
        check_fire(desk)
    assert desk.state.size == size


def test_check_fire_below_flash_is_refused() -> None:
    with pytest.raises(Malformed, match="always FLASH"):
        river_desk().say(
            "EAST",
            MessageSent(
                message="M-1",
                kind=MessageKind.CHECK_FIRE,
                recipients=("WEST",),
                precedence=Precedence.PRIORITY,
            ),
        )


def test_an_unanswered_flash_climbs_bearer_contact_and_levels_at_its_stated_times() -> None:
    desk = river_desk()
    owed = warn(desk)

    steps = []
    for entry in desk.tick(T0 + 11 * MINUTE):
        at_s = int((entry.recorded_at - T0).total_seconds())
        if isinstance(entry.content, NoticeOwed) and entry.content.delivery == owed.id:
            steps.append((at_s, "ring", entry.content.why, entry.content.cell))
        elif isinstance(entry.content, ReceiptOverdue):
            steps.append((at_s, "overdue", entry.content.due, owed.cell))

    assert steps == [
        (60, "overdue", Due.DELIVERED, "WESTB-TAC"),
        (60, "ring", WhyOwed.SECOND_BEARER, "WESTB-TAC"),
        (120, "overdue", Due.ACKNOWLEDGED, "WESTB-TAC"),
        (120, "ring", WhyOwed.ALTERNATE, "WESTB-TAC"),
        (300, "ring", WhyOwed.OPERATIONAL, "WESTB-OPS"),
        (300, "ring", WhyOwed.OPERATIONAL, "EASTB-OPS"),
        (600, "ring", WhyOwed.STRATEGIC, "WESTB-STRAT"),
        (600, "ring", WhyOwed.STRATEGIC, "EASTB-STRAT"),
    ]


@pytest.mark.parametrize(
    ("bearers", "second", "alternate"),
    [
        (("mail", "siren", "sms"), 1, 2),
        (("mail", "mail", "siren"), 2, 1),
        (("mail", "siren"), 1, 1),
        (("mail", "mail"), 1, 1),
        (("mail",), 0, 0),
        ((), 0, 0),
    ],
)
def test_a_second_bearer_and_an_alternate_are_told_apart_and_somebody_is_rung_each_time(
    bearers: tuple[str, ...], second: int, alternate: int
) -> None:
    desk = river_desk()
    watch = desk.state.cells["WESTB-TAC"]
    contacts = tuple(Contact(bearer=each, address=f"{n}") for n, each in enumerate(bearers))
    desk.state.cells[watch.id] = replace(watch, reach=CellBody(contacts=contacts))
    warn(desk)

    rung = {
        entry.content.why: entry.content.contact
        for entry in desk.tick(T0 + 3 * MINUTE)
        if isinstance(entry.content, NoticeOwed)
    }

    assert rung == {WhyOwed.SECOND_BEARER: second, WhyOwed.ALTERNATE: alternate}


def test_both_sides_see_the_clock_of_an_unanswered_flash() -> None:
    desk = river_desk()
    warn(desk)

    entries = [each for each in desk.tick(T0 + 11 * MINUTE) if isinstance(each.content, Escalated)]

    assert entries
    assert all(set(entry.readers) >= {"EASTB", "WESTB"} for entry in entries)


def test_silence_past_the_deadline_calls_only_the_silent() -> None:
    desk = river_desk()
    for owed in check_fire(desk):
        if owed.recipient != "WEST":
            desk.say(owed.recipient, ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))

    rung = {
        desk.state.deliveries[each.delivery].recipient
        for each in contents(desk.tick(T0 + 3 * MINUTE), NoticeOwed)
        if each.delivery is not None
    }

    assert rung == {"WEST"}


def test_a_machines_answer_does_not_end_the_silence_on_a_flash() -> None:
    desk = river_desk()
    owed = warn(desk)
    receipt = ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED)
    desk.say("WESTB", receipt, after=10 * SECOND, by_human=False)

    assert contents(desk.tick(T0 + 6 * MINUTE), Escalated)


@pytest.mark.parametrize("by_machine", [Rung.ACKNOWLEDGED, Rung.READ_BACK])
def test_a_humans_answer_behind_a_machines_is_taken_and_ends_the_silence(by_machine: Rung) -> None:
    desk = river_desk()
    owed = warn(desk)
    desk.say("WESTB", ReceiptGiven(delivery=owed.id, rung=by_machine), by_human=False)
    receipt = ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED)
    desk.say("WESTB", receipt, after=10 * SECOND)

    later = desk.tick(T0 + 60 * MINUTE)

    held = desk.state.deliveries[owed.id]
    assert (held.rung, held.answered_by_human) == (by_machine, True)
    assert not contents(later, Escalated)
    with pytest.raises(WrongState, match="cannot reach acknowledged"):
        desk.say("WESTB", receipt)


def test_a_machine_that_says_its_rung_again_is_refused() -> None:
    desk = river_desk()
    owed = warn(desk)
    receipt = ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED)
    desk.say("WESTB", receipt, by_human=False)

    with pytest.raises(WrongState, match="cannot reach acknowledged"):
        desk.say("WESTB", receipt, by_human=False)


def test_a_humans_answer_ends_the_silence_on_a_flash() -> None:
    desk = river_desk()
    owed = warn(desk)
    desk.say("WESTB", ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED), after=10 * SECOND)

    later = desk.tick(T0 + 60 * MINUTE)

    assert not contents(later, Escalated)
    assert not contents(later, ReceiptOverdue)


def test_an_answer_in_the_batch_of_the_deadline_wins_over_the_clock() -> None:
    desk = river_desk()
    owed = warn(desk)
    desk.tick(T0 + 119 * SECOND)
    receipt = ReceiptGiven(delivery=owed.id, rung=Rung.READ_BACK)
    desk.say("WESTB", receipt, at=T0 + 2 * MINUTE, tick_first=False)

    assert not contents(desk.tick(T0 + 2 * MINUTE), Escalated)


def test_check_fire_is_answered_when_a_human_of_the_party_concerned_answers() -> None:
    desk = river_desk()
    check_fire(desk)
    desk.say("EASTB", ReceiptGiven(delivery="M-1/v1:EASTB:L-4", rung=Rung.ACKNOWLEDGED))
    before = desk.state.messages["M-1"].closed_at

    desk.say("WEST", ReceiptGiven(delivery="M-1/v1:WEST:L-5", rung=Rung.ACKNOWLEDGED), after=MINUTE)

    assert (before, desk.state.messages["M-1"].closed_at) == (None, T0 + MINUTE)


def test_a_level_without_a_cell_on_either_side_is_shown_as_a_gap() -> None:
    desk = river_desk()
    del desk.state.cells["WESTB-STRAT"]
    warn(desk)

    assert contents(desk.tick(T0 + 11 * MINUTE), WatchGap) == [
        WatchGap(delivery="M-2/v1:WESTB", party="WESTB", level=Level.STRATEGIC)
    ]


def test_resume_comes_only_from_whoever_called_check_fire_or_its_backer() -> None:
    desk = river_desk()
    check_fire(desk)

    def resume(message: str) -> MessageSent:
        return MessageSent(
            message=message,
            kind=MessageKind.RESUME,
            recipients=("EAST",) if message == "M-W" else ("WEST",),
            precedence=Precedence.FLASH,
            in_reply_to="M-1",
        )

    with pytest.raises(NotPermitted, match="RESUME comes from EAST"):
        desk.say("WEST", resume("M-W"))
    desk.say("EAST", resume("M-E"))
    assert desk.state.messages["M-1"].closed_at == T0


def test_a_rung_already_passed_is_refused() -> None:
    desk = river_desk()
    owed = warn(desk)
    desk.say("WESTB", ReceiptGiven(delivery=owed.id, rung=Rung.READ_BACK))

    with pytest.raises(WrongState, match="cannot reach acknowledged"):
        desk.say("WESTB", ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))


def test_only_the_recipient_climbs_its_own_ladder() -> None:
    desk = river_desk()
    owed = warn(desk)

    with pytest.raises(UnknownThing, match="owed to EASTB"):
        desk.say("EASTB", ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))


def test_an_outage_moves_what_both_sides_are_shown_as_well_as_the_clock() -> None:
    desk = river_desk()
    owed = warn(desk)
    cut, back = T0 + 30 * SECOND, T0 + 60 * MINUTE

    desk.conclude(conclude_desk_was_down(desk.state, cut, back), at=back)

    (row,) = view(desk.state, "WESTB").board
    assert (row.delivery, row.silent) == (owed.id, False)
    assert row.due_at == back + 30 * SECOND
