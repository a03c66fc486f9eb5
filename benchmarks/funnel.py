"""The whole funnel, from a statement to its receipt, against raw SQLite commits.

    python benchmarks/funnel.py [STATEMENTS]

Each statement is decided, sealed, folded, made durable with tiles and a signed checkpoint, noted in
the head, and answered with a proof. The peer does none of that: Python's own sqlite3, write-ahead
log, synchronous=FULL, one row and one commit at a time. Both write below the present directory.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.desk_directory import DeskDirectory, create_directory
from openline.domain.party import DeskOpened, PartyAdded, PartyBody, PartyKind, PublicKey
from openline.domain.rules import Rules
from openline.domain.statement import DESK, Attested, Author, Content, Statement
from openline.journal.at_rest import KEY_BYTES
from openline.journal.sqlite import SqliteJournal
from openline.record.keys import key_facts
from openline.service import Service, SystemClock

CALLERS = 64
ORIGIN = "desk.example/bench"
LEAF, BODY = b"l" * 1_000, b"b" * 200


def new_desk(path: Path) -> Service:
    """A desk to which only its genesis was said."""
    key = Ed25519PrivateKey.generate()
    create_directory(path, ORIGIN, key, os.urandom(KEY_BYTES))
    directory = DeskDirectory(path)
    journal = SqliteJournal(directory.journal_path, directory.at_rest)
    service = Service(journal, directory, clock=SystemClock(), entropy=os.urandom)
    service.start()
    facts = PublicKey(**key_facts(key.public_key()))
    say(service, "genesis", DeskOpened(origin=ORIGIN, desk_key=facts, rules=Rules()))
    return service


def say(service: Service, name: str, content: Content) -> float:
    """Says it under a token and waits for the receipt; how long that took, in milliseconds."""
    began = perf_counter()
    service.submit(
        Statement(
            id=name,
            author=Author(party=DESK, position="operator"),
            content=content,
            word=Attested(issuer="bench", token_id=name),
        )
    ).result()
    return (perf_counter() - began) * 1_000


def add_party(service: Service, name: str) -> float:
    """The shortest statement that has a body."""
    body = PartyBody(label=f"Side {name}", public_name=f"The forces of {name}")
    return say(service, name, PartyAdded(party=name, kind=PartyKind.FORCE, body=body))


def measured(path: Path, statements: int, callers: int) -> dict[str, float]:
    """Statements recorded in a second, and the time of one from saying to receipt."""
    with closing(new_desk(path)) as service, ThreadPoolExecutor(callers) as pool:
        began = perf_counter()
        names = [f"P-{at}" for at in range(statements)]
        took_ms = sorted(pool.map(lambda name: add_party(service, name), names))
        return {
            "per_s": round(statements / (perf_counter() - began), 1),
            "p50_ms": round(took_ms[len(took_ms) // 2], 2),
            "p99_ms": round(took_ms[len(took_ms) * 99 // 100], 2),
        }


def peer_per_s(path: Path, commits: int) -> float:
    """Raw commits in a second, of as many bytes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as peer:
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE entries (entry INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
        began = perf_counter()
        for index in range(commits):
            peer.execute("INSERT INTO entries VALUES (?, ?, ?)", (index, LEAF, BODY))
        return commits / (perf_counter() - began)


def main(statements: int) -> None:
    """Prints one JSON row: the funnel with many callers and with one, beside the peer."""
    with TemporaryDirectory(dir=".") as folder:
        peer = peer_per_s(Path(folder, "peer.db"), statements)
        together = measured(Path(folder, "together"), statements, CALLERS)
        alone = measured(Path(folder, "alone"), max(statements // 4, 8), 1)
    shown = {
        "benchmark": f"statement to receipt, {CALLERS} callers",
        "peer": f"sqlite3 {sqlite3.sqlite_version}, raw FULL commits one at a time",
        "openline": together,
        "openline_one_caller": alone,
        "peer_per_s": round(peer, 1),
        "times_the_peer": round(together["per_s"] / peer, 2),
        "times_the_peer_one_caller": round(alone["per_s"] / peer, 2),
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_096)
