"""A disk that notes each call on the files below a directory, and fails the one it is told to.

Both ways to those files are watched: SQLite's by a VFS of its own, Python's in `os` and `io`. The
calls themselves are carried out on the real files; nothing of the desk is put in place of.
"""

from __future__ import annotations

import errno
import io
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeVar

import apsw

T = TypeVar("T")


class Effect(NamedTuple):
    """What one call did to the disk, or what somebody outside was told in between.

    `what` is one of made, renamed, removed, wrote, cut, synced, listed (a directory synced), told.
    Names are relative; `file` is the number of the file itself, whatever it is called.
    """

    what: str
    name: str = ""
    file: int = 0
    at: int = 0
    data: bytes = b""
    told: Any = None


class Fault(NamedTuple):
    """The `nth` call of a kind on files of a role fails; `persists`: it is carried out first."""

    role: str
    kind: str
    nth: int
    error: int
    persists: bool


class RecordedDisk:
    """Watches a directory during `watched`; `effects` in order, `calls` counted by role and kind.

    What waits in a buffer of Python's is no call yet, and memory that SQLite's processes share
    (`-shm`) is none at all: a power cut leaves nothing of either.
    """

    def __init__(self, root: Path, fault: Fault | None = None) -> None:
        self.root = os.path.realpath(root)
        self.effects: list[Effect] = []
        self.calls: Counter[tuple[str, str]] = Counter()
        self.fault, self.has_failed = fault, False
        self.turn = threading.RLock()
        self.descriptors: dict[int, tuple[str, int]] = {}
        self._files: dict[str, int] = {}
        self._last_file = 0

    @contextmanager
    def watched(self) -> Iterator[Self]:
        """Every desk opened within lies on this disk."""
        vfs = _Vfs(self)
        kept = [(module, name, getattr(module, name)) for module, name, _ in _WAYS]
        for module, name, way in _WAYS:
            setattr(module, name, _watching(self, way, getattr(module, name)))
        try:
            yield self
        finally:
            for module, name, real in kept:
                setattr(module, name, real)
            vfs.unregister()

    def tell(self, told: Any) -> None:
        """Notes that somebody outside was told this, now."""
        with self.turn:
            self.effects.append(Effect("told", told=told))

    def name_of(self, path: Any) -> str | None:
        """The name below the watched directory, or None if it is elsewhere."""
        if isinstance(path, int):
            return self.descriptors.get(path, (None, 0))[0]
        whole = os.path.abspath(os.fspath(path))
        if whole != self.root and not whole.startswith(self.root + os.sep):
            return None
        name = os.path.relpath(whole, self.root)
        return None if name.endswith("-shm") or name == "lock" else name

    def call(self, kind: str, name: str, do: Callable[[], T], *effects: Effect) -> T:
        """Carries the call out and notes it, unless it is the one to fail."""
        with self.turn:
            role = role_of(name)
            self.calls[role, kind] += 1
            fault = self.fault
            is_due = fault is not None and (role, kind, self.calls[role, kind]) == fault[:3]
            if is_due and fault is not None and not fault.persists:
                self._fail(fault)
            done = do()
            self.effects += effects
            if is_due and fault is not None:
                self._fail(fault)
            return done

    def _fail(self, fault: Fault) -> None:
        self.has_failed = True
        raise OSError(fault.error, os.strerror(fault.error))

    def opened(self, name: str, *, is_emptied: bool) -> tuple[int, tuple[Effect, ...]]:
        """The number of the file of this name, and what opening it does to the disk."""
        exists = os.path.exists(os.path.join(self.root, name))
        if not exists or name not in self._files:
            self._last_file += 1
            self._files[name] = self._last_file
        file = self._files[name]
        if not exists:
            return file, (Effect("made", name, file),)
        return file, ((Effect("cut", name, file, 0),) if is_emptied else ())

    def renamed(self, old: str, new: str) -> None:
        """The file keeps its number under its new name."""
        if old in self._files:
            self._files[new] = self._files.pop(old)

    def removed(self, name: str) -> None:
        """The name stands for nothing any more."""
        self._files.pop(name, None)

    def already_there(self) -> Iterator[tuple[str, int]]:
        """Numbers the files that lie there before anything is watched."""
        for path in sorted(Path(self.root).rglob("*")):
            name = self.name_of(path)
            if path.is_file() and name is not None:
                yield name, self.opened(name, is_emptied=False)[0]


def role_of(name: str) -> str:
    """What a file is for: its name, without the numbers that tell it from its like."""
    return re.sub(r"\d+", "#", name)


