"""Operational intents: filed, changed and taken back by drone operators' suppliers.

An intent that is promised to be deconflicted shows the current OVN of each one it meets: that is
how two suppliers who do not trust each other prove that they have looked.

Source: ASTM F3548-21, SCD0005 to SCD0100.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final

from openline.desk.comparing.detect_on import conclude_intents_met
from openline.desk.comparing.filing import (
    check_end,
    check_ovn,
    check_span,
    check_turn,
    check_up,
    is_held,
)
from openline.desk.comparing.published import find_constraints
from openline.desk.comparing.subscribers import concerned_by_intent, notices_to, urls_of
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.detection.extents import Extent, extents_of
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.filed import ChangedBody
from openline.domain.intent import (
    NEEDS_KEY,
    NEEDS_SUBSCRIPTION,
    Intent,
    IntentChanged,
    IntentPut,
    IntentPutBody,
    IntentRemoved,
    IntentState,
    NotDeconflicted,
    intent_thing,
)
from openline.domain.plan import Kind, Plan
from openline.domain.statement import Statement
from openline.domain.subscription import Notified, Subscription
from openline.domain.supplier import Availability
from openline.domain.uuid import check_uuid

MOST_OVNS: Final = 50_000
"""A key that holds more than this is of no use to anybody."""


@decides(IntentPut)
def intent_put(state: State, said: Statement, content: IntentPut, now: datetime) -> Ruling:
    """Taken if it shows that its supplier knows all it meets; told to whoever asked to hear."""
    party = said.author.party
    held = state.intents.get(content.intent)
    body, extents = _check_form(content, held, now)
    check_turn(content.intent, held, content.replaces, party)
    if content.state in NEEDS_KEY:
        check_up(state, content.intent, party)
    attached = _check_subscription(state, content, extents, party)
    met = [each for each in _met(state, extents) if each != content.intent]
    if content.state in NEEDS_KEY:
        asks = attached.for_constraints if attached else content.for_constraints
        _check_key(state, content, met, extents if asks else (), frozenset(body.key))
    return Ruling(
        readers=(party,),
        refs=(held.entry,) if held else (),
        concluded=(
            *_conclude_put(state, content, held, extents, met, party, now),
            *_conclude_met(state, content, body, met, party, now),
        ),
    )


@decides(IntentRemoved)
def intent_removed(state: State, said: Statement, content: IntentRemoved, now: datetime) -> Ruling:
    party = said.author.party
    held = state.intents.get(content.intent)
    if held is None:
        raise UnknownThing(f"{content.intent}: no such intent is here. There is nothing to end.")
    check_turn(held.id, held, content.ovn, party)
    check_up(state, held.id, party)
    extents = extents_of(held.id, held.body.volumes) if held.body else ()
    told = concerned_by_intent(state, extents, _met(state, extents), now)
    changed = IntentChanged(
        intent=held.id,
        version=held.version,
        state=held.state,
        ovn=held.ovn,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        subscription=held.subscription,
        notified=notices_to(told),
        body=ChangedBody(
            base_url=held.body.base_url if held.body else "", notify_urls=urls_of(told)
        ),
    )
    return Ruling(
        readers=(party,),
        refs=(held.entry,),
        concluded=(Conclusion(content=changed, readers=(party,)),),
    )


def _check_form(
    content: IntentPut, held: Intent | None, now: datetime
) -> tuple[IntentPutBody, tuple[Extent, ...]]:
    """What can be wrong with it whoever sends it, and whatever else is filed."""
    check_uuid(content.intent, content.intent)
    check_ovn(content.intent, content.ovn, content.replaces)
    body = content.body
    if body is None:
        raise Malformed(f"{content.intent}: no extents. Say where and when in the body.")
    if held is None and content.state is not IntentState.ACCEPTED:
        raise Malformed(f"{content.intent}: an intent begins as accepted. File it so.")
    if content.state is IntentState.ENDED:
        raise Malformed(f"{content.intent}: to end an intent, remove it.")
    if len(body.key) > MOST_OVNS:
        raise Malformed(f"{content.intent}: its key holds over {MOST_OVNS:,} OVNs. Send fewer.")
    for volume in body.volumes:
        if volume.heights.lower_m is None or volume.heights.upper_m is None:
            raise Malformed(f"{content.intent}: an extent without both heights. State them.")
    extents = extents_of(content.intent, body.volumes)
    check_span(content.intent, body.volumes, content.starts_at, content.ends_at)
    check_end(content.intent, content.ends_at, now)
    return body, extents


def _check_subscription(
    state: State, content: IntentPut, extents: Sequence[Extent], party: str
) -> Subscription | None:
    """The subscription it is to depend on, if that is there already."""
    intent, new = content.intent, content.new_subscription
    if content.subscription and new:
        raise Malformed(f"{intent}: a subscription and a new one are one too many. Choose.")
    if new:
        check_uuid(intent, new)
        if new in state.subscriptions:
            raise WrongState(f"{intent}: the new subscription's id is taken. Choose another.")
    if not content.subscription:
        if content.state in NEEDS_SUBSCRIPTION and not new:
            raise Malformed(f"{intent}: {content.state}, it needs a subscription. Name one.")
        return None
    held = state.subscriptions.get(content.subscription)
    if held is None:
        raise Malformed(f"{intent}: its subscription is not here. Make it first.")
    if held.party != party:
        raise NotPermitted(f"{intent}: its subscription is another's. Name one of your own.")
    if not held.for_intents:
        raise Malformed(f"{intent}: its subscription does not ask for intents. Change that first.")
    if not held.implicit and not _is_covered(held, content, extents):
        raise Malformed(f"{intent}: its subscription does not cover it. Widen that first.")
    return held


def _is_covered(held: Subscription, content: IntentPut, extents: Sequence[Extent]) -> bool:
    """Whether a subscription with a volume of its own holds all of an intent."""
    if not held.starts_at <= content.starts_at <= content.ends_at <= held.ends_at:
        return False
    if held.body is None or held.body.volume is None:
        return False
    (around,) = extents_of(held.id, (held.body.volume,))
    return all(is_held(around, each) for each in extents)


def _met(state: State, extents: Sequence[Extent]) -> list[str]:
    return state.index.air.intents.find_meeting(extents)


def _check_key(
    state: State,
    content: IntentPut,
    met: Sequence[str],
    constrained: Sequence[Extent],
    key: Container[str],
) -> None:
    """Raises NotDeconflicted if it lacks the OVN of what it meets, naming only what it lacks.

    Nobody has to show an OVN that nobody could have told: that of what a supplier had accepted
    before it went down.
    """
    intents = tuple(
        each
        for each in (state.intents[intent] for intent in met)
        if each.ovn not in key and not _cannot_be_asked(state, each)
    )
    constraints = tuple(
        each for each in find_constraints(state, constrained) if each.ovn not in key
    )
    if intents or constraints:
        raise NotDeconflicted(
            f"{content.intent}: its key lacks the current OVN of what it meets. "
            "Ask the suppliers named for the details, and deconflict.",
            intents,
            constraints,
        )


def _cannot_be_asked(state: State, intent: Intent) -> bool:
    supplier = state.suppliers.get(intent.party)
    return (
        intent.state is IntentState.ACCEPTED
        and supplier is not None
        and supplier.availability is Availability.DOWN
    )


def _conclude_put(
    state: State,
    content: IntentPut,
    held: Intent | None,
    extents: Sequence[Extent],
    met: Sequence[str],
    party: str,
    now: datetime,
) -> tuple[Conclusion, ...]:
    """Whom to notify. Of one that is new and concerns nobody else, its own entry says it all."""
    assert content.body is not None  # checked
    affected = tuple(extents)
    if held is not None and held.body is not None:
        affected += extents_of(held.id, held.body.volumes)
        met = _met(state, affected)
    told = concerned_by_intent(
        state,
        affected,
        met,
        now,
        reaching=content.subscription,
        without=_left_behind(state, content, held),
    )
    if held is None and not told:
        return ()
    notified, urls = notices_to(told), urls_of(told)
    if content.new_subscription:
        notified += (Notified(subscription=content.new_subscription, index=1),)
        urls += (content.body.notify_url,)
    changed = IntentChanged(
        intent=content.intent,
        version=held.version + 1 if held else 1,
        state=content.state,
        ovn=content.ovn,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        subscription=content.new_subscription or content.subscription,
        notified=notified,
        body=ChangedBody(base_url=content.body.base_url, notify_urls=urls),
    )
    return (Conclusion(content=changed, readers=(party,)),)


def _conclude_met(
    state: State,
    content: IntentPut,
    body: IntentPutBody,
    met: Sequence[str],
    party: str,
    now: datetime,
) -> tuple[Conclusion, ...]:
    """Where it stands without the current OVN of another supplier's intent, both are told."""
    key = frozenset(body.key)
    lacking = [
        each
        for each in met
        if state.intents[each].ovn not in key and state.intents[each].party != party
    ]
    plan = Plan(id=intent_thing(content.intent), party=party, kind=Kind.DRONE, volumes=body.volumes)
    return conclude_intents_met(state, plan, lacking, now, entry=state.size)


def _left_behind(state: State, content: IntentPut, held: Intent | None) -> str:
    """The subscription that goes with this change: made with an intent, and no longer needed."""
    if held is None or held.subscription in ("", content.subscription):
        return ""
    before = state.subscriptions.get(held.subscription)
    alone = [*state.index.air.dependents.get(held.subscription, ())] == [held.id]
    return held.subscription if before is not None and before.implicit and alone else ""
