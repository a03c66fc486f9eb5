"""Messages over lines: what they ask, what they say, and which go first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from openline.domain.delivery import ReceiptGiven, RelayForwarded
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Content, said


class MessageKind(StrEnum):
    """What a message asks of whoever hears it."""

    NOTIFY = "NOTIFY"
    QUERY = "QUERY"
    ANSWER = "ANSWER"
    READBACK = "READBACK"
    CORRECT = "CORRECT"
    UNABLE = "UNABLE"
    CHECK_FIRE = "CHECK_FIRE"
    RESUME = "RESUME"
    PROPOSE = "PROPOSE"
    AGREE = "AGREE"
    OBJECT = "OBJECT"
    WITHDRAW = "WITHDRAW"
    WARN = "WARN"
    RELAY = "RELAY"
    LINE_CHECK = "LINE_CHECK"
    HANDOVER = "HANDOVER"


class MessageBody(Struct, frozen=True, kw_only=True):
    """The slots of a coded phrase, and free text in its own language, never machine-translated.

    `positions` are (lon_deg, lat_deg) that the message speaks of, if it speaks of any.
    """

    slots: dict[str, str] = {}
    text: str = ""
    language: str = ""
    positions: tuple[tuple[float, float], ...] = ()


class Message(Struct, frozen=True, kw_only=True):
    """Something said over one or several lines.

    `position` said it, whose cell then stood at `level`: RESUME comes from there or from above.
    """

    id: str
    kind: MessageKind
    author: str
    recipients: tuple[str, ...]
    lines: tuple[str, ...]
    precedence: Precedence
    entry: int
    sent_at: datetime
    position: str = ""
    level: Level = Level.TACTICAL
    phrase: str | None = None
    subject: str | None = None
    in_reply_to: str | None = None
    leafhash: str = ""
    closed_at: datetime | None = None
    body: MessageBody | None = None


@said("message.sent.v1")
class MessageSent(Content, frozen=True, kw_only=True):
    """A message for other parties; CHECK_FIRE finds its own lines, others may name theirs.

    `phrase` names a coded phrase whose numbered slots are in the body; `subject` what it is about.
    """

    message: str
    kind: MessageKind
    recipients: tuple[str, ...]
    precedence: Precedence
    line: str | None = None
    phrase: str | None = None
    subject: str | None = None
    in_reply_to: str | None = None
    body: MessageBody | None = None


def goes_first(content: Content) -> bool:
    """Whether the desk hears it before whatever else waits: a life may hang on the second.

    So are CHECK_FIRE and FLASH; and whatever passes one on, or ends the clock that runs on one,
    for it does not say which precedence that has.
    """
    if isinstance(content, MessageSent):
        return content.kind is MessageKind.CHECK_FIRE or content.precedence is Precedence.FLASH
    return isinstance(content, ReceiptGiven | RelayForwarded)
