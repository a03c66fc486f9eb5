"""What the clock says of notifications: a window begins or ends, a site is past its date."""

from __future__ import annotations

from datetime import datetime

from openline.desk.comparing.detect_on import conclude_eased
from openline.desk.owing.telling import all_told, keepers_of, not_in_force
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.conflict import WhyEased
from openline.domain.finding import Fault, FindingBody, FindingMade
from openline.domain.notification import Notification, NotificationKind, NotificationStatus
from openline.domain.notification_said import NotificationExpired, NotificationStarted, SiteLapsed


def window_begins(state: State, thing: str, due_at: datetime, _now: datetime) -> list[Conclusion]:
    """It starts. A movement not in force with all who were told, or told to none, is a finding.

    One that is suspended says of itself that it does not hold: nothing is held against anybody.
    """
    held = state.notifications[thing]
    lacking = not_in_force(state, held)
    started = NotificationStarted(notification=held.id, version=held.version, not_in_force=lacking)
    keepers = keepers_of(state, held)
    concluded = [Conclusion(content=started, readers=keepers, refs=(held.entry,))]
    moves = held.kind is NotificationKind.MOVEMENT
    suspended = held.status is NotificationStatus.SUSPENDED
    in_force_with_all = held.is_told and held.recipients and not lacking
    if moves and not suspended and not in_force_with_all:
        sentence = (
            f"{held.id}: it starts and is not in force with every recipient: not deconflicted. "
            "Call those who are silent, or hold it."
        )
        concluded.append(_finding(state, held, Fault.MOVEMENT_NOT_IN_FORCE, due_at, sentence))
    return concluded


def window_ends(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """Its time is over and nobody has said that it was completed: it has expired."""
    held = state.notifications[thing]
    expired = NotificationExpired(notification=held.id, version=held.version)
    return [
        Conclusion(content=expired, readers=all_told(state, held), refs=(held.entry,)),
        *conclude_eased(state, held.id, WhyEased.ENDED),
    ]


def verification_lapses(
    state: State, thing: str, due_at: datetime, _now: datetime
) -> list[Conclusion]:
    """Nobody has said since its date that the site is still what it was. It stands all the same."""
    held = state.notifications[thing]
    lapsed = SiteLapsed(notification=held.id, due_at=due_at)
    sentence = (
        f"{held.id}: it is past its date for being verified again. "
        "Verify that it still stands, amend it, or cancel it."
    )
    return [
        Conclusion(content=lapsed, readers=keepers_of(state, held), refs=(held.entry,)),
        _finding(state, held, Fault.SITE_PAST_REVERIFY, due_at, sentence),
    ]


def _finding(
    state: State, held: Notification, fault: Fault, due_at: datetime, sentence: str
) -> Conclusion:
    made = FindingMade(
        finding=f"F-{held.id}.{fault}.{due_at:%Y%m%dT%H%M%SZ}",
        fault=fault,
        thing=held.id,
        party=held.submitter,
        body=FindingBody(sentence=sentence),
    )
    return Conclusion(content=made, readers=keepers_of(state, held), refs=(held.entry,))
