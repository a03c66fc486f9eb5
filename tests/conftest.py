"""What every test runs under: hypothesis profiles, and skips that are counted and named."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

# `N=` sets how many examples a property is tried on; without it a run is small and repeatable.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    deadline=None,
    max_examples=int(os.environ.get("N", "10000")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("soak" if "N" in os.environ else "ci")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that ran within a test has set up the log for itself alone."""
    yield
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip is never silent: each reason is printed with its count before the closing line."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section(f"{len(skipped)} skipped")
    counted = Counter((report.nodeid.split("[")[0], report.longrepr[2]) for report in skipped)
    for (test, reason), count in sorted(counted.items()):
        terminalreporter.write_line(f"{count} × {test}: {reason.removeprefix('Skipped: ')}")
