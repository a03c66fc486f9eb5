"""Crowds of plans in hard places: circles, corridors, timed legs, areas; long ones and tiny ones.

Each plan comes with what it occupies as the truth sees it: parts that are one shape each, between
two heights and two instants.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from array_ground import Outline
from encounters import GEOD, PLACES
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
from openline.domain.plan import Kind, Plan
from slow_truth import Place

Random = np.random.Generator
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY_S = 86_400.0


@dataclass
class TruePart:
    """One shape at one time, of the plan so numbered; open ends are infinite, seconds from NOON."""

    plan: int
    outline: Outline
    accuracy: float
    floor: float
    ceiling: float
    starts: float
    ends: float


def go(place: Place, course: float, metres: float) -> Place:
    lon, lat, _ = GEOD.fwd(*place, course, metres)
    return float(lon), float(lat)


def crowd_of_plans(random: Random, place: str, count: int) -> tuple[list[Plan], list[TruePart]]:
    """So many plans of a party each, and all their parts, about one of the PLACES."""
    lowest, highest, spread_m = PLACES[place]
    spread_m = min(spread_m, 1.5e5)
    lat = math.degrees(math.asin(random.uniform(*np.sin(np.radians([lowest, highest])))))
    lat = lowest if lowest == highest else lat
    # Along an axis of the earth-centred frame, what bows bows along it.
    lon = random.choice([0.0, 90.0, 180.0, random.uniform(-180, 180)])
    center = (180.0 if place == "antimeridian" else float(lon), lat)
    plans: list[Plan] = []
    parts: list[TruePart] = []
    for number in range(count):
        volumes = []
        for _ in range(random.choice([1, 1, 2])):
            spot = go(center, random.uniform(0, 360), spread_m * math.sqrt(random.random()))
            size = 10 ** random.uniform(1, 4.7)
            if parts and random.random() < 0.4:
                spot, size = _beside(random, parts[random.integers(len(parts))])
            volume, occupied = _volume(random, spot, size, number)
            volumes.append(volume)
            parts += occupied
        name = f"{number:06}"
        plans.append(Plan(id=name, party=f"party-{name}", kind=Kind.GROUND, volumes=tuple(volumes)))
    return plans, parts


def _beside(random: Random, part: TruePart) -> tuple[Place, float]:
    """A place, and a size for something small: just beside an edge of another, or in its hole."""
    if len(part.outline.rings) > 1 and random.random() < 0.7:
        hole = part.outline.rings[1]
        near, far = hole[0], hole[len(hole) // 2]
        course, _, length = GEOD.inv(*near, *far)
        return go(near, course, length / 2), length * 10 ** random.uniform(-3, -1)
    path = part.outline.paths[0]
    leg = random.integers(max(1, len(path) - 1))
    start, end = path[leg], path[min(leg + 1, len(path) - 1)]
    course, _, length = GEOD.inv(*start, *end)
    on_edge = go(start, course, length * random.choice([0.5, random.random()]))
    away = part.outline.radius + 10 ** random.uniform(-1, 3)
    return go(on_edge, course + random.choice([80.0, -80.0]), away), 10 ** random.uniform(0, 2)


def _volume(
    random: Random, spot: Place, size: float, number: int
) -> tuple[Volume4D, list[TruePart]]:
    heights, floor, ceiling = _heights(random)
    times, starts, ends = _times(random)
    lot = random.random()
    if lot < 0.25:
        return _timed_corridor(random, spot, size, number, (heights, floor, ceiling))
    footprint, outlines, accuracy = (_circle if lot < 0.5 else _corridor if lot < 0.75 else _area)(
        random, spot, size
    )
    parts = [
        TruePart(number, outline, accuracy, floor, ceiling, starts, ends) for outline in outlines
    ]
    return Volume4D(footprint=footprint, heights=heights, times=times), parts


def _accuracy(random: Random) -> float:
    return float(random.choice([0.0, 0.0, random.uniform(0, 300)]))


def _circle(random: Random, spot: Place, size: float) -> tuple[Footprint, list[Outline], float]:
    radius, accuracy = float(random.choice([0.0, size])), _accuracy(random)
    center = Position(lon_deg=spot[0], lat_deg=spot[1], accuracy_m=accuracy)
    return Circle(center=center, radius_m=radius), [Outline([[spot]], radius)], accuracy


def _path(random: Random, spot: Place, size: float) -> list[Place]:
    path, course = [spot], random.uniform(0, 360)
    for _ in range(random.integers(1, 7)):
        course += random.normal(0, 40)
        path.append(go(path[-1], course, size * random.uniform(0.2, 1)))
    return path


def _corridor(random: Random, spot: Place, size: float) -> tuple[Footprint, list[Outline], float]:
    path, accuracy = _path(random, spot, size), _accuracy(random)
    width = float(random.choice([0.0, size / 10]))
    footprint = Corridor(path=tuple(path), width_m=width, accuracy_m=accuracy)
    return footprint, [Outline([path], width / 2)], accuracy


def _area(random: Random, spot: Place, size: float) -> tuple[Footprint, list[Outline], float]:
    accuracy, rings = _accuracy(random), [_ring(random, spot, size)]
    if random.random() < 0.5:
        rings.append(_ring(random, spot, size * 0.1))
    closed = [[*ring, ring[0]] for ring in rings]
    told = tuple(tuple(ring[::-1] if random.random() < 0.5 else ring) for ring in closed)
    return Polygon(rings=(told,), accuracy_m=accuracy), [Outline(closed, 0.0, rings)], accuracy


def _ring(random: Random, spot: Place, size: float) -> list[Place]:
    corners = int(random.integers(3, 9))
    turn = random.uniform(0, 360)
    return [
        go(spot, turn + 360 / corners * (i + random.uniform(0, 0.4)), size * random.uniform(0.3, 1))
        for i in range(corners)
    ]


def _timed_corridor(
    random: Random, spot: Place, size: float, number: int, levels: tuple[HeightBand, float, float]
) -> tuple[Volume4D, list[TruePart]]:
    path, accuracy, width = _path(random, spot, size), _accuracy(random), size / 20
    slack = float(random.choice([0.0, 600.0]))
    seconds = np.round(np.cumsum(random.uniform(60, 7_200, len(path))) * 64) / 64
    footprint = Corridor(
        path=tuple(path),
        width_m=width,
        times=tuple(NOON + timedelta(seconds=float(each)) for each in seconds),
        slack_s=slack,
        accuracy_m=accuracy,
    )
    parts = [
        TruePart(
            number,
            Outline([path[leg : leg + 2]], width / 2),
            accuracy,
            *levels[1:],
            float(seconds[leg]) - slack,
            float(seconds[leg + 1]) + slack,
        )
        for leg in range(len(path) - 1)
    ]
    return Volume4D(footprint=footprint, heights=levels[0]), parts


def _heights(random: Random) -> tuple[HeightBand, float, float]:
    if random.random() < 0.3:
        return HeightBand(), -math.inf, math.inf
    floor = random.uniform(0, 3_000)
    ceiling = floor + float(random.choice([0.0, random.uniform(0, 1_000)]))
    return HeightBand(lower_m=floor, upper_m=ceiling), floor, ceiling


def _times(random: Random) -> tuple[TimeSpan, float, float]:
    if random.random() < 0.2:
        return TimeSpan(), -math.inf, math.inf
    starts, ends = np.round(np.sort(random.uniform(0, DAY_S, 2)) * 64) / 64
    span = TimeSpan(
        starts_at=NOON + timedelta(seconds=float(starts)),
        ends_at=NOON + timedelta(seconds=float(ends)),
    )
    return span, float(starts), float(ends)
