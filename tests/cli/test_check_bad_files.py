"""`openline check` on files that are broken, hostile or strange: told in a sentence, never a crash.

What is bad spoils only itself: the good plan or track beside it is judged all the same.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from file_harness import HEADER, POINT, SQUARE, collection, feature, point, tracks
from openline.domain.rules import Rules
from openline.protocols.files import codec
from openline.protocols.files.checking import Asked, check_scene, scene_of
from openline.protocols.files.codec import read_file

GOOD = point("good", "G", 50.0)
ROW = "good,G,2017-09-16T00:30:00Z,35,50,,0,0,0"
KML = b"""<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark id="good"><ExtendedData>
<Data name="party"><value>G</value></Data><Data name="kind"><value>air</value></Data>
</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>40,35 40.1,35 40.1,35.1 40,35
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"""
GPX = b"""<gpx version="1.1"><wpt lat="35" lon="40"><name>good</name><extensions><party>G</party>
<kind>air</kind></extensions></wpt></gpx>"""
MANY_CORNERS = [[40 + i / 1e6, 35.0] for i in range(10_000)] + [[40.01, 35.1], [40.0, 35.0]]
BOWTIE = [[40, 35], [41, 36], [41, 35], [40, 36], [40, 35]]
EARTH = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
EQUATOR = [[0, 0], [90, 0], [180, 0], [-90, 0], [0, 0]]


def line(*vertices: list[float], **said: Any) -> dict[str, Any]:
    return feature({"type": "LineString", "coordinates": list(vertices)}, **said)


def polygon(ring: Any) -> dict[str, Any]:
    return feature({"type": "Polygon", "coordinates": [ring]})


def packed(method: int = zipfile.ZIP_DEFLATED, **names: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in names.items():
            archive.writestr(name.replace("_", "."), content)
    return written.getvalue()


def told(openline: Callable[..., Any], folder: Path, content: bytes) -> tuple[Any, list[str]]:
    """What was counted, and the faults; each is a sentence on one row, and nothing else is said."""
    file = folder / "file"
    file.write_bytes(content)
    ran = openline("check", file, "--json")
    counted = json.loads(ran.out)["checked"]
    assert ran.err == ""
    assert ran.status == (3 if counted.get("not_judged") else 0)
    for fault in counted["faults"]:
        assert fault["text"].endswith(".")
        assert fault["text"].isprintable()
        assert len(fault["text"]) < 400
    return counted, [fault["fault"] for fault in counted["faults"]]


SPOILT_PLANS = {
    "a number beyond any float": feature(POINT, radius_m=10**400),
    "a number of 5,000 digits": feature(POINT, radius_m=10**4299),
    "a position beyond any float": feature({"type": "Point", "coordinates": [10**400, 35]}),
    "a lost number": feature({"type": "Point", "coordinates": [float("nan"), 35.0]}),
    "an endless height": feature(POINT, upper_m=float("inf")),
    "a height with its unit": feature(POINT, upper_m="1000 ft"),
    "a decimal comma": feature(POINT, upper_m="1000,5"),
    "a flag for a number": feature(POINT, upper_m=True),
    "a floor above its ceiling": feature(POINT, lower_m=2, upper_m=1),
    "10,000 corners": polygon(MANY_CORNERS),
    "a ring that crosses itself": polygon(BOWTIE),
    "the whole earth": polygon(EARTH),
    "half the earth": polygon(EQUATOR),
    "a circle round half the earth": feature(POINT, radius_m=2e7),
    "a leg to the far side of the earth": line([0, 0], [180, 0]),
    "one vertex": line([0, 0]),
    "a longitude turns away": feature({"type": "Point", "coordinates": [1e6, 35]}),
    "half a day missing": line([40, 35], [41, 35], times=["2017-09-16T00:30:00Z"]),
    "times that run back": line([0, 0], [1, 0], times=["160030ZSEP17", "160020ZSEP17"]),
    "times that are numbers": line([40, 35], [41, 35], times=[1, 2]),
    "times that are one text": line([40, 35], [41, 35], times="160030ZSEP17"),
    "a negative slack": line([40, 35], [41, 35], slack_s=-1),
    "a width in words": line([40, 35], [41, 35], width_m="wide"),
    "a local time": feature(POINT, starts_at="2017-09-16T00:30:00"),
    "a day that never was": feature(POINT, starts_at="310030ZSEP17"),
    "before any calendar": feature(POINT, starts_at="0001-01-01T00:00:00+14:00"),
    "after any calendar": feature(POINT, ends_at="9999-12-31T23:59:59-14:00"),
    "no such grid square": feature({"type": "Point", "coordinates": "37SZZ036108"}),
    "a grid reference cut short": feature({"type": "Point", "coordinates": "37SFV03108"}),
    "foreign digits in a grid reference": feature({"type": "Point", "coordinates": "37SFV٠٣٦١٠٨"}),
    "no geometry": feature(None),
    "a geometry that is a number": feature(7),
    "a type that is a list": feature({"type": ["Point"], "coordinates": [1, 2]}),
    "a type of half a character": feature({"type": "\ud800"}),
    "an id of half a character": feature({"type": "\ud800"}, id="\ud800"),
    "coordinates that are a number": feature({"type": "Polygon", "coordinates": 7}),
    "a polygon of nothing": feature({"type": "Polygon", "coordinates": [[]]}),
    "polygons of nothing": feature({"type": "MultiPolygon", "coordinates": []}),
    "a position of positions": feature({"type": "Point", "coordinates": [[1, 2]]}),
    "a vertex that is nothing": line([0, 0], None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", SPOILT_PLANS)
def test_a_spoilt_plan_is_told_and_the_good_one_is_judged(
    openline: Callable[..., Any], tmp_path: Path, what: str
) -> None:
    counted, faults = told(openline, tmp_path, collection(SPOILT_PLANS[what], GOOD))

    assert counted["plans"] == 1
    assert set(faults) <= {"malformed", "too_large", "lat_lon_swapped"}
    assert len(faults) == 1


SPOILT_ROWS = {
    "a latitude with its unit": "T,A,2017-09-16T00:30:00Z,35 N,40,,0,0,0",
    "Python's digits": "T,A,2017-09-16T00:30:00Z,3_5,40,,0,0,0",
    "a hexadecimal": "T,A,2017-09-16T00:30:00Z,0x23,40,,0,0,0",
    "a number beyond any float": "T,A,2017-09-16T00:30:00Z,35,40,1e999,0,0,0",
    "a course that is none": "T,A,2017-09-16T00:30:00Z,35,40,,800,5,0",
    "a way with no course": "T,A,2017-09-16T00:30:00Z,35,40,,,5,0",
    "a speed backwards": "T,A,2017-09-16T00:30:00Z,35,40,,0,-5,0",
    "faster than what leaves the earth": "T,A,2017-09-16T00:30:00Z,35,40,,0,99999,0",
    "no time": "T,A,,35,40,,0,0,0",
    "a row cut short": "T,A",
    "no longitude": "T,A,2017-09-16T00:30:00Z,35,,,0,0,0",
}


@pytest.mark.parametrize("what", SPOILT_ROWS)
def test_a_spoilt_row_is_told_and_the_good_one_is_judged(
    openline: Callable[..., Any], tmp_path: Path, what: str
) -> None:
    counted, faults = told(openline, tmp_path, tracks(SPOILT_ROWS[what], ROW))

    assert (counted["tracks"], faults) == (1, ["malformed"])


SPOILT_FILES = {
    "bytes of every kind": bytes(range(256)) * 10,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "JSON cut off": collection(GOOD)[:-9],
    "JSON in another encoding": collection(GOOD).replace(b"good", b"g\xf6\xf6d"),
    "lists within lists": b'{"type":"FeatureCollection","features":' + b"[" * 200_000,
    "objects within objects": b'{"a":' * 100_000,
    "features told twice": b'{"type":"FeatureCollection","features":[],"features":[]}',
    "a geometry alone": json.dumps(POINT).encode(),
    "another reference": b'{"type":"FeatureCollection","crs":{"type":"name","properties":'
    b'{"name":"urn:ogc:def:crs:EPSG::3857"}},"features":[]}',
    "no header": ROW.encode(),
    "a column told twice": tracks(ROW + ",36", header=HEADER + ",lat"),
    "a quote left open": tracks('"' + ROW, ROW),
    "a web page": b"<html><body>404</body></html>",
    "XML cut off": KML[:-9],
    "elements within elements": b"<a>" * 100_000,
    "a document type": b'<!DOCTYPE x [<!ENTITY a "b">]><kml/>',
    "an encoding nobody knows": b'<?xml version="1.0" encoding="foo"?><kml/>',
    "an encoding not read": b'<?xml version="1.0" encoding="gb2312"?><kml/>',
    "a broken KMZ": b"PK\x03\x04junk",
    "a ZIP of other things": packed(a_txt=b"x"),
    "a KMZ that swells": packed(doc_kml=KML + b" " * codec.LARGEST_BYTES),
    "a KMZ that could ask for any memory": packed(zipfile.ZIP_LZMA, doc_kml=KML),
    "a KMZ within a KMZ": packed(doc_kml=packed(doc_kml=KML)),
    "nothing": b"",
    "spaces": b" \r\n\t",
    "only a mark": b"\xef\xbb\xbf",
    "only a header": tracks(),
    "no features": collection(),
    "no placemarks": b"<kml/>",
}


@pytest.mark.parametrize("what", SPOILT_FILES)
def test_a_spoilt_file_is_one_fault(
    openline: Callable[..., Any], tmp_path: Path, what: str
) -> None:
    _, faults = told(openline, tmp_path, SPOILT_FILES[what])

    assert len(faults) == 1


def test_a_member_told_twice_spoils_its_plan_only(
    openline: Callable[..., Any], tmp_path: Path
) -> None:
    spoilt = json.dumps(feature(POINT, upper_m=1)).replace('"upper_m"', '"upper_m": 9, "upper_m"')
    content = collection(GOOD).replace(b'"features": [', f'"features": [{spoilt}, '.encode())

    counted, faults = told(openline, tmp_path, content)

    assert (counted["plans"], faults) == (1, ["malformed"])
    assert "upper_m twice" in counted["faults"][0]["text"]


def test_rows_before_a_field_beyond_bound_are_judged(
    openline: Callable[..., Any], tmp_path: Path
) -> None:
    counted, faults = told(openline, tmp_path, tracks(ROW, "x" * 200_000))

    assert (counted["tracks"], faults) == (1, ["malformed"])


def test_a_file_beyond_bound_is_refused_unread(
    openline: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "LARGEST_BYTES", 1_000)

    _, faults = told(openline, tmp_path, collection(GOOD) + b" " * 1_000)

    assert faults == ["too_large"]


def test_what_has_no_end_is_read_to_the_bound_only(
    openline: Callable[..., Any],
) -> None:
    ran = openline("check", "/dev/zero", "--json")

    assert json.loads(ran.out)["checked"]["faults"][0]["fault"] == "too_large"


def test_an_id_cannot_write_on_the_terminal(openline: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(collection(point("\x1b[2J\n[red]x", "A"), point("y", "B")))

    ran = openline("check", file)

    assert "�[2J�[red]x and y would meet" in ran.out


@pytest.mark.parametrize(
    ("content", "counts"),
    [
        (collection(GOOD).decode().encode("utf-16"), (1, 0)),
        (b"\xef\xbb\xbf" + collection(GOOD), (1, 0)),
        (b"\r\n\r\n " + collection(GOOD), (1, 0)),
        (b"\xef\xbb\xbf" + tracks(ROW), (0, 1)),
        (tracks(ROW).decode().encode("utf-16"), (0, 1)),
        (tracks(ROW).replace(b"\n", b"\r\n"), (0, 1)),
        (tracks(ROW).replace(b"\n", b"\r"), (0, 1)),
        (tracks(ROW).replace(b",", b";"), (0, 1)),
        (tracks(ROW).replace(b",", b"\t"), (0, 1)),
        (tracks("", ",,,,,,,,", ROW, " "), (0, 1)),
        (tracks(ROW.replace("good", '"go, ""od"""')), (0, 1)),
        (tracks(ROW, header=HEADER.upper().replace(",", " , ")), (0, 1)),
        (tracks(ROW + ",more,and,more"), (0, 1)),
        (KML.decode().encode("utf-16"), (1, 0)),
        (b'<?xml version="1.0" encoding="windows-1251"?>' + KML, (1, 0)),
        (packed(doc_kml=KML, other_kml=KML.replace(b"good", b"more")), (2, 0)),
        (GPX, (1, 0)),
    ],
)
def test_what_is_only_strange_is_read(
    openline: Callable[..., Any], tmp_path: Path, content: bytes, counts: tuple[int, int]
) -> None:
    counted, faults = told(openline, tmp_path, content)

    assert ((counted["plans"], counted["tracks"]), faults) == (counts, [])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda within: st.lists(within) | st.dictionaries(st.text(), within),
    max_leaves=8,
)
PLANS = [
    feature(POINT, radius_m=5, lower_m=1, upper_m=2, starts_at="160030ZSEP17"),
    polygon(SQUARE),
    feature({"type": "MultiPolygon", "coordinates": [[SQUARE]]}, id="m", party="B"),
    line([40, 35], [41, 35], times=["160030ZSEP17", "160040ZSEP17"], slack_s=9, width_m=3),
]


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value within a value."""
    return [path, *(spot for key in keys(value) for spot in spots(value[key], (*path, key)))]


def keys(value: Any) -> list[Any]:
    if isinstance(value, list):
        return list(range(len(value)))
    return list(value) if isinstance(value, dict) else []


@given(st.data())
def test_anything_in_the_place_of_anything_is_judged_or_told(data: st.DataObject) -> None:
    plans = json.loads(collection(*PLANS))
    for path in data.draw(st.lists(st.sampled_from(spots(plans)[1:]), min_size=1, max_size=3)):
        held: Any = plans
        for key in path[:-1]:
            held = held[key] if key in keys(held) else None
        if path[-1] in keys(held):
            held[path[-1]] = data.draw(anything)

    reading = read_file(json.dumps(plans).encode(), "file")

    check_scene(scene_of(reading, Rules()), Asked(), Rules())
    assert reading.plans or reading.faults


@given(
    st.sampled_from([collection(*PLANS), tracks(ROW, ROW), KML, GPX, packed(doc_kml=KML)]),
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=5),
    st.integers(0, 2_000),
)
def test_bytes_changed_and_cut_are_judged_or_told(
    content: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    changed = bytearray(content)
    for place, byte in changes:
        changed[place % len(changed)] = byte

    for spoilt in (bytes(changed), content[:length]):
        reading = read_file(spoilt, "file")
        check_scene(scene_of(reading, Rules()), Asked(), Rules())
        assert reading.plans or reading.fixes or reading.faults
