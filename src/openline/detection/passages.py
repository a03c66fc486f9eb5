"""Tracks past parts of plans, sites and measures, many pairs at once; `one_passage` tells one.

Ways and shapes are cut into short chords, and compiled loops find where and when they are nearest;
the distance told is the geodesic one between those two places. What chords do not tell well, ways
and distances beyond 100 km, and all of it where there is no compiler, is judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

import numpy as np

from openline.detection.meeting import (
    HEIGHT_ROUNDING_M,
    TIME_ROUNDING_S,
    Meeting,
    leeway_m,
    places_met,
)
from openline.detection.movers import Movers
from openline.detection.one_passage import find_track_meeting, mover_of
from openline.detection.parts import Part
from openline.domain.rules import Separation
from openline.geometry.arcs import Arcs, join
from openline.geometry.ellipsoid import Flags, Floats, Indices, geodesic_between
from openline.geometry.motion import fractions_between
from openline.geometry.nearest import Nearest
from openline.geometry.polylines import (
    CHORD,
    FIRST,
    LAST,
    LEAST,
    ON_CHORD,
    ON_WAY,
    chords_along,
)

LOOPS_TELL_M: Final = 100_000.0
"""Up to so far a straight distance orders geodesic ones, and gives their instants, to a part in
ten thousand."""
ALONE_UP_TO: Final = 16
_BOWS_M: Final = 0.2
"""Two chords of `CHORD_M` and two circles stray by less, straight down."""
_EDGE_M: Final = 0.001


_NO_ARCS: Final = Arcs(*(np.empty(0) for _ in range(4)))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Tracks, by their rows, and parts, by their numbers, with what each pair keeps."""

    row: Indices
    part: Indices
    horizontal_m: Floats
    vertical_m: Floats
    time_s: Floats

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: Indices | Flags) -> Pairs:
        return Pairs(*(getattr(self, each.name)[which] for each in fields(self)))

    def separation(self, number: int) -> Separation:
        return Separation(
            horizontal_m=float(self.horizontal_m[number]),
            vertical_m=float(self.vertical_m[number]),
            time_s=float(self.time_s[number]),
        )


@dataclass(frozen=True, eq=False)
class Passages:
    """Of each pair, how near it comes, infinite where it keeps apart, and where and when.

    Fractions are those of the look-ahead; `on_track` and `on_part` are longitudes and latitudes,
    shape (n, 2).
    """

    distance_m: Floats
    first: Floats
    last: Floats
    height_gap_m: Floats
    on_track: Floats
    on_part: Floats
    within_error: Flags

    def meeting(self, number: int, movers: Movers, part: Part) -> Meeting:
        """One of them that does not keep apart, as all detection tells them."""
        lon_a, lat_a = self.on_track[number].tolist()
        lon_b, lat_b = self.on_part[number].tolist()
        nearest = Nearest(float(self.distance_m[number]), (lon_a, lat_a), (lon_b, lat_b))
        on_track, on_part = places_met(nearest, 0.0, part.radius_m)
        return Meeting(
            starts_s=movers.instant_s(float(self.first[number])),
            ends_s=movers.instant_s(float(self.last[number])),
            distance_m=max(0.0, nearest.distance_m - part.radius_m),
            height_gap_m=float(self.height_gap_m[number]),
            on_a=on_track,
            on_b=on_part,
            within_error=bool(self.within_error[number]),
        )


