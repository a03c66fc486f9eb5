"""Forms of the river case, and a desk at which a humanitarian party notifies through a conduit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desk_harness import T0, Desk, add_party, river_desk
from openline.domain.airspace import Position
from openline.domain.form import Escort, NotificationForm, Tier, Vehicle, Waypoint
from openline.domain.notification import NotificationKind, Release
from openline.domain.notification_said import (
    NotificationConsented,
    NotificationReleased,
    NotificationSubmitted,
    NotificationValidated,
)
from openline.domain.party import PartyKind
from openline.domain.rules import Level, Rules

STARTS_AT = datetime(2017, 9, 19, 5, 0, tzinfo=UTC)
ENDS_AT = datetime(2017, 9, 19, 11, 0, tzinfo=UTC)
FOUR = ("EAST", "WEST", "EASTB", "WESTB")


def aid_desk(at: datetime = T0, rules: Rules | None = None) -> Desk:
    """The river desk, with AID: a humanitarian party that has a line to the conduit only."""
    desk = river_desk(at, rules)
    add_party(desk, "AID", PartyKind.HUMANITARIAN, levels=(Level.TACTICAL,))
    return desk


def convoy_form(**changed: object) -> NotificationForm:
    """Convoy Seven: four waypoints, six vehicles of which two are listed."""
    way = (
        ("al-Shaddadi", 36.05756, 40.73478, 5, 0),
        ("Markadah", 35.74607, 40.75304, 6, 10),
        ("al-Suwar", 35.50639, 40.66167, 7, 20),
        ("al-Busayrah", 35.15618, 40.42716, 10, 30),
    )
    stated = {
        "name": "Convoy Seven",
        "type": "convoy",
        "invented": True,
        "waypoints": tuple(
            Waypoint(
                name=name,
                position=Position(lat_deg=lat_deg, lon_deg=lon_deg),
                eta=STARTS_AT.replace(hour=hour, minute=minute),
            )
            for name, lat_deg, lon_deg, hour, minute in way
        ),
        "vehicles": (Vehicle(plate="PLATE-1"), Vehicle(plate="PLATE-2", description="white truck")),
        "vehicle_count": 6,
        "person_count": 19,
    }
    return NotificationForm(**{**stated, **changed})  # type: ignore[arg-type]


def site_form(
    lat_deg: float = 35.47, lon_deg: float = 40.07, **changed: object
) -> NotificationForm:
    """East Bank Hospital, or another site somewhere else."""
    stated = {
        "name": "East Bank Hospital",
        "type": "hospital",
        "invented": True,
        "position": Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=50.0),
        "radius_m": 200.0,
    }
    return NotificationForm(**{**stated, **changed})  # type: ignore[arg-type]


def convoy(**changed: object) -> NotificationSubmitted:
    """N-007 as submitted: its escort stated, unless changed."""
    stated = {
        "notification": "N-007",
        "kind": NotificationKind.MOVEMENT,
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT,
        "escort": Escort.NO,
        "body": convoy_form(),
    }
    return NotificationSubmitted(**{**stated, **changed})  # type: ignore[arg-type]


def evacuation(starts_at: datetime, **changed: object) -> NotificationSubmitted:
    """N-008: an evacuation that takes four hours, over the same way without instants."""
    way = tuple(
        Waypoint(name=each.name, position=each.position) for each in convoy_form().waypoints[:2]
    )
    stated = {
        "notification": "N-008",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=4),
        "evacuation": True,
        "body": convoy_form(name="Evacuation Eight", waypoints=way),
    }
    return convoy(**{**stated, **changed})


def site(**changed: object) -> NotificationSubmitted:
    """N-001 as submitted."""
    stated = {
        "notification": "N-001",
        "kind": NotificationKind.STATIC_SITE,
        "site": "HOSP-1",
        "body": site_form(),
    }
    return NotificationSubmitted(**{**stated, **changed})  # type: ignore[arg-type]


def releases(tier: Tier = Tier.FULL, recipients: tuple[str, ...] = FOUR) -> tuple[Release, ...]:
    """Each recipient at the same tier."""
    return tuple(Release(recipient=each, tier=tier) for each in recipients)


def validate(desk: Desk, thing: str, version: int = 1) -> None:
    """The conduit validates it."""
    desk.say("HUM", NotificationValidated(notification=thing, version=version))


def release(
    desk: Desk,
    thing: str,
    tier: Tier = Tier.FULL,
    recipients: tuple[str, ...] = FOUR,
    submitter: str = "AID",
) -> None:
    """The submitter consents, and the conduit releases by that consent."""
    version = desk.state.notifications[thing].version
    named = releases(tier, recipients)
    consent = desk.say(
        submitter, NotificationConsented(notification=thing, version=version, releases=named)
    )[0]
    desk.say(
        "HUM",
        NotificationReleased(
            notification=thing, version=version, releases=named, consent=consent.index
        ),
    )


def told_desk(submitted: NotificationSubmitted, at: datetime = T0) -> Desk:
    """A desk at which this was submitted by AID, validated, and released in full to all four."""
    desk = aid_desk(at)
    desk.say("AID", submitted)
    validate(desk, submitted.notification)
    release(desk, submitted.notification)
    return desk
