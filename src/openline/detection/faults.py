"""Faults in what was told: each function judges one thing and gives a finding, or None."""

from __future__ import annotations

from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.finding import AreaOfInterest, Finding, Place
from openline.domain.track import Fix


def find_swapped(
    thing: str, position: Position, place: Place | None, area: AreaOfInterest | None
) -> Finding | None:
    """Latitude and longitude swapped: wrong as stated, and right if they changed places."""
    raise NotImplementedError


def find_name_far_from_place(thing: str, position: Position, place: Place) -> Finding | None:
    """The position lies farther from the place it names than the accuracies of both allow."""
    raise NotImplementedError


def find_mgrs_difference(thing: str, position: Position, mgrs: str) -> Finding | None:
    """The grid reference and the latitude and longitude name different places."""
    raise NotImplementedError


def find_wrong_side(
    thing: str,
    position: Position,
    stated: Side,
    path: tuple[tuple[float, float], ...],
    line_accuracy_m: float,
) -> Finding | None:
    """The position lies across the line from the side stated, by more than the errors of both."""
    raise NotImplementedError


def find_two_places(thing: str, first: Position, second: Position) -> Finding | None:
    """One site entered at two places that the accuracies cannot make one."""
    raise NotImplementedError


def find_jump(before: Fix, after: Fix) -> Finding | None:
    """A track has moved kilometres since its last report, faster than its kind can."""
    raise NotImplementedError


def find_absurd_speed(fix: Fix) -> Finding | None:
    """A fix states a speed or climb that its kind cannot reach."""
    raise NotImplementedError
