"""The ringer rings whom the record says is owed a ring, and every attempt is on the record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desk_harness import Desk, open_line, river_desk
from openline.bearers.adapters import bearers_from
from openline.bearers.command import CommandSettings
from openline.bearers.port import Bearer, Ring
from openline.bearers.ringer import PACES, Pace, Ringer
from openline.bearers.wording import WHY, find_due
from openline.desk.state import State, snapshot_of, state_from_snapshot
from openline.domain.delivery import (
    BearerFault,
    BearerOutcome,
    NoticeAttempted,
    ReceiptGiven,
    Rung,
    WhyOwed,
)
from openline.domain.errors import Unavailable
from openline.domain.line import CheckResult, LineChecked
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import CellAdded, CellBody, Contact
from openline.domain.rules import Level, Precedence
from openline.domain.statement import DESK, Content, Statement

T = TypeVar("T")
AT_ONCE = dict.fromkeys(Precedence, Pace(first_wait_s=0.01, longest_wait_s=0.02, tries=4))


class Table:
    """The harness's desk behind one lock, with a ringer that hears what is folded."""

    def __init__(self) -> None:
        self.desk: Desk = river_desk()
        self.ringers: list[Ringer] = []
        self.unavailable = 0
        self._lock = threading.RLock()

    def read(self, look: Callable[[State], T]) -> T:
        with self._lock:
            return look(self.desk.state)

    def submit(self, asked: Statement) -> Future[None]:
        answer: Future[None] = Future()
        with self._lock:
            if self.unavailable:
                self.unavailable -= 1
                answer.set_exception(Unavailable("The journal's disk is full. Free some of it."))
            else:
                self._hear(lambda: self.desk.say(DESK, asked.content, id=asked.id))
                answer.set_result(None)
        return answer

    def say(self, party: str, content: Content, **how: Any) -> None:
        with self._lock:
            self._hear(lambda: self.desk.say(party, content, **how))

    def pass_time(self, seconds: float) -> None:
        with self._lock:
            self._hear(lambda: self.desk.tick(self.desk.now + timedelta(seconds=seconds)))

    @property
    def attempts(self) -> list[NoticeAttempted]:
        with self._lock:
            return self.desk.all_of(NoticeAttempted)

    def _hear(self, act: Callable[[], object]) -> None:
        before = len(self.desk.entries)
        act()
        for ringer in self.ringers:
            ringer.hear(self.desk.entries[before:])


@pytest.fixture
def table() -> Iterator[Table]:
    table = Table()
    yield table
    for ringer in table.ringers:
        ringer.close()


def set_to_work(table: Table, bearers: dict[str, Bearer], **how: Any) -> Ringer:
    ringer = Ringer(bearers, table, paces=how.pop("paces", AT_ONCE), **how)
    table.ringers.append(ringer)
    return ringer


def warn(table: Table, precedence: Precedence = Precedence.FLASH, message: str = "M-1") -> str:
    """EASTB warns WESTB over L-1; the id of what that owes."""
    table.say(
        "EASTB",
        MessageSent(
            message=message,
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=precedence,
            line="L-1",
        ),
    )
    return f"{message}/v1:WESTB"


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    """Where the programs note whom they rang: one row for each."""
    path = tmp_path / "heard"
    path.touch()
    return path


@pytest.fixture
def bearers(program_that: Callable[[str], Path], heard: Path) -> dict[str, Bearer]:
    return bearers_from(
        {
            "first": CommandSettings(program=program_that(f'echo "first $1" >> {heard}')),
            "second": CommandSettings(program=program_that(f'echo "second $1" >> {heard}')),
        }
    )


def rows(heard: Path) -> list[str]:
    return heard.read_text("utf-8").splitlines()


def test_what_is_owed_rings_the_first_contact_and_counts_as_delivered(table, bearers, heard, until):
    set_to_work(table, bearers)
    owed = warn(table)
    until(lambda: table.attempts)
    assert rows(heard) == ["first WESTB-TAC-a"]
    assert table.attempts == [
        NoticeAttempted(
            notice=owed, attempt=1, outcome=BearerOutcome.DELIVERED, bearer="first", fault=None
        )
    ]
    assert table.desk.state.deliveries[owed].rung is Rung.DELIVERED
    assert table.desk.state.notices == {}


