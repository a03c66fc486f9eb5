"""Crowds of tracks that all but meet: made from each closest approach backwards, in hard places.

Every pair is led to pass at just the distance it must keep, a little more or a little less:
crossing, head on, overtaking, in formation, parked, on one spot, absurdly fast; with the height or
the end of the look-ahead deciding as often as the distance. All pairs made in one place make one
crowd, and may meet each other too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from openline.domain.airspace import Position
from openline.domain.plan import Kind
from openline.domain.rules import ErrorGrowth, Rules
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.courses import Traffic

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

GEOD = Geod(ellps="WGS84")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS = (Kind.GROUND, Kind.AIR, Kind.DRONE)
SPEEDS_MPS = ((0.0, 40.0), (50.0, 300.0), (0.0, 30.0))
"""From and to, by kind."""
KEEP_M = np.array([[2_000.0, 9_260.0, 2_000.0], [9_260.0] * 3, [2_000.0, 9_260.0, 100.0]])
KEEP_LEVEL_M = np.array([[0.0, 304.8, 50.0], [304.8] * 3, [50.0, 304.8, 50.0]])
"""What two kinds keep, by kind and kind."""

PLACES = {
    "north-pole": (90.0, 90.0, 3e5),
    "south-pole": (-90.0, -90.0, 3e5),
    "85-to-90": (85.0, 90.0, 4e5),
    "minus-85-to-90": (-90.0, -85.0, 4e5),
    "antimeridian": (-80.0, 80.0, 4e5),
    "equator": (0.0, 0.0, 4e5),
    "anywhere": (-90.0, 90.0, 4e5),
    "hot-spot": (-90.0, 90.0, 3e4),
    "globe": (-90.0, 90.0, 2e7),
}
"""Between which latitudes a crowd's centre lies, and how many metres from it pairs may meet."""


class Keeping(NamedTuple):
    """How far apart pairs must stay when the look-ahead begins, and how much more every second."""

    first_m: Floats
    gain_mps: Floats
    level_m: Floats
    level_gain_mps: Floats

    def at_last_m(self, lasts_s: float) -> Floats:
        return self.first_m + self.gain_mps * lasts_s


