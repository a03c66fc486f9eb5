"""Points 9, 10 and 12: the subscription of an intent, who is to be told, and OVNs one asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from f3548_harness import (
    CM,
    CP,
    NO_SUBSCRIPTION,
    SC,
    Body,
    Dss,
    Spot,
    Supplier,
    at,
    circle,
    extent,
    moved,
    new_id,
    read_instant,
    subscribers,
    uuid7,
)

NOBODYS = "f3548f35-48f3-4548-8f35-48f3548f3548"
IMPLICIT = {"new_subscription": {"uss_base_url": "https://uss1.example/f3548"}}


def subscription_of(supplier: Supplier, intent: Body) -> Body:
    answer = supplier.get_subscription(intent["subscription_id"])
    assert answer.status_code == 200, answer.text
    told: Body = answer.json()["subscription"]
    return told


def is_gone(supplier: Supplier, subscription_id: str) -> bool:
    return supplier.get_subscription(subscription_id).status_code == 404


# Point 9


def test_one_names_a_subscription_or_asks_for_one_and_never_both(
    uss1: Supplier, here: Spot
) -> None:
    own = uss1.subscribed(extent(circle(here, 500)))
    both = {"subscription_id": own["id"], **IMPLICIT}
    assert uss1.put_intent(new_id(), extent(circle(here)), **both).status_code == 400


@pytest.mark.parametrize("bad", ["not-a-uuid", "7", NOBODYS, 7, ["x"]])
def test_an_unknown_or_malformed_subscription_is_400(
    uss1: Supplier, here: Spot, bad: object
) -> None:
    answer = uss1.put_intent(new_id(), extent(circle(here)), subscription_id=bad)
    assert answer.status_code == 400


def test_someone_elses_subscription_is_403(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    theirs = uss2.subscribed(extent(circle(here, 500)))
    answer = uss1.put_intent(new_id(), extent(circle(here)), subscription_id=theirs["id"])
    assert answer.status_code == 403


NOT_COVERED = {
    "area": extent(circle((0.0, 0.0), 500)),
    "floor": extent(circle((0.0, 0.0)), lower_m=-10),
    "ceiling": extent(circle((0.0, 0.0)), upper_m=121),
    "start": extent(circle((0.0, 0.0)), at(10)),
    "end": extent(circle((0.0, 0.0)), ends=at(81)),
}


@pytest.mark.parametrize("what", NOT_COVERED)
def test_a_subscription_must_cover_the_intent(uss1: Supplier, here: Spot, what: str) -> None:
    own = uss1.subscribed(extent(circle(here, 200)))
    wide = NOT_COVERED[what]
    radius_m = wide["volume"]["outline_circle"]["radius"]["value"]
    wide = wide | {"volume": wide["volume"] | circle(here, radius_m)}
    attached = {"subscription_id": own["id"]}
    assert uss1.put_intent(new_id(), wide, **attached).status_code == 400
    assert uss1.put_intent(new_id(), extent(circle(here)), **attached).status_code == 201


def test_an_intent_is_attached_to_the_subscription_it_names(uss1: Supplier, here: Spot) -> None:
    own = uss1.subscribed(extent(circle(here, 500)))
    intent = uss1.filed(extent(circle(here)), subscription_id=own["id"])
    assert intent["subscription_id"] == own["id"]
    told = subscription_of(uss1, intent)
    assert told["dependent_operational_intents"] == [intent["id"]]
    assert not told.get("implicit_subscription")
    uss1.delete_intent(intent["id"], intent["ovn"])
    after = uss1.get_subscription(own["id"]).json()["subscription"]
    assert not after.get("dependent_operational_intents")


def test_an_implicit_subscription_has_the_intents_times_and_area(
    uss1: Supplier, here: Spot
) -> None:
    intent = uss1.filed(extent(circle(here)), **IMPLICIT)
    told = subscription_of(uss1, intent)
    assert told["implicit_subscription"] is True
    assert told["notify_for_operational_intents"] is True
    assert not told.get("notify_for_constraints")
    assert told["uss_base_url"] == uss1.base_url
    assert told["dependent_operational_intents"] == [intent["id"]]
    assert read_instant(told["time_start"]) == read_instant(intent["time_start"])
    assert read_instant(told["time_end"]) == read_instant(intent["time_end"])
    assert intent["subscription_id"] in uss1.found_subscriptions(extent(circle(here, 10)))
    beside = extent(circle(moved(here, 150), 10))
    assert intent["subscription_id"] not in uss1.found_subscriptions(beside)


def test_an_implicit_subscription_asks_for_constraints_where_it_is_told_to(
    uss1: Supplier, here: Spot
) -> None:
    asked = {"uss_base_url": "https://uss1.example", "notify_for_constraints": True}
    intent = uss1.under(SC, CP).filed(extent(circle(here)), new_subscription=asked)
    assert subscription_of(uss1, intent)["notify_for_constraints"] is True


@pytest.mark.parametrize("bad", [{}, [], "yes", 7, {"uss_base_url": 7}, True])
def test_a_wish_for_a_subscription_that_cannot_be_read_is_400(
    uss1: Supplier, here: Spot, bad: object
) -> None:
    assert uss1.put_intent(new_id(), extent(circle(here)), new_subscription=bad).status_code == 400


def test_an_implicit_subscription_goes_with_its_last_intent(uss1: Supplier, here: Spot) -> None:
    first = uss1.filed(extent(circle(here)), **IMPLICIT)
    shared = first["subscription_id"]
    second = uss1.filed(extent(circle(here)), key=[first["ovn"]], subscription_id=shared)
    uss1.delete_intent(first["id"], first["ovn"])
    assert not is_gone(uss1, shared)
    uss1.delete_intent(second["id"], second["ovn"])
    assert is_gone(uss1, shared)


def test_an_implicit_subscription_goes_when_its_last_intent_moves_to_another(
    uss1: Supplier, here: Spot
) -> None:
    intent = uss1.filed(extent(circle(here)), **IMPLICIT)
    before = intent["subscription_id"]
    own = uss1.subscribed(extent(circle(here, 500)))
    after = uss1.filed(
        extent(circle(here)),
        intent_id=intent["id"],
        ovn=intent["ovn"],
        subscription_id=own["id"],
    )
    assert after["subscription_id"] == own["id"]
    assert is_gone(uss1, before)
    assert not is_gone(uss1, own["id"])


def test_a_new_subscription_on_update_is_always_a_new_one(uss1: Supplier, here: Spot) -> None:
    intent = uss1.filed(extent(circle(here)), **IMPLICIT)
    after = uss1.filed(extent(circle(here)), intent_id=intent["id"], ovn=intent["ovn"], **IMPLICIT)
    assert after["subscription_id"] not in (intent["subscription_id"], NO_SUBSCRIPTION)
    assert is_gone(uss1, intent["subscription_id"])
    assert subscription_of(uss1, after)["dependent_operational_intents"] == [intent["id"]]


def test_an_explicit_subscription_outlives_its_intents(uss1: Supplier, here: Spot) -> None:
    own = uss1.subscribed(extent(circle(here, 500)))
    intent = uss1.filed(extent(circle(here)), subscription_id=own["id"])
    uss1.delete_intent(intent["id"], intent["ovn"])
    assert not is_gone(uss1, own["id"])


def test_an_implicit_subscription_is_extended_to_cover(uss1: Supplier, here: Spot) -> None:
    intent = uss1.filed(extent(circle(here), at(30), at(40)), **IMPLICIT)
    shared = intent["subscription_id"]
    there = moved(here, north_m=2000)
    wider = uss1.filed(extent(circle(there), at(35), at(60), upper_m=300), subscription_id=shared)
    assert wider["subscription_id"] == shared
    told = subscription_of(uss1, wider)
    assert told["implicit_subscription"] is True
    assert read_instant(told["time_start"]) <= at(30)
    assert read_instant(told["time_end"]) >= at(60)
    assert sorted(told["dependent_operational_intents"]) == sorted([intent["id"], wider["id"]])
    over_there = extent(circle(there, 10), at(50), at(60), lower_m=290, upper_m=300)
    assert shared in uss1.found_subscriptions(over_there)


def test_an_implicit_subscription_is_extended_when_its_intent_grows(
    uss1: Supplier, here: Spot
) -> None:
    intent = uss1.filed(extent(circle(here), at(30), at(40)), **IMPLICIT)
    kept = {"subscription_id": intent["subscription_id"]}
    grown = extent(circle(here, 900), at(30), at(70))
    after = uss1.filed(grown, intent_id=intent["id"], ovn=intent["ovn"], **kept)
    assert after["subscription_id"] == intent["subscription_id"]
    assert read_instant(subscription_of(uss1, after)["time_end"]) >= at(70)
    edge = extent(circle(moved(here, 850), 10))
    assert after["subscription_id"] in uss1.found_subscriptions(edge)


def test_a_subscription_that_an_intent_depends_on_is_not_deleted(
    uss1: Supplier, here: Spot
) -> None:
    intent = uss1.filed(extent(circle(here)), **IMPLICIT)
    told = subscription_of(uss1, intent)
    assert uss1.delete_subscription(told["id"], told["version"]).status_code == 400
    assert subscription_of(uss1, intent) == told


# Point 10


def test_everybody_concerned_is_listed_oneself_included(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    own = uss1.subscribed(extent(circle(here)))
    theirs = uss2.subscribed(extent(circle(here)))
    answer = uss1.put_intent(new_id(), extent(circle(here)))
    assert subscribers(answer) == {
        uss1.base_url: {own["id"]: 1},
        uss2.base_url: {theirs["id"]: 1},
    }


def test_the_implicit_subscription_made_by_the_change_is_listed_too(
    uss1: Supplier, here: Spot
) -> None:
    """A new one starts at 0: the change that made it is not yet news to it, or its first."""
    answer = uss1.put_intent(new_id(), extent(circle(here)), **IMPLICIT)
    made = answer.json()["operational_intent_reference"]["subscription_id"]
    [index] = subscribers(answer)[uss1.base_url].values()
    assert subscribers(answer)[uss1.base_url] == {made: index}
    kept = uss1.get_subscription(made).json()["subscription"]
    assert kept["notification_index"] == index


def test_subscribers_are_grouped_by_base_url(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    pair = [uss2.subscribed(extent(circle(here))) for _ in range(2)]
    elsewhere = uss2.subscribed(extent(circle(here)), uss_base_url="https://other.example")
    answer = uss1.put_intent(new_id(), extent(circle(here)))
    assert subscribers(answer) == {
        uss2.base_url: {each["id"]: 1 for each in pair},
        "https://other.example": {elsewhere["id"]: 1},
    }


def test_a_new_subscription_starts_at_0_and_rises_by_1_for_each_event(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    theirs = uss2.subscribed(extent(circle(here)))
    assert theirs["notification_index"] == 0
    indices = []
    answer = uss1.put_intent(new_id(), extent(circle(here)))
    for _ in range(3):
        indices.append(subscribers(answer)[uss2.base_url][theirs["id"]])
        told = answer.json()["operational_intent_reference"]
        answer = uss1.put_intent(told["id"], extent(circle(here)), ovn=told["ovn"])
    told = answer.json()["operational_intent_reference"]
    answer = uss1.delete_intent(told["id"], told["ovn"])
    indices.append(subscribers(answer)[uss2.base_url][theirs["id"]])
    assert indices == [1, 2, 3, 5]  # the fourth event was the last update
    assert uss2.get_subscription(theirs["id"]).json()["subscription"]["notification_index"] == 5


def test_a_refused_change_is_no_event(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    theirs = uss2.subscribed(extent(circle(here)))
    uss1.filed(extent(circle(here)))
    assert uss1.put_intent(new_id(), extent(circle(here))).status_code == 409
    assert uss2.get_subscription(theirs["id"]).json()["subscription"]["notification_index"] == 1


def test_a_subscription_outside_the_change_is_not_told(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    for other in (
        extent(circle(moved(here, 300))),
        extent(circle(here), lower_m=130, upper_m=200),
        extent(circle(here), at(90), at(100)),
    ):
        uss2.subscribed(other)
    assert subscribers(uss1.put_intent(new_id(), extent(circle(here)))) == {}


def test_an_update_concerns_whom_it_leaves_and_whom_it_reaches(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    there, far = moved(here, 3000), moved(here, 1500)
    left, reached = uss2.subscribed(extent(circle(here))), uss2.subscribed(extent(circle(there)))
    uss2.subscribed(extent(circle(far)))
    intent = uss1.filed(extent(circle(here)))
    answer = uss1.put_intent(intent["id"], extent(circle(there)), ovn=intent["ovn"])
    assert subscribers(answer) == {uss2.base_url: {left["id"]: 2, reached["id"]: 1}}


def test_both_volumes_of_an_update_are_one_event(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    theirs = uss2.subscribed(extent(circle(here, 5000)))
    intent = uss1.filed(extent(circle(here)))
    answer = uss1.put_intent(
        intent["id"], *(extent(circle(moved(here, n * 500))) for n in range(4)), ovn=intent["ovn"]
    )
    assert subscribers(answer) == {uss2.base_url: {theirs["id"]: 2}}


def test_each_subscription_hears_of_what_it_asked_for(
    dss: Dss, uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    intents = uss2.subscribed(extent(circle(here)))
    both = uss2.under(SC, CP).subscribed(extent(circle(here)), notify_for_constraints=True)
    constraints = uss2.under(CP).subscribed(
        extent(circle(here)), notify_for_constraints=True, notify_for_operational_intents=False
    )
    filed = uss1.put_intent(new_id(), extent(circle(here)))
    assert subscribers(filed) == {uss2.base_url: {intents["id"]: 1, both["id"]: 1}}
    authority = dss.supplier("authority", CM)
    answer = authority.put_constraint(new_id(), extent(circle(here)))
    assert subscribers(answer) == {uss2.base_url: {both["id"]: 2, constraints["id"]: 1}}


# Point 12


def test_an_ovn_that_is_asked_for_is_given(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    intent_id, suffix = new_id(), uuid7()
    told = uss1.filed(extent(circle(here)), intent_id=intent_id, requested_ovn_suffix=suffix)
    assert told["ovn"] == f"{intent_id}_{suffix}"
    after = uuid7()
    told = uss1.filed(
        extent(circle(here)), intent_id=intent_id, ovn=told["ovn"], requested_ovn_suffix=after
    )
    assert told["ovn"] == f"{intent_id}_{after}"
    assert uss2.put_intent(new_id(), extent(circle(here)), key=[told["ovn"]]).status_code == 201


@pytest.mark.parametrize("off_min", [-60, -6, 6, 60])
def test_an_ovn_suffix_of_another_time_is_400(uss1: Supplier, here: Spot, off_min: int) -> None:
    suffix = uuid7(datetime.now(UTC) + timedelta(minutes=off_min))
    answer = uss1.put_intent(new_id(), extent(circle(here)), requested_ovn_suffix=suffix)
    assert answer.status_code == 400


@pytest.mark.parametrize("off_min", [-4, 4])
def test_an_ovn_suffix_within_five_minutes_is_taken(
    uss1: Supplier, here: Spot, off_min: int
) -> None:
    suffix = uuid7(datetime.now(UTC) + timedelta(minutes=off_min))
    answer = uss1.put_intent(new_id(), extent(circle(here)), requested_ovn_suffix=suffix)
    assert answer.status_code == 201


def test_any_other_ovn_suffix_is_400(uss1: Supplier, here: Spot) -> None:
    for bad in (new_id(), "", "x", 7, [], "0" * 36, f"{uuid7()}0", uuid7()[:-1]):
        answer = uss1.put_intent(new_id(), extent(circle(here)), requested_ovn_suffix=bad)
        assert answer.status_code == 400, bad


def test_the_same_suffix_again_is_no_new_ovn(uss1: Supplier, here: Spot) -> None:
    """An OVN names one version: a change must have another."""
    suffix = uuid7()
    told = uss1.filed(extent(circle(here)), requested_ovn_suffix=suffix)
    again = uss1.put_intent(
        told["id"], extent(circle(here)), ovn=told["ovn"], requested_ovn_suffix=suffix
    )
    assert again.status_code in (400, 409)
