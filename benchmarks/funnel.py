"""The whole funnel, from a statement to its receipt, against the work nobody can do without.

    python benchmarks/funnel.py [SECONDS]

Each statement is decided, sealed or verified, folded, made durable with tiles and a signed
checkpoint, noted in the head, and answered with a proof. Four rows: what the desk attests; what
parties sign, many callers at once for so many seconds; one caller alone; and a steady pace, whether
or not those before are answered. Beside them, in the same run, bare signature verification on one
core by libsodium and by OpenSSL, and raw SQLite commits (Python's own sqlite3, write-ahead log,
synchronous=FULL, one row and one commit at a time).

Rates fall with whoever else uses the machine, and processor times hardly do. So beside each rate
stand the processor time of a statement, what two cores would do in a second if nothing held them
up, and what the desk's own process would, in which one thread at a time runs Python; a quiet
machine does less than both.
Where the time goes tells `funnel_stages.py`. Everything is written below the present directory.
"""

from __future__ import annotations

import asyncio
import gc
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
from time import clock_gettime, perf_counter, process_time, thread_time

import cryptography
import nacl
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_open

from openline.awaiting import answer_to
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
MOST_PER_S = 6_000
"""So many statements a second are got ready."""
ORIGIN = "desk.example/bench"
LEAF, BODY = b"l" * 750, b"b" * 200
PARTIES = ("EAST", "WEST")
COMMITS = f"a bare row and commit each, sqlite3 {sqlite3.sqlite_version}"
VERIFICATIONS = (
    f"bare verification: libsodium by pynacl {nacl.__version__};"
    f" OpenSSL by cryptography {cryptography.__version__}"
)

Said = Sequence[Statement | Sent]
"""What one caller says, in order, each after the receipt of the one before."""


@contextmanager
def desk() -> Iterator[Service]:
    """A desk to which only its genesis was said, gone when it is let go."""
    with TemporaryDirectory(dir=".") as folder, desk_in(Path(folder, "desk")) as service:
        yield service


@contextmanager
def desk_in(path: Path) -> Iterator[Service]:
    """A new desk in that directory, to which only its genesis was said."""
    key = Ed25519PrivateKey.generate()
    create_directory(path, ORIGIN, key, os.urandom(KEY_BYTES))
    directory = DeskDirectory(path)
    journal = SqliteJournal(directory.journal_path, directory.at_rest)
    with closing(Service(journal, directory, clock=SystemClock(), entropy=os.urandom)) as service:
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


def measured(service: Service, said: Sequence[Said], for_s: float) -> dict[str, float]:
    """Statements recorded in a second for as long as this, or until all is said.

    With the time of one from saying to receipt, and the processor time it takes: of the callers'
    thread, of the writer's and the door's, and of the process that verifies signatures.
    """
    took_ms: list[float] = []

    async def speak(statements: Said, until: float) -> None:
        for statement in statements:
            began = perf_counter()
            if began >= until:
                return
            await answer_to(service.submit(statement))
            took_ms.append((perf_counter() - began) * 1_000)

    async def speak_all() -> float:
        began = perf_counter()
        await asyncio.gather(*(speak(statements, began + for_s) for statements in said))
        return perf_counter() - began

    whole_s, callers_s, beside_s = process_time(), thread_time(), verifier_s(service)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, collected_before():
        took_s = runner.run(speak_all())
    whole_s, callers_s = process_time() - whole_s, thread_time() - callers_s
    beside_s = verifier_s(service) - beside_s
    whole_us, callers_us, beside_us = (
        worked_s / len(took_ms) * 1e6 for worked_s in (whole_s, callers_s, beside_s)
    )
    return {
        "seconds": round(took_s, 1),
        "per_s": round(len(took_ms) / took_s, 1),
        "processor_us": round(whole_us + beside_us, 1),
        "callers_us": round(callers_us, 1),
        "writer_us": round(whole_us - callers_us, 1),
        "beside_us": round(beside_us, 1),
        **spread(took_ms),
    }


def verifier_s(service: Service) -> float:
    """The processor time that the process which verifies beside the desk has taken up to now."""
    pid = service.verifier_pid
    # The clock of a process, as `clock_getcpuclockid` makes it of its id on Linux.
    return 0.0 if pid is None else clock_gettime(~pid << 3 | 2)


