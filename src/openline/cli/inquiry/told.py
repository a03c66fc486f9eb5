"""An incident as a copy tells it: its accounts, who was told of them, and how far that came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from openline.cli.inquiry.copy_reading import CopyRead
from openline.desk.state import EVOLVERS, State
from openline.domain.delivery import (
    BearerOutcome,
    Climb,
    Delivery,
    DeliveryOwed,
    Due,
    Escalated,
    NoticeAttempted,
    ReceiptGiven,
    ReceiptOverdue,
    Rung,
)
from openline.domain.errors import UnknownThing
from openline.domain.incident import (
    Incident,
    IncidentAgreed,
    IncidentClosing,
    IncidentJoined,
    IncidentOpened,
    IncidentStands,
    IncidentStated,
)
from openline.domain.party import Party, PartyAdded
from openline.domain.question import Known, QuestionAnswered, QuestionAsked
from openline.domain.sealed_accounts import (
    AccountCommitted,
    AccountRevealed,
    AccountsSealed,
    AccountsUnsealed,
    AccountsWithheld,
)
from openline.domain.statement import Content, Entry

_FOLDED: Final[tuple[type[Content], ...]] = (
    PartyAdded,
    IncidentOpened,
    IncidentStated,
    IncidentJoined,
    IncidentAgreed,
    IncidentClosing,
    IncidentStands,
    AccountsSealed,
    AccountCommitted,
    AccountsUnsealed,
    AccountRevealed,
    AccountsWithheld,
)
"""What changes an incident; the rest of the desk's state is not in a copy."""


class Asking(Struct, frozen=True, kw_only=True):
    """What a party asked the desk about what had been known, and what it was answered."""

    asker: str
    asked_at: datetime
    entry: int
    question: str
    answered: bool
    known: tuple[Known, ...]


class Told(Struct, frozen=True, kw_only=True):
    """An incident, as far as the copy holds it."""

    incident: Incident
    parties: dict[str, Party]
    owed: tuple[Delivery, ...]
    askings: tuple[Asking, ...]


def told_in(copy: CopyRead) -> Told:
    """The incident that a copy was made of: the one that is opened first in it.

    Raises:
        UnknownThing: no incident is opened in it.
    """
    state = State()
    for entry in copy.entries:
        if isinstance(entry.content, _FOLDED):
            _fold(state, entry)
    if not state.incidents:
        raise UnknownThing("No incident is opened in this copy: it is of something else.")
    incident = next(iter(state.incidents.values()))
    return Told(
        incident=incident,
        parties=dict(state.parties.items()),
        owed=tuple(_deliveries(copy.entries)),
        askings=tuple(_askings(copy.entries, incident.id)),
    )


def _fold(state: State, entry: Entry) -> None:
    incident = getattr(entry.content, "incident", None)
    if isinstance(entry.content, IncidentOpened) or incident is None or incident in state.incidents:
        EVOLVERS[type(entry.content)](state, entry, entry.content)


def _deliveries(entries: tuple[Entry, ...]) -> Iterator[Delivery]:
    """What was owed to whom, with every rung that the copy shows, in the order it was owed."""
    owed: dict[str, Delivery] = {}
    for entry in entries:
        content = entry.content
        if isinstance(content, DeliveryOwed):
            owed[content.delivery.id] = content.delivery
        elif isinstance(content, ReceiptGiven):
            _climb(owed, content.delivery, content.rung, entry)
        elif isinstance(content, NoticeAttempted):
            if content.outcome is BearerOutcome.DELIVERED:
                _climb(owed, content.notice.partition("#")[0], Rung.DELIVERED, entry)
        elif isinstance(content, ReceiptOverdue) and content.delivery in owed:
            late = owed[content.delivery]
            owed[late.id] = replace(late, overdue=(*late.overdue, Due(content.due)))
        elif isinstance(content, Escalated) and content.delivery in owed:
            silent = owed[content.delivery]
            owed[silent.id] = replace(silent, escalated=(*silent.escalated, content.why))
    return iter(owed.values())


def _climb(owed: dict[str, Delivery], delivery: str, rung: Rung, entry: Entry) -> None:
    held = owed.get(delivery)
    if held is None or any(each.rung is rung for each in held.climbed):
        return
    step = Climb(
        rung=rung,
        at=entry.recorded_at,
        position=entry.author.position,
        by_human=entry.author.by_human,
        entry=entry.index,
    )
    owed[delivery] = replace(held, rung=rung, climbed=(*held.climbed, step))


def _askings(entries: tuple[Entry, ...], incident: str) -> Iterator[Asking]:
    answers = {
        (entry.refs[:1], entry.content.question): entry.content
        for entry in entries
        if isinstance(entry.content, QuestionAnswered)
    }
    for entry in entries:
        asked = entry.content
        if isinstance(asked, QuestionAsked) and asked.incident == incident:
            answer = answers.get(((entry.index,), asked.question))
            yield Asking(
                asker=entry.author.party,
                asked_at=entry.recorded_at,
                entry=entry.index,
                question=asked.question,
                answered=answer is not None,
                known=answer.known if answer is not None else (),
            )
