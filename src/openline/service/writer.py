"""The writer of a record: from statements to durable entries and answers, one batch at a time."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

import structlog
from msgspec import Struct

from openline.desk.clock import conclude_desk_was_down, next_due
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.desk_directory import DeskDirectory
from openline.desk_directory.head import Head
from openline.domain.errors import Refused, Unavailable
from openline.domain.party import ClockAccepted, ClocksParted
from openline.domain.statement import EVERYONE, Entry
from openline.journal import Journal, Said
from openline.sealing import Entropy, Signatures, Spoken
from openline.service import metrics
from openline.service.batch import BatchInMaking, FoldBroken
from openline.service.clock import Clock, Timekeeper
from openline.service.fold import Fold, find_head, fold_record
from openline.service.receipts import Receipt, Receipts, Recorded
from openline.service.snapshot_taker import SnapshotTaker

BATCH_ENTRIES: Final = 256
BATCH_S: Final = 0.005
BATCH_S_MAX: Final = 0.1
"""Deciding goes on for as long as the last batch took to become durable: on a slow disk batches
grow, so that it is never the disk alone that sets how much is taken in a second."""
DOWN_FROM_S: Final = 1.0
"""A desk that was away for less than this was not down."""

_log = structlog.get_logger(__name__)
_CLOSED: Final = "The desk cannot read its record just now and answers nobody. Try again."
FAULT: Final = "The desk met a fault of its own; nothing was recorded. Tell its operator."
T = TypeVar("T")

Answer = Recorded | Refused | Unavailable


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a batch: an answer for each statement, and the entries now durable."""

    answers: Sequence[Answer]
    entries: Sequence[Entry]


