"""The independent truth for shapes on the ground, many pairs at once: how far apart, by geodesics.

A shape is geodesic edges with a radius, and rings that hold what is inside. As in `array_truth`,
samples only choose where to look; the least distance of two edges is sought by golden sections
within golden sections, and insides by how the azimuth turns along a ring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from array_truth import lowest, through_earth
from encounters import GEOD, Floats, Numbers
from slow_truth import Place

SAMPLES = 8
AT_ONCE = 20_000
FAR_M = 9e6
"""Shapes are far smaller: what is farther off is not inside."""


@dataclass
class Outline:
    """A shape: paths of places, all within a radius of them, and for areas the rings."""

    paths: list[list[Place]]
    radius: float = 0.0
    rings: list[list[Place]] = field(default_factory=list)
    """The outer ring and its holes; their edges are among the paths, closed."""

    def holds(self, places: list[Place]) -> bool:
        """Whether any of some places lies in the area."""
        if not self.rings:
            return False
        lon, lat = np.array(places, dtype=float).T
        turns = [turned(lon, lat, ring) for ring in self.rings]
        return bool(np.any(turns[0] & ~np.any([*turns[1:], np.zeros(len(lon), bool)], axis=0)))


def turned(lon: Floats, lat: Floats, ring: list[Place]) -> Floats:
    """Round which of some places a ring turns."""
    first = np.array(ring, dtype=float)
    last = np.roll(first, -1, axis=0)
    course, _, length = GEOD.inv(*first.T, *last.T)
    steps = np.arange(16) / 16
    index = np.repeat(np.arange(len(ring)), 16)
    on_lon, on_lat, _ = GEOD.fwd(
        *first[index].T, course[index], length[index] * np.tile(steps, len(ring))
    )
    inside = np.zeros(len(lon), dtype=bool)
    for i in range(len(lon)):
        bearing, _, apart = GEOD.inv(
            np.full(len(on_lon), lon[i]), np.full(len(on_lon), lat[i]), on_lon, on_lat
        )
        bends = (np.diff(bearing, append=bearing[0]) + 180) % 360 - 180
        inside[i] = apart.min() < FAR_M and abs(bends.sum()) > 180
    return inside


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of many shapes, in the order of the shapes; `of` says whose each is."""

    lon: Floats
    lat: Floats
    course: Floats
    length: Floats
    of: Numbers

    def at(self, which: Numbers, share: Floats) -> Floats:
        return through_earth(*self.place(which, share))

    def place(self, which: Numbers, share: Floats) -> tuple[Floats, Floats]:
        lon, lat, _ = GEOD.fwd(
            self.lon[which], self.lat[which], self.course[which], self.length[which] * share
        )
        return lon, lat


def edges_of(outlines: list[Outline]) -> Edges:
    legs = [
        (*path[i], *path[min(i + 1, len(path) - 1)], number)
        for number, outline in enumerate(outlines)
        for path in outline.paths
        for i in range(max(1, len(path) - 1))
    ]
    lon, lat, to_lon, to_lat, of = np.array(legs, dtype=float).T
    course, _, length = GEOD.inv(lon, lat, to_lon, to_lat)
    return Edges(lon, lat, course, length, of.astype(np.int64))


def distances(outlines: list[Outline], pairs: Numbers) -> Floats:
    """The least distance of each pair of shapes, zero where they overlap; shape (k,)."""
    edges = edges_of(outlines)
    begins = np.searchsorted(edges.of, np.arange(len(outlines) + 1))
    counts = np.diff(begins)
    many = counts[pairs[:, 0]] * counts[pairs[:, 1]]
    pair = np.repeat(np.arange(len(pairs)), many)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    one, other = pairs[pair].T
    a = begins[one] + nth // counts[other]
    b = begins[other] + nth % counts[other]
    low, high = _between(edges, a, b)
    best = np.full(len(pairs), np.inf)
    np.minimum.at(best, pair, high)
    hopeful = np.flatnonzero(low <= best[pair])
    for start in range(0, len(hopeful), AT_ONCE):
        some = hopeful[start : start + AT_ONCE]
        np.minimum.at(best, pair[some], _edge_distances(edges, a[some], b[some]))
    radii = np.array([outline.radius for outline in outlines])
    apart = np.maximum(best - radii[pairs].sum(axis=1), 0.0)
    for number, (i, j) in enumerate(pairs.tolist()):
        if apart[number] > 0 and (
            _inside(outlines[i], outlines[j]) or _inside(outlines[j], outlines[i])
        ):
            apart[number] = 0.0
    return apart


def _inside(area: Outline, other: Outline) -> bool:
    return area.holds([path[0] for path in other.paths])


def _between(edges: Edges, a: Numbers, b: Numbers) -> tuple[Floats, Floats]:
    """What the distance of two edges is not below, and not above: by samples."""
    everyone = np.arange(len(edges.lon))
    points = np.stack(
        [edges.at(everyone, np.full(len(everyone), i / SAMPLES)) for i in range(SAMPLES + 1)],
        axis=1,
    )
    least = np.empty(len(a))
    for start in range(0, len(a), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        away = points[a[some]][:, :, None, :] - points[b[some]][:, None, :, :]
        least[some] = np.sqrt(np.einsum("nijk,nijk->nij", away, away).min(axis=(1, 2)))
    reach = (edges.length[a] + edges.length[b]) / (2 * SAMPLES)
    # A straight distance is below the geodesic one by little; never above it.
    return least - reach, least * 1.01 + 1.0


def _edge_distances(edges: Edges, a: Numbers, b: Numbers) -> Floats:
    """Right for edges far shorter than a quarter of the earth: there one valley is all there is."""

    def nearest_on_b(here: Floats) -> Floats:
        def gap(share: Floats) -> Floats:
            away = edges.at(b, share) - here
            return np.einsum("ij,ij->i", away, away)

        return _lowest_share(gap, len(a))

    def gap_from_a(share: Floats) -> Floats:
        here = edges.at(a, share)
        away = edges.at(b, nearest_on_b(here)) - here
        return np.einsum("ij,ij->i", away, away)

    on_a = _lowest_share(gap_from_a, len(a))
    on_b = nearest_on_b(edges.at(a, on_a))
    return np.asarray(GEOD.inv(*edges.place(a, on_a), *edges.place(b, on_b))[2])


def _lowest_share(function: Callable[[Floats], Floats], count: int) -> Floats:
    """Where functions with one valley each are least between 0 and 1, ends included."""
    none, whole = np.zeros(count), np.ones(count)
    tried = np.stack([lowest(function, none, whole), none, whole])
    best = np.argmin([function(each) for each in tried], axis=0)
    return np.asarray(tried[best, np.arange(count)])
