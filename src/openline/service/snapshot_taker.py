"""When the state is written down, so that the next start is quick."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import structlog

from openline.desk.holding import HeldState
from openline.desk.state import STATE_VERSION
from openline.desk_directory.snapshots import SnapshotOf, Snapshots
from openline.domain.errors import Unavailable
from openline.service.fold import Fold

_log = structlog.get_logger(__name__)
_BYTES_AN_ENTRY: Final = 4_096
"""Snapshots write no more than this for each entry: of a large state they come more rarely."""
_PAUSE: Final = 4.0
"""Pauses as many times longer than the work between: the writer has the processor first."""


class SnapshotTaker:
    """Writes snapshots beside the writer, which waits only until the state is held still."""

    def __init__(self, snapshots: Snapshots, every: int) -> None:
        """Takes one whenever `every` entries have come since the last, or more if it was large."""
        self._snapshots, self._every = snapshots, every
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot")
        self._last: Future[None] | None = None
        self._last_bytes = 0
        self._hurry = threading.Event()

    def take_if_due(self, fold: Fold, origin: str) -> None:
        """Takes one if enough entries have come and the one before has been written."""
        is_busy = self._last is not None and not self._last.done()
        due_after = max(self._every, self._last_bytes // _BYTES_AN_ENTRY)
        if not is_busy and fold.tree.size - fold.snapshot_size >= due_after:
            self.take(fold, origin)

    def take(self, fold: Fold, origin: str) -> None:
        """Takes one of the committed state, unless there is one of this size."""
        size = fold.tree.size
        if size == fold.snapshot_size:
            return
        root, held = fold.tree.root().hex(), HeldState(fold.state)
        of = SnapshotOf(origin=origin, size=size, root=root, state_version=STATE_VERSION)
        fold.snapshot_size = size
        self._last = self._beside.submit(self._save, of, held)

    def forget(self) -> None:
        """Removes every snapshot, also the one being written, so that none comes back.

        Raises:
            Unavailable: the disk does not do it, or not all of it.
        """
        if self._last is not None:
            self._hurry.set()
            self._last.result()
            self._hurry.clear()
        try:
            self._snapshots.drop_all()
        except OSError as error:
            raise Unavailable(
                f"Snapshots cannot be removed: {error.strerror}. Mend the disk, then erase again."
            ) from error

    def close(self) -> None:
        """Waits for the one being written."""
        self._hurry.set()
        self._beside.shutdown(wait=True)

    def _save(self, of: SnapshotOf, held: HeldState) -> None:
        try:
            self._last_bytes = self._snapshots.save(of, self._paced(held.pieces()))
        except OSError as error:
            # The record has it all: the next start is slower, and nothing is lost.
            _log.warning("no snapshot", size=of.size, error=error.strerror)

    def _paced(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, with pauses for as long as nobody waits for the last of them."""
        began_s = time.thread_time()
        for piece in pieces:
            yield piece
            worked_s = time.thread_time() - began_s
            if worked_s > 0.001 and not self._hurry.is_set():
                self._hurry.wait(worked_s * _PAUSE)
                began_s = time.thread_time()
