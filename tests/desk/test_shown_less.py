"""Whoever was told stays owed: a release taken back is heard, and so is every word after it."""

from __future__ import annotations

from datetime import datetime, timedelta

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
    site,
    told_desk,
)
from openline.desk.view import View, view
from openline.domain.delivery import (
    Delivery,
    DeliveryOwed,
    Due,
    ReceiptGiven,
    ReceiptOverdue,
    Rung,
)
from openline.domain.errors import NotPermitted
from openline.domain.form import Escort, Tier
from openline.domain.line import CheckResult, LineChecked
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


def open_deliveries(desk: Desk) -> list[Delivery]:
    """What is owed of Convoy Seven and has not ended."""
    owed = desk.state.deliveries.values()
    return [each for each in owed if each.subject == "N-007" and each.ended_at is None]


def all_acknowledge(desk: Desk) -> None:
    """Whoever is owed a word of Convoy Seven has heard it."""
    for owed in open_deliveries(desk):
        if not owed.heard:
            desk.say(owed.recipient, ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))


def seen_by_east(desk: Desk, at: datetime) -> View:
    """All that EAST sees then, but for the hour and the record's size."""
    desk.tick(at)
    return replace(view(desk.state, "EAST"), size=0, as_of=STARTS_AT)


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


@pytest.mark.parametrize("answered", [False, True])
def test_nothing_that_they_see_changes_as_the_hidden_hours_begin_and_end(answered: bool) -> None:
    desk = taken_back()
    desk.say("AID", amended(3))
    if answered:
        all_acknowledge(desk)
    hidden = (STARTS_AT, ENDS_AT)
    seen = []
    for begins_or_ends in hidden:
        at = begins_or_ends + timedelta(hours=3)
        seen += [seen_by_east(desk, at - timedelta(seconds=1)), seen_by_east(desk, at)]

    assert desk.state.notifications["N-007"].status is NotificationStatus.EXPIRED
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]


def test_whoever_is_shown_no_more_is_waited_for_after_the_hidden_end() -> None:
    desk = taken_back()
    desk.say("AID", amended(3))
    desk.tick(ENDS_AT + timedelta(hours=4))
    (owed,) = [each for each in open_deliveries(desk) if each.recipient == "EAST"]

    desk.say("EAST", ReceiptGiven(delivery=owed.id, rung=Rung.ACKNOWLEDGED))
    assert {each.recipient for each in open_deliveries(desk)} == {"EAST"}
    assert desk.state.deliveries[owed.id].heard


def test_the_count_of_who_told_still_holds_who_hides_one_thing_and_shows_another() -> None:
    desk = taken_back()
    hidden = view(desk.state, "EAST").told_by
    desk.say("AID", site())

    assert (hidden, view(desk.state, "EAST").told_by) == (0, 1)
    assert view(desk.state, "WEST").told_by == 1


def test_what_expired_leaves_the_desk_by_no_hour_that_was_hidden() -> None:
    desk = taken_back()
    all_acknowledge(desk)
    desk.tick(ENDS_AT)
    desk.now = ENDS_AT + timedelta(days=91)
    desk.say("EASTB", LineChecked(line="L-1", result=CheckResult.PASSED), tick_first=False)

    assert not [each for each in desk.state.deliveries.values() if each.subject == "N-007"]
    assert shown_to_east(desk).status is NotificationStatus.AMENDED


def test_whoever_is_shown_no_more_objects_to_nothing_it_cannot_see() -> None:
    desk = taken_back()

    with pytest.raises(NotPermitted, match="released to"):
        desk.say("EAST", NotificationObjected(notification="N-007", version=1))
