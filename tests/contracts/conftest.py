from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from journal_harness import open_store
from openline.journal import Journal


@pytest.fixture(params=["sqlite", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A journal that holds nothing yet: every adapter in turn."""
    opened = open_store(f"{request.param}:{tmp_path / 'record.db'}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where several writers can open one and the same lasting store."""
    return f"{request.param}:{tmp_path / 'record.db'}"
