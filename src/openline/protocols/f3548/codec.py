"""Between F3548's words and the domain's: pure, and the only place that knows both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from uas_standards.astm.f3548.v21 import api

from openline.domain.airspace import (
    Circle,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.constraint import Constraint, ConstraintBody, ConstraintPut
from openline.domain.errors import Malformed
from openline.domain.instant import in_utc
from openline.domain.intent import Intent, IntentPut, IntentPutBody, IntentState
from openline.domain.subscription import Notified, Subscription, SubscriptionBody, SubscriptionPut
from openline.domain.supplier import Availability
from openline.domain.uuid import NO_SUBSCRIPTION
from openline.protocols.f3548.wire import wire

OVN_OF_OTHERS: Final = "Available from USS"
"""Stands for an OVN that only its supplier may tell."""
LOWEST_M, HIGHEST_M = -8_000.0, 100_000.0
SUFFIX_SLACK: Final = timedelta(minutes=5)

STATES: Final[Mapping[Any, IntentState]] = MappingProxyType(
    {
        api.OperationalIntentState.Accepted: IntentState.ACCEPTED,
        api.OperationalIntentState.Activated: IntentState.ACTIVATED,
        api.OperationalIntentState.Nonconforming: IntentState.NONCONFORMING,
        api.OperationalIntentState.Contingent: IntentState.CONTINGENT,
    }
)
_STATE_NAMES: Final = {ours: theirs for theirs, ours in STATES.items()} | {
    IntentState.ENDED: api.OperationalIntentState.Accepted
}
AVAILABILITIES: Final[Mapping[Any, Availability]] = MappingProxyType(
    {
        api.UssAvailabilityState.Unknown: Availability.UNKNOWN,
        api.UssAvailabilityState.Normal: Availability.NORMAL,
        api.UssAvailabilityState.Down: Availability.DOWN,
    }
)
_AVAILABILITY_NAMES: Final = {ours: theirs for theirs, ours in AVAILABILITIES.items()}


_AVAILABILITY_WORDS: Final = {
    each.value.lower(): AVAILABILITIES[each]
    for each in (api.UssAvailabilityState.Normal, api.UssAvailabilityState.Down)
}
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URL: Final = re.compile(r"[!-~]{1,2000}")


class Manager(Struct, frozen=True, kw_only=True):
    """A supplier as others are shown it."""

    name: str
    availability: Availability = Availability.UNKNOWN


def volume_from(message: Any) -> Volume4D:
    """The volume that a message states; open where it states no height or time.

    Raises:
        Malformed: not exactly one outline, or numbers that are no place, height or instant.
    """
    shape = message.volume
    lower, upper = shape.altitude_lower, shape.altitude_upper
    return Volume4D(
        footprint=_footprint_from(shape),
        heights=HeightBand(
            lower_m=_height(lower.value) if lower else None,
            upper_m=_height(upper.value) if upper else None,
        ),
        times=TimeSpan(
            starts_at=_instant(message.time_start.value) if message.time_start else None,
            ends_at=_instant(message.time_end.value) if message.time_end else None,
        ),
    )


def volumes_from(messages: Iterable[Any]) -> tuple[Volume4D, ...]:
    """The volumes of a list of extents."""
    return tuple(volume_from(each) for each in messages)


def span_of(volumes: Sequence[Volume4D], thing: str) -> tuple[datetime, datetime]:
    """From the first start to the last end that any of them states.

    Raises:
        Malformed: there are none, or none that states a start, or an end.
    """
    starts = [each.times.starts_at for each in volumes if each.times.starts_at is not None]
    ends = [each.times.ends_at for each in volumes if each.times.ends_at is not None]
    if not starts or not ends:
        raise Malformed(f"{thing}: its extents state no start or no end. Send both.")
    return min(starts), max(ends)


def closed(
    volumes: Sequence[Volume4D], starts_at: datetime, ends_at: datetime, heights: HeightBand
) -> tuple[Volume4D, ...]:
    """The volumes, each open end closed by that of them all: it may be larger than was meant."""
    return tuple(
        Volume4D(
            footprint=each.footprint,
            heights=HeightBand(
                lower_m=heights.lower_m if each.heights.lower_m is None else each.heights.lower_m,
                upper_m=heights.upper_m if each.heights.upper_m is None else each.heights.upper_m,
            ),
            times=TimeSpan(
                starts_at=each.times.starts_at or starts_at, ends_at=each.times.ends_at or ends_at
            ),
        )
        for each in volumes
    )


def band_of(volumes: Sequence[Volume4D]) -> HeightBand:
    """From the lowest floor to the highest ceiling that any of them states; open without one."""
    floors = [each.heights.lower_m for each in volumes if each.heights.lower_m is not None]
    ceilings = [each.heights.upper_m for each in volumes if each.heights.upper_m is not None]
    return HeightBand(lower_m=min(floors, default=None), upper_m=max(ceilings, default=None))


def intent_put_from(
    message: Any, intent: str, *, replaces: str, ovn: str, new_id: str, allow_http: bool
) -> IntentPut:
    """What a supplier says by putting an operational intent reference.

    Args:
        replaces: the OVN in the address; empty where there is none.
        ovn: the new version's own.
        new_id: the id of the subscription to be made with it, if one is asked for.

    Raises:
        Malformed: it cannot be read as one.
    """
    stated = volumes_from(message.extents)
    starts_at, ends_at = span_of(stated, intent)
    new = message.new_subscription
    return IntentPut(
        intent=intent,
        state=STATES[message.state],
        ovn=ovn,
        starts_at=starts_at,
        ends_at=ends_at,
        replaces=replaces,
        subscription=uuid_from(message.subscription_id, "subscription_id")
        if message.subscription_id
        else "",
        new_subscription=new_id if new else "",
        for_constraints=bool(new and new.notify_for_constraints),
        body=IntentPutBody(
            volumes=closed(stated, starts_at, ends_at, band_of(stated)),
            base_url=base_url_from(message.uss_base_url, allow_http=allow_http),
            key=tuple(message.key or ()),
            notify_url=base_url_from(new.uss_base_url, allow_http=allow_http) if new else "",
        ),
    )


def subscription_put_from(
    message: Any, subscription: str, *, replaces: str, allow_http: bool
) -> SubscriptionPut:
    """What a supplier says by putting a subscription.

    Raises:
        Malformed: it cannot be read as one.
    """
    volume = volume_from(message.extents)
    return SubscriptionPut(
        subscription=subscription,
        starts_at=volume.times.starts_at,
        ends_at=volume.times.ends_at,
        replaces=replaces,
        for_intents=bool(message.notify_for_operational_intents),
        for_constraints=bool(message.notify_for_constraints),
        body=SubscriptionBody(
            base_url=base_url_from(message.uss_base_url, allow_http=allow_http), volume=volume
        ),
    )


def constraint_put_from(
    message: Any, constraint: str, *, replaces: str, ovn: str, allow_http: bool
) -> ConstraintPut:
    """What a supplier says by putting a constraint reference.

    Raises:
        Malformed: it cannot be read as one.
    """
    stated = volumes_from(message.extents)
    starts_at, ends_at = span_of(stated, constraint)
    return ConstraintPut(
        constraint=constraint,
        ovn=ovn,
        starts_at=starts_at,
        ends_at=ends_at,
        replaces=replaces,
        body=ConstraintBody(
            volumes=closed(stated, starts_at, ends_at, HeightBand()),
            base_url=base_url_from(message.uss_base_url, allow_http=allow_http),
        ),
    )


def requested_ovn(intent: str, suffix: str, now: datetime) -> str:
    """The OVN that a supplier asks for: its intent's id, and a UUIDv7 of about now.

    Raises:
        Malformed: the suffix is no UUIDv7, or of another time.

    Source: the optional extension `requested_ovn_suffix`.
    """
    suffix = uuid_from(suffix, "requested_ovn_suffix")
    if suffix[14] != "7" or suffix[19] not in "89ab":
        raise Malformed("requested_ovn_suffix: it is no UUIDv7. Make one of the current time.")
    made_ms = int(suffix.replace("-", "")[:12], 16)
    if abs(made_ms - now.timestamp() * 1_000) > SUFFIX_SLACK.total_seconds() * 1_000:
        raise Malformed("requested_ovn_suffix: it is not of the current time. Make another.")
    return f"{intent}_{suffix}"


def uuid_from(text: str, what: str) -> str:
    """A UUID as it is kept: in lower case.

    Raises:
        Malformed: it is none.
    """
    lower = text.lower()
    if _UUID.fullmatch(lower) is None:
        raise Malformed(f"{what}: it is no UUID. Correct it.")
    return lower


def base_url_from(text: str, *, allow_http: bool) -> str:
    """An address that other suppliers can be sent to.

    Raises:
        Malformed: it is none, or has another scheme than https.
    """
    try:
        parts = urlsplit(text)
        is_address = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_address = False
    schemes = ("https", "http") if allow_http else ("https",)
    if not is_address or parts.scheme not in schemes or not _URL.fullmatch(text):
        raise Malformed("uss_base_url: it is no https address. Correct it.")
    return text


def intent_message(intent: Intent, manager: Manager, *, is_own: bool) -> Any:
    """The reference to an intent, as its own supplier or another sees it."""
    return intent_reference(
        intent=intent.id,
        manager=manager,
        version=intent.version,
        state=intent.state,
        ovn=intent.ovn if is_own else OVN_OF_OTHERS,
        starts_at=intent.starts_at,
        ends_at=intent.ends_at,
        base_url=intent.body.base_url if intent.body else "",
        subscription=intent.subscription,
    )


def intent_reference(
    *,
    intent: str,
    manager: Manager,
    version: int,
    state: IntentState,
    ovn: str,
    starts_at: datetime,
    ends_at: datetime,
    base_url: str,
    subscription: str,
) -> Any:
    """The reference to an intent, from its parts."""
    return wire(api.OperationalIntentReference)(
        id=intent,
        manager=manager.name,
        uss_availability=_AVAILABILITY_NAMES[manager.availability],
        version=version,
        state=_STATE_NAMES[state],
        ovn=ovn,
        time_start=time_message(starts_at),
        time_end=time_message(ends_at),
        uss_base_url=base_url,
        subscription_id=subscription or NO_SUBSCRIPTION,
    )


def constraint_message(constraint: Constraint, manager: Manager, *, is_own: bool) -> Any:
    """The reference to a constraint, as its own supplier or another sees it."""
    return constraint_reference(
        constraint=constraint.id,
        manager=manager,
        version=constraint.version,
        ovn=constraint.ovn if is_own else OVN_OF_OTHERS,
        starts_at=constraint.starts_at,
        ends_at=constraint.ends_at,
        base_url=constraint.body.base_url if constraint.body else "",
    )


def constraint_reference(
    *,
    constraint: str,
    manager: Manager,
    version: int,
    ovn: str,
    starts_at: datetime,
    ends_at: datetime,
    base_url: str,
) -> Any:
    """The reference to a constraint, from its parts."""
    return wire(api.ConstraintReference)(
        id=constraint,
        manager=manager.name,
        uss_availability=_AVAILABILITY_NAMES[manager.availability],
        version=version,
        ovn=ovn,
        time_start=time_message(starts_at),
        time_end=time_message(ends_at),
        uss_base_url=base_url,
    )


def subscription_message(subscription: Subscription, dependents: Iterable[str]) -> Any:
    """A subscription as its own supplier sees it."""
    return wire(api.Subscription)(
        id=subscription.id,
        version=subscription.version,
        notification_index=subscription.index,
        time_start=time_message(subscription.starts_at),
        time_end=time_message(subscription.ends_at),
        uss_base_url=subscription.body.base_url if subscription.body else "",
        notify_for_operational_intents=subscription.for_intents,
        notify_for_constraints=subscription.for_constraints,
        implicit_subscription=subscription.implicit,
        dependent_operational_intents=sorted(dependents),
    )


def availability_message(name: str, availability: Availability, version: str) -> Any:
    """Whether a supplier answers, as an arbiter has set it."""
    return wire(api.UssAvailabilityStatusResponse)(
        version=version,
        status=wire(api.UssAvailabilityStatus)(
            uss=name, availability=_AVAILABILITY_NAMES[availability]
        ),
    )


def subscribers_message(notified: Iterable[Notified], urls: Iterable[str]) -> list[Any]:
    """Whom to notify, by the address to call."""
    by_url: dict[str, list[Any]] = {}
    for each, url in zip(notified, urls, strict=True):
        state = wire(api.SubscriptionState)(
            subscription_id=each.subscription, notification_index=each.index
        )
        by_url.setdefault(url, []).append(state)
    kind = wire(api.SubscriberToNotify)
    return [kind(subscriptions=held, uss_base_url=url) for url, held in by_url.items()]


def availability_from(text: str) -> Availability:
    """Normal or down, in any case.

    Raises:
        Malformed: neither.
    """
    found = _AVAILABILITY_WORDS.get(text.lower())
    if found is None:
        raise Malformed("availability: it is Normal or Down. Say which.")
    return found


def time_message(at: datetime) -> Any:
    """An instant as messages write it."""
    return wire(api.Time)(value=at.astimezone(UTC))


def _footprint_from(shape: Any) -> Footprint:
    circle, polygon = shape.outline_circle, shape.outline_polygon
    if bool(circle) is bool(polygon):
        raise Malformed("A volume has one outline: a circle or a polygon. Send one of the two.")
    if polygon:
        ring = tuple(_place(each) for each in polygon.vertices)
        return Polygon(rings=((ring,),))
    if not circle.center or not circle.radius or not circle.radius.value > 0:
        raise Malformed("A circle has a centre, and a radius above zero. Send both.")
    lon_deg, lat_deg = _place(circle.center)
    return Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg), radius_m=circle.radius.value)


def _place(point: Any) -> tuple[float, float]:
    if not (abs(point.lng) <= 180.0 and abs(point.lat) <= 90.0):
        raise Malformed("A latitude lies within 90 degrees, a longitude within 180. Correct it.")
    return point.lng, point.lat


def _height(metres: float) -> float:
    if not LOWEST_M <= metres <= HIGHEST_M:
        raise Malformed(f"A height lies from {LOWEST_M:.0f} m to {HIGHEST_M:.0f} m. Correct it.")
    return metres


def _instant(at: datetime) -> datetime:
    return in_utc(at, "A time")
