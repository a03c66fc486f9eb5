"""What can be judged at all: refuses, with one sentence, shapes that have no honest meaning."""

from __future__ import annotations

from openline.domain.airspace import Position
from openline.domain.plan import Plan
from openline.domain.track import Fix


def check_position(thing: str, position: Position) -> None:
    """Raises Malformed unless latitude, longitude and accuracy are finite and in range."""
    raise NotImplementedError


def check_plan(plan: Plan) -> None:
    """Raises Malformed or TooLarge unless every volume can be judged exactly.

    Finite numbers, latitudes in range, heights and times in order, rings that do not cross
    themselves and fit in less than half the earth, durations within bounds.
    """
    raise NotImplementedError


def check_fix(fix: Fix) -> None:
    """Raises Malformed unless position, height, course, speed and climb are finite and in range."""
    raise NotImplementedError
