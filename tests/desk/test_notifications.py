"""Forms: what is accepted, what is flagged, and who may say what of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, contents
from notification_harness import (
    ENDS_AT,
    STARTS_AT,
    aid_desk,
    convoy,
    convoy_form,
    evacuation,
    release,
    site,
    site_form,
    told_desk,
    validate,
)
from openline.desk.owing.telling import told_by
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.delivery import DeliveryOwed, Rung
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    TooLarge,
    UnknownThing,
    WrongState,
)
from openline.domain.form import Escort
from openline.domain.notification import NotificationStatus, ReasonBody, Timeliness
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationAssessed,
    NotificationDrafted,
    NotificationReturned,
    NotificationSubmitted,
    NotificationValidated,
)
from openline.domain.rules import Precedence
from openline.domain.statement import Content

FORTY_FOUR_HOURS_BEFORE = datetime(2017, 9, 17, 9, 0, tzinfo=UTC)


def amended(submitted: NotificationSubmitted, version: int, **changed: object) -> Content:
    fields = {name: getattr(submitted, name) for name in submitted.__struct_fields__}
    return NotificationAmended(version=version, **{**fields, **changed})


def test_a_convoy_notified_44_hours_before_is_accepted_and_flagged_late():
    desk = aid_desk(FORTY_FOUR_HOURS_BEFORE)
    entries = desk.say("AID", convoy())
    (assessed,) = contents(entries, NotificationAssessed)
    assert assessed.timeliness is Timeliness.LATE
    assert desk.state.notifications["N-007"].status is NotificationStatus.SUBMITTED


def test_an_evacuation_notified_8_hours_before_is_an_emergency_and_sent_immediate():
    desk = aid_desk()
    entries = desk.say("AID", evacuation(T0 + timedelta(hours=8)))
    (owed,) = contents(entries, DeliveryOwed)
    assert contents(entries, NotificationAssessed)[0].timeliness is Timeliness.EMERGENCY
    assert (owed.delivery.recipient, owed.delivery.precedence) == ("HUM", Precedence.IMMEDIATE)
    assert owed.delivery.acknowledge_by == T0 + timedelta(minutes=30)


def test_an_evacuation_that_starts_within_two_hours_is_flash():
    desk = aid_desk()
    entries = desk.say("AID", evacuation(T0 + timedelta(hours=2)))
    assert contents(entries, DeliveryOwed)[0].delivery.precedence is Precedence.FLASH


def test_a_movement_that_has_already_started_is_accepted_too():
    desk = aid_desk()
    desk.say("AID", evacuation(T0 - timedelta(hours=1)))
    assert desk.state.notifications["N-008"].timeliness is Timeliness.EMERGENCY


def test_a_form_that_reaches_the_desk_rings_the_conduit_and_validating_it_answers():
    desk = aid_desk()
    desk.say("AID", convoy())
    before = desk.state.deliveries["N-007/v1:HUM"].rung
    validate(desk, "N-007")
    assert (before, desk.state.deliveries["N-007/v1:HUM"].rung) == (Rung.SENT, Rung.ACKNOWLEDGED)


def test_only_the_submitter_and_the_conduit_read_the_form():
    desk = aid_desk()
    entries = desk.say("AID", site())
    assert entries[0].readers == ("AID", "HUM")


def test_a_recipient_never_becomes_a_reader_of_the_form():
    desk = told_desk(site())
    of_forms = [each for each in desk.entries if getattr(each.content, "body", None) == site_form()]
    assert [each.readers for each in of_forms] == [("AID", "HUM")]


def test_a_draft_is_read_by_its_author_alone_and_is_no_ground_that_is_occupied():
    desk = aid_desk()
    drafted = NotificationDrafted(notification="N-007", kind=convoy().kind, body=convoy_form())
    entries = desk.say("AID", drafted)
    assert [each.readers for each in entries] == [("AID",)]
    assert desk.state.index.party_of("N-007") == ""
    assert desk.state.notifications["N-007"].submitted_at is None


def test_a_draft_is_unknown_to_the_conduit_until_it_is_submitted():
    desk = aid_desk()
    desk.say("AID", NotificationDrafted(notification="N-007", kind=convoy().kind))
    with pytest.raises(UnknownThing):
        desk.say("HUM", NotificationValidated(notification="N-007", version=1))
    desk.say("AID", convoy())
    validate(desk, "N-007")
    assert desk.state.notifications["N-007"].status is NotificationStatus.VALIDATED


def test_what_is_returned_says_why_and_is_submitted_again_by_amending_it():
    desk = aid_desk()
    desk.say("AID", convoy())
    returned = NotificationReturned(
        notification="N-007", version=1, body=ReasonBody(text="Which road?", language="en")
    )
    entries = desk.say("HUM", returned)
    status = desk.state.notifications["N-007"].status
    desk.say("AID", amended(convoy(), 2, body=convoy_form(purpose="by the east road")))
    assert contents(entries, DeliveryOwed)[0].delivery.recipient == "AID"
    assert status is NotificationStatus.RETURNED
    assert desk.state.notifications["N-007"].status is NotificationStatus.SUBMITTED


def test_nothing_is_returned_without_a_reason():
    desk = aid_desk()
    desk.say("AID", convoy())
    with pytest.raises(Malformed, match="without a reason"):
        desk.say("HUM", NotificationReturned(notification="N-007", version=1))


def test_only_a_conduit_validates():
    desk = aid_desk()
    desk.say("AID", convoy())
    with pytest.raises(NotPermitted):
        desk.say("AID", NotificationValidated(notification="N-007", version=1))


def test_a_validation_of_an_older_version_is_refused():
    desk = aid_desk()
    desk.say("AID", convoy())
    desk.say("AID", amended(convoy(), 2, body=convoy_form(person_count=20)))
    with pytest.raises(StaleVersion):
        validate(desk, "N-007", version=1)


def test_a_notification_is_unknown_to_whoever_was_not_told_of_it():
    desk = aid_desk()
    desk.say("AID", site())
    with pytest.raises(UnknownThing):
        desk.say("WEST", amended(site(), 2))


def test_an_amendment_is_owed_at_once_to_everybody_who_was_told():
    desk = told_desk(convoy())
    later = amended(convoy(), 2, ends_at=ENDS_AT + timedelta(hours=1))
    entries = desk.say("AID", later)
    told = sorted(each.delivery.id for each in contents(entries, DeliveryOwed))
    assert told == [f"N-007/v2:{each}" for each in ("EAST", "EASTB", "HUM", "WEST", "WESTB")]
    assert all(
        owed.ended_at is not None for owed in desk.state.deliveries.values() if owed.version == 1
    )


def test_a_material_amendment_waits_for_the_conduit_again():
    desk = told_desk(convoy())
    desk.say("AID", amended(convoy(), 2, ends_at=ENDS_AT + timedelta(hours=1)))
    waiting = desk.state.notifications["N-007"].status
    validate(desk, "N-007", version=2)
    assert waiting is NotificationStatus.AMENDED
    assert desk.state.notifications["N-007"].status is NotificationStatus.NOTIFIED


def test_a_change_of_contacts_alone_is_not_material():
    desk = told_desk(convoy())
    entries = desk.say("AID", amended(convoy(), 2, body=convoy_form(cargo="flour")))
    assert contents(entries, NotificationAssessed)[0].material is False
    assert desk.state.notifications["N-007"].status is NotificationStatus.NOTIFIED


def test_a_change_of_the_escort_alone_is_material():
    desk = told_desk(convoy())
    entries = desk.say("AID", amended(convoy(), 2, escort=Escort.YES))
    assert contents(entries, NotificationAssessed)[0].material is True


def test_an_amendment_that_skips_a_version_is_refused():
    desk = aid_desk()
    desk.say("AID", convoy())
    with pytest.raises(StaleVersion):
        desk.say("AID", amended(convoy(), 3))


def test_an_id_that_is_taken_is_refused_and_nothing_changes():
    desk = aid_desk()
    desk.say("AID", site())
    before = digest_of(desk.state)
    with pytest.raises(WrongState):
        desk.say("HUM", site(body=site_form(35.5, 40.1)))
    assert digest_of(desk.state) == before


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (convoy(body=None), Malformed),
        (convoy(ends_at=STARTS_AT - timedelta(hours=1)), Malformed),
        (convoy(ends_at=None), Malformed),
        (convoy(ends_at=STARTS_AT + timedelta(days=15)), TooLarge),
        (convoy(starts_at=STARTS_AT.replace(tzinfo=None)), Malformed),
        (convoy(body=convoy_form(guards=4)), Malformed),
        (convoy(escort=Escort.YES, body=convoy_form(guards=0)), Malformed),
        (site(evacuation=True), Malformed),
        (site(body=site_form(91.0, 40.0)), Malformed),
        (site(site="the hospital"), Malformed),
    ],
)
def test_what_cannot_be_judged_is_refused_in_a_sentence_and_changes_nothing(wrong, refusal):
    desk = aid_desk()
    before = digest_of(desk.state)
    with pytest.raises(refusal) as refused:
        desk.say("AID", wrong)
    assert refused.value.sentence.startswith((wrong.notification, type(wrong).KIND))
    assert digest_of(desk.state) == before


def test_the_answer_counts_the_parties_that_had_told_something():
    desk = aid_desk()
    desk.say("AID", site())
    entries = desk.say("HUM", convoy())
    (assessed,) = contents(entries, NotificationAssessed)
    assert assessed.told_by == 1
    assert told_by(desk.state) == (2, desk.now)


def test_a_replay_and_a_snapshot_give_the_same_state_and_the_same_ground():
    desk = told_desk(convoy())
    desk.say("AID", site())
    again = state_from_snapshot(snapshot_of(desk.state))
    assert digest_of(desk.replayed()) == digest_of(again) == digest_of(desk.state)
    assert again.index.party_of("N-001") == again.index.party_of("N-007") == "AID"


def test_an_erased_form_leaves_a_notification_that_still_stands_and_ends():
    desk = told_desk(convoy())
    erased = [
        replace(each, content=replace(each.content, body=None))
        if getattr(each.content, "body", None)
        else each
        for each in desk.entries
    ]
    desk.entries = erased
    state = desk.replayed()
    assert state.notifications["N-007"].status is NotificationStatus.NOTIFIED
    assert state.notifications["N-007"].body is None


def test_a_conduit_may_submit_and_validate_its_own():
    desk = aid_desk()
    entries = desk.say("HUM", site())
    validate(desk, "N-001")
    release(desk, "N-001", submitter="HUM")
    assert contents(entries, DeliveryOwed) == []
    assert desk.state.notifications["N-001"].status is NotificationStatus.NOTIFIED
