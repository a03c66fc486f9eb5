"""How intents, subscriptions and constraints come, change and leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from openline.desk.comparing.airspace import first_unjudged, leaves_with
from openline.desk.deadlines import What
from openline.desk.probing import note_asked
from openline.desk.shelf import Look
from openline.desk.state import State, evolves, rebuilds
from openline.detection.extents import extents_of
from openline.domain.constraint import (
    Constraint,
    ConstraintChanged,
    ConstraintNoticesOwed,
    ConstraintPut,
    ConstraintRemoved,
    constraint_thing,
)
from openline.domain.filed import FiledBody
from openline.domain.intent import (
    JUDGED_AFTER,
    AirspaceEnded,
    AirspaceJudged,
    AirspaceTried,
    Intent,
    IntentChanged,
    IntentPut,
    IntentPutBody,
    IntentRemoved,
    Unjudged,
    intent_thing,
)
from openline.domain.plan import Kind, Plan
from openline.domain.question import Asked
from openline.domain.statement import Entry
from openline.domain.subscription import (
    Notified,
    Subscription,
    SubscriptionBody,
    SubscriptionPut,
    SubscriptionRemoved,
    subscription_thing,
    subscription_times,
)


@evolves(IntentPut)
def intent_put(state: State, entry: Entry, content: IntentPut) -> None:
    """The subscription made with it counts this as its first notice, for it concerns itself."""
    before = state.intents.get(content.intent)
    if before is not None:
        _leave_index(state, before)
    body = content.body
    intent = Intent(
        id=content.intent,
        party=entry.author.party,
        state=content.state,
        version=before.version + 1 if before else 1,
        ovn=content.ovn,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        leaves_at=content.ends_at + _slack(state),
        entry=entry.index,
        subscription=content.new_subscription or content.subscription,
        knows=_constraints_known(state, body.key if body else ()),
        body=FiledBody(volumes=body.volumes, base_url=body.base_url) if body else None,
    )
    if content.new_subscription:
        state.subscriptions[content.new_subscription] = _made_with(
            content, body, entry, _slack(state)
        )
    state.intents[intent.id] = intent
    _keep_in_index(state, intent)
    for subscription in {intent.subscription, before.subscription if before else ""}:
        _fit(state, subscription)
    _to_be_judged(state, intent_thing(intent.id), entry, before)


@evolves(IntentRemoved)
def intent_removed(state: State, entry: Entry, content: IntentRemoved) -> None:
    thing = intent_thing(content.intent)
    _to_be_judged(state, thing, entry, state.intents[content.intent])
    _remove_intent(state, content.intent)


@evolves(IntentChanged)
def intent_changed(state: State, _entry: Entry, content: IntentChanged) -> None:
    _count(state, content.notified)


@evolves(SubscriptionPut)
def subscription_put(state: State, entry: Entry, content: SubscriptionPut) -> None:
    before = state.subscriptions.get(content.subscription)
    if before is not None:
        _remove_subscription(state, before.id)
    starts_at, ends_at = subscription_times(content, before, entry.recorded_at)
    subscription = Subscription(
        id=content.subscription,
        party=entry.author.party,
        version=entry.id,
        starts_at=starts_at,
        ends_at=ends_at,
        leaves_at=ends_at + _slack(state),
        entry=entry.index,
        index=before.index if before else 0,
        for_intents=content.for_intents,
        for_constraints=content.for_constraints,
        body=content.body,
    )
    state.subscriptions[subscription.id] = subscription
    _keep_subscription(state, subscription)


@evolves(SubscriptionRemoved)
def subscription_removed(state: State, _entry: Entry, content: SubscriptionRemoved) -> None:
    _remove_subscription(state, content.subscription)


@evolves(ConstraintPut)
def constraint_put(state: State, entry: Entry, content: ConstraintPut) -> None:
    before = state.constraints.get(content.constraint)
    if before is not None:
        _remove_constraint(state, before.id)
    constraint = Constraint(
        id=content.constraint,
        party=entry.author.party,
        version=before.version + 1 if before else 1,
        ovn=content.ovn,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        leaves_at=content.ends_at + _slack(state),
        entry=entry.index,
        body=content.body,
    )
    state.constraints[constraint.id] = constraint
    _keep_constraint(state, constraint)
    _to_be_judged(state, constraint_thing(constraint.id), entry, before)


@evolves(ConstraintRemoved)
def constraint_removed(state: State, entry: Entry, content: ConstraintRemoved) -> None:
    thing = constraint_thing(content.constraint)
    _to_be_judged(state, thing, entry, state.constraints[content.constraint])
    _remove_constraint(state, content.constraint)


@evolves(ConstraintChanged)
def constraint_changed(state: State, _entry: Entry, content: ConstraintChanged) -> None:
    _count(state, content.notified)


@evolves(AirspaceTried)
def airspace_tried(state: State, entry: Entry, content: AirspaceTried) -> None:
    """Questions they were, and count as such."""
    if content.body is not None:
        note_asked(state, content.party, Asked.POINTER, content.body.asked, entry.recorded_at)


@evolves(ConstraintNoticesOwed)
def constraint_notices_owed(state: State, _entry: Entry, content: ConstraintNoticesOwed) -> None:
    _count(state, content.notified)


@evolves(AirspaceEnded)
def airspace_ended(state: State, entry: Entry, content: AirspaceEnded) -> None:
    for intent in content.intents:
        _to_be_judged(state, intent_thing(intent), entry, state.intents[intent])
        _remove_intent(state, intent)
    for constraint in content.constraints:
        _to_be_judged(state, constraint_thing(constraint), entry, state.constraints[constraint])
        _remove_constraint(state, constraint)
    for subscription in content.subscriptions:
        _remove_subscription(state, subscription)


@evolves(AirspaceJudged)
def airspace_judged(state: State, _entry: Entry, content: AirspaceJudged) -> None:
    """Those that came last wait for the next time. Nothing waits for bodies that were erased."""
    waiting = state.unjudged.get(content.party, {})
    for thing in first_unjudged(waiting, content.things):
        del waiting[thing]
    if not waiting:
        state.unjudged.pop(content.party, None)
        state.deadlines.drop(content.party, What.AIRSPACE_JUDGED)


@rebuilds
def index_airspace(state: State) -> None:
    """After a snapshot: all that can be judged is in its index again."""
    for intent in state.intents.values():
        _keep_in_index(state, intent)
    for subscription in state.subscriptions.values():
        if not subscription.implicit:
            _keep_subscription(state, subscription)
    for constraint in state.constraints.values():
        _keep_constraint(state, constraint)


def _slack(state: State) -> timedelta:
    """Until nothing filed from then on could meet it: the longest slack in time."""
    return timedelta(seconds=max(each.time_s for each in state.rules.separation.values()))


def _to_be_judged(
    state: State, thing: str, entry: Entry, before: Intent | Constraint | None
) -> None:
    """It is held against everything else in a second, apart from the answer to its supplier.

    Where there is nothing else, and nothing it would have met, there is nothing to be judged. As it
    stood before, if nobody has judged that yet, it is judged besides: no trial is too short.
    """
    if not state.index.has_more_than_intents() and not state.conflicts.holds(Look.THING, thing):
        return
    party = before.party if before is not None else entry.author.party
    waiting = state.unjudged.setdefault(party, {})
    if waiting.pop(thing, None) is not None and before is not None and before.body is not None:
        trial = Unjudged(since=entry.index, trial=before.body.volumes)
        waiting[f"{thing}#{entry.index}"] = trial
    waiting[thing] = Unjudged(since=entry.index)
    if state.deadlines.find(What.AIRSPACE_JUDGED, party) is None:
        at = entry.recorded_at.replace(microsecond=0) + JUDGED_AFTER
        state.deadlines.set(What.AIRSPACE_JUDGED, party, at)


def _constraints_known(state: State, key: tuple[str, ...]) -> tuple[str, ...]:
    """The OVNs of constraints, current ones, that it shows: what it knows it need not be told."""
    held = state.index.air.constraint_of_ovn
    return tuple(each for each in key if each in held) if held else ()


def _keep_in_index(state: State, intent: Intent) -> None:
    air = state.index.air
    if intent.subscription:
        air.dependents.setdefault(intent.subscription, {})[intent.id] = None
    if intent.body is not None:
        extents = extents_of(intent.id, intent.body.volumes)
        air.insert_intent(intent.id, intent.party, extents)
    _remember(state, intent_thing(intent.id), intent.leaves_at)


def _leave_index(state: State, intent: Intent) -> None:
    air = state.index.air
    air.withdraw_intent(intent.id)
    if intent.subscription:
        held = air.dependents[intent.subscription]
        del held[intent.id]
        if not held:
            del air.dependents[intent.subscription]
    _forget(state, intent_thing(intent.id), intent.leaves_at)


def _remove_intent(state: State, intent: str) -> None:
    held = state.intents.pop(intent)
    _leave_index(state, held)
    _fit(state, held.subscription)


def _made_with(
    content: IntentPut, body: IntentPutBody | None, entry: Entry, slack: timedelta
) -> Subscription:
    return Subscription(
        id=content.new_subscription,
        party=entry.author.party,
        version=entry.id,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        leaves_at=content.ends_at + slack,
        entry=entry.index,
        index=1,
        for_intents=True,
        for_constraints=content.for_constraints,
        implicit=True,
        body=SubscriptionBody(base_url=body.notify_url) if body else None,
    )


def _fit(state: State, subscription: str) -> None:
    """One made with an intent lasts as long as those that depend on it, and goes with the last."""
    held = state.subscriptions.get(subscription)
    if held is None or not held.implicit:
        return
    intents = [state.intents[each] for each in state.index.air.dependents.get(subscription, ())]
    if not intents:
        del state.subscriptions[subscription]
        return
    starts_at = min(each.starts_at for each in intents)
    ends_at = max(each.ends_at for each in intents)
    if (starts_at, ends_at) != (held.starts_at, held.ends_at):
        state.subscriptions[subscription] = replace(
            held, starts_at=starts_at, ends_at=ends_at, leaves_at=ends_at + _slack(state)
        )


def _keep_subscription(state: State, subscription: Subscription) -> None:
    body = subscription.body
    if body is not None and body.volume is not None:
        volume = replace(
            body.volume,
            times=replace(
                body.volume.times, starts_at=subscription.starts_at, ends_at=subscription.ends_at
            ),
        )
        extents = extents_of(subscription.id, (volume,))
        state.index.air.subscriptions.insert(subscription.id, extents)
    _remember(state, subscription_thing(subscription.id), subscription.leaves_at)


def _remove_subscription(state: State, subscription: str) -> None:
    held = state.subscriptions.pop(subscription)
    state.index.air.subscriptions.withdraw(subscription)
    _forget(state, subscription_thing(subscription), held.leaves_at)


def _keep_constraint(state: State, constraint: Constraint) -> None:
    if constraint.body is not None:
        volumes = constraint.body.volumes
        state.index.air.constraints.insert(constraint.id, extents_of(constraint.id, volumes))
        thing = constraint_thing(constraint.id)
        area = Plan(id=thing, party=constraint.party, kind=Kind.GROUND, volumes=volumes)
        state.index.insert_area(area)
    state.index.air.constraint_of_ovn[constraint.ovn] = constraint.id
    _remember(state, constraint_thing(constraint.id), constraint.leaves_at)


def _remove_constraint(state: State, constraint: str) -> None:
    held = state.constraints.pop(constraint)
    state.index.air.constraints.withdraw(constraint)
    state.index.air.constraint_of_ovn.pop(held.ovn, None)
    state.index.withdraw(constraint_thing(constraint))
    _forget(state, constraint_thing(constraint), held.leaves_at)


def _remember(state: State, thing: str, leaves_at: datetime) -> None:
    """It leaves with all that is over in that minute."""
    minute = leaves_with(leaves_at)
    state.index.air.leaving.setdefault(minute, {})[thing] = None
    state.deadlines.set(What.AIRSPACE_ENDS, minute, datetime.fromisoformat(minute))


def _forget(state: State, thing: str, leaves_at: datetime) -> None:
    minute = leaves_with(leaves_at)
    leaving = state.index.air.leaving
    if minute not in leaving:
        return
    leaving[minute].pop(thing, None)
    if not leaving[minute]:
        del leaving[minute]
        state.deadlines.drop(minute, What.AIRSPACE_ENDS)


def _count(state: State, notified: tuple[Notified, ...]) -> None:
    for each in notified:
        held = state.subscriptions.get(each.subscription)
        if held is not None:  # one that went with the change was told of it, and counts no more
            state.subscriptions[held.id] = replace(held, index=each.index)
