"""Who witnesses the record is an act of the operator's, and must be one that can be kept to."""

from __future__ import annotations

import pytest

from desk_harness import Desk
from openline.domain.errors import Malformed, NotPermitted
from openline.domain.party import PartyAdded, PartyKind
from openline.domain.witness import WitnessesNamed, WitnessGroup, WitnessKey

EAST = WitnessKey(name="EAST", key_name="east.example/w1", x="A" * 42 + "E")
WEST = WitnessKey(name="WEST", key_name="west.example/w1", x="B" * 42 + "E")
BOTH = WitnessGroup(name="both", needs=2, of=("EAST", "WEST"))


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.operate(PartyAdded(party="EAST", kind=PartyKind.FORCE))
    return made


def test_the_last_that_were_named_hold_and_all_see_it(desk: Desk) -> None:
    desk.operate(WitnessesNamed(witnesses=(EAST,), quorum="EAST"))
    named = desk.operate(WitnessesNamed(witnesses=(EAST, WEST), groups=(BOTH,), quorum="both"))
    agreed = desk.state.witnesses
    assert (agreed.witnesses, agreed.groups, agreed.quorum) == ((EAST, WEST), (BOTH,), "both")
    assert agreed.since is not None
    assert named[0].readers == ("*",)


@pytest.mark.parametrize(
    "named",
    [
        WitnessesNamed(witnesses=(EAST,), quorum="WEST"),
        WitnessesNamed(witnesses=(EAST, EAST), quorum="EAST"),
        WitnessesNamed(witnesses=(EAST, WitnessKey(name="W", key_name="w", x=EAST.x))),
        WitnessesNamed(witnesses=(WitnessKey(name="none", key_name="w", x=EAST.x),)),
        WitnessesNamed(witnesses=(WitnessKey(name="W", key_name="w", x="short"),), quorum="W"),
        WitnessesNamed(witnesses=(WitnessKey(name="W", key_name="a b", x=EAST.x),), quorum="W"),
        WitnessesNamed(witnesses=(EAST,), groups=(BOTH,), quorum="both"),
        WitnessesNamed(
            witnesses=(EAST,), groups=(WitnessGroup(name="g", needs=2, of=("EAST",)),), quorum="g"
        ),
        WitnessesNamed(
            witnesses=(EAST,), groups=(WitnessGroup(name="g", needs=0, of=("EAST",)),), quorum="g"
        ),
        WitnessesNamed(
            witnesses=(EAST, WEST),
            groups=(BOTH, WitnessGroup(name="h", needs=1, of=("EAST",))),
            quorum="both",
        ),
    ],
)
def test_what_no_quorum_can_be_made_of_is_refused_and_changes_nothing(
    desk: Desk, named: WitnessesNamed
) -> None:
    before = desk.state.witnesses
    with pytest.raises(Malformed):
        desk.operate(named)
    assert desk.state.witnesses == before


def test_no_party_names_witnesses(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        desk.say("EAST", WitnessesNamed(witnesses=(EAST,), quorum="EAST"))
