"""What would meet is found once, kept from the other side's eyes, and pointed to both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_harness import T0, Desk, contents, open_line, river_desk
from ground_harness import HOUR, SPOT, file_plan, north_of
from openline.desk.owing.pointers import block_of, precedence_for
from openline.desk.state import digest_of
from openline.domain.conflict import (
    ConflictKind,
    ConflictsCounted,
    ConflictsEased,
    ConflictsFound,
    PointerGiven,
    PointerLifted,
    WhyEased,
)
from openline.domain.delivery import DeliveryOwed, Escalated, SubjectKind
from openline.domain.plan import Kind, PlanWithdrawn
from openline.domain.question import ProbingFound
from openline.domain.rules import Level, Precedence, Rules
from openline.domain.statement import facts_of

RULES = Rules()


def meeting_desk() -> Desk:
    """EAST has filed a plan at the spot."""
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    return desk


def test_two_forces_plans_at_one_place_and_time_are_found_to_conflict() -> None:
    desk = meeting_desk()

    (found,) = contents(file_plan(desk, "WEST", "W-1"), ConflictsFound)

    (one,) = found.conflicts
    assert (one.a, one.b, one.kind) == ("E-1", "W-1", ConflictKind.PLAN_PLAN)
    assert (one.parties_a, one.parties_b) == (("EAST",), ("WEST",))
    assert (one.version, one.conflict) == (1, f"C-{desk.entries[-1].refs[0]}.1")


def test_a_party_never_conflicts_with_itself_and_allies_do() -> None:
    desk = meeting_desk()

    own = contents(file_plan(desk, "EAST", "E-2"), ConflictsFound)
    (allied,) = contents(file_plan(desk, "EASTB", "B-1"), ConflictsFound)

    assert own == []
    assert [(each.a, each.b) for each in allied.conflicts] == [("B-1", "E-1"), ("B-1", "E-2")]


def test_one_statement_yields_at_most_one_conflicts_found_listing_all() -> None:
    desk = river_desk()
    for number in range(5):
        file_plan(desk, "EAST", f"E-{number}")

    filed = file_plan(desk, "WEST", "W-1")

    (found,) = contents(filed, ConflictsFound)
    assert [each.a for each in found.conflicts] == [f"E-{number}" for number in range(5)]


def test_nobody_but_the_desk_reads_whose_things_conflict_and_where() -> None:
    desk = meeting_desk()

    filed = file_plan(desk, "WEST", "W-1")

    (entry,) = [each for each in filed if isinstance(each.content, ConflictsFound)]
    assert entry.readers == ()


def test_a_pointer_holds_that_there_is_a_conflict_its_block_and_the_line_to_call() -> None:
    desk = meeting_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))

    filed = file_plan(desk, "WEST", "W-1")

    pointers = contents(filed, PointerGiven)
    assert [facts_of(each) for each in pointers] == [
        {
            "pointer": each.pointer,
            "to": party,
            "block_starts_at": "2017-09-15T06:00:00Z",
            "line": "L-3",
        }
        for each, party in zip(pointers, ("EAST", "WEST"), strict=True)
    ]


def test_without_a_direct_line_the_line_to_call_is_the_one_to_ones_own_backer() -> None:
    desk = meeting_desk()

    pointers = contents(file_plan(desk, "WEST", "W-1"), PointerGiven)

    assert [(each.to, each.line) for each in pointers] == [("EAST", "L-4"), ("WEST", "L-5")]


def test_each_pointer_is_read_by_its_own_side_alone() -> None:
    desk = meeting_desk()

    filed = file_plan(desk, "WEST", "W-1")

    pointed = [each for each in filed if isinstance(each.content, PointerGiven)]
    assert [each.readers for each in pointed] == [("EAST",), ("WEST",)]


def test_each_side_is_owed_its_pointer_by_the_desk_and_neither_delivery_names_the_other() -> None:
    desk = meeting_desk()

    filed = file_plan(desk, "WEST", "W-1")

    owed = [each for each in filed if isinstance(each.content, DeliveryOwed)]
    assert [each.content.delivery.subject_kind for each in owed] == [SubjectKind.CONFLICT] * 2
    assert [each.content.delivery.recipient for each in owed] == ["EAST", "WEST"]
    assert [each.readers for each in owed] == [("EAST",), ("WEST",)]


def test_however_many_conflicts_a_statement_draws_a_side_gets_one_pointer_for_each_line() -> None:
    desk = river_desk()
    for number in range(5):
        file_plan(desk, "EAST", f"E-{number}")

    pointers = contents(file_plan(desk, "WEST", "W-1"), PointerGiven)

    assert [each.to for each in pointers] == ["EAST", "WEST"]


@pytest.mark.parametrize(
    ("left", "precedence"),
    [
        (timedelta(hours=24), Precedence.ROUTINE),
        (timedelta(hours=8), Precedence.PRIORITY),
        (timedelta(hours=1), Precedence.IMMEDIATE),
        (timedelta(minutes=59), Precedence.FLASH),
        (timedelta(0), Precedence.FLASH),
    ],
)
def test_the_less_time_is_left_the_more_urgent_the_pointer(
    left: timedelta, precedence: Precedence
) -> None:
    assert precedence_for(RULES, T0 + left, T0) is precedence


def test_a_block_is_the_six_hours_of_the_day_that_hold_the_start() -> None:
    now = datetime(2017, 9, 15, 7, 30, tzinfo=UTC)

    assert block_of(datetime(2017, 9, 16, 0, 30, tzinfo=UTC), now) == datetime(
        2017, 9, 16, tzinfo=UTC
    )
    assert block_of(datetime(2017, 9, 15, 1, 0, tzinfo=UTC), now) == datetime(
        2017, 9, 15, 6, tzinfo=UTC
    )


@pytest.mark.parametrize("asked_at", [timedelta(hours=h) for h in (0, 6, 9, 11, 12, 14, 17)])
def test_a_pointers_precedence_is_the_same_wherever_in_its_block_the_start_is(
    asked_at: timedelta,
) -> None:
    """Filed anew every ten minutes, it would else turn FLASH an hour before the true start."""
    seen = set()
    for within in (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=5)):
        desk = river_desk()
        block = datetime(2017, 9, 15, 18, tzinfo=UTC)
        file_plan(desk, "EAST", "E-1", starts_at=block + within, ends_at=block + 6 * HOUR)
        desk.tick(T0 + asked_at)
        filed = file_plan(desk, "WEST", "W-1", starts_at=block - 6 * HOUR, ends_at=block + 6 * HOUR)
        seen |= {each.delivery.precedence for each in contents(filed, DeliveryOwed)}

    assert len(seen) == 1


@pytest.mark.parametrize("minutes", [0, 197, 359])
def test_a_pointers_deadlines_tell_no_more_than_its_block(minutes: int) -> None:
    """Half the time left to the exact start would give the start away."""
    desk = river_desk()
    block = datetime(2017, 9, 15, 12, tzinfo=UTC)
    later = block + timedelta(minutes=minutes)
    file_plan(desk, "EAST", "E-1", starts_at=later)

    filed = file_plan(desk, "WEST", "W-1", starts_at=later)

    owed = [each.delivery for each in contents(filed, DeliveryOwed)]
    assert {each.acknowledge_by for each in owed} == {T0 + timedelta(minutes=30)}


def test_withdrawing_eases_the_conflict_and_lifts_the_pointers() -> None:
    desk = meeting_desk()
    (found,) = contents(file_plan(desk, "WEST", "W-1"), ConflictsFound)
    given = set(found.conflicts[0].pointers)

    withdrawn = desk.say("WEST", PlanWithdrawn(plan="W-1"))

    assert contents(withdrawn, ConflictsEased) == [
        ConflictsEased(conflicts=(found.conflicts[0].conflict,), why=WhyEased.WITHDRAWN)
    ]
    assert {each.pointer for each in contents(withdrawn, PointerLifted)} == given
    assert desk.state.conflicts == desk.state.pointers == {}


def test_a_lifted_pointer_is_owed_to_nobody_any_longer() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1")
    desk.say("WEST", PlanWithdrawn(plan="W-1"))

    owed = [each for each in desk.state.deliveries.values() if each.ended_at is None]

    assert owed == []


def test_amending_away_eases_and_amending_nearer_finds_the_same_conflict_again() -> None:
    desk = meeting_desk()
    (found,) = contents(file_plan(desk, "WEST", "W-1", at=north_of(2_500.0)), ConflictsFound)

    (nearer,) = contents(
        file_plan(desk, "WEST", "W-1", at=north_of(1_500.0), version=2), ConflictsFound
    )
    away = file_plan(desk, "WEST", "W-1", at=north_of(9_000.0), version=3)

    assert nearer.conflicts[0].conflict == found.conflicts[0].conflict
    assert nearer.conflicts[0].version == 2
    assert contents(away, ConflictsEased)[0].why is WhyEased.AMENDED
    assert desk.state.conflicts == {}


def test_a_conflict_unchanged_by_an_amendment_is_not_found_twice() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1")

    assert contents(file_plan(desk, "WEST", "W-1", version=2), ConflictsFound) == []


def test_a_conflict_moved_to_another_block_is_pointed_to_both_sides_anew() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1", ends_at=T0 + 12 * HOUR)
    (found,) = contents(file_plan(desk, "WEST", "W-1"), ConflictsFound)

    amended = file_plan(desk, "WEST", "W-1", version=2, starts_at=T0 + 8 * HOUR)

    assert [each.block_starts_at for each in contents(amended, PointerGiven)] == [
        datetime(2017, 9, 15, 12, tzinfo=UTC)
    ] * 2
    assert {each.pointer for each in contents(amended, PointerLifted)} == set(
        found.conflicts[0].pointers
    )


def test_a_plan_that_ends_eases_what_it_would_have_met() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1", ends_at=T0 + 5 * HOUR)

    desk.tick(T0 + 3 * HOUR)

    assert [each.why for each in desk.all_of(ConflictsEased)] == [WhyEased.ENDED]
    assert desk.state.conflicts == {}


def test_a_pointer_that_speaks_of_two_conflicts_stands_until_both_are_eased() -> None:
    desk = meeting_desk()
    file_plan(desk, "EAST", "E-2")
    file_plan(desk, "WEST", "W-1")

    first = desk.say("EAST", PlanWithdrawn(plan="E-1"))
    second = desk.say("EAST", PlanWithdrawn(plan="E-2"))

    assert contents(first, PointerLifted) == []
    assert [each.to for each in contents(second, PointerLifted)] == ["EAST", "WEST"]


def test_ones_own_half_names_ones_own_thing_alone() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1")

    (conflict,) = desk.state.conflicts.values()

    assert conflict.own_half("EAST") == ("E-1",)
    assert conflict.own_half("WEST") == ("W-1",)
    assert conflict.own_half("EASTB") == ()


def test_conduits_learn_that_conflicts_exist_and_nothing_else() -> None:
    desk = meeting_desk()

    filed = file_plan(desk, "WEST", "W-1")

    counted = [each for each in filed if isinstance(each.content, ConflictsCounted)]
    assert [(each.content, each.readers) for each in counted] == [
        (ConflictsCounted(open=1), ("HUM",))
    ]


def test_filing_too_often_about_one_area_draws_no_more_pointers_and_is_a_finding() -> None:
    """A party that sweeps the ground with plans learns nothing more; the other side still does."""
    desk = river_desk(rules=Rules(pointers_per_hour=3))
    file_plan(desk, "EAST", "E-1")
    for number in range(3):
        file_plan(desk, "WEST", f"W-{number}")

    swept = file_plan(desk, "WEST", "W-9")

    assert [each.to for each in contents(swept, PointerGiven)] == ["EAST"]
    (finding,) = [each for each in swept if isinstance(each.content, ProbingFound)]
    assert finding.content.asker == "WEST"
    assert set(finding.readers) == {"EAST", "HUM", "WEST"}
    assert len(contents(swept, ConflictsFound)) == 1


def test_an_hour_later_pointers_are_given_again() -> None:
    desk = river_desk(rules=Rules(pointers_per_hour=1))
    file_plan(desk, "EAST", "E-1", ends_at=T0 + 9 * HOUR)
    for number in range(2):
        file_plan(desk, "WEST", f"W-{number}", ends_at=T0 + 9 * HOUR)

    desk.tick(T0 + HOUR + timedelta(seconds=1))
    later = file_plan(desk, "WEST", "W-9", ends_at=T0 + 9 * HOUR)

    assert [each.to for each in contents(later, PointerGiven)] == ["EAST", "WEST"]


def test_aircraft_keep_five_miles_and_a_thousand_feet_where_the_ground_keeps_two_kilometres() -> (
    None
):
    desk = river_desk()
    file_plan(desk, "EAST", "E-1", kind=Kind.AIR)
    file_plan(desk, "EAST", "E-2")

    (found,) = contents(file_plan(desk, "WEST", "W-1", at=north_of(8_000.0, SPOT)), ConflictsFound)

    assert [each.a for each in found.conflicts] == ["E-1"]


def test_a_pressing_pointer_that_nobody_answers_climbs_on_its_own_side_alone() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1", starts_at=T0 + timedelta(minutes=30))
    filed = file_plan(desk, "WEST", "W-1", starts_at=T0 + timedelta(minutes=30))
    west = contents(filed, PointerGiven)[1]

    desk.tick(T0 + timedelta(minutes=11))

    climbed = [each for each in desk.all_of(Escalated) if each.delivery.startswith(west.pointer)]
    assert [each.level for each in climbed] == [
        Level.TACTICAL,
        Level.OPERATIONAL,
        Level.STRATEGIC,
    ]
    assert {cell for each in climbed for cell in each.cells} == {
        "WEST-TAC",
        "WEST-OPS",
        "WESTB-STRAT",
    }


def test_replaying_the_record_gives_the_same_conflicts_and_pointers() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1")
    file_plan(desk, "WEST", "W-1", at=north_of(1_500.0), version=2)

    assert digest_of(desk.replayed()) == digest_of(desk.state)


@given(st.permutations(range(6)), st.lists(st.integers(0, 4_000), min_size=6, max_size=6))
def test_in_whatever_order_plans_are_filed_the_same_pairs_are_found(
    order: list[int], metres: list[int]
) -> None:
    def filed_in(names: Iterable[int]) -> set[tuple[str, str]]:
        desk = river_desk()
        for name in names:
            party = ("EAST", "WEST", "WESTB")[name % 3]
            file_plan(desk, party, f"P-{name}", at=north_of(float(metres[name])))
        return {(each.a, each.b) for each in desk.state.conflicts.values()}

    assert filed_in(order) == filed_in(range(6))


def test_two_plans_that_would_meet_and_end_at_one_instant_ease_their_conflict_once() -> None:
    desk = meeting_desk()
    file_plan(desk, "WEST", "W-1")

    ended = desk.tick(T0 + timedelta(days=1))

    assert len(contents(ended, ConflictsEased)) == 1
    assert desk.state.conflicts == desk.state.pointers == desk.state.plans == {}
