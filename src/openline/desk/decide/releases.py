"""What leaves the conduit: releases by consent, and every later word that recipients must hear."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from openline.desk.comparing.detect_on import conclude_eased
from openline.desk.decide.notifications import check_reason, conflicts_of
from openline.desk.owing.telling import (
    all_told,
    keepers_of,
    tell_keepers,
    tell_recipients,
    tell_shown_less,
    tell_whoever_was_told,
)
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.notifications import notification_for, owed_to_object
from openline.domain.conflict import WhyEased
from openline.domain.errors import Malformed, NotPermitted, UnknownThing
from openline.domain.notification import (
    Notification,
    NotificationStatus,
    Release,
    as_released,
)
from openline.domain.notification_said import (
    NotificationCancelled,
    NotificationCompleted,
    NotificationConsented,
    NotificationObjected,
    NotificationReleased,
    NotificationResumed,
    NotificationSuspended,
    NotificationWithdrawn,
)
from openline.domain.party import PartyKind
from openline.domain.statement import Statement

MAY_RECEIVE = frozenset({PartyKind.FORCE, PartyKind.BACKER})
"""Who can be told by release. Conduits know already; observers count; nobody else has a right."""


@decides(NotificationConsented)
def notification_consented(
    state: State, said: Statement, content: NotificationConsented, _now: datetime
) -> Ruling:
    """The last consent holds, in the place of any before."""
    author, version = said.author.party, content.version
    held = notification_for(state, author, content.notification, content.KIND, version)
    _check_releases(state, held, content.releases)
    return Ruling(readers=keepers_of(state, held), refs=(held.entry,))


@decides(NotificationReleased)
def notification_released(
    state: State, said: Statement, content: NotificationReleased, now: datetime
) -> Ruling:
    """Nothing leaves the conduit before the submitter has named who may be told, and how much.

    Recipients read this entry, and by it that others were told as well: who else knows is part of
    what is told. Of the form they read nothing here. Whoever is shown less than before does not
    read it, and is owed that what it holds has changed.
    """
    author, version = said.author.party, content.version
    held = notification_for(state, author, content.notification, content.KIND, version)
    _check_releases(state, held, content.releases)
    refs: tuple[int, ...] = (held.entry,)
    if author != held.submitter:
        refs = (*refs, _check_consent(held, content))
    released = as_released(held, content.releases)
    newly = tuple(each for each in released.recipients if each not in held.recipients)
    less = tuple(each for each in held.recipients if released.releases[each] > held.releases[each])
    return Ruling(
        readers=all_told(state, released),
        refs=refs,
        concluded=(
            *tell_recipients(state, released, newly, now),
            *tell_shown_less(state, released, less, now),
            *conflicts_of(state, released, now),
        ),
    )


def _check_releases(state: State, held: Notification, releases: tuple[Release, ...]) -> None:
    """Each recipient once, and each a party that can be told by release."""
    if not releases:
        raise Malformed(f"{held.id}: it names nobody. Name each recipient and its tier.")
    named = [each.recipient for each in releases]
    if len(set(named)) < len(named):
        raise Malformed(f"{held.id}: a recipient is named twice. Name each once, at one tier.")
    for recipient in named:
        party = state.parties.get(recipient)
        if party is None:
            raise UnknownThing(f"{held.id}: no party {recipient} at this desk. Ask its operator.")
        if party.kind not in MAY_RECEIVE or recipient == held.submitter:
            raise NotPermitted(
                f"{held.id}: {recipient} is not told by release. Name forces and their backers."
            )


def _check_consent(held: Notification, content: NotificationReleased) -> int:
    """The entry of the consent that this release rests on.

    Raises:
        NotPermitted: another is cited, or somebody is told more than it allows.
    """
    consent = held.consent
    assert consent is not None  # else nothing of it can be released
    if content.consent != consent.entry:
        raise NotPermitted(
            f"{held.id}: the consent that holds is entry {consent.entry}. Cite that one."
        )
    allowed = {each.recipient: each.tier for each in consent.releases}
    for each in content.releases:
        if each.recipient not in allowed or each.tier < allowed[each.recipient]:
            raise NotPermitted(
                f"{held.id}: entry {consent.entry} does not consent to tier {each.tier} for "
                f"{each.recipient}. Release no more than it allows, or ask for consent."
            )
    return consent.entry


@decides(NotificationObjected)
def notification_objected(
    state: State, said: Statement, content: NotificationObjected, _now: datetime
) -> Ruling:
    """An objection is heard and stands beside the notification: it takes nothing from it."""
    author = said.author.party
    held = notification_for(state, author, content.notification, content.KIND, content.version)
    check_reason(held.id, content.body)
    owed = owed_to_object(state, held, author)
    readers = tuple(sorted({*keepers_of(state, held), author}))
    return Ruling(readers=readers, refs=(held.entry, owed.entry))


@decides(NotificationSuspended)
def notification_suspended(
    state: State, said: Statement, content: NotificationSuspended, now: datetime
) -> Ruling:
    """It stays where it says it is, and is still compared with what others tell."""
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    check_reason(held.id, content.body)
    return _told_to_all(state, said, held, now, holds=False)


@decides(NotificationResumed)
def notification_resumed(
    state: State, said: Statement, content: NotificationResumed, now: datetime
) -> Ruling:
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    return _told_to_all(state, said, held, now, holds=True)


@decides(NotificationCancelled)
def notification_cancelled(
    state: State, said: Statement, content: NotificationCancelled, now: datetime
) -> Ruling:
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    check_reason(held.id, content.body)
    ruling = _told_to_all(state, said, held, now, holds=False)
    return _also(ruling, conclude_eased(state, held.id, WhyEased.WITHDRAWN))


@decides(NotificationWithdrawn)
def notification_withdrawn(
    state: State, said: Statement, content: NotificationWithdrawn, now: datetime
) -> Ruling:
    """Recipients are told at once that it is withdrawn, and that what was told cannot be untold."""
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    check_reason(held.id, content.body)
    if held.status is NotificationStatus.DRAFT:
        return Ruling(readers=(held.submitter,), refs=(held.entry,))
    ruling = _told_to_all(state, said, held, now, holds=False)
    return _also(ruling, conclude_eased(state, held.id, WhyEased.WITHDRAWN))


@decides(NotificationCompleted)
def notification_completed(
    state: State, said: Statement, content: NotificationCompleted, _now: datetime
) -> Ruling:
    held = notification_for(state, said.author.party, content.notification, content.KIND)
    return Ruling(
        readers=all_told(state, held),
        refs=(held.entry,),
        concluded=conclude_eased(state, held.id, WhyEased.ENDED),
    )


def _told_to_all(
    state: State, said: Statement, held: Notification, now: datetime, *, holds: bool
) -> Ruling:
    """The next version is owed to the other keepers, and to whoever was ever told.

    Those who are shown it no more do not read the reason: it may say what is hidden from them.
    """
    following = replace(held, version=held.version + 1)
    told = tell_whoever_was_told(state, following, now, holds=holds) if held.is_told else ()
    return Ruling(
        readers=all_told(state, held),
        refs=(held.entry,),
        concluded=(
            *tell_keepers(state, following, said.author.party, now),
            *told,
        ),
    )


def _also(ruling: Ruling, concluded: tuple[Conclusion, ...]) -> Ruling:
    return replace(ruling, concluded=(*ruling.concluded, *concluded))