class _Vfs(apsw.VFS):
    """SQLite's way to the disk."""

    def __init__(self, disk: RecordedDisk) -> None:
        self._disk = disk
        super().__init__(f"recorded-{id(disk)}", "unix", makedefault=True)

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        known = None if path is None else self._disk.name_of(path)
        if known is None:
            return super().xOpen(name, flags)
        with _as_sqlite(apsw.CantOpenError), self._disk.turn:
            file, effects = self._disk.opened(known, is_emptied=False)
            return self._disk.call(
                "open",
                known,
                lambda: _VfsFile(self._disk, known, file, name, flags, is_new=bool(effects)),
                *effects,
            )

    def xDelete(self, path: str, syncs_directory: bool) -> None:  # noqa: N802
        known = self._disk.name_of(path)
        if known is None:
            return super().xDelete(path, syncs_directory)
        effects = [Effect("removed", known)]
        if syncs_directory:
            effects.append(Effect("listed", os.path.dirname(known)))
        with _as_sqlite(apsw.IOError), self._disk.turn:
            self._disk.call(
                "delete",
                known,
                lambda: super(_Vfs, self).xDelete(path, syncs_directory),
                *effects,
            )
            self._disk.removed(known)
        return None


class _VfsFile(apsw.VFSFile):
    """A database, its log or its journal. The first sync of a new log syncs its directory too."""

    def __init__(
        self,
        disk: RecordedDisk,
        name: str,
        file: int,
        path: Any,
        flags: list[int],
        *,
        is_new: bool,
    ) -> None:
        self._disk, self._name, self._file = disk, name, file
        lists = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL
        self._lists = bool(flags[0] & lists and flags[0] & apsw.SQLITE_OPEN_CREATE)
        super().__init__("unix", path, flags)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        with _as_sqlite(apsw.IOError):
            read = super().xRead
            return self._disk.call("read", self._name, lambda: read(amount, offset))

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        with _as_sqlite(apsw.IOError):
            write, kept = super().xWrite, bytes(data)
            effect = Effect("wrote", self._name, self._file, offset, kept)
            self._disk.call("write", self._name, lambda: write(data, offset), effect)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        with _as_sqlite(apsw.IOError):
            cut, effect = super().xTruncate, Effect("cut", self._name, self._file, size)
            self._disk.call("truncate", self._name, lambda: cut(size), effect)

    def xSync(self, flags: int) -> None:  # noqa: N802
        effects = [Effect("synced", self._name, self._file)]
        if self._lists:
            effects.append(Effect("listed", os.path.dirname(self._name)))
        with _as_sqlite(apsw.IOError):
            sync = super().xSync
            self._disk.call("sync", self._name, lambda: sync(flags), *effects)
        self._lists = False

    def xFileSize(self) -> int:  # noqa: N802
        with _as_sqlite(apsw.IOError):
            return self._disk.call("size", self._name, super().xFileSize)


@contextmanager
def _as_sqlite(otherwise: type[apsw.Error]) -> Iterator[None]:
    """An error of the disk, as SQLite is told of it."""
    try:
        yield
    except OSError as error:
        kind = apsw.FullError if error.errno == errno.ENOSPC else otherwise
        raise kind(os.strerror(error.errno or 0)) from error


class _RawFile(io.FileIO):
    """A file of Python's, below whatever buffers it."""

    def __init__(
        self, disk: RecordedDisk, name: str, path: Any, mode: str, closefd: bool, opener: Any
    ) -> None:
        self._disk, self._name, self._file = disk, name, 0
        if isinstance(path, int):
            super().__init__(path, mode, closefd, opener)
            self._file = disk.descriptors[path][1]
            return
        with disk.turn:
            before = os.path.exists(path)
            self._file, effects = disk.opened(name, is_emptied="w" in mode and before)
            really_open = super().__init__
            try:
                disk.call("open", name, lambda: really_open(path, mode, closefd, opener), *effects)
            except OSError:
                super().close()
                raise
            disk.descriptors[self.fileno()] = (name, self._file)

    def write(self, data: Any, /) -> int:
        at = os.fstat(self.fileno()).st_size if "a" in self.mode else self.tell()
        effect = Effect("wrote", self._name, self._file, at, bytes(data))
        write = super().write
        return self._disk.call("write", self._name, lambda: write(data) or 0, effect)

    def readinto(self, buffer: Any, /) -> int | None:
        read = super().readinto
        return self._disk.call("read", self._name, lambda: read(buffer))

    def readall(self) -> bytes:
        return self._disk.call("read", self._name, super().readall)

    def close(self) -> None:
        if not self.closed and self._file:
            self._disk.descriptors.pop(self.fileno(), None)
        super().close()


