"""The parts of up to a million live plans: outlines side by side, boxes in a tree, all compiled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from openline.detection.live_parts import Codes, Near, Search, margin_of
from openline.detection.meeting import (
    HEIGHT_ROUNDING_M,
    TIME_ROUNDING_S,
    Meeting,
    find_meeting,
    leeway_m,
    limit_m,
    meeting_at,
)
from openline.detection.outlining import outlined, outlined_together
from openline.detection.parts import parts_of
from openline.domain.airspace import Polygon, Volume4D
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Separation
from openline.geometry.box_nodes import FANOUT
from openline.geometry.box_tree import BoxTree
from openline.geometry.ellipsoid import Floats, way_between
from openline.geometry.judging import AT_LENGTH, drawn, judge
from openline.geometry.nearest import Nearest
from openline.geometry.outline_store import OutlineStore, Place
from openline.geometry.outlines import FIRST, Outlines

_TOGETHER: Final = 1_000
"""So many plans are laid out at once."""
_SLOT, _NUMBER = 0, 1
_FREE: Final = (-1.0, 0.0, 0.0, 0.0)
"""Kept by what does not matter to one another."""


class _Extent(NamedTuple):
    """A part's numbers, in the order of `Extents.bounds`."""

    radius_m: float
    accuracy_m: float
    floor_m: float
    ceiling_m: float
    starts_s: float
    ends_s: float


class CompiledParts:
    """Ready for a query among a million; the same answers as `ScannedParts`, to a millimetre."""

    def __init__(self) -> None:
        self._store = OutlineStore()
        self._tree = BoxTree()
        self._owners: Codes = np.empty((64, 2), dtype=np.int32)
        self._places: Codes = np.empty((64, len(Place._fields)), dtype=np.int32)

    def add(self, slots: Sequence[int], plans: Sequence[Plan]) -> None:
        if len(plans) == 1:
            outlines = outlined(plans[0])
            parts = [(outlines, [len(outlines.extents.spans)])]
        else:
            parts = [
                each
                for start in range(0, len(plans), _TOGETHER)
                for each in outlined_together(plans[start : start + _TOGETHER])
            ]
        rows, first = [], 0
        for outlines, counts in parts:
            place = self._store.add(outlines)
            self._note(place, outlines, slots[first : first + len(counts)], counts)
            rows.append(self._store.rows_of(place))
            first += len(counts)
        added = np.concatenate(rows)
        runs = self._store.whole.runs
        self._tree.add(added, runs.low[added], runs.high[added])

    def remove(self, slot: int) -> None:
        place = Place(*self._places[slot].tolist())
        self._tree.remove(self._store.rows_of(place))
        self._store.remove(place)

    def near(self, low: Floats, high: Floats) -> Near:
        boxes, rows = self._tree.overlapping_each(low, high)
        parts = self._store.whole.runs.codes[rows, 0]
        each = np.unique((boxes.astype(np.int64) << 32) + parts)
        owners = self._owners[each & 0xFFFFFFFF]
        return Near((each >> 32).astype(np.int32), owners[:, _SLOT], owners[:, _NUMBER])

    def find_meetings(self, search: Search) -> Iterator[tuple[int, Meeting]]:
        own, whole = outlined(search.plan), self._store.whole
        near = self._tree.near_runs(
            own.runs, margin_of(search.separation), whole.runs.codes, self._owners
        )
        if len(near) == 0:
            return
        keep, separation = _kept(search, near[:, 2].tolist()), search.separation
        for part, its_part, verdict, *places in judge(
            drawn(own), drawn(whole), near, keep
        ).tolist():
            slot, number = self._owners[int(its_part)].tolist()
            bounds = own.extents.bounds[int(part)], whole.extents.bounds[int(its_part)]
            turned = search.goes_first(slot)
            a, b = (_Extent(*each.tolist()) for each in (bounds[::-1] if turned else bounds))
            nearest = None if verdict == AT_LENGTH else _nearest(*places)
            most_m = limit_m(a, b, separation) + leeway_m(separation.horizontal_m)
            if nearest is not None and nearest.distance_m <= most_m:
                yield slot, meeting_at(nearest, a, b, separation)
                continue
            own_part, other = parts_of(search.plan)[int(part)], search.parts_in(slot)[number]
            first, second = (other, own_part) if turned else (own_part, other)
            meeting = find_meeting(first, second, separation)
            if meeting is not None:
                yield slot, meeting

    def _note(
        self, place: Place, outlines: Outlines, slots: Sequence[int], counts: Sequence[int]
    ) -> None:
        """Whose each part is, and where each plan's parts, boxes and points are."""
        self._owners = _longer(self._owners, place.part + place.parts)
        self._places = _longer(self._places, max(slots) + 1)
        owners = self._owners[place.part : place.part + place.parts]
        if len(slots) == 1:
            owners[:, _SLOT], owners[:, _NUMBER] = slots[0], np.arange(place.parts)
            self._places[slots[0]] = place
            return
        bounds = np.concatenate([[0], np.cumsum(counts)])
        owners[:, _SLOT] = np.repeat(slots, counts)
        owners[:, _NUMBER] = np.arange(place.parts) - np.repeat(bounds[:-1], counts)
        rows = np.searchsorted(outlines.runs.codes[:, 0], bounds)
        points = np.append(outlines.extents.spans[bounds[:-1], FIRST], place.points)
        firsts = (place.part + bounds, place.row + rows, place.point + points)
        columns = [each for first in firsts for each in (first[:-1], np.diff(first))]
        self._places[list(slots)] = np.column_stack(columns)


def _kept(search: Search, slots: list[int]) -> Floats:
    """What pairs of boxes keep, as `judge` has it."""
    keep = search.separation
    kept = (keep.horizontal_m, keep.vertical_m + HEIGHT_ROUNDING_M, keep.time_s + TIME_ROUNDING_S)
    rows = {
        slot: (*kept, float(search.goes_first(slot))) if search.is_asked(slot) else _FREE
        for slot in set(slots)
    }
    return np.array([rows[slot] for slot in slots])


def _nearest(straight_m: float, lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> Nearest:
    if straight_m == 0.0:
        return Nearest(0.0, (lon_a, lat_a), (lon_a, lat_a))
    _, distance = way_between((lon_a, lat_a), (lon_b, lat_b))
    return Nearest(distance, (lon_a, lat_a), (lon_b, lat_b))


def _longer(table: Codes, least: int) -> Codes:
    if least <= len(table):
        return table
    longer = np.empty((max(least, 2 * len(table)), table.shape[1]), dtype=np.int32)
    longer[: len(table)] = table
    return longer


def try_out() -> None:
    """Compiles every loop, on a few plans that meet.

    Raises:
        Exception: whatever keeps a compiler from its work.
    """
    corners = ((0.0, 0.0), (0.01, 0.0), (0.0, 0.01))
    areas = [
        Plan(
            id=str(number),
            party="",
            kind=Kind.GROUND,
            volumes=(Volume4D(footprint=Polygon(rings=((corners,),))),),
        )
        for number in range(2 * FANOUT)
    ]
    live = CompiledParts()
    live.add(range(FANOUT), areas[:FANOUT])
    for slot in range(FANOUT, len(areas)):
        live.add([slot], [areas[slot]])
    live.add(range(len(areas), len(areas) + FANOUT), areas[:FANOUT])
    none = Separation(horizontal_m=0.0, vertical_m=0.0, time_s=0.0)
    search = Search(areas[0], none, lambda _: True, lambda slot: slot % 2 > 0, lambda _: ())
    list(live.find_meetings(search))
    for slot in range(len(areas) + FANOUT):
        live.remove(slot)
