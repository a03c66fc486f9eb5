"""Points 18 and 19: who is believed to be reachable, what follows if not, and reports."""

from __future__ import annotations

import uuid

import pytest

from f3548_harness import (
    AA,
    CM,
    CMSA,
    CP,
    SC,
    SCOPES,
    Dss,
    Spot,
    Supplier,
    at,
    circle,
    extent,
    instant,
    new_id,
)

IMPLICIT = {"new_subscription": {"uss_base_url": "https://uss.example"}}


@pytest.fixture
def arbiter(dss: Dss) -> Supplier:
    """Whoever says which supplier is reachable."""
    return dss.supplier("arbiter", AA)


@pytest.fixture
def lost(dss: Dss) -> Supplier:
    """A supplier of the test's own."""
    return dss.supplier(f"lost-{new_id()}")


def test_an_unknown_supplier_is_unknown(arbiter: Supplier) -> None:
    answer = arbiter.get_availability("nobody-knows")
    assert answer.status_code == 200
    assert answer.json() == {
        "version": "",
        "status": {"uss": "nobody-knows", "availability": "Unknown"},
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [("normal", "Normal"), ("Down", "Down"), ("DOWN", "Down"), ("nOrMaL", "Normal")],
)
def test_availability_is_set_in_letters_of_either_case(
    arbiter: Supplier, lost: Supplier, said: str, told: str
) -> None:
    answer = arbiter.put_availability(lost.sub, said)
    assert answer.status_code == 200
    assert answer.json()["status"] == {"uss": lost.sub, "availability": told}
    assert answer.json()["version"]
    assert arbiter.get_availability(lost.sub).json() == answer.json()


@pytest.mark.parametrize("bad", ["pUrPlE", "", "unknown", None, 7, ["Down"], "Down "])
def test_any_other_availability_is_400(arbiter: Supplier, lost: Supplier, bad: object) -> None:
    body = {"availability": bad}
    answer = arbiter.call("PUT", f"/uss_availability/{lost.sub}", body)
    assert answer.status_code == 400
    assert arbiter.get_availability(lost.sub).json()["version"] == ""
    assert arbiter.call("PUT", f"/uss_availability/{lost.sub}", {}).status_code == 400


def test_a_later_write_names_the_version_it_changes(arbiter: Supplier, lost: Supplier) -> None:
    first = arbiter.put_availability(lost.sub, "down").json()
    for wrong in ({}, {"old_version": ""}, {"old_version": "x"}):
        assert arbiter.put_availability(lost.sub, "normal", **wrong).status_code == 409
    second = arbiter.put_availability(lost.sub, "normal", old_version=first["version"])
    assert second.status_code == 200
    assert second.json()["version"] != first["version"]
    stale = arbiter.put_availability(lost.sub, "down", old_version=first["version"])
    assert stale.status_code == 409
    assert arbiter.get_availability(lost.sub).json() == second.json()


def test_a_first_write_names_none(arbiter: Supplier, lost: Supplier) -> None:
    assert arbiter.put_availability(lost.sub, "down", old_version="x").status_code == 409
    assert arbiter.put_availability(lost.sub, "down", old_version="").status_code == 200


def test_only_arbitration_sets_it(arbiter: Supplier, lost: Supplier) -> None:
    for scopes in ((SC,), (CMSA,), (CP,), (CM,), (SC, CMSA, CP, CM)):
        assert arbiter.under(*scopes).put_availability(lost.sub, "down").status_code == 403
    for scope in (SC, CMSA):
        assert arbiter.under(scope).get_availability(lost.sub).status_code == 200


def test_every_reference_of_a_supplier_tells_its_availability(
    dss: Dss, arbiter: Supplier, lost: Supplier, here: Spot
) -> None:
    intent = lost.filed(extent(circle(here)))
    constraint = lost.under(CM).constrained(extent(circle(here)))
    arbiter.put_availability(lost.sub, "Down")
    other = dss.supplier("other")
    told = other.get_intent(intent["id"]).json()["operational_intent_reference"]
    assert told["uss_availability"] == "Down"
    found = other.found_intents(extent(circle(here)))[intent["id"]]
    assert found["uss_availability"] == "Down"
    told = other.under(CP).get_constraint(constraint["id"]).json()["constraint_reference"]
    assert told["uss_availability"] == "Down"


def test_a_supplier_that_is_down_neither_plans_nor_deletes(
    arbiter: Supplier, lost: Supplier, here: Spot
) -> None:
    """# SPEC F3548-21: 412, and nothing has changed; what is off nominal can still be said."""
    intent = lost.filed(extent(circle(here)), **IMPLICIT)
    to_be = {"ovn": intent["ovn"], "subscription_id": intent["subscription_id"]}
    version = arbiter.put_availability(lost.sub, "Down").json()["version"]
    assert lost.put_intent(new_id(), extent(circle(here))).status_code == 412
    assert lost.put_intent(intent["id"], extent(circle(here)), **to_be).status_code == 412
    activated = lost.put_intent(intent["id"], extent(circle(here)), state="Activated", **to_be)
    assert activated.status_code == 412
    assert lost.delete_intent(intent["id"], intent["ovn"]).status_code == 412
    assert lost.get_intent(intent["id"]).status_code == 200
    off = lost.under(CMSA).put_intent(
        intent["id"], extent(circle(here)), state="Contingent", **to_be
    )
    assert off.status_code == 200
    arbiter.put_availability(lost.sub, "Normal", old_version=version)
    ovn = off.json()["operational_intent_reference"]["ovn"]
    assert lost.delete_intent(intent["id"], ovn).status_code == 200


# Point 19

EXCHANGE = {
    "url": "https://uss2.example/uss/v1/operational_intents",
    "method": "POST",
    "headers": ["Authorization: Bearer …"],
    "recorder_role": "Client",
    "request_time": instant(at(0)),
    "request_body": "e30=",
    "response_code": 500,
    "problem": "no answer that could be read",
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_report_is_echoed_with_an_id(dss: Dss, scope: str) -> None:
    answer = dss.supplier("reporter", scope).report({"exchange": EXCHANGE})
    assert answer.status_code == 201
    told = answer.json()
    assert told["exchange"] == EXCHANGE
    assert uuid.UUID(told["report_id"])


def test_each_report_has_an_id_of_its_own(dss: Dss) -> None:
    reporter = dss.supplier("reporter")
    sent = {"exchange": EXCHANGE, "report_id": "mine"}
    told = {reporter.report(sent).json()["report_id"] for _ in range(3)}
    assert len(told) == 3
    assert "mine" not in told


@pytest.mark.parametrize(
    "bad", [{}, [], "it failed", {"exchange": None}, {"exchange": "it failed"}]
)
def test_a_report_without_an_exchange_is_400(dss: Dss, bad: object) -> None:
    assert dss.supplier("reporter").call("POST", "/reports", bad).status_code == 400
