"""Operational intents: what civil drone operators mean to occupy, filed by their suppliers.

An intent is a plan whose details stay with its owner: the desk keeps what detection needs, and
tells others only where to ask. Between intents the standard's own rule holds: they meet where their
extents do, edges included, and whoever holds the other's current OVN has deconflicted.

Source: ASTM F3548-21, strategic coordination.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Volume4D
from openline.domain.constraint import Constraint
from openline.domain.errors import Refused
from openline.domain.filed import ChangedBody, FiledBody
from openline.domain.statement import Content, concluded, said
from openline.domain.subscription import Notified


class IntentState(StrEnum):
    """How an operational intent is now, in its operator's words."""

    ACCEPTED = "accepted"
    ACTIVATED = "activated"
    NONCONFORMING = "nonconforming"
    CONTINGENT = "contingent"
    ENDED = "ended"


_LIVE: Final = frozenset(IntentState)

INTENT_TRANSITIONS: Final[Mapping[IntentState, frozenset[IntentState]]] = MappingProxyType(
    {
        IntentState.ACCEPTED: _LIVE,
        IntentState.ACTIVATED: _LIVE,
        IntentState.NONCONFORMING: _LIVE,
        IntentState.CONTINGENT: _LIVE,
        IntentState.ENDED: frozenset(),
    }
)
"""One begins as accepted. While it lives it is as its operator says; ended, it leaves the desk."""

INTENTS: Final = "I/"
NEEDS_KEY: Final = frozenset({IntentState.ACCEPTED, IntentState.ACTIVATED})
"""In these states it is promised to be deconflicted, and must show the OVN of all it meets."""
NEEDS_SUBSCRIPTION: Final = frozenset(
    {IntentState.ACTIVATED, IntentState.NONCONFORMING, IntentState.CONTINGENT}
)
"""In these states its operator must hear of what changes around it."""


class Intent(Struct, frozen=True, gc=False, kw_only=True):
    """An operational intent as it stands. `subscription` is empty where it has none.

    It leaves the desk at `leaves_at`, when nothing filed from then on could meet it.
    `knows` are the OVNs of constraints that it showed. `body` is None once erased: then it can no
    longer be judged, and nobody be sent to its owner.
    """

    id: str
    party: str
    state: IntentState
    version: int
    ovn: str
    starts_at: datetime
    ends_at: datetime
    leaves_at: datetime
    entry: int
    subscription: str = ""
    knows: tuple[str, ...] = ()
    body: FiledBody | None = None


def intent_thing(intent: str) -> str:
    """Under which an intent stands among all that can meet: no party's own id has this form."""
    return INTENTS + intent


class IntentPutBody(Struct, frozen=True, gc=False, kw_only=True):
    """What may place somebody: the extents, the addresses, and the OVNs that are shown as known.

    `notify_url` is where the subscription made with the intent wants its notices.
    """

    volumes: tuple[Volume4D, ...]
    base_url: str
    key: tuple[str, ...] = ()
    notify_url: str = ""


@said("intent.put.v1")
class IntentPut(Content, frozen=True, kw_only=True):
    """A supplier files an intent, or the next version of one whose OVN (`replaces`) it holds.

    `ovn` is the version's own and new. It names a `subscription` it depends on, or has one made
    (`new_subscription` is its id) that is as large as the intent, or has none.
    """

    intent: str
    state: IntentState
    ovn: str
    starts_at: datetime
    ends_at: datetime
    replaces: str = ""
    subscription: str = ""
    new_subscription: str = ""
    for_constraints: bool = False
    body: IntentPutBody | None = None


@said("intent.removed.v1")
class IntentRemoved(Content, frozen=True, kw_only=True):
    """Its supplier takes an intent back, showing that it knows it as it is."""

    intent: str
    ovn: str


@concluded("intent.changed.v1")
class IntentChanged(Content, frozen=True, kw_only=True):
    """What a supplier's change came to, and whom that supplier now has to notify of it."""

    intent: str
    version: int
    state: IntentState
    ovn: str
    starts_at: datetime
    ends_at: datetime
    subscription: str = ""
    notified: tuple[Notified, ...] = ()
    body: ChangedBody | None = None


@concluded("airspace.ended.v1")
class AirspaceEnded(Content, frozen=True, kw_only=True):
    """The time of these is over: they leave the desk as if they had been taken back."""

    intents: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()


JUDGED_AFTER: Final = timedelta(seconds=2)
"""So long after the second in which a supplier changes something, at most, it is judged."""


@concluded("airspace.judged.v1")
class AirspaceJudged(Content, frozen=True, kw_only=True):
    """So many things that a supplier changed have been held against everything else.

    Apart from the answers it was given: neither they nor their time tell it what lies there.
    """

    party: str
    things: int


class Unjudged(Struct, frozen=True, gc=False, kw_only=True):
    """What waits to be held against everything else since the entry `since`: a thing as it will
    then stand, or a `trial` as it stood for less.
    """

    since: int
    trial: tuple[Volume4D, ...] = ()


class AirspaceTriedBody(Struct, frozen=True, gc=False, kw_only=True):
    """How many questions that was about each coarse cell."""

    asked: dict[str, int]


@concluded("airspace.tried.v1")
class AirspaceTried(Content, frozen=True, kw_only=True):
    """What a supplier filed and took back, or moved, before it was judged would have met something.

    Nothing stands of such trials but that they were questions, counted as if they had stood.
    """

    party: str
    trials: int
    body: AirspaceTriedBody | None = None


class NotDeconflicted(Refused):
    """An intent meets others whose current OVN it does not show: ask their suppliers first."""

    slug = "not-deconflicted"

    def __init__(
        self,
        sentence: str,
        intents: tuple[Intent, ...] = (),
        constraints: tuple[Constraint, ...] = (),
    ) -> None:
        super().__init__(sentence)
        self.intents, self.constraints = intents, constraints


class SupplierDown(Refused):
    """A supplier that is marked as down files or ends nothing that others could not ask about."""

    slug = "supplier-down"
