"""What meets a measure in force: plans, sites, tracks, and the measures drawn around it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk_harness import T0, contents, open_line, river_desk
from ground_harness import (
    ALL_FOUR,
    HOUR,
    RIVER,
    SPOT,
    agree,
    area,
    buffer_of,
    circle,
    cosign,
    file_plan,
    north_of,
    separation_line,
)
from openline.desk.comparing.ground import volumes_of
from openline.desk.drafting import phrase_for
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.airspace import Circle, HeightBand, Polygon, Position
from openline.domain.check_phrase import check_phrase
from openline.domain.conflict import ConflictKind, ConflictsEased, ConflictsFound, PointerGiven
from openline.domain.crossing import Side
from openline.domain.errors import (
    UnknownThing,
    WrongState,
)
from openline.domain.measure import (
    CosignBody,
    MeasureBody,
    MeasureCosigned,
    MeasureKind,
    MeasureProposed,
    MeasureSuspended,
)
from openline.domain.phrase_book import Language
from openline.domain.plan import Kind
from openline.domain.rules import Level
from openline.domain.spoken_phrase import in_language


def test_a_plan_that_enters_an_agreed_area_is_a_finding_and_its_own_side_is_told() -> None:
    desk = river_desk()
    agree(desk, area())

    filed = file_plan(desk, "EASTB", "B-1")

    (found,) = contents(filed, ConflictsFound)
    assert [(each.a, each.b, each.kind) for each in found.conflicts] == [
        ("B-1", "NFA-1", ConflictKind.PLAN_MEASURE)
    ]
    assert {each.to for each in contents(filed, PointerGiven)} == set(ALL_FOUR)


def test_those_a_measure_is_made_for_are_not_kept_out_by_it() -> None:
    desk = river_desk()
    agree(desk, area(kind=MeasureKind.RESTRICTED_OPERATIONS_ZONE, for_parties=("EAST",)))

    assert contents(file_plan(desk, "EAST", "E-1"), ConflictsFound) == []
    assert len(contents(file_plan(desk, "WESTB", "B-1"), ConflictsFound)) == 1


def test_a_measure_that_comes_into_force_is_held_against_plans_filed_before() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    last = agree(desk, area())

    (found,) = contents(last, ConflictsFound)
    assert [(each.a, each.b) for each in found.conflicts] == [("E-1", "NFA-1")]


def test_anything_within_the_ground_separation_of_a_separation_line_is_a_finding() -> None:
    desk = river_desk()
    agree(desk, separation_line(accuracy_m=0.0))
    on_line = RIVER[1]

    near = contents(file_plan(desk, "EAST", "E-1", at=north_of(2_300.0, on_line)), ConflictsFound)
    far = contents(file_plan(desk, "EAST", "E-2", at=north_of(3_200.0, on_line)), ConflictsFound)

    assert len(near) == 1
    assert far == []
    where = desk.state.conflicts[near[0].conflicts[0].conflict].where
    assert where is not None
    assert 1_300.0 < where.least_distance_m < 1_800.0


def test_a_buffer_is_all_ground_within_its_distance_and_moves_with_what_it_is_around() -> None:
    desk = river_desk()
    agree(desk, separation_line(accuracy_m=0.0))
    agree(desk, buffer_of("SEP-1", within_m=5_000.0))
    filed = file_plan(desk, "EAST", "E-1", at=north_of(5_000.0, RIVER[1]))
    moved = tuple((lon, lat - 0.05) for lon, lat in RIVER)

    last = agree(desk, separation_line(version=2, path=moved, accuracy_m=0.0))

    assert [each.b for each in contents(filed, ConflictsFound)[0].conflicts] == ["E-1"]
    assert [each.a for each in contents(filed, ConflictsFound)[0].conflicts] == ["BUF-1"]
    assert len(contents(last, ConflictsEased)) == 1
    assert desk.state.conflicts == {}


def test_a_buffer_around_a_polygon_is_round_at_its_corners() -> None:
    desk = river_desk()
    ring = ((40.2, 35.5), (40.21, 35.5), (40.21, 35.51), (40.2, 35.51))
    square = replace(area("NFA-1"), body=MeasureBody(footprint=Polygon(rings=((ring,),))))
    agree(desk, square)
    agree(desk, buffer_of("NFA-1", within_m=1_000.0))
    corner = (40.2 - 0.0088, 35.5 - 0.0072)  # 800 m west and 800 m south: 1,130 m off

    beyond = file_plan(desk, "EAST", "E-1", at=corner, radius_m=50.0)
    within = file_plan(desk, "EAST", "E-2", at=corner, radius_m=200.0)

    assert contents(beyond, ConflictsFound) == []
    assert [each.a for each in contents(within, ConflictsFound)[0].conflicts] == ["BUF-1"]


def test_a_buffer_of_nothing_in_force_is_refused() -> None:
    desk = river_desk()

    with pytest.raises(UnknownThing, match="no measure SEP-1 in force"):
        desk.say("EAST", buffer_of("SEP-1"))


def test_a_coordinating_altitude_keeps_aircraft_above_it_and_drones_below() -> None:
    desk = river_desk()
    agree(
        desk,
        replace(
            area("CA-1", MeasureKind.COORDINATING_ALTITUDE),
            body=MeasureBody(footprint=circle(5_000.0), altitude_m=1_000.0),
        ),
    )
    low, high = HeightBand(lower_m=0.0, upper_m=800.0), HeightBand(lower_m=1_200.0, upper_m=2e3)

    found = {
        (kind, name): contents(
            file_plan(desk, "EAST", f"{kind}-{name}", kind=kind, heights=heights), ConflictsFound
        )
        != []
        for kind in (Kind.AIR, Kind.DRONE, Kind.GROUND)
        for name, heights in (("low", low), ("high", high))
    }

    assert {key for key, met in found.items() if met} == {
        (Kind.AIR, "low"),
        (Kind.DRONE, "high"),
    }


def test_a_coordinating_altitude_is_held_against_plans_filed_before() -> None:
    desk = river_desk()
    low = HeightBand(lower_m=0.0, upper_m=800.0)
    file_plan(desk, "EAST", "E-air", kind=Kind.AIR, heights=low)
    file_plan(desk, "EAST", "E-drone", kind=Kind.DRONE, heights=low)

    last = agree(
        desk,
        replace(
            area("CA-1", MeasureKind.COORDINATING_ALTITUDE),
            body=MeasureBody(footprint=circle(5_000.0), altitude_m=1_000.0),
        ),
    )

    (found,) = contents(last, ConflictsFound)
    assert [each.b for each in found.conflicts] == ["E-air"]


def test_the_other_parties_of_an_agreement_hear_of_one_of_their_own_number_alone() -> None:
    """Who agreed hears when one who agreed with it would break it; not where others move."""
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))
    agree(desk, area(parties=("EAST", "WEST")))

    agreed = contents(file_plan(desk, "WEST", "W-1"), PointerGiven)
    stranger = contents(
        file_plan(desk, "EASTB", "B-1", at=SPOT, starts_at=T0 + 5 * HOUR), PointerGiven
    )

    assert [each.to for each in agreed] == ["EAST", "WEST"]
    assert [each.to for each in stranger] == ["EASTB"]


def test_after_a_snapshot_measures_are_met_as_before() -> None:
    desk = river_desk()
    agree(desk, separation_line())
    agree(desk, area())

    desk.state = state_from_snapshot(snapshot_of(desk.state))

    assert digest_of(desk.state) == digest_of(desk.replayed())
    assert len(contents(file_plan(desk, "EAST", "E-1"), ConflictsFound)) == 1


def test_an_id_names_one_thing_only() -> None:
    desk = river_desk()
    agree(desk, area("X-1"))
    file_plan(desk, "EAST", "X-2")

    with pytest.raises(WrongState, match="taken"):
        file_plan(desk, "EAST", "X-1")
    with pytest.raises(WrongState, match="taken"):
        desk.say("EAST", area("X-2"))
    with pytest.raises(WrongState, match="another sort"):
        desk.say("EAST", area("X-1", MeasureKind.CONTACT_RING, version=2))


@pytest.mark.parametrize("how", ["ends", "is suspended"])
def test_what_only_a_buffer_kept_out_is_eased_with_the_measure_it_is_drawn_around(how: str) -> None:
    desk = river_desk()
    agree(desk, area(ends_at=T0 + 6 * HOUR))
    agree(desk, buffer_of("NFA-1", 3_000.0))
    starts_at = T0 + HOUR
    file_plan(desk, "EAST", "E-1", at=north_of(2_000.0), starts_at=starts_at, ends_at=T0 + 9 * HOUR)
    met = {(each.a, each.b) for each in desk.state.conflicts.values()}

    if how == "ends":
        desk.tick(T0 + 6 * HOUR)
    else:
        desk.say("WEST", MeasureSuspended(measure="NFA-1", version=1))

    assert met == {("BUF-1", "E-1")}
    assert desk.state.conflicts == desk.state.pointers == {}


def test_each_side_reads_the_phrase_in_its_own_language_to_cosign() -> None:
    desk = river_desk()
    entry = desk.say("EAST", separation_line())[0].index
    phrase = check_phrase(volumes_of(desk.state, desk.state.measures["SEP-1/v1"]))
    said = MeasureCosigned(measure="SEP-1", version=1, proposal=entry)

    for party, language in (("WEST", Language.ARABIC), ("WESTB", Language.RUSSIAN)):
        body = CosignBody(check_phrase=in_language(phrase, language))
        desk.say(party, replace(said, body=body))

    assert desk.state.measures["SEP-1/v1"].cosigned == ("WEST", "WESTB")


def test_with_the_phrase_goes_how_far_it_has_moved_and_on_which_bank_it_is() -> None:
    desk = river_desk()
    desk.say("EAST", separation_line())
    for party in ALL_FOUR:
        cosign(desk, party, "SEP-1")
    ring = {"measure": "RING-1", "kind": MeasureKind.NO_FIRE_AREA, "parties": ("EAST", "WEST")}
    told = []
    path = desk.state.measures["SEP-1/v1"].body.footprint.path
    (lon, lat), *_ = path
    for version, moved_deg in ((1, 0.0), (2, 0.01)):
        center = Position(lat_deg=lat + 0.5 + moved_deg, lon_deg=lon)
        body = MeasureBody(footprint=Circle(center=center, radius_m=500.0))
        desk.say("EAST", MeasureProposed(version=version, body=body, **ring))
        told.append(phrase_for(desk.state, "EAST", "RING-1", version))
        if version == 1:
            for party in ("EAST", "WEST"):
                cosign(desk, party, "RING-1")

    first, second = told
    assert (first.from_version, first.moved_m) == (None, None)
    assert (second.from_version, second.moved_m) == (1, pytest.approx(1110, abs=3))
    assert set(second.spoken) == {"en", "fr", "ar", "ru"}
    assert second.banks["SEP-1"] in {(Side.LEFT,), (Side.RIGHT,)}
