"""Assurances: declared intentions, followed as kept or departed from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk, contents, river_desk
from ground_harness import SPOT, circle, north_of
from openline.desk.view import view
from openline.domain.assurance import (
    Assurance,
    AssuranceAssessed,
    AssuranceBody,
    AssuranceGiven,
    AssuranceReleased,
    AssuranceState,
)
from openline.domain.delivery import DeliveryOwed
from openline.domain.edge import AreaClaimed, ClaimBody, EdgeBody, EdgeStated
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.statement import Entry

FAR = north_of(15_000)
NEAR = north_of(4_300)
"""Some 300 m outside the city."""


def assurance(**changed: object) -> AssuranceGiven:
    """S-1: EASTB says that EAST has no intention of advancing on the city."""
    stated = {
        "assurance": "S-1",
        "on_behalf_of": "EAST",
        "to": ("WEST", "WESTB"),
        "about": "A-1",
        "body": AssuranceBody(text="no intention of advancing on the city", language="en"),
    }
    return AssuranceGiven(**{**stated, **changed})  # type: ignore[arg-type]


def city_desk(to: tuple[str, ...] = ("EAST", "EASTB")) -> Desk:
    """WEST claims the city, 4 km around a spot, and lets the other side see the claim."""
    desk = river_desk()
    claim = ClaimBody(footprint=circle(4_000.0), name="the city")
    desk.say("WEST", AreaClaimed(area="A-1", to=to, body=claim))
    return desk


def assured_desk() -> Desk:
    desk = city_desk()
    desk.say("EASTB", assurance())
    return desk


def state_edge(desk: Desk, at: tuple[float, float], accuracy_m: float = 0.0) -> list[Entry]:
    """EAST says where its forward line is."""
    body = EdgeBody(path=(at,), accuracy_m=accuracy_m)
    return desk.say("EAST", EdgeStated(edge="E-EAST", body=body), after=timedelta(hours=1))


def stands(desk: Desk) -> AssuranceState:
    return desk.state.assurances["S-1"].state


def test_an_assurance_is_on_the_record_and_owed_to_each_it_was_given_to() -> None:
    desk = city_desk()

    given = desk.say("EASTB", assurance())

    owed = [each.delivery.recipient for each in contents(given, DeliveryOwed)]
    assert owed == ["WEST", "WESTB"]
    assert given[0].readers == ("EAST", "EASTB", "WEST", "WESTB")
    assert stands(desk) is AssuranceState.KEPT


def test_while_its_party_keeps_away_an_assurance_is_kept_without_a_word() -> None:
    desk = assured_desk()

    stated = state_edge(desk, FAR)

    assert contents(stated, AssuranceAssessed) == []
    assert stands(desk) is AssuranceState.KEPT


def test_an_edge_within_the_area_departs_from_it_and_those_it_was_given_to_are_told() -> None:
    desk = assured_desk()

    stated = state_edge(desk, SPOT)

    assessed = next(each for each in stated if isinstance(each.content, AssuranceAssessed))
    assert assessed.content == AssuranceAssessed(
        assurance="S-1", state=AssuranceState.DEPARTED, by="E-EAST"
    )
    assert assessed.readers == ("EAST", "EASTB", "WEST", "WESTB")


def test_within_the_errors_it_only_may_have_departed_and_its_own_side_is_asked() -> None:
    desk = assured_desk()

    stated = state_edge(desk, NEAR, accuracy_m=1_000.0)

    assessed = next(each for each in stated if isinstance(each.content, AssuranceAssessed))
    assert stands(desk) is AssuranceState.MAY_HAVE_DEPARTED
    assert assessed.readers == ("EAST", "EASTB")
    assert _seen(desk, "EAST").state is AssuranceState.MAY_HAVE_DEPARTED
    assert _seen(desk, "WEST").state is AssuranceState.KEPT


def _seen(desk: Desk, party: str) -> Assurance:
    return view(desk.state, party).assurances[0]


def test_a_better_report_from_further_off_keeps_it_again() -> None:
    desk = assured_desk()
    state_edge(desk, NEAR, accuracy_m=1_000.0)

    state_edge(desk, NEAR)

    assert stands(desk) is AssuranceState.KEPT


def test_what_was_departed_from_once_stays_so() -> None:
    desk = assured_desk()
    state_edge(desk, SPOT)

    state_edge(desk, FAR)

    assert stands(desk) is AssuranceState.DEPARTED


def test_a_released_assurance_is_followed_no_longer() -> None:
    desk = assured_desk()
    released = desk.say("EASTB", AssuranceReleased(assurance="S-1"))

    stated = state_edge(desk, SPOT)

    owed = [each.delivery.recipient for each in contents(released, DeliveryOwed)]
    assert owed == ["WEST", "WESTB"]
    assert contents(stated, AssuranceAssessed) == []
    assert stands(desk) is AssuranceState.RELEASED


def test_only_its_giver_takes_it_back_and_only_once() -> None:
    desk = assured_desk()

    with pytest.raises(NotPermitted):
        desk.say("WEST", AssuranceReleased(assurance="S-1"))
    with pytest.raises(UnknownThing):
        desk.say("HUM", AssuranceReleased(assurance="S-1"))
    desk.say("EASTB", AssuranceReleased(assurance="S-1"))
    with pytest.raises(WrongState):
        desk.say("EASTB", AssuranceReleased(assurance="S-1"))


def test_nobody_gives_an_assurance_for_a_party_it_does_not_back() -> None:
    with pytest.raises(NotPermitted, match="does not back"):
        city_desk().say("EASTB", assurance(on_behalf_of="WEST", to=("EAST",)))


def test_an_assurance_concerns_ground_its_giver_may_see() -> None:
    desk = city_desk(to=())

    with pytest.raises(UnknownThing, match="sees no claimed area"):
        desk.say("EASTB", assurance())


def test_an_assurance_is_given_to_others() -> None:
    desk = city_desk()

    with pytest.raises(Malformed):
        desk.say("EASTB", assurance(to=()))
    with pytest.raises(Malformed):
        desk.say("EASTB", assurance(to=("EAST",)))
