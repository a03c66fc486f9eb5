"""The check phrase: the same words iff the geometry is the same to the metre."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import combinations, pairwise

import pytest

from openline.domain.airspace import Circle, Corridor, HeightBand, Polygon, Position, Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.check_words import CHECK_WORDS

SQUARE = ((40.0, 35.0), (41.0, 35.0), (41.0, 36.0), (40.0, 36.0))
HOLE = ((40.4, 35.4), (40.6, 35.4), (40.6, 35.6))
METRE_DEG = 1 / 110_000


def phrase(*footprints, **told):
    return check_phrase([Volume4D(footprint=each, **told) for each in footprints])


def square(*vertices):
    return Polygon(rings=((vertices or SQUARE,),))


def test_it_is_four_words_and_two_digits():
    assert re.fullmatch(r"([a-z]+ ){4}\d\d", phrase(square()))


def test_it_is_the_same_for_ever():
    assert phrase(square()) == "indigo dolphin olive envelope 23"


@pytest.mark.parametrize(
    "vertices",
    [
        (*SQUARE, SQUARE[0]),
        SQUARE[::-1],
        (*SQUARE[2:], *SQUARE[:2]),
        tuple((lon + 360, lat) for lon, lat in SQUARE),
        (SQUARE[0], *SQUARE),
    ],
)
def test_where_a_ring_begins_and_how_it_runs_make_no_difference(vertices):
    assert phrase(square(*vertices)) == phrase(square())


def test_the_order_of_volumes_polygons_and_holes_makes_no_difference():
    point = Circle(center=Position(lat_deg=35, lon_deg=40), radius_m=10)
    assert phrase(square(), point) == phrase(point, square())
    both = Polygon(rings=((SQUARE,), (HOLE,)))
    assert phrase(both) == phrase(Polygon(rings=((HOLE,), (SQUARE,))))
    assert phrase(both) != phrase(Polygon(rings=((SQUARE, HOLE),)))


def test_a_line_is_the_same_from_either_end_unless_it_is_timed():
    path = ((40.0, 35.0), (40.5, 35.1), (41.0, 35.0))
    times = tuple(datetime(2017, 9, 19, hour, tzinfo=UTC) for hour in (5, 6, 7))
    assert phrase(Corridor(path=path)) == phrase(Corridor(path=path[::-1]))
    timed, turned = Corridor(path=path, times=times), Corridor(path=path[::-1], times=times)
    assert phrase(timed) != phrase(turned)


@pytest.mark.parametrize("where", [(40.0, 35.0), (180.0, 0.0), (0.0, 90.0), (12.0, -89.99999)])
def test_two_metres_make_another_phrase_anywhere(where):
    lon_deg, lat_deg = where
    here = Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg))
    towards = -1 if lat_deg > 0 else 1
    there = Circle(center=Position(lat_deg=lat_deg + towards * 2 * METRE_DEG, lon_deg=lon_deg))
    assert phrase(here) != phrase(there)


def test_the_pole_and_the_antimeridian_have_one_phrase_by_any_longitude():
    poles = {phrase(Circle(center=Position(lat_deg=90, lon_deg=lon))) for lon in (0, 77, -120)}
    turns = {phrase(Circle(center=Position(lat_deg=1, lon_deg=lon))) for lon in (180, -180, 540)}
    assert (len(poles), len(turns)) == (1, 1)


def test_a_millimetre_makes_no_difference_but_at_the_edge_of_the_grid():
    north = [Position(lat_deg=35 + i * METRE_DEG / 1000, lon_deg=40) for i in range(2000)]
    phrases = [phrase(Circle(center=center)) for center in north]
    changes = sum(one != other for one, other in pairwise(phrases))
    assert 2 <= changes <= 8


def test_heights_and_sizes_count_by_the_metre():
    def tall(upper_m):
        return phrase(square(), heights=HeightBand(lower_m=0, upper_m=upper_m))

    assert tall(100.0) == tall(100.4) != tall(101.0) != tall(None)
    wide = [phrase(Corridor(path=SQUARE, width_m=width)) for width in (10.0, 10.3, 11.0)]
    assert wide[0] == wide[1] != wide[2]


def test_no_two_words_are_easily_misheard():
    def skeleton(word):
        return word[0] + re.sub("[aeiouyhw]", "", word[1:])

    assert len(CHECK_WORDS) == len(set(CHECK_WORDS)) == 256
    assert len({skeleton(word) for word in CHECK_WORDS}) == 256
    for one, other in combinations(CHECK_WORDS, 2):
        assert one[:4] != other[:4]
        assert edits(one, other) >= 3


def edits(one, other):
    """How many letters to change, add or drop to make one word of the other."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, each in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (letter != each))
    return row[-1]
