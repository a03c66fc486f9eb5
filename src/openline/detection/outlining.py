"""From plans to outlines: every part's numbers in plain arrays, many plans at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from openline.detection.parts import accuracy_of, boxes_of, heights_of, legs_of, parts_of, span_s
from openline.detection.validity import check_numbers, check_plan
from openline.domain.airspace import Circle, Corridor, Footprint, Volume4D
from openline.domain.plan import Plan
from openline.geometry.ellipsoid import Floats
from openline.geometry.outlines import (
    INTERIOR,
    Extents,
    Outlines,
    Runs,
    outlines_of,
)
from openline.geometry.sound_outlines import are_sound, lay_out_small

_GAP: Final = (np.nan, np.nan)
Vertices = list[tuple[float, float]]


class _Sheet:
    """The numbers of plans as they are read: vertices of all parts, extents, parts by plan."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.vertices: Vertices = []
        self.bounds: list[tuple[float, ...]] = []
        self.spans: list[tuple[int, int, bool, int]] = []
        self.ends: list[int] = []
        for plan in plans:
            check_numbers(plan)
            for volume in plan.volumes:
                self._read(volume)
            self.ends.append(len(self.spans))

    def arrays(self) -> tuple[Floats, Extents]:
        extents = Extents(np.array(self.bounds, dtype=float), np.array(self.spans, dtype=np.int32))
        return np.array(self.vertices, dtype=float), extents

    def _read(self, volume: Volume4D) -> None:
        footprint = volume.footprint
        floor, ceiling = heights_of(volume.heights)
        if isinstance(footprint, Corridor) and footprint.times:
            for leg, starts, ends in legs_of(footprint):
                bounds = (footprint.width_m / 2, footprint.accuracy_m, floor, ceiling, starts, ends)
                self._write([leg], bounds, filled=False)
            return
        starts, ends = span_s(volume.times)
        radius, accuracy = _radius_of(footprint), accuracy_of(footprint)
        bounds = (radius, accuracy, floor, ceiling, starts, ends)
        if isinstance(footprint, Circle):
            center = footprint.center
            self._write([((center.lon_deg, center.lat_deg),)], bounds, filled=False)
        elif isinstance(footprint, Corridor):
            self._write([footprint.path], bounds, filled=False)
        else:
            for rings in footprint.rings:
                self._write(rings, bounds, filled=True)

    def _write(
        self,
        rings: Sequence[Sequence[tuple[float, float]]],
        bounds: tuple[float, ...],
        filled: bool,
    ) -> None:
        first = len(self.vertices)
        for number, ring in enumerate(rings):
            if number:
                self.vertices.append(_GAP)
            self.vertices.extend(ring)
            if filled and ring[0] != ring[-1]:
                self.vertices.append(ring[0])
        self.bounds.append(bounds)
        self.spans.append((first, len(self.vertices) - first, filled, len(rings) - 1))


def _radius_of(footprint: Footprint) -> float:
    if isinstance(footprint, Circle):
        return footprint.radius_m
    return footprint.width_m / 2 if isinstance(footprint, Corridor) else 0.0


@lru_cache(maxsize=8)
def outlined(plan: Plan) -> Outlines:
    """The parts of one plan, ready to be judged; the last few are remembered.

    Raises:
        Malformed, TooLarge: see `check_plan`.
    """
    sheet = _Sheet([plan])
    vertices, extents = sheet.arrays()
    ready, outlines = lay_out_small(vertices, extents)
    if ready:
        return outlines
    if not are_sound(vertices, extents.spans):
        check_plan(plan)
    return outlines_of(vertices, extents) or _vast(plan)


def outlined_together(plans: Sequence[Plan]) -> list[tuple[Outlines, list[int]]]:
    """The parts of many plans: outlines that hold one or more of them, in order.

    Each with the numbers of parts that its plans have.

    Raises:
        Malformed, TooLarge: see `check_plan`.
    """
    sheet = _Sheet(plans)
    vertices, extents = sheet.arrays()
    if are_sound(vertices, extents.spans):
        outlines = outlines_of(vertices, extents)
        if outlines is not None:
            counts = [end - start for start, end in zip([0, *sheet.ends], sheet.ends, strict=False)]
            return [(outlines, counts)]
    if len(plans) == 1:
        outlines = outlined(plans[0])
        return [(outlines, [len(outlines.extents.spans)])]
    half = len(plans) // 2
    return outlined_together(plans[:half]) + outlined_together(plans[half:])


def _vast(plan: Plan) -> Outlines:
    """Shapes too large to lay out: what they may meet is found by boxes alone."""
    parts = parts_of(plan)
    bounds = [
        (each.radius_m, each.accuracy_m, each.floor_m, each.ceiling_m, each.starts_s, each.ends_s)
        for each in parts
    ]
    boxes = [boxes_of(part) for part in parts]
    codes = [(number, 0, INTERIOR) for number, (low, _) in enumerate(boxes) for _ in low]
    return Outlines(
        points=np.empty((0, 3)),
        extents=Extents(np.array(bounds, dtype=float), np.zeros((len(parts), 4), dtype=np.int32)),
        runs=Runs(
            np.concatenate([low for low, _ in boxes]),
            np.concatenate([high for _, high in boxes]),
            np.array(codes, dtype=np.int32),
        ),
    )
