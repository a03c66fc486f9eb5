"""Measures that everybody may know of reach suppliers as constraints, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import Desk, contents
from ground_harness import RIVER, agree, area, buffer_of, circle, cosign, separation_line
from notification_harness import aid_desk, release, site, site_form, validate
from openline.desk.comparing.published import find_constraint, find_constraints
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.detection.extents import extents_of
from openline.domain.constraint import OPEN_ENDED, Constraint, ConstraintNoticesOwed
from openline.domain.errors import NotPermitted
from openline.domain.intent import NotDeconflicted
from openline.domain.measure import (
    MeasureEstablished,
    MeasureKind,
    MeasureProposed,
    MeasureResumed,
    MeasureSuspended,
    MeasureWithdrawn,
)
from openline.domain.statement import DESK
from supplier_harness import (
    LAT,
    LON,
    admit,
    constraint,
    disc,
    intent,
    lift,
    say,
    square,
    subscription,
    uuid,
)

ZONE = MeasureKind.RESTRICTED_OPERATIONS_ZONE


@pytest.fixture
def desk() -> Desk:
    desk = aid_desk()
    admit(desk, "uss1", "uss2")
    return desk


def _zone(published: bool = True, **how: object) -> MeasureProposed:
    return replace(area("ZONE-1", ZONE, **how), published=published)  # type: ignore[arg-type]


def _here(desk: Desk) -> list[Constraint]:
    """What a supplier is told that asks about the spot."""
    return find_constraints(desk.state, extents_of("asked", (disc(desk, 50.0),)))


def test_a_published_measure_is_a_constraint_whose_supplier_is_the_desk(desk: Desk) -> None:
    agree(desk, _zone())
    (told,) = _here(desk)
    assert (told.party, told.version, told.ends_at) == (DESK, 1, OPEN_ENDED)
    assert told.starts_at == desk.state.measures["ZONE-1/v1"].in_force_since
    assert find_constraint(desk.state, told.id) == told
    assert len(told.ovn) == 43


def test_one_that_is_proposed_and_one_not_published_are_not_there(desk: Desk) -> None:
    desk.say("EAST", _zone())
    agree(desk, area())
    assert _here(desk) == []
    assert desk.state.published == {}


def test_its_id_stays_and_its_ovn_changes_with_each_version(desk: Desk) -> None:
    agree(desk, _zone())
    (first,) = _here(desk)
    agree(desk, _zone(version=2, radius_m=600.0))
    (second,) = _here(desk)
    assert (second.id, second.version) == (first.id, 2)
    assert second.ovn != first.ovn


def test_it_leaves_while_suspended_and_when_it_ends(desk: Desk) -> None:
    agree(desk, _zone(ends_at=desk.now + timedelta(hours=3)))
    before = _here(desk)
    desk.say("EAST", MeasureSuspended(measure="ZONE-1", version=1))
    assert _here(desk) == []
    assert find_constraint(desk.state, before[0].id) is None
    desk.say("EAST", MeasureResumed(measure="ZONE-1", version=1))
    assert _here(desk) == before
    desk.tick(desk.now + timedelta(hours=4))
    assert find_constraints(desk.state, extents_of("asked", (disc(desk, 50.0),))) == []


def test_a_next_version_that_is_not_published_is_not_shown(desk: Desk) -> None:
    agree(desk, _zone())
    agree(desk, _zone(version=2, published=False))
    assert _here(desk) == []


def test_one_for_a_site_is_shown_only_as_its_submitter_chose(desk: Desk) -> None:
    desk.say("AID", site(body=site_form(lat_deg=LAT, lon_deg=LON)))
    validate(desk, "N-001")
    release(desk, "N-001", recipients=("EAST",))
    agree(desk, replace(_zone(), site="N-001"))
    assert _here(desk) == []
    chosen = replace(_zone(), measure="ZONE-2", site="N-001", parties=("AID", "HUM"))
    agree(desk, chosen)
    (told,) = _here(desk)
    assert desk.state.published == {"ZONE-2": told.id}


def test_a_buffer_shows_nothing_of_a_measure_that_is_not_published(desk: Desk) -> None:
    agree(desk, area())
    agree(desk, replace(buffer_of("NFA-1"), published=True))
    assert _here(desk) == []
    agree(desk, replace(area(version=2), published=True))
    first = _here(desk)
    assert len(first) == 2
    agree(desk, replace(area(version=3, radius_m=700.0), published=True))
    assert not {each.ovn for each in first} & {each.ovn for each in _here(desk)}
    desk.say("EAST", MeasureWithdrawn(measure="NFA-1", version=3))
    assert _here(desk) == []


def test_a_line_is_a_constraint_where_it_runs(desk: Desk) -> None:
    agree(desk, replace(separation_line(), published=True))
    on_it = disc(desk, 10.0)
    across = replace(on_it, footprint=circle(10.0, at=RIVER[1]))
    beside = replace(on_it, footprint=circle(10.0, at=(RIVER[1][0], RIVER[1][1] + 0.01)))
    found = [
        find_constraints(desk.state, extents_of("asked", (each,))) for each in (across, beside)
    ]
    assert [len(each) for each in found] == [1, 0]


def test_whoever_asked_to_hear_is_owed_word_of_its_coming_changing_and_going(desk: Desk) -> None:
    wide = disc(desk, 5_000.0, hours=(0.0, 20.0))
    say(desk, "uss1", subscription("s", wide, for_intents=False, for_constraints=True))
    say(desk, "uss2", subscription("i", wide, for_intents=True))
    led_to = [
        agree(desk, _zone(ends_at=desk.now + timedelta(hours=3))),
        agree(desk, _zone(version=2, ends_at=desk.now + timedelta(hours=3))),
        desk.say("EAST", MeasureSuspended(measure="ZONE-1", version=2)),
        desk.say("EAST", MeasureResumed(measure="ZONE-1", version=2)),
        desk.tick(desk.now + timedelta(hours=4)),
    ]
    owed = [each for entries in led_to for each in contents(entries, ConstraintNoticesOwed)]
    assert [each.holds for each in owed] == [True, True, False, True, False]
    assert {each.constraint for each in owed} == {desk.state.published["ZONE-1"]}
    told = [(one.subscription, one.index) for each in owed for one in each.notified]
    assert told == [(uuid("s"), number) for number in (1, 2, 3, 4, 5)]
    assert desk.state.subscriptions[uuid("s")].index == 5
    assert desk.state.subscriptions[uuid("i")].index == 0
    assert {each.readers for each in desk.entries if each.content in owed} == {()}


def test_a_buffer_that_moves_with_its_measure_is_one_more_notice(desk: Desk) -> None:
    agree(desk, replace(area(), published=True))
    agree(desk, replace(buffer_of("NFA-1"), published=True))
    wide = disc(desk, 5_000.0, hours=(0.0, 20.0))
    say(desk, "uss1", subscription("s", wide, for_intents=False, for_constraints=True))
    entries = agree(desk, replace(area(version=2), published=True))
    owed = contents(entries, ConstraintNoticesOwed)
    assert [(each.measure, each.notified[0].index) for each in owed] == [("NFA-1", 1), ("BUF-1", 2)]


def test_of_what_is_not_published_nobody_is_owed_word(desk: Desk) -> None:
    wide = disc(desk, 5_000.0, hours=(0.0, 20.0))
    say(desk, "uss1", subscription("s", wide, for_intents=False, for_constraints=True))
    agree(desk, area())
    assert desk.all_of(ConstraintNoticesOwed) == []


def test_an_intent_that_asks_for_constraints_shows_the_ovn_of_a_published_measure(
    desk: Desk,
) -> None:
    agree(desk, _zone())
    (told,) = _here(desk)
    asks = {"new_subscription": "s", "for_constraints": True}
    with pytest.raises(NotDeconflicted) as refused:
        say(desk, "uss1", intent("a", square(desk), **asks))
    assert refused.value.constraints == (told,)
    say(desk, "uss1", intent("a", square(desk), key=[told.ovn], **asks))
    say(desk, "uss1", intent("b", square(desk, heights_m=(300.0, 310.0))))


def test_no_supplier_sets_lifts_or_takes_the_id_of_what_the_desk_shows(desk: Desk) -> None:
    agree(desk, _zone())
    (told,) = _here(desk)
    taken = replace(constraint("c", disc(desk, 50.0)), constraint=told.id)
    with pytest.raises(NotPermitted):
        say(desk, "uss1", replace(taken, replaces=told.ovn))
    with pytest.raises(NotPermitted):
        say(desk, "uss1", replace(lift("c"), constraint=told.id, ovn=told.ovn))
    desk.say("EAST", MeasureWithdrawn(measure="ZONE-1", version=1))
    with pytest.raises(NotPermitted):
        say(desk, "uss1", taken)


def test_an_id_that_a_supplier_took_first_is_left_to_it(desk: Desk) -> None:
    guess = aid_desk()
    agree(guess, _zone())
    (guessed,) = guess.state.published.values()
    say(desk, "uss1", replace(constraint("c", disc(desk, 50.0)), constraint=guessed))
    agree(desk, _zone())
    assert len({each.id for each in _here(desk)}) == 2
    assert desk.state.constraints[guessed].party == "USS.uss1"


def test_one_authority_may_publish_alone(desk: Desk) -> None:
    body = area().body
    desk.say(
        "HUM", MeasureEstablished(measure="Z", kind=ZONE, version=1, published=True, body=body)
    )
    assert len(_here(desk)) == 1


def test_a_snapshot_and_a_replay_show_the_same(desk: Desk) -> None:
    agree(desk, _zone())
    agree(desk, replace(buffer_of("ZONE-1"), published=True))
    told = _here(desk)
    assert len(told) == 2
    asked = extents_of("asked", (disc(desk, 50.0),))
    again = state_from_snapshot(snapshot_of(desk.state))
    assert find_constraints(again, asked) == told
    assert find_constraints(desk.replayed(), asked) == told
    assert digest_of(desk.replayed()) == digest_of(desk.state)


def test_a_proposal_beside_it_changes_nothing(desk: Desk) -> None:
    agree(desk, _zone())
    told = _here(desk)
    desk.say("EAST", _zone(version=2))
    cosign(desk, "EAST", "ZONE-1", 2)
    assert _here(desk) == told
