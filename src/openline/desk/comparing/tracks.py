"""What live tracks would meet, compared with what stands: pure, and asked by the track engine.

Fixes are not statements. What changes among them, and that alone, is observed and enters the
record; between two looks nothing does. A look has three parts, so that nobody waits for it: it
takes stock of the state, at once; judges without it, for as long as that takes; and says who is
told of what has changed, at once again.

The rules by which nothing flickers (their numbers are the desk's rules):

* found: it would come within the separation, and does not stand yet;
* nearer: it would come under `track_nearer_part` of the least distance last told;
* cleared: for `track_clears_after_s` on end it would not come within the separation and
  `track_clears_beyond_part` of it. What no fresh fix tells of has not cleared: it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct

from openline.desk.comparing.ground import find_in_force, may_hear_of, spares, told_for
from openline.desk.comparing.occupied import steadiness_of
from openline.desk.state import State
from openline.detection import Sort, find_track_crossing
from openline.detection.live import Moving, Told, find_changes_among
from openline.detection.live_things import PartsKept, ThingsTold, find_changes_against
from openline.detection.track_plans import NearThing
from openline.detection.tracks import separations_of
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
from openline.domain.rules import Rules
from openline.domain.track import Fix


class Watched(Struct, frozen=True, kw_only=True):
    """The tracks at the moment of a look: the fresh ones on their way, and those gone stale."""

    now: datetime
    moving: Moving
    stale: tuple[str, ...]
    row_of: dict[str, int]


class Stock(Struct, frozen=True, kw_only=True):
    """What the state holds that a look needs; it changes no more once it is taken."""

    rules: Rules
    sightings: dict[str, StandingSighting]
    stale_since: dict[str, datetime]
    near: tuple[NearThing, ...]


class News(Struct, frozen=True, kw_only=True):
    """One thing found anew, or nearer than it was told; `track` is the one that moves, or `a`."""

    met: Conflict
    change: Change
    track: str

    @property
    def id(self) -> str:
        return sighting_id(self.met.a, self.met.b)

    @property
    def tracks(self) -> tuple[str, ...]:
        """Those of the two that move."""
        both = self.met.kind is ConflictKind.TRACK_TRACK
        return (self.met.a, self.met.b) if both else (self.track,)


class Judged(Struct, frozen=True, kw_only=True):
    """What has changed since the record's last word: the soonest first."""

    news: tuple[News, ...]
    cleared: tuple[StandingSighting, ...]
    stale: tuple[str, ...]
    heard: tuple[str, ...]


class Reports(Struct, frozen=True, kw_only=True):
    """How the tracks that are told of are cited: the last fix of each, and where it stands."""

    fixes: Mapping[str, Fix]
    cited: Mapping[str, FixCited]


def sighting_id(a: str, b: str) -> str:
    """The two things as one word, `a` sorting before `b`."""
    return f"{a}~{b}"


def take_stock(state: State, watched: Watched) -> Stock:
    """What a look needs of the state. The only part of it that asks the index, all at once.

    Sightings and rules are values and the dictionaries are copied; what the index holds of a thing
    is never changed, only replaced. So judging needs no lock, and a thing that leaves meanwhile is
    found to have left when its news is told.
    """
    return Stock(
        rules=state.rules,
        sightings=dict(state.sightings),
        stale_since=dict(state.stale_tracks),
        near=tuple(
            near
            for near in state.index.find_near_tracks(watched.moving, state.rules)
            if _keeps_out(state, near, watched.moving)
        ),
    )


class Memory:
    """What one look leaves to the next."""

    def __init__(self) -> None:
        self.unseen_since: dict[str, datetime] = {}
        """Since when standing sightings have not been seen."""
        self.began_at: datetime | None = None
        """When there was a look first: what has not been heard for long since then is stale too."""
        self.parts = PartsKept()


def judge(watched: Watched, stock: Stock, memory: Memory) -> Judged:
    """What has changed among what the tracks would meet, and which are unknown or known again."""
    unseen_since = memory.unseen_since
    known = {
        name: each
        for name, each in stock.sightings.items()
        if all(track in watched.row_of for track in each.tracks)
    }
    for name in [name for name in unseen_since if name not in known]:
        del unseen_since[name]
    news: list[News] = []
    stands: dict[str, bool] = {}
    for some, which in (
        _look_among(watched, stock, known),
        _look_against(watched, stock, known, memory.parts),
    ):
        news += some
        stands |= which
    for name, does in stands.items():
        if does:
            unseen_since.pop(name, None)
        else:
            unseen_since.setdefault(name, watched.now)
    clears_after = timedelta(seconds=stock.rules.track_clears_after_s)
    cleared = sorted(
        name for name, since in unseen_since.items() if watched.now - since >= clears_after
    )
    heard = (name for name in stock.stale_since if name in watched.row_of)
    silent = {*watched.stale, *_unheard(watched, stock, memory)}
    stale = (name for name in silent if name not in stock.stale_since)
    return Judged(
        news=tuple(sorted(news, key=lambda each: _urgency(each, watched.now))),
        cleared=tuple(known[name] for name in cleared),
        stale=tuple(sorted(stale)),
        heard=tuple(sorted(heard)),
    )


def _unheard(watched: Watched, stock: Stock, memory: Memory) -> list[str]:
    """Tracks of standing sightings that have not been heard since a restart, for too long now."""
    memory.began_at = memory.began_at or watched.now
    if watched.now - memory.began_at <= timedelta(seconds=stock.rules.stale_after_s):
        return []
    tracks = (track for each in stock.sightings.values() for track in each.tracks)
    return [track for track in tracks if track not in watched.row_of]


