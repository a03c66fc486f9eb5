"""What the writer counts, for whoever watches the desk; never who said what."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

ENTRIES: Final = Counter("openline_entries", "Entries made durable")
REFUSED: Final = Counter("openline_refused", "Statements refused", ["slug"])
UNAVAILABLE: Final = Counter("openline_unavailable", "Statements the desk could not take", ["slug"])
COMMIT_S: Final = Histogram(
    "openline_commit_seconds",
    "From the first decision of a batch until its answers may leave",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
WAITING: Final = Gauge("openline_waiting", "Statements waiting to be decided")
HALTED: Final = Gauge("openline_halted", "1 while the desk takes no statements: see `status`")
