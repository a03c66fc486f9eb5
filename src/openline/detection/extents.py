"""Extents of intents, subscriptions and constraints: bounded, searchable, and judged exactly.

Each volume is an extent judged by itself, never merged into a hull. Two meet where they share an
instant, a height and a point, edges included: no separation is kept, and nothing that touches is
missed. What is small, as they are, is judged by compiled loops; the rest as any other plan.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from openline.detection.instants import seconds_of
from openline.detection.live_parts import margin_of
from openline.detection.parts import boxes_of, heights_of, parts_of, single_shapes
from openline.detection.validity import (
    MOST_VERTICES,
    check_numbers,
    check_vertices,
    check_volume,
)
from openline.domain.airspace import Circle, Polygon, Position, Volume4D
from openline.domain.errors import Malformed, TooLarge
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.geometry.ellipsoid import Floats
from openline.geometry.nearest import comes_within

if TYPE_CHECKING:
    from openline.geometry.box_tree import BoxTree

LARGEST_KM2: Final = 2_500.0
"""The whole of a thing's extents takes no more ground than this."""
WIDEST_KM: Final = 1_000.0
"""No extent reaches farther, however thin it is."""
MOST_EXTENTS: Final = 100
_COVERED_M: Final = 1.0
"""What reaches so far beyond an area, or a thousandth of its width, is covered all the same."""
_TOUCH_M: Final = 0.5
_REMEMBERED: Final = 256
"""A batch of filings: what is decided upon is made ready once, and not again when it is folded."""


class Extent(Struct, frozen=True, eq=False, gc=False):
    """One volume ready to be judged: earth-centred corners, or a centre and its radius.

    `box` holds low and high corner, shape (2, 5): earth-centred metres, seconds, height in metres.
    Instants and heights are exact in it; `is_small` says that compiled loops may judge the rest.
    """

    volume: Volume4D
    corners: Floats
    radius_m: float
    box: Floats
    is_small: bool


@lru_cache(maxsize=_REMEMBERED)
def extents_of(thing: str, volumes: tuple[Volume4D, ...]) -> tuple[Extent, ...]:
    """The volumes, each by itself, in order.

    Raises:
        Malformed: a footprint that is no circle or single ring, crosses itself or has no area, or
            numbers, heights or times out of range or order.
        TooLarge: more volumes, vertices or ground than a desk takes for one thing.
    """
    if len(volumes) > MOST_EXTENTS:
        raise TooLarge(f"{thing}: more than {MOST_EXTENTS} extents. Send fewer.")
    vertices = sum(_vertices_of(each) for each in volumes)
    if vertices > MOST_VERTICES:
        raise TooLarge(f"{thing}: more than {MOST_VERTICES} vertices in all. Simplify the shape.")
    check_numbers(Plan(id=thing, party="", kind=Kind.DRONE, volumes=tuple(volumes)))
    extents = tuple(_extent_of(thing, each) for each in volumes)
    _check_ground(thing, extents)
    return extents


@lru_cache(maxsize=_REMEMBERED)
def extents_of_ground(volumes: tuple[Volume4D, ...]) -> tuple[Extent, ...]:
    """Ground of any shape and size as extents: each of its areas and paths by itself, as stated.

    Raises:
        Malformed, TooLarge: see `check_plan`.
    """
    return tuple(_extent_of_ground(each) for volume in volumes for each in single_shapes(volume))


def covers(outer: Extent, inner: Extent) -> bool:
    """Whether one extent's ground holds the other's, but for a metre or so at its edge."""
    reach_m = float(np.linalg.norm(outer.box[1, :3] - outer.box[0, :3]))
    return bool(
        _outlines().outline_covers(
            outer.corners,
            outer.radius_m,
            inner.corners,
            inner.radius_m,
            _COVERED_M + reach_m / 1_000.0,
        )
    )


def boxes_within(plan: Plan, reach: Separation) -> tuple[Floats, Floats]:
    """Boxes, corners of shape (n, 5), that hold all that comes within reach of a plan."""
    margin = margin_of(reach)
    boxes = [boxes_of(part) for part in parts_of(plan)]
    return (
        np.concatenate([low for low, _ in boxes]) - margin,
        np.concatenate([high for _, high in boxes]) + margin,
    )


def compile_loops() -> None:
    """Reads the compiler in and its loops, so that nobody who asks has to wait for it: seconds."""
    ring = Polygon(rings=((((0.0, 0.0), (0.001, 0.0), (0.0, 0.001)),),))
    spot = Circle(center=Position(lat_deg=0.0, lon_deg=0.0), radius_m=1.0)
    extents = extents_of("loops", tuple(Volume4D(footprint=each) for each in (ring, spot)))
    index = ExtentIndex()
    index.insert("loops", extents)
    index.find_meeting(extents)
    for outer in extents:
        for inner in extents:
            covers(outer, inner)
            _share_ground(outer, inner)
    index.withdraw("loops")


