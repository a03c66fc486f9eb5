"""Faults in what was told: each is found by name, and what is right raises nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openline.detection import (
    find_absurd_speed,
    find_jump,
    find_mgrs_difference,
    find_name_far_from_place,
    find_swapped,
    find_two_places,
    find_wrong_side,
)
from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.errors import Malformed
from openline.domain.finding import AreaOfInterest, Fault, Place
from openline.domain.plan import Kind
from openline.domain.track import Fix

CITY = Position(lat_deg=35.33588, lon_deg=40.14084, accuracy_m=500)
PLACE = Place(name="Deir ez-Zor (city centre)", position=CITY, bank=Side.RIGHT)
SYRIA = AreaOfInterest(south_deg=34, west_deg=39, north_deg=37, east_deg=42)


def at(lat_deg, lon_deg, accuracy_m=0.0):
    return Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)


@pytest.mark.parametrize(("place", "area"), [(PLACE, None), (None, SYRIA)])
def test_latitude_and_longitude_swapped_are_found(place, area):
    swapped = at(CITY.lon_deg, CITY.lat_deg)
    assert find_swapped("N-002", swapped, place, area).fault is Fault.LAT_LON_SWAPPED
    assert find_swapped("N-002", CITY, place, area) is None


def test_what_would_be_wrong_either_way_is_no_swap():
    assert find_swapped("N-002", at(10, 120), PLACE, SYRIA) is None
    assert find_swapped("N-002", at(35.4, 40.2), PLACE, None) is None
    assert find_swapped("N-002", at(40.1, 35.3), None, None) is None


def test_an_area_over_the_antimeridian_holds_both_sides_of_it():
    fiji = AreaOfInterest(south_deg=-20, west_deg=177, north_deg=-15, east_deg=-178)
    assert (fiji.holds(-17, 179), fiji.holds(-17, -179), fiji.holds(-17, 0)) == (True, True, False)


def test_a_position_9_km_off_its_name_is_found_without_saying_where():
    found = find_name_far_from_place("N-004", at(35.33588 + 9 / 110.9, 40.14084), PLACE)
    assert found.fault is Fault.NAME_FAR_FROM_PLACE
    assert found.sentence == (
        "N-004: its position is 9.0 km from the place it names, known to 0.5 km. "
        "Correct the position or the name."
    )


def test_a_position_within_the_accuracy_of_its_place_is_right():
    assert find_name_far_from_place("N-004", at(35.339, 40.141), PLACE) is None


@pytest.mark.parametrize("grid", ["37SFV036108", "37S FV 03690 10882", "37sfv03691088", "37SFV01"])
def test_a_grid_reference_agrees_to_its_own_precision(grid):
    assert find_mgrs_difference("N-002", CITY, grid) is None


def test_a_grid_reference_of_another_square_is_found():
    exact = Position(lat_deg=CITY.lat_deg, lon_deg=CITY.lon_deg)
    assert find_mgrs_difference("N-002", exact, "37SFV036108") is None
    assert find_mgrs_difference("N-002", exact, "37SFV036110").fault is Fault.MGRS_DIFFERS
    assert find_mgrs_difference("N-002", exact, "37SFV13").fault is Fault.MGRS_DIFFERS


@pytest.mark.parametrize("grid", ["", "nonsense", "37SFV03610", "99ZZZ123456", "37SFVé"])
def test_what_is_no_grid_reference_is_refused(grid):
    with pytest.raises(Malformed, match="N-002: its grid reference cannot be read"):
        find_mgrs_difference("N-002", CITY, grid)


def test_the_wrong_bank_is_found_only_beyond_the_errors(river):
    east_bank = at(35.40, 40.20)
    found = find_wrong_side("N-001", east_bank, Side.RIGHT, river, 1000)
    assert found.fault is Fault.WRONG_SIDE
    assert find_wrong_side("N-001", east_bank, Side.LEFT, river, 1000) is None
    assert find_wrong_side("N-001", east_bank, Side.UNKNOWN, river, 1000) is None
    near = at(35.2605, 40.33)
    assert find_wrong_side("N-003", near, Side.RIGHT, river, 1000) is None


def test_one_site_at_two_places_is_found():
    assert find_two_places("N-001", CITY, at(35.34, 40.14)) is None
    assert find_two_places("N-001", CITY, at(35.40, 40.14)).fault is Fault.TWO_PLACES


def fix(now, after_s=0.0, lat_deg=35.0, kind=Kind.GROUND, **told):
    return Fix(
        track="t",
        party="EAST",
        kind=kind,
        at=now + timedelta(seconds=after_s),
        position=at(lat_deg, 40.0, 50.0),
        **told,
    )


@pytest.mark.parametrize(
    ("after_s", "lat_deg", "kind", "jumped"),
    [
        (60, 35.08, Kind.GROUND, True),
        (60, 35.08, Kind.AIR, False),
        (600, 35.08, Kind.GROUND, False),
        (1, 35.008, Kind.GROUND, False),
        (0, 35.08, Kind.AIR, True),
    ],
)
def test_a_jump_of_kilometres_faster_than_the_kind_is_found(now, after_s, lat_deg, kind, jumped):
    found = find_jump(fix(now, kind=kind), fix(now, after_s, lat_deg, kind))
    assert (found is not None and found.fault is Fault.JUMP) is jumped


def test_an_absurd_speed_or_climb_is_found(now):
    assert find_absurd_speed(fix(now, speed_mps=20)) is None
    assert find_absurd_speed(fix(now, speed_mps=200)).fault is Fault.ABSURD_SPEED
    assert find_absurd_speed(fix(now, climb_mps=-40)).fault is Fault.ABSURD_SPEED


def test_no_sentence_holds_a_position_or_a_name(now, river):
    found = [
        find_swapped("x", at(40.14084, 35.33588), PLACE, None),
        find_name_far_from_place("x", at(35.7, 40.7), PLACE),
        find_mgrs_difference("x", at(35.7, 40.7), "37SFV036108"),
        find_wrong_side("x", at(35.40, 40.20), Side.RIGHT, river, 1000),
        find_two_places("x", CITY, at(35.7, 40.7)),
        find_jump(fix(now), fix(now, 1, 35.7)),
    ]
    for each in found:
        assert each is not None
        assert not any(
            secret in each.sentence for secret in ("35.", "40.", "37S", "Deir", "036108")
        )
