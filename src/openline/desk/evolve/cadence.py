"""How forecasts, cadences and contacts change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from msgspec.structs import replace

from openline.desk.comparing.closure import cadences_between
from openline.desk.deadlines import What
from openline.desk.owing.notices import forget_notices
from openline.desk.state import State, evolves
from openline.domain.cadence import (
    Cadence,
    CadenceSet,
    CadenceWider,
    ContactMissed,
    ContactTally,
    LooseningAgreed,
    WhyCadence,
)
from openline.domain.edge import ForecastMade, StandingForecast, pair_key
from openline.domain.statement import Entry

TALLIES_KEPT: Final = 62
"""For each pair of parties, days and lines with contacts; older ones are on the record alone."""


@evolves(ForecastMade)
def forecast_made(state: State, entry: Entry, content: ForecastMade) -> None:
    state.forecasts[content.pair] = StandingForecast(
        pair=content.pair,
        a=content.a,
        b=content.b,
        made_at=entry.recorded_at,
        entry=entry.index,
        forecast=content.body.forecast if content.body else None,
    )


@evolves(CadenceSet)
def cadence_set(state: State, entry: Entry, content: CadenceSet) -> None:
    """Nearer, contact falls due no later than it did; looser, it is due anew from here."""
    now = entry.recorded_at
    due_at = now + timedelta(seconds=content.every_s)
    held = state.cadences.get(content.pair)
    if held is not None and content.why is not WhyCadence.AGREED:
        due_at = min(due_at, held.contact_due_at)
    _keep(
        state,
        Cadence(
            pair=content.pair,
            a=content.a,
            b=content.b,
            band=content.band,
            every_s=content.every_s,
            set_at=now,
            contact_due_at=due_at,
            last_contact_at=held.last_contact_at if held else None,
            last_contact_over=held.last_contact_over if held else None,
            missed=held.missed if held else 0,
        ),
    )


@evolves(CadenceWider)
def cadence_wider(state: State, entry: Entry, content: CadenceWider) -> None:
    held = state.cadences[content.pair]
    _keep(state, replace(held, wider_since=entry.recorded_at if content.wider else None))


@evolves(LooseningAgreed)
def loosening_agreed(state: State, entry: Entry, content: LooseningAgreed) -> None:
    held = state.cadences[pair_key(entry.author.party, content.other)]
    _keep(state, replace(held, agreed_by=(*held.agreed_by, entry.author.party)))


@evolves(ContactMissed)
def contact_missed(state: State, entry: Entry, content: ContactMissed) -> None:
    held = state.cadences[content.pair]
    next_due_at = max(content.due_at, entry.recorded_at) + timedelta(seconds=held.every_s)
    _keep(state, replace(held, missed=content.missed, contact_due_at=next_due_at))


def note_heard(
    state: State, parties: Iterable[str], line: str | None, at: datetime, count: int = 1
) -> None:
    """Parties were in contact, over a line or face to face: tallied, and no cadence waits for it.

    Contact between backers is contact between the forces they stand behind.
    """
    for a, b in combinations(sorted(set(parties)), 2):
        if line is not None and not state.lines[line].joins(a, b):
            continue
        _tally(state, pair_key(a, b), line, at, count)
        for held in cadences_between(state, a, b):
            forget_notices(state, held.pair)
            _keep(
                state,
                replace(
                    held,
                    last_contact_at=at,
                    last_contact_over=line,
                    contact_due_at=at + timedelta(seconds=held.every_s),
                    missed=0,
                ),
            )


def _tally(state: State, pair: str, line: str | None, at: datetime, count: int) -> None:
    day = at.date().isoformat()
    held = state.contacts.get(pair, ())
    same = [each for each in held if (each.day, each.line) == (day, line)]
    other = [each for each in held if each not in same]
    tally = ContactTally(day=day, line=line, count=count + sum(each.count for each in same))
    state.contacts[pair] = (*other, tally)[-TALLIES_KEPT:]


def _keep(state: State, cadence: Cadence) -> None:
    """The cadence as it now is, with when contact is due and when it may loosen."""
    state.cadences[cadence.pair] = cadence
    state.deadlines.set(What.CONTACT, cadence.pair, cadence.contact_due_at)
    both = {cadence.a, cadence.b} == set(cadence.agreed_by)
    loosens_at = (
        cadence.wider_since + timedelta(seconds=state.rules.cadence_loosen_after_s)
        if both and cadence.wider_since is not None
        else None
    )
    state.deadlines.set(What.LOOSEN, cadence.pair, loosens_at)
