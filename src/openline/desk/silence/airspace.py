"""Intents, subscriptions and constraints whose time is over: all of one minute leave together."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.intent import AirspaceEnded

ENDED_AT_ONCE: Final = 500
"""So many ids fit into a leaf."""


def airspace_over(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """Nothing filed from now on can meet what is over by the end of this minute."""
    over = sorted(state.index.air.leaving[thing])
    return [
        Conclusion(content=_ended(over[at : at + ENDED_AT_ONCE]), readers=())
        for at in range(0, len(over), ENDED_AT_ONCE)
    ]


def _ended(things: list[str]) -> AirspaceEnded:
    ids = {sort: tuple(each[2:] for each in things if each[0] == sort) for sort in "ICS"}
    return AirspaceEnded(intents=ids["I"], constraints=ids["C"], subscriptions=ids["S"])
