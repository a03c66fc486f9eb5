"""How assurances change: given, followed, released."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.state import State, evolves
from openline.domain.assurance import (
    Assurance,
    AssuranceAssessed,
    AssuranceGiven,
    AssuranceReleased,
    AssuranceState,
)
from openline.domain.statement import Entry


@evolves(AssuranceGiven)
def assurance_given(state: State, entry: Entry, content: AssuranceGiven) -> None:
    state.assurances[content.assurance] = Assurance(
        id=content.assurance,
        giver=entry.author.party,
        on_behalf_of=content.on_behalf_of,
        to=content.to,
        about=content.about,
        given_at=entry.recorded_at,
        entry=entry.index,
        body=content.body,
    )


@evolves(AssuranceReleased)
def assurance_released(state: State, _entry: Entry, content: AssuranceReleased) -> None:
    assurance = state.assurances[content.assurance]
    state.assurances[assurance.id] = replace(assurance, state=AssuranceState.RELEASED)


@evolves(AssuranceAssessed)
def assurance_assessed(state: State, entry: Entry, content: AssuranceAssessed) -> None:
    assurance = state.assurances[content.assurance]
    state.assurances[assurance.id] = replace(
        assurance, state=content.state, assessed_at=entry.recorded_at
    )
