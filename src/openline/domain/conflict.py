"""Two things of different parties that would come closer than agreed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ConflictKind(StrEnum):
    """Which two sorts of thing would meet; the names are published in files and never change."""

    PLAN_PLAN = "plan-plan"
    TRACK_TRACK = "track-track"
    TRACK_PLAN = "track-plan"
    PLAN_SITE = "plan-site"
    TRACK_SITE = "track-site"
    PLAN_MEASURE = "plan-measure"
    TRACK_MEASURE = "track-measure"
    SITE_MEASURE = "site-measure"


class Conflict(Struct, frozen=True, kw_only=True):
    """Where, when and how near two things would meet; `a` sorts before `b`.

    `least_distance_m` is the least horizontal distance over the instants at which the height and
    time conditions hold; `least_height_gap_m` the least height gap where the horizontal and time
    conditions hold; `at` is a (lon_deg, lat_deg) on `a` where the least distance is reached.
    `starts_at` and `ends_at` bound the instants at which all conditions hold; None is open.
    `within_error`: only the stated accuracies make it a conflict.
    """

    a: str
    b: str
    kind: ConflictKind
    starts_at: datetime | None
    ends_at: datetime | None
    least_distance_m: float
    least_height_gap_m: float
    at: tuple[float, float]
    within_error: bool = False
