"""A backup from before a new epoch does not bring back the key that the epoch put an end to."""

from __future__ import annotations

from pathlib import Path

import pytest

from openline.backup import backup, restore, restore_under_new_key
from openline.desk_key import rotate_desk_key
from openline.domain.errors import Unavailable
from openline.domain.party import DeskKeyRotated, EpochOpened, EpochReason
from openline.new_epoch import begin_new_epoch
from openline.record.keys import load_private_key
from openline.record.note import NoteKey, note_key
from openline.sealing import entry_from_row
from openline.service import SimulatedClock
from service_harness import (
    NOON,
    ORIGIN,
    CountedEntropy,
    Speaker,
    add_party,
    found,
    open_desk,
)

STOLEN = EpochReason.KEY_STOLEN
CLOCK = SimulatedClock(NOON)


def at_work(path: Path, *parties: str) -> None:
    """A desk with EAST at it that has heard of these parties, and has been stopped."""
    service = open_desk(path)
    if service.journal.size() == 0:
        found(service, Speaker("EAST"))
    for party in parties:
        add_party(service, party).result()
    service.close()


def put_back(copy: Path, desk: Path) -> EpochOpened:
    return restore(copy, desk, clock=CLOCK, entropy=CountedEntropy()).opened


def contents_of(path: Path) -> list[object]:
    service = open_desk(path)
    entries = [entry_from_row(row) for row in service.journal.read(0, service.journal.size())]
    service.close()
    return [each.content for each in entries]


def files_of(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}


def stop_before(patch: pytest.MonkeyPatch, name: str) -> None:
    """The power fails before this file is moved into the desk's directory."""
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if (self.parent.name, self.name) == ("restoring", name):
            raise KeyboardInterrupt
        return real(self, target)

    patch.setattr(Path, "replace", replace)


def test_a_backup_from_before_a_stolen_key_does_not_bring_that_key_back(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    begin_new_epoch(path, STOLEN, clock=CLOCK)
    at_work(path, "SOUTH")
    stood = files_of(path)
    with pytest.raises(Unavailable, match=r"lost or stolen.*new-epoch.*--from"):
        put_back(tmp_path / "copy", path)
    assert files_of(path) == stood
    restore_under_new_key(tmp_path / "copy", path, STOLEN, clock=CLOCK)
    *_, last = contents_of(path)
    assert isinstance(last, EpochOpened)
    assert last.why is STOLEN


def test_nor_does_it_if_the_key_of_the_epoch_is_lost_too(path: Path, tmp_path: Path) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    begin_new_epoch(path, STOLEN, clock=CLOCK)
    (path / "desk.key").unlink()
    with pytest.raises(Unavailable, match=r"new-epoch.*--from"):
        put_back(tmp_path / "copy", path)


def test_nor_where_the_desks_record_can_no_longer_tell_whose_its_key_is(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    begin_new_epoch(path, STOLEN, clock=CLOCK)
    (path / "record.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(Unavailable, match=r"no record that can be read.*new-epoch.*--from"):
        put_back(tmp_path / "copy", path)


def test_a_backup_from_after_the_epoch_is_put_back(path: Path, tmp_path: Path) -> None:
    at_work(path)
    begin_new_epoch(path, STOLEN, clock=CLOCK)
    backup(path, tmp_path / "copy")
    rotate_desk_key(path, clock=CLOCK, entropy=CountedEntropy())
    at_work(path, "LOST")
    put_back(tmp_path / "copy", path)
    assert [type(each) for each in contents_of(path)[-3:]] == [
        EpochOpened,
        EpochOpened,
        DeskKeyRotated,
    ]


@pytest.mark.parametrize("stopped_before", ["at-rest.key", "record.db", "head"])
def test_a_new_epoch_from_a_backup_that_was_cut_short_is_gone_on_with_and_not_undone(
    path: Path, tmp_path: Path, stopped_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    at_work(path, "LOST")
    with monkeypatch.context() as patch:
        stop_before(patch, stopped_before)
        with pytest.raises(KeyboardInterrupt):
            restore_under_new_key(tmp_path / "copy", path, STOLEN, clock=CLOCK)
    with pytest.raises(Unavailable, match=r"cut short: run the same command.*new-epoch --from"):
        open_desk(path)
    with pytest.raises(Unavailable, match=r"new-epoch.*--from"):
        put_back(tmp_path / "copy", path)
    restore_under_new_key(tmp_path / "copy", path, STOLEN, clock=CLOCK)
    assert [type(each) for each in contents_of(path)].count(EpochOpened) == 1


@pytest.mark.parametrize("stopped_before", ["record.db", "head"])
def test_a_restore_over_a_rotation_that_was_cut_short_is_run_again(
    path: Path, tmp_path: Path, stopped_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    rotate_desk_key(path, clock=CLOCK, entropy=CountedEntropy())
    at_work(path, "LOST")
    with monkeypatch.context() as patch:
        stop_before(patch, stopped_before)
        with pytest.raises(KeyboardInterrupt):
            put_back(tmp_path / "copy", path)
    with pytest.raises(Unavailable, match="cut short: run the same command"):
        open_desk(path)
    put_back(tmp_path / "copy", path)
    assert isinstance(contents_of(path)[-1], DeskKeyRotated)


def key_of(path: Path) -> NoteKey:
    return note_key(ORIGIN, load_private_key(path / "desk.key", None))


def test_on_an_empty_machine_a_backup_does_not_bring_back_another_key_than_the_one_trusted(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "before")
    begin_new_epoch(path, STOLEN, clock=CLOCK)
    backup(path, tmp_path / "after")
    told = {"clock": CLOCK, "entropy": CountedEntropy(), "trusted": key_of(path)}
    empty = tmp_path / "machine"
    with pytest.raises(Unavailable, match=r"not the one you trust.*new-epoch.*--from"):
        restore(tmp_path / "before", empty, **told)
    assert not (empty / "desk.key").exists()
    assert not (empty / "record.db").exists()
    done = restore(tmp_path / "after", empty, **told)
    assert (done.key, done.is_vouched_for) == (key_of(path), True)
    other = note_key("other.example", load_private_key(path / "desk.key", None))
    with pytest.raises(Unavailable, match=r"the key you trust is of other\.example"):
        restore(tmp_path / "after", empty, **(told | {"trusted": other}))


def test_that_nothing_vouches_for_a_key_that_comes_back_is_not_passed_over(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    alone = restore(tmp_path / "copy", tmp_path / "machine", clock=CLOCK)
    beside = restore(tmp_path / "copy", path, clock=CLOCK)
    assert (alone.is_vouched_for, beside.is_vouched_for) == (False, True)


def test_a_key_that_was_rotated_away_does_not_come_back_because_the_newer_one_is_lost(
    path: Path, tmp_path: Path
) -> None:
    at_work(path)
    backup(path, tmp_path / "copy")
    rotate_desk_key(path, clock=CLOCK, entropy=CountedEntropy())
    newer = (path / "desk.key").rename(tmp_path / "newer")
    with pytest.raises(Unavailable, match=r"was changed for another since.*new-epoch.*--from"):
        put_back(tmp_path / "copy", path)
    newer.rename(path / "desk.key")
    put_back(tmp_path / "copy", path)
    assert isinstance(contents_of(path)[-1], DeskKeyRotated)