class PartTable:
    """Parts by number: their shapes cut into chords, their numbers in columns."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        shapes = [part.shape.arcs for part in parts]
        self.arcs = join([_NO_ARCS, *shapes])
        self.chords = chords_along(self.arcs)
        self.arc_of_chord = np.repeat(np.arange(len(self.arcs)), np.diff(self.chords.first))
        self.first_chord = self.chords.first[np.cumsum([0, *(len(each) for each in shapes)])]
        self.radius_m = np.array([part.radius_m for part in parts])
        self.accuracy_m = np.array([part.accuracy_m for part in parts])
        self.floor_m = np.array([part.floor_m for part in parts])
        self.ceiling_m = np.array([part.ceiling_m for part in parts])
        self.starts_s = np.array([part.starts_s for part in parts])
        self.ends_s = np.array([part.ends_s for part in parts])
        self.is_area = np.array([part.shape.area is not None for part in parts])


def find_passages(
    movers: Movers, table: PartTable, pairs: Pairs, alone_up_to: int = ALONE_UP_TO
) -> Passages:
    """How each pair comes nearer than it must keep: as stated, else within the errors.

    Errors are those of the end of the look-ahead, when they have grown to their largest.

    Args:
        alone_up_to: so few pairs are judged one by one, and no compiler is read in.
    """
    passages = _nothing(len(pairs))
    loops = quickest_loops() if len(pairs) > alone_up_to else None
    reach = pairs.horizontal_m + table.radius_m[pairs.part] + _errors_m(movers, table, pairs)
    quick = (reach <= LOOPS_TELL_M) & (loops is not None)
    for number in np.flatnonzero(~quick).tolist():
        _judge_alone(movers, table, pairs, number, passages)
    numbers = np.flatnonzero(quick)
    if loops is None or len(numbers) == 0:
        return passages
    ways = _Ways(movers, pairs.row[numbers], loops)
    _fill(ways, table, pairs, numbers, passages, within_error=False)
    apart = numbers[np.isinf(passages.distance_m[numbers])]
    _fill(ways, table, pairs, apart, passages, within_error=True)
    return passages


@cache
def quickest_loops() -> Callable[..., Floats] | None:
    """The compiled loops, ready to run; None where they cannot be had."""
    try:
        from openline.geometry.passage_loops import pass_by, try_out

        try_out()
    except Exception:  # noqa: BLE001  whatever keeps a compiler from its work, tracks are watched
        return None
    return pass_by


class _Ways:
    """The ways of the tracks that are asked about, cut once."""

    def __init__(self, movers: Movers, rows: Indices, loops: Callable[..., Floats]) -> None:
        self.movers, self._loops = movers, loops
        self._rows = np.unique(rows)
        self._chords = chords_along(movers.ways_of(self._rows))

    def pass_by(
        self,
        table: PartTable,
        pairs: Pairs,
        span: tuple[Floats, Floats],
        within_m: Floats,
        reach_m: Floats,
    ) -> Floats:
        """See `passage_loops.pass_by`."""
        ways = self._chords
        return self._loops(
            np.column_stack([np.searchsorted(self._rows, pairs.row), pairs.part]),
            np.column_stack(span),
            within_m,
            reach_m,
            ways.first,
            ways.ends,
            ways.fractions,
            table.first_chord,
            table.chords.ends,
        )


def _fill(
    ways: _Ways,
    table: PartTable,
    pairs: Pairs,
    numbers: Indices,
    passages: Passages,
    within_error: bool,
) -> None:
    """Judges the pairs so numbered, and notes those that come too near."""
    some = pairs.take(numbers)
    errors = _errors_m(ways.movers, table, some) if within_error else np.zeros(len(some))
    timely = _timely(ways.movers, table, some)
    level = _level(ways.movers, table, some, within_error)
    begin, end = np.maximum(timely[0], level[0]), np.minimum(timely[1], level[1])
    within = leeway_m(some.horizontal_m)
    limit = some.horizontal_m + table.radius_m[some.part] + errors
    least, nowhere = limit + within + _BOWS_M, np.full(len(some), -1.0)
    found = ways.pass_by(table, some, (begin, end), least, nowhere)
    inside = _inside(ways.movers, table, some, begin, begin <= end)
    near = np.flatnonzero(inside | np.isfinite(found[:, LEAST]))
    on_track, on_part = _places(ways.movers, table, some.take(near), found[near])
    here = inside[near]
    on_track[here] = _at(ways.movers, some.row[near][here], begin[near][here])
    on_part[here] = on_track[here]
    _, distance = geodesic_between(*on_track.T, *on_part.T)
    distance = np.where(here, 0.0, distance)
    met = distance <= (limit + within)[near]
    near, distance, into = near[met], distance[met], numbers[near[met]]
    some, begin, end = some.take(near), begin[near], end[near]
    reach = np.maximum(limit[near], distance)
    first, last = _instants(ways, table, some, begin, end, reach)
    passages.distance_m[into], passages.within_error[into] = distance, within_error
    passages.on_track[into], passages.on_part[into] = on_track[met], on_part[met]
    passages.first[into], passages.last[into] = first, last
    passages.height_gap_m[into] = _least_height_gaps_m(
        ways, table, some, (timely[0][near], timely[1][near]), reach, (begin, end), (first, last)
    )


def _instants(
    ways: _Ways, table: PartTable, pairs: Pairs, begin: Floats, end: Floats, reach_m: Floats
) -> tuple[Floats, Floats]:
    """The first and last fractions, between two, at which each pair is within reach."""
    straying = np.minimum(_BOWS_M, _BOWS_M**2 / (2 * np.maximum(reach_m, 1e-9)))
    reach = reach_m + straying + _EDGE_M + 1e-7 * reach_m
    found = ways.pass_by(table, pairs, (begin, end), reach, reach)
    first, last = found[:, FIRST], found[:, LAST]
    is_open = begin <= end
    first = np.where(_inside(ways.movers, table, pairs, begin, is_open), begin, first)
    last = np.where(_inside(ways.movers, table, pairs, end, is_open), end, last)
    return np.minimum(first, end), np.maximum(last, begin)


def _least_height_gaps_m(
    ways: _Ways,
    table: PartTable,
    pairs: Pairs,
    timely: tuple[Floats, Floats],
    reach_m: Floats,
    looked: tuple[Floats, Floats],
    near: tuple[Floats, Floats],
) -> Floats:
    """The least height gaps between the first and last instant at which each is near in time.

    Args:
        looked, near: between which fractions, and at which of them, each is known to be near.
    """
    movers, row, part = ways.movers, pairs.row, pairs.part
    height, rise = movers.height_m[row], movers.rise_m[row]
    floor, ceiling = table.floor_m[part], table.ceiling_m[part]
    moving = np.flatnonzero(rise != 0)
    first, last = timely[0].copy(), timely[1].copy()
    first[moving], last[moving] = near[0][moving], near[1][moving]
    other = moving[
        (looked[0][moving] > timely[0][moving]) | (looked[1][moving] < timely[1][moving])
    ]
    if len(other):
        first[other], last[other] = _instants(
            ways, table, pairs.take(other), timely[0][other], timely[1][other], reach_m[other]
        )
    touches = fractions_between(height, rise, floor, ceiling)
    gaps = [
        np.maximum(np.maximum(floor - at, at - ceiling), 0.0)
        for at in (height + rise * first, height + rise * last)
    ]
    touching = np.maximum(first, touches[0]) <= np.minimum(last, touches[1])
    return np.where(touching | (movers.known[row] == 0), 0.0, np.minimum(*gaps))


def _errors_m(movers: Movers, table: PartTable, pairs: Pairs) -> Floats:
    """How far off both may be by the end of the look-ahead."""
    errors: Floats = (
        movers.accuracy_m[pairs.row]
        + movers.accuracy_gain_m[pairs.row]
        + table.accuracy_m[pairs.part]
    )
    return errors


def _timely(movers: Movers, table: PartTable, pairs: Pairs) -> tuple[Floats, Floats]:
    """Between which fractions each part is occupied, or nearly; else begin > end."""
    lasts = np.full(len(pairs), movers.lasts_s)
    more = pairs.time_s + TIME_ROUNDING_S
    return fractions_between(
        np.zeros(len(pairs)),
        lasts,
        table.starts_s[pairs.part] - more - movers.from_s,
        table.ends_s[pairs.part] + more - movers.from_s,
    )


def _level(
    movers: Movers, table: PartTable, pairs: Pairs, within_error: bool
) -> tuple[Floats, Floats]:
    """Between which fractions heights are too near; else begin > end."""
    row = pairs.row
    clear = pairs.vertical_m + HEIGHT_ROUNDING_M
    if within_error:
        clear = clear + movers.height_accuracy_m[row] + movers.height_accuracy_gain_m[row]
    begin, end = fractions_between(
        movers.height_m[row],
        movers.rise_m[row],
        table.floor_m[pairs.part] - clear,
        table.ceiling_m[pairs.part] + clear,
    )
    known = movers.known[row] > 0
    return np.where(known, begin, 0.0), np.where(known, end, 1.0)


def _inside(
    movers: Movers, table: PartTable, pairs: Pairs, fraction: Floats, asked: Flags
) -> Flags:
    """Which tracks are inside the area that their part is, at a fraction; not where not asked."""
    inside = np.zeros(len(pairs), dtype=np.bool_)
    which = np.flatnonzero(asked & table.is_area[pairs.part])
    points = movers.ways.points(pairs.row[which], fraction[which])
    for number in np.unique(pairs.part[which]).tolist():
        area = table.parts[number].shape.area
        assert area is not None
        own = np.flatnonzero(pairs.part[which] == number)
        inside[which[own]] = area.holds(points[own])
    return inside


def _at(movers: Movers, row: Indices, fraction: Floats) -> Floats:
    return np.column_stack(movers.ways.place(row, fraction))


def _places(movers: Movers, table: PartTable, pairs: Pairs, found: Floats) -> tuple[Floats, Floats]:
    """The places that the loops name, on the ways and on the shapes, shape (n, 2)."""
    chord = found[:, CHORD].astype(np.intp)
    begin, end = table.chords.fractions[chord].T
    on_arc = begin + (end - begin) * found[:, ON_CHORD]
    lon, lat = table.arcs.place(table.arc_of_chord[chord], on_arc)
    return _at(movers, pairs.row, found[:, ON_WAY]), np.column_stack([lon, lat])


def _judge_alone(
    movers: Movers, table: PartTable, pairs: Pairs, number: int, passages: Passages
) -> None:
    """The slow way, for one pair."""
    part = table.parts[int(pairs.part[number])]
    mover = mover_of(movers, int(pairs.row[number]))
    met = find_track_meeting(mover, part, pairs.separation(number))
    if met is None:
        return
    passages.distance_m[number] = met.distance_m + part.radius_m
    passages.first[number] = (met.starts_s - movers.from_s) / (movers.lasts_s or 1.0)
    passages.last[number] = (met.ends_s - movers.from_s) / (movers.lasts_s or 1.0)
    passages.height_gap_m[number] = met.height_gap_m
    passages.on_track[number], passages.on_part[number] = met.on_a, met.on_b
    passages.within_error[number] = met.within_error


def _nothing(count: int) -> Passages:
    return Passages(
        distance_m=np.full(count, np.inf),
        first=np.zeros(count),
        last=np.zeros(count),
        height_gap_m=np.zeros(count),
        on_track=np.zeros((count, 2)),
        on_part=np.zeros((count, 2)),
        within_error=np.zeros(count, dtype=np.bool_),
    )
