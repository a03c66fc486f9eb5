"""Tracks against one another over a look-ahead: closest approach, and when it is too near.

Fixes kept in columns (`Fixes`) are moved to an instant (`movers_at`) and judged all at once
(`find_track_meetings`): no step looks at one track after another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np

from openline.detection.fixes import KINDS
from openline.detection.meeting import HEIGHT_ROUNDING_M, Meeting, conflict_of, leeway_m
from openline.detection.movers import NO_GROWTH, GrowthOf, Movers, movers_of
from openline.detection.plans import SeparationOf, widest
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.track import Fix
from openline.geometry.courses import Traffic
from openline.geometry.ellipsoid import Flags, Floats, Indices
from openline.geometry.motion import fractions_between
from openline.geometry.near_pairs import find_near_pairs
from openline.geometry.passing import Limits, Passings, find_passings


@dataclass(frozen=True, eq=False)
class Separations:
    """What two kinds keep, by their places in `KINDS`; the same whichever is named first."""

    horizontal_m: Floats
    vertical_m: Floats


@dataclass(frozen=True, eq=False)
class TrackMeetings:
    """Pairs of tracks that would come nearer than agreed: a number for each pair.

    `a` and `b` are rows of the movers, `a` the lower. Instants are in `seconds_of`; `on_a` and
    `on_b` are where each is when they are nearest, shape (n, 2), longitude and latitude.
    """

    a: Indices
    b: Indices
    starts_s: Floats
    ends_s: Floats
    distance_m: Floats
    height_gap_m: Floats
    on_a: Floats
    on_b: Floats
    within_error: Flags

    def __len__(self) -> int:
        return len(self.a)

    def take(self, which: Indices | Flags) -> TrackMeetings:
        """Some of them."""
        return TrackMeetings(*(getattr(self, each.name)[which] for each in fields(self)))

    def meeting(self, number: int) -> Meeting:
        """One of them, as all detection tells them."""
        (lon_a, lat_a), (lon_b, lat_b) = self.on_a[number].tolist(), self.on_b[number].tolist()
        return Meeting(
            starts_s=float(self.starts_s[number]),
            ends_s=float(self.ends_s[number]),
            distance_m=float(self.distance_m[number]),
            height_gap_m=float(self.height_gap_m[number]),
            on_a=(lon_a, lat_a),
            on_b=(lon_b, lat_b),
            within_error=bool(self.within_error[number]),
        )


def find_track_conflicts(
    fixes: Iterable[Fix],
    now: datetime,
    look_ahead_s: float,
    separation_of: SeparationOf,
    growth_of: GrowthOf = NO_GROWTH,
) -> list[Conflict]:
    """Tracks of different parties that would come too near from `now` to `now + look_ahead_s`.

    One fix per track. Each is moved from its own instant to `now`, then straight on along its
    geodesic. Stale fixes are the caller's to leave out. Sorted by (a, b).

    Raises:
        Malformed: a fix or the look-ahead cannot be judged; see `check_fix`.
    """
    told = tuple(fixes)
    movers = movers_of(told, now, look_ahead_s, growth_of)
    met = find_track_meetings(movers, separations_of(separation_of))
    found = [
        conflict_of(told[a].track, told[b].track, ConflictKind.TRACK_TRACK, met.meeting(number))
        for number, (a, b) in enumerate(zip(met.a.tolist(), met.b.tolist(), strict=True))
        if told[a].track != told[b].track
    ]
    return sorted(found, key=lambda conflict: (conflict.a, conflict.b))


def find_track_meetings(
    movers: Movers, separations: Separations, touching: Flags | None = None
) -> TrackMeetings:
    """Which tracks of different owners would come too near within the look-ahead; by (a, b).

    A pair is judged as stated; if it then keeps apart, with the errors of both at each instant,
    and marked `within_error`.

    Args:
        touching: where given, only pairs with at least one track so flagged.

    Raises:
        ValueError: a number of the movers is NaN or infinite.
    """
    return judge_pairs(movers, _pairs_in_reach(movers, separations, touching), separations)


def judge_pairs(movers: Movers, pairs: Indices, separations: Separations) -> TrackMeetings:
    """The same for certain pairs alone, shape (n, 2), the lower row first."""
    stated, met = _judged(movers, pairs, separations, within_error=False)
    rest = np.ones(len(pairs), dtype=np.bool_)
    rest[met] = False
    doubtful, _ = _judged(movers, pairs[rest], separations, within_error=True)
    columns = [
        np.concatenate([getattr(stated, each.name), getattr(doubtful, each.name)])
        for each in fields(TrackMeetings)
    ]
    found = TrackMeetings(*columns)
    return found.take(np.lexsort((found.b, found.a)))


def separations_of(separation_of: SeparationOf) -> Separations:
    """The separations between all kinds, such as `Rules.separation_between` says them."""
    asked = [[widest([separation_of(a, b), separation_of(b, a)]) for b in KINDS] for a in KINDS]
    return Separations(
        np.array([[each.horizontal_m for each in row] for row in asked]),
        np.array([[each.vertical_m for each in row] for row in asked]),
    )


def _pairs_in_reach(movers: Movers, separations: Separations, touching: Flags | None) -> Indices:
    """Pairs of different owners that come near enough, errors included, to be worth judging."""
    horizontal = separations.horizontal_m
    return find_near_pairs(
        Traffic(
            ways=movers.ways,
            height_m=movers.height_m,
            rise_m=movers.rise_m,
            error_m=movers.accuracy_m,
            height_error_m=np.where(movers.known > 0, movers.height_accuracy_m, math.inf),
            kind=movers.kind,
            owner=movers.owner,
            error_gain_m=movers.accuracy_gain_m,
            height_error_gain_m=movers.height_accuracy_gain_m,
        ),
        horizontal + leeway_m(horizontal),
        separations.vertical_m + HEIGHT_ROUNDING_M,
        touching=touching,
    )


def _judged(
    movers: Movers, pairs: Indices, separations: Separations, within_error: bool
) -> tuple[TrackMeetings, Indices]:
    """The meetings of those pairs that have one, and which they are."""
    a, b = pairs.T
    kinds = movers.kind[a], movers.kind[b]
    horizontal, vertical = separations.horizontal_m[kinds], separations.vertical_m[kinds]
    leeway, gain, vertical_gain = leeway_m(horizontal), np.zeros(len(a)), np.zeros(len(a))
    if within_error:
        horizontal = horizontal + movers.accuracy_m[a] + movers.accuracy_m[b]
        gain = movers.accuracy_gain_m[a] + movers.accuracy_gain_m[b]
        vertical = vertical + movers.height_accuracy_m[a] + movers.height_accuracy_m[b]
        vertical_gain = movers.height_accuracy_gain_m[a] + movers.height_accuracy_gain_m[b]
    apart, rise = _heights_apart_m(movers, a, b)
    begin, end = _level(apart, rise, vertical + HEIGHT_ROUNDING_M, vertical_gain)
    met = find_passings(
        movers.ways_of(a), movers.ways_of(b), begin, end, Limits(horizontal, gain, leeway)
    )
    gap = _least_height_gaps_m(apart[met.pair], rise[met.pair], met)
    meetings = TrackMeetings(
        a=a[met.pair],
        b=b[met.pair],
        starts_s=movers.from_s + movers.lasts_s * met.first,
        ends_s=movers.from_s + movers.lasts_s * met.last,
        distance_m=met.distance_m,
        height_gap_m=gap,
        on_a=met.on_a,
        on_b=met.on_b,
        within_error=np.full(len(met.pair), within_error),
    )
    return meetings, met.pair


def _heights_apart_m(movers: Movers, a: Indices, b: Indices) -> tuple[Floats, Floats]:
    """How far b is above a at first, and what that gains by the end; 0 where unknown."""
    known = movers.known[a] * movers.known[b]
    return (
        known * (movers.height_m[b] - movers.height_m[a]),
        known * (movers.rise_m[b] - movers.rise_m[a]),
    )


def _level(
    apart_m: Floats, rise_m: Floats, vertical_m: Floats, vertical_gain_m: Floats
) -> tuple[Floats, Floats]:
    """Between which fractions heights are too near, errors growing; else begin > end."""
    endless = np.full(len(apart_m), math.inf)
    below = fractions_between(apart_m, rise_m - vertical_gain_m, -endless, vertical_m)
    above = fractions_between(apart_m, rise_m + vertical_gain_m, -vertical_m, endless)
    return np.maximum(below[0], above[0]), np.minimum(below[1], above[1])


def _least_height_gaps_m(apart_m: Floats, rise_m: Floats, met: Passings) -> Floats:
    """The least height gap between the first and the last instant at which each pair is near."""
    early, late = apart_m + rise_m * met.any_first, apart_m + rise_m * met.any_last
    crosses = (early <= 0) != (late <= 0)
    return np.where(crosses, 0.0, np.minimum(np.abs(early), np.abs(late)))
