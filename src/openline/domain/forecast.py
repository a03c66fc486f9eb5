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
HORIZON_S: Final = DAY_S
"""The p10 distance is for a day ahead: contact is due once a day at the least, so whatever comes
nearer than that within a day would otherwise come unseen between two talks."""
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
    in nine; all three are None when the edges are not closing. `p10_distance_m` is the distance
    that one case in ten falls below within `horizon_s`: what the cadence goes by, beside the
    present distance.
    """

    distance_m: float
    closing_mps: float
    p10_at: datetime | None
    p50_at: datetime | None
    p90_at: datetime | None
    p10_distance_m: float
    horizon_s: float


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
        return _not_closing(last, stretches)
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
        p10_distance_m=_low_distance_m(last, median_mps, speed_sigma, now),
        horizon_s=HORIZON_S,
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


def _low_distance_m(last: Gap, median_mps: float, speed_sigma: float, now: datetime) -> float:
    """What one case in ten falls below, `HORIZON_S` from now, by the errors of place and speed."""
    ahead_s = HORIZON_S + max(0.0, (now - last.at).total_seconds())
    expected_m = last.distance_m - median_mps * ahead_s
    faster_m = median_mps * math.expm1(Z_TENTH * speed_sigma) * ahead_s
    return max(0.0, expected_m - math.hypot(Z_TENTH * last.deviation_m, faster_m))


def _not_closing(last: Gap, stretches: Sequence[_Stretch]) -> Forecast:
    """Edges that stand or part: no dates; the low distance holds what the errors could hide."""
    hidden_m = stretches[-1].deviation_mps * HORIZON_S if stretches else 0.0
    return Forecast(
        distance_m=last.distance_m,
        closing_mps=stretches[-1].closing_mps if stretches else 0.0,
        p10_at=None,
        p50_at=None,
        p90_at=None,
        p10_distance_m=max(0.0, last.distance_m - Z_TENTH * math.hypot(last.deviation_m, hidden_m)),
        horizon_s=HORIZON_S,
    )


def _date(since: datetime, after_s: float, now: datetime) -> datetime:
    """The instant so long after the last report; one that has passed unseen is now."""
    return max(now, since + timedelta(seconds=min(after_s, LATEST_S)))
