"""How duty watches change: one officer hands over to the next, or silences an alarm."""

from __future__ import annotations

from openline.desk.alarms import silenced_key
from openline.desk.state import State, evolves
from openline.domain.alarm import AlarmSilenced, Silenced
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


@evolves(AlarmSilenced)
def alarm_silenced(state: State, entry: Entry, content: AlarmSilenced) -> None:
    party = entry.author.party
    state.silenced[silenced_key(party, content.alarm)] = Silenced(
        party=party,
        alarm=content.alarm,
        since=content.since,
        position=entry.author.position,
        at=entry.recorded_at,
        entry=entry.index,
        body=content.body,
    )
