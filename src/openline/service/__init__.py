"""The funnel: one writer decides, seals, makes durable and answers; everybody else asks it.

hear ──▶ turns ─▶ decide, seal, fold ─▶ journal ─▶ head ─▶ observers ─▶ answers
                   └──────────── under the lock ────────┘
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog
from msgspec import Struct

from openline.desk.state import State
from openline.desk_directory import DeskDirectory
from openline.desk_directory.exhibits import Exhibits
from openline.domain.errors import Unavailable
from openline.domain.party import Key
from openline.domain.statement import Entry, Statement
from openline.journal import Journal, Said
from openline.sealing import Entropy, Sent, Spoken
from openline.service import metrics
from openline.service.batch import said_of
from openline.service.clock import Clock, SimulatedClock, SystemClock
from openline.service.fold import find_snapshot
from openline.service.intake import Halted, Intake, turn_down
from openline.service.receipts import Receipt, Recorded, witnessed_size
from openline.service.waiting import Asked, Errand
from openline.service.writer import Answer, Outcome, Writer, log_fault

__all__ = [
    "Clock",
    "Halted",
    "Limits",
    "Observer",
    "Receipt",
    "Recorded",
    "Service",
    "SimulatedClock",
    "SystemClock",
]

ALIVE_EVERY_S: Final = 1.0
"""How often a running desk notes that it runs, and tries again what its disk refused."""

_LOOKED_UP: Final = 64
"""So many of those that wait are looked up at once: have they been said before?"""
_log = structlog.get_logger(__name__)
T = TypeVar("T")

Observer = Callable[[Sequence[Entry]], None]
"""Told of every batch once it is durable, before its callers: it notes what it needs, quickly.

