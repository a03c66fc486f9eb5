"""Whom a notification is told to, by whom, and which recipients are not in force for it yet.

A recipient is never made a reader of the form itself: the form is the body of the submitter's own
statement, whose readers are the submitter and the conduits, fixed when it was said. Recipients see
what their tier allows through the view, and read only entries that hold no form.
"""

from __future__ import annotations

from datetime import datetime

from openline.desk.owing.deliveries import Owed, delivery_id, owe_over
from openline.desk.owing.routes import find_hop, hop_without_line
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.domain.delivery import Rung, SubjectKind
from openline.domain.notification import Notification, NotificationKind, precedence_of
from openline.domain.party import PartyKind


def keepers_of(state: State, notification: Notification) -> tuple[str, ...]:
    """Who reads the form: its submitter and the conduits."""
    return tuple(sorted({notification.submitter, *parties_of_kind(state, PartyKind.CONDUIT)}))


def all_told(state: State, notification: Notification) -> tuple[str, ...]:
    """The keepers, and every recipient that is told more than that there is something."""
    return tuple(sorted({*keepers_of(state, notification), *notification.recipients}))


def tell_keepers(
    state: State, notification: Notification, author: str, now: datetime
) -> tuple[Conclusion, ...]:
    """What one keeper said is owed to the others: a form that nobody opens protects nobody."""
    keepers = [each for each in keepers_of(state, notification) if each != author]
    return tuple(_owe(state, notification, author, each, now) for each in keepers)


def tell_recipients(
    state: State,
    notification: Notification,
    recipients: tuple[str, ...],
    now: datetime,
    *,
    holds: bool = True,
) -> tuple[Conclusion, ...]:
    """This version is owed to recipients, told by the conduit that validated it.

    Args:
        holds: it is to be acted upon: a movement must be passed down in time, and be in force by
            its start. A word that ends or suspends it has no such deadlines.
    """
    teller = notification.conduit or notification.submitter
    movement = holds and notification.kind is NotificationKind.MOVEMENT
    return tuple(
        _owe(state, notification, teller, each, now, movement=movement) for each in recipients
    )


def _owe(
    state: State,
    notification: Notification,
    teller: str,
    recipient: str,
    now: datetime,
    *,
    movement: bool = False,
) -> Conclusion:
    """The word stays the submitter's whoever carries it, so it sees every receipt."""
    owed = Owed(
        subject=notification.id,
        subject_kind=SubjectKind.NOTIFICATION,
        origin=notification.submitter,
        precedence=precedence_of(notification, now, state.rules),
        since=now,
        entry=state.size,
        version=notification.version,
        starts_at=notification.starts_at,
        movement=movement,
    )
    hop = find_hop(state, teller, recipient) or hop_without_line(state, teller, recipient)
    return owe_over(state.rules, owed, hop)


def not_in_force(state: State, notification: Notification) -> tuple[str, ...]:
    """Recipients whose units have not said that this version is in force with them."""
    return tuple(
        sorted(
            recipient
            for recipient in notification.recipients
            if _rung(state, notification, recipient) is not Rung.IN_FORCE
        )
    )


def _rung(state: State, notification: Notification, recipient: str) -> Rung | None:
    owed = state.deliveries.get(delivery_id(notification.id, notification.version, recipient))
    return owed.rung if owed else None


def told_by(state: State, apart_from: str = "") -> tuple[int, datetime]:
    """How many parties have told anything that stands, and by when.

    "No conflict found with what N parties had told by T" is the most the desk ever says.
    """
    told = state.plans.keys_of(Look.TELLER) | state.notifications.keys_of(Look.TELLER)
    told |= state.edges.keys()
    return len(told - {apart_from}), state.now
