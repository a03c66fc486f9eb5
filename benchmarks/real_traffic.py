"""Real traffic before a duty officer: what is predicted, what comes true, and what a screen shows.

    python benchmarks/real_traffic.py [SECONDS]

Recorded flights (see `peers/samples.py`; `make peers` brings them) are told to the track engine as
they were heard, each aircraft a party of its own, and the engine looks once a second. What it tells
is held against what the aircraft then did: two really come inside the separation when, between
their recorded fixes, the geodesic between them and their heights are both within it.

The peer is a screen without hysteresis, which shows whatever is predicted at each second and no
more: an alert goes when the prediction does, and comes as a new one. `by_clearing` tells how many
alerts an hour it would be if one cleared after so many seconds unseen; `by_waiting`, what it would
bring to wait so many seconds before telling one.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from statistics import median
from typing import Final

import numpy as np

from openline.desk.state import State, evolve
from openline.detection import find_track_conflicts
from openline.domain.airspace import Position
from openline.domain.observed import Change, TracksObserved
from openline.domain.party import DeskOpened, PartyAdded, PartyKind, PublicKey
from openline.domain.plan import Kind
from openline.domain.rules import Rules, Separation
from openline.domain.statement import THE_DESK, Content, Entry
from openline.domain.track import Fix
from openline.geometry.ellipsoid import geodesic_between
from openline.track_engine import TrackEngine
from peers.samples import FOOT_M, SAMPLES, Flight, Sample, find_samples, read_flights

NAUTICAL_MILE_M: Final = 1852.0
SEPARATIONS: Final = ((5.0, 1_000.0), (3.0, 1_000.0), (1.0, 500.0))
"""Nautical miles and feet."""
BRIDGED_S: Final = 30
"""Two that are apart for no longer are still in one encounter."""
AGAIN_S: Final = 300
SILENT_S: Final = 60
CLEARINGS_S: Final = (1, 5, 10, 20, 30, 60, 120)
WAITINGS_S: Final = (0, 2, 5, 10)

Pair = tuple[str, str]
Span = tuple[int, int]
"""From which second to which, both included."""


@dataclass
class Told:
    """What was predicted at each second, and what the engine told of it."""

    predicted: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))
    stated: set[Pair] = field(default_factory=set)
    alerts: dict[Pair, list[Span]] = field(default_factory=lambda: defaultdict(list))
    nearer: int = 0
    on_silent: int = 0


class Desk:
    """A desk that has the engine's word alone: what it owes for it to whom is left out."""

    def __init__(self, flights: list[Flight], rules: Rules, from_s: int) -> None:
        self.state = State()
        self.engine = TrackEngine(lambda _batch: None)
        key = PublicKey(kid="desk", x="A" * 43)
        now = instant(from_s)
        self.fold(DeskOpened(origin="desk.example", desk_key=key, rules=rules), now)
        for flight in flights:
            self.fold(PartyAdded(party=flight.aircraft, kind=PartyKind.CIVIL_OPERATOR), now)

    def fold(self, content: Content, now: datetime) -> None:
        """As it would stand in the record."""
        index = self.state.size
        entry = Entry(
            index=index,
            recorded_at=now,
            id=f"e-{index}",
            author=THE_DESK,
            content=content,
            readers=(),
        )
        evolve(self.state, entry)

    def look(self, now: datetime) -> TracksObserved | None:
        """What the engine tells at this second."""
        observed = self.engine.look(self.state, now)
        if observed is not None:
            self.fold(observed, now)
        return observed


