"""What is owed to each recipient, the rungs it climbs, and the calls that silence makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.rules import Level, Precedence
from openline.domain.statement import DESK, Content, concluded, said


class Rung(StrEnum):
    """How far something owed to a recipient has come towards the unit that can act."""

    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    READ_BACK = "read_back"
    PASSED_DOWN = "passed_down"
    IN_FORCE = "in_force"
    OBJECTED = "objected"
    REFUSED = "refused"


_ASIDE: Final = frozenset({Rung.OBJECTED, Rung.REFUSED})


RECEIPT_TRANSITIONS: Final[Mapping[Rung, frozenset[Rung]]] = MappingProxyType(
    {
        Rung.SENT: frozenset({Rung.DELIVERED, Rung.ACKNOWLEDGED, Rung.READ_BACK}) | _ASIDE,
        Rung.DELIVERED: frozenset({Rung.ACKNOWLEDGED, Rung.READ_BACK}) | _ASIDE,
        Rung.ACKNOWLEDGED: frozenset({Rung.READ_BACK, Rung.PASSED_DOWN}) | _ASIDE,
        Rung.READ_BACK: frozenset({Rung.PASSED_DOWN}) | _ASIDE,
        Rung.PASSED_DOWN: frozenset({Rung.IN_FORCE}) | _ASIDE,
        Rung.IN_FORCE: _ASIDE,
        Rung.OBJECTED: frozenset({Rung.ACKNOWLEDGED, Rung.READ_BACK, Rung.REFUSED}),
        Rung.REFUSED: frozenset({Rung.ACKNOWLEDGED, Rung.READ_BACK}),
    }
)
"""The receipt ladder. Reading back acknowledges; no rung is ever an approval."""


ANSWERED: Final = frozenset(Rung) - {Rung.SENT, Rung.DELIVERED}
"""The rungs at which a recipient has been heard: silence is over."""


class Climb(Struct, frozen=True, kw_only=True):
    """One rung reached: when, by which position, whether a human gave it, and its entry."""

    rung: Rung
    at: datetime
    position: str
    by_human: bool
    entry: int


class SubjectKind(StrEnum):
    """What sort of thing is owed to a recipient."""

    MESSAGE = "message"
    NOTIFICATION = "notification"
    MEASURE = "measure"
    CONFLICT = "conflict"
    INCIDENT = "incident"
    ASSURANCE = "assurance"
    CROSSING = "crossing"


class Rule(StrEnum):
    """Which clock runs on a delivery when there is silence."""

    BY_PRECEDENCE = "by_precedence"
    RELAY_HOP = "relay_hop"
    INFORM = "inform"


class Due(StrEnum):
    """What a passed deadline was for."""

    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    PASSED_DOWN = "passed_down"
    IN_FORCE = "in_force"


class WhyOwed(StrEnum):
    """Why a duty watch must be rung."""

    OWED = "owed"
    SECOND_BEARER = "second_bearer"
    ALTERNATE = "alternate"
    OPERATIONAL = "operational"
    STRATEGIC = "strategic"
    OVERDUE = "overdue"
    LINE = "line"
    CADENCE = "cadence"


class Delivery(Struct, frozen=True, kw_only=True):
    """One thing owed to one recipient, by one path: the row of the board.

    `id` is `<subject>/v<version>:<recipient>`, with `:<line>` where it goes over several. `origin`
    is the party whose word it is, `sender` the one that carries this hop; `hop` counts from 1.
    Deadlines are instants, None where none runs. `overdue` holds what was due and did not come in
    time, `rings` how often a human was called for it, `escalated` where silence has taken it.
    `heard_on` is the delivery of the same message by another path on which a human answered first,
    empty in the view of whoever does not see that one.
    """

    id: str
    subject: str
    subject_kind: SubjectKind
    version: int
    origin: str
    sender: str
    recipient: str
    cell: str
    line: str | None
    level: Level
    precedence: Precedence
    owed_since: datetime
    entry: int
    hop: int = 1
    hops: int = 1
    rule: Rule = Rule.BY_PRECEDENCE
    rung: Rung = Rung.SENT
    climbed: tuple[Climb, ...] = ()
    acknowledge_by: datetime | None = None
    deliver_by: datetime | None = None
    passed_down_by: datetime | None = None
    in_force_by: datetime | None = None
    overdue: tuple[Due, ...] = ()
    rings: int = 0
    escalated: tuple[WhyOwed, ...] = ()
    relayed_to: tuple[str, ...] = ()
    heard_on: str | None = None
    ended_at: datetime | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """Whose word it is, who carries it and who it is for: both sides see the clock."""
        return tuple(sorted({self.origin, self.sender, self.recipient} - {DESK}))

    @property
    def answered(self) -> bool:
        """The recipient has been heard (which approves nothing)."""
        return self.rung in ANSWERED

    @property
    def answered_by_human(self) -> bool:
        """A human at the recipient has been heard."""
        return any(climb.by_human and climb.rung in ANSWERED for climb in self.climbed)

    @property
    def awaits_human(self) -> bool:
        """A machine has answered, which does not end the silence: a person still has to."""
        return self.answered and not self.heard

    def is_confirmed_by(self, rung: Rung) -> bool:
        """Whether this rung, from a human, says for himself what only a machine has answered.

        It may name the rung that the machine reached, or only acknowledge; the rung stays.
        """
        by_machine_alone = self.answered and not self.answered_by_human
        is_new = rung in RECEIPT_TRANSITIONS[self.rung]
        return by_machine_alone and not is_new and rung in (self.rung, Rung.ACKNOWLEDGED)

    @property
    def heard(self) -> bool:
        """Silence is over: for a FLASH only a human ends it, else any answer does."""
        if self.precedence is Precedence.FLASH:
            return self.answered_by_human or self.heard_on is not None
        return self.answered


class ReceiptBody(Struct, frozen=True, kw_only=True):
    """Why something was objected to or refused, or the words that were read back."""

    text: str = ""
    language: str = ""
    check_phrase: str = ""


@said("receipt.given.v1")
class ReceiptGiven(Content, frozen=True, kw_only=True):
    """A recipient reaches a rung for what it was owed. It approves nothing."""

    delivery: str
    rung: Rung
    body: ReceiptBody | None = None


@said("relay.forwarded.v1")
class RelayForwarded(Content, frozen=True, kw_only=True):
    """A backer passes a message on, the origin's signature unchanged: `of` is its leaf hash."""

    delivery: str
    message: str
    to: str
    of: str


