"""A sky that is watched live: who flies where, and when each planted encounter truly begins.

Everything is moved along geodesics by pyproj, which is no part of what is measured. The sky holds

* lanes: tracks in rows and layers that keep well apart all the time;
* pairs that stand: side by side at 2 to 8 km, of two parties, from first to last;
* pairs at the border: side by side just where they begin to be too near, so that noise in what is
  reported makes a conflict of them and undoes it again;
* encounters: pairs 20 km apart until, at an instant of its own, one turns and would pass the other
  (or, each fourth, a plan) at 3 km three minutes later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from openline.domain.airspace import Circle, HeightBand, Position, Volume4D
from openline.domain.plan import Kind, PlanBody, PlanFiled

Floats = NDArray[np.float64]
PARTIES: Final = ("EAST", "WEST", "NORTH", "SOUTH")
SPEED_MPS: Final = 200.0
SEPARATION_M: Final = 9_260.0
BORDER_M: Final = SEPARATION_M + 2 * 750.0
"""With what is not known of two aircraft after five minutes, by the rules."""
APART_M: Final = 20_000.0
MISS_M: Final = 3_000.0
MEETS_AFTER_S: Final = 180.0
TURNS_BACK_AFTER_S: Final = 240.0
NOISE_M, NOISE_MPS, NOISE_DEG = 15.0, 0.5, 0.1
_GEOD: Final = Geod(ellps="WGS84")


@dataclass
class Encounter:
    """Two that would meet only once one of them has turned: what the desk must say.

    `told_at_s` is when the first fix after the turn was reported: the one that causes it.
    """

    sighting: str
    told_at_s: float | None = None


class Sky:
    """Tracks in legs, each straight on along a geodesic; `at` tells where all are."""

    def __init__(
        self, tracks: int, starts_at_s: float, first_s: float, lasts_s: float, per_s: float
    ) -> None:
        """`per_s` encounters begin a second, from `first_s` until shortly before `lasts_s`."""
        self.starts_at_s = starts_at_s
        self._random = np.random.default_rng(tracks)
        self.encounters: list[Encounter] = []
        self.plans: list[PlanFiled] = []
        self.border: set[str] = set()
        self._names: list[str] = []
        self._rows: list[tuple[float, float, float, float]] = []
        self._turns: list[tuple[float, int, float, float, Encounter | None]] = []
        self._untold: dict[int, Encounter] = {}
        planted = max(1, min(tracks // 8, int(per_s * lasts_s)))
        standing, border = tracks // 20, tracks // 100
        spots = self._spots()
        for number in range(standing):
            self._pair(f"S{number}", *next(spots), apart_m=self._random.uniform(2_000, 8_000))
        for number in range(border):
            self.border.add(self._pair(f"B{number}", *next(spots), apart_m=BORDER_M))
        for number, turns_at in enumerate(np.linspace(first_s, lasts_s - 3.0, planted).tolist()):
            self._encounter(number, *next(spots), starts_at_s, starts_at_s + turns_at)
        self._lanes(max(0, tracks - len(self._names)))
        rows = np.array(self._rows)
        self.lon, self.lat, self.height_m, self.course_deg = rows.T.copy()
        self.speed_mps = np.full(len(rows), SPEED_MPS)
        self.since_s = np.full(len(rows), starts_at_s)
        self._turns.sort(key=lambda turn: turn[0])

    def __len__(self) -> int:
        return len(self._names)

    def parties(self) -> list[NDArray[np.intp]]:
        """The rows of each party's tracks."""
        owner = np.array([self._party(name) for name in self._names])
        return [np.flatnonzero(owner == party) for party in range(len(PARTIES))]

    def turn(self, now_s: float) -> None:
        """Lets all turn whose time has come."""
        while self._turns and self._turns[0][0] <= now_s:
            at_s, row, course_deg, speed_mps, encounter = self._turns.pop(0)
            lon, lat, _ = self.places(np.array([row]), at_s)
            self.lon[row], self.lat[row], self.since_s[row] = lon[0], lat[0], at_s
            self.course_deg[row], self.speed_mps[row] = course_deg, speed_mps
            if encounter is not None:
                self._untold[row] = encounter

    def places(self, rows: NDArray[np.intp], now_s: float) -> tuple[Floats, Floats, Floats]:
        """Longitudes, latitudes and courses of some at an instant."""
        lon, lat, back = _GEOD.fwd(
            self.lon[rows],
            self.lat[rows],
            self.course_deg[rows],
            self.speed_mps[rows] * (now_s - self.since_s[rows]),
        )
        return lon, lat, (back + 180.0) % 360.0

    def report(self, rows: NDArray[np.intp], now_s: float) -> bytes:
        """What is reported of some of one party's tracks, noise and all, as JSON."""
        for row in self._untold.keys() & set(rows.tolist()):
            self._untold.pop(row).told_at_s = now_s
        lon, lat, course = self.places(rows, now_s)
        noise = self._random.normal(0.0, 1.0, (4, len(rows)))
        per_degree = 111_320.0
        lat = lat + noise[0] * NOISE_M / per_degree
        lon = lon + noise[1] * NOISE_M / (per_degree * np.cos(np.radians(lat)))
        columns = zip(
            rows.tolist(),
            lat.round(7).tolist(),
            lon.round(7).tolist(),
            self.height_m[rows].tolist(),
            ((course + noise[2] * NOISE_DEG) % 360.0).round(2).tolist(),
            (self.speed_mps[rows] + noise[3] * NOISE_MPS).round(2).tolist(),
            strict=True,
        )
        at = datetime.fromtimestamp(now_s, UTC)
        party = PARTIES[self._party(self._names[rows[0]])]
        return msgspec.json.encode(
            {
                "fixes": [
                    {
                        "track": self._names[row],
                        "party": party,
                        "kind": "air",
                        "at": at,
                        "position": {"lat_deg": lat_deg, "lon_deg": lon_deg},
                        "height_m": height_m,
                        "course_deg": course_deg,
                        "speed_mps": speed_mps,
                    }
                    for row, lat_deg, lon_deg, height_m, course_deg, speed_mps in columns
                ]
            }
        )

    def numbers(self, now_s: float) -> dict[str, Floats]:
        """The same sky as BlueSky has it."""
        lon, lat, course = self.places(np.arange(len(self)), now_s)
        return {
            "lat": lat,
            "lon": lon,
            "trk": course,
            "gs": self.speed_mps,
            "alt": self.height_m,
            "vs": np.zeros(len(self)),
        }

    @staticmethod
    def _spots() -> Iterator[tuple[float, float, float]]:
        """Places for pairs, 60 km and more apart in each of ten layers, from 20° to 35° north."""
        number = 0
        while True:
            layer, cell = number % 10, number // 10
            row, column = divmod(cell, 80)
            yield -30.0 + 0.9 * column, 20.0 + 0.55 * row, 1_000.0 * (1 + layer)
            number += 1

    def _pair(self, name: str, lon: float, lat: float, height_m: float, apart_m: float) -> str:
        """Two northbound abreast, of EAST and WEST; the id of their sighting."""
        other_lon, other_lat, _ = _GEOD.fwd(lon, lat, 90.0, apart_m)
        self._add(f"E-{name}", lon, lat, height_m, 0.0)
        self._add(f"W-{name}", other_lon, other_lat, height_m, 0.0)
        return f"E-{name}~W-{name}"

    def _encounter(
        self,
        number: int,
        lon: float,
        lat: float,
        height_m: float,
        starts_at_s: float,
        turns_at_s: float,
    ) -> None:
        name, meets_a_plan = f"P{number}", number % 4 == 3
        on_lon, on_lat, _ = _GEOD.fwd(lon, lat, 90.0, APART_M)
        gone_m = SPEED_MPS * (turns_at_s - starts_at_s)
        there = _GEOD.fwd(lon, lat, 0.0, gone_m + SPEED_MPS * MEETS_AFTER_S)
        passing = _GEOD.fwd(there[0], there[1], 90.0, MISS_M)
        turning = _GEOD.fwd(on_lon, on_lat, 0.0, gone_m)
        course, _, way_m = _GEOD.inv(turning[0], turning[1], passing[0], passing[1])
        self._add(f"W-{name}", on_lon, on_lat, height_m, 0.0)
        turned = len(self._names) - 1
        if meets_a_plan:
            self.plans.append(_plan(f"E-{name}", there[0], there[1], height_m, starts_at_s))
        else:
            self._add(f"E-{name}", lon, lat, height_m, 0.0)
        encounter = Encounter(f"E-{name}~W-{name}")
        self.encounters.append(encounter)
        self._turns.append((turns_at_s, turned, course, way_m / MEETS_AFTER_S, encounter))
        self._turns.append((turns_at_s + TURNS_BACK_AFTER_S, turned, 0.0, SPEED_MPS, None))

    def _lanes(self, tracks: int) -> None:
        """Eastbound in rows 22 km apart and ten layers, from 38° to 54° north."""
        for number in range(tracks):
            layer, cell = number % 10, number // 10
            row, place = cell % 80, cell // 80
            spot = (-10.0 + 1.6 * place, 38.0 + 0.2 * row, 1_500.0 + 1_000.0 * layer, 90.0)
            self._add(f"{PARTIES[number % 4][0]}-L{number}", *spot)

    def _add(self, name: str, lon: float, lat: float, height_m: float, course_deg: float) -> None:
        self._names.append(name)
        self._rows.append((lon, lat, height_m, course_deg))

    @staticmethod
    def _party(name: str) -> int:
        return [party[0] for party in PARTIES].index(name[0])


