"""Tracks against tracks over 300 s: ours against BlueSky's compiled detection, and the limit.

    python benchmarks/tracks.py [TRACKS]

BlueSky (`bluesky-simulator`) comes with `make peers`; without it its row is left out, and said so.
It tries every pair, so beyond 20,000 it is not asked.
Both are given the same numbers, and their pairs are judged by geodesics: which were missed.

The limit is what no way of searching can go below on this machine: to copy all that is told once,
and to try once each pair that is found. Rounds alternate and the best of each counts.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.chord_pairs import come_near
from openline.geometry.courses import Traffic, chords_between, courses_of
from openline.geometry.ellipsoid import Floats, Indices
from openline.geometry.motion import find_approach, fractions_between
from openline.geometry.near_pairs import find_near_pairs, quickest_search
from peers import ask_peer, find_peer

ROUNDS = 3
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

    def numbers(self) -> dict[str, Floats]:
        """The same for everybody who is asked."""
        random = np.random.default_rng(self.count)
        n = self.count
        lat = np.degrees(np.arcsin(random.uniform(-1, 1, n)))
        lon = random.uniform(-180, 180, n)
        if not self.globe:  # 2,000 km by 2,000 km
            lat, lon = random.uniform(36, 54, n), random.uniform(-4, 24, n)
        climbs = random.choice([-8.0, 0.0, 0.0, 8.0], n) if self.air else np.zeros(n)
        return {
            "lat": lat,
            "lon": lon,
            "trk": random.uniform(0, 360, n),
            "gs": random.uniform(150, 260, n) if self.air else random.uniform(0, 30, n),
            "alt": random.uniform(1_000, 12_000, n) if self.air else np.zeros(n),
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


def truly_near(sky: Sky, traffic: Traffic, pairs: Indices) -> set[tuple[int, int]]:
    """Those of the pairs that come too near along their geodesics."""
    a, b = pairs.T
    apart = traffic.height_m[b] - traffic.height_m[a]
    gain = traffic.rise_m[b] - traffic.rise_m[a]
    keep, exactly = np.full(len(pairs), sky.keep_m), np.full(len(pairs), 0.01)
    level = np.full(len(pairs), sky.keep_level_m if sky.air else np.inf)
    begin, end = fractions_between(apart, gain, -level, level)
    ways_a, ways_b = traffic.ways.take(a), traffic.ways.take(b)
    possible = np.flatnonzero(begin <= end)
    approach = find_approach(
        ways_a.take(possible),
        ways_b.take(possible),
        begin[possible],
        end[possible],
        keep[possible],
        exactly[possible],
    )
    near = possible[approach.distance_m <= sky.keep_m]
    return {(i, j) for i, j in pairs[near].tolist()}


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


def limit_s(traffic: Traffic, found: int) -> float:
    """Seconds to copy what is told once, and to try once as many pairs as were found."""
    none = np.zeros(len(traffic))
    chords = chords_between(courses_of(traffic, none, none), 0.0, 1.0)
    copy = np.empty_like(chords)
    copying, _ = best_of(lambda: np.copyto(copy, chords))
    some, keep = chords[:4_096], none[:4_096]
    trying, _ = best_of(lambda: come_near(some, some, keep, keep))
    return copying + trying * found / len(some)


def against_bluesky(sky: Sky) -> dict[str, object] | None:
    """One row: both on the same input, and what each missed; None where BlueSky is not."""
    peer = ask_bluesky(sky)
    if peer is None:
        return None
    traffic = sky.traffic()
    ours_s, ours = best_of(lambda: search(sky, traffic))
    peer_s, theirs = peer
    both = np.unique(np.concatenate([ours, theirs]), axis=0)
    true = truly_near(sky, traffic, both)
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
    limit = limit_s(traffic, len(pairs))
    return {
        "benchmark": f"tracks: {sky.name}, {sky.count}",
        "peer": "the limit: copying what is told, trying the pairs found",
        "openline_ms": round(seconds * 1e3, 1),
        "peer_ms": round(limit * 1e3, 2),
        "pairs": len(pairs),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "of_the_peer": round(seconds / limit, 1),
    }


def main(tracks: int | None) -> None:
    """Prints one JSON row for each sky and peer; with a number given, skies of so many."""
    skies = [
        Sky("air, theatre", tracks or 10_000, False, True, 9_260.0, 304.8),
        Sky("air, theatre", tracks or 100_000, False, True, 9_260.0, 304.8),
        Sky("ground, theatre", tracks or 1_000_000, False, False, 500.0, 0.0),
        Sky("air, globe", tracks or 1_000_000, True, True, 9_260.0, 304.8),
    ]
    for sky in skies:
        if sky.count <= BLUESKY_UP_TO and sky.air:
            row = against_bluesky(sky)
            if row is not None:
                print(json.dumps(row), flush=True)
        print(json.dumps(against_limit(sky)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
