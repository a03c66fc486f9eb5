"""Waiting in an event loop for what another thread answers: many answers, one call into the loop.

asyncio's own way wakes the loop for each answer, and whoever answers a batch then works against
the loop for the interpreter's lock all the while.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class _Post:
    """What came for those who wait in one event loop, and was not handed out yet."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._come: deque[asyncio.Future[None]] = deque()
        self._is_called = False

    def take(self, waiter: asyncio.Future[None], _done: Future[Any]) -> None:
        """Something has come for this one. Any thread says so."""
        self._come.append(waiter)
        if not self._is_called:
            self._is_called = True
            # A loop that is closed has nobody waiting in it any more.
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        # First this: whoever comes from here on calls again, and at worst for nothing.
        self._is_called = False
        while self._come:
            waiter = self._come.popleft()
            if not waiter.done():
                waiter.set_result(None)


class _Here(threading.local):
    post: _Post | None = None


_HERE = _Here()


async def answer_to(asked: Future[T]) -> T:
    """What the future brings, or raises; waited for in the event loop that runs here.

    Whoever is cancelled meanwhile gives up the future too.
    """
    loop = asyncio.get_running_loop()
    post = _HERE.post
    if post is None or post.loop is not loop:
        post = _HERE.post = _Post(loop)
    waiter = loop.create_future()
    asked.add_done_callback(partial(post.take, waiter))
    try:
        await waiter
    except asyncio.CancelledError:
        asked.cancel()
        raise
    return asked.result()
