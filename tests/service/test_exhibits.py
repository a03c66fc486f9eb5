"""Files handed in by several at once: kept whole, none forgotten that another waits for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from openline.desk_directory.exhibits import Exhibits
from openline.domain.errors import WrongState
from openline.journal.at_rest import AtRest

FILE = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
DIGEST = sha256(FILE).hexdigest()


@pytest.fixture
def exhibits(tmp_path: Path) -> Exhibits:
    return Exhibits(tmp_path / "evidence", AtRest(b"r" * 32))


def never(_digest: str) -> bool:
    return False


def refused(exhibits: Exhibits, is_named: bool = False) -> None:
    """It is sent, and the entry that would name it is refused."""
    with pytest.raises(WrongState), exhibits.keeping(FILE, lambda _: is_named):
        raise WrongState("The incident is closed.")


def test_one_file_sent_many_times_at_once_is_kept_each_time(
    exhibits: Exhibits, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(16) as senders:
        kept = list(senders.map(exhibits.keep, [FILE] * 90))
    assert set(kept) == {DIGEST}
    assert exhibits.find(DIGEST) == FILE
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [DIGEST]


def test_a_refusal_forgets_no_file_whose_entry_another_waits_for(exhibits: Exhibits) -> None:
    with exhibits.keeping(FILE, never):
        refused(exhibits)
        assert exhibits.find(DIGEST) == FILE
    assert exhibits.find(DIGEST) == FILE


def test_the_last_that_is_refused_forgets_the_file_unless_the_record_names_it(
    exhibits: Exhibits,
) -> None:
    first = exhibits.keeping(FILE, never)
    first.__enter__()
    refused(exhibits)
    refusal = WrongState("The incident is closed.")
    assert not first.__exit__(WrongState, refusal, None)
    assert exhibits.find(DIGEST) is None
    exhibits.keep(FILE)
    refused(exhibits, is_named=True)
    assert exhibits.find(DIGEST) == FILE
