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
from openline.desk.shelf import Look, shown_key
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.domain.delivery import Delivery, Rung, SubjectKind
from openline.domain.notification import Notification, NotificationKind, precedence_of
from openline.domain.party import PartyKind
from openline.domain.rules import Precedence


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
    movement = holds and notification.kind is NotificationKind.MOVEMENT
    return tuple(
        _owe(state, notification, _teller(notification), each, now, movement=movement)
        for each in recipients
    )


def tell_shown_less(
    state: State, notification: Notification, recipients: tuple[str, ...], now: datetime
) -> tuple[Conclusion, ...]:
    """That what they hold has changed is owed to those who are shown less of it than they were.

    They may go by what they hold, so it is IMMEDIATE; and always that, with the same hours to
    acknowledge it: a precedence or a deadline by the start would tell them a start hidden now.
    """
    return tuple(
        _owe_by(
            state,
            _teller(notification),
            each,
            Owed(
                subject=notification.id,
                subject_kind=SubjectKind.NOTIFICATION,
                origin=notification.submitter,
                precedence=Precedence.IMMEDIATE,
                since=now,
                entry=state.size,
                version=notification.version,
            ),
        )
        for each in recipients
    )


def tell_whoever_was_told(
    state: State, notification: Notification, now: datetime, *, holds: bool = True
) -> tuple[Conclusion, ...]:
    """This version is owed to recipients; that there is one, to those who are shown it no more."""
    return (
        *tell_recipients(state, notification, notification.recipients, now, holds=holds),
        *tell_shown_less(state, notification, notification.no_longer_shown, now),
    )


def find_owed(state: State, notification: Notification, recipient: str) -> Delivery | None:
    """What a recipient is owed of this version, the first if there are several; None if nothing."""
    owed = (
        each
        for each in state.deliveries.under(Look.SUBJECT, notification.id)
        if (each.version, each.recipient, each.ended_at) == (notification.version, recipient, None)
    )
    return min(owed, key=lambda each: (each.entry, each.id), default=None)


def _teller(notification: Notification) -> str:
    return notification.conduit or notification.submitter


def _owe(
    state: State,
    notification: Notification,
    teller: str,
    recipient: str,
    now: datetime,
    *,
    movement: bool = False,
) -> Conclusion:
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
    return _owe_by(state, teller, recipient, owed)


def _owe_by(state: State, teller: str, recipient: str, owed: Owed) -> Conclusion:
    """The word stays the submitter's whoever carries it, so it sees every receipt.

    A version told again to one that was shown it no more is another thing owed, with its own id.
    """
    hop = find_hop(state, teller, recipient) or hop_without_line(state, teller, recipient)
    told = delivery_id(owed.subject, owed.version, recipient) in state.deliveries
    return owe_over(state.rules, owed, hop, path=f"again-{state.size}" if told else "")


def not_in_force(state: State, notification: Notification) -> tuple[str, ...]:
    """Recipients whose units have not said that this version is in force with them."""
    return tuple(
        sorted(
            recipient
            for recipient in notification.recipients
            if (owed := find_owed(state, notification, recipient)) is None
            or owed.rung is not Rung.IN_FORCE
        )
    )


def told_by(state: State, apart_from: str = "", reader: str = "") -> tuple[int, datetime]:
    """How many parties have told anything that stands, and by when.

    "No conflict found with what N parties had told by T" is the most the desk ever says.

    Args:
        apart_from: this party is not counted.
        reader: who reads the count. What it is shown no more counts for nothing in it: the count
            would fall at its hidden end.
    """
    told = state.plans.keys_of(Look.TELLER) | state.edges.keys()
    told |= {
        teller
        for teller in state.notifications.keys_of(Look.TELLER)
        if not state.notifications.holds(Look.HIDDEN, shown_key(reader, teller))
        or any(
            reader not in each.no_longer_shown
            for each in state.notifications.under(Look.TELLER, teller)
        )
    }
    return len(told - {apart_from}), state.now