@dataclass(frozen=True, eq=False)
class Swarm:
    """Tracks, a number for each: how each was last told, `age_s` before the look-ahead begins.

    An unknown height is NaN. Errors are those when told; each second since then adds the growth of
    the track's kind.
    """

    lon: Floats
    lat: Floats
    course: Floats
    speed: Floats
    age_s: Floats
    height: Floats
    climb: Floats
    error: Floats
    height_error: Floats
    kind: Numbers
    party: Numbers
    lasts_s: float
    growth: tuple[ErrorGrowth, ...]

    def __len__(self) -> int:
        return len(self.lon)

    def gone_m(self, which: Numbers, second: Floats) -> Floats:
        return self.speed[which] * (self.age_s[which] + second)

    def place(self, which: Numbers, second: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of those so numbered, each at its second."""
        lon, lat, _ = GEOD.fwd(
            self.lon[which], self.lat[which], self.course[which], self.gone_m(which, second)
        )
        return lon, lat

    def keeping(self, a: Numbers, b: Numbers, with_errors: bool = True) -> Keeping:
        """How far apart pairs must stay."""
        first, level = KEEP_M[self.kind[a], self.kind[b]], KEEP_LEVEL_M[self.kind[a], self.kind[b]]
        if not with_errors:
            return Keeping(first, np.zeros(len(a)), level, np.zeros(len(a)))
        rate = np.array([each.horizontal_mps for each in self.growth])[self.kind]
        level_rate = np.array([each.vertical_mps for each in self.growth])[self.kind]
        age = np.maximum(self.age_s, 0.0)
        error, height_error = self.error + rate * age, self.height_error + level_rate * age
        return Keeping(
            first + error[a] + error[b],
            rate[a] + rate[b],
            level + height_error[a] + height_error[b],
            level_rate[a] + level_rate[b],
        )

    def way_m(self, which: Numbers) -> Floats:
        return self.speed[which] * self.lasts_s


def swarm(random: np.random.Generator, place: str, pairs: int) -> Swarm:
    """So many pairs in one of the PLACES."""
    lasts_s = float(random.choice([60.0, 300.0, 300.0, 900.0]))
    # Where all are alike, the farthest that any two reach is what every two reach.
    alike = random.random() < 0.4
    kind = np.full(2 * pairs, 1) if alike else random.integers(0, 3, 2 * pairs)
    age = np.where(random.random(2 * pairs) < 0.6, 0.0, random.uniform(-60, 900, 2 * pairs))
    party = np.arange(2 * pairs)
    party[random.random(2 * pairs) < 0.02] = 0
    none = np.zeros(2 * pairs)
    shell = Swarm(
        *[none] * 4,
        age_s=np.round(age * 64) / 64,  # exact in instants too
        height=none,
        climb=none,
        error=_errors(random, 500.0, 2 * pairs),
        height_error=_errors(random, 50.0, 2 * pairs),
        kind=kind,
        party=party,
        lasts_s=lasts_s,
        growth=((ErrorGrowth(),) * 3, tuple(Rules().error_growth[each] for each in KINDS))[
            random.integers(0, 2)
        ],
    )
    return _led_together(random, place, shell)


def _led_together(random: np.random.Generator, place: str, shell: Swarm) -> Swarm:
    """The same with places, courses and heights such that the first meets the first of the second
    half, and so on."""
    pairs = len(shell) // 2
    a, b = np.arange(pairs), np.arange(pairs, 2 * pairs)
    course_a, course_b, speed_a, speed_b = _courses_and_speeds(random, shell.kind[a], shell.kind[b])
    # Of a complex number the angle is the course.
    relative = speed_b * np.exp(1j * np.radians(course_b))
    relative -= speed_a * np.exp(1j * np.radians(course_a))
    when, bearing = _moments_and_bearings(random, relative, shell.lasts_s)
    keeping, pace = shell.keeping(a, b), np.maximum(np.abs(relative), 1e-9)
    # What is to be kept grows at this part of the pace: they are too near a little later.
    part = np.minimum(keeping.gain_mps / pace, 0.9)
    keep = (keeping.first_m + keeping.gain_mps * when) / np.sqrt(1 - part**2)
    apart = _just(random, keep)
    near_s = np.sqrt(np.maximum(keep**2 - apart**2, 0)) / pace
    leaves = when + random.choice([-1.0, 1.0], pairs) * np.where(near_s < shell.lasts_s, near_s, 0)
    keep_level = keeping.level_m + keeping.level_gain_mps * when
    height, climb = _heights(random, keep_level, when, leaves)
    at_lon, at_lat = _meeting_places(random, place, pairs)
    to_lon, to_lat, back = GEOD.fwd(at_lon, at_lat, bearing, apart)
    # Where meridians run together the same course is another number at the other place.
    course_b = course_b + back + 180 - bearing
    speed = np.concatenate([speed_a, speed_b])
    lon, lat, course = _told(
        np.concatenate([at_lon, to_lon]),
        np.concatenate([at_lat, to_lat]),
        np.concatenate([course_a, course_b]),
        speed * (shell.age_s + np.tile(when, 2)),
    )
    height -= climb * shell.age_s
    return replace(shell, lon=lon, lat=lat, course=course, speed=speed, height=height, climb=climb)


def _courses_and_speeds(
    random: np.random.Generator, kind_a: Numbers, kind_b: Numbers
) -> tuple[Floats, Floats, Floats, Floats]:
    course_a = random.uniform(0, 360, len(kind_a))
    speed_a, speed_b = _speeds(random, kind_a), _speeds(random, kind_b)
    if np.concatenate([kind_a, kind_b]).std() == 0:
        speed_a, speed_b = np.full((2, len(kind_a)), SPEEDS_MPS[kind_a[0]][1])
    course_b, speed_b = _other_ways(random, course_a, speed_a, speed_b)
    return course_a, course_b, speed_a, speed_b


def _moments_and_bearings(
    random: np.random.Generator, relative: NDArray[np.complex128], lasts_s: float
) -> tuple[Floats, Floats]:
    """When pairs are nearest, and where the second then is from the first.

    It is across their relative speed; or along it, where they come nearer to the very end of the
    look-ahead, or part from its very beginning.
    """
    pairs = len(relative)
    still = random.uniform(0, 360, pairs)
    onward = np.where(relative != 0, np.degrees(np.angle(relative)), still)
    in_line, come = random.random(pairs) < 0.15, random.random(pairs) < 0.5
    when = np.where(in_line, np.where(come, lasts_s, 0.0), _moments(random, lasts_s, pairs))
    return when, onward + np.where(in_line, np.where(come, 180.0, 0.0), 90.0)


def _meeting_places(random: np.random.Generator, place: str, pairs: int) -> tuple[Floats, Floats]:
    lowest, highest, spread_m = PLACES[place]
    sines = random.uniform(*np.sin(np.radians([lowest, highest])))
    lat = np.full(pairs, np.degrees(np.arcsin(sines)) if lowest < highest else lowest)
    lon = np.full(pairs, 180.0 if place == "antimeridian" else random.uniform(-180, 180))
    away = spread_m * np.sqrt(random.random(pairs)) * (random.random(pairs) > 0.05)
    lon, lat, _ = GEOD.fwd(lon, lat, random.uniform(0, 360, pairs), away)
    return lon, lat


def _speeds(random: np.random.Generator, kind: Numbers) -> Floats:
    low, high = np.array(SPEEDS_MPS)[kind].T
    speed = random.uniform(low, high)
    lot = random.random(len(kind))
    speed[lot < 0.15] = 0.0
    absurd = lot > 0.999
    speed[absurd] = 10 ** random.uniform(3, 4.07, np.count_nonzero(absurd))
    return speed


def _other_ways(
    random: np.random.Generator, course_a: Floats, speed_a: Floats, speed_b: Floats
) -> tuple[Floats, Floats]:
    """Crossing, head on, overtaking, or in formation with the first."""
    manner = random.integers(0, 5, len(course_a))
    little = random.normal(0, 1, len(course_a)) * 10 ** random.uniform(-6, 1, len(course_a))
    crossing = random.uniform(0, 360, len(course_a))
    course_b = np.select(
        [manner <= 1, manner == 2, manner == 3],
        [crossing, course_a + 180 + little, course_a + little],
        course_a,
    )
    return course_b, np.where(manner == 4, speed_a, speed_b)


def _errors(random: np.random.Generator, most_m: float, count: int) -> Floats:
    return np.where(random.random(count) < 0.7, 0.0, random.uniform(0, most_m, count))


def _just(random: np.random.Generator, keep: Floats) -> Floats:
    """Distances that are a little more or less than those to keep; some of them nothing at all."""
    count = len(keep)
    sign = random.choice([-1.0, 1.0], count)
    apart = keep * (1 + sign * 10 ** random.uniform(-9, -1, count))
    lot = random.random(count)
    apart[lot < 0.04] = 0.0
    few = lot > 0.9
    apart[few] = keep[few] * random.uniform(0, 2, np.count_nonzero(few))
    return apart


def _moments(random: np.random.Generator, lasts_s: float, pairs: int) -> Floats:
    """When the pairs are nearest: within the look-ahead, at an end of it, or a little outside."""
    when = random.uniform(0, lasts_s, pairs)
    lot = random.integers(0, 20, pairs)
    when[lot == 0] = 0.0
    when[lot == 1] = lasts_s
    when[lot == 2] = -(10 ** random.uniform(-3, 1.5, np.count_nonzero(lot == 2)))
    when[lot == 3] = lasts_s + 10 ** random.uniform(-3, 1.5, np.count_nonzero(lot == 3))
    return when


def _heights(
    random: np.random.Generator, keep: Floats, when: Floats, leaves: Floats
) -> tuple[Floats, Floats]:
    """Heights at the start of the look-ahead, and climbs, of both halves; some are unknown.

    Some pairs are level when nearest, some just level enough all the while or just not, and some
    become level at the instant at which they have come near enough or go apart, or cease to be.
    """
    pairs = len(keep)
    climb = np.where(random.random((2, pairs)) < 0.4, 0.0, random.uniform(-12, 12, (2, pairs)))
    lot = random.random(pairs)
    just = random.choice([-1.0, 1.0], pairs) * _just(random, keep)
    gap = np.where(lot < 0.5, random.uniform(-1, 1, pairs) * keep, just)
    steady = (lot >= 0.5) & (lot < 0.75)
    climb[1, steady] = climb[0, steady]
    instant = np.where(lot < 0.75, when, leaves)
    first = random.uniform(0, 3_000, pairs)
    height = np.stack([first, first + (climb[0] - climb[1]) * instant + gap])
    height[random.random((2, pairs)) < 0.08] = np.nan
    return height.ravel(), climb.ravel()


def _told(
    lon: Floats, lat: Floats, course: Floats, before_m: Floats
) -> tuple[Floats, Floats, Floats]:
    """Where things were so far before they are at places on courses, and on which courses then."""
    was_lon, was_lat, onward = GEOD.fwd(lon, lat, course + 180, before_m)
    return was_lon, was_lat, np.where(before_m == 0, course, onward)


def traffic_of(swarm: Swarm) -> Traffic:
    """The same, moved to where the look-ahead begins, as the kernel has it."""
    everyone = np.arange(len(swarm))
    gone = swarm.gone_m(everyone, np.zeros(len(swarm)))
    lon, lat, back = GEOD.fwd(swarm.lon, swarm.lat, swarm.course, gone)
    height = swarm.height + swarm.climb * swarm.age_s
    unknown = np.isnan(height)
    # Of two alike, each has half of all errors.
    keeping = swarm.keeping(everyone, everyone)
    kept = swarm.keeping(everyone, everyone, with_errors=False)
    height_error = (keeping.level_m - kept.level_m) / 2
    return Traffic(
        ways=Arcs(lon, lat, back + 180, swarm.way_m(everyone)),
        height_m=np.where(unknown, 0.0, height),
        rise_m=swarm.climb * swarm.lasts_s,
        error_m=(keeping.first_m - kept.first_m) / 2,
        height_error_m=np.where(unknown, np.inf, height_error),
        kind=swarm.kind.astype(np.int32),
        owner=swarm.party.astype(np.int32),
        error_gain_m=keeping.gain_mps / 2 * swarm.lasts_s,
        height_error_gain_m=keeping.level_gain_mps / 2 * swarm.lasts_s,
    )


def fixes_of(swarm: Swarm) -> list[Fix]:
    """The same as fixes, told before NOW; a track's id is its number."""
    return [
        Fix(
            track=f"{number:06}",
            party=f"party-{swarm.party[number]}",
            kind=KINDS[swarm.kind[number]],
            at=NOW - timedelta(seconds=float(swarm.age_s[number])),
            position=Position(
                lat_deg=float(swarm.lat[number]),
                lon_deg=float(swarm.lon[number]),
                accuracy_m=float(swarm.error[number]),
            ),
            height_m=None if np.isnan(swarm.height[number]) else float(swarm.height[number]),
            height_accuracy_m=float(swarm.height_error[number]),
            course_deg=float(swarm.course[number] % 360),
            speed_mps=float(swarm.speed[number]),
            climb_mps=float(swarm.climb[number]),
        )
        for number in range(len(swarm))
    ]
