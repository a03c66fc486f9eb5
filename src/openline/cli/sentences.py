"""Entries in plain words, from what stands in their leaves: no position, name or free text.

Each kind has a phrase that goes after whoever speaks: `EAST files plan P-1 …`. In a phrase `{x}` is
a field, `{x?yes|no}` one of two texts by whether the field holds, `{x:one=# party|other=# parties}`
a number with the form that it takes, and what stands in `[…]` is left out where a field in it is
empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final

from openline.domain.conflict import FoundConflict
from openline.domain.delivery import Delivery
from openline.domain.line import LineEnd
from openline.domain.notification import Release
from openline.domain.observed import Sighting, TrackFault
from openline.domain.party import PublicKey
from openline.domain.statement import (
    DESK,
    Attested,
    Author,
    Content,
    Entry,
    Signed,
    kind_of,
)
from openline.domain.witness import WitnessGroup, WitnessKey

OPENLINE: Final = "openline"
"""Who speaks when the desk itself concludes something."""

PHRASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alarm.silenced.v1": "silences the alarm {alarm} of {since}, and says why",
        "airspace.ended.v1": "finds over the time of[ intents {intents}]"
        "[ subscriptions {subscriptions}][ constraints {constraints}]",
        "airspace.judged.v1": "held {things:one=# filing|other=# filings} of {party} against all "
        "else that it knows",
        "airspace.tried.v1": "counts {trials:one=# filing|other=# filings} of {party} taken back "
        "or moved at once, where something would have been met",
        "amendment.drafted.v1": "drafts version {next_version} of measure {measure} for {parties}",
        "area.claimed.v1": "says that it holds area {area}[ and shows that to {to}]",
        "area.unanswered.v1": "notes that no party answers for area {area}: it is UNKNOWN",
        "area.unclaimed.v1": "no longer says that it holds area {area}",
        "areas.contested.v1": "finds that area {area} is also claimed as {others}",
        "assurance.assessed.v1": "finds assurance {assurance} {state}[ by {by}]",
        "assurance.given.v1": "gives assurance {assurance} to {to}[ on behalf of {on_behalf_of}]"
        "[ about {about}]",
        "assurance.released.v1": "releases {assurance} from being followed",
        "authority.trusted.v1": "trusts whoever holds the keys {keys} to say who a supplier "
        "is, for {audiences}",
        "availability.set.v1": "says that supplier {supplier} is {availability}",
        "cadence.loosening_agreed.v1": "agrees that contact with {other} may be due less often",
        "cadence.set.v1": "wants {a} and {b} in contact every {every_s} (band {band}, {why})",
        "cadence.wider.v1": "notes that the edges of {pair} lie in "
        "{wider?a wider band|the band in force again}",
        "cell.added.v1": "adds cell {cell} of {party} at {level} level",
        "conflicts.counted.v1": "tells the conduits how many conflicts are open: {open}",
        "conflicts.eased.v1": "lifts conflicts {conflicts}: {why}",
        "conflicts.found.v1": "finds conflicts {conflicts}",
        "constraint.changed.v1": "finds constraint {constraint} at version {version}, {starts_at} "
        "to {ends_at}",
        "constraint.notices_owed.v1": "owes suppliers word of measure {measure}, which "
        "{holds?holds|holds no longer}",
        "constraint.put.v1": "files constraint {constraint}, {starts_at} to {ends_at}"
        "[, in place of OVN {replaces}]",
        "constraint.removed.v1": "lifts constraint {constraint}",
        "contact.logged.v1": "logs contact of {parties} at {level} level[ over {line}] × {count}"
        "[ about {subject}]",
        "contact.missed.v1": "heard no contact of {pair} by {due_at} (missed in a row: {missed})",
        "crossing.found.v1": "finds of {party} at {measure}: {answer}"
        "{on_own_word?, on its own word|}",
        "crossing.stated.v1": "says that it has {crossed?crossed|not crossed} {measure}",
        "delivery.owed.v1": "owes {delivery}",
        "desk.clock_accepted.v1": "goes by the clock again, which is {ahead_by_s} s ahead of its "
        "time (below zero: behind it); deadlines that run move with it",
        "desk.clocks_parted.v1": "finds its clocks {parted_by_s} s apart: silence counts no more",
        "desk.epoch_opened.v1": "opens a new epoch ({why}), with {restored_size} of "
        "{last_known_size} entries left[, by a new key that no old one vouches for: {desk_key}]",
        "desk.heard.v1": "hears what parties signed just before, and seals that it did",
        "desk.key_rotated.v1": "signs with another key from here on",
        "desk.opened.v1": "opens the record {origin}{exercise? as an EXERCISE|}",
        "desk.rules_changed.v1": "sets new rules",
        "desk.time_confirmed.v1": "confirms the time: silence counts again",
        "desk.was_down.v1": "could not hear from {down_from} to {down_to}; deadlines are moved",
        "edge.released.v1": "shows edge {edge} to {to}",
        "edge.stated.v1": "says where its edge {edge} runs[ as of {as_of}]",
        "entries.released.v1": "gives {to} the right to read entries {entries}",
        "escalated.v1": "takes the silence on {delivery} to {level} level[, calling {cells}] "
        "({why})",
        "evidence.erased.v1": "erases the file of evidence {evidence}; its proof stays",
        "evidence.kept.v1": "keeps a file that {party} ({position}) hands in as evidence "
        "{evidence} in incident {incident}: {media_type}, {size_bytes:one=# byte|"
        "other=# bytes}",
        "exchange.reported.v1": "reports exchange {report}, which went wrong",
        "finding.made.v1": "asks {party} to look again at {thing}: {fault}",
        "forecast.made.v1": "forecasts when the edges of {a} and {b} would meet",
        "gazetteer.stated.v1": "states the places that names are held against",
        "incident.account_committed.v1": "commits to account {account} of incident {incident}, "
        "untold",
        "incident.account_revealed.v1": "reveals account {account} of incident {incident}: {kind}",
        "incident.accounts_sealed.v1": "asks that first accounts of incident {incident} be "
        "committed to by {commit_by}, and revealed by {reveal_by}",
        "incident.agreed.v1": "agrees on incident {incident} with account {account}",
        "incident.closing.v1": "would close incident {incident}",
        "incident.joined.v1": "counts {party} among the parties to incident {incident}",
        "incident.opened.v1": "opens incident {incident} of {occurred_at}[, put to {put_to}]"
        "[, following {follows}]",
        "incident.stands.v1": "finds that incident {incident} stands {state}",
        "incident.unsealed.v1": "opens the accounts of incident {incident} to be revealed: "
        "{committed} committed[, {silent} did not]",
        "incident.withheld.v1": "finds that {parties} never revealed what they committed to in "
        "incident {incident}",
        "incident.stated.v1": "gives account {account} of incident {incident}: {kind}"
        "[, about {about}]",
        "intent.changed.v1": "finds intent {intent} {state} at version {version}, {starts_at} to "
        "{ends_at}",
        "intent.put.v1": "files intent {intent}, {state}, {starts_at} to {ends_at}"
        "[, in place of OVN {replaces}]",
        "intent.removed.v1": "takes intent {intent} back",
        "key.enrolled.v1": "enrols a key of {party}[ for {position}]",
        "key.revoked.v1": "revokes key {kid}[, lost at {lost_at}]",
        "key.rotated.v1": "goes over from key {old} to another",
        "key.revocation_cosigned.v1": "would have key {kid} put out of force",
        "key.put_out.v1": "puts key {kid} out of force, by the word of two other parties",
        "line.checked.v1": "checks line {line}: {result}",
        "line.degraded.v1": "finds line {line} degraded after {missed:one=# missed check|"
        "other=# missed checks}"
        "[; {relay_over} can carry instead]",
        "line.opened.v1": "opens line {line} at {level} level between {ends}[, hub {hub}]",
        "line.restored.v1": "finds that line {line} carries again",
        "line.state_set.v1": "says that line {line} is {state}",
        "line_check.missed.v1": "missed the check of line {line} due {due_at}: {result}",
        "measure.cosigned.v1": "cosigns {measure} version {version}",
        "measure.ended.v1": "ends {measure} version {version}: its time is over",
        "measure.established.v1": "establishes {kind} {measure} version {version} by itself",
        "measure.in_force.v1": "finds {kind} {measure} version {version} in force, "
        "{agreed?cosigned by all its parties|set by one authority and not agreed}",
        "measure.objected.v1": "objects to {measure} version {version}",
        "measure.proposed.v1": "proposes {kind} {measure} version {version} to {parties}"
        "[, of {of}]",
        "measure.resumed.v1": "resumes {measure} version {version}",
        "measure.suspended.v1": "suspends {measure} version {version}",
        "measure.withdrawn.v1": "withdraws {measure} version {version}",
        "meeting.agreed.v1": "finds the minutes of {meeting} cosigned by all who were there",
        "meeting.cosigned.v1": "cosigns the minutes of {meeting}",
        "meeting.minuted.v1": "minutes meeting {meeting} of {parties} at {level} level, held "
        "{held_at}[, on {measures}]",
        "message.sent.v1": "says {kind} {message} to {recipients}, {precedence}[, over {line}]"
        "[, phrase {phrase}][, about {subject}][, in reply to {in_reply_to}]",
        "notice.attempted.v1": "rings for {notice}[ by {bearer}], attempt {attempt}: {outcome}"
        "[ ({fault})]",
        "notice.owed.v1": "must ring {cell}, {precedence} ({why})[ for {delivery}][ on {line}]",
        "notification.amended.v1": "amends notification {notification}[, from {starts_at}]"
        "[ to {ends_at}]",
        "notification.assessed.v1": "compares {notification} version {version} with what "
        "{told_by:one=# party|other=# parties} had told[; notice: {timeliness}]",
        "notification.cancelled.v1": "cancels notification {notification}",
        "notification.completed.v1": "completes notification {notification}",
        "notification.consented.v1": "agrees to have {notification} released to {releases}",
        "notification.drafted.v1": "drafts notification {notification}, {kind}",
        "notification.expired.v1": "finds that the time of {notification} has passed in silence",
        "notification.lapsed.v1": "finds {notification} past its re-verify date {due_at}",
        "notification.objected.v1": "objects to notification {notification} version {version}",
        "notification.released.v1": "releases {notification} version {version} to {releases}",
        "notification.resumed.v1": "resumes notification {notification}",
        "notification.returned.v1": "returns notification {notification} to be mended",
        "notification.reverified.v1": "verifies site {notification} again",
        "notification.started.v1": "finds {notification} started"
        "[ and not in force with {not_in_force}: not deconflicted]",
        "notification.submitted.v1": "submits notification {notification}, {kind}"
        "[, from {starts_at} to {ends_at}, armed escort {escort}]",
        "notification.suspended.v1": "suspends notification {notification}",
        "notification.validated.v1": "validates notification {notification} version {version}",
        "notification.withdrawn.v1": "withdraws notification {notification}",
        "party.added.v1": "adds {party}, {kind}[, backed by {backers}]",
        "plan.ended.v1": "finds the time of plan {plan} over",
        "plan.filed.v1": "files plan {plan} version {version}, {kind}, {starts_at} to {ends_at}",
        "plan.release_ended.v1": "shows no more of plan {plan} to {to}",
        "plan.released.v1": "shows plan {plan} to {to}",
        "plan.withdrawn.v1": "withdraws plan {plan}",
        "pointer.given.v1": "points {to} to a conflict in the six hours from {block_starts_at}"
        "[: call line {line}] ({pointer})",
        "pointer.lifted.v1": "lifts pointer {pointer} of {to}",
        "probing.found.v1": "finds that {asker} asked {asked} {count:one=once|other=# times} "
        "about one area within the hour",
        "question.answered.v1": "answers question {question}: {answer}",
        "question.asked.v1": "asks question {question}, {asked}[, about incident {incident}]",
        "receipt.given.v1": "reaches {rung} for {delivery}",
        "receipt.overdue.v1": "finds {delivery} not {due} by {due_at}",
        "relay.forwarded.v1": "passes message {message} on to {to}, its signature unchanged "
        "({delivery})",
        "report.confirmed.v1": "confirms what a news report says of {kind} ({press})",
        "relay.opened.v1": "hands {delivery} on by the backer {backer}[ over {line}]",
        "sites.read.v1": "notes that {position} of {party} was shown the sites {sites}",
        "sites.read_told.v1": "tells the submitter that {position} of {party} was shown {sites}",
        "subscription.put.v1": "asks to hear of{for_intents? intents|}"
        "{for_constraints? constraints|}: subscription {subscription}[, from {starts_at}]"
        "[ to {ends_at}]",
        "subscription.removed.v1": "no longer asks to hear: subscription {subscription}",
        "supplier.admitted.v1": "admits supplier {party}, vouched for by an authority it trusts",
        "tracks.observed.v1": "notes of live tracks[: {sightings}][; faults: {faults}]"
        "[; UNKNOWN for their age: {stale}][; heard again: {heard}]",
        "tracks.root.v1": "notes one hash over {batches:one=# batch|other=# batches} of fixes, "
        "{first_at} to {last_at}",
        "watch.gap.v1": "finds no cell of {party} to call at {level} level for {delivery}",
        "watch.handed_over.v1": "hands the watch of {cell} over, from {off} to {on}",
        "witnesses.named.v1": "names whose cosignatures make the record witnessed: {quorum}"
        "[, of {witnesses}][, in {groups}]",
    }
)

_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_FIELD: Final = re.compile(r"\{([a-z_]+)(?:\?([^{}|]*)\|([^{}|]*)|:([^{}]*))?\}")


def phrase_of(content: Content) -> str:
    """What is said or concluded, to go after whoever speaks."""
    phrase = _OPTIONAL.sub(
        lambda part: part[1] if _all_held(content, part[1]) else "", PHRASES[kind_of(content)]
    )
    return _FIELD.sub(lambda field: _text_for(content, field), phrase)


def fields_of(phrase: str) -> set[str]:
    """The names of the fields that a phrase speaks of."""
    return {field[1] for field in _FIELD.finditer(phrase)}


def who_text(author: Author) -> str:
    """Who speaks: `EAST (EAST-TAC.duty)`, with `a machine` where no human spoke."""
    if author.party == DESK:
        return f"the desk's {author.position}" if author.position else OPENLINE
    by_whom = author.position if author.by_human else f"{author.position}, a machine"
    return f"{author.party} ({by_whom.lstrip(', ')})"


def word_text(entry: Entry) -> str:
    """On whose word an entry stands."""
    match entry.word:
        case Signed(kid=kid, seq=seq):
            return f"{entry.author.party}'s own key {kid}, its statement {seq}"
        case Attested(issuer=issuer):
            return f"the desk, for a caller known to {issuer}"
        case None:
            return "the desk itself"


def time_text(instant: datetime) -> str:
    """An instant to the second, in Z."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _all_held(content: Content, part: str) -> bool:
    return all(getattr(content, name) not in (None, "", ()) for name in fields_of(part))


