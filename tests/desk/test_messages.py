"""Messages, receipts, relays by the backers, and what silence on less than a FLASH means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, Desk, contents, open_line, river_desk
from openline.desk.clock import conclude_desk_was_down
from openline.desk.owing.deliveries import Owed, owe
from openline.domain.delivery import (
    BearerOutcome,
    Delivery,
    Due,
    NoticeAttempted,
    NoticeOwed,
    ReceiptGiven,
    ReceiptOverdue,
    RelayForwarded,
    RelayOpened,
    Rung,
    SubjectKind,
)
from openline.domain.errors import Malformed, UnknownThing, WrongState
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.party import DeskWasDown
from openline.domain.rules import Level, Precedence
from openline.domain.statement import THE_DESK, Entry

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def send(
    desk: Desk,
    author: str,
    recipient: str,
    *,
    message: str = "M-1",
    kind: MessageKind = MessageKind.NOTIFY,
    precedence: Precedence = Precedence.PRIORITY,
    line: str | None = None,
) -> Delivery:
    desk.say(
        author,
        MessageSent(
            message=message,
            kind=kind,
            recipients=(recipient,),
            precedence=precedence,
            line=line,
            body=MessageBody(text="words", language="en"),
        ),
    )
    return next(each for each in desk.state.deliveries.values() if each.subject == message)


@pytest.mark.parametrize(
    ("precedence", "within"),
    [
        (Precedence.ROUTINE, 12 * HOUR),
        (Precedence.PRIORITY, 4 * HOUR),
        (Precedence.IMMEDIATE, 30 * MINUTE),
        (Precedence.FLASH, 2 * MINUTE),
    ],
)
def test_an_acknowledgement_is_due_by_the_precedence(
    precedence: Precedence, within: timedelta
) -> None:
    owed = send(river_desk(), "EASTB", "WESTB", precedence=precedence)

    assert owed.acknowledge_by == T0 + within


def test_nobody_has_longer_to_answer_than_half_the_time_left_to_the_start() -> None:
    desk = river_desk()
    owed = Owed(
        subject="N-1",
        subject_kind=SubjectKind.NOTIFICATION,
        origin="HUM",
        precedence=Precedence.PRIORITY,
        since=T0,
        entry=0,
        starts_at=T0 + HOUR,
        movement=True,
    )

    delivery = owe(desk.state, owed, ("WEST",))[0].content.delivery

    assert delivery.acknowledge_by == T0 + 30 * MINUTE
    assert delivery.passed_down_by == T0 + 30 * MINUTE
    assert delivery.in_force_by == T0 + HOUR


def test_a_message_takes_the_tactical_line_unless_it_names_another() -> None:
    desk = river_desk()

    assert send(desk, "EASTB", "WESTB").line == "L-1"
    assert send(desk, "EASTB", "WESTB", message="M-2", line="L-2").line == "L-2"


def test_a_message_that_no_line_carries_is_refused_with_the_way_out() -> None:
    with pytest.raises(
        UnknownThing, match=r"no line carries from EAST to WEST\. Send it as a RELAY"
    ):
        send(river_desk(), "EAST", "WEST")


def test_an_overdue_acknowledgement_shows_to_both_and_goes_to_the_backer() -> None:
    desk = river_desk()
    owed = send(desk, "HUM", "WEST")

    said = desk.tick(T0 + 4 * HOUR)

    overdue = [each for each in contents(said, ReceiptOverdue) if each.due is Due.ACKNOWLEDGED]
    assert [(each.delivery, each.due_at) for each in overdue] == [(owed.id, T0 + 4 * HOUR)]
    assert contents(said, RelayOpened) == [
        RelayOpened(delivery=owed.id, backer="WESTB", line="L-6")
    ]
    assert desk.state.deliveries["M-1/v1:WESTB:for-WEST"].hops == 2


def test_what_went_to_the_backer_goes_no_second_time() -> None:
    desk = river_desk()
    send(desk, "HUM", "WEST")

    desk.tick(T0 + 48 * HOUR)

    assert len([r for r in desk.all_of(RelayOpened) if r.backer == "WESTB"]) == 1


def test_any_answer_ends_the_silence_on_less_than_a_flash() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB")
    receipt = ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED)
    desk.say("WESTB", receipt, by_human=False)

    assert not contents(desk.tick(T0 + 5 * HOUR), ReceiptOverdue)


def test_an_answer_in_the_middle_keeps_every_rung_with_its_time_and_position() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB")
    for minute, rung in enumerate((Rung.ACKNOWLEDGED, Rung.READ_BACK, Rung.PASSED_DOWN), start=1):
        desk.say("WESTB", ReceiptGiven(delivery=owed.id, rung=rung), at=T0 + minute * MINUTE)

    climbed = desk.state.deliveries[owed.id].climbed

    assert [(c.rung, c.at, c.position) for c in climbed] == [
        (Rung.ACKNOWLEDGED, T0 + MINUTE, "WESTB-TAC.commander"),
        (Rung.READ_BACK, T0 + 2 * MINUTE, "WESTB-TAC.commander"),
        (Rung.PASSED_DOWN, T0 + 3 * MINUTE, "WESTB-TAC.commander"),
    ]


def test_a_bearer_that_delivered_lifts_to_delivered_and_not_to_acknowledged() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB")
    attempt = NoticeAttempted(
        notice=owed.id, bearer="smtp", attempt=1, outcome=BearerOutcome.DELIVERED
    )

    desk.say("DESK", attempt, position="")

    assert desk.state.deliveries[owed.id].rung is Rung.DELIVERED
    assert not desk.state.deliveries[owed.id].answered


def test_a_bearer_that_failed_lifts_nothing() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB")
    attempt = NoticeAttempted(
        notice=owed.id, bearer="smtp", attempt=1, outcome=BearerOutcome.FAILED
    )

    desk.say("DESK", attempt, position="")

    assert desk.state.deliveries[owed.id].rung is Rung.SENT


def test_a_relay_goes_hop_by_hop_with_a_receipt_at_each() -> None:
    desk = river_desk()
    send(desk, "EAST", "WEST", kind=MessageKind.RELAY)
    leaf = desk.state.messages["M-1"].leafhash
    for carrier, to in (("EASTB", "WESTB"), ("WESTB", "WEST")):
        delivery = f"M-1/v1:{carrier}"
        desk.say(carrier, ReceiptGiven(delivery=delivery, rung=Rung.ACKNOWLEDGED))
        desk.say(carrier, RelayForwarded(delivery=delivery, message="M-1", to=to, of=leaf))

    ladder = {each.recipient: (each.hop, each.rung) for each in desk.state.deliveries.values()}
    assert ladder == {
        "EASTB": (1, Rung.PASSED_DOWN),
        "WESTB": (2, Rung.PASSED_DOWN),
        "WEST": (3, Rung.SENT),
    }
    assert {each.origin for each in desk.state.deliveries.values()} == {"EAST"}


def test_a_relay_of_other_words_than_the_origin_signed_is_refused() -> None:
    desk = river_desk()
    send(desk, "EAST", "WEST", kind=MessageKind.RELAY)

    with pytest.raises(Malformed, match="not what the origin signed"):
        desk.say(
            "EASTB",
            RelayForwarded(delivery="M-1/v1:EASTB", message="M-1", to="WESTB", of="f" * 64),
        )


def test_a_relay_is_carried_by_the_backers_of_either_side_and_nobody_else() -> None:
    desk = river_desk()
    send(desk, "EAST", "WEST", kind=MessageKind.RELAY)

    with pytest.raises(UnknownThing, match="may carry it"):
        desk.say("EASTB", RelayForwarded(delivery="M-1/v1:EASTB", message="M-1", to="HUM", of=""))


def test_a_relay_hop_not_taken_in_sixty_seconds_is_overdue_and_rung() -> None:
    desk = river_desk()
    send(desk, "EAST", "WEST", kind=MessageKind.RELAY)

    said = desk.tick(T0 + MINUTE)

    assert [each.due for each in contents(said, ReceiptOverdue)] == [Due.DELIVERED]
    assert [each.cell for each in contents(said, NoticeOwed)] == ["EASTB-TAC"]


def test_a_message_id_is_used_once() -> None:
    desk = river_desk()
    send(desk, "EASTB", "WESTB")

    with pytest.raises(WrongState, match="sent already"):
        send(desk, "EASTB", "WESTB")


def test_silence_while_the_desk_was_down_is_held_against_nobody() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB")
    _go_down(desk, T0 + HOUR, T0 + 10 * HOUR)

    before = contents(desk.tick(T0 + 12 * HOUR), ReceiptOverdue)
    after = contents(desk.tick(T0 + 13 * HOUR), ReceiptOverdue)

    assert [each for each in before if each.due is Due.ACKNOWLEDGED] == []
    assert [each.delivery for each in after if each.due is Due.ACKNOWLEDGED] == [owed.id]


def test_after_an_outage_every_flash_still_open_is_rung_at_once() -> None:
    desk = river_desk()
    owed = send(desk, "EASTB", "WESTB", precedence=Precedence.FLASH)

    said = _go_down(desk, T0 + MINUTE / 2, T0 + HOUR)

    assert [each.delivery for each in contents(said, NoticeOwed)] == [owed.id]


def _go_down(desk: Desk, from_at, to_at) -> list[Entry]:
    desk.now = to_at
    concluded = conclude_desk_was_down(desk.state, from_at, to_at)
    assert isinstance(concluded[0].content, DeskWasDown)
    return desk._fold(
        Entry(
            index=desk.state.size + place,
            recorded_at=to_at,
            id=f"desk-{desk.state.size + place}",
            author=THE_DESK,
            content=each.content,
            readers=each.readers,
        )
        for place, each in enumerate(concluded)
    )


def test_a_relay_goes_by_the_backers_even_where_a_direct_line_is_open() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))

    assert send(desk, "EAST", "WEST", kind=MessageKind.RELAY).recipient == "EASTB"


def _resumed_by_two_ways() -> Desk:
    """EAST's RESUME, less than a FLASH, that WEST waits for by L-7 and by its backer's L-5.

    It bears the precedence of what it lifts, so that is made less as well.
    """
    desk = river_desk()
    open_line(desk, "L-7", Level.TACTICAL, ("EAST", "WEST"))
    open_line(desk, "L-8", Level.TACTICAL, ("EAST", "WESTB"))
    for message, kind, precedence, to in (
        ("M-1", MessageKind.CHECK_FIRE, Precedence.FLASH, None),
        ("M-2", MessageKind.RESUME, Precedence.IMMEDIATE, "M-1"),
    ):
        sent = MessageSent(
            message=message,
            kind=kind,
            recipients=("WEST",),
            precedence=precedence,
            in_reply_to=to,
        )
        desk.say("EAST", sent)
        called = desk.state.messages["M-1"]
        desk.state.messages["M-1"] = replace(called, precedence=Precedence.IMMEDIATE)
    return desk


def test_who_waits_for_one_word_by_several_ways_has_its_backer_asked_once() -> None:
    desk = _resumed_by_two_ways()

    desk.tick(T0 + HOUR)

    ways = [each for each in desk.state.deliveries if each.startswith("M-2/v1:WEST:L-")]
    asked = [each for each in desk.all_of(RelayOpened) if each.delivery in ways]
    assert len(ways) == 2
    assert [each.backer for each in asked] == ["WESTB"]


def test_what_only_informs_the_operational_level_is_shown_overdue_and_goes_to_no_backer() -> None:
    desk = _resumed_by_two_ways()
    informs = [each for each in desk.state.deliveries if each.startswith("M-2/v1:WEST:inform")]

    said = desk.tick(T0 + HOUR)

    overdue = [each for each in contents(said, ReceiptOverdue) if each.due is Due.ACKNOWLEDGED]
    assert informs
    assert set(informs) <= {each.delivery for each in overdue}
    assert not [each for each in contents(said, RelayOpened) if each.delivery in informs]
    assert not [
        each
        for each in contents(said, NoticeOwed)
        if each.delivery in informs and each.notice.endswith(f":{Due.ACKNOWLEDGED}")
    ]
