"""The process is killed: on each side of each commit, and under load, again and again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import desk_process
from openline.desk_directory.head import HeadFile
from openline.domain.statement import DESK
from openline.journal import Said
from openline.record.tiles import tree_from_tiles
from openline.service import Service, SystemClock
from service_harness import add_party, open_desk

SCRIPT = Path(desk_process.__file__)


def run_until_killed(path: Path, *, point: str | None = None, after_s: float = 0.0) -> list[str]:
    """What the desk's callers were answered before it was gone."""
    arguments = [sys.executable, str(SCRIPT), str(path), *([point] if point else [])]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        assert desk.stdout.readline() == b"ready\n"
        if not point:
            time.sleep(after_s)
            desk.kill()
        answered = desk.stdout.read().decode()
    assert desk.returncode == -signal.SIGKILL
    return answered[: answered.rfind("\n") + 1].splitlines()


def assert_holds(service: Service, answered: list[str]) -> None:
    """Each answer still stands at its place, under a root that this record grew from."""
    roots: dict[int, str] = {}
    for row_text in answered:
        party, index, size, root = row_text.split()
        assert service.journal.find_said(Said(party=DESK, id=f"add-{party}")) == int(index)
        if int(size) not in roots:
            roots[int(size)] = tree_from_tiles(int(size), service.journal.tile).root().hex()
        assert roots[int(size)] == root


@pytest.mark.parametrize(
    ("point", "is_durable"),
    [
        ("before commit", False),
        ("after commit", True),
        ("before head", True),
        ("after head", True),
    ],
)
def test_killed_on_either_side_of_a_commit_it_is_whole_and_takes_a_repeat_once(
    path: Path, point: str, is_durable: bool
) -> None:
    assert run_until_killed(path, point=point) == []
    service = open_desk(path, SystemClock())
    assert service.read(lambda state: "LAST" in state.parties) is is_durable
    before = service.journal.size()
    add_party(service, "LAST").result()
    assert service.journal.size() == before + (not is_durable)
    service.close()


def test_a_kill_between_commit_and_head_is_caught_up(path: Path) -> None:
    run_until_killed(path, point="before head")
    behind = HeadFile(path / "head").read()
    service = open_desk(path, SystemClock())
    size = service.journal.size()
    service.close()
    head = HeadFile(path / "head").read()
    assert behind is not None
    assert head is not None
    assert behind.size < head.size == size


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_killed_under_load_it_loses_nothing_answered_and_never_forks(
    path: Path, times: int
) -> None:
    chance = random.Random(2017)
    answered: list[str] = []
    starts_s: list[float] = []
    for _ in range(times):
        lately = run_until_killed(path, after_s=chance.uniform(0.0, 0.6))
        began_s = time.monotonic()
        service = open_desk(path, SystemClock())
        starts_s.append(time.monotonic() - began_s)
        assert_holds(service, lately)
        answered += lately
        service.close()
    service = open_desk(path, SystemClock())
    assert_holds(service, answered)
    service.close()
    # Shown by `-rP`; never asserted, since a machine's time is shared.
    sys.stdout.write(f"{times} kills, {len(answered)} answers, slowest start {max(starts_s)} s\n")
    assert answered
