"""Live tracks over HTTP: what they would meet is found, and where they are is told to nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openline.domain.observed import TracksObserved, TracksRoot
from openline.protocols.rest.problems import Unreadable
from openline.protocols.rest.tracks import read_fixes
from openline.sealing import entry_from_row
from rest_harness import Served, open_line, served

EAST_AT, WEST_AT = (35.4123457, 40.2123459), (35.4123461, 40.2323463)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as desk:
        open_line(desk)
        yield desk


def fix(party: str, place: tuple[float, float], course_deg: float) -> dict[str, Any]:
    """A vehicle at some 20 m/s."""
    return {
        "track": f"{party}-T1",
        "party": party,
        "kind": "ground",
        "at": datetime.now(UTC).isoformat(),
        "position": {"lat_deg": place[0], "lon_deg": place[1]},
        "course_deg": course_deg,
        "speed_mps": 20.0,
    }


def observed(desk: Served, kind: type) -> list[Any]:
    rows = desk.service.journal.read(0, desk.service.journal.size())
    contents = [entry_from_row(row).content for row in rows]
    return [each for each in contents if isinstance(each, kind)]


def test_two_tracks_that_would_meet_are_found_and_each_side_gets_a_pointer_alone(
    desk: Served,
) -> None:
    for party, place, course_deg in (("EAST", EAST_AT, 90.0), ("WEST", WEST_AT, 270.0)):
        fixes = {"fixes": [fix(party, place, course_deg)]}
        assert desk.as_(party).post("/v1/tracks", json=fixes).status_code == 202
    with desk.as_("WEST").stream("GET", "/v1/stream", headers={"Last-Event-ID": "0"}) as stream:
        told = next(row for row in stream.iter_lines() if "pointer.given.v1" in row)

    assert observed(desk, TracksObserved)[0].sightings[0].kind == "track-track"
    everything = told + desk.as_("WEST").get("/v1/view").text
    assert "EAST-T1" not in everything
    assert not any(str(number) in everything for number in EAST_AT)


def test_a_batch_is_kept_unreadable_for_others_and_its_digest_enters_the_record(
    desk: Served, tmp_path: Path
) -> None:
    raw = json.dumps({"fixes": [fix("EAST", EAST_AT, 0.0)]}).encode()
    heads = {"Content-Type": "application/json"}

    taken = desk.as_("EAST").post("/v1/tracks", content=raw, headers=heads).json()

    (kept,) = (tmp_path / "desk" / "tracks").glob("*/*")
    assert taken["digest"] == hashlib.sha256(raw).hexdigest()
    assert bytes.fromhex(taken["digest"]) in kept.read_bytes()
    assert str(EAST_AT[0]).encode() not in kept.read_bytes()
    while not observed(desk, TracksRoot):
        desk.http.get("/healthz")
    assert observed(desk, TracksRoot)[0].batches == 1


@pytest.mark.parametrize(
    ("position", "changed", "status"),
    [
        ("WEST", {}, 403),
        ("EAST", {"speed_mps": "fast"}, 422),
        ("EAST", {"hight_m": 3.0}, 422),
        ("EAST", {"position": {"lat_deg": 91.0, "lon_deg": 0.0}}, 422),
    ],
)
def test_a_fix_that_cannot_stand_is_refused_with_its_whole_batch(
    desk: Served, position: str, changed: dict[str, Any], status: int
) -> None:
    good, bad = fix("EAST", EAST_AT, 0.0), {**fix("EAST", EAST_AT, 0.0), **changed}

    refused = desk.as_(position).post("/v1/tracks", json={"fixes": [good, bad]})

    assert refused.status_code == status


def test_who_does_not_move_reports_no_tracks(desk: Served) -> None:
    fixes = {"fixes": [fix("HUM", EAST_AT, 0.0)]}

    assert desk.as_("HUM").post("/v1/tracks", json=fixes).status_code == 403


ONE = '{"track":"E-1","party":"EAST","kind":"air","at":"2017-09-16T08:00:00Z","position":{%s}}'
HERE = '"lat_deg":35.0,"lon_deg":40.0'


@pytest.mark.parametrize(
    "twice",
    [
        ONE % f'{HERE},"lat_deg":36.0',
        ONE.replace('"kind"', '"track":"E-2","kind"') % HERE,
        ONE.replace('"track":"E-1"', '"track" :"E-1","track":"E-2"') % HERE,
        ONE.replace('"track":"E-1"', '"\\u0074rack":"E-1","track":"E-2"') % HERE,
        ONE.replace('"E-1"', '":E"').replace('"kind"', '"track":":F","kind"') % HERE,
        ONE.replace('"kind"', '"\\"\\"":0,"\\"\\"":0,"kind"') % HERE,
    ],
)
def test_a_fix_in_which_a_name_stands_twice_is_refused_however_it_is_written(twice: str) -> None:
    for batch in ([twice], [ONE % HERE, twice], [twice, ONE % HERE]):
        with pytest.raises(Unreadable):
            read_fixes(f'{{"fixes":[{",".join(batch)}]}}'.encode())


def test_a_batch_reads_the_same_however_it_is_spaced() -> None:
    batch = {"fixes": [json.loads(ONE % HERE), json.loads((ONE % HERE).replace("E-1", ":E"))]}

    dense, airy = json.dumps(batch, separators=(",", ":")), json.dumps(batch, indent=2)

    assert read_fixes(dense.encode()) == read_fixes(airy.encode())
    assert [fix.track for fix in read_fixes(airy.encode()).fixes] == ["E-1", ":E"]


def test_one_reads_where_ones_own_tracks_are_and_nobody_elses(desk: Served) -> None:
    for party, place in (("EAST", EAST_AT), ("WEST", WEST_AT)):
        fixes = {"fixes": [fix(party, place, 90.0)]}
        assert desk.as_(party).post("/v1/tracks", json=fixes).status_code == 202

    held = {side: desk.as_(side).get("/v1/tracks").json() for side in ("EAST", "WEST", "HUM")}

    assert [each["track"] for each in held["EAST"]["fixes"]] == ["EAST-T1"]
    assert [each["track"] for each in held["WEST"]["fixes"]] == ["WEST-T1"]
    assert held["HUM"]["fixes"] == []
    assert held["EAST"]["as_of"] >= held["EAST"]["fixes"][0]["at"]


def test_columns_say_of_each_track_what_its_last_fix_says_and_of_nobody_elses(desk: Served) -> None:
    sent = [
        {**fix("EAST", EAST_AT, 90.0), "track": "E-2", "height_m": 120.5},
        {**fix("EAST", (-WEST_AT[0], -WEST_AT[1]), 359.5), "track": "E-1"},
    ]
    for party, fixes in (("EAST", sent), ("WEST", [fix("WEST", WEST_AT, 0.0)])):
        assert desk.as_(party).post("/v1/tracks", json={"fixes": fixes}).status_code == 202

    columns = {each: desk.as_(each).get("/v1/tracks/columns").json() for each in ("EAST", "HUM")}

    east, as_of = columns["EAST"], datetime.fromisoformat(columns["EAST"]["as_of"])
    assert east["names"] == ["E-1", "E-2"]
    assert numbers(east, "lat_e7", "<i4") == [-354123461, 354123457]
    assert numbers(east, "lon_e7", "<i4") == [-402323463, 402123459]
    assert numbers(east, "course_deg") == [359.5, 90.0]
    assert numbers(east, "speed_mps") == [20.0, 20.0]
    assert numbers(east, "height_m") == pytest.approx([math.nan, 120.5], nan_ok=True)
    ages = [(as_of - datetime.fromisoformat(str(each["at"]))).total_seconds() for each in sent]
    assert numbers(east, "age_s") == pytest.approx(ages[::-1], abs=0.001)
    assert (columns["HUM"]["tracks"], columns["HUM"]["names"]) == (0, [])


def test_the_names_of_columns_are_sent_again_only_once_they_have_changed(desk: Served) -> None:
    caller = desk.as_("EAST")
    caller.post("/v1/tracks", json={"fixes": [fix("EAST", EAST_AT, 90.0)]})
    digest = caller.get("/v1/tracks/columns").json()["names_digest"]

    again = caller.get("/v1/tracks/columns", params={"names": digest}).json()
    caller.post("/v1/tracks", json={"fixes": [{**fix("EAST", EAST_AT, 90.0), "track": "E-2"}]})
    changed = caller.get("/v1/tracks/columns", params={"names": digest}).json()

    assert (again["names"], again["tracks"], again["names_digest"]) == (None, 1, digest)
    assert changed["names"] == ["E-2", "EAST-T1"]
    assert changed["names_digest"] != digest


def numbers(columns: dict[str, Any], name: str, dtype: str = "<f4") -> list[float]:
    """A column read as the API describes it."""
    return [float(each) for each in np.frombuffer(base64.b64decode(columns[name]), dtype)]
