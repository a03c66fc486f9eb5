from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_harness import make_desk
from small_disk import small_disk_at


@pytest.fixture
def times() -> int:
    """How often a fault is tried: a few times, or `N=` times."""
    return int(os.environ.get("N", "10"))


@pytest.fixture
def kills() -> int:
    """How often the desk is killed: two hundred times, or `N=` times."""
    return int(os.environ.get("N", "200"))


@pytest.fixture
def cuts() -> int:
    """How often the power fails: two thousand times, or ten times `N=`."""
    return 10 * int(os.environ.get("N", "200"))


@pytest.fixture
def seed() -> int:
    """Where chance begins, so that one more run tries others: `SEED=`."""
    return int(os.environ.get("SEED", "2017"))


@pytest.fixture
def stride() -> int:
    """Of the calls of a desk, every how many fail in turn: every one with `N=`."""
    return 1 if "N" in os.environ else 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A desk's directory, to which nothing has been said yet."""
    return make_desk(tmp_path / "desk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "disk") as disk:
        yield disk
