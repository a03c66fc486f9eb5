"""Sides and crossings of a separation line, now and forecast, always with the errors said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from openline.domain.airspace import Position
from openline.domain.crossing import Crossing, CrossingForecast, Side
from openline.domain.forecast import EdgeReport
from openline.domain.track import Fix

Path = Sequence[tuple[float, float]]
"""(lon_deg, lat_deg) vertices of a line, in its stated direction."""


def side_of(position: Position, path: Path, line_accuracy_m: float) -> Side:
    """Which bank a position lies on; UNKNOWN when it is nearer to the line than both errors."""
    raise NotImplementedError


def judge_crossing(position: Position, path: Path, line_accuracy_m: float, home: Side) -> Crossing:
    """Whether a party that belongs on `home` has crossed, its position being as told."""
    raise NotImplementedError


def judge_edge_crossing(
    report: EdgeReport, path: Path, line_accuracy_m: float, home: Side
) -> Crossing:
    """The same for a forward edge: it stands where its furthest vertex beyond the line stands."""
    raise NotImplementedError


def find_track_crossing(
    fix: Fix, path: Path, line_accuracy_m: float, home: Side, now: datetime, horizon_s: float
) -> CrossingForecast | None:
    """When a track would come to the line, moving on as its fix says; None if not in time."""
    raise NotImplementedError


def find_edge_crossing(
    reports: Sequence[EdgeReport],
    path: Path,
    line_accuracy_m: float,
    home: Side,
    now: datetime,
    horizon_s: float,
) -> CrossingForecast | None:
    """When a forward edge would come to the line, nearing it as between its last two reports."""
    raise NotImplementedError
