"""A desk is copied while it works, and put back by an act that the record itself shows."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from openline.backup import backup, restore
from openline.cli.epoch_steps import rows_of_restore
from openline.desk.state import digest_of
from openline.desk_directory import InUse
from openline.desk_directory.head import HeadFile
from openline.domain.errors import Unavailable
from openline.domain.party import EpochOpened
from openline.journal import Damaged
from openline.sealing import entry_from_row
from openline.service import Service, SimulatedClock
from openline.service.fold import Restored
from service_harness import NOON, CountedEntropy, Speaker, add_party, contact, found, open_desk


def put_back(copy: Path, desk: Path) -> EpochOpened:
    return restore(copy, desk, clock=SimulatedClock(NOON), entropy=CountedEntropy()).opened


def stop(service: Service, said: str | None = None) -> int:
    if said:
        add_party(service, said).result()
    size = service.journal.size()
    service.close()
    return size


def parties_of(path: Path) -> set[str]:
    service = open_desk(path)
    parties = service.read(lambda state: set(state.parties))
    service.close()
    return parties


def test_a_backup_of_a_running_desk_is_a_whole_desk(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    reached = backup(path, tmp_path / "copy")
    digest, size = service.read(digest_of), service.journal.size()
    add_party(service, "NORTH").result()
    service.close()
    assert reached.size == size
    copy = open_desk(tmp_path / "copy")
    assert copy.read(digest_of) == digest
    copy.close()


def test_a_backup_under_load_holds_all_that_was_answered_before_it(
    path: Path, tmp_path: Path
) -> None:
    service = open_desk(path)
    found(service)
    done = threading.Event()

    def load() -> None:
        at = 0
        while not done.is_set():
            add_party(service, f"P-{at}").result()
            at += 1

    loading = threading.Thread(target=load)
    loading.start()
    for at in range(3):
        answered = service.journal.size()
        assert backup(path, tmp_path / f"copy-{at}").size >= answered
    done.set()
    loading.join()
    service.close()


def test_a_desk_put_back_says_what_is_missing(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    reached = backup(path, tmp_path / "copy")
    stop(service, said="LOST")
    known = HeadFile(path / "head").read()
    assert known is not None
    assert put_back(tmp_path / "copy", path) == EpochOpened(
        restored_size=reached.size,
        restored_root=reached.root,
        last_known_size=known.size,
        last_known_root=known.root,
    )
    again = open_desk(path)
    *_, last = again.journal.read(0, 99)
    assert isinstance(entry_from_row(last).content, EpochOpened)
    assert again.read(lambda state: (state.epoch, set(state.parties))) == (1, {"EAST"})
    assert add_party(again, "LOST").exception() is None
    again.close()


def test_only_an_explicit_act_puts_a_backup_back(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service)
    backup(path, tmp_path / "copy")
    stop(service, said="LOST")
    shutil.copy(tmp_path / "copy" / "record.db", path / "record.db")
    with pytest.raises(Restored):
        open_desk(path)
    put_back(tmp_path / "copy", path)
    assert parties_of(path) == set()


def test_the_database_that_stood_there_is_kept(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service)
    backup(path, tmp_path / "copy")
    stop(service, said="LOST")
    stood = (path / "record.db").read_bytes()
    for _ in range(2):
        put_back(tmp_path / "copy", path)
    assert (path / "record.db.replaced-1").read_bytes() == stood
    assert (path / "record.db.replaced-2").exists()


def test_a_lost_machine_is_replaced_from_its_backup(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    reached = backup(path, tmp_path / "copy")
    stop(service)
    opened = put_back(tmp_path / "copy", tmp_path / "new machine")
    assert opened.last_known_size == reached.size
    assert parties_of(tmp_path / "new machine") == {"EAST"}


def test_signed_chains_go_on_after_a_desk_is_put_back(path: Path, tmp_path: Path) -> None:
    service, east = open_desk(path), Speaker("EAST")
    found(service, east, Speaker("WEST"))
    service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
    backup(path, tmp_path / "copy")
    stop(service)
    put_back(tmp_path / "copy", path)
    again = open_desk(path)
    assert again.submit(east.sign("call-2", contact("EAST", "WEST"))).exception() is None
    again.close()


@pytest.mark.parametrize("stopped_before", ["record.db", "head"])
def test_a_restore_that_was_cut_short_starts_nothing_and_is_run_again(
    path: Path, tmp_path: Path, stopped_before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_desk(path)
    found(service)
    backup(path, tmp_path / "copy")
    stop(service, said="LOST")
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.parent.name == "restoring" and self.name == stopped_before:
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            put_back(tmp_path / "copy", path)
    with pytest.raises((Damaged, Restored)):
        open_desk(path)
    put_back(tmp_path / "copy", path)
    assert parties_of(path) == set()


def test_a_running_desk_is_not_replaced(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service)
    backup(path, tmp_path / "copy")
    with pytest.raises(InUse):
        put_back(tmp_path / "copy", path)
    service.close()


def test_a_backup_is_not_written_over(path: Path, tmp_path: Path) -> None:
    stop(open_desk(path))
    backup(path, tmp_path / "copy")
    with pytest.raises(Unavailable, match="already"):
        backup(path, tmp_path / "copy")


def test_another_desks_backup_is_refused(path: Path, tmp_path: Path) -> None:
    stop(open_desk(path))
    backup(path, tmp_path / "copy")
    (path / "at-rest.key").write_bytes(b"x" * 32)
    with pytest.raises(Unavailable, match="another desk"):
        put_back(tmp_path / "copy", path)


def test_a_backup_that_was_altered_is_not_put_back(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    backup(path, tmp_path / "copy")
    stop(service)
    data = (tmp_path / "copy" / "record.db").read_bytes()
    at = data.index(b"eyJhbGciOiJFZDI1NTE5")
    (tmp_path / "copy" / "record.db").write_bytes(data[:at] + b"f" + data[at + 1 :])
    with pytest.raises(Damaged):
        put_back(tmp_path / "copy", path)
    assert parties_of(path) == {"EAST"}


def test_erased_bodies_are_not_carried_into_a_backup(path: Path, tmp_path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    index = add_party(service, "NORTH").result().index
    service.erase([index]).result()
    backup(path, tmp_path / "copy")
    stop(service)
    copy = open_desk(tmp_path / "copy")
    assert copy.read(lambda state: state.parties["NORTH"].names) is None
    copy.close()


def test_bodies_that_come_back_although_they_were_erased_are_named_and_none_is_erased(
    path: Path, tmp_path: Path
) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    kept, erased = (add_party(service, party).result().index for party in ("NORTH", "SOUTH"))
    backup(path, tmp_path / "copy")
    service.erase([erased]).result()
    stop(service, said="LOST")
    clock = SimulatedClock(NOON)
    done = restore(tmp_path / "copy", path, clock=clock, entropy=CountedEntropy())
    assert done.back == (erased,)
    (said,) = (row for row in rows_of_restore(done, path) if "openline erase" in row)
    assert f"`openline erase {erased} --data {path}`" in said
    again = open_desk(path)
    bodies = [row.body is not None for row in again.journal.read(kept, erased + 1)]
    assert (bodies[0], bodies[-1]) == (True, True)
    again.close()
