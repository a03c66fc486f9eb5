"""Points 1 to 4: whose an intent is, its versions and OVNs, and the states it goes through."""

from __future__ import annotations

import uuid

import pytest

from f3548_harness import (
    AA,
    CMSA,
    NO_SUBSCRIPTION,
    SC,
    Dss,
    Spot,
    Supplier,
    area,
    at,
    circle,
    extent,
    new_id,
    read_instant,
    withheld,
)

IMPLICIT = {"new_subscription": {"uss_base_url": "https://uss1.example/f3548"}}


def test_an_intent_is_told_back_as_it_was_filed(uss1: Supplier, here: Spot) -> None:
    intent_id = new_id()
    answer = uss1.put_intent(intent_id, extent(circle(here)))
    assert answer.status_code == 201
    told = answer.json()["operational_intent_reference"]
    assert told["id"] == intent_id
    assert told["manager"] == "uss1"
    assert told["state"] == "Accepted"
    assert told["uss_base_url"] == uss1.base_url
    assert (read_instant(told["time_start"]), read_instant(told["time_end"])) == (at(20), at(80))
    assert uss1.get_intent(intent_id).json() == {"operational_intent_reference": told}


def test_times_are_those_of_all_extents_together(uss1: Supplier, here: Spot) -> None:
    told = uss1.filed(
        extent(circle(here), at(30), at(40)),
        extent(circle(here), at(25), at(35)),
        extent(circle(here), at(50), at(70)),
    )
    assert (read_instant(told["time_start"]), read_instant(told["time_end"])) == (at(25), at(70))


# Point 1


def test_an_unknown_id_with_an_ovn_is_409(uss1: Supplier, here: Spot) -> None:
    intent_id = new_id()
    answer = uss1.put_intent(intent_id, extent(circle(here)), ovn="o" * 32)
    assert answer.status_code == 409
    assert uss1.get_intent(intent_id).status_code == 404


