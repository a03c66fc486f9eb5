"""One id, one thing: plans, measures and notifications share the ground, and so their ids."""

from __future__ import annotations

from openline.desk.ground import find_version
from openline.desk.state import State
from openline.domain.errors import WrongState


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
