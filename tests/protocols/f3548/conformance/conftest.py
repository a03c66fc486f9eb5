"""One server for all conformance tests of a worker; each test has a place of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from f3548_harness import Dss, Spot, Supplier, spots
from f3548_server import served_dss

_spots = spots()


@pytest.fixture(scope="session")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dss]:
    """A server that knows one authority."""
    with served_dss(tmp_path_factory.mktemp("f3548")) as dss:
        yield dss


@pytest.fixture
def here() -> Spot:
    """A place of the test's own, far from that of every other."""
    return next(_spots)


@pytest.fixture
def uss1(dss: Dss) -> Supplier:
    return dss.supplier("uss1")


@pytest.fixture
def uss2(dss: Dss) -> Supplier:
    return dss.supplier("uss2")
