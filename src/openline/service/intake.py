"""What is said comes in here: read, verified at once or at the door, and let wait for the writer.

bring ──▶ verify here ──────────────▶ wait      while the writer has nothing else to do
      └─▶ door: verified beside ────▶ wait      while it has, in the order brought
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from openline.domain.errors import Refused, Unavailable
from openline.domain.message import goes_first
from openline.domain.party import Key
from openline.domain.statement import Signed, Statement, kind_of
from openline.record.vouching import Claim
from openline.sealing import Sent, Signatures, Spoken, read_sent
from openline.service import metrics
from openline.service.door import CLOSING, Door, Knock
from openline.service.waiting import Asked, Errand, Waiting
from openline.service.writer import FAULT, log_fault

_log = structlog.get_logger(__name__)


class Halted(Unavailable):
    """The desk takes no statements until its operator has looked into why."""

    slug = "halted"


class Intake:
    """Any thread brings; the writer's alone takes from `waiting`."""

    def __init__(
        self,
        origin: str,
        signatures: Signatures,
        find_key: Callable[[str], Key | None],
        *,
        most_waiting: int,
        beside_after: int,
    ) -> None:
        """`find_key` looks for an enrolled key in the state, and may wait for the writer."""
        self.waiting = Waiting(most_waiting)
        self.why_halted: str | None = None
        self.writer_is_busy = False
        self._origin, self._signatures, self._find_key = origin, signatures, find_key
        self._door = Door(most_waiting, beside_after)
        self._is_closing = self._is_shut = False
        self._gate = threading.Lock()

    @property
    def verifier_pid(self) -> int | None:
        """The process that verifies at the door, while it is ready to."""
        return self._door.pid

    def bring(self, asked: Statement | Sent, *, is_proven: bool) -> Future[Any]:
        """Lets a statement wait for its turn; the future brings what became of it.

        Of what one author brings, each after the call for the one before has returned, the order
        is kept, but that what is urgent may go first.

        Raises:
            ValueError: a signed statement, without the bytes as they were sent.
        """
        answer: Future[Any] = Future()
        try:
            self._check_open()
            if self.why_halted is not None:
                raise Halted(self.why_halted)
            if isinstance(asked, Sent) and (claim := self._claim_of(asked)) is not None:
                self._door.knock(Knock(claim, partial(self._enter, asked, answer, is_proven)))
            else:
                self._stand(Asked(self._spoken(asked), answer, is_proven))
        except (Refused, Unavailable) as refusal:
            note_refused(refusal)
            answer.set_exception(refusal)
        return answer

    def send(self, run: Callable[[], None]) -> Future[None]:
        """Lets an errand wait behind all that was brought before."""
        answer: Future[None] = Future()
        try:
            self._check_open()
            self._stand(Errand(run, answer))
        except Unavailable as unavailable:
            answer.set_exception(unavailable)
        return answer

    def close(self, last: Callable[[], None]) -> bool:
        """Takes nothing more, but for this last errand; whether it was open before."""
        with self._gate:
            if self._is_closing:
                return False
            self._is_closing = True
        errand = Errand(last, Future())
        try:
            self._stand(errand)
        except Unavailable:  # whatever closed the door: the writer has to hear of it all the same
            with suppress(Unavailable):  # there is no writer any more
                self._put(errand)
        return True

    def turn_away(self) -> None:
        """There is no writer any more: whoever still waits hears so, and whoever comes."""
        with self._gate:
            self._is_closing = self._is_shut = True
        self._door.close()
        while (item := self.waiting.take()) is not None:
            if item.answer.set_running_or_notify_cancel():
                item.answer.set_exception(Unavailable(CLOSING))

    def _check_open(self) -> None:
        if self._is_closing:
            raise Unavailable(CLOSING)

    def _claim_of(self, sent: Sent) -> Claim | None:
        """What is verified at the door; None if whoever brings it does so here and now.

        That is sooner while the writer has nothing else to do. And a key that is met for the first
        time is looked up in the state, for which nobody at the door shall wait.
        """
        is_busy = self.writer_is_busy or len(self.waiting) > 0
        if not len(self._door) and not (is_busy and self._door.is_worth_it()):
            return None
        public = self._signatures.find_public(sent.leaf)
        return None if public is None else Claim(public, sent.leaf, sent.salt, sent.body)

    def _spoken(self, asked: Statement | Sent, *, is_vouched: bool = False) -> Spoken:
        if isinstance(asked, Sent):
            read = read_sent(asked, self._origin, is_vouched=is_vouched)
            return self._signatures.verify(read, self._find_key, is_vouched=is_vouched)
        if isinstance(asked.word, Signed):
            raise ValueError("what a party signed is submitted as it was sent")
        return Spoken(statement=asked, body=None)

    def _stand(self, item: Asked | Errand) -> None:
        """Lets it wait: behind those at the door, but for what is urgent and nobody signed."""
        if len(self._door) and not _passes(item):
            party = item.party if isinstance(item, Asked) else None
            self._door.knock(Knock(None, partial(self._take_in, item), party))
        else:
            self._put(item)

    def _enter(self, sent: Sent, answer: Future[Any], is_proven: bool, is_vouched: bool) -> None:
        """Comes in from the door."""
        try:
            self._put(Asked(self._spoken(sent, is_vouched=is_vouched), answer, is_proven))
        except Exception as error:  # noqa: BLE001
            _tell(answer, error)

    def _take_in(self, item: Asked | Errand, _is_vouched: bool) -> None:
        try:
            self._put(item)
        except Exception as error:  # noqa: BLE001
            _tell(item.answer, error)

    def _put(self, item: Asked | Errand) -> None:
        with self._gate:
            if self._is_shut:
                raise Unavailable(CLOSING)
            if isinstance(item, Errand):
                self.waiting.put_errand(item)
            else:
                self.waiting.put(item)


def _passes(item: Asked | Errand) -> bool:
    """What a life may hang on, and nobody signed, stands at no door."""
    return (
        isinstance(item, Asked) and item.kid is None and goes_first(item.spoken.statement.content)
    )


def _tell(answer: Future[Any], error: Exception) -> None:
    """Whatever befalls one who comes in from the door is told, and those behind come in."""
    if isinstance(error, Refused | Unavailable):
        note_refused(error)
    else:
        log_fault(error)
        error = Unavailable(FAULT)
    with suppress(InvalidStateError):  # given up by whoever asked
        answer.set_exception(error)


def turn_down(asked: Asked, refusal: Refused | Unavailable) -> None:
    """Answers that it was not recorded, and why."""
    said = asked.spoken.statement
    note_refused(refusal, kind=kind_of(said.content), party=said.author.party, id=said.id)
    asked.answer.set_exception(refusal)


def note_refused(answer: Refused | Unavailable, **about: str) -> None:
    """Counts and logs what was not recorded: its sentence, and never what was said."""
    counter = metrics.REFUSED if isinstance(answer, Refused) else metrics.UNAVAILABLE
    counter.labels(answer.slug).inc()
    _log.info("not recorded", slug=answer.slug, why=answer.sentence, **about)
