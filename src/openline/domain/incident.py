"""Incidents: what happened as each party tells it, side by side and never merged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.rules import Precedence
from openline.domain.statement import Content, concluded, said


class AccountKind(StrEnum):
    """What a statement about an incident is."""

    CLAIM = "claim"
    DENIAL = "denial"
    SUPPORTING_ACCOUNT = "supporting_account"
    ACKNOWLEDGEMENT = "acknowledgement"
    REGRET = "regret"
    WARNING = "warning"
    NEGATIVE_PRESENCE = "negative_presence"
    CORRECTION = "correction"


DENIABLE: Final = frozenset(
    {
        AccountKind.CLAIM,
        AccountKind.SUPPORTING_ACCOUNT,
        AccountKind.WARNING,
        AccountKind.CORRECTION,
    }
)
"""What can be denied: whatever says of another that it did something."""
CITES_ANOTHER: Final = frozenset(
    {AccountKind.DENIAL, AccountKind.SUPPORTING_ACCOUNT, AccountKind.CORRECTION}
)
"""What makes sense only beside the account that it names in `about`."""


class IncidentState(StrEnum):
    """How an incident stands between the parties to it."""

    OPEN = "open"
    DISPUTED = "disputed"
    AGREED = "agreed"
    CLOSED = "closed"


INCIDENT_TRANSITIONS: Final[Mapping[IncidentState, frozenset[IncidentState]]] = MappingProxyType(
    {
        IncidentState.OPEN: frozenset(
            {IncidentState.DISPUTED, IncidentState.AGREED, IncidentState.CLOSED}
        ),
        IncidentState.DISPUTED: frozenset({IncidentState.AGREED, IncidentState.CLOSED}),
        IncidentState.AGREED: frozenset(
            {IncidentState.OPEN, IncidentState.DISPUTED, IncidentState.CLOSED}
        ),
        IncidentState.CLOSED: frozenset(),
    }
)
"""A denial makes it disputed; all parties to it together agree on one account, or close it. What
was agreed is open again when another becomes a party to it."""

PRECEDENCE_OF: Final[Mapping[AccountKind, Precedence]] = MappingProxyType(
    dict.fromkeys(AccountKind, Precedence.PRIORITY) | {AccountKind.WARNING: Precedence.IMMEDIATE}
)
"""How fast an account is owed to the other parties: a warning is for those it may yet save."""


class Relation(StrEnum):
    """What the author of an account is to the party whose account it speaks of.

    `BACKER` stands behind it; `ALLY` is backed by it or shares a backer with it; `OTHER_SIDE` is
    on the other side of the incident, between who opened it and who it was put to, or an ally
    there; `NEUTRAL` is none of these.
    """

    SELF = "self"
    BACKER = "backer"
    ALLY = "ally"
    OTHER_SIDE = "other side"
    NEUTRAL = "neutral"


class AccountBody(Struct, frozen=True, kw_only=True):
    """What is told: in the teller's own language, never machine-translated.

    `place.accuracy_m` is how well the teller knows the place; `evidence` holds the SHA-256, in
    hex, of photographs, recordings and papers that the teller keeps.
    """

    text: str = ""
    language: str = ""
    place: Position | None = None
    place_name: str = ""
    evidence: tuple[str, ...] = ()


class Account(Struct, frozen=True, kw_only=True):
    """One party's statement about an incident; a correction is another, which names the old one.

    `about` are the accounts it speaks of. `relation` is what its author was, when it spoke, to
    the party whose account it speaks of (to the party that opened the incident if it names none).
    """

    id: str
    kind: AccountKind
    author: str
    relation: Relation
    said_at: datetime
    entry: int
    occurred_at: datetime
    within_s: int = 0
    about: tuple[str, ...] = ()
    body: AccountBody | None = None


class Commitment(Struct, frozen=True, kw_only=True):
    """That a party has committed to its account, when, and by which entry."""

    party: str
    account: str
    digest: str
    at: datetime
    entry: int
    revealed_at: datetime | None = None


class Sealing(Struct, frozen=True, kw_only=True):
    """How the sealing of an incident's first accounts stands.

    `unsealed_at` is when accounts could first be revealed; `silent` are the parties that had not
    committed by then, `withheld` those that committed and had not revealed by `reveal_by`.
    """

    asked_by: str
    commit_by: datetime
    reveal_by: datetime
    entry: int
    commitments: tuple[Commitment, ...] = ()
    unsealed_at: datetime | None = None
    silent: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def find_commitment(self, party: str) -> Commitment | None:
        """What a party has committed to, or None if it has not."""
        return next((each for each in self.commitments if each.party == party), None)

    def holds(self, account: str) -> bool:
        """Whether a party has committed to an account of this id, revealed or not."""
        return any(each.account == account for each in self.commitments)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The parties that committed and have not revealed yet."""
        return tuple(each.party for each in self.commitments if each.revealed_at is None)


