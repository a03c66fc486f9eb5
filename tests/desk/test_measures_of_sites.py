"""Protected sites and convoys beside measures and tracks: found for all, told to those who may."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk_harness import Desk, contents
from ground_harness import ALL_FOUR, agree, area, buffer_of, cosign, file_plan, separation_line
from notification_harness import STARTS_AT, aid_desk, convoy, release, site, site_form, validate
from openline.desk.owing.pointers import block_of
from openline.domain.airspace import Circle, Position
from openline.domain.conflict import ConflictKind, ConflictsFound, PointerGiven
from openline.domain.delivery import DeliveryOwed
from openline.domain.errors import UnknownThing
from openline.domain.form import Tier
from openline.domain.measure import (
    MeasureCosigned,
    MeasureInForce,
    MeasureProposed,
    MeasureWithdrawn,
)
from openline.domain.observed import TracksObserved
from openline.domain.plan import Kind
from openline.domain.rules import Precedence
from openline.domain.statement import DESK, Entry
from openline.domain.track import Fix
from openline.track_engine import TrackEngine

RIVER_AT_BUSAYRAH = (
    (40.4177, 35.2116),
    (40.4204, 35.1988),
    (40.4127, 35.1931),
    (40.4024, 35.19),
    (40.3972, 35.1849),
    (40.4004, 35.1743),
    (40.4146, 35.1636),
    (40.4197, 35.1448),
    (40.4287, 35.1353),
    (40.4307, 35.1265),
    (40.429, 35.0924),
)
RIVER_AT_WATER_STATION = (
    (40.3208, 35.2709),
    (40.3276, 35.2669),
    (40.3342, 35.2579),
    (40.3357, 35.2495),
)
BY_THE_RIVER = (40.33, 35.262)
ON_THE_RIVER = (40.4197, 35.1448)


def protecting_site() -> MeasureProposed:
    """A no-fire area that the forces agree on for N-001's sake."""
    return replace(area("NFA-1", parties=("EAST", "WEST")), site="N-001")


def water_station() -> Desk:
    """N-003 is submitted, on a river that is then agreed on with a buffer around it."""
    desk = aid_desk()
    lon, lat = BY_THE_RIVER
    desk.say("AID", site(notification="N-003", site="WATER-1", body=site_form(lat, lon)))
    agree(desk, separation_line(path=RIVER_AT_WATER_STATION))
    return desk


def test_convoy_seven_ends_nine_hundred_metres_from_the_separation_line() -> None:
    desk = aid_desk()
    agree(desk, separation_line(path=RIVER_AT_BUSAYRAH, accuracy_m=0.0))
    agree(desk, buffer_of("SEP-1"))

    (found,) = contents(desk.say("AID", convoy()), ConflictsFound)

    assert [(each.a, each.b) for each in found.conflicts] == [
        ("BUF-1", "N-007"),
        ("N-007", "SEP-1"),
    ]
    assert found.body is not None
    half_width_m = 250.0
    assert found.body.where[1].least_distance_m == pytest.approx(938.0 - half_width_m, abs=5.0)


def test_a_site_inside_a_buffer_is_found_and_pressing_to_nobody() -> None:
    desk = water_station()

    said = agree(desk, buffer_of("SEP-1"))

    (found,) = contents(said, ConflictsFound)
    assert [(each.a, each.b, each.kind) for each in found.conflicts] == [
        ("BUF-1", "N-003", ConflictKind.SITE_MEASURE)
    ]
    pointed = {each.pointer for each in contents(said, PointerGiven)}
    assert {
        each.delivery.precedence
        for each in contents(said, DeliveryOwed)
        if each.delivery.subject in pointed
    } <= {Precedence.ROUTINE}


def test_a_convoy_days_off_is_no_more_urgent_for_a_site_that_stands_there_now() -> None:
    desk = aid_desk()
    agree(desk, separation_line(path=RIVER_AT_BUSAYRAH, accuracy_m=0.0))
    desk.say("AID", convoy())
    lon, lat = ON_THE_RIVER
    desk.say("AID", site(body=site_form(lat, lon)))

    said = agree(desk, buffer_of("SEP-1"))

    (pointer,) = contents(said, PointerGiven)
    (owed,) = [each.delivery for each in contents(said, DeliveryOwed)]
    assert pointer.block_starts_at == block_of(STARTS_AT.replace(hour=10, minute=30), desk.now)
    assert owed.precedence is Precedence.ROUTINE


def test_a_measure_keeps_the_site_it_protects_not_out() -> None:
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", recipients=("EAST",))
    protecting = replace(
        protecting_site(), body=replace(area().body, footprint=_around(site_form().position))
    )

    said = agree(desk, protecting)

    assert contents(said, ConflictsFound) == []


def test_a_measure_made_for_a_protected_site_takes_that_sites_release_tier() -> None:
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.FULL, recipients=("EAST", "WEST", "WESTB"))

    said = agree(desk, protecting_site())

    (entry,) = [each for each in said if isinstance(each.content, MeasureInForce)]
    assert entry.readers == ("AID", "EAST", "HUM", "WEST", "WESTB")


def test_a_proposal_for_a_protected_site_is_read_by_no_backer_that_the_site_was_not_told_to() -> (
    None
):
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.FULL, recipients=("EAST", "WEST", "WESTB"))

    said = [
        *desk.say("EAST", protecting_site()),
        *cosign(desk, "EAST", "NFA-1"),
        *desk.say("EAST", MeasureWithdrawn(measure="NFA-1", version=1)),
    ]

    about = (MeasureProposed, MeasureCosigned, MeasureWithdrawn)
    readers = {each.readers for each in said if isinstance(each.content, about)}
    assert readers == {("EAST", "WEST", "WESTB")}


def test_a_measure_for_a_site_that_is_not_notified_is_refused() -> None:
    with pytest.raises(UnknownThing, match="no notification N-001"):
        aid_desk().say("EAST", protecting_site())


def test_a_track_beside_a_hospital_is_told_of_it_only_once_the_hospital_was_released() -> None:
    """Else a force could find every hospital by driving about and counting its pointers."""
    hidden = aid_desk()
    hidden.say("AID", site())
    shown = aid_desk()
    shown.say("AID", site())
    validate(shown, "N-001")
    release(shown, "N-001", recipients=ALL_FOUR)

    told = {
        name: [each.to for each in contents(_drive_past(desk), PointerGiven)]
        for name, desk in (("hidden", hidden), ("shown", shown))
    }

    assert told == {"hidden": ["AID"], "shown": ["AID", "WEST"]}


def test_a_plan_over_a_hospital_is_found_whoever_may_hear_of_it() -> None:
    desk = aid_desk()
    desk.say("AID", site())
    at = site_form().position
    assert at is not None

    said = file_plan(desk, "WEST", "W-1", at=(at.lon_deg, at.lat_deg))

    (found,) = contents(said, ConflictsFound)
    assert [each.kind for each in found.conflicts] == [ConflictKind.PLAN_SITE]
    assert [each.to for each in contents(said, PointerGiven)] == ["AID"]


def _around(position: Position | None) -> Circle:
    assert position is not None
    return Circle(center=position, radius_m=500.0)


def _drive_past(desk: Desk) -> list[Entry]:
    at = site_form().position
    assert at is not None
    engine = TrackEngine(lambda _batch: None)
    fix = Fix(track="W-t", party="WEST", kind=Kind.GROUND, at=desk.now, position=at)
    engine.receive("WEST", b"one batch", [fix], desk.state, desk.now)
    observed = engine.look(desk.state, desk.now)
    assert isinstance(observed, TracksObserved)
    return desk.say(DESK, observed)
