"""When something that moves straight on comes near a shape that stays, and when it leaves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from openline.geometry.arcs import Arcs
from openline.geometry.nearest import Shape, comes_within

_HALVINGS: Final = 30
"""Enough to tell a tenth of a millisecond in a day."""
_EDGE_M: Final = 0.001


def find_passage(
    way: Arcs, shape: Shape, begin: float, end: float, reach_m: float
) -> tuple[float, float]:
    """The first and last fractions of a way at which a shape is within reach; they err outward.

    Args:
        way: a single arc, run through evenly.
        begin, end: fractions between which to look; it must come within reach there.
    """

    def near(early: float, late: float) -> bool:
        edge_m = _EDGE_M + 1e-7 * reach_m
        return comes_within(Shape(way.stretch(early, late)), shape, reach_m, edge_m)

    first = _first(begin, end, near)
    last = -_first(-end, -begin, lambda low, high: near(-high, -low))
    return first, last


def _first(low: float, high: float, near: Callable[[float, float], bool]) -> float:
    """The first fraction that is near, by asking of ever shorter stretches."""
    if near(low, low):
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if near(low, middle):
            high = middle
        else:
            low = middle
    return low
