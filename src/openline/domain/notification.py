"""Notifications: protected sites, movements and activities, and who has been told of them.

Returned or objected to, never denied: there is no word here that forbids. A notification is never
a permission, and its absence takes no protection from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.domain.airspace import TimeSpan
from openline.domain.form import Escort, NotificationForm, Tier, place_and_time, volumes_of
from openline.domain.plan import Plan
from openline.domain.rules import Precedence, Rules

NEVER_A_PERMISSION: Final = (
    "An acknowledgement is never an approval, and this notification is never a permission. "
    "It neither adds nor removes any protection under the law of war."
)
CANNOT_BE_UNTOLD: Final = "What was told cannot be untold."
SHOWN_LESS: Final = (
    "You are shown less of this than you were: consent was taken back. "
    "What you hold may have changed since: ask its conduit before you go by it."
)


class NotificationKind(StrEnum):
    """What sort of thing is notified."""

    STATIC_SITE = "static_site"
    MOVEMENT = "movement"
    ACTIVITY = "activity"
    CRITICAL_CIVILIAN_INFRASTRUCTURE = "critical_civilian_infrastructure"


SITES: Final = frozenset(
    {NotificationKind.STATIC_SITE, NotificationKind.CRITICAL_CIVILIAN_INFRASTRUCTURE}
)
"""The kinds that stand where they are, and are verified again from time to time."""


class NotificationStatus(StrEnum):
    """How a notification is now."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VALIDATED = "validated"
    NOTIFIED = "notified"
    ACTIVE = "active"
    COMPLETED = "completed"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = NotificationStatus
_ENDS_EARLY: Final = frozenset({_S.CANCELLED, _S.WITHDRAWN, _S.EXPIRED})

NOTIFICATION_TRANSITIONS: Final[Mapping[NotificationStatus, frozenset[NotificationStatus]]] = (
    MappingProxyType(
        {
            _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
            _S.SUBMITTED: frozenset({_S.RETURNED, _S.VALIDATED}) | _ENDS_EARLY,
            _S.RETURNED: frozenset({_S.SUBMITTED}) | _ENDS_EARLY,
            _S.VALIDATED: frozenset({_S.NOTIFIED, _S.SUBMITTED}) | _ENDS_EARLY,
            _S.NOTIFIED: frozenset({_S.ACTIVE, _S.AMENDED, _S.SUSPENDED}) | _ENDS_EARLY,
            _S.ACTIVE: frozenset({_S.COMPLETED, _S.AMENDED, _S.SUSPENDED}) | _ENDS_EARLY,
            _S.AMENDED: (
                frozenset({_S.NOTIFIED, _S.ACTIVE, _S.COMPLETED, _S.SUSPENDED}) | _ENDS_EARLY
            ),
            _S.SUSPENDED: frozenset({_S.NOTIFIED, _S.ACTIVE, _S.AMENDED}) | _ENDS_EARLY,
        }
    )
)
"""`amended`: recipients were told a new version that the conduit has not validated yet. A window
that ends in silence has `expired`; `completed` is only ever said."""

ENDED: Final = frozenset({_S.COMPLETED, _S.CANCELLED, _S.WITHDRAWN, _S.EXPIRED})
"""Nothing follows these."""
TOLD: Final = frozenset({_S.NOTIFIED, _S.ACTIVE, _S.AMENDED, _S.SUSPENDED})
"""Recipients have been told of these."""
UNDER_WAY: Final = frozenset(NotificationStatus) - ENDED - {_S.DRAFT}
"""These occupy their ground."""


SAID_OF_IT: Final = frozenset({_S.SUSPENDED, _S.CANCELLED, _S.WITHDRAWN, _S.COMPLETED})
"""Shown even to those who are shown no more: someone said it, and it tells no hour by itself."""


class Timeliness(StrEnum):
    """How long before its start notice of a movement was given; flagged, and always accepted."""

    IN_TIME = "in_time"
    LATE = "late"
    EMERGENCY = "emergency"


class ReasonBody(Struct, frozen=True, kw_only=True):
    """Why, in the words and the language of whoever says so."""

    text: str = ""
    language: str = ""


