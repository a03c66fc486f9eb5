"""Closure between two parties' edges: distances over time, and the forecast made from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from openline.detection.parts import path_shape
from openline.detection.validity import check_path
from openline.domain.forecast import EdgeReport, Forecast, Gap, forecast_from_gaps
from openline.geometry.ellipsoid import geodesic_between
from openline.geometry.nearest import find_nearest

_EXACT_M = 0.5
_EXACT_PART = 1e-5


def forecast_closure(
    own: Sequence[EdgeReport], other: Sequence[EdgeReport], now: datetime
) -> Forecast | None:
    """How near two edges are at `now` and when they would meet; None until both have reported.

    Reports later than `now` are left out; a report holds until the next of the same edge.

    Raises:
        Malformed: a path cannot be judged.
    """
    gaps = find_gaps(own, other, now)
    return forecast_from_gaps(gaps, now) if gaps else None


def find_gaps(own: Sequence[EdgeReport], other: Sequence[EdgeReport], now: datetime) -> list[Gap]:
    """The distance between two edges at each instant at which either reported, oldest first."""
    instants = sorted({report.at for report in (*own, *other) if report.at <= now})
    gaps = []
    for at in instants:
        one, two = _report_at(own, at), _report_at(other, at)
        if one is not None and two is not None:
            gaps.append(_gap(one, two, at))
    return gaps


def _report_at(reports: Sequence[EdgeReport], at: datetime) -> EdgeReport | None:
    told = [report for report in reports if report.at <= at]
    return max(told, key=lambda report: report.at, default=None)


def _gap(one: EdgeReport, two: EdgeReport, at: datetime) -> Gap:
    check_path("edge", one.path)
    check_path("edge", two.path)
    _, apart = geodesic_between(*one.path[0], *two.path[0])
    exact_m = _EXACT_M + _EXACT_PART * float(apart)
    nearest = find_nearest(path_shape(one.path), path_shape(two.path), math.inf, exact_m)
    return Gap(
        at=at,
        distance_m=0.0 if nearest is None else nearest.distance_m,
        accuracy_m=math.hypot(one.accuracy_m, two.accuracy_m),
    )
