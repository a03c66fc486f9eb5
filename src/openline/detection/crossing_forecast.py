"""When a track or a forward edge would come to a separation line, moving on as it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from openline.detection.crossing import ON_LINE_M, Path, judge_crossing, judge_edge_crossing
from openline.detection.movers import movers_of
from openline.detection.parts import path_shape
from openline.domain.airspace import Position
from openline.domain.crossing import Crossed, CrossingForecast, Side
from openline.domain.forecast import EdgeReport
from openline.domain.track import Fix
from openline.geometry.arcs import Arcs
from openline.geometry.nearest import Shape, comes_within
from openline.geometry.passage import find_passage


def find_track_crossing(
    fix: Fix, path: Path, line_accuracy_m: float, home: Side, now: datetime, horizon_s: float
) -> CrossingForecast | None:
    """When a track would come to the line, moving on as its fix says; None if not in time.

    A track that goes round an end of the line does not cross it.
    """
    way = movers_of([fix], now, horizon_s).ways
    here = Position(
        lat_deg=float(way.lat_deg[0]),
        lon_deg=float(way.lon_deg[0]),
        accuracy_m=fix.position.accuracy_m,
    )
    standing = judge_crossing(here, path, line_accuracy_m, home)
    may_after_s: float | None = 0.0
    if standing.answer is Crossed.NOT_CROSSED:
        may_after_s = _reached_after_s(way, path, standing.error_m, horizon_s)
    if may_after_s is None:
        return None
    after_s: float | None = 0.0
    if standing.beyond_m < 0:
        after_s = _reached_after_s(way, path, 0.0, horizon_s)
    return _forecast(now, may_after_s, after_s)


def find_edge_crossing(
    reports: Sequence[EdgeReport],
    path: Path,
    line_accuracy_m: float,
    home: Side,
    now: datetime,
    horizon_s: float,
) -> CrossingForecast | None:
    """When a forward edge would come to the line, nearing it as between its last two reports.

    Reports later than `now` are left out; with one report only, only where it stands is judged.
    """
    told = sorted((each for each in reports if each.at <= now), key=lambda each: each.at)
    if not told:
        return None
    last = judge_edge_crossing(told[-1], path, line_accuracy_m, home)
    nearing_mps, since_s = 0.0, (now - told[-1].at).total_seconds()
    if len(told) > 1 and told[-2].at < told[-1].at:
        before = judge_edge_crossing(told[-2], path, line_accuracy_m, home)
        lasted_s = (told[-1].at - told[-2].at).total_seconds()
        nearing_mps = (last.beyond_m - before.beyond_m) / lasted_s
    may_after_s = _gained_after_s(-last.beyond_m - last.error_m, nearing_mps, since_s, horizon_s)
    if may_after_s is None:
        return None
    after_s = _gained_after_s(-last.beyond_m, nearing_mps, since_s, horizon_s)
    return _forecast(now, may_after_s, after_s)


def _reached_after_s(way: Arcs, path: Path, reach_m: float, horizon_s: float) -> float | None:
    line = path_shape(path)
    if not comes_within(Shape(way), line, reach_m, ON_LINE_M):
        return None
    first, _ = find_passage(way, line, 0.0, 1.0, reach_m)
    return first * horizon_s


def _gained_after_s(
    left_to_go_m: float, nearing_mps: float, since_s: float, horizon_s: float
) -> float | None:
    """Seconds from now until a distance is covered that has been shrinking for `since_s`."""
    if left_to_go_m <= 0:
        return 0.0
    if nearing_mps <= 0:
        return None
    after_s = max(0.0, left_to_go_m / nearing_mps - since_s)
    return after_s if after_s <= horizon_s else None


def _forecast(now: datetime, may_after_s: float, after_s: float | None) -> CrossingForecast:
    return CrossingForecast(
        may_cross_at=now + timedelta(seconds=may_after_s),
        crosses_at=None if after_s is None else now + timedelta(seconds=after_s),
    )
