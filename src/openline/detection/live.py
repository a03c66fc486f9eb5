"""Live tracks among one another: what is new among the pairs that meet, and what still stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openline.detection.meeting import conflict_of
from openline.detection.movers import Movers
from openline.detection.track_plans import TimeBoxes
from openline.detection.tracks import (
    Separations,
    TrackMeetings,
    find_track_meetings,
    judge_pairs,
)
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.rules import Separation
from openline.geometry.ellipsoid import Flags, Floats, Indices


@dataclass(frozen=True, eq=False)
class Moving:
    """Live tracks on their way, row by row; `movers.owner` counts in `parties`."""

    names: Sequence[str]
    parties: Sequence[str]
    movers: Movers
    boxes: TimeBoxes

    def __len__(self) -> int:
        return len(self.names)

    def party(self, row: int) -> str:
        """Whose track it is."""
        return self.parties[int(self.movers.owner[row])]


@dataclass(frozen=True, eq=False)
class Told:
    """Pairs of rows that were told of and have not cleared, and how near they were told to come.

    An infinite `least_m` is not known any more: nothing is nearer than it.
    """

    a: Indices
    b: Indices
    least_m: Floats


@dataclass(frozen=True)
class Steadiness:
    """When something told of is told of again, and when not: so that nothing flickers.

    It is `nearer` once it would come under that part of the least distance last told, and by more
    than a metre. It still stands while it comes within the separation and `beyond` times it.
    """

    nearer: float
    beyond: float

    def widened(self, separation: Separation) -> Separation:
        """What it must come within to stand."""
        more = 1.0 + self.beyond
        return Separation(
            horizontal_m=separation.horizontal_m * more,
            vertical_m=separation.vertical_m * more,
            time_s=separation.time_s,
        )

    def nearer_m(self, least_m: Floats) -> Floats:
        """Below these distances it is told again; below none where that is not known."""
        known = np.isfinite(least_m)
        least = np.where(known, least_m, 0.0)
        return np.where(known, np.minimum(self.nearer * least, least - 1.0), -math.inf)


@dataclass(frozen=True, eq=False)
class Changes:
    """What is to be told now, and of what was told: whether it still stands."""

    found: list[Conflict]
    nearer: list[Conflict]
    stands: Flags


def find_changes_among(
    moving: Moving, told: Told, separations: Separations, steadiness: Steadiness
) -> Changes:
    """What has changed among pairs of tracks since they were told of.

    Found is whatever two tracks of different owners would meet by the separation of their kinds
    and was not told; of what was told, only those pairs that no longer do are judged by the wider
    separation.
    """
    met = find_track_meetings(moving.movers, separations)
    names, told_names = _names_of(met.a, met.b), _names_of(told.a, told.b)
    stands = np.isin(told_names, names)
    more = 1.0 + steadiness.beyond
    wider = Separations(separations.horizontal_m * more, separations.vertical_m * more)
    parted = np.flatnonzero(~stands)
    pairs = np.column_stack([told.a[parted], told.b[parted]])
    still = judge_pairs(moving.movers, np.sort(pairs, axis=1), wider)
    stands[parted] = np.isin(told_names[parted], _names_of(still.a, still.b))
    limit = np.full(len(met), -math.inf)
    limit[np.searchsorted(names, told_names[np.isin(told_names, names)])] = steadiness.nearer_m(
        told.least_m[np.isin(told_names, names)]
    )
    new = ~np.isin(names, told_names)
    return Changes(
        found=_conflicts(moving, met.take(new)),
        nearer=_conflicts(moving, met.take(np.round(met.distance_m, 3) < limit)),
        stands=stands,
    )


def _names_of(a: Indices, b: Indices) -> Indices:
    """One number for each pair, whichever of the two comes first; in the order of the pairs."""
    named: Indices = (np.minimum(a, b) << 32) + np.maximum(a, b)
    return named


def _conflicts(moving: Moving, met: TrackMeetings) -> list[Conflict]:
    pairs = enumerate(zip(met.a.tolist(), met.b.tolist(), strict=True))
    return [
        conflict_of(moving.names[a], moving.names[b], ConflictKind.TRACK_TRACK, met.meeting(number))
        for number, (a, b) in pairs
    ]
