"""On which side of a path a point lies, and how far off: left is positive."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs, arcs_along
from openline.geometry.ellipsoid import Floats, geodesic_between, travel
from openline.geometry.nearest import Shape, find_nearest

_AT_VERTEX_M: Final = 0.01


def left_of_path_m(lon_deg: float, lat_deg: float, path_lon: Floats, path_lat: Floats) -> float:
    """Distance of a point from a path, positive to its left and negative to its right.

    Beyond either end the path is taken to run straight on, for the side; the distance is still
    that to the path itself.

    Raises:
        ValueError: the path has no length, so it has no sides.
    """
    arcs = _with_length(arcs_along(path_lon, path_lat))
    point = Shape(Arcs(np.array([lon_deg]), np.array([lat_deg]), np.zeros(1), np.zeros(1)))
    _, to_starts = geodesic_between(lon_deg, lat_deg, arcs.lon_deg, arcs.lat_deg)
    # Half the earth away a bank is not told to the millimetre, nor need it be.
    exact_m = _AT_VERTEX_M / 10 + 1e-6 * float(to_starts.min())
    nearest = find_nearest(point, Shape(arcs), math.inf, exact_m)
    if nearest is None or nearest.distance_m == 0:
        return 0.0
    bearing, _ = geodesic_between(*nearest.on_b, lon_deg, lat_deg)
    incoming, outgoing = _courses_at(arcs, nearest.arc_b, nearest.on_b)
    # To the right lies what a clockwise turn meets between going on and going back.
    right = (float(bearing) - outgoing) % 360.0 < (incoming + 180.0 - outgoing) % 360.0
    return -nearest.distance_m if right else nearest.distance_m


def _with_length(arcs: Arcs) -> Arcs:
    kept = arcs.length_m > 0
    if not kept.any():
        raise ValueError("a path of no length has no sides")
    return arcs.take(kept)


def _courses_at(arcs: Arcs, number: int, place: tuple[float, float]) -> tuple[float, float]:
    """The courses on which the path comes to a place on one of its arcs, and goes on from it."""
    _, gone = geodesic_between(arcs.lon_deg[number], arcs.lat_deg[number], *place)
    if float(gone) <= _AT_VERTEX_M and number > 0:
        return _course(arcs, number - 1, arcs.length_m[number - 1]), _course(arcs, number, 0.0)
    left = arcs.length_m[number] - gone
    if float(left) <= _AT_VERTEX_M and number + 1 < len(arcs):
        return _course(arcs, number, arcs.length_m[number]), _course(arcs, number + 1, 0.0)
    course = _course(arcs, number, float(gone))
    return course, course


def _course(arcs: Arcs, number: int, along_m: float) -> float:
    _, _, course = travel(
        arcs.lon_deg[number], arcs.lat_deg[number], arcs.course_deg[number], along_m
    )
    return float(course)
