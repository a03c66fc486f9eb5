"""Which tracks truly come too near, found without anything of openline: by trying every pair.

Places come from geodesics (pyproj). A pair is left out only where straight distances at instants
through the look-ahead, less all that both can move in between, are beyond what is kept; of the
rest the least geodesic distance is sought, while their heights are too near.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

GEOD: Final = Geod(ellps="WGS84")
INSTANTS: Final = 31
FINE_INSTANTS: Final = 121
BLOCK: Final = 500
GOLDEN: Final = (math.sqrt(5) - 1) / 2
ROUNDS: Final = 40


class Ways:
    """Tracks as told: degrees, metres and metres a second, one number for each."""

    def __init__(self, told: dict[str, Floats], lasts_s: float) -> None:
        self.told, self.lasts_s = told, lasts_s

    def take(self, which: Indices) -> Ways:
        return Ways({name: numbers[which] for name, numbers in self.told.items()}, self.lasts_s)

    def places(self, second: Floats | float) -> tuple[Floats, Floats]:
        told = self.told
        gone = told["gs"] * second
        lon, lat, _ = GEOD.fwd(told["lon"], told["lat"], told["trk"], gone)
        return np.asarray(lon), np.asarray(lat)


def true_pairs(
    told: dict[str, Floats], lasts_s: float, keep_m: float, level_m: float
) -> set[tuple[int, int]]:
    """The pairs that come within both at one instant; to touch counts."""
    ways = Ways(told, lasts_s)
    a, b = _possible(ways, keep_m, level_m).T
    begin, end = _level(told, a, b, lasts_s, level_m)
    some = np.flatnonzero(begin <= end)
    a, b = a[some], b[some]
    near = _least(ways.take(a), ways.take(b), begin[some], end[some]) <= keep_m
    return set(zip(a[near].tolist(), b[near].tolist(), strict=True))


def _possible(ways: Ways, keep_m: float, level_m: float) -> Indices:
    """All pairs, block by block, less those that straight distances rule out."""
    told, count = ways.told, len(ways.told["lat"])
    step_s = ways.lasts_s / (INSTANTS - 1)
    seconds = np.linspace(0, ways.lasts_s, INSTANTS)
    places = [_through_earth(*ways.places(second)) for second in seconds]
    heights = [told["alt"] + told["vs"] * second for second in seconds]
    found = [np.empty((0, 2), dtype=np.intp)]
    for start in range(0, count, BLOCK):
        rows = np.arange(start, min(start + BLOCK, count))
        moved = (told["gs"][rows, None] + told["gs"][None, :]) * step_s / 2
        risen = (np.abs(told["vs"][rows, None]) + np.abs(told["vs"][None, :])) * step_s / 2
        near = np.zeros(moved.shape, dtype=np.bool_)
        for place, height in zip(places, heights, strict=True):
            away = np.sqrt(sum((place[axis][rows, None] - place[axis]) ** 2 for axis in range(3)))
            above = np.abs(height[rows, None] - height)
            near |= (away <= keep_m + moved + 1) & (above <= level_m + risen + 1)
        one, other = np.nonzero(near)
        pairs = np.column_stack([rows[one], other])
        found.append(pairs[pairs[:, 0] < pairs[:, 1]])
    return np.concatenate(found)


def _level(
    told: dict[str, Floats], a: Indices, b: Indices, lasts_s: float, level_m: float
) -> tuple[Floats, Floats]:
    """Between which seconds heights are too near; begin > end where never."""
    above, climb = told["alt"][b] - told["alt"][a], told["vs"][b] - told["vs"][a]
    moving = climb != 0
    rate = np.where(moving, climb, 1.0)
    one, other = (-level_m - above) / rate, (level_m - above) / rate
    always = np.abs(above) <= level_m
    begin = np.where(moving, np.minimum(one, other), np.where(always, 0.0, 1.0))
    end = np.where(moving, np.maximum(one, other), np.where(always, lasts_s, 0.0))
    return np.maximum(begin, 0.0), np.minimum(end, lasts_s)


def _least(a: Ways, b: Ways, begin: Floats, end: Floats) -> Floats:
    """The least geodesic distance of each pair: instants, then golden sections round the best."""
    shares = np.linspace(0, 1, FINE_INSTANTS)
    apart = np.stack([_apart(a, b, begin + (end - begin) * share) for share in shares])
    best = apart.argmin(axis=0)
    low = begin + (end - begin) * shares[np.maximum(best - 1, 0)]
    high = begin + (end - begin) * shares[np.minimum(best + 1, FINE_INSTANTS - 1)]
    for _ in range(ROUNDS):
        early, late = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        left = _apart(a, b, early) < _apart(a, b, late)
        low, high = np.where(left, low, early), np.where(left, late, high)
    least: Floats = np.minimum(apart.min(axis=0), _apart(a, b, (low + high) / 2))
    return least


def _apart(a: Ways, b: Ways, second: Floats) -> Floats:
    _, _, distance = GEOD.inv(*a.places(second), *b.places(second))
    return np.asarray(distance)


def _through_earth(lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats, Floats]:
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    across = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(lat) ** 2)
    ring = across * np.cos(lat)
    return ring * np.cos(lon), ring * np.sin(lon), across * (1 - GEOD.es) * np.sin(lat)
