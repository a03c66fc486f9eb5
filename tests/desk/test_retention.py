"""What is over leaves the live desk by the rule, and its id stays taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk
from ground_harness import file_plan
from notification_harness import site, told_desk
from openline.desk.state import digest_of
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.errors import WrongState
from openline.domain.line import CheckResult, LineChecked
from openline.domain.message import MessageKind, MessageSent
from openline.domain.notification_said import NotificationCancelled
from openline.domain.rules import Precedence

KEPT = timedelta(days=90)
DAY = timedelta(days=1)


def after(desk: Desk, span: timedelta) -> None:
    """So much later something is said, whatever it is."""
    desk.now += span
    desk.say("EASTB", LineChecked(line="L-1", result=CheckResult.PASSED), tick_first=False)


def cancelled_desk(*, answered: bool = True) -> Desk:
    """N-001 was told to all and cancelled, and all have answered, or none."""
    desk = told_desk(site())
    desk.say("AID", NotificationCancelled(notification="N-001"))
    for owed in [each for each in desk.state.deliveries.values() if each.ended_at is None]:
        if answered:
            desk.say(owed.recipient, ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))
    return desk


def warned_desk(*, answered: bool) -> Desk:
    """EASTB has warned WESTB, and was read back or not."""
    desk = told_desk(site())
    warning = MessageSent(
        message="M-1", kind=MessageKind.WARN, recipients=("WESTB",), precedence=Precedence.FLASH
    )
    desk.say("EASTB", warning)
    if answered:
        desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.READ_BACK))
    return desk


def test_an_ended_notification_stays_as_long_as_the_rule_says_and_then_leaves() -> None:
    desk = cancelled_desk()

    after(desk, KEPT - DAY)
    kept = "N-001" in desk.state.notifications
    after(desk, 2 * DAY)

    assert kept
    assert "N-001" not in desk.state.notifications
    assert not [each for each in desk.state.deliveries.values() if each.subject == "N-001"]


def test_a_notification_of_which_somebody_was_never_heard_stays() -> None:
    desk = cancelled_desk(answered=False)

    after(desk, KEPT + DAY)
    desk.tick(desk.now)

    assert "N-001" in desk.state.notifications


def test_what_left_keeps_its_id() -> None:
    desk = cancelled_desk()
    after(desk, KEPT + DAY)

    with pytest.raises(WrongState, match="this id is taken"):
        desk.say("AID", site())
    with pytest.raises(WrongState, match="this id is taken"):
        file_plan(desk, "EAST", "N-001", starts_at=desk.now, ends_at=desk.now + DAY)


@pytest.mark.parametrize("answered", [True, False])
def test_a_message_leaves_once_it_was_answered_and_never_before(answered: bool) -> None:
    desk = warned_desk(answered=answered)

    after(desk, KEPT + DAY)

    assert ("M-1" in desk.state.messages) is not answered
    assert ("M-1/v1:WESTB" in desk.state.deliveries) is not answered


def test_whoever_reads_the_record_forgets_the_same() -> None:
    desk = cancelled_desk()
    after(desk, KEPT + DAY)

    assert digest_of(desk.replayed()) == digest_of(desk.state)
