"""Tracks against one another over a look-ahead: closest approach, and when it is too near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from openline.detection.meeting import HEIGHT_ROUNDING_M, Meeting, conflict_of, leeway_m
from openline.detection.movers import Movers, movers_of
from openline.detection.plans import SeparationOf, same_party, widest
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.rules import Separation
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.boxes import overlapping_pairs
from openline.geometry.ellipsoid import Flags, Floats, Indices
from openline.geometry.motion import find_approach, find_first_and_last, fractions_between

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
    """Pairs of different parties whose ways come near enough to be worth judging."""
    kinds = {fix.kind for fix in movers.fixes}
    table = {(a, b): separation_of(a, b) for a in kinds for b in kinds}
    pairs = np.empty((0, 2), dtype=np.intp)
    if table:
        low, high = movers.boxes()
        margin = _half_margin(widest(table.values()))
        pairs = overlapping_pairs(low - margin, high + margin)
    fixes = movers.fixes
    kept = [
        (a, b)
        for a, b in pairs.tolist()
        if not same_party(fixes[a].party, fixes[b].party) and fixes[a].track != fixes[b].track
    ]
    asked = [table[fixes[a].kind, fixes[b].kind] for a, b in kept]
    numbers = np.array(kept, dtype=np.intp).reshape(-1, 2)
    horizontal = np.array([each.horizontal_m for each in asked], dtype=float)
    return _Pairs(
        movers,
        numbers[:, 0],
        numbers[:, 1],
        horizontal,
        np.array([each.vertical_m for each in asked], dtype=float),
        np.array([leeway_m(each) for each in horizontal.tolist()], dtype=float),
    )


def _half_margin(reach: Separation) -> Floats:
    """What each of two boxes gains so that those in reach overlap; a straight line is shorter."""
    horizontal = (reach.horizontal_m + leeway_m(reach.horizontal_m)) / 2
    vertical = (reach.vertical_m + HEIGHT_ROUNDING_M) / 2
    return np.array([horizontal, horizontal, horizontal, vertical])


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