class ExtentIndex:
    """Things by their extents: found by where and when, each extent judged by itself."""

    def __init__(self) -> None:
        self._rows_of: dict[str, tuple[int, ...]] = {}
        self._held: list[tuple[str, Extent] | None] = []
        self._free: list[int] = []
        self._tree: BoxTree | None = None

    def __len__(self) -> int:
        return len(self._rows_of)

    def __contains__(self, thing: object) -> bool:
        return thing in self._rows_of

    def insert(self, thing: str, extents: Sequence[Extent]) -> None:
        """A thing occupies these from now on, and nothing else."""
        self.withdraw(thing)
        rows = tuple(self._row_for(thing, each) for each in extents)
        boxes = np.stack([each.box for each in extents])
        if self._tree is None:
            self._tree = _new_tree()
        self._tree.add(np.array(rows, dtype=np.int32), boxes[:, 0], boxes[:, 1])
        self._rows_of[thing] = rows

    def withdraw(self, thing: str) -> None:
        """It occupies nothing; nothing happens if it did not."""
        rows = self._rows_of.pop(thing, ())
        if not rows or self._tree is None:
            return
        self._tree.remove(np.array(rows, dtype=np.int32))
        for row in rows:
            self._held[row] = None
            self._free.append(row)

    def find_meeting(self, extents: Iterable[Extent], spared: Container[str] = ()) -> list[str]:
        """The things that share a point, a height and an instant with any of these, sorted.

        Args:
            spared: things that are not asked about, and cost nothing.
        """
        found: set[str] = set()
        for own in extents:
            for thing, other in self.near(own.box):
                if thing not in found and thing not in spared and _share_ground(own, other):
                    found.add(thing)
        return sorted(found)

    def near(self, box: Floats) -> Iterator[tuple[str, Extent]]:
        """Things with an extent whose box shares a point with this one, shape (2, 5)."""
        if self._tree is None:
            return
        for row in self._tree.overlapping_each(box[:1], box[1:])[1].tolist():
            held = self._held[row]
            if held is not None:
                yield held

    def near_each(self, low: Floats, high: Floats) -> Iterator[tuple[int, str, int]]:
        """For boxes, corners of shape (n, 5): the number of a box, a thing and an extent of it."""
        if self._tree is None:
            return
        numbers, rows = self._tree.overlapping_each(low, high)
        for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
            held = self._held[row]
            if held is not None:
                yield number, held[0], self._rows_of[held[0]].index(row)

    def extents(self, thing: str) -> tuple[Extent, ...]:
        """What a thing occupies; nothing if it is not here."""
        held = (self._held[row] for row in self._rows_of.get(thing, ()))
        return tuple(each[1] for each in held if each is not None)

    def boxes_within(self, thing: str, reach: Separation) -> tuple[Floats, Floats]:
        """Boxes, corners of shape (n, 5), that hold all within reach of a thing that is here."""
        boxes, margin = np.stack([each.box for each in self.extents(thing)]), margin_of(reach)
        return boxes[:, 0] - margin, boxes[:, 1] + margin

    def _row_for(self, thing: str, extent: Extent) -> int:
        if self._free:
            row = self._free.pop()
            self._held[row] = thing, extent
        else:
            row = len(self._held)
            self._held.append((thing, extent))
        return row


def _new_tree() -> BoxTree:
    """A tree, read in with its compiler by the first desk that hears of a supplier."""
    from openline.geometry.box_tree import BoxTree

    return BoxTree()


def _share_ground(a: Extent, b: Extent) -> bool:
    if a.is_small and b.is_small:
        return bool(_outlines().outlines_meet(a.corners, a.radius_m, b.corners, b.radius_m))
    (one,), (other,) = (parts_of(_as_plan(each.volume)) for each in (a, b))
    return comes_within(one.shape, other.shape, one.radius_m + other.radius_m, _TOUCH_M)


def _as_plan(volume: Volume4D) -> Plan:
    return Plan(id="extent", party="", kind=Kind.DRONE, volumes=(volume,))


@cache
def _outlines() -> ModuleType:
    """The compiled loops: read in by the first who needs them."""
    from openline.geometry import small_outlines

    return small_outlines


@cache
def _points() -> ModuleType:
    from openline.geometry import outlines

    return outlines


