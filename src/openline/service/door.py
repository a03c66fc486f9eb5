"""The door: what was signed waits here, in order, until another process has verified it.

While the writer has work, signatures are verified beside it, on another core, many at a time. What
stands here takes no turn and no room among what waits for the writer: at most `ROOM` signed ones
are let stand, and who brings one more waits until there is room. Nothing goes in unverified: for
what is not vouched for, for whatever reason, the door's own thread looks itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from itertools import chain
from typing import Final

import structlog
from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.record.vouching import Claim
from openline.service.voucher import ASKED_MAX, Silent, Voucher

ROOM: Final = 256
AT_ONCE: Final = 24
"""Few enough that the writer begins with them while those behind are verified."""
PAUSE_S: Final = 1.0
"""A desk that is not busy for so long begins to count anew."""
LOOKS_EVERY_S: Final = 0.5
"""So often a door that nobody comes to looks whether the process is there."""

_log = structlog.get_logger(__name__)
CLOSING: Final = "The desk is closing. Send again when it is back."


class Knock(Struct, frozen=True, eq=False):
    """Somebody at the door: what has to hold first, and what lets it in.

    `claim` is None for what needs no verifying, and only keeps its place. `enter` is told whether
    the claim is vouched for; it raises nothing. `party` says whose share of the unsigned it takes;
    an errand of the desk's own is nobody's.
    """

    claim: Claim | None
    enter: Callable[[bool], None]
    party: str | None = None


class Door:
    """Lets in, in the order of knocking. Any thread knocks; one of its own opens."""

    def __init__(self, most_unsigned: int, beside_after: int) -> None:
        """Nobody stands here before so many signed statements have met a busy desk in a row.

        Then a process is started to verify beside it; most desks never have one.
        """
        self._most_unsigned, self._beside_after = most_unsigned, beside_after
        self._busy, self._busy_at_s = 0, 0.0
        self._signed = self._inside = 0
        self._unsigned_of: Counter[str | None] = Counter()
        self._standing: deque[Knock] = deque()
        self._asked: deque[list[Knock]] = deque()
        self._lock = threading.Lock()
        self._knocked = threading.Condition(self._lock)
        self._left = threading.Condition(self._lock)
        self._is_ready = self._is_closed = False
        self._thread: threading.Thread | None = None
        self.voucher = Voucher()

    def __len__(self) -> int:
        return self._inside

    @property
    def pid(self) -> int | None:
        """The process that verifies, while it is ready to."""
        return self.voucher.pid if self._is_ready else None

    def is_worth_it(self) -> bool:
        """Whether what is signed had better be verified here, now that the desk is busy."""
        if self._thread is None:
            now_s = time.monotonic()
            self._busy = 1 if now_s - self._busy_at_s > PAUSE_S else self._busy + 1
            self._busy_at_s = now_s
            if self._busy >= self._beside_after:
                self._open()
        return self._is_ready

    def knock(self, knock: Knock) -> None:
        """Stands at the door; of what is signed, waits until there is room to.

        Raises:
            Unavailable: it is closed, or too many of its party's stand here that nobody signed.
        """
        with self._lock:
            if knock.claim is not None:
                self._left.wait_for(lambda: self._signed < ROOM or self._is_closed)
            elif knock.party and self._unsigned_of[knock.party] >= self._most_unsigned:
                raise Unavailable("Too many statements wait. Send again later.")
            if self._is_closed:
                raise Unavailable(CLOSING)
            self._count(knock, 1)
            self._standing.append(knock)
            self._knocked.notify()

    def close(self) -> None:
        """Lets in whoever stands here, and nobody else; ends the process."""
        with self._lock:
            self._is_closed = True
            self._knocked.notify()
            self._left.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _count(self, knock: Knock, one: int) -> None:
        self._inside += one
        if knock.claim is not None:
            self._signed += one
        else:
            self._unsigned_of[knock.party] += one

    def _open(self) -> None:
        with self._lock:
            if self._thread is not None or self._is_closed:
                return
            thread = threading.Thread(target=self._run, name="door", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                _log.warning("signatures are verified by their callers", why=str(error))
                self._busy = 0
            else:
                self._thread = thread

    # What follows runs in the door's own thread alone.

    def _run(self) -> None:
        try:
            while not (self._is_closed and not self._inside):
                self._take_turn()
        finally:
            # Whatever ends this thread leaves nobody standing: the rest is verified by us.
            with self._lock:
                self._is_closed, self._is_ready = True, False
                rest = [*chain.from_iterable(self._asked), *self._standing]
                self._asked.clear()
                self._standing.clear()
                self._left.notify_all()
            self.voucher.end()
            self._let_in(rest)

    def _take_turn(self) -> None:
        while len(self._asked) < ASKED_MAX and (some := self._take(can_wait=not self._asked)):
            self._asked.append(some)
            self._ask([each.claim for each in some if each.claim is not None])
        if self._asked:
            self._let_in(self._asked[0])
            self._asked.popleft()
        else:
            self._is_ready = self.voucher.is_ready()

    def _take(self, *, can_wait: bool) -> list[Knock]:
        """Who stands here, so far as they are asked about at once; nobody, if nobody comes."""
        with self._lock:
            if can_wait:
                self._knocked.wait_for(lambda: self._standing or self._is_closed, LOOKS_EVERY_S)
            return [self._standing.popleft() for _ in range(min(AT_ONCE, len(self._standing)))]

    def _ask(self, claims: list[Claim]) -> None:
        if not claims or not self._is_ready:
            return
        try:
            self.voucher.ask(claims)
        except Silent:
            self._is_ready = False

    def _let_in(self, some: list[Knock]) -> None:
        verdicts = iter(self._verdicts(sum(each.claim is not None for each in some)))
        for each in some:
            each.enter(each.claim is not None and next(verdicts))
        with self._lock:
            for each in some:
                self._count(each, -1)
            self._left.notify_all()

    def _verdicts(self, claims: int) -> list[bool]:
        """What the process says of those whom it was asked about first; nothing, if it is gone."""
        if claims and self.voucher.asked:
            try:
                return self.voucher.listen()
            except Silent:
                self._is_ready = False
                _log.warning("the process that verified beside the desk is gone")
        return [False] * claims
