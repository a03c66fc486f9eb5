"""Rings the duty watches that the record says are owed a ring, and records each attempt.

It concludes nothing from silence: whom to ring, and whom next, are entries (`desk/clock.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Thread
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

import structlog
from msgspec import Struct
from msgspec.structs import replace

from openline.bearers.call_list import Call, CallList
from openline.bearers.port import Bearer, BearerFailed
from openline.bearers.wording import Due, find_due
from openline.desk.state import State
from openline.domain.delivery import (
    BearerFault,
    BearerOutcome,
    DeliveryOwed,
    NoticeAttempted,
    NoticeOwed,
)
from openline.domain.errors import Refused, Unavailable
from openline.domain.rules import Precedence
from openline.domain.statement import THE_DESK, Entry, Statement

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Answer(Protocol):
    """Brings what became of a statement."""

    def result(self) -> object:
        """Back when the statement is durable.

        Raises:
            Unavailable: it is not recorded; the same may be said again.
            Refused: it will never be.
        """


class Desk(Protocol):
    """What the ringer needs of the desk it rings for: the service, or one like it."""

    def read(self, look: Callable[[State], T]) -> T:
        """What `look` makes of the committed state, which it must not change.

        Raises:
            Unavailable: the record cannot be read at present.
        """

    def submit(self, asked: Statement) -> Answer:
        """Hands over what the desk itself observed."""


class Pace(Struct, frozen=True, kw_only=True):
    """How a failed ring is tried again: each wait twice the one before, up to the longest."""

    first_wait_s: float
    longest_wait_s: float
    tries: int

    def wait_s(self, tries: int) -> float:
        """Seconds to wait after so many tries."""
        return float(min(self.first_wait_s * 2 ** min(tries - 1, 32), self.longest_wait_s))


PACES: Final[Mapping[Precedence, Pace]] = MappingProxyType(
    {
        Precedence.FLASH: Pace(first_wait_s=2, longest_wait_s=15, tries=40),
        Precedence.IMMEDIATE: Pace(first_wait_s=5, longest_wait_s=60, tries=30),
        Precedence.PRIORITY: Pace(first_wait_s=30, longest_wait_s=600, tries=12),
        Precedence.ROUTINE: Pace(first_wait_s=60, longest_wait_s=1_800, tries=8),
    }
)
"""A FLASH is tried for ten minutes: until the strategic level has been called as well."""

_HOPELESS: Final = frozenset(
    {BearerFault.NO_CONTACT, BearerFault.UNKNOWN_BEARER, BearerFault.UNUSABLE_ADDRESS}
)


class Ringer:
    """A few threads that ring; one of them takes nothing that is not urgent.

    So a FLASH never waits for slow e-mail. A ring that could not be recorded at once is recorded
    as soon as it can be; only a crash in between rings a watch twice, rather than never.
    """

    def __init__(
        self,
        bearers: Mapping[str, Bearer],
        desk: Desk,
        *,
        paces: Mapping[Precedence, Pace] = PACES,
        threads: int = 4,
    ) -> None:
        self._bearers = bearers
        self._desk = desk
        self._paces = paces
        self._calls = CallList()
        self._listed: set[str] = set()
        self._listing = Lock()
        self._threads = [
            Thread(target=self._work, args=(n == 0,), name=f"ringer-{n}", daemon=True)
            for n in range(max(threads, 2))
        ]
        for thread in self._threads:
            thread.start()

    def hear(self, entries: Iterable[Entry]) -> None:
        """Notes the rings owed by entries that were just committed; never blocks, never raises."""
        for entry in entries:
            match entry.content:
                case DeliveryOwed(delivery=owed):
                    self._list(Call(notice=owed.id, precedence=owed.precedence))
                case NoticeOwed() as owed:
                    self._list(Call(notice=owed.notice, precedence=owed.precedence))

    def resume(self) -> None:
        """After a start: rings everything that was still to be rung when the desk stopped.

        Raises:
            Unavailable: the record cannot be read at present.
        """
        for call in self._desk.read(_open_calls):
            self._list(call)

    def close(self, wait_s: float = 5.0) -> None:
        """Starts no more rings, and waits so long for each that is under way."""
        self._calls.close()
        for thread in self._threads:
            thread.join(wait_s)

    def _list(self, call: Call) -> None:
        with self._listing:
            if call.notice in self._listed:
                return
            self._listed.add(call.notice)
        self._calls.put(call)

    def _work(self, urgent_only: bool) -> None:
        while (call := self._calls.take(urgent_only=urgent_only)) is not None:
            again = self._make(call)
            if again is None:
                with self._listing:
                    self._listed.discard(call.notice)
            else:
                self._calls.put(again, after_s=self._paces[call.precedence].wait_s(again.tries))

    def _make(self, call: Call) -> Call | None:
        """Rings once and records it; what is to be done later, None if that was all.

        If we crash before it is recorded, the state still owes the ring and the next start rings.
        """
        attempted = call.unrecorded
        try:
            if attempted is None:
                due = self._desk.read(lambda state: find_due(state, call.notice))
                if due is None:
                    return None
                attempted = self._ring(call.notice, due)
            self._desk.submit(_observation(attempted)).result()
        except Unavailable as error:
            log.warning("ring_not_recorded", notice=call.notice, why=error.sentence)
            return replace(call, tries=call.tries + 1, unrecorded=attempted)
        except Refused as error:
            log.error("ring_not_recorded", notice=call.notice, why=error.sentence)
            return None
        if attempted.outcome is BearerOutcome.DELIVERED or attempted.fault in _HOPELESS:
            return None
        if call.tries + 1 >= self._paces[call.precedence].tries:
            return None
        return replace(call, tries=call.tries + 1, unrecorded=None)

    def _ring(self, notice: str, due: Due) -> NoticeAttempted:
        if due.contact is None:
            return _failed(notice, due, BearerFault.NO_CONTACT)
        name = due.contact.bearer
        bearer = self._bearers.get(name)
        if bearer is None:
            # The name stays out of the record: whoever wrote it may have mixed it up with the
            # address, and a leaf stands for ever.
            return _failed(notice, due, BearerFault.UNKNOWN_BEARER)
        try:
            bearer.carry(due.ring, due.contact.address)
        except BearerFailed as failure:
            log.warning("bearer_failed", notice=notice, bearer=name, why=str(failure))
            return _failed(notice, due, BearerFault(failure.slug), bearer=name)
        except Exception as error:  # noqa: BLE001  a bearer broken must not end the ringing
            log.error("bearer_broken", notice=notice, bearer=name, fault=type(error).__name__)
            return _failed(notice, due, BearerFault.BROKEN, bearer=name)
        return NoticeAttempted(
            notice=notice, attempt=due.attempt, outcome=BearerOutcome.DELIVERED, bearer=name
        )


def _open_calls(state: State) -> list[Call]:
    return [
        Call(notice=notice.id, precedence=notice.precedence)
        for about in state.notices.values()
        for notice in about
    ]


def _failed(notice: str, due: Due, fault: BearerFault, bearer: str = "") -> NoticeAttempted:
    return NoticeAttempted(
        notice=notice,
        attempt=due.attempt,
        outcome=BearerOutcome.FAILED,
        bearer=bearer,
        fault=fault,
    )


def _observation(attempted: NoticeAttempted) -> Statement:
    """The desk's own word on an attempt, under one id for each notice and attempt.

    A notice's id may be longer than a statement's, so its digest stands for it.
    """
    named = f"{attempted.notice}\n{attempted.attempt}".encode()
    digest = hashlib.sha256(named).hexdigest()[:32]
    return Statement(id=f"ring-{digest}", author=THE_DESK, content=attempted)
