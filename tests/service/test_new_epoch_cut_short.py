"""A new epoch that could not be begun leaves a desk as healthy as it was."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from openline import new_epoch
from openline.domain.errors import Unavailable
from openline.domain.party import EpochReason
from openline.new_epoch import begin_new_epoch
from openline.service import SimulatedClock
from service_harness import NOON, CountedEntropy, Speaker, found, open_desk


def at_work(path: Path) -> int:
    service = open_desk(path)
    if service.journal.size() == 0:
        found(service, Speaker("EAST"))
    size = service.journal.size()
    service.close()
    return size


def begin(path: Path) -> None:
    clock = SimulatedClock(NOON)
    begin_new_epoch(path, EpochReason.KEY_LOST, clock=clock, entropy=CountedEntropy())


def run_in(path: Path, query: str) -> None:
    connection = apsw.Connection(str(path / "record.db"))
    connection.execute(query)
    connection.close()


def test_a_ceremony_that_finds_a_file_missing_makes_no_key(path: Path, tmp_path: Path) -> None:
    size = at_work(path)
    (path / "at-rest.key").rename(tmp_path / "aside")
    with pytest.raises(Unavailable, match=r"at-rest\.key"):
        begin(path)
    (tmp_path / "aside").rename(path / "at-rest.key")
    assert not (path / "desk.key.epoch").exists()
    assert at_work(path) == size


def test_a_ceremony_that_finds_the_record_damaged_makes_no_key(path: Path, tmp_path: Path) -> None:
    size = at_work(path)
    (path / "record.db").rename(tmp_path / "aside")
    (path / "record.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(Unavailable):
        begin(path)
    (tmp_path / "aside").rename(path / "record.db")
    assert at_work(path) == size


def test_a_ceremony_whose_entry_the_store_does_not_take_leaves_no_key(path: Path) -> None:
    size = at_work(path)
    run_in(
        path,
        "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no room'); END",
    )
    with pytest.raises(Unavailable):
        begin(path)
    run_in(path, "DROP TRIGGER full")
    assert not (path / "desk.key.epoch").exists()
    assert at_work(path) == size


def test_a_ceremony_stopped_before_its_entry_names_the_way_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = at_work(path)
    begin(path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(new_epoch, "_sealed", stop)
        with pytest.raises(KeyboardInterrupt):
            begin(path)
    with pytest.raises(Unavailable, match=r"ceremony new-epoch.*delete .*desk\.key\.epoch"):
        open_desk(path)
    (path / "desk.key.epoch").unlink()
    assert at_work(path) == size + 1


def test_a_ceremony_stopped_after_its_entry_names_no_way_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(new_epoch, "_move_head", stop)
        with pytest.raises(KeyboardInterrupt):
            begin(path)
    with pytest.raises(Unavailable, match="ceremony new-epoch") as told:
        open_desk(path)
    assert "delete" not in told.value.sentence
