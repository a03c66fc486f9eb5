"""Tracks against one another over a look-ahead: closest approach, and when it is too near."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from openline.detection.meeting import HEIGHT_ROUNDING_M, Meeting, conflict_of, leeway_m
from openline.detection.movers import Movers, movers_of
from openline.detection.plans import SeparationOf, widest
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.plan import Kind
from openline.domain.rules import Separation
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.courses import Traffic
from openline.geometry.ellipsoid import Flags, Floats, Indices
from openline.geometry.motion import find_approach, find_first_and_last, fractions_between
from openline.geometry.near_pairs import find_near_pairs

_EDGE_M = 0.001
"""How exactly the first and last instants of a conflict are sought, as a distance."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of tracks, numbered as in `movers`, with what each must keep apart, errors included."""

    movers: Movers
    a: Indices
    b: Indices
    horizontal_m: Floats
    vertical_m: Floats
    leeway_m: Floats

    def take(self, which: Indices | Flags) -> _Pairs:
        return _Pairs(
            self.movers,
            self.a[which],
            self.b[which],
            self.horizontal_m[which],
            self.vertical_m[which],
            self.leeway_m[which],
        )

    def widened(self) -> _Pairs:
        """The same pairs, the distances to keep widened by the accuracies of both."""
        movers = self.movers
        return _Pairs(
            movers,
            self.a,
            self.b,
            self.horizontal_m + movers.accuracy_m[self.a] + movers.accuracy_m[self.b],
            self.vertical_m + movers.height_accuracy_m[self.a] + movers.height_accuracy_m[self.b],
            self.leeway_m,
        )

    @property
    def ways(self) -> tuple[Arcs, Arcs]:
        return self.movers.ways_of(self.a), self.movers.ways_of(self.b)

    @property
    def heights_apart_m(self) -> tuple[Floats, Floats]:
        """How far b is above a at first, and what that gains by the end; 0 where unknown."""
        movers = self.movers
        known = movers.known[self.a] * movers.known[self.b]
        return (
            known * (movers.height_m[self.b] - movers.height_m[self.a]),
            known * (movers.rise_m[self.b] - movers.rise_m[self.a]),
        )


def find_track_conflicts(
    fixes: Iterable[Fix], now: datetime, look_ahead_s: float, separation_of: SeparationOf
) -> list[Conflict]:
    """Tracks of different parties that would come too near from `now` to `now + look_ahead_s`.

    One fix per track. Each is moved from its own instant to `now`, then straight on along its
    geodesic. Stale fixes are the caller's to leave out. Sorted by (a, b).

    Raises:
        Malformed: a fix or the look-ahead cannot be judged; see `check_fix`.
    """
    movers = movers_of(tuple(fixes), now, look_ahead_s)
    pairs = _pairs_in_reach(movers, separation_of)
    stated = _meetings(pairs, within_error=False)
    unmet = np.array([number not in stated for number in range(len(pairs.a))], dtype=np.bool_)
    numbers = np.flatnonzero(unmet)
    doubtful = _meetings(pairs.take(numbers).widened(), within_error=True)
    met = stated | {int(numbers[number]): meeting for number, meeting in doubtful.items()}
    found = [
        conflict_of(
            movers.fixes[pairs.a[number]].track,
            movers.fixes[pairs.b[number]].track,
            ConflictKind.TRACK_TRACK,
            meeting,
        )
        for number, meeting in met.items()
    ]
    return sorted(found, key=lambda conflict: (conflict.a, conflict.b))


def _pairs_in_reach(movers: Movers, separation_of: SeparationOf) -> _Pairs:
    """Pairs of different parties that come near enough, errors included, to be worth judging."""
    fixes = movers.fixes
    kinds = sorted({fix.kind for fix in fixes})
    asked = [[_widest_of(separation_of, a, b) for b in kinds] for a in kinds]
    shape = (len(kinds), len(kinds))
    horizontal = np.array([[each.horizontal_m for each in row] for row in asked]).reshape(shape)
    vertical = np.array([[each.vertical_m for each in row] for row in asked]).reshape(shape)
    leeway = leeway_m(horizontal)
    traffic = _traffic_of(movers, kinds)
    near = find_near_pairs(traffic, horizontal + leeway, vertical + HEIGHT_ROUNDING_M)
    a, b = near.T
    others = np.array([fixes[i].track != fixes[j].track for i, j in near.tolist()], dtype=np.bool_)
    a, b = a[others], b[others]
    of_kinds = traffic.kind[a], traffic.kind[b]
    return _Pairs(movers, a, b, horizontal[of_kinds], vertical[of_kinds], leeway[of_kinds])


