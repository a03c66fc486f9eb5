"""Points 13 to 16: what a supplier may ask to hear of, how that changes, and what depends on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from f3548_harness import (
    CM,
    CP,
    SC,
    Body,
    Dss,
    Spot,
    Supplier,
    area,
    at,
    circle,
    extent,
    instant,
    moved,
    new_id,
    read_instant,
    without,
)

DAY = timedelta(hours=24)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_subscription_is_told_back_as_it_was_filed(uss1: Supplier, here: Spot) -> None:
    subscription_id = new_id()
    answer = uss1.put_subscription(subscription_id, extent(circle(here)))
    told = answer.json()["subscription"]
    assert answer.status_code == 200
    assert told["id"] == subscription_id
    assert told["uss_base_url"] == uss1.base_url
    assert told["notify_for_operational_intents"] is True
    assert not told.get("notify_for_constraints")
    assert not told.get("implicit_subscription")
    assert told["notification_index"] == 0
    assert told["version"]
    assert (read_instant(told["time_start"]), read_instant(told["time_end"])) == (at(20), at(80))
    assert uss1.get_subscription(subscription_id).json() == {"subscription": told}


# Point 13


def test_a_subscription_asks_for_something(uss1: Supplier, here: Spot) -> None:
    for fields in (
        {"notify_for_operational_intents": False},
        {"notify_for_operational_intents": ...},
        {"notify_for_operational_intents": ..., "notify_for_constraints": ...},
        {"notify_for_operational_intents": None, "notify_for_constraints": None},
    ):
        answer = uss1.put_subscription(new_id(), extent(circle(here)), **fields)
        assert answer.status_code == 400


@pytest.mark.parametrize("bad", ["yes", 1, [], {}])
def test_a_flag_is_true_or_false(uss1: Supplier, here: Spot, bad: object) -> None:
    fields = {"notify_for_operational_intents": bad}
    assert uss1.put_subscription(new_id(), extent(circle(here)), **fields).status_code == 400


def test_a_start_is_at_most_five_minutes_ago(uss1: Supplier, here: Spot) -> None:
    long_ago = extent(circle(here), now() - timedelta(minutes=5, seconds=30))
    lately = extent(circle(here), now() - timedelta(minutes=4, seconds=30))
    assert uss1.put_subscription(new_id(), long_ago).status_code == 400
    assert uss1.put_subscription(new_id(), lately).status_code == 200


def test_exactly_24_hours_pass_and_a_second_more_does_not(uss1: Supplier, here: Spot) -> None:
    day, more = at(20) + DAY, at(20) + DAY + timedelta(seconds=1)
    assert uss1.put_subscription(new_id(), extent(circle(here), at(20), day)).status_code == 200
    assert uss1.put_subscription(new_id(), extent(circle(here), at(20), more)).status_code == 400


def test_without_times_it_runs_from_now_for_24_hours(uss1: Supplier, here: Spot) -> None:
    before = now() - timedelta(seconds=2)
    told = uss1.subscribed(area(circle(here)))
    starts, ends = read_instant(told["time_start"]), read_instant(told["time_end"])
    assert before <= starts <= now() + timedelta(seconds=2)
    assert ends - starts == DAY


def test_without_an_end_it_runs_for_24_hours(uss1: Supplier, here: Spot) -> None:
    told = uss1.subscribed(without(extent(circle(here)), "time_end"))
    assert read_instant(told["time_end"]) == at(20) + DAY


def test_without_a_start_it_runs_from_now_to_its_end(uss1: Supplier, here: Spot) -> None:
    told = uss1.subscribed(without(extent(circle(here)), "time_start"))
    assert abs(read_instant(told["time_start"]) - now()) < timedelta(seconds=10)
    assert read_instant(told["time_end"]) == at(80)
    late = without(extent(circle(here), ends=now() + DAY + timedelta(minutes=1)), "time_start")
    assert uss1.put_subscription(new_id(), late).status_code == 400


def test_an_end_before_the_start_is_400(uss1: Supplier, here: Spot) -> None:
    assert uss1.put_subscription(new_id(), extent(circle(here), at(80), at(20))).status_code == 400


def test_an_end_in_the_past_is_400(uss1: Supplier, here: Spot) -> None:
    over = extent(circle(here), now() - timedelta(minutes=4), now() - timedelta(minutes=1))
    assert uss1.put_subscription(new_id(), over).status_code == 400


@pytest.mark.parametrize("bad", [None, [], {}, "here", [extent(circle((0.0, 0.0)))]])
def test_a_subscription_has_one_extent(uss1: Supplier, bad: object) -> None:
    body = {"notify_for_operational_intents": True, "uss_base_url": uss1.base_url}
    for more in ({}, {"extents": bad}):
        answer = uss1.call("PUT", f"/subscriptions/{new_id()}", body | more)
        assert answer.status_code == 400


def test_ids_that_are_no_uuids_are_400(uss1: Supplier, here: Spot) -> None:
    assert uss1.put_subscription("mine", extent(circle(here))).status_code == 400
    assert uss1.put_subscription("mine", extent(circle(here)), "1").status_code == 400
    assert uss1.get_subscription("mine").status_code == 400
    assert uss1.delete_subscription("mine", "1").status_code == 400


# Point 14


def test_the_version_changes_on_every_update_and_not_with_the_index(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    first = uss1.subscribed(extent(circle(here)))
    uss2.filed(extent(circle(here)))
    heard = uss1.get_subscription(first["id"]).json()["subscription"]
    assert (heard["version"], heard["notification_index"]) == (first["version"], 1)
    second = uss1.subscribed(extent(circle(here)), first["id"], version=first["version"])
    third = uss1.subscribed(extent(circle(here)), first["id"], version=second["version"])
    assert len({first["version"], second["version"], third["version"]}) == 3
    assert third["notification_index"] == 1


def test_a_wrong_version_changes_nothing(uss1: Supplier, here: Spot) -> None:
    first = uss1.subscribed(extent(circle(here)))
    second = uss1.subscribed(extent(circle(here)), first["id"], version=first["version"])
    for wrong in (first["version"], "x", "0", f"{second['version']}0"):
        stale = uss1.put_subscription(first["id"], extent(circle(here)), wrong)
        assert stale.status_code in (400, 409)
        assert uss1.delete_subscription(first["id"], wrong).status_code == 409
    assert uss1.get_subscription(first["id"]).json()["subscription"] == second


def test_a_known_subscription_without_a_version_is_not_created_again(
    uss1: Supplier, here: Spot
) -> None:
    own = uss1.subscribed(extent(circle(here)))
    assert uss1.put_subscription(own["id"], extent(circle(here))).status_code in (400, 409)
    assert uss1.get_subscription(own["id"]).json()["subscription"] == own


def test_anothers_subscription_is_403(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    own = uss1.subscribed(extent(circle(here)))
    update = uss2.put_subscription(own["id"], extent(circle(here)), own["version"])
    assert update.status_code == 403
    assert uss2.delete_subscription(own["id"], own["version"]).status_code == 403
    assert uss2.get_subscription(own["id"]).status_code == 403
    assert uss1.get_subscription(own["id"]).json()["subscription"] == own


def test_an_unknown_subscription_is_404(uss1: Supplier, here: Spot) -> None:
    assert uss1.get_subscription(new_id()).status_code == 404
    assert uss1.delete_subscription(new_id(), "1").status_code == 404
    unknown = uss1.call(
        "PUT", f"/subscriptions/{new_id()}/1", uss1.subscription(extent(circle(here)))
    )
    assert unknown.status_code in (400, 404, 409)


def test_a_deleted_subscription_is_told_once_more_and_is_gone(uss1: Supplier, here: Spot) -> None:
    own = uss1.subscribed(extent(circle(here)))
    answer = uss1.delete_subscription(own["id"], own["version"])
    assert answer.status_code == 200
    assert answer.json() == {"subscription": own}
    assert uss1.get_subscription(own["id"]).status_code == 404
    assert uss1.found_subscriptions(area(circle(here))) == {}


def test_a_query_finds_ones_own_subscriptions_alone(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    own = uss1.subscribed(extent(circle(here)))
    theirs = uss2.subscribed(extent(circle(here)))
    assert uss1.found_subscriptions(area(circle(here))) == {own["id"]: own}
    assert list(uss2.found_subscriptions(area(circle(here)))) == [theirs["id"]]
    assert uss1.found_subscriptions(area(circle(moved(here, 300)))) == {}
    assert uss1.found_subscriptions(area(circle(here), starts=at(81), ends=at(90))) == {}


def test_a_subscription_that_has_expired_is_found_no_more(
    uss1: Supplier, uss2: Supplier, here: Spot
) -> None:
    soon = now() + timedelta(milliseconds=700)
    brief = uss1.subscribed(extent(circle(here), now(), soon))
    assert list(uss1.found_subscriptions(area(circle(here)))) == [brief["id"]]
    time.sleep(max(0.0, (soon - now()).total_seconds()) + 0.05)
    assert uss1.found_subscriptions(area(circle(here))) == {}
    intent = uss2.put_intent(new_id(), extent(circle(here), now() - timedelta(minutes=1), at(80)))
    assert intent.json()["subscribers"] == []


# Point 15


@pytest.fixture
def things(dss: Dss, uss2: Supplier, here: Spot) -> tuple[Body, Body]:
    """Another's intent and a constraint, both here."""
    constraint = dss.supplier("authority", CM).constrained(extent(circle(here)))
    return uss2.filed(extent(circle(here))), constraint