def test_a_minute_without_a_human_rings_the_second_bearer(table, bearers, heard, until):
    set_to_work(table, bearers)
    warn(table)
    until(lambda: len(table.attempts) == 1)
    table.pass_time(60)
    until(lambda: len(table.attempts) == 2)
    assert rows(heard) == ["first WESTB-TAC-a", "second WESTB-TAC-b"]


def test_a_ring_that_fails_is_tried_again_and_every_attempt_is_on_the_record(
    table, bearers, heard, program_that, until
):
    tried = heard.with_name("tried")
    bearers |= bearers_from(
        {
            "first": CommandSettings(
                program=program_that(f"echo x >> {tried}; test $(wc -l < {tried}) -gt 2")
            )
        }
    )
    set_to_work(table, bearers)
    warn(table)
    until(lambda: any(a.outcome is BearerOutcome.DELIVERED for a in table.attempts))
    assert [(a.attempt, a.outcome, a.fault) for a in table.attempts] == [
        (1, BearerOutcome.FAILED, BearerFault.REJECTED),
        (2, BearerOutcome.FAILED, BearerFault.REJECTED),
        (3, BearerOutcome.DELIVERED, None),
    ]


def test_a_ring_is_given_up_after_its_tries_and_still_owed(table, program_that, until):
    broken = bearers_from({"first": CommandSettings(program=program_that("exit 1"))})
    set_to_work(table, broken)
    owed = warn(table)
    until(lambda: len(table.attempts) == AT_ONCE[Precedence.FLASH].tries)
    table.ringers[0].close()
    assert len(table.attempts) == AT_ONCE[Precedence.FLASH].tries
    assert table.desk.state.notices[owed][0].attempts == AT_ONCE[Precedence.FLASH].tries


def test_an_answer_ends_the_ringing(table, program_that, until):
    broken = bearers_from({"first": CommandSettings(program=program_that("exit 1"))})
    slow = dict.fromkeys(Precedence, Pace(first_wait_s=0.3, longest_wait_s=0.3, tries=1_000))
    set_to_work(table, broken, paces=slow)
    owed = warn(table)
    until(lambda: table.attempts)
    table.say("WESTB", ReceiptGiven(delivery=owed, rung=Rung.ACKNOWLEDGED))
    made = len(table.attempts)
    until(lambda: not table.ringers[0]._listed)
    assert len(table.attempts) == made


@pytest.mark.parametrize(
    ("contacts", "fault"),
    [
        ((), BearerFault.NO_CONTACT),
        ((Contact(bearer="+963 555 0100", address="x"),), BearerFault.UNKNOWN_BEARER),
        ((Contact(bearer="first", address="--help"),), BearerFault.UNUSABLE_ADDRESS),
    ],
)
def test_a_watch_that_cannot_be_rung_is_on_the_record_once_and_names_nobody(
    table, bearers, until, contacts, fault
):
    cell = table.desk.state.cells["WESTB-TAC"]
    table.desk.operate(
        CellAdded(
            cell=cell.id,
            party=cell.party,
            level=cell.level,
            positions=cell.positions,
            body=CellBody(contacts=contacts),
        )
    )
    set_to_work(table, bearers)
    warn(table)
    until(lambda: table.attempts)
    table.ringers[0].close()
    assert [each.fault for each in table.attempts] == [fault]
    assert table.attempts[0].bearer in ("", "first")


def test_after_a_restart_what_was_never_delivered_is_rung_and_nothing_else(
    table, bearers, heard, until
):
    before = set_to_work(table, {})
    undelivered = warn(table, message="M-1")
    until(lambda: table.attempts)
    before.close()
    table.ringers.clear()
    answered = warn(table, message="M-2")
    table.say("WESTB", ReceiptGiven(delivery=answered, rung=Rung.ACKNOWLEDGED))
    table.desk.state = state_from_snapshot(snapshot_of(table.desk.state))
    set_to_work(table, bearers).resume()
    until(lambda: len(table.attempts) == 2)
    assert rows(heard) == ["first WESTB-TAC-a"]
    assert (table.attempts[1].notice, table.attempts[1].attempt) == (undelivered, 2)


