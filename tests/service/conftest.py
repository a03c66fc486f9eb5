from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openline.service import Service, SimulatedClock
from service_harness import NOON, Speaker, found, make_desk, open_desk


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A desk's directory, to which nothing has been said yet."""
    return make_desk(tmp_path / "desk")


@pytest.fixture
def east() -> Speaker:
    return Speaker("EAST")


@pytest.fixture
def west() -> Speaker:
    return Speaker("WEST")


@pytest.fixture
def service(path: Path, clock: SimulatedClock, east: Speaker, west: Speaker) -> Iterator[Service]:
    """A desk at work, with two parties that sign for themselves."""
    opened = open_desk(path, clock)
    found(opened, east, west)
    yield opened
    opened.close()
