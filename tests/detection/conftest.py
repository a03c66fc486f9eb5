"""The Deir ez-Zor ground that detection is tried on: its river, and makers of plans and fixes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from openline.domain.airspace import Footprint, HeightBand, TimeSpan, Volume4D
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation

NOW = datetime(2017, 9, 18, 9, tzinfo=UTC)
RIVER = (
    (40.0944, 35.3942),
    (40.1239, 35.3686),
    (40.1583, 35.3394),
    (40.2000, 35.3180),
    (40.2600, 35.3000),
    (40.3300, 35.2600),
)
"""A coarse Euphrates, downstream, good to a kilometre: its left bank is the east bank."""

PlanMaker = Callable[..., Plan]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def river() -> tuple[tuple[float, float], ...]:
    return RIVER


@pytest.fixture
def make_plan() -> PlanMaker:
    def make(
        name: str,
        footprint: Footprint,
        heights: HeightBand | None = None,
        times: TimeSpan | None = None,
        party: str = "",
        kind: Kind = Kind.GROUND,
    ) -> Plan:
        volume = Volume4D(
            footprint=footprint,
            heights=heights or HeightBand(),
            times=times or TimeSpan(),
        )
        return Plan(id=name, party=party or f"party of {name}", kind=kind, volumes=(volume,))

    return make


@pytest.fixture
def asking() -> Callable[..., Callable[[Kind, Kind], Separation]]:
    """The same separation for every pair of kinds."""

    def separation(
        horizontal_m: float = 0.0, vertical_m: float = 0.0, time_s: float = 0.0
    ) -> Callable[[Kind, Kind], Separation]:
        asked = Separation(horizontal_m=horizontal_m, vertical_m=vertical_m, time_s=time_s)
        return lambda a, b: asked

    return separation
