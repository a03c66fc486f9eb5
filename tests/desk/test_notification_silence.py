"""What the clock concludes of notifications."""

from __future__ import annotations

from datetime import timedelta

from desk_harness import T0, contents
from notification_harness import (
    ENDS_AT,
    FOUR,
    STARTS_AT,
    aid_desk,
    convoy,
    convoy_form,
    release,
    site,
    told_desk,
    validate,
)
from openline.desk.clock import next_due
from openline.domain.delivery import (
    DeliveryOwed,
    Due,
    ReceiptGiven,
    ReceiptOverdue,
    RelayOpened,
    Rung,
)
from openline.domain.finding import Fault, FindingMade
from openline.domain.notification import NotificationStatus
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationExpired,
    NotificationResumed,
    NotificationStarted,
    NotificationSuspended,
    SiteLapsed,
    SiteReverified,
)

NINETY_DAYS = timedelta(days=90)


def in_force(desk, recipient: str) -> None:
    for rung in (Rung.READ_BACK, Rung.PASSED_DOWN, Rung.IN_FORCE):
        desk.say(recipient, ReceiptGiven(delivery=f"N-007/v1:{recipient}", rung=rung))


def faults(entries) -> list[Fault]:
    return [each.fault for each in contents(entries, FindingMade)]


def test_a_movement_not_in_force_with_one_recipient_at_its_start_is_not_deconflicted():
    desk = told_desk(convoy())
    for recipient in ("EAST", "EASTB", "WESTB"):
        in_force(desk, recipient)
    entries = desk.tick(STARTS_AT)
    (started,) = contents(entries, NotificationStarted)
    assert started.not_in_force == ("WEST",)
    assert faults(entries) == [Fault.MOVEMENT_NOT_IN_FORCE]
    assert desk.state.notifications["N-007"].status is NotificationStatus.ACTIVE


def test_a_movement_in_force_with_every_recipient_starts_without_a_finding():
    desk = told_desk(convoy())
    for recipient in FOUR:
        in_force(desk, recipient)
    entries = desk.tick(STARTS_AT)
    assert contents(entries, NotificationStarted)[0].not_in_force == ()
    assert faults(entries) == []


def test_a_movement_that_was_told_to_nobody_is_not_deconflicted_when_it_starts():
    desk = aid_desk()
    desk.say("AID", convoy())
    entries = desk.tick(STARTS_AT)
    assert faults(entries) == [Fault.MOVEMENT_NOT_IN_FORCE]
    assert desk.state.notifications["N-007"].status is NotificationStatus.SUBMITTED


def test_nothing_is_held_against_anybody_when_a_suspended_movement_would_have_started():
    desk = told_desk(convoy())
    desk.say("AID", NotificationSuspended(notification="N-007"))
    entries = desk.tick(STARTS_AT)
    assert faults(entries) == []
    assert desk.state.notifications["N-007"].status is NotificationStatus.SUSPENDED


def test_who_else_is_silent_is_for_the_submitter_and_the_conduit_alone():
    desk = told_desk(convoy())
    entries = desk.tick(STARTS_AT)
    readers = {each.readers for each in entries if isinstance(each.content, NotificationStarted)}
    assert readers == {("AID", "HUM")}


def test_a_window_that_ends_in_silence_has_expired_and_is_never_called_completed():
    desk = told_desk(convoy())
    entries = desk.tick(ENDS_AT)
    assert len(contents(entries, NotificationExpired)) == 1
    assert desk.state.notifications["N-007"].status is NotificationStatus.EXPIRED
    assert desk.state.index.party_of("N-007") == ""
    assert all(owed.ended_at for owed in desk.state.deliveries.values())


def test_a_notice_a_force_does_not_acknowledge_goes_by_relay_to_its_backer_that_was_told_too():
    desk = told_desk(site())
    for recipient in ("EAST", "EASTB", "WESTB"):
        desk.say(recipient, ReceiptGiven(delivery=f"N-001/v1:{recipient}", rung=Rung.ACKNOWLEDGED))
    entries = desk.tick(T0 + timedelta(hours=4))
    late = [each for each in contents(entries, ReceiptOverdue) if each.due is Due.ACKNOWLEDGED]
    assert [each.delivery for each in late] == ["N-001/v1:WEST"]
    assert [each.backer for each in contents(entries, RelayOpened)] == ["WESTB"]
    assert "N-001/v1:WESTB:for-WEST" in desk.state.deliveries


def test_a_notice_never_goes_by_relay_to_a_backer_it_was_not_released_to():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", recipients=("WEST",))
    entries = desk.tick(T0 + timedelta(hours=4))
    assert Due.ACKNOWLEDGED in {each.due for each in contents(entries, ReceiptOverdue)}
    assert "WESTB" not in {reader for each in entries for reader in each.readers}


def test_a_site_past_its_date_is_a_finding_once_for_each_lapse_and_stands_all_the_same():
    desk = told_desk(site(), T0)
    first = desk.tick(T0 + NINETY_DAYS + timedelta(hours=1))
    between = desk.tick(T0 + NINETY_DAYS + timedelta(days=89))
    second = desk.tick(T0 + 2 * NINETY_DAYS + timedelta(hours=1))
    lapses = [faults(each).count(Fault.SITE_PAST_REVERIFY) for each in (first, between, second)]
    assert lapses == [1, 0, 1]
    assert len(desk.all_of(SiteLapsed)) == 2
    assert desk.state.notifications["N-001"].past_reverify
    assert desk.state.notifications["N-001"].status is NotificationStatus.NOTIFIED


def test_a_site_verified_again_has_ninety_days_more():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    again = T0 + timedelta(days=80)
    desk.say("AID", SiteReverified(notification="N-001", version=1), at=again)
    entries = desk.tick(again + NINETY_DAYS - timedelta(seconds=1))
    assert Fault.SITE_PAST_REVERIFY not in faults(entries)
    assert next_due(desk.state) == again + NINETY_DAYS


def test_a_movement_is_never_asked_to_be_verified_again():
    desk = aid_desk()
    desk.say("AID", convoy())
    validate(desk, "N-007")
    desk.tick(STARTS_AT + timedelta(days=200))
    assert desk.all_of(SiteLapsed) == []


def test_a_suspended_movement_that_is_amended_asks_nobody_to_be_in_force():
    desk = told_desk(convoy())
    desk.say("AID", NotificationSuspended(notification="N-007"))
    amended = NotificationAmended(
        notification="N-007",
        version=3,
        kind=convoy().kind,
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        escort=convoy().escort,
        body=convoy_form(person_count=20),
    )

    owed = [each.delivery for each in contents(desk.say("AID", amended), DeliveryOwed)]
    overdue = contents(desk.tick(STARTS_AT + timedelta(minutes=1)), ReceiptOverdue)

    assert {(each.passed_down_by, each.in_force_by) for each in owed} == {(None, None)}
    assert {each.due for each in overdue} <= {Due.DELIVERED, Due.ACKNOWLEDGED}
    desk.say("AID", NotificationResumed(notification="N-007"))
    assert desk.state.deliveries["N-007/v4:WEST"].in_force_by == STARTS_AT
