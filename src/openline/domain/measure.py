"""Measures: geometry that parties agreed on, and how it comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Circle, Corridor, Footprint, HeightBand, Polygon
from openline.domain.crossing import Side
from openline.domain.statement import Content, concluded, said


class MeasureKind(StrEnum):
    """What has been agreed about the ground or the air there; every kind protects, none permits."""

    SEPARATION_LINE = "separation_line"
    BUFFER = "buffer"
    NO_FIRE_AREA = "no_fire_area"
    RESTRICTIVE_FIRE_AREA = "restrictive_fire_area"
    BOUNDARY = "boundary"
    RESTRICTED_OPERATIONS_ZONE = "restricted_operations_zone"
    CORRIDOR = "corridor"
    COORDINATING_ALTITUDE = "coordinating_altitude"
    CONTACT_RING = "contact_ring"


LINES: Final = frozenset({MeasureKind.SEPARATION_LINE, MeasureKind.BOUNDARY})
"""Kinds that are a line on the ground and have two sides: a corridor of width zero."""

_AREA: Final[tuple[type[Footprint], ...]] = (Circle, Polygon)

MEASURE_SHAPES: Final[Mapping[MeasureKind, tuple[type[Footprint], ...]]] = MappingProxyType(
    {
        MeasureKind.SEPARATION_LINE: (Corridor,),
        MeasureKind.BUFFER: (),
        MeasureKind.NO_FIRE_AREA: _AREA,
        MeasureKind.RESTRICTIVE_FIRE_AREA: _AREA,
        MeasureKind.BOUNDARY: (Corridor,),
        MeasureKind.RESTRICTED_OPERATIONS_ZONE: _AREA,
        MeasureKind.CORRIDOR: (Corridor,),
        MeasureKind.COORDINATING_ALTITUDE: _AREA,
        MeasureKind.CONTACT_RING: (Circle,),
    }
)
"""The geometry each kind takes. A buffer has none of its own: it is all ground within a distance
of another measure's."""


class MeasureState(StrEnum):
    """How one version of a measure is now."""

    PROPOSED = "proposed"
    OBJECTED = "objected"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_LEAVES: Final = frozenset({MeasureState.SUPERSEDED, MeasureState.WITHDRAWN, MeasureState.ENDED})

MEASURE_TRANSITIONS: Final[Mapping[MeasureState, frozenset[MeasureState]]] = MappingProxyType(
    {
        MeasureState.PROPOSED: _LEAVES | {MeasureState.IN_FORCE, MeasureState.OBJECTED},
        MeasureState.OBJECTED: _LEAVES | {MeasureState.IN_FORCE, MeasureState.PROPOSED},
        MeasureState.IN_FORCE: _LEAVES | {MeasureState.SUSPENDED},
        MeasureState.SUSPENDED: _LEAVES | {MeasureState.IN_FORCE},
        MeasureState.SUPERSEDED: frozenset(),
        MeasureState.WITHDRAWN: frozenset(),
        MeasureState.ENDED: frozenset(),
    }
)
"""Into force only by the last cosignature. Cosigning lifts one's own objection. A party that
withdraws ends an agreement for all: nothing agreed holds against one who no longer agrees."""


class MeasureBody(Struct, frozen=True, kw_only=True):
    """The geometry agreed on.

    `homes` says on which side of a separation line each party belongs, as seen looking along the
    line in its direction. `altitude_m` is a coordinating altitude: aircraft above it, all else
    below. Neither is part of the check phrase; both are part of what is cosigned. A digest of a
    geometry gives it away to whoever can guess it, so the phrase stands in bodies only.
    """

    footprint: Footprint | None = None
    heights: HeightBand = HeightBand()
    homes: dict[str, Side] = {}
    altitude_m: float | None = None


class Measure(Struct, frozen=True, kw_only=True):
    """One version of a measure, under `<id>/v<version>`.

    `parties` have agreed or are asked to; `for_parties` are those it is made for, whom it does not
    keep out. `by_agreement` is how it is made, False where one authority sets it; whether all have
    agreed is what `state` says. `site` is the notification it protects, whose release tier it
    takes. `of` and `within_m` make a buffer.
    """

    id: str
    version: int
    kind: MeasureKind
    author: str
    parties: tuple[str, ...]
    entry: int
    state: MeasureState = MeasureState.PROPOSED
    by_agreement: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    of: str | None = None
    within_m: float = 0.0
    for_parties: tuple[str, ...] = ()
    site: str | None = None
    published: bool = False
    cosigned: tuple[str, ...] = ()
    objected: tuple[str, ...] = ()
    suspended_by: str | None = None
    in_force_since: datetime | None = None
    body: MeasureBody | None = None

    @property
    def key(self) -> str:
        """What this version is kept under."""
        return version_key(self.id, self.version)


