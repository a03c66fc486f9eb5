"""Live tracks at a desk that is served: from each fix to the durable entry that it leads to.

    python benchmarks/live.py [TRACKS] [SECONDS] [http|direct] [ENCOUNTERS A SECOND]

A desk is made and served by `openline serve`, a program of its own, with its record on the disk
below the present directory. This program reports TRACKS tracks once a second over HTTP, in batches
of up to 1,000, and reads the record beside it: for each planted encounter, how long after the first
fix that causes it the entry that tells of it was durable. `direct` leaves HTTP out: the desk is in
this program, and batches are handed to it.

The first quarter, 15 s at most, is left out of all figures: then a desk reads in its compiled
loops, and all pairs that stand from the first are found at once.

The peer is BlueSky's compiled detection of pairs of tracks on the same sky, once: it takes in no
fixes, knows no plans and records nothing. It comes with `make peers`; without it no row is printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from prometheus_client import generate_latest

from load.serving import OPENLINE, serving
from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.speaking import Desk as Caller
from openline.domain.observed import Change, TracksObserved
from openline.domain.party import PartyKind
from openline.domain.statement import Attested, Author, Statement
from openline.protocols.rest.tracks import read_fixes
from openline.sealing import entry_from_row
from peers import ask_peer, find_peer
from tracks import LOOK_AHEAD_S, PEER
from watched import PARTIES, SEPARATION_M, Sky, ground_plans

TRACKS, SECONDS, PER_S = 20_000, 60, 2.0
SLOTS: Final = 20
"""Each second's reports are spread over so many batches or more."""
MOST_FIXES: Final = 1_000
FEW: Final = 256
FILED: Final = 1_000
DUTY: Final = "-TAC.duty"
Send = Callable[[str, bytes], None]


class Desk(NamedTuple):
    """A desk at work: its process, how to send it a batch, and what it counts."""

    pid: int
    send: Send
    metrics: Callable[[], str]


