"""The independent slow truth: pure-Python geodesics (geographiclib), samples, golden sections.

Nothing here is shared with openline: places on edges and all distances come from geographiclib,
insides from how the azimuth turns along the ring. Straight distances through the earth only choose
where to look; what is given back is always a geodesic distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from geographiclib.geodesic import Geodesic

WGS84 = Geodesic.WGS84
Place = tuple[float, float]
"""(lon, lat) in degrees."""
GOLDEN = (math.sqrt(5) - 1) / 2
SAMPLES = 13
ANYWHERE = 9e6
"""Rings here are far smaller than a quarter of the earth: what is farther off is outside."""


def distance(a: Place, b: Place) -> float:
    return WGS84.Inverse(a[1], a[0], b[1], b[0], Geodesic.DISTANCE)["s12"]


def go(start: Place, azimuth: float, metres: float) -> Place:
    found = WGS84.Direct(start[1], start[0], azimuth, metres)
    return found["lon2"], found["lat2"]


@dataclass
class Edge:
    """A geodesic from a place on a course, of a length that may be zero."""

    start: Place
    azimuth: float
    length: float

    def __post_init__(self) -> None:
        self.way = WGS84.Line(
            self.start[1], self.start[0], self.azimuth, Geodesic.STANDARD | Geodesic.DISTANCE_IN
        )
        shares = range(SAMPLES) if self.length else range(1)
        self.samples = [through_earth(self.at(i / (SAMPLES - 1))) for i in shares]

    def at(self, share: float) -> Place:
        mask = Geodesic.LATITUDE | Geodesic.LONGITUDE
        found = self.way.Position(share * self.length, mask)
        return found["lon2"], found["lat2"]


def edge_between(a: Place, b: Place) -> Edge:
    found = WGS84.Inverse(a[1], a[0], b[1], b[0])
    return Edge(a, found["azi1"], found["s12"])


def edges_along(places: Sequence[Place]) -> list[Edge]:
    if len(places) == 1:
        return [Edge(places[0], 0.0, 0.0)]
    return [edge_between(a, b) for a, b in pairwise(places)]


def through_earth(place: Place) -> tuple[float, float, float]:
    """Earth-centred metres, by the textbook formula."""
    lon, lat = math.radians(place[0]), math.radians(place[1])
    squared = WGS84.f * (2 - WGS84.f)
    across = WGS84.a / math.sqrt(1 - squared * math.sin(lat) ** 2)
    return (
        across * math.cos(lat) * math.cos(lon),
        across * math.cos(lat) * math.sin(lon),
        across * (1 - squared) * math.sin(lat),
    )


def lowest(function: Callable[[float], float], low: float, high: float, rounds: int) -> float:
    """The argument of the least value of a function with one valley, by golden section."""
    c, d = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    ends = ((function(low), low), (function(high), high))
    at_c, at_d = function(c), function(d)
    for _ in range(rounds):
        if at_c < at_d:
            high, d, at_d = d, c, at_c
            c = high - GOLDEN * (high - low)
            at_c = function(c)
        else:
            low, c, at_c = c, d, at_d
            d = low + GOLDEN * (high - low)
            at_d = function(d)
    return min(*ends, (at_c, c), (at_d, d))[1]


def edge_distance(a: Edge, b: Edge, rounds: int = 40) -> float:
    """Least distance of two edges: golden sections within golden sections.

    Right for edges far shorter than a quarter of the earth: there one valley is all there is.
    """

    def on_b(place: Place) -> Place:
        if b.length == 0:
            return b.start
        here = through_earth(place)
        return b.at(lowest(lambda s: math.dist(here, through_earth(b.at(s))), 0.0, 1.0, rounds))

    def gap(share: float) -> float:
        place = a.at(share)
        return math.dist(through_earth(place), through_earth(on_b(place)))

    best = a.at(lowest(gap, 0.0, 1.0, rounds)) if a.length else a.start
    return distance(best, on_b(best))


def inside(place: Place, ring: Sequence[Place]) -> bool:
    """Whether the ring turns round a place."""
    if min(distance(place, corner) for corner in ring) > ANYWHERE:
        return False
    turned = 0.0
    for edge in edges_along([*ring, ring[0]]):
        bearings = []
        for i in range(17):
            lon, lat = edge.at(i / 16)
            bearings.append(WGS84.Inverse(place[1], place[0], lat, lon, Geodesic.AZIMUTH)["azi1"])
        turned += sum((b - a + 180) % 360 - 180 for a, b in pairwise(bearings))
    return abs(turned) > 180


@dataclass
class Ground:
    """A shape as the truth sees it: edges, all within a radius, and polygons as lists of rings."""

    edges: list[Edge]
    radius: float
    polygons: list[list[list[Place]]]

    def holds(self, place: Place) -> bool:
        return any(
            inside(place, rings[0]) and not any(inside(place, hole) for hole in rings[1:])
            for rings in self.polygons
        )


def ground_distance(a: Ground, b: Ground) -> float:
    """Least distance of two shapes; zero where they overlap."""
    starts_a, starts_b = [edge.start for edge in a.edges], [edge.start for edge in b.edges]
    if any(b.holds(place) for place in starts_a) or any(a.holds(place) for place in starts_b):
        return 0.0
    hopeful = []
    for one in a.edges:
        for other in b.edges:
            sampled = min(math.dist(p, q) for p in one.samples for q in other.samples)
            reach = (one.length + other.length) / (SAMPLES - 1)
            hopeful.append((sampled - reach, one, other))
    hopeful.sort(key=lambda each: each[0])
    least = math.inf
    for bound, one, other in hopeful:
        if bound > least:
            break
        least = min(least, edge_distance(one, other))
    return max(0.0, least - a.radius - b.radius)


def hard_place(random: Random) -> Place:
    """A place where geometry tends to go wrong, or anywhere."""
    return random.choice(
        [
            (random.uniform(-180, 180), 90.0),
            (random.uniform(-180, 180), -90.0),
            (random.uniform(-180, 180), random.uniform(85, 90)),
            (random.uniform(-180, 180), -90 + 10 ** random.uniform(-5, 0)),
            (180.0, random.uniform(-89, 89)),
            (-180.0 + random.uniform(-1e-3, 1e-3), random.uniform(-89, 89)),
            (random.uniform(-180, 180), 0.0),
            (0.0, 0.0),
            (random.uniform(-180, 180), math.degrees(math.asin(random.uniform(-1, 1)))),
        ]
    )