def _text_for(content: Content, field: re.Match[str]) -> str:
    value = getattr(content, field[1])
    if field[1] == "every_s":  # the one duration that is hours to whoever keeps it
        return f"{value / 3600:g} h"
    if field[4] is not None:
        forms = dict(each.split("=", 1) for each in field[4].split("|"))
        return forms["one" if value == 1 else "other"].replace("#", words_for(value))
    if field[2] is None:
        return words_for(value)
    return field[2] if value else field[3]


def words_for(value: Any) -> str:
    """A field's value as people write it."""
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, IntEnum):
        return str(int(value))
    if isinstance(value, StrEnum):
        return value.replace("_", " ")
    if isinstance(value, tuple):
        return ", ".join(words_for(each) for each in value) or "none"
    for kind, words in _WORDS:
        if isinstance(value, kind):
            return words(value)
    return str(value)


def _owed_words(owed: Delivery) -> str:
    over = f" over {owed.line}" if owed.line else ""
    by = f", to be acknowledged by {time_text(owed.acknowledge_by)}" if owed.acknowledge_by else ""
    return (
        f"{owed.recipient} ({owed.cell}) the {owed.subject_kind} {owed.subject}{over}, "
        f"{owed.precedence}{by} ({owed.id})"
    )


def _conflict_words(found: FoundConflict) -> str:
    error = ", within the stated errors only" if found.within_error else ""
    return f"{found.conflict} ({found.a} and {found.b}, {found.kind}{error})"


_WORDS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (Delivery, _owed_words),
    (FoundConflict, _conflict_words),
    (PublicKey, lambda key: str(key.kid)),
    (LineEnd, lambda end: f"{end.party} ({end.cell})"),
    (Release, lambda release: f"{release.recipient} (tier {int(release.tier)})"),
    (Sighting, lambda sighting: f"{sighting.a} and {sighting.b}"),
    (TrackFault, lambda fault: f"{fault.track}: {fault.fault}"),
    (WitnessKey, lambda witness: f"{witness.name} ({witness.key_name})"),
    (WitnessGroup, lambda group: f"{group.name}: {group.needs} of {', '.join(group.of)}"),
)
