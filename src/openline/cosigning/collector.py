"""Collects cosignatures over the record as it grows, and stops the desk that contradicts itself.

A witness that cannot be had stops nothing: it is shown, with since when. One that refuses and can
show why, by a checkpoint that this very desk signed and its record denies, stops the desk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

import httpx
import structlog
from msgspec import Struct
from msgspec.structs import replace

from openline.cosigning import metrics
from openline.cosigning.agreed import desk_keys_of, policy_of
from openline.cosigning.asking import Absent, Asked, Behind, WitnessCalled, WitnessRefuses
from openline.cosigning.standing import (
    Standing,
    WitnessStanding,
    standing_of,
    why_halted,
    write_standing,
)
from openline.desk.state import State
from openline.domain.errors import Unavailable
from openline.domain.witness import AgreedWitnesses
from openline.journal import Journal
from openline.record.note import NoteKey, NoteSignature
from openline.record.policy import Policy, PolicyWitness
from openline.record.witnessing import with_cosignatures

T = TypeVar("T")
_log = structlog.get_logger(__name__)
_THREADS: Final = 32
NO_ADDRESS: Final = "the desk's settings give it no address"


class Desk(Protocol):
    """What the collector needs of the desk: the service, or one like it."""

    @property
    def journal(self) -> Journal: ...

    @property
    def why_halted(self) -> str | None: ...

    def read(self, look: Callable[[State], T]) -> T: ...

    def halt(self, why: str) -> None: ...

    def resume(self) -> Future[None]: ...


class Pace(Struct, frozen=True, kw_only=True):
    """How often witnesses are asked.

    Not more often than every `least_s`; each has `answer_s` before the others are not held up for
    it; once there is a quorum the rest have `grace_s`; one that cannot be had is asked again after
    `again_s`, then twice that, up to `longest_s`.
    """

    least_s: float = 0.25
    answer_s: float = 5.0
    grace_s: float = 0.25
    again_s: float = 1.0
    longest_s: float = 10.0


class _Known(Struct):
    """One witness, and when it is asked again."""

    called: WitnessCalled | None
    standing: WitnessStanding
    pending: Future[NoteSignature] | None = None
    asked: Asked | None = None
    wait_s: float = 0.0
    not_before_s: float = 0.0


class Collector:
    """Works in a thread of its own from `start` to `close`."""

    def __init__(
        self,
        desk: Desk,
        directory: Path,
        urls: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        monotonic_s: Callable[[], float],
        pace: Pace | None = None,
    ) -> None:
        self._desk, self._directory, self._urls = desk, directory, urls
        self._now, self._monotonic_s, self._pace = now, monotonic_s, pace or Pace()
        self._noted = standing_of(directory, desk.read(desk_keys_of))
        self._halted_for = self._noted.halted
        self._agreed = AgreedWitnesses()
        self._policy: Policy | None = None
        self._known: dict[str, _Known] = {}
        self._taken: dict[NoteKey, NoteSignature] = {}
        self._taken_over: Asked | None = None
        self._grown = threading.Event()
        self._closing = threading.Event()
        timeout = httpx.Timeout(self._pace.answer_s)
        self._http = httpx.Client(timeout=timeout, trust_env=False)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="witness")
        self._thread = threading.Thread(target=self._run, name="cosigning", daemon=True)

    @property
    def standing(self) -> Standing:
        """How each witness stood when last asked; any thread may look."""
        return self._noted

    def start(self) -> None:
        """Begins to ask."""
        self._grown.set()
        self._thread.start()

    def hear(self, _entries: Iterable[object]) -> None:
        """The record has grown; never blocks, never raises."""
        self._grown.set()

    def close(self) -> None:
        """Asks nobody any more. What has been cosigned is kept."""
        self._closing.set()
        self._grown.set()
        self._thread.join()
        self._http.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        metrics.forget_witnesses()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._grown.clear()
            try:
                self.ask_all()
            except Unavailable as unavailable:
                # The desk's own disk: it says so itself, and this is tried again.
                _log.warning("cannot collect cosignatures", why=unavailable.sentence)
            self._closing.wait(self._pace.least_s)
            self._grown.wait(self._idle_s())

    def _idle_s(self) -> float:
        """Until a witness that cannot be had is asked again."""
        waiting = [
            known.not_before_s - self._monotonic_s()
            for known in self._known.values()
            if known.called is not None and known.wait_s
        ]
        return max(0.0, min(waiting, default=self._pace.longest_s))

    def ask_all(self) -> None:
        """Asks every witness in its turn about the record as it now stands, and notes what comes.

        Raises:
            Unavailable: the desk's own store does not answer.
        """
        self._learn()
        note = self._desk.journal.checkpoint()
        if note is None or self._policy is None:
            return
        if self._taken_over is None or self._taken_over.note != note:
            self._taken, self._taken_over = {}, Asked.of(note)
        self._ask_whoever_is_due(self._taken_over)
        self._await(self._taken_over)
        self._keep(self._taken_over)
        self._note()

    def _learn(self) -> None:
        """Who is to witness, as the record now says."""
        agreed = self._desk.read(lambda state: state.witnesses)
        if agreed == self._agreed and self._policy is not None:
            return
        self._agreed, self._policy = agreed, policy_of(agreed)
        noted = {each.name: each for each in self._noted.witnesses}
        self._known = {
            each.name: self._known_of(each, noted.get(each.name)) for each in self._policy.witnesses
        }
        self._taken_over = None
        note = self._desk.journal.cosigned()
        metrics.WITNESSED.set(0 if note is None else Asked.of(note).size)
        self._note()

    def _known_of(self, named: PolicyWitness, noted: WitnessStanding | None) -> _Known:
        key, url = named.key, self._urls.get(named.name)
        if noted is None or noted.key_name != key.name:
            noted = WitnessStanding(name=named.name, key_name=key.name)
        if url is None:
            since = noted.absent_since or self._now()
            return _Known(called=None, standing=replace(noted, absent_since=since, why=NO_ADDRESS))
        desk_keys = self._desk.read(desk_keys_of)
        called = WitnessCalled(key, url, self._http, self._desk.journal, desk_keys)
        return _Known(called=called, standing=noted)

    def _ask_whoever_is_due(self, asked: Asked) -> None:
        for known in self._known.values():
            called = known.called
            if called is None or known.pending is not None or called.key in self._taken:
                continue
            if known.not_before_s <= self._monotonic_s():
                known.asked = asked
                known.pending = self._threads.submit(called.ask, asked)

    def _await(self, asked: Asked) -> None:
        """Takes answers as they come, until all are in, or enough are and the rest are slow."""
        ends_s = self._monotonic_s() + self._pace.answer_s
        while pending := [each.pending for each in self._known.values() if each.pending]:
            left_s = ends_s - self._monotonic_s()
            if left_s <= 0 or self._closing.is_set():
                return
            wait(pending, timeout=left_s, return_when=FIRST_COMPLETED)
            for known in self._known.values():
                if known.pending is not None and known.pending.done():
                    self._take(known, known.pending, asked)
            if self._is_met():
                ends_s = min(ends_s, self._monotonic_s() + self._pace.grace_s)

    def _take(self, known: _Known, answer: Future[NoteSignature], asked: Asked) -> None:
        known.pending = None
        try:
            signature = answer.result()
        except Behind:
            return
        except Absent as absent:
            self._is_absent(known, str(absent))
        except WitnessRefuses as refusal:
            self._refuses(known, refusal)
        else:
            self._has_cosigned(known, known.asked or asked)
            if known.called is not None and known.asked == asked:
                self._taken[known.called.key] = signature

    def _has_cosigned(self, known: _Known, asked: Asked) -> None:
        known.wait_s = known.not_before_s = 0.0
        held = known.standing
        known.standing = WitnessStanding(
            name=held.name, key_name=held.key_name, size=asked.size, cosigned_at=self._now()
        )

    def _is_absent(self, known: _Known, why: str) -> None:
        self._later(known)
        held = known.standing
        if held.absent_since is None:
            _log.warning("witness cannot be had", witness=held.name, why=why)
        since = held.absent_since or self._now()
        known.standing = replace(
            held, absent_since=since, why=(held.refused_at and held.why) or why
        )

    def _refuses(self, known: _Known, refusal: WitnessRefuses) -> None:
        self._later(known)
        held = known.standing
        shown = refusal.contradicts.decode("utf-8", "replace") if refusal.contradicts else ""
        if held.refused_at is None or (shown and not held.contradicts):
            _log.error("witness refuses", witness=held.name, why=refusal.why, proven=bool(shown))
        known.standing = replace(
            held,
            absent_since=None,
            refused_at=held.refused_at or self._now(),
            why=refusal.why,
            contradicts=shown,
        )

    def _later(self, known: _Known) -> None:
        known.wait_s = min(max(self._pace.again_s, 2 * known.wait_s), self._pace.longest_s)
        known.not_before_s = self._monotonic_s() + known.wait_s

    def _is_met(self) -> bool:
        return (
            self._policy is not None and bool(self._taken) and self._policy.is_met_by(self._taken)
        )

    def _keep(self, asked: Asked) -> None:
        if self._is_met():
            # If we stop before this the cosignatures are lost, and are asked for again.
            note = with_cosignatures(asked.note, self._taken.values())
            self._desk.journal.keep_cosigned(asked.size, note)
            metrics.WITNESSED.set(asked.size)

    def _note(self) -> None:
        """Notes how all stand; first of all that the desk must stop, or may go on."""
        standings = tuple(known.standing for known in self._known.values())
        halted = why_halted(standings)
        noted = Standing(witnesses=standings, halted=halted)
        if halted is not None and self._desk.why_halted is None:
            self._halted_for = halted
            self._desk.halt(halted)
        if noted != self._noted:
            self._noted = noted
            write_standing(self._directory, noted)
        # A halt for any other reason is not ours to lift.
        if halted is None and self._halted_for is not None:
            if self._desk.why_halted == self._halted_for:
                self._desk.resume()
            else:
                self._halted_for = None
        for each in standings:
            metrics.ABSENT.labels(each.name).set(each.absent_since is not None)
            metrics.REFUSES.labels(each.name).set(each.refused_at is not None)
