"""What can be said of a line as it stands, by whoever has an end of it."""

from __future__ import annotations

from openline.desk.state import State
from openline.domain.errors import UnknownThing, WrongState
from openline.domain.line import LINE_TRANSITIONS, Line, LineState


def line_of(state: State, line: str, party: str) -> Line:
    """The line, if the party has an end of it.

    Raises:
        UnknownThing: no such line, or none that this party has an end of.
    """
    found = state.lines.get(line)
    if found is None or found.end_of(party) is None:
        raise UnknownThing(f"{line}: {party} has no end of such a line. See your own lines.")
    return found


def check_checkable(line: Line) -> None:
    """Raises WrongState unless the line can be checked as it stands."""
    if line.state is LineState.SUSPENDED:
        raise WrongState(f"{line.id}: it is suspended. Open it again before checking it.")


def settable(line: Line) -> tuple[LineState, ...]:
    """What an end can say that the line is now; that it is degraded, the desk alone concludes."""
    ways = LINE_TRANSITIONS[line.state]
    return tuple(each for each in LineState if each in ways and each is not LineState.DEGRADED)
