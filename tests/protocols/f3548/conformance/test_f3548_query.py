"""Point 11: a query finds what meets its area, all closed, and nothing that does not."""

from __future__ import annotations

import pytest

from f3548_harness import (
    CM,
    CP,
    Body,
    Spot,
    Supplier,
    area,
    at,
    box,
    circle,
    extent,
    moved,
    without,
)


def test_an_area_is_required(uss1: Supplier) -> None:
    managing = uss1.under(CM)
    for asked in (None, {}, [], "here", {"volume": {}}):
        assert uss1.query_intents(asked).status_code == 400
        assert uss1.query_subscriptions(asked).status_code == 400
        assert managing.query_constraints(asked).status_code == 400


@pytest.mark.parametrize("what", ["operational_intent_references", "subscriptions"])
def test_a_query_without_a_body_is_400(uss1: Supplier, what: str) -> None:
    for body in ({}, {"area": {}}, [], "area_of_interest"):
        assert uss1.call("POST", f"/{what}/query", body).status_code == 400
    assert uss1.call("POST", f"/{what}/query").status_code == 400


def test_a_query_over_nothing_finds_an_empty_list(uss1: Supplier, here: Spot) -> None:
    nothing = uss1.query_intents(area(circle(here)))
    assert nothing.json() == {"operational_intent_references": []}
    assert uss1.query_subscriptions(area(circle(here))).json() == {"subscriptions": []}
    constraints = uss1.under(CP).query_constraints(area(circle(here)))
    assert constraints.json() == {"constraint_references": []}


def test_times_and_heights_may_be_open(uss1: Supplier, here: Spot) -> None:
    intent = uss1.filed(extent(circle(here)))
    whole = extent(circle(here))
    for asked in (
        area(circle(here)),
        without(whole, "time_start"),
        without(whole, "time_end"),
        without(whole, "volume", "altitude_lower"),
        without(whole, "volume", "altitude_upper"),
        whole,
    ):
        assert list(uss1.found_intents(asked)) == [intent["id"]]


def test_a_bound_that_is_null_is_an_open_one(uss1: Supplier, here: Spot) -> None:
    intent = uss1.filed(extent(circle(here)))
    asked = area(circle(here)) | {"time_start": None, "time_end": None}
    asked["volume"] |= {"altitude_lower": None, "altitude_upper": None, "outline_polygon": None}
    assert list(uss1.found_intents(asked)) == [intent["id"]]


@pytest.mark.parametrize(
    ("starts_min", "ends_min", "is_found"),
    [
        (10, 20, True),
        (80, 90, True),
        (30, 40, True),
        (0, 100, True),
        (10, 19.9, False),
        (80.1, 90, False),
        (20, 20, True),
        (80, 80, True),
    ],
)
def test_edges_in_time_are_closed(
    uss1: Supplier, here: Spot, starts_min: float, ends_min: float, is_found: bool
) -> None:
    intent = uss1.filed(extent(circle(here), at(20), at(80)))
    asked = area(circle(here), starts=at(starts_min), ends=at(ends_min))
    assert (intent["id"] in uss1.found_intents(asked)) is is_found


@pytest.mark.parametrize(
    ("lower_m", "upper_m", "is_found"),
    [
        (0, 50, True),
        (100, 200, True),
        (60, 70, True),
        (100.5, 200, False),
        (0, 49.5, False),
        (None, 49.5, False),
        (100.5, None, False),
        (None, 50, True),
        (100, None, True),
    ],
)
def test_a_ceiling_below_the_asked_floor_is_not_returned(
    uss1: Supplier, here: Spot, lower_m: float | None, upper_m: float | None, is_found: bool
) -> None:
    intent = uss1.filed(extent(circle(here), lower_m=50, upper_m=100))
    asked = extent(circle(here), lower_m=lower_m, upper_m=upper_m)
    assert (intent["id"] in uss1.found_intents(asked)) is is_found


def test_space_is_judged_exactly(uss1: Supplier, here: Spot) -> None:
    """Circles of 100 m: those 198 m apart meet, those 203 m apart do not."""
    intent = uss1.filed(extent(circle(here, 100)))
    assert intent["id"] in uss1.found_intents(area(circle(moved(here, 196), 100)))
    assert intent["id"] not in uss1.found_intents(area(circle(moved(here, 205), 100)))
    assert intent["id"] in uss1.found_intents(area(circle(moved(here, 0, 196), 100)))
    assert intent["id"] not in uss1.found_intents(area(circle(moved(here, 0, 205), 100)))


def test_an_intent_is_found_where_one_of_its_extents_is(uss1: Supplier, here: Spot) -> None:
    there = moved(here, 3000)
    intent = uss1.filed(extent(circle(here), at(20), at(30)), extent(circle(there), at(40), at(50)))
    found = {
        (spot, minute): intent["id"]
        in uss1.found_intents(area(circle(spot), starts=at(minute), ends=at(minute)))
        for spot in (here, there)
        for minute in (25, 45)
    }
    assert found == {(here, 25): True, (here, 45): False, (there, 25): False, (there, 45): True}


def test_what_is_past_may_be_asked_for(uss1: Supplier, here: Spot) -> None:
    """It is useful to find what nobody deleted; a time in the past is no fault of a query."""
    intent = uss1.filed(extent(circle(here), at(-300), at(80)))
    asked = area(circle(here), starts=at(-600), ends=at(-200))
    assert intent["id"] in uss1.found_intents(asked)


def test_every_suppliers_intents_are_found(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    ours = uss1.filed(extent(circle(here)))
    theirs = uss2.filed(extent(circle(here)), key=[ours["ovn"]])
    told = uss1.found_intents(area(circle(here)))
    assert set(told) == {ours["id"], theirs["id"]}
    assert told[ours["id"]] == ours
    assert told[theirs["id"]]["manager"] == "uss2"
    assert told[theirs["id"]]["uss_base_url"] == uss2.base_url


def test_a_change_is_found_where_it_is_now_and_no_longer_where_it_was(
    uss1: Supplier, here: Spot
) -> None:
    there = moved(here, 3000)
    first = uss1.filed(extent(circle(here)))
    after = uss1.filed(extent(circle(there)), intent_id=first["id"], ovn=first["ovn"])
    assert uss1.found_intents(area(circle(here))) == {}
    assert uss1.found_intents(area(circle(there))) == {after["id"]: after}
    uss1.delete_intent(after["id"], after["ovn"])
    assert uss1.found_intents(area(circle(there))) == {}


def test_nothing_is_cut_at_a_number_of_rows(uss1: Supplier, here: Spot) -> None:
    """# SPEC F3548-21 beyond: all that is there is returned."""
    lat_deg, lng_deg = here
    wanted: dict[str, Body] = {}
    for n in range(130):
        one = uss1.filed(extent(box((lat_deg + n * 0.001, lng_deg), 0.0005)))
        wanted[one["id"]] = one
    everywhere = area(box((lat_deg - 0.01, lng_deg - 0.01), 0.2))
    assert uss1.found_intents(everywhere) == wanted
