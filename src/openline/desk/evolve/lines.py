"""How lines, messages and what is owed to whom change with each entry."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from msgspec.structs import replace

from openline.desk.deadlines import What
from openline.desk.evolve.cadence import note_heard
from openline.desk.owing.notices import forget_notices, note_attempt, open_notice
from openline.desk.owing.routes import level_of
from openline.desk.shelf import Look
from openline.desk.sides import parties_of_kind
from openline.desk.state import State, evolves
from openline.domain.delivery import (
    BearerOutcome,
    Climb,
    Delivery,
    DeliveryOwed,
    Due,
    Escalated,
    Notice,
    NoticeAttempted,
    NoticeOwed,
    ReceiptGiven,
    ReceiptOverdue,
    RelayForwarded,
    RelayOpened,
    Rule,
    Rung,
    WhyOwed,
)
from openline.domain.line import (
    CheckResult,
    ContactLogged,
    Line,
    LineChecked,
    LineCheckMissed,
    LineDegraded,
    LineOpened,
    LineRestored,
    LineState,
    LineStateSet,
    WatchGap,
)
from openline.domain.message import Message, MessageKind, MessageSent
from openline.domain.party import PartyKind
from openline.domain.rules import Level, Precedence, Rules
from openline.domain.statement import Entry, Signed

SILENCE = (What.SECOND_BEARER, What.ALTERNATE, What.OPERATIONAL, What.STRATEGIC)
WHAT_WAS_DUE = {
    Due.DELIVERED: What.DELIVER,
    Due.ACKNOWLEDGED: What.ACKNOWLEDGE,
    Due.PASSED_DOWN: What.PASS_DOWN,
    Due.IN_FORCE: What.IN_FORCE,
}
WHAT_ESCALATES = {
    WhyOwed.ALTERNATE: What.ALTERNATE,
    WhyOwed.OPERATIONAL: What.OPERATIONAL,
    WhyOwed.STRATEGIC: What.STRATEGIC,
}


@evolves(LineOpened)
def line_opened(state: State, entry: Entry, content: LineOpened) -> None:
    opener = entry.author.party
    introduced = opener in parties_of_kind(state, PartyKind.CONDUIT)
    line = Line(
        id=content.line,
        level=content.level,
        ends=content.ends,
        opened_at=entry.recorded_at,
        hub=content.hub,
    )
    state.lines[line.id] = replace(line, joined=line.parties if introduced else (opener,))
    _expect_check(state, content.line, entry.recorded_at)


@evolves(LineStateSet)
def line_state_set(state: State, entry: Entry, content: LineStateSet) -> None:
    """Opened again, its checks are counted from none."""
    state.lines[content.line] = replace(
        state.lines[content.line], state=content.state, since=entry.recorded_at, missed_checks=0
    )
    _join(state, content.line, entry.author.party)
    if content.state is LineState.OPEN:
        forget_notices(state, content.line)
        _expect_check(state, content.line, entry.recorded_at)
    else:
        state.deadlines.drop(content.line, What.LINE_CHECK)


@evolves(LineChecked)
def line_checked(state: State, entry: Entry, content: LineChecked) -> None:
    _join(state, content.line, entry.author.party)
    if content.result is CheckResult.PASSED:
        state.lines[content.line] = replace(state.lines[content.line], missed_checks=0)
        note_contact(state, content.line, entry.recorded_at)
        _expect_check(state, content.line, entry.recorded_at)


@evolves(LineCheckMissed)
def line_check_missed(state: State, entry: Entry, content: LineCheckMissed) -> None:
    line = state.lines[content.line]
    state.lines[content.line] = replace(line, missed_checks=line.missed_checks + 1)
    _expect_check(state, content.line, max(content.due_at, entry.recorded_at))


@evolves(LineDegraded)
def line_degraded(state: State, entry: Entry, content: LineDegraded) -> None:
    line = state.lines[content.line]
    state.lines[content.line] = replace(line, state=LineState.DEGRADED, since=entry.recorded_at)


@evolves(LineRestored)
def line_restored(state: State, entry: Entry, content: LineRestored) -> None:
    state.lines[content.line] = replace(
        state.lines[content.line], state=LineState.OPEN, since=entry.recorded_at
    )
    forget_notices(state, content.line)


@evolves(ContactLogged)
def contact_logged(state: State, entry: Entry, content: ContactLogged) -> None:
    if content.line is not None:
        _join(state, content.line, entry.author.party)
        note_contact(state, content.line, entry.recorded_at, content.count)
    else:
        note_heard(state, content.parties, None, entry.recorded_at, content.count)


@evolves(MessageSent)
def message_sent(state: State, entry: Entry, content: MessageSent) -> None:
    state.messages[content.message] = Message(
        id=content.message,
        kind=content.kind,
        author=entry.author.party,
        recipients=content.recipients,
        lines=(content.line,) if content.line else (),
        precedence=content.precedence,
        entry=entry.index,
        sent_at=entry.recorded_at,
        position=entry.author.position,
        level=level_of(state, entry.author.party, entry.author.position) or Level.TACTICAL,
        phrase=content.phrase,
        subject=content.subject,
        in_reply_to=content.in_reply_to,
        leafhash=entry.word.leafhash if isinstance(entry.word, Signed) else "",
        body=content.body,
    )
    if content.line is not None:
        _join(state, content.line, entry.author.party)
    if content.kind is MessageKind.RESUME and content.in_reply_to is not None:
        _close(state, content.in_reply_to, entry.recorded_at)
        end_deliveries(state, content.in_reply_to, entry.recorded_at)


@evolves(DeliveryOwed)
def delivery_owed(state: State, _entry: Entry, content: DeliveryOwed) -> None:
    owed = content.delivery
    state.deliveries[owed.id] = owed
    open_notice(
        state,
        Notice(
            id=owed.id,
            cell=owed.cell,
            precedence=owed.precedence,
            why=WhyOwed.OWED,
            delivery=owed.id,
            line=owed.line,
        ),
    )
    message = state.messages.get(owed.subject)
    if message is not None and owed.line is not None and owed.line not in message.lines:
        state.messages[message.id] = replace(message, lines=(*message.lines, owed.line))
    state.deadlines.set(What.DELIVER, owed.id, owed.deliver_by)
    state.deadlines.set(What.ACKNOWLEDGE, owed.id, owed.acknowledge_by)
    state.deadlines.set(What.PASS_DOWN, owed.id, owed.passed_down_by)
    state.deadlines.set(What.IN_FORCE, owed.id, owed.in_force_by)
    if owed.precedence is Precedence.FLASH and owed.rule is not Rule.INFORM:
        for what, after_s in silence_on_flash(state.rules).items():
            state.deadlines.set(what, owed.id, owed.owed_since + timedelta(seconds=after_s))


def silence_on_flash(rules: Rules) -> dict[What, int]:
    """What a FLASH without a human answer leads to, and after how many seconds."""
    return {
        What.SECOND_BEARER: rules.second_bearer_after_s,
        What.ALTERNATE: rules.flash_alternate_after_s,
        What.OPERATIONAL: rules.flash_operational_after_s,
        What.STRATEGIC: rules.flash_strategic_after_s,
    }


@evolves(ReceiptGiven)
def receipt_given(state: State, entry: Entry, content: ReceiptGiven) -> None:
    owed = climb(state, content.delivery, content.rung, entry)
    if owed.line is not None and owed.answered_by_human:
        _join(state, owed.line, entry.author.party)
        note_contact(state, owed.line, entry.recorded_at)
    message = state.messages.get(owed.subject)
    if message is None or not owed.answered_by_human or owed.rule is Rule.INFORM:
        return
    if owed.recipient in message.recipients:
        _end_other_paths(state, owed)
        _close(state, message.id, entry.recorded_at)


def _end_other_paths(state: State, heard: Delivery) -> None:
    """A FLASH was heard by a human of a party it is for: by no other path is that one silent.

    A cell that was merely informed is no path, and is told all the same. Each way through a
    carrier goes on, though it is for that one too: who is silent there may hold up the next hop.
    """
    if heard.precedence is not Precedence.FLASH:
        return
    paths = tuple(state.deliveries.under(Look.SUBJECT, heard.subject))
    if any(owed.sender == heard.recipient for owed in paths):
        return
    for owed in paths:
        same = (owed.version, owed.recipient) == (heard.version, heard.recipient)
        if same and owed.rule is not Rule.INFORM and not owed.heard:
            state.deliveries[owed.id] = replace(owed, heard_on=heard.id)
            state.deadlines.drop(owed.id, What.DELIVER, What.ACKNOWLEDGE, *SILENCE)
            forget_notices(state, owed.id)


def climb(state: State, delivery: str, rung: Rung, entry: Entry) -> Delivery:
    """The delivery on its new rung, with the deadlines ended that this rung answers."""
    owed = state.deliveries[delivery]
    step = Climb(
        rung=rung,
        at=entry.recorded_at,
        position=entry.author.position,
        by_human=entry.author.by_human,
        entry=entry.index,
    )
    reached = owed.rung if owed.is_confirmed_by(rung) else rung
    owed = state.deliveries[delivery] = replace(owed, rung=reached, climbed=(*owed.climbed, step))
    state.deadlines.drop(delivery, What.DELIVER)
    if owed.heard:
        state.deadlines.drop(delivery, What.ACKNOWLEDGE, *SILENCE)
        forget_notices(state, delivery)
    if rung in (Rung.PASSED_DOWN, Rung.IN_FORCE):
        state.deadlines.drop(delivery, What.PASS_DOWN)
    if rung is Rung.IN_FORCE:
        state.deadlines.drop(delivery, What.IN_FORCE)
    return owed


def end_deliveries(
    state: State,
    subject: str,
    at: datetime,
    *,
    version: int | None = None,
    to: str | None = None,
    apart_from: Container[str] = (),
) -> None:
    """Nothing more is owed for a subject: it was withdrawn, superseded or is over.

    Args:
        version: of this version alone, where others stand beside it.
        to: to this recipient alone.
        apart_from: to none of these.
    """
    for owed in tuple(state.deliveries.under(Look.SUBJECT, subject)):
        meant = version in (None, owed.version) and to in (None, owed.recipient)
        if meant and owed.recipient not in apart_from and owed.ended_at is None:
            state.deliveries[owed.id] = replace(owed, ended_at=at)
            state.deadlines.drop(owed.id)
            forget_notices(state, owed.id)


@evolves(RelayForwarded)
def relay_forwarded(state: State, entry: Entry, content: RelayForwarded) -> None:
    """Passing a word on is what `passed_down` means on the hop it came by."""
    if state.deliveries[content.delivery].rung not in (Rung.PASSED_DOWN, Rung.IN_FORCE):
        climb(state, content.delivery, Rung.PASSED_DOWN, entry)


@evolves(ReceiptOverdue)
def receipt_overdue(state: State, _entry: Entry, content: ReceiptOverdue) -> None:
    owed = state.deliveries[content.delivery]
    state.deliveries[owed.id] = replace(owed, overdue=(*owed.overdue, content.due))
    state.deadlines.drop(owed.id, WHAT_WAS_DUE[content.due])


@evolves(NoticeOwed)
def notice_owed(state: State, _entry: Entry, content: NoticeOwed) -> None:
    open_notice(
        state,
        Notice(
            id=content.notice,
            cell=content.cell,
            precedence=content.precedence,
            why=content.why,
            delivery=content.delivery,
            line=content.line,
            contact=content.contact,
        ),
    )
    if content.delivery is None:
        return
    owed = state.deliveries[content.delivery]
    state.deliveries[owed.id] = replace(owed, rings=owed.rings + 1)
    if content.why is WhyOwed.SECOND_BEARER:
        state.deadlines.drop(owed.id, What.SECOND_BEARER)


@evolves(NoticeAttempted)
def notice_attempted(state: State, entry: Entry, content: NoticeAttempted) -> None:
    """A bearer that delivered lifts what was merely sent to the rung `delivered`."""
    note_attempt(state, content)
    owed = state.deliveries.get(content.notice)
    if owed is None or owed.rung is not Rung.SENT or content.outcome is BearerOutcome.FAILED:
        return
    climb(state, owed.id, Rung.DELIVERED, entry)


@evolves(Escalated)
def escalated(state: State, _entry: Entry, content: Escalated) -> None:
    owed = state.deliveries[content.delivery]
    state.deliveries[owed.id] = replace(owed, escalated=(*owed.escalated, content.why))
    state.deadlines.drop(owed.id, WHAT_ESCALATES[content.why])


@evolves(WatchGap)
def watch_gap(state: State, _entry: Entry, content: WatchGap) -> None:
    """Nobody to ring there: the escalation that found it stands beside it in the record."""


@evolves(RelayOpened)
def relay_opened(state: State, _entry: Entry, content: RelayOpened) -> None:
    owed = state.deliveries[content.delivery]
    state.deliveries[owed.id] = replace(owed, relayed_to=(*owed.relayed_to, content.backer))


def note_contact(state: State, line: str, at: datetime, count: int = 1) -> None:
    """Both ends were heard on the line, and so no cadence between their sides waits any longer."""
    held = state.lines[line]
    state.lines[line] = replace(held, last_contact_at=at, contacts=held.contacts + count)
    note_heard(state, held.parties, line, at, count)


def _join(state: State, line: str, party: str) -> None:
    """The party takes part in the line: it has spoken on it."""
    held = state.lines[line]
    if party not in held.joined and held.end_of(party) is not None:
        state.lines[line] = replace(held, joined=(*held.joined, party))


def _close(state: State, message: str, at: datetime) -> None:
    """A human who can act has answered, or RESUME was said: its own clock stops here."""
    held = state.messages.get(message)
    if held is not None and held.closed_at is None:
        state.messages[message] = replace(held, closed_at=at)


def _expect_check(state: State, line: str, after: datetime) -> None:
    due_at = after + timedelta(seconds=state.rules.line_check_every_s)
    state.lines[line] = replace(state.lines[line], check_due_at=due_at)
    state.deadlines.set(What.LINE_CHECK, line, due_at)
