"""What was answered for is never lost in silence: a backup of another branch is not put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from openline.backup import backup, restore, restore_under_new_key
from openline.desk_directory.head import Head, HeadFile
from openline.domain.party import EpochOpened, EpochReason
from openline.last_known import OtherBranch, Seen
from openline.service import SimulatedClock
from service_harness import NOON, CountedEntropy, Speaker, add_party, found, open_desk

LATER = tuple(f"A-{n}" for n in range(5))


def at_work(path: Path, *parties: str) -> int:
    """A desk with EAST at it that has heard of these parties, and has been stopped; its size."""
    service = open_desk(path)
    if service.journal.size() == 0:
        found(service, Speaker("EAST"))
    for party in parties:
        add_party(service, party).result()
    size = service.journal.size()
    service.close()
    return size


def put_back(copy: Path, desk: Path, seen: bytes | None = None) -> EpochOpened:
    return restore(
        copy,
        desk,
        clock=SimulatedClock(NOON),
        entropy=CountedEntropy(),
        seen=None if seen is None else Seen(note=seen),
    ).opened


def head_of(path: Path) -> Head:
    head = HeadFile(path / "head").read()
    assert head is not None
    return head


def checkpoint_of(path: Path) -> bytes:
    service = open_desk(path)
    note = service.journal.checkpoint()
    service.close()
    assert note is not None
    return note


def branched(path: Path, tmp_path: Path, *answered: str) -> None:
    """Backups `old` and `new` of one branch; the desk has gone on from `old` in another."""
    at_work(path, "NORTH")
    backup(path, tmp_path / "old")
    at_work(path, *LATER)
    backup(path, tmp_path / "new")
    put_back(tmp_path / "old", path)
    at_work(path, *answered)


def test_a_newer_backup_of_another_branch_does_not_take_the_place_of_what_was_answered(
    path: Path, tmp_path: Path
) -> None:
    branched(path, tmp_path, "ANSWERED")
    before, stood = head_of(path), (path / "record.db").read_bytes()
    assert before.size < head_of(tmp_path / "new").size
    with pytest.raises(OtherBranch, match=rf"another branch.*{before.size} entries \(epoch 1\)"):
        put_back(tmp_path / "new", path)
    with pytest.raises(OtherBranch, match=before.root):
        restore_under_new_key(
            tmp_path / "new", path, EpochReason.KEY_LOST, clock=SimulatedClock(NOON)
        )
    assert (head_of(path), (path / "record.db").read_bytes()) == (before, stood)
    assert not (path / "restoring").exists()
    at_work(path, "GOES-ON")


@pytest.mark.parametrize("more", [0, 2], ids=["of one size", "of a longer branch"])
def test_a_backup_no_longer_than_the_desks_own_branch_is_compared_by_its_root(
    path: Path, tmp_path: Path, more: int
) -> None:
    branched(path, tmp_path)
    short = head_of(tmp_path / "new").size + more - head_of(path).size
    at_work(path, *(f"B-{n}" for n in range(short)))
    assert head_of(path).size == head_of(tmp_path / "new").size + more
    with pytest.raises(OtherBranch):
        put_back(tmp_path / "new", path)


def test_a_checkpoint_that_others_hold_of_another_branch_is_no_witness_that_nothing_is_missing(
    path: Path, tmp_path: Path
) -> None:
    branched(path, tmp_path, "ANSWERED")
    seen = checkpoint_of(path)
    with pytest.raises(OtherBranch, match="the checkpoint that others hold"):
        put_back(tmp_path / "new", tmp_path / "machine", seen)


def test_two_ends_of_one_size_are_not_said_to_be_one(path: Path, tmp_path: Path) -> None:
    branched(path, tmp_path)
    short = head_of(tmp_path / "new").size - head_of(path).size
    at_work(path, *(f"B-{n}" for n in range(short)))
    seen = checkpoint_of(tmp_path / "new")
    with pytest.raises(OtherBranch, match="two different roots"):
        put_back(tmp_path / "old", path, seen)


def test_what_an_epoch_said_was_lost_is_not_forgotten_with_that_epoch(
    path: Path, tmp_path: Path
) -> None:
    branched(path, tmp_path, "ANSWERED")
    first = head_of(tmp_path / "new")
    opened = put_back(tmp_path / "old", path)
    assert (opened.last_known_size, opened.last_known_root) == (first.size, first.root)


def test_a_desk_whose_head_is_lost_says_what_is_missing_by_its_record(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    size = at_work(path, "LOST")
    (path / "head").write_bytes(b"torn")
    assert put_back(tmp_path / "copy", path).last_known_size == size


def test_a_restore_that_was_cut_short_is_no_branch_that_anything_was_answered_in(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(path)
    backup(path, tmp_path / "old")
    at_work(path, *LATER)
    backup(path, tmp_path / "new")
    size = at_work(path, "LOST")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.parent.name == "restoring" and self.name == "head":
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            put_back(tmp_path / "old", path)
    assert put_back(tmp_path / "new", path).last_known_size == size
