"""What the press says changes nothing of what the desk knows: it is kept on the record alone."""

from __future__ import annotations

from openline.desk.state import State, evolves
from openline.domain.press import ReportConfirmed
from openline.domain.statement import Entry


@evolves(ReportConfirmed)
def report_confirmed(_state: State, _entry: Entry, _content: ReportConfirmed) -> None:
    """Nobody at the desk has said it: no incident, plan or claim follows from it."""
