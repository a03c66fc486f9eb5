"""Whom a change in the airspace concerns: the subscriptions that its supplier has to notify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from openline.desk.state import State
from openline.detection.extents import Extent
from openline.domain.subscription import Notified, Subscription


def concerned_by_intent(
    state: State,
    extents: Sequence[Extent],
    met: Iterable[str],
    now: datetime,
    *,
    reaching: str = "",
    without: str = "",
) -> list[Subscription]:
    """The subscriptions that ask for intents and share a point with any of these extents, by id.

    One whose time is over hears of nothing, though the desk may not have noted its end yet.

    Args:
        extents: all that is affected: what was, and what is to be.
        met: the intents whose extents share a point with it.
        reaching: a subscription that reaches as far as the intent from now on, if made with one.
        without: a subscription that goes with the change itself.
    """
    found = _made_with(state, met)
    if reaching and state.subscriptions[reaching].implicit:
        found.add(reaching)
    found |= set(state.index.air.subscriptions.find_meeting(extents))
    held = (state.subscriptions[each] for each in sorted(found - {without}))
    return [each for each in held if each.for_intents and each.ends_at >= now]


def concerned_by_constraint(
    state: State, extents: Sequence[Extent], now: datetime
) -> list[Subscription]:
    """The subscriptions that ask for constraints and share a point with any of these extents."""
    air = state.index.air
    found = _made_with(state, air.intents.find_meeting(extents))
    found |= set(air.subscriptions.find_meeting(extents))
    held = (state.subscriptions[each] for each in sorted(found))
    return [each for each in held if each.for_constraints and each.ends_at >= now]


def _made_with(state: State, intents: Iterable[str]) -> set[str]:
    """The subscriptions that were made with these intents, and reach as far as they do."""
    on = (state.intents[each].subscription for each in intents)
    held = (state.subscriptions.get(each) for each in on)
    return {each.id for each in held if each is not None and each.implicit}


def notices_to(subscriptions: Iterable[Subscription]) -> tuple[Notified, ...]:
    """One more notice for each."""
    return tuple(Notified(subscription=each.id, index=each.index + 1) for each in subscriptions)


def urls_of(subscriptions: Iterable[Subscription]) -> tuple[str, ...]:
    """Where each wants its notices, in order; empty where that was erased."""
    return tuple(each.body.base_url if each.body else "" for each in subscriptions)
