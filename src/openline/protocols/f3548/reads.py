"""What F3548 asks of a desk: references found and shown, each as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from uas_standards.astm.f3548.v21 import api

from openline.desk.comparing.published import find_constraint, find_constraints
from openline.desk.state import State
from openline.detection.enclosing import enclosing
from openline.detection.extents import extents_of
from openline.domain.airspace import TimeSpan, Volume4D
from openline.domain.constraint import Constraint
from openline.domain.errors import Malformed, NotPermitted, UnknownThing
from openline.domain.filed import FiledBody
from openline.domain.intent import Intent
from openline.domain.statement import DESK
from openline.domain.subscription import Subscription
from openline.domain.supplier import supplier_party
from openline.protocols.f3548.answers import Answer
from openline.protocols.f3548.codec import (
    Manager,
    availability_message,
    constraint_details,
    constraint_message,
    intent_message,
    subscription_message,
    uuid_from,
)
from openline.protocols.f3548.suppliers import Desk, Suppliers
from openline.protocols.f3548.tokens import Bearer
from openline.protocols.f3548.volumes import volume_from
from openline.protocols.f3548.wire import parse_message, wire


class Itself(Struct, frozen=True, kw_only=True):
    """The desk as a supplier among others: its name, and the address at which they reach it."""

    name: str
    url: str


class Reads:
    """Answers what suppliers ask; nothing here changes anything."""

    def __init__(
        self, desk: Desk, suppliers: Suppliers, now: Callable[[], datetime], itself: Itself
    ) -> None:
        self._desk, self._suppliers, self._now, self._itself = desk, suppliers, now, itself

    async def get_intent(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        intent = uuid_from(path[0], "entityid")
        held = self._desk.read(lambda state: state.intents.get(intent))
        if held is None:
            raise UnknownThing(f"{intent}: no such operational intent is here.")
        reference = self.show_intent(held, supplier_party(bearer.name))
        kind = wire(api.GetOperationalIntentReferenceResponse)
        return Answer(200, kind(operational_intent_reference=reference))

    async def query_intents(self, bearer: Bearer, _path: list[str], body: bytes) -> Answer:
        volume = _area(parse_message(body, api.QueryOperationalIntentReferenceParameters))
        found = self._desk.read(lambda state: find_intents(state, volume))
        reader = supplier_party(bearer.name)
        kind = wire(api.QueryOperationalIntentReferenceResponse)
        references = [self.show_intent(each, reader) for each in found]
        return Answer(200, kind(operational_intent_references=references))

    async def get_constraint(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        constraint = uuid_from(path[0], "entityid")
        held = self._desk.read(lambda state: find_constraint(state, constraint))
        if held is None:
            raise UnknownThing(f"{constraint}: no such constraint is here.")
        reference = self.show_constraint(held, supplier_party(bearer.name))
        return Answer(200, wire(api.GetConstraintReferenceResponse)(constraint_reference=reference))

    async def query_constraints(self, bearer: Bearer, _path: list[str], body: bytes) -> Answer:
        volume = _area(parse_message(body, api.QueryConstraintReferenceParameters))
        found = self._desk.read(lambda state: find_constraints_in(state, volume))
        reader = supplier_party(bearer.name)
        references = [self.show_constraint(each, reader) for each in found]
        kind = wire(api.QueryConstraintReferencesResponse)
        return Answer(200, kind(constraint_references=references))

    async def get_constraint_details(
        self, _bearer: Bearer, path: list[str], _body: bytes
    ) -> Answer:
        """Of a measure that everybody may know of: the desk, as its supplier, has the details."""
        constraint = uuid_from(path[0], "entityid")
        held = self._desk.read(lambda state: find_constraint(state, constraint))
        if held is None or held.party != DESK:
            raise UnknownThing(f"{constraint}: the desk manages no such constraint.")
        return Answer(200, wire(api.GetConstraintDetailsResponse)(constraint=self.details_of(held)))

    async def get_subscription(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        subscription = uuid_from(path[0], "subscriptionid")
        found = self._desk.read(lambda state: find_subscription(state, subscription))
        if found is None:
            raise UnknownThing(f"{subscription}: no such subscription is here.")
        if found[0].party != supplier_party(bearer.name):
            raise NotPermitted(f"{subscription}: another supplier's. Only its own may see it.")
        message = subscription_message(*found)
        return Answer(200, wire(api.GetSubscriptionResponse)(subscription=message))

    async def query_subscriptions(self, bearer: Bearer, _path: list[str], body: bytes) -> Answer:
        volume = _area(parse_message(body, api.QuerySubscriptionParameters))
        now, party = self._now(), supplier_party(bearer.name)
        found = self._desk.read(lambda state: find_subscriptions(state, volume, party, now))
        messages = [subscription_message(*each) for each in found]
        return Answer(200, wire(api.QuerySubscriptionsResponse)(subscriptions=messages))

    async def get_availability(self, _bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        party = supplier_party(path[0])
        held = self._desk.read(lambda state: state.suppliers.get(party))
        manager = self._suppliers.manager_of(party)
        version = held.version if held else ""
        return Answer(200, availability_message(path[0], manager.availability, version))

    def show_intent(self, intent: Intent, reader: str) -> Any:
        """The reference to an intent as the reader sees it."""
        manager = self._suppliers.manager_of(intent.party)
        return intent_message(intent, manager, is_own=intent.party == reader)

    def show_constraint(self, constraint: Constraint, reader: str) -> Any:
        """The reference to a constraint as the reader sees it, who may be the desk itself."""
        is_own = constraint.party == reader
        if constraint.party != DESK:
            manager = self._suppliers.manager_of(constraint.party)
            return constraint_message(constraint, manager, is_own=is_own)
        here = FiledBody(volumes=(), base_url=self._itself.url)
        manager = Manager(name=self._itself.name)
        return constraint_message(replace(constraint, body=here), manager, is_own=is_own)

    def details_of(self, constraint: Constraint) -> Any:
        """One that the desk manages, in full."""
        volumes = enclosing(constraint.body.volumes if constraint.body else ())
        times = TimeSpan(starts_at=constraint.starts_at, ends_at=constraint.ends_at)
        return constraint_details(
            self.show_constraint(constraint, DESK), [replace(each, times=times) for each in volumes]
        )


def find_intents(state: State, volume: Volume4D) -> list[Intent]:
    """The intents that share a point with a volume."""
    found = state.index.air.intents.find_meeting(extents_of("area_of_interest", (volume,)))
    return [state.intents[each] for each in found]


def find_constraints_in(state: State, volume: Volume4D) -> list[Constraint]:
    """The constraints that share a point with a volume."""
    return find_constraints(state, extents_of("area_of_interest", (volume,)))


def find_subscription(
    state: State, subscription: str
) -> tuple[Subscription, tuple[str, ...]] | None:
    """A subscription, with the intents that depend on it."""
    held = state.subscriptions.get(subscription)
    return None if held is None else (held, _dependents(state, held.id))


def find_subscriptions(
    state: State, volume: Volume4D, party: str, now: datetime
) -> list[tuple[Subscription, tuple[str, ...]]]:
    """A supplier's own subscriptions that share a point with a volume and are not over."""
    extents = extents_of("area_of_interest", (volume,))
    air = state.index.air
    found = set(air.subscriptions.find_meeting(extents))
    found |= {state.intents[each].subscription for each in air.intents.find_meeting(extents)}
    held = (state.subscriptions.get(each) for each in sorted(found))
    return [
        (each, _dependents(state, each.id))
        for each in held
        if each is not None and each.party == party and each.ends_at >= now
    ]


def _dependents(state: State, subscription: str) -> tuple[str, ...]:
    return tuple(state.index.air.dependents.get(subscription, ()))


def _area(message: Any) -> Volume4D:
    if not message.area_of_interest:
        raise Malformed("area_of_interest: it is missing. Say which area is asked about.")
    return volume_from(message.area_of_interest)
