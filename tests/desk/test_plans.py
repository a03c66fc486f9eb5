"""Plans: taken, bounded, amended by version, shown by consent, and gone when over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, contents, river_desk
from ground_harness import HOUR, circle, file_plan, plan
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.airspace import Corridor, TimeSpan, Volume4D
from openline.domain.conflict import ConflictsFound
from openline.domain.errors import Malformed, NotPermitted, StaleVersion, UnknownThing, WrongState
from openline.domain.plan import (
    PlanEnded,
    PlanReleased,
    PlanReleaseEnded,
    PlanWithdrawn,
)
from openline.domain.release import EntriesReleased


def test_a_plan_is_read_by_nobody_but_its_party() -> None:
    desk = river_desk()

    filed = file_plan(desk, "EAST", "E-1")[0]

    assert filed.readers == ("EAST",)


def test_a_plan_is_shown_to_others_only_by_its_partys_recorded_consent() -> None:
    desk = river_desk()
    filed = file_plan(desk, "EAST", "E-1")[0]

    released = desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB",)))

    assert contents(released, EntriesReleased) == [
        EntriesReleased(entries=(filed.index,), to=("EASTB",))
    ]
    assert released[0].readers == ("EAST", "EASTB")


def test_whoever_was_shown_a_plan_is_shown_its_next_version_too() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB",)))

    amended = file_plan(desk, "EAST", "E-1", version=2)[0]

    assert amended.readers == ("EAST", "EASTB")


def test_ending_a_release_tells_those_who_were_shown_and_shows_them_no_more() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB",)))

    ended = desk.say("EAST", PlanReleaseEnded(plan="E-1", to=("EASTB",)))[0]
    amended = file_plan(desk, "EAST", "E-1", version=2)[0]

    assert ended.readers == ("EAST", "EASTB")
    assert amended.readers == ("EAST",)


def test_a_release_is_refused_for_anothers_plan_or_to_a_party_that_is_not_here() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    with pytest.raises(UnknownThing, match="WEST has no such plan"):
        desk.say("WEST", PlanReleased(plan="E-1", to=("WESTB",)))
    with pytest.raises(UnknownThing, match="no party NORTH"):
        desk.say("EAST", PlanReleased(plan="E-1", to=("NORTH",)))


def test_a_later_version_amends_and_any_other_version_is_stale() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    for version in (1, 3):
        with pytest.raises(StaleVersion, match="Send it as version 2"):
            file_plan(desk, "EAST", "E-1", version=version)
    file_plan(desk, "EAST", "E-1", version=2)

    assert desk.state.plans["E-1"].version == 2


def test_an_id_that_another_party_uses_is_taken() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    with pytest.raises(WrongState, match="taken"):
        file_plan(desk, "WEST", "E-1")


def test_a_plan_that_ends_before_it_starts_is_over_already_or_says_nowhere_is_refused() -> None:
    desk = river_desk()
    start = T0 + HOUR

    with pytest.raises(Malformed, match=r"ends before it starts .* Swap the times"):
        desk.say("EAST", plan("E-1", starts_at=start, ends_at=T0))
    with pytest.raises(Malformed, match="over already"):
        desk.say("EAST", plan("E-1", starts_at=T0 - 2 * HOUR, ends_at=T0 - HOUR))
    with pytest.raises(Malformed, match="no volumes"):
        desk.say("EAST", plan("E-1", volumes=()))
    assert desk.state.plans == {}


def test_a_volume_reaching_outside_the_plans_times_is_refused_slack_included() -> None:
    desk = river_desk()
    start = T0 + HOUR
    legs = Volume4D(
        footprint=Corridor(
            path=((40.0, 35.5), (40.1, 35.5)),
            width_m=100.0,
            times=(start, start + HOUR),
            slack_s=60.0,
        )
    )
    late = Volume4D(footprint=circle(), times=TimeSpan(starts_at=T0, ends_at=start + HOUR))

    for volume in (legs, late):
        with pytest.raises(Malformed, match="volume 1 reaches outside"):
            desk.say("EAST", plan("E-1", starts_at=start, ends_at=start + HOUR, volumes=(volume,)))


def test_a_plan_without_bounds_of_its_own_is_bounded_by_its_start_and_end() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    held = desk.state.plans["E-1"].as_plan()

    assert held is not None
    assert held.volumes[0].times == TimeSpan(starts_at=T0 + HOUR, ends_at=T0 + 2 * HOUR)


def test_a_plan_leaves_the_live_desk_when_nothing_filed_could_meet_it_any_longer() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    slack = timedelta(minutes=15)

    still_there = contents(desk.tick(T0 + 2 * HOUR + slack - timedelta(seconds=1)), PlanEnded)
    over = contents(desk.tick(T0 + 2 * HOUR + slack), PlanEnded)

    assert still_there == []
    assert over == [PlanEnded(plan="E-1")]
    assert "E-1" not in desk.state.plans
    assert len(desk.state.index.things) == 0


def test_a_withdrawn_plan_can_be_met_by_nothing_any_longer() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    desk.say("EAST", PlanWithdrawn(plan="E-1"))

    assert contents(file_plan(desk, "WEST", "W-1"), ConflictsFound) == []


def test_a_humanitarian_conduit_files_notifications_not_plans() -> None:
    desk = river_desk()

    with pytest.raises(NotPermitted, match="conduit"):
        file_plan(desk, "HUM", "H-1")


def test_after_a_snapshot_the_index_finds_what_the_replayed_one_finds() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    desk.state = state_from_snapshot(snapshot_of(desk.state))

    assert digest_of(desk.state) == digest_of(desk.replayed())
    assert contents(file_plan(desk, "WEST", "W-1"), ConflictsFound) != []


def test_an_erased_plan_stays_on_the_desk_and_can_no_longer_be_judged() -> None:
    desk = river_desk()
    filed = file_plan(desk, "EAST", "E-1")[0]
    erased = replace(filed.content, body=None)
    desk.entries[filed.index] = replace(filed, content=erased)

    desk.state = desk.replayed()

    assert desk.state.plans["E-1"].as_plan() is None
    assert contents(file_plan(desk, "WEST", "W-1"), ConflictsFound) == []
