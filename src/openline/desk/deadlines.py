"""The instants at which silence starts to mean something, and the next of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class What(StrEnum):
    """What falls due; `clock.WHEN_DUE` says what the desk then concludes."""

    DELIVER = "deliver"
    ACKNOWLEDGE = "acknowledge"
    SECOND_BEARER = "second_bearer"
    ALTERNATE = "alternate"
    OPERATIONAL = "operational"
    STRATEGIC = "strategic"
    PASS_DOWN = "pass_down"
    IN_FORCE = "in_force"
    LINE_CHECK = "line_check"
    CONTACT = "contact"
    NOTIFICATION_STARTS = "notification_starts"
    NOTIFICATION_ENDS = "notification_ends"
    REVERIFY = "reverify"
    PLAN_ENDS = "plan_ends"
    MEASURE_ENDS = "measure_ends"
    AIRSPACE_ENDS = "airspace_ends"
    AIRSPACE_JUDGED = "airspace_judged"
    LOOSEN = "loosen"
    COMMIT = "commit"
    REVEAL = "reveal"


APPOINTED: Final = frozenset(
    {
        What.NOTIFICATION_STARTS,
        What.NOTIFICATION_ENDS,
        What.PLAN_ENDS,
        What.MEASURE_ENDS,
        What.AIRSPACE_ENDS,
        What.AIRSPACE_JUDGED,
        What.LOOSEN,
    }
)
"""Instants that come whether or not anybody could be heard: an outage moves none of them."""


class Deadlines:
    """Running deadlines, at most one for each (what, id), earliest first.

    A heap with stale items left in it until they surface, or outnumber what runs: setting,
    dropping and finding the next cost O(log n), and so does each thing that is due. A desk of
    100,000 sites pays nothing for those that are not.
    """

    def __init__(self, running: Mapping[str, datetime] | None = None) -> None:
        self._at: dict[str, datetime] = dict(running or {})
        self._heap: list[tuple[datetime, str]] = []
        self._stack_anew()

    def __len__(self) -> int:
        return len(self._at)

    def set(self, what: What, thing: str, at: datetime | None) -> None:
        """Starts or moves a deadline; None ends it."""
        key = f"{what}|{thing}"
        if at is None:
            self._at.pop(key, None)
        elif self._at.get(key) != at:
            self._at[key] = at
            heapq.heappush(self._heap, (at, key))
            if len(self._heap) > 2 * len(self._at) + 64:
                self._stack_anew()

    def drop(self, thing: str, *whats: What) -> None:
        """Ends the named deadlines of a thing, or every one of them when none is named."""
        for what in whats or tuple(What):
            self._at.pop(f"{what}|{thing}", None)

    def find(self, what: What, thing: str) -> datetime | None:
        """When this falls due, or None if no such deadline runs."""
        return self._at.get(f"{what}|{thing}")

    def next_due(self) -> datetime | None:
        """The earliest instant at which something falls due."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due_by(self, now: datetime) -> Iterator[tuple[datetime, What, str]]:
        """What is due by `now`, included: in order of due time, then of thing and of what."""
        due: set[tuple[datetime, str]] = set()
        while self._heap and self._heap[0][0] <= now:
            at, key = heapq.heappop(self._heap)
            if self._at.get(key) == at:
                due.add((at, key))
        for each in due:  # they run until whatever is concluded from them ends them
            heapq.heappush(self._heap, each)
        for at, key in sorted(due, key=lambda item: (item[0], item[1].partition("|")[::-1])):
            what, _, thing = key.partition("|")
            yield at, What(what), thing

    def move(self, by: timedelta, from_: datetime) -> None:
        """Moves every deadline that had not passed at `from_`, but for what is `APPOINTED`."""
        for key, at in self._at.items():
            if at > from_ and What(key.partition("|")[0]) not in APPOINTED:
                self._at[key] = at + by
        self._stack_anew()

    def as_dict(self) -> dict[str, datetime]:
        """What runs, for a snapshot."""
        return dict(self._at)

    def _stack_anew(self) -> None:
        self._heap = [(at, key) for key, at in self._at.items()]
        heapq.heapify(self._heap)
