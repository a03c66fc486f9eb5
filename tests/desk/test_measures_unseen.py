"""A measure is built on what its author sees: what is hidden is refused as what is not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from desk_harness import Desk
from ground_harness import agree, area, buffer_of, separation_line
from notification_harness import aid_desk, release, site, validate
from openline.desk.drafting import draft_measure, judge_measure
from openline.desk.view import view
from openline.domain.errors import UnknownThing
from openline.domain.measure import MeasureEstablished, MeasureKind, MeasureProposed
from openline.domain.notification_said import NotificationWithdrawn

Said = Callable[[Desk, str, MeasureProposed], object]


def judged(desk: Desk, party: str, proposed: MeasureProposed) -> object:
    return judge_measure(draft_measure(desk.state, party, proposed))


def filed(desk: Desk, party: str, proposed: MeasureProposed) -> object:
    return desk.say(party, proposed)


def hidden_desk() -> Desk:
    """EAST and AID have agreed on NFA-1, for the sake of a site that EAST alone was told of."""
    desk = aid_desk()
    desk.say("AID", site())
    validate(desk, "N-001")
    release(desk, "N-001", recipients=("EAST",))
    agree(desk, replace(area("NFA-1", parties=("EAST", "AID")), site="N-001"))
    return desk


def refused(desk: Desk, party: str, say: Said, proposed: MeasureProposed) -> str:
    with pytest.raises(UnknownThing) as told:
        say(desk, party, proposed)
    return told.value.sentence


def around(measure: str, party: str, partner: str) -> MeasureProposed:
    return replace(buffer_of(measure, within_m=0.01), parties=(party, partner))


@pytest.mark.parametrize("say", [judged, filed])
def test_a_buffer_around_a_hidden_measure_is_refused_as_around_none(say: Said) -> None:
    desk = hidden_desk()
    assert "NFA-1" not in {each.id for each in view(desk.state, "WEST").measures}

    hidden = refused(desk, "WEST", say, around("NFA-1", "WEST", "EAST"))
    none = refused(desk, "WEST", say, around("NFA-9", "WEST", "EAST"))

    assert hidden == none.replace("NFA-9", "NFA-1")
    assert "no measure NFA-1 in force" in hidden


@pytest.mark.parametrize("say", [judged, filed])
def test_a_measure_for_a_hidden_site_is_refused_as_for_none(say: Said) -> None:
    desk = hidden_desk()
    shield = area("NFA-2", parties=("WEST", "EAST"))

    hidden = refused(desk, "WEST", say, replace(shield, site="N-001"))
    none = refused(desk, "WEST", say, replace(shield, site="N-999"))

    assert hidden == none.replace("N-999", "N-001")


def test_an_authority_establishes_nothing_around_what_it_does_not_see() -> None:
    desk = aid_desk()
    agree(desk, separation_line())
    zone = MeasureEstablished(measure="BUF-1", kind=MeasureKind.BUFFER, of="SEP-1", within_m=1.0)

    with pytest.raises(UnknownThing, match="no measure SEP-1 in force"):
        desk.say("AID", zone)


@pytest.mark.parametrize("say", [judged, filed])
@pytest.mark.parametrize("party", ["EAST", "AID", "HUM"])
def test_its_parties_recipients_and_the_conduit_build_on_what_they_see(
    say: Said, party: str
) -> None:
    desk = hidden_desk()
    partner = "EAST" if party != "EAST" else "AID"

    assert say(desk, party, around("NFA-1", party, partner))
    assert say(desk, party, replace(area("NFA-2", parties=(party, partner)), site="N-001"))


def test_a_backer_builds_on_an_agreement_of_those_it_stands_behind() -> None:
    desk = aid_desk()
    agree(desk, separation_line(parties=("EAST", "WEST")))

    assert judged(desk, "WESTB", around("SEP-1", "WESTB", "EASTB"))


def test_whoever_agreed_to_a_sites_measure_may_move_it_after_the_release_has_ended() -> None:
    desk = hidden_desk()
    desk.say("AID", NotificationWithdrawn(notification="N-001"))
    moved = area("NFA-1", parties=("EAST", "AID"), version=2, radius_m=600.0)

    assert filed(desk, "EAST", replace(moved, site="N-001"))
