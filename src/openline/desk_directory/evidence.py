"""Batches of fixes as they were received: kept encrypted for a stated time, then gone.

The record holds a root over their digests. Whoever keeps a batch can prove by it that these very
bytes were received then; once erased, only that something was received is left.

Batches lie one after the other in a file for each minute, in a folder for each hour: length,
digest, and the batch, packed and encrypted. What was kept survives the end of this program at once,
and a power cut once `sync` has returned: before a root or a sighting that rests on it is recorded.
"""

from __future__ import annotations

import os
import shutil
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from openline.domain.errors import Unavailable, UnknownThing
from openline.journal import Damaged
from openline.journal.at_rest import AtRest

KEPT_FOR: Final = timedelta(days=30)
MOST_BYTES: Final = 64 * 10**9
"""Beyond it, looked at every hour, the oldest hours go before their time, and the log says so."""
_HOUR: Final = "%Y%m%dT%H"
_MINUTE: Final = "%M"
_ERASED: Final = bytes(32)
_LENGTH_BYTES, _DIGEST_BYTES = 4, 32
_QUICK: Final = 1
"""How hard to pack: fixes shrink to a fifth, at some 100 MB/s."""
_log = structlog.get_logger(__name__)


class _Place(NamedTuple):
    """Where a batch lies: its file, where its row begins, and how long what is sealed is."""

    path: Path
    at: int
    length: int


class Evidence:
    """Any thread may call it; one keeps at a time."""

    def __init__(self, directory: Path, at_rest: AtRest, most_bytes: int = MOST_BYTES) -> None:
        self._directory, self._at_rest, self._most_bytes = directory, at_rest, most_bytes
        self._turn = threading.Lock()
        self._open: tuple[Path, int] | None = None
        self._minute = ""
        self._unsynced: set[Path] = set()

    def keep(self, digest: str, data: bytes, received_at: datetime) -> None:
        """Writes the batch down, and forgets those whose time is over.

        Raises:
            Unavailable: the disk does not take it; nothing of it is left there.
        """
        sealed = self._at_rest.encrypt(zlib.compress(data, _QUICK), digest.encode())
        row = len(sealed).to_bytes(_LENGTH_BYTES) + bytes.fromhex(digest) + sealed
        with self._turn:
            try:
                _append(self._file_of(received_at), row)
            except OSError as error:
                self._close()
                raise Unavailable(
                    f"{self._directory}: {error.strerror}. Make room, then send again."
                ) from error

    def sync(self) -> None:
        """Returns once all that was kept is where a power cut does not reach it.

        Raises:
            Unavailable: the disk does not say so.
        """
        with self._turn:
            paths, self._unsynced = self._unsynced, set()
        try:
            for path in {*paths, *(path.parent for path in paths)}:
                _sync(path)
        except OSError as error:
            with self._turn:
                self._unsynced |= paths
            raise Unavailable(f"{self._directory}: {error.strerror}. Mend the disk.") from error

    def get(self, digest: str) -> bytes:
        """The batch of this digest.

        Raises:
            UnknownThing: none is kept.
            Damaged: what is kept is not what was received.
        """
        path, at, length = self._find(digest)
        with path.open("rb") as file:
            file.seek(at + _LENGTH_BYTES + _DIGEST_BYTES)
            sealed = file.read(length)
        try:
            return zlib.decompress(self._at_rest.decrypt(sealed, digest.encode()))
        except zlib.error as error:
            raise Damaged(f"batch {digest}: what is kept was altered.") from error

    def erase(self, digest: str) -> None:
        """Forgets the batch: nothing but how long it was is left of it.

        Raises:
            UnknownThing: none is kept.
        """
        path, at, length = self._find(digest)
        with path.open("r+b") as file:
            file.seek(at + _LENGTH_BYTES)
            file.write(_ERASED + bytes(length))
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Syncs what was kept, and keeps no more."""
        self.sync()
        with self._turn:
            self._close()

    def _file_of(self, received_at: datetime) -> int:
        """The file of this minute, open at its end."""
        at = received_at.astimezone(UTC)
        minute = at.strftime(_HOUR + _MINUTE)
        if self._open is None or minute != self._minute:
            self._close()
            folder = self._directory / at.strftime(_HOUR)
            if not folder.exists():
                self._make_room(received_at)
                folder.mkdir(mode=0o700, parents=True)
            # Never one that is there: what a crash left half-written at its end stays its end.
            path = _unused(folder, at.strftime(_MINUTE))
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._open, self._minute = (path, os.open(path, flags, 0o600)), minute
        path, file = self._open
        self._unsynced.add(path)
        return file

    def _close(self) -> None:
        if self._open is not None:
            os.close(self._open[1])
        self._open = None

    def _make_room(self, now: datetime) -> None:
        """Drops the hours whose time is over, and the oldest while there is too much."""
        oldest = (now - KEPT_FOR).astimezone(UTC).strftime(_HOUR)
        folders = sorted(self._directory.glob("*T*"))
        sizes = {each: sum(file.stat().st_size for file in each.iterdir()) for each in folders}
        held = sum(sizes.values())
        for folder in folders:
            is_over = folder.name < oldest
            if not is_over and held <= self._most_bytes:
                break
            if not is_over:
                _log.warning("evidence dropped before its time", hour=folder.name)
            shutil.rmtree(folder)
            self._unsynced -= {path for path in self._unsynced if path.parent == folder}
            held -= sizes[folder]

    def _find(self, digest: str) -> _Place:
        wanted = bytes.fromhex(digest)
        for path in sorted(self._directory.glob("*/*"), reverse=True):
            for found, place in _rows_of(path):
                if found == wanted:
                    return place
        raise UnknownThing(f"batch {digest}: not kept, or not any more. Ask who sent it.")


def _append(file: int, row: bytes) -> None:
    """Writes the row whole, or leaves the file as it was."""
    before = os.fstat(file).st_size
    try:
        written = 0
        while written < len(row):
            written += os.write(file, row[written:])
    except OSError:
        os.ftruncate(file, before)
        raise


def _rows_of(path: Path) -> Iterator[tuple[bytes, _Place]]:
    """The digests in a file, each with its place; up to what a crash has left half-written."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + _LENGTH_BYTES + _DIGEST_BYTES <= size:
            file.seek(at)
            length = int.from_bytes(file.read(_LENGTH_BYTES))
            digest = file.read(_DIGEST_BYTES)
            ends = at + _LENGTH_BYTES + _DIGEST_BYTES + length
            if ends > size:
                return
            yield digest, _Place(path, at, length)
            at = ends


def _unused(folder: Path, name: str) -> Path:
    number = 0
    while (path := folder / f"{name}.{number}").exists():
        number += 1
    return path


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
