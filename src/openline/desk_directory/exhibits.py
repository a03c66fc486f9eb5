"""The files that parties handed in as evidence: each under its digest, encrypted, until erased.

A file is there before the entry that says so, and gone before the entry that says that. If we stop
in between, a file lies there of which nothing speaks; it is written over when it is sent again.
Several may send one file at once: it is forgotten only if nobody waits for an entry that names it.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from openline.desk_directory.disk import sync_directory
from openline.domain.errors import Refused, Unavailable, UnknownThing
from openline.journal import Damaged
from openline.journal.at_rest import AtRest

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Exhibits:
    """The evidence of one desk. Any thread, and any program with the directory, may call it."""

    def __init__(self, directory: Path, at_rest: AtRest) -> None:
        self._directory, self._at_rest = directory, at_rest
        self._pending: Counter[str] = Counter()
        self._door = threading.Lock()

    @contextmanager
    def keeping(self, content: bytes, is_named: Callable[[str], bool]) -> Iterator[str]:
        """Keeps a file while the entry that names it is recorded; what is yielded is its digest.

        If that is refused, the file is forgotten, unless the record names it already or somebody
        else waits for an entry that does: then that one's answer decides.

        Args:
            content: the file.
            is_named: whether the durable record names a digest; quick, nobody keeps meanwhile.

        Raises:
            Unavailable: as `keep`.
        """
        digest = sha256(content).hexdigest()
        with self._door:
            self._pending[digest] += 1
        try:
            self.keep(content)
            yield digest
        except Refused:
            with self._door:
                if self._pending[digest] == 1 and not is_named(digest):
                    self.erase(digest)
            raise
        finally:
            with self._door:
                self._pending[digest] -= 1
                if not self._pending[digest]:
                    del self._pending[digest]

    def keep(self, content: bytes) -> str:
        """Writes a file down, durably; its SHA-256 in hex.

        Raises:
            Unavailable: the disk does not take it; nothing of it is left there.
        """
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        # Every attempt has a name of its own: none writes into what another has begun.
        unfinished = path.with_name(f"{digest}.{secrets.token_hex(16)}.unfinished")
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._at_rest.encrypt(content, digest.encode()))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            sync_directory(self._directory)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise Unavailable(
                f"{self._directory}: {error.strerror}. Make room, then send it again."
            ) from error
        return digest

    def find(self, digest: str) -> bytes | None:
        """The file of a digest; None if it is not kept, or not any more.

        Raises:
            Damaged: what is kept is not what was handed in.
        """
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{self._directory}: {error.strerror}. Mend the disk.") from error
        content = self._at_rest.decrypt(sealed, digest.encode())
        if sha256(content).hexdigest() != digest:
            raise Damaged(f"evidence {digest}: what is kept is not the file of this digest.")
        return content

    def erase(self, digest: str) -> None:
        """Forgets the file for good; the directory is synced before this returns.

        Raises:
            UnknownThing: none is kept.
        """
        try:
            self._path(digest).unlink()
            sync_directory(self._directory)
        except FileNotFoundError as error:
            raise UnknownThing(f"evidence {digest}: not kept, or not any more.") from error
        except OSError as error:
            raise Unavailable(f"{self._directory}: {error.strerror}. Mend the disk.") from error

    def digests(self) -> Iterator[str]:
        """The digests of all that is kept."""
        if self._directory.is_dir():
            names = sorted(path.name for path in self._directory.iterdir())
            yield from (name for name in names if _DIGEST.fullmatch(name))

    def _path(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:
            raise UnknownThing(f"evidence {digest[:80]!r}: a digest has 64 hex digits.")
        return self._directory / digest
