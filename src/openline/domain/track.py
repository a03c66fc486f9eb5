"""Tracks: things that move, and the reports of where they were."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.plan import Kind


class Fix(Struct, frozen=True, kw_only=True):
    """One report of where a track was.

    `course_deg` is true, clockwise from north; the track is taken to move on at `speed_mps` along
    the geodesic that starts there, climbing at `climb_mps`. `height_m` None is every height.
    """

    track: str
    party: str
    kind: Kind
    at: datetime
    position: Position
    height_m: float | None = None
    height_accuracy_m: float = 0.0
    course_deg: float = 0.0
    speed_mps: float = 0.0
    climb_mps: float = 0.0