def test_a_known_id_without_an_ovn_is_409(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    answer = uss1.put_intent(ours["id"], extent(circle(here)), key=[ours["ovn"]])
    assert answer.status_code == 409
    assert uss1.get_intent(ours["id"]).json()["operational_intent_reference"] == ours


def test_a_wrong_ovn_is_409_and_changes_nothing(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    for wrong in ("o" * 32, ours["ovn"][:-1], ours["ovn"].swapcase() + "x"):
        assert uss1.put_intent(ours["id"], extent(circle(here)), ovn=wrong).status_code == 409
        assert uss1.delete_intent(ours["id"], wrong).status_code == 409
    assert uss1.get_intent(ours["id"]).json()["operational_intent_reference"] == ours


def test_an_ovn_that_was_current_once_is_409(uss1: Supplier, here: Spot) -> None:
    first = uss1.filed(extent(circle(here)))
    uss1.filed(extent(circle(here)), intent_id=first["id"], ovn=first["ovn"])
    again = uss1.put_intent(first["id"], extent(circle(here)), ovn=first["ovn"])
    assert again.status_code == 409
    assert uss1.delete_intent(first["id"], first["ovn"]).status_code == 409


def test_anothers_intent_is_403_with_whatever_ovn(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    ours = uss1.filed(extent(circle(here)))
    for ovn in (ours["ovn"], "o" * 32):
        answer = uss2.put_intent(ours["id"], extent(circle(here)), ovn=ovn, key=[ours["ovn"]])
        assert answer.status_code == 403
        assert uss2.delete_intent(ours["id"], ovn).status_code == 403
    assert uss2.put_intent(ours["id"], extent(circle(here))).status_code in (403, 409)
    assert uss1.get_intent(ours["id"]).json()["operational_intent_reference"] == ours


def test_an_unknown_intent_is_404_when_read_or_deleted(uss1: Supplier) -> None:
    assert uss1.get_intent(new_id()).status_code == 404
    assert uss1.delete_intent(new_id(), "o" * 32).status_code == 404


@pytest.mark.parametrize("bad", ["not_uuid_format", "123", f"{NO_SUBSCRIPTION}0", "a b", "%00"])
def test_an_id_that_is_no_uuid_is_400(uss1: Supplier, here: Spot, bad: str) -> None:
    assert uss1.put_intent(bad, extent(circle(here))).status_code == 400
    assert uss1.put_intent(bad, extent(circle(here)), ovn="o" * 32).status_code == 400
    assert uss1.get_intent(bad).status_code == 400
    assert uss1.delete_intent(bad, "o" * 32).status_code == 400


def test_one_uuid_in_either_case_is_one_intent(uss1: Supplier, here: Spot) -> None:
    """RFC 4122: letters of either case, and lower case when written."""
    intent_id = str(uuid.uuid4())
    ours = uss1.filed(extent(circle(here)), intent_id=intent_id.upper())
    assert ours["id"] == intent_id
    assert uss1.get_intent(intent_id).json()["operational_intent_reference"] == ours
    assert uss1.put_intent(intent_id, extent(circle(here))).status_code == 409


# Point 2


def test_versions_count_from_one_and_the_ovn_changes_with_each(uss1: Supplier, here: Spot) -> None:
    told = uss1.filed(extent(circle(here)))
    seen = [told]
    for _ in range(3):
        told = uss1.filed(extent(circle(here)), intent_id=told["id"], ovn=told["ovn"])
        seen.append(told)
    assert [each["version"] for each in seen] == [1, 2, 3, 4]
    assert len({each["ovn"] for each in seen}) == 4
    assert all(16 <= len(each["ovn"]) <= 128 for each in seen)


def test_a_refused_change_does_not_use_up_a_version(uss1: Supplier, here: Spot) -> None:
    told = uss1.filed(extent(circle(here)))
    refused = uss1.put_intent(told["id"], extent(circle(here)), ovn=told["ovn"], state="Ended")
    assert refused.status_code == 400
    after = uss1.filed(extent(circle(here)), intent_id=told["id"], ovn=told["ovn"])
    assert after["version"] == 2


def test_an_id_that_is_free_again_begins_anew_with_another_ovn(uss1: Supplier, here: Spot) -> None:
    told = uss1.filed(extent(circle(here)))
    deleted = uss1.delete_intent(told["id"], told["ovn"])
    assert deleted.status_code == 200
    assert deleted.json()["operational_intent_reference"]["id"] == told["id"]
    assert uss1.get_intent(told["id"]).status_code == 404
    again = uss1.filed(extent(circle(here)), intent_id=told["id"])
    assert again["ovn"] != told["ovn"]
    assert again["version"] == 1


def test_others_never_see_an_ovn(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    """In a read, a query, a refusal and a subscription's answer alike."""
    ours = uss1.filed(extent(circle(here)))
    read = uss2.get_intent(ours["id"])
    queried = uss2.query_intents(area(circle(here)))
    refused = uss2.put_intent(new_id(), extent(circle(here)))
    subscribed = uss2.put_subscription(new_id(), extent(circle(here)))
    assert refused.status_code == 409
    told = [
        read.json()["operational_intent_reference"],
        *queried.json()["operational_intent_references"],
        *refused.json()["missing_operational_intents"],
        *subscribed.json()["operational_intent_references"],
    ]
    assert [each["id"] for each in told] == [ours["id"]] * 4
    assert all(withheld(each) for each in told)
    assert not any(ours["ovn"] in each.text for each in (read, queried, refused, subscribed))


def test_ones_own_ovn_is_always_told(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    subscribed = uss1.put_subscription(new_id(), extent(circle(here)))
    refused = uss1.put_intent(new_id(), extent(circle(here)))
    told = [
        uss1.get_intent(ours["id"]).json()["operational_intent_reference"],
        uss1.found_intents(area(circle(here)))[ours["id"]],
        *refused.json()["missing_operational_intents"],
        *subscribed.json()["operational_intent_references"],
    ]
    assert [each["ovn"] for each in told] == [ours["ovn"]] * 4


# Point 3


def test_availability_is_unknown_until_it_is_set(dss: Dss, here: Spot) -> None:
    sub = f"uss-{new_id()}"
    supplier = dss.supplier(sub)
    ours = supplier.filed(extent(circle(here)))
    assert ours["uss_availability"] == "Unknown"
    supplier.under(AA).put_availability(sub, "Normal")
    told = supplier.get_intent(ours["id"]).json()["operational_intent_reference"]
    assert told["uss_availability"] == "Normal"


def test_without_a_subscription_the_intent_names_the_one_that_is_none(
    uss1: Supplier, here: Spot
) -> None:
    ours = uss1.filed(extent(circle(here)))
    assert ours["subscription_id"] == NO_SUBSCRIPTION
    assert uss1.get_subscription(NO_SUBSCRIPTION).status_code in (400, 404)


def test_the_subscription_that_is_none_belongs_to_nobody(uss1: Supplier, here: Spot) -> None:
    put = uss1.put_subscription(NO_SUBSCRIPTION, extent(circle(here)))
    assert put.status_code in (400, 403)
    asked = uss1.put_intent(new_id(), extent(circle(here)), subscription_id=NO_SUBSCRIPTION)
    assert asked.status_code == 400


# Point 4


@pytest.mark.parametrize(
    "state", ["Ended", "Closed", "accepted", "", None, 3, "Activated", "Withdrawn", ["Accepted"]]
)
def test_an_intent_is_created_as_accepted_and_nothing_else(
    uss1: Supplier, here: Spot, state: object
) -> None:
    intent_id = new_id()
    answer = uss1.put_intent(intent_id, extent(circle(here)), state=state, **IMPLICIT)
    assert answer.status_code == 400
    assert uss1.get_intent(intent_id).status_code == 404


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_not_even_who_may_monitor_conformance_creates_another_state(
    uss1: Supplier, here: Spot, state: str
) -> None:
    answer = uss1.under(SC, CMSA).put_intent(
        new_id(), extent(circle(here)), state=state, **IMPLICIT
    )
    assert answer.status_code == 400


def test_no_intent_is_updated_to_ended(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)), **IMPLICIT)
    for state in ("Ended", "Gone"):
        answer = uss1.put_intent(
            ours["id"],
            extent(circle(here)),
            ovn=ours["ovn"],
            state=state,
            subscription_id=ours["subscription_id"],
        )
        assert answer.status_code == 400


def test_an_activated_intent_needs_a_subscription(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    bare = uss1.put_intent(ours["id"], extent(circle(here)), ovn=ours["ovn"], state="Activated")
    assert bare.status_code == 400
    after = uss1.filed(
        extent(circle(here)), intent_id=ours["id"], ovn=ours["ovn"], state="Activated", **IMPLICIT
    )
    assert after["state"] == "Activated"
    assert after["subscription_id"] != NO_SUBSCRIPTION


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_an_off_nominal_intent_needs_a_subscription(uss1: Supplier, here: Spot, state: str) -> None:
    ours = uss1.filed(extent(circle(here)))
    monitor = uss1.under(CMSA)
    bare = monitor.put_intent(ours["id"], extent(circle(here)), ovn=ours["ovn"], state=state)
    assert bare.status_code == 400


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_an_off_nominal_intent_needs_the_scope_of_conformance_monitoring(
    uss1: Supplier, here: Spot, state: str
) -> None:
    ours = uss1.filed(extent(circle(here)), **IMPLICIT)
    to_be = {"ovn": ours["ovn"], "state": state, "subscription_id": ours["subscription_id"]}
    assert uss1.put_intent(ours["id"], extent(circle(here)), **to_be).status_code == 403
    changed = uss1.under(CMSA).put_intent(ours["id"], extent(circle(here)), **to_be)
    assert changed.status_code == 200
    assert changed.json()["operational_intent_reference"]["state"] == state


@pytest.mark.parametrize("state", ["Nonconforming", "Contingent"])
def test_an_off_nominal_intent_needs_no_key(
    uss1: Supplier, uss2: Supplier, here: Spot, state: str
) -> None:
    ours = uss1.filed(extent(circle(here)), **IMPLICIT)
    uss2.filed(extent(circle(here)), key=[ours["ovn"]])
    changed = uss1.under(CMSA).put_intent(
        ours["id"],
        extent(circle(here)),
        ovn=ours["ovn"],
        state=state,
        key=...,
        subscription_id=ours["subscription_id"],
    )
    assert changed.status_code == 200


def test_a_start_years_ago_is_ordinary(uss1: Supplier, here: Spot) -> None:
    began = at(-3 * 365 * 24 * 60)
    told = uss1.filed(extent(circle(here), began, at(80)))
    assert read_instant(told["time_start"]) == began
