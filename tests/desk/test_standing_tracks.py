"""What stands of tracks over time: at the border, silent, forgotten, in floods."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_harness import contents, river_desk
from ground_harness import file_plan, north_of
from openline.desk.state import digest_of
from openline.domain.conflict import PointerGiven
from openline.domain.errors import Malformed
from openline.domain.finding import FindingMade
from openline.domain.observed import Change, TracksObserved
from openline.domain.statement import DESK, facts_of
from openline.track_engine.saying import in_statements
from watched_tracks import MINUTE, SECOND, Watched, abreast, fix, surely, two_near


@given(st.lists(st.floats(-195.0, 195.0), min_size=40, max_size=40))
@settings(max_examples=10)
def test_a_pair_at_the_border_is_found_once_whatever_the_noise_within_a_tenth(
    noise: list[float],
) -> None:
    watched = surely()

    changes = [each for off in noise for each in abreast(watched, 2_000.0 + off, 3 * SECOND)]

    assert changes == ([("E-t~W-t", Change.FOUND)] if min(noise) < -0.5 else changes[:1])


@given(st.lists(st.floats(1.0, 9_000.0), min_size=40, max_size=40))
@settings(max_examples=10)
def test_a_pair_that_leaps_about_changes_at_most_twice_a_minute_but_for_coming_nearer(
    metres: list[float],
) -> None:
    watched = surely()

    changes = [change for each in metres for _, change in abreast(watched, each, 6 * SECOND)]

    assert changes.count(Change.CLEARED) <= 6 * len(metres) // 60
    assert changes.count(Change.FOUND) <= 1 + changes.count(Change.CLEARED)
    # Each time under half of the last: from 2,000 m to a metre that is eleven times.
    assert changes.count(Change.NEARER) <= 11 * changes.count(Change.FOUND)


def test_a_sighting_stands_while_it_is_within_a_tenth_beyond_and_clears_a_minute_after() -> None:
    watched = surely()
    found = abreast(watched, 1_990.0)

    border = [each for _ in range(14) for each in abreast(watched, 2_190.0, 5 * SECOND)]
    beyond = [each for _ in range(14) for each in abreast(watched, 2_210.0, 5 * SECOND)]

    assert found == [("E-t~W-t", Change.FOUND)]
    assert border == []
    assert beyond == [("E-t~W-t", Change.CLEARED)]


def test_a_track_near_a_plan_stands_and_clears_by_the_same_rule() -> None:
    watched = surely()
    file_plan(watched.desk, "EAST", "E-1", starts_at=watched.desk.now, radius_m=100.0)

    def seen_at(metres: float) -> list[tuple[str, Change]]:
        watched.desk.tick(watched.desk.now + 5 * SECOND)
        watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(metres)))
        return watched.changes()

    assert seen_at(2_090.0) == [("E-1~W-t", Change.FOUND)]
    assert [each for _ in range(14) for each in seen_at(2_290.0)] == []
    assert [each for _ in range(14) for each in seen_at(2_310.0)] == [("E-1~W-t", Change.CLEARED)]
    assert seen_at(2_090.0) == [("E-1~W-t", Change.FOUND)]
    assert seen_at(900.0) == [("E-1~W-t", Change.NEARER)]


def test_a_fault_that_comes_and_goes_is_told_once_until_it_was_mended_for_a_minute() -> None:
    watched = Watched()

    def told_at(speed_mps: float, after: timedelta) -> list[FindingMade]:
        watched.desk.tick(watched.desk.now + after)
        watched.hear("EAST", fix(watched.desk, "E-t", "EAST", speed_mps=speed_mps))
        return contents(watched.look(), FindingMade)

    assert len(told_at(900.0, SECOND)) == 1
    assert told_at(10.0, SECOND) == told_at(900.0, SECOND) == told_at(10.0, SECOND) == []
    assert len(told_at(900.0, 2 * MINUTE)) == 1


def test_the_faults_of_a_whole_fleet_are_told_over_some_looks_and_none_is_lost() -> None:
    watched = Watched()
    names = {f"E-{number}" for number in range(250)}
    absurd = [fix(watched.desk, name, "EAST", speed_mps=900.0) for name in sorted(names)]
    watched.hear("EAST", *absurd)

    told = [contents(watched.look(SECOND), FindingMade) for _ in range(4)]

    assert [len(each) for each in told] == [100, 100, 50, 0]
    assert {each.thing for some in told for each in some} == names


def test_a_track_silent_for_a_day_is_forgotten_with_what_stood_of_it() -> None:
    watched = two_near()
    pointed = contents(watched.look(), PointerGiven)
    watched.look(16 * MINUTE)
    assert len(pointed) == len(watched.desk.state.pointers) == 2

    watched.look(timedelta(days=1))
    watched.desk.tick(watched.desk.now + timedelta(days=1))
    file_plan(watched.desk, "EAST", "E-1", starts_at=watched.desk.now)

    assert len(watched.engine) == 0
    assert watched.desk.state.sightings == {}
    assert watched.desk.state.stale_tracks == {}
    assert list(watched.desk.state.pointers) == []
    assert digest_of(watched.desk.replayed()) == digest_of(watched.desk.state)


def test_what_was_seen_before_a_restart_is_said_to_be_unknown_once_nobody_spoke_for_long() -> None:
    before = two_near()
    before.look()
    restarted = Watched(before.desk)
    restarted.hear("NORTH", fix(restarted.desk, "N-t", "NORTH", at=north_of(90_000.0)))
    at_first = restarted.look()

    (observed,) = contents(restarted.look(15 * MINUTE + SECOND), TracksObserved)

    assert at_first == []
    assert observed.stale == ("E-t", "N-t", "W-t")
    assert list(restarted.desk.state.sightings) == ["E-t~W-t"]


def test_a_track_may_be_told_several_times_in_a_batch_and_the_newest_fix_stands() -> None:
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    far, near = north_of(90_000.0), north_of(1_000.0)
    watched.hear(
        "WEST",
        fix(watched.desk, "W-t", "WEST", at=far, age=20 * SECOND),
        fix(watched.desk, "W-t", "WEST", at=near),
        fix(watched.desk, "W-t", "WEST", at=far, age=10 * SECOND),
    )

    (observed,) = contents(watched.look(), TracksObserved)

    assert [each.index for each in observed.sightings[0].fixes] == [0, 1]
    assert [each.fix.index for each in observed.faults] == [1]


def test_a_track_whose_id_nobody_could_write_down_is_refused() -> None:
    watched = Watched()
    for name in ("", "E" * 97):
        with pytest.raises(Malformed, match="1 to 96 characters"):
            watched.hear("EAST", fix(watched.desk, name, "EAST"))


def test_thousands_of_changes_are_said_in_statements_that_fit_the_soonest_first() -> None:
    watched = Watched(river_desk())
    count = 700
    for party, lon_deg in (("EAST", 40.0), ("WEST", 40.01)):
        watched.hear(
            party,
            *(
                fix(watched.desk, f"{party}-{number:03}-{'x' * 60}", party, at=place)
                for number in range(count)
                for place in [(lon_deg + 0.1 * (number % 100), 30.0 + 0.1 * (number // 100))]
            ),
        )
    observed = watched.engine.look(watched.desk.state, watched.desk.now)
    assert observed is not None

    statements = in_statements(observed)
    for each in statements:
        watched.desk.say(DESK, each)

    assert len(statements) > 10
    told = [each for one in statements for each in one.sightings]
    assert told == list(observed.sightings)
    assert len(watched.desk.state.sightings) == len(told) >= count
    assert all(each.least_distance_m is not None for each in watched.desk.state.sightings.values())
    assert max(len(msgspec.json.encode(facts_of(each))) for each in statements) < 45_000


def test_replaying_observations_needs_no_track_and_gives_the_same_state() -> None:
    watched = two_near()
    watched.look()
    watched.look(16 * MINUTE)

    assert digest_of(watched.desk.replayed()) == digest_of(watched.desk.state)
