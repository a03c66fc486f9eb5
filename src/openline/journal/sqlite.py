"""The record in one SQLite file: every batch one transaction, durable before it is answered for.

APSW brings its own SQLite; the system's may be older than 3.53 and lose a write to a known bug of
its write-ahead log. `synchronous=FULL` syncs that log at every commit: with NORMAL a power cut
loses batches that were answered for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

import apsw
import msgspec

from openline.domain.errors import Unavailable
from openline.journal import Batch, Damaged, Row, Said, SecondWriter, sql
from openline.journal.at_rest import AtRest
from openline.record.leaf import SALT_BYTES
from openline.record.merkle import HASH_BYTES

_OLDEST: Final = (3, 53)
_MEMORY: Final = ":memory:"
_ROWS_AT_ONCE: Final = 256
_ROWS_IN_ONE: Final = 32
_BUSY_MS: Final = 2_000
_NOTHING_WRITTEN: Final = (apsw.FullError, apsw.BusyError, apsw.ConstraintError)


class SqliteJournal:
    """A `Journal` in one SQLite file, or in memory for tests."""

    def __init__(self, path: Path | None, at_rest: AtRest) -> None:
        """Opens the record in the file, or begins one there; without a path, one in memory.

        Raises:
            Unavailable: the file cannot be opened or written.
            Damaged: it is not a database, or not this one.
        """
        oldest = ".".join(map(str, _OLDEST))
        if tuple(map(int, apsw.sqlite_lib_version().split(".")[:2])) < _OLDEST:
            raise Unavailable(
                f"SQLite is {apsw.sqlite_lib_version()}, older than {oldest}. "
                "Install APSW from its wheel, which brings its own."
            )
        self._path = _MEMORY if path is None else str(path)
        self._at_rest = at_rest
        self._writing, self._reading = threading.RLock(), threading.RLock()
        self._unsettled = False
        self._open()

    def _open(self) -> None:
        with _NAMED:
            self._writer = self._reader = _connect(self._path)
            _run(self._writer, sql.SCHEMA)
            if self._path != _MEMORY:
                self._reader = _connect(self._path)
                _run(self._reader, "PRAGMA query_only = ON")

    def size(self) -> int:
        """See `Journal.size`."""
        return int(self._ask(sql.SIZE)[0][0])

    def append(self, expected_size: int, batch: Batch) -> None:
        """See `Journal.append`."""
        with self._transaction():
            self._write(expected_size, batch)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._writing, _NAMED:
            self._settle()
            try:
                # IMMEDIATE takes the write lock before anything is read: no other process can
                # write between the two.
                _run(self._writer, "BEGIN IMMEDIATE")
                yield
                # If we stop before this returns, the log holds either no commit mark, and the
                # next start sees nothing of the batch, or a whole one, and it sees all of it:
                # durable, and answered to nobody. Who sends again gets the first receipt.
                _run(self._writer, "COMMIT")
            except BaseException as error:
                # Where there was no room, a constraint failed or it was no error of the store's,
                # no commit mark was written. Of anything else nobody can say before it is settled.
                known = not isinstance(error, apsw.Error) or isinstance(error, _NOTHING_WRITTEN)
                self._unsettled = not known
                if known and self._writer.in_transaction:
                    _run(self._writer, "ROLLBACK")
                raise

    def _write(self, expected_size: int, batch: Batch) -> None:
        size = int(_run(self._writer, sql.SIZE)[0][0])
        if size != expected_size:
            raise SecondWriter(
                f"The record has {size} entries where {expected_size} were expected: another "
                "writer is at work. Stop one of the two."
            )
        size += len(batch.rows)
        self._add(sql.ADD_ENTRIES, [_stored(row) for row in batch.rows])
        self._add(sql.ADD_BODIES, list(self._encrypted(batch.rows)))
        self._writer.executemany(sql.WIDEN_TILE, ((t.level, t.n, t.hashes) for t in batch.tiles))
        _run(self._writer, sql.ADD_CHECKPOINT, (size, batch.checkpoint))

    def _add(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Adds rows, many with each step: at every step other threads take the processor."""
        for at in range(0, len(rows), _ROWS_IN_ONE):
            some = rows[at : at + _ROWS_IN_ONE]
            one = f"({', '.join('?' * len(some[0]))})"
            _run(self._writer, query + ", ".join([one] * len(some)), tuple(chain(*some)))

    def _encrypted(self, rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
        for row in rows:
            if row.salt is not None and row.body is not None:
                yield row.index, self._at_rest.encrypt(row.salt + row.body, _about(row.index))

    def _settle(self) -> None:
        """Decides what an error left open: what stands after this is durable, the rest is gone.

        A failed sync may leave a commit in the log that this process no longer sees and the next
        start would, or one that it reads from memory and that never reached the disk. So the
        log is closed, read anew and emptied into the database, with writes and syncs of its own.
        """
        if not self._unsettled:
            return
        with self._writing, self._reading:
            if self._path == _MEMORY:
                if self._writer.in_transaction:
                    _run(self._writer, "ROLLBACK")
            else:
                # If we stop here the next start reads the log in the same way.
                self.close()
                self._open()
                self._empty_log()
            self._unsettled = False

    def _empty_log(self) -> None:
        """Moves what the log holds into the database, durably, and leaves no byte of it behind."""
        busy = _run(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise Unavailable(
                "The record's log is being read by another program, perhaps a backup. "
                "Wait for it to end, then try again."
            )

    def read(self, start: int, end: int) -> Iterator[Row]:
        """See `Journal.read`."""
        while start < end:
            rows = self._ask(sql.READ, (start, end, _ROWS_AT_ONCE))
            for row in rows:
                yield self._row(*row)
            if len(rows) < _ROWS_AT_ONCE:
                return
            start += len(rows)

    def _row(
        self,
        index: int,
        leaf: bytes,
        recorded_at: str,
        readers: str,
        refs: str,
        party: str | None,
        said_id: str | None,
        encrypted: bytes | None,
    ) -> Row:
        salted = None if encrypted is None else self._at_rest.decrypt(encrypted, _about(index))
        try:
            return Row(
                index=index,
                leaf=leaf,
                recorded_at=datetime.fromisoformat(recorded_at),
                readers=msgspec.json.decode(readers, type=tuple[str, ...]),
                refs=msgspec.json.decode(refs, type=tuple[int, ...]),
                said=None if party is None else Said(party=party, id=said_id or ""),
                salt=salted and salted[:SALT_BYTES],
                body=salted and salted[SALT_BYTES:],
            )
        except ValueError as error:
            raise Damaged(
                f"Entry {index}: what stands beside the leaf was altered. Run `openline restore`."
            ) from error

    def find_said(self, *said: Said) -> dict[Said, int]:
        """See `Journal.find_said`."""
        wanted = msgspec.json.encode([(each.party, each.id) for each in said]).decode()
        found = self._ask(sql.FIND_SAID, (wanted,))
        return {Said(party=party, id=said_id): entry for party, said_id, entry in found}

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """See `Journal.tile`."""
        found = self._ask(sql.TILE, (level, n))
        if not found or len(found[0][0]) < width * HASH_BYTES:
            return None
        return bytes(found[0][0])

    def checkpoint(self, over: int = 0) -> bytes | None:
        """See `Journal.checkpoint`."""
        found = (
            self._ask(sql.FIRST_CHECKPOINT, (over,)) if over else self._ask(sql.LATEST_CHECKPOINT)
        )
        return bytes(found[0][0]) if found else None

    def keep_cosigned(self, size: int, note: bytes) -> None:
        """See `Journal.keep_cosigned`."""
        with self._transaction():
            _run(self._writer, sql.ADD_COSIGNED, (size, note))

    def cosigned(self, over: int = 0) -> bytes | None:
        """See `Journal.cosigned`."""
        found = self._ask(sql.FIRST_COSIGNED, (over,)) if over else self._ask(sql.LATEST_COSIGNED)
        return bytes(found[0][0]) if found else None

    def erase(self, indices: Sequence[int]) -> None:
        """See `Journal.erase`."""
        with self._transaction():
            self._writer.executemany(sql.ERASE, ((index,) for index in indices))
        # If we stop here the bodies are gone from the database's pages but still lie, encrypted,
        # in its log: erasing again, or closing cleanly, empties that.
        with self._writing, _NAMED:
            self._empty_log()

    def copy_to(self, path: Path) -> None:
        """Writes the record as it now stands to a new file, while this one stays in use.

        Raises:
            Unavailable: the file exists or cannot be written.
        """
        if path.exists():
            raise Unavailable(f"{path}: there is a file already. Name a new one.")
        with self._writing, self._reading, _NAMED:
            # One read transaction, so one size; free pages, where erased bodies lay, stay out.
            _run(self._reader, "PRAGMA query_only = OFF")
            _run(self._reader, "VACUUM INTO ?", (str(path),))
            _run(self._reader, "PRAGMA query_only = ON")

    def close(self) -> None:
        """See `Journal.close`."""
        with self._writing, self._reading:
            for connection in (self._reader, self._writer):
                # All is durable: what the disk does not let be tidied up, the next start does.
                with suppress(apsw.Error):
                    connection.close()

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with _NAMED:
            self._settle()
            # In memory there is one connection for all: then the writer is waited for.
            with self._writing if self._reader is self._writer else self._reading:
                return _run(self._reader, query, values)


def _connect(path: str) -> apsw.Connection:
    connection = apsw.Connection(path)
    connection.set_busy_timeout(_BUSY_MS)
    _run(connection, "PRAGMA journal_mode = WAL")
    _run(connection, "PRAGMA synchronous = FULL")
    _run(connection, "PRAGMA secure_delete = ON")
    return connection


def _run(connection: apsw.Connection, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
    return list(connection.execute(query, values))


def _about(index: int) -> bytes:
    return b"body of entry %d" % index


def _stored(row: Row) -> tuple[Any, ...]:
    return (
        row.index,
        row.leaf,
        _instant_text(row.recorded_at),
        _json_text(row.readers),
        _json_text(row.refs),
        row.said and row.said.party,
        row.said and row.said.id,
    )


# Of a batch all were recorded at once, and many are for the same readers.
@lru_cache(maxsize=64)
def _instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


@lru_cache(maxsize=1_024)
def _json_text(values: tuple[str, ...] | tuple[int, ...]) -> str:
    return msgspec.json.encode(values).decode()


class _Named:
    """Turns SQLite's errors into ours, with what to do about each."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: object, error: BaseException | None, traceback: object
    ) -> Literal[False]:
        if isinstance(error, apsw.Error):
            raise _told(error) from error
        return False


_NAMED: Final = _Named()


def _told(error: apsw.Error) -> Unavailable:
    if isinstance(error, apsw.FullError):
        return Unavailable("The disk is full: nothing is recorded. Make room, then send again.")
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return Damaged("The record's database is damaged. Run `openline restore`.")
    if isinstance(error, apsw.BusyError):
        return SecondWriter("Another writer holds the record. Stop one of the two.")
    return Unavailable(
        f"The record's store does not answer ({type(error).__name__}). Look at its disk, "
        "then send again."
    )
