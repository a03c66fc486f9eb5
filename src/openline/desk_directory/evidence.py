"""Batches of fixes as they were received: kept encrypted for a stated time, then gone.

The record holds a root over their digests. Whoever keeps a batch can prove by it that these very
bytes were received then; once erased, only that something was received is left.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from openline.domain.errors import Unavailable, UnknownThing
from openline.journal.at_rest import AtRest

KEPT_FOR: Final = timedelta(days=30)
_HOUR: Final = "%Y%m%dT%H"


class Evidence:
    """One file for each batch, named by its digest, in a folder for each hour."""

    def __init__(self, directory: Path, at_rest: AtRest) -> None:
        self._directory, self._at_rest = directory, at_rest

    def keep(self, digest: str, data: bytes, received_at: datetime) -> None:
        """Writes the batch down, and forgets those whose time is over.

        LIMIT: not synced: a power cut loses the batches of the last seconds, never their digests.

        Raises:
            Unavailable: the disk does not take it.
        """
        folder = self._directory / received_at.astimezone(UTC).strftime(_HOUR)
        try:
            if not folder.exists():
                self._drop_before(received_at - KEPT_FOR)
                folder.mkdir(mode=0o700, parents=True)
            unfinished = folder / f"{digest}.unfinished"
            unfinished.write_bytes(self._at_rest.encrypt(data, digest.encode()))
            # If we stop before this, what was written is no batch's and goes with its hour.
            os.replace(unfinished, folder / digest)
        except OSError as error:
            raise Unavailable(f"{folder}: {error.strerror}. Make room, then send again.") from error

    def get(self, digest: str) -> bytes:
        """The batch of this digest.

        Raises:
            UnknownThing: none is kept.
            Damaged: what is kept is not what was received.
        """
        return self._at_rest.decrypt(self._find(digest).read_bytes(), digest.encode())

    def erase(self, digest: str) -> None:
        """Forgets the batch.

        Raises:
            UnknownThing: none is kept.
        """
        self._find(digest).unlink()

    def _find(self, digest: str) -> Path:
        for path in self._directory.glob(f"*/{digest}"):
            return path
        raise UnknownThing(f"batch {digest}: not kept, or not any more. Ask who sent it.")

    def _drop_before(self, instant: datetime) -> None:
        oldest = instant.astimezone(UTC).strftime(_HOUR)
        for folder in self._directory.glob("*"):
            if folder.name < oldest:
                shutil.rmtree(folder)
