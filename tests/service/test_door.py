"""What is signed while the desk is busy is verified beside it, and nothing goes in unverified."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from openline.domain.errors import BadSignature, NotPermitted, Unavailable
from openline.domain.message import MessageKind, MessageSent
from openline.domain.rules import Precedence
from openline.record.leaf import SIGNATURE_BYTES
from openline.sealing import Sent
from openline.service import Limits, Receipt, Service, door, voucher
from service_harness import Speaker, attest, contact, found, held_back, open_desk

PARTIES = ("EAST", "WEST", "AID")
READY_WITHIN_S = 60.0


@pytest.fixture
def speakers() -> list[Speaker]:
    return [Speaker(party) for party in PARTIES]


@pytest.fixture
def service(path: Path, speakers: list[Speaker]) -> Iterator[Service]:
    """A desk that verifies beside itself, as a busy one does."""
    service, _ = busy_desk(path, speakers)
    yield service
    service.close()


def busy_desk(path: Path, speakers: list[Speaker], waiting: int = 4_096) -> tuple[Service, int]:
    """The same for who closes it himself, and the process that verifies."""
    service = open_desk(path, limits=Limits(beside_after=1, waiting=waiting))
    found(service, *speakers)
    make_busy(service, speakers)
    until(lambda: service.verifier_pid is not None)
    pid = service.verifier_pid
    assert pid is not None
    return service, pid


def make_busy(service: Service, speakers: list[Speaker]) -> None:
    with held_back(service):
        asked = calls(service, speakers, "busy", 2)
    for each in asked:
        each.result()


def until(holds: object) -> None:
    assert callable(holds)
    give_up_s = time.monotonic() + READY_WITHIN_S
    while not holds():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)


def calls(service: Service, speakers: list[Speaker], name: str, each: int) -> list[Future[Receipt]]:
    """So many calls of each, in turn."""
    return [
        service.submit(speaker.sign(f"{speaker.party}-{name}-{at}", contact(*PARTIES)))
        for at in range(each)
        for speaker in speakers
    ]


def forged(sent: Sent) -> Sent:
    """As it was sent, under a signature that its key never made."""
    return msgspec.structs.replace(sent, leaf=sent.leaf[:-SIGNATURE_BYTES] + b"A" * 64)


@contextmanager
def stopped(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The process that verifies stands still within, and whoever comes stands at the door."""
    monkeypatch.setattr(voucher, "SILENT_MAX_S", 60.0)
    pid = service.verifier_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def stand(service: Service, speakers: list[Speaker], each: int) -> list[Future[Receipt]]:
    """So many calls of each that stand at the door: the writer has something to do meanwhile."""
    with held_back(service, "HELD"):
        attest(service, "EAST", "waits", contact(*PARTIES))
        return calls(service, speakers, "standing", each)


def test_a_forged_signature_among_many_valid_ones_is_refused_alone(
    service: Service, speakers: list[Speaker]
) -> None:
    north = Speaker("NORTH")
    with held_back(service, "HELD"):
        attest(service, "EAST", "waits", contact(*PARTIES))
        before = calls(service, speakers, "before", 20)
        bad = service.submit(forged(speakers[0].sign("bad", contact(*PARTIES))))
        stranger = service.submit(north.sign("strange", contact("NORTH", "EAST")))
        after = calls(service, speakers[1:], "after", 20)
    with pytest.raises(BadSignature, match="Sign it again"):
        bad.result()
    with pytest.raises(BadSignature, match="not enrolled"):
        stranger.result()
    indices = [each.result().index for each in (*before, *after)]
    assert len(set(indices)) == len(before) + len(after)
    assert service.verifier_pid is not None


def test_a_key_that_signs_for_another_party_is_refused_though_it_signed(
    service: Service, speakers: list[Speaker]
) -> None:
    liar = Speaker("EAST")
    liar.key = speakers[1].key
    with held_back(service, "HELD"):
        attest(service, "EAST", "waits", contact(*PARTIES))
        asked = service.submit(liar.sign("lie", contact(*PARTIES)))
    with pytest.raises(NotPermitted, match="speaks for WEST"):
        asked.result()


def test_what_one_key_signs_is_heard_in_order_however_much_there_is(
    service: Service, speakers: list[Speaker]
) -> None:
    indices = [each.result().index for each in calls(service, speakers, "many", 200)]
    assert indices[0::3] == sorted(indices[0::3])
    assert len(set(indices)) == 600


def test_an_errand_comes_after_all_that_stood_at_the_door(
    service: Service, speakers: list[Speaker]
) -> None:
    asked = calls(service, speakers, "many", 60)
    service.tick().result()
    assert all(each.done() for each in asked)


def test_a_word_that_nobody_signed_keeps_its_place_behind_what_its_author_signed(
    service: Service, speakers: list[Speaker]
) -> None:
    signed = calls(service, speakers[:1], "signed", 60)
    attested = attest(service, "EAST", "attested", contact(*PARTIES))
    assert signed[-1].result().index < attested.result().index


