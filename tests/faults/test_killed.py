"""The process is killed: on each side of each commit, and under load, again and again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import desk_process
import killed_often
from openline.desk_directory.head import HeadFile
from openline.service import SystemClock
from replayed_case import quick_directory
from service_harness import add_party, open_desk

PARTS = 2


def run_until_killed(path: Path, point: str) -> bytes:
    """What the desk's caller was answered before the desk killed itself at the point."""
    arguments = [sys.executable, desk_process.__file__, str(path), point]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        assert desk.stdout.readline() == b"ready\n"
        answered = desk.stdout.read()
    assert desk.returncode == -signal.SIGKILL
    return answered


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
    assert run_until_killed(path, point) == b""
    service = open_desk(path, SystemClock())
    assert service.read(lambda state: "LAST" in state.parties) is is_durable
    before = service.journal.size()
    add_party(service, "LAST").result()
    assert service.journal.size() == before + (not is_durable)
    service.close()


def test_a_kill_between_commit_and_head_is_caught_up(path: Path) -> None:
    run_until_killed(path, "before head")
    behind = HeadFile(path / "head").read()
    service = open_desk(path, SystemClock())
    size = service.journal.size()
    service.close()
    head = HeadFile(path / "head").read()
    assert behind is not None
    assert head is not None
    assert behind.size < head.size == size


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_under_load_it_loses_nothing_answered_and_never_forks(
    part: int, kills: int, seed: int
) -> None:
    with quick_directory() as folder:
        command = [sys.executable, killed_often.__file__, folder, kills // PARTS, seed + part]
        ran = subprocess.run(map(str, command), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    # Shown by `-rP`; the time is never asserted, since a machine's is shared.
    sys.stdout.write(ran.stdout)
    assert json.loads(ran.stdout)["answers"] > kills // PARTS
