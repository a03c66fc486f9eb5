"""When two edges would meet if they go on as they have: a band of dates, never a certainty.

How it is reckoned. Let d be the present distance and v the closing speed over the last stretch of a
day or more between reports. Contact would come after d / w, where w is the mean closing speed from
now on, which nobody knows. Three things make it uncertain, each taken as normal in its logarithm,
so that the whole is normal in the logarithm and its quantiles are closed formulas:

* how speeds change from one stretch to the next: ln(w / v) has the mean and spread of the changes
  seen so far, with one of no change and of spread `FIRST_GUESS_SPREAD` thrown in, so that little
  history means a wide band and not a sure one. Forces slowing as they near are so expected to slow
  on;
* how well v is known, from the accuracies of the four positions it was measured by;
* how well d is known, likewise.

LIMIT: it knows no ground, no orders and no talks; it says what the distances alone suggest. A date
is conditional on the edges closing at all, and contact may never come: nothing may be released, and
no watch stood down, on the strength of a late one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from msgspec import Struct

DAY_S: Final = 86_400.0
SHORTEST_STRETCH_S: Final = DAY_S
"""Speeds are taken over a day or more: reports of one day seldom are of one hour."""
FIRST_GUESS_SPREAD: Final = 0.7
"""Of ln(w / v), before anything is seen: a factor 2.5 either way holds eight cases of ten."""
Z_TENTH: Final = 1.2815515655446004
"""One case in ten lies beyond so many standard deviations on one side."""
ACCURACY_DEVIATIONS: Final = 2.0
"""A stated accuracy is the radius that holds the truth nearly always: two standard deviations."""
LATEST_S: Final = 3_650 * DAY_S
"""Dates beyond ten years are given as ten years on."""


class EdgeReport(Struct, frozen=True, kw_only=True):
    """Where a party said its forward line ran at one instant.

    `path` holds (lon_deg, lat_deg) vertices joined by geodesics; a single vertex is a place.
    `accuracy_m` is the distance within which the true edge lies of the stated one.
    """

    at: datetime
    path: tuple[tuple[float, float], ...]
    accuracy_m: float = 0.0


class Gap(Struct, frozen=True, kw_only=True):
    """The distance between two edges at one instant; `accuracy_m` is that of both together."""

    at: datetime
    distance_m: float
    accuracy_m: float = 0.0

    @property
    def deviation_m(self) -> float:
        return self.accuracy_m / ACCURACY_DEVIATIONS


class Forecast(Struct, frozen=True, kw_only=True):
    """How near two edges are, how fast they close, and when they would touch.

    `distance_m` is the present distance as stated. `closing_mps` is positive when they near.
    Contact would come before `p10_at` in one case of ten, before `p50_at` in five, before `p90_at`
    in nine; all three are None when the edges are not closing. `nearing_mps` is how fast they are
    expected to near from now on and `faster_mps` what one case in ten adds to that; `doubt_m` is
    what the errors of place may take off the distance, and `age_s` how old the last report is.
    """

    distance_m: float
    closing_mps: float
    p10_at: datetime | None
    p50_at: datetime | None
    p90_at: datetime | None
    nearing_mps: float
    faster_mps: float
    doubt_m: float
    age_s: float

    def p10_distance_m(self, within_s: float) -> float:
        """The distance that one case in ten falls below within so many seconds: never above now's.

        What the cadence goes by, with the time until the next contact: whatever comes nearer than
        that in between would come unseen between two talks.
        """
        ahead_s = within_s + self.age_s
        taken_m = self.nearing_mps * ahead_s + math.hypot(self.doubt_m, self.faster_mps * ahead_s)
        return max(0.0, self.distance_m - taken_m)


class _Stretch(Struct, frozen=True, kw_only=True):
    """The closing speed between two gaps, and the standard deviation of its measurement."""

    closing_mps: float
    deviation_mps: float


def forecast_from_gaps(gaps: Sequence[Gap], now: datetime) -> Forecast:
    """The forecast from the distances known by `now`, in any order; see the module for how.

    Raises:
        ValueError: there is no gap.
    """
    if not gaps:
        raise ValueError("a forecast needs at least one distance")
    told = sorted(gaps, key=lambda gap: gap.at)
    stretches = _stretches(told)
    last = told[-1]
    if not stretches or stretches[-1].closing_mps <= 0:
        return _not_closing(last, stretches, now)
    speed = stretches[-1].closing_mps
    change, spread = _speed_changes(stretches)
    doubt_of_speed = math.log1p((stretches[-1].deviation_mps / speed) ** 2)
    doubt_of_distance = math.log1p((last.deviation_m / max(last.distance_m, 1.0)) ** 2)
    median_mps = speed * math.exp(change)
    speed_sigma = math.sqrt(spread**2 + doubt_of_speed)
    median_s = last.distance_m / median_mps
    sigma = math.sqrt(speed_sigma**2 + doubt_of_distance)
    return Forecast(
        distance_m=last.distance_m,
        closing_mps=speed,
        p10_at=_date(last.at, median_s * math.exp(-Z_TENTH * sigma), now),
        p50_at=_date(last.at, median_s, now),
        p90_at=_date(last.at, median_s * math.exp(Z_TENTH * sigma), now),
        nearing_mps=median_mps,
        faster_mps=median_mps * math.expm1(Z_TENTH * speed_sigma),
        doubt_m=Z_TENTH * last.deviation_m,
        age_s=_age_s(last, now),
    )


def _stretches(told: Sequence[Gap]) -> list[_Stretch]:
    """Closing speeds over a day or more each, counted back from the last gap, oldest first."""
    knots = [told[-1]]
    for gap in reversed(told[:-1]):
        if (knots[-1].at - gap.at).total_seconds() >= SHORTEST_STRETCH_S:
            knots.append(gap)
    found = []
    for after, before in pairwise(knots):
        lasted_s = (after.at - before.at).total_seconds()
        found.append(
            _Stretch(
                closing_mps=(before.distance_m - after.distance_m) / lasted_s,
                deviation_mps=math.hypot(before.deviation_m, after.deviation_m) / lasted_s,
            )
        )
    return found[::-1]


def _speed_changes(stretches: Sequence[_Stretch]) -> tuple[float, float]:
    """Mean and spread of ln(speed / speed before), with one stretch of no change thrown in."""
    changes = [0.0]
    for before, after in pairwise(stretches):
        if before.closing_mps > 0 and after.closing_mps > 0:
            changes.append(math.log(after.closing_mps / before.closing_mps))
    mean = math.fsum(changes) / len(changes)
    squares = FIRST_GUESS_SPREAD**2 + math.fsum((change - mean) ** 2 for change in changes)
    return mean, math.sqrt(squares / len(changes))


def _age_s(last: Gap, now: datetime) -> float:
    return max(0.0, (now - last.at).total_seconds())


def _not_closing(last: Gap, stretches: Sequence[_Stretch], now: datetime) -> Forecast:
    """Edges that stand or part: no dates; the low distance holds what the errors could hide."""
    return Forecast(
        distance_m=last.distance_m,
        closing_mps=stretches[-1].closing_mps if stretches else 0.0,
        p10_at=None,
        p50_at=None,
        p90_at=None,
        nearing_mps=0.0,
        faster_mps=Z_TENTH * stretches[-1].deviation_mps if stretches else 0.0,
        doubt_m=Z_TENTH * last.deviation_m,
        age_s=_age_s(last, now),
    )


def _date(since: datetime, after_s: float, now: datetime) -> datetime:
    """The instant so long after the last report; one that has passed unseen is now."""
    return max(now, since + timedelta(seconds=min(after_s, LATEST_S)))
