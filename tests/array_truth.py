"""The independent truth for many moving things at once: who comes how near to whom, by geodesics.

Nothing here is shared with openline but the geodesics, which are PROJ's, and `test_track_truth`
holds those to geographiclib's. No bound on how geodesics bend is used anywhere: pairs are
left out only where neither could have covered the distance, and the nearest instant of the rest is
sought by samples and golden sections. What is given back is a true distance at a true instant, so
it may lie a hair above the least, and never below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from encounters import GEOD, KEEP_M, Floats, Keeping, Numbers, Swarm

SAMPLES = 16
ROUNDS = 32
GOLDEN = (np.sqrt(5) - 1) / 2
AT_ONCE = 50_000
SQUARED_ECCENTRICITY = GEOD.es


@dataclass(frozen=True, eq=False)
class Nearest:
    """By how much each pair stays farther apart than it must, when that is least, and how far apart
    it is then; infinite where never level enough."""

    spare_m: Floats
    distance_m: Floats
    second: Floats


def through_earth(lon_deg: Floats, lat_deg: Floats) -> Floats:
    """Earth-centred metres by the textbook formula, on the last axis."""
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    across = GEOD.a / np.sqrt(1 - SQUARED_ECCENTRICITY * np.sin(lat) ** 2)
    level = across * np.cos(lat)
    up = across * (1 - SQUARED_ECCENTRICITY) * np.sin(lat)
    return np.stack([level * np.cos(lon), level * np.sin(lon), up], axis=-1)


def level_seconds(swarm: Swarm, a: Numbers, b: Numbers, keeping: Keeping) -> tuple[Floats, Floats]:
    """Between which seconds pairs are level enough; the first is above the last where never."""
    climb = swarm.climb[b] - swarm.climb[a]
    gap = swarm.height[b] + swarm.climb[b] * swarm.age_s[b]
    gap = gap - (swarm.height[a] + swarm.climb[a] * swarm.age_s[a])
    begin, end = np.zeros(len(a)), np.full(len(a), swarm.lasts_s)
    for sign in (1, -1):  # not too high, and not too low
        spare, loses = keeping.level_m - sign * gap, sign * climb - keeping.level_gain_mps
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = spare / loses
        end = np.where(loses > 0, np.fmin(end, turn), end)
        begin = np.where(loses < 0, np.fmax(begin, turn), begin)
        end = np.where((loses == 0) & (spare < 0), -np.inf, end)
    return begin, end


def possible_pairs(swarm: Swarm) -> Numbers:
    """All pairs of different parties but those that surely stay apart, shape (k, 2).

    If at the middle of each piece of the time two are farther apart, in a straight line, than they
    must keep and than both cover in half a piece, then they stay apart. A little is allowed for.
    """
    middles = _places(swarm, 0.5)
    reach = (KEEP_M.max() + swarm.way_m(np.arange(len(swarm)))) / 2 + 10
    reach += swarm.keeping(np.arange(len(swarm)), np.arange(len(swarm))).at_last_m(swarm.lasts_s)
    squares = np.einsum("ij,ij->i", middles, middles)
    squared = np.add.outer(squares, squares) - 2 * middles @ middles.T
    a, b = np.nonzero(np.triu(squared <= 1.02 * np.add.outer(reach, reach) ** 2, 1))
    other = swarm.party[a] != swarm.party[b]
    a, b = a[other], b[other]
    keeping = swarm.keeping(a, b)
    reach = 1.01 * (keeping.at_last_m(swarm.lasts_s) + 10)
    reach += 1.01 * (swarm.way_m(a) + swarm.way_m(b)) / (2 * SAMPLES)
    near = np.zeros(len(a), dtype=bool)
    for sample in range(SAMPLES):
        places = _places(swarm, (sample + 0.5) / SAMPLES)
        away = places[a] - places[b]
        near |= np.einsum("ij,ij->i", away, away) <= reach**2
    begin, end = level_seconds(swarm, a, b, keeping._replace(level_m=keeping.level_m + 1))
    return np.column_stack([a, b])[near & (begin <= end)]


def _places(swarm: Swarm, share: float) -> Floats:
    """Where all are, earth-centred, after a share of the time."""
    return through_earth(
        *swarm.place(np.arange(len(swarm)), np.full(len(swarm), swarm.lasts_s * share))
    )


def nearest(swarm: Swarm, pairs: Numbers, keeping: Keeping) -> Nearest:
    """How near each of these pairs comes, of what it must keep, while level enough."""
    parts = [slice(i, i + AT_ONCE) for i in range(0, len(pairs), AT_ONCE)]
    found = [
        _nearest(swarm, *pairs[part].T, Keeping(*(each[part] for each in keeping)))
        for part in parts or [slice(0)]
    ]
    return Nearest(
        *(
            np.concatenate([getattr(each, field.name) for each in found])
            for field in fields(Nearest)
        )
    )


def _nearest(swarm: Swarm, a: Numbers, b: Numbers, keeping: Keeping) -> Nearest:
    begin, end = level_seconds(swarm, a, b, keeping)
    never = begin > end
    begin, end = np.where(never, 0.0, begin), np.where(never, 0.0, end)

    def straight(second: Floats) -> Floats:
        away = through_earth(*swarm.place(b, second)) - through_earth(*swarm.place(a, second))
        return np.sqrt(np.einsum("ij,ij->i", away, away)) - keeping.gain_mps * second

    seconds = [begin + (end - begin) * i / SAMPLES for i in range(SAMPLES + 1)]
    best = np.argmin([straight(each) for each in seconds], axis=0)
    part = (end - begin) / SAMPLES
    low = begin + part * np.maximum(best - 1, 0)
    high = begin + part * np.minimum(best + 1, SAMPLES)
    tried = np.stack([begin, end, np.clip(lowest(straight, low, high), begin, end)])
    apart = np.stack([GEOD.inv(*swarm.place(a, each), *swarm.place(b, each))[2] for each in tried])
    spare = apart - keeping.first_m - keeping.gain_mps * tried
    spare, apart = np.where(never, np.inf, spare), np.where(never, np.inf, apart)
    which = np.argmin(spare, axis=0), np.arange(len(a))
    return Nearest(spare[which], apart[which], tried[which])


def lowest(
    function: Callable[[Floats], Floats], low: Floats, high: Floats, rounds: int = ROUNDS
) -> Floats:
    """Where functions with one valley each are least, by golden section; never quite at an end."""
    c, d = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_c, at_d = function(c), function(d)
    for _ in range(rounds):
        left = at_c < at_d
        low, high = np.where(left, low, c), np.where(left, d, high)
        span = GOLDEN * (high - low)
        fresh = np.where(left, high - span, low + span)
        at_fresh = function(fresh)
        c, d = np.where(left, fresh, d), np.where(left, c, fresh)
        at_c, at_d = np.where(left, at_fresh, at_d), np.where(left, at_c, at_fresh)
    return (low + high) / 2
