from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from replayed_case import case, demo
from river_nights import River

__all__ = ["case", "demo"]


@pytest.fixture(scope="session")
def river_begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk by the river, made once and copied for each night."""
    return River.begun(tmp_path_factory.mktemp("river"))


@pytest.fixture
def river(river_begun: Path, tmp_path: Path) -> Iterator[River]:
    """The desk by the river, at work."""
    river = River(shutil.copytree(river_begun, tmp_path / "river"))
    yield river
    river.stop()
