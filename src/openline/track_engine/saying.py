"""An observation cut into statements that fit an entry each: the most urgent first, none lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec

from openline.domain.observed import ObservedBody, TracksObserved

LEAF_BYTES: Final = 40_000
"""So much of an observation stands in one leaf, which may have 65,535 bytes, packed by a third."""
T = TypeVar("T")


def in_statements(observed: TracksObserved) -> list[TracksObserved]:
    """The same observation as one or more: sightings in their order, then faults, stale, heard.

    Where each sighting is, stands in the body of the same statement.
    """
    where = {each.sighting: each for each in observed.body.where} if observed.body else {}
    statements = []
    for items in _fitting([(name, each) for name in _PARTS for each in getattr(observed, name)]):
        parts = {part: tuple(each for name, each in items if name == part) for part in _PARTS}
        told = tuple(where[each.sighting] for each in parts["sightings"] if each.sighting in where)
        statements.append(TracksObserved(body=ObservedBody(where=told) if told else None, **parts))
    return statements


_PARTS: Final = ("sightings", "faults", "stale", "heard")


def _fitting(items: Sequence[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    """The items in runs that fit a leaf; one that alone does not is a run of its own."""
    run: list[tuple[str, Any]] = []
    length = 0
    for item in items:
        more = len(msgspec.json.encode(item[1])) + 1
        if run and length + more > LEAF_BYTES:
            yield run
            run, length = [], 0
        run.append(item)
        length += more
    if run:
        yield run