def test_what_is_there_is_told_exactly_for_what_is_asked(
    uss1: Supplier, here: Spot, things: tuple[Body, Body]
) -> None:
    """A list for each flag that is set, and no key for one that is not."""
    intent, constraint = things
    processing = uss1.under(SC, CP)
    for asks_intents, asks_constraints in ((True, False), (False, True), (True, True)):
        answer = processing.put_subscription(
            new_id(),
            extent(circle(here)),
            notify_for_operational_intents=asks_intents,
            notify_for_constraints=asks_constraints,
        )
        told = answer.json()
        assert ("operational_intent_references" in told) is asks_intents
        assert ("constraint_references" in told) is asks_constraints
        intents = told.get("operational_intent_references", [])
        assert [each["id"] for each in intents] == [intent["id"]] * asks_intents
        constraints = told.get("constraint_references", [])
        assert [each["id"] for each in constraints] == [constraint["id"]] * asks_constraints


def test_an_empty_list_is_told_as_one(uss1: Supplier, here: Spot) -> None:
    told = uss1.put_subscription(new_id(), extent(circle(here))).json()
    assert told["operational_intent_references"] == []
    assert "constraint_references" not in told


def test_an_update_tells_what_is_there_now(
    uss1: Supplier, here: Spot, things: tuple[Body, Body]
) -> None:
    intent, _ = things
    away = uss1.subscribed(extent(circle(moved(here, 3000))))
    answer = uss1.put_subscription(away["id"], extent(circle(here)), away["version"])
    assert [each["id"] for each in answer.json()["operational_intent_references"]] == [intent["id"]]


