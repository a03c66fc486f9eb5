"""The store fails: it did not write, or it did and said that it had not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from openline.desk.state import digest_of
from openline.desk_directory import DeskDirectory
from openline.desk_directory.head import Head, HeadFile
from openline.domain.errors import Unavailable
from openline.journal import Batch
from openline.journal.sqlite import SqliteJournal
from openline.service import Service, SimulatedClock
from service_harness import (
    NOON,
    CountedEntropy,
    Speaker,
    add_party,
    contact,
    found,
    make_desk,
    open_desk,
)


class FailingJournal(SqliteJournal):
    """Fails the next append on one side of its commit, and then perhaps the reading back."""

    fails: str = ""
    reads_back = True

    def append(self, expected_size: int, batch: Batch) -> None:
        fails, self.fails = self.fails, ""
        if fails == "before":
            raise Unavailable("the store failed and has nothing of it")
        super().append(expected_size, batch)
        if fails == "after":
            raise Unavailable("the store failed and has all of it")

    def checkpoint(self, over: int = 0) -> bytes | None:
        if not self.reads_back:
            raise Unavailable("the store does not answer at all")
        return super().checkpoint(over)


@pytest.fixture
def journal(path: Path) -> FailingJournal:
    directory = DeskDirectory(path)
    opened = FailingJournal(directory.journal_path, directory.at_rest)
    directory.close()
    return opened


@pytest.fixture
def service(path: Path, journal: FailingJournal) -> Iterator[Service]:
    opened = Service(
        journal, DeskDirectory(path), clock=SimulatedClock(NOON), entropy=CountedEntropy()
    )
    opened.start()
    found(opened, Speaker("EAST"))
    yield opened
    opened.close()


def assert_replays(service: Service, path: Path, tmp_path: Path) -> None:
    """What the desk holds in memory is what its files say."""
    shutil.copytree(path, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "snapshots")
    copy = open_desk(tmp_path / "copy")
    assert service.read(digest_of) == copy.read(digest_of)
    copy.close()


def test_a_batch_that_failed_is_undone_and_can_be_said_again(
    service: Service, journal: FailingJournal, path: Path, tmp_path: Path
) -> None:
    before = service.read(digest_of)
    journal.fails = "before"
    with pytest.raises(Unavailable, match="has nothing of it"):
        add_party(service, "NORTH").result()
    assert service.read(digest_of) == before
    assert add_party(service, "NORTH").result().index == journal.size() - 1
    assert_replays(service, path, tmp_path)


def test_a_batch_that_failed_but_is_durable_is_answered(
    service: Service, journal: FailingJournal, path: Path, tmp_path: Path
) -> None:
    journal.fails = "after"
    assert add_party(service, "NORTH").result().index == journal.size() - 1
    assert service.read(lambda state: "NORTH" in state.parties)
    assert_replays(service, path, tmp_path)


@pytest.mark.parametrize("side", ["before", "after"])
def test_while_nothing_can_be_read_back_nobody_is_answered(
    service: Service, journal: FailingJournal, side: str, path: Path, tmp_path: Path
) -> None:
    journal.fails, journal.reads_back = side, False
    with pytest.raises(Unavailable):
        add_party(service, "NORTH").result()
    with pytest.raises(Unavailable, match="cannot read its record"):
        service.read(digest_of)
    with pytest.raises(Unavailable):
        add_party(service, "SOUTH").result()

    journal.reads_back = True
    size = journal.size()
    assert add_party(service, "NORTH").result().index == size - (side == "after")
    assert_replays(service, path, tmp_path)


def test_signed_chains_survive_a_failed_batch(
    service: Service, journal: FailingJournal, path: Path, tmp_path: Path
) -> None:
    east = Speaker("EAST")
    add_party(service, "WEST").result()
    first = east.sign("call-1", contact("EAST", "WEST"))
    journal.fails = "before"
    with pytest.raises(Unavailable):
        service.submit(first).result()
    assert service.submit(first).exception() is None
    assert service.submit(east.sign("call-2", contact("EAST", "WEST"))).exception() is None
    assert_replays(service, path, tmp_path)


def test_a_head_that_cannot_be_written_holds_the_answer_back(
    service: Service, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: HeadFile, head: Head) -> None:
        raise Unavailable("no room for the head")

    with monkeypatch.context() as patch:
        patch.setattr(HeadFile, "write", full)
        with pytest.raises(Unavailable, match="no room"):
            add_party(service, "NORTH").result()
        with pytest.raises(Unavailable):
            add_party(service, "NORTH").result()
    size = service.journal.size()
    assert add_party(service, "NORTH").result().index == size - 1
    assert_replays(service, path, tmp_path)


class FailingFile(apsw.VFSFile):
    """A file of SQLite's write-ahead log on a disk that fails when told to."""

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        FailingDisk.fail_if("write")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        FailingDisk.fail_if("sync")
        super().xSync(flags)


