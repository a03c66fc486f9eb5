"""Straight lines on a map against the geodesics they stand for."""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.arcs import arcs_along
from openline.geometry.ellipsoid import (
    SQUARED_ECCENTRICITY,
    TIGHTEST_RADIUS_M,
    WIDEST_RADIUS_M,
    Floats,
    chord_bow_m,
    earth_centred,
)
from openline.geometry.segments import nearest_on_segments

_SAMPLES: Final = 65
_CHORDS: Final = 256
_MERCATOR_EDGE_DEG: Final = 89.9
"""A Mercator map has no poles; what lies beyond is drawn at its edge."""
_SHORT_M: Final = 200_000.0
_NEAR_POLE_DEG: Final = 85.0


def straight_departures_m(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """For each edge between successive vertices, how far straight on a map lies from the geodesic.

    The greater of a Mercator map and a plain latitude and longitude map, to within 1 % and a
    decimetre. Longitudes are drawn as stated: an edge from 170 to 190 runs east over the
    antimeridian, one from 170 to -170 is drawn the long way round.
    """
    share = np.linspace(0.0, 1.0, _SAMPLES)
    departures = np.zeros(max(0, len(lon_deg) - 1))
    for edge in range(len(departures)):
        ends_lon, ends_lat = lon_deg[edge : edge + 2], lat_deg[edge : edge + 2]
        drawn_lon = ends_lon[0] + (ends_lon[1] - ends_lon[0]) * share
        plain = ends_lat[0] + (ends_lat[1] - ends_lat[0]) * share
        clipped = np.clip(ends_lat, -_MERCATOR_EDGE_DEG, _MERCATOR_EDGE_DEG)
        high, low = _mercator(clipped[1:]), _mercator(clipped[:1])
        mercator = _latitude(low + (high - low) * share)
        departures[edge] = max(
            _farthest_m(drawn_lon, drawn_lat, ends_lon, ends_lat) for drawn_lat in (plain, mercator)
        )
    return departures


def most_departures_m(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """For each edge more than it departs; infinite where it is long or near a pole. Quick to tell.

    A line that is straight on either map bends by no more than 2 tan(latitude) radians in each
    radius of the earth, and what bends so departs from the geodesic between its ends by an eighth
    of that, times its length squared. Half as much again is added for the ellipsoid.
    """
    steepest = np.maximum(np.abs(lat_deg[:-1]), np.abs(lat_deg[1:]))
    widest = np.minimum(np.abs(lat_deg[:-1]), np.abs(lat_deg[1:]))
    widest = np.where(lat_deg[:-1] * lat_deg[1:] < 0, 0.0, widest)
    east_m = np.radians(np.diff(lon_deg)) * WIDEST_RADIUS_M * np.cos(np.radians(widest))
    length_m = np.hypot(east_m, np.radians(np.diff(lat_deg)) * WIDEST_RADIUS_M)
    short = (length_m < _SHORT_M) & (steepest < _NEAR_POLE_DEG)
    bend = 2 * np.tan(np.radians(np.minimum(steepest, _NEAR_POLE_DEG))) / TIGHTEST_RADIUS_M
    return np.where(short, 1.5 * bend * length_m**2 / 8, np.inf)


def _farthest_m(drawn_lon: Floats, drawn_lat: Floats, ends_lon: Floats, ends_lat: Floats) -> float:
    """How far the drawn points get from the geodesic between two ends."""
    arc = arcs_along(ends_lon, ends_lat)
    share = np.linspace(0.0, 1.0, _CHORDS + 1)
    chain = arc.points(np.zeros(_CHORDS + 1, dtype=np.intp), share)
    drawn = earth_centred(drawn_lon, drawn_lat)
    between = np.linalg.norm(drawn[:, None, :] - chain[None, :, :], axis=2)
    # Of chords of one length, the nearest begins or ends at the nearest of their ends.
    nearest = np.clip(between.argmin(axis=1), 1, _CHORDS - 1)
    apart = [
        nearest_on_segments(drawn, drawn, chain[nearest + first], chain[nearest + first + 1])[2]
        for first in (-1, 0)
    ]
    # Chords lie below the surface: what that alone makes of a distance is taken off.
    bow_m = float(chord_bow_m(arc.length_m[0] / _CHORDS))
    return max(0.0, float(np.minimum(*apart).max()) - bow_m)


def _mercator(lat_deg: Floats) -> Floats:
    """Northings of the ellipsoid's Mercator projection, in radii of the equator."""
    sin_lat = np.sin(np.radians(lat_deg))
    eccentricity = np.sqrt(SQUARED_ECCENTRICITY)
    return np.asarray(np.arctanh(sin_lat) - eccentricity * np.arctanh(eccentricity * sin_lat))


def _latitude(northing: Floats) -> Floats:
    """Latitudes of Mercator northings, by fixed-point iteration (exact in four rounds)."""
    eccentricity = np.sqrt(SQUARED_ECCENTRICITY)
    sin_lat = np.tanh(northing)
    for _ in range(6):
        sin_lat = np.tanh(northing + eccentricity * np.arctanh(eccentricity * sin_lat))
    return np.asarray(np.degrees(np.arcsin(sin_lat)))
