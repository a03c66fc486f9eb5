"""The built-in case, replayed once for a whole test run however many processes share it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from openline.cases.case import Case, find_case
from openline.cases.replay import CountedEntropy, Outcome, Replay, published_key
from openline.desk_directory import DeskDirectory, create_directory
from openline.journal.sqlite import SqliteJournal
from openline.service import Service, SimulatedClock

NAME = "deir-ez-zor"
AT_REST_KEY = b"r" * 32


class Demo(Struct, frozen=True, kw_only=True):
    """One run of `openline demo --exit --json --data …`, as its caller sees it."""

    status: int
    stdout: str
    stderr: str
    data: Path
    out: Path

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(self.stdout)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The case as the command replays it: by the first process that asks, for all of them."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    root = shared / "demo"
    root.mkdir(exist_ok=True)
    ran = root / "ran.json"
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ran.exists():
            done = _run_demo(root)
            ran.write_text(json.dumps([done.returncode, done.stdout, done.stderr]))
    status, stdout, stderr = json.loads(ran.read_text())
    return Demo(status=status, stdout=stdout, stderr=stderr, data=root / "desk", out=root / "out")


@contextmanager
def quick_directory() -> Iterator[Path]:
    """A directory in memory where that can be had: thousands of syncs are slow on a shared disk."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as path:
        yield Path(path)


def _run_demo(root: Path) -> subprocess.CompletedProcess[str]:
    with quick_directory() as quick:
        command = [sys.executable, "-c", "from openline.cli.main import run; run()", "demo"]
        options = ["--exit", "--json", "--data", f"{quick}/desk", "--out", str(root / "out")]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        shutil.copytree(f"{quick}/desk", root / "desk")
    return done


@pytest.fixture(scope="session")
def case() -> Case:
    return find_case(NAME)


@contextmanager
def replaying(case: Case) -> Iterator[tuple[Replay, Service]]:
    """A replay of a case on a desk whose record is kept in memory."""
    with quick_directory() as path:
        create_directory(path, case.story.origin, published_key("desk"), AT_REST_KEY)
        held = DeskDirectory(path)
        clock = SimulatedClock(case.story.begins_at)
        journal = SqliteJournal(None, held.at_rest)
        service = Service(journal, held, clock=clock, entropy=CountedEntropy(case.name))
        try:
            service.start()
            yield Replay(case, service, clock), service
        finally:
            service.close()


def outcomes_of(case: Case) -> Sequence[Outcome]:
    """What became of every step of a case."""
    with replaying(case) as (replay, _service):
        return list(replay.run())
