"""The duty watches yet to be rung, kept by what each ring is about."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.state import State
from openline.domain.delivery import BearerOutcome, Notice, NoticeAttempted


def find_notice(state: State, notice: str) -> Notice | None:
    """The notice if its watch is yet to be rung; None once delivered, answered or over."""
    about = state.notices.get(what_about(notice), ())
    return next((each for each in about if each.id == notice), None)


def open_notice(state: State, notice: Notice) -> None:
    """A watch is to be rung from here on."""
    about = what_about(notice.id)
    state.notices[about] = (*state.notices.get(about, ()), notice)


def note_attempt(state: State, attempted: NoticeAttempted) -> None:
    """A bearer has tried: delivered, the notice is done with; failed, the attempt is counted."""
    about = what_about(attempted.notice)
    delivered = attempted.outcome is BearerOutcome.DELIVERED
    left = tuple(
        replace(each, attempts=attempted.attempt) if each.id == attempted.notice else each
        for each in state.notices.get(about, ())
        if not (delivered and each.id == attempted.notice)
    )
    _keep(state, about, left)


def forget_notices(state: State, about: str) -> None:
    """The delivery was answered or is over, or the line carries again: nobody need be rung."""
    state.notices.pop(about, None)


def _keep(state: State, about: str, notices: tuple[Notice, ...]) -> None:
    if notices:
        state.notices[about] = notices
    else:
        state.notices.pop(about, None)


def what_about(notice: str) -> str:
    """The delivery or line that a notice is about: all of its id before a `#`."""
    return notice.partition("#")[0]