def version_key(measure: str, version: int) -> str:
    """One version of a measure, as one word."""
    return f"{measure}/v{version}"


class MeasureSaid(Content, frozen=True, kw_only=True):
    """What a proposed and an established measure have in common; see `Measure`."""

    measure: str
    kind: MeasureKind
    version: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    of: str | None = None
    within_m: float = 0.0
    for_parties: tuple[str, ...] = ()
    site: str | None = None
    published: bool = False
    body: MeasureBody | None = None


@said("measure.proposed.v1")
class MeasureProposed(MeasureSaid, frozen=True, kw_only=True):
    """A party proposes a measure, or the next version of one, to all whose word it needs.

    It is in force once each of `parties`, the proposer among them, has cosigned this version;
    until then the version before stays in force.
    """

    parties: tuple[str, ...]


@said("measure.established.v1")
class MeasureEstablished(MeasureSaid, frozen=True, kw_only=True):
    """One named authority, its author, sets a constraint: in force at once, shown as not agreed."""


class CosignBody(Struct, frozen=True, kw_only=True):
    """The check phrase of the geometry as it was read aloud, in any of the book's languages."""

    check_phrase: str


@said("measure.cosigned.v1")
class MeasureCosigned(Content, frozen=True, kw_only=True):
    """A party agrees to one version. `proposal` is the index of the entry that proposed it.

    The record holds one leaf at that index for ever, so naming it agrees to that geometry and to
    no other, though nothing of the geometry stands here. The body is needed: without its check
    phrase nothing is cosigned. It is None only where it was erased since.
    """

    measure: str
    version: int
    proposal: int
    body: CosignBody | None = None


class ObjectionBody(Struct, frozen=True, kw_only=True):
    """Why, in the objector's own words and language."""

    text: str = ""
    language: str = ""


@said("measure.objected.v1")
class MeasureObjected(Content, frozen=True, kw_only=True):
    """A party to a proposed version does not agree to it, and may say why."""

    measure: str
    version: int
    body: ObjectionBody | None = None


@said("measure.withdrawn.v1")
class MeasureWithdrawn(Content, frozen=True, kw_only=True):
    """A proposer takes a proposal back, or a party its agreement: that version is over."""

    measure: str
    version: int


@said("measure.suspended.v1")
class MeasureSuspended(Content, frozen=True, kw_only=True):
    """A party to it says that the measure does not hold for now; all its parties are told."""

    measure: str
    version: int


@said("measure.resumed.v1")
class MeasureResumed(Content, frozen=True, kw_only=True):
    """The party that suspended the measure lets it hold again."""

    measure: str
    version: int


@concluded("measure.in_force.v1")
class MeasureInForce(Content, frozen=True, kw_only=True):
    """All its parties have cosigned this version (or its authority set it): it holds from here on.

    `agreed` is False for one that an authority set. The version before, if any, is superseded.
    """

    measure: str
    version: int
    kind: MeasureKind
    agreed: bool = True


@concluded("measure.ended.v1")
class MeasureEnded(Content, frozen=True, kw_only=True):
    """The time for which the measure was agreed is over."""

    measure: str
    version: int


@concluded("amendment.drafted.v1")
class AmendmentDrafted(Content, frozen=True, kw_only=True):
    """The desk asks the parties of a measure to agree on its next version, because of a crossing.

    It draws nothing: the geometry is theirs to propose and to sign.
    """

    measure: str
    version: int
    next_version: int
    parties: tuple[str, ...]


def measure_said(content: MeasureSaid, author: str, *, entry: int) -> Measure:
    """The version as this statement has it, not in force yet."""
    asked = content.parties if isinstance(content, MeasureProposed) else (author,)
    return Measure(
        id=content.measure,
        version=content.version,
        kind=content.kind,
        author=author,
        parties=tuple(dict.fromkeys(asked)),
        entry=entry,
        by_agreement=isinstance(content, MeasureProposed),
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        of=content.of,
        within_m=content.within_m,
        for_parties=content.for_parties,
        site=content.site,
        published=content.published,
        body=content.body,
    )
