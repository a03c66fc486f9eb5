"""Which of many things that move straight on come too near one another: a search that misses none.

Everything is taken to move along chords, and widened by how far it may stray from them. What may
come near is found among the middles of the chords. Bounds and their derivations stand in
`docs/detection.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openline.geometry.chord_pairs import (
    Crowd,
    Keeping,
    Search,
    find_among_all,
    find_by_tree,
)
from openline.geometry.courses import (
    CHORD_COLUMNS,
    FARTHEST_ALONG_M,
    FROM,
    HALF,
    LONGEST_CHORD_M,
    MIDDLE,
    TO,
    WIDTH,
    Courses,
    Traffic,
    bow_m,
    circle_of,
    fill_chords,
    in_slices,
)
from openline.geometry.ellipsoid import EQUATOR_RADIUS_M, Flags, Floats, Indices, travel

_ALL_PAIRS_UP_TO: Final = 256
"""So few are tried pair by pair: quicker than a compiler is read in."""
_SAMPLE: Final = 4_096
_FAR_ABOVE: Final = 1.5
_MOST_ARE: Final = 0.98
"""Few reach so much farther than most of a sample do: they ask for themselves. What goes so much
farther is cut into pieces."""
_FEW: Final = 512
_STRETCHES: Final = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])
_LAYING_OUT_NS: Final = 500.0
_TRYING_NS: Final = 1.2
"""What one thing and one pair cost a sweep; only their ratio counts, and only for speed."""
_SHARES: Final = (1.0, 0.95, 0.8)
"""Up to what share of a sample, by length, ways may be left whole."""
_NAME_BITS: Final = 32

Keys = NDArray[np.int64]


@dataclass(frozen=True)
class _Cut:
    """Into how many stretches the time is cut, and how long a chord may be in one of them."""

    stretches: int
    longest_m: float


def find_near_pairs(
    traffic: Traffic,
    horizontal_m: Floats,
    vertical_m: Floats,
    search: Search | None = None,
    touching: Flags | None = None,
) -> Indices:
    """All pairs that come too near in distance and height at one instant, and few besides.

    Of the pairs given none stays apart more than it must, errors included, by over 3 m and the
    bows of both: √(keep² + bows²) instead of `keep`, where a way of 75 km bows by 111 m.

    Args:
        horizontal_m, vertical_m: by kind and kind, symmetric, how much two must keep.
        search: how to look; by default the quickest way that this machine has.
        touching: where given, only pairs with at least one so flagged.

    Returns:
        Shape (k, 2), sorted, each pair once and its lower number first.

    Raises:
        ValueError: a number is NaN, or infinite where only a height error may be.
    """
    traffic.check()
    count = len(traffic)
    if count < 2 or (touching is not None and not touching.any()):
        return np.empty((0, 2), dtype=np.intp)
    present = np.flatnonzero(np.bincount(traffic.kind, minlength=len(horizontal_m)))
    widest, tallest = (
        horizontal_m[:, present].max(axis=1) / 2,
        vertical_m[:, present].max(axis=1) / 2,
    )
    keeping = Keeping(
        horizontal_m - widest[:, None] - widest[None, :],
        vertical_m - tallest[:, None] - tallest[None, :],
    )
    look = search or (find_among_all if count <= _ALL_PAIRS_UP_TO else quickest_search())
    asked = _Asked(traffic, widest, tallest, touching)
    cut = _cut(asked.courses, asked.farthest_m)
    names = [asked.names(look, keeping, cut, stretch) for stretch in range(cut.stretches)]
    found = np.sort(np.concatenate(names))
    once = found[np.concatenate([[True], found[1:] != found[:-1]])[: len(found)]]
    return np.column_stack([once >> _NAME_BITS, once & ((1 << _NAME_BITS) - 1)])


Fill = Callable[[Courses, float, float, float, Floats, Floats], None]


@cache
def quickest_fill() -> Fill:
    """The compiled loop that fills in chords; arrays, with the same answers, without a compiler."""
    try:
        from openline.geometry.chord_loops import fill_chords_by_loop

        nobody = np.empty(0)
        columns = np.empty((0, CHORD_COLUMNS))
        fill_chords_by_loop(Courses(*[nobody] * 10), 0.0, 1.0, 0.0, columns, nobody)
    except Exception:  # noqa: BLE001  whatever keeps a compiler from its work, tracks are watched
        return fill_chords
    return fill_chords_by_loop


@cache
def quickest_search() -> Search:
    """The compiled sweep, ready to run; the tree, with the same answers, where it cannot be had."""
    try:
        from openline.geometry.sweep import find_by_sweep

        find_by_sweep(*_a_small_crowd())
    except Exception:  # noqa: BLE001  whatever keeps a compiler from its work, tracks are watched
        return find_by_tree
    return find_by_sweep


class _Asked:
    """Courses with their kinds and owners, and which of them ask."""

    def __init__(
        self, traffic: Traffic, widest_m: Floats, tallest_m: Floats, touching: Flags | None
    ) -> None:
        n = len(traffic)
        ways, kind = traffic.ways, traffic.kind
        self.kind, self.owner, self.touching = kind, traffic.owner, touching
        self.courses = Courses(
            *(ways.lon_deg, ways.lat_deg, ways.course_deg, ways.length_m),
            *(traffic.height_m, traffic.rise_m),
            widest_m[kind] + traffic.error_m,
            np.broadcast_to(np.asarray(traffic.error_gain_m, dtype=float), n),
            tallest_m[kind] + traffic.height_error_m,
            np.broadcast_to(np.asarray(traffic.height_error_gain_m, dtype=float), n),
        )
        widest = self.courses.width_m.max() + self.courses.width_gain_m.max()
        self.farthest_m = 2 * float(widest)
        self.fill = fill_chords if n <= _ALL_PAIRS_UP_TO else quickest_fill()

    def names(self, look: Search, keeping: Keeping, cut: _Cut, stretch: int) -> Keys:
        """Each pair of one stretch of the time as one number, in any order, some perhaps twice."""
        crowd, numbers = self._crowd(cut, stretch / cut.stretches, (stretch + 1) / cut.stretches)
        found = look(crowd, keeping)
        a, b = (side.astype(np.int64) for side in found.T)
        if numbers is not None:
            a, b = numbers[a], numbers[b]
        names: Keys = (np.minimum(a, b) << _NAME_BITS) | np.maximum(a, b)
        return names

    def _crowd(self, cut: _Cut, begin: float, end: float) -> tuple[Crowd, Indices | None]:
        """The chords of all between two fractions, and whose each is where some have several."""
        length, n = self.courses.length_m, len(self.kind)
        cuts = max((end - begin) / cut.longest_m, end / FARTHEST_ALONG_M)
        several = np.flatnonzero(length * cuts > 1)
        pieces = np.ceil(length[several] * ((end - begin) / cut.longest_m)).astype(np.intp)
        rows = np.empty((n + int(pieces.sum()) - len(several), CHORD_COLUMNS))
        reach = np.empty(len(rows))
        in_slices(
            n,
            lambda part: self.fill(
                self.courses.take(part), begin, end, self.farthest_m, rows[part], reach[part]
            ),
        )
        kind, owner, asks, numbers = self.kind, self.owner, self.touching, None
        if len(several):
            later = self._fill_pieces(rows, reach, several, pieces, begin, end)
            numbers = np.concatenate([np.arange(n), later])
            kind, owner = kind[numbers], owner[numbers]
            asks = None if asks is None else asks[numbers]
        return Crowd(rows, kind, owner, reach, _usual(reach), asks), numbers

    def _fill_pieces(
        self,
        rows: Floats,
        reach: Floats,
        several: Indices,
        pieces: Indices,
        begin: float,
        end: float,
    ) -> Indices:
        """Fills in those that are cut: the first piece in its place, the others at the end.

        Each piece has a circle of its own, and is written as if it went on all the stretch.

        Returns:
            Whose each of the pieces at the end is.
        """
        whose, lasts = np.repeat(several, pieces), 1 / np.repeat(pieces, pieces)
        place = np.arange(len(whose)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        whole = self.courses.take(whose)
        share = (end - begin) * lasts
        lon, lat, course = travel(
            whole.lon_deg,
            whole.lat_deg,
            whole.course_deg,
            whole.length_m * (begin + share * place),
        )
        piece = Courses(
            *(lon, lat, course, whole.length_m * share),
            *(whole.height_m + whole.rise_m * begin, whole.rise_m * (end - begin)),
            *(whole.width_m + whole.width_gain_m * end, np.zeros(len(whose))),
            *(whole.tallness_m + whole.tallness_gain_m * end, np.zeros(len(whose))),
        )
        chords, reached = np.empty((len(whose), CHORD_COLUMNS)), np.empty(len(whose))
        fill_chords(piece, 0.0, 1.0, self.farthest_m, chords, reached)
        chords[:, FROM] = 2 * lasts * place - 1
        chords[:, TO] = np.minimum(2 * lasts * (place + 1) - 1, 1.0)
        chords[:, HALF : HALF + 3] /= lasts[:, None]
        halfway = 0.5 * (chords[:, FROM] + chords[:, TO])
        chords[:, MIDDLE : MIDDLE + 3] -= halfway[:, None] * chords[:, HALF : HALF + 3]
        first = place == 0
        rows[several], rows[len(self.kind) :] = chords[first], chords[~first]
        reach[several], reach[len(self.kind) :] = reached[first], reached[~first]
        later: Indices = whose[~first]
        return later


def _usual(lengths_m: Floats) -> float:
    """The greatest of all but a few that are far greater: they would widen the search for all."""
    some = lengths_m[:: max(1, len(lengths_m) // _SAMPLE)]
    usual = lengths_m <= _FAR_ABOVE * float(np.quantile(some, _MOST_ARE))
    if np.count_nonzero(usual) < _MOST_ARE * len(lengths_m):
        usual[:] = True
    return float(lengths_m[usual].max())


def _cut(courses: Courses, farthest_m: float) -> _Cut:
    """How to cut the time, and the ways of those that go much farther than most.

    Short chords reach less far, but each costs. Right for any answer; the best is guessed from how
    crowded a sample is.
    """
    length = courses.length_m
    if len(length) <= _ALL_PAIRS_UP_TO:
        return _Cut(1, LONGEST_CHORD_M)
    usual = _usual(length)
    over = length[length > usual]
    some = np.arange(0, len(length), max(1, len(length) // _SAMPLE))
    sample = np.minimum(length[some], usual)
    tops = np.quantile(sample, _SHARES)
    tops[0] = usual
    chords = np.clip(tops[:, None] / _STRETCHES, 1.0, LONGEST_CHORD_M)
    whole = chords * _STRETCHES
    things = len(length) * _pieces(sample[:: max(1, len(sample) // _FEW)], whole).mean(axis=-1)
    things += _pieces(over, whole).sum(axis=-1)
    reach = chords + 2 * np.hypot(farthest_m / 2, bow_m(chords))
    widest = float(reach[0, 0])
    times = len(length) / len(some)
    tries = _tries(courses.take(some), times, widest) * (reach / widest) ** 2
    each = _LAYING_OUT_NS * things + _TRYING_NS * tries * (things / len(length)) ** 2
    share, number = np.unravel_index(np.argmin(each * _STRETCHES), each.shape)
    return _Cut(int(_STRETCHES[number]), float(chords[share, number]))


def _pieces(length_m: Floats, longest_m: Floats) -> Floats:
    """Into how many pieces ways are cut, for each of some longest: on an axis added at the end."""
    pieces: Floats = np.maximum(np.ceil(length_m / longest_m[..., None]), 1.0)
    return pieces


def _tries(some: Courses, times: float, reach_m: float) -> float:
    """About how many pairs a sweep would try with such a reach, by a sample of cells so large."""
    circles = circle_of(some.lon_deg, some.lat_deg, some.course_deg)
    x, y, z = (np.floor(axis / reach_m).astype(np.int64) for axis in circles[:3])
    _, counts = np.unique((x << 42) + (y << 21) + z, return_counts=True)
    return 3.0 * float(counts @ (counts - 1)) * times**2


def _a_small_crowd() -> tuple[Crowd, Keeping]:
    """Two that meet, one of which asks and one of which reaches far: every loop is run."""
    chords = np.zeros((2, CHORD_COLUMNS))
    chords[:, MIDDLE], chords[:, WIDTH] = EQUATOR_RADIUS_M, 1.0
    labels, none = np.arange(2, dtype=np.int32), np.zeros((1, 1))
    reach = np.array([1.0, 2.0])
    kind = np.zeros(2, dtype=np.int32)
    return Crowd(chords, kind, labels, reach, 1.0), Keeping(none, none)
