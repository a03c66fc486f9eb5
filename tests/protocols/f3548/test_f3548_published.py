"""What is published at the desk, as suppliers meet it: references, details, OVNs in a key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from implicitdict import ImplicitDict
from uas_standards.astm.f3548.v21 import api

from f3548_harness import (
    AUDIENCE,
    CM,
    CP,
    SC,
    Authority,
    Dss,
    Spot,
    area,
    at,
    circle,
    extent,
    new_id,
    read_instant,
    withheld,
)
from f3548_server import running
from rest_harness import Served, served

TOWN: Spot = (35.40, 40.10)
VILLAGE: Spot = (35.60, 40.30)
CORRIDOR = ((40.10, 35.80), (40.30, 35.85))


def _establish(desk: Served, name: str, footprint: dict[str, Any], **fields: Any) -> None:
    desk.said(
        "HUM-TAC.commander",
        f"/v1/measures/{name}/establish",
        version=1,
        body={"footprint": footprint},
        **fields,
    )


def _circle(spot: Spot, radius_m: float) -> dict[str, Any]:
    center = {"lat_deg": spot[0], "lon_deg": spot[1]}
    return {"shape": "circle", "center": center, "radius_m": radius_m}


@pytest.fixture(scope="module")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dss]:
    """A server at whose desk a zone and a corridor are published, and another zone is not."""
    folder = tmp_path_factory.mktemp("published")
    zone = {"kind": "restricted_operations_zone"}
    with served(folder) as desk:
        _establish(desk, "ZONE-1", _circle(TOWN, 800.0), published=True, **zone)
        ends = (at(0) + timedelta(days=2)).isoformat()
        _establish(desk, "ZONE-2", _circle(VILLAGE, 800.0), ends_at=ends, **zone)
        path = {"shape": "corridor", "path": CORRIDOR, "width_m": 2000.0}
        _establish(desk, "WAY-1", path, published=True, ends_at=ends, kind="corridor")
    authority, key = Authority(), folder / "authority.pem"
    key.write_bytes(authority.public_pem)
    with (
        running(folder / "desk", [key], "--f3548-audience", AUDIENCE) as server,
        httpx.Client(trust_env=False, timeout=30.0) as http,
    ):
        yield Dss(server.url, authority, http, server.process)


def _details(dss: Dss, constraint: str, *scopes: str) -> httpx.Response:
    headers = dss.supplier("reader", *scopes).headers if scopes else {}
    return dss.http.get(f"{dss.url}/uss/v1/constraints/{constraint}", headers=headers)


def _only(dss: Dss, spot: Spot) -> dict[str, Any]:
    (told,) = dss.supplier("reader", CP).found_constraints(area(circle(spot))).values()
    return told


def test_a_published_measure_is_found_and_its_details_are_at_the_desk(dss: Dss) -> None:
    told = _only(dss, TOWN)
    assert withheld(told)
    assert told["manager"] == AUDIENCE
    assert told["uss_base_url"] == f"https://{AUDIENCE}"
    assert read_instant(told["time_end"]).year == 2200
    asked = dss.supplier("reader", CP).get_constraint(told["id"])
    assert asked.json() == {"constraint_reference": told}
    answer = _details(dss, told["id"], CP)
    ImplicitDict.parse(answer.json(), api.GetConstraintDetailsResponse)
    details = answer.json()["constraint"]
    assert {**details["reference"], "ovn": None} == {**told, "ovn": None}
    (volume,) = details["details"]["volumes"]
    shape = volume["volume"]["outline_circle"]
    assert shape["center"] == {"lat": TOWN[0], "lng": TOWN[1]}
    assert shape["radius"] == {"value": 800.0, "units": "M"}


def test_what_is_not_published_is_as_if_it_were_not(dss: Dss) -> None:
    reader = dss.supplier("reader", CP)
    assert reader.found_constraints(area(circle(VILLAGE))) == {}
    (told,) = reader.put_subscription(
        new_id(),
        extent(circle(TOWN, 28_000)),
        notify_for_operational_intents=False,
        notify_for_constraints=True,
    ).json()["constraint_references"]
    assert told["id"] == _only(dss, TOWN)["id"]


def test_the_details_of_a_path_are_rings_around_it(dss: Dss) -> None:
    told = _only(dss, (CORRIDOR[0][1], CORRIDOR[0][0]))
    details = _details(dss, told["id"], CP).json()["constraint"]["details"]
    (volume,) = details["volumes"]
    assert len(volume["volume"]["outline_polygon"]["vertices"]) > 60
    assert volume["time_end"]["value"] == told["time_end"]["value"]


def test_details_are_for_whoever_may_read_constraints(dss: Dss) -> None:
    ours = _only(dss, TOWN)["id"]
    assert _details(dss, ours).status_code == 401
    assert _details(dss, ours, SC).status_code == 403
    assert _details(dss, ours, CM).status_code == 200
    assert _details(dss, new_id(), CP).status_code == 404
    assert _details(dss, "no-uuid", CP).status_code == 400
    theirs = dss.supplier("authority", CM).constrained(extent(circle(VILLAGE)))["id"]
    assert _details(dss, theirs, CP).status_code == 404


def test_no_supplier_changes_or_lifts_it(dss: Dss) -> None:
    authority, told = dss.supplier("authority", CM), _only(dss, TOWN)
    ovn = _details(dss, told["id"], CP).json()["constraint"]["reference"]["ovn"]
    assert authority.delete_constraint(told["id"], ovn).status_code == 403
    answer = authority.put_constraint(told["id"], extent(circle(TOWN)), ovn=ovn)
    assert answer.status_code == 403


def test_an_intent_that_asks_for_constraints_carries_its_ovn(dss: Dss) -> None:
    pilot, told = dss.supplier("pilot", SC, CP), _only(dss, TOWN)
    wish = {"uss_base_url": pilot.base_url, "notify_for_constraints": True}
    volume = extent(circle(TOWN))
    refused = pilot.put_intent(new_id(), volume, new_subscription=wish)
    assert refused.status_code == 409
    (missing,) = refused.json()["missing_constraints"]
    assert missing["id"] == told["id"]
    ovn = _details(dss, told["id"], CP).json()["constraint"]["reference"]["ovn"]
    assert pilot.put_intent(new_id(), volume, key=[ovn], new_subscription=wish).status_code == 201