def _watching(
    disk: RecordedDisk, way: Callable[..., Any], real: Callable[..., Any]
) -> Callable[..., Any]:
    """The same call, on this disk where it concerns this disk."""

    def call(*args: Any, **named: Any) -> Any:
        known = disk.name_of(args[0]) if args else None
        return real(*args, **named) if known is None else way(disk, real, known, *args, **named)

    return call


def _os_open(
    disk: RecordedDisk, real: Any, name: str, path: Any, flags: int, *args: Any, **named: Any
) -> int:
    with disk.turn:
        if os.path.isdir(path):
            descriptor: int = disk.call("open", name, lambda: real(path, flags, *args, **named))
            disk.descriptors[descriptor] = (name, 0)
            return descriptor
        exists, makes = os.path.exists(path), bool(flags & os.O_CREAT)
        file, effects = disk.opened(name, is_emptied=bool(flags & os.O_TRUNC) and exists)
        descriptor = disk.call(
            "open", name, lambda: real(path, flags, *args, **named), *(effects if makes else ())
        )
        disk.descriptors[descriptor] = (name, file)
        return descriptor


def _io_open(
    disk: RecordedDisk,
    real: Any,
    name: str,
    path: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    if isinstance(path, Path) and path.is_dir():
        return real(path, mode)
    raw = _RawFile(disk, name, path, mode.replace("b", "").replace("t", ""), closefd, opener)
    if buffering == 0:
        return raw
    if "+" in mode:
        buffered: Any = io.BufferedRandom(raw)
    else:
        buffered = io.BufferedReader(raw) if mode[0] == "r" else io.BufferedWriter(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


def _close(disk: RecordedDisk, real: Any, _name: str, descriptor: int) -> None:
    disk.descriptors.pop(descriptor, None)
    real(descriptor)


def _pwrite(
    disk: RecordedDisk, real: Any, name: str, descriptor: int, data: Any, offset: int
) -> int:
    effect = Effect("wrote", name, disk.descriptors[descriptor][1], offset, bytes(data))
    return disk.call("write", name, lambda: real(descriptor, data, offset), effect)


def _write(disk: RecordedDisk, real: Any, name: str, descriptor: int, data: Any) -> int:
    """At the end: what is written without an offset here is only ever added."""
    at = os.fstat(descriptor).st_size
    effect = Effect("wrote", name, disk.descriptors[descriptor][1], at, bytes(data))
    return disk.call("write", name, lambda: real(descriptor, data), effect)


def _ftruncate(disk: RecordedDisk, real: Any, name: str, descriptor: int, size: int) -> None:
    effect = Effect("cut", name, disk.descriptors[descriptor][1], size)
    disk.call("truncate", name, lambda: real(descriptor, size), effect)


def _fsync(disk: RecordedDisk, real: Any, name: str, descriptor: int) -> None:
    file = disk.descriptors[descriptor][1]
    effect = Effect("synced", name, file) if file else Effect("listed", name.removeprefix("."))
    disk.call("sync", name, lambda: real(descriptor), effect)


def _rename(disk: RecordedDisk, real: Any, old: str, path: Any, target: Any) -> None:
    new = disk.name_of(target)
    assert new is not None, "nothing leaves the watched directory"
    with disk.turn:
        effect = Effect("renamed", old, data=new.encode())
        disk.call("rename", old, lambda: real(path, target), effect)
        disk.renamed(old, new)


def _unlink(disk: RecordedDisk, real: Any, name: str, path: Any, **named: Any) -> None:
    with disk.turn:
        disk.call("delete", name, lambda: real(path, **named), Effect("removed", name))
        disk.removed(name)


def _look(disk: RecordedDisk, real: Any, name: str, path: Any, *args: Any, **named: Any) -> Any:
    return disk.call("look", name, lambda: real(path, *args, **named))


_WAYS: Final[list[tuple[Any, str, Callable[..., Any]]]] = [
    (io, "open", _io_open),
    (os, "close", _close),
    (os, "fdatasync", _fsync),
    (os, "fsync", _fsync),
    (os, "ftruncate", _ftruncate),
    (os, "listdir", _look),
    (os, "mkdir", _look),
    (os, "open", _os_open),
    (os, "pwrite", _pwrite),
    (os, "rename", _rename),
    (os, "replace", _rename),
    (os, "scandir", _look),
    (os, "unlink", _unlink),
    (os, "write", _write),
]
