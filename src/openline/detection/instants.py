"""Aware instants as seconds, and back: detection reckons in floats, the domain never does."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final

_ORIGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)


def seconds_of(at: datetime) -> float:
    """Seconds since a fixed origin, exact to a microsecond for two centuries around it."""
    return (at - _ORIGIN).total_seconds()


def instant_of(seconds: float) -> datetime | None:
    """The instant, to the microsecond; None for an open end: infinity, or beyond any calendar."""
    if math.isinf(seconds):
        return None
    try:
        return _ORIGIN + timedelta(seconds=seconds)
    except OverflowError:
        return None
