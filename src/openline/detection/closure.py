"""Closure between two parties' edges: distances over time, and the forecast made from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from openline.domain.forecast import EdgeReport, Forecast


def forecast_closure(
    own: Sequence[EdgeReport], other: Sequence[EdgeReport], now: datetime
) -> Forecast | None:
    """How near two edges are at `now` and when they would meet; None until both have reported.

    Reports later than `now` are left out; a report holds until the next of the same edge.
    """
    raise NotImplementedError
