"""What the track engine found: the only word of live tracks that enters the record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.conflict import ConflictKind
from openline.domain.finding import Fault
from openline.domain.statement import Content, concluded


class Change(StrEnum):
    """What has become of something seen among tracks."""

    FOUND = "found"
    NEARER = "nearer"
    CLEARED = "cleared"


class FixCited(Struct, frozen=True, kw_only=True):
    """One fix a finding rests on: the SHA-256 (hex) of its batch, and its place there, from 0."""

    batch: str
    index: int


class Sighting(Struct, frozen=True, kw_only=True):
    """One change among what tracks would meet within the look-ahead; `a` sorts before `b`.

    `parties_a` and `parties_b` are told for the sake of either, as in `FoundConflict`. `tracks`
    are those of the two that move, `fixes` the last fix of each. `may_cross_at` is when the track
    could be across a separation line that its party has a side of; None if not within the
    look-ahead.
    """

    sighting: str
    change: Change
    kind: ConflictKind
    a: str
    b: str
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    may_cross_at: datetime | None = None
    within_error: bool = False
    tracks: tuple[str, ...] = ()
    fixes: tuple[FixCited, ...] = ()


class TrackFault(Struct, frozen=True, kw_only=True):
    """A fault in one fix, as told to the party whose track it is."""

    track: str
    party: str
    fault: Fault
    fix: FixCited


class SightingWhere(Struct, frozen=True, kw_only=True):
    """Where and how near a sighting would come."""

    sighting: str
    least_distance_m: float
    least_height_gap_m: float
    at: tuple[float, float]


class ObservedBody(Struct, frozen=True, kw_only=True):
    """Where each sighting is, but for those that cleared."""

    where: tuple[SightingWhere, ...] = ()


@concluded("tracks.observed.v1")
class TracksObserved(Content, frozen=True, kw_only=True):
    """What changed among live tracks since the last look: said by the desk's own track engine.

    `stale` are tracks whose last fix has grown too old to judge: UNKNOWN, and shown so; `heard`
    are those of which a fix has come again.
    """

    sightings: tuple[Sighting, ...] = ()
    faults: tuple[TrackFault, ...] = ()
    stale: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    body: ObservedBody | None = None


@concluded("tracks.root.v1")
class TracksRoot(Content, frozen=True, kw_only=True):
    """Once a minute: one hash over the digests of all batches received since the last.

    A batch kept as evidence proves by it that it was received then, and was not changed. The root
    is that of an RFC 6962 tree whose leaves are the digests, in the order of receipt.
    """

    root: str
    batches: int
    first_at: datetime
    last_at: datetime


class StandingSighting(Struct, frozen=True, kw_only=True):
    """A sighting that has not cleared, as last observed; `entry` and `found_at` are of when it was
    found, and stay as they are when it comes nearer."""

    id: str
    kind: ConflictKind
    a: str
    b: str
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    tracks: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    seen_at: datetime
    found_at: datetime
    entry: int
    least_distance_m: float | None = None
