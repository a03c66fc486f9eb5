"""Live tracks: what changes among them is observed, cited, pointed to, and never guessed at."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from desk_harness import T0, contents, river_desk
from ground_harness import RIVER, SPOT, agree, area, file_plan, north_of, separation_line
from openline.domain.conflict import ConflictKind, PointerGiven, PointerLifted
from openline.domain.delivery import DeliveryOwed
from openline.domain.errors import Malformed, NotPermitted, WrongState
from openline.domain.finding import Fault, FindingMade
from openline.domain.observed import Change, TracksObserved, TracksRoot
from openline.domain.plan import Kind
from openline.domain.rules import Precedence
from openline.domain.statement import DESK, EVERYONE, facts_of
from openline.record.merkle import root_of
from openline.track_engine import Batch
from supplier_harness import admit, intent, say, square, uuid
from watched_tracks import CLEARS_AFTER, MINUTE, SECOND, Watched, fix, two_near


def test_two_tracks_that_would_come_too_near_are_found_once() -> None:
    watched = two_near()

    assert watched.changes() == [("E-t~W-t", Change.FOUND)]
    assert watched.changes(SECOND) == []


def test_an_observation_cites_each_fix_by_the_digest_of_its_batch_and_its_place_there() -> None:
    watched = two_near()

    (observed,) = contents(watched.look(), TracksObserved)

    (sighting,) = observed.sightings
    assert sighting.tracks == ("E-t", "W-t")
    assert [(each.batch, each.index) for each in sighting.fixes] == [
        (hashlib.sha256(b"batch 1").hexdigest(), 0),
        (hashlib.sha256(b"batch 2").hexdigest(), 0),
    ]


def test_where_tracks_are_never_stands_in_a_leaf_and_the_observation_is_read_by_nobody() -> None:
    watched = two_near()

    entry = watched.look()[0]

    assert entry.readers == ()
    assert "35.5" not in str(facts_of(entry.content))


def test_each_side_of_a_track_conflict_gets_a_pointer_at_once() -> None:
    watched = two_near()

    said = watched.look()

    assert [each.to for each in contents(said, PointerGiven)] == ["EAST", "WEST"]
    assert {each.delivery.precedence for each in contents(said, DeliveryOwed)} == {Precedence.FLASH}


def test_tracks_of_one_party_are_no_conflict() -> None:
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-1", "EAST"), fix(watched.desk, "E-2", "EAST"))

    assert watched.look() == []


def test_a_sighting_that_comes_much_nearer_is_told_again() -> None:
    watched = two_near(1_500.0)
    watched.look()
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(1_200.0)))
    little = watched.changes()
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(500.0)))

    assert little == []
    assert watched.changes() == [("E-t~W-t", Change.NEARER)]


def test_a_sighting_clears_only_after_it_was_not_seen_for_a_minute() -> None:
    watched = two_near()
    pointers = {each.pointer for each in contents(watched.look(), PointerGiven)}
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(9_000.0)))
    at_once = watched.changes()

    cleared = watched.look(CLEARS_AFTER)

    assert at_once == []
    assert [each.change for each in contents(cleared, TracksObserved)[0].sightings] == [
        Change.CLEARED
    ]
    assert {each.pointer for each in contents(cleared, PointerLifted)} == pointers
    assert watched.desk.state.sightings == {}


def test_a_track_that_falls_silent_is_unknown_and_its_sighting_neither_stands_nor_clears() -> None:
    watched = two_near()
    watched.look()

    silent = watched.look(16 * MINUTE)
    later = watched.look(60 * MINUTE)

    (observed,) = contents(silent, TracksObserved)
    assert observed.stale == ("E-t", "W-t")
    assert observed.sightings == ()
    assert later == []
    assert list(watched.desk.state.sightings) == ["E-t~W-t"]
    assert not watched.engine.is_known("E-t", watched.desk.state, watched.desk.now)


def test_a_silent_track_that_is_heard_again_is_known_again() -> None:
    watched = two_near()
    watched.look(16 * MINUTE)
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))

    (observed,) = contents(watched.look(), TracksObserved)

    assert observed.heard == ("E-t",)
    assert list(watched.desk.state.stale_tracks) == ["W-t"]


def test_after_a_restart_nothing_is_known_until_fixes_arrive() -> None:
    before = two_near()
    before.look()

    restarted = Watched(before.desk)
    silent = restarted.look(10 * CLEARS_AFTER)

    assert silent == []
    assert len(restarted.engine) == 0
    assert list(restarted.desk.state.sightings) == ["E-t~W-t"]
    assert not restarted.engine.is_known("E-t", restarted.desk.state, restarted.desk.now)


def test_after_a_restart_a_standing_sighting_seen_again_is_not_found_twice() -> None:
    before = two_near()
    before.look()
    restarted = Watched(before.desk)
    restarted.hear("EAST", fix(restarted.desk, "E-t", "EAST"))
    restarted.hear("WEST", fix(restarted.desk, "W-t", "WEST", at=north_of(1_000.0)))

    assert restarted.look() == []


def test_a_track_that_would_enter_anothers_plan_is_found_and_its_own_partys_is_not() -> None:
    watched = Watched()
    now = watched.desk.now
    for party, name in (("EAST", "E-1"), ("WEST", "W-1")):
        file_plan(watched.desk, party, name, starts_at=now, radius_m=100.0)
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST"))

    (observed,) = contents(watched.look(), TracksObserved)

    assert [(each.a, each.b, each.kind) for each in observed.sightings] == [
        ("E-1", "W-t", ConflictKind.TRACK_PLAN)
    ]
    assert observed.sightings[0].tracks == ("W-t",)


def test_a_track_that_would_enter_a_drones_intent_is_found_and_both_are_pointed_out() -> None:
    watched = Watched()
    admit(watched.desk, "uss1")
    say(watched.desk, "uss1", intent("a", square(watched.desk, hours=(-0.5, 1.0))))
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST"))

    (observed,) = contents(watched.look(), TracksObserved)

    (met,) = observed.sightings
    assert (met.a, met.b, met.kind) == (f"I/{uuid('a')}", "W-t", ConflictKind.TRACK_PLAN)
    assert {each.to for each in watched.desk.all_of(PointerGiven)} == {"USS.uss1", "WEST"}


def test_a_track_in_an_agreed_area_is_found_unless_the_area_is_made_for_its_party() -> None:
    desk = river_desk()
    agree(desk, area("NFA-1", for_parties=("EAST",)))
    watched = Watched(desk)
    watched.hear("WEST", fix(desk, "W-t", "WEST"))
    watched.hear("EAST", fix(desk, "E-t", "EAST", at=SPOT, kind=Kind.GROUND))

    (observed,) = contents(watched.look(), TracksObserved)

    assert [each.sighting for each in observed.sightings] == ["E-t~W-t", "NFA-1~W-t"]


def test_a_track_that_moves_on_towards_a_separation_line_is_found_with_when_it_may_cross() -> None:
    desk = river_desk()
    agree(desk, separation_line(accuracy_m=0.0))
    watched = Watched(desk)
    south = north_of(-1_800.0, RIVER[1])
    watched.hear("WEST", fix(desk, "W-t", "WEST", at=south, course_deg=0.0, speed_mps=10.0))

    (observed,) = contents(watched.look(), TracksObserved)

    (sighting,) = observed.sightings
    assert sighting.kind is ConflictKind.TRACK_MEASURE
    assert sighting.may_cross_at is not None
    assert 60 < (sighting.may_cross_at - T0).total_seconds() < 200


def test_a_clock_seven_minutes_wrong_is_a_finding_told_once_to_its_teller() -> None:
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST", age=timedelta(minutes=7)))
    first = watched.look()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST", age=timedelta(minutes=7)))

    again = watched.look(SECOND)

    (finding,) = [each for each in first if isinstance(each.content, FindingMade)]
    assert (finding.content.fault, finding.content.thing) == (Fault.CLOCK_WRONG, "E-t")
    assert finding.readers == ("EAST",)
    assert again == []


def test_a_jump_of_kilometres_and_an_absurd_speed_are_findings() -> None:
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    watched.desk.tick(T0 + 10 * SECOND)
    there = north_of(20_000.0)
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST", at=there, speed_mps=900.0))

    made = contents(watched.look(), FindingMade)

    assert {each.fault for each in made} == {Fault.JUMP, Fault.ABSURD_SPEED}


def test_a_fix_from_the_future_counts_as_of_now_so_that_it_is_never_a_miss() -> None:
    watched = Watched()
    ahead = -timedelta(minutes=7)
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST", age=ahead, speed_mps=15.0))
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST"))

    (observed,) = contents(watched.look(), TracksObserved)

    assert [each.sighting for each in observed.sightings] == ["E-t~W-t"]
    assert observed.sightings[0].starts_at == T0


def test_nothing_is_concluded_from_a_fix_too_old_to_say_where_its_track_is() -> None:
    watched = Watched()
    old = 16 * MINUTE
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST", age=old))
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST"))

    assert watched.changes() == []


def test_a_track_within_the_ground_separation_of_a_line_is_found_though_it_does_not_move() -> None:
    desk = river_desk()
    agree(desk, separation_line(accuracy_m=0.0))
    watched = Watched(desk)
    watched.hear("WEST", fix(desk, "W-t", "WEST", at=north_of(-1_800.0, RIVER[1])))

    assert watched.changes() == [("SEP-1~W-t", Change.FOUND)]


def test_an_older_fix_that_comes_late_does_not_take_the_place_of_a_newer_one() -> None:
    watched = two_near()
    late = fix(watched.desk, "W-t", "WEST", at=north_of(9_000.0), age=MINUTE)
    watched.hear("WEST", late)

    assert watched.changes() == [("E-t~W-t", Change.FOUND)]


def test_a_batch_is_kept_as_received_before_anything_is_concluded_from_it() -> None:
    watched = Watched()

    digest = watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))

    assert watched.kept == [Batch(digest=digest, party="EAST", received_at=T0, data=b"batch 1")]


def test_a_batch_with_a_fix_of_another_party_or_that_cannot_be_judged_is_refused_whole() -> None:
    watched = Watched()
    good = fix(watched.desk, "E-t", "EAST")

    with pytest.raises(NotPermitted, match="not a track of WEST"):
        watched.hear("WEST", good)
    with pytest.raises(Malformed):
        watched.hear("EAST", good, fix(watched.desk, "E-u", "EAST", at=(40.0, 95.0)))
    watched.hear("EAST", good)
    with pytest.raises(NotPermitted, match="not a track of WEST"):
        watched.hear("WEST", fix(watched.desk, "E-t", "WEST"))
    file_plan(watched.desk, "EAST", "E-1")
    with pytest.raises(WrongState, match="taken"):
        watched.hear("EAST", fix(watched.desk, "E-1", "EAST"))
    assert len(watched.engine) == len(watched.kept) == 1


def test_once_a_minute_one_root_holds_every_batch_received_since() -> None:
    watched = Watched()
    digests = [watched.hear("EAST", fix(watched.desk, "E-t", "EAST")) for _ in range(3)]

    first = watched.engine.root(T0)
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    too_soon = watched.engine.root(T0 + 59 * SECOND)
    second = watched.engine.root(T0 + MINUTE)

    assert first == TracksRoot(
        root=root_of(bytes.fromhex(each) for each in digests).hex(),
        batches=3,
        first_at=T0,
        last_at=T0,
    )
    assert too_soon is None
    assert second is not None
    assert second.batches == 1
    assert watched.engine.root(T0 + 2 * MINUTE) is None


def test_a_root_is_an_entry_that_all_may_read() -> None:
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    root = watched.engine.root(T0)
    assert root is not None

    (entry,) = watched.desk.say(DESK, root)

    assert entry.readers == (EVERYONE,)


def test_no_party_can_say_what_only_the_desk_observes() -> None:
    desk = river_desk()
    with pytest.raises(NotPermitted):
        desk.say("EAST", TracksObserved())
