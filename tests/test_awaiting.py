"""Waiting in an event loop for what another thread answers."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import pytest
import uvloop

from openline.awaiting import answer_to
from openline.domain.errors import Unavailable


def test_whoever_waits_has_what_another_thread_brought() -> None:
    asked: Future[str] = Future()
    threading.Timer(0.02, asked.set_result, ["entry 7"]).start()
    assert uvloop.run(answer_to(asked)) == "entry 7"


def test_what_was_answered_before_anybody_waited_is_had_too() -> None:
    asked: Future[str] = Future()
    asked.set_result("entry 7")
    assert uvloop.run(answer_to(asked)) == "entry 7"


def test_a_refusal_is_raised_where_it_is_waited_for() -> None:
    asked: Future[str] = Future()
    threading.Timer(0.02, asked.set_exception, [Unavailable("Try again.")]).start()
    with pytest.raises(Unavailable, match="Try again"):
        uvloop.run(answer_to(asked))


def test_whoever_is_cancelled_gives_up_what_it_asked_for() -> None:
    asked: Future[str] = Future()

    async def give_up() -> None:
        waiting = asyncio.ensure_future(answer_to(asked))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    uvloop.run(give_up())
    assert asked.cancelled()


def test_of_a_batch_one_call_goes_into_the_loop() -> None:
    calls: list[object] = []

    class Counting(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: Any, **kwargs: Any) -> asyncio.Handle:
            calls.append(args)
            return super().call_soon_threadsafe(*args, **kwargs)

    async def ask() -> list[int]:
        asked: list[Future[int]] = [Future() for _ in range(64)]
        waiting = [asyncio.ensure_future(answer_to(each)) for each in asked]
        await asyncio.sleep(0)
        for number, each in enumerate(asked):
            each.set_result(number)
        return await asyncio.gather(*waiting)

    with asyncio.Runner(loop_factory=Counting) as runner:
        assert runner.run(ask()) == list(range(64))
        assert len(calls) == 1


def test_none_is_left_waiting_whoever_answers_at_the_same_moment() -> None:
    brought: SimpleQueue[tuple[Future[int], int] | None] = SimpleQueue()

    async def ask(_each: int) -> int:
        total = 0
        for number in range(200):
            asked: Future[int] = Future()
            brought.put((asked, number))
            total += await answer_to(asked)
        return total

    async def ask_all() -> list[int]:
        return await asyncio.gather(*map(ask, range(32)))

    def answer() -> None:
        while (one := brought.get()) is not None:
            asked, number = one
            asked.set_result(number)

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    held_s = sys.getswitchinterval()
    try:
        # Between any two steps of one thread the others have their turn.
        sys.setswitchinterval(1e-6)
        assert uvloop.run(asyncio.wait_for(ask_all(), 20)) == [sum(range(200))] * 32
    finally:
        sys.setswitchinterval(held_s)
        for _ in threads:
            brought.put(None)
        for thread in threads:
            thread.join()


def test_a_loop_that_has_closed_troubles_nobody_who_answers() -> None:
    asked: Future[str] = Future()

    async def ask() -> None:
        waiting = asyncio.ensure_future(answer_to(asked))
        await asyncio.sleep(0)
        # Not cancelled, as a loop that is torn down leaves it.
        loop_holds.append(waiting)

    loop_holds: list[object] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask())
    loop.close()
    asked.set_result("entry 7")
    assert asked.result() == "entry 7"
    assert loop_holds
