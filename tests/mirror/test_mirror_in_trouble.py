"""Mirrors that are stopped, crowded, watched or short of disk, and what is said of their copies."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirror_harness import (
    Failing,
    add_parties,
    earlier,
    held_at,
    judged,
    source_of,
    standing_in,
)
from openline.desk_directory import InUse
from openline.domain.errors import Unavailable
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import RecordRefused
from openline.record.audit.verdict import audit_record
from openline.record.bundle import Bundle, open_bundle
from openline.record.verify import main as verify
from rest_harness import plan
from small_disk import filled, small_disk_at


def test_a_copy_stopped_while_it_grows_is_judged_by_what_is_signed_of_it(
    desk, key, tmp_path, capsys
):
    with held_at(tmp_path / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        for at in range(4):
            desk.said("WEST", "/v1/plans", **plan(f"P-grown-{at}", 30.0 + at, 10.0))
        with pytest.raises(Unavailable):
            Copying(held, Failing(source_of(desk), 1), at_once=3).follow()
        assert held.leaf(size) is not None
    assert verify([str(tmp_path / "m")]) == 0
    assert "a mirror has begun to copy them" in capsys.readouterr().out
    # Where no mirror says so, somebody has slipped it in.
    (tmp_path / "m" / "pending").unlink()
    assert verify([str(tmp_path / "m")]) == 1


def test_a_copy_that_grows_while_it_is_judged_is_not_refuted(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        copying = Copying(held, source_of(desk))
        copying.follow()
        is_over = threading.Event()

        def grow() -> None:
            for at in range(24):
                desk.said("WEST", "/v1/plans", **plan(f"P-judged-{at}", 40.0 + at, 11.0))
                copying.follow()
            is_over.set()

        growing = threading.Thread(target=grow)
        growing.start()
        verdicts = []
        while not is_over.is_set():
            verdicts.append(verify([str(tmp_path / "m")]))
        growing.join()
    assert set(verdicts) == {0}


def test_a_copy_is_judged_by_one_checkpoint_though_the_mirror_goes_on(desk, key, tmp_path):
    copy = tmp_path / "m"
    with held_at(copy, key) as held:
        Copying(held, source_of(desk)).follow()
        for at in range(4):
            desk.said("WEST", "/v1/plans", **plan(f"P-one-{at}", 60.0 + at, 10.0))
        with pytest.raises(Unavailable):
            Copying(held, Failing(source_of(desk), 1), at_once=3).follow()
        names = [path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()]

        def read(name: str, _limit: int) -> bytes | None:
            found = held.read(name)
            if name == "checkpoint":
                Copying(held, source_of(desk)).follow()
            return found

        bundle = Bundle(read, names)
        verdict = audit_record(bundle, bundle.trust())
    assert verdict.sound, verdict.faults


def test_what_a_mirror_keeps_for_itself_is_no_strangers(desk, key, tmp_path):
    fork = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-own-files", 20.0, 12.0))
    with held_at(tmp_path / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        with (
            standing_in(desk, fork, lambda fork: add_parties(fork, 9)) as url,
            pytest.raises(RecordRefused),
        ):
            Copying(held, source_of(desk, url)).follow()
    with open_bundle(tmp_path / "m") as bundle:
        assert bundle.strangers() == ()


def test_of_two_mirrors_in_one_directory_the_second_is_refused(desk, key, tmp_path):
    with held_at(tmp_path / "m", key) as held:
        with pytest.raises(InUse, match="another program keeps this copy"):
            HeldCopy(tmp_path / "m", [key])
        Copying(held, source_of(desk)).follow()
    assert judged(tmp_path / "m").sound


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "small") as disk:
        yield disk


def test_a_mirror_whose_disk_is_full_keeps_what_it_held_and_goes_on_when_there_is_room(
    desk, key, small_disk
):
    with held_at(small_disk / "m", key) as held:
        size = Copying(held, source_of(desk)).follow()
        desk.said("WEST", "/v1/plans", **plan("P-no-room", 35.0, 10.0))
        filler = filled(small_disk)
        with pytest.raises(Unavailable, match="Make room"):
            Copying(held, source_of(desk)).follow()
        assert (held.size, judged(small_disk / "m").sound) == (size, True)
        filler.unlink()
        assert Copying(held, source_of(desk)).follow() > size
    assert judged(small_disk / "m").sound


def test_a_full_disk_silences_no_refusal(desk, key, small_disk, tmp_path):
    fork = earlier(desk, tmp_path / "fork")
    desk.said("EAST", "/v1/plans", **plan("P-full-fork", 36.0, 10.0))
    with held_at(small_disk / "m", key) as held:
        Copying(held, source_of(desk)).follow()
        filler = filled(small_disk)
        with standing_in(desk, fork, lambda fork: add_parties(fork, 9)) as url:
            with pytest.raises(RecordRefused, match="REWRITTEN") as refused:
                Copying(held, source_of(desk, url)).follow()
            assert refused.value.evidence is None
            filler.unlink()
            with pytest.raises(RecordRefused) as refused:
                Copying(held, source_of(desk, url)).follow()
    assert refused.value.evidence is not None
    assert not judged(refused.value.evidence).sound


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b""), os.unlink])
@pytest.mark.parametrize("folder", ["entries", "bodies"])
def test_what_a_failing_disk_has_spoilt_is_fetched_anew(
    desk, key, tmp_path, folder: str, spoil: Callable[[Path], object]
):
    with held_at(tmp_path / "m", key) as held:
        copying = Copying(held, source_of(desk))
        copying.follow()
        assert copying.ask_again() == 0
        for path in sorted((tmp_path / "m" / folder).iterdir())[:3]:
            spoil(path)
        assert copying.ask_again() == 3
    verdict = judged(tmp_path / "m")
    assert verdict.sound, verdict.faults