@concluded("delivery.owed.v1")
class DeliveryOwed(Content, frozen=True, kw_only=True):
    """Something is owed to a recipient from here on: the first rung, with every deadline."""

    delivery: Delivery


@concluded("receipt.overdue.v1")
class ReceiptOverdue(Content, frozen=True, kw_only=True):
    """A recipient has not reached a rung by its deadline; both sides see it."""

    delivery: str
    due: Due
    due_at: datetime


@concluded("notice.owed.v1")
class NoticeOwed(Content, frozen=True, kw_only=True):
    """A cell's duty watch must be told, by a bearer that reaches a human.

    `delivery` is what it is about, or None when it is about a line; `contact` is which of the
    cell's contacts to ring, from 0.
    """

    notice: str
    cell: str
    precedence: Precedence
    why: WhyOwed
    delivery: str | None = None
    line: str | None = None
    contact: int = 0


class Notice(Struct, frozen=True, kw_only=True):
    """A duty watch that is yet to be rung: no bearer has delivered, and nobody has answered.

    `id` is the delivery's own for its first ring, else that of the `NoticeOwed`: the id of the
    delivery or line, `#`, and what sets it apart. `attempts` is how often bearers have tried.
    """

    id: str
    cell: str
    precedence: Precedence
    why: WhyOwed
    delivery: str | None = None
    line: str | None = None
    contact: int = 0
    attempts: int = 0


class BearerOutcome(StrEnum):
    """How one attempt to reach a human went, as far as a machine can tell."""

    DELIVERED = "delivered"
    FAILED = "failed"


class BearerFault(StrEnum):
    """Why an attempt failed: the first three mend only by the roster or the bearers' settings."""

    NO_CONTACT = "no_contact"
    UNKNOWN_BEARER = "unknown_bearer"
    UNUSABLE_ADDRESS = "unusable_address"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"


@concluded("notice.attempted.v1")
class NoticeAttempted(Content, frozen=True, kw_only=True):
    """A bearer tried to deliver a notice; delivered to a machine is not yet seen by a human.

    `attempt` counts from 1 for each notice. `bearer` is empty where there was none to ring with,
    `fault` is why an attempt failed.
    """

    notice: str
    attempt: int
    outcome: BearerOutcome
    bearer: str = ""
    fault: BearerFault | None = None


@concluded("escalated.v1")
class Escalated(Content, frozen=True, kw_only=True):
    """Silence on a delivery calls the next contact or level; both sides see it."""

    delivery: str
    why: WhyOwed
    level: Level
    cells: tuple[str, ...]


@concluded("relay.opened.v1")
class RelayOpened(Content, frozen=True, kw_only=True):
    """What a silent recipient was owed goes on to its backer, to be passed to it."""

    delivery: str
    backer: str
    line: str | None
