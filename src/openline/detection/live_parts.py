"""The parts of all live plans, by slot: where they are, found and judged. Two ways, one answer.

`ScannedParts` looks at every box and judges by arrays: right for a few hundred, and wherever there
is no compiler. `CompiledParts` keeps outlines in one place and boxes in a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from openline.detection.meeting import (
    HEIGHT_ROUNDING_M,
    TIME_ROUNDING_S,
    Meeting,
    find_meeting,
    leeway_m,
)
from openline.detection.parts import Part, boxes_of, parts_of
from openline.domain.plan import Plan
from openline.domain.rules import Separation
from openline.geometry.boxes import BoxTable
from openline.geometry.ellipsoid import Floats

Codes = NDArray[np.int32]


class Search(NamedTuple):
    """What a plan is held against: plans in slots that are asked about, at one separation.

    `goes_first` tells whether the plan in a slot comes first of the two, so that a pair reads the
    same whichever was asked about; `parts_in` gives the parts of the plan in a slot.
    """

    plan: Plan
    separation: Separation
    is_asked: Callable[[int], bool]
    goes_first: Callable[[int], bool]
    parts_in: Callable[[int], tuple[Part, ...]]


class Near(NamedTuple):
    """Parts in boxes asked about: number of the box, slot of the plan, number of its part."""

    boxes: Codes
    slots: Codes
    parts: Codes


class LiveParts(Protocol):
    """What keeps the parts of plans under the slots that it is given."""

    def add(self, slots: Sequence[int], plans: Sequence[Plan]) -> None:
        """Keep plans in slots that are free; raises Malformed or TooLarge and has kept none."""

    def remove(self, slot: int) -> None:
        """Forget the plan in a slot."""

    def near(self, low: Floats, high: Floats) -> Near:
        """Parts that boxes overlap, corners of shape (n, 5), each once a box; see `boxes_of`."""

    def find_meetings(self, search: Search) -> Iterator[tuple[int, Meeting]]:
        """Where the parts of a plan come too near those in slots, part by part."""


class ScannedParts:
    """Every box is looked at; parts are made when a plan comes, and judged by arrays."""

    def __init__(self) -> None:
        self._boxes = BoxTable(axes=5)
        self._rows: dict[int, Codes] = {}
        self._part_of: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._part_of)

    def add(self, slots: Sequence[int], plans: Sequence[Plan]) -> None:
        boxes = [[boxes_of(part) for part in parts_of(plan)] for plan in plans]
        for slot, those in zip(slots, boxes, strict=True):
            rows: list[int] = []
            for number, (low, high) in enumerate(those):
                added = self._boxes.add(low, high).tolist()
                self._part_of.update(dict.fromkeys(added, (slot, number)))
                rows += added
            self._rows[slot] = np.array(rows, dtype=np.int32)

    def remove(self, slot: int) -> None:
        rows = self._rows.pop(slot)
        for row in rows.tolist():
            del self._part_of[row]
        self._boxes.remove(rows.astype(np.intp))

    def near(self, low: Floats, high: Floats) -> Near:
        found = [
            (number, *each)
            for number in range(len(low))
            for each in self._in_box(low[number], high[number])
        ]
        return Near(*np.array(found, dtype=np.int32).reshape(-1, 3).T)

    def find_meetings(self, search: Search) -> Iterator[tuple[int, Meeting]]:
        margin = margin_of(search.separation)
        pairs: dict[tuple[int, int, int], None] = {}
        own = parts_of(search.plan)
        for number, part in enumerate(own):
            for low, high in zip(*boxes_of(part), strict=True):
                for each in self._in_box(low - margin, high + margin):
                    pairs[(number, *each)] = None
        for number, slot, its_number in pairs:
            if not search.is_asked(slot):
                continue
            sides = own[number], search.parts_in(slot)[its_number]
            a, b = sides[::-1] if search.goes_first(slot) else sides
            meeting = find_meeting(a, b, search.separation)
            if meeting is not None:
                yield slot, meeting

    def _in_box(self, low: Floats, high: Floats) -> list[tuple[int, int]]:
        rows = self._boxes.overlapping(low, high).tolist()
        return sorted({self._part_of[row] for row in rows})


def margin_of(reach: Separation) -> Floats:
    """By how much to widen a box, axis by axis, so that it overlaps all within reach.

    A straight line is shorter than the geodesic, so metres of one serve for the other.
    """
    horizontal = reach.horizontal_m + leeway_m(reach.horizontal_m)
    return np.array(
        [
            horizontal,
            horizontal,
            horizontal,
            reach.time_s + TIME_ROUNDING_S,
            reach.vertical_m + HEIGHT_ROUNDING_M,
        ]
    )
