"""KML, KMZ and GPX as other programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openline.domain.airspace import Circle, Corridor, Polygon, TimeSpan
from openline.domain.plan import Kind
from openline.protocols.files.assumed import assumed_of
from openline.protocols.files.codec import read_file
from openline.protocols.files.reading import Reading

GOOGLE_EARTH = b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"
     xmlns:kml="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom">
<Document>
  <name>works.kml</name>
  <Style id="s_ylw"><LineStyle><color>ff00ffff</color></LineStyle></Style>
  <Schema name="plan" id="plan"><SimpleField type="string" name="party"/></Schema>
  <Folder><name>River</name><open>1</open>
    <Folder><name>West bank</name>
      <Placemark><name>Works site</name><styleUrl>#s_ylw</styleUrl>
        <description><![CDATA[<b>Bridge</b> & ramp]]></description>
        <ExtendedData><SchemaData schemaUrl="#plan">
          <SimpleData name="party">EAST</SimpleData>
          <SimpleData name="kind">ground</SimpleData>
          <SimpleData name="starts_at">160030ZSEP17</SimpleData>
        </SchemaData></ExtendedData>
        <Polygon><tessellate>1</tessellate>
          <outerBoundaryIs><LinearRing><coordinates>
            40.10,35.30,0 40.12,35.30,0 40.12,35.32,0 40.10,35.32,0 40.10,35.30,0
          </coordinates></LinearRing></outerBoundaryIs>
          <innerBoundaryIs><LinearRing><coordinates>
            40.105,35.305 40.106,35.305 40.106,35.306 40.105,35.305
          </coordinates></LinearRing></innerBoundaryIs>
        </Polygon>
      </Placemark>
    </Folder>
    <Placemark id="road"><name>Convoy road</name>
      <TimeSpan><begin>2017-09-16T06:00:00Z</begin><end>2017-09-16T09:00:00Z</end></TimeSpan>
      <ExtendedData>
        <Data name="party"><displayName>Party</displayName><value>MEDICS</value></Data>
        <Data name="kind"><value>ground</value></Data>
        <Data name="width_m"><value>40</value></Data>
      </ExtendedData>
      <LineString><coordinates>40.05, 35.25, 0  40.14, 35.33, 0</coordinates></LineString>
    </Placemark>
  </Folder>
</Document></kml>"""


def by_id(reading: Reading, id: str) -> object:
    return next(plan for plan in reading.plans if plan.id == id).volumes[0].footprint


def path_of(reading: Reading, id: str) -> tuple[tuple[float, float], ...]:
    footprint = by_id(reading, id)
    assert isinstance(footprint, Corridor)
    return footprint.path


def placemark(inside: str) -> Reading:
    said = "<Data name='party'><value>A</value></Data><Data name='kind'><value>air</value></Data>"
    text = f"<kml><Placemark id='p'><ExtendedData>{said}</ExtendedData>{inside}</Placemark></kml>"
    return read_file(text.encode(), "f")


def test_placemarks_in_folders_are_read_with_their_schema_data() -> None:
    reading = read_file(GOOGLE_EARTH, "f")

    site = next(plan for plan in reading.plans if plan.id == "Works site")
    assert (site.party, site.kind) == ("EAST", Kind.GROUND)
    assert site.volumes[0].times == TimeSpan(starts_at=datetime(2017, 9, 16, 0, 30, tzinfo=UTC))
    assert reading.faults == []


def test_a_hole_in_a_placemark_is_a_hole() -> None:
    footprint = by_id(read_file(GOOGLE_EARTH, "f"), "Works site")

    assert isinstance(footprint, Polygon)
    assert [len(ring) for ring in footprint.rings[0]] == [5, 4]


def test_spaces_after_commas_do_not_break_coordinates() -> None:
    footprint = by_id(read_file(GOOGLE_EARTH, "f"), "road")

    assert footprint == Corridor(path=((40.05, 35.25), (40.14, 35.33)), width_m=40.0)


def test_every_geometry_of_a_placemark_is_read_and_none_hides_another() -> None:
    reading = placemark(
        "<MultiGeometry><Point><coordinates>1,2</coordinates></Point>"
        "<LineString><coordinates>1,2 1.1,2</coordinates></LineString>"
        "<LineString><coordinates>5,2 5.1,2</coordinates></LineString>"
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>1,2 1.1,2 1.1,2.1 1,2</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></MultiGeometry>"
    )

    shapes = [type(plan.volumes[0].footprint) for plan in reading.plans]
    assert shapes == [Polygon, Corridor, Corridor, Circle]


