"""From fixes to what geometry can move: where each track is now and how far it goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from openline.detection.instants import seconds_of
from openline.detection.validity import DAY_S, check_fix
from openline.domain.errors import Malformed
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.boxes import boxes_of_arcs
from openline.geometry.ellipsoid import Floats, Indices, travel

LONGEST_LOOK_S = DAY_S
"""Beyond a day nothing moves straight on."""


@dataclass(frozen=True, eq=False)
class Movers:
    """Tracks from `from_s` on for `lasts_s` seconds; arrays are one number per track.

    `known` tells whether the height is; `height_m` is then its height at first, `rise_m` what it
    gains by the end.
    """

    fixes: tuple[Fix, ...]
    from_s: float
    lasts_s: float
    ways: Arcs
    known: Floats
    height_m: Floats
    rise_m: Floats
    accuracy_m: Floats
    height_accuracy_m: Floats

    def ways_of(self, which: Indices) -> Arcs:
        """The ways of some of them, as pairs are numbered."""
        return self.ways.take(which)

    def instant_s(self, fraction: float) -> float:
        """The second at which a fraction of the time is over."""
        return self.from_s + self.lasts_s * fraction

    def boxes(self) -> tuple[Floats, Floats]:
        """Low and high corners, shape (n, 4), that hold each on its way; axes x, y, z, height."""
        low, high = boxes_of_arcs(self.ways, 0.0)
        final = self.height_m + self.rise_m
        floor = np.minimum(self.height_m, final) - self.height_accuracy_m
        ceiling = np.maximum(self.height_m, final) + self.height_accuracy_m
        known = self.known > 0
        margin = self.accuracy_m[:, None]
        return (
            np.column_stack([low - margin, np.where(known, floor, -math.inf)]),
            np.column_stack([high + margin, np.where(known, ceiling, math.inf)]),
        )


def movers_of(fixes: Sequence[Fix], now: datetime, look_ahead_s: float) -> Movers:
    """Each fix moved to `now` along its geodesic, and from there on for the look-ahead.

    Raises:
        Malformed: a fix is not finite or not in range, or the look-ahead is not within a day.
    """
    if not 0.0 <= look_ahead_s <= LONGEST_LOOK_S:
        raise Malformed(
            f"tracks: a look-ahead lies from 0 to {LONGEST_LOOK_S:.0f} s. Ask for a shorter one."
        )
    for fix in fixes:
        check_fix(fix)
    from_s = seconds_of(now)
    age = np.array([from_s - seconds_of(fix.at) for fix in fixes])
    speed = np.array([fix.speed_mps for fix in fixes])
    climb = np.array([fix.climb_mps for fix in fixes])
    lon, lat, course = travel(
        [fix.position.lon_deg for fix in fixes],
        [fix.position.lat_deg for fix in fixes],
        [fix.course_deg for fix in fixes],
        speed * age,
    )
    return Movers(
        fixes=tuple(fixes),
        from_s=from_s,
        lasts_s=look_ahead_s,
        ways=Arcs(lon, lat, course, speed * look_ahead_s),
        known=np.array([float(fix.height_m is not None) for fix in fixes]),
        height_m=np.array([fix.height_m or 0.0 for fix in fixes]) + climb * age,
        rise_m=climb * look_ahead_s,
        accuracy_m=np.array([fix.position.accuracy_m for fix in fixes]),
        height_accuracy_m=np.array([fix.height_accuracy_m for fix in fixes]),
    )
