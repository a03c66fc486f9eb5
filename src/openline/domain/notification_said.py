"""What parties and the desk say of notifications."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from openline.domain.airspace import TimeSpan
from openline.domain.form import Escort, NotificationForm
from openline.domain.notification import (
    Notification,
    NotificationKind,
    NotificationStatus,
    ReasonBody,
    Release,
    Timeliness,
)
from openline.domain.rules import Rules
from openline.domain.statement import Content, concluded, said


class NotificationContent(Content, frozen=True, kw_only=True):
    """What a draft, a submission and an amendment say alike. `site` is a code that names nobody."""

    notification: str
    kind: NotificationKind
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    evacuation: bool = False
    escort: Escort = Escort.NOT_STATED
    site: str | None = None
    body: NotificationForm | None = None

    @property
    def window(self) -> TimeSpan:
        return TimeSpan(starts_at=self.starts_at, ends_at=self.ends_at)


@said("notification.drafted.v1")
class NotificationDrafted(NotificationContent, frozen=True, kw_only=True):
    """A submitter keeps an unfinished form, in the place of its last; nobody else reads it."""


@said("notification.submitted.v1")
class NotificationSubmitted(NotificationContent, frozen=True, kw_only=True):
    """The form goes to the conduit. It is always accepted, and flagged where it is late or thin."""


@said("notification.amended.v1")
class NotificationAmended(NotificationContent, frozen=True, kw_only=True):
    """The form changes: `version` is one more than that amended, and all who were told hear."""

    version: int


@said("notification.returned.v1")
class NotificationReturned(Content, frozen=True, kw_only=True):
    """The conduit asks the submitter to mend it, and says why. It denies nothing."""

    notification: str
    version: int
    body: ReasonBody | None = None


@said("notification.validated.v1")
class NotificationValidated(Content, frozen=True, kw_only=True):
    """The conduit has found who and what it claims to be. That verifies its place as well."""

    notification: str
    version: int


@said("notification.consented.v1")
class NotificationConsented(Content, frozen=True, kw_only=True):
    """The submitter names who may be told, and how much: nothing has left the conduit yet."""

    notification: str
    version: int
    releases: tuple[Release, ...]


@said("notification.released.v1")
class NotificationReleased(Content, frozen=True, kw_only=True):
    """It is told to these recipients, each at its tier.

    Said by the submitter itself, which is its consent; or by the conduit, which cites the entry
    of the consent and tells nobody more than that allows.
    """

    notification: str
    version: int
    releases: tuple[Release, ...]
    consent: int | None = None


@said("notification.objected.v1")
class NotificationObjected(Content, frozen=True, kw_only=True):
    """A recipient objects, and says why. The notification stands."""

    notification: str
    version: int
    body: ReasonBody | None = None


@said("notification.suspended.v1")
class NotificationSuspended(Content, frozen=True, kw_only=True):
    """It does not hold for now. Recipients are told, and read the reason."""

    notification: str
    body: ReasonBody | None = None


@said("notification.resumed.v1")
class NotificationResumed(Content, frozen=True, kw_only=True):
    """It holds again as it stood. Recipients are told."""

    notification: str


@said("notification.cancelled.v1")
class NotificationCancelled(Content, frozen=True, kw_only=True):
    """It will not happen, or no longer stands. Recipients are told, and read the reason."""

    notification: str
    body: ReasonBody | None = None


@said("notification.withdrawn.v1")
class NotificationWithdrawn(Content, frozen=True, kw_only=True):
    """The submitter takes its consent back: recipients are told so at once, and shown no more.

    What was told cannot be untold, and every recipient and the submitter are told that as well.
    """

    notification: str
    body: ReasonBody | None = None


@said("notification.completed.v1")
class NotificationCompleted(Content, frozen=True, kw_only=True):
    """The movement has arrived, or the activity is done."""

    notification: str


@said("notification.reverified.v1")
class SiteReverified(Content, frozen=True, kw_only=True):
    """The site is still there, is still what it was, and its form still holds."""

    notification: str
    version: int


@concluded("notification.assessed.v1")
class NotificationAssessed(Content, frozen=True, kw_only=True):
    """What the desk made of a submission or an amendment.

    `told_by` counts the parties that had told anything it could be compared with: "no conflict
    found with what N parties had told by T" is the most that can be said of it. `material`: a
    change of place, time, escort or kind, which the conduit must validate again.
    """

    notification: str
    version: int
    told_by: int
    timeliness: Timeliness | None = None
    material: bool = True


@concluded("notification.started.v1")
class NotificationStarted(Content, frozen=True, kw_only=True):
    """Its window has begun. `not_in_force` are the recipients whose units had not said so by then.

    A movement that is not in force with every recipient, or was told to none, is not deconflicted.
    """

    notification: str
    version: int
    not_in_force: tuple[str, ...] = ()


@concluded("notification.expired.v1")
class NotificationExpired(Content, frozen=True, kw_only=True):
    """Its window has ended, and nobody has said that it was completed."""

    notification: str
    version: int


@concluded("notification.lapsed.v1")
class SiteLapsed(Content, frozen=True, kw_only=True):
    """A site is past its date for being verified again. It stands, and is shown as past it."""

    notification: str
    due_at: datetime


def notification_of(
    content: NotificationContent,
    *,
    submitter: str,
    entry: int,
    now: datetime,
    rules: Rules,
    before: Notification | None = None,
) -> Notification:
    """The notification as this content has it: new, or what it was `before` with another form."""
    held = before or Notification(
        id=content.notification,
        kind=content.kind,
        submitter=submitter,
        status=NotificationStatus.SUBMITTED,
        entry=entry,
        submitted_at=now,
    )
    return replace(
        held,
        entry=entry,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        evacuation=content.evacuation,
        escort=content.escort,
        site=content.site,
        width_m=rules.movement_width_m,
        slack_s=rules.movement_slack_s,
        body=content.body,
    )
