"""When two edges would meet if they go on as they have: a band of dates, never a certainty."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class EdgeReport(Struct, frozen=True, kw_only=True):
    """Where a party said its forward line ran at one instant.

    `path` holds (lon_deg, lat_deg) vertices joined by geodesics; a single vertex is a place.
    `accuracy_m` is the distance within which the true edge lies of the stated one.
    """

    at: datetime
    path: tuple[tuple[float, float], ...]
    accuracy_m: float = 0.0


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
