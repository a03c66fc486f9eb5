"""From fixes to what geometry can move: where each track is now and how far it goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np

from openline.detection.fixes import KINDS, Fixes, check_fixes, fixes_of
from openline.detection.instants import seconds_of
from openline.detection.validity import DAY_S
from openline.domain.errors import Malformed
from openline.domain.plan import Kind
from openline.domain.rules import ErrorGrowth
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.boxes import boxes_of_arcs
from openline.geometry.courses import Codes
from openline.geometry.ellipsoid import Floats, Indices, travel

LONGEST_LOOK_S: Final = DAY_S
"""Beyond a day nothing moves straight on."""
GrowthOf = Mapping[Kind, ErrorGrowth]
NO_GROWTH: Final[GrowthOf] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Movers:
    """Tracks from `from_s` on for `lasts_s` seconds; arrays are one number per track.

    `known` tells whether the height is; `height_m` is then its height at first, `rise_m` what it
    gains by the end. The accuracies too are those at first, and gain as much by the end.
    """

    from_s: float
    lasts_s: float
    ways: Arcs
    known: Floats
    height_m: Floats
    rise_m: Floats
    accuracy_m: Floats
    accuracy_gain_m: Floats
    height_accuracy_m: Floats
    height_accuracy_gain_m: Floats
    kind: Codes
    owner: Codes

    def __len__(self) -> int:
        return len(self.ways)

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
        error = self.height_accuracy_m + self.height_accuracy_gain_m
        floor = np.minimum(self.height_m, final) - error
        ceiling = np.maximum(self.height_m, final) + error
        known = self.known > 0
        margin = (self.accuracy_m + self.accuracy_gain_m)[:, None]
        return (
            np.column_stack([low - margin, np.where(known, floor, -math.inf)]),
            np.column_stack([high + margin, np.where(known, ceiling, math.inf)]),
        )


def owners_of(fixes: Sequence[Fix]) -> Codes:
    """A number for each party; what belongs to nobody may meet all else, so each has its own."""
    numbers: dict[str, int] = {}
    count = len(fixes)
    return np.array(
        [
            numbers.setdefault(fix.party, len(numbers)) if fix.party else count + number
            for number, fix in enumerate(fixes)
        ],
        dtype=np.int32,
    )


def movers_at(
    told: Fixes,
    owner: Codes,
    from_s: float,
    look_ahead_s: float,
    growth_of: GrowthOf = NO_GROWTH,
) -> Movers:
    """Each fix moved to an instant along its geodesic, and from there on for the look-ahead.

    The fixes are ones that `check_fixes` has let pass, one of each track.

    Args:
        owner: whose each track is, by number: two of one owner never conflict.
        growth_of: by kind, how much less sure each place becomes with every second since its
            fix; nothing for a kind that is left out.

    Raises:
        Malformed: the look-ahead is not within a day.
    """
    if not 0.0 <= look_ahead_s <= LONGEST_LOOK_S:
        raise Malformed(
            f"tracks: a look-ahead lies from 0 to {LONGEST_LOOK_S:.0f} s. Ask for a shorter one."
        )
    age_s = from_s - told.at_s
    growth = [growth_of.get(kind, ErrorGrowth()) for kind in KINDS]
    grows = np.array([each.horizontal_mps for each in growth])[told.kind]
    grows_in_height = np.array([each.vertical_mps for each in growth])[told.kind]
    lon, lat, course = travel(told.lon_deg, told.lat_deg, told.course_deg, told.speed_mps * age_s)
    known = ~np.isnan(told.height_m)
    older_s = np.maximum(age_s, 0.0)
    return Movers(
        from_s=from_s,
        lasts_s=look_ahead_s,
        ways=Arcs(lon, lat, course, told.speed_mps * look_ahead_s),
        known=known.astype(float),
        height_m=np.where(known, told.height_m, 0.0) + told.climb_mps * age_s,
        rise_m=told.climb_mps * look_ahead_s,
        accuracy_m=told.accuracy_m + grows * older_s,
        accuracy_gain_m=grows * look_ahead_s,
        height_accuracy_m=told.height_accuracy_m + grows_in_height * older_s,
        height_accuracy_gain_m=grows_in_height * look_ahead_s,
        kind=told.kind,
        owner=owner,
    )


def movers_of(
    fixes: Sequence[Fix], now: datetime, look_ahead_s: float, growth_of: GrowthOf = NO_GROWTH
) -> Movers:
    """The same for fixes as they are told.

    Raises:
        Malformed: a fix is not finite or not in range, or the look-ahead is not within a day.
    """
    told = fixes_of(fixes)
    check_fixes(fixes, told)
    return movers_at(told, owners_of(fixes), seconds_of(now), look_ahead_s, growth_of)
