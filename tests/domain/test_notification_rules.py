"""Notifications as values: their table, their numbers, and what a recipient may see of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from openline.domain.airspace import Circle, Position
from openline.domain.form import (
    Escort,
    FormContact,
    NotificationForm,
    Tier,
    Vehicle,
    Waypoint,
)
from openline.domain.notification import (
    CANNOT_BE_UNTOLD,
    ENDED,
    NEVER_A_PERMISSION,
    NOTIFICATION_TRANSITIONS,
    Notification,
    NotificationKind,
    NotificationStatus,
    Timeliness,
    at_tier,
    is_material,
    plan_of,
    precedence_of,
    timeliness_of,
)
from openline.domain.plan import Kind
from openline.domain.rules import Precedence, Rules

NOW = datetime(2017, 9, 17, 9, 0, tzinfo=UTC)
RULES = Rules()
FORM = NotificationForm(
    name="Convoy Seven",
    type="convoy",
    waypoints=(
        Waypoint(name="Alpha Town", position=Position(lat_deg=35.5, lon_deg=40.5)),
        Waypoint(name="Bravo Town", position=Position(lat_deg=35.6, lon_deg=40.6)),
    ),
    vehicles=(Vehicle(plate="PLATE-1", description="white truck"),),
    persons=("Driver One",),
    contacts=(FormContact(name="Duty Desk", phone="+000 111"),),
    cargo="flour for Charlie Town",
    purpose="relief of Charlie Town",
    place="Alpha Town",
    guards=2,
)
MOVEMENT = Notification(
    id="N-007",
    kind=NotificationKind.MOVEMENT,
    submitter="AID",
    status=NotificationStatus.NOTIFIED,
    entry=7,
    starts_at=NOW + timedelta(hours=60),
    ends_at=NOW + timedelta(hours=66),
    escort=Escort.YES,
    releases={"WEST": Tier.FULL, "EAST": Tier.PLACE_AND_TIME, "EASTB": Tier.CONDUIT_ONLY},
    width_m=500.0,
    slack_s=1_800.0,
    body=FORM,
)


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (timedelta(hours=48), Timeliness.IN_TIME),
        (timedelta(hours=48) - timedelta(seconds=1), Timeliness.LATE),
        (timedelta(hours=24), Timeliness.LATE),
        (timedelta(hours=24) - timedelta(seconds=1), Timeliness.EMERGENCY),
        (timedelta(hours=-1), Timeliness.EMERGENCY),
    ],
)
def test_bands_of_notice_include_their_lower_edge(notice, expected):
    assert timeliness_of(NotificationKind.MOVEMENT, NOW + notice, NOW, RULES) is expected


def test_whatever_does_not_move_is_never_late():
    kinds = set(NotificationKind) - {NotificationKind.MOVEMENT}
    assert {timeliness_of(kind, NOW, NOW, RULES) for kind in kinds} == {None}


@pytest.mark.parametrize(
    ("notice", "evacuation", "expected"),
    [
        (timedelta(hours=60), False, Precedence.PRIORITY),
        (timedelta(hours=30), False, Precedence.PRIORITY),
        (timedelta(hours=8), False, Precedence.IMMEDIATE),
        (timedelta(hours=8), True, Precedence.IMMEDIATE),
        (timedelta(hours=2), True, Precedence.FLASH),
        (timedelta(hours=2), False, Precedence.IMMEDIATE),
    ],
)
def test_the_less_time_is_left_the_faster_it_must_reach_a_human(notice, evacuation, expected):
    moved = replace(MOVEMENT, starts_at=NOW + notice, evacuation=evacuation)
    assert precedence_of(moved, NOW, RULES) is expected


def test_what_stands_under_protection_is_never_routine():
    stands = replace(MOVEMENT, kind=NotificationKind.STATIC_SITE, starts_at=None, ends_at=None)
    assert precedence_of(stands, NOW, RULES) is Precedence.PRIORITY


def test_no_word_of_the_table_denies_and_nothing_follows_an_end():
    words = {status.value for status in NotificationStatus}
    assert words.isdisjoint({"denied", "refused", "rejected", "approved"})
    assert set(NotificationStatus) - set(NOTIFICATION_TRANSITIONS) == ENDED


def test_every_status_can_be_reached_from_a_draft():
    reached = {NotificationStatus.DRAFT}
    while True:
        further = {to for each in reached for to in NOTIFICATION_TRANSITIONS.get(each, ())}
        if further <= reached:
            break
        reached |= further
    assert reached == set(NotificationStatus)


def test_tier_one_is_the_whole_form():
    told = at_tier(MOVEMENT, Tier.FULL)
    assert told is not None
    assert told.form == FORM


def test_tier_two_is_place_and_time_without_a_name_or_a_plate():
    told = at_tier(MOVEMENT, Tier.PLACE_AND_TIME)
    assert told is not None
    seen = msgspec.json.encode(told).decode()
    hidden = ("Seven", "Town", "PLATE", "truck", "Driver", "Duty", "+000", "flour", "relief")
    assert [each for each in hidden if each in seen] == []
    assert (told.starts_at, told.ends_at) == (MOVEMENT.starts_at, MOVEMENT.ends_at)
    assert told.form is not None
    assert [each.position for each in told.form.waypoints] == [
        each.position for each in FORM.waypoints
    ]


def test_tier_three_is_nothing_but_that_there_is_one():
    assert at_tier(MOVEMENT, Tier.CONDUIT_ONLY) is None
    assert MOVEMENT.recipients == ("WEST", "EAST")


@pytest.mark.parametrize("tier", [Tier.FULL, Tier.PLACE_AND_TIME])
def test_every_telling_says_that_it_is_no_permission(tier):
    told = at_tier(MOVEMENT, tier)
    assert told is not None
    assert NEVER_A_PERMISSION in told.sentences


@pytest.mark.parametrize("tier", [Tier.FULL, Tier.PLACE_AND_TIME])
def test_what_was_withdrawn_shows_no_place_and_says_that_it_cannot_be_untold(tier):
    told = at_tier(replace(MOVEMENT, status=NotificationStatus.WITHDRAWN), tier)
    assert told is not None
    assert (told.form, told.starts_at, told.ends_at) == (None, None, None)
    assert CANNOT_BE_UNTOLD in told.sentences


def test_an_erased_form_is_no_plan_and_still_a_notification():
    erased = replace(MOVEMENT, body=None)
    told = at_tier(erased, Tier.FULL)
    assert plan_of(erased) is None
    assert told is not None
    assert told.form is None


@pytest.mark.parametrize(
    ("form_type", "by", "expected"),
    [
        ("hospital", None, Kind.GROUND),
        ("air_drop", None, Kind.AIR),
        ("drone_flight", None, Kind.DRONE),
        ("convoy", Kind.AIR, Kind.AIR),
    ],
)
def test_it_is_compared_as_what_it_moves_by(form_type, by, expected):
    plan = plan_of(replace(MOVEMENT, body=replace(FORM, type=form_type, by=by)))
    assert plan is not None
    assert plan.kind is expected


def test_a_site_occupies_its_circle_for_as_long_as_it_stands():
    position = Position(lat_deg=35.47, lon_deg=40.07, accuracy_m=50.0)
    form = NotificationForm(name="Site", type="hospital", position=position, radius_m=200.0)
    stands = replace(
        MOVEMENT, kind=NotificationKind.STATIC_SITE, starts_at=None, ends_at=None, body=form
    )
    plan = plan_of(stands)
    assert plan is not None
    (volume,) = plan.volumes
    assert volume.footprint == Circle(center=position, radius_m=200.0)
    assert (volume.times.starts_at, volume.times.ends_at) == (None, None)


@pytest.mark.parametrize(
    ("changed", "material"),
    [
        ({}, False),
        ({"body": replace(FORM, cargo="rice", contacts=())}, False),
        ({"ends_at": NOW + timedelta(hours=70)}, True),
        ({"escort": Escort.NO}, True),
        ({"evacuation": True}, True),
        ({"body": replace(FORM, guards=3)}, True),
        ({"body": replace(FORM, type="medical")}, True),
        ({"body": replace(FORM, width_m=900.0)}, True),
        ({"body": None}, True),
    ],
)
def test_a_change_is_material_when_somebody_could_go_by_the_old_one_and_be_wrong(changed, material):
    assert is_material(MOVEMENT, replace(MOVEMENT, **changed)) is material
