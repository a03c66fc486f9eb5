"""Edges whose geodesic departs from the straight line a reader sees on a map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from openline.domain.airspace import Circle, Corridor, Footprint
from openline.geometry.map_lines import most_departures_m, straight_departures_m

Vertices = tuple[tuple[float, float], ...]


class EdgeOffMap(Struct, frozen=True, kw_only=True):
    """The edge from vertex `index` to the next, of one ring or path, and how far it departs.

    `part` counts polygons, `ring` the rings of one (0 is the outer); both are 0 for a corridor.
    """

    part: int
    ring: int
    index: int
    departs_m: float


def find_edges_off_map(footprint: Footprint, over_m: float = 50.0) -> list[EdgeOffMap]:
    """Edges that depart more than `over_m` from straight, on a Mercator or a plain lat/lon map."""
    return [
        EdgeOffMap(part=part, ring=ring, index=index, departs_m=departs_m)
        for part, ring, vertices in _outlines(footprint)
        for index, departs_m in _departing(vertices, over_m)
    ]


def _outlines(footprint: Footprint) -> Iterator[tuple[int, int, Vertices]]:
    """Each ring, closed, or path with the numbers of its part and ring; a circle has no edges."""
    if isinstance(footprint, Circle):
        return
    if isinstance(footprint, Corridor):
        yield 0, 0, footprint.path
        return
    for part, rings in enumerate(footprint.rings):
        for number, ring in enumerate(rings):
            yield part, number, ring if ring[0] == ring[-1] else (*ring, ring[0])


def _departing(vertices: Vertices, over_m: float) -> Iterator[tuple[int, float]]:
    table = np.asarray(vertices, dtype=float)
    lon, lat = table[:, 0], table[:, 1]
    for index in np.flatnonzero(most_departures_m(lon, lat) > over_m).tolist():
        (departs_m,) = straight_departures_m(lon[index : index + 2], lat[index : index + 2])
        if departs_m > over_m:
            yield index, float(departs_m)