def tell(state: State, judged: Judged, reports: Reports, now: datetime) -> TracksObserved | None:
    """What has changed, with who is told of it; None if nothing has.

    News of a thing that is no longer there, or by now spares the track, is left out.
    """
    told = []
    for news in judged.news:
        sighting = _sighting(state, news, reports, now)
        if sighting is not None:
            told.append((news, sighting))
    if not (told or judged.cleared or judged.stale or judged.heard):
        return None
    return TracksObserved(
        sightings=(
            *(sighting for _, sighting in told),
            *(_cleared(each) for each in judged.cleared if each.id in state.sightings),
        ),
        stale=judged.stale,
        heard=judged.heard,
        body=ObservedBody(where=tuple(_where(news) for news, _ in told)) if told else None,
    )


def _keeps_out(state: State, near: NearThing, moving: Moving) -> bool:
    """Whether the thing is there for the track: a measure lets through those it was made for."""
    if near.sort is not Sort.MEASURE:
        return True
    measure = find_in_force(state, near.plan.id)
    name, party = moving.names[near.row], moving.party(near.row)
    return measure is not None and not spares(measure, name, party)


def _look_among(
    watched: Watched, stock: Stock, known: Mapping[str, StandingSighting]
) -> tuple[list[News], dict[str, bool]]:
    """Tracks among one another: what is new, and which of the sightings known still stand."""
    both = [each for each in known.values() if each.kind is ConflictKind.TRACK_TRACK]
    told = Told(
        a=_rows(watched, [each.a for each in both]),
        b=_rows(watched, [each.b for each in both]),
        least_m=_least_told_m(both),
    )
    changes = find_changes_among(
        watched.moving,
        told,
        separations_of(stock.rules.separation_between),
        steadiness_of(stock.rules),
    )
    news = [News(met=met, change=Change.FOUND, track=met.a) for met in changes.found]
    news += [News(met=met, change=Change.NEARER, track=met.a) for met in changes.nearer]
    stands = changes.stands.tolist()
    return news, {each.id: does for each, does in zip(both, stands, strict=True)}


def _look_against(
    watched: Watched,
    stock: Stock,
    known: Mapping[str, StandingSighting],
    kept: PartsKept,
) -> tuple[list[News], dict[str, bool]]:
    """The same for tracks against plans, sites and measures."""
    some = [each for each in known.values() if each.kind is not ConflictKind.TRACK_TRACK]
    things = [each.b if each.tracks[0] == each.a else each.a for each in some]
    told = ThingsTold(
        rows=_rows(watched, [each.tracks[0] for each in some]),
        things=things,
        least_m=_least_told_m(some),
    )
    changes = find_changes_against(
        watched.moving,
        stock.near,
        told,
        stock.rules.separation_between,
        steadiness_of(stock.rules),
        kept,
    )
    news = [News(met=met, change=Change.FOUND, track=track) for track, met in changes.found]
    news += [News(met=met, change=Change.NEARER, track=track) for track, met in changes.nearer]
    stands = changes.stands.tolist()
    return news, {each.id: does for each, does in zip(some, stands, strict=True)}


def _rows(watched: Watched, tracks: Sequence[str]) -> np.ndarray:
    return np.array([watched.row_of[each] for each in tracks], dtype=np.intp)


def _least_told_m(standing: Sequence[StandingSighting]) -> np.ndarray:
    least = [each.least_distance_m for each in standing]
    return np.array([np.inf if each is None else each for each in least], dtype=np.float64)


def _urgency(news: News, now: datetime) -> tuple[datetime, bool, str]:
    """What begins first comes first; then what is found before what was told already."""
    return news.met.starts_at or now, news.change is not Change.FOUND, news.id


def _sighting(state: State, news: News, reports: Reports, now: datetime) -> Sighting | None:
    """The news as it enters the record; None where a measure lets the track through."""
    met, fix = news.met, reports.fixes[news.track]
    other = met.b if news.track == met.a else met.a
    measure = find_in_force(state, other) if met.kind is ConflictKind.TRACK_MEASURE else None
    theirs = _told_for_other(state, met, other, fix, measure, reports)
    if theirs is None:
        return None
    own = (fix.party,) if may_hear_of(state, fix.party, other) else ()
    parties = {news.track: own, other: theirs}
    return Sighting(
        sighting=news.id,
        change=news.change,
        kind=met.kind,
        a=met.a,
        b=met.b,
        parties_a=parties[met.a],
        parties_b=parties[met.b],
        starts_at=met.starts_at,
        ends_at=met.ends_at,
        may_cross_at=_may_cross_at(state, fix, measure, now),
        within_error=met.within_error,
        tracks=news.tracks,
        fixes=tuple(reports.cited[name] for name in news.tracks),
    )


def _told_for_other(
    state: State,
    met: Conflict,
    other: str,
    fix: Fix,
    measure: Measure | None,
    reports: Reports,
) -> tuple[str, ...] | None:
    """Who is told for the sake of what the track would meet; None where that is no longer there.

    None too where a measure spares the track: it keeps out neither those it was made for.
    """
    if met.kind is ConflictKind.TRACK_TRACK:
        return (reports.fixes[other].party,)
    if other not in state.index:
        return None
    if measure is not None:
        return None if spares(measure, fix.track, fix.party) else told_for(measure, fix.party)
    return (state.index.party_of(other),)


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


def _where(news: News) -> SightingWhere:
    return SightingWhere(
        sighting=news.id,
        least_distance_m=news.met.least_distance_m,
        least_height_gap_m=news.met.least_height_gap_m,
        at=news.met.at,
    )
