"""Who is at the desk: parties, their cells and positions, and the keys they speak with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.rules import Level, Rules
from openline.domain.statement import Content, concluded, operated, said


class PartyKind(StrEnum):
    """What a party is to the others; it decides what it may see and say (never who is right)."""

    FORCE = "force"
    BACKER = "backer"
    CONDUIT = "conduit"
    HUMANITARIAN = "humanitarian"
    CIVIL_OPERATOR = "civil_operator"
    OBSERVER = "observer"


class Role(StrEnum):
    """What a position may do; `authority.MAY` is the table."""

    READER = "reader"
    DUTY = "duty"
    RELEASE = "release"
    COMMANDER = "commander"
    ADMIN = "admin"


class Contact(Struct, frozen=True, kw_only=True):
    """One way to ring a duty watch. `address` is a phone number, mailbox, URL or command name."""

    bearer: str
    address: str


class PartyBody(Struct, frozen=True, kw_only=True):
    """Names of a party, apart from its neutral label."""

    label: str
    public_name: str = ""


class Party(Struct, frozen=True, kw_only=True):
    """Who speaks. `backers` are the parties that stand behind it and relay for it."""

    id: str
    kind: PartyKind
    backers: tuple[str, ...] = ()
    names: PartyBody | None = None

    @property
    def label(self) -> str:
        return self.names.label if self.names else self.id


class Post(Struct, frozen=True, kw_only=True):
    """A position in a cell that whoever is on watch fills; never one named person."""

    id: str
    roles: tuple[Role, ...]


class CellBody(Struct, frozen=True, kw_only=True):
    """How to reach a cell's duty watch, in the order to be tried.

    The first is the officer on duty, the next by another bearer is rung after a minute, and the
    next but these is the alternate: a person apart.
    """

    contacts: tuple[Contact, ...] = ()
    area: str = ""


class Cell(Struct, frozen=True, kw_only=True):
    """A party's desk at a level. Its duty watch answers; `positions` say who may do what."""

    id: str
    party: str
    level: Level
    positions: tuple[Post, ...]
    utc_offset_min: int = 0
    reach: CellBody | None = None

    @property
    def by_another_bearer(self) -> int:
        """The number of the contact to ring where the first bearer wakes nobody.

        The first that a bearer other than the first contact's rings; else the second; else the
        first again.
        """
        contacts = self.reach.contacts if self.reach is not None else ()
        others = (
            number for number, each in enumerate(contacts) if each.bearer != contacts[0].bearer
        )
        return next(others, min(1, max(len(contacts) - 1, 0)))

    @property
    def alternate(self) -> int:
        """The number of the contact to ring where the officer on duty does not answer.

        The first that has not been rung by then; else the last.
        """
        count = len(self.reach.contacts) if self.reach is not None else 0
        rung = {0, self.by_another_bearer}
        return next((each for each in range(count) if each not in rung), max(count - 1, 0))


class PublicKey(Struct, frozen=True, kw_only=True):
    """An Ed25519 public key: RFC 7638 thumbprint and base64url of its 32 bytes."""

    kid: str
    x: str


class Key(Struct, frozen=True, kw_only=True):
    """A position's key in force, and where its chain of statements has come to.

    `next_seq` is what its next statement must carry, `head` the SHA-256 (hex) of its last leaf.
    `doubted_by` are the other parties that would have it put out of force; the key that it was
    `rotated_to` is doubted by the same.
    """

    kid: str
    x: str
    party: str
    position: str
    next_seq: int = 0
    head: str = "0" * 64
    revoked_at: datetime | None = None
    doubted_by: tuple[str, ...] = ()
    rotated_to: str = ""


@operated("desk.opened.v1")
class DeskOpened(Content, frozen=True, kw_only=True):
    """The genesis entry: which record this is, by what numbers, and whether it is an exercise."""

    origin: str
    desk_key: PublicKey
    rules: Rules
    exercise: bool = False


@operated("desk.rules_changed.v1")
class RulesChanged(Content, frozen=True, kw_only=True):
    """From here on these numbers hold; deadlines already running keep theirs."""

    rules: Rules


