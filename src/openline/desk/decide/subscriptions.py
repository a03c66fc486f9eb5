"""Subscriptions: suppliers' standing wishes to hear of what changes in a volume.

Source: ASTM F3548-21, DSS0005 to DSS0060.
"""

from __future__ import annotations

from datetime import datetime

from openline.desk.comparing.filing import check_end, check_near, is_held
from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.detection.extents import Extent, extents_of
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    TooLarge,
    UnknownThing,
    WrongState,
)
from openline.domain.intent import Intent
from openline.domain.statement import Statement
from openline.domain.subscription import (
    LONGEST,
    START_SLACK,
    Subscription,
    SubscriptionPut,
    SubscriptionRemoved,
    subscription_times,
)
from openline.domain.uuid import check_uuid


@decides(SubscriptionPut)
def subscription_put(
    state: State, said: Statement, content: SubscriptionPut, now: datetime
) -> Ruling:
    """What depends on it must still be covered by it."""
    check_uuid(content.subscription, content.subscription)
    held = state.subscriptions.get(content.subscription)
    if not (content.for_intents or content.for_constraints):
        raise Malformed(f"{content.subscription}: it asks for nothing. Ask for intents, or more.")
    if content.body is None or content.body.volume is None:
        raise Malformed(f"{content.subscription}: no extents. Say in the body what it is about.")
    starts_at, ends_at = _times(content, held, now)
    (around,) = extents_of(content.subscription, (content.body.volume,))
    _check_turn(content, held, said.author.party)
    for intent in state.index.air.dependents.get(content.subscription, ()):
        _check_covers(content, around, starts_at, ends_at, state.intents[intent])
    return Ruling(readers=(said.author.party,), refs=(held.entry,) if held else ())


@decides(SubscriptionRemoved)
def subscription_removed(
    state: State, said: Statement, content: SubscriptionRemoved, _now: datetime
) -> Ruling:
    held = state.subscriptions.get(content.subscription)
    if held is None:
        raise UnknownThing(f"{content.subscription}: no such subscription is here.")
    _check_owner(held, said.author.party)
    if held.version != content.version:
        raise StaleVersion(f"{held.id}: it has another version by now. Read it, then remove it.")
    if state.index.air.dependents.get(held.id):
        raise Malformed(f"{held.id}: intents depend on it. Remove those, or give them another.")
    return Ruling(readers=(held.party,), refs=(held.entry,))


def _times(
    content: SubscriptionPut, held: Subscription | None, now: datetime
) -> tuple[datetime, datetime]:
    thing = content.subscription
    check_near(thing, content.starts_at or now, now)
    starts_at, ends_at = subscription_times(content, held, now)
    if content.starts_at is not None and starts_at < now - START_SLACK:
        raise Malformed(f"{thing}: its start lies over five minutes in the past. Leave it out.")
    if ends_at < starts_at:
        raise Malformed(f"{thing}: it ends before it starts. Swap the times.")
    if ends_at - starts_at > LONGEST:
        raise TooLarge(f"{thing}: it lasts for over 24 hours. Shorten it, and renew it in time.")
    check_end(thing, ends_at, now)
    return starts_at, ends_at


def _check_turn(content: SubscriptionPut, held: Subscription | None, party: str) -> None:
    thing = content.subscription
    if held is not None:
        _check_owner(held, party)
    if held is None and content.replaces:
        raise StaleVersion(f"{thing}: no such subscription to change. Make it without a version.")
    if held is not None and not content.replaces:
        raise WrongState(f"{thing}: it is here already. Change it under its version.")
    if held is not None and held.version != content.replaces:
        raise StaleVersion(f"{thing}: it has another version by now. Read it, then change it.")


def _check_owner(held: Subscription, party: str) -> None:
    if held.party != party:
        raise NotPermitted(f"{held.id}: another supplier's subscription. Make one of your own.")


def _check_covers(
    content: SubscriptionPut,
    around: Extent,
    starts_at: datetime,
    ends_at: datetime,
    intent: Intent,
) -> None:
    """Raises Malformed unless an intent that depends on it would still be covered."""
    in_time = starts_at <= intent.starts_at + START_SLACK and intent.ends_at <= ends_at
    extents = extents_of(intent.id, intent.body.volumes) if intent.body else ()
    if not in_time or not all(is_held(around, each) for each in extents):
        raise Malformed(
            f"{content.subscription}: an intent that depends on it would stand out of it. "
            "Widen it, or give that intent another first."
        )
