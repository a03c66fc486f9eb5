"""Many fixes at once, as columns: checked and held against the fixes before them by arrays.

Each function judges as its namesake for one fix does, in `validity` and `faults`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from openline.detection import validity
from openline.detection.faults import FASTEST_CLIMB_MPS, FASTEST_MPS, JUMP_M, find_jump
from openline.detection.instants import instant_of, seconds_of
from openline.detection.validity import check_fix
from openline.domain.airspace import Position
from openline.domain.plan import Kind
from openline.domain.track import Fix
from openline.geometry.courses import Codes
from openline.geometry.ellipsoid import Flags, Floats, Indices, arc_at_most_m, earth_centred

KINDS: Final = tuple(Kind)
"""A kind's code is its place in here."""
CODE_OF: Final = {kind: code for code, kind in enumerate(KINDS)}
_FASTEST: Final = np.array([FASTEST_MPS[kind] for kind in KINDS])
_STEEPEST: Final = np.array([FASTEST_CLIMB_MPS[kind] for kind in KINDS])


@dataclass(frozen=True, eq=False)
class Fixes:
    """Fixes as columns, shape (n,): degrees, metres, metres a second.

    `at_s` counts as `instants.seconds_of` does. An unknown height is NaN; so is an instant that
    states no offset from UTC, which no fix may.
    """

    kind: Codes
    at_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    accuracy_m: Floats
    height_m: Floats
    height_accuracy_m: Floats
    course_deg: Floats
    speed_mps: Floats
    climb_mps: Floats

    def __len__(self) -> int:
        return len(self.at_s)

    def take(self, rows: Indices | Flags | slice) -> Fixes:
        """Some of the rows; by a slice they are shared and not copied."""
        return Fixes(*(getattr(self, each.name)[rows] for each in fields(self)))

    def put(self, rows: Indices, others: Fixes) -> None:
        """Writes others into these rows, in order."""
        for each in fields(self):
            getattr(self, each.name)[rows] = getattr(others, each.name)

    def fix(self, row: int, track: str, party: str) -> Fix:
        """One row as the domain has it."""
        at = instant_of(float(self.at_s[row]))
        assert at is not None  # it was an instant before
        height_m = float(self.height_m[row])
        return Fix(
            track=track,
            party=party,
            kind=KINDS[self.kind[row]],
            at=at,
            position=Position(
                lat_deg=float(self.lat_deg[row]),
                lon_deg=float(self.lon_deg[row]),
                accuracy_m=float(self.accuracy_m[row]),
            ),
            height_m=None if math.isnan(height_m) else height_m,
            height_accuracy_m=float(self.height_accuracy_m[row]),
            course_deg=float(self.course_deg[row]),
            speed_mps=float(self.speed_mps[row]),
            climb_mps=float(self.climb_mps[row]),
        )


def fixes_of(told: Sequence[Fix]) -> Fixes:
    """The columns of some fixes, in order, whether or not they can be judged."""
    places = [each.position for each in told]
    return Fixes(
        kind=np.array([CODE_OF[each.kind] for each in told], dtype=np.int32),
        at_s=_column([math.nan if f.at.tzinfo is None else seconds_of(f.at) for f in told]),
        lat_deg=_column([each.lat_deg for each in places]),
        lon_deg=_column([each.lon_deg for each in places]),
        accuracy_m=_column([each.accuracy_m for each in places]),
        height_m=_column([math.nan if f.height_m is None else _told(f.height_m) for f in told]),
        height_accuracy_m=_column([each.height_accuracy_m for each in told]),
        course_deg=_column([each.course_deg for each in told]),
        speed_mps=_column([each.speed_mps for each in told]),
        climb_mps=_column([each.climb_mps for each in told]),
    )


def no_fixes(rows: int) -> Fixes:
    """Columns with room for so many, all of it blank."""
    return Fixes(np.zeros(rows, dtype=np.int32), *(np.zeros(rows) for _ in range(9)))


def check_fixes(told: Sequence[Fix], columns: Fixes) -> None:
    """Raises Malformed for the first fix that `check_fix` refuses; the columns are theirs."""
    for row in _doubtful(columns).tolist():
        check_fix(told[row])


def are_absurdly_fast(fixes: Fixes) -> Flags:
    """Which state a speed or climb that their kind cannot reach; see `find_absurd_speed`."""
    fast: Flags = fixes.speed_mps > _FASTEST[fixes.kind]
    return fast | (np.abs(fixes.climb_mps) > _STEEPEST[fixes.kind])


def have_jumped(before: Fixes, after: Fixes) -> Flags:
    """Which have moved farther than their kind can since the fix before; see `find_jump`."""
    lasted_s = np.abs(after.at_s - before.at_s)
    chord = np.linalg.norm(
        earth_centred(after.lon_deg, after.lat_deg) - earth_centred(before.lon_deg, before.lat_deg),
        axis=1,
    )
    way_m = arc_at_most_m(chord) - before.accuracy_m - after.accuracy_m
    jumped: Flags = way_m > np.maximum(JUMP_M, _FASTEST[after.kind] * lasted_s) - 1.0
    for row in np.flatnonzero(jumped).tolist():
        jumped[row] = find_jump(before.fix(row, "", ""), after.fix(row, "", "")) is not None
    return jumped


def _doubtful(fixes: Fixes) -> Indices:
    """The rows that may be refused; comparisons with NaN are false, so those are among them."""
    height = np.where(np.isnan(fixes.height_m), 0.0, fixes.height_m)
    sound = (
        np.isfinite(fixes.at_s)
        & (np.abs(fixes.lat_deg) <= 90.0)
        & (np.abs(fixes.lon_deg) <= validity.FARTHEST_TURN_DEG)
        & (fixes.accuracy_m >= 0.0)
        & (fixes.accuracy_m <= validity.LARGEST_ACCURACY_M)
        & (np.abs(height) <= validity.HIGHEST_M)
        & (fixes.height_accuracy_m >= 0.0)
        & (fixes.height_accuracy_m <= validity.HIGHEST_M)
        & (fixes.course_deg >= -360.0)
        & (fixes.course_deg <= 720.0)
        & (fixes.speed_mps >= 0.0)
        & (fixes.speed_mps <= validity.FASTEST_MPS)
        & (np.abs(fixes.climb_mps) <= validity.FASTEST_MPS)
    )
    return np.flatnonzero(~sound)


def _told(height_m: float) -> float:
    """A height that was told and is no number must not read as one that was not told."""
    return math.inf if math.isnan(height_m) else height_m


def _column(numbers: Sequence[float]) -> Floats:
    return np.array(numbers, dtype=np.float64)
