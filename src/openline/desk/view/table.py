"""Who sees what, as data: what is not in this table is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from openline.desk.sides import backers_of
from openline.desk.state import State
from openline.domain.party import PartyKind


class Standing(StrEnum):
    """What a reader is to whoever a thing belongs to: the columns of the table."""

    OWN_SIDE = "own side"
    OWN_BACKER = "own backer"
    OTHER_FORCE = "other force and its backers"
    CONDUIT = "conduit"
    CIVIL = "submitter, civil operator"
    OBSERVER = "observer"


class Thing(StrEnum):
    """What there is to see: the rows of the table."""

    NOTIFICATION = "humanitarian notice, in full"
    PLAN = "a plan or activity"
    GROUND = "live tracks, edges, claimed areas"
    CONFLICT = "conflict"
    FORECAST = "closure forecast"
    MEASURE = "measures in force"
    MESSAGE = "messages on a line, receipts, roster"
    INCIDENT = "incident statements"
    HASHES = "checkpoints, tiles (hashes)"


class Sight(StrEnum):
    """How much of it: the cells of the table."""

    YES = "yes"
    NO = "no"
    OWN = "own"
    BY_TIER = "by release tier"
    AS_RELEASED = "as released to it"
    POINTER = "pointer only, unless released"
    OWN_HALF = "one's own half"
    EXISTS = "that it exists"
    OWN_DISTANCES = "distances of one's own making"
    BAND = "the cadence band only"
    PUBLISHED = "published ones"
    LINE_ENDS = "ends of the line"
    RELAYED = "of relays it carries"
    ITS_NOTICES = "of its notices"
    PARTIES_TO_IT = "parties to it"
    AFTER_CLOSE = "after close"
    COUNT = "count only"
    HASH = "hash"


def _row(*sights: Sight) -> Mapping[Standing, Sight]:
    return MappingProxyType(dict(zip(Standing, sights, strict=True)))


_S = Sight

VIEW: Final[Mapping[Thing, Mapping[Standing, Sight]]] = MappingProxyType(
    {
        # columns:                own side  own backer  other force  conduit  civil  observer
        Thing.NOTIFICATION: _row(_S.BY_TIER, _S.BY_TIER, _S.BY_TIER, _S.YES, _S.OWN, _S.COUNT),
        Thing.PLAN: _row(_S.OWN, _S.AS_RELEASED, _S.POINTER, _S.NO, _S.OWN, _S.NO),
        Thing.GROUND: _row(_S.OWN, _S.AS_RELEASED, _S.AS_RELEASED, _S.NO, _S.OWN, _S.NO),
        Thing.CONFLICT: _row(
            _S.OWN_HALF, _S.AS_RELEASED, _S.POINTER, _S.EXISTS, _S.OWN_HALF, _S.NO
        ),
        Thing.FORECAST: _row(_S.OWN_DISTANCES, _S.AS_RELEASED, _S.BAND, _S.BAND, _S.NO, _S.NO),
        Thing.MEASURE: _row(_S.YES, _S.YES, _S.YES, _S.YES, _S.PUBLISHED, _S.YES),
        Thing.MESSAGE: _row(
            _S.LINE_ENDS, _S.RELAYED, _S.LINE_ENDS, _S.ITS_NOTICES, _S.OWN, _S.HASH
        ),
        Thing.INCIDENT: _row(
            _S.PARTIES_TO_IT,
            _S.PARTIES_TO_IT,
            _S.PARTIES_TO_IT,
            _S.YES,
            _S.PARTIES_TO_IT,
            _S.AFTER_CLOSE,
        ),
        Thing.HASHES: _row(_S.YES, _S.YES, _S.YES, _S.YES, _S.YES, _S.YES),
    }
)
"""How much of each thing each reader sees."""

_BY_KIND: Final[Mapping[PartyKind, Standing]] = MappingProxyType(
    {
        PartyKind.CONDUIT: Standing.CONDUIT,
        PartyKind.HUMANITARIAN: Standing.CIVIL,
        PartyKind.CIVIL_OPERATOR: Standing.CIVIL,
        PartyKind.OBSERVER: Standing.OBSERVER,
    }
)


def standing_of(state: State, reader: str, owner: str) -> Standing:
    """What the reader is to the owner of a thing. An ally that is no backer is another force."""
    by_kind = _BY_KIND.get(state.parties[reader].kind)
    if by_kind is not None:
        return by_kind
    if reader == owner:
        return Standing.OWN_SIDE
    if reader in backers_of(state, owner):
        return Standing.OWN_BACKER
    return Standing.OTHER_FORCE


def sight_of(state: State, reader: str, thing: Thing, owner: str = "") -> Sight:
    """How much of a thing of the owner's the reader sees."""
    return VIEW[thing][standing_of(state, reader, owner)]