It may submit; it never waits for an answer, which the thread that calls it would have to give."""


class Limits(Struct, frozen=True, kw_only=True):
    """How many statements of one party may wait, and after how many entries a snapshot is taken.

    Of all parties together four times as many may wait. After so many signed statements in a row
    that met a busy desk, signatures are verified beside it.
    """

    waiting: int = 4_096
    snapshot_every: int = 10_000
    beside_after: int = 256


class Service:
    """One desk at work on one record: what is said goes in here, and is read from here."""

    def __init__(
        self,
        journal: Journal,
        directory: DeskDirectory,
        *,
        clock: Clock,
        entropy: Entropy,
        limits: Limits | None = None,
    ) -> None:
        """Opens the record; nothing is decided before `start`.

        Raises:
            Damaged: the record is not what was signed and answered for.
            Restored: the record is older than the last answer that left.
            Unavailable: the store does not answer.
        """
        limits = limits or Limits()
        self._journal, self._directory, self._clock = journal, directory, clock
        self._writer = Writer(
            journal,
            directory,
            clock=clock,
            entropy=entropy,
            snapshot_every=limits.snapshot_every,
        )
        self._observers: tuple[Observer, ...] = ()
        self._intake = Intake(
            self.origin,
            self._writer.signatures,
            self._find_key,
            most_waiting=limits.waiting,
            beside_after=limits.beside_after,
        )
        self._is_done = False
        self._subscribing = threading.Lock()
        self._alive_at_s = float("-inf")
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    @property
    def origin(self) -> str:
        """The record's name: what a leaf must be signed for, and the name of the desk's key."""
        return self._writer.origin

    @property
    def exhibits(self) -> Exhibits:
        """The files that parties handed in as evidence, beside the record."""
        return self._directory.exhibits

    def start(self) -> None:
        """Begins to decide. First of all the desk says if it was down; observers hear of it.

        One that is halted says nothing before it is resumed.

        Raises:
            Unavailable: the store does not take it.
        """
        if self._intake.why_halted is None:
            self._tell(self._writer.begin())
        self._thread.start()

    def submit(self, asked: Statement | Sent) -> Future[Receipt]:
        """Hands a statement to the writer; the future brings its receipt, once it is durable.

        The future raises as that of `hear`.

        Raises:
            ValueError: a signed statement, without the bytes as they were sent.
        """
        return self._intake.bring(asked, is_proven=True)

    def hear(self, asked: Statement | Sent) -> Future[Recorded]:
        """Hands a statement to the writer; the future brings what it led to, once it is durable.

        Those are the entries of this very statement, whatever others were heard beside it; the
        proof of any of them is made when it is asked for, by `receipt`.

        The future raises `Refused` if the statement cannot stand, and `Unavailable` if it was not
        taken or nothing can be said of it: sent again, it is taken once.

        Raises:
            ValueError: a signed statement, without the bytes as they were sent.
        """
        return self._intake.bring(asked, is_proven=False)

    def read(self, look: Callable[[State], T]) -> T:
        """What `look` makes of the state as of the last durable batch.

        It changes nothing, keeps nothing that can change, and is quick: the writer waits for it.

        Raises:
            Unavailable: the desk cannot read its record at present.
        """
        return self._writer.read(look)

    def find_earlier_state(self, above: int, upto: int) -> State | None:
        """The state of the newest snapshot of more than `above` and up to `upto` entries.

        It is the caller's own, to be folded further; None if there is no such snapshot that fits
        the record. Takes as long as a state takes to read: the writer does not wait for it.

        Raises:
            Unavailable: the store does not answer.
        """
        snapshots = self._directory.snapshots.newest_first(above, upto)
        found = find_snapshot(self._journal, self.origin, snapshots, upto)
        return None if found is None else found[0]

    def now(self) -> datetime:
        """What time it is at this desk, by which its deadlines run.

        Raises:
            Unavailable: the desk cannot read its record at present.
        """
        return self._writer.now()

    @property
    def journal(self) -> Journal:
        """The record, to be read: entries, tiles, checkpoints. The writer alone appends."""
        return self._journal

    def receipt(self, index: int) -> Receipt:
        """The receipt of an entry, the same bytes as when it was first given.

        Raises:
            Unavailable: the store does not answer, or the record does not reach so far.
        """
        return self._writer.receipt(index)

    def find_witnessed(self, index: int) -> Receipt | None:
        """The receipt of an entry under a checkpoint that witnesses cosigned; None until then.

        Raises:
            Unavailable: the store does not answer.
        """
        return self._writer.receipts.find_witnessed(index)

    def witnessed_size(self) -> int:
        """How many entries, from the first on, are witnessed.

        Raises:
            Unavailable: the store does not answer.
        """
        return witnessed_size(self._journal)

    @property
    def verifier_pid(self) -> int | None:
        """The process that verifies signatures beside this desk; None while none is ready to."""
        return self._intake.verifier_pid

    @property
    def why_halted(self) -> str | None:
        """Why the desk takes no statements; None if it takes them."""
        return self._intake.why_halted

    def halt(self, why: str) -> None:
        """Takes no statements from now on and concludes nothing from silence: it gives no sign of
        life either, so that whoever watches it is paged. What was taken stands; reading goes on.
        """
        _log.error("the desk has stopped taking statements", why=why)
        self._intake.why_halted = why
        metrics.HALTED.set(1)

    def resume(self) -> Future[None]:
        """Takes statements again. First the desk records since when it could not hear."""
        return self._intake.send(self._resume)

    def next_due(self) -> datetime | None:
        """When silence next means something, for whoever sets a simulated clock."""
        return self._writer.due_at()

    def tick(self) -> Future[None]:
        """Lets the desk conclude from silence now, under a clock that moves only when it is set."""
        return self._intake.send(self._hear_silence)

    def erase(self, indices: Sequence[int]) -> Future[None]:
        """Forgets the bodies of these entries; the entries and their proofs stay.

        LIMIT: the state is folded anew from the beginning, and nobody is answered meanwhile.
        Erase many at once.
        """
        return self._intake.send(lambda: self._writer.erase(indices))

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Tells the observer of every batch from now on; the function returned ends that."""
        with self._subscribing:
            self._observers = (*self._observers, observer)

        def end() -> None:
            with self._subscribing:
                self._observers = tuple(each for each in self._observers if each is not observer)

        return end

    def close(self) -> None:
        """Answers what waits, takes a snapshot, and closes journal and directory."""
        if not self._intake.close(self._stop):
            return
        if self._thread.is_alive():
            self._thread.join()
        self._intake.turn_away()
        self._writer.close()

    def _find_key(self, kid: str) -> Key | None:
        return self.read(lambda state: state.keys.get(kid))

    # What follows runs in the writer's thread alone.

    def _run(self) -> None:
        try:
            while not self._is_done:
                self._take_turn()
                self._say_alive()
        finally:
            # Whatever ends this thread leaves nobody waiting for an answer.
            self._intake.turn_away()

    def _take_turn(self) -> None:
        item = self._intake.waiting.take(self._wait_s())
        if item is not None:
            self._take(item)
        elif self._intake.why_halted is None and self._writer.has_to_speak():
            self._take(Errand(self._hear_silence, Future()))
        metrics.WAITING.set(len(self._intake.waiting))

    def _wait_s(self) -> float | None:
        """Until something falls due; never so long that the desk seems to be down."""
        at_most = timedelta(seconds=ALIVE_EVERY_S)
        due_at = self._writer.due_at()
        # Only this thread changes what the writer holds: where it has a due time it has a now.
        span = at_most if due_at is None else min(at_most, due_at - self._writer.now())
        return self._clock.wait_s(span)

    def _take(self, item: Asked | Errand) -> None:
        if not item.answer.set_running_or_notify_cancel():
            return
        if isinstance(item, Asked):
            self._hear([item])
            return
        try:
            item.run()
        except Exception as error:  # noqa: BLE001
            # Whatever befalls one errand, whoever sent it is told, and the writer goes on.
            item.answer.set_exception(error)
        else:
            item.answer.set_result(None)

    def _hear(self, taken: list[Asked]) -> None:
        """Makes a batch of the statement taken and those that wait behind it, and answers all."""
        if self._intake.why_halted is not None:
            turn_down(taken[0], Halted(self._intake.why_halted))
            return
        self._intake.writer_is_busy = True
        try:
            outcome = self._writer.batch(self._spoken_by(taken), self._coming)
        except Unavailable as unavailable:
            for asked in taken:
                turn_down(asked, unavailable)
            return
        finally:
            self._intake.writer_is_busy = False
        self._tell(outcome)
        for asked, answer in zip(taken, outcome.answers, strict=True):
            self._answer(asked, answer)

    def _answer(self, asked: Asked, answer: Answer) -> None:
        if not isinstance(answer, Recorded):
            turn_down(asked, answer)
            return
        try:
            asked.answer.set_result(self.receipt(answer.index) if asked.is_proven else answer)
        except Unavailable as unavailable:
            turn_down(asked, unavailable)

    def _spoken_by(self, taken: list[Asked]) -> Iterator[Spoken]:
        """What is said by the one taken, then by those that wait: whoever is heard is taken."""
        yield taken[0].spoken
        while (asked := self._next_asked()) is not None:
            taken.append(asked)
            yield asked.spoken

    def _coming(self) -> list[Said]:
        return [said_of(each.spoken.statement) for each in self._intake.waiting.coming(_LOOKED_UP)]

    def _next_asked(self) -> Asked | None:
        """The next statement if one waits, up to the next errand; those given up are left out."""
        while (asked := self._intake.waiting.take_asked()) is not None:
            if asked.answer.set_running_or_notify_cancel():
                return asked
        return None

    def _hear_silence(self) -> None:
        if self._intake.why_halted is None:
            self._tell(self._writer.batch())

    def _resume(self) -> None:
        # The last sign of life is from before the halt: silence since is held against nobody.
        self._tell(self._writer.begin())
        self._intake.why_halted = None
        metrics.HALTED.set(0)

    def _stop(self) -> None:
        self._is_done = True

    def _tell(self, outcome: Outcome) -> None:
        if not outcome.entries:
            return
        for observer in self._observers:
            try:
                observer(outcome.entries)
            except Exception as error:  # noqa: BLE001
                # What one observer missed it reads from the record; the others are told.
                log_fault(error)

    def _say_alive(self) -> None:
        now_s = self._clock.monotonic_s()
        if self._intake.why_halted is not None or now_s - self._alive_at_s < ALIVE_EVERY_S:
            return
        self._alive_at_s = now_s
        try:
            self._directory.say_alive(self._writer.now())
        except Unavailable:
            return  # it cannot hear: it was down, if it ends before it can
        except OSError as error:
            _log.warning("cannot note that the desk runs", error=error.strerror)