def _plan(name: str, lon: float, lat: float, height_m: float, starts_at_s: float) -> PlanFiled:
    """A circle of a kilometre, at one height, for two hours."""
    volume = Volume4D(
        footprint=Circle(center=Position(lat_deg=lat, lon_deg=lon), radius_m=1_000.0),
        heights=HeightBand(lower_m=height_m - 100.0, upper_m=height_m + 100.0),
    )
    return PlanFiled(
        plan=name,
        kind=Kind.AIR,
        starts_at=datetime.fromtimestamp(starts_at_s - 60.0, UTC),
        ends_at=datetime.fromtimestamp(starts_at_s + 7_200.0, UTC),
        body=PlanBody(volumes=(volume,)),
    )


def ground_plans(count: int, starts_at_s: float) -> list[PlanFiled]:
    """Plans on the ground below the lanes, which no track there meets for its height."""
    random = np.random.default_rng(count)
    return [
        PlanFiled(
            plan=f"G-{number}",
            kind=Kind.GROUND,
            starts_at=datetime.fromtimestamp(starts_at_s, UTC),
            ends_at=datetime.fromtimestamp(starts_at_s + 86_400.0, UTC),
            body=PlanBody(
                volumes=(
                    Volume4D(
                        footprint=Circle(
                            center=Position(
                                lat_deg=random.uniform(38.0, 54.0),
                                lon_deg=random.uniform(-10.0, 14.0),
                            ),
                            radius_m=2_000.0,
                        ),
                        heights=HeightBand(lower_m=0.0, upper_m=300.0),
                    ),
                )
            ),
        )
        for number in range(count)
    ]
