"""Whoever is shown where a protected site is stands on the record, once an hour."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from openline.cli.newcomers import Newcomer
from openline.domain.party import PartyKind
from openline.domain.reading import SitesRead, SitesReadTold
from openline.sealing import entry_from_row
from rest_harness import SOON, Served, served

AID = Newcomer(id="AID", kind=PartyKind.HUMANITARIAN)
HUM = Newcomer(id="HUM", kind=PartyKind.CONDUIT)
TURNS = 12
HOSPITAL = {
    "name": "Hospital (INVENTED)",
    "type": "hospital",
    "position": {"lat_deg": 35.47, "lon_deg": 40.07},
}

TIMES = {"starts_at": SOON.isoformat(), "ends_at": (SOON + timedelta(hours=6)).isoformat()}


def reads_of(desk: Served) -> list[tuple[str, str]]:
    """Who was shown which site, as often as it was recorded."""
    rows = desk.service.journal.read(0, desk.service.journal.size())
    contents = [entry_from_row(row).content for row in rows]
    told = [each for each in contents if isinstance(each, SitesReadTold)]
    reads = [each for each in contents if isinstance(each, SitesRead)]
    assert len(told) == len(reads)
    return [(each.party, site) for each in reads for site in each.sites]


def test_a_read_of_a_site_is_recorded_once_an_hour_and_ones_own_never(tmp_path: Path) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        desk.said("AID", "/v1/notifications", notification="N-1", kind="static_site", body=HOSPITAL)
        for path in ("/v1/notifications", "/v1/notifications/N-1", "/v1/view", "/v1/view/changes"):
            assert desk.as_("AID").get(path).status_code == 200
            assert desk.as_("HUM").get(path).status_code == 200

        assert reads_of(desk) == [("HUM", "N-1")]


@pytest.mark.long
def test_of_looks_at_the_same_time_each_leaves_every_site_on_the_record(tmp_path: Path) -> None:
    with served(tmp_path, (AID, HUM)) as desk, ThreadPoolExecutor(6) as pool:
        sites: set[str] = set()
        for turn in range(TURNS):
            new = [f"N-{turn}-{number}" for number in range(6)]
            for site in new:
                path, kind = "/v1/notifications", "static_site"
                desk.said("AID", path, notification=site, kind=kind, body=HOSPITAL)
            paths = [f"/v1/notifications/{site}" for site in new[1:]]
            paths.insert(turn % 6, "/v1/notifications")
            looks = list(pool.map(desk.as_("HUM").get, paths))
            assert {look.status_code for look in looks} == {200}
            sites.update(new)

        assert sorted(site for _, site in reads_of(desk)) == sorted(sites)


def test_what_is_no_site_and_what_shows_no_notification_is_no_such_read(tmp_path: Path) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        desk.said(
            "AID",
            "/v1/notifications",
            notification="N-2",
            kind="activity",
            starts_at="2099-01-01T06:00:00Z",
            ends_at="2099-01-01T09:00:00Z",
            body=HOSPITAL,
        )
        for path in ("/v1/notifications", "/v1/lines", "/v1/me"):
            assert desk.as_("HUM").get(path).status_code == 200

        assert reads_of(desk) == []


@pytest.mark.parametrize("way", ["entries", "entry", "stream"])
def test_the_entry_and_the_stream_that_place_a_site_are_reads_of_it(
    tmp_path: Path, way: str
) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        said = desk.said(
            "AID", "/v1/notifications", notification="N-1", kind="static_site", body=HOSPITAL
        )["index"]
        before = reads_of(desk)
        if way == "stream":
            heads = {"Last-Event-ID": str(said - 1)}
            with desk.as_("HUM").stream("GET", "/v1/stream", headers=heads) as stream:
                rows = (row for row in stream.iter_lines() if row.startswith("data: "))
                assert "Hospital" in next(rows)
        else:
            where = f"entries/{said}" if way == "entry" else f"entries?from={said}&to={said + 1}"
            assert "Hospital" in desk.as_("HUM").get(f"/v1/record/{where}").text
            assert "Hospital" in desk.as_("HUM").get(f"/v1/record/{where}").text

        assert (before, reads_of(desk)) == ([], [("HUM", "N-1")])


def test_an_entry_that_is_told_as_its_hash_alone_is_no_read(tmp_path: Path) -> None:
    backer = Newcomer(id="EAST", kind=PartyKind.FORCE)
    with served(tmp_path, (AID, HUM, backer)) as desk:
        said = desk.said(
            "AID", "/v1/notifications", notification="N-1", kind="static_site", body=HOSPITAL
        )["index"]
        answer = desk.as_("EAST").get(f"/v1/record/entries/{said}").json()

        assert "leaf" not in answer or answer["leaf"] is None
        assert reads_of(desk) == []


def test_the_phrase_of_a_site_is_a_read_of_it(tmp_path: Path) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        desk.said("AID", "/v1/notifications", notification="N-1", kind="static_site", body=HOSPITAL)
        for reader in ("AID", "HUM", "HUM"):
            assert desk.as_(reader).get("/v1/phrases/N-1").status_code == 200

        assert reads_of(desk) == [("HUM", "N-1")]


def test_a_halted_desk_shows_all_but_the_sites_whose_reading_it_cannot_record(
    tmp_path: Path,
) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        path = "/v1/notifications"
        desk.said("AID", path, notification="N-1", kind="static_site", body=HOSPITAL)
        desk.said("AID", path, notification="N-2", kind="activity", body=HOSPITAL, **TIMES)
        conduit, aid = desk.as_("HUM"), desk.as_("AID")
        held = conduit.get("/v1/view/changes?since=x").json()
        assert held["withheld"] == []
        desk.said("AID", path, notification="N-3", kind="static_site", body=HOSPITAL)
        desk.service.halt("its operator looks into it")

        told = conduit.get("/v1/view/changes").json()
        assert told["withheld"] == ["N-3"]
        forms = {row["id"]: row["body"] for row in told["lists"]["notifications"][0]["rows"]}
        assert forms["N-3"] is None
        assert forms["N-1"] is not None
        assert forms["N-2"] is not None
        assert aid.get("/v1/view/changes").json()["withheld"] == []
        assert conduit.get("/v1/view").status_code == 503

        desk.service.resume().result()
        again = conduit.get(f"/v1/view/changes?since={told['mark']}").json()
        assert (again["since"], again["withheld"]) == (None, [])
        assert ("HUM", "N-3") in reads_of(desk)


@pytest.mark.parametrize("last", ["-1", ""])
def test_a_halted_desk_gives_signs_of_life_to_one_who_has_yet_to_read_of_a_site(
    tmp_path: Path, last: str
) -> None:
    with served(tmp_path, (AID, HUM)) as desk:
        since = desk.service.journal.size() - 1
        desk.said("AID", "/v1/notifications", notification="N-1", kind="static_site", body=HOSPITAL)
        conduit = desk.as_("HUM")
        desk.service.halt("its operator looks into it")

        heads = {"Last-Event-ID": str(since)} if last else {}
        with conduit.stream("GET", "/v1/stream", headers=heads) as stream:
            alive = [row for row in islice(stream.iter_lines(), 8) if row.startswith("data: ")]
        now = json.loads(alive[0].removeprefix("data: "))
        assert now["halted"]
        assert now["why"] == "its operator looks into it"
