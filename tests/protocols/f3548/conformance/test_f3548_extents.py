"""Points 6 to 8: which volumes and addresses are read at all, and which are refused with 400."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import timedelta

import pytest

from f3548_harness import (
    CM,
    Body,
    Spot,
    Supplier,
    area,
    at,
    box,
    circle,
    extent,
    instant,
    new_id,
    polygon,
    without,
)

Change = Callable[[Body], object]


def set_in(*path: str, to: object) -> Change:
    def change(body: Body) -> None:
        owner = body
        for name in path[:-1]:
            owner = owner[name]
        owner[path[-1]] = to

    return change


def turned(*path: str) -> Change:
    """Both bounds change places."""

    def change(body: Body) -> None:
        owner = body
        for name in path[:-2]:
            owner = owner[name]
        owner[path[-2]], owner[path[-1]] = owner[path[-1]], owner[path[-2]]

    return change


CIRCLE = ("volume", "outline_circle")
BAD_EXTENTS: dict[str, Change] = {
    "no outline": lambda e: e["volume"].pop("outline_circle"),
    "two outlines": lambda e: e["volume"].update(box((10.0, 10.0))),
    "outline of nothing": set_in(*CIRCLE, to={}),
    "null outline": set_in(*CIRCLE, to=None),
    "no volume": lambda e: e.pop("volume"),
    "volume is text": set_in("volume", to="everywhere"),
    "radius in feet": set_in(*CIRCLE, "radius", "units", to="FT"),
    "no radius": lambda e: e["volume"]["outline_circle"].pop("radius"),
    "no center": lambda e: e["volume"]["outline_circle"].pop("center"),
    "radius below zero": set_in(*CIRCLE, "radius", "value", to=-1),
    "radius is text": set_in(*CIRCLE, "radius", "value", to="100"),
    "latitude too high": set_in(*CIRCLE, "center", "lat", to=90.001),
    "latitude too low": set_in(*CIRCLE, "center", "lat", to=-91),
    "longitude too high": set_in(*CIRCLE, "center", "lng", to=180.5),
    "longitude too low": set_in(*CIRCLE, "center", "lng", to=-181),
    "latitude is text": set_in(*CIRCLE, "center", "lat", to="ten"),
    "latitude is null": set_in(*CIRCLE, "center", "lat", to=None),
    "no longitude": lambda e: e["volume"]["outline_circle"]["center"].pop("lng"),
    "height in feet": set_in("volume", "altitude_upper", "units", to="FT"),
    "height of the sea": set_in("volume", "altitude_upper", "reference", to="AMSL"),
    "height is text": set_in("volume", "altitude_lower", "value", to="0"),
    "heights turned": turned("volume", "altitude_lower", "altitude_upper"),
    "times turned": turned("time_start", "time_end"),
    "no lower bound": lambda e: e["volume"].pop("altitude_lower"),
    "no upper bound": lambda e: e["volume"].pop("altitude_upper"),
    "no start": lambda e: e.pop("time_start"),
    "no end": lambda e: e.pop("time_end"),
    "no such day": set_in("time_end", "value", to="2099-02-30T00:00:00Z"),
    "no such hour": set_in("time_end", "value", to="2099-02-03T25:00:00Z"),
    "time without an offset": set_in("time_end", "value", to="2099-02-03T04:00:00"),
    "a date alone": set_in("time_end", "value", to="2099-02-03"),
    "time in words": set_in("time_end", "value", to="tomorrow"),
    "time is a number": set_in("time_end", "value", to=4_073_000_000),
    "time bare": set_in("time_end", to="2099-02-03T04:00:00Z"),
    "another format": set_in("time_end", "format", to="ISO8601"),
    "null time": set_in("time_end", "value", to=None),
    "over and done": set_in("time_end", to=instant(at(-100))),
}


@pytest.mark.parametrize("fault", BAD_EXTENTS)
def test_an_intent_is_400_whose_extent_has(uss1: Supplier, here: Spot, fault: str) -> None:
    intent_id = new_id()
    bad = extent(circle(here), at(-160) if fault == "over and done" else at(20))
    BAD_EXTENTS[fault](bad)
    assert uss1.put_intent(intent_id, bad).status_code == 400
    assert uss1.get_intent(intent_id).status_code == 404


@pytest.mark.parametrize("fault", BAD_EXTENTS)
def test_a_constraint_is_400_whose_extent_has(uss1: Supplier, here: Spot, fault: str) -> None:
    """Point 17: as for intents, but that heights are optional."""
    bad = extent(circle(here), at(-160) if fault == "over and done" else at(20))
    BAD_EXTENTS[fault](bad)
    answer = uss1.under(CM).put_constraint(new_id(), bad)
    optional = fault in ("no lower bound", "no upper bound")
    assert answer.status_code == (201 if optional else 400)


@pytest.mark.parametrize(
    "fault",
    [
        each
        for each in BAD_EXTENTS
        if not each.startswith(("no lower", "no upper", "no start"))
        and each not in ("no end", "over and done")
    ],
)
def test_a_query_is_400_whose_area_has(uss1: Supplier, here: Spot, fault: str) -> None:
    bad = extent(circle(here))
    BAD_EXTENTS[fault](bad)
    assert uss1.query_intents(bad).status_code == 400
    assert uss1.query_subscriptions(bad).status_code == 400
    assert uss1.under(CM).query_constraints(bad).status_code == 400


@pytest.mark.parametrize("extents", [[], None, {}, "here", 7, [None], ["here"], [[]], [{}]])
def test_extents_are_a_list_that_is_not_empty(uss1: Supplier, extents: object) -> None:
    assert uss1.put_intent(new_id(), extents=extents).status_code == 400
    assert uss1.put_intent(new_id(), extents=...).status_code == 400
    assert uss1.under(CM).put_constraint(new_id(), extents=extents).status_code == 400


def test_one_extent_that_is_not_in_a_list_is_400(uss1: Supplier, here: Spot) -> None:
    assert uss1.put_intent(new_id(), extents=extent(circle(here))).status_code == 400


def test_one_bad_extent_among_good_ones_is_400(uss1: Supplier, here: Spot) -> None:
    good, bad = extent(circle(here)), extent(circle((95.0, 10.0)))
    assert uss1.put_intent(new_id(), good, bad, good).status_code == 400


BAD_POLYGONS = {
    "two corners": [(10.0, 10.0), (10.0, 10.01)],
    "one corner": [(10.0, 10.0)],
    "no corner": [],
    "three corners in one place": [(10.0, 10.0)] * 3,
    "all on one meridian": [(10.0, 10.0), (10.01, 10.0), (10.02, 10.0)],
    "there and back": [(10.0, 10.0), (10.01, 10.01), (10.0, 10.0), (10.01, 10.01)],
    "a bow tie": [(10.0, 10.0), (10.01, 10.01), (10.01, 10.0), (10.0, 10.01)],
    "an edge through another": [
        (10.0, 10.0),
        (10.0, 10.02),
        (10.02, 10.02),
        (9.99, 10.01),
        (10.02, 10.0),
    ],
    "a corner on an edge": [
        (10.0, 10.0),
        (10.0, 10.02),
        (10.02, 10.02),
        (10.0, 10.01),
        (10.02, 10.0),
    ],
}


@pytest.mark.parametrize("fault", BAD_POLYGONS)
def test_a_polygon_is_400_that_has(uss1: Supplier, fault: str) -> None:
    bad = polygon(*BAD_POLYGONS[fault])
    assert uss1.put_intent(new_id(), extent(bad)).status_code == 400
    assert uss1.query_intents(area(bad)).status_code == 400


def test_either_winding_is_the_same_polygon(uss1: Supplier, uss2: Supplier, here: Spot) -> None:
    lat_deg, lng_deg = here
    corners = [(lat_deg, lng_deg), (lat_deg, lng_deg + 0.01), (lat_deg + 0.01, lng_deg + 0.01)]
    first = uss1.filed(extent(polygon(*corners)))
    answer = uss2.put_intent(new_id(), extent(polygon(*reversed(corners))), key=[first["ovn"]])
    assert answer.status_code == 201


def test_bounds_that_are_one_value_are_bounds(uss1: Supplier, here: Spot) -> None:
    """Lower ≤ upper, start ≤ end."""
    level = extent(circle(here), lower_m=50, upper_m=50)
    moment = extent(circle(here), at(30), at(30), lower_m=60, upper_m=70)
    assert uss1.put_intent(new_id(), level).status_code == 201
    assert uss1.put_intent(new_id(), moment).status_code == 201


def test_the_past_is_judged_on_all_extents_together(uss1: Supplier, here: Spot) -> None:
    """Four long over and one in the future is fine; all over is not."""
    over = [extent(circle(here), at(-600 - n), at(-590 - n)) for n in range(4)]
    assert uss1.put_intent(new_id(), *over).status_code == 400
    told = uss1.filed(*over, extent(circle(here), at(20), at(30)))
    assert told["time_end"]["value"].startswith(instant(at(30))["value"][:19])
    in_between = [*over[:2], extent(circle(here), at(40), at(50)), *over[2:]]
    assert uss1.put_intent(new_id(), *in_between, key=[told["ovn"]]).status_code == 201


@pytest.mark.parametrize("bound", ["time_start", "time_end"])
def test_bounds_are_asked_of_all_extents_together(uss1: Supplier, here: Spot, bound: str) -> None:
    open_one = without(extent(circle(here)), bound)
    assert uss1.put_intent(new_id(), open_one, open_one).status_code == 400
    assert uss1.put_intent(new_id(), open_one, extent(circle(here))).status_code == 201


@pytest.mark.parametrize("written", ["+02:00", "-05:30", "+00:00"])
def test_any_offset_of_rfc_3339_is_the_instant_it_names(
    uss1: Supplier, here: Spot, written: str
) -> None:
    sign = 1 if written[0] == "+" else -1
    offset_min = sign * (int(written[1:3]) * 60 + int(written[4:]))
    local = instant(at(80 + offset_min))["value"].replace("Z", written)
    told = uss1.filed(extent(circle(here)) | {"time_end": {"value": local, "format": "RFC3339"}})
    assert told["time_end"]["value"].startswith(instant(at(80))["value"][:19])


@pytest.mark.parametrize("fraction", [".5", ".123456", ".123456789", ".000000000001"])
def test_fractions_of_a_second_of_any_length_are_read(
    uss1: Supplier, here: Spot, fraction: str
) -> None:
    fine = {"value": instant(at(80))["value"].replace("Z", f"{fraction}Z"), "format": "RFC3339"}
    assert uss1.put_intent(new_id(), extent(circle(here)) | {"time_end": fine}).status_code == 201


@pytest.mark.parametrize(
    ("lat_deg", "lng_deg"),
    [(89.999, 0.0), (89.999, 178.0), (-89.9999, -178.0), (12.0, 178.0), (0.0, 180.0), (0.0, -180.0),
     (90.0, 0.0), (-90.0, 77.0), (33.0, -179.9999)],
)  # fmt: skip
def test_poles_and_the_antimeridian_are_ordinary(
    uss1: Supplier, lat_deg: float, lng_deg: float
) -> None:
    there = extent(circle((lat_deg, lng_deg), 300), at(600), at(610))
    told = uss1.filed(there)
    assert told["id"] in uss1.found_intents(there)
    assert uss1.delete_intent(told["id"], told["ovn"]).status_code == 200


# Point 7


def degrees_for(square_km: float, at_lat_deg: float = 0.0) -> float:
    """The side of a box of about that area, in degrees."""
    return math.sqrt(square_km / math.cos(math.radians(at_lat_deg))) / 110.95


def test_647_square_kilometres_pass(uss1: Supplier, here: Spot) -> None:
    wide = extent(box(here, degrees_for(647, here[0])))
    assert uss1.put_intent(new_id(), wide).status_code == 201
    assert uss1.query_intents(wide).status_code == 200


def test_a_circle_of_2500_square_kilometres_passes_and_a_little_more_is_400(
    uss1: Supplier, here: Spot
) -> None:
    """A planar circle of that area has a radius of 28,209 m; the Earth's curve takes 2e-6 off."""
    within, beyond = circle(here, 28_200), circle(here, 28_230)
    assert uss1.query_intents(area(within)).status_code == 200
    assert uss1.query_intents(area(beyond)).status_code == 400
    told = uss1.filed(extent(within, at(9000), at(9001)))
    assert uss1.put_intent(new_id(), extent(beyond, at(9100), at(9101))).status_code == 400
    managing = uss1.under(CM)
    assert managing.put_constraint(new_id(), extent(within)).status_code == 201
    assert managing.put_constraint(new_id(), extent(beyond)).status_code == 400
    assert uss1.delete_intent(told["id"], told["ovn"]).status_code == 200


