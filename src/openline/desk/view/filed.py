"""What a drone supplier has filed, as its own people see it; nobody else has any of it here."""

from __future__ import annotations

from typing import TypeVar

from openline.desk.state import State
from openline.desk.view.table import Sight, Thing, sight_of
from openline.domain.constraint import Constraint
from openline.domain.intent import Intent
from openline.domain.subscription import Subscription

Filed = TypeVar("Filed", Intent, Constraint, Subscription)


def intents_for(state: State, reader: str) -> tuple[Intent, ...]:
    """One's own operational intents, each with its OVN, which its supplier has been told."""
    return _own(state, reader, state.intents)


def constraints_for(state: State, reader: str) -> tuple[Constraint, ...]:
    """One's own constraints; measures that are published stand among the measures."""
    return _own(state, reader, state.constraints)


def subscriptions_for(state: State, reader: str) -> tuple[Subscription, ...]:
    """One's own subscriptions, those made with intents among them."""
    return _own(state, reader, state.subscriptions)


def _own(state: State, reader: str, filed: dict[str, Filed]) -> tuple[Filed, ...]:
    """By id; a hundred thousand of others are looked through, and for suppliers alone."""
    if reader not in state.suppliers or sight_of(state, reader, Thing.PLAN) is not Sight.OWN:
        return ()
    own = (each for each in filed.values() if each.party == reader)
    return tuple(sorted(own, key=lambda each: each.id))