def instant(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def fix_of(flight: Flight, index: int) -> Fix:
    """One recorded fix as it would be told."""
    return Fix(
        track=f"t-{flight.aircraft}",
        party=flight.aircraft,
        kind=Kind.AIR,
        at=instant(flight.at_s[index]),
        position=Position(
            lat_deg=float(flight.lat_deg[index]), lon_deg=float(flight.lon_deg[index])
        ),
        height_m=float(flight.height_m[index]),
        course_deg=float(flight.course_deg[index]),
        speed_mps=float(flight.speed_mps[index]),
        climb_mps=float(flight.climb_mps[index]),
    )


def heard_at(flights: list[Flight]) -> dict[int, list[Fix]]:
    """The fixes of each second."""
    heard: dict[int, list[Fix]] = defaultdict(list)
    for flight in flights:
        for index, at_s in enumerate(flight.at_s.tolist()):
            heard[int(at_s)].append(fix_of(flight, index))
    return heard


def watch(flights: list[Flight], rules: Rules, seconds: range) -> Told:
    """The engine looks at every second, and is heard."""
    desk, told, heard = Desk(flights, rules, seconds[0]), Told(), heard_at(flights)
    latest: dict[str, Fix] = {}
    stale = timedelta(seconds=rules.stale_after_s)
    for second in seconds:
        now = instant(second)
        for fix in heard[second]:
            desk.engine.receive(fix.party, fix.track.encode(), [fix], desk.state, now)
            latest[fix.track] = fix
        fresh = [fix for fix in latest.values() if now - fix.at <= stale]
        for met in find_track_conflicts(
            fresh, now, rules.track_look_ahead_s, rules.separation_between, rules.error_growth
        ):
            told.predicted[met.a, met.b].append(second)
            if not met.within_error:
                told.stated.add((met.a, met.b))
        observed = desk.look(now)
        if observed is not None:
            note(told, observed, latest, second)
    for standing in desk.state.sightings.values():
        close(told, (standing.a, standing.b), seconds[-1])
    return told


def note(told: Told, observed: TracksObserved, latest: dict[str, Fix], second: int) -> None:
    """What the engine told at one second."""
    for sighting in observed.sightings:
        pair = sighting.a, sighting.b
        if sighting.change is Change.FOUND:
            told.alerts[pair].append((second, second))
            oldest_s = min(latest[track].at.timestamp() for track in pair)
            told.on_silent += second - oldest_s > SILENT_S
        elif sighting.change is Change.NEARER:
            told.nearer += 1
        else:
            close(told, pair, second)


def close(told: Told, pair: Pair, second: int) -> None:
    told.alerts[pair][-1] = (told.alerts[pair][-1][0], second)


def spans_of(seconds: Iterable[int], bridged_s: int, waiting_s: int = 0) -> list[Span]:
    """Runs of seconds, gaps of up to so many bridged; the first of each run left out."""
    spans: list[Span] = []
    for second in seconds:
        if spans and second - spans[-1][1] <= bridged_s:
            spans[-1] = spans[-1][0], second
        else:
            spans.append((second, second))
    return [(first + waiting_s, last) for first, last in spans if last - first >= waiting_s]


@dataclass(frozen=True)
class Encounter:
    """Two really came inside; `sudden` if they were when the second of them was first heard."""

    pair: Pair
    span: Span
    sudden: bool


def encounters_of(
    flights: list[Flight], sample: Sample, keep: Separation, seconds: range
) -> list[Encounter]:
    """All encounters, by geodesics between what is known of each way at every second."""
    every = np.arange(seconds[0], seconds[-1] + 1, dtype=float)
    known = [flight.known(every, sample.longest_gap_s) for flight in flights]
    found = []
    for i, j in combinations(range(len(flights)), 2):
        (lon_a, lat_a, up_a), (lon_b, lat_b, up_b) = known[i], known[j]
        both = np.flatnonzero(np.isfinite(lat_a) & np.isfinite(lat_b))
        level = both[np.abs(up_b[both] - up_a[both]) <= keep.vertical_m]
        if len(level) == 0:
            continue
        _, apart = geodesic_between(lon_a[level], lat_a[level], lon_b[level], lat_b[level])
        inside = level[apart <= keep.horizontal_m]
        pair = f"t-{flights[i].aircraft}", f"t-{flights[j].aircraft}"
        for first, last in spans_of(inside.tolist(), BRIDGED_S):
            span = seconds[0] + first, seconds[0] + last
            found.append(Encounter(pair, span, sudden=first - int(both[0]) <= 1))
    return found


def outcome(alerts: dict[Pair, list[Span]], encounters: list[Encounter]) -> dict[str, object]:
    """How alerts and encounters answer to each other."""
    by_pair: dict[Pair, list[Encounter]] = defaultdict(list)
    for each in encounters:
        by_pair[each.pair].append(each)
    told = [(pair, span) for pair, spans in alerts.items() for span in spans]
    false = sum(not any(meet(span, each.span) for each in by_pair[pair]) for pair, span in told)
    warnings_s = []
    for each in encounters:
        starts = each.span[0]
        standing = [a for a, b in alerts.get(each.pair, ()) if a < starts <= b]
        if not each.sudden:
            warnings_s.append(starts - min(standing) if standing else 0)
    return {
        "alerts": len(told),
        "false_alarms": false,
        "came_inside": len(warnings_s),
        "sudden": len(encounters) - len(warnings_s),
        "missed": warnings_s.count(0),
        "warned_under_60_s": sum(0 < each < 60 for each in warnings_s),
        "median_warning_s": median(warnings_s) if warnings_s else None,
    }


def meet(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def row_of(
    sample: Sample, flights: list[Flight], miles: float, feet: float, seconds: range
) -> dict[str, object] | None:
    """One row; None where nothing at all was predicted."""
    keep = Separation(horizontal_m=miles * NAUTICAL_MILE_M, vertical_m=feet * FOOT_M)
    rules = Rules(separation=dict.fromkeys(Kind, keep))
    told = watch(flights, rules, seconds)
    if not told.predicted:
        return None
    encounters = encounters_of(flights, sample, keep, seconds)
    hours = len(seconds) / 3600

    def alerts(clearing_s: int, waiting_s: int = 0) -> dict[Pair, list[Span]]:
        return {
            pair: spans_of(those, clearing_s, waiting_s) for pair, those in told.predicted.items()
        }

    flickering = sum(map(len, alerts(1).values()))
    again = sum(
        later[0] - earlier[1] <= AGAIN_S
        for spans in told.alerts.values()
        for earlier, later in pairwise(spans)
    )
    result = outcome(told.alerts, encounters)
    return {
        "benchmark": f"real traffic: {sample.name}; {miles:g} NM, {feet:g} ft",
        "peer": "a screen without hysteresis",
        "aircraft": len(flights),
        "hours": round(hours, 2),
        "pairs_predicted": len(told.predicted),
        "pairs_only_within_error": len(told.predicted) - len(told.stated),
        **result,
        "alerts_an_hour": per_hour(result["alerts"], hours),
        "told_nearer_an_hour": per_hour(told.nearer, hours),
        "on_silent_tracks": told.on_silent,
        "again_within_5_min": again,
        "peer_alerts_an_hour": per_hour(flickering, hours),
        "by_clearing": {
            after: per_hour(sum(map(len, alerts(after).values())), hours) for after in CLEARINGS_S
        },
        "by_waiting": {
            wait: {
                name: value
                for name, value in outcome(
                    alerts(rules.track_clears_after_s, wait), encounters
                ).items()
                if name in ("alerts", "false_alarms", "missed", "median_warning_s")
            }
            for wait in WAITINGS_S
        },
        "of_the_peer": float(f"{sum(map(len, told.alerts.values())) / flickering:.3g}"),
    }


def per_hour(count: object, hours: float) -> float:
    assert isinstance(count, int)
    return round(count / hours, 1)


def main(lasts_s: int) -> None:
    """Prints one JSON row for each sample and separation."""
    folder = find_samples()
    if folder is None:
        return
    for sample in SAMPLES:
        flights = read_flights(folder, sample, lasts_s)
        first = int(sample.from_s)
        seconds = range(first, first + lasts_s)
        for miles, feet in SEPARATIONS:
            row = row_of(sample, flights, miles, feet, seconds)
            if row is None:
                print(f"left out: {sample.name}: nothing was predicted", file=sys.stderr)
            else:
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_600)
