"""What live tracks would meet, compared with what stands: pure, and asked by the track engine.

Fixes are not statements. What changes among them, and that alone, is observed and enters the
record; between two looks nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from openline.desk.comparing.ground import find_in_force, may_hear_of, spares, told_for
from openline.desk.state import State
from openline.detection import find_track_conflicts, find_track_crossing
from openline.domain.airspace import Corridor
from openline.domain.conflict import Conflict, ConflictKind
from openline.domain.measure import Measure, MeasureKind
from openline.domain.observed import (
    Change,
    FixCited,
    ObservedBody,
    Sighting,
    SightingWhere,
    StandingSighting,
    TracksObserved,
)
from openline.domain.track import Fix

NEARER_BY = 0.5
"""A sighting is told again, as nearer, once its least distance is under this part of the last."""
CLEARS_AFTER = timedelta(minutes=1)
"""So long must a sighting not be seen before it has cleared: none flickers in the record."""


class LatestFix(Struct, frozen=True, kw_only=True):
    """A track's last fix, and where among the batches received it stands."""

    fix: Fix
    cited: FixCited


class Seen(Struct, frozen=True, kw_only=True):
    """One thing that a track would meet within the look-ahead: another track, or what stands."""

    met: Conflict
    track: str
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    may_cross_at: datetime | None = None

    @property
    def id(self) -> str:
        return sighting_id(self.met.a, self.met.b)


def sighting_id(a: str, b: str) -> str:
    """The two things as one word, `a` sorting before `b`."""
    return f"{a}~{b}"


def look(state: State, tracks: Mapping[str, LatestFix], now: datetime) -> list[Seen]:
    """What the tracks would meet: each other, plans, sites, and measures in force.

    Only fresh fixes: what a stale track does is unknown, and nothing can be said of it.
    """
    fresh = {name: each.fix for name, each in tracks.items() if not is_stale(state, each.fix, now)}
    rules = state.rules
    fixes = [fresh[name] for name in sorted(fresh)]
    among = find_track_conflicts(
        fixes, now, rules.track_look_ahead_s, rules.separation_between, rules.error_growth
    )
    met = among + state.index.find_met_by_tracks(fixes, rules, now)
    found = [_seen(state, each, fresh, now) for each in met]
    return [each for each in found if each is not None]


def is_stale(state: State, fix: Fix, now: datetime) -> bool:
    """It is older than the rules let anybody rely on."""
    return now - fix.at > timedelta(seconds=state.rules.stale_after_s)


def observe(
    state: State,
    tracks: Mapping[str, LatestFix],
    unseen_since: dict[str, datetime],
    now: datetime,
) -> TracksObserved | None:
    """What has changed since the record's last word on tracks; None if nothing has.

    Args:
        unseen_since: since when standing sightings have not been seen; kept here between looks.
    """
    seen = {each.id: each for each in look(state, tracks, now)}
    for name in state.sightings:
        if name in seen or _is_unknown(state, state.sightings[name], tracks, now):
            unseen_since.pop(name, None)
        else:
            unseen_since.setdefault(name, now)
    cleared = [
        state.sightings[name]
        for name, since in sorted(unseen_since.items())
        if name in state.sightings and now - since >= CLEARS_AFTER
    ]
    told = [(each, _change(state.sightings.get(each.id), each)) for each in seen.values()]
    news = [(each, change) for each, change in told if change is not None]
    stale, heard = _gone_and_come(state, tracks, now)
    if not (news or cleared or stale or heard):
        return None
    for each in cleared:
        del unseen_since[each.id]
    return TracksObserved(
        sightings=(
            *(_sighting(each, change, tracks) for each, change in news),
            *(_cleared(each) for each in cleared),
        ),
        stale=stale,
        heard=heard,
        body=ObservedBody(where=tuple(_where(each) for each, _ in news)) if news else None,
    )


