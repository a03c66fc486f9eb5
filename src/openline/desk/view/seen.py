"""What a view is made of: values ready to be written as JSON, holding only what may be seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from openline.domain.alarm import Alarm
from openline.domain.assurance import Assurance
from openline.domain.constraint import Constraint
from openline.domain.crossing import Crossed
from openline.domain.delivery import Delivery, Due, Rung, SubjectKind, WhyOwed
from openline.domain.edge import ClaimBody
from openline.domain.evidence import Evidence
from openline.domain.finding import FindingMade
from openline.domain.forecast import EdgeReport, Forecast
from openline.domain.incident import Incident
from openline.domain.intent import Intent
from openline.domain.line import Line
from openline.domain.measure import Measure
from openline.domain.meeting import Meeting
from openline.domain.message import Message
from openline.domain.notification import Notification, ToldNotification
from openline.domain.party import Cell, Key, Party
from openline.domain.plan import FiledPlan
from openline.domain.question import Asked
from openline.domain.rules import Level, Precedence, Rules
from openline.domain.subscription import Subscription
from openline.domain.watch import Handover, Watch


class BoardRow(Struct, frozen=True, kw_only=True):
    """Who holds what at which rung: one recipient, one hop.

    `awaited` is the next thing due of it and `due_at` when, as both sides see it; a passed instant
    means silence. `silent` rows come first.
    """

    delivery: str
    subject: str
    subject_kind: SubjectKind
    version: int
    origin: str
    sender: str
    recipient: str
    cell: str
    line: str | None
    level: Level
    hop: int
    hops: int
    precedence: Precedence
    rung: Rung
    silent: bool
    awaited: Due | None
    due_at: datetime | None
    overdue: tuple[Due, ...]
    rings: int
    escalated: tuple[WhyOwed, ...]


class EdgeSeen(Struct, frozen=True, kw_only=True):
    """A forward line by its party's own word, with its age; its accuracy is in its report."""

    id: str
    party: str
    as_of: datetime
    age_s: float
    report: EdgeReport | None


class ClaimSeen(Struct, frozen=True, kw_only=True):
    """A claimed area, with its age; `contested_by` are the claims on it that the reader may see.

    Without a claimant no party answers for the ground: it is UNKNOWN.
    """

    id: str
    claimant: str | None
    since: datetime
    age_s: float
    contested_by: tuple[str, ...]
    body: ClaimBody | None


class CrossingSeen(Struct, frozen=True, kw_only=True):
    """Where a party stands to a separation line, as far as the reader may know."""

    measure: str
    version: int
    party: str
    answer: Crossed
    on_own_word: bool
    found_at: datetime


class ConflictSeen(Struct, frozen=True, kw_only=True):
    """One's own half: one's own thing stands in conflict, within six hours from this instant.

    Nothing of the other half, nor how many there are: several conflicts of one thing within one
    block are one row.
    """

    own: str
    block_starts_at: datetime


class PointerSeen(Struct, frozen=True, kw_only=True):
    """There is a conflict, its six-hour block, the line to call. Nothing else."""

    pointer: str
    block_starts_at: datetime
    line: str | None


class CadenceSeen(Struct, frozen=True, kw_only=True):
    """How often contact between two forces is due, and whether it is made.

    `band` is an index in the rules' cadence, 0 the tightest: all that is told of how near they
    are. `forecast` is there only for a reader who may see both edges that it rests on.
    """

    pair: str
    a: str
    b: str
    band: int
    every_s: int
    contact_due_at: datetime
    last_contact_at: datetime | None
    missed: int
    agreed_by: tuple[str, ...]
    forecast: Forecast | None


class ProbingSeen(Struct, frozen=True, kw_only=True):
    """Somebody has asked about one area too often."""

    asker: str
    asked: Asked
    count: int
    found_at: datetime


class Act(Struct, frozen=True, kw_only=True):
    """One kind of statement that the desk would take, and what it leaves to choose from.

    `choices` are the values that it would take where a statement has to choose: the rung of a
    receipt, the party to pass a word on to, the state of a line, the kind of an account or of a
    message. `by` are the reader's own positions that may say it; empty where that goes by roles.
    """

    kind: str
    choices: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class OpenActs(Struct, frozen=True, kw_only=True):
    """What the desk would take of the reader about one thing as it stands.

    `thing` is an id; of a version of a measure `ID/vN`, of an account `INCIDENT/ACCOUNT`. A thing
    that is not listed is open to nothing, but for one's own plan, which can always be withdrawn.
    """

    thing: str
    acts: tuple[Act, ...]


class Counts(Struct, frozen=True, kw_only=True):
    """What is told by its number alone; None where even that is not for the reader.

    `notifications` are those under way, for observers; `conflicts` those open, for conduits;
    `measures_for_sites` are measures in force for protected sites the reader is not told of.
    """

    notifications: int | None = None
    conflicts: int | None = None
    measures_for_sites: int = 0


class View(Struct, frozen=True, kw_only=True):
    """All that one party may see of the desk, as of the record's size.

    `told_by` parties had told anything that stands: "no conflict found with what N parties had
    told by T" is the most that can be said of what is not shown here. It never means "clear".
    """

    origin: str
    exercise: bool
    party: str
    size: int
    as_of: datetime
    told_by: int
    no_approval: str
    rules: Rules
    parties: tuple[Party, ...]
    cells: tuple[Cell, ...]
    keys: tuple[Key, ...]
    lines: tuple[Line, ...]
    board: tuple[BoardRow, ...]
    messages: tuple[Message, ...]
    deliveries: tuple[Delivery, ...]
    watches: tuple[Watch, ...]
    open_now: Handover
    alarms: tuple[Alarm, ...]
    notifications: tuple[Notification, ...]
    told_notifications: tuple[ToldNotification, ...]
    plans: tuple[FiledPlan, ...]
    intents: tuple[Intent, ...]
    constraints: tuple[Constraint, ...]
    subscriptions: tuple[Subscription, ...]
    measures: tuple[Measure, ...]
    edges: tuple[EdgeSeen, ...]
    claims: tuple[ClaimSeen, ...]
    crossings: tuple[CrossingSeen, ...]
    conflicts: tuple[ConflictSeen, ...]
    pointers: tuple[PointerSeen, ...]
    cadences: tuple[CadenceSeen, ...]
    incidents: tuple[Incident, ...]
    evidence: tuple[Evidence, ...]
    assurances: tuple[Assurance, ...]
    meetings: tuple[Meeting, ...]
    findings: tuple[FindingMade, ...]
    probings: tuple[ProbingSeen, ...]
    open_acts: tuple[OpenActs, ...]
    counts: Counts


class ViewSection(Struct, frozen=True, kw_only=True):
    """One part of a `View`, of which `items` is the field; the others say what they say there."""

    size: int
    as_of: datetime
    told_by: int
    no_approval: str
    items: tuple[Any, ...]


class OperatorView(Struct, frozen=True, kw_only=True):
    """What whoever keeps the desk sees: who is at it and whether it runs, nothing that was told.

    `flashes` are the FLASH deliveries to which nobody has answered, `overdue` others of which a
    rung is late: each list the longest silent first. Of each it is told who owes whom, never what.
    """

    origin: str
    exercise: bool
    epoch: int
    size: int
    as_of: datetime
    time_doubted: bool
    rules: Rules
    parties: tuple[Party, ...]
    cells: tuple[Cell, ...]
    keys: tuple[Key, ...]
    lines: tuple[Line, ...]
    open_deliveries: int
    flashes: tuple[Delivery, ...]
    overdue: tuple[Delivery, ...]
    awaiting: datetime | None
