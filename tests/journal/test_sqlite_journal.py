"""What the SQLite journal does beyond the contract: what lies in its files, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from openline.domain.errors import Unavailable
from openline.journal import Batch, Damaged, Row
from openline.journal.at_rest import KEY_BYTES, AtRest
from openline.journal.sqlite import SqliteJournal

AT_REST = AtRest(b"k" * KEY_BYTES)
PLACE = b'{"place":"Khusham, 35.3N 40.2E"}'


def row(index: int, body: bytes | None = None, leaf: bytes = b"leaf") -> Row:
    return Row(
        index=index,
        leaf=leaf,
        recorded_at=datetime(2017, 9, 16, tzinfo=UTC),
        readers=("EAST",),
        salt=None if body is None else b"s" * 32,
        body=body,
    )


def append(journal: SqliteJournal, *rows: Row) -> None:
    note = b"note %d" % (rows[-1].index + 1)
    journal.append(rows[0].index, Batch(rows=rows, tiles=[], checkpoint=note))


def bytes_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.iterdir()))


def test_no_body_stands_readable_in_any_file(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE))
    assert b"Khusham" not in bytes_of(tmp_path)
    journal.close()
    assert b"Khusham" not in bytes_of(tmp_path)


def test_an_erased_body_leaves_not_even_its_ciphertext(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE), row(1, PLACE))
    other = apsw.Connection(str(tmp_path / "record.db"), flags=apsw.SQLITE_OPEN_READONLY)
    erased, kept = (text for (text,) in other.execute("SELECT encrypted FROM bodies"))
    other.close()
    assert erased in bytes_of(tmp_path)
    journal.erase([0])
    assert erased not in bytes_of(tmp_path)
    assert kept in bytes_of(tmp_path)
    journal.close()


def test_a_body_put_in_another_entrys_place_is_damage(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE), row(1, PLACE))
    other = apsw.Connection(str(tmp_path / "record.db"))
    other.execute("DROP TRIGGER bodies_are_fixed")
    other.execute("UPDATE bodies SET encrypted = (SELECT encrypted FROM bodies WHERE entry = 1)")
    with pytest.raises(Damaged, match="body of entry 0"):
        list(journal.read(0, 2))


def test_another_key_reads_no_body(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE))
    journal.close()
    stranger = SqliteJournal(tmp_path / "record.db", AtRest(b"x" * KEY_BYTES))
    with pytest.raises(Damaged):
        list(stranger.read(0, 1))


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM entries",
        "UPDATE entries SET readers = '[]'",
        "UPDATE bodies SET encrypted = x''",
        "DELETE FROM tiles",
        "UPDATE tiles SET hashes = x'00'",
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET note = x'00'",
    ],
)
def test_what_stands_is_not_changed_by_mistake(tmp_path: Path, query: str) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE))
    other = apsw.Connection(str(tmp_path / "record.db"))
    other.execute("INSERT INTO tiles VALUES (0, 0, x'01020304')")
    with pytest.raises(apsw.ConstraintError):
        other.execute(query)


def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(b"these are not the bytes of a database" * 100)
    with pytest.raises(Damaged, match="openline restore"):
        SqliteJournal(tmp_path / "record.db", AT_REST)


def test_a_store_that_does_not_answer_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        SqliteJournal(tmp_path / "no such directory" / "record.db", AT_REST)


def test_a_full_database_changes_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0))
    writer = journal._writer
    writer.execute("PRAGMA max_page_count = 1")  # SQLite makes it as many as there are
    with pytest.raises(Unavailable, match="disk is full"):
        append(journal, row(1, leaf=b"x" * 60_000))
    assert journal.size() == 1
    writer.execute("PRAGMA max_page_count = 1000")
    append(journal, row(1, leaf=b"x" * 60_000))
    assert journal.size() == 2


def test_a_copy_is_the_whole_record_at_one_size(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    append(journal, row(0, PLACE))
    journal.copy_to(tmp_path / "copy.db")
    append(journal, row(1))
    copy = SqliteJournal(tmp_path / "copy.db", AT_REST)
    assert list(copy.read(0, 9)) == [row(0, PLACE)]
    assert copy.checkpoint() == b"note 1"
    with pytest.raises(Unavailable, match="already"):
        journal.copy_to(tmp_path / "copy.db")


def test_every_commit_is_synced_by_a_sqlite_without_the_known_bug(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "record.db", AT_REST)
    asked = ("journal_mode", "synchronous", "secure_delete")
    answers = [journal._writer.execute(f"PRAGMA {name}").get for name in asked]
    full = 2
    assert answers == ["wal", full, 1]
    assert apsw.using_amalgamation
    assert tuple(map(int, apsw.sqlite_lib_version().split(".")[:2])) >= (3, 53)


def test_an_older_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(Unavailable, match=r"older than 3\.53"):
        SqliteJournal(tmp_path / "record.db", AT_REST)
