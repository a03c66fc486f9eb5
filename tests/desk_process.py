"""A desk in a process of its own that kills itself: `desk_process.py DIRECTORY FAULT POINT`.

It says on its output when it is ready, and what it is answered for the last thing said to it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openline.desk_directory.head import HeadFile
from openline.journal.sqlite import SqliteJournal
from openline.service import SystemClock
from service_harness import add_party, found, open_desk

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


def main(path: Path, point: str) -> None:
    service = open_desk(path, SystemClock(), os.urandom)
    if service.journal.size() == 0:
        found(service)
    os.write(sys.stdout.fileno(), b"ready\n")
    kill_at(point)
    receipt = add_party(service, "LAST").result()
    os.write(sys.stdout.fileno(), receipt.proof)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
