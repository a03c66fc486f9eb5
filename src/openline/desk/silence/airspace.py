"""Intents, subscriptions and constraints whose time is over: all of one minute leave together."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.comparing.airspace import first_unjudged
from openline.desk.comparing.detect_on import conclude_conflicts_of_suppliers
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.intent import AirspaceEnded, AirspaceJudged

ENDED_AT_ONCE: Final = 500
"""So many ids fit into a leaf."""
JUDGED_AT_ONCE: Final = 64
"""Then others have their turn."""


def airspace_over(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """Nothing filed from now on can meet what is over by the end of this minute."""
    over = sorted(state.index.air.leaving[thing])
    return [
        Conclusion(content=_ended(over[at : at + ENDED_AT_ONCE]), readers=())
        for at in range(0, len(over), ENDED_AT_ONCE)
    ]


def airspace_unjudged(
    state: State, thing: str, _due_at: datetime, now: datetime
) -> list[Conclusion]:
    """What a supplier has changed of late, so many at a time, is held against everything else."""
    waiting = first_unjudged(state.unjudged[thing], JUDGED_AT_ONCE)
    judged = AirspaceJudged(party=thing, things=len(waiting))
    return [
        Conclusion(content=judged, readers=()),
        *conclude_conflicts_of_suppliers(state, thing, waiting, now, entry=state.size),
    ]


def _ended(things: list[str]) -> AirspaceEnded:
    ids = {sort: tuple(each[2:] for each in things if each[0] == sort) for sort in "ICS"}
    return AirspaceEnded(intents=ids["I"], constraints=ids["C"], subscriptions=ids["S"])
