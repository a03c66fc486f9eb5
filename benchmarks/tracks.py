"""Tracks against tracks over 300 s: BlueSky's compiled detection, the limit, growth, the absurd.

    python benchmarks/tracks.py [TRACKS]

BlueSky (`bluesky-simulator`) comes with `make peers`; without it its row is left out, and said so.
It tries every pair, so beyond 20,000 it is not asked. Which pairs are true is found without either,
by geodesics of every pair: see `geodesics`.

The limit is what no search goes below that does not try every pair: to order the tracks by where
they are, one ready number each; to fetch the numbers told of them (80 bytes each) in that order;
and to try once, by arrays that lie ready in the cache, as many pairs as were found, and write them.
Nothing is counted for trigonometry, nor for a pair tried in vain. The bare limit leaves the order
out: the numbers are copied as they lie.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from geodesics import true_pairs
from openline.geometry.arcs import Arcs
from openline.geometry.courses import Traffic
from openline.geometry.ellipsoid import Floats, Indices
from openline.geometry.motion import find_approach, find_first_and_last, fractions_between
from openline.geometry.near_pairs import find_near_pairs, quickest_search
from openline.geometry.passing import Limits, find_passings
from peers import ask_peer, find_peer

ROUNDS = 5
TRIED = 4_096
LOOK_AHEAD_S = 300.0
BLUESKY_UP_TO = 20_000
PEER = """
import sys
from types import SimpleNamespace
from time import perf_counter
import numpy as np
from bluesky.traffic.asas import cstatebased
told = dict(np.load(sys.argv[1]))
n = len(told["lat"])
names = [str(number) for number in range(n)]
craft = SimpleNamespace(ntraf=n, id=names, **told)
rpz, hpz, ahead = (np.full(n, float(each)) for each in sys.argv[2:5])
times = []
for _ in range(int(sys.argv[5])):
    started = perf_counter()
    found = cstatebased.detect(craft, craft, rpz, hpz, ahead)[0]
    times.append(perf_counter() - started)
