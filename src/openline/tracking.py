"""Live tracks at a running desk: batches go in, and what changes is said every second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

import structlog
from msgspec import Struct

from openline.desk.authority import check_may_report
from openline.desk.state import State
from openline.domain.errors import Refused, Unavailable
from openline.domain.statement import THE_DESK, Author, Content, Statement
from openline.domain.track import Fix
from openline.track_engine import TrackEngine

LOOK_EVERY_S: Final = 1.0
T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Answer(Protocol):
    """Brings what became of a statement."""

    def result(self) -> object: ...


class Desk(Protocol):
    """What tracking needs of the desk it looks for: the service, or one like it."""

    def read(self, look: Callable[[State], T]) -> T: ...

    def submit(self, asked: Statement) -> Answer: ...


class BatchTaken(Struct, frozen=True, kw_only=True):
    """A batch was received: the SHA-256 of its bytes in hex, and how many fixes it held."""

    digest: str
    fixes: int
    received_at: datetime


class Tracking:
    """Lets one thread at a time into the engine. An idle desk has no thread for it."""

    def __init__(
        self,
        engine: TrackEngine,
        desk: Desk,
        now: Callable[[], datetime],
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._engine, self._desk, self._now = engine, desk, now
        self._look_every_s = look_every_s
        self._unsaid: list[Statement] = []
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tracking", daemon=True)

    def receive(self, author: Author, data: bytes, fixes: Sequence[Fix]) -> BatchTaken:
        """Takes a batch in, whole or not at all; what it leads to is said within a second or two.

        Raises:
            NotPermitted: the author reports no tracks, or not these.
            Malformed: a fix cannot be judged.
            WrongState: something else has the id of a track.
            Unavailable: the batch cannot be kept, or the record not be read.
        """

        def take(state: State) -> str:
            check_may_report(state, author)
            return self._engine.receive(author.party, data, fixes, state, now)

        with self._turn:
            now = self._now()
            digest = self._desk.read(take)
            if self._thread.ident is None and not self._ended.is_set():
                self._thread.start()
        return BatchTaken(digest=digest, fixes=len(fixes), received_at=now)

    def look(self) -> None:
        """Says what has changed since the last look, and what could not be said before.

        Raises:
            Unavailable: it is kept, and said at the next look.
        """
        with self._turn:
            now = self._now()
            found: list[Content | None] = [
                self._desk.read(lambda state: self._engine.look(state, now)),
                self._engine.root(now),
            ]
            self._unsaid += [
                Statement(id=f"tracks-{now:%Y%m%dT%H%M%S%f}", author=THE_DESK, content=each)
                for each in found
                if each is not None
            ]
            while self._unsaid:
                self._say(self._unsaid[0])
                self._unsaid.pop(0)

    def close(self) -> None:
        """Looks no more."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _say(self, statement: Statement) -> None:
        try:
            self._desk.submit(statement).result()
        except Refused as refused:
            # What it saw has changed meanwhile: the next look sees how it is then.
            _log.warning("not observed", slug=refused.slug, why=refused.sentence)

    def _run(self) -> None:
        while not self._ended.wait(self._look_every_s):
            try:
                self.look()
            except Unavailable as unavailable:
                _log.warning("not observed yet", slug=unavailable.slug, why=unavailable.sentence)
