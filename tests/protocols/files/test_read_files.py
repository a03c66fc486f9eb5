"""Plans and tracks in files: every form reads as the same plan, and faults spoil only their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from openline.domain.airspace import Circle, Corridor, Polygon
from openline.domain.plan import Kind
from openline.protocols.files.codec import read_file
from openline.protocols.files.reading import Reading


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    said = {"id": "p-1", "party": "A", "kind": "ground", **properties}
    return {"type": "Feature", "properties": said, "geometry": geometry}


def faults(reading: Reading) -> list[tuple[str, str]]:
    return [(each.id, each.fault) for each in reading.faults]


SQUARE = [[40.0, 35.0], [40.1, 35.0], [40.1, 35.1], [40.0, 35.1], [40.0, 35.0]]
POINT = {"type": "Point", "coordinates": [40.0, 35.0]}


def test_a_point_with_a_radius_is_a_circle() -> None:
    footprint = (
        read_file(collection(feature(POINT, radius_m=500)), "f").plans[0].volumes[0].footprint
    )

    assert isinstance(footprint, Circle)
    assert (footprint.center.lat_deg, footprint.center.lon_deg, footprint.radius_m) == (35, 40, 500)


def test_a_line_with_a_width_is_a_corridor() -> None:
    line = {"type": "LineString", "coordinates": [[40.0, 35.0], [40.1, 35.0, 200.0]]}

    footprint = read_file(collection(feature(line, width_m=300)), "f").plans[0].volumes[0].footprint

    assert footprint == Corridor(path=((40.0, 35.0), (40.1, 35.0)), width_m=300.0)


def test_times_along_a_line_may_be_written_either_way() -> None:
    line = {"type": "LineString", "coordinates": [[40.0, 35.0], [40.1, 35.0]]}
    timed = feature(line, times=["2017-09-19T05:00:00Z", "190610ZSEP17"], slack_s=60)

    footprint = read_file(collection(timed), "f").plans[0].volumes[0].footprint

    assert isinstance(footprint, Corridor)
    assert footprint.times == (
        datetime(2017, 9, 19, 5, 0, tzinfo=UTC),
        datetime(2017, 9, 19, 6, 10, tzinfo=UTC),
    )


def test_multipolygons_and_holes_keep_every_ring() -> None:
    hole = [[40.04, 35.04], [40.06, 35.04], [40.06, 35.06], [40.04, 35.06], [40.04, 35.04]]
    far = [[x + 1, y] for x, y in SQUARE]
    shape = {"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [far]]}

    footprint = read_file(collection(feature(shape)), "f").plans[0].volumes[0].footprint

    assert isinstance(footprint, Polygon)
    assert [len(polygon) for polygon in footprint.rings] == [2, 1]


def test_heights_and_times_left_out_are_unknown_and_open() -> None:
    volume = read_file(collection(feature(POINT)), "f").plans[0].volumes[0]

    assert (volume.heights.lower_m, volume.heights.upper_m) == (None, None)
    assert (volume.times.starts_at, volume.times.ends_at) == (None, None)


def test_a_grid_reference_stands_for_the_middle_of_its_square_with_its_reach() -> None:
    point = {"type": "Point", "coordinates": "37S FV 036 108"}

    center = read_file(collection(feature(point)), "f").plans[0].volumes[0].footprint.center

    assert abs(center.lat_deg - 35.33553) < 1e-4
    assert abs(center.lon_deg - 40.14052) < 1e-4
    assert center.accuracy_m == pytest.approx(70.71, abs=0.01)


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (feature({"type": "Point", "coordinates": [35.0, 140.0]}), "lat_lon_swapped"),
        (feature({"type": "Point", "coordinates": [40.0, float("nan")]}), "malformed"),
        (feature({"type": "Point", "coordinates": [True, 35.0]}), "malformed"),
        (feature({"type": "Point", "coordinates": "99XYZ1"}), "malformed"),
        (feature(POINT, radius_m=-1), "malformed"),
        (feature(POINT, starts_at="2017-09-19T05:00:00"), "malformed"),
        (feature(POINT, starts_at="190500JSEP17"), "malformed"),
        (feature(POINT, starts_at="190600ZSEP17", ends_at="190500ZSEP17"), "malformed"),
        (feature({"type": "LineString", "coordinates": [[40.0, 35.0]]}), "malformed"),
        (feature({"type": "Polygon", "coordinates": []}), "malformed"),
        (feature({"type": "GeometryCollection", "geometries": []}), "malformed"),
        (feature(None), "malformed"),
    ],
)
def test_one_bad_feature_is_told_and_the_others_are_read(
    spoilt: dict[str, Any], fault: str
) -> None:
    reading = read_file(collection(spoilt, feature(POINT, id="good")), "f")

    assert [plan.id for plan in reading.plans] == ["good"]
    assert faults(reading) == [("p-1", fault)]


def test_a_bowtie_is_told_and_not_judged() -> None:
    bowtie = [[40.0, 35.0], [40.1, 35.1], [40.1, 35.0], [40.0, 35.1], [40.0, 35.0]]

    reading = read_file(collection(feature({"type": "Polygon", "coordinates": [bowtie]})), "f")

    assert (reading.plans, [each.id for each in reading.faults]) == ([], ["p-1"])


def test_a_missing_party_or_kind_is_told_and_judged_outward() -> None:
    reading = read_file(collection(feature(POINT, party="", kind="balloon")), "f")

    assert faults(reading) == [("p-1", "party_missing"), ("p-1", "kind_unknown")]
    assert reading.plans[0].kind is Kind.AIR


@pytest.mark.parametrize(
    "data", [b"{", b"[1]", b'{"type":"Feature"', b"[" * 100_000, b"<kml>", b"<gpx", b"\xff\xfe{}"]
)
def test_what_is_no_file_of_ours_is_one_fault_and_no_plan(data: bytes) -> None:
    reading = read_file(data, "f")

    assert (reading.plans, reading.fixes, len(reading.faults)) == ([], [], 1)


def test_xml_with_a_doctype_is_refused() -> None:
    bomb = b'<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml><Placemark/></kml>'

    assert "DOCTYPE" in read_file(bomb, "f").faults[0].text


KML = b"""<?xml version="1.0"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark id="p-1">
<TimeSpan><begin>2017-09-19T05:00:00Z</begin><end>191100ZSEP17</end></TimeSpan>
<ExtendedData><Data name="party"><value>A</value></Data>
<Data name="kind"><value>drone</value></Data>
<Data name="radius_m"><value>500</value></Data></ExtendedData>
<Point><coordinates>40.0,35.0,120</coordinates></Point></Placemark></Document></kml>"""


def test_a_placemark_reads_as_the_feature_it_stands_for() -> None:
    said = feature(
        POINT,
        kind="drone",
        radius_m=500,
        starts_at="2017-09-19T05:00:00Z",
        ends_at="2017-09-19T11:00:00Z",
    )

    assert read_file(KML, "f").plans == read_file(collection(said), "f").plans


GPX = b"""<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>p-1</name>
<extensions><party>A</party><kind>ground</kind><width_m>300</width_m></extensions><trkseg>
<trkpt lat="35.0" lon="40.0"><time>2017-09-19T05:00:00Z</time></trkpt>
<trkpt lat="35.0" lon="40.1"><time>2017-09-19T06:10:00Z</time></trkpt></trkseg></trk></gpx>"""


def test_a_track_of_points_with_times_reads_as_a_timed_corridor() -> None:
    line = {"type": "LineString", "coordinates": [[40.0, 35.0], [40.1, 35.0]]}
    times = ["2017-09-19T05:00:00Z", "2017-09-19T06:10:00Z"]
    said = feature(line, width_m=300, times=times)

    assert read_file(GPX, "f").plans == read_file(collection(said), "f").plans


HEADER = "id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps"


def test_a_row_of_csv_is_a_fix() -> None:
    data = f"{HEADER}\r\nT-1,A,160030ZSEP17,35,40,1000,90,200,-5\r\n".encode()

    fix = read_file(data, "f").fixes[0]

    assert (fix.track, fix.party, fix.kind) == ("T-1", "A", Kind.AIR)
    assert fix.at == datetime(2017, 9, 16, 0, 30, tzinfo=UTC)
    assert (fix.height_m, fix.course_deg, fix.speed_mps, fix.climb_mps) == (1000, 90, 200, -5)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("T-1,A,160030ZSEP17,nan,40,,,,", "malformed"),
        ("T-1,A,160030ZSEP17,,40,,,,", "malformed"),
        ("T-1,A,,35,40,,,,", "malformed"),
        ("T-1,A,160030ZSEP17,35,40,,,200,", "malformed"),
        ("T-1,A,160030ZSEP17,35,40,1e400,0,0,0", "malformed"),
        ("T-1,A,160030ZSEP17,40.1,35,,0,-3,", "malformed"),
        ("T-1,A,160030ZSEP17,100.1,35,,0,0,", "lat_lon_swapped"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(row: str, fault: str) -> None:
    data = f"{HEADER}\n{row}\nT-2,A,160030ZSEP17,35,40,,,0,\n".encode()

    reading = read_file(data, "f")

    assert [fix.track for fix in reading.fixes] == ["T-2"]
    assert faults(reading) == [("T-1", fault)]


def test_a_feature_that_says_nothing_of_itself_is_a_plan_all_the_same() -> None:
    bare = {"type": "Feature", "properties": None, "geometry": POINT}

    reading = read_file(collection(bare), "f")

    assert [plan.id for plan in reading.plans] == ["f#1"]
    assert faults(reading) == [("f#1", "id_missing"), ("f#1", "party_missing")]


def test_a_ring_that_bounds_no_polygon_is_named_as_what_it_is() -> None:
    ring = b"<LinearRing><coordinates>40,35 41,35 41,36 40,35</coordinates></LinearRing>"
    kml = b"<kml><Placemark id='r'>" + ring + b"</Placemark></kml>"

    (fault,) = read_file(kml, "f").faults

    assert fault.text.startswith("r: geometry of type LinearRing is not read.")
