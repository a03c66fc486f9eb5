"""How notifications change with each entry."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from openline.desk.deadlines import What
from openline.desk.evolve.lines import climb, end_deliveries
from openline.desk.owing.deliveries import delivery_id
from openline.desk.owing.telling import find_owed
from openline.desk.state import State, evolves, rebuilds
from openline.detection import Sort
from openline.domain.delivery import RECEIPT_TRANSITIONS, Rung
from openline.domain.notification import (
    Consent,
    Notification,
    NotificationStatus,
    as_released,
    plan_of,
    status_once_told,
)
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationAssessed,
    NotificationCancelled,
    NotificationCompleted,
    NotificationConsented,
    NotificationDrafted,
    NotificationExpired,
    NotificationObjected,
    NotificationReleased,
    NotificationResumed,
    NotificationReturned,
    NotificationStarted,
    NotificationSubmitted,
    NotificationSuspended,
    NotificationValidated,
    NotificationWithdrawn,
    SiteLapsed,
    SiteReverified,
    notification_of,
)
from openline.domain.statement import Entry


@evolves(NotificationDrafted)
def notification_drafted(state: State, entry: Entry, content: NotificationDrafted) -> None:
    drafted = _built(state, entry, content)
    state.notifications[drafted.id] = replace(
        drafted, status=NotificationStatus.DRAFT, submitted_at=None
    )


@evolves(NotificationSubmitted)
def notification_submitted(state: State, entry: Entry, content: NotificationSubmitted) -> None:
    _stand(state, _built(state, entry, content))


@evolves(NotificationAmended)
def notification_amended(state: State, entry: Entry, content: NotificationAmended) -> None:
    """What was owed for the version before is over: the new one is owed to the same recipients."""
    held = state.notifications[content.notification]
    end_deliveries(state, held.id, entry.recorded_at)
    amended = _built(state, entry, content, before=held)
    _stand(state, replace(amended, version=content.version, not_in_force=(), returned_for=None))


@evolves(NotificationAssessed)
def notification_assessed(state: State, entry: Entry, content: NotificationAssessed) -> None:
    """A material change waits for the conduit again; recipients meanwhile see it as amended."""
    held = state.notifications[content.notification]
    validated = held.validated and not content.material
    status = held.status
    if not held.is_told:
        status = NotificationStatus.VALIDATED if validated else NotificationStatus.SUBMITTED
    elif not validated and status is not NotificationStatus.SUSPENDED:
        status = NotificationStatus.AMENDED
    state.notifications[held.id] = replace(
        held,
        status=status,
        validated=validated,
        timeliness=content.timeliness,
        told_by=content.told_by,
        assessed_at=entry.recorded_at,
    )


@evolves(NotificationReturned)
def notification_returned(state: State, entry: Entry, content: NotificationReturned) -> None:
    held = state.notifications[content.notification]
    state.notifications[held.id] = replace(
        held, status=NotificationStatus.RETURNED, returned_for=content.body
    )
    _heard(state, held, entry)


@evolves(NotificationValidated)
def notification_validated(state: State, entry: Entry, content: NotificationValidated) -> None:
    held = replace(
        state.notifications[content.notification], validated=True, conduit=entry.author.party
    )
    status = (
        status_once_told(held, entry.recorded_at) if held.is_told else NotificationStatus.VALIDATED
    )
    state.notifications[held.id] = replace(held, status=status)
    _heard(state, held, entry)
    _verify(state, held.id, entry.recorded_at)


@evolves(NotificationConsented)
def notification_consented(state: State, entry: Entry, content: NotificationConsented) -> None:
    held = state.notifications[content.notification]
    consent = Consent(entry=entry.index, releases=content.releases)
    state.notifications[held.id] = replace(held, consent=consent)


@evolves(NotificationReleased)
def notification_released(state: State, entry: Entry, content: NotificationReleased) -> None:
    """To whom it is shown anew or no more, nothing of it is owed any longer as it was."""
    held = state.notifications[content.notification]
    released = as_released(held, content.releases)
    for party in sorted({*held.recipients} ^ {*released.recipients}):
        end_deliveries(state, held.id, entry.recorded_at, to=party)
    status = held.status
    if status is NotificationStatus.VALIDATED:
        status = status_once_told(held, entry.recorded_at)
    state.notifications[held.id] = replace(released, status=status)


@evolves(NotificationObjected)
def notification_objected(state: State, entry: Entry, content: NotificationObjected) -> None:
    """An objection is a rung of what the recipient was owed: there is one ladder."""
    held = state.notifications[content.notification]
    author = entry.author.party
    if author not in held.objected_by:
        held = replace(held, objected_by=(*held.objected_by, author))
    state.notifications[held.id] = held
    owed = find_owed(state, held, author)
    if owed is not None:
        climb(state, owed.id, Rung.OBJECTED, entry)


@evolves(NotificationSuspended)
def notification_suspended(state: State, entry: Entry, content: NotificationSuspended) -> None:
    _tell_anew(state, entry, content.notification, NotificationStatus.SUSPENDED)


@evolves(NotificationResumed)
def notification_resumed(state: State, entry: Entry, content: NotificationResumed) -> None:
    held = state.notifications[content.notification]
    _tell_anew(state, entry, held.id, status_once_told(held, entry.recorded_at))


@evolves(NotificationCancelled)
def notification_cancelled(state: State, entry: Entry, content: NotificationCancelled) -> None:
    _tell_anew(state, entry, content.notification, NotificationStatus.CANCELLED)
    _leave(state, entry, content.notification)


@evolves(NotificationWithdrawn)
def notification_withdrawn(state: State, entry: Entry, content: NotificationWithdrawn) -> None:
    _tell_anew(state, entry, content.notification, NotificationStatus.WITHDRAWN)
    _leave(state, entry, content.notification)
    held = state.notifications[content.notification]
    state.notifications[held.id] = replace(held, consent=None)


@evolves(NotificationCompleted)
def notification_completed(state: State, entry: Entry, content: NotificationCompleted) -> None:
    end_deliveries(state, content.notification, entry.recorded_at)
    _end(state, entry, content.notification, NotificationStatus.COMPLETED)


@evolves(NotificationExpired)
def notification_expired(state: State, entry: Entry, content: NotificationExpired) -> None:
    """Whoever is shown it no more stays owed the last word: its end would tell the hidden hour."""
    hidden_from = state.notifications[content.notification].no_longer_shown
    end_deliveries(state, content.notification, entry.recorded_at, apart_from=hidden_from)
    _end(state, entry, content.notification, NotificationStatus.EXPIRED)


@evolves(NotificationStarted)
def notification_started(state: State, _entry: Entry, content: NotificationStarted) -> None:
    held = state.notifications[content.notification]
    starts = held.status is NotificationStatus.NOTIFIED
    state.notifications[held.id] = replace(
        held,
        status=NotificationStatus.ACTIVE if starts else held.status,
        not_in_force=content.not_in_force,
    )
    state.deadlines.drop(held.id, What.NOTIFICATION_STARTS)


@evolves(SiteReverified)
def site_reverified(state: State, entry: Entry, content: SiteReverified) -> None:
    _verify(state, content.notification, entry.recorded_at)


@evolves(SiteLapsed)
def site_lapsed(state: State, entry: Entry, content: SiteLapsed) -> None:
    """Once for each lapse: it is looked at again after as long once more."""
    held = state.notifications[content.notification]
    state.notifications[held.id] = replace(held, past_reverify=True)
    _verify_again(state, held.id, entry.recorded_at)


@rebuilds
def rebuild_occupied(state: State) -> None:
    """Whatever is under way occupies its ground again."""
    for notification in state.notifications.values():
        _occupy(state, notification)


def _built(
    state: State,
    entry: Entry,
    content: NotificationDrafted | NotificationSubmitted | NotificationAmended,
    before: Notification | None = None,
) -> Notification:
    return notification_of(
        content,
        submitter=entry.author.party,
        entry=entry.index,
        now=entry.recorded_at,
        rules=state.rules,
        before=before,
    )


def _stand(state: State, notification: Notification) -> None:
    """It stands as said: on its ground, with the instants of its window."""
    state.notifications[notification.id] = notification
    _occupy(state, notification)
    state.deadlines.set(What.NOTIFICATION_STARTS, notification.id, notification.starts_at)
    state.deadlines.set(What.NOTIFICATION_ENDS, notification.id, notification.ends_at)


def _occupy(state: State, notification: Notification) -> None:
    plan = plan_of(notification) if notification.is_under_way else None
    if plan is None:
        state.index.withdraw(notification.id)
    else:
        state.index.insert(plan, Sort.SITE if notification.is_site else Sort.PLAN)


def _tell_anew(state: State, entry: Entry, thing: str, status: NotificationStatus) -> None:
    """The next version: what was owed for the one before is over."""
    held = state.notifications[thing]
    end_deliveries(state, thing, entry.recorded_at)
    state.notifications[thing] = replace(held, version=held.version + 1, status=status)


def _end(state: State, entry: Entry, thing: str, status: NotificationStatus) -> None:
    state.notifications[thing] = replace(state.notifications[thing], status=status)
    _leave(state, entry, thing)


def _leave(state: State, entry: Entry, thing: str) -> None:
    """It no longer occupies anything, and nothing is awaited of it."""
    state.notifications[thing] = replace(state.notifications[thing], ended_at=entry.recorded_at)
    state.index.withdraw(thing)
    state.deadlines.drop(thing, What.NOTIFICATION_STARTS, What.NOTIFICATION_ENDS, What.REVERIFY)


def _heard(state: State, notification: Notification, entry: Entry) -> None:
    """A conduit that has judged a form has acknowledged it."""
    owed = state.deliveries.get(
        delivery_id(notification.id, notification.version, entry.author.party)
    )
    if owed is not None and Rung.ACKNOWLEDGED in RECEIPT_TRANSITIONS[owed.rung]:
        climb(state, owed.id, Rung.ACKNOWLEDGED, entry)


def _verify(state: State, thing: str, at: datetime) -> None:
    held = state.notifications[thing]
    state.notifications[thing] = replace(held, verified_at=at, past_reverify=False)
    _verify_again(state, thing, at)


def _verify_again(state: State, thing: str, after: datetime) -> None:
    if state.notifications[thing].is_site:
        due_at = after + timedelta(seconds=state.rules.site_reverify_s)
        state.deadlines.set(What.REVERIFY, thing, due_at)
