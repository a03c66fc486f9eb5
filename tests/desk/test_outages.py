"""What an outage of the desk moves, what it leaves where it was, and whom it rings for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, Desk, contents, river_desk
from ground_harness import HOUR, north_of, state_edge
from notification_harness import convoy, told_desk
from openline.desk.clock import conclude_desk_was_down
from openline.desk.deadlines import Deadlines, What
from openline.desk.decide import decide
from openline.domain.cadence import ContactMissed
from openline.domain.delivery import NoticeOwed, ReceiptGiven, Rung
from openline.domain.message import MessageKind, MessageSent
from openline.domain.rules import Precedence
from openline.domain.statement import Entry, Tick

PAIR = "EAST|WEST"
WEST_AT = (40.2, 35.3)


def four_hours_apart(desk: Desk) -> None:
    """Two forces of which contact is due every four hours."""
    state_edge(desk, "WEST", WEST_AT)
    state_edge(desk, "EAST", north_of(15_000.0, WEST_AT))


def go_down(desk: Desk, hours: float = 2.0) -> list[Entry]:
    """The desk cannot hear from an hour on, for so long."""
    cut = T0 + HOUR
    back = cut + hours * HOUR
    return desk.conclude(conclude_desk_was_down(desk.state, cut, back), at=back)


def warn(desk: Desk, message: str, precedence: Precedence) -> str:
    """EASTB warns WESTB over L-1; the delivery that is owed."""
    sent = MessageSent(
        message=message,
        kind=MessageKind.WARN,
        recipients=("WESTB",),
        precedence=precedence,
        line="L-1",
    )
    desk.say("EASTB", sent)
    return f"{message}/v1:WESTB"


@pytest.mark.parametrize(
    "what",
    [
        What.NOTIFICATION_STARTS,
        What.NOTIFICATION_ENDS,
        What.PLAN_ENDS,
        What.MEASURE_ENDS,
        What.AIRSPACE_ENDS,
        What.AIRSPACE_JUDGED,
        What.LOOSEN,
    ],
)
def test_what_is_appointed_is_moved_by_no_outage(what: What) -> None:
    deadlines = Deadlines()
    deadlines.set(what, "thing", T0 + HOUR)

    deadlines.move(HOUR, from_=T0)

    assert deadlines.next_due() == T0 + HOUR


def test_when_a_movement_must_be_passed_down_is_shown_later_by_the_outage() -> None:
    desk = told_desk(convoy())
    before = desk.state.deliveries["N-007/v1:WEST"].passed_down_by
    assert before is not None

    go_down(desk)

    owed = desk.state.deliveries["N-007/v1:WEST"]
    assert owed.passed_down_by == before + 2 * HOUR
    assert owed.passed_down_by == desk.state.deadlines.find(What.PASS_DOWN, owed.id)


def test_when_contact_is_due_is_shown_later_by_the_outage() -> None:
    desk = river_desk()
    four_hours_apart(desk)

    go_down(desk)

    assert desk.state.cadences[PAIR].contact_due_at == T0 + 6 * HOUR
    assert desk.state.deadlines.find(What.CONTACT, PAIR) == T0 + 6 * HOUR


def test_contact_found_missed_late_is_next_due_from_when_it_was_found() -> None:
    desk = river_desk()
    four_hours_apart(desk)

    late = desk._fold(decide(desk.state, Tick(), T0 + 9 * HOUR))

    assert [each.due_at for each in contents(late, ContactMissed)] == [T0 + 4 * HOUR]
    assert desk.state.cadences[PAIR].contact_due_at == T0 + 13 * HOUR


def test_after_an_outage_nobody_is_rung_for_less_than_a_flash_or_for_one_that_is_answered() -> None:
    desk = river_desk()
    warn(desk, "M-less", Precedence.PRIORITY)
    answered = warn(desk, "M-answered", Precedence.FLASH)
    desk.say("WESTB", ReceiptGiven(delivery=answered, rung=Rung.ACKNOWLEDGED))
    open_still = warn(desk, "M-open", Precedence.FLASH)
    desk.now = T0 + timedelta(seconds=30)

    rung = contents(go_down(desk), NoticeOwed)

    assert [each.delivery for each in rung] == [open_still]
