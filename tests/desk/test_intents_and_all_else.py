"""Drones' intents and constraints against convoys, hospitals and measures, both ways round."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import Desk, add_party
from ground_harness import agree, area, file_plan, north_of
from notification_harness import aid_desk, site, site_form, validate
from openline.desk.state import digest_of, evolve, snapshot_of, state_from_snapshot
from openline.desk.view import view
from openline.domain.conflict import ConflictKind, ConflictsEased, ConflictsFound, PointerGiven
from openline.domain.delivery import ReceiptOverdue
from openline.domain.intent import AirspaceJudged, AirspaceTried
from openline.domain.party import CellAdded, PartyKind, Post, Role
from openline.domain.plan import Kind, Plan, PlanWithdrawn
from openline.domain.question import ProbingFound
from openline.domain.rules import Level
from openline.domain.statement import facts_of
from supplier_harness import (
    LAT,
    LON,
    admit,
    constraint,
    disc,
    intent,
    lift,
    ovn,
    remove,
    say,
    square,
    uuid,
)

A_WHILE = timedelta(seconds=3)


@pytest.fixture
def desk() -> Desk:
    desk = aid_desk()
    add_party(desk, "OBS", PartyKind.OBSERVER, levels=(Level.TACTICAL,))
    admit(desk, "uss1", "uss2")
    return desk


def _hospital_here(desk: Desk) -> None:
    desk.say("AID", site(body=site_form(lat_deg=LAT, lon_deg=LON)))
    validate(desk, "N-001")


def _later(desk: Desk) -> list[str]:
    """What the desk concludes in a while, kind by kind."""
    return [type(each.content).KIND for each in desk.tick(desk.now + A_WHILE)]


def test_a_plan_filed_later_finds_the_drone_and_both_are_pointed_out(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    file_plan(desk, "EAST", "P-1")
    (found,) = desk.all_of(ConflictsFound)
    (conflict,) = found.conflicts
    assert (conflict.a, conflict.b) == (f"I/{uuid('a')}", "P-1")
    assert conflict.kind is ConflictKind.PLAN_PLAN
    assert {each.to for each in desk.all_of(PointerGiven)} == {"EAST", "USS.uss1"}


def test_a_supplier_of_machines_alone_is_pointed_and_its_silence_escalates_to_nobody(
    desk: Desk,
) -> None:
    file_plan(desk, "EAST", "P-1")
    say(desk, "uss1", intent("a", square(desk)))
    _later(desk)
    (pointer,) = (each.pointer for each in desk.all_of(PointerGiven) if each.to == "USS.uss1")
    desk.tick(desk.now + timedelta(minutes=50))
    assert pointer in {each.pointer for each in view(desk.state, "USS.uss1").pointers}
    about_it = [
        type(each.content).KIND for each in desk.entries if pointer in f"{facts_of(each.content)}"
    ]
    assert about_it == ["conflicts.found.v1", "pointer.given.v1"]


def test_a_supplier_whose_people_the_desk_knows_is_owed_its_pointers_like_anybody(
    desk: Desk,
) -> None:
    watch = Post(id="USS.uss1-TAC.duty", roles=(Role.DUTY,))
    desk.operate(
        CellAdded(cell="USS.uss1-TAC", party="USS.uss1", level=Level.TACTICAL, positions=(watch,))
    )
    file_plan(desk, "EAST", "P-1")
    say(desk, "uss1", intent("a", square(desk)))
    _later(desk)
    (owed,) = (each for each in desk.state.deliveries.values() if each.recipient == "USS.uss1")
    assert owed.cell == "USS.uss1-TAC"
    desk.tick(desk.now + timedelta(minutes=50))
    assert owed.id in {each.delivery for each in desk.all_of(ReceiptOverdue)}


def test_a_supplier_sees_what_it_filed_itself_and_nobody_else_does(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    say(desk, "uss1", constraint("c", disc(desk, 300.0)))
    seen = view(desk.state, "USS.uss1")
    assert [each.id for each in seen.intents] == [uuid("a")]
    assert [each.id for each in seen.constraints] == [uuid("c")]
    assert [each.id for each in seen.subscriptions] == [uuid("s")]
    for party in (*{*desk.state.parties} - {"USS.uss1"},):
        others = view(desk.state, party)
        assert (others.intents, others.constraints, others.subscriptions) == ((), (), ())


def test_a_drone_filed_later_is_found_within_seconds_and_not_in_its_answer(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    entries = say(desk, "uss1", intent("a", square(desk)))
    assert len(entries) == 1
    _later(desk)
    (found,) = desk.all_of(ConflictsFound)
    assert found.conflicts[0].b == "P-1"
    assert {each.to for each in desk.all_of(PointerGiven)} == {"EAST", "USS.uss1"}


def test_the_agreed_separation_holds_between_a_drone_and_a_convoy(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1", at=north_of(2_450.0), radius_m=500.0)
    file_plan(desk, "WEST", "P-2", at=north_of(-2_600.0), radius_m=500.0)
    say(desk, "uss1", intent("a", square(desk, side_m=10.0)))
    _later(desk)
    found = [each.b for one in desk.all_of(ConflictsFound) for each in one.conflicts]
    assert found == ["P-1"]


def test_an_intent_that_moves_away_or_is_removed_eases_the_conflict(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss1", intent("b", square(desk), key=[ovn("a-1")]))
    _later(desk)
    assert len(desk.state.conflicts) == 2
    say(desk, "uss1", intent("a", square(desk, east_m=90_000.0), version=2))
    say(desk, "uss1", remove("b"))
    _later(desk)
    assert not desk.state.conflicts
    assert len(desk.all_of(ConflictsEased)) == 2


def test_a_plan_that_is_withdrawn_eases_the_conflict(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    file_plan(desk, "EAST", "P-1")
    desk.say("EAST", PlanWithdrawn(plan="P-1"))
    assert not desk.state.conflicts


def test_a_measure_that_comes_into_force_finds_the_drone(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    agree(desk, area())
    kinds = [each.kind for one in desk.all_of(ConflictsFound) for each in one.conflicts]
    assert kinds == [ConflictKind.PLAN_MEASURE]


def test_a_drone_filed_into_a_measure_is_found(desk: Desk) -> None:
    agree(desk, area())
    say(desk, "uss1", intent("a", square(desk)))
    _later(desk)
    kinds = [each.kind for one in desk.all_of(ConflictsFound) for each in one.conflicts]
    assert kinds == [ConflictKind.PLAN_MEASURE]


def test_of_a_hospital_not_released_to_it_a_supplier_hears_nothing(desk: Desk) -> None:
    _hospital_here(desk)
    before = len(desk.entries)
    assert len(say(desk, "uss1", intent("a", square(desk)))) == 1
    _later(desk)
    (found,) = desk.all_of(ConflictsFound)
    assert {*found.conflicts[0].parties_a, *found.conflicts[0].parties_b} == {"AID"}
    assert {each.to for each in desk.all_of(PointerGiven)} == {"AID"}
    concluded = desk.entries[before + 1 :]
    assert not any("USS.uss1" in each.readers for each in concluded)


def test_who_tries_intents_over_a_hospital_again_and_again_is_found_probing(desk: Desk) -> None:
    _hospital_here(desk)
    for number in range(desk.state.rules.pointers_per_hour + 2):
        say(desk, "uss1", intent(f"trial-{number}", square(desk)))
        _later(desk)
        say(desk, "uss1", remove(f"trial-{number}"))
    (probing,) = {each.asker for each in desk.all_of(ProbingFound)}
    assert probing == "USS.uss1"
    told = {
        reader
        for each in desk.entries
        if isinstance(each.content, ProbingFound)
        for reader in each.readers
    }
    assert told == {"AID", "HUM"}


def _probed(desk: Desk) -> list[tuple[str, int]]:
    return [(each.asker, each.count) for each in desk.all_of(ProbingFound)]


def _told(desk: Desk, party: str) -> int:
    return sum(each.to == party for each in desk.all_of(PointerGiven))


def test_trials_filed_at_once_are_as_many_questions(desk: Desk) -> None:
    _hospital_here(desk)
    budget = desk.state.rules.pointers_per_hour
    for number in range(budget + 3):
        say(desk, "uss1", intent(f"t-{number}", square(desk, heights_m=(number, number + 0.5))))
    _later(desk)
    assert _probed(desk) == [("USS.uss1", budget + 3)]


def test_one_trial_over_a_hospital_and_a_clinic_is_one_question(desk: Desk) -> None:
    _hospital_here(desk)
    desk.say("AID", site(notification="N-002", body=site_form(lat_deg=LAT + 0.001, lon_deg=LON)))
    validate(desk, "N-002")
    for number in range(desk.state.rules.pointers_per_hour):
        say(desk, "uss1", intent(f"t-{number}", square(desk, heights_m=(number, number + 0.5))))
    _later(desk)
    assert len(desk.state.conflicts) == 2 * desk.state.rules.pointers_per_hour
    assert _probed(desk) == []


def test_trials_taken_back_before_they_are_judged_count_all_the_same(desk: Desk) -> None:
    _hospital_here(desk)
    budget = desk.state.rules.pointers_per_hour
    for number in range(budget):
        say(desk, "uss1", intent(f"t-{number}", square(desk)))
        say(desk, "uss1", remove(f"t-{number}"))
    _later(desk)
    assert desk.all_of(ConflictsFound) == []
    assert sum(each.trials for each in desk.all_of(AirspaceTried)) == budget
    assert _probed(desk) == []
    say(desk, "uss1", constraint("c", disc(desk, 20.0)))
    say(desk, "uss1", lift("c"))
    _later(desk)
    assert _probed(desk) == [("USS.uss1", budget + 1)]
    assert not desk.state.conflicts


def test_an_intent_moved_about_at_once_is_a_question_for_each_place(desk: Desk) -> None:
    _hospital_here(desk)
    budget = desk.state.rules.pointers_per_hour
    say(desk, "uss1", intent("a", square(desk)))
    for number in range(2, budget + 2):
        say(desk, "uss1", intent("a", square(desk, east_m=float(number)), version=number))
    _later(desk)
    assert _probed(desk) == [("USS.uss1", budget + 1)]
    assert len(desk.state.conflicts) == 1


def test_beyond_the_budget_the_asker_is_pointed_to_nothing_and_the_others_are(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    budget = desk.state.rules.pointers_per_hour
    for number in range(budget):
        say(desk, "uss1", intent(f"t-{number}", square(desk, heights_m=(number, number + 0.5))))
    _later(desk)
    before = _told(desk, "USS.uss1"), _told(desk, "EAST")
    assert before == (1, 1)
    say(desk, "uss1", intent("one-more", square(desk, heights_m=(200.0, 210.0))))
    _later(desk)
    assert (_told(desk, "USS.uss1"), _told(desk, "EAST")) == (1, 2)
    assert _probed(desk) == [("USS.uss1", budget + 1)]


def test_to_meet_what_is_published_again_and_again_is_no_probing(desk: Desk) -> None:
    agree(desk, replace(area(), published=True))
    say(desk, "uss2", constraint("c", disc(desk, 300.0)))
    for number in range(2 * desk.state.rules.pointers_per_hour):
        say(desk, "uss1", intent(f"t-{number}", square(desk, heights_m=(number, number + 0.5))))
    _later(desk)
    assert len(desk.state.conflicts) == 4 * desk.state.rules.pointers_per_hour
    assert _probed(desk) == []


def test_what_waits_to_be_judged_is_the_same_after_a_snapshot(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    for number in range(70):
        say(desk, "uss1", intent(f"d-{number}", square(desk, heights_m=(number, number + 0.5))))
    again = state_from_snapshot(snapshot_of(desk.state))
    _later(desk)
    for entry in desk.entries[again.size :]:
        evolve(again, entry)
    assert digest_of(again) == digest_of(desk.state)


def test_a_constraint_finds_plans_and_drones_that_do_not_know_of_it(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    say(desk, "uss1", intent("a", square(desk)))
    _later(desk)
    say(desk, "uss2", constraint("c", disc(desk, 300.0)))
    _later(desk)
    met = {each.b for one in desk.all_of(ConflictsFound)[1:] for each in one.conflicts}
    assert met == {"P-1", f"I/{uuid('a')}"}
    say(desk, "uss2", lift("c"))
    _later(desk)
    assert {each.b for each in desk.state.conflicts.values()} == {"P-1"}


def test_a_drone_that_shows_a_constraints_ovn_knows_of_it_and_is_no_finding(desk: Desk) -> None:
    say(desk, "uss2", constraint("c", disc(desk, 300.0)))
    say(desk, "uss1", intent("a", square(desk), key=[ovn("c-1")]))
    _later(desk)
    assert not desk.all_of(ConflictsFound)
    say(desk, "uss2", constraint("c", disc(desk, 400.0), version=2))
    _later(desk)
    assert len(desk.state.conflicts) == 1


def test_where_nothing_else_is_there_nothing_is_judged() -> None:
    desk = Desk()
    admit(desk, "uss1")
    say(desk, "uss1", intent("a", square(desk)))
    assert desk.tick(desk.now + A_WHILE) == []


def test_a_thousand_drones_are_told_of_a_convoy_in_entries_that_fit(desk: Desk) -> None:
    for number in range(230):
        say(desk, "uss1", intent(f"d-{number}", square(desk, heights_m=(number, number + 0.5))))
    file_plan(desk, "EAST", "P-1")
    sizes = [len(each.conflicts) for each in desk.all_of(ConflictsFound)]
    assert (max(sizes), sum(sizes)) == (100, 230)
    assert len({each.to for each in desk.all_of(PointerGiven)}) == 2


def test_what_is_judged_is_judged_party_by_party_and_ends(desk: Desk) -> None:
    file_plan(desk, "EAST", "P-1")
    for number in range(70):
        say(desk, "uss1", intent(f"d-{number}", square(desk, heights_m=(number, number + 0.5))))
    say(desk, "uss2", intent("e", square(desk, heights_m=(200.0, 210.0))))
    _later(desk)
    judged = [(each.party, each.things) for each in desk.all_of(AirspaceJudged)]
    assert sorted(judged) == [("USS.uss1", 6), ("USS.uss1", 64), ("USS.uss2", 1)]
    assert desk.state.unjudged == {}
    assert len(desk.state.conflicts) == 71


def test_an_intent_is_made_ready_once_for_all_that_come_near_it(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss2", intent("b", square(desk, heights_m=(200.0, 210.0))))
    air, reach = desk.state.index.air, desk.state.rules.separation[Kind.GROUND]
    comer = Plan(id="P-1", party="USS.uss2", kind=Kind.GROUND, volumes=(disc(desk, 50.0),))
    near = air.plans_near(comer, reach)
    assert [each.plan.id for each in near] == [f"I/{uuid('a')}"]
    assert air.plans_near(comer, reach) is near
    say(desk, "uss1", remove("a"))
    assert len(air.plans_near(comer, reach)) == 0


def test_what_is_made_ready_follows_its_intent(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    file_plan(desk, "EAST", "P-1")
    assert len(desk.state.conflicts) == 1
    say(desk, "uss1", intent("a", square(desk, east_m=90_000.0), version=2))
    _later(desk)
    file_plan(desk, "WEST", "P-2")
    say(desk, "uss1", intent("a", square(desk), version=3))
    _later(desk)
    file_plan(desk, "EAST", "P-3")
    assert len(desk.state.conflicts) == 3 + 2  # with each plan, and EAST's with WEST's
