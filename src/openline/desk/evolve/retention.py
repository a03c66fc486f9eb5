"""What is over leaves the live desk, in the end; the record keeps it for ever.

No entry says so: by the rule in force any reader of the record forgets the same at the same entry.

LIMIT: what was known before an incident is answered from what the desk still holds. Of what was
over so much earlier, the record alone can tell.

LIMIT: a notification that expired at an hour hidden from one who was told of it never leaves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from openline.desk.owing.awaited import next_awaited
from openline.desk.owing.notices import forget_notices
from openline.desk.shelf import Look
from openline.desk.state import State, sweeps
from openline.domain.delivery import Delivery
from openline.domain.notification import Notification, NotificationStatus


@sweeps
def forget_what_is_over(state: State) -> None:
    """Answered deliveries; ended notifications and messages of which nothing is owed any longer.

    Their ids stay taken: one that came to stand for something else would mislead an inquiry.
    """
    before = state.now - timedelta(seconds=state.rules.keep_ended_s)
    for owed in [each for each in state.deliveries.values() if _is_over(each, before)]:
        del state.deliveries[owed.id]
        state.deadlines.drop(owed.id)
        forget_notices(state, owed.id)
    for notification in tuple(state.notifications.values()):
        ended_at = notification.ended_at
        if ended_at is None or ended_at >= before or _ended_in_secret(notification):
            continue
        if not _is_owed(state, notification.id):
            del state.notifications[notification.id]
            state.left.add(notification.id)
            _forget_findings(state, notification.submitter, notification.id)
    for message in tuple(state.messages.values()):
        if message.sent_at < before and not _is_owed(state, message.id):
            del state.messages[message.id]
            state.left.add(message.id)
    for key in [key for key, silenced in state.silenced.items() if silenced.at < before]:
        del state.silenced[key]
    for key in [key for key, probing in state.probings.items() if probing.found_at < before]:
        del state.probings[key]


@sweeps
def forget_silent_tracks(state: State) -> None:
    """Tracks silent for as long as the rules say, and what stood of them: nobody knows it now.

    It never cleared, so no pointer is lifted for it; those that spoke of nothing else leave too.
    """
    before = state.now - timedelta(seconds=state.rules.track_forgotten_after_s)
    silent = {track for track, since in state.stale_tracks.items() if since < before}
    gone = [each for each in state.sightings.values() if not silent.isdisjoint(each.tracks)]
    for each in gone:
        del state.sightings[each.id]
    for track in silent:
        del state.stale_tracks[track]
    left = {each.entry for each in state.sightings.values()}
    for entry in {each.entry for each in gone} - left:
        for pointer in tuple(state.pointers.under(Look.ENTRY, f"P-{entry}")):
            del state.pointers[pointer.id]


def _ended_in_secret(notification: Notification) -> bool:
    """It expired at an hour hidden from someone who was told: leaving later by rule tells it."""
    expired = notification.status is NotificationStatus.EXPIRED
    return expired and bool(notification.no_longer_shown)


def _is_owed(state: State, thing: str) -> bool:
    """Something of it is still awaited, or was not long ago: silence is never forgotten."""
    return state.deliveries.holds(Look.SUBJECT, thing)


def _is_over(owed: Delivery, before: datetime) -> bool:
    """It ended, or all that was awaited of it has come, so long ago."""
    if owed.ended_at is not None:
        return owed.ended_at < before
    last_at = owed.climbed[-1].at if owed.climbed else owed.owed_since
    return last_at < before and next_awaited(owed) == (None, None)


def _forget_findings(state: State, teller: str, thing: str) -> None:
    """What was found wrong with it leaves with it."""
    for finding in tuple(state.findings.under(Look.PARTY, teller)):
        if finding.thing == thing:
            del state.findings[finding.finding]