def test_a_google_track_is_a_timed_corridor() -> None:
    reading = placemark(
        "<gx:Track><when>2017-09-16T06:00:00Z</when><when>2017-09-16T07:00:00Z</when>"
        "<gx:coord>40 35 0</gx:coord><gx:coord>40.1 35 0</gx:coord></gx:Track>"
    )

    footprint = by_id(reading, "p")
    assert isinstance(footprint, Corridor)
    assert footprint.path == ((40.0, 35.0), (40.1, 35.0))
    assert [each.hour for each in footprint.times] == [6, 7]


def test_a_link_to_another_file_is_told_and_not_followed() -> None:
    text = (
        b"<kml><NetworkLink><name>more</name><Link><href>http://x</href></Link></NetworkLink></kml>"
    )

    faults = read_file(text, "f").faults

    assert [(each.id, each.fault) for each in faults] == [("more", "malformed")]


GPX_1_1 = b"""<?xml version="1.0"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1" xmlns:o="urn:openline">
  <metadata><time>2017-09-15T00:00:00Z</time></metadata>
  <wpt lat="35.31" lon="40.15"><ele>210</ele><time>2017-09-15T00:00:00Z</time><name>Clinic</name>
    <extensions><o:party>MEDICS</o:party><o:kind>ground</o:kind><o:radius_m>500</o:radius_m>
    </extensions></wpt>
  <rte><name>Route</name>
    <extensions><o:party>MEDICS</o:party><o:kind>ground</o:kind></extensions>
    <rtept lat="35.25" lon="40.05"/><rtept lat="35.33" lon="40.14"/></rte>
  <trk><name>Track</name>
    <extensions><o:party>MEDICS</o:party><o:kind>ground</o:kind><o:width_m>40</o:width_m>
    </extensions>
    <trkseg><trkpt lat="35.25" lon="40.05"><time>2017-09-16T06:00:00Z</time></trkpt>
    <trkpt lat="35.30" lon="40.10"><time>2017-09-16T06:30:00Z</time></trkpt></trkseg>
    <trkseg><trkpt lat="35.33" lon="40.14"><time>2017-09-16T07:00:00Z</time></trkpt></trkseg></trk>
</gpx>"""


def test_waypoints_routes_and_tracks_are_read_with_their_extensions() -> None:
    reading = read_file(GPX_1_1, "f")

    assert [plan.id for plan in reading.plans] == ["Clinic", "Route", "Track"]
    assert {plan.party for plan in reading.plans} == {"MEDICS"}
    assert reading.faults == []


def test_a_waypoint_is_there_at_all_times_whenever_it_was_saved() -> None:
    clinic = read_file(GPX_1_1, "f").plans[0]

    assert clinic.volumes[0].times == TimeSpan()


def test_the_segments_of_a_track_follow_one_another() -> None:
    footprint = by_id(read_file(GPX_1_1, "f"), "Track")

    assert isinstance(footprint, Corridor)
    assert (len(footprint.path), len(footprint.times)) == (3, 3)


def test_in_gpx_1_0_what_a_plan_says_stands_in_elements_of_its_own() -> None:
    text = b"""<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0"><rte><name>R</name>
    <o:party>A</o:party><o:kind>air</o:kind><o:width_m>9</o:width_m>
    <rtept lat="1" lon="2"/><rtept lat="1" lon="2.1"/></rte></gpx>"""

    (plan,) = read_file(text, "f").plans

    assert (plan.id, plan.party, plan.kind) == ("R", "A", Kind.AIR)


@pytest.mark.parametrize("missing", ["<time>2017-09-16T06:30:00Z</time>"])
def test_a_path_with_a_time_missing_is_there_at_all_times(missing: str) -> None:
    footprint = by_id(read_file(GPX_1_1.replace(missing.encode(), b""), "f"), "Track")

    assert isinstance(footprint, Corridor)
    assert footprint.times == ()


def test_a_track_in_pieces_is_judged_across_its_gaps_and_that_is_told() -> None:
    piece = b'<trkseg><trkpt lat="35" lon="4%d"/><trkpt lat="35.1" lon="4%d"/></trkseg>'
    pieces = b"".join(piece % (n, n) for n in range(3))
    body = b"<trk><name>whole</name>" + piece % (9, 9) + b"</trk><trk><name>run</name>" + pieces

    reading = read_file(b"<gpx>" + body + b"<trkseg/></trk></gpx>", "f")

    (gaps,) = (each for each in assumed_of(reading.unsaid) if each.what == "gaps")
    assert [len(path_of(reading, name)) for name in ("whole", "run")] == [2, 6]
    assert gaps.text == (
        "run states nothing between the pieces of a track: judged as going straight across."
    )
