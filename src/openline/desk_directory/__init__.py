"""The files of a desk: one directory, one desk, one running program at a time.

desk.key       the key the desk seals and signs with (PEM, mode 0600)
at-rest.key    32 bytes that encrypt bodies and snapshots (mode 0600)
record.db      the journal, when it is kept in SQLite
head           how far the record had come when the last answer left
snapshots/     states of the desk, encrypted, to start from
evidence/      files handed in as evidence in incidents, encrypted, each under its SHA-256
tracks/        batches of fixes as they were received, encrypted, for a stated time
witnesses      how its witnesses stood when last asked; whether the desk is halted
alive          when the desk last said that it runs
lock           held by whoever runs the desk
restoring/     a backup being made ready to take this place, if that was cut short
record.db.replaced-1   what a backup was put in place of
desk.key.old-1         a key that the desk had before
desk.key.epoch         the key of a new epoch, if its beginning was cut short
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.desk_directory.disk import disk_errors_named, sync_directory
from openline.desk_directory.exhibits import Exhibits
from openline.desk_directory.head import Head, HeadFile
from openline.desk_directory.snapshots import Snapshots
from openline.domain.errors import Unavailable
from openline.domain.party import EpochOpened
from openline.journal.at_rest import KEY_BYTES, AtRest
from openline.journal.sqlite import SqliteJournal
from openline.record.errors import RecordFault
from openline.record.keys import load_private_key, save_private_key, thumbprint
from openline.record.leaf import open_leaf
from openline.record.merkle import EMPTY_ROOT

DESK_KEY = "desk.key"
EPOCH_KEY = "desk.key.epoch"
AT_REST_KEY = "at-rest.key"
JOURNAL = "record.db"
HEAD = "head"
SNAPSHOTS = "snapshots"
TRACKS = "tracks"
EVIDENCE = "evidence"
RESTORING = "restoring"


FindKey = Callable[[Path, bytes | None], Ed25519PrivateKey]
"""From a desk's directory and the passphrase of its keys to the key that it seals with."""


class InUse(Unavailable):
    """Another program runs this desk."""

    slug = "in-use"


class DeskDirectory:
    """An existing desk's files, held against every other program until `close`."""

    def __init__(
        self, path: Path, passphrase: bytes | None = None, find_key: FindKey | None = None
    ) -> None:
        """Takes hold of the directory and reads its keys.

        Args:
            find_key: gives the desk's key once the directory is held, where it is another than the
                one that lies there.

        Raises:
            InUse: another program holds it.
            Unavailable: it is not a desk's directory, or the disk or a key cannot be read; or it
                was left on its way to a new epoch.
        """
        self.path = path
        self._lock = take_lock(path)
        try:
            with disk_errors_named(path):
                self.desk_key = (find_key or _read_desk_key)(path, passphrase)
                self.at_rest = AtRest(read_at_rest_key(path))
                self.head = HeadFile(path / HEAD)
                (path / SNAPSHOTS).mkdir(mode=0o700, exist_ok=True)
                self.snapshots = Snapshots(path / SNAPSHOTS, self.at_rest)
            self.exhibits = Exhibits(path / EVIDENCE, self.at_rest)
        except BaseException:
            self.close()
            raise

    @property
    def journal_path(self) -> Path:
        """Where the SQLite journal lies."""
        return self.path / JOURNAL

    def say_alive(self, now: datetime) -> None:
        """Notes that the desk runs: after a crash, it was down since then and not since longer.

        Not synced: a power cut may lose seconds of it, and the desk then counts itself down for
        those too, which holds silence against nobody.
        """
        (self.path / "alive").write_text(now.isoformat())

    def find_alive(self) -> datetime | None:
        """When the desk last noted that it ran; None if it never did, or it cannot be read.

        Then it was down since its last entry, which is longer: silence is held against nobody.
        """
        return find_alive(self.path)

    def close(self) -> None:
        """Lets other programs have the directory."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def create_directory(
    path: Path,
    origin: str,
    desk_key: Ed25519PrivateKey,
    at_rest_key: bytes,
    passphrase: bytes | None = None,
) -> None:
    """Makes the files of a new desk; its record begins with the first thing said to it.

    Raises:
        Unavailable: the directory holds a desk already, or part of one; or the disk fails.
    """
    if (path / DESK_KEY).exists() or (path / HEAD).exists():
        raise Unavailable(f"{path}: there is a desk here already. Name a new directory.")
    with disk_errors_named(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        save_private_key(path / DESK_KEY, desk_key, passphrase)
        save_secret(path / AT_REST_KEY, at_rest_key)
        # Last of all: a directory without a head was not made to its end, and is not a desk.
        HeadFile(path / HEAD).write(Head(origin=origin, epoch=0, size=0, root=EMPTY_ROOT.hex()))
        sync_directory(path)
        sync_directory(path.parent)


def save_secret(path: Path, secret: bytes) -> None:
    """Writes a secret to a new file that only its owner can read.

    Raises:
        FileExistsError: there is a file already; a secret is never written over.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())


