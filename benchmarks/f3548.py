"""Drone suppliers at a DSS: durable creates, reads and queries a second, until 100,000 are live.

    python benchmarks/f3548.py [CREATES [LIVE]]

`openline serve --f3548` runs in a process of its own, its record in SQLite below the present
directory; the client drives ten connections from another process on the same cores, and its share
of one is printed. The loads are those of the figures quoted: 0.0005° squares, ten minutes an hour
ahead, an implicit subscription each; in one place at disjoint heights, over a grid of places, or
all meeting the same fifty and carrying their OVNs.

The peer is the floor under any durable server on this machine: the same HTTP server taking the same
bytes and committing each to SQLite (synchronous=FULL), with no token, no meeting and no record.
The InterUSS DSS needs a Go toolchain's modules and a database server of its own: its figures are
quoted from a machine of this kind, and were not measured here.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from load.closed_loop import Run, request, run
from load.suppliers import BUSY, Desk, Heights, Server, Supplier, crowded, slab, spread

CONNECTIONS: Final = 10
NEIGHBOURS: Final = 50
FLOOR: Final = (
    f"sqlite3 {sqlite3.sqlite_version}, one FULL commit each, behind the same HTTP server"
)
QUOTED: Final = "InterUSS DSS on PostgreSQL 15, quoted and not measured here, a second"
ROOM: Final[Heights] = (0.0, 90_000.0)

Requests = Sequence[Sequence[bytes]]


class Bench:
    """A desk and the floor beside it, and ten suppliers."""

    def __init__(self, desk: Desk, floor: Server) -> None:
        self.desk, self._floor = desk, floor
        self._suppliers = [Supplier(f"uss{at}", desk.key) for at in range(CONNECTIONS)]

    def said(self, count: int, say: Callable[[Supplier, int], bytes]) -> list[list[bytes]]:
        """So many requests shared out among the connections, numbered from 0."""
        requests: list[list[bytes]] = [[] for _ in range(CONNECTIONS)]
        for at in range(count):
            requests[at % CONNECTIONS].append(say(self._suppliers[at % CONNECTIONS], at))
        return requests

    def creates(self, requests: Requests) -> Run:
        """Creates, each of which must succeed."""
        return _all_answered(201, run(self.desk.port, requests))

    def measure(self, name: str, status: int, requests: Requests, quoted_per_s: int) -> Run:
        """Sends the load to the floor and then to the desk, and prints one row."""
        floor = _all_answered(200, run(self._floor.port, requests))
        done = _all_answered(status, run(self.desk.port, requests))
        report(
            name,
            FLOOR,
            openline=done.figures(),
            peer_figures=floor.figures(),
            times_the_peer=round(done.per_s() / floor.per_s(), 3),
            **{QUOTED: quoted_per_s, "times_the_quoted": round(done.per_s() / quoted_per_s, 1)},
        )
        return done


def _all_answered(status: int, done: Run) -> Run:
    """The run itself, if all went well: a rate of refusals is no rate."""
    for each in (answer for answers in done.answers for answer in answers):
        if each.status != status:
            raise RuntimeError(f"{each.status} for {status}: {each.body[:500]!r}")
    return done


def report(benchmark: str, peer: str, **figures: Any) -> None:
    """Prints one JSON row."""
    print(json.dumps({"benchmark": f"f3548: {benchmark}", "peer": peer, **figures}), flush=True)


@contextmanager
def bench() -> Iterator[Bench]:
    """Both servers, until the end of the block."""
    with TemporaryDirectory(dir=".") as folder:
        desk = Desk(Path(folder))
        floor = Server(Path(folder), request("GET", "/"))
        try:
            floor.begin(sys.executable, *FLOOR_COMMAND, str(floor.port), f"{folder}/floor.db")
            desk.start()
            yield Bench(desk, floor)
        finally:
            desk.stop()
            floor.stop()


FLOOR_COMMAND: Final = (str(Path(__file__).with_name("load") / "floor.py"),)


def ids_of(requests: Requests) -> list[str]:
    """The intents that these requests create, in the order of their numbers."""
    paths = [[each.split(b" ", 2)[1].decode() for each in said] for said in requests]
    turns = range(max(map(len, paths)))
    return [said[turn].rpartition("/")[2] for turn in turns for said in paths if turn < len(said)]


def busy_and_spread(at: Bench, creates: int) -> list[str]:
    """One place at disjoint heights, then a grid of places, whose intents are returned."""
    at.creates(at.said(CONNECTIONS, lambda who, n: who.create(spread(n), (90_000.0, 90_001.0))))
    busy = at.said(creates, lambda who, n: who.create(BUSY, slab(n)))
    at.measure("creates in one busy place", 201, busy, 48)
    grid = at.said(creates, lambda who, n: who.create(spread(n), slab(0)))
    at.measure("creates spread over places", 201, grid, 129)
    return ids_of(grid)


def keyed(at: Bench, creates: int) -> None:
    """Each connection in a place of its own, where fifty stand whose OVNs all the others carry."""
    held = _fifty_each(at)

    def create(who: Supplier, n: int) -> bytes:
        place = n % CONNECTIONS
        return who.create(crowded(place), slab(n), held[place])

    at.measure("creates that carry the keys of 50", 201, at.said(creates, create), 27)


def _fifty_each(at: Bench) -> list[list[str]]:
    """Stands fifty through each place, one over the other; the OVNs of each place."""
    held: list[list[str]] = [[] for _ in range(CONNECTIONS)]
    for _ in range(NEIGHBOURS):
        filed = at.said(CONNECTIONS, lambda who, n: who.create(crowded(n), ROOM, held[n]))
        for place, (answer,) in enumerate(at.creates(filed).answers):
            held[place].append(json.loads(answer.body)["operational_intent_reference"]["ovn"])
    return held


def reads(at: Bench, count: int, intents: Sequence[str], live: str) -> None:
    """Intents asked for one by one, and the intents of a square."""
    asked = at.said(count, lambda who, n: who.get(intents[n * 7 % len(intents)]))
    at.measure(f"GET, {live}", 200, asked, 580)
    squares = at.said(count, lambda who, n: who.query(spread(n), slab(0)))
    at.measure(f"query, {live}", 200, squares, 330)


def growth(at: Bench, live: int) -> None:
    """Creates spread over places until so many are live; how the rate held."""
    step = live // 10
    rates, memory, slowest = [], [], []
    for tenth in range(10):
        done = at.creates(at.said(step, _later(1_000_000 + tenth * step)))
        rates.append(round(done.per_s(), 1))
        slowest.append(done.figures()["p99_ms"])
        memory.append(at.desk.resident_mb())
    report(
        f"creates until {live} more are live",
        "its own first tenth",
        per_s_by_tenths=rates,
        p99_ms_by_tenths=slowest,
        resident_mb_by_tenths=memory,
        times_the_peer=round(rates[-1] / rates[0], 3),
    )


def _later(first: int) -> Callable[[Supplier, int], bytes]:
    return lambda who, n: who.create(spread(first + n), slab(0))


def restart(at: Bench, live: int) -> None:
    """Seconds from its start until it answers: from its snapshot, and from the whole record."""
    at.desk.stop()
    raw_s = _read_raw(at.desk.data / "record.db")
    for name in ("from its snapshot", "by folding the whole record"):
        took_s = at.desk.start()
        report(
            f"start with {live} live, {name}",
            "sqlite3 reading the same rows and nothing more",
            openline_s=round(took_s, 2),
            peer_s=round(raw_s, 2),
            resident_mb=at.desk.resident_mb(),
            of_the_peer=round(took_s / raw_s, 2),
        )
        at.desk.stop()
        at.desk.forget_snapshots()


def _read_raw(path: Path) -> float:
    with closing(sqlite3.connect(path)) as peer:
        began = time.perf_counter()
        for _ in peer.execute("SELECT leaf, encrypted FROM entries LEFT JOIN bodies USING (entry)"):
            pass
        return time.perf_counter() - began


def main(creates: int, live: int) -> None:
    """Prints a JSON row for each load."""
    with bench() as at:
        intents = busy_and_spread(at, creates)
        keyed(at, creates)
        growth(at, live)
        reads(at, creates, intents, f"{live} live")
        restart(at, live)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(given[0] if given else 4_000, given[1] if len(given) > 1 else 25 * (given or [4_000])[0])
