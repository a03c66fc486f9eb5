"""A cell index alone, as the drone field's reference server keeps it: S2 cells of one level.

Two plans are said to meet where they share a cell of level 13, an instant and a height.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openline.detection.instants import seconds_of
from openline.domain.airspace import Circle, Corridor
from openline.domain.plan import Plan
from peers import ask_peer, find_peer

LEVEL: Final = 13
_PROGRAM: Final = """
import json, math, sys
from time import perf_counter
import s2geometry as s2

told = json.load(open(sys.argv[1]))
coverer = s2.S2RegionCoverer()
coverer.set_fixed_level(int(sys.argv[2]))
coverer.set_max_cells(1_000_000)

def point(place):
    return s2.S2LatLng.FromDegrees(place[1], place[0]).ToPoint()

def cells_of(ring, radius_m):
    if len(ring) == 1:
        angle = radius_m / 6_371_010.0
        region = s2.S2Cap.FromCenterHeight(point(ring[0]), 2 * math.sin(angle / 2) ** 2)
    else:
        region = s2.S2Loop()
        region.Init([point(place) for place in ring])
        region.Normalize()
    return [cell.id() for cell in coverer.GetCovering(region)]

index = {}
for number, (party, ring, radius_m, bounds) in enumerate(told["plans"]):
    for cell in cells_of(ring, radius_m):
        index.setdefault(cell, []).append(number)
started = perf_counter()
found = []
for asked, (party, ring, radius_m, (starts, ends, floor, ceiling)) in enumerate(told["asked"]):
    near = {number for cell in cells_of(ring, radius_m) for number in index.get(cell, ())}
    for number in near:
        other, _, _, bounds = told["plans"][number]
        if other != party and bounds[0] <= ends and bounds[1] >= starts:
            if bounds[2] <= ceiling and bounds[3] >= floor:
                found.append((asked, number))
print(json.dumps({"seconds": perf_counter() - started, "found": found}))
"""


@dataclass(frozen=True)
class CellsFound:
    """Pairs of asked and kept plans, by their numbers, and how long all of it took."""

    seconds: float
    pairs: set[tuple[int, int]]


def find_by_cells(plans: Sequence[Plan], asked: Sequence[Plan]) -> CellsFound | None:
    """What the cells say of circles and areas; None where S2 is not installed."""
    python = find_peer("s2geometry")
    if python is None:
        return None
    told = {
        "plans": [_numbers(each) for each in plans],
        "asked": [_numbers(each) for each in asked],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "told.json")
        path.write_text(json.dumps(told))
        answer = json.loads(ask_peer(python, _PROGRAM, path, LEVEL))
    return CellsFound(answer["seconds"], {(a, b) for a, b in answer["found"]})


def _numbers(plan: Plan) -> tuple[object, ...]:
    (volume,) = plan.volumes
    footprint, times = volume.footprint, volume.times
    assert not isinstance(footprint, Corridor)
    assert times.starts_at is not None
    assert times.ends_at is not None
    bounds = (
        seconds_of(times.starts_at),
        seconds_of(times.ends_at),
        volume.heights.floor_m,
        volume.heights.ceiling_m,
    )
    if isinstance(footprint, Circle):
        center = footprint.center
        return plan.party, [(center.lon_deg, center.lat_deg)], footprint.radius_m, bounds
    ((ring,),) = footprint.rings
    return plan.party, ring, 0.0, bounds
