"""Starting a desk: from the snapshot it left, and from the whole record; and proving an old entry.

    python benchmarks/start.py [ENTRIES]

The record holds calls between two forces, and one filed plan for every hundred of them. The peer
does what nobody who verifies a record can do without: it reads every leaf with Python's own sqlite3
and hashes it once. For proofs the peer is one query for one leaf. Everything is written below the
present directory; each figure is the best of some.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import structlog

from funnel import PARTIES, operate, party_added
from openline import app
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.line import ContactBody, ContactLogged
from openline.domain.party import CellAdded, Post, Role
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.domain.rules import Level
from openline.domain.statement import Attested, Author, Content, Statement
from openline.service import Service

AT_ONCE = 1_024
CALLS_A_PLAN = 100
STARTS = 3
PROOFS = 500


def words(entries: int) -> Iterator[Statement]:
    """As many things said by a duty officer, on the desk's word."""
    author = Author(party="EAST", position="EAST-TAC.duty", by_human=True)
    for number in range(entries):
        content = plan(number) if number % CALLS_A_PLAN == 0 else call()
        word = Attested(issuer="bench", token_id="one")
        yield Statement(id=f"say-{number}", author=author, content=content, word=word)


def call() -> Content:
    """A call that took place."""
    body = ContactBody(text="Both sides answered at once, and agreed to speak again at noon.")
    return ContactLogged(parties=PARTIES, level=Level.TACTICAL, body=body)


def plan(number: int) -> Content:
    """A circle of half a kilometre that is far from all others."""
    lat_deg, lon_deg = divmod(number // CALLS_A_PLAN, 300)
    center = Position(lat_deg=lat_deg - 60.0, lon_deg=lon_deg - 150.0)
    volume = Volume4D(footprint=Circle(center=center, radius_m=500.0))
    starts_at = datetime.now(UTC) + timedelta(days=1)
    return PlanFiled(
        plan=f"plan-{number}",
        kind=Kind.GROUND,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=30),
        body=PlanBody(volumes=(volume,)),
    )


def fill(service: Service, entries: int) -> None:
    """Says all of it, many things at once."""
    post = Post(id="EAST-TAC.duty", roles=(Role.DUTY,))
    cell = CellAdded(cell="EAST-TAC", party="EAST", level=Level.TACTICAL, positions=(post,))
    operate(service, *map(party_added, PARTIES), cell)
    said = words(entries)
    while together := [service.hear(each) for each in islice(said, AT_ONCE)]:
        wait(together)
        together[-1].result()


def start_s(desk: Path) -> float:
    """How long the desk takes until it would answer."""
    began = perf_counter()
    with app.desk_at(desk):
        return perf_counter() - began


def replay_s(desk: Path) -> float:
    """The same without any snapshot."""
    shutil.rmtree(desk / "snapshots")
    return start_s(desk)


def proof_s(service: Service, size: int) -> float:
    """How long one receipt takes, of entries all over the record."""
    chosen = [random.randrange(size) for _ in range(PROOFS)]
    began = perf_counter()
    for index in chosen:
        service.receipt(index)
    return (perf_counter() - began) / PROOFS


def peer_read_s(desk: Path) -> float:
    """How long it takes to read and hash every leaf."""
    with closing(sqlite3.connect(desk / "record.db")) as peer:
        began = perf_counter()
        for (leaf,) in peer.execute("SELECT leaf FROM entries ORDER BY entry"):
            sha256(leaf).digest()
        return perf_counter() - began


def peer_query_s(desk: Path, size: int) -> float:
    """How long one leaf takes to be found."""
    chosen = [random.randrange(size) for _ in range(PROOFS)]
    with closing(sqlite3.connect(desk / "record.db")) as peer:
        began = perf_counter()
        for index in chosen:
            peer.execute("SELECT leaf FROM entries WHERE entry = ?", (index,)).fetchone()
        return (perf_counter() - began) / PROOFS


def report(benchmark: str, ours_s: float, peer: str, peer_s: float, **facts: Any) -> None:
    """Prints one JSON row."""
    times = {"openline_ms": round(ours_s * 1e3, 3), "peer_ms": round(peer_s * 1e3, 3)}
    ratio = {"of_the_peer": round(ours_s / peer_s, 2)}
    print(json.dumps({"benchmark": benchmark, "peer": peer, **times, **ratio, **facts}), flush=True)


def best(times: int, measure: Callable[[], float]) -> float:
    """The least disturbed of several."""
    return min(measure() for _ in range(times))


def main(entries: int) -> None:
    """Measures a start from a snapshot, then proofs, then a start from the whole record."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with TemporaryDirectory(dir=".") as folder:
        desk = Path(folder, "desk")
        app.make_desk(desk)
        with app.desk_at(desk) as service:
            fill(service, entries)
            size = service.journal.size()
        facts = {"entries": size, "megabytes": round((desk / "record.db").stat().st_size / 1e6)}
        reading = f"sqlite3 {sqlite3.sqlite_version}, every leaf read and hashed"
        peer_s = best(STARTS, lambda: peer_read_s(desk))
        snapshot_s = best(STARTS, lambda: start_s(desk))
        report("starting from the snapshot", snapshot_s, reading, peer_s, **facts)
        with app.desk_at(desk) as service:
            one_s = best(STARTS, lambda: proof_s(service, size))
        query_s = best(STARTS, lambda: peer_query_s(desk, size))
        query = f"sqlite3 {sqlite3.sqlite_version}, one leaf found"
        report("proving any entry", one_s, query, query_s, **facts)
        report("starting from the whole record", replay_s(desk), reading, peer_s, **facts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
