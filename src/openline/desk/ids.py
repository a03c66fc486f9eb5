"""Ids: each is one thing's alone, for things meet on the ground and are owed to the same people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.desk.comparing.ground import find_version
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.errors import Malformed, UnknownThing, WrongState

_DESKS_OWN: Final = re.compile(
    r"P-\d+:.+|X-\d+\.\d+|.+/(?:withdrawn|suspended|amendment)-\d+|inform|for-.+|via-.+|[ICS]/.+"
)
"""How the desk names pointers, crossings, words about measures, its own ways to a recipient, and
what drone suppliers file."""
_DESKS_OWN_ROW: Final = re.compile(f"^(?:{_DESKS_OWN.pattern})$", re.MULTILINE)


def check_free(state: State, thing: str) -> None:
    """Nothing happens if nothing has this id that is told of, or stands where others may be.

    Raises:
        WrongState: a plan, measure, notification, message, account or assurance has it, whosever
            it is; or it is of a form that the desk makes its own ids by.
    """
    if _DESKS_OWN.fullmatch(thing) is not None:
        raise WrongState(f"{thing}: the desk makes ids of this form. Choose another.")
    taken = (
        thing in state.plans
        or thing in state.notifications
        or thing in state.messages
        or thing in state.left
        or thing in state.assurances
        or find_version(state, thing, 1) is not None
        or state.deliveries.holds(Look.SUBJECT, thing)
        or _is_committed_to(state, thing)
    )
    if taken:
        raise WrongState(f"{thing}: this id is taken. Choose another.")


def check_all_free(state: State, things: Sequence[str]) -> None:
    """The same for many things at once, which mostly are free.

    Raises:
        WrongState: see `check_free`.
    """
    sections = (state.plans, state.notifications, state.messages, state.assurances)
    free = (
        all(section.keys().isdisjoint(things) for section in sections)
        and state.left.isdisjoint(things)
        and not (state.measures and any(find_version(state, each, 1) for each in things))
        and not state.deliveries.holds_any(Look.SUBJECT, things)
        and not (state.incidents and any(_is_committed_to(state, each) for each in things))
        and _DESKS_OWN_ROW.search("\n".join(things)) is None
    )
    if not free:
        for thing in things:
            check_free(state, thing)


def _is_committed_to(state: State, thing: str) -> bool:
    """A sealed account will be told of under this id once it is revealed."""
    for slash in (at for at, letter in enumerate(thing) if letter == "/"):
        incident = state.incidents.get(thing[:slash])
        sealing = incident.sealing if incident is not None else None
        if sealing is not None and sealing.holds(thing[slash + 1 :]):
            return True
    return False


def check_parties(state: State, thing: str, parties: tuple[str, ...]) -> None:
    """Raises UnknownThing unless all of them, one at least, are parties of this desk."""
    if not parties:
        raise Malformed(f"{thing}: it names no party. Say to whom.")
    for party in parties:
        if party not in state.parties:
            raise UnknownThing(f"{thing}: no party {party} at this desk. See its roster.")
