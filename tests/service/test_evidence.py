"""Batches of fixes kept as evidence: unreadable on disk, for a stated time, and erasable."""

from __future__ import annotations

import os
import resource
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openline.desk_directory.evidence import KEPT_FOR, Evidence
from openline.domain.errors import Unavailable, UnknownThing
from openline.journal import Damaged
from openline.journal.at_rest import AtRest

NOW = datetime(2017, 9, 16, 12, tzinfo=UTC)
BATCH = b"EAST-T1 at 35.4123457 40.2123459"


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    evidence = Evidence(tmp_path / "tracks", AtRest(b"r" * 32))
    evidence.keep("a" * 64, BATCH, NOW)
    return evidence


def test_a_batch_is_given_back_as_received_and_lies_on_disk_unreadable(
    evidence: Evidence, tmp_path: Path
) -> None:
    assert evidence.get("a" * 64) == BATCH
    (file,) = tmp_path.glob("tracks/*/*")
    assert b"35.41" not in file.read_bytes()


def test_a_batch_is_gone_once_its_time_is_over(evidence: Evidence) -> None:
    evidence.keep("b" * 64, BATCH, NOW + KEPT_FOR)
    assert evidence.get("a" * 64) == BATCH

    evidence.keep("c" * 64, BATCH, NOW + KEPT_FOR + timedelta(hours=1))

    with pytest.raises(UnknownThing):
        evidence.get("a" * 64)
    assert evidence.get("b" * 64) == BATCH


def test_a_batch_can_be_erased(evidence: Evidence) -> None:
    evidence.erase("a" * 64)

    with pytest.raises(UnknownThing):
        evidence.get("a" * 64)


def test_a_batch_put_in_anothers_place_is_not_believed(evidence: Evidence, tmp_path: Path) -> None:
    (file,) = tmp_path.glob("tracks/*/*")
    file.write_bytes(file.read_bytes().replace(b"\xaa" * 32, b"\xdd" * 32))

    with pytest.raises(Damaged):
        evidence.get("d" * 64)


def test_what_a_crash_left_half_written_hides_no_other_batch(
    evidence: Evidence, tmp_path: Path
) -> None:
    (file,) = tmp_path.glob("tracks/*/*")
    file.write_bytes(file.read_bytes() + (1_000).to_bytes(4) + b"\xbb" * 32 + b"torn")
    restarted = Evidence(tmp_path / "tracks", AtRest(b"r" * 32))

    restarted.keep("c" * 64, BATCH, NOW)

    assert restarted.get("a" * 64) == restarted.get("c" * 64) == BATCH
    with pytest.raises(UnknownThing):
        restarted.get("b" * 64)


def test_the_oldest_hours_go_first_once_there_is_more_than_the_disk_may_hold(
    tmp_path: Path,
) -> None:
    evidence = Evidence(tmp_path / "tracks", AtRest(b"r" * 32), most_bytes=30_000)
    for number in range(8):
        evidence.keep(f"{number:064x}", os.urandom(10_000), NOW + number * timedelta(hours=1))

    on_disk = sum(path.stat().st_size for path in tmp_path.glob("tracks/*/*"))

    assert on_disk <= 30_000 + 11_000  # and the hour that is being written
    assert len(evidence.get(f"{7:064x}")) == 10_000
    with pytest.raises(UnknownThing):
        evidence.get(f"{0:064x}")


def test_a_batch_that_the_disk_refuses_leaves_nothing_and_is_kept_when_sent_again(
    evidence: Evidence, tmp_path: Path
) -> None:
    (file,) = tmp_path.glob("tracks/*/*")
    before = file.read_bytes()
    large = os.urandom(1 << 16)
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 1_000, most))
    try:
        with pytest.raises(Unavailable, match="send again"):
            evidence.keep("b" * 64, large, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
        signal.signal(signal.SIGXFSZ, heard)

    assert file.read_bytes() == before
    evidence.keep("b" * 64, large, NOW)
    assert evidence.get("b" * 64) == large
    assert evidence.get("a" * 64) == BATCH
