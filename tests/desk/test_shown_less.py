"""Whoever was told stays owed: a release taken back is heard, and so is every word after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import Desk, contents
from notification_harness import (
    ENDS_AT,
    FOUR,
    STARTS_AT,
    convoy,
    convoy_form,
    release,
    told_desk,
)
from openline.desk.view import view
from openline.domain.delivery import DeliveryOwed, Due, ReceiptGiven, ReceiptOverdue, Rung
from openline.domain.errors import NotPermitted
from openline.domain.form import Escort, Tier
from openline.domain.notification import (
    CANNOT_BE_UNTOLD,
    SHOWN_LESS,
    NotificationStatus,
    ToldNotification,
)
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationCancelled,
    NotificationObjected,
    NotificationReleased,
    NotificationSuspended,
)
from openline.domain.rules import Precedence


def taken_back(tier: Tier = Tier.CONDUIT_ONLY) -> Desk:
    """Convoy Seven was told in full to all four, and then to EAST at this tier only."""
    desk = told_desk(convoy())
    release(desk, "N-007", tier, ("EAST",))
    return desk


def amended(hours: int) -> NotificationAmended:
    """Convoy Seven as it goes that many hours later."""
    later = timedelta(hours=hours)
    way = tuple(replace(each, eta=each.eta + later) for each in convoy_form().waypoints if each.eta)
    return NotificationAmended(
        notification="N-007",
        version=2,
        kind=convoy().kind,
        starts_at=STARTS_AT + later,
        ends_at=ENDS_AT + later,
        escort=Escort.NO,
        body=convoy_form(waypoints=way),
    )


def shown_to_east(desk: Desk) -> ToldNotification:
    (told,) = view(desk.state, "EAST").told_notifications
    return told


@pytest.mark.parametrize("tier", [Tier.PLACE_AND_TIME, Tier.CONDUIT_ONLY])
def test_whoever_is_shown_less_is_told_at_once_that_it_cannot_be_untold(tier: Tier) -> None:
    desk = taken_back(tier)

    owed = desk.all_of(DeliveryOwed)[-1].delivery
    assert (owed.recipient, owed.owed_since) == ("EAST", desk.now)
    assert {SHOWN_LESS, CANNOT_BE_UNTOLD} <= set(shown_to_east(desk).sentences)


def test_whoever_is_shown_no_more_reads_neither_the_release_nor_a_reason() -> None:
    desk = taken_back()
    desk.say("AID", NotificationCancelled(notification="N-007"))

    said = [
        each.readers
        for each in desk.entries
        if isinstance(each.content, NotificationReleased | NotificationCancelled)
    ]
    assert ["EAST" in readers for readers in said] == [True, False, False]


@pytest.mark.parametrize(
    "word",
    [
        amended(3),
        NotificationCancelled(notification="N-007"),
        NotificationSuspended(notification="N-007"),
    ],
)
def test_whoever_was_told_once_is_owed_every_later_word(word) -> None:
    desk = taken_back()

    owed = [each.delivery for each in contents(desk.say("AID", word), DeliveryOwed)]

    assert {each.recipient for each in owed} == {"HUM", *FOUR}


def test_whoever_is_shown_no_more_sees_that_it_changed_or_ended_and_nothing_else() -> None:
    desk = taken_back()
    desk.say("AID", amended(3))
    changed = shown_to_east(desk)
    desk.say("AID", NotificationCancelled(notification="N-007"))
    ended = shown_to_east(desk)

    assert (changed.version, changed.status) == (2, NotificationStatus.AMENDED)
    assert (ended.version, ended.status) == (3, NotificationStatus.CANCELLED)
    for told in (changed, ended):
        assert (told.starts_at, told.ends_at, told.form) == (None, None, None)


def test_no_status_tells_the_hour_to_whoever_is_shown_no_more() -> None:
    desk = taken_back()
    before = shown_to_east(desk)
    desk.tick(ENDS_AT + timedelta(hours=1))

    assert shown_to_east(desk) == before


@pytest.mark.parametrize("hours", [-90, -48, 3])
def test_what_is_owed_to_them_tells_no_hour_that_they_are_shown_no_more(hours: int) -> None:
    desk = taken_back()

    owed = [each.delivery for each in contents(desk.say("AID", amended(hours)), DeliveryOwed)]

    (east,) = [each for each in owed if each.recipient == "EAST"]
    assert east.acknowledge_by is not None
    assert (east.precedence, east.acknowledge_by - desk.now, east.in_force_by) == (
        Precedence.IMMEDIATE,
        timedelta(minutes=30),
        None,
    )


def test_nobody_is_asked_to_put_in_force_what_it_is_shown_no_more() -> None:
    desk = taken_back()
    entries = desk.tick(STARTS_AT + timedelta(minutes=1))

    overdue = [each for each in contents(entries, ReceiptOverdue) if each.due is Due.IN_FORCE]
    silent = {desk.state.deliveries[each.delivery].recipient for each in overdue}
    assert silent == {"WEST", "EASTB", "WESTB"}


def test_released_again_it_is_owed_again_and_climbs_a_ladder_of_its_own() -> None:
    desk = taken_back()
    release(desk, "N-007", Tier.FULL, ("EAST",))

    owed = desk.all_of(DeliveryOwed)[-1].delivery
    desk.say("EAST", ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))
    desk.say("EAST", NotificationObjected(notification="N-007", version=1))
    assert owed.in_force_by == STARTS_AT
    assert desk.state.deliveries[owed.id].rung is Rung.OBJECTED
    assert SHOWN_LESS not in shown_to_east(desk).sentences


def test_whoever_is_shown_no_more_objects_to_nothing_it_cannot_see() -> None:
    desk = taken_back()

    with pytest.raises(NotPermitted, match="released to"):
        desk.say("EAST", NotificationObjected(notification="N-007", version=1))
