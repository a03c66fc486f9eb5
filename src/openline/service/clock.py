"""What time it is, and whether the clock that says so can be believed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The desk's clock: one for what the time is, one that only ever runs on."""

    def wall(self) -> datetime:
        """The time, in UTC; somebody may set it."""

    def monotonic_s(self) -> float:
        """Seconds since some instant; nobody can set it."""

    def wait_s(self, until: datetime) -> float | None:
        """How long to wait until then; None if this clock moves only when it is set."""


class SystemClock:
    """The machine's own clocks."""

    def wall(self) -> datetime:
        """See `Clock.wall`."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """See `Clock.monotonic_s`."""
        return time.monotonic()

    def wait_s(self, until: datetime) -> float | None:
        """See `Clock.wait_s`."""
        return max(0.0, (until - self.wall()).total_seconds())


class SimulatedClock:
    """A clock that stands still until it is set: a case replays as fast as the desk can decide.

    Whoever sets it calls `Service.tick` where silence is to be heard; the desk does not by itself,
    so that a replay puts the same entries in the same places. When the story is over the clock may
    be let run on from where it stands: then the desk is one like any other, at another date.
    """

    def __init__(self, now: datetime) -> None:
        self._wall, self._elapsed = now, timedelta()
        self._running_from_s: float | None = None

    def wall(self) -> datetime:
        """See `Clock.wall`."""
        return self._wall + self._ran()

    def monotonic_s(self) -> float:
        """See `Clock.monotonic_s`."""
        return (self._elapsed + self._ran()).total_seconds()

    def wait_s(self, until: datetime) -> float | None:
        """See `Clock.wait_s`."""
        if self._running_from_s is None:
            return None
        return max(0.0, (until - self.wall()).total_seconds())

    def set(self, now: datetime) -> None:
        """Time passes until `now`, on both clocks."""
        self._elapsed += now - self._wall
        self._wall = now

    def run_on(self) -> None:
        """From here on time passes by itself, as fast as on this machine; it is set no more.

        Whoever calls it then calls `Service.tick`, so that the desk begins to wait by this clock.
        """
        self._running_from_s = time.monotonic()

    def set_wall_alone(self, now: datetime) -> None:
        """Somebody sets the wall clock while no time passes."""
        self._wall = now

    def _ran(self) -> timedelta:
        if self._running_from_s is None:
            return timedelta()
        return timedelta(seconds=time.monotonic() - self._running_from_s)


class Timekeeper:
    """Holds the wall clock against the monotonic one, from the moment it was last believed."""

    def __init__(self, clock: Clock, not_before: datetime) -> None:
        """Begins to watch.

        Args:
            clock: the desk's.
            not_before: the last instant in the record; a wall clock behind it has been set back.
        """
        self._clock = clock
        self._began_at = max(clock.wall(), not_before)
        self._began_s = clock.monotonic_s()

    def believe(self) -> None:
        """An operator has checked the wall clock: it counts from here on."""
        self._began_at, self._began_s = self._clock.wall(), self._clock.monotonic_s()

    def parted_by_s(self) -> float:
        """By how much the wall clock is ahead of where it should be."""
        return (self._clock.wall() - self._by_monotonic()).total_seconds()

    def now(self, wall_is_believed: bool) -> datetime:
        """The time; by the monotonic clock alone while the wall clock is not believed."""
        return self._clock.wall() if wall_is_believed else self._by_monotonic()

    def _by_monotonic(self) -> datetime:
        elapsed_s = self._clock.monotonic_s() - self._began_s
        return self._began_at + timedelta(seconds=elapsed_s)
