"""A process that appends beside others to one store: `journal_racer.py ADDRESS NAME WINS`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from journal_harness import append_texts, open_store
from openline.journal import SecondWriter


def race(address: str, name: str, wins: int) -> None:
    """Appends until it has won so many times, and prints each text the moment it is durable."""
    journal = open_store(address)
    won = 0
    while won < wins:
        text = f"{name}-{won}"
        try:
            append_texts(journal, text)
        except SecondWriter:
            continue
        won += 1
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    journal.close()


if __name__ == "__main__":
    race(sys.argv[1], sys.argv[2], int(sys.argv[3]))
