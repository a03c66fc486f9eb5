"""The form: what it occupies, and which forms nobody could have meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from openline.domain.airspace import Circle, Corridor, Polygon, Position, TimeSpan, Volume4D
from openline.domain.errors import Malformed, TooLarge
from openline.domain.form import (
    MAX_CONTACTS,
    MAX_EXTENT_M,
    MAX_NAME,
    MAX_PERSONS,
    MAX_TEXT,
    MAX_VEHICLES,
    MAX_VERTICES,
    MAX_VOLUMES,
    MAX_WAYPOINTS,
    FormContact,
    NotificationForm,
    Vehicle,
    Waypoint,
    check_form,
    volumes_of,
)

START = datetime(2017, 9, 19, 5, 0, tzinfo=UTC)
END = datetime(2017, 9, 19, 11, 0, tzinfo=UTC)
WINDOW = TimeSpan(starts_at=START, ends_at=END)


def waypoint(lat_deg: float, eta: datetime | None) -> Waypoint:
    return Waypoint(position=Position(lat_deg=lat_deg, lon_deg=40.0), eta=eta)


def form(*etas: datetime | None, **changed: object) -> NotificationForm:
    way = tuple(waypoint(35.0 + number / 10, eta) for number, eta in enumerate(etas))
    return NotificationForm(**{"name": "C", "type": "convoy", "waypoints": way, **changed})


def volumes(stated: NotificationForm) -> tuple[Volume4D, ...]:
    return volumes_of(stated, WINDOW, width_m=500.0, slack_s=1_800.0)


def test_a_way_with_every_instant_is_timed_legs_and_the_waits_its_window_leaves():
    first, last = START + timedelta(hours=1), END - timedelta(minutes=30)
    legs, before, after = volumes(form(first, last))
    assert isinstance(legs.footprint, Corridor)
    assert legs.footprint.times == (first, last)
    assert (legs.footprint.width_m, legs.footprint.slack_s) == (500.0, 1_800.0)
    assert before.times == TimeSpan(starts_at=START, ends_at=first)
    assert after.times == TimeSpan(starts_at=last, ends_at=END)
    assert isinstance(after.footprint, Circle)
    assert after.footprint.center.lat_deg == pytest.approx(35.1)


def test_a_way_that_fills_its_window_waits_nowhere():
    assert len(volumes(form(START, END))) == 1


def test_a_way_with_an_instant_missing_is_occupied_over_its_whole_length_throughout():
    (whole,) = volumes(form(START, None, END))
    assert isinstance(whole.footprint, Corridor)
    assert whole.footprint.times == ()
    assert whole.times == WINDOW


def test_a_width_and_slack_of_its_own_go_before_the_rules():
    (legs,) = volumes(form(START, END, width_m=80.0, slack_s=60.0))
    assert isinstance(legs.footprint, Corridor)
    assert (legs.footprint.width_m, legs.footprint.slack_s) == (80.0, 60.0)


def test_a_volume_without_times_is_occupied_for_the_window():
    circle = Circle(center=Position(lat_deg=35.0, lon_deg=40.0), radius_m=10.0)
    own = TimeSpan(starts_at=START + timedelta(hours=1), ends_at=END)
    stated = form(volumes=(Volume4D(footprint=circle), Volume4D(footprint=circle, times=own)))
    assert [each.times for each in volumes(stated)] == [WINDOW, own]


def circle_volume(radius_m: float) -> Volume4D:
    return Volume4D(
        footprint=Circle(center=Position(lat_deg=35.0, lon_deg=40.0), radius_m=radius_m)
    )


def ring(count: int) -> Volume4D:
    vertices = tuple((40.0 + number / 1e5, 35.0) for number in range(count))
    return Volume4D(footprint=Polygon(rings=((vertices,),)))


@pytest.mark.parametrize(
    "too_large",
    [
        form(*[START] * (MAX_WAYPOINTS + 1)),
        form(START, END, vehicles=(Vehicle(),) * (MAX_VEHICLES + 1)),
        form(START, END, persons=("P",) * (MAX_PERSONS + 1)),
        form(START, END, contacts=(FormContact(),) * (MAX_CONTACTS + 1)),
        form(volumes=(circle_volume(1.0),) * (MAX_VOLUMES + 1)),
        form(volumes=(ring(MAX_VERTICES + 1),)),
        form(volumes=(circle_volume(MAX_EXTENT_M * 1.01),)),
        form(volumes=(circle_volume(float("nan")),)),
        form(START, END, name="n" * (MAX_NAME + 1)),
        form(START, END, cargo="c" * (MAX_TEXT + 1)),
        form(START, END, vehicles=(Vehicle(plate="p" * (MAX_NAME + 1)),)),
        form(
            waypoints=(
                waypoint(35.0, START),
                replace(waypoint(50.0, END), position=Position(lat_deg=50.0, lon_deg=40.0)),
            )
        ),
        form(START, END, width_m=float("inf")),
        form(START, END, slack_s=90_000.0),
    ],
)
def test_whatever_is_larger_than_anybody_could_have_meant_is_refused(too_large):
    with pytest.raises(TooLarge) as refused:
        check_form("N-1", too_large, WINDOW, moves=True)
    assert refused.value.sentence.startswith("N-1: ")
    assert len(refused.value.sentence) < 200


def test_a_way_across_the_antimeridian_is_as_short_as_it_is():
    way = (
        Waypoint(position=Position(lat_deg=0.0, lon_deg=179.9), eta=START),
        Waypoint(position=Position(lat_deg=0.0, lon_deg=-179.9), eta=END),
    )
    check_form("N-1", form(waypoints=way), WINDOW, moves=True)


@pytest.mark.parametrize(
    ("wrong", "moves", "says"),
    [
        (form(), True, "in one way"),
        (form(START, END, position=Position(lat_deg=35.0, lon_deg=40.0)), True, "in one way"),
        (form(position=Position(lat_deg=35.0, lon_deg=40.0)), True, "goes somewhere"),
        (form(START, END), False, "waypoints are for a movement"),
        (form(START), True, "two at the least"),
        (form(END, START), True, "Swap the times or remove the waypoint"),
        (form(START - timedelta(hours=1), END), True, "outside starts_at to ends_at"),
        (form(START, END + timedelta(hours=1)), True, "outside starts_at to ends_at"),
        (form(START.replace(tzinfo=None), END), True, "without an offset"),
        (form(START, END, vehicle_count=-1), True, "a count below zero"),
        (form(START, END, vehicle_count=1, vehicles=(Vehicle(),) * 2), True, "Mend the count"),
        (form(START, END, person_count=0, persons=("P",)), True, "Mend the count"),
        (form(START, END, width_m=-1.0), True, "below zero"),
        (form(START, END, slack_s=float("nan")), True, "below zero"),
        (
            form(waypoints=(waypoint(float("nan"), START), waypoint(35.0, END))),
            True,
            "no number",
        ),
    ],
)
def test_a_form_that_contradicts_itself_is_refused_and_told_what_to_mend(wrong, moves, says):
    with pytest.raises(Malformed, match=says):
        check_form("N-1", wrong, WINDOW, moves=moves)
