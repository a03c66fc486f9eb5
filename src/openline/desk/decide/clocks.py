"""What the desk makes of the time a party says it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.finding import Fault, FindingMade
from openline.domain.statement import DESK, EVERYONE, Statement


def conclude_on_said_time(state: State, statement: Statement, now: datetime) -> list[Conclusion]:
    """A `said_at` further from the desk's clock than the rules allow is a finding, never a refusal.

    A clock that is minutes wrong puts a convoy on the wrong bank of a deadline; the party is told
    so, and what it said stands. What the operator says is for all to see, and so is this of it.
    """
    if statement.said_at is None:
        return []
    by_the_clock = now - timedelta(seconds=state.clock_behind_s)
    off_s = (statement.said_at - by_the_clock).total_seconds()
    if abs(off_s) <= state.rules.clock_skew_s:
        return []
    finding = FindingMade(
        finding=f"F-{state.size + 1}",
        fault=Fault.CLOCK_WRONG,
        thing=statement.id,
        party=statement.author.party,
    )
    speaker = statement.author.party
    return [Conclusion(content=finding, readers=(EVERYONE if speaker == DESK else speaker,))]
