"""A witness that has lost what it remembered, or part of it: it must not cosign under its key."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from openline.domain.errors import Unavailable
from openline.record.witnessing import Seen
from openline.witness.memory import KEY, MEMORY, Cosigned, Memory, open_identity
from small_disk import filled, small_disk_at

NAME, ORIGIN = "east.example/w1", "desk.example/river"


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def made_anew(path: Path) -> None:
    path.unlink()
    Memory(path).close()


@pytest.mark.parametrize("lose", [Path.unlink, emptied, made_anew])
@pytest.mark.parametrize("name", [None, NAME])
def test_a_witness_whose_memory_holds_nothing_does_not_start_under_its_key(tmp_path, lose, name):
    open_identity(tmp_path, NAME).memory.close()
    lose(tmp_path / MEMORY)
    for _ in range(2):
        with pytest.raises(Unavailable, match="could cosign a fork"):
            open_identity(tmp_path, name)


def test_all_that_a_killed_witness_cosigned_lies_in_its_one_file(tmp_path):
    identity = open_identity(tmp_path / "w", NAME)
    cosigned = Cosigned(seen=Seen(size=12, root=b"r" * 32), note=b"note", at_s=1)
    identity.memory.move(ORIGIN, lambda _: cosigned)
    # As it lies there after a kill, moved by somebody who knows of these two files alone.
    (tmp_path / "moved").mkdir()
    for file in (KEY, MEMORY):
        shutil.copy(tmp_path / "w" / file, tmp_path / "moved" / file)
    identity.memory.close()
    moved = open_identity(tmp_path / "moved", None).memory
    found = moved.find(ORIGIN)
    moved.close()
    assert found is not None
    assert found.seen == cosigned.seen


def test_a_memory_of_an_earlier_release_is_taken_over_with_all_that_it_held(tmp_path):
    """Those kept a write-ahead log, which may still hold the last of it."""
    identity = open_identity(tmp_path / "w", NAME)
    identity.memory.close()
    before = apsw.Connection(str(tmp_path / "w" / MEMORY))
    for text in ("PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0"):
        list(before.execute(text))
    list(before.execute("INSERT INTO cosigned VALUES (?, 12, x'00', x'00', 1)", (ORIGIN,)))
    shutil.copytree(tmp_path / "w", tmp_path / "killed")
    before.close()
    assert (tmp_path / "killed" / f"{MEMORY}-wal").stat().st_size
    taken_over = open_identity(tmp_path / "killed", None).memory
    found = taken_over.find(ORIGIN)
    taken_over.close()
    assert found is not None
    assert found.seen.size == 12
    assert not (tmp_path / "killed" / f"{MEMORY}-wal").exists()


def test_a_witness_whose_disk_is_full_cosigns_nothing_and_forgets_nothing(tmp_path):
    def move(size: int) -> None:
        moved = Cosigned(seen=Seen(size=size, root=b"r" * 32), note=b"n" * 4_096, at_s=1)
        memory.move(ORIGIN, lambda _: moved)

    with small_disk_at(tmp_path / "small") as disk:
        memory = open_identity(disk / "w", NAME).memory
        move(12)
        filler = filled(disk)
        with pytest.raises(Unavailable, match="nothing is cosigned meanwhile"):
            move(13)
        found = memory.find(ORIGIN)
        assert found is not None
        assert found.seen.size == 12
        filler.unlink()
        move(13)
        memory.close()
        again = open_identity(disk / "w", None).memory
        found = again.find(ORIGIN)
        again.close()
    assert found is not None
    assert found.seen.size == 13
