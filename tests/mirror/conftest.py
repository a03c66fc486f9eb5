"""The desk that the mirrors of these tests copy, and a mirror that takes lodgings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirror_harness import OPENED, answering, working
from openline.mirror.serving import WorkingMirror
from openline.record.note import NoteKey
from rest_harness import Served, plan, served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk at which each side has filed something that the other may not read."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        for at, side in enumerate(("EAST", "WEST", "EAST")):
            desk.said(side, "/v1/plans", **plan(f"P-{at}", 10.0 + at, 10.0))
        yield desk


@pytest.fixture
def key(desk: Served) -> NoteKey:
    return desk.vkey()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def lodging(desk, key, tmp_path) -> Iterator[tuple[str, WorkingMirror]]:
    """A mirror of WEST's, with which EAST may lodge."""
    with working(desk, key, tmp_path) as mirror, answering(mirror) as url:
        yield url, mirror
