"""What the desk concludes from silence, from its own absence, and from a clock it cannot trust."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from openline.domain.line import CheckResult, LineChecked, LineCheckMissed, LineEnd, LineOpened
from openline.domain.party import ClocksParted, DeskWasDown, TimeConfirmed
from openline.domain.rules import Level, Rules
from openline.domain.statement import Content, Entry
from openline.sealing import entry_from_row
from openline.service import Service, SimulatedClock, SystemClock
from service_harness import NOON, Speaker, add_party, attest, found, open_desk, operate

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def contents(service: Service) -> list[Content]:
    rows = service.journal.read(0, service.journal.size())
    return [entry_from_row(row).content for row in rows]


def of_kind(service: Service, kind: type) -> list[Content]:
    return [content for content in contents(service) if isinstance(content, kind)]


def open_line(service: Service) -> None:
    """A line whose first check is due in twelve hours."""
    ends = tuple(LineEnd(party=party, cell=f"{party}-TAC") for party in ("EAST", "WEST"))
    opened = LineOpened(line="L-1", level=Level.TACTICAL, ends=ends)
    attest(service, "EAST", "open-line", opened).result()


def test_silence_is_heard_when_it_falls_due_and_not_before(
    service: Service, clock: SimulatedClock
) -> None:
    open_line(service)
    due_at = service.next_due()
    assert due_at == NOON + 12 * HOUR
    clock.set(due_at - SECOND)
    service.tick().result()
    assert of_kind(service, LineCheckMissed) == []
    clock.set(due_at)
    service.tick().result()
    assert len(of_kind(service, LineCheckMissed)) == 1


def test_an_answer_in_the_batch_of_its_deadline_ends_the_silence(
    service: Service, clock: SimulatedClock
) -> None:
    open_line(service)
    clock.set(NOON + 12 * HOUR)
    attest(service, "EAST", "check", LineChecked(line="L-1", result=CheckResult.PASSED)).result()
    assert of_kind(service, LineCheckMissed) == []


def test_under_the_machines_clock_silence_is_heard_with_nobody_asking(path: Path) -> None:
    service = open_desk(path, SystemClock())
    found(service, Speaker("EAST"), Speaker("WEST"), rules=Rules(line_check_every_s=1))
    heard: list[Entry] = []

    def note(batch: Sequence[Entry]) -> None:
        heard.extend(entry for entry in batch if isinstance(entry.content, LineCheckMissed))

    service.subscribe(note)
    open_line(service)
    given_up_at = time.monotonic() + 30
    while not heard and time.monotonic() < given_up_at:
        time.sleep(0.05)
    service.close()
    assert heard


def test_recorded_time_never_falls(service: Service, clock: SimulatedClock) -> None:
    clock.set_wall_alone(NOON - 3 * SECOND)
    add_party(service, "NORTH").result()
    rows = list(service.journal.read(0, 99))
    assert sorted(row.recorded_at for row in rows) == [row.recorded_at for row in rows]


def test_a_desk_that_was_down_says_so_and_holds_silence_against_nobody(
    path: Path, clock: SimulatedClock
) -> None:
    service = open_desk(path, clock)
    found(service, Speaker("EAST"), Speaker("WEST"))
    open_line(service)
    service.close()
    clock.set(NOON + 11 * HOUR)
    again = open_desk(path, clock)
    assert of_kind(again, DeskWasDown) == [DeskWasDown(down_from=NOON, down_to=NOON + 11 * HOUR)]
    assert again.next_due() == NOON + 23 * HOUR
    again.close()


def test_a_desk_was_down_only_since_it_last_said_that_it_runs(
    path: Path, clock: SimulatedClock
) -> None:
    service = open_desk(path, clock)
    found(service)
    clock.set(NOON + HOUR)
    service.tick().result()
    service.close()
    clock.set(NOON + 2 * HOUR)
    again = open_desk(path, clock)
    (down,) = of_kind(again, DeskWasDown)
    assert isinstance(down, DeskWasDown)
    assert down.down_from == NOON + HOUR
    again.close()


def test_a_desk_that_starts_at_once_was_not_down(path: Path, clock: SimulatedClock) -> None:
    service = open_desk(path, clock)
    found(service)
    service.close()
    again = open_desk(path, clock)
    assert of_kind(again, DeskWasDown) == []
    again.close()


@pytest.mark.parametrize("set_to", [NOON + HOUR, NOON - HOUR])
def test_a_clock_that_was_set_is_said_and_nothing_concluded_until_confirmed(
    service: Service, clock: SimulatedClock, set_to: object
) -> None:
    open_line(service)
    clock.set_wall_alone(set_to)  # type: ignore[arg-type]
    service.tick().result()
    (parted,) = of_kind(service, ClocksParted)
    assert isinstance(parted, ClocksParted)
    assert abs(parted.parted_by_s) == HOUR.total_seconds()
    clock.set(clock.wall() + 24 * HOUR)
    service.tick().result()
    assert of_kind(service, LineCheckMissed) == []
    assert len(of_kind(service, ClocksParted)) == 1

    operate(service, "time-is-right", TimeConfirmed()).result()
    service.tick().result()
    assert len(of_kind(service, LineCheckMissed)) == 1


def test_while_the_clock_is_in_doubt_time_goes_by_the_other_one(
    service: Service, clock: SimulatedClock
) -> None:
    clock.set(NOON + HOUR)
    clock.set_wall_alone(NOON + 1000 * HOUR)
    clock.set(clock.wall() + HOUR)
    index = add_party(service, "NORTH").result().index
    (row,) = service.journal.read(index, index + 1)
    assert row.recorded_at == NOON + 2 * HOUR


def test_a_clock_set_back_while_the_desk_was_away_is_noticed(
    path: Path, clock: SimulatedClock
) -> None:
    service = open_desk(path, clock)
    found(service)
    service.close()
    again = open_desk(path, SimulatedClock(NOON - HOUR))
    add_party(again, "NORTH").result()
    (parted,) = of_kind(again, ClocksParted)
    assert parted == ClocksParted(parted_by_s=-HOUR.total_seconds())
    again.close()


def test_the_slow_drift_that_the_rules_allow_is_believed(
    service: Service, clock: SimulatedClock
) -> None:
    clock.set_wall_alone(NOON + 5 * SECOND)
    add_party(service, "NORTH").result()
    assert of_kind(service, ClocksParted) == []


def test_when_a_story_is_over_time_runs_on_and_silence_is_heard_by_itself(
    service: Service, clock: SimulatedClock
) -> None:
    open_line(service)
    clock.set(service.next_due() - timedelta(milliseconds=50))
    stood_at = service.now()
    assert service.now() == stood_at

    clock.run_on()
    service.tick().result()
    while not of_kind(service, LineCheckMissed):
        time.sleep(0.01)

    assert service.now() > stood_at
