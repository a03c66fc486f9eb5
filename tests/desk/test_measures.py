"""Measures: in force only when all have cosigned one geometry, and what plans then meet."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk_harness import T0, contents, river_desk
from ground_harness import (
    ALL_FOUR,
    HOUR,
    RIVER,
    agree,
    area,
    circle,
    cosign,
    file_plan,
    separation_line,
)
from openline.desk.comparing.ground import find_in_force, volumes_of
from openline.desk.view import view
from openline.domain.airspace import Corridor
from openline.domain.check_phrase import check_phrase
from openline.domain.conflict import ConflictsEased, ConflictsFound
from openline.domain.delivery import (
    DeliveryOwed,
    Due,
    ReceiptGiven,
    ReceiptOverdue,
    Rung,
    SubjectKind,
)
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    UnknownThing,
)
from openline.domain.measure import (
    MEASURE_SHAPES,
    MEASURE_TRANSITIONS,
    CosignBody,
    MeasureBody,
    MeasureCosigned,
    MeasureEnded,
    MeasureEstablished,
    MeasureInForce,
    MeasureKind,
    MeasureObjected,
    MeasureProposed,
    MeasureResumed,
    MeasureState,
    MeasureSuspended,
    MeasureWithdrawn,
)
from openline.domain.statement import facts_of


def test_a_measure_is_in_force_only_when_all_its_parties_have_cosigned_it() -> None:
    desk = river_desk()
    desk.say("EAST", separation_line())

    for party in ALL_FOUR[:-1]:
        assert contents(cosign(desk, party, "SEP-1"), MeasureInForce) == []
        assert find_in_force(desk.state, "SEP-1") is None
    last = cosign(desk, ALL_FOUR[-1], "SEP-1")

    assert contents(last, MeasureInForce) == [
        MeasureInForce(measure="SEP-1", version=1, kind=MeasureKind.SEPARATION_LINE)
    ]
    assert len(desk.all_of(MeasureCosigned)) == 4


def test_a_cosignature_names_the_entry_it_agrees_to_and_no_other_will_do() -> None:
    desk = river_desk()
    entry = desk.say("EAST", separation_line())[0].index

    with pytest.raises(StaleVersion, match=f"proposed by entry {entry}"):
        desk.say("WEST", MeasureCosigned(measure="SEP-1", version=1, proposal=entry - 1))


def test_a_wrong_phrase_read_aloud_cosigns_nothing_and_the_right_one_reads_back() -> None:
    desk = river_desk()
    entry = desk.say("EAST", separation_line())[0].index
    phrase = check_phrase(volumes_of(desk.state, desk.state.measures["SEP-1/v1"]))
    said = MeasureCosigned(measure="SEP-1", version=1, proposal=entry)

    with pytest.raises(Malformed, match="not that of the geometry") as refusal:
        desk.say("WEST", replace(said, body=CosignBody(check_phrase="some other words 00")))
    desk.say("WEST", replace(said, body=CosignBody(check_phrase=phrase.upper())))

    assert phrase not in refusal.value.sentence
    with pytest.raises(Malformed, match="nothing was cosigned, for the check phrase is missing"):
        desk.say("EAST", said)
    assert desk.state.measures["SEP-1/v1"].cosigned == ("WEST",)
    assert desk.state.deliveries["SEP-1/v1:WEST"].rung is Rung.READ_BACK


def test_the_check_phrase_and_geometry_never_stand_in_a_leaf() -> None:
    desk = river_desk()
    proposed = separation_line()
    cosigned = MeasureCosigned(
        measure="SEP-1", version=1, proposal=1, body=CosignBody(check_phrase="alpha 01")
    )

    desk.say("EAST", proposed)

    assert "alpha" not in str(facts_of(cosigned))
    assert str(RIVER[0][0]) not in str(facts_of(proposed))


def test_a_proposal_is_owed_to_every_other_party_whose_word_it_needs() -> None:
    desk = river_desk()

    owed = contents(desk.say("EAST", separation_line()), DeliveryOwed)

    assert [each.delivery.recipient for each in owed] == ["WEST", "EASTB", "WESTB"]
    assert {each.delivery.subject_kind for each in owed} == {SubjectKind.MEASURE}


def test_an_objection_keeps_it_out_of_force_until_its_party_cosigns_after_all() -> None:
    desk = river_desk()
    desk.say("EAST", separation_line())
    desk.say("WEST", MeasureObjected(measure="SEP-1", version=1))
    for party in ("EAST", "EASTB", "WESTB"):
        cosign(desk, party, "SEP-1")
    objected = desk.state.measures["SEP-1/v1"].state

    lifted = cosign(desk, "WEST", "SEP-1")

    assert objected is MeasureState.OBJECTED
    assert len(contents(lifted, MeasureInForce)) == 1


def test_an_objection_takes_back_the_cosignature_that_its_party_had_given() -> None:
    desk = river_desk()
    desk.say("EAST", separation_line())
    cosign(desk, "WEST", "SEP-1")
    desk.say("WEST", MeasureObjected(measure="SEP-1", version=1))
    for party in ("EAST", "EASTB", "WESTB"):
        cosign(desk, party, "SEP-1")

    held = desk.state.measures["SEP-1/v1"]

    assert "WEST" not in held.cosigned
    assert held.state is MeasureState.OBJECTED


def test_an_amendment_needs_all_cosignatures_again_and_the_old_version_holds_meanwhile() -> None:
    desk = river_desk()
    agree(desk, separation_line())
    moved = tuple((lon, lat - 0.05) for lon, lat in RIVER)

    desk.say("WEST", separation_line(version=2, path=moved))
    for party in ALL_FOUR[:-1]:
        cosign(desk, party, "SEP-1", version=2)
    meanwhile = find_in_force(desk.state, "SEP-1")
    cosign(desk, ALL_FOUR[-1], "SEP-1", version=2)
    after = find_in_force(desk.state, "SEP-1")

    assert meanwhile is not None
    assert meanwhile.version == 1
    assert after is not None
    assert after.version == 2
    assert desk.state.measures["SEP-1/v1"].state is MeasureState.SUPERSEDED


def test_no_one_who_agreed_can_be_left_out_of_an_amendment() -> None:
    desk = river_desk()
    agree(desk, separation_line())

    with pytest.raises(NotPermitted, match="left out"):
        desk.say("EAST", separation_line(version=2, parties=("EAST", "EASTB")))


def test_a_proposal_not_yet_agreed_is_superseded_by_the_next_and_can_no_longer_be_cosigned() -> (
    None
):
    desk = river_desk()
    desk.say("EAST", separation_line())
    desk.say("WEST", separation_line(version=2))

    with pytest.raises(StaleVersion, match="superseded, no proposal any longer"):
        cosign(desk, "WEST", "SEP-1", version=1)


def test_only_a_party_to_a_measure_has_any_word_in_it() -> None:
    desk = river_desk()
    desk.say("EAST", area(parties=("EAST", "WEST")))

    with pytest.raises(UnknownThing, match="EASTB"):
        cosign(desk, "EASTB", "NFA-1")
    with pytest.raises(UnknownThing, match="EASTB has no part"):
        desk.say("EASTB", MeasureWithdrawn(measure="NFA-1", version=1))
    with pytest.raises(Malformed, match="its author one"):
        desk.say("EASTB", area("NFA-2", parties=("EAST", "WEST")))


def test_a_proposal_is_read_by_its_parties_and_backers_and_in_force_by_all_who_may() -> None:
    desk = river_desk()
    proposed = desk.say("EAST", area(parties=("EAST", "WEST")))[0]
    cosign(desk, "EAST", "NFA-1")
    last = cosign(desk, "WEST", "NFA-1")

    (in_force,) = [each for each in last if isinstance(each.content, MeasureInForce)]
    assert proposed.readers == ("EAST", "EASTB", "WEST", "WESTB")
    assert in_force.readers == ("EAST", "EASTB", "HUM", "WEST", "WESTB")
    assert desk.state.released[str(proposed.index)] == in_force.readers


def test_one_authoritys_constraint_is_in_force_at_once_and_shown_as_not_agreed() -> None:
    desk = river_desk()

    said = desk.say(
        "WESTB",
        MeasureEstablished(
            measure="ROZ-1",
            kind=MeasureKind.RESTRICTED_OPERATIONS_ZONE,
            body=MeasureBody(footprint=circle()),
        ),
    )

    assert [each.agreed for each in contents(said, MeasureInForce)] == [False]
    with pytest.raises(StaleVersion):
        cosign(desk, "WESTB", "ROZ-1")


def test_a_proposal_nobody_has_agreed_to_is_read_as_made_by_agreement_and_not_as_agreed() -> None:
    desk = river_desk()
    desk.say("EAST", separation_line())

    (seen,) = view(desk.state, "WEST").measures

    assert (seen.by_agreement, seen.state, seen.cosigned) == (True, MeasureState.PROPOSED, ())
    assert "agreed" not in type(seen).__struct_fields__


def test_a_partys_withdrawal_ends_an_agreement_and_the_others_are_owed_the_word() -> None:
    desk = river_desk()
    agree(desk, area())

    withdrawn = desk.say("WEST", MeasureWithdrawn(measure="NFA-1", version=1))

    assert {each.delivery.recipient for each in contents(withdrawn, DeliveryOwed)} == {
        "EAST",
        "EASTB",
        "WESTB",
    }
    assert find_in_force(desk.state, "NFA-1") is None
    assert contents(file_plan(desk, "EAST", "E-1"), ConflictsFound) == []


def test_a_proposal_is_its_authors_alone_to_take_back() -> None:
    desk = river_desk()
    desk.say("EAST", area())

    with pytest.raises(NotPermitted, match="Object to it instead"):
        desk.say("WEST", MeasureWithdrawn(measure="NFA-1", version=1))
    desk.say("EAST", MeasureWithdrawn(measure="NFA-1", version=1))

    assert desk.state.measures["NFA-1/v1"].state is MeasureState.WITHDRAWN


def test_a_suspended_measure_meets_nothing_until_the_one_who_suspended_it_resumes_it() -> None:
    desk = river_desk()
    agree(desk, area())
    file_plan(desk, "EAST", "E-1")
    suspended = desk.say("WEST", MeasureSuspended(measure="NFA-1", version=1))

    with pytest.raises(NotPermitted, match="WEST suspended it"):
        desk.say("EAST", MeasureResumed(measure="NFA-1", version=1))
    resumed = desk.say("WEST", MeasureResumed(measure="NFA-1", version=1))

    assert len(contents(suspended, ConflictsEased)) == 1
    assert len(contents(resumed, ConflictsFound)) == 1


def test_a_measure_agreed_for_a_time_ends_with_it() -> None:
    desk = river_desk()
    agree(desk, area(ends_at=T0 + 3 * HOUR))
    file_plan(desk, "EAST", "E-1", ends_at=T0 + 9 * HOUR)

    desk.tick(T0 + 3 * HOUR)

    assert desk.all_of(MeasureEnded) == [MeasureEnded(measure="NFA-1", version=1)]
    assert desk.state.conflicts == {}
    assert find_in_force(desk.state, "NFA-1") is None


def test_every_change_of_a_measures_state_stands_in_its_table() -> None:
    over = {MeasureState.SUPERSEDED, MeasureState.WITHDRAWN, MeasureState.ENDED}

    assert set(MEASURE_TRANSITIONS) == set(MeasureState)
    assert {state for state, following in MEASURE_TRANSITIONS.items() if not following} == over


BAD = [
    (MeasureKind.SEPARATION_LINE, MeasureBody(footprint=circle()), "drawn as a path"),
    (MeasureKind.NO_FIRE_AREA, MeasureBody(footprint=Corridor(path=RIVER)), "drawn as a circle"),
    (MeasureKind.NO_FIRE_AREA, None, "without its geometry"),
    (MeasureKind.CORRIDOR, MeasureBody(footprint=Corridor(path=RIVER)), "has a width"),
    (
        MeasureKind.BOUNDARY,
        MeasureBody(footprint=Corridor(path=RIVER, width_m=5.0)),
        "has no width",
    ),
    (MeasureKind.COORDINATING_ALTITUDE, MeasureBody(footprint=circle()), "altitude_m"),
    (MeasureKind.NO_FIRE_AREA, MeasureBody(footprint=circle(), altitude_m=1.0), "altitude_m"),
    (MeasureKind.SEPARATION_LINE, MeasureBody(footprint=Corridor(path=RIVER)), "which side"),
    (MeasureKind.BUFFER, None, "of which measure"),
]


@pytest.mark.parametrize(("kind", "body", "sentence"), BAD)
def test_each_kind_takes_its_own_geometry_and_no_other(
    kind: MeasureKind, body: MeasureBody | None, sentence: str
) -> None:
    desk = river_desk()

    with pytest.raises(Malformed, match=sentence):
        desk.say("EAST", MeasureProposed(measure="M-1", kind=kind, parties=ALL_FOUR, body=body))
    assert set(MEASURE_SHAPES) == set(MeasureKind)


def test_withdrawing_a_version_in_force_leaves_the_ladder_of_the_next_to_climb() -> None:
    desk = river_desk()
    agree(desk, separation_line())
    desk.say("EAST", separation_line(2))
    desk.say("WESTB", MeasureWithdrawn(measure="SEP-1", version=1))

    desk.say("WEST", ReceiptGiven(delivery="SEP-1/v2:WEST", rung=Rung.ACKNOWLEDGED))
    overdue = contents(desk.tick(T0 + 24 * HOUR), ReceiptOverdue)

    late = {each.delivery for each in overdue if each.due is Due.ACKNOWLEDGED}
    assert {"SEP-1/v2:EASTB", "SEP-1/v2:WESTB"} <= late
    assert "SEP-1/v2:WEST" not in late


@pytest.mark.parametrize("over", ["withdrawn", "superseded"])
def test_a_proposal_that_is_over_leaves_the_ladder_of_the_version_in_force_to_climb(over) -> None:
    desk = river_desk()
    agree(desk, separation_line())
    desk.say("EAST", separation_line(2))
    if over == "withdrawn":
        desk.say("EAST", MeasureWithdrawn(measure="SEP-1", version=2))
    else:
        desk.say("EAST", separation_line(3))

    desk.say("WEST", ReceiptGiven(delivery="SEP-1/v1:WEST", rung=Rung.PASSED_DOWN))
    ended = {desk.state.deliveries[f"SEP-1/v2:{party}"].ended_at for party in ALL_FOUR[1:]}
    assert None not in ended
    assert desk.state.deliveries["SEP-1/v1:WEST"].rung is Rung.PASSED_DOWN
