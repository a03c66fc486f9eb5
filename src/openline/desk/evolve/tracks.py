"""How what is known of live tracks changes: what they would meet, and which are stale."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.state import State, evolves
from openline.domain.observed import (
    Change,
    Sighting,
    SightingWhere,
    StandingSighting,
    TracksObserved,
    TracksRoot,
)
from openline.domain.statement import Entry


@evolves(TracksObserved)
def tracks_observed(state: State, entry: Entry, content: TracksObserved) -> None:
    where = {each.sighting: each for each in content.body.where} if content.body else {}
    for each in content.sightings:
        if each.change is Change.CLEARED:
            state.sightings.pop(each.sighting, None)
        else:
            _stand(state, each, where.get(each.sighting), entry)
    for track in content.stale:
        state.stale_tracks[track] = entry.recorded_at
    for track in content.heard:
        state.stale_tracks.pop(track, None)


@evolves(TracksRoot)
def tracks_root(_state: State, _entry: Entry, _content: TracksRoot) -> None:
    """Stands in the record for whoever keeps a batch; nothing at the desk depends on it."""


def _stand(state: State, seen: Sighting, where: SightingWhere | None, entry: Entry) -> None:
    held = state.sightings.get(seen.sighting)
    fresh = StandingSighting(
        id=seen.sighting,
        kind=seen.kind,
        a=seen.a,
        b=seen.b,
        parties_a=seen.parties_a,
        parties_b=seen.parties_b,
        tracks=seen.tracks,
        starts_at=seen.starts_at,
        ends_at=seen.ends_at,
        seen_at=entry.recorded_at,
        found_at=entry.recorded_at,
        entry=entry.index,
        least_distance_m=where.least_distance_m if where else None,
    )
    if held is not None and seen.change is Change.NEARER:
        fresh = replace(fresh, entry=held.entry, found_at=held.found_at)
    state.sightings[seen.sighting] = fresh
