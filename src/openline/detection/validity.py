"""What can be judged at all: refuses, with one sentence, what has no honest meaning.

The sentences name the thing and the leg or ring, never a position: refusals are logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from openline.domain.airspace import (
    Circle,
    Corridor,
    Footprint,
    HeightBand,
    Polygon,
    Position,
    TimeSpan,
    Volume4D,
)
from openline.domain.errors import Malformed, TooLarge
from openline.domain.plan import Plan
from openline.domain.track import Fix
from openline.geometry.arcs import arcs_along, arcs_around
from openline.geometry.areas import ring_of
from openline.geometry.rings import is_simple

DAY_S: Final = 86_400.0
LONGEST_SPAN_S: Final = 1_830 * DAY_S
"""Five years: longer than any plan with an end; what has no end states none."""
LONGEST_SLACK_S: Final = 30 * DAY_S
LARGEST_RADIUS_M: Final = 5_000_000.0
LARGEST_ACCURACY_M: Final = 1_000_000.0
LONGEST_EDGE_M: Final = 19_000_000.0
"""Between nearly opposite points of the earth the shortest way is anybody's guess."""
MOST_VERTICES: Final = 2_000
MOST_VOLUMES: Final = 1_000
FASTEST_MPS: Final = 12_000.0
"""No fix moves faster: beyond this it leaves the earth."""
HIGHEST_M: Final = 1e9
"""A bound on any height, only so that sums stay finite."""
FARTHEST_TURN_DEG: Final = 1_080.0
"""Longitudes may run past 180, for shapes that go round; not without end."""


def check_position(thing: str, position: Position) -> None:
    """Raises Malformed unless latitude, longitude and accuracy are finite and in range."""
    _check_vertex(thing, "the position", position.lon_deg, position.lat_deg)
    _check_within(thing, "accuracy_m", position.accuracy_m, 0.0, LARGEST_ACCURACY_M)


def check_plan(plan: Plan) -> None:
    """Raises Malformed or TooLarge unless every volume can be judged exactly.

    Finite numbers, latitudes in range, heights and times in order, rings that do not cross
    themselves and fit in less than half the earth, durations within bounds.
    """
    check_numbers(plan)
    for volume in plan.volumes:
        _check_shape(plan.id, volume.footprint)


def check_numbers(plan: Plan) -> None:
    """All of `check_plan` but the shapes: what costs next to nothing."""
    if not plan.volumes:
        raise Malformed(f"{plan.id}: it has no volumes. Say where it will be.")
    if len(plan.volumes) > MOST_VOLUMES:
        raise TooLarge(f"{plan.id}: more than {MOST_VOLUMES} volumes. Split the plan.")
    for volume in plan.volumes:
        _check_numbers(plan.id, volume)


def check_volume(thing: str, volume: Volume4D) -> None:
    """Raises Malformed or TooLarge unless one volume can be judged exactly; see `check_plan`."""
    _check_numbers(thing, volume)
    _check_shape(thing, volume.footprint)


def _check_numbers(thing: str, volume: Volume4D) -> None:
    _check_heights(thing, volume.heights)
    _check_span(thing, volume.times)
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        check_position(thing, footprint.center)
        _check_within(thing, "radius_m", footprint.radius_m, 0.0, LARGEST_RADIUS_M)
    elif isinstance(footprint, Corridor):
        _check_corridor(thing, footprint)
    else:
        _check_polygon(thing, footprint)


def _check_shape(thing: str, footprint: Footprint) -> None:
    if isinstance(footprint, Corridor):
        check_path(thing, footprint.path)
    elif isinstance(footprint, Polygon):
        rings = (ring for rings in footprint.rings for ring in rings)
        for number, ring in enumerate(rings, start=1):
            _check_ring(thing, number, ring)


def check_vertices(thing: str, vertices: Sequence[tuple[float, float]]) -> None:
    """Raises Malformed or TooLarge unless every vertex is a place, and there are not too many."""
    _check_vertices(thing, vertices)


def check_path(thing: str, path: Sequence[tuple[float, float]]) -> None:
    """Raises Malformed or TooLarge unless vertices are in range and each leg has one way."""
    _check_count(thing, path)
    _check_vertices(thing, path)
    table = np.asarray(path, dtype=float)
    _check_lengths(thing, "leg", arcs_along(table[:, 0], table[:, 1]).length_m)


def check_fix(fix: Fix) -> None:
    """Raises Malformed unless position, height, course, speed and climb are finite and in range."""
    check_position(fix.track, fix.position)
    _check_aware(fix.track, fix.at)
    if fix.height_m is not None:
        _check_within(fix.track, "height_m", fix.height_m, -HIGHEST_M, HIGHEST_M)
    _check_within(fix.track, "height_accuracy_m", fix.height_accuracy_m, 0.0, HIGHEST_M)
    _check_within(fix.track, "course_deg", fix.course_deg, -360.0, 720.0)
    _check_within(fix.track, "speed_mps", fix.speed_mps, 0.0, FASTEST_MPS)
    _check_within(fix.track, "climb_mps", fix.climb_mps, -FASTEST_MPS, FASTEST_MPS)


def _check_within(thing: str, name: str, number: float, least: float, most: float) -> None:
    # A comparison with NaN is false, so NaN is refused here too.
    if not least <= number <= most:
        raise Malformed(
            f"{thing}: {name} must be a number from {least:g} to {most:g}. "
            "Correct it and send again."
        )


