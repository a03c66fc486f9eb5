"""Once an operator confirms a clock that was set, time passes, and silence means what it did."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from openline.desk_directory.head import Head, HeadFile
from openline.domain.delivery import Escalated, ReceiptOverdue
from openline.domain.errors import Unavailable
from openline.domain.finding import FindingMade
from openline.domain.line import LineEnd, LineOpened
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import ClockAccepted, ClocksParted, DeskWasDown, TimeConfirmed
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Content
from openline.sealing import entry_from_row
from openline.service import Service, SimulatedClock
from service_harness import NOON, Speaker, attest, contact, found, open_desk, operate

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BOTH_WAYS = pytest.mark.parametrize("set_by", [HOUR, -HOUR], ids=["ahead", "back"])


def of_kind(service: Service, *kinds: type) -> list[Content]:
    rows = service.journal.read(0, service.journal.size())
    contents = [entry_from_row(row).content for row in rows]
    return [content for content in contents if isinstance(content, kinds)]


def begin(path: Path, clock: SimulatedClock) -> Service:
    """A desk with a line on which a FLASH can be sent."""
    service = open_desk(path, clock)
    found(service, Speaker("EAST"), Speaker("WEST"))
    ends = tuple(LineEnd(party=party, cell=f"{party}-TAC") for party in ("EAST", "WEST"))
    opened = LineOpened(line="L-1", level=Level.TACTICAL, ends=ends)
    attest(service, "EAST", "open-line", opened).result()
    return service


def begin_in_doubt(path: Path, clock: SimulatedClock, set_by: timedelta) -> Service:
    """The same desk, which has noticed that its clock was set."""
    service = begin(path, clock)
    clock.set_wall_alone(NOON + set_by)
    service.tick().result()
    return service


def send_flash(service: Service) -> None:
    warning = MessageSent(
        message="M-1", kind=MessageKind.WARN, recipients=("WEST",), precedence=Precedence.FLASH
    )
    attest(service, "EAST", "warn", warning).result()


def confirm(service: Service) -> None:
    operate(service, "time-is-right", TimeConfirmed()).result()


def pass_time(service: Service, clock: SimulatedClock, span: timedelta) -> None:
    clock.set(clock.wall() + span)
    service.tick().result()


def due_in(service: Service) -> timedelta:
    due_at = service.next_due()
    assert due_at is not None
    return due_at - service.now()


def climbed(service: Service) -> list[Content]:
    return of_kind(service, ReceiptOverdue, Escalated)


def levels_of(service: Service) -> list[Level]:
    """To which levels silence has taken the FLASH by now."""
    return [each.level for each in of_kind(service, Escalated) if isinstance(each, Escalated)]


@BOTH_WAYS
def test_a_flash_sent_after_a_set_clock_is_confirmed_climbs_in_its_own_minutes(
    path: Path, clock: SimulatedClock, set_by: timedelta
) -> None:
    service = begin_in_doubt(path, clock, set_by)
    confirm(service)
    send_flash(service)
    pass_time(service, clock, 119 * SECOND)
    early = climbed(service)
    pass_time(service, clock, SECOND)
    at_two_minutes = climbed(service)
    pass_time(service, clock, 8 * MINUTE)
    levels = levels_of(service)
    service.close()

    assert not [each for each in early if isinstance(each, Escalated)]
    assert [each for each in at_two_minutes if isinstance(each, Escalated)]
    assert levels == [Level.TACTICAL, Level.OPERATIONAL, Level.STRATEGIC]


@BOTH_WAYS
def test_a_flash_sent_while_the_clock_was_in_doubt_has_its_minutes_once_it_is_confirmed(
    path: Path, clock: SimulatedClock, set_by: timedelta
) -> None:
    service = begin_in_doubt(path, clock, set_by)
    send_flash(service)
    confirm(service)
    pass_time(service, clock, 59 * SECOND)
    early = climbed(service)
    pass_time(service, clock, 61 * SECOND)
    levels = levels_of(service)
    service.close()

    assert early == []
    assert levels == [Level.TACTICAL]


@BOTH_WAYS
def test_the_clock_is_confirmed_while_the_desk_is_stopped_and_believed_when_it_starts(
    path: Path, clock: SimulatedClock, set_by: timedelta
) -> None:
    service = begin_in_doubt(path, clock, set_by)
    send_flash(service)

    service.close()
    stopped = open_desk(path, SimulatedClock(clock.wall()))
    confirm(stopped)
    stopped.close()
    clock = SimulatedClock(clock.wall() + 20 * SECOND)
    running = open_desk(path, clock)
    running.tick().result()
    doubted = running.read(lambda state: state.time_doubted)
    early = climbed(running)
    pass_time(running, clock, 10 * MINUTE)
    levels = levels_of(running)
    parted = of_kind(running, ClocksParted)
    running.close()

    assert not doubted
    assert len(parted) == 1
    assert early == []
    assert levels == [Level.TACTICAL, Level.OPERATIONAL, Level.STRATEGIC]


def test_how_long_a_desk_in_doubt_was_away_is_held_against_nobody(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, HOUR)
    send_flash(service)
    service.close()
    clock = SimulatedClock(NOON + 3 * HOUR)
    again = open_desk(path, clock)
    confirm(again)
    again.tick().result()
    at_once = climbed(again)
    accepted = of_kind(again, ClockAccepted)
    again.close()

    assert at_once == []
    assert accepted == [ClockAccepted(ahead_by_s=3 * HOUR.total_seconds())]


def test_what_is_said_by_a_confirmed_clock_is_not_out_of_time(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, -HOUR)
    confirm(service)
    east = Speaker("EAST")
    service.submit(east.sign("call", contact("EAST", "WEST"), at=NOON - HOUR)).result()
    found_wrong = of_kind(service, FindingMade)
    service.close()

    assert found_wrong == []


def test_a_clock_that_caught_up_while_the_desk_was_away_is_behind_no_more(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, -HOUR)
    confirm(service)
    service.close()
    again = open_desk(path, SimulatedClock(NOON + HOUR))
    now = again.now()
    down = of_kind(again, DeskWasDown)
    again.close()
    # A clock that is then set back by as much again is no longer the one that was confirmed.
    last = open_desk(path, SimulatedClock(NOON))
    last.tick().result()
    doubted = last.read(lambda state: state.time_doubted)
    last.close()

    assert now == NOON + HOUR
    assert down == [DeskWasDown(down_from=NOON, down_to=NOON + HOUR)]
    assert doubted


def test_a_clock_set_further_back_than_was_confirmed_is_noticed_at_the_start(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, -HOUR)
    confirm(service)
    service.close()
    again = open_desk(path, SimulatedClock(NOON - 2 * HOUR))
    again.tick().result()
    doubted = again.read(lambda state: state.time_doubted)
    again.close()

    assert doubted


def test_a_desk_ahead_of_its_confirmed_clock_wakes_when_silence_falls_due(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, -HOUR)
    confirm(service)
    send_flash(service)
    due_at = service.next_due()
    assert due_at is not None
    clock.set(clock.wall() + (due_at - service.now()) - timedelta(milliseconds=50))
    silent = climbed(service)
    clock.run_on()
    service.tick().result()
    given_up_at = time.monotonic() + 10
    while service.next_due() == due_at and time.monotonic() < given_up_at:
        time.sleep(0.01)
    moved_on = service.next_due() != due_at
    service.close()

    assert silent == []
    assert moved_on


def test_a_confirmation_that_is_durable_moves_deadlines_once_though_the_head_failed(
    path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = begin(path, clock)
    left = due_in(service)
    clock.set_wall_alone(NOON + 10 * HOUR)
    service.tick().result()

    def full(self: HeadFile, head: Head) -> None:
        raise Unavailable("no room for the head")

    with monkeypatch.context() as patch:
        patch.setattr(HeadFile, "write", full)
        with pytest.raises(Unavailable):
            confirm(service)
    service.tick().result()
    doubted, left_at_last = service.read(lambda state: state.time_doubted), due_in(service)
    accepted = of_kind(service, ClockAccepted)
    service.close()

    assert not doubted
    assert left_at_last == left
    assert accepted == [ClockAccepted(ahead_by_s=10 * HOUR.total_seconds())]


def test_a_clock_behind_is_believed_after_a_long_idle_time_and_a_restart(
    path: Path, clock: SimulatedClock
) -> None:
    service = begin_in_doubt(path, clock, -HOUR)
    confirm(service)
    clock.set(clock.wall() + 2 * HOUR)
    service.tick().result()
    before, due = service.now(), service.next_due()
    service.close()
    again = open_desk(path, SimulatedClock(clock.wall() + SECOND))
    now, due_again = again.now(), again.next_due()
    accepted = of_kind(again, ClockAccepted)
    again.close()

    assert (now, due_again - now) == (before + SECOND, due - before)
    assert len(accepted) == 1


@BOTH_WAYS
def test_a_clock_confirmed_before_the_desk_has_noticed_that_it_was_set_is_believed(
    path: Path, clock: SimulatedClock, set_by: timedelta
) -> None:
    service = begin(path, clock)
    left = due_in(service)
    clock.set_wall_alone(NOON + set_by)
    confirm(service)
    service.tick().result()
    doubted, left_at_last = service.read(lambda state: state.time_doubted), due_in(service)
    service.close()

    assert not doubted
    assert left_at_last == left
