"""When something that moves straight on comes near a shape that stays, and when it leaves it."""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.geometry.arcs import Arcs
from openline.geometry.nearest import Shape, which_come_within

_STRETCHES: Final = 32
_ROUNDS: Final = 6
"""A thirty-second of what is left, six times: enough to tell a tenth of a millisecond in a day.

So many stretches judged at once cost little more than one, and far less than five halvings.
"""
_EDGE_M: Final = 0.001


def find_passage(
    way: Arcs, shape: Shape, begin: float, end: float, reach_m: float
) -> tuple[float, float]:
    """The first and last fractions of a way at which a shape is within reach; they err outward.

    Args:
        way: a single arc, run through evenly.
        begin, end: fractions between which to look; it must come within reach there.
    """
    edge_m = _EDGE_M + 1e-7 * reach_m

    def narrowed(span: tuple[float, float], which: int) -> tuple[float, float]:
        """The first stretch (0) or the last (-1) of a span that comes within reach."""
        fractions = np.linspace(*span, _STRETCHES + 1)
        near = np.flatnonzero(which_come_within(way.stretches(fractions), shape, reach_m, edge_m))
        if len(near) == 0:
            return span
        return float(fractions[near[which]]), float(fractions[near[which] + 1])

    first = last = (begin, end)
    for _ in range(_ROUNDS):
        first, last = narrowed(first, 0), narrowed(last, -1)
    return first[0], last[1]
