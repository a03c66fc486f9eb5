"""Turns at what is all reckoning: one request at a time, beside the threads that serve the rest.

Whoever waits here waits in the event loop and holds no thread, so that a question, a check or a
sign of life is answered meanwhile as if nobody waited.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from openline.domain.errors import Unavailable

T = TypeVar("T")
PLACES: Final = 8
"""How many may have work here at once, the one at work included."""
PLACES_OF_ONE: Final = 4
"""How many of them may be one party's: one that asks without end leaves room for the others."""


class Turns:
    """One thread of its own, and the few whose work it does in the order that they came."""

    def __init__(self, busy: str) -> None:
        """`busy` is the sentence for those who come when enough wait already."""
        self._busy = busy
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="turn")
        self._door = threading.Lock()
        self._inside: Counter[str] = Counter()

    async def run(self, party: str, work: Callable[[], T]) -> T:
        """What the work comes to, done for that party when its turn is there.

        Raises:
            Unavailable: enough wait already, of that party or in all. Nothing was done.
        """
        self._enter(party)
        try:
            done = self._worker.submit(work)
        except BaseException:
            self._leave(party)
            raise

        def leave(_done: Future[T]) -> None:
            self._leave(party)

        # It keeps its place until it is done or given up, whether or not anybody still waits.
        done.add_done_callback(leave)
        return await asyncio.wrap_future(done)

    def _enter(self, party: str) -> None:
        with self._door:
            if self._inside.total() >= PLACES or self._inside[party] >= PLACES_OF_ONE:
                raise Unavailable(self._busy)
            self._inside[party] += 1

    def _leave(self, party: str) -> None:
        with self._door:
            self._inside[party] -= 1
            if not self._inside[party]:
                del self._inside[party]
