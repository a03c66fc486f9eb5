"""Real traffic: the samples that come inside the package `traffic`, read where they lie.

They are recordings of what aircraft sent themselves (ADS-B), every second or every ten. The
package is MIT and says nothing apart on its samples; none of them is committed here.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from openline.geometry.ellipsoid import Floats
from peers import ask_peer, find_peer

FOOT_M: Final = 0.3048
KNOT_MPS: Final = 1852 / 3600
_WHERE: Final = """
import importlib.metadata
print(importlib.metadata.distribution("traffic").locate_file("traffic/data/samples"))
"""
_NUMBERS: Final = ("latitude", "longitude", "altitude", "groundspeed", "track")


@dataclass(frozen=True)
class Sample:
    """One recording: what it is of, its file, and from when on it is looked at."""

    name: str
    file: str
    from_s: float
    longest_gap_s: float
    """Between two fixes farther apart in time nothing is known of the way."""


SAMPLES: Final = (
    Sample("Paris, below 25,000 ft, every 1 s", "collections/quickstart", 1633608000.0, 15.0),
    Sample(
        "Switzerland, above 30,000 ft, every 10 s",
        "collections/switzerland",
        1533121200.0,
        30.0,
    ),
)


@dataclass(frozen=True, eq=False)
class Flight:
    """What one aircraft sent, in the order of time; heights by pressure, as all of them have."""

    aircraft: str
    at_s: Floats
    lon_deg: Floats
    lat_deg: Floats
    height_m: Floats
    course_deg: Floats
    speed_mps: Floats
    climb_mps: Floats

    def known(self, seconds: Floats, longest_gap_s: float) -> tuple[Floats, Floats, Floats]:
        """Longitude, latitude, height at each second, evenly between fixes; NaN where not known."""
        after = np.searchsorted(self.at_s, seconds)
        later = np.minimum(after, len(self.at_s) - 1)
        before = np.where(self.at_s[later] == seconds, later, np.maximum(after - 1, 0))
        flown = (self.at_s[before] <= seconds) & (seconds <= self.at_s[later])
        flown &= self.at_s[later] - self.at_s[before] <= longest_gap_s
        columns = (self.lon_deg, self.lat_deg, self.height_m)
        lon, lat, height = (
            np.where(flown, np.interp(seconds, self.at_s, each), np.nan) for each in columns
        )
        return lon, lat, height


def find_samples() -> Path | None:
    """The folder with the samples; None, and said so, where the package is not."""
    python = find_peer("traffic")
    return None if python is None else Path(ask_peer(python, _WHERE).strip())


def read_flights(folder: Path, sample: Sample, seconds: int) -> list[Flight]:
    """All flights of a sample while in the air; faults in the data are left as they are."""
    with gzip.open(folder / f"{sample.file}.json.gz") as file:
        rows = json.load(file)
    until_s = sample.from_s + seconds
    by_aircraft: dict[str, dict[float, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        at_s = row["timestamp"] / 1000
        whole = not row.get("onground") and all(row[name] is not None for name in _NUMBERS)
        if whole and sample.from_s <= at_s < until_s:
            by_aircraft[row["icao24"]][at_s] = row
    return [_flight(aircraft, by_aircraft[aircraft]) for aircraft in sorted(by_aircraft)]


def _flight(aircraft: str, rows: dict[float, dict[str, Any]]) -> Flight:
    at_s = sorted(rows)

    def column(name: str, unit: float = 1.0) -> Floats:
        return np.array([float(rows[each][name] or 0.0) for each in at_s]) * unit

    return Flight(
        aircraft,
        np.array(at_s),
        column("longitude"),
        column("latitude"),
        column("altitude", FOOT_M),
        column("track"),
        column("groundspeed", KNOT_MPS),
        column("vertical_rate", FOOT_M / 60),
    )