@pytest.mark.parametrize(
    "outline",
    [
        polygon((-10.0, -100.0), (-10.0, 100.0), (50.0, 100.0), (50.0, -100.0)),
        polygon((10.0, 10.0), (10.0, 11.0), (11.0, 11.0), (11.0, 10.0)),
        circle((0.0, 0.0), 20_000_000),
        circle((0.0, 0.0), 1e300),
        circle((89.0, 0.0), 200_000),
    ],
    ids=["half the world", "a square degree", "all the world", "more than there is", "the pole"],
)
def test_what_is_far_too_large_is_400_and_not_413(uss1: Supplier, outline: Body) -> None:
    assert uss1.put_intent(new_id(), extent(outline)).status_code == 400
    assert uss1.query_intents(area(outline)).status_code == 400
    assert uss1.under(CM).put_constraint(new_id(), extent(outline)).status_code == 400


# Point 8


@pytest.mark.parametrize(
    "url", ["http://uss1.example/f3548", "", "uss1.example", "ftp://uss1.example", None, 7,
            "https://", "javascript:alert(1)", "https://uss1.example/\u0000", ...],
)  # fmt: skip
def test_a_base_url_that_is_not_https_is_400(uss1: Supplier, here: Spot, url: object) -> None:
    assert uss1.put_intent(new_id(), extent(circle(here)), uss_base_url=url).status_code == 400
    subscribed = uss1.put_subscription(new_id(), extent(circle(here)), uss_base_url=url)
    assert subscribed.status_code == 400
    if url is not ...:
        implicit = {"new_subscription": {"uss_base_url": url}}
        assert uss1.put_intent(new_id(), extent(circle(here)), **implicit).status_code == 400
        managing = uss1.under(CM)
        constrained = managing.put_constraint(new_id(), extent(circle(here)), uss_base_url=url)
        assert constrained.status_code == 400


