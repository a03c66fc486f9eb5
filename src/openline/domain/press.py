"""What the press says, as a reader confirms it: nobody's account, and never that it is so."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openline.domain.airspace import Position
from openline.domain.statement import Content, said


class PressKind(StrEnum):
    """What a report tells: an event, or what somebody does by saying it."""

    CLAIM = "claim"
    DENIAL = "denial"
    SUPPORTING_ACCOUNT = "supporting_account"
    ACKNOWLEDGEMENT = "acknowledgement"
    REGRET = "regret"
    WARNING = "warning"
    NEGATIVE_PRESENCE = "negative_presence"
    CORRECTION = "correction"
    CROSSING = "crossing"
    STRIKE = "strike"
    FIRING = "firing"
    ADVANCE = "advance"
    CAPTURE = "capture"
    HOLD = "hold"
    TALKS = "talks"
    OPEN_LINE = "open_line"
    AGREEMENT = "agreement"
    ASSURANCE = "assurance"
    EVACUATION = "evacuation"
    CONVOY = "convoy"


class PressBody(Struct, frozen=True, kw_only=True):
    """The draft as confirmed, and the report by its digest: nothing else of the report.

    `report` is its SHA-256 in hex. It stands here and not in the leaf: whoever has the report
    could tell from its digest what was read. `when` is a month, a day or an instant in UTC, good
    to `when_precision`. What the report does not state is empty, or None; `place` is None where
    its words allow no fix.
    """

    report: str
    speaker: str = ""
    speaker_party: str = ""
    actor: str = ""
    target: str = ""
    place_name: str = ""
    place: Position | None = None
    when: str = ""
    when_precision: str = ""
    denies: str = ""


@said("report.confirmed.v1")
class ReportConfirmed(Content, frozen=True, kw_only=True):
    """A reader confirms that a news report says this; its own party alone sees it."""

    press: str
    kind: PressKind
    body: PressBody | None = None
