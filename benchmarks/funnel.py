"""The whole funnel, from a statement to its receipt, against the work nobody can do without.

    python benchmarks/funnel.py [STATEMENTS]

Each statement is decided, sealed or verified, folded, made durable with tiles and a signed
checkpoint, noted in the head, and answered with a proof. One row for what the desk attests, beside
raw SQLite commits (Python's own sqlite3, write-ahead log, synchronous=FULL, one row and one commit
at a time); two for what parties sign, beside bare signature verification on one core, by OpenSSL
and by libsodium; one for what is signed at a steady pace, beside the slowest of such commits.

Ours and the peer take turns, and the middle one of the rounds counts, by its ratio. Beside the rate
stands the processor time of a statement, which tells more where others use the machine.
Everything is written below the present directory.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import cryptography
import nacl
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_open

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
from openline.domain.statement import DESK, Attested, Author, Content, Statement
from openline.journal.at_rest import KEY_BYTES
from openline.journal.sqlite import SqliteJournal
from openline.record.keys import key_facts
from openline.record.leaf import NO_LEAF_BEFORE, SALT_BYTES, leaf_digest
from openline.sealing import Sent, sign_statement
from openline.service import Service, SystemClock

CALLERS = 64
PACE_PER_S = 500
ROUNDS = 3
ORIGIN = "desk.example/bench"
LEAF, BODY = b"l" * 1_000, b"b" * 200
PARTIES = ("EAST", "WEST")

Said = Sequence[Statement | Sent]
"""What one caller says, in order, each after the receipt of the one before."""


@contextmanager
def desk() -> Iterator[Service]:
    """A desk to which only its genesis was said."""
    key = Ed25519PrivateKey.generate()
    with TemporaryDirectory(dir=".") as folder:
        path = Path(folder, "desk")
        create_directory(path, ORIGIN, key, os.urandom(KEY_BYTES))
        directory = DeskDirectory(path)
        journal = SqliteJournal(directory.journal_path, directory.at_rest)
        with closing(
            Service(journal, directory, clock=SystemClock(), entropy=os.urandom)
        ) as service:
            service.start()
            facts = PublicKey(**key_facts(key.public_key()))
            operate(service, DeskOpened(origin=ORIGIN, desk_key=facts, rules=Rules()))
            yield service


def attested(name: str, content: Content) -> Statement:
    """Said by the operator under a token."""
    author = Author(party=DESK, position="operator")
    word = Attested(issuer="bench", token_id=name)
    return Statement(id=name, author=author, content=content, word=word)


def operate(service: Service, *contents: Content) -> None:
    """The operator says these, one after the other."""
    for content in contents:
        service.submit(attested(os.urandom(8).hex(), content)).result()


def party_added(name: str) -> PartyAdded:
    """The shortest thing to say that has a body."""
    body = PartyBody(label=f"Side {name}", public_name=f"The forces of {name}")
    return PartyAdded(party=name, kind=PartyKind.FORCE, body=body)


def attested_by(callers: int, each: int) -> list[Said]:
    """What so many callers say on the desk's word."""
    names = [[f"P-{caller}-{at}" for at in range(each)] for caller in range(callers)]
    return [[attested(name, party_added(name)) for name in said] for said in names]


def signed_by(service: Service, callers: int, each: int) -> list[Said]:
    """What so many positions of one party sign, each with a key of its own, let in first."""
    posts = tuple(Post(id=f"EAST-TAC.{at}", roles=(Role.DUTY,)) for at in range(callers))
    cell = CellAdded(cell="EAST-TAC", party="EAST", level=Level.TACTICAL, positions=posts)
    operate(service, *map(party_added, PARTIES), cell)
    keys = {post.id: Ed25519PrivateKey.generate() for post in posts}
    for position, key in keys.items():
        public = PublicKey(**key_facts(key.public_key()))
        operate(service, KeyEnrolled(party="EAST", position=position, key=public))
    return [chain_of(position, key, each) for position, key in keys.items()]


def chain_of(position: str, key: Ed25519PrivateKey, length: int) -> list[Sent]:
    """Calls that took place, as one position signs them, each leaf naming the one before."""
    author = Author(party="EAST", position=position, by_human=True)
    body = ContactBody(text="Both sides answered at once, and agreed to speak again at noon.")
    chain: list[Sent] = []
    prevhash = NO_LEAF_BEFORE
    for seq in range(length):
        said = Statement(
            id=f"{position}-{seq}",
            author=author,
            content=ContactLogged(parties=PARTIES, level=Level.TACTICAL, body=body),
            said_at=datetime.now(UTC),
        )
        salt = os.urandom(SALT_BYTES)
        sent = sign_statement(key, ORIGIN, said, seq=seq, prevhash=prevhash, salt=salt)
        chain.append(sent)
        prevhash = leaf_digest(sent.leaf)
    return chain


def measured(service: Service, said: Sequence[Said]) -> dict[str, float]:
    """Statements recorded in a second, and the time of one from saying to receipt."""
    took_ms: list[float] = []

    async def speak(statements: Said) -> None:
        for statement in statements:
            began = perf_counter()
            await asyncio.wrap_future(service.submit(statement))
            took_ms.append((perf_counter() - began) * 1_000)

    async def speak_all() -> float:
        began = perf_counter()
        await asyncio.gather(*map(speak, said))
        return perf_counter() - began

    worked_s = process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        took_s = runner.run(speak_all())
    worked_s = process_time() - worked_s
    return {
        "per_s": round(len(took_ms) / took_s, 1),
        "processor_us": round(worked_s / len(took_ms) * 1e6, 1),
        **spread(took_ms),
    }


