"""Where the processor time of a signed statement goes, stage by stage, beside its verification.

    python benchmarks/funnel_stages.py [BATCHES]

One thread takes batches of 64 statements, each signed with a key of its own, through the stages of
the funnel one after the other, as the writer does, and times each by the thread's own processor
time: whoever else uses the machine is not counted, nor is waiting for the disk. The lower quartile
of the batches counts. The peer is libsodium on the very same leaves, in between. What the whole
funnel takes beyond the sum (`benchmarks/funnel.py`, `processor_us`) is callers, event loop and two
threads that take turns. Everything is written below the present directory.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time
from typing import TypeVar

from nacl.bindings import crypto_sign_open

from funnel import CALLERS, ORIGIN, desk_in, signed_by
from openline.desk.decide import decide
from openline.desk.state import State
from openline.desk_directory import DeskDirectory
from openline.desk_directory.head import Head
from openline.journal.sqlite import SqliteJournal
from openline.record.encoding import decode_base64url
from openline.record.leaf import open_leaf
from openline.sealing import Sent, Signatures, Spoken, read_sent
from openline.service.batch import BatchInMaking, said_of
from openline.service.fold import Fold, find_head, fold_record
from openline.service.receipts import Receipts

PEER = "bare verification"
HEAR = "decide, seal, fold"
T = TypeVar("T")


class Stopwatch:
    """Processor time of each stage, one figure a batch."""

    def __init__(self) -> None:
        self._took_s: dict[str, list[float]] = defaultdict(list)

    def each(self, stage: str, action: Callable[[T], object], things: Sequence[T]) -> None:
        """Times the action on all of these."""
        self.once(stage, lambda: [action(thing) for thing in things])

    def once(self, stage: str, action: Callable[[], T]) -> T:
        """Times what is done once for a batch."""
        began = thread_time()
        done = action()
        self._took_s[stage].append(thread_time() - began)
        return done

    def each_us(self) -> dict[str, float]:
        """For one statement, by stage: the lower quartile of the batches."""
        quartiles = {stage: sorted(took)[len(took) // 4] for stage, took in self._took_s.items()}
        return {stage: took / CALLERS * 1e6 for stage, took in quartiles.items()}


class Stages:
    """A desk's parts, taken through their work by one thread."""

    def __init__(self, directory: DeskDirectory, journal: SqliteJournal) -> None:
        self.directory, self.journal = directory, journal
        self.fold: Fold = fold_record(journal, directory, find_head(directory), os.urandom)
        self.signatures, self.receipts = Signatures(), Receipts(journal)
        self.watch = Stopwatch()

    def take(self, sent: Sequence[Sent]) -> None:
        """One batch, from bytes to receipts."""
        watch, state = self.watch, self.fold.state
        read = watch.once("read", lambda: [read_sent(each, ORIGIN) for each in sent])
        bare = [signed_and_key(each.leaf, state) for each in sent]
        watch.each(PEER, lambda each: crypto_sign_open(*each), bare)
        spoken = watch.once("verify", lambda: [self._verify(each) for each in read])
        now = max(datetime.now(UTC), state.now)
        watch.each("decide", lambda each: decide(state, each.statement, now), spoken)
        coming = [said_of(each.statement) for each in spoken]
        making = BatchInMaking(self.fold, self.journal, self.signatures, now, lambda: coming)
        watch.each(HEAR, making.hear, spoken)
        key, started_at = self.directory.desk_key, making.started_at
        batch = watch.once("hash, sign checkpoint", lambda: making.close(key, ORIGIN))
        watch.once("store", lambda: self.journal.append(started_at, batch))
        head = Head(origin=ORIGIN, epoch=0, size=self.fold.tree.size, root="")
        watch.once("head", lambda: self.directory.head.write(head))
        entries = range(started_at, self.fold.tree.size)
        self.receipts.remember(entries, batch.checkpoint, making.subtrees)
        watch.each("receipt, answer", self._answer, entries[:CALLERS])

    def _verify(self, read: Spoken) -> Spoken:
        return self.signatures.verify(read, self.fold.state.keys.get)

    def _answer(self, index: int) -> None:
        answer: Future[object] = Future()
        answer.set_running_or_notify_cancel()
        answer.set_result(self.receipts.receipt(index))


def signed_and_key(leaf: bytes, state: State) -> tuple[bytes, bytes]:
    """What libsodium verifies, with nothing of ours around it."""
    signed, _, signature = leaf.rpartition(b".")
    key = state.keys[open_leaf(leaf).kid]
    return decode_base64url(signature) + signed, decode_base64url(key.x.encode())


def main(batches: int) -> None:
    """Prints one JSON row for each stage, and one for the sum."""
    with TemporaryDirectory(dir=".") as folder:
        path = Path(folder, "desk")
        with desk_in(path) as service:
            said = signed_by(service, CALLERS, batches)
        with DeskDirectory(path) as directory:
            journal = SqliteJournal(directory.journal_path, directory.at_rest)
            with closing(journal):
                stages = Stages(directory, journal)
                gc.freeze()
                for sent in zip(*said, strict=True):
                    stages.take(sent)
    took_us = stages.watch.each_us()
    peer_us = took_us.pop(PEER)
    took_us[HEAR] -= took_us["decide"]
    took_us["seal, fold"] = took_us.pop(HEAR)
    for stage, us in {**took_us, "sum": sum(took_us.values())}.items():
        row = {
            "stage": stage,
            "processor_us": round(us, 1),
            "peer": "libsodium, bare verification of the same leaf",
            "peer_us": round(peer_us, 1),
            "of_the_peer": round(us / peer_us, 2),
        }
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
