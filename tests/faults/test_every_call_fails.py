"""Each call on a desk's files fails in its turn: not carried out, or carried out all the same."""

from __future__ import annotations

import errno
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from openline.domain.errors import Unavailable
from openline.service import Service
from platter import Platter, lay_out
from recorded_disk import Fault, RecordedDisk
from recorded_life import (
    Life,
    Promised,
    assert_goes_on,
    assert_keeps,
    assert_snapshots_say_the_same,
    pages_in_log,
)
from replayed_case import quick_directory
from service_harness import open_desk

PARTS = 2
CHANGES = {"open", "write", "sync", "truncate", "rename", "delete"}
TAKES_ROOM = CHANGES - {"delete"} | {"look"}


def lived(path: Path, fault: Fault | None = None) -> RecordedDisk:
    """A desk that is made, opened twice, spoken to and has bodies erased; and one call fails."""
    disk = RecordedDisk(path, fault)
    life = Life(disk, path, random.Random(2017))
    with pages_in_log(4), disk.watched():
        make(life)
        for batches in (6, 4):
            service = opened(life)
            speak(life, service, batches)
            service.close()
    return disk


def make(life: Life) -> None:
    try:
        life.make()
    except Unavailable:
        # What was left half-made is said to be so, and is not a desk; another place is.
        with suppress(Unavailable):
            life.open().close()
        shutil.rmtree(life.path, ignore_errors=True)
        life.make()


def opened(life: Life) -> Service:
    """The desk, after one try more if need be: what failed once does not fail again."""
    try:
        return life.open()
    except Unavailable:
        return life.open()


def speak(life: Life, service: Service, batches: int) -> None:
    """Whatever is not taken is said again, once; then it has to be taken."""
    try:
        life.speak(service, batches)
    except Unavailable:
        life.speak(service, batches)
    try:
        assert_goes_on(service)
    except Unavailable:
        assert_goes_on(service)


def faults(path: Path) -> Iterator[Fault]:
    """Every call that an untroubled life makes, failing in every way that it can."""
    for (role, kind), times in sorted(lived(path).calls.items()):
        errors = (errno.EIO, errno.ENOSPC) if kind in TAKES_ROOM else (errno.EIO,)
        for nth in range(1, times + 1):
            for error in errors:
                for persists in (False, True) if kind in CHANGES else (False,):
                    yield Fault(role, kind, nth, error, persists)


def assert_survived(fault: Fault, folder: Path) -> bool:
    """Whether the fault came up at all: whatever came of it, all that was answered stands."""
    path = folder / "desk"
    disk = lived(path, fault)
    promised = Promised()
    for effect in disk.effects:
        promised.take(effect.told)
    service = open_desk(path)
    assert_keeps(service, promised)
    assert_goes_on(service)
    service.close()
    assert_snapshots_say_the_same(path, folder / "beside")
    return disk.has_failed


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("part", range(PARTS))
def test_each_call_may_fail_and_nothing_answered_is_lost(part: int, stride: int) -> None:
    tried = failed = 0
    with quick_directory() as folder:
        (folder / "counted").mkdir()
        every = list(faults(folder / "counted" / "desk"))
        for fault in every[part :: PARTS * stride]:
            (folder / "one").mkdir()
            try:
                failed += assert_survived(fault, folder / "one")
            except BaseException as error:
                raise AssertionError(f"{fault}: {error}") from error
            shutil.rmtree(folder / "one")
            tried += 1
    sys.stdout.write(f"{tried} of {len(every)} faults tried, {failed} came up\n")
    assert failed > tried * 0.9


@pytest.mark.long
@pytest.mark.timeout(36_000)
def test_killed_between_any_two_calls_nothing_answered_is_lost() -> None:
    """A kill leaves whatever was written, synced or not."""
    platter, promised = Platter(), Promised()
    with quick_directory() as folder:
        effects = lived(folder / "desk").effects
        for effect in effects:
            platter.take(effect)
            promised.take(effect.told)
            path = lay_out(platter.whole(), folder / "killed")
            try:
                service = open_desk(path)
            except Unavailable as unavailable:
                if promised.is_made or str(path) not in unavailable.sentence:
                    raise
            else:
                assert_keeps(service, promised)
                assert_goes_on(service)
                service.close()
            shutil.rmtree(path)
    sys.stdout.write(f"killed after each of {len(effects)} effects\n")
    assert promised.answered