def _seen(state: State, met: Conflict, fresh: Mapping[str, Fix], now: datetime) -> Seen | None:
    """Who is told of it; None where a measure lets the track through."""
    track, other = (met.a, met.b) if met.a in fresh else (met.b, met.a)
    fix = fresh[track]
    measure = find_in_force(state, other) if met.kind is ConflictKind.TRACK_MEASURE else None
    if measure is not None and spares(measure, track, fix.party):
        return None
    theirs: tuple[str, ...]
    if met.kind is ConflictKind.TRACK_TRACK:
        theirs = (fresh[other].party,)
    elif measure is not None:
        theirs = told_for(measure, fix.party)
    else:
        theirs = (state.index.party_of(other),)
    own = (fix.party,) if may_hear_of(state, fix.party, other) else ()
    parties = {track: own, other: theirs}
    return Seen(
        met=met,
        track=track,
        parties_a=parties[met.a],
        parties_b=parties[met.b],
        may_cross_at=_may_cross_at(state, fix, measure, now),
    )


def _may_cross_at(
    state: State, fix: Fix, measure: Measure | None, now: datetime
) -> datetime | None:
    """When a track could be across a line on one side of which its party belongs."""
    if measure is None or measure.kind is not MeasureKind.SEPARATION_LINE or measure.body is None:
        return None
    path, home = measure.body.footprint, measure.body.homes.get(fix.party)
    if home is None or not isinstance(path, Corridor):
        return None
    ahead_s = state.rules.track_look_ahead_s
    forecast = find_track_crossing(fix, path.path, path.accuracy_m, home, now, ahead_s)
    return None if forecast is None else forecast.may_cross_at


def _change(standing: StandingSighting | None, seen: Seen) -> Change | None:
    """New, or so much nearer that it is told again."""
    if standing is None:
        return Change.FOUND
    if standing.least_distance_m is None:
        return None
    nearer = seen.met.least_distance_m < NEARER_BY * standing.least_distance_m
    return Change.NEARER if nearer else None


def _is_unknown(
    state: State, standing: StandingSighting, tracks: Mapping[str, LatestFix], now: datetime
) -> bool:
    """No fresh fix of one of its tracks: it can be neither seen nor cleared."""
    return any(
        name not in tracks or is_stale(state, tracks[name].fix, now) for name in standing.tracks
    )


def _gone_and_come(
    state: State, tracks: Mapping[str, LatestFix], now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tracks that have gone stale, and those heard again, since the record last said."""
    stale = {name for name, each in tracks.items() if is_stale(state, each.fix, now)}
    heard = set(tracks) - stale
    known = set(state.stale_tracks)
    return tuple(sorted(stale - known)), tuple(sorted(heard & known))


def _sighting(seen: Seen, change: Change, tracks: Mapping[str, LatestFix]) -> Sighting:
    met = seen.met
    both = met.kind is ConflictKind.TRACK_TRACK
    moving = (met.a, met.b) if both else (seen.track,)
    return Sighting(
        sighting=seen.id,
        change=change,
        kind=met.kind,
        a=met.a,
        b=met.b,
        parties_a=seen.parties_a,
        parties_b=seen.parties_b,
        starts_at=met.starts_at,
        ends_at=met.ends_at,
        may_cross_at=seen.may_cross_at,
        within_error=met.within_error,
        tracks=moving,
        fixes=tuple(tracks[name].cited for name in moving),
    )


def _cleared(standing: StandingSighting) -> Sighting:
    return Sighting(
        sighting=standing.id,
        change=Change.CLEARED,
        kind=standing.kind,
        a=standing.a,
        b=standing.b,
        parties_a=standing.parties_a,
        parties_b=standing.parties_b,
        tracks=standing.tracks,
    )


def _where(seen: Seen) -> SightingWhere:
    return SightingWhere(
        sighting=seen.id,
        least_distance_m=seen.met.least_distance_m,
        least_height_gap_m=seen.met.least_height_gap_m,
        at=seen.met.at,
    )
