"""Point 17: constraints, who writes and reads them, and whom their changes concern."""

from __future__ import annotations

import pytest

from f3548_harness import (
    CM,
    CP,
    SC,
    Dss,
    Spot,
    Supplier,
    area,
    at,
    circle,
    extent,
    moved,
    new_id,
    read_instant,
    subscribers,
    withheld,
    without,
)


@pytest.fixture
def authority(dss: Dss) -> Supplier:
    """Whoever may write constraints."""
    return dss.supplier("authority", CM)


def test_a_constraint_is_told_back_as_it_was_filed(authority: Supplier, here: Spot) -> None:
    constraint_id = new_id()
    answer = authority.put_constraint(constraint_id, extent(circle(here)))
    assert answer.status_code == 201
    told = answer.json()["constraint_reference"]
    assert told["id"] == constraint_id
    assert told["manager"] == "authority"
    assert told["uss_availability"] == "Unknown"
    assert told["version"] == 1
    assert 16 <= len(told["ovn"]) <= 128
    assert told["uss_base_url"] == authority.base_url
    assert (read_instant(told["time_start"]), read_instant(told["time_end"])) == (at(20), at(80))
    assert authority.get_constraint(constraint_id).json() == {"constraint_reference": told}


def test_management_writes_and_management_or_processing_reads(
    authority: Supplier, here: Spot
) -> None:
    ours = authority.constrained(extent(circle(here)))
    processing, coordinating = authority.under(CP), authority.under(SC)
    assert processing.get_constraint(ours["id"]).status_code == 200
    assert list(processing.found_constraints(area(circle(here)))) == [ours["id"]]
    assert coordinating.get_constraint(ours["id"]).status_code == 403
    assert coordinating.query_constraints(area(circle(here))).status_code == 403
    for other in (processing, coordinating):
        assert other.put_constraint(new_id(), extent(circle(here))).status_code == 403
        assert other.delete_constraint(ours["id"], ours["ovn"]).status_code == 403


def test_ids_and_ovns_of_constraints_follow_the_rules_of_intents(
    dss: Dss, authority: Supplier, here: Spot
) -> None:
    other = dss.supplier("another-authority", CM)
    ours = authority.constrained(extent(circle(here)))
    volume = extent(circle(here))
    assert authority.put_constraint(new_id(), volume, ovn="o" * 32).status_code == 409
    assert authority.put_constraint(ours["id"], volume).status_code == 409
    assert authority.put_constraint(ours["id"], volume, ovn="o" * 32).status_code == 409
    assert authority.delete_constraint(ours["id"], "o" * 32).status_code == 409
    assert other.put_constraint(ours["id"], volume, ovn=ours["ovn"]).status_code == 403
    assert other.delete_constraint(ours["id"], ours["ovn"]).status_code == 403
    assert authority.get_constraint(new_id()).status_code == 404
    assert authority.delete_constraint(new_id(), "o" * 32).status_code == 404
    assert authority.put_constraint("mine", volume).status_code == 400
    assert authority.get_constraint("mine").status_code == 400
    assert authority.get_constraint(ours["id"]).json()["constraint_reference"] == ours


def test_versions_of_a_constraint_count_and_its_ovn_changes(
    authority: Supplier, here: Spot
) -> None:
    first = authority.constrained(extent(circle(here)))
    answer = authority.put_constraint(first["id"], extent(circle(here, 50)), ovn=first["ovn"])
    assert answer.status_code == 200
    second = answer.json()["constraint_reference"]
    assert second["version"] == 2
    assert second["ovn"] != first["ovn"]
    deleted = authority.delete_constraint(first["id"], second["ovn"])
    assert deleted.status_code == 200
    assert authority.get_constraint(first["id"]).status_code == 404


