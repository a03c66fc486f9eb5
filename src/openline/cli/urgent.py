"""What whoever keeps a desk must see before all else, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from openline.cli.sentences import time_text, words_for
from openline.desk.owing.awaited import still_overdue
from openline.desk.view import OperatorView
from openline.domain.delivery import Delivery
from openline.domain.line import Line

SILENT_AFTER: Final = timedelta(seconds=10)
"""A desk that runs says so every second; one that has not for so long is told as not running."""
MOST_ROWS: Final = 20


def urgent_rows(
    desk: OperatorView, halted: str | None, alive_at: datetime | None, now: datetime
) -> Iterator[str]:
    """The desk that cannot hear or conclude, then each open FLASH, what is overdue, ill lines.

    Args:
        halted: why the desk takes no statements; None while it takes them.
        alive_at: when it last said that it runs; None if it never did.
        now: what time it is, to tell a desk that has fallen silent.
    """
    yield from _of_the_desk_itself(desk, halted, alive_at, now)
    yield from _first((_flash_row(each) for each in desk.flashes), len(desk.flashes))
    yield from _first((_overdue_row(each) for each in desk.overdue), len(desk.overdue))
    ill = [line for line in desk.lines if line.is_ill]
    yield from _first(map(_line_row, ill), len(ill))
    if not (desk.flashes or desk.overdue or ill):
        yield (
            f"As of {time_text(desk.as_of)} no FLASH is unanswered, nothing is overdue, no line is "
            "ill."
        )


def _of_the_desk_itself(
    desk: OperatorView, halted: str | None, alive_at: datetime | None, now: datetime
) -> Iterator[str]:
    if halted is not None:
        yield f"THE DESK TAKES NO STATEMENTS. {halted}"
    elif alive_at is None or now - alive_at > SILENT_AFTER:
        since = f"last did at {time_text(alive_at)}" if alive_at else "never did"
        yield (
            f"THE DESK DOES NOT RUN, or cannot say so; it {since}. Nobody is heard and nobody is "
            "called. Start it with `openline serve`."
        )
    if desk.time_doubted:
        yield (
            "ITS CLOCK IS IN DOUBT: nothing is concluded from silence. Check the time against "
            "another clock, stop the desk, and run `openline confirm-time`."
        )


def _first(rows: Iterable[str], count: int) -> Iterator[str]:
    """The first of many rows, and how many there are beside."""
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            yield f"  … and {count - MOST_ROWS} more like these."
            return
        yield row


def _flash_row(owed: Delivery) -> str:
    silent = "no person has answered, a machine has" if owed.awaits_human else "nobody has answered"
    called = ", ".join(words_for(each) for each in owed.escalated) or "nobody yet"
    return (
        f"FLASH UNANSWERED: {_whose(owed)}: {silent}, owed since {time_text(owed.owed_since)}. "
        f"Called for it since: {called}."
    )


def _overdue_row(owed: Delivery) -> str:
    due = " and ".join(words_for(each) for each in still_overdue(owed))
    return (
        f"OVERDUE: {_whose(owed)}, {owed.precedence}: not {due} in time, owed since "
        f"{time_text(owed.owed_since)}. It is {words_for(owed.rung)}."
    )


def _whose(owed: Delivery) -> str:
    over = f" over {owed.line}" if owed.line else ""
    return f"{owed.subject} from {owed.origin} to {owed.recipient}, cell {owed.cell}{over}"


def _line_row(line: Line) -> str:
    since = f" since {time_text(line.since)}" if line.since else ""
    missed = f", {line.missed_checks} checks missed in a row" if line.missed_checks else ""
    return (
        f"LINE {line.id} IS {line.state.upper()}{since}: {' and '.join(line.parties)}, "
        f"{line.level}{missed}."
    )
