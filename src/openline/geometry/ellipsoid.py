"""The WGS 84 ellipsoid: earth-centred positions, travel along geodesics, arcs against chords.

Arrays of degrees and metres in, arrays out; earth-centred frames are (x, y, z) metres on the last
axis, for points on the ellipsoid's surface.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

EQUATOR_RADIUS_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
POLE_RADIUS_M: Final = EQUATOR_RADIUS_M * (1 - FLATTENING)
SQUARED_ECCENTRICITY: Final = FLATTENING * (2 - FLATTENING)

TIGHTEST_RADIUS_M: Final = POLE_RADIUS_M**2 / EQUATOR_RADIUS_M
"""The least radius of curvature anywhere: north to south at the equator."""
WIDEST_RADIUS_M: Final = EQUATOR_RADIUS_M**2 / POLE_RADIUS_M
"""The greatest radius of curvature anywhere: at the poles."""
FARTHEST_M: Final = 20_003_932.0
"""No two points are farther apart than the poles are, along a meridian (rounded up)."""

_GEOD: Final = Geod(a=EQUATOR_RADIUS_M, f=FLATTENING)


def earth_centred(lon_deg: ArrayLike, lat_deg: ArrayLike) -> Floats:
    """Earth-centred metres of surface points, shape (..., 3)."""
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    sin_lat = np.sin(lat)
    across = EQUATOR_RADIUS_M / np.sqrt(1 - SQUARED_ECCENTRICITY * sin_lat**2)
    ring = across * np.cos(lat)
    up = across * (1 - SQUARED_ECCENTRICITY) * sin_lat
    return np.stack([ring * np.cos(lon), ring * np.sin(lon), up], axis=-1)


def travel(
    lon_deg: ArrayLike, lat_deg: ArrayLike, course_deg: ArrayLike, distance_m: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Where a geodesic leads: longitudes, latitudes and the course on arrival.

    Distances may be negative: backwards along the same geodesic, the course still being forwards.
    """
    lon, lat, course, distance = (
        np.array(each, dtype=float)
        for each in np.broadcast_arrays(lon_deg, lat_deg, course_deg, distance_m)
    )
    end_lon, end_lat, back = _GEOD.fwd(lon, lat, course, distance)
    return np.asarray(end_lon), np.asarray(end_lat), np.asarray(back) + 180.0


def geodesic_between(
    lon_a_deg: ArrayLike, lat_a_deg: ArrayLike, lon_b_deg: ArrayLike, lat_b_deg: ArrayLike
) -> tuple[Floats, Floats]:
    """The shortest way from a to b: course on leaving a, and distance in metres."""
    lon_a, lat_a, lon_b, lat_b = (
        np.array(each, dtype=float)
        for each in np.broadcast_arrays(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    )
    course, _, distance = _GEOD.inv(lon_a, lat_a, lon_b, lat_b)
    return np.asarray(course), np.asarray(distance)


def place_along(
    place: tuple[float, float], course_deg: float, distance_m: float
) -> tuple[float, float]:
    """As `travel`, for one place (lon_deg, lat_deg): where it leads."""
    lon, lat, _ = _GEOD.fwd(*place, course_deg, distance_m)
    return float(lon), float(lat)


def way_between(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """As `geodesic_between`, for one pair of places (lon_deg, lat_deg)."""
    course, _, distance = _GEOD.inv(*a, *b)
    return float(course), float(distance)


def chord_bow_m(length_m: Floats) -> Floats:
    """How far a geodesic arc may stray from its chord, at equal fractions of both.

    Source: |curve - chord| <= greatest curvature x length^2 / 8, for any curve.
    """
    return length_m**2 / (8 * TIGHTEST_RADIUS_M)


def arc_at_least_m(chord_m: Floats) -> Floats:
    """A geodesic distance that two points so far apart in a straight line cannot be below."""
    return _arc_on_sphere_m(chord_m, WIDEST_RADIUS_M)


def arc_at_most_m(chord_m: Floats) -> Floats:
    """A geodesic distance that two points so far apart in a straight line cannot exceed."""
    ratio = chord_m / (2 * TIGHTEST_RADIUS_M)
    return np.where(ratio < 1, _arc_on_sphere_m(chord_m, TIGHTEST_RADIUS_M), FARTHEST_M)


def straying_m(chord_m: Floats, bow_m: Floats, length_m: Floats) -> Floats:
    """How far the least distance of two arcs may lie below that of the points their chords name.

    Args:
        chord_m: the straight distance between those points, or more.
        bow_m: the bows of the two arcs together.
        length_m: their lengths together.

    Near the far side of the earth a little of chord is a lot of arc; and a chord sets out in a
    slightly other direction than the geodesic does, which tells over the length of the arcs.
    """
    angle = np.minimum(arc_at_most_m(chord_m) / WIDEST_RADIUS_M, 3.0)
    stretch = 1 / np.maximum(np.cos(angle / 2), 0.05)
    return 2 * bow_m * stretch + 0.004 * angle**2 * length_m


def _arc_on_sphere_m(chord_m: Floats, radius_m: float) -> Floats:
    return 2 * radius_m * np.arcsin(np.minimum(chord_m / (2 * radius_m), 1.0))
