"""Subscriptions: a supplier's standing wish to hear of intents, constraints or both in a volume.

The desk calls nobody: whoever changes something is told whom to notify of it.

Source: ASTM F3548-21.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Volume4D
from openline.domain.statement import Content, said

LONGEST: Final = timedelta(hours=24)
"""No subscription lasts longer; it is renewed."""
START_SLACK: Final = timedelta(minutes=5)
"""How far a start may lie in the past, or after that of what depends on the subscription."""


class Notified(Struct, frozen=True, gc=False, kw_only=True):
    """One subscription that a change concerns, and the number of that notice among its own."""

    subscription: str
    index: int


class SubscriptionBody(Struct, frozen=True, gc=False, kw_only=True):
    """Where notices go, and the volume asked about; none where it is that of the intents on it."""

    base_url: str
    volume: Volume4D | None = None


class Subscription(Struct, frozen=True, gc=False, kw_only=True):
    """A subscription as it stands.

    `index` counts the notices so far; at `leaves_at`, some time after its end, it is gone. An
    `implicit` one was made with an intent: its volume and times are those of the intents that
    depend on it, and it goes when the last of them goes.
    """

    id: str
    party: str
    version: str
    starts_at: datetime
    ends_at: datetime
    leaves_at: datetime
    entry: int
    index: int = 0
    for_intents: bool = False
    for_constraints: bool = False
    implicit: bool = False
    body: SubscriptionBody | None = None


def subscription_thing(subscription: str) -> str:
    """Under which a subscription stands among all whose time ends."""
    return f"S/{subscription}"


@said("subscription.put.v1")
class SubscriptionPut(Content, frozen=True, kw_only=True):
    """A supplier wishes to hear of a volume, or changes a wish whose version (`replaces`) it has.

    One that was made with an intent and is put by its supplier is an ordinary one from then on.
    """

    subscription: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    replaces: str = ""
    for_intents: bool = False
    for_constraints: bool = False
    body: SubscriptionBody | None = None


@said("subscription.removed.v1")
class SubscriptionRemoved(Content, frozen=True, kw_only=True):
    """A supplier no longer wishes to hear of it."""

    subscription: str
    version: str


def subscription_times(
    content: SubscriptionPut, held: Subscription | None, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when it asks: from now, or as before, and for a day, where it does not say."""
    starts_at = content.starts_at or (held.starts_at if held else now)
    return starts_at, content.ends_at or starts_at + LONGEST
