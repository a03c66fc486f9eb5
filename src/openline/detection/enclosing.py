"""Ground of any shape as circles and polygons without holes, which together hold all of it.

For whoever can read no more than those. It errs outward: holes are closed, and around a path at
most a metre and a hundredth of its width is added.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec.structs import replace
from pyproj import Geod, Proj

from openline.detection.parts import single_shapes
from openline.domain.airspace import Circle, Corridor, Footprint, Polygon, Position, Volume4D

_GEOD: Final = Geod(ellps="WGS84")
_QUARTER: Final = 16
"""So many corners stand for a quarter of a round end."""
_STEP_M: Final = 10_000.0
"""A geodesic leg is followed so closely, or by a tenth of the way to the path's side."""
_STEPS: Final = 40
"""So many at once are drawn on one plane."""
_WIDE_M: Final = 100_000.0
"""What reaches farther to its sides is made of circles: no plane is true so far."""
_MORE_M: Final = 0.5
_EARTH_M: Final = 6_330_000.0
"""No radius of curvature on WGS 84 is smaller."""

Vertex = tuple[float, float]
"""(lon_deg, lat_deg)"""


def enclosing(volumes: Sequence[Volume4D]) -> tuple[Volume4D, ...]:
    """Volumes that together hold all of these, each one circle or one ring."""
    return tuple(
        replace(each, footprint=footprint)
        for volume in volumes
        for each in single_shapes(volume)
        for footprint in _enclosing(each.footprint)
    )


def _enclosing(footprint: Footprint) -> Iterator[Footprint]:
    if isinstance(footprint, Circle):
        yield replace(footprint, radius_m=max(footprint.radius_m, 2.0 * _MORE_M))
    elif isinstance(footprint, Polygon):
        yield replace(footprint, rings=((footprint.rings[0][0],),))
    else:
        yield from _around(footprint)


def _around(path: Corridor) -> Iterator[Footprint]:
    side_m = path.width_m / 2.0
    step_m = max(_STEP_M, side_m / 10.0)
    vertices = [*_followed(path.path, step_m)]
    if side_m > _WIDE_M:
        radius_m = math.hypot(side_m, step_m)
        for lon_deg, lat_deg in vertices:
            center = Position(lat_deg=lat_deg, lon_deg=lon_deg)
            yield Circle(center=center, radius_m=radius_m)
        return
    for first in range(0, max(1, len(vertices) - 1), _STEPS):
        ring = _ring_around(vertices[first : first + _STEPS + 1], side_m)
        yield Polygon(rings=((ring,),))


def _ring_around(vertices: Sequence[Vertex], side_m: float) -> tuple[Vertex, ...]:
    """A ring around a path, drawn on a plane that is true to distance from the path's middle."""
    import shapely  # only for desks that publish a path

    lon_deg, lat_deg = vertices[len(vertices) // 2]
    plane = Proj(proj="aeqd", lon_0=lon_deg, lat_0=lat_deg, ellps="WGS84")
    at = np.column_stack(plane(*np.array(vertices).T))
    side_m += _MORE_M
    # Across the way from the middle the plane is stretched, and corners on a circle cut it short.
    angle = (float(np.hypot(at[:, 0], at[:, 1]).max()) + side_m) / _EARTH_M
    side_m *= angle / math.sin(angle) / math.cos(math.pi / (4 * _QUARTER))
    line = shapely.Point(at[0]) if len(at) == 1 else shapely.LineString(at)
    corners = np.asarray(line.buffer(side_m, _QUARTER).exterior.coords)[:-1]
    lons, lats = plane(corners[:, 0], corners[:, 1], inverse=True)
    return tuple(zip(lons.tolist(), lats.tolist(), strict=True))


def _followed(path: Sequence[Vertex], step_m: float) -> Iterator[Vertex]:
    """The vertices of a path, and others on its legs, so that none is farther from the next."""
    yield path[0]
    for one, other in pairwise(path):
        _, _, length_m = _GEOD.inv(*one, *other)
        between = math.ceil(length_m / step_m) - 1
        if between > 0:
            yield from _GEOD.npts(*one, *other, between)
        yield other
