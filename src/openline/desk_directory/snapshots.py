"""Snapshots: the state at a size, so that a start folds only what came after.

A snapshot is never trusted on its own word and never mended: it names the record, size, root and
state version that it is of, and any mismatch means replaying the record instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from openline.journal import Damaged
from openline.journal.at_rest import AtRest

_KEPT: Final = 2
_SUFFIX: Final = ".snapshot"


class SnapshotOf(Struct, frozen=True, kw_only=True):
    """What a snapshot is of, in clear before it: `digest` is the SHA-256 of its text, in hex."""

    origin: str
    size: int
    root: str
    state_version: int
    digest: str


class Snapshots:
    """The snapshots of one desk, encrypted, the newest few."""

    def __init__(self, directory: Path, at_rest: AtRest) -> None:
        self._directory, self._at_rest = directory, at_rest

    def save(self, origin: str, size: int, root: str, state_version: int, text: bytes) -> None:
        """Adds a snapshot and drops all but the newest few.

        Raises:
            OSError: the disk does not take it; those before still stand.
        """
        of = SnapshotOf(
            origin=origin,
            size=size,
            root=root,
            state_version=state_version,
            digest=sha256(text).hexdigest(),
        )
        header = msgspec.json.encode(of)
        path = self._directory / f"{size:012d}{_SUFFIX}"
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            file.write(header + b"\n" + self._at_rest.encrypt(text, header))
            file.flush()
            os.fsync(file.fileno())
        # If we stop before this the file is not looked at, and written over next time.
        unfinished.replace(path)
        for old in self._paths()[_KEPT:]:
            old.unlink(missing_ok=True)

    def newest_first(self) -> Iterator[tuple[SnapshotOf, bytes]]:
        """Every snapshot that is whole, as it says it is; those that are not are passed over."""
        for path in self._paths():
            header, _, encrypted = path.read_bytes().partition(b"\n")
            try:
                of = msgspec.json.decode(header, type=SnapshotOf)
                text = self._at_rest.decrypt(encrypted, header)
            except (msgspec.DecodeError, Damaged):
                continue
            if sha256(text).hexdigest() == of.digest:
                yield of, text

    def drop_all(self) -> None:
        """Removes every snapshot, since each may hold what is to be forgotten."""
        for path in self._directory.iterdir():
            path.unlink()

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob(f"*{_SUFFIX}"), reverse=True)
