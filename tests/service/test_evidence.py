"""Batches of fixes kept as evidence: unreadable on disk, for a stated time, and erasable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openline.desk_directory.evidence import KEPT_FOR, Evidence
from openline.domain.errors import UnknownThing
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
    assert all(b"35.41" not in path.read_bytes() for path in tmp_path.glob("tracks/*/*"))


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
    (kept,) = tmp_path.glob("tracks/*/*")
    kept.rename(kept.with_name("d" * 64))

    with pytest.raises(Damaged):
        evidence.get("d" * 64)
