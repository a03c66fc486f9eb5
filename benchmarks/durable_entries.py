"""Making entries durable: the journal's batches against one SQLite transaction for each.

    python benchmarks/durable_entries.py [ENTRIES]

The peer is what one would write first: Python's own sqlite3, write-ahead log, synchronous=FULL, one
row and one commit per entry. It keeps less than the journal does: no tree, no checkpoint, no
encryption of bodies. Both write below the present directory, so that the same disk syncs.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from openline.journal import Batch, Row
from openline.journal.at_rest import KEY_BYTES, AtRest
from openline.journal.sqlite import SqliteJournal
from openline.record.merkle import leaf_hash
from openline.record.tiles import tiles_of_growth

BATCH = 256
ROUNDS = 3
LEAF, BODY, SALT = b"l" * 700, b"b" * 1_200, b"s" * 32
NOON = datetime(2017, 9, 16, 12, tzinfo=UTC)
CHECKPOINT = b"c" * 200


def journal_seconds(path: Path, entries: int) -> float:
    """Appends so many entries, `BATCH` at a time, as the writer does under load."""
    with closing(SqliteJournal(path, AtRest(b"k" * KEY_BYTES))) as journal:
        started = perf_counter()
        for first in range(0, entries, BATCH):
            rows = [row(index) for index in range(first, min(first + BATCH, entries))]
            hashes = [leaf_hash(each.leaf) for each in rows]
            tiles = tiles_of_growth(first, hashes, journal.tile)
            journal.append(first, Batch(rows=rows, tiles=tiles, checkpoint=CHECKPOINT))
        return perf_counter() - started


def row(index: int) -> Row:
    """An entry of ordinary size with a body beside it."""
    return Row(
        index=index, leaf=LEAF, recorded_at=NOON, readers=("EAST", "WEST"), salt=SALT, body=BODY
    )


def peer_seconds(path: Path, entries: int) -> float:
    """The same bytes, one transaction for each entry."""
    with closing(sqlite3.connect(path, isolation_level=None)) as peer:
        peer.execute("PRAGMA journal_mode = WAL")
        peer.execute("PRAGMA synchronous = FULL")
        peer.execute("CREATE TABLE entries (entry INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
        started = perf_counter()
        for index in range(entries):
            peer.execute("INSERT INTO entries VALUES (?, ?, ?)", (index, LEAF, SALT + BODY))
        return perf_counter() - started


def main(entries: int) -> None:
    """Prints one JSON row: entries made durable in a second, and how many times the peer's."""
    rounds = []
    for _ in range(ROUNDS):
        with TemporaryDirectory(dir=".") as folder:
            ours = journal_seconds(Path(folder, "ours.db"), entries)
            peer = peer_seconds(Path(folder, "peer.db"), entries)
        rounds.append((ours, peer))
    our_best, peer_best = (min(times) for times in zip(*rounds, strict=True))
    shown = {
        "benchmark": "durable entries",
        "peer": f"sqlite3 {sqlite3.sqlite_version}, one FULL transaction each",
        "openline_per_s": round(entries / our_best),
        "peer_per_s": round(entries / peer_best),
        "times_the_peer": round(peer_best / our_best, 2),
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_048)