class Incident(Struct, frozen=True, kw_only=True):
    """Something that happened, and every account of it, in the order told.

    `occurred_at` and `within_s` are the opener's: the true instant lies within so many seconds
    either way. `parties` are the parties to it: who opened it, who it was put to, and whoever has
    given an account. `agreements` says by party which account it agrees with, `closing` who would
    close it as it is. `sealing` is how first accounts are kept untold until all are committed to.
    """

    id: str
    opener: str
    put_to: tuple[str, ...]
    parties: tuple[str, ...]
    occurred_at: datetime
    opened_at: datetime
    entry: int
    within_s: int = 0
    follows: str | None = None
    state: IncidentState = IncidentState.OPEN
    sealing: Sealing | None = None
    accounts: tuple[Account, ...] = ()
    agreements: dict[str, str] = {}
    closing: tuple[str, ...] = ()
    closed_at: datetime | None = None

    @property
    def earliest_at(self) -> datetime:
        """The first instant at which it can have happened."""
        return self.occurred_at - timedelta(seconds=self.within_s)

    @property
    def latest_at(self) -> datetime:
        """The last instant at which it can have happened."""
        return self.occurred_at + timedelta(seconds=self.within_s)

    def find_account(self, account: str) -> Account | None:
        """The account of this id, or None if nobody gave it."""
        return next((each for each in self.accounts if each.id == account), None)


@said("incident.opened.v1")
class IncidentOpened(Content, frozen=True, kw_only=True):
    """A party opens an incident and puts it to others; what it has to say follows as an account.

    `follows` names an earlier incident that this one goes on from: a closed one never reopens.
    """

    incident: str
    occurred_at: datetime
    within_s: int = 0
    put_to: tuple[str, ...] = ()
    follows: str | None = None


@said("incident.stated.v1")
class IncidentStated(Content, frozen=True, kw_only=True):
    """A party gives its account, beside those of the others."""

    incident: str
    account: str
    kind: AccountKind
    occurred_at: datetime
    within_s: int = 0
    about: tuple[str, ...] = ()
    body: AccountBody | None = None


@said("incident.agreed.v1")
class IncidentAgreed(Content, frozen=True, kw_only=True):
    """A party to it agrees with one account; when all do so with the same, it stands agreed."""

    incident: str
    account: str


@said("incident.closing.v1")
class IncidentClosing(Content, frozen=True, kw_only=True):
    """A party to it would close it, agreed or not; when all would, it closes for good."""

    incident: str


@concluded("incident.joined.v1")
class IncidentJoined(Content, frozen=True, kw_only=True):
    """By giving an account a party became a party to it, with a right to every account."""

    incident: str
    party: str


@concluded("incident.stands.v1")
class IncidentStands(Content, frozen=True, kw_only=True):
    """How the incident stands from here on."""

    incident: str
    state: IncidentState
