"""The power fails: whatever the disk made of what was not synced, all that was answered stands."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import apsw
import pytest

from openline.domain.errors import Unavailable
from openline.journal import sqlite
from platter import Image, Platter, lay_out
from recorded_disk import RecordedDisk
from recorded_life import (
    Erased,
    Life,
    Promised,
    assert_goes_on,
    assert_keeps,
    assert_snapshots_say_the_same,
    pages_in_log,
)
from replayed_case import quick_directory
from service_harness import add_party, found, open_desk

CUTS_OF_A_LIFE = 50
PARTS = 4


def recorded(path: Path, chance: random.Random) -> tuple[Platter, RecordedDisk]:
    """A desk at work: first made if it is not there, opened some times, and left as it is cut."""
    disk = RecordedDisk(path)
    platter = Platter()
    for name, file in disk.already_there():
        platter.names[name] = file
        platter.contents[file] = bytearray((path / name).read_bytes())
    life = Life(disk, path, chance)
    with pages_in_log(chance.choice((4, 16, 64, 1000))), disk.watched():
        if not (path / "head").exists():
            life.make()
        for _ in range(chance.randint(1, 3)):
            service = life.open()
            life.speak(service, chance.randint(2, 12))
            service.close()
    assert not life.refused
    return platter, disk


class Trials:
    """Cuts the power of desk after desk, each begun on what the cut before left of another."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.cuts = self.answers = 0
        self.lost: list[str] = []
        self._left: Image = {}
        self._promised = Promised()

    def live(self, cuts: int) -> None:
        """One recorded life, cut at so many places, each in one way that the syncs allow."""
        path = lay_out(self._left, self.folder / "desk")
        platter, disk = recorded(path, self.chance)
        shutil.rmtree(path)
        places = sorted(self.chance.choices(range(len(disk.effects) + 1), k=cuts))
        goes_on_from, kept = self.chance.randrange(cuts), Promised()
        promised, taken, before = self._promised, 0, len(self._promised.answered)
        for number, place in enumerate(places):
            for effect in disk.effects[taken:place]:
                platter.take(effect)
                promised.take(effect.told)
            taken = place
            image = platter.after_power_cut(self.chance)
            if self._try(image, promised) and number <= goes_on_from:
                self._left = image
                kept = promised.copy()
        self.answers += len(promised.answered) - before
        self._promised = kept
        if len(kept.answered) > 400 or not kept.is_made:
            self._left, self._promised = {}, Promised()

    def _try(self, image: Image, promised: Promised) -> bool:
        self.cuts += 1
        path = lay_out(image, self.folder / "cut")
        try:
            self._start(path, promised)
        except (AssertionError, Unavailable) as error:
            self.lost.append(str(error))
            return False
        else:
            return True
        finally:
            shutil.rmtree(path)
            shutil.rmtree(self.folder / "beside", ignore_errors=True)

    def _start(self, path: Path, promised: Promised) -> None:
        try:
            service = open_desk(path)
        except Unavailable as unavailable:
            # Only a desk that nobody was told of may be less than one, and then it says so.
            if promised.is_made or str(path) not in unavailable.sentence:
                raise
            return
        try:
            assert_keeps(service, promised)
            assert_goes_on(service)
        finally:
            service.close()
        if promised.erased or self.cuts % 10 == 0:
            assert_snapshots_say_the_same(path, self.folder / "beside")


def cut(folder: Path, cuts: int, seed: int) -> Trials:
    trials = Trials(folder, random.Random(seed))
    while trials.cuts < cuts:
        trials.live(min(CUTS_OF_A_LIFE, cuts - trials.cuts))
    # Shown by `-rP`.
    sys.stdout.write(f"{trials.cuts} cuts, {trials.answers} answers, {len(trials.lost)} lost\n")
    return trials


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_power_cut_loses_what_was_answered_or_keeps_the_desk_from_starting(
    part: int, cuts: int, seed: int
) -> None:
    with quick_directory() as folder:
        trials = cut(folder, -(-cuts // PARTS), seed=seed + part)
    assert trials.answers
    assert trials.lost == []


def test_what_is_erased_does_not_come_back_in_a_snapshot_whose_removal_was_not_synced(
    path: Path,
) -> None:
    service = open_desk(path)
    found(service)
    index = add_party(service, "NORTH").result().index
    service.close()
    assert list((path / "snapshots").iterdir())
    disk = RecordedDisk(path)
    names = {name for name, _ in disk.already_there()}
    with disk.watched():
        service = open_desk(path)
        service.erase([index]).result()
        disk.tell(Erased(index))
        service.close()
    platter = Platter(names=dict.fromkeys(names, 0))
    for effect in disk.effects:
        platter.take(effect)
        if effect.told == Erased(index):
            break
    assert not [name for name in platter.names if name in names and "snapshot" in name]


@pytest.mark.long
def test_a_log_synced_less_often_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trials can fail: with synchronous=NORMAL the same cuts lose what was answered."""
    connect = sqlite._connect

    def connect_carelessly(path: str) -> apsw.Connection:
        connection = connect(path)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    monkeypatch.setattr(sqlite, "_connect", connect_carelessly)
    with quick_directory() as folder:
        trials = cut(folder, 200, seed=2017)
    assert len(trials.lost) > trials.cuts // 10
