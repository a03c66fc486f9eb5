"""The desk collects cosignatures after each commit; absence stops nothing, a contradiction all."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from openline.cosigning.agreed import desk_keys_of, key_of, named_by, policy_of
from openline.cosigning.collector import Collector, Pace
from openline.cosigning.standing import Standing, read_standing, standing_of, write_standing
from openline.desk_key import rotate_desk_key
from openline.domain.party import DeskWasDown, EpochReason
from openline.domain.witness import NO_QUORUM
from openline.new_epoch import begin_new_epoch
from openline.record.checkpoint import open_checkpoint
from openline.record.note import NoteKey, cosign_note, note_key, parse_vkey, render_vkey
from openline.record.policy import Policy, parse_policy
from openline.record.proof import parse_proof, verify_proof
from openline.record.witnessing import render_cosignatures
from openline.sealing import entry_from_row
from openline.service import Halted, Service, SystemClock
from service_harness import DESK_KEY, ORIGIN, add_party, found, make_desk, open_desk, operate
from witness_harness import Served, answering, until

DESK = note_key(ORIGIN, DESK_KEY)
QUICK = Pace(least_s=0.01, answer_s=2.0, grace_s=0.05, again_s=0.05, longest_s=0.2)


def policy(quorum: str, *witnesses: Served) -> Policy:
    names = [each.identity.name.partition(".")[0].upper() for each in witnesses]
    rows = [
        f"witness {name} {render_vkey(each.key)}"
        for name, each in zip(names, witnesses, strict=True)
    ]
    rows += [f"group quorate {quorum} {' '.join(names)}", "quorum quorate"]
    return parse_policy("".join(f"{row}\n" for row in rows).encode())


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """A witness of each side."""
    made = tuple(Served(tmp_path / name, f"{name}.example/w1", DESK) for name in ("east", "west"))
    yield made
    for each in made:
        each.close()


@contextmanager
def collecting(service: Service, path: Path, **urls: str) -> Iterator[Collector]:
    clock = SystemClock()
    collector = Collector(
        service,
        path,
        urls,
        now=clock.wall,
        monotonic_s=time.monotonic,
        pace=QUICK,
    )
    unsubscribe = service.subscribe(collector.hear)
    collector.start()
    try:
        named = service.read(lambda state: len(state.witnesses.witnesses))
        until(lambda: len(collector.standing.witnesses) == named)
        yield collector
    finally:
        unsubscribe()
        collector.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_desk(tmp_path / "desk")


@pytest.fixture
def desk(path: Path) -> Iterator[Callable[[], Service]]:
    """Opens the desk, again and again; the last is closed at the end."""
    opened: list[Service] = []

    def open_again(halted: str | None = None) -> Service:
        for each in opened:
            each.close()
        opened.append(open_desk(path, SystemClock()))
        return opened[-1]

    yield open_again
    for each in opened:
        each.close()


def named(service: Service, agreed: Policy, id: str = "witnesses") -> None:
    operate(service, id, named_by(agreed)).result()


def cosigners(service: Service, keys: list[NoteKey]) -> list[str]:
    note = service.journal.cosigned()
    assert note is not None
    return [each.key.name for each in open_checkpoint(note, [DESK, *keys]).witnessed_by]


def test_an_answer_is_logged_at_once_and_witnessed_soon_after(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    with collecting(service, path, EAST=east.url, WEST=west.url):
        receipt = add_party(service, "NORTH").result()
        assert receipt.level == "logged"
        until(lambda: service.witnessed_size() > receipt.index)
        witnessed = service.find_witnessed(receipt.index)
        assert witnessed is not None
        assert witnessed.level == "witnessed"
        (row,) = service.journal.read(receipt.index, receipt.index + 1)
        keys = [DESK, east.key, west.key]
        signed = verify_proof(parse_proof(witnessed.proof), row.leaf, keys)
        assert {each.key for each in signed.witnessed_by} == {east.key, west.key}
        assert service.receipt(receipt.index).proof == receipt.proof
        add_party(service, "SOUTH").result()
        until(lambda: service.witnessed_size() == service.journal.size())
        assert service.find_witnessed(receipt.index) == witnessed


def test_all_means_all_and_an_absent_witness_stops_nothing(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    west.go()
    with collecting(service, path, EAST=east.url, WEST=west.url) as collector:
        index = add_party(service, "NORTH").result().index
        until(lambda: collector.standing.witnesses[1].absent_since is not None)
        first = collector.standing.witnesses[1].absent_since
        until(lambda: collector.standing.witnesses[0].size > index)
        assert service.find_witnessed(index) is None
        add_party(service, "SOUTH").result()
        assert service.why_halted is None
        assert collector.standing.witnesses[1].absent_since == first
        west.come()
        until(lambda: service.find_witnessed(index) is not None)
        assert collector.standing.witnesses[1].absent_since is None


def test_of_two_any_one_is_enough_where_that_is_agreed(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("any", east, west))
    west.go()
    with collecting(service, path, EAST=east.url, WEST=west.url):
        until(lambda: service.witnessed_size() == service.journal.size())
    assert cosigners(service, [east.key, west.key]) == ["east.example/w1"]


def test_a_witness_without_an_address_is_shown_as_such(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("any", east, west))
    with collecting(service, path, EAST=east.url) as collector:
        until(lambda: service.witnessed_size())
        assert "no address" in collector.standing.witnesses[1].why


def test_a_desk_without_witnesses_asks_nobody(sides, desk, path):
    service = desk()
    found(service)
    with collecting(service, path) as collector:
        collector.ask_all()
    assert service.journal.cosigned() is None
    assert policy_of(service.read(lambda state: state.witnesses)).quorum == NO_QUORUM


def left_behind(desk, path: Path, service: Service, **urls: str) -> Path:
    """A copy of the desk as it now stands; the desk itself goes on without it, and is cosigned."""
    service.close()
    other = path.with_name("fork")
    shutil.copytree(path, other)
    service = desk()
    with collecting(service, path, **urls):
        add_party(service, "NORTH").result()
        until(lambda: service.witnessed_size() == service.journal.size())
    return other


def test_a_forked_record_is_refused_and_the_desk_stops_loudly(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    other = left_behind(desk, path, service, EAST=east.url, WEST=west.url)
    fork = open_desk(other, SystemClock())
    try:
        add_party(fork, "SOUTH").result()
        size = fork.journal.size()
        with collecting(fork, other, EAST=east.url, WEST=west.url) as collector:
            until(lambda: fork.why_halted is not None)
            with pytest.raises(Halted, match="forked or rewound"):
                add_party(fork, "EVEN-MORE").result()
            assert fork.journal.size() == size
            noted = collector.standing
        assert "EAST" in (noted.halted or "") or "WEST" in (noted.halted or "")
        assert read_standing(other) == noted
        shown = [each.contradicts for each in noted.witnesses if each.contradicts]
        # The proof is of the desk's own making: a checkpoint over the other history.
        assert open_checkpoint(shown[0].encode(), [DESK]).checkpoint.root
        assert fork.journal.cosigned() is None
    finally:
        fork.close()


def test_a_rewound_record_is_refused_although_its_head_was_put_back_with_it(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    earlier = left_behind(desk, path, service, EAST=east.url, WEST=west.url)
    rewound = open_desk(earlier, SystemClock())
    try:
        with collecting(rewound, earlier, EAST=east.url, WEST=west.url):
            until(lambda: rewound.why_halted is not None)
    finally:
        rewound.close()


def test_a_desk_halted_for_another_reason_stays_so_however_well_its_witnesses_stand(
    sides, desk, path
):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    service.halt("Its operator looks into it.")
    with collecting(service, path, EAST=east.url, WEST=west.url) as collector:
        until(lambda: collector.standing.witnesses[1].cosigned_at is not None)
        until(lambda: collector.standing.witnesses[0].cosigned_at is not None)

        with pytest.raises(Halted, match="looks into it"):
            add_party(service, "NORTH").result()
        service.resume().result()
        add_party(service, "NORTH").result()


def test_a_fork_made_after_the_desks_key_was_rotated_stops_the_desk_too(sides, desk, path):
    east, _west = sides
    service = desk()
    found(service)
    named(service, policy("all", east))
    service.close()
    east.identity.memory.watch(parse_vkey(rotate_desk_key(path, clock=SystemClock())))
    other = left_behind(desk, path, service, EAST=east.url)
    fork = open_desk(other, SystemClock())
    try:
        add_party(fork, "SOUTH").result()
        with collecting(fork, other, EAST=east.url) as collector:
            until(lambda: collector.standing.witnesses[0].refused_at is not None)
            assert collector.standing.witnesses[0].contradicts
            until(lambda: fork.why_halted is not None)
    finally:
        fork.close()


def test_a_thief_of_the_old_key_cannot_halt_a_desk_that_began_a_new_epoch(sides, desk, path):
    east, _west = sides
    service = desk()
    found(service)
    named(service, policy("all", east))
    other = left_behind(desk, path, service, EAST=east.url)
    desk().close()
    begun = begin_new_epoch(other, EpochReason.KEY_STOLEN, clock=SystemClock())
    east.identity.memory.watch(parse_vkey(begun.vkey))
    gone_on = open_desk(other, SystemClock())
    try:
        with collecting(gone_on, other, EAST=east.url) as collector:
            until(lambda: collector.standing.witnesses[0].refused_at is not None)
            assert collector.standing.witnesses[0].contradicts == ""
            add_party(gone_on, "SOUTH").result()
            assert gone_on.why_halted is None
    finally:
        gone_on.close()


def halted_and_alone(desk, path, east: Served) -> Path:
    """A desk that its witness, which is gone now, has halted by a contradiction."""
    service = desk()
    found(service)
    named(service, policy("all", east))
    other = left_behind(desk, path, service, EAST=east.url)
    halted = open_desk(other, SystemClock())
    with collecting(halted, other, EAST=east.url):
        until(lambda: halted.why_halted is not None)
    halted.close()
    east.go()
    return other


def test_a_desk_halted_under_a_stolen_key_goes_on_in_its_new_epoch_though_the_witness_is_gone(
    sides, desk, path
):
    other = halted_and_alone(desk, path, sides[0])
    begin_new_epoch(other, EpochReason.KEY_STOLEN, clock=SystemClock())
    gone_on = open_desk(other, SystemClock())
    assert standing_of(other, gone_on.read(desk_keys_of)).halted is None
    with collecting(gone_on, other, EAST=sides[0].url) as collector:
        until(lambda: collector.standing.witnesses[0].absent_since is not None)
        add_party(gone_on, "SOUTH").result()
    gone_on.close()
    assert read_standing(other).halted is None


def test_a_desk_halted_under_its_own_key_stays_so_though_the_witness_is_gone(sides, desk, path):
    other = halted_and_alone(desk, path, sides[0])
    again = open_desk(other, SystemClock())
    assert standing_of(other, again.read(desk_keys_of)).halted
    with collecting(again, other, EAST=sides[0].url):
        until(lambda: again.why_halted is not None)
    again.close()


def test_a_refusal_without_proof_is_shown_and_stops_nobody(desk, path, tmp_path):
    """A side could else silence the desk whenever it wished, by one answer of its own witness."""
    east = Served(tmp_path / "east", "east.example/w1", DESK)
    try:
        service = desk()
        found(service)
        named(service, policy("all", east))
        with answering(422) as url, collecting(service, path, EAST=url) as collector:
            until(lambda: collector.standing.witnesses[0].refused_at is not None)
            assert service.why_halted is None
            add_party(service, "NORTH").result()
            assert service.witnessed_size() == 0
    finally:
        east.close()


def test_once_the_witness_lets_go_the_desk_goes_on_and_records_since_when_it_could_not_hear(
    sides, desk, path
):
    east, _west = sides
    service = desk()
    found(service)
    named(service, policy("all", east))
    other = left_behind(desk, path, service, EAST=east.url)
    fork = open_desk(other, SystemClock())
    try:
        with collecting(fork, other, EAST=east.url):
            until(lambda: fork.why_halted is not None)
            halted_size = fork.journal.size()
            time.sleep(1.1)
            east.identity.memory.forget(ORIGIN, int(time.time()))
            until(lambda: fork.why_halted is None)
            add_party(fork, "SOUTH").result()
        rows = list(fork.journal.read(halted_size, fork.journal.size()))
        down = entry_from_row(rows[0]).content
        assert isinstance(down, DeskWasDown)
        assert down.down_to - down.down_from >= timedelta(seconds=1)
    finally:
        fork.close()


def test_how_the_witnesses_stand_is_on_the_disk_with_its_name(tmp_path, monkeypatch):
    """A desk that was halted must not start after a power cut as if nothing were."""
    synced: list[bool] = []
    fsync = os.fsync

    def seen(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    write_standing(tmp_path, Standing(halted="forked"))
    assert synced == [False, True]


def test_what_a_witness_signs_over_another_text_is_not_taken(sides, desk, path):
    east, _west = sides
    service = desk()
    found(service)
    named(service, policy("all", east))

    other = f"{ORIGIN}\n1\n{'A' * 43}=\n"
    by_itself = cosign_note(other, "east.example/w1", east.identity.private_key, 1)
    lies = (render_cosignatures([by_itself]), "\N{EM DASH} east.example/w1 AAAAAAAA\n".encode())
    for lie in lies:
        with answering(200, lie) as url, collecting(service, path, EAST=url) as collector:
            until(lambda: "does not hold" in collector.standing.witnesses[0].why)
        assert service.journal.cosigned() is None


def test_the_key_in_the_record_is_the_key_of_the_witness(sides):
    said = named_by(policy("all", *sides))
    assert [key_of(each) for each in said.witnesses] == [each.key for each in sides]


def test_a_collector_that_ends_leaves_no_word_of_how_witnesses_stood(sides, desk, path):
    east, west = sides
    service = desk()
    found(service)
    named(service, policy("all", east, west))
    with collecting(service, path, EAST=east.url, WEST=west.url):
        until(lambda: "openline_witness_absent{" in generate_latest().decode())
    assert "openline_witness_absent{" not in generate_latest().decode()
    assert "openline_witness_refuses{" not in generate_latest().decode()