def _check_vertex(thing: str, which: str, lon_deg: float, lat_deg: float) -> None:
    if not (-90.0 <= lat_deg <= 90.0 and abs(lon_deg) <= FARTHEST_TURN_DEG):
        raise Malformed(
            f"{thing}: {which} is not a latitude within 90 degrees and a longitude. "
            "Check the numbers and their order."
        )


def _check_count(thing: str, vertices: Sequence[tuple[float, float]]) -> None:
    if not vertices:
        raise Malformed(f"{thing}: its path has no vertices. Give at least one.")
    if len(vertices) > MOST_VERTICES:
        raise TooLarge(f"{thing}: more than {MOST_VERTICES} vertices. Simplify the shape.")


def _check_vertices(thing: str, vertices: Sequence[tuple[float, float]]) -> None:
    for number, (lon_deg, lat_deg) in enumerate(vertices, start=1):
        _check_vertex(thing, f"vertex {number}", lon_deg, lat_deg)


def _check_lengths(thing: str, name: str, lengths_m: np.typing.NDArray[np.float64]) -> None:
    if lengths_m.max() > LONGEST_EDGE_M:
        number = int(np.argmax(lengths_m)) + 1
        raise Malformed(
            f"{thing}: {name} {number} joins nearly opposite points of the earth, where no one way "
            "is the shortest. Put a vertex between them."
        )


def _check_heights(thing: str, band: HeightBand) -> None:
    for name, height in (("lower_m", band.lower_m), ("upper_m", band.upper_m)):
        if height is not None:
            _check_within(thing, name, height, -HIGHEST_M, HIGHEST_M)
    if band.lower_m is not None and band.upper_m is not None and band.lower_m > band.upper_m:
        raise Malformed(f"{thing}: its floor is above its ceiling. Swap lower_m and upper_m.")


def _check_span(thing: str, times: TimeSpan) -> None:
    for at in (times.starts_at, times.ends_at):
        if at is not None:
            _check_aware(thing, at)
    if times.starts_at is None or times.ends_at is None:
        return
    _check_order(thing, "it", times.starts_at, times.ends_at)
    if (times.ends_at - times.starts_at).total_seconds() > LONGEST_SPAN_S:
        raise TooLarge(
            f"{thing}: it lasts more than {LONGEST_SPAN_S / DAY_S:.0f} days. "
            "Shorten it, or state no end."
        )


def _check_aware(thing: str, at: datetime) -> None:
    if at.utcoffset() is None:
        raise Malformed(f"{thing}: an instant has no offset from UTC. Add Z or an offset.")


def _check_order(thing: str, what: str, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at < starts_at:
        raise Malformed(
            f"{thing}: {what} ends before it starts "
            f"({starts_at.astimezone(UTC):%H:%M}Z → {ends_at.astimezone(UTC):%H:%M}Z). "
            f"Swap the times or remove {'the leg' if what.startswith('leg') else 'it'}."
        )


def _check_corridor(thing: str, corridor: Corridor) -> None:
    _check_count(thing, corridor.path)
    _check_within(thing, "width_m", corridor.width_m, 0.0, 2 * LARGEST_RADIUS_M)
    _check_within(thing, "slack_s", corridor.slack_s, 0.0, LONGEST_SLACK_S)
    _check_within(thing, "accuracy_m", corridor.accuracy_m, 0.0, LARGEST_ACCURACY_M)
    if not corridor.times:
        return
    if len(corridor.times) != len(corridor.path):
        raise Malformed(
            f"{thing}: {len(corridor.path)} vertices but {len(corridor.times)} times. "
            "Give one instant per vertex."
        )
    for at in corridor.times:
        _check_aware(thing, at)
    for leg, (starts_at, ends_at) in enumerate(
        zip(corridor.times, corridor.times[1:], strict=False), start=1
    ):
        _check_order(thing, f"leg {leg}", starts_at, ends_at)
    _check_span(thing, TimeSpan(starts_at=corridor.times[0], ends_at=corridor.times[-1]))


def _check_polygon(thing: str, polygon: Polygon) -> None:
    _check_within(thing, "accuracy_m", polygon.accuracy_m, 0.0, LARGEST_ACCURACY_M)
    if not polygon.rings or not all(polygon.rings):
        raise Malformed(f"{thing}: an area has no ring. Give each polygon its outer ring.")
    number = 0
    for rings in polygon.rings:
        for ring in rings:
            number += 1
            if not ring:
                raise Malformed(
                    f"{thing}: ring {number} has no vertices. Give at least three corners."
                )
            _check_count(thing, ring)


def _check_ring(thing: str, number: int, ring: Sequence[tuple[float, float]]) -> None:
    _check_vertices(thing, ring)
    table = np.asarray(ring, dtype=float)
    edges = arcs_around(table[:, 0], table[:, 1])
    _check_lengths(thing, f"ring {number}, edge", edges.length_m)
    drawn = ring_of(edges)
    if drawn is None:
        raise TooLarge(
            f"{thing}: ring {number} does not fit in less than half the earth. Split the area."
        )
    if _corners(table) > 2 and not is_simple(drawn):
        raise Malformed(
            f"{thing}: ring {number} crosses or touches itself. "
            "Put its corners in order, or split it into several areas."
        )


def _corners(table: np.typing.NDArray[np.float64]) -> int:
    """Distinct vertices; a ring of one or two is a point or a line, which is an area of no size."""
    turned = np.column_stack([np.mod(table[:, 0], 360.0), table[:, 1]])
    return len(np.unique(turned, axis=0))
