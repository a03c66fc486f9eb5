"""Tracks against one another, and against plans, sites and measures, over a look-ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from openline.detection.plans import TOUCHING, PlanIndex, SeparationOf
from openline.domain.conflict import Conflict
from openline.domain.rules import Separation
from openline.domain.track import Fix


def find_track_conflicts(
    fixes: Iterable[Fix], now: datetime, look_ahead_s: float, separation_of: SeparationOf
) -> list[Conflict]:
    """Tracks of different parties that would come too near from `now` to `now + look_ahead_s`.

    One fix per track. Each is moved from its own instant to `now`, then straight on along its
    geodesic. Stale fixes are the caller's to leave out. Sorted by (a, b).
    """
    raise NotImplementedError


def find_track_plan_conflicts(
    fixes: Iterable[Fix],
    plans: PlanIndex,
    now: datetime,
    look_ahead_s: float,
    separation_of: SeparationOf,
    to_measures: Separation = TOUCHING,
) -> list[Conflict]:
    """Tracks that would come too near a plan, site or measure of another party; sorted."""
    raise NotImplementedError
