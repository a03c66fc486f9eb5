"""Meetings: minutes that all who met cosign, and what was agreed there."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.rules import Level
from openline.domain.statement import Content, concluded, said


class MeasureVersion(Struct, frozen=True, kw_only=True):
    """One version of a measure."""

    measure: str
    version: int


class MinutesBody(Struct, frozen=True, kw_only=True):
    """What was said and where, and who was there, in the words of whoever wrote it down."""

    text: str = ""
    language: str = ""
    place: Position | None = None
    place_name: str = ""
    present: tuple[str, ...] = ()


class Meeting(Struct, frozen=True, kw_only=True):
    """A meeting face to face, as minuted; `agreed_at` is None until all who met have cosigned."""

    id: str
    author: str
    parties: tuple[str, ...]
    level: Level
    held_at: datetime
    entry: int
    measures: tuple[MeasureVersion, ...] = ()
    cosigned: tuple[str, ...] = ()
    agreed_at: datetime | None = None
    body: MinutesBody | None = None


@said("meeting.minuted.v1")
class MeetingMinuted(Content, frozen=True, kw_only=True):
    """One who met writes down the meeting, and so signs first; minutes never change after.

    `measures` are the versions that were before the meeting, each still to be cosigned as such.
    """

    meeting: str
    parties: tuple[str, ...]
    level: Level
    held_at: datetime
    measures: tuple[MeasureVersion, ...] = ()
    body: MinutesBody | None = None


@said("meeting.cosigned.v1")
class MeetingCosigned(Content, frozen=True, kw_only=True):
    """Another who met signs the same minutes."""

    meeting: str


@concluded("meeting.agreed.v1")
class MeetingAgreed(Content, frozen=True, kw_only=True):
    """All who met have signed the minutes: the meeting counts as a contact between them."""

    meeting: str