def spread(took_ms: list[float]) -> dict[str, float]:
    """The middle one, and the one that only a hundredth exceeds."""
    in_order = sorted(took_ms)
    return {
        "p50_ms": round(in_order[len(in_order) // 2], 2),
        "p99_ms": round(in_order[len(in_order) * 99 // 100], 2),
    }


def paced(service: Service, said: Sequence[Said]) -> dict[str, float]:
    """The same at a steady pace, whether or not those before are answered: from when each is due.

    Args:
        service: who is spoken to.
        said: what each caller says; they take turns.
    """
    took_ms: list[float] = []

    async def speak(statement: Statement | Sent, due: float) -> None:
        await asyncio.wrap_future(service.submit(statement))
        took_ms.append((perf_counter() - due) * 1_000)

    async def speak_all() -> None:
        began = perf_counter()
        async with asyncio.TaskGroup() as speaking:
            for number, statement in enumerate(chain.from_iterable(zip(*said, strict=True))):
                due = began + number / PACE_PER_S
                await asyncio.sleep(max(0.0, due - perf_counter()))
                speaking.create_task(speak(statement, due))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(speak_all())
    return spread(took_ms)


def commits_ms(commits: int) -> list[float]:
    """How long each raw commit takes, of as many bytes."""
    took_ms = []
    with (
        TemporaryDirectory(dir=".") as folder,
        closing(sqlite3.connect(Path(folder, "peer.db"), isolation_level=None)) as peer,
    ):
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE entries (entry INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
        for index in range(commits):
            began = perf_counter()
            peer.execute("INSERT INTO entries VALUES (?, ?, ?)", (index, LEAF, BODY))
            took_ms.append((perf_counter() - began) * 1_000)
    return took_ms


def commits_per_s(commits: int) -> float:
    """Raw commits in a second."""
    return commits * 1_000 / sum(commits_ms(commits))


def openssl_per_s(count: int) -> float:
    """Signatures over as many bytes verified in a second, on one core."""
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key(), key.sign(LEAF)
    return count / seconds(count, lambda: public.verify(signature, LEAF))


def libsodium_per_s(count: int) -> float:
    """The same, as the desk verifies leaves."""
    key = Ed25519PrivateKey.generate()
    public, signed = key.public_key().public_bytes_raw(), key.sign(LEAF) + LEAF
    return count / seconds(count, lambda: crypto_sign_open(signed, public))


def seconds(count: int, action: Callable[[], object]) -> float:
    """How long so many calls take."""
    began = perf_counter()
    for _ in range(count):
        action()
    return perf_counter() - began


def report(
    benchmark: str,
    peer: str,
    peer_per_s: Callable[[int], float],
    say: Callable[[int], dict[str, float]],
    statements: int,
) -> None:
    """Prints one JSON row: many callers and one, beside the peer."""
    rounds = [(say(CALLERS), peer_per_s(statements)) for _ in range(ROUNDS)]
    rounds.sort(key=lambda each: each[0]["per_s"] / each[1])
    together, per_s = rounds[len(rounds) // 2]
    alone = say(1)
    row = {
        "benchmark": f"{benchmark}, statement to receipt, {CALLERS} callers",
        "peer": peer,
        "openline": together,
        "openline_one_caller": alone,
        "peer_per_s": round(per_s, 1),
        "times_the_peer": round(together["per_s"] / per_s, 3),
        "one_caller_to_the_peer": round(alone["per_s"] / per_s, 3),
    }
    print(json.dumps(row), flush=True)


def report_paced(peer: str, say: Callable[[], dict[str, float]], statements: int) -> None:
    """Prints one JSON row: how long a receipt takes at a steady pace."""
    rounds = [(say(), spread(commits_ms(statements))) for _ in range(ROUNDS)]
    rounds.sort(key=lambda each: each[0]["p99_ms"] / each[1]["p99_ms"])
    ours, theirs = rounds[len(rounds) // 2]
    row = {
        "benchmark": f"signed and verified, statement to receipt, {PACE_PER_S} a second",
        "peer": f"{peer}, as fast as they go",
        "openline": ours,
        "peer_ms": theirs,
        "of_the_peer": round(ours["p99_ms"] / theirs["p99_ms"], 3),
    }
    print(json.dumps(row), flush=True)


def main(statements: int) -> None:
    """Measures what the desk attests, then what parties sign."""

    def attest(callers: int) -> dict[str, float]:
        with desk() as service:
            return measured(service, attested_by(callers, each_of(callers)))

    def sign(callers: int) -> dict[str, float]:
        with desk() as service:
            return measured(service, signed_by(service, callers, each_of(callers)))

    def sign_at_pace() -> dict[str, float]:
        with desk() as service:
            return paced(service, signed_by(service, CALLERS, each_of(CALLERS)))

    def each_of(callers: int) -> int:
        return -(-statements // max(callers, 4))

    commits = f"sqlite3 {sqlite3.sqlite_version}, raw FULL commits one at a time"
    openssl = f"cryptography {cryptography.__version__}, Ed25519 verify alone, one core"
    libsodium = f"libsodium by pynacl {nacl.__version__}, Ed25519 verify alone, one core"
    report("attested", commits, commits_per_s, attest, statements)
    report("signed and verified", openssl, openssl_per_s, sign, statements)
    report("signed and verified", libsodium, libsodium_per_s, sign, statements)
    report_paced(commits, sign_at_pace, statements)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8_192)