def _widest_of(separation_of: SeparationOf, a: Kind, b: Kind) -> Separation:
    """What two kinds keep, whichever is named first."""
    return widest([separation_of(a, b), separation_of(b, a)])


def _traffic_of(movers: Movers, kinds: list[Kind]) -> Traffic:
    """The movers as geometry has them: kinds by their place in the list, parties by numbers."""
    parties: dict[str, int] = {}
    count = len(movers.fixes)
    return Traffic(
        ways=movers.ways,
        height_m=movers.height_m,
        rise_m=movers.rise_m,
        error_m=movers.accuracy_m,
        height_error_m=np.where(movers.known > 0, movers.height_accuracy_m, math.inf),
        kind=np.array([kinds.index(fix.kind) for fix in movers.fixes], dtype=np.int32),
        owner=np.array(
            [
                # What belongs to nobody may meet all else that does: to each a number of its own.
                parties.setdefault(fix.party, len(parties)) if fix.party else count + number
                for number, fix in enumerate(movers.fixes)
            ],
            dtype=np.int32,
        ),
    )


def _meetings(pairs: _Pairs, within_error: bool) -> dict[int, Meeting]:
    """The meetings of those pairs that have one, by the number of the pair."""
    apart, gain = pairs.heights_apart_m
    clear = pairs.vertical_m + HEIGHT_ROUNDING_M
    begin, end = fractions_between(apart, gain, -clear, clear)
    level = np.flatnonzero(begin <= end)
    near = pairs.take(level)
    begin, end = begin[level], end[level]
    way_a, way_b = near.ways
    approach = find_approach(way_a, way_b, begin, end, near.horizontal_m, near.leeway_m)
    met = np.flatnonzero(np.isfinite(approach.distance_m))
    if len(met) == 0:
        return {}
    near, begin, end = near.take(met), begin[met], end[met]
    fraction, distance = approach.fraction[met], approach.distance_m[met]
    # Where only the leeway made it a conflict, the instants are those of the distance it came to.
    reach = np.maximum(near.horizontal_m, distance)
    way_a, way_b = near.ways
    edge = np.full(len(met), _EDGE_M) + 1e-7 * reach
    first, last = find_first_and_last(way_a, way_b, begin, end, reach, edge)
    gap = _least_height_gaps_m(near, reach, edge, first, last)
    everyone = np.arange(len(met))
    on_a, on_b = way_a.place(everyone, fraction), way_b.place(everyone, fraction)
    return {
        int(level[met[i]]): Meeting(
            starts_s=near.movers.instant_s(float(first[i])),
            ends_s=near.movers.instant_s(float(last[i])),
            distance_m=float(distance[i]),
            height_gap_m=float(gap[i]),
            on_a=(float(on_a[0][i]), float(on_a[1][i])),
            on_b=(float(on_b[0][i]), float(on_b[1][i])),
            within_error=within_error,
        )
        for i in range(len(met))
    }


def _least_height_gaps_m(
    pairs: _Pairs, reach_m: Floats, edge_m: Floats, first: Floats, last: Floats
) -> Floats:
    """The least height gap between the first and the last instant at which each pair is near.

    Args:
        first, last: the same instants as far as heights too are too near.
    """
    apart, gain = pairs.heights_apart_m
    moving = np.flatnonzero(gain)  # the others are as far apart all the time
    if len(moving):
        nothing, everything = np.zeros(len(moving)), np.ones(len(moving))
        first, last = first.copy(), last.copy()
        first[moving], last[moving] = find_first_and_last(
            *pairs.take(moving).ways, nothing, everything, reach_m[moving], edge_m[moving]
        )
    early, late = apart + gain * first, apart + gain * last
    crosses = (early <= 0) != (late <= 0)
    return np.where(crosses, 0.0, np.minimum(np.abs(early), np.abs(late)))
