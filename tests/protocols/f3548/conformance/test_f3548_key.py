"""Point 5: whoever files an intent proves that it knows of every other one it meets."""

from __future__ import annotations

import httpx
import pytest

from f3548_harness import (
    AA,
    CM,
    CMSA,
    CP,
    SC,
    Body,
    Dss,
    Spot,
    Supplier,
    at,
    box,
    circle,
    extent,
    moved,
    new_id,
    polygon,
)

WITH_CONSTRAINTS = {
    "new_subscription": {"uss_base_url": "https://uss.example", "notify_for_constraints": True}
}
WITHOUT_CONSTRAINTS = {"new_subscription": {"uss_base_url": "https://uss.example"}}


def missing(answer: httpx.Response) -> set[str]:
    """The ids of the intents whose OVNs the refusal says are lacking."""
    assert answer.status_code == 409, answer.text
    return {each["id"] for each in answer.json().get("missing_operational_intents") or []}


def missing_constraints(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 409, answer.text
    return {each["id"] for each in answer.json().get("missing_constraints") or []}


def meets(filer: Supplier, other: Body, *extents: Body) -> bool:
    """Whether an intent with these extents would have to know of the other."""
    answer = filer.put_intent(new_id(), *extents)
    if answer.status_code == 409:
        assert missing(answer) == {other["id"]}
        return True
    assert answer.status_code == 201, answer.text
    told = answer.json()["operational_intent_reference"]
    filer.delete_intent(told["id"], told["ovn"])
    return False


def test_only_what_is_missing_is_listed(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    first = uss1.filed(extent(circle(here)))
    second = uss1.filed(extent(circle(here)), key=[first["ovn"]])
    third = uss2.filed(extent(circle(here)), key=[first["ovn"], second["ovn"]])
    answer = uss2.put_intent(new_id(), extent(circle(here)), key=[second["ovn"]])
    assert missing(answer) == {first["id"], third["id"]}
    assert missing_constraints(answer) == set()
    every = [each["ovn"] for each in (first, second, third)]
    assert uss2.put_intent(new_id(), extent(circle(here)), key=every).status_code == 201


def test_a_refused_intent_leaves_nothing_behind(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    uss1.filed(extent(circle(here)))
    intent_id = new_id()
    refused = uss2.put_intent(intent_id, extent(circle(here)), **WITHOUT_CONSTRAINTS)
    assert refused.status_code == 409
    assert uss2.get_intent(intent_id).status_code == 404
    assert uss2.found_subscriptions(extent(circle(here))) == {}


def test_an_absent_key_is_an_empty_one(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)), key=...)
    assert missing(uss2.put_intent(new_id(), extent(circle(here)), key=...)) == {ours["id"]}
    assert missing(uss2.put_intent(new_id(), extent(circle(here)), key=None)) == {ours["id"]}


def test_ones_own_other_intents_must_be_known_too(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    assert missing(uss1.put_intent(new_id(), extent(circle(here)))) == {ours["id"]}


def test_extra_ovns_do_no_harm(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    key = ["o" * 16, ours["ovn"], ours["ovn"], "x" * 128, *("y" * 16 for _ in range(200))]
    assert uss2.put_intent(new_id(), extent(circle(here)), key=key).status_code == 201


def test_only_the_current_ovn_counts(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    before = uss1.filed(extent(circle(here)))
    ours = uss1.filed(extent(circle(here)), intent_id=before["id"], ovn=before["ovn"])
    old = uss2.put_intent(new_id(), extent(circle(here)), key=[before["ovn"]])
    assert missing(old) == {ours["id"]}
    assert uss2.put_intent(new_id(), extent(circle(here)), key=[ours["ovn"]]).status_code == 201


def test_the_updated_intent_need_not_know_of_itself(uss1: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    uss1.filed(extent(circle(here, 150)), intent_id=ours["id"], ovn=ours["ovn"], key=[])


def test_an_update_must_know_of_all_that_it_meets_then(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    there = moved(here, north_m=1000)
    ours, theirs = uss1.filed(extent(circle(here))), uss2.filed(extent(circle(there)))
    to_be = {"ovn": ours["ovn"]}
    assert missing(uss1.put_intent(ours["id"], extent(circle(there)), **to_be)) == {theirs["id"]}
    after = uss1.filed(extent(circle(there)), intent_id=ours["id"], key=[theirs["ovn"]], **to_be)
    away = uss1.put_intent(ours["id"], extent(circle(here)), ovn=after["ovn"])
    assert away.status_code == 200


def test_an_activated_intent_needs_its_key(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)), **WITHOUT_CONSTRAINTS)
    theirs = uss2.filed(extent(circle(here)), key=[ours["ovn"]])
    to_be = {"ovn": ours["ovn"], "state": "Activated", "subscription_id": ours["subscription_id"]}
    assert missing(uss1.put_intent(ours["id"], extent(circle(here)), **to_be)) == {theirs["id"]}
    uss1.filed(extent(circle(here)), intent_id=ours["id"], key=[theirs["ovn"]], **to_be)


def test_off_nominal_intents_must_be_known_by_others(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    ours = uss1.filed(extent(circle(here)), **WITHOUT_CONSTRAINTS)
    uss1.under(CMSA).filed(
        extent(circle(here)),
        intent_id=ours["id"],
        ovn=ours["ovn"],
        state="Contingent",
        subscription_id=ours["subscription_id"],
    )
    assert missing(uss2.put_intent(new_id(), extent(circle(here)))) == {ours["id"]}


def test_a_deleted_intent_need_not_be_known(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    uss1.delete_intent(ours["id"], ours["ovn"])
    assert uss2.put_intent(new_id(), extent(circle(here))).status_code == 201


# Space, height and time, all closed


def test_what_touches_meets_and_what_is_just_apart_does_not(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    """Two boxes that share an edge; then a gap of 2 m between them."""
    lat_deg, lng_deg = here
    ours = uss1.filed(extent(box(here)))
    assert meets(uss2, ours, extent(box((lat_deg, lng_deg + 0.002))))
    assert meets(uss2, ours, extent(box((lat_deg + 0.002, lng_deg + 0.002))))
    apart = moved((lat_deg, lng_deg + 0.002), east_m=2.5)
    assert not meets(uss2, ours, extent(box(apart)))


def test_heights_that_touch_meet(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(box(here), lower_m=100, upper_m=120))
    assert meets(uss2, ours, extent(box(here), lower_m=120, upper_m=150))
    assert meets(uss2, ours, extent(box(here), lower_m=50, upper_m=100))
    assert not meets(uss2, ours, extent(box(here), lower_m=120.5, upper_m=150))
    assert not meets(uss2, ours, extent(box(here), lower_m=50, upper_m=99.5))


def test_times_that_touch_meet(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(box(here), at(30), at(40)))
    assert meets(uss2, ours, extent(box(here), at(40), at(50)))
    assert meets(uss2, ours, extent(box(here), at(20), at(30)))
    assert not meets(uss2, ours, extent(box(here), at(40.1), at(50)))
    assert not meets(uss2, ours, extent(box(here), at(20), at(29.9)))


def test_there_is_no_agreed_distance_between_two_suppliers(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    """5 m apart, 1 m below, a second later: the standard's own rule, not the desk's separations."""
    ours = uss1.filed(extent(circle(here, 100), at(30), at(40), lower_m=50, upper_m=100))
    beside = moved(here, north_m=210)
    assert not meets(uss2, ours, extent(circle(beside, 100), at(30), at(40)))
    assert not meets(uss2, ours, extent(circle(here), at(30), at(40), lower_m=0, upper_m=49))
    assert not meets(uss2, ours, extent(circle(here), at(40 + 1 / 60), at(50)))


def test_one_holds_the_other_whole(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here, 2000)))
    assert meets(uss2, ours, extent(circle(moved(here, 700, 700), 10)))
    small = uss1.filed(extent(circle(moved(here, 9000), 10)))
    assert meets(uss2, small, extent(box(moved(here, 8500), 0.02)))


# Constraints


@pytest.fixture
def constraint(dss: Dss, here: Spot) -> Body:
    return dss.supplier("authority", CM).constrained(extent(circle(here)))


def test_constraints_must_be_known_if_the_subscription_asks_for_them(
    uss1: Supplier, here: Spot, constraint: Body
) -> None:
    processing = uss1.under(SC, CP)
    refused = processing.put_intent(new_id(), extent(circle(here)), **WITH_CONSTRAINTS)
    assert missing_constraints(refused) == {constraint["id"]}
    assert missing(refused) == set()
    key = [constraint["ovn"]]
    taken = processing.put_intent(new_id(), extent(circle(here)), key=key, **WITH_CONSTRAINTS)
    assert taken.status_code == 201


def test_constraints_need_not_be_known_otherwise(
    uss1: Supplier, here: Spot, constraint: Body
) -> None:
    ours = uss1.filed(extent(circle(here)))
    uss1.filed(extent(circle(here)), key=[ours["ovn"]], **WITHOUT_CONSTRAINTS)


def test_it_is_the_subscription_attached_that_asks(
    uss1: Supplier, here: Spot, constraint: Body
) -> None:
    processing = uss1.under(SC, CP)
    asking = processing.subscribed(extent(circle(here)), notify_for_constraints=True)
    attached = {"subscription_id": asking["id"]}
    refused = processing.put_intent(new_id(), extent(circle(here)), **attached)
    assert missing_constraints(refused) == {constraint["id"]}
    key = [constraint["ovn"]]
    ours = processing.filed(extent(circle(here)), key=key, **attached)
    again = processing.put_intent(ours["id"], extent(circle(here)), ovn=ours["ovn"], **attached)
    assert missing_constraints(again) == {constraint["id"]}


def test_a_refusal_never_tells_anothers_constraint_ovn(
    uss1: Supplier, here: Spot, constraint: Body
) -> None:
    refused = uss1.under(SC, CP).put_intent(new_id(), extent(circle(here)), **WITH_CONSTRAINTS)
    assert missing_constraints(refused) == {constraint["id"]}
    assert constraint["ovn"] not in refused.text


# Suppliers that are down


def test_accepted_intents_of_a_supplier_that_is_down_need_not_be_known(
    dss: Dss, uss2: Supplier, here: Spot
) -> None:
    lost = dss.supplier(f"lost-{new_id()}")
    accepted = lost.filed(extent(circle(here)), **WITHOUT_CONSTRAINTS)
    flying_spot = moved(here, 2000)
    flying = lost.filed(extent(circle(flying_spot)), **WITHOUT_CONSTRAINTS)
    flying = lost.filed(
        extent(circle(flying_spot)),
        intent_id=flying["id"],
        ovn=flying["ovn"],
        state="Activated",
        subscription_id=flying["subscription_id"],
    )
    assert meets(uss2, accepted, extent(circle(here)))
    dss.supplier("arbiter", AA).put_availability(lost.sub, "Down")
    assert not meets(uss2, accepted, extent(circle(here)))
    assert meets(uss2, flying, extent(circle(flying_spot)))


# Each extent is judged by itself


def test_an_intent_is_not_where_its_other_extents_are_at_that_time(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    """# SPEC F3548-21 beyond: no merged hull in space, height or time."""
    there = moved(here, north_m=3000)
    ours = uss1.filed(
        extent(circle(here), at(20), at(30), 0, 50), extent(circle(there), at(40), at(50), 70, 120)
    )
    assert not meets(uss2, ours, extent(circle(here), at(40), at(50)))
    assert not meets(uss2, ours, extent(circle(there), at(20), at(30)))
    assert not meets(uss2, ours, extent(circle(moved(here, 1500)), at(20), at(50)))
    assert not meets(uss2, ours, extent(circle(here), at(20), at(30), 70, 120))
    assert not meets(uss2, ours, extent(circle(here), at(32), at(38)))
    assert meets(uss2, ours, extent(circle(there), at(45), at(46)))


# Polygon edges are shortest paths


def test_a_long_edge_bulges_towards_its_pole(uss1: Supplier, uss2: Supplier) -> None:
    """A degree along 60° N: the shortest path runs some 105 m north of it at the middle."""
    for west in (-40.0, 70.0):
        south, north, east = 59.9, 60.0, west + 1
        ours = uss1.filed(
            extent(polygon((south, west), (south, east), (north, east), (north, west)))
        )
        middle = west + 0.5
        assert meets(uss2, ours, extent(circle(moved((north, middle), 50), 10)))
        assert not meets(uss2, ours, extent(circle(moved((south, middle), 50), 10)))


# Poles and the antimeridian


def test_circles_by_the_pole_meet_across_it(uss1: Supplier, uss2: Supplier) -> None:
    """89.999° N is 112 m from the pole."""
    ours = uss1.filed(extent(circle((89.999, 0.0), 100), at(200), at(210)))
    assert meets(uss2, ours, extent(circle((89.999, 180.0), 130), at(200), at(210)))
    assert not meets(uss2, ours, extent(circle((89.999, -180.0), 100), at(200), at(210)))


def test_circles_by_the_antimeridian_meet_across_it(uss1: Supplier, uss2: Supplier) -> None:
    ours = uss1.filed(extent(circle((-16.0, 179.999), 100), at(200), at(210)))
    assert meets(uss2, ours, extent(circle((-16.0, -179.999), 130), at(200), at(210)))
    assert not meets(uss2, ours, extent(circle((-16.0, -179.999), 100), at(200), at(210)))
    far = uss1.filed(extent(circle((-17.0, 178.0), 300), at(200), at(210)))
    assert meets(uss2, far, extent(circle((-17.0, 178.0), 10), at(200), at(210)))


def test_a_polygon_over_the_antimeridian_is_the_small_one(uss1: Supplier, uss2: Supplier) -> None:
    outline = polygon((-18.1, 179.9), (-18.1, -179.9), (-17.9, -179.9), (-17.9, 179.9))
    ours = uss1.filed(extent(outline, at(200), at(210)))
    assert meets(uss2, ours, extent(circle((-18.0, 180.0), 10), at(200), at(210)))
    assert not meets(uss2, ours, extent(circle((-18.0, 0.0), 10), at(200), at(210)))
