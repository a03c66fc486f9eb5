"""What plans and tracks in files truly meet, read from the files' own texts; slow, independent.

Nothing of openline is used: geodesics are geographiclib's, by way of `slow_truth`. Every figure is
a pair: `strict` is what must be reported, `lenient` what may be, heights and times being judged
with the tenth of a metre and the millisecond by which a report may err.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from slow_truth import (
    Edge,
    Ground,
    Place,
    distance,
    edges_along,
    ground_distance,
    lowest,
    through_earth,
)

HEIGHT_M = 0.1
TIME_S = 0.001
UNKNOWN_FLOOR_M, UNKNOWN_CEILING_M = -500.0, 100_000.0
SAMPLES = 32
Spans = list[tuple[float, float]]


@dataclass
class Asked:
    """Separations and, for tracks, how far ahead."""

    horizontal_m: float
    vertical_m: float
    time_s: float
    look_ahead_s: float = 0.0


class Area(Ground):
    """Polygons, each with a ball that holds it: what lies beyond is asked about no further."""

    def holds(self, place: Place) -> bool:
        here = through_earth(place)
        near = [
            rings
            for rings, (center, reach) in zip(self.polygons, self.balls, strict=True)
            if math.dist(here, center) <= reach
        ]
        return Ground([], 0.0, near).holds(place)

    @cached_property
    def balls(self) -> list[tuple[tuple[float, float, float], float]]:
        found = []
        for rings in self.polygons:
            center = through_earth(rings[0][0])
            edges = edges_along([*rings[0], rings[0][0]])
            far = max(math.dist(center, each) for edge in edges for each in edge.samples)
            longest = max(edge.length for edge in edges)
            found.append((center, 1.02 * far + longest))
        return found


@dataclass
class Part:
    """A shape at one time: seconds since 1970, open ends infinite."""

    ground: Ground
    low: float
    high: float
    starts: float
    ends: float


@dataclass
class Planned:
    """A plan as a file states it."""

    id: str
    party: str
    parts: list[Part]


@dataclass
class Moving:
    """A track at its latest fix, moved to the latest time of the file."""

    id: str
    party: str
    way: Edge
    speed: float
    age: float
    height: float | None
    climb: float
    now: float

    def at(self, second: float) -> Place:
        gone = self.speed * (self.age + second)
        return self.way.at(gone / self.way.length) if self.speed else self.way.start

    def height_at(self, second: float) -> float:
        assert self.height is not None
        return self.height + self.climb * (self.age + second)

    def stretch(self, begin: float, end: float) -> Ground:
        length = self.speed * (end - begin)
        pieces = 1 + int(length // 500_000)
        seconds = [begin + (end - begin) * i / pieces for i in range(pieces + 1)]
        return Ground(edges_along([self.at(s) for s in seconds] if length else [self.at(begin)]),
                      0.0, [])  # fmt: skip


@dataclass
class Truth:
    """Of one pair: distances over the instants that count, and what else can be judged."""

    strict_m: float
    lenient_m: float
    strict_gap_m: float
    lenient_gap_m: float
    strict_span: tuple[float, float] | None
    lenient_at: Callable[[float], bool]
    """Whether all conditions hold, leniently, at a second since 1970."""
    apart_at: Callable[[Place], float]
    """How far a place on a is from being one where the least distance is reached."""


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def plans_in(collection: dict[str, Any]) -> list[Planned]:
    return [_planned(each["properties"], each["geometry"]) for each in collection["features"]]


def _planned(said: dict[str, Any], geometry: dict[str, Any]) -> Planned:
    low, high = said.get("lower_m"), said.get("upper_m")
    if low is None and high is None:
        low, high = -math.inf, math.inf
    low = UNKNOWN_FLOOR_M if low is None else low
    high = UNKNOWN_CEILING_M if high is None else high
    starts = seconds(said["starts_at"]) if said.get("starts_at") else -math.inf
    ends = seconds(said["ends_at"]) if said.get("ends_at") else math.inf
    parts = [
        Part(ground, low, high, *(span or (starts, ends)))
        for ground, span in _grounds(said, geometry["type"], geometry["coordinates"])
    ]
    return Planned(str(said["id"]), said["party"], parts)


def _grounds(
    said: dict[str, Any], kind: str, told: Any
) -> Iterator[tuple[Ground, tuple[float, float] | None]]:
    if kind == "Point":
        yield Ground(edges_along([tuple(told[:2])]), said.get("radius_m", 0.0), []), None
    elif kind == "LineString":
        path = [(each[0], each[1]) for each in told]
        half, slack = said.get("width_m", 0.0) / 2, said.get("slack_s", 0.0)
        if not said.get("times"):
            yield Ground(edges_along(path), half, []), None
            return
        times = [seconds(each) for each in said["times"]]
        for i in range(len(path) - 1):
            span = (times[i] - slack, times[i + 1] + slack)
            yield Ground(edges_along(path[i : i + 2]), half, []), span
    else:
        for rings in [told] if kind == "Polygon" else told:
            corners = [_corners(ring) for ring in rings]
            edges = [edge for ring in corners for edge in edges_along([*ring, ring[0]])]
            yield Area(edges, 0.0, [corners]), None


def _corners(ring: Sequence[Sequence[float]]) -> list[Place]:
    places = [(each[0], each[1]) for each in ring]
    return places[:-1] if places[0] == places[-1] else places


def tracks_in(text: str, look_ahead_s: float) -> list[Moving]:
    rows = list(csv.DictReader(io.StringIO(text)))
    latest: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["id"] not in latest or seconds(row["time"]) >= seconds(latest[row["id"]]["time"]):
            latest[row["id"]] = row
    now = max((seconds(row["time"]) for row in rows), default=0.0)
    return [_moving(row, now, look_ahead_s) for row in latest.values()]


def _moving(row: dict[str, str], now: float, look_ahead_s: float) -> Moving:
    speed, age = float(row["speed_mps"] or 0), now - seconds(row["time"])
    start = (float(row["lon"]), float(row["lat"]))
    return Moving(
        id=row["id"],
        party=row["party"],
        way=Edge(start, float(row["course_deg"] or 0), speed * (age + look_ahead_s) or 1e-9),
        speed=speed,
        age=age,
        height=float(row["height_m"]) if row["height_m"] else None,
        climb=float(row["climb_mps"] or 0),
        now=now,
    )


def truth_of(a: Planned | Moving, b: Planned | Moving, asked: Asked) -> Truth:
    if isinstance(a, Planned) and isinstance(b, Planned):
        return _of_plans(a, b, asked)
    if isinstance(a, Moving) and isinstance(b, Moving):
        return _of_tracks(a, b, asked)
    if isinstance(a, Moving) and isinstance(b, Planned):
        return _of_track_and_plan(a, b, asked, track_is_a=True)
    assert isinstance(a, Planned)
    assert isinstance(b, Moving)
    return _of_track_and_plan(b, a, asked, track_is_a=False)


def _reach(asked: Asked, moved_m: float = 0.0) -> float:
    """The distance up to which a pair may be reported."""
    return asked.horizontal_m * 1.001 + 1.0 + 0.001 * moved_m


# --- plans --------------------------------------------------------------------------------------


def _of_plans(a: Planned, b: Planned, asked: Asked) -> Truth:
    judged = []
    for one in a.parts:
        for other in b.parts:
            gap_m = max(0.0, one.low - other.high, other.low - one.high)
            gap_s = max(0.0, one.starts - other.ends, other.starts - one.ends)
            if gap_m <= asked.vertical_m + HEIGHT_M and gap_s <= asked.time_s + TIME_S:
                strict = gap_m <= asked.vertical_m and gap_s <= asked.time_s
                metres = ground_distance(one.ground, other.ground)
                judged.append((metres, gap_m, strict, _span(one, other, asked.time_s), one, other))
    strict_ones = [each for each in judged if each[2]]
    meeting = [each for each in strict_ones if each[0] <= asked.horizontal_m]
    may_meet = [each for each in judged if each[0] <= _reach(asked)]
    least = min((each[0] for each in strict_ones), default=math.inf)

    def lenient_at(second: float) -> bool:
        return any(each[3][0] - TIME_S <= second <= each[3][1] + TIME_S for each in may_meet)

    def apart_at(place: Place) -> float:
        here = Ground(edges_along([place]), 0.0, [])
        return min(
            max(
                ground_distance(here, each[4].ground),
                ground_distance(here, each[5].ground) - least,
            )
            for each in judged
        )

    return Truth(
        strict_m=least,
        lenient_m=min((each[0] for each in judged), default=math.inf),
        strict_gap_m=min((each[1] for each in meeting), default=math.inf),
        lenient_gap_m=min((each[1] for each in may_meet), default=math.inf),
        strict_span=_hull([each[3] for each in meeting]),
        lenient_at=lenient_at,
        apart_at=apart_at,
    )


def _span(one: Part, other: Part, time_s: float) -> tuple[float, float]:
    """The instants at which one is occupied and the other is, or will be or was within time_s."""
    own = (max(one.starts, other.starts - time_s), min(one.ends, other.ends + time_s))
    theirs = (max(other.starts, one.starts - time_s), min(other.ends, one.ends + time_s))
    # Within a millisecond too early or too late an empty span is a moment.
    return min(own[0], theirs[0]), max(own[1], theirs[1])


def _hull(spans: Spans) -> tuple[float, float] | None:
    if not spans:
        return None
    return min(span[0] for span in spans), max(span[1] for span in spans)


# --- things that move ---------------------------------------------------------------------------


def _window(start: float, rate: float, low: float, high: float, lasts: float) -> Spans:
    """Where start + rate × s lies in [low, high], for s from 0 to lasts."""
    if rate == 0:
        return [(0.0, lasts)] if low <= start <= high else []
    one, other = sorted(((low - start) / rate, (high - start) / rate))
    begin, end = max(0.0, one), min(lasts, other)
    return [(begin, end)] if begin <= end else []


def _samples(begin: float, end: float, count: int = SAMPLES) -> list[float]:
    return [begin + (end - begin) * i / count for i in range(count + 1)]


def _valley(apart: Callable[[float], float], begin: float, end: float) -> float:
    """When a distance is least: samples, then golden section round the best three."""
    if begin == end:
        return begin
    at = _samples(begin, end)
    values = [apart(s) for s in at]
    ranked = sorted(range(len(at)), key=lambda i: values[i])[:3]
    found = [lowest(apart, at[max(0, i - 1)], at[min(SAMPLES, i + 1)], 32) for i in ranked]
    return min(found, key=apart)


def _near(apart: Callable[[float], float], begin: float, end: float, reach: float) -> Spans:
    """The stretches of [begin, end] in which a distance is within reach, by samples and halving."""
    at = sorted({*_samples(begin, end), _valley(apart, begin, end)})
    held = [apart(s) <= reach for s in at]
    spans: Spans = []
    for i in range(len(at)):
        if not held[i]:
            continue
        if i == 0 or not held[i - 1]:
            first = _edge(apart, at[i - 1], at[i], reach) if i else at[i]
        if i + 1 == len(at) or not held[i + 1]:
            last = _edge(apart, at[i + 1], at[i], reach) if i + 1 < len(at) else at[i]
            spans.append((first, last))
    return spans


def _edge(apart: Callable[[float], float], out: float, held: float, reach: float) -> float:
    for _ in range(24):
        middle = (out + held) / 2
        out, held = (out, middle) if apart(middle) <= reach else (middle, held)
    return held


def _least_gap(gap: Callable[[float], float], spans: Spans, band: float = 0.0) -> float:
    """The least of |gap| less half a band over spans, the gap changing evenly."""
    least = math.inf
    for begin, end in spans:
        early, late = gap(begin), gap(end)
        crossed = (early < 0) != (late < 0)
        nearest = 0.0 if crossed else min(abs(early), abs(late))
        least = min(least, max(0.0, nearest - band))
    return least


def _of_tracks(a: Moving, b: Moving, asked: Asked) -> Truth:
    lasts = asked.look_ahead_s

    def apart(second: float) -> float:
        return distance(a.at(second), b.at(second))

    known = a.height is not None and b.height is not None
    gap = (lambda s: b.height_at(s) - a.height_at(s)) if known else (lambda _: 0.0)
    rate = b.climb - a.climb if known else 0.0

    def level(keep: float) -> Spans:
        return _window(gap(0.0), rate, -keep, keep, lasts)

    strict, lenient = level(asked.vertical_m), level(asked.vertical_m + HEIGHT_M)
    strict_m = min((apart(_valley(apart, *span)) for span in strict), default=math.inf)
    lenient_m = min((apart(_valley(apart, *span)) for span in lenient), default=math.inf)
    reach = _reach(asked, (a.speed + b.speed) * lasts)
    near = [s for span in strict for s in _near(apart, *span, asked.horizontal_m)]
    hull = _hull(near)

    def lenient_at(second: float) -> bool:
        s = min(max(second - a.now, 0.0), lasts)
        drift = abs(rate) * TIME_S
        level_enough = abs(gap(s)) <= asked.vertical_m + HEIGHT_M + drift
        return -TIME_S <= second - a.now <= lasts + TIME_S and level_enough and apart(s) <= reach

    def apart_at(place: Place) -> float:
        return min(
            (_place_off(a, place, s, apart, min(strict_m, reach)) for s in _when(a, place, lasts)),
            default=math.inf,
        )

    return Truth(
        strict_m=strict_m,
        lenient_m=lenient_m,
        strict_gap_m=_least_gap(gap, _near(apart, 0.0, lasts, asked.horizontal_m)),
        lenient_gap_m=_least_gap(gap, _near(apart, 0.0, lasts, reach)),
        strict_span=(a.now + hull[0], a.now + hull[1]) if hull else None,
        lenient_at=lenient_at,
        apart_at=apart_at,
    )


def _when(mover: Moving, place: Place, lasts: float) -> list[float]:
    """The seconds at which a track may be at a place; many when it stands still."""
    if mover.speed == 0:
        return _samples(0.0, lasts)
    return [_valley(lambda s: distance(mover.at(s), place), 0.0, lasts)]


def _place_off(
    mover: Moving, place: Place, second: float, apart: Callable[[float], float], least: float
) -> float:
    # A parked track's place says nothing of when; its instant is sought round the sample.
    return max(distance(mover.at(second), place), (apart(second) - least) * (mover.speed > 0))


def _of_track_and_plan(track: Moving, plan: Planned, asked: Asked, track_is_a: bool) -> Truth:
    lasts, now = asked.look_ahead_s, track.now
    reach = _reach(asked, track.speed * lasts)
    met = [_with_part(track, part, asked, reach) for part in plan.parts]
    hull = _hull([span for each in met for span in each.near])
    strict_m = min(each.strict_m for each in met)

    def lenient_at(second: float) -> bool:
        s = min(max(second - now, 0.0), lasts)
        return -TIME_S <= second - now <= lasts + TIME_S and any(
            _off(track, part)(s) <= reach
            and _holds(_when_both(track, part, asked, HEIGHT_M, TIME_S)[0], s)
            for part in plan.parts
        )

    def apart_at(place: Place) -> float:
        here = Ground(edges_along([place]), 0.0, [])
        on_plan = min(ground_distance(here, part.ground) for part in plan.parts)
        on_track = ground_distance(track.stretch(0.0, lasts), here)
        own, other = (on_track, on_plan) if track_is_a else (on_plan, on_track)
        return max(own, other - min(strict_m, reach))

    return Truth(
        strict_m=strict_m,
        lenient_m=min(each.lenient_m for each in met),
        strict_gap_m=min(each.strict_gap_m for each in met),
        lenient_gap_m=min(each.lenient_gap_m for each in met),
        strict_span=(now + hull[0], now + hull[1]) if hull else None,
        lenient_at=lenient_at,
        apart_at=apart_at,
    )


@dataclass
class WithPart:
    """What is true of a track and one part of a plan; see `Truth`."""

    strict_m: float
    lenient_m: float
    strict_gap_m: float
    lenient_gap_m: float
    near: Spans


def _with_part(track: Moving, part: Part, asked: Asked, reach: float) -> WithPart:
    strict, timely = _when_both(track, part, asked, 0.0, 0.0)
    lenient, timely_enough = _when_both(track, part, asked, HEIGHT_M, TIME_S)
    off, within = _off(track, part), asked.horizontal_m

    def nearest(spans: Spans) -> float:
        found = (ground_distance(track.stretch(*span), part.ground) for span in spans)
        return min(found, default=math.inf)

    def near(spans: Spans, metres: float) -> Spans:
        found = (_near(off, *span, metres) for span in spans if nearest([span]) <= metres)
        return [each for those in found for each in those]

    return WithPart(
        strict_m=nearest(strict),
        lenient_m=nearest(lenient),
        strict_gap_m=_least_gap_to(track, part, near(timely, within)),
        lenient_gap_m=_least_gap_to(track, part, near(timely_enough, reach)),
        near=near(strict, within),
    )


def _least_gap_to(track: Moving, part: Part, spans: Spans) -> float:
    """The least height between a track and a part over spans; zero if either has every height."""
    if track.height is None or math.isinf(part.low):
        return 0.0 if spans else math.inf
    middle, half = (part.low + part.high) / 2, (part.high - part.low) / 2
    return _least_gap(lambda s: track.height_at(s) - middle, spans, half)


def _off(track: Moving, part: Part) -> Callable[[float], float]:
    """How far a track is from a part at a second."""

    def metres(second: float) -> float:
        return ground_distance(Ground(edges_along([track.at(second)]), 0.0, []), part.ground)

    return metres


def _when_both(
    track: Moving, part: Part, asked: Asked, height_m: float, time_s: float
) -> tuple[Spans, Spans]:
    """When heights and times are near enough, and when times alone are."""
    lasts, slack = asked.look_ahead_s, asked.time_s + time_s
    timely = _window(
        0.0, 1.0, part.starts - slack - track.now, part.ends + slack - track.now, lasts
    )
    if lasts == 0 and not part.starts - slack <= track.now <= part.ends + slack:
        timely = []
    if track.height is None:
        return timely, timely
    keep = asked.vertical_m + height_m
    level = _window(track.height_at(0.0), track.climb, part.low - keep, part.high + keep, lasts)
    both = [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one in timely
        for other in level
        if max(one[0], other[0]) <= min(one[1], other[1])
    ]
    return both, timely


def _holds(spans: Spans, second: float) -> bool:
    return any(begin - TIME_S <= second <= end + TIME_S for begin, end in spans)
