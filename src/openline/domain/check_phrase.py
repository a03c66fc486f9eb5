"""A short spoken digest of a geometry, that two sides read to each other over a line.

Two geometries have the same phrase iff they are the same to the metre: every vertex is put on a
grid of whole metres in the earth-centred frame (valid everywhere, poles and antimeridian alike),
radii, widths and heights are rounded to the metre and times to the second, and only then are they
compared. Where a ring begins, which way it runs and whether its first vertex is repeated make no
difference, nor do the order of volumes or the end from which an untimed path is told.

LIMIT: two geometries a millimetre apart may fall on either side of a grid edge, and then read
differently; send the numbers along, never retype them. A phrase tells slips apart, not forgeries:
with 2^38 phrases, whoever searches long enough finds another geometry with the same one, so what
binds is the signature over the geometry itself.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from openline.domain.airspace import Circle, Corridor, Polygon, Volume4D
from openline.domain.check_words import CHECK_WORDS

_EQUATOR_RADIUS_M: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257223563
_WORDS: Final = 4
_NUMBERS: Final = 100

_Vertex = tuple[int, int, int]
_Canonical = list[object]


def check_phrase(volumes: Sequence[Volume4D]) -> str:
    """Four words and two digits: the same for two geometries iff they are the same to the metre."""
    canonical = sorted(json.dumps(_volume(volume)) for volume in volumes)
    digest = hashlib.sha256(json.dumps(canonical).encode()).digest()
    words = [CHECK_WORDS[byte] for byte in digest[:_WORDS]]
    number = int.from_bytes(digest[_WORDS : _WORDS + 8], "big") % _NUMBERS
    return f"{' '.join(words)} {number:02d}"


def _volume(volume: Volume4D) -> _Canonical:
    heights, times = volume.heights, volume.times
    footprint = volume.footprint
    return [
        _footprint(footprint),
        None if heights.lower_m is None else round(heights.lower_m),
        None if heights.upper_m is None else round(heights.upper_m),
        None if times.starts_at is None else _second(times.starts_at),
        None if times.ends_at is None else _second(times.ends_at),
    ]


def _footprint(footprint: Circle | Polygon | Corridor) -> _Canonical:
    if isinstance(footprint, Circle):
        center = vertex_on_grid(footprint.center.lon_deg, footprint.center.lat_deg)
        return ["circle", center, round(footprint.radius_m)]
    if isinstance(footprint, Polygon):
        areas = [[_ring(rings[0]), *sorted(map(_ring, rings[1:]))] for rings in footprint.rings]
        return ["polygon", sorted(areas)]
    path = [vertex_on_grid(lon_deg, lat_deg) for lon_deg, lat_deg in footprint.path]
    width = round(footprint.width_m)
    if footprint.times:
        instants = [_second(at) for at in footprint.times]
        return ["timed corridor", path, width, instants, round(footprint.slack_s)]
    path = _without_repeats(path)
    return ["corridor", min(path, path[::-1]), width]


def _ring(ring: Sequence[tuple[float, float]]) -> list[_Vertex]:
    """A ring from its least vertex on, in the direction that reads the lesser."""
    vertices = _without_repeats([vertex_on_grid(lon_deg, lat_deg) for lon_deg, lat_deg in ring])
    if len(vertices) > 1 and vertices[0] == vertices[-1]:
        vertices = vertices[:-1]
    turned = [each[i:] + each[:i] for each in (vertices, vertices[::-1]) for i in _least_at(each)]
    return min(turned)


def _least_at(vertices: list[_Vertex]) -> list[int]:
    least = min(vertices)
    return [i for i, vertex in enumerate(vertices) if vertex == least]


def _without_repeats(vertices: list[_Vertex]) -> list[_Vertex]:
    return [vertex for vertex, _ in groupby(vertices)]


def vertex_on_grid(lon_deg: float, lat_deg: float) -> _Vertex:
    """Whole metres from the earth's centre, WGS 84."""
    lon, lat = math.radians(lon_deg), math.radians(lat_deg)
    squared_eccentricity = _FLATTENING * (2 - _FLATTENING)
    across = _EQUATOR_RADIUS_M / math.sqrt(1 - squared_eccentricity * math.sin(lat) ** 2)
    return (
        round(across * math.cos(lat) * math.cos(lon)),
        round(across * math.cos(lat) * math.sin(lon)),
        round(across * (1 - squared_eccentricity) * math.sin(lat)),
    )


def _second(at: datetime) -> int:
    return round(at.timestamp())
