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

    def wait_s(self, span: timedelta) -> float | None:
        """How long to wait until so much has passed; None if this clock moves only when set."""


class SystemClock:
    """The machine's own clocks."""

    def wall(self) -> datetime:
        """See `Clock.wall`."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """See `Clock.monotonic_s`."""
        return time.monotonic()

    def wait_s(self, span: timedelta) -> float | None:
        """See `Clock.wait_s`."""
        return max(0.0, span.total_seconds())


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

    def wait_s(self, span: timedelta) -> float | None:
        """See `Clock.wait_s`."""
        return None if self._running_from_s is None else max(0.0, span.total_seconds())

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
    """Holds the wall clock against the monotonic one, from the moment it was last believed.

    The desk's time never falls. Where the clock that is believed is behind it, the desk's time is
    that clock's and `behind_s` more.
    """

    def __init__(
        self, clock: Clock, not_before: datetime, behind_s: float, wall_is_believed: bool
    ) -> None:
        """Begins to watch.

        Args:
            clock: the desk's.
            not_before: the last instant of the desk's time; what the clock makes of it must not
                be before that, or it has been set back.
            behind_s: how far the clock was behind the desk's time when it was last believed. A
                clock that has caught up meanwhile, while the desk was away, is behind no more.
            wall_is_believed: if not, time goes on from `not_before`: how long the desk was away
                is not known.
        """
        self._clock = clock
        self._behind = timedelta(seconds=behind_s if clock.wall() < not_before else 0.0)
        by_wall = self._by_wall() if wall_is_believed else not_before
        self._began_at, self._began_s = max(by_wall, not_before), clock.monotonic_s()

    @property
    def behind_s(self) -> float:
        """How far the wall clock is behind the desk's time, though it is believed."""
        return self._behind.total_seconds()

    def ahead_by_s(self) -> float:
        """How far the wall clock, as it stands, is ahead of the desk's time by the other one."""
        return (self._clock.wall() - self._by_monotonic()).total_seconds()

    def believe(self) -> None:
        """An operator has checked the wall clock: it counts from here on, as far as time rises."""
        self._behind = timedelta(seconds=max(0.0, -self.ahead_by_s()))
        self._began_at, self._began_s = self._by_wall(), self._clock.monotonic_s()

    def parted_by_s(self) -> float:
        """By how much the wall clock is ahead of where it should be."""
        return (self._by_wall() - self._by_monotonic()).total_seconds()

    def now(self, wall_is_believed: bool) -> datetime:
        """The time; by the monotonic clock alone while the wall clock is not believed."""
        return self._by_wall() if wall_is_believed else self._by_monotonic()

    def _by_wall(self) -> datetime:
        return self._clock.wall() + self._behind

    def _by_monotonic(self) -> datetime:
        elapsed_s = self._clock.monotonic_s() - self._began_s
        return self._began_at + timedelta(seconds=elapsed_s)