def test_hearing_of_a_notice_twice_rings_once(table, bearers, heard, until):
    ringer = set_to_work(table, bearers)
    warn(table)
    for _ in range(3):
        ringer.hear(table.desk.entries)
        ringer.resume()
    until(lambda: not ringer._listed)
    assert rows(heard) == ["first WESTB-TAC-a"]
    assert len(table.attempts) == 1


def test_a_ring_that_could_not_be_recorded_is_recorded_later_and_made_once(
    table, bearers, heard, until
):
    table.unavailable = 6  # more often than a failed ring would be tried
    set_to_work(table, bearers)
    warn(table)
    until(lambda: table.attempts)
    assert rows(heard) == ["first WESTB-TAC-a"]
    assert [each.attempt for each in table.attempts] == [1]


class Gate:
    """A far end that takes nothing until it is opened."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.opened = threading.Event()

    def carry(self, ring: Ring, address: str) -> None:
        self.rung.append(ring.precedence)
        if ring.precedence == Precedence.ROUTINE:
            assert self.opened.wait(30)


def test_a_flash_never_waits_for_slow_routine_mail(table, until):
    gate = Gate()
    set_to_work(table, {"first": gate}, threads=2)
    for n in range(5):
        warn(table, Precedence.ROUTINE, message=f"M-{n}")
    until(lambda: gate.rung)
    warn(table, message="M-urgent")
    until(lambda: Precedence.FLASH in gate.rung)
    assert gate.rung.count(Precedence.ROUTINE) == 1
    gate.opened.set()
    until(lambda: len(table.attempts) == 6)


class Broken:
    """A bearer that keeps no promise at all."""

    def carry(self, ring: Ring, address: str) -> None:
        raise KeyError(address)


def test_a_bearer_that_breaks_ends_no_other_ringing(table, bearers, heard, until):
    set_to_work(table, {"first": Broken(), "second": bearers["second"]})
    warn(table)
    until(lambda: table.attempts)
    assert table.attempts[0].fault is BearerFault.BROKEN
    table.pass_time(60)
    until(lambda: rows(heard) == ["second WESTB-TAC-b"])


def test_a_degraded_line_rings_both_its_ends(table, bearers, heard, until):
    open_line(table.desk, "L-9", Level.TACTICAL, ("EAST", "WEST"))
    set_to_work(table, bearers)
    for _ in range(2):
        table.say("EAST", LineChecked(line="L-9", result=CheckResult.NO_ANSWER))
    until(lambda: len(table.attempts) == 2)
    assert sorted(rows(heard)) == ["first EAST-TAC-a", "first WEST-TAC-a"]


def test_a_ring_tells_nothing_but_that_something_waits(table):
    owed = warn(table)
    due = table.read(lambda state: find_due(state, owed))
    assert due is not None
    assert due.ring.fields.keys() == {
        "id",
        "precedence",
        "line",
        "why",
        "answer_by",
        "exercise",
        "do_next",
        "not_an_approval",
        "text",
    }
    assert (due.ring.id, due.ring.line, due.ring.exercise) == (owed, "L-1", True)
    assert due.ring.answer_by == table.desk.now + timedelta(minutes=2)
    assert due.ring.why == WHY[WhyOwed.OWED]


def test_every_reason_to_ring_has_its_sentence_and_every_precedence_its_pace():
    assert set(WHY) == set(WhyOwed)
    assert set(PACES) == set(Precedence)
    waits = [PACES[each].wait_s(1) for each in Precedence]
    assert waits == sorted(waits, reverse=True)
    assert PACES[Precedence.FLASH].wait_s(1_000) == PACES[Precedence.FLASH].longest_wait_s
