"""Ids: plans, measures and notifications share the ground, so each id is one thing's alone."""

from __future__ import annotations

from openline.desk.ground import find_version
from openline.desk.state import State
from openline.domain.errors import Malformed, UnknownThing, WrongState


def check_free(state: State, thing: str) -> None:
    """Nothing happens if no plan, measure or notification has this id.

    Raises:
        WrongState: one has it, whosever it is.
    """
    taken = (
        thing in state.plans
        or thing in state.notifications
        or find_version(state, thing, 1) is not None
    )
    if taken:
        raise WrongState(f"{thing}: this id is taken. Choose another.")


def check_parties(state: State, thing: str, parties: tuple[str, ...]) -> None:
    """Raises UnknownThing unless all of them, one at least, are parties of this desk."""
    if not parties:
        raise Malformed(f"{thing}: it names no party. Say to whom.")
    for party in parties:
        if party not in state.parties:
            raise UnknownThing(f"{thing}: no party {party} at this desk. See its roster.")
