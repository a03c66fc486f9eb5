"""Geodesic arcs: the legs of a path, the edges of a ring, the way of a track, or a single point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openline.geometry.ellipsoid import (
    Flags,
    Floats,
    Indices,
    earth_centred,
    geodesic_between,
    travel,
)


@dataclass(frozen=True)
class Arcs:
    """Geodesic arcs by their start, course and length, each of shape (n,); a length may be zero."""

    lon_deg: Floats
    lat_deg: Floats
    course_deg: Floats
    length_m: Floats

    def __len__(self) -> int:
        return len(self.lon_deg)

    def place(self, index: Indices, fraction: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes at fractions (0 to 1) of the arcs so numbered."""
        lon, lat, _ = travel(
            self.lon_deg[index],
            self.lat_deg[index],
            self.course_deg[index],
            self.length_m[index] * fraction,
        )
        return lon, lat

    def points(self, index: Indices, fraction: Floats) -> Floats:
        """The same places, earth-centred, shape (len(index), 3)."""
        return earth_centred(*self.place(index, fraction))

    def take(self, which: Indices | Flags | slice) -> Arcs:
        """Some of the arcs, by number, by choice or in a row."""
        return Arcs(
            self.lon_deg[which],
            self.lat_deg[which],
            self.course_deg[which],
            self.length_m[which],
        )

    def stretch(self, begin: float, end: float) -> Arcs:
        """The part of the only arc between two fractions of it."""
        return self.stretches(np.array([begin, end]))

    def stretches(self, fractions: Floats) -> Arcs:
        """The parts of the only arc from each of some fractions to the next."""
        lon, lat, course = travel(
            self.lon_deg, self.lat_deg, self.course_deg, self.length_m * fractions[:-1]
        )
        return Arcs(lon, lat, course, self.length_m * np.diff(fractions))

    def cut(self, longest_m: float) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of all starts, and of points between, none farther apart."""
        pieces = np.maximum(1, np.ceil(self.length_m / longest_m)).astype(int)
        index = np.repeat(np.arange(len(self)), pieces)
        first = np.repeat(np.cumsum(pieces) - pieces, pieces)
        return self.place(index, (np.arange(len(index)) - first) / pieces[index])


def join(parts: Sequence[Arcs]) -> Arcs:
    """All arcs of several, in order."""
    return Arcs(
        np.concatenate([part.lon_deg for part in parts]),
        np.concatenate([part.lat_deg for part in parts]),
        np.concatenate([part.course_deg for part in parts]),
        np.concatenate([part.length_m for part in parts]),
    )


def arcs_along(lon_deg: Floats, lat_deg: Floats) -> Arcs:
    """The legs between successive vertices; a single vertex is an arc of no length."""
    if len(lon_deg) == 1:
        return Arcs(lon_deg, lat_deg, np.zeros(1), np.zeros(1))
    course, length = geodesic_between(lon_deg[:-1], lat_deg[:-1], lon_deg[1:], lat_deg[1:])
    return Arcs(lon_deg[:-1], lat_deg[:-1], course, length)


def arcs_around(lon_deg: Floats, lat_deg: Floats) -> Arcs:
    """The edges of a ring; its last vertex may repeat the first or not."""
    return arcs_along(np.append(lon_deg, lon_deg[0]), np.append(lat_deg, lat_deg[0]))
