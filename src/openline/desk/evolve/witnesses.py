"""How the witnesses in force change: the last that were named hold."""

from __future__ import annotations

from openline.desk.state import State, evolves
from openline.domain.statement import Entry
from openline.domain.witness import AgreedWitnesses, WitnessesNamed


@evolves(WitnessesNamed)
def witnesses_named(state: State, entry: Entry, content: WitnessesNamed) -> None:
    state.witnesses = AgreedWitnesses(
        witnesses=content.witnesses,
        groups=content.groups,
        quorum=content.quorum,
        since=entry.recorded_at,
    )
