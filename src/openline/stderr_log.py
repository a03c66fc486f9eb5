"""What a program of ours logs: rows on standard error, which it outlives."""

from __future__ import annotations

import contextlib
import logging
import sys

import structlog


def log_to_stderr(at_least: int = logging.INFO) -> None:
    """What the desk logs goes to standard error, a row for each event, no colours."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(at_least),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=lambda *_: _StderrLogger(),
    )


class _StderrLogger:
    """Standard error for as long as it can be written: the desk outlives whoever reads its log."""

    def msg(self, row_text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody reads on; or it was closed
            sys.stderr.write(f"{row_text}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg
