"""Between F3548's words and the domain's: pure, and the only place that knows both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from uas_standards.astm.f3548.v21 import api

from openline.domain.airspace import HeightBand, Volume4D
from openline.domain.constraint import Constraint, ConstraintChanged, ConstraintPut
from openline.domain.errors import Malformed
from openline.domain.filed import FiledBody
from openline.domain.intent import Intent, IntentChanged, IntentPut, IntentPutBody, IntentState
from openline.domain.subscription import Notified, Subscription, SubscriptionBody, SubscriptionPut
from openline.domain.supplier import Availability
from openline.domain.uuid import NO_SUBSCRIPTION
from openline.protocols.f3548.volumes import (
    band_of,
    closed,
    span_of,
    time_message,
    volume_from,
    volume_message,
    volumes_from,
)
from openline.protocols.f3548.wire import wire

OVN_OF_OTHERS: Final = "Available from USS"
"""Stands for an OVN that only its supplier may tell."""
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
        body=FiledBody(
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


def intent_message(intent: Intent | IntentChanged, manager: Manager, *, is_own: bool) -> Any:
    """The reference to an intent, as it stands or as a change left it, for its own or another."""
    return wire(api.OperationalIntentReference)(
        **_reference(intent, manager, is_own=is_own),
        state=_STATE_NAMES[intent.state],
        subscription_id=intent.subscription or NO_SUBSCRIPTION,
    )


def constraint_message(
    constraint: Constraint | ConstraintChanged, manager: Manager, *, is_own: bool
) -> Any:
    """The same of a constraint."""
    return wire(api.ConstraintReference)(**_reference(constraint, manager, is_own=is_own))


def _reference(
    of: Intent | IntentChanged | Constraint | ConstraintChanged, manager: Manager, *, is_own: bool
) -> dict[str, Any]:
    """What every reference says: whose, which version, when, and where to ask about it."""
    match of:
        case IntentChanged(intent=thing) | ConstraintChanged(constraint=thing):
            pass
        case Intent(id=thing) | Constraint(id=thing):
            pass
    return {
        "id": thing,
        "manager": manager.name,
        "uss_availability": _AVAILABILITY_NAMES[manager.availability],
        "version": of.version,
        "ovn": of.ovn if is_own else OVN_OF_OTHERS,
        "time_start": time_message(of.starts_at),
        "time_end": time_message(of.ends_at),
        "uss_base_url": of.body.base_url if of.body else "",
    }


def constraint_details(reference: Any, volumes: Iterable[Volume4D]) -> Any:
    """A constraint whose supplier is the desk, with its details."""
    details = wire(api.ConstraintDetails)(volumes=[volume_message(each) for each in volumes])
    return wire(api.Constraint)(reference=reference, details=details)


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
