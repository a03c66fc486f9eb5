"""Whom to ring next: the most urgent of those whose time has come."""

from __future__ import annotations

import heapq
import itertools
import time
from threading import Condition
from typing import Final

from msgspec import Struct

from openline.bearers.port import URGENT
from openline.domain.delivery import NoticeAttempted
from openline.domain.rules import Precedence

_RANK: Final = {precedence: -n for n, precedence in enumerate(Precedence)}  # FLASH is least
_URGENT_RANK: Final = max(_RANK[Precedence(each)] for each in URGENT)


class Call(Struct, frozen=True, kw_only=True):
    """One notice to be rung; `tries` counts those since this process started.

    `unrecorded` is a ring that was made and is yet to be put on the record: only that is left.
    """

    notice: str
    precedence: Precedence
    tries: int = 0
    unrecorded: NoticeAttempted | None = None


class CallList:
    """Calls waiting for a thread to make them. Any thread may put and take.

    It holds one small value for each open notice, so the state bounds it.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._later: list[tuple[float, int, Call]] = []
        self._now: list[tuple[int, int, Call]] = []
        self._numbers = itertools.count()
        self._closed = False

    def put(self, call: Call, after_s: float = 0.0) -> None:
        """The call is to be made, but not before so many seconds from now."""
        with self._changed:
            number = next(self._numbers)
            heapq.heappush(self._later, (time.monotonic() + after_s, number, call))
            self._changed.notify_all()

    def take(self, *, urgent_only: bool) -> Call | None:
        """Waits for a call whose time has come, the most urgent first; None once closed."""
        with self._changed:
            while not self._closed:
                self._ripen()
                if self._now and (not urgent_only or self._now[0][0] <= _URGENT_RANK):
                    return heapq.heappop(self._now)[2]
                self._changed.wait(self._wait_s())
            return None

    def close(self) -> None:
        """Whoever waits is sent home. What is left in it is rung again at the next start."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _ripen(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            _, number, call = heapq.heappop(self._later)
            heapq.heappush(self._now, (_RANK[call.precedence], number, call))

    def _wait_s(self) -> float | None:
        return max(0.0, self._later[0][0] - time.monotonic()) if self._later else None
