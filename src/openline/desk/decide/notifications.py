"""Forms: drafted, submitted, amended by those they speak of; returned or validated by a conduit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from openline.desk.comparing.detect_on import conclude_conflicts
from openline.desk.comparing.notification_faults import find_faults
from openline.desk.ids import check_free
from openline.desk.owing.telling import (
    keepers_of,
    tell_keepers,
    tell_whoever_was_told,
    told_by,
)
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.notifications import notification_for
from openline.detection import Sort, check_plan
from openline.domain.errors import (
    Malformed,
    StaleVersion,
    TooLarge,
    in_words,
)
from openline.domain.form import MAX_TEXT, Escort, check_form, check_sizes
from openline.domain.instant import in_utc
from openline.domain.notification import (
    SITES,
    Notification,
    NotificationKind,
    NotificationStatus,
    ReasonBody,
    is_material,
    plan_of,
    timeliness_of,
)
from openline.domain.notification_said import (
    NotificationAmended,
    NotificationAssessed,
    NotificationContent,
    NotificationDrafted,
    NotificationReturned,
    NotificationSubmitted,
    NotificationValidated,
    SiteReverified,
    notification_of,
)
from openline.domain.rules import DAY_S
from openline.domain.statement import Statement, check_id

LONGEST: Final = {
    NotificationKind.MOVEMENT: timedelta(seconds=14 * DAY_S),
    NotificationKind.ACTIVITY: timedelta(seconds=366 * DAY_S),
}
"""A longer window is several notifications: one that covers a season tells nobody anything."""


@decides(NotificationDrafted)
def notification_drafted(
    state: State, said: Statement, content: NotificationDrafted, _now: datetime
) -> Ruling:
    _check_free(state, said, content)
    if content.body is not None:
        check_sizes(content.notification, content.body)
    return Ruling(readers=(said.author.party,))


@decides(NotificationSubmitted)
def notification_submitted(
    state: State, said: Statement, content: NotificationSubmitted, now: datetime
) -> Ruling:
    """Always accepted, however late or thin: what is wrong with it is said, and it stands."""
    _check_free(state, said, content)
    check_content(content)
    submitted = notification_of(
        content,
        submitter=said.author.party,
        entry=state.size,
        now=now,
        rules=state.rules,
    )
    return Ruling(
        readers=keepers_of(state, submitted),
        concluded=(
            *_assess(state, submitted, now, material=True),
            *tell_keepers(state, submitted, said.author.party, now),
        ),
    )


@decides(NotificationAmended)
def notification_amended(
    state: State, said: Statement, content: NotificationAmended, now: datetime
) -> Ruling:
    """Whoever was told of the version before is owed this one at once, validated again or not.

    Who may be told does not change by amending, so no new consent is asked: a recipient that went
    by the old place or hour is the danger.
    """
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    if content.version != held.version + 1:
        raise StaleVersion(
            f"{held.id}: version {content.version} does not follow {held.version}, the current "
            "one. Look at that and amend it."
        )
    if content.kind is not held.kind:
        raise Malformed(
            f"{held.id}: it is a {in_words(held.kind)} and stays one. Notify the other anew."
        )
    check_content(content)
    amended = notification_of(
        content,
        submitter=held.submitter,
        entry=state.size,
        now=now,
        rules=state.rules,
        before=replace(held, version=content.version),
    )
    holds = held.status is not NotificationStatus.SUSPENDED
    told = tell_whoever_was_told(state, amended, now, holds=holds) if held.is_told else ()
    return Ruling(
        readers=keepers_of(state, amended),
        refs=(held.entry,),
        concluded=(
            *_assess(state, amended, now, material=is_material(held, amended)),
            *tell_keepers(state, amended, said.author.party, now),
            *told,
        ),
    )


@decides(NotificationReturned)
def notification_returned(
    state: State, said: Statement, content: NotificationReturned, now: datetime
) -> Ruling:
    author, version = said.author.party, content.version
    held = notification_for(state, author, content.notification, content.KIND, version)
    check_reason(held.id, content.body)
    if content.body is None or not content.body.text.strip():
        raise Malformed(f"{held.id}: it is returned without a reason. Say what is to be mended.")
    return Ruling(
        readers=keepers_of(state, held),
        refs=(held.entry,),
        concluded=tell_keepers(state, held, author, now),
    )


@decides(NotificationValidated)
def notification_validated(
    state: State, said: Statement, content: NotificationValidated, now: datetime
) -> Ruling:
    author, version = said.author.party, content.version
    held = notification_for(state, author, content.notification, content.KIND, version)
    return Ruling(
        readers=keepers_of(state, held),
        refs=(held.entry,),
        concluded=conflicts_of(state, held, now),
    )


@decides(SiteReverified)
def site_reverified(
    state: State, said: Statement, content: SiteReverified, _now: datetime
) -> Ruling:
    author, version = said.author.party, content.version
    held = notification_for(state, author, content.notification, content.KIND, version)
    return Ruling(readers=keepers_of(state, held), refs=(held.entry,))


def _assess(
    state: State, notification: Notification, now: datetime, *, material: bool
) -> tuple[Conclusion, ...]:
    """What the desk makes of a form: how timely it is, what is odd in it, what it would meet."""
    keepers = keepers_of(state, notification)
    others, _ = told_by(state, apart_from=notification.submitter)
    assessed = NotificationAssessed(
        notification=notification.id,
        version=notification.version,
        told_by=others,
        timeliness=timeliness_of(notification.kind, notification.starts_at, now, state.rules),
        material=material,
    )
    return (
        Conclusion(content=assessed, readers=keepers),
        *(Conclusion(content=each, readers=keepers) for each in find_faults(state, notification)),
        *conflicts_of(state, notification, now),
    )


def conflicts_of(state: State, notification: Notification, now: datetime) -> tuple[Conclusion, ...]:
    """What it would meet as it is now, told to those who may hear of it as it is released now."""
    plan = plan_of(notification)
    if plan is None:
        return ()
    return conclude_conflicts(
        state,
        plan,
        now,
        entry=state.size,
        sort=Sort.SITE if notification.is_site else Sort.PLAN,
        released_to=notification.recipients,
    )


def check_content(content: NotificationContent) -> None:
    """Nothing happens if the form can be judged; late, thin or odd ones can.

    Raises:
        Malformed: no form; a window that is missing or ends before it starts; a number of guards
            beside an escort that is not yes; an evacuation that does not move.
        TooLarge: longer or larger than anybody could have meant.
    """
    thing, form = content.notification, content.body
    if form is None:
        raise Malformed(f"{thing}: it has no form. Send the form in its body.")
    if content.site is not None:
        check_id("site", content.site)
    _check_window(content)
    if content.evacuation and content.kind is not NotificationKind.MOVEMENT:
        raise Malformed(f"{thing}: an evacuation is a movement. Say which way it goes, or not so.")
    if form.guards is not None and (content.escort is Escort.YES) != (form.guards > 0):
        raise Malformed(f"{thing}: the number of guards and the escort differ. Mend one of them.")
    check_form(thing, form, content.window, moves=content.kind is NotificationKind.MOVEMENT)
    plan = plan_of(
        Notification(
            id=thing,
            kind=content.kind,
            submitter="",
            status=NotificationStatus.SUBMITTED,
            entry=0,
            starts_at=content.starts_at,
            ends_at=content.ends_at,
            body=form,
        )
    )
    if plan is not None:
        check_plan(plan)


def _check_window(content: NotificationContent) -> None:
    thing, starts_at, ends_at = content.notification, content.starts_at, content.ends_at
    for each in (starts_at, ends_at):
        if each is not None:
            in_utc(each, thing)
    if content.kind not in SITES and (starts_at is None or ends_at is None):
        raise Malformed(f"{thing}: a {in_words(content.kind)} has a start and an end. State both.")
    if starts_at is None or ends_at is None:
        return
    if ends_at <= starts_at:
        raise Malformed(
            f"{thing}: it ends before it starts ({starts_at:%d %H:%MZ} → {ends_at:%d %H:%MZ}). "
            "Swap the times."
        )
    longest = LONGEST.get(content.kind)
    if longest is not None and ends_at - starts_at > longest:
        raise TooLarge(
            f"{thing}: a {in_words(content.kind)} of more than {longest.days} days. "
            "Notify it in parts."
        )


def _check_free(
    state: State, said: Statement, content: NotificationDrafted | NotificationSubmitted
) -> None:
    """The id is new, or that of a draft of the speaker's own; nothing else stands under it."""
    thing = content.notification
    check_id("notification", thing)
    held = state.notifications.get(thing)
    own = held is not None and held.submitter == said.author.party
    if held is None or not own or held.status is not NotificationStatus.DRAFT:
        check_free(state, thing)


def check_reason(thing: str, body: ReasonBody | None) -> None:
    """Raises TooLarge if a reason is longer than anybody would read."""
    if body is not None and max(len(body.text), len(body.language)) > MAX_TEXT:
        raise TooLarge(f"{thing}: a reason of over {MAX_TEXT} characters. Shorten it.")
