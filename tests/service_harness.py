"""A desk in a directory: the real service on real files, with speakers who sign for themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.desk_directory import DeskDirectory, create_directory
from openline.domain.line import ContactBody, ContactLogged
from openline.domain.party import (
    CellAdded,
    DeskOpened,
    KeyEnrolled,
    PartyAdded,
    PartyBody,
    PartyKind,
    Post,
    PublicKey,
    Role,
)
from openline.domain.rules import Level, Rules
from openline.domain.statement import DESK, Attested, Author, Content, Entry, Statement
from openline.journal.sqlite import SqliteJournal
from openline.record.keys import key_facts
from openline.record.leaf import NO_LEAF_BEFORE, leaf_digest
from openline.sealing import Entropy, Sent, sign_statement
from openline.service import Clock, Limits, Receipt, Service, SimulatedClock

NOON = datetime(2017, 9, 16, 12, tzinfo=UTC)
ORIGIN = "desk.example/2017"
DESK_KEY = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
AT_REST_KEY = b"r" * 32
SALT = b"s" * 32


class CountedEntropy:
    """Bytes that nobody could guess and that are the same at every replay."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return sha256(b"%d" % self._count).digest()[:length]


def make_desk(path: Path) -> Path:
    """The files of a desk to which nothing has been said yet."""
    create_directory(path, ORIGIN, DESK_KEY, AT_REST_KEY)
    return path


def open_desk(
    path: Path,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
    limits: Limits | None = None,
) -> Service:
    """The desk of a directory, at work."""
    directory = DeskDirectory(path)
    try:
        journal = SqliteJournal(directory.journal_path, directory.at_rest)
        service = Service(
            journal,
            directory,
            clock=clock or SimulatedClock(NOON),
            entropy=entropy or CountedEntropy(),
            limits=limits,
        )
    except BaseException:
        directory.close()
        raise
    service.start()
    return service


def operate(service: Service, id: str, content: Content) -> Future[Receipt]:
    """The operator says something, on the desk's word."""
    author = Author(party=DESK, position="operator", by_human=True)
    word = Attested(issuer="tests", token_id=f"token of {id}")
    return service.submit(Statement(id=id, author=author, content=content, word=word))


def attest(service: Service, party: str, id: str, content: Content) -> Future[Receipt]:
    """A party says something under a token."""
    author = Author(party=party, position=f"{party}-TAC.duty", by_human=True)
    word = Attested(issuer="tests", token_id=f"token of {id}")
    return service.submit(Statement(id=id, author=author, content=content, word=word))


def add_party(service: Service, party: str) -> Future[Receipt]:
    """The shortest thing that can be said any number of times."""
    body = PartyBody(label=f"Side {party}", public_name=f"The forces of {party}")
    content = PartyAdded(party=party, kind=PartyKind.FORCE, body=body)
    return operate(service, f"add-{party}", content)


class Speaker:
    """A duty officer's key, and where its chain of statements has come to."""

    def __init__(self, party: str) -> None:
        self.party = party
        self.key = Ed25519PrivateKey.from_private_bytes(sha256(party.encode()).digest())
        self.seq, self.prevhash = 0, NO_LEAF_BEFORE

    @property
    def public(self) -> PublicKey:
        facts = key_facts(self.key.public_key())
        return PublicKey(kid=facts["kid"], x=facts["x"])

    def sign(self, id: str, content: Content, at: datetime = NOON, record: str = ORIGIN) -> Sent:
        """The next leaf of this key."""
        author = Author(party=self.party, position=f"{self.party}-TAC.duty", by_human=True)
        statement = Statement(id=id, author=author, content=content, said_at=at)
        sent = sign_statement(
            self.key, record, statement, seq=self.seq, prevhash=self.prevhash, salt=SALT
        )
        self.seq, self.prevhash = self.seq + 1, leaf_digest(sent.leaf)
        return sent


def contact(*parties: str, text: str = "both sides answered at once") -> ContactLogged:
    """A call between parties took place: something that any of them says, with a body."""
    return ContactLogged(parties=parties, level=Level.TACTICAL, body=ContactBody(text=text))


def found(service: Service, *speakers: Speaker, rules: Rules | None = None) -> None:
    """Genesis, and for each speaker its party, cell and key."""
    desk_key = key_facts(DESK_KEY.public_key())
    genesis = DeskOpened(
        origin=ORIGIN,
        desk_key=PublicKey(kid=desk_key["kid"], x=desk_key["x"]),
        rules=rules or Rules(),
        exercise=True,
    )
    operate(service, "genesis", genesis).result()
    for speaker in speakers:
        cell = f"{speaker.party}-TAC"
        position = Post(id=f"{cell}.duty", roles=(Role.DUTY, Role.COMMANDER))
        added = CellAdded(
            cell=cell, party=speaker.party, level=Level.TACTICAL, positions=(position,)
        )
        enrolled = KeyEnrolled(party=speaker.party, position=position.id, key=speaker.public)
        add_party(service, speaker.party).result()
        operate(service, f"cell-{cell}", added).result()
        operate(service, f"key-{speaker.party}", enrolled).result()


@contextmanager
def held_back(service: Service, first: str = "FIRST") -> Iterator[None]:
    """What is said within waits in the queue, and is heard together at the end.

    `first` is a party that is not known yet: adding it is what the writer is held at.
    """
    reached, hold = threading.Event(), threading.Event()

    def wait(_: Sequence[Entry]) -> None:
        reached.set()
        hold.wait()

    end = service.subscribe(wait)
    add_party(service, first)
    reached.wait()
    yield
    end()
    hold.set()
