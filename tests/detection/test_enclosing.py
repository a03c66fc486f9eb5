"""What encloses ground holds all of it, and little more."""

from __future__ import annotations

from random import Random

import pytest

from openline.detection.enclosing import enclosing
from openline.domain.airspace import Circle, Corridor, Polygon, Position, Volume4D
from slow_truth import Ground, Place, distance, edges_along, go, ground_distance, hard_place, inside


def _holds(shapes: tuple[Volume4D, ...], place: Place) -> bool:
    return any(_holds_one(each.footprint, place) for each in shapes)


def _holds_one(footprint: object, place: Place) -> bool:
    if isinstance(footprint, Circle):
        center = (footprint.center.lon_deg, footprint.center.lat_deg)
        return distance(center, place) <= footprint.radius_m
    assert isinstance(footprint, Polygon)
    return inside(place, footprint.rings[0][0])


def _off(path: list[Place], place: Place) -> float:
    return ground_distance(
        Ground(edges_along([place]), 0.0, []), Ground(edges_along(path), 0.0, [])
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_path_is_held_whole_and_a_metre_and_a_hundredth_more(seed: int) -> None:
    random = Random(seed)
    size = random.choice([300.0, 20_000.0, 400_000.0])
    path = [hard_place(random)]
    for _ in range(random.randrange(1, 4)):
        path.append(go(path[-1], random.uniform(0, 360), size * random.random()))
    width = random.choice([0.0, 50.0, size * random.random() * 0.3])
    shapes = enclosing((Volume4D(footprint=Corridor(path=tuple(path), width_m=width)),))
    for _ in range(20):
        leg = random.randrange(len(path) - 1)
        on = edges_along(path[leg : leg + 2])[0].at(random.random())
        place = go(on, random.uniform(0, 360), width / 2 * random.random())
        assert _holds(shapes, place)
    for each in shapes:
        assert isinstance(each.footprint, Polygon)
        for corner in each.footprint.rings[0][0][::29]:
            assert _off(path, corner) <= width / 2 + 1.0 + width / 100


def test_a_very_wide_path_is_held_by_circles() -> None:
    path = [(10.0, 89.0), go((10.0, 89.0), 30.0, 900_000.0)]
    shapes = enclosing((Volume4D(footprint=Corridor(path=tuple(path), width_m=600_000.0)),))
    side = go(go(path[0], 30.0, 450_000.0), 120.0, 290_000.0)
    assert _holds(shapes, side)


def test_a_hole_is_closed_and_areas_are_told_one_by_one() -> None:
    square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    hole = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))
    far = tuple((lon + 5.0, lat) for lon, lat in square)
    told = enclosing((Volume4D(footprint=Polygon(rings=((square, hole), (far,)))),))
    assert [each.footprint.rings for each in told] == [((square,),), ((far,),)]


def test_a_point_has_a_radius() -> None:
    spot = Circle(center=Position(lat_deg=1.0, lon_deg=2.0))
    (told,) = enclosing((Volume4D(footprint=spot),))
    assert told.footprint == Circle(center=spot.center, radius_m=1.0)