class FailingDisk(apsw.VFS):
    """Every journal opened while it lives lies on it."""

    fails: str = ""

    def __init__(self) -> None:
        super().__init__("failing", "unix", makedefault=True)

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        if flags[0] & apsw.SQLITE_OPEN_WAL:
            return FailingFile("unix", name, flags)
        return super().xOpen(name, flags)

    @classmethod
    def fail_if(cls, what: str) -> None:
        if cls.fails == what:
            cls.fails = ""
            raise apsw.IOError("the disk does not answer")


@pytest.fixture
def fail_next() -> Iterator[Callable[[str], None]]:
    """Makes the next `write` or `sync` of the log fail."""
    disk = FailingDisk()
    yield lambda what: setattr(FailingDisk, "fails", what)
    disk.unregister()


def test_a_write_that_fails_is_unavailable_and_leaves_the_record_whole(
    path: Path, tmp_path: Path, fail_next: Callable[[str], None]
) -> None:
    service = open_desk(path)
    found(service)
    fail_next("write")
    with pytest.raises(Unavailable, match="does not answer"):
        add_party(service, "NORTH").result()
    assert service.read(lambda state: "NORTH" in state.parties) is False
    assert add_party(service, "NORTH").exception() is None
    assert_replays(service, path, tmp_path)
    service.close()


def test_a_sync_that_fails_leaves_nothing_that_could_come_back(
    path: Path, tmp_path: Path, fail_next: Callable[[str], None]
) -> None:
    """The commit mark stood in the log, perhaps on the disk too; nobody was answered for it."""
    service = open_desk(path)
    found(service)
    fail_next("sync")
    with pytest.raises(Unavailable, match="does not answer"):
        add_party(service, "NORTH").result()
    assert service.read(lambda state: "NORTH" in state.parties) is False
    shutil.copytree(path, tmp_path / "as after a power cut")
    assert add_party(service, "NORTH").result().index == 1
    service.close()

    cut = open_desk(tmp_path / "as after a power cut")
    assert cut.read(lambda state: "NORTH" in state.parties) is False
    cut.close()


def fill(service: Service) -> int:
    """Adds parties until the desk says that it cannot; how many it answered for."""
    for at in range(10_000):
        if add_party(service, f"P-{at}").exception() is not None:
            return at
    raise AssertionError("the disk was never full")


def test_a_full_disk_is_unavailable_and_all_that_was_answered_can_be_read(
    small_disk: Path,
) -> None:
    service = open_desk(make_desk(small_disk / "desk"))
    found(service)
    answered = fill(service)
    with pytest.raises(Unavailable, match="disk is full"):
        add_party(service, "NORTH").result()
    assert service.read(lambda state: len(state.parties)) == answered
    assert service.journal.size() == answered + 1
    service.close()


def test_a_full_disk_given_room_goes_on(small_disk: Path) -> None:
    path = make_desk(small_disk / "desk")
    service = open_desk(path)
    found(service)
    answered = fill(service)
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert add_party(service, f"P-{answered}").exception() is None
    whole = service.read(digest_of)
    service.close()
    again = open_desk(path)
    assert again.read(digest_of) == whole
    assert again.read(lambda state: len(state.parties)) == answered + 1
    again.close()
