"""Messages, receipts and relays: who is owed what, over which lines, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.ids import check_free
from openline.desk.owing.deliveries import Owed, owe_over
from openline.desk.owing.routes import (
    Hop,
    all_ways,
    cell_at,
    find_hop,
    find_relay,
    hop_without_line,
)
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.messages import free_path, may_lift, next_hop, owed_to, rungs_open
from openline.domain.delivery import (
    ReceiptGiven,
    RelayForwarded,
    Rule,
    SubjectKind,
)
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState, in_words
from openline.domain.message import MessageKind, MessageSent
from openline.domain.phrase_text import check_slots
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Statement, check_id

EVERY_WAY_AT_ONCE: Final = frozenset({MessageKind.CHECK_FIRE, MessageKind.RESUME})
"""These go over every line that can reach the parties concerned, all hops at the same instant."""


@decides(MessageSent)
def message_sent(state: State, said: Statement, content: MessageSent, now: datetime) -> Ruling:
    _check_message(state, said, content)
    owed = Owed(
        subject=content.message,
        subject_kind=SubjectKind.MESSAGE,
        origin=said.author.party,
        precedence=content.precedence,
        since=now,
        entry=state.size,
    )
    if content.kind in EVERY_WAY_AT_ONCE:
        concluded = _every_way(state, owed, content)
    elif content.kind is MessageKind.RELAY:
        concluded = [_first_hop(state, owed, recipient) for recipient in content.recipients]
    else:
        concluded = [_direct(state, owed, each, content.line) for each in content.recipients]
    return Ruling(readers=_heard_by(said, content, concluded), concluded=tuple(concluded))


@decides(ReceiptGiven)
def receipt_given(state: State, said: Statement, content: ReceiptGiven, _now: datetime) -> Ruling:
    owed = owed_to(state, content.delivery, said.author.party)
    if content.rung not in rungs_open(owed, by_human=said.author.by_human):
        raise WrongState(
            f"{owed.id}: it is {in_words(owed.rung)} and cannot reach "
            f"{in_words(content.rung)} from there. See your board."
        )
    return Ruling(readers=owed.parties, refs=(owed.entry,))


@decides(RelayForwarded)
def relay_forwarded(
    state: State, said: Statement, content: RelayForwarded, now: datetime
) -> Ruling:
    """A carrier passes the origin's own leaf on: altered by one bit, it is not the same word."""
    owed = owed_to(state, content.delivery, said.author.party)
    message = state.messages.get(content.message)
    if message is None or owed.subject != message.id:
        raise UnknownThing(f"{content.message}: {owed.id} carries no such message.")
    if content.of != message.leafhash:
        raise Malformed(
            f"{message.id}: what is passed on is not what the origin signed. "
            "Pass it on unchanged, as it was received."
        )
    hop = next_hop(state, message, said.author.party, content.to)
    onward = Owed(
        subject=message.id,
        subject_kind=SubjectKind.MESSAGE,
        origin=message.author,
        precedence=message.precedence,
        since=now,
        entry=message.entry,
    )
    owing = owe_over(
        state.rules,
        onward,
        hop,
        number=owed.hop + 1,
        hops=max(owed.hops, owed.hop + 1),
        rule=Rule.RELAY_HOP,
        path=free_path(state, message, said.author.party, content.to),
    )
    readers = tuple(sorted({*owed.parties, content.to}))
    return Ruling(readers=readers, refs=(message.entry,), concluded=(owing,))


def _check_message(state: State, said: Statement, content: MessageSent) -> None:
    check_id("message", content.message)
    if content.message in state.messages:
        raise WrongState(f"{content.message}: sent already. Give a new message a new id.")
    check_free(state, content.message)
    if not content.recipients:
        raise Malformed(f"{content.message}: it names no recipient. Say who must hear it.")
    for recipient in content.recipients:
        if recipient not in state.parties:
            raise UnknownThing(f"{content.message}: no party {recipient} at this desk.")
        if recipient == said.author.party:
            raise Malformed(f"{content.message}: a party sends nothing to itself by the desk.")
    if content.kind is MessageKind.CHECK_FIRE and content.precedence is not Precedence.FLASH:
        raise Malformed(f"{content.message}: CHECK_FIRE is always FLASH. Send it so.")
    if content.kind is MessageKind.RESUME:
        _check_resume(state, said, content)
    elif content.in_reply_to is not None and content.in_reply_to not in state.messages:
        raise UnknownThing(f"{content.message}: no message {content.in_reply_to} to reply to.")
    if content.phrase is not None:
        _check_phrase(content)


def _check_phrase(content: MessageSent) -> None:
    """A coded phrase makes the kind of message it is for, and every slot holds what it should."""
    slots = content.body.slots if content.body is not None else {}
    phrase = check_slots(content.phrase or "", slots)
    if phrase.kind is not content.kind:
        raise Malformed(
            f"{content.message}: {content.phrase} makes a {phrase.kind}, not a {content.kind}. "
            "Send it as that."
        )


