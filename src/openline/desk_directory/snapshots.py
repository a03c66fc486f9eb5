"""Snapshots: the state at a size, so that a start folds only what came after.

A snapshot is never trusted on its own word and never mended: it names the record, size, root and
state version that it is of, and any mismatch means replaying the record instead.

In its file that stands first, in clear, as one row; then the text in pieces, each encrypted and
bound to that row, with its length before it; last, as a piece of its own, the text's SHA-256.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from openline.desk_directory.disk import sync_directory
from openline.journal import Damaged
from openline.journal.at_rest import AtRest

_KEPT: Final = 2
_PIECE_BYTES: Final = 1 << 19
_SYNC_BYTES: Final = 1 << 22
"""Synced as it is written: a hundred megabytes at once would hold up the record's own syncs."""
_LENGTH_BYTES: Final = 4
_SUFFIX: Final = ".snapshot"


class SnapshotOf(Struct, frozen=True, kw_only=True):
    """What a snapshot is of, in clear before it."""

    origin: str
    size: int
    root: str
    state_version: int


class Snapshots:
    """The snapshots of one desk, encrypted, the newest few."""

    def __init__(self, directory: Path, at_rest: AtRest) -> None:
        self._directory, self._at_rest = directory, at_rest

    def save(self, of: SnapshotOf, text: Iterable[bytes]) -> int:
        """Adds a snapshot and drops all but the newest few; how many bytes it has.

        Args:
            of: what it is of.
            text: the state, in pieces of any size.

        Raises:
            OSError: the disk does not take it; those before still stand.
        """
        path = self._directory / f"{of.size:012d}{_SUFFIX}"
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            self._write(file, msgspec.json.encode(of), text)
            length = file.tell()
        # If we stop before this the file is not looked at, and written over next time.
        unfinished.replace(path)
        for old in self._paths()[_KEPT:]:
            old.unlink(missing_ok=True)
        return length

    def _write(self, file: BinaryIO, header: bytes, text: Iterable[bytes]) -> None:
        file.write(header + b"\n")
        digest, synced_at = sha256(), 0
        for piece in _gathered(text):
            digest.update(piece)
            self._write_piece(file, header, piece)
            if file.tell() - synced_at >= _SYNC_BYTES:
                file.flush()
                os.fdatasync(file.fileno())
                synced_at = file.tell()
        self._write_piece(file, header, digest.digest())
        file.flush()
        os.fsync(file.fileno())

    def _write_piece(self, file: BinaryIO, header: bytes, piece: bytes) -> None:
        encrypted = self._at_rest.encrypt(piece, header)
        file.write(len(encrypted).to_bytes(_LENGTH_BYTES, "big"))
        file.write(encrypted)

    def newest_first(
        self, above: int = -1, upto: int | None = None
    ) -> Iterator[tuple[SnapshotOf, bytes]]:
        """Every snapshot that is whole, as it says it is; those that are not are passed over.

        So are those that the disk does not give: the record has it all. Of those of no more than
        `above` entries, or of more than `upto`, the text is not read.
        """
        for path in self._paths():
            try:
                with path.open("rb") as file:
                    header = file.readline().removesuffix(b"\n")
                    of = msgspec.json.decode(header, type=SnapshotOf)
                    if of.size <= above or (upto is not None and of.size > upto):
                        continue
                    text = self._read_text(file, header)
            except (OSError, msgspec.DecodeError, Damaged):
                continue
            if text is not None:
                yield of, text

    def _read_text(self, file: BinaryIO, header: bytes) -> bytes | None:
        """The text, if its digest stands behind it."""
        text, last = bytearray(), b""
        while length := file.read(_LENGTH_BYTES):
            text += last
            encrypted = file.read(int.from_bytes(length, "big"))
            last = self._at_rest.decrypt(encrypted, header)
        return bytes(text) if sha256(text).digest() == last else None

    def drop_all(self) -> None:
        """Removes every snapshot, since each may hold what is to be forgotten.

        On return no power cut brings one back.

        Raises:
            OSError: the disk does not say so.
        """
        for path in self._directory.iterdir():
            path.unlink()
        sync_directory(self._directory)

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob(f"*{_SUFFIX}"), reverse=True)


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a write."""
    gathered: list[bytes] = []
    length = 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length >= _PIECE_BYTES:
            yield b"".join(gathered)
            gathered, length = [], 0
    if gathered:
        yield b"".join(gathered)