pairs = sorted({tuple(sorted((int(a), int(b)))) for a, b in found})
np.savez(sys.argv[1], pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2), best=min(times))
"""


Found = TypeVar("Found")


@dataclass(frozen=True)
class Sky:
    """Where things are, how fast they go, and what they keep."""

    name: str
    count: int
    globe: bool
    air: bool
    keep_m: float
    keep_level_m: float
    absurd: int = 0
    """So many of them at 12,000 m/s."""

    def numbers(self) -> dict[str, Floats]:
        """The same for everybody who is asked."""
        random = np.random.default_rng(self.count)
        n = self.count
        # As dense whatever their number: a million fill the globe, fewer a cap of it.
        lat = np.degrees(np.arcsin(1 - 2 * min(1.0, n / 1e6) * random.uniform(0, 1, n)))
        lon = random.uniform(-180, 180, n)
        if not self.globe:  # 2,000 km by 2,000 km
            lat, lon = random.uniform(36, 54, n), random.uniform(-4, 24, n)
        climbs = random.choice([-8.0, 0.0, 0.0, 8.0], n) if self.air else np.zeros(n)
        courses = random.uniform(0, 360, n)
        speeds = random.uniform(150, 260, n) if self.air else random.uniform(0, 30, n)
        heights = random.uniform(1_000, 12_000, n) if self.air else np.zeros(n)
        speeds[random.permutation(n)[: self.absurd]] = 12_000.0
        return {
            "lat": lat,
            "lon": lon,
            "trk": courses,
            "gs": speeds,
            "alt": heights,
            "vs": climbs,
        }

    def traffic(self) -> Traffic:
        """The same as the kernel has it: everyone an owner of their own."""
        told, none = self.numbers(), np.zeros(self.count)
        return Traffic(
            ways=Arcs(told["lon"], told["lat"], told["trk"], told["gs"] * LOOK_AHEAD_S),
            height_m=told["alt"],
            rise_m=told["vs"] * LOOK_AHEAD_S,
            error_m=none,
            height_error_m=none if self.air else np.full(self.count, np.inf),
            kind=np.zeros(self.count, dtype=np.int32),
            owner=np.arange(self.count, dtype=np.int32),
        )


def best_of(work: Callable[[], Found]) -> tuple[float, Found]:
    """The least seconds of several rounds, and what was found."""
    times = []
    for _ in range(ROUNDS):
        started = perf_counter()
        found = work()
        times.append(perf_counter() - started)
    return min(times), found


def search(sky: Sky, traffic: Traffic) -> Indices:
    """All pairs that come too near, by the search among many."""
    keep, level = np.array([[sky.keep_m]]), np.array([[sky.keep_level_m]])
    return find_near_pairs(traffic, keep, level, quickest_search())


def ask_bluesky(sky: Sky) -> tuple[float, Indices] | None:
    """Its best seconds and its pairs; None where it is not to be had."""
    python = find_peer("bluesky-simulator")
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.npz"
        np.savez(told, **sky.numbers())  # type: ignore[arg-type]
        ask_peer(python, PEER, told, sky.keep_m, sky.keep_level_m, LOOK_AHEAD_S, ROUNDS)
        answer = np.load(told)
        return float(answer["best"]), answer["pairs"]


def limits_s(traffic: Traffic, pairs: Indices) -> tuple[float, float]:
    """Seconds of the limit and of the bare one: see above."""
    random = np.random.default_rng(0)
    told, written = random.random((10, len(traffic))), np.empty_like(pairs)
    copy, keys = np.empty_like(told), random.integers(0, 1 << 62, len(traffic), dtype=np.uint64)
    order = random.permutation(len(traffic))
    copying, _ = best_of(lambda: np.copyto(copy, told))
    ordering, _ = best_of(lambda: np.sort(keys))
    fetching, _ = best_of(lambda: np.take(told, order, axis=1, out=copy, mode="clip"))
    writing, _ = best_of(lambda: np.copyto(written, pairs))
    away, change = random.random((3, TRIED)), random.random((3, TRIED))
    above, rise = random.random(TRIED), random.random(TRIED)

    def try_pairs() -> None:
        """Too near, in distance and height at one instant, moving straight on."""
        low, high = (-0.5 - above) / rise, (0.5 - above) / rise
        begin, end = np.maximum(np.minimum(low, high), 0.0), np.minimum(np.maximum(low, high), 1.0)
        toward = -(away * change).sum(axis=0) / (change * change).sum(axis=0)
        line = away + np.minimum(end, np.maximum(begin, toward)) * change
        ((line * line).sum(axis=0) <= 1.0) & (begin <= end)

    trying, _ = best_of(try_pairs)
    of_pairs = writing + trying * len(pairs) / TRIED
    return ordering + fetching + of_pairs, copying + of_pairs


def against_bluesky(sky: Sky) -> dict[str, object] | None:
    """One row: both on the same input, and what each missed; None where BlueSky is not."""
    peer = ask_bluesky(sky)
    if peer is None:
        return None
    traffic = sky.traffic()
    ours_s, ours = best_of(lambda: search(sky, traffic))
    peer_s, theirs = peer
    true = true_pairs(sky.numbers(), LOOK_AHEAD_S, sky.keep_m, sky.keep_level_m)
    return {
        "benchmark": f"tracks: {sky.name}, {sky.count}",
        "peer": "BlueSky, compiled",
        "openline_ms": round(ours_s * 1e3, 1),
        "peer_ms": round(peer_s * 1e3, 1),
        "pairs": len(true),
        "openline_missed": len(true - {(i, j) for i, j in ours.tolist()}),
        "peer_missed": len(true - {(i, j) for i, j in theirs.tolist()}),
        "openline_beyond": len(ours) - len(true & {(i, j) for i, j in ours.tolist()}),
        "times_the_peer": float(f"{peer_s / ours_s:.3g}"),
    }


def against_limit(sky: Sky) -> dict[str, object]:
    """One row: how far from what no search can go below."""
    traffic = sky.traffic()
    seconds, pairs = best_of(lambda: search(sky, traffic))
    limit, bare = limits_s(traffic, pairs)
    return {
        "benchmark": f"tracks: {sky.name}, {sky.count}",
        "peer": "the limit: all told fetched once in order, each pair found tried and written once",
        "openline_ms": round(seconds * 1e3, 1),
        "peer_ms": round(limit * 1e3, 2),
        "bare_limit_ms": round(bare * 1e3, 2),
        "pairs": len(pairs),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "of_the_peer": round(seconds / limit, 1),
        "of_the_bare_limit": round(seconds / bare, 1),
    }


def growing(counts: list[int]) -> Iterator[dict[str, object]]:
    """Rows of ever more tracks, as dense: what each costs, to what it costs among the fewest."""
    first_ns = 0.0
    for count in counts:
        sky = Sky("air, as dense, ever more", count, True, True, 9_260.0, 304.8)
        traffic = sky.traffic()
        seconds, pairs = best_of(partial(search, sky, traffic))
        each_ns = seconds / count * 1e9
        first_ns = first_ns or each_ns
        yield {
            "benchmark": f"tracks: {sky.name}, {count}",
            "peer": f"each of {counts[0]} tracks",
            "openline_ms": round(seconds * 1e3, 1),
            "each_ns": round(each_ns),
            "pairs": len(pairs),
            "of_the_peer": float(f"{each_ns / first_ns:.3g}"),
        }


def with_the_absurd(sky: Sky) -> Iterator[dict[str, object]]:
    """Rows of one sky of which a few claim 12,000 m/s, to the same sky without; in turns."""
    skies = {absurd: replace(sky, absurd=absurd) for absurd in (0, 1, 50)}
    traffic = {absurd: each.traffic() for absurd, each in skies.items()}
    best = dict.fromkeys(skies, math.inf)
    for _ in range(ROUNDS):
        for absurd, each in skies.items():
            started = perf_counter()
            search(each, traffic[absurd])
            best[absurd] = min(best[absurd], perf_counter() - started)
    for absurd in (1, 50):
        yield {
            "benchmark": f"tracks: {sky.name}, {sky.count}, {absurd} of them absurdly fast",
            "peer": "the same sky without",
            "openline_ms": round(best[absurd] * 1e3, 1),
            "peer_ms": round(best[0] * 1e3, 1),
            "of_the_peer": float(f"{best[absurd] / best[0]:.3g}"),
        }


def judging(sky: Sky) -> dict[str, object]:
    """One row: to judge the candidates exactly, to judging them by narrowing chords."""
    traffic = sky.traffic()
    a, b = search(sky, traffic).T
    level = np.full(len(a), sky.keep_level_m)
    apart = traffic.height_m[b] - traffic.height_m[a]
    begin, end = fractions_between(apart, traffic.rise_m[b] - traffic.rise_m[a], -level, level)
    some = begin <= end
    a, b, begin, end = a[some], b[some], begin[some], end[some]
    ways = traffic.ways.take(a), traffic.ways.take(b)
    keep, within = np.full(len(a), sky.keep_m), np.full(len(a), 0.5 + 0.0005 * sky.keep_m)
    limits = Limits(keep, np.zeros(len(a)), within)

    def by_narrowing() -> None:
        approach = find_approach(*ways, begin, end, keep, within)
        met = np.flatnonzero(np.isfinite(approach.distance_m))
        if len(met):
            reach, edge = np.maximum(keep, approach.distance_m)[met], np.full(len(met), 0.002)
            both = ways[0].take(met), ways[1].take(met)
            find_first_and_last(*both, begin[met], end[met], reach, edge)

    ours_s, _ = best_of(lambda: find_passings(*ways, begin, end, limits))
    peer_s, _ = best_of(by_narrowing)
    return {
        "benchmark": f"tracks: judging {len(a)} candidates",
        "peer": "narrowing chords of true geodesics",
        "openline_us_each": round(ours_s / max(len(a), 1) * 1e6, 1),
        "peer_us_each": round(peer_s / max(len(a), 1) * 1e6, 1),
        "times_the_peer": float(f"{peer_s / ours_s:.3g}"),
    }


def main(tracks: int | None) -> None:
    """Prints one JSON row for each sky and peer; with a number given, skies of so many."""
    few = Sky("air, theatre", tracks or 10_000, False, True, 9_260.0, 304.8)
    many = Sky("air, theatre", tracks or 100_000, False, True, 9_260.0, 304.8)
    skies = [
        many,
        Sky("ground, theatre", tracks or 1_000_000, False, False, 500.0, 0.0),
        Sky("air, globe", tracks or 1_000_000, True, True, 9_260.0, 304.8),
    ]
    row = against_bluesky(few) if few.count <= BLUESKY_UP_TO else None
    rows = chain(
        [row] if row is not None else [],
        [judging(few)],
        with_the_absurd(many),
        growing([tracks or count for count in (10_000, 30_000, 100_000, 300_000, 1_000_000)]),
        map(against_limit, [few, *skies]),
    )
    for each in rows:
        print(json.dumps(each), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