class Watcher(threading.Thread):
    """Reads the record as it grows, and notes when each change among tracks was durable."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path, self._ended = path, threading.Event()
        self.found_s: dict[str, list[float]] = {}
        self.changes: dict[str, int] = {}
        self.entries = 0

    def run(self) -> None:
        with app.journal_at(self._path) as journal:
            at = journal.size()
            while not self._ended.wait(0.005):
                size = journal.size()
                now_s = time.time()
                for row in journal.read(at, size) if size > at else ():
                    content = entry_from_row(row).content
                    if isinstance(content, TracksObserved):
                        self._note(content, now_s)
                self.entries += size - at
                at = size

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _note(self, observed: TracksObserved, now_s: float) -> None:
        for each in observed.sightings:
            self.changes[each.sighting] = self.changes.get(each.sighting, 0) + 1
            if each.change is Change.FOUND:
                self.found_s.setdefault(each.sighting, []).append(now_s)


class Meter(threading.Thread):
    """Notes once a second how much processor time and memory the desk's process has used."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._ended = pid, threading.Event()
        self.rows: list[tuple[float, float, float]] = []

    def run(self) -> None:
        page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
        while not self._ended.wait(1.0):
            fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
            used_s = (int(fields[11]) + int(fields[12])) / tick
            self.rows.append((time.time(), used_s, int(fields[21]) * page / 1e6))

    def end(self) -> None:
        self._ended.set()
        self.join()

    def figures(self) -> dict[str, object]:
        """Of the run but for its first quarter: cores used, memory, and its slope."""
        at_s, used_s, held_mb = np.array(self.rows[len(self.rows) // 4 :]).T
        slope = np.polyfit(at_s - at_s[0], held_mb, 1)[0] if len(at_s) > 2 else 0.0
        steps = range(0, len(self.rows), max(1, len(self.rows) // 10))
        return {
            "cores": round(float(used_s[-1] - used_s[0]) / max(at_s[-1] - at_s[0], 1e-9), 2),
            "memory_mb": [round(self.rows[step][2]) for step in steps],
            "memory_mb_a_minute": round(float(slope) * 60, 2),
        }


def new_desk(path: Path, sky: Sky, starts_at_s: float) -> None:
    """A desk with four forces, their plans filed."""
    app.make_desk(path / "desk", exercise=True)
    with app.desk_at(path / "desk") as service:
        for party in PARTIES:
            add_newcomer(service, Newcomer(id=party, kind=PartyKind.FORCE), path / "keys")
        answers = [
            service.submit(
                Statement(
                    id=plan.plan,
                    author=Author(party="EAST", position=f"EAST{DUTY}"),
                    content=plan,
                    word=Attested(issuer="bench", token_id=plan.plan),
                )
            )
            for plan in (*sky.plans, *ground_plans(min(FILED, len(sky)), starts_at_s))
        ]
        for answer in answers:
            answer.result()


@contextmanager
def served(path: Path) -> Iterator[Desk]:
    """The desk in a program of its own, and how to send it a batch over HTTP."""
    with serving(path) as desk, ExitStack() as stack:
        callers = {
            party: stack.enter_context(
                Caller.reached(
                    desk.url, path / "keys" / f"{party}{DUTY}.key", f"{party}{DUTY}", None
                )
            )
            for party in PARTIES
        }

        def send(party: str, batch: bytes) -> None:
            heads = {"Content-Type": "application/json"}
            callers[party].http.post("/v1/tracks", content=batch, headers=heads).raise_for_status()

        yield Desk(desk.pid, send, lambda: desk.http.get("/metrics").text)


@contextmanager
def handed(path: Path) -> Iterator[Desk]:
    """The desk in this program, and how to hand it a batch."""
    with app.desk_at(path / "desk") as service, app.tracking_at(path / "desk", service) as tracking:

        def send(party: str, batch: bytes) -> None:
            author = Author(party=party, position=f"{party}{DUTY}")
            tracking.receive(author, batch, read_fixes(batch).fixes)

        yield Desk(os.getpid(), send, lambda: generate_latest().decode())


def feed(
    sky: Sky, send: Send, starts_at_s: float, first_s: float, lasts_s: float
) -> dict[str, float]:
    """Reports every track once a second; how late batches were sent, and how long each took."""
    batches = [
        (PARTIES[party], rows)
        for party, of_party in enumerate(sky.parties())
        for rows in _runs(of_party, len(sky))
    ]
    late, took = [], []
    for second in range(int(lasts_s)):
        for number, (party, rows) in enumerate(batches):
            due_s = starts_at_s + second + number / len(batches)
            time.sleep(max(0.0, due_s - time.time()))
            now_s = time.time()
            sky.turn(now_s)
            batch = sky.report(rows, now_s)
            send(party, batch)
            if second >= first_s:
                late.append(now_s - due_s)
                took.append(time.time() - now_s)
    return {
        "fixes_a_second": round(len(sky) * lasts_s / (time.time() - starts_at_s)),
        "sent_late_p99_ms": round(float(np.quantile(late, 0.99)) * 1e3, 1),
        "batch_p50_ms": round(float(np.quantile(took, 0.5)) * 1e3, 1),
        "batch_p99_ms": round(float(np.quantile(took, 0.99)) * 1e3, 1),
    }


def delays(sky: Sky, watcher: Watcher) -> dict[str, object]:
    """From the first fix that causes each encounter to its entry; and what was not as planted."""
    told = [(each, watcher.found_s.get(each.sighting, [])) for each in sky.encounters]
    caused = [(each.told_at_s, found) for each, found in told if each.told_at_s is not None]
    late = sorted(found[0] - told_at_s for told_at_s, found in caused if found)
    over = [told_at_s for told_at_s, found in caused if found and found[0] - told_at_s > 1.0]
    flickers = [watcher.changes.get(each, 0) for each in sky.border]
    return {
        "encounters": len(caused),
        "missed": sum(not found for _, found in caused),
        "before_their_cause": sum(each < 0 for each in late),
        "delay_p50_s": round(float(np.quantile(late, 0.5)), 3) if late else None,
        "delay_p99_s": round(float(np.quantile(late, 0.99)), 3) if late else None,
        "delay_max_s": round(late[-1], 3) if late else None,
        "over_a_second_at_s": [round(at_s - sky.starts_at_s) for at_s in over],
        "found_in_all": sum(len(each) for each in watcher.found_s.values()),
        "most_changes_of_a_pair_at_the_border": max(flickers, default=0),
    }


def look_ms(metrics: str) -> float:
    """How long a look took, in the mean."""
    rows = dict(row.rsplit(" ", 1) for row in metrics.splitlines() if row[:1] != "#")
    looks = float(rows["openline_look_seconds_count"])
    return 1e3 * float(rows["openline_look_seconds_sum"]) / max(looks, 1.0)


def peer_ms(sky: Sky, now_s: float) -> tuple[str, float] | None:
    """The peer's best time for one detection on this sky; None where it is not to be had."""
    python = find_peer("bluesky-simulator")
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.npz")
        np.savez(told, **sky.numbers(now_s))  # type: ignore[arg-type]
        ask_peer(python, PEER, told, SEPARATION_M, 304.8, LOOK_AHEAD_S, 3)
        return "BlueSky, compiled: one detection of pairs", float(np.load(told)["best"]) * 1e3


def measured(tracks: int, seconds: float, way: str, per_s: float) -> tuple[dict[str, object], Sky]:
    """The figures of one run."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder)
        starts_at_s = time.time() + 3.0 + tracks / 1_000
        first_s = min(15.0, seconds / 4)
        sky = Sky(tracks, starts_at_s, first_s, seconds, per_s)
        new_desk(path, sky, starts_at_s)
        with (served if way == "http" else handed)(path) as desk:
            watcher, meter = Watcher(path / "desk"), Meter(desk.pid)
            watcher.start()
            meter.start()
            fed = feed(sky, desk.send, starts_at_s, first_s, seconds)
            time.sleep(2.0)
            looks = look_ms(desk.metrics())
            for thread in (watcher, meter):
                thread.end()
    figures = {"look_ms": round(looks, 1), **fed, **delays(sky, watcher), **meter.figures()}
    return {**figures, "entries": watcher.entries}, sky


def main(tracks: int, seconds: float, way: str, per_s: float) -> None:
    """Prints one JSON row, if the peer is there to be compared with; figures go to stderr."""
    if tracks > FEW:
        # A desk that compiles its loops itself keeps some 200 MB of the compiler for good.
        subprocess.run([OPENLINE, "warm"], check=True, stdout=subprocess.DEVNULL)
    figures, sky = measured(tracks, seconds, way, per_s)
    name = f"live: {len(sky)} tracks once a second for {seconds:g} s, by {way}"
    print(json.dumps({"benchmark": name, **figures}), file=sys.stderr)
    peer = peer_ms(sky, time.time())
    if peer is not None:
        ratio = float(f"{peer[1] / float(str(figures['look_ms'])):.3g}")
        row = {
            "peer": peer[0],
            "peer_ms": round(peer[1], 1),
            "times_the_peer": ratio,
        }
        print(json.dumps({"benchmark": name, **figures, **row}))


def _runs(rows: NDArray[np.intp], tracks: int) -> list[NDArray[np.intp]]:
    """The rows in runs of so many as are sent at once."""
    most = min(MOST_FIXES, max(1, tracks // SLOTS))
    return [rows[at : at + most] for at in range(0, len(rows), most)]


if __name__ == "__main__":
    given = sys.argv[1:]
    count = int(given[0]) if given else TRACKS
    lasts_s = float(given[1]) if len(given) > 1 else (SECONDS if count > FEW else 4.0)
    fed_by = given[2] if len(given) > 2 else "http"
    main(count, lasts_s, fed_by, float(given[3]) if len(given) > 3 else PER_S)