def test_others_never_see_a_constraints_ovn(dss: Dss, authority: Supplier, here: Spot) -> None:
    ours = authority.constrained(extent(circle(here)))
    reader = dss.supplier("reader", CP)
    told = [
        reader.get_constraint(ours["id"]).json()["constraint_reference"],
        reader.found_constraints(area(circle(here)))[ours["id"]],
        *reader.put_subscription(
            new_id(),
            extent(circle(here)),
            notify_for_operational_intents=False,
            notify_for_constraints=True,
        ).json()["constraint_references"],
    ]
    assert len(told) == 3
    assert all(withheld(each) for each in told)


def test_constraints_need_no_key_and_meet_each_other_freely(
    dss: Dss, authority: Supplier, uss1: Supplier, here: Spot
) -> None:
    uss1.filed(extent(circle(here)))
    authority.constrained(extent(circle(here)))
    dss.supplier("another-authority", CM).constrained(extent(circle(here)))


def test_heights_of_a_constraint_are_optional_and_its_times_are_not(
    authority: Supplier, uss1: Supplier, here: Spot
) -> None:
    open_ended = extent(circle(here), lower_m=None, upper_m=None)
    ours = authority.constrained(open_ended)
    high = extent(circle(here), lower_m=5000, upper_m=6000)
    assert ours["id"] in authority.found_constraints(high)
    for bound in ("time_start", "time_end"):
        answer = authority.put_constraint(new_id(), without(open_ended, bound))
        assert answer.status_code == 400


def test_a_constraint_is_judged_by_each_of_its_extents(authority: Supplier, here: Spot) -> None:
    there = moved(here, 3000)
    ours = authority.constrained(
        extent(circle(here), at(20), at(30)), extent(circle(there), at(40), at(50))
    )
    then, later = (
        {"starts": at(20), "ends": at(30)},
        {"starts": at(40), "ends": at(50)},
    )
    assert ours["id"] in authority.found_constraints(area(circle(here), **then))
    assert ours["id"] in authority.found_constraints(area(circle(there), **later))
    assert authority.found_constraints(area(circle(here), **later)) == {}
    assert authority.found_constraints(area(circle(moved(here, 1500)))) == {}


def test_edges_of_a_constraint_are_closed(authority: Supplier, here: Spot) -> None:
    ours = authority.constrained(extent(circle(here), at(30), at(40), lower_m=50, upper_m=100))
    for asked, is_found in (
        (extent(circle(here), at(40), at(50)), True),
        (extent(circle(here), at(40.1), at(50)), False),
        (extent(circle(here), lower_m=100, upper_m=120), True),
        (extent(circle(here), lower_m=100.5, upper_m=120), False),
    ):
        assert (ours["id"] in authority.found_constraints(asked)) is is_found


def test_a_changed_constraint_concerns_whom_it_leaves_and_whom_it_reaches(
    authority: Supplier, uss1: Supplier, here: Spot
) -> None:
    there = moved(here, 3000)
    asking = {"notify_for_operational_intents": False, "notify_for_constraints": True}
    processing = uss1.under(CP)
    left = processing.subscribed(extent(circle(here)), **asking)
    reached = processing.subscribed(extent(circle(there)), **asking)
    ours = authority.put_constraint(new_id(), extent(circle(here)))
    assert subscribers(ours) == {uss1.base_url: {left["id"]: 1}}
    told = ours.json()["constraint_reference"]
    changed = authority.put_constraint(told["id"], extent(circle(there)), ovn=told["ovn"])
    assert subscribers(changed) == {uss1.base_url: {left["id"]: 2, reached["id"]: 1}}
    told = changed.json()["constraint_reference"]
    deleted = authority.delete_constraint(told["id"], told["ovn"])
    assert subscribers(deleted) == {uss1.base_url: {reached["id"]: 2}}


def test_the_past_of_a_constraint_is_judged_on_all_its_extents(
    authority: Supplier, here: Spot
) -> None:
    over = [extent(circle(here), at(-600 - n), at(-590 - n)) for n in range(4)]
    assert authority.put_constraint(new_id(), *over).status_code == 400
    assert authority.put_constraint(new_id(), *over, extent(circle(here))).status_code == 201
