"""Live tracks at a running desk: batches go in, and what changes is said within a second.

Nobody waits for a look. It asks the state twice, for milliseconds: for what stands and what is near
the tracks, and for who is told of what has changed. Between the two it judges, while batches are
taken in and statements decided. So the plan, measure or sighting that a finding rests on may have
changed by the time it is told: whatever has left by then is left out, and whatever has come is met
by the next look.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Final, Protocol, TypeVar

import structlog
from msgspec import Struct
from prometheus_client import Gauge, Histogram

from openline.desk.authority import check_may_report
from openline.desk.comparing.tracks import take_stock
from openline.desk.ids import check_all_free
from openline.desk.state import State
from openline.domain.errors import Refused, Unavailable
from openline.domain.observed import TracksObserved
from openline.domain.rules import Rules
from openline.domain.statement import THE_DESK, Author, Content, Statement
from openline.domain.track import Fix
from openline.track_engine import TrackEngine
from openline.track_engine.columns import TrackColumns, columns_of
from openline.track_engine.saying import in_statements

LOOK_EVERY_S: Final = 0.4
"""From the start of one look to that of the next: a fix waits so long, and then for one look."""
_REST_S: Final = 0.02
"""After a look that took longer, so that others have their turn."""
TRACKS: Final = Gauge("openline_tracks", "Live tracks of which a fix is held.")
LOOK_S: Final = Histogram("openline_look_seconds", "How long looks at the live tracks take.")
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


class TracksHeld(Struct, frozen=True, kw_only=True):
    """The last fix of each of a party's tracks, as of `as_of`.

    A fix older than the rules' `stale_after_s` no longer says where its track is: that is UNKNOWN.
    """

    as_of: datetime
    fixes: tuple[Fix, ...]


class Tracking:
    """Lets one thread at a time into the engine. An idle desk has no thread for it."""

    def __init__(
        self,
        engine: TrackEngine,
        desk: Desk,
        now: Callable[[], datetime],
        look_every_s: float = LOOK_EVERY_S,
        sync: Callable[[], None] = lambda: None,
    ) -> None:
        """`sync` makes durable all that the engine has kept, before anything is said that cites it.

        It may raise Unavailable: then nothing is said until it succeeds.
        """
        self._engine, self._desk, self._now, self._sync = engine, desk, now, sync
        self._look_every_s = look_every_s
        self._unsaid: list[Statement] = []
        self._turn, self._looking = threading.Lock(), threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tracking", daemon=True)

    def receive(self, author: Author, data: bytes, fixes: Sequence[Fix]) -> BatchTaken:
        """Takes a batch in, whole or not at all; what it leads to is said within a second.

        Raises:
            NotPermitted: the author reports no tracks, or not these.
            Malformed: a fix cannot be judged.
            WrongState: something else has the id of a track.
            Unavailable: the batch cannot be kept, or the record not be read.
        """
        tracks = [fix.track for fix in fixes]

        def ask(state: State) -> Rules:
            check_may_report(state, author)
            check_all_free(state, tracks)
            return state.rules

        rules = self._desk.read(ask)
        with self._turn:
            now = self._now()
            columns = self._engine.check(author.party, fixes)
            digest = self._engine.take(author.party, data, fixes, columns, rules, now)
            if self._thread.ident is None and not self._ended.is_set():
                self._thread.start()
        return BatchTaken(digest=digest, fixes=len(fixes), received_at=now)

    def held(self, party: str) -> TracksHeld:
        """The last fix of each of the party's tracks since this desk started, as of now."""
        with self._turn:
            return TracksHeld(as_of=self._now(), fixes=self._engine.latest(party))

    def columns(self, party: str, known_names: str | None = None) -> TrackColumns:
        """The same in columns; names only where the caller has not those of this digest."""
        with self._turn:
            now = self._now()
            names, fixes = self._engine.latest_columns(party)
        return columns_of(names, fixes, now, known_names)

    def look(self) -> None:
        """Says what has changed since the last look; first what could not be said before.

        Raises:
            Unavailable: it is kept, and said before anybody looks again.
        """
        with self._looking:
            self._say_all()
            with LOOK_S.time():
                now, observed = self._observe()
            with self._turn:
                root = self._engine.root(now)
            said: list[Content] = [] if observed is None else [*in_statements(observed)]
            if root is not None:
                said.append(root)
            self._put(now, said)
            self._say_all()

    def close(self) -> None:
        """Looks no more; every batch taken in is under a root, if the record takes it."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()
        with self._looking:
            try:
                self._say_all()
                with self._turn:
                    now = self._now()
                    root = self._engine.root(now, is_last=True)
                if root is not None:
                    self._put(now, [root])
                    self._say_all()
            except Unavailable as unavailable:
                # The batches lie in the evidence all the same, without a root that proves when.
                _log.warning("no last root", slug=unavailable.slug, why=unavailable.sentence)

    def _put(self, now: datetime, said: Sequence[Content]) -> None:
        """What is to be said next, under ids of this instant."""
        self._unsaid = [
            Statement(id=f"tracks-{now:%Y%m%dT%H%M%S%f}-{number}", author=THE_DESK, content=each)
            for number, each in enumerate(said)
        ]

    def _observe(self) -> tuple[datetime, TracksObserved | None]:
        rules = self._desk.read(lambda state: state.rules)
        with self._turn:
            now = self._now()
            tracks = self._engine.tracks(rules, now)
        TRACKS.set(len(self._engine))
        looked = self._engine.set_out(tracks, rules, now)
        stock = self._desk.read(lambda state: take_stock(state, looked.watched))
        judged = self._engine.judge(looked, stock)
        with self._turn:
            return now, self._desk.read(lambda state: self._engine.end_look(state, looked, judged))

    def _say_all(self) -> None:
        """Says all that is unsaid, in order, once what it rests on is durable."""
        if self._unsaid:
            self._sync()
        while self._unsaid:
            self._say(self._unsaid[0])
            self._unsaid.pop(0)

    def _say(self, statement: Statement) -> None:
        try:
            self._desk.submit(statement).result()
        except Refused as refused:
            # What it saw has changed meanwhile: the next look sees how it is then.
            _log.warning("not observed", slug=refused.slug, why=refused.sentence)

    def _run(self) -> None:
        due_s = monotonic() + self._look_every_s
        while not self._ended.wait(max(_REST_S, due_s - monotonic())):
            due_s = monotonic() + self._look_every_s
            try:
                self.look()
            except Unavailable as unavailable:
                _log.warning("not observed yet", slug=unavailable.slug, why=unavailable.sentence)
            except Exception as fault:  # noqa: BLE001
                # One look that fails must not end the watch; the text of a fault may quote a fix.
                _log.error("a look failed", kind=type(fault).__name__)
