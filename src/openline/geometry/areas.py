"""Filled areas: what lies within rings of geodesic edges, anywhere on the earth, poles included.

Rings are judged by central projection from the earth's centre onto a plane that touches below the
ring: every chord becomes a straight edge there, and points over the horizon fall out. It needs a
ring to fit in less than half the earth, and then its inside is the smaller area by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs, arcs_around, join
from openline.geometry.ellipsoid import Flags, Floats, earth_centred

WIDEST_CAP_DEG: Final = 80.0
"""A ring must lie within this angle, at the earth's centre, of some point."""
_CHORD_M: Final = 50_000.0
"""Edges are cut so fine that a chord's plane strays from the geodesic by millimetres only."""


_SAME_PLACE_M: Final = 1e-6


@dataclass(frozen=True)
class Ring:
    """One ring, drawn on the plane that touches below it; `axes` are its east, north and up."""

    axes: Floats
    x: Floats
    y: Floats

    def holds(self, points: Floats) -> Flags:
        """Whether earth-centred points, shape (n, 3), lie inside; on the edge either is said."""
        along = points @ self.axes.T
        ahead = along[:, 2] > 0
        depth = np.where(ahead, along[:, 2], 1.0)
        x, y = (along[:, 0] / depth)[:, None], (along[:, 1] / depth)[:, None]
        next_x, next_y = np.roll(self.x, -1), np.roll(self.y, -1)
        spans = (self.y > y) != (next_y > y)
        rise = np.where(spans, next_y - self.y, 1.0)
        meets_x = self.x + (next_x - self.x) * (y - self.y) / rise
        crossings = np.count_nonzero(spans & (meets_x > x), axis=1)
        return np.asarray(ahead & (crossings % 2 == 1))


@dataclass(frozen=True)
class Area:
    """One outer ring less its holes; the edges of both belong to it."""

    edges: Arcs
    outer: Ring
    holes: tuple[Ring, ...]

    def holds(self, points: Floats) -> Flags:
        """Whether earth-centred points lie inside; on an edge either may be said."""
        held = self.outer.holds(points)
        for hole in self.holes:
            held = held & ~hole.holds(points)
        return held

    def ball(self) -> tuple[Floats, float]:
        """The centre, earth-centred, and radius of a ball that holds the whole of the area."""
        lon, lat = self.edges.cut(_CHORD_M)
        centre = self.outer.axes[2] * np.linalg.norm(earth_centred(lon[0], lat[0]))
        reach = np.linalg.norm(earth_centred(lon, lat) - centre, axis=1).max()
        # On a sphere `reach` would do. Here the distance to the earth's centre changes by at most
        # 0.34 % of the way between two points, and the edge between two cuts bows out by 50 m.
        return centre, float(reach * 1.01 + 100.0)


def ring_of(edges: Arcs) -> Ring | None:
    """A ring ready to be asked; None when it does not fit in less than half the earth."""
    # A vertex told twice, once more round the earth, is the same only to a rounding.
    long = edges.length_m > _SAME_PLACE_M
    points = earth_centred(*(edges.take(long) if long.any() else edges).cut(_CHORD_M))
    axes = _touching_axes(points)
    if axes is None:
        return None
    along = points @ axes.T
    return Ring(axes=axes, x=along[:, 0] / along[:, 2], y=along[:, 1] / along[:, 2])


def area_of(rings: Sequence[tuple[Floats, Floats]]) -> Area:
    """The area of an outer ring and its holes, each given as longitudes and latitudes.

    Raises:
        ValueError: a ring does not fit in less than half the earth.
    """
    edges = [arcs_around(lon, lat) for lon, lat in rings]
    drawn = [ring_of(each) for each in edges]
    kept = tuple(ring for ring in drawn if ring is not None)
    if len(kept) < len(drawn):
        raise ValueError("a ring does not fit in less than half the earth")
    return Area(edges=join(edges), outer=kept[0], holes=kept[1:])


def _touching_axes(points: Floats) -> Floats | None:
    """East, north and up of a plane that sees all these points, from the earth's centre."""
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    around = np.cross(unit, np.roll(unit, -1, axis=0)).sum(axis=0)
    tried = [unit.mean(axis=0), around, -around]
    ups = [up / size for up in tried if (size := float(np.linalg.norm(up))) > 1e-12]
    if not ups:
        return None
    up = max(ups, key=lambda each: float((unit @ each).min()))
    if (unit @ up).min() < np.cos(np.radians(WIDEST_CAP_DEG)):
        return None
    aside = np.eye(3)[int(np.argmin(np.abs(up)))]
    east = np.cross(aside, up)
    east /= np.linalg.norm(east)
    return np.stack([east, np.cross(up, east), up])
