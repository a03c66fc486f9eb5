"""What can be said of a notification as it stands, and by whom: a table of every such kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from openline.desk.owing.telling import find_owed, keepers_of
from openline.desk.state import State
from openline.domain.delivery import RECEIPT_TRANSITIONS, Delivery, Rung
from openline.domain.errors import NotPermitted, StaleVersion, UnknownThing, WrongState, in_words
from openline.domain.notification import (
    ENDED,
    NOTIFICATION_TRANSITIONS,
    Notification,
    NotificationStatus,
)
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationCancelled,
    NotificationCompleted,
    NotificationConsented,
    NotificationObjected,
    NotificationReleased,
    NotificationResumed,
    NotificationReturned,
    NotificationSuspended,
    NotificationValidated,
    NotificationWithdrawn,
    SiteReverified,
)
from openline.domain.party import PartyKind

Check = Callable[[State, Notification, str], object]
"""Raises unless this can be said by this party of the notification as it stands."""


def notification_for(
    state: State, party: str, thing: str, kind: str, version: int | None = None
) -> Notification:
    """The notification, if the party may say this kind of it as it stands.

    Args:
        version: the one that the party speaks of, where it has to be the current one.

    Raises:
        UnknownThing: the desk has none such for this party.
        NotPermitted: this is for others to say of it.
        StaleVersion: not the current version.
        WrongState: not as it stands now.
    """
    belongs, stands = NOTIFICATION_ACTS[kind]
    held = _known_to(state, party, thing)
    belongs(state, held, party)
    if version is not None and version != held.version:
        raise StaleVersion(
            f"{held.id}: version {version} is not the current one. Look at version {held.version}."
        )
    stands(state, held, party)
    return held


def _known_to(state: State, party: str, thing: str) -> Notification:
    """What the speaker may know of: to anybody else it is as if it were not there."""
    held = state.notifications.get(thing)
    speaker = state.parties[party]
    knows = held is not None and (
        held.submitter == speaker.id
        or (speaker.kind is PartyKind.CONDUIT and held.status is not NotificationStatus.DRAFT)
        or speaker.id in held.told
    )
    if held is None or not knows:
        raise UnknownThing(f"{thing}: the desk has no such notification for {speaker.id}.")
    return held


def _is_submitters(_state: State, held: Notification, party: str) -> None:
    if held.submitter != party:
        raise NotPermitted(
            f"{held.id}: only {held.submitter}, which submitted it, says this of it."
        )


def _is_keepers(state: State, held: Notification, party: str) -> None:
    if party not in keepers_of(state, held):
        raise NotPermitted(f"{held.id}: only its submitter or a conduit says this of it.")


def _is_recipients(_state: State, held: Notification, party: str) -> None:
    if party not in held.recipients:
        raise NotPermitted(f"{held.id}: only a party it was released to says this of it.")


def step_to(to: NotificationStatus) -> Check:
    """Raises WrongState unless the transition table has this step from where it stands."""

    def check(_state: State, held: Notification, _party: str) -> None:
        if to not in NOTIFICATION_TRANSITIONS.get(held.status, frozenset()):
            raise WrongState(f"{held.id}: it is {held.status}; it cannot become {to}.")

    return check


def _can_be_amended(_state: State, held: Notification, _party: str) -> None:
    if held.status in ENDED or held.status is NotificationStatus.DRAFT:
        raise WrongState(f"{held.id}: it is {held.status}. Submit it as a notification of its own.")


def _can_be_consented_to(_state: State, held: Notification, _party: str) -> None:
    if held.status in ENDED or held.status is NotificationStatus.DRAFT:
        raise WrongState(f"{held.id}: it is {held.status}; nothing of it can be released.")


def _can_be_validated(state: State, held: Notification, party: str) -> None:
    """A form that was amended is validated where it stands, whoever was told of it."""
    if held.status is not NotificationStatus.AMENDED:
        step_to(NotificationStatus.VALIDATED)(state, held, party)


def _can_be_released(_state: State, held: Notification, party: str) -> None:
    if held.status is not NotificationStatus.VALIDATED and (
        not held.is_told or held.status is NotificationStatus.SUSPENDED
    ):
        raise WrongState(f"{held.id}: it is {held.status}; a conduit validates it before release.")
    if party != held.submitter and held.consent is None:
        raise NotPermitted(
            f"{held.id}: {held.submitter} has not consented to any release. Ask it for consent."
        )


def _can_be_resumed(_state: State, held: Notification, _party: str) -> None:
    if held.status is not NotificationStatus.SUSPENDED:
        raise WrongState(f"{held.id}: it is {held.status}, not suspended. Leave it as it is.")


def _can_be_verified_again(_state: State, held: Notification, _party: str) -> None:
    if not held.is_site or not held.is_under_way or not held.validated:
        raise WrongState(
            f"{held.id}: only a site that was validated and stands is verified again. "
            "Amend or validate it."
        )


def owed_to_object(state: State, held: Notification, party: str) -> Delivery:
    """What the party is owed of this version, from which it can object.

    Raises:
        WrongState: nothing is, or it has objected or refused already.
    """
    owed = find_owed(state, held, party)
    if owed is None:
        raise WrongState(f"{held.id}: nothing of it is owed to {party} any more.")
    if Rung.OBJECTED not in RECEIPT_TRANSITIONS[owed.rung]:
        raise WrongState(f"{held.id}: {party} stands at {in_words(owed.rung)} for it already.")
    return owed


NOTIFICATION_ACTS: Final[Mapping[str, tuple[Check, Check]]] = MappingProxyType(
    {
        NotificationAmended.KIND: (_is_submitters, _can_be_amended),
        NotificationReturned.KIND: (_is_keepers, step_to(NotificationStatus.RETURNED)),
        NotificationValidated.KIND: (_is_keepers, _can_be_validated),
        NotificationConsented.KIND: (_is_submitters, _can_be_consented_to),
        NotificationReleased.KIND: (_is_keepers, _can_be_released),
        NotificationObjected.KIND: (_is_recipients, owed_to_object),
        NotificationSuspended.KIND: (_is_keepers, step_to(NotificationStatus.SUSPENDED)),
        NotificationResumed.KIND: (_is_keepers, _can_be_resumed),
        NotificationCancelled.KIND: (_is_submitters, step_to(NotificationStatus.CANCELLED)),
        NotificationWithdrawn.KIND: (_is_submitters, step_to(NotificationStatus.WITHDRAWN)),
        NotificationCompleted.KIND: (_is_keepers, step_to(NotificationStatus.COMPLETED)),
        SiteReverified.KIND: (_is_keepers, _can_be_verified_again),
    }
)
"""By the kind of statement: whose it is to say, and how the notification has to stand."""
