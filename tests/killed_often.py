"""A desk killed again and again: `killed_often.py DIRECTORY KILLS SEED`.

Each life is a process forked from this one, which has loaded everything: it opens the desk, holds
it to all that lives before it answered, says things from several threads, and is killed at a
moment of chance, now and then before it has opened. Says at the end, as JSON, what came of it.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import NoReturn

from openline.record.checkpoint import parse_checkpoint
from openline.record.note import parse_note
from openline.record.proof import parse_proof
from openline.service import Limits, Service, SystemClock
from recorded_life import Answered, Promised, assert_keeps
from service_harness import add_party, found, make_desk, open_desk

CALLERS = 3
LIVES_OF_A_DESK = 40
LONGEST_S = 0.05
IN_OPENING = 0.2
SLOWEST_START_S = 60.0
READY = b"ready\n"


class Failed(Exception):
    """A life ended otherwise than by the kill."""


def live(path: Path, promised: Promised, told: int) -> None:
    """One life, in a process of its own: what it is answered goes to `told`, a row each."""
    service = open_desk(
        path, SystemClock(), os.urandom, Limits(snapshot_every=random.randint(10, 100))
    )
    assert_keeps(service, promised)
    if service.journal.size() == 0:
        found(service)
    os.write(told, READY)
    callers = [threading.Thread(target=call, args=(service, told, at)) for at in range(CALLERS)]
    for each in callers:
        each.start()
    for each in callers:
        each.join()


def call(service: Service, told: int, caller: int) -> None:
    for at in itertools.count():
        party = f"P-{os.getpid()}-{caller}-{at}"
        receipt = add_party(service, party).result()
        signed = parse_checkpoint(parse_note(parse_proof(receipt.proof).checkpoint).text)
        row_text = f"add-{party} {receipt.index} {signed.size} {signed.root.hex()}\n"
        os.write(told, row_text.encode())


def forked(path: Path, promised: Promised) -> tuple[int, int]:
    """The process of the next life, and where it says what it was answered."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    return _be_the_desk(path, promised, writing)


def _be_the_desk(path: Path, promised: Promised, writing: int) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    try:
        live(path, promised, writing)
    except BaseException:  # noqa: BLE001
        os.write(sys.stderr.fileno(), traceback.format_exc().encode())
    os._exit(1)


def killed(path: Path, promised: Promised, chance: random.Random) -> tuple[list[Answered], float]:
    """What one life was answered before it was killed, and how long it took to open."""
    began_s = time.monotonic()
    process, told = forked(path, promised)
    opened_s = 0.0
    if chance.random() < IN_OPENING:
        time.sleep(chance.uniform(0, LONGEST_S / 2))
    else:
        select.select([told], [], [], SLOWEST_START_S)
        opened_s = time.monotonic() - began_s
        time.sleep(chance.uniform(0, LONGEST_S))
    os.kill(process, signal.SIGKILL)
    with os.fdopen(told, "rb") as file:
        rows = file.read().split(b"\n")[:-1]
    _, status = os.waitpid(process, 0)
    if not os.WIFSIGNALED(status):
        raise Failed("the desk did not live to be killed")
    return [_answered(row_text) for row_text in rows if row_text + b"\n" != READY], opened_s


def _answered(row_text: bytes) -> Answered:
    id, index, size, root = row_text.decode().split()
    return Answered(id, int(index), int(size), root)


def main(folder: Path, kills: int, chance: random.Random) -> None:
    answers, slowest_s = 0, 0.0
    for number in range(kills):
        if number % LIVES_OF_A_DESK == 0:
            shutil.rmtree(folder / "desk", ignore_errors=True)
            path, promised = make_desk(folder / "desk"), Promised(is_made=True)
        answered, opened_s = killed(path, promised, chance)
        promised.answered += answered
        answers += len(answered)
        slowest_s = max(slowest_s, opened_s)
    service = open_desk(path, SystemClock())
    assert_keeps(service, promised)
    service.close()
    came_of_it = {"kills": kills, "answers": answers, "slowest_start_s": round(slowest_s, 3)}
    sys.stdout.write(json.dumps(came_of_it))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])))
