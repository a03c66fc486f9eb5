"""Crowds of moving things in hard places, for what searches among many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.courses import Traffic
from slow_truth import Edge, Place, distance, go, hard_place, lowest, through_earth

KEEP_M = np.array([[2_000.0, 9_260.0, 2_000.0], [9_260.0] * 3, [2_000.0, 9_260.0, 100.0]])
KEEP_LEVEL_M = np.array([[0.0, 304.8, 50.0], [304.8] * 3, [50.0, 304.8, 50.0]])
"""Three kinds: on the ground, in the air, drones."""
SAMPLES = 24


@dataclass
class Thing:
    """One thing that moves straight on from fraction 0 to 1."""

    place: Place
    course: float
    length: float
    height: float | None = None
    rise: float = 0.0
    error: float = 0.0
    kind: int = 0
    owner: int = 0

    def __post_init__(self) -> None:
        self.edge = Edge(self.place, self.course, self.length)

    def at(self, fraction: float) -> Place:
        return self.edge.at(fraction) if self.length else self.place


def traffic_of(things: Sequence[Thing]) -> Traffic:
    def column(name: str) -> np.ndarray:
        return np.array([getattr(each, name) for each in things], dtype=float)

    places = np.array([each.place for each in things], dtype=float).reshape(-1, 2)
    unknown = np.array([each.height is None for each in things], dtype=bool)
    return Traffic(
        ways=Arcs(places[:, 0], places[:, 1], column("course"), column("length")),
        height_m=np.array([each.height or 0.0 for each in things]),
        rise_m=column("rise"),
        error_m=column("error"),
        height_error_m=np.where(unknown, np.inf, 0.0),
        kind=column("kind").astype(np.int32),
        owner=column("owner").astype(np.int32),
    )


def some_thing(random: Random, place: Place, owner: int) -> Thing:
    """Parked, on a road, in the air or absurdly fast; at a height or at every one."""
    return Thing(
        place=place,
        course=random.uniform(0, 360),
        length=random.choice([0.0, 5e3, 75e3, 10 ** random.uniform(2, 6.5)]),
        height=random.choice([None, random.uniform(0, 2_000)]),
        rise=random.choice([0.0, random.uniform(-3_000, 3_000)]),
        error=random.choice([0.0, random.uniform(0, 500)]),
        kind=random.randrange(3),
        owner=owner,
    )


def crowd(random: Random, size: int, spread_m: float) -> list[Thing]:
    """Things round one hard place; some stand on one spot, some fly in formation."""
    center = hard_place(random)
    things = []
    for number in range(size):
        place = go(center, random.uniform(0, 360), spread_m * random.random())
        if things and random.random() < 0.1:
            model = random.choice(things)
            place = random.choice([model.place, go(model.place, random.uniform(0, 360), 500.0)])
            things.append(some_thing(random, place, number))
            things[-1] = Thing(place, model.course, model.length, model.height, owner=number)
        else:
            things.append(some_thing(random, place, random.choice([number, number % 7])))
    return things


def level_span(a: Thing, b: Thing, keep_level_m: float) -> tuple[float, float]:
    """Between which fractions two are near enough in height."""
    if a.height is None or b.height is None:
        return 0.0, 1.0
    above, rise = b.height - a.height, b.rise - a.rise
    if rise == 0:
        return (0.0, 1.0) if abs(above) <= keep_level_m else (1.0, 0.0)
    one, other = sorted(((-keep_level_m - above) / rise, (keep_level_m - above) / rise))
    return max(0.0, one), min(1.0, other)


def least_distance(a: Thing, b: Thing, begin: float, end: float) -> float:
    """The least distance of two meanwhile, by samples and golden sections on geodesics."""

    def straight(fraction: float) -> float:
        return float(
            np.linalg.norm(np.subtract(*map(through_earth, (a.at(fraction), b.at(fraction)))))
        )

    def apart(fraction: float) -> float:
        return distance(a.at(fraction), b.at(fraction))

    fractions = [begin + (end - begin) * i / SAMPLES for i in range(SAMPLES + 1)]
    best = min(range(SAMPLES + 1), key=lambda i: straight(fractions[i]))
    early, late = fractions[max(0, best - 1)], fractions[min(SAMPLES, best + 1)]
    return apart(lowest(apart, early, late, 30))
