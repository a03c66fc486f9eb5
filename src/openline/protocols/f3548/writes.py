"""What F3548 says to a desk: each request one statement, answered from what followed from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec import UNSET, Struct
from uas_standards.astm.f3548.v21 import api

from openline.domain.constraint import (
    ConstraintChanged,
    ConstraintRemoved,
)
from openline.domain.errors import NotPermitted, UnknownThing
from openline.domain.filed import ChangedBody
from openline.domain.intent import (
    IntentChanged,
    IntentPut,
    IntentRemoved,
    NotDeconflicted,
)
from openline.domain.statement import Content
from openline.domain.subscription import (
    Notified,
    SubscriptionPut,
    SubscriptionRemoved,
)
from openline.domain.supplier import (
    AvailabilitySet,
    ExchangeReported,
    ReportBody,
    SupplierBody,
    supplier_party,
)
from openline.protocols.f3548.access import FOR_INTENTS, NEEDED_FOR_STATE
from openline.protocols.f3548.answers import Answer
from openline.protocols.f3548.codec import (
    Manager,
    availability_from,
    availability_message,
    constraint_message,
    constraint_put_from,
    intent_message,
    intent_put_from,
    requested_ovn,
    subscribers_message,
    subscription_message,
    subscription_put_from,
    uuid_from,
)
from openline.protocols.f3548.reads import (
    Reads,
    find_constraints_in,
    find_intents,
    find_subscription,
)
from openline.protocols.f3548.suppliers import Desk, Suppliers
from openline.protocols.f3548.tokens import Bearer
from openline.protocols.f3548.wire import parse_message, render_message, wire
from openline.service import Recorded

C = TypeVar("C", bound=Content)


class Making(Struct, frozen=True):
    """Where what must be new comes from: UUIDs, and OVNs of 128 random bits at least."""

    new_id: Callable[[], str]
    new_ovn: Callable[[], str]


class Writes:
    """Says for suppliers what they change."""

    def __init__(
        self,
        desk: Desk,
        suppliers: Suppliers,
        reads: Reads,
        now: Callable[[], datetime],
        making: Making,
        *,
        allow_http: bool,
    ) -> None:
        self._desk, self._suppliers, self._reads = desk, suppliers, reads
        self._now, self._making, self._allow_http = now, making, allow_http

    async def put_intent(self, bearer: Bearer, path: list[str], body: bytes) -> Answer:
        intent = uuid_from(path[0], "entityid")
        message = parse_message(body, api.PutOperationalIntentReferenceParameters)
        if not NEEDED_FOR_STATE.get(message.state, frozenset()) <= bearer.scopes:
            raise NotPermitted(f"{intent}: the token lacks the scope for that state.")
        content = intent_put_from(
            message,
            intent,
            replaces=path[1] if len(path) > 1 else "",
            ovn=self._ovn(intent, message.requested_ovn_suffix),
            new_id=self._making.new_id(),
            allow_http=self._allow_http,
        )
        try:
            recorded = await self._suppliers.say(bearer, content)
        except NotDeconflicted as missing:
            return self._what_is_missing(bearer, missing)
        return self._intent_answer(bearer, recorded, 200 if content.replaces else 201)

    async def remove_intent(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        content = IntentRemoved(intent=uuid_from(path[0], "entityid"), ovn=path[1])
        return self._intent_answer(bearer, await self._suppliers.say(bearer, content), 200)

    async def put_constraint(self, bearer: Bearer, path: list[str], body: bytes) -> Answer:
        constraint = uuid_from(path[0], "entityid")
        content = constraint_put_from(
            parse_message(body, api.PutConstraintReferenceParameters),
            constraint,
            replaces=path[1] if len(path) > 1 else "",
            ovn=self._making.new_ovn(),
            allow_http=self._allow_http,
        )
        recorded = await self._suppliers.say(bearer, content)
        return self._constraint_answer(bearer, recorded, 200 if content.replaces else 201)

    async def remove_constraint(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        content = ConstraintRemoved(constraint=uuid_from(path[0], "entityid"), ovn=path[1])
        return self._constraint_answer(bearer, await self._suppliers.say(bearer, content), 200)

    async def put_subscription(self, bearer: Bearer, path: list[str], body: bytes) -> Answer:
        subscription = uuid_from(path[0], "subscriptionid")
        message = parse_message(body, api.PutSubscriptionParameters)
        if message.notify_for_operational_intents and FOR_INTENTS not in bearer.scopes:
            raise NotPermitted(f"{subscription}: the token lacks the scope to hear of intents.")
        content = subscription_put_from(
            message,
            subscription,
            replaces=path[1] if len(path) > 1 else "",
            allow_http=self._allow_http,
        )
        recorded = await self._suppliers.say(bearer, content)
        return self._subscription_answer(bearer, content, recorded)

    async def remove_subscription(self, bearer: Bearer, path: list[str], _body: bytes) -> Answer:
        subscription = uuid_from(path[0], "subscriptionid")
        # Its version tells it apart for ever: what is read now is what is removed, or nothing is.
        held = self._desk.read(lambda state: find_subscription(state, subscription))
        content = SubscriptionRemoved(subscription=subscription, version=path[1])
        recorded = await self._suppliers.say(bearer, content)
        message = subscription_message(held[0], ()) if held else UNSET
        kind = wire(api.DeleteSubscriptionResponse)
        return Answer(200, kind(subscription=message), recorded.entry.id)

    async def set_availability(self, bearer: Bearer, path: list[str], body: bytes) -> Answer:
        message = parse_message(
            body, api.SetUssAvailabilityStatusParameters, loose=frozenset({"availability"})
        )
        content = AvailabilitySet(
            supplier=supplier_party(path[0]),
            availability=availability_from(message.availability),
            replaces=message.old_version,
            body=SupplierBody(name=path[0]),
        )
        recorded = await self._suppliers.say(bearer, content)
        answer = availability_message(path[0], content.availability, recorded.entry.id)
        return Answer(200, answer, recorded.entry.id)

    async def report(self, bearer: Bearer, _path: list[str], body: bytes) -> Answer:
        message = parse_message(body, api.ErrorReport)
        message.report_id = self._making.new_id()
        text = render_message(message).decode()
        content = ExchangeReported(report=message.report_id, body=ReportBody(text=text))
        recorded = await self._suppliers.say(bearer, content)
        return Answer(201, message, recorded.entry.id)

    def _ovn(self, intent: str, suffix: Any) -> str:
        if suffix is UNSET or suffix is None:
            return self._making.new_ovn()
        return requested_ovn(intent, suffix, self._now())

    def _intent_answer(self, bearer: Bearer, recorded: Recorded, status: int) -> Answer:
        changed = _intent_changed(recorded)
        message = wire(api.ChangeOperationalIntentReferenceResponse)(
            subscribers=_subscribers(changed),
            operational_intent_reference=intent_message(
                changed, self._manager(bearer), is_own=True
            ),
        )
        return Answer(status, message, recorded.entry.id)

    def _constraint_answer(self, bearer: Bearer, recorded: Recorded, status: int) -> Answer:
        changed = _only(recorded, ConstraintChanged)
        message = wire(api.ChangeConstraintReferenceResponse)(
            subscribers=_subscribers(changed),
            constraint_reference=constraint_message(changed, self._manager(bearer), is_own=True),
        )
        return Answer(status, message, recorded.entry.id)

    def _manager(self, bearer: Bearer) -> Manager:
        return self._suppliers.manager_of(supplier_party(bearer.name))

    def _subscription_answer(
        self, bearer: Bearer, content: SubscriptionPut, recorded: Recorded
    ) -> Answer:
        """With all that stands in its volume, where it asks for that: what comes later is told."""
        assert content.body is not None  # it was made so
        assert content.body.volume is not None
        volume, reader = content.body.volume, supplier_party(bearer.name)
        held = self._desk.read(lambda state: find_subscription(state, content.subscription))
        if held is None:
            raise UnknownThing(f"{content.subscription}: it was removed meanwhile.")
        found = self._desk.read(
            lambda state: (
                find_intents(state, volume) if content.for_intents else (),
                find_constraints_in(state, volume) if content.for_constraints else (),
            )
        )
        intents = [self._reads.show_intent(each, reader) for each in found[0]]
        constraints = [self._reads.show_constraint(each, reader) for each in found[1]]
        message = wire(api.PutSubscriptionResponse)(
            subscription=subscription_message(*held),
            operational_intent_references=intents if content.for_intents else UNSET,
            constraint_references=constraints if content.for_constraints else UNSET,
        )
        return Answer(200, message, recorded.entry.id)

    def _what_is_missing(self, bearer: Bearer, missing: NotDeconflicted) -> Answer:
        reader, show = supplier_party(bearer.name), self._reads
        intents = [show.show_intent(each, reader) for each in missing.intents]
        constraints = [show.show_constraint(each, reader) for each in missing.constraints]
        message = wire(api.AirspaceConflictResponse)(
            message=missing.sentence,
            missing_operational_intents=intents or UNSET,
            missing_constraints=constraints or UNSET,
        )
        return Answer(409, message)


def _intent_changed(recorded: Recorded) -> IntentChanged:
    """What the change came to: concluded, or all said already by one that is new and alone."""
    content = recorded.entry.content
    for entry in recorded.concluded:
        if isinstance(entry.content, IntentChanged):
            return entry.content
    assert isinstance(content, IntentPut)
    body, new = content.body, content.new_subscription
    return IntentChanged(
        intent=content.intent,
        version=1,
        state=content.state,
        ovn=content.ovn,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        subscription=new or content.subscription,
        notified=(Notified(subscription=new, index=1),) if new else (),
        body=ChangedBody(
            base_url=body.base_url if body else "",
            notify_urls=(body.notify_url if body else "",) if new else (),
        ),
    )


def _subscribers(changed: IntentChanged | ConstraintChanged) -> list[Any]:
    return subscribers_message(changed.notified, changed.body.notify_urls if changed.body else ())


def _only(recorded: Recorded, kind: type[C]) -> C:
    return next(each.content for each in recorded.concluded if isinstance(each.content, kind))
