"""Footprints in hard places, each with the ground that the slow truth has for it."""

from __future__ import annotations

from random import Random

from openline.domain.airspace import Circle, Corridor, Footprint, Polygon, Position
from slow_truth import Ground, Place, edges_along, go, ground_distance, hard_place


def circle(random: Random, center: Place, size: float) -> tuple[Footprint, Ground]:
    radius = random.choice([0.0, 0.0, size * random.random()])
    footprint = Circle(center=Position(lat_deg=center[1], lon_deg=center[0]), radius_m=radius)
    return footprint, Ground(edges_along([center]), radius, [])


def corridor(random: Random, start: Place, size: float) -> tuple[Footprint, Ground]:
    path = [start]
    for _ in range(random.randrange(1, 4)):
        path.append(go(path[-1], random.uniform(0, 360), size * random.random()))
    width = random.choice([0.0, 0.01, size * random.random() * 0.3])
    footprint = Corridor(path=tuple(path), width_m=width)
    return footprint, Ground(edges_along(path), width / 2, [])


def ring(random: Random, center: Place, size: float) -> list[Place]:
    """A ring round a centre: star-shaped, so that it never crosses itself."""
    corners = random.randrange(3, 7)
    turn = random.uniform(0, 360)
    places = [
        go(
            center,
            turn + 360 / corners * (i + random.uniform(0, 0.4)),
            size * random.uniform(0.3, 1),
        )
        for i in range(corners)
    ]
    return places[::-1] if random.random() < 0.5 else places


def polygon(random: Random, center: Place, size: float) -> tuple[Footprint, Ground]:
    polygons = [[ring(random, center, size)]]
    if random.random() < 0.3:  # a hole round the same centre, small enough to lie within
        polygons[0].append(ring(random, center, size * 0.1))
    if random.random() < 0.2:  # a second polygon, that may overlap the first
        polygons.append([ring(random, go(center, random.uniform(0, 360), size), size)])
    told = tuple(tuple(told_ring(random, each) for each in rings) for rings in polygons)
    edges = [edge for rings in polygons for each in rings for edge in edges_along([*each, each[0]])]
    return Polygon(rings=told), Ground(edges, 0.0, polygons)


def told_ring(random: Random, places: list[Place]) -> tuple[Place, ...]:
    """The same ring as somebody might send it: closed or not, longitudes once more round."""
    closed = [*places, places[0]] if random.random() < 0.5 else places
    around = random.choice([0.0, 0.0, 360.0, -360.0])
    return tuple((lon + around, lat) for lon, lat in closed)


def shape(random: Random, place: Place, size: float) -> tuple[Footprint, Ground]:
    return random.choice([circle, corridor, polygon])(random, place, size)


def two_shapes(seed: int) -> tuple[Footprint, Footprint, float]:
    """Two footprints near one another in a hard place, and their true distance."""
    random = Random(seed)
    size = 10 ** random.uniform(0, 5.5)
    place = hard_place(random)
    one, ground_one = shape(random, place, size)
    away = size * random.choice([0.0, random.random(), 3 * random.random()])
    start = go(place, random.uniform(0, 360), away)
    if random.random() < 0.2:  # sharing a corner
        start = random.choice(ground_one.edges).start
    other, ground_other = shape(random, start, size * 10 ** random.uniform(-2, 0.3))
    return one, other, ground_distance(ground_one, ground_other)
