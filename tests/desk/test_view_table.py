"""Who sees what: each row of the table, and each thing in it that must never cross."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from desk_harness import T0, Desk, open_line, river_desk
from ground_harness import SPOT, circle, cosign, file_plan, north_of
from notification_harness import release, site, told_desk, validate
from openline.desk.view import (
    NO_APPROVAL,
    VIEW,
    Standing,
    Thing,
    may_read_entry,
    operator_view,
    view,
)
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.edge import (
    AreaClaimed,
    AreaUnanswered,
    ClaimBody,
    EdgeBody,
    EdgeReleased,
    EdgeStated,
)
from openline.domain.errors import UnknownThing
from openline.domain.form import Tier
from openline.domain.incident import IncidentClosing, IncidentOpened
from openline.domain.line import CheckResult, LineChecked
from openline.domain.measure import (
    MeasureBody,
    MeasureEstablished,
    MeasureKind,
    MeasureProposed,
)
from openline.domain.message import MessageKind, MessageSent
from openline.domain.plan import PlanReleased
from openline.domain.rules import Level, Precedence
from view_harness import eight_party_desk


def test_every_thing_has_a_sight_for_every_standing() -> None:
    assert set(VIEW) == set(Thing)
    assert all(set(row) == set(Standing) for row in VIEW.values())


def test_a_stranger_sees_nothing_at_all() -> None:
    with pytest.raises(UnknownThing):
        view(river_desk().state, "NOBODY")


def test_every_view_says_what_an_acknowledgement_is_not_and_that_silence_is_not_clear() -> None:
    desk = eight_party_desk()

    for party in desk.state.parties:
        seen = view(desk.state, party)
        assert seen.no_approval == NO_APPROVAL
        assert "UNKNOWN" in seen.no_approval


def test_a_view_counts_who_has_told_anything_by_when() -> None:
    desk = river_desk()
    before = view(desk.state, "WEST").told_by

    file_plan(desk, "EAST", "E-1")

    seen = view(desk.state, "WEST")
    assert (before, seen.told_by, seen.as_of) == (0, 1, desk.now)


# --- plans and conflicts ------------------------------------------------------------------------


def test_a_plan_is_seen_by_its_party_and_those_it_was_released_to() -> None:
    desk = eight_party_desk()
    file_plan(desk, "EAST", "E-1")
    for_all = ("EASTB", "WEST", "HUM", "AID", "DRONES", "WATCHER")

    desk.say("EAST", PlanReleased(plan="E-1", to=for_all))

    seen = {party for party in desk.state.parties if view(desk.state, party).plans}
    assert seen == {"EAST", "EASTB", "WEST"}


def test_whoever_is_shown_a_plan_is_not_shown_to_whom_else_it_was() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")

    desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB", "WESTB")))

    assert view(desk.state, "WESTB").plans[0].released_to == ("WESTB",)
    assert view(desk.state, "EAST").plans[0].released_to == ("EASTB", "WESTB")


def test_each_side_of_a_conflict_sees_its_own_half_and_a_pointer_and_the_conduit_that_it_is() -> (
    None
):
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    file_plan(desk, "WEST", "W-1")

    east, west, conduit = (view(desk.state, party) for party in ("EAST", "WEST", "HUM"))

    assert [each.own for each in east.conflicts] == ["E-1"]
    assert [each.own for each in west.conflicts] == ["W-1"]
    assert (len(east.pointers), len(west.pointers)) == (1, 1)
    assert (conduit.conflicts, conduit.pointers, conduit.counts.conflicts) == ((), (), 1)
    assert east.counts.conflicts is None


def test_ones_own_half_does_not_tell_how_many_things_of_the_others_it_meets() -> None:
    one, three = river_desk(), river_desk()
    for desk, names in ((one, ("W-1",)), (three, ("W-1", "W-2", "W-3"))):
        for name in names:
            file_plan(desk, "WEST", name)
        file_plan(desk, "EAST", "E-1")

    halves = [view(desk.state, "EAST").conflicts for desk in (one, three)]
    pointers = [len(view(desk.state, "EAST").pointers) for desk in (one, three)]

    assert halves[0] == halves[1]
    assert pointers == [1, 1]


def test_a_backer_sees_the_half_of_a_plan_that_was_released_to_it() -> None:
    desk = river_desk()
    file_plan(desk, "EAST", "E-1")
    file_plan(desk, "WEST", "W-1")
    before = view(desk.state, "EASTB").conflicts

    desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB", "WESTB")))

    assert before == ()
    assert [each.own for each in view(desk.state, "EASTB").conflicts] == ["E-1"]
    assert view(desk.state, "WESTB").conflicts == ()


# --- notifications ------------------------------------------------------------------------------


def test_a_notification_is_in_full_for_submitter_and_conduit_and_by_tier_for_recipients() -> None:
    desk = told_desk(site())
    in_full = {party for party in desk.state.parties if view(desk.state, party).notifications}
    told = {party for party in desk.state.parties if view(desk.state, party).told_notifications}

    assert in_full == {"AID", "HUM"}
    assert told == {"EAST", "WEST", "EASTB", "WESTB"}


def test_at_tier_two_no_name_is_told_and_at_tier_three_nothing() -> None:
    desk = eight_party_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.PLACE_AND_TIME, ("EAST",))
    release(desk, "N-001", Tier.CONDUIT_ONLY, ("WEST",))

    east, west = view(desk.state, "EAST"), view(desk.state, "WEST")

    assert b"East Bank Hospital" not in msgspec.json.encode(east)
    assert east.told_notifications[0].form is not None
    assert b"N-001" not in msgspec.json.encode(west)


def test_an_observer_is_told_how_many_notifications_there_are_and_nothing_of_them() -> None:
    desk = eight_party_desk()
    desk.say("AID", site())

    seen = view(desk.state, "WATCHER")

    assert seen.counts.notifications == 1
    assert b"N-001" not in msgspec.json.encode(seen)
    assert view(desk.state, "EAST").counts.notifications is None


# --- edges, claims, closure ---------------------------------------------------------------------


def edges_desk() -> Desk:
    """Two edges some 8 km apart."""
    desk = river_desk()
    for party, at in (("EAST", SPOT), ("WEST", north_of(8_000))):
        desk.say(party, EdgeStated(edge=f"G-{party}", body=EdgeBody(path=(at,))))
    return desk


def test_of_how_near_the_forces_are_a_side_sees_the_cadence_band_only() -> None:
    desk = edges_desk()

    cadences = {party: view(desk.state, party).cadences for party in desk.state.parties}

    assert {len(each) for each in cadences.values()} == {1}
    assert all(each[0].forecast is None for each in cadences.values())
    assert [each.party for each in view(desk.state, "EAST").edges] == ["EAST"]
    assert view(desk.state, "HUM").edges == ()


def test_the_forecast_is_there_for_whoever_may_see_both_edges() -> None:
    desk = edges_desk()

    desk.say("WEST", EdgeReleased(edge="G-WEST", to=("EAST", "EASTB")))

    assert view(desk.state, "EAST").cadences[0].forecast is not None
    assert view(desk.state, "EASTB").cadences[0].forecast is None
    assert view(desk.state, "WEST").cadences[0].forecast is None


def test_claims_stand_side_by_side_with_their_age_for_whoever_may_see_both() -> None:
    desk = river_desk()
    for party, area, to in (("EAST", "A-2", ("WEST",)), ("WEST", "A-1", ())):
        claim = ClaimBody(footprint=circle(2_000.0))
        desk.say(party, AreaClaimed(area=area, to=to, body=claim))
    desk.tick(desk.now + timedelta(hours=1))
    file_plan(desk, "EAST", "E-9", starts_at=desk.now + timedelta(hours=2))

    east, west = view(desk.state, "EAST"), view(desk.state, "WEST")

    assert [(each.id, each.contested_by) for each in west.claims] == [
        ("A-1", ("A-2",)),
        ("A-2", ("A-1",)),
    ]
    assert [(each.id, each.contested_by) for each in east.claims] == [("A-2", ())]
    assert east.claims[0].age_s == 3_600.0


def test_ground_for_which_no_party_answers_is_shown_to_all_as_unclaimed() -> None:
    desk = eight_party_desk()

    desk.operate(AreaUnanswered(area="A-3", body=ClaimBody(footprint=circle(6_000.0))))

    claims = [view(desk.state, party).claims for party in desk.state.parties]
    assert all(each[0].claimant is None for each in claims)


# --- measures -----------------------------------------------------------------------------------


def test_a_proposed_measure_is_seen_by_those_asked_and_one_in_force_by_all_but_civil_parties() -> (
    None
):
    desk = eight_party_desk()
    body = MeasureBody(footprint=circle(1_000.0))
    parties = ("EAST", "WEST")
    desk.say(
        "EAST",
        MeasureProposed(measure="NF-1", kind=MeasureKind.NO_FIRE_AREA, parties=parties, body=body),
    )
    asked = {party for party in desk.state.parties if view(desk.state, party).measures}

    for party in parties:
        if party not in desk.state.measures["NF-1/v1"].cosigned:
            cosign(desk, party, "NF-1")

    seen = {party for party in desk.state.parties if view(desk.state, party).measures}
    assert asked == {"EAST", "WEST"}
    assert seen == {"EAST", "WEST", "EASTB", "WESTB", "HUM", "WATCHER"}


@pytest.mark.parametrize("published", [False, True])
def test_a_civil_operator_sees_published_constraints_only(published: bool) -> None:
    desk = eight_party_desk()
    desk.say(
        "EASTB",
        MeasureEstablished(
            measure="ROZ-1",
            kind=MeasureKind.RESTRICTED_OPERATIONS_ZONE,
            published=published,
            body=MeasureBody(footprint=circle(1_000.0)),
        ),
    )

    seen = [bool(view(desk.state, party).measures) for party in ("DRONES", "AID")]

    assert seen == [published, published]


def test_a_measure_for_a_protected_site_is_a_number_to_whoever_is_not_told_of_the_site() -> None:
    desk = eight_party_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", Tier.FULL, ("EAST",))
    desk.say(
        "HUM",
        MeasureEstablished(
            measure="NF-2",
            kind=MeasureKind.NO_FIRE_AREA,
            site="N-001",
            body=MeasureBody(footprint=circle(500.0)),
        ),
    )

    east, west = view(desk.state, "EAST"), view(desk.state, "WEST")

    assert [each.id for each in east.measures] == ["NF-2"]
    assert (west.measures, west.counts.measures_for_sites) == ((), 1)


# --- lines, messages, the board -----------------------------------------------------------------


def warned_desk() -> Desk:
    desk = eight_party_desk()
    desk.say(
        "EAST",
        MessageSent(
            message="M-1",
            kind=MessageKind.RELAY,
            recipients=("WEST",),
            precedence=Precedence.IMMEDIATE,
        ),
    )
    return desk


def test_a_message_is_seen_by_its_ends_and_by_who_carries_it() -> None:
    desk = warned_desk()

    seen = {party for party in desk.state.parties if view(desk.state, party).messages}

    assert seen == {"EAST", "WEST", "EASTB"}


def test_a_roster_shows_the_other_ends_of_ones_own_lines_and_nobody_elses_numbers() -> None:
    desk = river_desk()

    cells = {cell.id for cell in view(desk.state, "EAST").cells}

    assert cells == {"EAST-TAC", "EAST-OPS", "EASTB-TAC", "HUM-TAC"}


def rung_by(desk: Desk, reader: str) -> set[str]:
    """The cells that a reader is told how to ring."""
    return {cell.id for cell in view(desk.state, reader).cells if cell.reach is not None}


def test_a_line_opened_to_somebody_tells_nothing_of_how_to_ring_him_until_he_speaks_on_it() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))
    assert "WEST-OPS" not in rung_by(desk, "EAST")
    assert "EAST-OPS" in rung_by(desk, "WEST")

    desk.say("EAST", LineChecked(line="L-3", result=CheckResult.PASSED))
    assert "WEST-OPS" not in rung_by(desk, "EAST")

    desk.say("WEST", LineChecked(line="L-3", result=CheckResult.PASSED))
    assert "WEST-OPS" in rung_by(desk, "EAST")


def test_an_answer_on_a_line_joins_it() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))
    words = {"kind": MessageKind.WARN, "recipients": ("WEST",), "line": "L-3"}
    desk.say("EAST", MessageSent(message="M-1", precedence=Precedence.PRIORITY, **words))
    assert "WEST-OPS" not in rung_by(desk, "EAST")

    (owed,) = (each for each in desk.state.deliveries if each.startswith("M-1"))
    desk.say("WEST", ReceiptGiven(delivery=owed, rung=Rung.ACKNOWLEDGED))

    assert "WEST-OPS" in rung_by(desk, "EAST")


def test_a_conduit_introduces_whom_it_opens_a_line_to() -> None:
    assert "WEST-TAC" in rung_by(river_desk(), "HUM")
    assert "HUM-TAC" in rung_by(river_desk(), "WEST")


def test_a_line_from_a_hub_does_not_show_its_far_ends_each_others_numbers() -> None:
    desk = river_desk()

    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))

    cells = {cell.id for cell in view(desk.state, "EAST").cells}
    assert "WEST-OPS" in cells
    assert "WEST-TAC" not in cells


def test_the_board_shows_the_silent_first() -> None:
    desk = warned_desk()
    desk.say(
        "HUM",
        MessageSent(
            message="M-2",
            kind=MessageKind.NOTIFY,
            recipients=("EASTB",),
            precedence=Precedence.FLASH,
            line="L-6",
        ),
    )
    desk.say("EASTB", ReceiptGiven(delivery="M-2/v1:EASTB", rung=Rung.ACKNOWLEDGED))
    desk.tick(desk.now + timedelta(minutes=31))
    file_plan(desk, "EAST", "E-1", starts_at=desk.now + timedelta(hours=2))

    board = view(desk.state, "EASTB").board

    rows = {row.subject: row for row in board}
    assert [row.silent for row in board] == sorted((row.silent for row in board), reverse=True)
    assert rows["M-1"].silent
    assert not rows["M-2"].silent
    assert (rows["M-2"].awaited, rows["M-2"].due_at) == (None, None)


def test_both_sides_see_the_same_clock_on_what_is_owed_between_them() -> None:
    desk = warned_desk()

    boards = [view(desk.state, party).board for party in ("EAST", "EASTB")]

    assert boards[0] == boards[1]
    assert boards[0][0].due_at == desk.now + timedelta(minutes=1)


# --- incidents, entries, the operator -----------------------------------------------------------


def test_an_incident_is_seen_by_its_parties_and_conduits_and_by_observers_after_it_closed() -> None:
    desk = eight_party_desk()
    desk.say("EAST", IncidentOpened(incident="I-001", occurred_at=T0, put_to=("WEST",)))
    during = {party for party in desk.state.parties if view(desk.state, party).incidents}

    for party in ("EAST", "WEST"):
        desk.say(party, IncidentClosing(incident="I-001"))

    after = {party for party in desk.state.parties if view(desk.state, party).incidents}
    assert during == {"EAST", "WEST", "HUM"}
    assert after == {"EAST", "WEST", "HUM", "WATCHER"}


def test_an_entry_is_read_by_its_readers_and_by_whoever_it_was_released_to_later() -> None:
    desk = river_desk()
    filed = file_plan(desk, "EAST", "E-1")[0]
    before = {party for party in desk.state.parties if may_read_entry(desk.state, party, filed)}

    desk.say("EAST", PlanReleased(plan="E-1", to=("EASTB",)))

    after = {party for party in desk.state.parties if may_read_entry(desk.state, party, filed)}
    assert (before, after) == ({"EAST"}, {"EAST", "EASTB"})
    assert may_read_entry(desk.state, "WEST", desk.entries[0])


def test_the_operator_sees_who_is_at_the_desk_and_nothing_that_was_told() -> None:
    desk = warned_desk()
    desk.say("AID", site())
    file_plan(desk, "EAST", "E-1")

    seen = msgspec.json.encode(operator_view(desk.state))

    assert b"WEST-TAC" in seen
    assert not any(secret in seen for secret in (b"E-1", b"N-001", b"M-1", str(SPOT[1]).encode()))


def test_a_view_is_json() -> None:
    desk = told_desk(site())

    for party in desk.state.parties:
        assert msgspec.json.decode(msgspec.json.encode(view(desk.state, party)))["party"] == party
