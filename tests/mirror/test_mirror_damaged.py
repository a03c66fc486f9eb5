"""Mirrors whose own files are lost or spoilt: they say so, and never begin anew unasked."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mirror_harness import Failing, held_at, judged, source_of, working
from openline.domain.errors import Unavailable
from openline.journal import Damaged
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from rest_harness import plan


@pytest.mark.parametrize("stopped", ["at rest", "while it caught up"])
def test_a_mirror_that_has_lost_its_checkpoint_does_not_begin_anew(desk, key, tmp_path, stopped):
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        if stopped == "while it caught up":
            for at in range(3):
                desk.said("WEST", "/v1/plans", **plan(f"P-lost-{at}", 50.0 + at, 12.0))
            with pytest.raises(Unavailable, match="gone"):
                Copying(held, Failing(source_of(desk), 1), at_once=3).follow()
    (tmp_path / "m" / "checkpoint").unlink()
    for _ in range(2):
        with pytest.raises(Damaged, match="could take a fork"):
            HeldCopy(tmp_path / "m", [key])


def test_a_first_copy_stopped_just_before_its_checkpoint_goes_on(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
    # As it lies there then: all that the checkpoint signs, and how far the copy got.
    (tmp_path / "m" / "checkpoint").unlink()
    (tmp_path / "m" / "pending").write_text(f'{{"done":{size},"held":0}}')
    with held_at(tmp_path / "m", key) as held:
        again = Failing(source_of(desk), 0)
        assert Copying(held, again).follow() == size
    assert judged(tmp_path / "m").sound


def last_tile(copy: Path) -> Path:
    return max((path for path in (copy / "tile" / "0").rglob("*") if path.is_file()), key=str)


def test_a_tile_spoilt_while_the_mirror_runs_is_said_and_ends_nothing(desk, key, tmp_path):
    with working(desk, key, tmp_path) as mirror:
        mirror.keep_up()
        tile = last_tile(tmp_path / "m")
        whole = tile.read_bytes()
        tile.write_bytes(whole[:-7])
        desk.said("WEST", "/v1/plans", **plan("P-spoilt-tile", 55.0, 12.0))
        mirror.keep_up()
        tile.write_bytes(whole)
        mirror.keep_up()
        assert mirror.cosigner.identity.memory.name() == "east.example/m1"
    verdict = judged(tmp_path / "m")
    assert verdict.sound, verdict.faults
    assert verdict.size == desk.service.journal.size()


def test_a_spoilt_tile_is_told_in_one_sentence(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        last_tile(tmp_path / "m").write_bytes(b"")
        desk.said("WEST", "/v1/plans", **plan("P-told-tile", 56.0, 12.0))
        with pytest.raises(Damaged, match="begin another copy"):
            Copying(held, source_of(desk)).follow()


@pytest.mark.parametrize("name", ["keys.json", "checkpoint"])
def test_what_a_copy_stands_on_is_whole_before_it_takes_the_place_of_what_lay_there(
    desk, key, tmp_path, monkeypatch, name
):
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        before = held.read(name)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            with pytest.raises(Unavailable, match="mend the disk"):
                held.write_durably(name, b"half")
        assert held.read(name) == before
    assert judged(tmp_path / "m").sound
