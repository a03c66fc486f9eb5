"""What people paste into a form is read as they meant it, and what is odd in it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openline.domain.airspace import Polygon
from openline.protocols.files.pasted import read_pasted

KML = (
    "<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "40,35 40.1,35 40.1,35.1 40,35</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark></kml>"
)
GPX = '<gpx><rte><rtept lat="35" lon="40"/><rtept lat="35.1" lon="40"/></rte></gpx>'


@pytest.mark.parametrize(
    "row",
    [
        "35.33 40.14",
        "35.33, 40.14",
        "35.33N 40.14E",
        "40.14E 35.33N",
        "N35.33 E40.14",
        "35°19'48\"N 40°08'24\"E",
        "35°19.8'N; 40°08.4'E",
    ],
)
def test_a_position_is_read_however_it_is_written(row: str) -> None:
    (point,) = read_pasted(row).waypoints

    assert point.position.lat_deg == pytest.approx(35.33)
    assert point.position.lon_deg == pytest.approx(40.14)


def test_a_row_may_hold_a_name_an_instant_and_a_grid_reference() -> None:
    read = read_pasted("36.05756, 40.73478 al-Shaddadi 37SFV562917 190500ZSEP17")

    (point,) = read.waypoints
    assert read.faults == ()
    assert (point.name, point.mgrs) == ("al-Shaddadi", "37SFV562917")
    assert point.eta == datetime(2017, 9, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", ["N-001", "North camp", "E", "S4 well"])
def test_a_name_beside_a_position_is_no_hemisphere(name: str) -> None:
    (point,) = read_pasted(f"35.47, 40.07 {name}").waypoints

    assert (point.position.lat_deg, point.position.lon_deg) == (35.47, 40.07)


def test_a_grid_reference_alone_is_its_square() -> None:
    (point,) = read_pasted("37S FV 036 108 the bridge").waypoints

    assert point.position.lat_deg == pytest.approx(35.33553, abs=1e-5)
    assert point.position.accuracy_m == pytest.approx(70.7, abs=0.1)
    assert point.name == "the bridge"


def test_how_well_a_position_is_known_follows_from_its_digits() -> None:
    coarse, fine = read_pasted("35.3 40.1\n35.33000 40.14000").waypoints

    assert coarse.position.accuracy_m == 7_899
    assert fine.position.accuracy_m == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("140.1 35.3", "lat_lon_swapped"),
        ("35.5 40.66 37SFV036108", "mgrs_differs"),
        ("the old bridge", "malformed"),
        ("35.3 40.1 2017-09-19T05:00", "malformed"),
        ("35°61'N 40°00'E", "malformed"),
        ("", "empty"),
        ('{"type": "Curve"}', "malformed"),
        ("<kml", "malformed"),
    ],
)
def test_what_is_odd_in_it_is_told_in_a_sentence(text: str, fault: str) -> None:
    (told,) = read_pasted(text).faults

    assert told.fault == fault
    assert told.sentence.endswith(".")


def test_a_fault_in_one_row_spoils_no_other() -> None:
    read = read_pasted("35.3 40.1\nnowhere\n35.4 40.2")

    assert len(read.waypoints) == 2
    assert [(each.thing, each.left_out) for each in read.faults] == [("row 2", True)]


def test_a_doubt_about_a_row_leaves_it_in() -> None:
    read = read_pasted("35.50000, 40.70000 37SFV562917")

    assert len(read.waypoints) == 1
    assert [(each.fault, each.left_out) for each in read.faults] == [("mgrs_differs", False)]


def test_files_are_read_as_files() -> None:
    point = read_pasted(json.dumps({"type": "Point", "coordinates": [40.14, 35.33]}))
    way, ground = read_pasted(GPX), read_pasted(KML)

    assert point.waypoints[0].position.lat_deg == 35.33
    assert [each.position.lat_deg for each in way.waypoints] == [35.0, 35.1]
    assert way.volumes == ()
    assert isinstance(ground.volumes[0].footprint, Polygon)


@given(st.text())
def test_no_text_at_all_stops_the_reader(text: str) -> None:
    read = read_pasted(text)

    assert read.waypoints or read.volumes or read.faults


@pytest.mark.parametrize(
    "row",
    [
        "35,33 40,14",
        "35,33; 40,14",
        "35,33 N 40,14 E",
        "35 33 40 14",
        "35.33 40.14 35.40 40.20",
        "35.33,40.14 36.0,41.0",
        "35.33N 40.14E 35.40N 40.20E",
        "Camp 12 35.47 40.07",
        "35° 19.8 40° 8.4",
        "35.47 40.07 1,500 people",
        "37SFV036108 37SFV562917",
        "35.47 40.07 190500ZSEP17 190600ZSEP17",
    ],
)
def test_a_row_that_can_be_read_in_two_ways_is_read_in_none(row: str) -> None:
    read = read_pasted(row)

    assert read.waypoints == ()
    assert [(each.fault, each.left_out) for each in read.faults] == [("malformed", True)]
    assert read.faults[0].sentence == (
        "row 1: it can be read in more than one way. Write one position a row, decimals "
        "with a point, and N or S, E or W where a name has numbers."
    )


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("35.47, 40.07 Camp 12", "Camp 12"),
        ("Well 4: 35.47N 40.07E 1200", "Well 4: 1200"),
        ("35.47N 40.07E 12", "12"),
        ("35.47N, 40.07E 12 km post", "12 km post"),
        ("35.47,40.07,the bridge, east end", "the bridge, east end"),
    ],
)
def test_a_number_in_a_name_is_no_second_position(row: str, name: str) -> None:
    (point,) = read_pasted(row).waypoints

    assert (point.position.lat_deg, point.position.lon_deg) == (35.47, 40.07)
    assert point.name == name


def line_feature(*path: tuple[float, float]) -> dict[str, object]:
    line = {"type": "LineString", "coordinates": path}
    return {"type": "Feature", "properties": {}, "geometry": line}


ONE, TWO = ((40.0, 35.0), (40.1, 35.1)), ((40.5, 35.0), (40.6, 35.1))
POINT = {"type": "Point", "coordinates": [40.3, 35.3]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "FeatureCollection", "features": [line_feature(*ONE), other]})
        for other in (
            line_feature(*TWO),
            {"type": "Feature", "properties": {}, "geometry": POINT},
        )
    ]
    + [
        '<gpx><rte><rtept lat="35" lon="40"/><rtept lat="35.1" lon="40"/></rte>'
        '<rte><rtept lat="36" lon="40"/><rtept lat="36.1" lon="40"/></rte></gpx>',
    ],
)
def test_no_leg_that_nobody_drew_joins_two_paths_or_a_path_and_a_point(text: str) -> None:
    read = read_pasted(text)

    assert (read.waypoints, read.volumes) == ((), ())
    assert [each.sentence for each in read.faults if each.left_out] == [
        "pasted: more than one path, or points beside it. Paste one path."
    ]