def test_what_a_life_may_hang_on_waits_for_nobody_at_the_door(
    service: Service, speakers: list[Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    check_fire = MessageSent(
        message="M-1",
        kind=MessageKind.CHECK_FIRE,
        recipients=("WEST",),
        precedence=Precedence.FLASH,
    )
    with stopped(service, monkeypatch):
        standing = stand(service, speakers, 20)
        attest(service, "EAST", "urgent", check_fire).exception(timeout=READY_WITHIN_S)
        were_heard = [each.done() for each in standing]
    assert not any(were_heard)
    assert [each.exception() for each in standing] == [None] * len(standing)


def test_killed_with_work_in_hand_it_leaves_nobody_waiting_and_lets_nothing_pass(
    service: Service, speakers: list[Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    with stopped(service, monkeypatch) as pid:
        valid = stand(service, speakers[1:], 30)
        bad = service.submit(forged(speakers[0].sign("bad", contact(*PARTIES))))
        assert not any(each.done() for each in (*valid, bad))
        os.kill(pid, signal.SIGKILL)
        assert len({each.result().index for each in valid}) == 60
    with pytest.raises(BadSignature):
        bad.result()
    assert service.verifier_pid is None


def test_one_that_has_stopped_answering_is_ended_and_the_desk_verifies_itself(
    service: Service, speakers: list[Speaker]
) -> None:
    pid = service.verifier_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    valid = stand(service, speakers[1:], 40)
    bad = service.submit(forged(speakers[0].sign("bad", contact(*PARTIES))))
    assert len({each.result().index for each in valid}) == 80
    with pytest.raises(BadSignature):
        bad.result()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_room_at_the_door_is_bounded_and_who_comes_then_waits(
    service: Service, speakers: list[Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[Future[Receipt]] = []

    def bring() -> None:
        for at in range(door.ROOM + 50):
            brought.append(service.submit(speakers[0].sign(f"c-{at}", contact(*PARTIES))))

    with stopped(service, monkeypatch):
        stand(service, speakers[1:2], 1)
        bringing = threading.Thread(target=bring)
        bringing.start()
        until(lambda: len(brought) == door.ROOM - 1)
        bringing.join(0.3)
        assert bringing.is_alive()
        assert len(brought) == door.ROOM - 1
    bringing.join()
    assert [each.exception() for each in brought] == [None] * (door.ROOM + 50)


def test_closing_answers_those_at_the_door_and_ends_the_process(
    path: Path, speakers: list[Speaker]
) -> None:
    service, pid = busy_desk(path, speakers)
    asked = stand(service, speakers, 60)
    service.close()
    assert all(each.result() for each in asked)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(Unavailable, match="closing"):
        service.submit(speakers[0].sign("late", contact(*PARTIES))).result()


ANSWERS_NONSENSE = """
import os, sys
os.write(1, bytes(4))
sys.stdin.buffer.read(4)
os.write(1, bytes((0, 0, 0, 3, 1, 1, 1)) * 3)
sys.stdin.buffer.read()
"""


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", ANSWERS_NONSENSE),
        (sys.executable, "-c", "import os; os.write(1, bytes(4))"),
        (sys.executable, "-c", ""),
        ("/there/is/no/such/program",),
    ],
)
def test_without_a_process_that_answers_the_desk_verifies_itself(
    path: Path,
    speakers: list[Speaker],
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voucher, "_COMMAND", command)
    service = open_desk(path, limits=Limits(beside_after=1))
    found(service, *speakers)
    make_busy(service, speakers)
    valid = calls(service, speakers, "valid", 100)
    bad = service.submit(forged(speakers[0].sign("bad", contact(*PARTIES))))
    assert len({each.result().index for each in valid}) == 300
    with pytest.raises(BadSignature):
        bad.result()
    service.close()


def test_a_desk_that_is_not_busy_starts_no_process(path: Path, speakers: list[Speaker]) -> None:
    service = open_desk(path)
    found(service, *speakers)
    for each in calls(service, speakers, "few", 20):
        each.result()
    assert service.verifier_pid is None
    assert {each.name for each in threading.enumerate()}.isdisjoint({"door"})
    service.close()


def test_one_partys_unsigned_words_fill_its_own_share_of_the_door_alone(
    path: Path, speakers: list[Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _ = busy_desk(path, speakers, waiting=8)
    with stopped(service, monkeypatch):
        stand(service, speakers[:1], 2)
        of_aid = [attest(service, "AID", f"aid-{at}", contact(*PARTIES)) for at in range(9)]
        of_west = attest(service, "WEST", "west", contact(*PARTIES))
        ticked = service.tick()
        refused = [each for each in (*of_aid, of_west, ticked) if each.done()]
    service.close()

    assert refused == of_aid[8:]
    assert isinstance(refused[0].exception(), Unavailable)
    assert [each.exception() for each in (*of_aid[:8], of_west, ticked)] == [None] * 10


def test_a_desk_closes_however_many_stand_at_its_door(path: Path, speakers: list[Speaker]) -> None:
    service, pid = busy_desk(path, speakers, waiting=8)
    os.kill(pid, signal.SIGSTOP)
    stand(service, speakers[:1], 2)
    for at in range(9):
        attest(service, "AID", f"aid-{at}", contact(*PARTIES))

    closing = threading.Thread(target=service.close, daemon=True)
    closing.start()
    closing.join(READY_WITHIN_S)

    assert not closing.is_alive()


def test_where_no_thread_can_be_started_callers_verify_and_the_desk_closes(
    path: Path, speakers: list[Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_desk(path, limits=Limits(beside_after=1))
    found(service, *speakers)
    start = threading.Thread.start

    def none_left(self: threading.Thread) -> None:
        if self.name == "door":
            raise RuntimeError("can't start new thread")
        start(self)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none_left)
        make_busy(service, speakers)
    service.close()

    open_desk(path).close()  # and nothing of it is held any more


def test_a_process_that_died_while_nobody_came_is_started_anew(service: Service) -> None:
    pid = service.verifier_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    until(lambda: service.verifier_pid not in (pid, None))

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