def _vertices_of(volume: Volume4D) -> int:
    footprint = volume.footprint
    if not isinstance(footprint, Polygon):
        return 1
    return sum(len(ring) for rings in footprint.rings for ring in rings)


def _is_ring(polygon: Polygon) -> bool:
    """One outer ring and nothing else, as sharp as it is stated."""
    return len(polygon.rings) == 1 == len(polygon.rings[0]) and not polygon.accuracy_m


def _extent_of(thing: str, volume: Volume4D) -> Extent:
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        vertices = [(footprint.center.lon_deg, footprint.center.lat_deg)]
        radius_m = footprint.radius_m + footprint.center.accuracy_m
    elif isinstance(footprint, Polygon) and _is_ring(footprint):
        vertices, radius_m = _ring(thing, footprint.rings[0][0]), 0.0
    else:
        raise Malformed(f"{thing}: an extent is one circle or one polygon without holes. Mend it.")
    outlines = _outlines()
    corners = _points().earth_points(np.array(vertices, dtype=float))
    box = _box_of(volume, outlines.box_around(corners, radius_m))
    width_m = math.dist(box[0, :3], box[1, :3])
    if width_m > WIDEST_KM * 1_000.0:
        raise TooLarge(f"{thing}: an extent reaches over {WIDEST_KM:.0f} km. Split it.")
    is_small = width_m <= outlines.WIDEST_M
    if len(vertices) > 1:
        _check_sound(thing, volume, outlines.soundness(corners) if is_small else None)
    return Extent(volume, corners, radius_m, box, is_small)


def _extent_of_ground(volume: Volume4D) -> Extent:
    """One of one shape, judged as any plan is."""
    (part,) = parts_of(_as_plan(volume))
    low, high = boxes_of(part)
    box = np.stack([low.min(axis=0), high.max(axis=0)])
    return Extent(volume, np.empty((0, 3)), part.radius_m, box, is_small=False)


def _ring(thing: str, ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a ring, told once each where one follows upon itself."""
    check_vertices(thing, ring)
    corners = [each for each, before in zip(ring, (None, *ring), strict=False) if each != before]
    if len(corners) > 1 and corners[0] == corners[-1]:
        del corners[-1]
    if len(corners) < 3:
        raise Malformed(f"{thing}: a polygon has three corners at least. Give all of them.")
    return corners


def _check_sound(thing: str, volume: Volume4D, found: int | None) -> None:
    """Raises Malformed or TooLarge unless a ring bounds one area; a wide one is judged slowly."""
    outlines = _outlines()
    if found is None:
        check_volume(thing, volume)
    elif found == outlines.FLAT:
        raise Malformed(f"{thing}: a polygon encloses no area. Give its corners.")
    elif found == outlines.CROSSED:
        raise Malformed(f"{thing}: a polygon crosses or touches itself. Put its corners in order.")


def _box_of(volume: Volume4D, around: Floats) -> Floats:
    box = np.empty((2, 5))
    box[:, :3] = around
    times = volume.times
    box[0, 3] = -math.inf if times.starts_at is None else seconds_of(times.starts_at)
    box[1, 3] = math.inf if times.ends_at is None else seconds_of(times.ends_at)
    box[:, 4] = heights_of(volume.heights)
    return box


def _check_ground(thing: str, extents: Sequence[Extent]) -> None:
    """Raises TooLarge unless the ground they take together is within bounds.

    The same footprint at several times or heights counts once. Footprints that overlap are counted
    each: only if that is too much are they laid together.
    """
    distinct = {each.volume.footprint: each for each in extents}
    if sum(map(_area_km2, distinct.values())) <= LARGEST_KM2:
        return
    if (
        not all(each.is_small for each in distinct.values())
        or _area_together_km2([*distinct.values()]) > LARGEST_KM2
    ):
        raise TooLarge(
            f"{thing}: it takes over {LARGEST_KM2:,.0f} km² of ground. Make it smaller or split it."
        )


def _area_km2(extent: Extent) -> float:
    if len(extent.corners) == 1:
        return math.pi * extent.radius_m**2 / 1e6
    return float(_outlines().ring_area_m2(extent.corners)) / 1e6


def _area_together_km2(extents: Sequence[Extent]) -> float:
    """The ground that overlapping extents take, counted once."""
    import shapely  # for the few that are so large

    laid = [_outlines().laid_out(each.corners, extents[0].corners[0]) for each in extents]
    shapes = [
        shapely.Point(at[0]).buffer(each.radius_m, 64) if len(at) == 1 else shapely.Polygon(at)
        for at, each in zip(laid, extents, strict=True)
    ]
    return float(shapely.union_all(shapes).area) / 1e6
