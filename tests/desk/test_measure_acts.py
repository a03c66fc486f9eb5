"""The one table of what can be said of a measure is the one by which the desk refuses."""

from __future__ import annotations

import pytest

from desk_harness import Desk
from ground_harness import agree, area, cosign
from notification_harness import aid_desk
from openline.desk.comparing.ground import volumes_of
from openline.domain.check_phrase import check_phrase
from openline.domain.errors import Refused
from openline.domain.measure import (
    MEASURE_TRANSITIONS,
    CosignBody,
    Measure,
    MeasureCosigned,
    MeasureObjected,
    MeasureResumed,
    MeasureState,
    MeasureSuspended,
    MeasureWithdrawn,
)
from openline.domain.measure_acts import MEASURE_ACTS, Whose
from openline.domain.statement import Content

SIDES = ("EAST", "WEST")
SAID = {
    "proposed": (),
    "cosigned by one": (("EAST", MeasureCosigned),),
    "objected": (("WEST", MeasureObjected),),
    "in force": (("EAST", MeasureCosigned), ("WEST", MeasureCosigned)),
    "suspended": (
        ("EAST", MeasureCosigned),
        ("WEST", MeasureCosigned),
        ("WEST", MeasureSuspended),
    ),
    "withdrawn": (("EAST", MeasureWithdrawn),),
}


def of(desk: Desk, cls: type[Content]) -> Content:
    if cls is MeasureCosigned:
        proposed = desk.state.measures["NFA-1/v1"]
        body = CosignBody(check_phrase=check_phrase(volumes_of(desk.state, proposed)))
        return MeasureCosigned(measure="NFA-1", version=1, proposal=proposed.entry, body=body)
    return cls(measure="NFA-1", version=1)  # type: ignore[call-arg]


def is_open_to(measure: Measure, kind: str, party: str) -> bool:
    """What the table says, read as the console reads it."""
    whose = MEASURE_ACTS[kind].get(measure.state)
    once = kind == MeasureCosigned.KIND and party in measure.cosigned
    may = {
        Whose.ANY_PARTY: True,
        Whose.AUTHOR: party == measure.author,
        Whose.SUSPENDER: party == measure.suspended_by,
    }
    return whose is not None and party in measure.parties and not once and may[whose]


def desk_where(said: tuple[tuple[str, type[Content]], ...]) -> Desk:
    desk = aid_desk()
    desk.say("EAST", area(parties=SIDES))
    for party, cls in said:
        desk.say(party, of(desk, cls))
    return desk


@pytest.mark.parametrize("how", SAID)
def test_the_desk_takes_of_a_measure_just_what_the_table_says(how: str) -> None:
    acts = (MeasureCosigned, MeasureObjected, MeasureSuspended, MeasureResumed, MeasureWithdrawn)
    for party in (*SIDES, "HUM"):
        for cls in acts:
            desk = desk_where(SAID[how])
            told = is_open_to(desk.state.measures["NFA-1/v1"], cls.KIND, party)
            try:
                desk.say(party, of(desk, cls))
            except Refused:
                assert not told, (party, cls.KIND)
            else:
                assert told, (party, cls.KIND)


@pytest.mark.parametrize(
    ("act", "becomes"),
    [
        (MeasureObjected, MeasureState.OBJECTED),
        (MeasureSuspended, MeasureState.SUSPENDED),
        (MeasureWithdrawn, MeasureState.WITHDRAWN),
    ],
)
def test_an_act_is_open_just_where_the_states_have_a_way_that_it_takes(
    act: type[Content], becomes: MeasureState
) -> None:
    ways = {state for state, following in MEASURE_TRANSITIONS.items() if becomes in following}
    assert set(MEASURE_ACTS[act.KIND]) - {becomes} == ways


def test_a_version_that_is_over_is_open_to_nothing() -> None:
    over = {MeasureState.SUPERSEDED, MeasureState.WITHDRAWN, MeasureState.ENDED}
    assert [kind for kind, states in MEASURE_ACTS.items() if over & set(states)] == []


def test_a_superseded_version_takes_no_word_any_longer() -> None:
    desk = aid_desk()
    agree(desk, area(parties=SIDES))
    desk.say("EAST", area(parties=SIDES, version=2, radius_m=900.0))
    for party in SIDES:
        cosign(desk, party, "NFA-1", 2)

    with pytest.raises(Refused):
        desk.say("EAST", MeasureSuspended(measure="NFA-1", version=1))
    assert not is_open_to(desk.state.measures["NFA-1/v1"], MeasureSuspended.KIND, "EAST")