class Writer:
    """Decides, seals, folds and makes durable. One thread calls it; any thread calls `read`.

    The lock is held from the first decision of a batch until it is durable and the head says so:
    readers see the state of the committed size, or wait some milliseconds for it. A copy for them
    would cost more than it saves: a state is large, a batch is short, and of two Python threads
    only one runs at a time anyway.
    """

    def __init__(
        self,
        journal: Journal,
        directory: DeskDirectory,
        *,
        clock: Clock,
        entropy: Entropy,
        snapshot_every: int,
    ) -> None:
        """Opens the record.

        Raises:
            Damaged: the record is not what was signed and answered for.
            Restored: the record is older than the last answer that left.
            Unavailable: the store does not answer.
        """
        self._journal, self._directory = journal, directory
        self._clock, self._entropy = clock, entropy
        self.signatures = Signatures()
        self._head = find_head(directory)
        self._lock = threading.Lock()
        self._fold: Fold | None = self._open()
        self._keeper = self._keep_time(self._fold.state)
        self._confirmed_at: int | None = None
        self._receipts = Receipts(journal)
        self._snapshots = SnapshotTaker(directory.snapshots, snapshot_every)
        self._silence_was_heard = True
        self._durable_in_s = 0.0

    @property
    def origin(self) -> str:
        """The record's name."""
        return self._head.origin

    def read(self, look: Callable[[State], T]) -> T:
        """What `look` makes of the state as of the last durable batch.

        Raises:
            Unavailable: the record cannot be read at present.
        """
        with self._lock:
            if self._fold is None:
                raise Unavailable(_CLOSED)
            return look(self._fold.state)

    def now(self) -> datetime:
        """What time it is at this desk: what the next entry would be recorded as of.

        Raises:
            Unavailable: the record cannot be read at present.
        """
        return self.read(self._now)

    def receipt(self, index: int) -> Receipt:
        """The receipt of an entry, the same bytes as when it was first given.

        Raises:
            Unavailable: the store does not answer, or the record does not reach so far.
        """
        return self._receipts.receipt(index)

    @property
    def receipts(self) -> Receipts:
        """What makes receipts, for any thread."""
        return self._receipts

    def due_at(self) -> datetime | None:
        """When silence next means something; None if never, or if concluding it has just failed."""
        with self._lock:
            if self._fold is None or not self._silence_was_heard:
                return None
            return next_due(self._fold.state)

    def has_to_speak(self) -> bool:
        """Whether there is something to conclude, or to open again, though nobody said anything."""
        if self._fold is None:
            return True
        state = self._fold.state
        due_at = next_due(state)
        return (due_at is not None and due_at <= self._now(state)) or self._parts_now(state)

    def begin(self) -> Outcome:
        """Says in the record that the desk was down, if it was: before anything else is heard.

        Raises:
            Unavailable: as `batch`.
        """
        with self._all_or_nothing() as fold:
            state = fold.state
            now, down_from = self._now(state), self._last_alive(state)
            making = BatchInMaking(fold, self._journal, self.signatures, now)
            was_down = (now - down_from).total_seconds() >= DOWN_FROM_S
            if state.size and was_down and not state.time_doubted:
                making.conclude(conclude_desk_was_down(state, down_from, now))
            if not state.time_doubted and state.clock_behind_s != self._keeper.behind_s:
                making.conclude(_accept_clock(-self._keeper.behind_s))
            self._make_durable(fold, making)
        return Outcome(answers=(), entries=making.entries)

    def batch(
        self, spoken: Iterable[Spoken] = (), coming: Callable[[], Iterable[Said]] = tuple
    ) -> Outcome:
        """Hears statements until they make a batch, and then what silence means by now.

        All of it is durable when this returns, and the head says so.

        Args:
            spoken: as many of them are taken as make a batch, and each of those is answered.
            coming: what some that will probably be taken next are called.

        Raises:
            Unavailable: nothing is recorded that was not before; whoever was taken may say it
                again. Refusals are not told either: they may have rested on what is now undone.
        """
        with self._all_or_nothing() as fold, metrics.COMMIT_S.time():
            now = self._now(fold.state)
            making = BatchInMaking(fold, self._journal, self.signatures, now, coming)
            if self._parts_now(fold.state):
                parted = ClocksParted(parted_by_s=self._keeper.parted_by_s())
                making.conclude([Conclusion(content=parted, readers=(EVERYONE,))])
            was_doubted = fold.state.time_doubted
            answers = list(self._hear(making, spoken))
            is_confirmed = was_doubted and not fold.state.time_doubted
            if is_confirmed:
                making.conclude(_accept_clock(self._keeper.ahead_by_s()))
                self._confirmed_at = making.started_at
            # Statements before the tick: an answer in the same batch ends the silence.
            self._silence_was_heard = self._tick(making)
            self._make_durable(fold, making)
            # If we stop here, the next start takes up what was recorded of the clock.
            self._take_up_clock(fold)
        return Outcome(answers=answers, entries=making.entries)

    def erase(self, indices: Sequence[int]) -> None:
        """Forgets the bodies of these entries: in snapshots, in the journal and in the state.

        Raises:
            Unavailable: the store did not take it, or not all of it: erase them again.
        """
        with self._lock:
            try:
                # Snapshots first: if we stop between the two, the next start must not read from
                # one what the journal has forgotten.
                self._snapshots.forget()
                self._journal.erase(indices)
            finally:
                self._fold = fold = self._find_fold()
            if fold is not None:
                self._snapshots.take(fold, self.origin)

    def close(self) -> None:
        """Takes a last snapshot, and lets go of journal and directory."""
        if self._fold is not None:
            self._snapshots.take(self._fold, self.origin)
        self._snapshots.close()
        self._journal.close()
        self._directory.close()

    def _open(self) -> Fold:
        try:
            fold = fold_record(self._journal, self._directory, self._head, self._entropy)
            if fold.tree.size != self._head.size:
                self._move_head(fold)
            return fold
        except Unavailable:
            raise
        except Exception as error:
            log_fault(error)
            raise Unavailable(FAULT) from error

    def _find_fold(self) -> Fold | None:
        """The record folded anew; None if it cannot be read, and then it is tried again later."""
        try:
            return self._open()
        except Unavailable as unavailable:
            _log.error("record not readable", slug=unavailable.slug, why=unavailable.sentence)
            return None

    @contextmanager
    def _all_or_nothing(self) -> Iterator[Fold]:
        """The fold, to be changed; built anew from the journal if changing it came to no end."""
        with self._lock:
            if self._fold is None:
                self._fold = self._open()
                self._take_up_clock(self._fold)
            fold, self._fold = self._fold, None
            try:
                yield fold
            except Exception as error:
                self._fold = self._find_fold()
                if self._fold is not None:
                    self._take_up_clock(self._fold)
                self.signatures.forget()
                if isinstance(error, Unavailable):
                    raise
                log_fault(error)
                raise Unavailable(FAULT) from error
            self._fold = fold

    def _hear(self, making: BatchInMaking, spoken: Iterable[Spoken]) -> Iterator[Answer]:
        most_s = min(max(BATCH_S, self._durable_in_s), BATCH_S_MAX)
        until_s = self._clock.monotonic_s() + most_s
        for each in spoken:
            yield self._hear_one(making, each)
            if len(making) >= BATCH_ENTRIES or self._clock.monotonic_s() > until_s:
                return

    def _hear_one(self, making: BatchInMaking, spoken: Spoken) -> Answer:
        try:
            return making.hear(spoken)
        except (Refused, Unavailable) as refusal:
            return refusal
        except FoldBroken:
            raise
        except Exception as error:  # noqa: BLE001
            # Deciding changes nothing, so the others of the batch stand.
            log_fault(error)
            return Unavailable(FAULT)

    def _tick(self, making: BatchInMaking) -> bool:
        try:
            return making.tick()
        except FoldBroken:
            raise
        except Exception as error:  # noqa: BLE001
            # A fault in what silence means must not silence those who speak.
            log_fault(error)
            return False

    def _make_durable(self, fold: Fold, making: BatchInMaking) -> None:
        if not len(making):
            return
        batch = making.close(self._directory.desk_key, self.origin)
        began_s = self._clock.monotonic_s()
        try:
            self._journal.append(making.started_at, batch)
        except Unavailable:
            # It may be durable all the same: then it is answered like any other.
            if self._journal.checkpoint() != batch.checkpoint:
                raise
        # If we stop here the batch is durable and nobody was told: the next start moves the
        # head, and whoever says it again gets the receipt.
        self._move_head(fold)
        entries = range(making.started_at, fold.tree.size)
        self._receipts.remember(entries, batch.checkpoint, making.subtrees)
        self._durable_in_s = self._clock.monotonic_s() - began_s
        metrics.ENTRIES.inc(len(making))
        self._snapshots.take_if_due(fold, self.origin)

    def _move_head(self, fold: Fold) -> None:
        head = Head(
            origin=self.origin,
            epoch=fold.state.epoch,
            size=fold.tree.size,
            root=fold.tree.root().hex(),
        )
        self._directory.head.write(head)
        self._head = head

    def _take_up_clock(self, fold: Fold) -> None:
        """Goes by the wall clock again once its confirmation is durable, whatever failed after."""
        if self._confirmed_at is not None and fold.tree.size > self._confirmed_at:
            self._keeper.believe()
        self._confirmed_at = None

    def _keep_time(self, state: State) -> Timekeeper:
        return Timekeeper(
            self._clock,
            not_before=self._last_alive(state),
            behind_s=state.clock_behind_s,
            wall_is_believed=not state.time_doubted,
        )

    def _last_alive(self, state: State) -> datetime:
        return max(state.now, self._directory.find_alive() or state.now)

    def _now(self, state: State) -> datetime:
        """Never falling, and by the monotonic clock alone while the wall clock is in doubt."""
        is_doubted = state.time_doubted or self._has_parted(state)
        return max(state.now, self._keeper.now(wall_is_believed=not is_doubted))

    def _has_parted(self, state: State) -> bool:
        return abs(self._keeper.parted_by_s()) > state.rules.clocks_part_s

    def _parts_now(self, state: State) -> bool:
        return state.size > 0 and not state.time_doubted and self._has_parted(state)


def _accept_clock(ahead_by_s: float) -> list[Conclusion]:
    return [Conclusion(content=ClockAccepted(ahead_by_s=ahead_by_s), readers=(EVERYONE,))]


def log_fault(error: Exception) -> None:
    """Where it happened and never what about: a text of Python's may quote what was said."""
    cause = error.__cause__ or error
    where = traceback.extract_tb(cause.__traceback__)[-1]
    _log.error("fault", kind=type(cause).__name__, file=where.filename, row=where.lineno)
