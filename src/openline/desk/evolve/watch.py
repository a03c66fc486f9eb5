"""How duty watches change: one officer hands over to the next."""

from __future__ import annotations

from openline.desk.state import State, evolves
from openline.domain.statement import Entry
from openline.domain.watch import Watch, WatchHandedOver


@evolves(WatchHandedOver)
def watch_handed_over(state: State, entry: Entry, content: WatchHandedOver) -> None:
    state.watches[content.cell] = Watch(
        cell=content.cell,
        officer=content.on,
        since=entry.recorded_at,
        entry=entry.index,
        handover=content.read_back,
        body=content.body,
    )
