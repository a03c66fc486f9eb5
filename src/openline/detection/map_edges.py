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
    `over_antimeridian`: its longitudes are written more than half a turn apart, so that a map which
    takes them as written draws it the long way round the earth. `departs_m` is then measured
    against the edge drawn the short way.
    """

    part: int
    ring: int
    index: int
    departs_m: float
    over_antimeridian: bool = False


def find_edges_off_map(footprint: Footprint, over_m: float = 50.0) -> list[EdgeOffMap]:
    """Edges that a Mercator or a plain lat/lon map draws elsewhere than they are.

    They depart more than `over_m` from straight, or are drawn the long way round the earth.
    """
    return [
        EdgeOffMap(
            part=part,
            ring=ring,
            index=index,
            departs_m=departs_m,
            over_antimeridian=over_antimeridian,
        )
        for part, ring, vertices in _outlines(footprint)
        for index, departs_m, over_antimeridian in _departing(vertices, over_m)
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


def _departing(vertices: Vertices, over_m: float) -> Iterator[tuple[int, float, bool]]:
    """The edges' numbers, how far each departs, and whether it is drawn the long way round."""
    table = np.asarray(vertices, dtype=float)
    lat = table[:, 1]
    short_way = np.unwrap(table[:, 0], period=360.0)
    long_way = np.abs(np.diff(table[:, 0])) > 180.0
    suspect = long_way | (most_departures_m(short_way, lat) > over_m)
    for index in np.flatnonzero(suspect).tolist():
        edge = slice(index, index + 2)
        (departs_m,) = straight_departures_m(short_way[edge], lat[edge])
        if departs_m > over_m or long_way[index]:
            yield index, float(departs_m), bool(long_way[index])