@contextmanager
def collected_before() -> Iterator[None]:
    """What is here by now is left alone by collections, as `openline serve` does."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
        await answer_to(service.submit(statement))
        took_ms.append((perf_counter() - due) * 1_000)

    async def speak_all() -> None:
        began = perf_counter()
        async with asyncio.TaskGroup() as speaking:
            for number, statement in enumerate(chain.from_iterable(zip(*said, strict=True))):
                due = began + number / PACE_PER_S
                await asyncio.sleep(max(0.0, due - perf_counter()))
                speaking.create_task(speak(statement, due))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, collected_before():
        runner.run(speak_all())
    return {"statements": len(took_ms), **spread(took_ms)}


def commits(for_s: float) -> dict[str, float]:
    """Raw commits of as many bytes, one at a time."""
    took_ms = []
    with (
        TemporaryDirectory(dir=".") as folder,
        closing(sqlite3.connect(Path(folder, "peer.db"), isolation_level=None)) as peer,
    ):
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE entries (entry INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
        until = perf_counter() + for_s
        while (began := perf_counter()) < until:
            peer.execute("INSERT INTO entries VALUES (NULL, ?, ?)", (LEAF, BODY))
            took_ms.append((perf_counter() - began) * 1_000)
    return {"per_s": round(len(took_ms) * 1e3 / sum(took_ms), 1), **spread(took_ms)}


def verifications() -> dict[str, dict[str, float]]:
    """Signatures over as many bytes verified by one core, by each peer."""
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key(), key.sign(LEAF)
    raw, signed = public.public_bytes_raw(), signature + LEAF
    return {
        "libsodium": repeated(lambda: crypto_sign_open(signed, raw)),
        "openssl": repeated(lambda: public.verify(signature, LEAF)),
    }


def repeated(action: Callable[[], object], for_s: float = 1.0) -> dict[str, float]:
    """How often an action can be done in a second, and the processor time of one."""
    count, began, worked_s = 0, perf_counter(), thread_time()
    while perf_counter() - began < for_s:
        for _ in range(100):
            action()
        count += 100
    worked_us = (thread_time() - worked_s) / count * 1e6
    per_s = count / (perf_counter() - began)
    return {"per_s": round(per_s, 1), "processor_us": round(worked_us, 1)}


def attest(callers: int, for_s: float) -> dict[str, float]:
    """So many callers on the desk's word."""
    with desk() as service:
        return measured(service, attested_by(callers, int(for_s * MOST_PER_S / callers)), for_s)


def sign(callers: int, for_s: float, most_per_s: float) -> dict[str, float]:
    """So many callers with keys of their own, who have signed what that takes beforehand."""
    with desk() as service:
        said = signed_by(service, callers, max(16, int(for_s * most_per_s / callers)))
        return measured(service, said, for_s)


def sign_at_pace(for_s: float) -> dict[str, float]:
    """The same, at a steady pace."""
    with desk() as service:
        return paced(service, signed_by(service, CALLERS, int(for_s * PACE_PER_S / CALLERS)))


def report_attested(for_s: float) -> None:
    """One row: what the desk attests, many callers and one, beside raw commits."""
    together, alone, peer = attest(CALLERS, for_s), attest(1, for_s), commits(for_s)
    tell(
        f"attested, statement to receipt, {CALLERS} callers",
        COMMITS,
        openline=together,
        openline_one_caller=alone,
        raw_commits=peer,
        times_the_peer=round(together["per_s"] / peer["per_s"], 3),
        one_caller_to_the_peer=round(alone["per_s"] / peer["per_s"], 3),
    )


def report_signed(for_s: float) -> None:
    """One row: what parties sign, for as long as that, between two rounds of bare verification."""
    about_per_s = sign(CALLERS, for_s / 10, MOST_PER_S)["per_s"]
    before, raw_commits = verifications(), commits(for_s / 3)
    ours = sign(CALLERS, for_s, min(3 * about_per_s, MOST_PER_S))
    after = verifications()
    ratios: dict[str, float] = {}
    for peer, each in before.items():
        per_s = (each["per_s"] + after[peer]["per_s"]) / 2
        worked_us = (each["processor_us"] + after[peer]["processor_us"]) / 2
        ratios[f"to_{peer}"] = round(ours["per_s"] / per_s, 3)
        # Two cores do ours; a peer has one: by processor time alone, whoever else is at work.
        ratios[f"to_{peer}_by_processor"] = round(2 * worked_us / ours["processor_us"], 3)
    tell(
        f"signed and verified, statement to receipt, {CALLERS} callers",
        VERIFICATIONS,
        openline=ours,
        two_cores_alone_per_s=round(2e6 / ours["processor_us"], 1),
        own_process_alone_per_s=round(1e6 / (ours["processor_us"] - ours["beside_us"]), 1),
        before=before,
        after=after,
        raw_commits=raw_commits,
        times_the_peer=ratios["to_libsodium"],
        **ratios,
    )


def report_alone(for_s: float) -> None:
    """One row: one caller, each statement after the receipt of the one before."""
    ours, peer = sign(1, for_s, MOST_PER_S / 2), commits(for_s)
    ratio = round(ours["per_s"] / peer["per_s"], 3)
    tell(
        "signed and verified, statement to receipt, one at a time",
        COMMITS,
        openline=ours,
        raw_commits=peer,
        times_the_peer=ratio,
    )


def report_paced(for_s: float) -> None:
    """One row: how long a receipt takes at a steady pace."""
    ours, peer = sign_at_pace(for_s), commits(for_s / 3)
    tell(
        f"signed and verified, statement to receipt, {PACE_PER_S} a second, open loop",
        COMMITS,
        openline=ours,
        raw_commits=peer,
        of_the_peer=round(ours["p99_ms"] / peer["p99_ms"], 3),
    )


def tell(benchmark: str, peer: str, **facts: object) -> None:
    """Prints one JSON row."""
    print(json.dumps({"benchmark": benchmark, "peer": peer, **facts}), flush=True)


def main(for_s: float) -> None:
    """Measures what the desk attests, then what parties sign."""
    report_attested(for_s / 3)
    report_signed(for_s)
    report_alone(for_s / 3)
    report_paced(for_s)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