class Release(Struct, frozen=True, kw_only=True):
    """One recipient, and how much of the notification it is told."""

    recipient: str
    tier: Tier


class Consent(Struct, frozen=True, kw_only=True):
    """What the submitter last agreed to have released, and the entry in which it did."""

    entry: int
    releases: tuple[Release, ...]


class Notification(Struct, frozen=True, kw_only=True):
    """A notification as it stands.

    `version` counts what recipients have to be told: it rises with every amendment, and with every
    word that suspends, resumes, cancels or withdraws. `entry` is where the form as it is now was
    said; `told_by` parties had told anything by `assessed_at`, when it was last compared with it.
    `releases` are recipients by tier, `told` whoever was ever told of it, at the fullest tier that
    they were; `validated` holds for the form as it is now. `conduit` is the one that validated it,
    and tells the recipients. `width_m` and `slack_s` are what the rules gave a way without its own
    when the form was said.
    """

    id: str
    kind: NotificationKind
    submitter: str
    status: NotificationStatus
    entry: int
    version: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    evacuation: bool = False
    escort: Escort = Escort.NOT_STATED
    site: str | None = None
    submitted_at: datetime | None = None
    assessed_at: datetime | None = None
    timeliness: Timeliness | None = None
    told_by: int = 0
    validated: bool = False
    conduit: str | None = None
    consent: Consent | None = None
    releases: dict[str, Tier] = {}
    told: dict[str, Tier] = {}
    objected_by: tuple[str, ...] = ()
    not_in_force: tuple[str, ...] = ()
    verified_at: datetime | None = None
    past_reverify: bool = False
    ended_at: datetime | None = None
    width_m: float = 0.0
    slack_s: float = 0.0
    returned_for: ReasonBody | None = None
    body: NotificationForm | None = None

    @property
    def window(self) -> TimeSpan:
        return TimeSpan(starts_at=self.starts_at, ends_at=self.ends_at)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who is told more than that there is something: tiers 1 and 2."""
        return tuple(
            party for party, tier in self.releases.items() if tier is not Tier.CONDUIT_ONLY
        )

    @property
    def no_longer_shown(self) -> tuple[str, ...]:
        """Who was told once and is shown nothing now: they may still go by what they hold."""
        recipients = self.recipients
        return tuple(party for party in self.told if party not in recipients)

    @property
    def is_site(self) -> bool:
        """It stands where it is, and is verified again from time to time."""
        return self.kind in SITES

    @property
    def is_under_way(self) -> bool:
        """It occupies its ground, and is compared with whatever else is told."""
        return self.status in UNDER_WAY

    @property
    def is_told(self) -> bool:
        """Recipients have been told of it, and must hear of every change."""
        return self.status in TOLD

    def has_started(self, now: datetime) -> bool:
        """Its window has begun; a site without one stands and never starts."""
        return self.starts_at is not None and self.starts_at <= now


def timeliness_of(
    kind: NotificationKind, starts_at: datetime | None, now: datetime, rules: Rules
) -> Timeliness | None:
    """How timely notice given now is; None for whatever does not move."""
    if kind is not NotificationKind.MOVEMENT or starts_at is None:
        return None
    notice = starts_at - now
    if notice >= timedelta(seconds=rules.movement_notice_s):
        return Timeliness.IN_TIME
    if notice >= timedelta(seconds=rules.movement_emergency_s):
        return Timeliness.LATE
    return Timeliness.EMERGENCY


def precedence_of(notification: Notification, now: datetime, rules: Rules) -> Precedence:
    """How fast a word about it must reach a human now, by the time that is left to its start.

    What stands or moves under protection is never routine: PRIORITY is the least.
    """
    starts_at = notification.starts_at
    flash = timedelta(seconds=rules.evacuation_flash_s)
    if notification.evacuation and starts_at is not None and starts_at - now <= flash:
        return Precedence.FLASH
    if timeliness_of(notification.kind, starts_at, now, rules) is Timeliness.EMERGENCY:
        return Precedence.IMMEDIATE
    return Precedence.PRIORITY


def plan_of(notification: Notification) -> Plan | None:
    """What it occupies, as the plan it is compared as; None once its form has been erased."""
    form = notification.body
    if form is None:
        return None
    return Plan(
        id=notification.id,
        party=notification.submitter,
        kind=form.moves_by,
        volumes=volumes_of(
            form,
            notification.window,
            width_m=notification.width_m,
            slack_s=notification.slack_s,
        ),
    )


def site_keys(notification: Notification) -> tuple[str, ...]:
    """What a site is found by: its code, and its name in whatever case it was written."""
    if not notification.is_site:
        return ()
    keys = []
    if notification.site is not None:
        keys.append(f"site:{notification.site}")
    if notification.body is not None and notification.body.name:
        keys.append(f"name:{' '.join(notification.body.name.casefold().split())}")
    return tuple(keys)


def is_material(before: Notification, after: Notification) -> bool:
    """The change is one of place, time, escort or type; what has been erased counts as changed."""
    if before.body is None or after.body is None:
        return True
    facts = [(each.window, each.evacuation, each.escort) for each in (before, after)]
    forms = [(each.type, each.guards) for each in (before.body, after.body)]
    return not (facts[0] == facts[1] and forms[0] == forms[1] and plan_of(before) == plan_of(after))


def status_once_told(notification: Notification, now: datetime) -> NotificationStatus:
    """Where a notification stands that recipients have been told of and that holds."""
    if not notification.validated:
        return NotificationStatus.AMENDED
    return (
        NotificationStatus.ACTIVE if notification.has_started(now) else NotificationStatus.NOTIFIED
    )


def as_released(notification: Notification, releases: tuple[Release, ...]) -> Notification:
    """The notification once it is released so. Whoever is told less has been told all the same."""
    named = {each.recipient: each.tier for each in releases}
    told = {
        party: min(tier, notification.told.get(party, tier))
        for party, tier in named.items()
        if tier is not Tier.CONDUIT_ONLY
    }
    return replace(
        notification,
        releases={**notification.releases, **named},
        told={**notification.told, **told},
    )


class ToldNotification(Struct, frozen=True, kw_only=True):
    """What one recipient may see of a notification, and the sentences that go with it.

    `form` is None once the form was erased, the notification withdrawn, or the recipient is shown
    no more of it; to such a one `amended` says that what it holds may be so no longer.
    """

    id: str
    kind: NotificationKind
    status: NotificationStatus
    version: int
    tier: Tier
    sentences: tuple[str, ...]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    evacuation: bool = False
    escort: Escort = Escort.NOT_STATED
    form: NotificationForm | None = None


def at_tier(
    notification: Notification, tier: Tier, once: Tier | None = None
) -> ToldNotification | None:
    """What a recipient at this tier may see; None for tier 3, which sees a count at the most.

    Args:
        once: the fullest tier it was ever told at. Told more than now, it is told that; at tier 3
            it still sees that there is a later version, or an end, and nothing of what that says.
    """
    told_less = once is not None and once < tier
    if tier is Tier.CONDUIT_ONLY:
        return _bare(notification, tier, told_less) if told_less else None
    bare = _bare(notification, tier, told_less)
    if notification.status is NotificationStatus.WITHDRAWN:
        return bare
    form = notification.body
    if form is not None and tier is Tier.PLACE_AND_TIME:
        form = place_and_time(form)
    return replace(
        bare,
        status=notification.status,
        starts_at=notification.starts_at,
        ends_at=notification.ends_at,
        evacuation=notification.evacuation,
        escort=notification.escort,
        form=form,
    )


def _bare(notification: Notification, tier: Tier, told_less: bool) -> ToldNotification:
    """That there is such a thing, and how it stands as far as somebody said so."""
    less = (SHOWN_LESS,) if told_less else ()
    gone = told_less or notification.status is NotificationStatus.WITHDRAWN
    said = notification.status in SAID_OF_IT
    return ToldNotification(
        id=notification.id,
        kind=notification.kind,
        status=notification.status if said else NotificationStatus.AMENDED,
        version=notification.version,
        tier=tier,
        sentences=(NEVER_A_PERMISSION, *less, *((CANNOT_BE_UNTOLD,) if gone else ())),
    )
