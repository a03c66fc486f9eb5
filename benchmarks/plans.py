"""Plans against a desk full of live plans: ours against SQLite and Shapely, and against cells.

    python benchmarks/plans.py [PLANS]

A theatre of drones holds so many plans in a day, always equally crowded: about one filing in three
meets another. They stand in a desk's state as after a snapshot, and the index is rebuilt from it.
Then plans are asked about, and plans are filed: asked about and put in. Each peer is given the same
plans, and what it finds is held against geodesics: which conflicts it missed, and what it found
that is beyond the separation (ours may, by half a metre and a two-thousandth).

PostGIS is asked where it is installed, by a server of its own on a local socket that never waits
for the disk. `s2geometry` comes with `make peers`. What is missing is left out, and said so.
"""

from __future__ import annotations

import gc
import json
import math
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from openline.desk.deadlines import What
from openline.desk.evolve.plans import index_plans
from openline.desk.state import State
from openline.detection.meeting import find_meeting
from openline.detection.parts import parts_of
from openline.detection.plans import PlanIndex, compiled_parts
from openline.domain.airspace import (
    Circle,
    Corridor,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.plan import FiledPlan, Kind, Plan, PlanBody
from openline.domain.rules import Rules, Separation
from peers.cells import LEVEL, find_by_cells
from peers.postgis import postgis
from peers.rectangles import NAME, Rectangles

SIZES = (100_000, 1_000_000)
ASKED = 2_000
PARTIES = 50
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MIDDLE = (10.0, 50.0)
KEEP = Rules().separation[Kind.DRONE]
WITHIN = Separation(horizontal_m=500.0, vertical_m=0.0, time_s=0.0)
"""What the cells are held against: shared heights and instants, within this far."""
CELLS_UP_TO = 100_000
Pairs = set[tuple[int, int]]


class Theatre:
    """Drone plans at random, the same whenever it is made anew: 0.6 in a square kilometre a day."""

    def __init__(self, plans: int, corridors: bool = True) -> None:
        self._random = Random(plans)
        self._reach_km = 200.0 * math.sqrt(plans / 100_000)
        self._corridors = corridors

    def plans(self, prefix: str, count: int) -> list[FiledPlan]:
        """The next so many."""
        return [self._plan(f"{prefix}{number}") for number in range(count)]

    def _plan(self, name: str) -> FiledPlan:
        random = self._random
        starts_at = NOON + timedelta(seconds=random.randrange(86_400))
        ends_at = starts_at + timedelta(seconds=random.randrange(600, 7_200))
        floor = random.uniform(0.0, 400.0)
        volume = Volume4D(
            footprint=self._footprint(),
            heights=HeightBand(lower_m=floor, upper_m=floor + random.uniform(30.0, 120.0)),
            times=TimeSpan(starts_at=starts_at, ends_at=ends_at),
        )
        return FiledPlan(
            id=name,
            party=f"supplier {random.randrange(PARTIES)}",
            kind=Kind.DRONE,
            version=1,
            starts_at=starts_at,
            ends_at=ends_at,
            entry=0,
            body=PlanBody(volumes=(volume,)),
        )

    def _footprint(self) -> Footprint:
        random = self._random
        east, north = (random.uniform(-self._reach_km, self._reach_km) * 1e3 for _ in range(2))
        lat = MIDDLE[1] + north / 111_200
        wide = 111_200 * math.cos(math.radians(lat))
        lon = MIDDLE[0] + east / wide
        what = random.random()
        if what < 0.4:
            center = Position(lat_deg=lat, lon_deg=lon)
            return Circle(center=center, radius_m=random.uniform(50.0, 1_000.0))
        if what < 0.8 or not self._corridors:
            corners, size = random.randrange(4, 9), random.uniform(100.0, 1_500.0)
            turns = (2 * math.pi * corner / corners for corner in range(corners))
            ring = tuple(
                (lon + size / wide * math.cos(turn), lat + size / 111_200 * math.sin(turn))
                for turn in turns
            )
            return Polygon(rings=((ring,),))
        path = [(lon, lat)]
        for _ in range(random.randrange(1, 5)):
            lon, lat = lon + random.uniform(-0.02, 0.02), lat + random.uniform(-0.02, 0.02)
            path.append((lon, lat))
        return Corridor(path=tuple(path), width_m=random.uniform(20.0, 200.0))


def resident_mb() -> float:
    """Megabytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 / 1e6


def as_plans(filed: Sequence[FiledPlan]) -> list[Plan]:
    """What each occupies."""
    return [plan for each in filed if (plan := each.as_plan()) is not None]


def full_desk(filed: Sequence[FiledPlan]) -> tuple[State, float]:
    """A desk's state with these plans, as after a snapshot, and the seconds to index them."""
    state = State()
    for each in filed:
        state.plans[each.id] = each
        state.deadlines.set(What.PLAN_ENDS, each.id, each.ends_at)
    started = perf_counter()
    index_plans(state)
    return state, perf_counter() - started


def timed(
    asked: Sequence[Plan], ask: Callable[[Plan], list[str]]
) -> tuple[list[float], dict[str, list[str]]]:
    """Microseconds of each, and what was found."""
    took, found = [], {}
    gc.collect()
    for plan in asked:
        started = perf_counter()
        found[plan.id] = ask(plan)
        took.append((perf_counter() - started) * 1e6)
    return took, found


def hundredths(took: Sequence[float]) -> dict[str, float]:
    """The 50th and the 99th of a hundred."""
    return {f"p{share}": round(float(np.percentile(took, share)), 1) for share in (50, 99)}


def meets(one: Plan, other: Plan, keep: Separation, more_m: float = 0.0) -> bool:
    """Whether two plans come as near as that, by geodesics and at length."""
    wider = Separation(
        horizontal_m=keep.horizontal_m + more_m, vertical_m=keep.vertical_m, time_s=keep.time_s
    )
    met = (find_meeting(a, b, wider) for a in parts_of(one) for b in parts_of(other))
    return any(each is not None and each.distance_m <= wider.horizontal_m for each in met)


def judged(
    plans: dict[str, Plan], found: dict[str, list[str]], others: dict[str, list[str]]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs found by one, by the other, and those of both that are true."""
    one = {(a, b) for a, those in found.items() for b in those}
    other = {(a, b) for a, those in others.items() for b in those}
    return one, other, {(a, b) for a, b in one | other if meets(plans[a], plans[b], KEEP)}


def against_rectangles(count: int) -> dict[str, object]:
    """One row: both on the same plans, how long each takes, and what each missed."""
    theatre, before_mb = Theatre(count), resident_mb()
    state, rebuilt_s = full_desk(theatre.plans("P", count))
    memory_mb = resident_mb() - before_mb
    index, rules = state.index, state.rules
    asked, filed = (as_plans(theatre.plans(name, min(ASKED, count))) for name in "AF")

    def ask(plan: Plan) -> list[str]:
        met = index.find_conflicts(plan, rules)
        return [each.b if each.a == plan.id else each.a for each in met]

    def file(plan: Plan) -> list[str]:
        found = ask(plan)
        index.insert(plan)
        return found

    timed(filed[:100], ask)
    took, found = timed(asked, ask)
    filing, _ = timed(filed, file)
    standing = as_plans(list(state.plans.values()))
    peer = Rectangles(*MIDDLE)
    started = perf_counter()
    peer.insert_all(standing)
    peer_built_s = perf_counter() - started

    def file_with_peer(plan: Plan) -> list[str]:
        met = peer.find(plan, KEEP)
        peer.insert(plan)
        return met

    peer_took, peer_found = timed(asked, lambda plan: peer.find(plan, KEEP))
    peer_filing, _ = timed(filed, file_with_peer)
    named = {plan.id: plan for plan in (*standing, *asked)}
    ours, theirs, true = judged(named, found, peer_found)
    return {
        "benchmark": f"plans: query and exact judgement among {count} live",
        "peer": NAME,
        "openline_us": hundredths(took),
        "peer_us": hundredths(peer_took),
        "conflicts": len(true),
        "openline_missed": len(true - ours),
        "peer_missed": len(true - theirs),
        "openline_beyond": len(ours - true),
        "peer_beyond": len(theirs - true),
        "file_and_check_per_s": round(1e6 / float(np.mean(filing))),
        "peer_file_and_check_per_s": round(1e6 / float(np.mean(peer_filing))),
        "rebuild_s": round(rebuilt_s, 1),
        "peer_rebuild_s": round(peer_built_s, 1),
        "state_and_index_mb": round(memory_mb),
        "times_the_peer": float(f"{np.mean(peer_took) / np.mean(took):.3g}"),
    }


def against_postgis(count: int) -> dict[str, object] | None:
    """One row: a spatial database on the same plans; None where PostGIS is not installed."""
    theatre = Theatre(count)
    state, _ = full_desk(theatre.plans("P", count))
    plans = as_plans(list(state.plans.values()))
    asked, filed = (as_plans(theatre.plans(name, min(ASKED, count))) for name in "AF")
    with postgis() as peer:
        if peer is None:
            return None
        started = perf_counter()
        peer.insert_all(plans)
        peer_built_s = perf_counter() - started
        peer.find(asked[:100], KEEP)
        told, filing = peer.find(asked, KEEP), peer.file(filed, KEEP)

    def ask(plan: Plan) -> list[str]:
        met = state.index.find_conflicts(plan, state.rules)
        return [each.b if each.a == plan.id else each.a for each in met]

    took, found = timed(asked, ask)
    ours, theirs, true = judged({each.id: each for each in (*plans, *asked)}, found, told.found)
    return {
        "benchmark": f"plans: query and exact judgement among {count} live, a database's",
        "peer": peer.name,
        "openline_us": hundredths(took),
        "peer_us": hundredths(told.took_us),
        "conflicts": len(true),
        "openline_missed": len(true - ours),
        "peer_missed": len(true - theirs),
        "openline_beyond": len(ours - true),
        "peer_beyond": len(theirs - true),
        "peer_file_and_check_per_s": round(1e6 / float(np.mean(filing.took_us))),
        "peer_rebuild_s": round(peer_built_s, 1),
        "times_the_peer": float(f"{np.mean(told.took_us) / np.mean(took):.3g}"),
    }


def against_cells(count: int) -> dict[str, object] | None:
    """One row: what cells alone say of the same plans; None where S2 is not installed."""
    theatre = Theatre(count, corridors=False)
    plans, asked = as_plans(theatre.plans("P", count)), as_plans(theatre.plans("A", ASKED))
    asked = asked[: min(ASKED, count)]
    peer = find_by_cells(plans, asked)
    if peer is None:
        return None
    index = PlanIndex()
    index.insert_all(plans)
    names = {plan.id: number for number, plan in enumerate(plans)}

    def ask(plan: Plan) -> list[str]:
        met = index.find_conflicts(plan, lambda _a, _b: WITHIN)
        return [each.b if each.a == plan.id else each.a for each in met]

    took, found = timed(asked, ask)
    ours = {(number, names[met]) for number, plan in enumerate(asked) for met in found[plan.id]}
    true = {(a, b) for a, b in ours | peer.pairs if meets(asked[a], plans[b], WITHIN)}
    touching = {(a, b) for a, b in true if meets(asked[a], plans[b], WITHIN, -500.0)}
    return {
        "benchmark": f"plans: within 500 m among {count} live, circles and areas",
        "peer": f"a cell index alone: S2, level {LEVEL}",
        "openline_us": hundredths(took),
        "peer_us": round(peer.seconds * 1e6 / len(asked), 1),
        "within_500_m": len(true),
        "of_these_touching": len(touching),
        "openline_missed": len(true - ours),
        "peer_missed": len(true - peer.pairs),
        "openline_beyond_500_m": len(ours - true),
        "peer_beyond_500_m": len(peer.pairs - true),
        "peer_not_touching": len(peer.pairs - touching),
        "peer_found": len(peer.pairs),
        "times_the_peer": float(f"{peer.seconds * 1e6 / sum(took):.3g}"),
    }


def main(sizes: Sequence[int]) -> None:
    """Prints one JSON row for each size and peer."""
    compiled_parts()
    for size in sizes:
        for row in (against_rectangles(size), against_postgis(size)):
            if row is not None:
                print(json.dumps(row), flush=True)
    row = against_cells(min([*sizes, CELLS_UP_TO]))
    if row is not None:
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main([int(sys.argv[1])] if len(sys.argv) > 1 else SIZES)
