"""Starting: from a snapshot and what came after, or from the whole record; never on a lie."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from openline.desk.state import digest_of
from openline.desk_directory import DeskDirectory, InUse
from openline.desk_directory import head as head_file
from openline.desk_directory.snapshots import SnapshotOf
from openline.domain.errors import Unavailable
from openline.journal import Damaged, Row
from openline.journal.sqlite import SqliteJournal
from openline.record.tiles import tree_from_tiles
from openline.service import Limits, Service
from openline.service.fold import Restored
from service_harness import Speaker, add_party, contact, found, make_desk, open_desk


def filled(path: Path, calls: int = 20, limits: Limits | None = None) -> tuple[str, bytes]:
    """A desk to which things were said, closed again: the digest of its state, and its root."""
    east, west = Speaker("EAST"), Speaker("WEST")
    service = open_desk(path, limits=limits)
    found(service, east, west)
    for at in range(calls):
        service.submit(east.sign(f"call-{at}", contact("EAST", "WEST", text=f"call {at}"))).result()
    whole = service.read(digest_of), root(service)
    service.close()
    return whole


def root(service: Service) -> bytes:
    return tree_from_tiles(service.journal.size(), service.journal.tile).root()


def reopened(path: Path) -> tuple[str, bytes]:
    service = open_desk(path)
    whole = service.read(digest_of), root(service)
    service.close()
    return whole


def snapshots_of(path: Path) -> list[Path]:
    return sorted((path / "snapshots").iterdir())


def test_the_same_things_said_give_the_same_root(tmp_path: Path) -> None:
    one = filled(make_desk(tmp_path / "one"))
    other = filled(make_desk(tmp_path / "other"))
    assert one == other


def test_replaying_gives_the_same_state_every_time(path: Path) -> None:
    whole = filled(path)
    for _ in range(2):
        shutil.rmtree(path / "snapshots")
        assert reopened(path) == whole


def test_snapshot_and_what_came_after_equal_the_whole_replay(path: Path) -> None:
    whole = filled(path, limits=Limits(snapshot_every=5))
    newest = snapshots_of(path)[-1]
    newest.unlink()
    (older,) = snapshots_of(path)
    assert int(older.stem) < 49
    assert reopened(path) == whole


def test_a_start_reads_only_what_came_after_the_snapshot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    read: list[tuple[int, int]] = []
    real = SqliteJournal.read

    def noted(self: SqliteJournal, start: int, end: int) -> Iterator[Row]:
        read.append((start, end))
        return real(self, start, end)

    monkeypatch.setattr(SqliteJournal, "read", noted)
    service = open_desk(path)
    size = service.journal.size()
    service.close()
    # The last row for the desk's chain, and nothing to fold.
    assert read == [(size - 1, size), (size, size)]


def test_old_snapshots_are_dropped(path: Path) -> None:
    filled(path, limits=Limits(snapshot_every=5))
    assert len(snapshots_of(path)) == 2


def test_no_snapshot_can_be_read_without_the_key(path: Path) -> None:
    filled(path)
    (snapshot,) = snapshots_of(path)
    assert b"Side EAST" not in snapshot.read_bytes()
    assert (path / "snapshots").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("at", [0, 60, -1])
def test_a_snapshot_with_one_byte_altered_is_replayed(path: Path, at: int) -> None:
    whole = filled(path)
    (snapshot,) = snapshots_of(path)
    data = bytearray(snapshot.read_bytes())
    data[at] ^= 1
    snapshot.write_bytes(bytes(data))
    assert reopened(path) == whole


@pytest.mark.parametrize(
    "other", [{"origin": "other"}, {"size": 7}, {"root": "00" * 32}, {"state_version": 0}]
)
def test_a_whole_snapshot_of_something_else_is_replayed(
    path: Path, other: dict[str, object]
) -> None:
    whole = filled(path)
    with DeskDirectory(path) as directory:
        ((of, _),) = directory.snapshots.newest_first()
        directory.snapshots.drop_all()
        directory.snapshots.save(replace(of, **other), [b"{}"])
    assert reopened(path) == whole


def test_a_snapshot_of_the_release_before_is_replayed_and_that_is_said(path: Path) -> None:
    """Read as it is, what came since would have its default, and not what a replay has."""
    whole = filled(path)
    with DeskDirectory(path) as directory:
        ((of, text),) = directory.snapshots.newest_first()
        directory.snapshots.drop_all()
        directory.snapshots.save(replace(of, state_version=of.state_version - 1), [text])
    with capture_logs() as told:
        assert reopened(path) == whole
    assert any("another release wrote it" in each.get("why", "") for each in told)


def test_a_snapshot_further_than_the_record_is_passed_over(path: Path) -> None:
    whole = filled(path)
    with DeskDirectory(path) as directory:
        ((of, text),) = directory.snapshots.newest_first()
        directory.snapshots.save(replace(of, size=of.size + 100), [text])
    assert reopened(path) == whole


def test_a_snapshot_comes_back_as_it_was_however_it_was_cut(path: Path) -> None:
    text = bytes(range(256)) * 8_192
    with DeskDirectory(path) as directory:
        of = SnapshotOf(origin="desk.example", size=7, root="00", state_version=1)
        for cut in (1_000, 700_000, len(text)):
            directory.snapshots.save(of, [text[at : at + cut] for at in range(0, len(text), cut)])
            assert list(directory.snapshots.newest_first()) == [(of, text)]


@pytest.mark.parametrize("end", [100, 600_000, -64, -1])
def test_a_snapshot_cut_short_is_passed_over(path: Path, end: int) -> None:
    with DeskDirectory(path) as directory:
        of = SnapshotOf(origin="desk.example", size=7, root="00", state_version=1)
        directory.snapshots.save(of, [b"x" * 1_000_000])
        (snapshot,) = snapshots_of(path)
        snapshot.write_bytes(snapshot.read_bytes()[:end])
        assert list(directory.snapshots.newest_first()) == []


def test_an_older_copy_put_back_is_refused_and_restore_named(path: Path, tmp_path: Path) -> None:
    filled(path, calls=3)
    shutil.copy(path / "record.db", tmp_path / "old.db")
    service = open_desk(path)
    add_party(service, "NORTH").result()
    service.close()
    shutil.copy(tmp_path / "old.db", path / "record.db")
    with pytest.raises(Restored, match="openline restore"):
        open_desk(path)


def test_a_record_of_another_past_is_refused(tmp_path: Path) -> None:
    """Of the same desk key and origin, and longer, but not the one that was answered for."""
    here, there = make_desk(tmp_path / "here"), make_desk(tmp_path / "there")
    filled(here, calls=3)
    service = open_desk(there)
    found(service)
    for at in range(60):
        add_party(service, f"P-{at}").result()
    service.close()
    shutil.copy(there / "record.db", here / "record.db")
    with pytest.raises(Damaged, match="not the one answered for"):
        open_desk(here)


def test_a_head_behind_the_record_catches_up(path: Path) -> None:
    filled(path, calls=3)
    kept = (path / "head").read_bytes()
    service = open_desk(path)
    add_party(service, "NORTH").result()
    size = service.journal.size()
    service.close()
    (path / "head").write_bytes(kept)
    open_desk(path).close()
    head = head_file.HeadFile(path / "head").read()
    assert head is not None
    assert head.size == size


def test_a_removed_head_is_refused(path: Path) -> None:
    filled(path, calls=1)
    (path / "head").unlink()
    with pytest.raises(Damaged, match="no head"):
        open_desk(path)


@pytest.mark.parametrize("torn", [0, 1])
def test_a_head_torn_while_being_written_leaves_the_one_before(path: Path, torn: int) -> None:
    whole = filled(path, calls=3)
    data = bytearray((path / "head").read_bytes())
    data[torn * 1024 + 20] ^= 1
    (path / "head").write_bytes(bytes(data))
    assert reopened(path) == whole


def test_a_head_with_nothing_whole_in_it_is_refused(path: Path) -> None:
    filled(path, calls=1)
    (path / "head").write_bytes(b"x" * 2048)
    with pytest.raises(Damaged, match="no whole head"):
        open_desk(path)


def test_a_second_program_on_the_same_desk_is_refused(path: Path) -> None:
    service = open_desk(path)
    with pytest.raises(InUse, match="another program"):
        open_desk(path)
    service.close()
    open_desk(path).close()


def test_a_directory_without_a_desk_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="openline init"):
        open_desk(tmp_path / "nothing here")
    with pytest.raises(Unavailable, match="openline init"):
        open_desk(tmp_path)


def test_a_desk_is_not_made_where_one_is(path: Path) -> None:
    with pytest.raises(Unavailable, match="already"):
        make_desk(path)


def test_keys_that_others_can_read_are_refused(path: Path) -> None:
    (path / "at-rest.key").chmod(0o644)
    with pytest.raises(Unavailable, match="chmod 600"):
        open_desk(path)


def test_an_erased_body_is_in_no_snapshot_state_or_file(path: Path) -> None:
    service = open_desk(path)
    found(service, Speaker("EAST"))
    index = add_party(service, "NORTH").result().index
    service.close()
    assert snapshots_of(path)

    service = open_desk(path)
    receipt, before = service.receipt(index), root(service)
    service.erase([index]).result()
    assert service.read(lambda state: state.parties["NORTH"].names) is None
    assert service.read(lambda state: state.parties["EAST"].names) is not None
    assert service.receipt(index) == receipt
    assert root(service) == before
    erased = service.read(digest_of)
    service.close()

    assert reopened(path)[0] == erased
    shutil.rmtree(path / "snapshots")
    assert reopened(path)[0] == erased


TAMPERED = {
    "a leaf": (
        "UPDATE entries SET leaf = CAST(replace(CAST(leaf AS TEXT), 'e', 'f') AS BLOB) "
        "WHERE entry = 9"
    ),
    "readers of what the desk sealed": "UPDATE entries SET readers = '[\"X\"]' WHERE entry = 2",
    "readers of what a party signed": "UPDATE entries SET readers = '[\"*\"]' WHERE entry = 9",
    "the time of what a party signed": (
        "UPDATE entries SET recorded_at = '2017-09-16T11:59:59+00:00' WHERE entry = 9"
    ),
    "an author": "UPDATE entries SET party = 'WEST' WHERE entry = 9",
    "a body": "UPDATE bodies SET encrypted = zeroblob(length(encrypted)) WHERE entry = 9",
    "a hash": "UPDATE tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0",
    "a checkpoint": (
        "UPDATE checkpoints SET note = CAST(replace(CAST(note AS TEXT), 'A', 'B') AS BLOB)"
    ),
    "the last entry": "DELETE FROM entries WHERE entry = (SELECT max(entry) FROM entries)",
    "an entry within": "DELETE FROM entries WHERE entry = 9",
    "what it was heard by": "DELETE FROM entries WHERE entry > 9",
}


@pytest.mark.parametrize("query", TAMPERED.values(), ids=TAMPERED)
def test_whatever_is_altered_in_the_database_is_found_by_replaying(path: Path, query: str) -> None:
    filled(path, calls=3)
    shutil.rmtree(path / "snapshots")
    tamper = apsw.Connection(str(path / "record.db"))
    tamper.execute("PRAGMA foreign_keys = OFF")
    for (trigger,) in list(tamper.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        tamper.execute(f"DROP TRIGGER {trigger}")
    tamper.execute(query)
    assert tamper.total_changes()
    tamper.close()
    with pytest.raises(Damaged):
        open_desk(path)
