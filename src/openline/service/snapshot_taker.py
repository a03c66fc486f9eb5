"""When the state is written down, so that the next start is quick."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from openline.desk.state import STATE_VERSION, snapshot_of
from openline.desk_directory.snapshots import Snapshots
from openline.service.fold import Fold

_log = structlog.get_logger(__name__)


class SnapshotTaker:
    """Writes snapshots beside the writer; only turning the state into text holds it up."""

    def __init__(self, snapshots: Snapshots, every: int) -> None:
        """Takes one whenever `every` entries have come since the last."""
        self._snapshots, self._every = snapshots, every
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="snapshot")
        self._last: Future[None] | None = None

    def take_if_due(self, fold: Fold, origin: str) -> None:
        """Takes one if enough entries have come and the one before has been written."""
        is_busy = self._last is not None and not self._last.done()
        if not is_busy and fold.tree.size - fold.snapshot_size >= self._every:
            self.take(fold, origin)

    def take(self, fold: Fold, origin: str) -> None:
        """Takes one of the committed state, unless there is one of this size."""
        size = fold.tree.size
        if size == fold.snapshot_size:
            return
        root, text = fold.tree.root().hex(), snapshot_of(fold.state)
        fold.snapshot_size = size
        self._last = self._beside.submit(self._save, origin, size, root, text)

    def forget(self) -> None:
        """Removes every snapshot, also the one being written."""
        if self._last is not None:
            self._last.result()
        self._snapshots.drop_all()

    def close(self) -> None:
        """Waits for the one being written."""
        self._beside.shutdown(wait=True)

    def _save(self, origin: str, size: int, root: str, text: bytes) -> None:
        try:
            self._snapshots.save(origin, size, root, STATE_VERSION, text)
        except OSError as error:
            # The record has it all: the next start is slower, and nothing is lost.
            _log.warning("no snapshot", size=size, error=error.strerror)
