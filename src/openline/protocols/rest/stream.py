"""The event stream of a party: entries as they become durable, by right, each with its index.

Nothing is queued for a reader. It reads the record from where it is, as fast as it takes what it
is sent; one that has fallen too far behind is told `reset`, with all that it may see now.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from openline.desk.view import View, view
from openline.domain.errors import Malformed, Refused, Unavailable
from openline.domain.statement import Entry
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint
from openline.protocols.rest.entries import read_rows, told
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.site_reads import record_entry_reads, record_reads

MEDIA_TYPE: Final = "text/event-stream"
READ_AT_ONCE: Final = 128


class Pace(Struct, frozen=True, kw_only=True):
    """How a stream is served.

    A reader further behind than `catch_up` entries is reset; one that takes nothing for `stalled_s`
    is let go, and comes back with `Last-Event-ID`. Every `heartbeat_s` at most it is told what time
    it is at the desk: one that has not heard for twice that long knows that its screen is old.
    """

    catch_up: int = 10_000
    heartbeat_s: float = 2.0
    stalled_s: float = 30.0
    readers: int = 256


class Reset(Struct, frozen=True, kw_only=True):
    """The reader was too far behind: all that it may see, as of `size`, from where it goes on."""

    size: int
    view: View


class Now(Struct, frozen=True, kw_only=True):
    """A sign of life: what time it is at the desk, and how many entries its record has.

    The first `witnessed` of them lie under a root that witnesses have cosigned; the rest stand on
    the desk's word alone. `halted`: the desk takes no statements, and `why`.
    """

    now: datetime
    size: int
    witnessed: int = 0
    halted: bool = False
    why: str | None = None


class Streams:
    """All the readers of one desk's record, woken whenever it has grown."""

    def __init__(self, gate: Gate, pace: Pace | None = None) -> None:
        self._gate = gate
        self._pace = pace or Pace()
        self._wakers: set[Callable[[], None]] = set()
        self._is_closing = False
        gate.desk.subscribe(self._wake)

    def endpoint(self) -> Endpoint:
        """Where a party listens."""
        return Endpoint(
            method="GET",
            path="/v1/stream",
            summary="Entries one may read, as they become durable; event ids are record indices",
            tag="read",
            answer=self._serve,
            media_type=MEDIA_TYPE,
            headers=("Last-Event-ID",),
            refusals=(422,),
        )

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        self._is_closing = True
        self._wake(())

    def _wake(self, _entries: Sequence[Entry]) -> None:
        for wake in tuple(self._wakers):
            wake()

    async def _serve(self, request: Request) -> Response:
        caller = await run_in_threadpool(self._gate.caller, request)
        size = await run_in_threadpool(self._gate.desk.journal.size)
        at = _next_after(request.headers.getlist("last-event-id"), size)
        if len(self._wakers) >= self._pace.readers:
            raise Unavailable("Too many listen already. Try again later.")
        return EventStream(self._events(request, caller, at), self._pace.stalled_s)

    async def _events(self, request: Request, caller: Caller, at: int) -> AsyncIterator[bytes]:
        """What one reader is sent, until its token no longer serves or the desk closes."""
        grown = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(grown.set)

        self._wakers.add(wake)
        try:
            yield b": An acknowledgement is never an approval.\n\n"
            quiet_since_s = -math.inf
            while not self._is_closing:
                grown.clear()
                # Asked anew each time: a key revoked or a token run out ends the stream.
                await run_in_threadpool(self._gate.caller, request)
                events, reached = await run_in_threadpool(self._read_or_wait, caller, at)
                if events:
                    yield events
                # Told also while much happens that this reader may not read.
                quiet_s = loop.time() - quiet_since_s
                if quiet_s >= self._pace.heartbeat_s:
                    yield await run_in_threadpool(self._sign_of_life)
                    quiet_since_s, quiet_s = loop.time(), 0.0
                if reached == at:
                    await _wait(grown, self._pace.heartbeat_s - quiet_s)
                at = reached
        except (Refused, Unavailable):
            return  # the reader comes again, and is then told why it is not let in
        finally:
            self._wakers.discard(wake)

    def _read_or_wait(self, caller: Caller, at: int) -> tuple[bytes, int]:
        """The next events; none yet where a halted desk cannot record that a site is read of."""
        try:
            return self._read(caller, at)
        except Unavailable:
            if self._gate.desk.why_halted is None:
                raise
            return b"", at

    def _read(self, caller: Caller, at: int) -> tuple[bytes, int]:
        """The next events from there on, and where to go on after them."""
        desk = self._gate.desk
        size = desk.journal.size()
        if size - at > self._pace.catch_up or at > size:
            seen = desk.read(lambda state: view(state, caller.party))
            record_reads(self._gate, caller, seen)
            reset = Reset(size=seen.size, view=seen)
            return _event("reset", seen.size - 1, reset), seen.size
        events: list[bytes] = []
        rows = read_rows(desk, caller.party, at, at + READ_AT_ONCE)
        record_entry_reads(self._gate, caller, [entry for _, entry, readable in rows if readable])
        for row, entry, readable in rows:
            if readable:
                events.append(_event("entry", row.index, told(entry)))
            at = row.index + 1
        return b"".join(events), at

    def _sign_of_life(self) -> bytes:
        """An event without an id: whoever comes back names the last entry, not this."""
        desk = self._gate.desk
        why = desk.why_halted
        now = Now(
            now=desk.now(),
            size=desk.journal.size(),
            witnessed=desk.witnessed_size(),
            halted=why is not None,
            why=why,
        )
        return b"event: now\ndata: %b\n\n" % msgspec.json.encode(now)


class EventStream(StreamingResponse):
    """Sends events until they end, or the reader has taken none for too long."""

    def __init__(self, events: AsyncIterator[bytes], stalled_s: float) -> None:
        super().__init__(events, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
        self._stalled_s = stalled_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(frame: Message) -> None:
            async with asyncio.timeout(self._stalled_s):
                await send(frame)

        with contextlib.suppress(TimeoutError):
            await super().__call__(scope, receive, send_in_time)


async def _wait(event: asyncio.Event, most_s: float) -> None:
    """Until the event is set, or so many seconds have passed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(most_s):
            await event.wait()


def _event(name: str, index: int, data: Struct) -> bytes:
    """One event; its data is one row of text, since JSON holds no line breaks."""
    return b"event: %b\nid: %d\ndata: %b\n\n" % (
        name.encode(),
        index,
        msgspec.json.encode(data),
    )


def _next_after(last_event_ids: list[str], size: int) -> int:
    """The index to go on from: behind the last event, or from now on for who has none.

    Raises:
        Malformed: the last event's id is not one that was given.
    """
    match last_event_ids:
        case []:
            return size
        case [text] if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text) + 1
    raise Malformed("Last-Event-ID: not the id of an event. Send the last one, or none.")