def find_alive(path: Path) -> datetime | None:
    """When the desk of a directory last noted that it ran; None if it never did, or unreadable."""
    try:
        at = datetime.fromisoformat((path / "alive").read_text())
    except (OSError, ValueError):
        return None
    return at if at.tzinfo is not None else None


def take_lock(path: Path) -> int:
    """A descriptor that holds the directory against every other program until it is closed.

    Raises:
        InUse: another program holds it.
        Unavailable: there is no such directory.
    """
    try:
        descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(
            f"{path}: not a desk's directory. Make a desk there with `openline init`."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise InUse(f"{path}: another program runs this desk. Stop that one first.") from error
    return descriptor


def _read_desk_key(directory: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    path = directory / DESK_KEY
    if (directory / EPOCH_KEY).exists():
        way_back = (
            f" Its entry is not in the record: if {path.name} is whole and in no other hands, "
            f"delete {EPOCH_KEY} instead, and the desk goes on as before."
        )
        raise Unavailable(
            f"{directory}: a new epoch was begun here and not finished. Run "
            "`openline ceremony new-epoch` again: it goes on from where it stopped."
            + ("" if _may_be_said(directory, passphrase) else way_back)
        )
    try:
        return load_private_key(path, passphrase)
    except FileNotFoundError as error:
        if (directory / HEAD).exists():
            raise Unavailable(
                f"{path}: not there. Put it back, from a backup if need be; if it is lost, begin a "
                "new epoch with `openline ceremony new-epoch`."
            ) from error
        raise Unavailable(
            f"{path}: not there. Make a desk with `openline init`, or put its key back."
        ) from error
    except RecordFault as fault:
        raise Unavailable(fault.sentence) from fault


def _may_be_said(directory: Path, passphrase: bytes | None) -> bool:
    """The record ends with a new epoch by another key than the desk's, or nobody can tell."""
    if not (directory / JOURNAL).exists():
        return True
    try:
        desk_key = load_private_key(directory / DESK_KEY, passphrase)
        journal = SqliteJournal(directory / JOURNAL, AtRest(read_at_rest_key(directory)))
    except (OSError, RecordFault, Unavailable):
        return True
    try:
        size = journal.size()
        [last] = [open_leaf(row.leaf) for row in journal.read(size - 1, size)]
    except (RecordFault, Unavailable, ValueError):
        return True
    finally:
        journal.close()
    return last.kind == EpochOpened.KIND and last.kid != thumbprint(desk_key.public_key())


def read_at_rest_key(directory: Path) -> bytes:
    """The key that bodies and snapshots of a desk are encrypted under.

    Raises:
        Unavailable: it is not there, not whole, or open to others.
    """
    path = directory / AT_REST_KEY
    try:
        secret, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError as error:
        raise Unavailable(f"{path}: not there. Put it back from where backups are kept.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise Unavailable(f"{path}: others than its owner may read it. Run chmod 600 on it.")
    if len(secret) != KEY_BYTES:
        raise Unavailable(f"{path}: {len(secret)} bytes and not {KEY_BYTES}. Put it back whole.")
    return secret
