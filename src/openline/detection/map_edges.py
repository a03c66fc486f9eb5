"""Edges whose geodesic departs from the straight line a reader sees on a map."""

from __future__ import annotations

from msgspec import Struct

from openline.domain.airspace import Footprint


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
    raise NotImplementedError