def ring(spot: Spot, corners: int) -> Body:
    """A round polygon of so many corners, some hundred metres wide."""
    turns = [2 * math.pi * n / corners for n in range(corners)]
    return polygon(*((spot[0] + 1e-3 * math.sin(a), spot[1] + 1e-3 * math.cos(a)) for a in turns))


def test_2000_corners_in_all_pass_and_one_more_is_400(uss1: Supplier, here: Spot) -> None:
    low, high = (
        extent(ring(here, 1_000), lower_m=0, upper_m=10),
        extent(ring(here, 1_000), lower_m=20, upper_m=30),
    )
    assert uss1.put_intent(new_id(), low, high).status_code == 201
    beside = extent(ring(here, 1_001), lower_m=40, upper_m=50)
    assert uss1.put_intent(new_id(), low, beside).status_code == 400


def test_100_extents_pass_and_one_more_is_400(uss1: Supplier, here: Spot) -> None:
    stack = [extent(circle(here), lower_m=10 * n, upper_m=10 * n + 5) for n in range(101)]
    assert uss1.put_intent(new_id(), *stack).status_code == 400
    assert uss1.put_intent(new_id(), *stack[:100]).status_code == 201


@pytest.mark.parametrize(("days", "status"), [(1_830, 201), (1_831, 400)])
def test_five_years_pass_and_a_day_more_is_400(
    uss1: Supplier, here: Spot, days: int, status: int
) -> None:
    since = at(0) - timedelta(days=1)
    long = extent(circle(here), since, since + timedelta(days=days))
    assert uss1.put_intent(new_id(), long).status_code == status


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "image/png"])
def test_what_is_json_is_read_whatever_it_is_called(
    uss1: Supplier, here: Spot, content_type: str
) -> None:
    sent = uss1.dss.http.put(
        f"{uss1.dss.url}/dss/v1/operational_intent_references/{new_id()}",
        content=json.dumps(uss1.intent(extent(circle(here)))),
        headers=uss1.headers | {"Content-Type": content_type},
    )
    assert sent.status_code == 201


def test_fields_that_the_standard_does_not_know_do_no_harm(uss1: Supplier, here: Spot) -> None:
    """Suppliers in use send `old_version` and the like."""
    more = {"old_version": 0, "notify_for_operations": True, "flight_type": "VLOS"}
    extra = json.loads(json.dumps(extent(circle(here))))
    extra["volume"]["spatial_ref"] = "?"
    assert uss1.put_intent(new_id(), extra, **more).status_code == 201
