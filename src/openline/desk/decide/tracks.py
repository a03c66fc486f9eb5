"""What the desk's own track engine observed: sides get pointers, tellers hear of their faults."""

from __future__ import annotations

from datetime import datetime

from openline.desk.owing.pointers import Told, conclude_lifted, conclude_pointers, tell
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.finding import FindingMade
from openline.domain.observed import Change, Sighting, TracksObserved, TracksRoot
from openline.domain.statement import EVERYONE, Statement


@decides(TracksObserved)
def tracks_observed(
    state: State, _said: Statement, content: TracksObserved, now: datetime
) -> Ruling:
    """Nobody but the desk reads the observation, for it names both sides' tracks."""
    told = [
        each
        for sighting in content.sightings
        if sighting.change is Change.FOUND
        for each in _tell_sides(state, sighting, now)
    ]
    return Ruling(
        readers=(),
        concluded=(
            *conclude_pointers(state, told, now, entry=state.size),
            *conclude_lifted(state, _over(state, content.sightings)),
            *_faults(state, content),
        ),
    )


@decides(TracksRoot)
def tracks_root(_state: State, _said: Statement, _content: TracksRoot, _now: datetime) -> Ruling:
    """A hash, for all: whoever sent a batch can prove that it was received, and when."""
    return Ruling(readers=(EVERYONE,))


def _tell_sides(state: State, sighting: Sighting, now: datetime) -> list[Told]:
    starts_at = sighting.starts_at or now
    return [
        tell(state, party, others, entry=state.size, starts_at=starts_at)
        for parties, others in (
            (sighting.parties_a, sighting.parties_b),
            (sighting.parties_b, sighting.parties_a),
        )
        for party in parties
    ]


def _over(state: State, sightings: tuple[Sighting, ...]) -> list[str]:
    """The pointers of observations all of whose sightings have cleared by now."""
    cleared = {each.sighting for each in sightings if each.change is Change.CLEARED}
    left = {held.entry for name, held in state.sightings.items() if name not in cleared}
    gone = {held.entry for name, held in state.sightings.items() if name in cleared} - left
    return [
        pointer.id
        for entry in sorted(gone)
        for pointer in state.pointers.under(Look.ENTRY, f"P-{entry}")
    ]


def _faults(state: State, content: TracksObserved) -> list[Conclusion]:
    return [
        Conclusion(
            content=FindingMade(
                finding=f"F-{state.size}.{number}",
                fault=each.fault,
                thing=each.track,
                party=each.party,
            ),
            readers=(each.party,),
        )
        for number, each in enumerate(content.faults, start=1)
    ]
