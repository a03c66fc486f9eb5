"""Alarms: what a duty officer must hear of, why it was silenced, and by whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.notification import ReasonBody
from openline.domain.statement import Content, said


class Cause(StrEnum):
    """Why an alarm sounds; each has a sound of its own. In the order of need."""

    FLASH = "flash"
    """A FLASH that no human of the party has answered."""
    SILENCE = "silence"
    """The party's own word is unanswered at FLASH or IMMEDIATE, or not with the units in time."""
    CROSSING = "crossing"
    """A separation line was crossed, or may have been."""
    OVERDUE = "overdue"
    """The party itself owes something that is past its deadline."""
    CONFLICT = "conflict"
    """Something of the party's would come closer to another's than agreed."""
    CONTACT = "contact"
    """Contact with the other force is overdue."""
    LINE = "line"
    """A line does not carry as it should."""


class Silenced(Struct, frozen=True, kw_only=True):
    """That an officer silenced one alarm: which position, when, and the reason as it was given.

    `since` is that alarm's own: if the same begins again, by another cause too, it sounds again.
    """

    party: str
    alarm: str
    since: datetime
    position: str
    at: datetime
    entry: int
    body: ReasonBody | None = None


class Alarm(Struct, frozen=True, kw_only=True):
    """Something stands that a duty officer must hear of.

    `alarm` says what it is and about what, the same for as long as it lasts; `since` is when the
    latest of its causes that still stand began, and with it the alarm anew; `about` is the thing
    itself and `with_party` who else it concerns: empty where that is nobody, several, or not to be
    told.
    """

    alarm: str
    cause: Cause
    about: str
    since: datetime
    with_party: str = ""
    silenced: Silenced | None = None


@said("alarm.silenced.v1")
class AlarmSilenced(Content, frozen=True, kw_only=True):
    """An officer has heard an alarm and silences it with a reason; its cause stays on the board.

    It answers nothing and ends nothing: whatever is owed is owed still, and the desk's own clocks
    run on. Every officer of the party sees who silenced it and why.
    """

    alarm: str
    since: datetime
    body: ReasonBody | None = None
