"""What leaves the conduit, by whose consent, and what recipients are told afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, contents
from notification_harness import (
    FOUR,
    STARTS_AT,
    aid_desk,
    convoy,
    evacuation,
    release,
    releases,
    site,
    told_desk,
    validate,
)
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.conflict import ConflictsFound, PointerGiven
from openline.domain.delivery import DeliveryOwed, ReceiptGiven, Rung
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.form import Tier
from openline.domain.notification import NotificationStatus, ReasonBody, Release
from openline.domain.notification_said import (
    NotificationCancelled,
    NotificationCompleted,
    NotificationConsented,
    NotificationObjected,
    NotificationReleased,
    NotificationResumed,
    NotificationSuspended,
    NotificationWithdrawn,
)
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.domain.rules import Precedence


def test_nothing_leaves_the_conduit_before_the_submitter_names_recipients():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    with pytest.raises(NotPermitted, match="has not consented"):
        desk.say("HUM", NotificationReleased(notification="N-001", version=1, releases=releases()))
    assert {owed.recipient for owed in desk.state.deliveries.values()} == {"HUM"}


def test_the_conduit_cannot_release_more_than_the_consent_it_cites():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    consented = NotificationConsented(
        notification="N-001",
        version=1,
        releases=(Release(recipient="WEST", tier=Tier.PLACE_AND_TIME),),
    )
    consent = desk.say("AID", consented)[0].index

    def by_consent(*named: Release) -> NotificationReleased:
        return NotificationReleased(
            notification="N-001", version=1, releases=named, consent=consent
        )

    for more in (
        Release(recipient="WEST", tier=Tier.FULL),
        Release(recipient="EAST", tier=Tier.PLACE_AND_TIME),
    ):
        with pytest.raises(NotPermitted, match="does not consent"):
            desk.say("HUM", by_consent(more))
    desk.say("HUM", by_consent(Release(recipient="WEST", tier=Tier.PLACE_AND_TIME)))
    assert desk.state.notifications["N-001"].releases == {"WEST": Tier.PLACE_AND_TIME}


def test_only_the_last_consent_holds():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    consented = NotificationConsented(notification="N-001", version=1, releases=releases())
    first = desk.say("AID", consented)[0].index
    desk.say("AID", consented)
    with pytest.raises(NotPermitted, match="Cite that one"):
        desk.say(
            "HUM",
            NotificationReleased(
                notification="N-001", version=1, releases=releases(), consent=first
            ),
        )


def test_the_submitters_own_word_of_release_is_its_consent():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    entries = desk.say(
        "AID", NotificationReleased(notification="N-001", version=1, releases=releases())
    )
    assert {each.delivery.recipient for each in contents(entries, DeliveryOwed)} == set(FOUR)


def test_nothing_is_released_before_a_conduit_has_validated_it():
    desk = aid_desk()
    desk.say("AID", site())
    with pytest.raises(WrongState, match="validates it before release"):
        desk.say("AID", NotificationReleased(notification="N-001", version=1, releases=releases()))


def test_a_position_without_the_role_of_release_releases_nothing():
    desk = aid_desk()
    desk.say("AID", site())
    with pytest.raises(NotPermitted):
        desk.say(
            "AID",
            NotificationConsented(notification="N-001", version=1, releases=releases()),
            position="AID-TAC.duty",
        )


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        ((), Malformed),
        ((*releases(recipients=("WEST",)), *releases(recipients=("WEST",))), Malformed),
        (releases(recipients=("NORTH",)), UnknownThing),
        (releases(recipients=("HUM",)), NotPermitted),
        (releases(recipients=("AID",)), NotPermitted),
    ],
)
def test_recipients_are_forces_and_backers_each_named_once(named, refusal):
    desk = aid_desk()
    desk.say("AID", site())
    with pytest.raises(refusal):
        desk.say("AID", NotificationConsented(notification="N-001", version=1, releases=named))


def test_a_release_is_owed_by_the_conduit_over_its_line_and_stays_the_submitters_word():
    desk = told_desk(site())
    owed = desk.state.deliveries["N-001/v1:WEST"]
    assert (owed.origin, owed.sender, owed.line) == ("AID", "HUM", "L-6")


def test_a_movement_is_owed_with_the_hours_to_pass_it_down_and_be_in_force():
    desk = told_desk(convoy())
    owed = desk.state.deliveries["N-007/v1:WEST"]
    assert owed.passed_down_by == STARTS_AT - timedelta(hours=6)
    assert owed.in_force_by == STARTS_AT


def test_nobody_has_longer_than_half_the_time_left_to_acknowledge_a_movement():
    desk = told_desk(evacuation(T0 + timedelta(minutes=50)))
    owed = desk.state.deliveries["N-008/v1:WEST"]
    assert owed.acknowledge_by <= T0 + timedelta(minutes=25)


def test_precedence_is_by_the_time_left_when_it_is_told_and_not_when_it_was_submitted():
    desk = aid_desk(STARTS_AT - timedelta(hours=60))
    desk.say("AID", convoy())
    validate(desk, "N-007")
    desk.tick(STARTS_AT - timedelta(hours=20))
    release(desk, "N-007")
    assert desk.state.deliveries["N-007/v1:HUM"].precedence is Precedence.PRIORITY
    assert desk.state.deliveries["N-007/v1:WEST"].precedence is Precedence.IMMEDIATE


def test_a_recipient_at_tier_three_is_owed_nothing():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.CONDUIT_ONLY, ("WEST",))
    assert {owed.recipient for owed in desk.state.deliveries.values()} == {"HUM"}
    with pytest.raises(UnknownThing):
        desk.say("WEST", NotificationObjected(notification="N-001", version=1))


def test_recipients_read_the_entry_that_releases_it_to_them():
    desk = told_desk(site())
    (readers,) = [
        each.readers for each in desk.entries if isinstance(each.content, NotificationReleased)
    ]
    assert set(readers) == {"AID", "HUM", *FOUR}


def test_releasing_to_one_more_recipient_does_not_tell_the_others_again():
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", recipients=("EAST",))
    before = len(desk.state.deliveries)
    release(desk, "N-001", recipients=("EAST", "WEST"))
    assert len(desk.state.deliveries) == before + 1


def test_a_withdrawal_tells_every_recipient_at_once_and_ends_what_was_owed():
    desk = told_desk(site())
    entries = desk.say("AID", NotificationWithdrawn(notification="N-001"))
    owed = [each.delivery for each in contents(entries, DeliveryOwed)]
    assert {each.recipient for each in owed} == {"HUM", *FOUR}
    assert {each.owed_since for each in owed} == {desk.now}
    assert desk.state.deliveries["N-001/v1:WEST"].ended_at == desk.now
    assert desk.state.notifications["N-001"].status is NotificationStatus.WITHDRAWN
    assert desk.state.index.party_of("N-001") == ""


def test_a_withdrawal_takes_back_the_consent():
    desk = told_desk(site())
    before = desk.state.notifications["N-001"].consent

    desk.say("AID", NotificationWithdrawn(notification="N-001"))

    assert before is not None
    assert desk.state.notifications["N-001"].consent is None


def test_what_was_withdrawn_is_not_released_again():
    desk = told_desk(site())
    desk.say("AID", NotificationWithdrawn(notification="N-001"))
    with pytest.raises(WrongState):
        desk.say("AID", NotificationReleased(notification="N-001", version=2, releases=releases()))


def test_only_the_submitter_withdraws():
    desk = told_desk(site())
    with pytest.raises(NotPermitted):
        desk.say("HUM", NotificationWithdrawn(notification="N-001"))


def test_a_cancelled_movement_is_told_and_asks_nobody_to_be_in_force():
    desk = told_desk(convoy())
    entries = desk.say("AID", NotificationCancelled(notification="N-007"))
    owed = [each.delivery for each in contents(entries, DeliveryOwed)]
    assert {each.recipient for each in owed} == {"HUM", *FOUR}
    assert {each.in_force_by for each in owed} == {None}
    assert desk.tick(STARTS_AT + timedelta(days=2)) is not None
    assert desk.state.notifications["N-007"].status is NotificationStatus.CANCELLED


def test_what_is_suspended_keeps_its_ground_and_is_owed_anew_when_it_resumes():
    desk = told_desk(convoy())
    desk.say("HUM", NotificationSuspended(notification="N-007", body=ReasonBody(text="fighting")))
    suspended = desk.state.notifications["N-007"].status
    ground = desk.state.index.party_of("N-007")
    desk.say("AID", NotificationResumed(notification="N-007"))
    assert (suspended, ground) == (NotificationStatus.SUSPENDED, "AID")
    assert desk.state.notifications["N-007"].status is NotificationStatus.NOTIFIED
    assert desk.state.deliveries["N-007/v3:WEST"].in_force_by == STARTS_AT


def test_an_objection_is_a_rung_of_what_was_owed_and_the_notification_stands():
    desk = told_desk(site())
    entries = desk.say(
        "WEST",
        NotificationObjected(notification="N-001", version=1, body=ReasonBody(text="no hospital")),
    )
    assert entries[0].readers == ("AID", "HUM", "WEST")
    assert desk.state.deliveries["N-001/v1:WEST"].rung is Rung.OBJECTED
    assert desk.state.notifications["N-001"].status is NotificationStatus.NOTIFIED


def test_the_submitter_reads_every_receipt_for_its_notification():
    desk = told_desk(site())
    entries = desk.say("WEST", ReceiptGiven(delivery="N-001/v1:WEST", rung=Rung.ACKNOWLEDGED))
    assert {"AID", "HUM", "WEST"} <= set(entries[0].readers)


def test_only_what_is_active_can_be_said_to_be_completed():
    desk = told_desk(convoy())
    with pytest.raises(WrongState):
        desk.say("AID", NotificationCompleted(notification="N-007"))
    desk.tick(STARTS_AT)
    desk.say("AID", NotificationCompleted(notification="N-007"))
    assert desk.state.notifications["N-007"].status is NotificationStatus.COMPLETED


def drone_over_the_hospital() -> PlanFiled:
    over = Circle(center=Position(lat_deg=35.47, lon_deg=40.07), radius_m=500.0)
    return PlanFiled(
        plan="W-1",
        kind=Kind.DRONE,
        starts_at=T0 + timedelta(days=2),
        ends_at=T0 + timedelta(days=2, hours=1),
        body=PlanBody(volumes=(Volume4D(footprint=over),)),
    )


def pointed(entries) -> list[str]:
    return [each.to for each in contents(entries, PointerGiven)]


def test_a_plan_that_meets_an_unreleased_site_draws_no_pointer_for_its_own_party():
    desk = aid_desk()
    desk.say("AID", site())
    entries = desk.say("WEST", drone_over_the_hospital())
    assert len(contents(entries, ConflictsFound)) == 1
    assert pointed(entries) == ["AID"]
    assert [each.to for each in desk.all_of(PointerGiven) if each.to == "WEST"] == []


def test_a_site_submitted_where_a_plan_stands_is_pointed_out_to_its_submitter_alone():
    desk = aid_desk()
    desk.say("WEST", drone_over_the_hospital())
    entries = desk.say("AID", site())
    validate(desk, "N-001")
    assert pointed(entries) == ["AID"]
    assert "WEST" not in {each.to for each in desk.all_of(PointerGiven)}


def test_once_it_is_released_to_them_a_party_gets_its_pointer_and_nobody_gets_another():
    desk = aid_desk()
    desk.say("AID", site())
    desk.say("WEST", drone_over_the_hospital())
    validate(desk, "N-001")
    before = len(desk.all_of(PointerGiven))
    release(desk, "N-001", Tier.PLACE_AND_TIME)
    given = desk.all_of(PointerGiven)[before:]
    assert [each.to for each in given] == ["WEST"]
    (conflict,) = desk.state.conflicts.values()
    assert {desk.state.pointers[each].to for each in conflict.pointers} == {"AID", "WEST"}


def test_a_release_at_tier_three_points_nobody():
    desk = aid_desk()
    desk.say("AID", site())
    desk.say("WEST", drone_over_the_hospital())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.CONDUIT_ONLY)
    assert pointed(desk.entries) == ["AID"]
