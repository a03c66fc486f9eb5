"""The usual way to hold plans against plans: SQLite's R*Tree, and Shapely on a local projection.

All in memory and in one process, which is the quickest it can be. The tree has easting, northing,
seconds and height, all in balanced units; each candidate is then judged by Shapely's distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import apsw
import shapely
from pyproj import Transformer

from openline.detection.instants import seconds_of
from openline.domain.airspace import Circle, Corridor, Volume4D
from openline.domain.plan import Plan
from openline.domain.rules import Separation

NAME: Final = f"SQLite {apsw.sqlite_lib_version()} R*Tree + Shapely {shapely.__version__}"
_INSERT: Final = "INSERT INTO boxes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NEAR: Final = """
SELECT id FROM boxes WHERE east_0 <= ? AND east_1 >= ? AND north_0 <= ? AND north_1 >= ?
AND from_s <= ? AND to_s >= ? AND floor_m <= ? AND ceiling_m >= ?
"""


class Rectangles:
    """Plans of one volume each, with both heights and both times."""

    def __init__(self, lon_deg: float, lat_deg: float) -> None:
        plane = f"+proj=aeqd +lon_0={lon_deg} +lat_0={lat_deg} +datum=WGS84"
        self._project = Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform
        self._kept: list[tuple[str, shapely.Geometry, float, tuple[float, ...]]] = []
        self._names: list[str] = []
        self._database = apsw.Connection(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE boxes USING rtree(id, east_0, east_1, north_0, north_1,"
            " from_s, to_s, floor_m, ceiling_m)"
        )

    def insert_all(self, plans: Sequence[Plan]) -> None:
        """Adds plans in one transaction."""
        with self._database:
            for plan in plans:
                self.insert(plan)

    def insert(self, plan: Plan) -> None:
        """Adds one plan."""
        (volume,) = plan.volumes
        geometry, radius_m = self._geometry(volume)
        box = self._box(geometry, radius_m, volume)
        self._database.execute(_INSERT, (len(self._kept), *box))
        self._kept.append((plan.party, geometry, radius_m, box))
        self._names.append(plan.id)

    def find(self, plan: Plan, keep: Separation) -> list[str]:
        """The ids of plans of other parties that come nearer than this."""
        (volume,) = plan.volumes
        geometry, radius_m = self._geometry(volume)
        west, east, south, north, starts, ends, floor, ceiling = self._box(
            geometry, radius_m, volume
        )
        h, v, t = keep.horizontal_m, keep.vertical_m, keep.time_s
        on_the_plane = (east + h, west - h, north + h, south - h)
        asked = (*on_the_plane, ends + t, starts - t, ceiling + v, floor - v)
        found = []
        for (row,) in self._database.execute(_NEAR, asked):
            party, other, its_radius_m, box = self._kept[row]
            if party == plan.party or box[4] - ends > t or starts - box[5] > t:
                continue
            if box[6] - ceiling > v or floor - box[7] > v:
                continue
            if shapely.distance(geometry, other) <= h + radius_m + its_radius_m:
                found.append(self._names[row])
        return found

    def _geometry(self, volume: Volume4D) -> tuple[shapely.Geometry, float]:
        footprint = volume.footprint
        if isinstance(footprint, Circle):
            center = footprint.center
            return shapely.Point(*self._project(center.lon_deg, center.lat_deg)), footprint.radius_m
        if isinstance(footprint, Corridor):
            path = [self._project(*vertex) for vertex in footprint.path]
            return shapely.LineString(path), footprint.width_m / 2
        ((ring,),) = footprint.rings
        return shapely.Polygon([self._project(*vertex) for vertex in ring]), 0.0

    @staticmethod
    def _box(geometry: shapely.Geometry, radius_m: float, volume: Volume4D) -> tuple[float, ...]:
        west, south, east, north = geometry.bounds
        starts_at, ends_at = volume.times.starts_at, volume.times.ends_at
        assert starts_at is not None
        assert ends_at is not None
        return (
            west - radius_m,
            east + radius_m,
            south - radius_m,
            north + radius_m,
            seconds_of(starts_at),
            seconds_of(ends_at),
            volume.heights.floor_m,
            volume.heights.ceiling_m,
        )