def test_coordination_alone_may_ask_for_constraints(uss1: Supplier, here: Spot) -> None:
    """Clients in use rely on it, though the standard's text says otherwise."""
    told = uss1.subscribed(extent(circle(here)), notify_for_constraints=True)
    assert told["notify_for_constraints"] is True


def test_constraint_processing_alone_does_not_ask_for_intents(uss1: Supplier, here: Spot) -> None:
    """# SPEC F3548-21: that flag needs utm.strategic_coordination."""
    processing = uss1.under(CP)
    assert processing.put_subscription(new_id(), extent(circle(here))).status_code == 403


# Point 16


@pytest.fixture
def depended_on(uss1: Supplier, here: Spot) -> tuple[Body, Body]:
    """A subscription with room to spare, and an intent that depends on it."""
    roomy = extent(circle(here, 500), at(10), at(90), lower_m=0, upper_m=200)
    own = uss1.subscribed(roomy)
    return own, uss1.filed(extent(circle(here)), subscription_id=own["id"])


@pytest.mark.parametrize("what", ["area", "floor", "ceiling", "end", "start"])
def test_an_update_that_stops_covering_a_dependent_intent_is_400(
    uss1: Supplier, here: Spot, depended_on: tuple[Body, Body], what: str
) -> None:
    own, _ = depended_on
    narrow = {
        "area": extent(circle(here, 50), at(10), at(90)),
        "floor": extent(circle(here, 500), at(10), at(90), lower_m=10),
        "ceiling": extent(circle(here, 500), at(10), at(90), upper_m=110),
        "end": extent(circle(here, 500), at(10), at(79)),
        "start": extent(circle(here, 500), at(26), at(90)),
    }[what]
    assert uss1.put_subscription(own["id"], narrow, own["version"]).status_code == 400
    assert uss1.get_subscription(own["id"]).json()["subscription"]["version"] == own["version"]


def test_an_update_that_goes_on_covering_passes(
    uss1: Supplier, here: Spot, depended_on: tuple[Body, Body]
) -> None:
    own, intent = depended_on
    tight = extent(circle(here, 101))
    told = uss1.subscribed(tight, own["id"], version=own["version"])
    assert told["dependent_operational_intents"] == [intent["id"]]


def test_the_start_has_five_minutes_of_slack(
    uss1: Supplier, here: Spot, depended_on: tuple[Body, Body]
) -> None:
    own, _ = depended_on
    later = extent(circle(here, 500), at(24), at(90))
    assert uss1.put_subscription(own["id"], later, own["version"]).status_code == 200


def test_a_subscription_with_dependents_is_not_deleted(
    uss1: Supplier, depended_on: tuple[Body, Body]
) -> None:
    own, intent = depended_on
    assert uss1.delete_subscription(own["id"], own["version"]).status_code == 400
    told = uss1.get_subscription(own["id"]).json()["subscription"]
    assert told["dependent_operational_intents"] == [intent["id"]]
    uss1.delete_intent(intent["id"], intent["ovn"])
    assert uss1.delete_subscription(own["id"], own["version"]).status_code == 200


def test_an_implicit_subscription_that_its_owner_changes_is_an_explicit_one(
    uss1: Supplier, here: Spot
) -> None:
    """From then on it is the owner's to delete, and outlives the intent it was made for."""
    implicit = {"new_subscription": {"uss_base_url": uss1.base_url}}
    intent = uss1.filed(extent(circle(here)), **implicit)
    made = uss1.get_subscription(intent["subscription_id"]).json()["subscription"]
    uss1.subscribed(extent(circle(here, 200)), made["id"], version=made["version"])
    uss1.delete_intent(intent["id"], intent["ovn"])
    told = uss1.get_subscription(made["id"]).json()["subscription"]
    assert uss1.delete_subscription(told["id"], told["version"]).status_code == 200


def test_times_are_told_as_the_standard_writes_them(uss1: Supplier, here: Spot) -> None:
    told = uss1.subscribed(extent(circle(here)))
    assert told["time_end"]["format"] == "RFC3339"
    assert told["time_end"]["value"].startswith(instant(at(80))["value"][:19])
    assert told["time_end"]["value"].endswith("Z")