@operated("desk.time_confirmed.v1")
class TimeConfirmed(Content, frozen=True, kw_only=True):
    """The operator has checked the desk's clock: silence counts again."""


class EpochReason(StrEnum):
    """Why a desk began a new epoch: a backup was put in its place, or its key is in no hands but
    a thief's, or in nobody's."""

    BACKUP = "backup"
    KEY_LOST = "key_lost"
    KEY_STOLEN = "key_stolen"


@operated("desk.epoch_opened.v1")
class EpochOpened(Content, frozen=True, kw_only=True):
    """The record goes on where it could not simply go on: what stood between the two sizes, if they
    differ, is missing here.

    Whoever holds receipts or bodies for it may supply it again; nothing of it counts meanwhile.
    `desk_key` is another key of the desk from here on, where the old one is lost: this very entry
    is signed with it, and no old key vouches for it.
    """

    restored_size: int
    restored_root: str
    last_known_size: int
    last_known_root: str
    desk_key: PublicKey | None = None
    why: EpochReason = EpochReason.BACKUP


@operated("desk.key_rotated.v1")
class DeskKeyRotated(Content, frozen=True, kw_only=True):
    """The desk signs with another key from the next entry on; this one is signed with the old."""

    old: str
    key: PublicKey


@concluded("desk.was_down.v1")
class DeskWasDown(Content, frozen=True, kw_only=True):
    """The desk could not hear between these instants; deadlines that ran then are moved by it."""

    down_from: datetime
    down_to: datetime


@concluded("desk.clocks_parted.v1")
class ClocksParted(Content, frozen=True, kw_only=True):
    """Wall and monotonic clock disagree: nothing is concluded from silence until confirmed."""

    parted_by_s: float


@concluded("desk.clock_accepted.v1")
class ClockAccepted(Content, frozen=True, kw_only=True):
    """The desk goes by the wall clock again, which an operator confirmed, or which has caught up.

    `ahead_by_s` is how far that clock is ahead of the time by which the desk had gone. The desk's
    time leaps forward with it, and every deadline that runs moves by as much. It never falls: a
    clock that is behind (below zero) stays so, and the desk's time runs on that far ahead of it.
    """

    ahead_by_s: float


@concluded("desk.heard.v1")
class Heard(Content, frozen=True, kw_only=True):
    """Closes a batch that holds leaves the parties signed: when the desk heard them.

    `leaves` pairs each such leaf's index with the parties that may read it.
    """

    leaves: tuple[tuple[int, tuple[str, ...]], ...]


@operated("party.added.v1")
class PartyAdded(Content, frozen=True, kw_only=True):
    """A party joins the desk."""

    party: str
    kind: PartyKind
    backers: tuple[str, ...] = ()
    body: PartyBody | None = None


@operated("cell.added.v1")
class CellAdded(Content, frozen=True, kw_only=True):
    """A party's cell joins the roster, or replaces what stood there under its id."""

    cell: str
    party: str
    level: Level
    positions: tuple[Post, ...]
    utc_offset_min: int = 0
    body: CellBody | None = None


@operated("key.enrolled.v1")
class KeyEnrolled(Content, frozen=True, kw_only=True):
    """A position's key comes into force."""

    party: str
    position: str
    key: PublicKey


@said("key.revoked.v1")
class KeyRevoked(Content, frozen=True, kw_only=True):
    """A key is out of force from here on: said with another key of its party.

    `lost_at` is when it was lost or stolen, as far as its party knows: whatever it signed from then
    on is in doubt. Without it nothing is said of that.
    """

    kid: str
    lost_at: datetime | None = None


@said("key.rotated.v1")
class KeyRotated(Content, frozen=True, kw_only=True):
    """A position goes over to another key: said with the old one, which is out of force from here.

    The new key speaks for the same position; its chain of statements begins anew.
    """

    old: str
    key: PublicKey


@said("key.revocation_cosigned.v1")
class RevocationCosigned(Content, frozen=True, kw_only=True):
    """Another party says that a key is out of its owner's hands; the word of two puts it out."""

    kid: str


@concluded("key.put_out.v1")
class KeyPutOut(Content, frozen=True, kw_only=True):
    """Two other parties have cosigned: the key is out of force from here on."""

    kid: str
    by: tuple[str, ...]
