"""A desk in a process of its own, to be killed: `desk_process.py DIRECTORY [FAULT POINT]`.

It says on its output, one row each and at once, what it was answered: `<party> <index> <size>
<root>`. Without a fault point it works until it is killed; at one, it kills itself there.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openline.desk_directory.head import HeadFile
from openline.journal.sqlite import SqliteJournal
from openline.record.checkpoint import parse_checkpoint
from openline.record.note import parse_note
from openline.record.proof import parse_proof
from openline.service import Service, SystemClock
from service_harness import add_party, found, open_desk

CALLERS = 8
FAULT_POINTS = {
    "before commit": (SqliteJournal, "append", True),
    "after commit": (SqliteJournal, "append", False),
    "before head": (HeadFile, "write", True),
    "after head": (HeadFile, "write", False),
}


def kill_at(point: str) -> None:
    """From now on, the first batch that reaches the point is the last thing this process does."""
    owner, name, before = FAULT_POINTS[point]
    real: Callable[..., Any] = getattr(owner, name)

    def deadly(*args: Any) -> Any:
        if not before:
            real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


def say(service: Service, party: str) -> None:
    receipt = add_party(service, party).result()
    signed = parse_checkpoint(parse_note(parse_proof(receipt.proof).checkpoint).text)
    row_text = f"{party} {receipt.index} {signed.size} {signed.root.hex()}\n"
    os.write(sys.stdout.fileno(), row_text.encode())


def main(path: Path, point: str | None) -> None:
    service = open_desk(path, SystemClock(), os.urandom)
    if service.journal.size() == 0:
        found(service)
    os.write(sys.stdout.fileno(), b"ready\n")
    if point:
        kill_at(point)
        say(service, "LAST")

    def call(caller: int) -> None:
        for at in itertools.count():
            say(service, f"P-{os.getpid()}-{caller}-{at}")

    callers = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
