"""The plane a map is drawn on, and the net of meridians and parallels over it. For looking only.

Metres east and north of a middle that is chosen for what is shown, true from there in every
direction: so neither a pole nor the antimeridian is anything special, and one scale holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from pyproj import Proj

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in metres of the plane."""

SMALLEST_M: Final = 200.0
"""No map shows less from side to side: a lone point has surroundings."""
NET_ROWS: Final = 5
FINEST_NET_DEG: Final = 1e-5
_STEPS_DEG: Final = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0)
_SAMPLES: Final = 181


class NetRow(Struct, frozen=True, kw_only=True):
    """A meridian or parallel on the plane, its label, and where that stands."""

    x: Floats
    y: Floats
    label: str
    at: tuple[float, float]


class Plane:
    """The plane that touches the earth in the middle of some places, (lon, lat) in degrees."""

    def __init__(self, places: Sequence[tuple[float, float]]) -> None:
        self._touch(*_mean(places))
        xy = self.flat(places)
        # Once more from the middle of their extent, so that nothing lies needlessly far off.
        x, y = (xy.min(axis=0) + xy.max(axis=0)) / 2
        lon, lat = self.back(x, y)
        self._touch(float(lon), float(lat))

    def _touch(self, lon_deg: float, lat_deg: float) -> None:
        self.lon_deg, self.lat_deg = lon_deg, lat_deg
        self._proj = Proj(proj="aeqd", lon_0=self.lon_deg, lat_0=self.lat_deg, ellps="WGS84")

    def flat(self, places: Sequence[tuple[float, float]] | Floats) -> Floats:
        """Metres east and north, shape (n, 2)."""
        table = np.asarray(places, dtype=float).reshape(-1, 2)
        return np.column_stack(self._proj(table[:, 0], table[:, 1]))

    def back(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitudes, without a jump around the middle's, and latitudes."""
        lon, lat = self._proj(x, y, inverse=True)
        around = (np.asarray(lon) - self.lon_deg + 180.0) % 360.0 - 180.0
        return self.lon_deg + around, np.asarray(lat)

    def box_of(self, places: Sequence[tuple[float, float]], ratio: float, margin: float) -> Box:
        """The box of that ratio of width to height that holds them all, and a margin."""
        xy = self.flat(places)
        (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
        width = max(right - left, (top - bottom) * ratio, SMALLEST_M) * (1 + 2 * margin)
        x, y, half = (left + right) / 2, (bottom + top) / 2, width / 2
        return x - half, y - half / ratio, x + half, y + half / ratio

    def net(self, box: Box) -> Iterator[NetRow]:
        """The meridians and parallels that pass through a box."""
        left, bottom, right, top = box
        x, y = np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41))
        lon, lat = self.back(x.ravel(), y.ravel())
        poles = [pole for pole in (-90.0, 90.0) if _inside(self.flat([(0.0, pole)]), box)[0]]
        south, north = min(lat.min(), *poles, 90.0), max(lat.max(), *poles, -90.0)
        west, east = (
            (self.lon_deg - 180.0, self.lon_deg + 180.0) if poles else (lon.min(), lon.max())
        )
        step = _step_deg(north - south)
        for degrees in _multiples(step, south, north):
            along = np.linspace(west, east, _SAMPLES)
            row = np.column_stack([along, np.full(_SAMPLES, degrees)])
            yield from self._row(row, box, _label(degrees, "N", "S"), lambda xy: -xy[:, 0])
        step = 30.0 if poles else _step_deg(east - west)
        for degrees in _multiples(step, west, east - 1e-9):
            along = np.linspace(south, north, _SAMPLES)
            row = np.column_stack([np.full(_SAMPLES, degrees), along])
            low_or_far = _from_middle if poles else lambda xy: -xy[:, 1]
            yield from self._row(row, box, _label(_turned(degrees), "E", "W"), low_or_far)

    def _row(
        self, places: Floats, box: Box, label: str, rank: Callable[[Floats], Floats]
    ) -> Iterator[NetRow]:
        xy = self.flat(places)
        seen = xy[_inside(xy, box)]
        if len(seen):
            x, y = seen[int(np.argmax(rank(seen)))].tolist()
            yield NetRow(x=xy[:, 0], y=xy[:, 1], label=label, at=(x, y))


def scale_m(width_m: float) -> float:
    """A round length, at most a quarter of a width."""
    most = width_m / 4
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def _mean(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    table = np.radians(np.asarray(places, dtype=float))
    lon, lat = table[:, 0], table[:, 1]
    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    x, y, z = points.mean(axis=0)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _inside(xy: Floats, box: Box) -> NDArray[np.bool_]:
    left, bottom, right, top = box
    x, y = xy[:, 0], xy[:, 1]
    return np.asarray((left <= x) & (x <= right) & (bottom <= y) & (y <= top))


def _from_middle(xy: Floats) -> Floats:
    return np.hypot(xy[:, 0], xy[:, 1])


def _step_deg(span_deg: float) -> float:
    """The round step that makes about `NET_ROWS` of a span."""
    wanted = max(span_deg / NET_ROWS, FINEST_NET_DEG)
    if wanted >= 1.0:
        return min(_STEPS_DEG, key=lambda step: abs(step - wanted))
    power = 10.0 ** floor(log10(wanted))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda step: abs(step - wanted))


def _multiples(step: float, low: float, high: float) -> list[float]:
    return [round(n * step, 9) for n in range(ceil(low / step), floor(high / step) + 1)]


def _turned(lon_deg: float) -> float:
    """The longitude within 180 of Greenwich."""
    return round((lon_deg + 180.0) % 360.0 - 180.0, 9)


def _label(degrees: float, above: str, below: str) -> str:
    side = "" if degrees in (0.0, 180.0, -180.0) else f" {above if degrees > 0 else below}"
    return f"{abs(degrees):.6g}°{side}"