def _check_resume(state: State, said: Statement, content: MessageSent) -> None:
    """RESUME comes from whoever called, or from above, to all who were called and as urgently.

    One that holds fire because of a call, and does not hear that it is lifted, holds it for ever.
    """
    called = state.messages.get(content.in_reply_to or "")
    if called is None or called.kind is not MessageKind.CHECK_FIRE:
        raise Malformed(f"{content.message}: RESUME replies to a CHECK_FIRE. Name which.")
    if not may_lift(state, said.author, called):
        raise NotPermitted(
            f"{content.message}: RESUME comes from {called.author}, who called as "
            f"{called.position} ({called.level}): from that position, a commander at its level, "
            "a level above, or its backers at no lower one. Ask one of those."
        )
    if content.precedence is not called.precedence:
        raise Malformed(
            f"{content.message}: it lifts a {called.precedence} and bears its precedence. "
            "Send it so."
        )
    concerned = {*called.recipients, called.author} - {said.author.party}
    unheard = sorted(concerned - {*content.recipients})
    if unheard:
        raise Malformed(
            f"{content.message}: {', '.join(unheard)} would not hear that {called.id} is lifted. "
            f"Send it to all of {', '.join(sorted(concerned))}."
        )


def _every_way(state: State, owed: Owed, content: MessageSent) -> list[Conclusion]:
    """Every hop of every way to every recipient, and the operational level told as well."""
    hops: dict[tuple[str, str | None], tuple[int, Hop]] = {}
    for recipient in content.recipients:
        for number, hop in _ways_to(state, owed, recipient, content.kind):
            hops.setdefault((hop.recipient, hop.line), (number, hop))
    most = max(number for number, _ in hops.values())
    concluded = [
        owe_over(
            state.rules,
            owed,
            hop,
            number=number,
            hops=most,
            rule=Rule.RELAY_HOP if number > 1 else Rule.BY_PRECEDENCE,
            path=hop.line or "",
        )
        for number, hop in sorted(hops.values(), key=lambda way: (way[0], way[1].recipient))
    ]
    rung = {hop.cell for _, hop in hops.values()}
    concerned = dict.fromkeys((owed.origin, *(hop.recipient for _, hop in hops.values())))
    return [*concluded, *_inform(state, owed, [*concerned], rung)]


def _ways_to(state: State, owed: Owed, recipient: str, kind: MessageKind) -> list[tuple[int, Hop]]:
    """Every hop by which the word comes to one recipient, each with its number from the origin.

    RESUME goes to whoever no line reaches by the desk itself: nobody holds on because a line of
    somebody else is down.

    Raises:
        UnknownThing: no line reaches the recipient, and the word is no RESUME.
    """
    ways = all_ways(state, owed.origin, recipient)
    if any(hop.recipient == recipient for _, hop in ways):
        return ways
    if kind is MessageKind.RESUME:
        return [*ways, (1, hop_without_line(state, owed.origin, recipient))]
    raise UnknownThing(
        f"{owed.subject}: no line reaches {recipient}, nor do the backers' lines. "
        "Open a line, or send it to a party that can reach it."
    )


def _inform(state: State, owed: Owed, parties: list[str], rung: set[str]) -> list[Conclusion]:
    """The operational cells of all concerned that no hop has reached, in the same second."""
    informed = []
    for party in parties:
        cell = cell_at(state, party, Level.OPERATIONAL)
        if cell is not None and cell not in rung:
            hop = Hop(
                sender=owed.origin, recipient=party, cell=cell, line=None, level=Level.OPERATIONAL
            )
            informed.append(owe_over(state.rules, owed, hop, rule=Rule.INFORM, path="inform"))
    return informed


def _first_hop(state: State, owed: Owed, recipient: str) -> Conclusion:
    way = find_relay(state, owed.origin, recipient)
    if not way:
        raise UnknownThing(
            f"{owed.subject}: no backers' lines lead from {owed.origin} to {recipient}. "
            "Open a line, or send it to a party that can reach it."
        )
    return owe_over(state.rules, owed, way[0], hops=len(way), rule=Rule.RELAY_HOP)


def _direct(state: State, owed: Owed, recipient: str, line: str | None) -> Conclusion:
    hop = find_hop(state, owed.origin, recipient, line)
    if hop is None:
        over = f"line {line} does not carry" if line else "no line carries"
        raise UnknownThing(
            f"{owed.subject}: {over} from {owed.origin} to {recipient}. "
            "Send it as a RELAY by the backers, or open a line."
        )
    return owe_over(state.rules, owed, hop)


def _heard_by(
    said: Statement, content: MessageSent, concluded: list[Conclusion]
) -> tuple[str, ...]:
    carriers = {reader for each in concluded for reader in each.readers}
    return tuple(sorted({said.author.party, *content.recipients, *carriers}))
