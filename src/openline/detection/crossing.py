"""Sides and crossings of a separation line, always with the errors said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from openline.detection.parts import path_shape
from openline.detection.validity import check_path, check_position
from openline.domain.airspace import Position
from openline.domain.crossing import Crossed, Crossing, Side
from openline.domain.errors import Malformed
from openline.domain.forecast import EdgeReport
from openline.geometry.nearest import comes_within
from openline.geometry.sides import left_of_path_m

Path = Sequence[tuple[float, float]]
"""(lon_deg, lat_deg) vertices of a line, in its stated direction."""

ON_LINE_M = 0.1
"""So near is on the line."""


def side_of(position: Position, path: Path, line_accuracy_m: float) -> Side:
    """Which bank a position lies on; UNKNOWN when it is nearer to the line than both errors.

    Beyond an end of the line its last leg is taken to run straight on.

    Raises:
        Malformed: the position or the path cannot be judged.
    """
    left_m = _left_m(position, path)
    if abs(left_m) <= position.accuracy_m + line_accuracy_m:
        return Side.UNKNOWN
    return Side.LEFT if left_m > 0 else Side.RIGHT


def judge_crossing(position: Position, path: Path, line_accuracy_m: float, home: Side) -> Crossing:
    """Whether a party that belongs on `home` has crossed, its position being as told.

    Raises:
        Malformed: the position, the path or the home side cannot be judged.
    """
    if home is Side.UNKNOWN:
        raise Malformed("crossing: no side is home, so none is across. Say left or right.")
    left_m = _left_m(position, path)
    beyond_m = -left_m if home is Side.LEFT else left_m
    return _crossing(beyond_m, position.accuracy_m + line_accuracy_m)


def judge_edge_crossing(
    report: EdgeReport, path: Path, line_accuracy_m: float, home: Side
) -> Crossing:
    """The same for a forward edge: it stands where its vertex furthest beyond the line stands.

    An edge that meets the line between two vertices on the home side stands on the line.
    """
    vertices = [
        judge_crossing(
            Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=report.accuracy_m),
            path,
            line_accuracy_m,
            home,
        )
        for lon_deg, lat_deg in report.path
    ]
    furthest_m = max(each.beyond_m for each in vertices)
    if furthest_m < 0 and comes_within(path_shape(report.path), path_shape(path), 0.0, ON_LINE_M):
        furthest_m = 0.0
    return _crossing(furthest_m, report.accuracy_m + line_accuracy_m)


def _left_m(position: Position, path: Path) -> float:
    check_position("crossing", position)
    check_path("crossing", path)
    table = np.asarray(path, dtype=float)
    try:
        return left_of_path_m(position.lon_deg, position.lat_deg, table[:, 0], table[:, 1])
    except ValueError as reason:
        raise Malformed(f"crossing: {reason}. Give the line two vertices apart.") from reason


def _crossing(beyond_m: float, error_m: float) -> Crossing:
    if abs(beyond_m) <= error_m:
        answer = Crossed.MAY_HAVE_CROSSED
    else:
        answer = Crossed.CROSSED if beyond_m > 0 else Crossed.NOT_CROSSED
    return Crossing(answer=answer, beyond_m=beyond_m, error_m=error_m)
