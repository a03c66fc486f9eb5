"""Positions in files: grid references in their place or beside them, other references refused."""

from __future__ import annotations

import json

import pytest

from file_harness import POINT, collection, feature, tracks
from openline.domain.airspace import Circle
from openline.protocols.files.codec import read_file

GRID = "37SFV036108"
FIX = "T,A,2017-09-16T00:30:00Z,{lat},{lon},,0,0,0"


def faults(content: bytes) -> list[str]:
    return [each.fault for each in read_file(content, "f").faults]


@pytest.mark.parametrize("coordinates", [GRID, "37S FV 036 108", "37sfv036108"])
def test_a_grid_reference_is_a_position_however_it_is_spaced(coordinates: str) -> None:
    (plan,) = read_file(
        collection(feature({"type": "Point", "coordinates": coordinates})), "f"
    ).plans

    footprint = plan.volumes[0].footprint
    assert isinstance(footprint, Circle)
    assert footprint.center.lat_deg == pytest.approx(35.33553, abs=1e-5)


def test_a_feature_without_a_geometry_is_where_its_grid_reference_says() -> None:
    (plan,) = read_file(collection(feature(None, mgrs=GRID, radius_m=5)), "f").plans

    footprint = plan.volumes[0].footprint
    assert isinstance(footprint, Circle)
    assert footprint.radius_m == 5


@pytest.mark.parametrize(
    "content",
    [
        tracks(FIX.format(lat=GRID, lon="")),
        tracks(FIX.format(lat="", lon="") + f",{GRID}",
               header="id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps,mgrs"),
        tracks(f"T,A,160030ZSEP17,{GRID},0", header="id,party,time,mgrs,speed_mps"),
    ],
)  # fmt: skip
def test_a_grid_reference_may_stand_in_a_row(content: bytes) -> None:
    (fix,) = read_file(content, "f").fixes

    assert fix.position.lon_deg == pytest.approx(40.14052, abs=1e-5)


def test_a_grid_reference_that_names_another_place_is_told_and_the_position_judged() -> None:
    row = FIX.format(lat=35.0, lon=40.0) + f",{GRID}"
    header = "id,party,time,lat,lon,height_m,course_deg,speed_mps,climb_mps,mgrs"

    assert faults(collection(feature(POINT, mgrs=GRID))) == ["mgrs_differs"]
    assert faults(tracks(row, header=header)) == ["mgrs_differs"]
    assert len(read_file(tracks(row, header=header), "f").fixes) == 1


@pytest.mark.parametrize(
    ("name", "read"),
    [("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("EPSG:4326", True), ("EPSG:32637", False)],
)
def test_another_reference_than_wgs_84_is_refused(name: str, read: bool) -> None:
    said = json.loads(collection(feature(POINT)))
    said["crs"] = {"type": "name", "properties": {"name": name}}

    assert faults(json.dumps(said).encode()) == ([] if read else ["malformed"])


def test_an_edge_that_a_map_draws_elsewhere_is_pointed_out_and_judged() -> None:
    long = feature({"type": "LineString", "coordinates": [[0.0, 50.0], [10.0, 50.0]]})

    reading = read_file(collection(long), "f")

    assert [each.fault for each in reading.faults] == ["edge_off_map"]
    assert len(reading.plans) == 1


def test_an_edge_over_the_antimeridian_is_told_in_words_and_not_as_the_way_round_the_earth() -> (
    None
):
    over = feature({"type": "LineString", "coordinates": [[179.9, 0.0], [-179.9, 0.0]]})
    on = feature({"type": "LineString", "coordinates": [[179.9, 0.0], [180.1, 0.0]]})

    reading = read_file(collection(over, on), "f")

    assert [(each.fault, each.text) for each in reading.faults] == [
        (
            "over_antimeridian",
            "p-1: edges over the antimeridian: 1, judged the short way across it. A map may draw "
            "them the long way round. To say which, let longitudes run on past 180.",
        )
    ]
