"""What the desk finds odd in a form: each fault by its name, and nothing where nothing is odd."""

from __future__ import annotations

import pytest

from desk_harness import Desk, contents
from notification_harness import aid_desk, convoy, convoy_form, site, site_form
from openline.domain.airspace import Corridor, Position
from openline.domain.crossing import Side
from openline.domain.errors import Malformed, NotPermitted
from openline.domain.finding import (
    AreaOfInterest,
    Fault,
    FindingMade,
    GazetteerBody,
    GazetteerStated,
    Place,
)
from openline.domain.form import Escort
from openline.domain.measure import MeasureBody, MeasureEstablished, MeasureKind
from openline.domain.notification_said import NotificationCancelled
from openline.domain.statement import facts_of

MUHASAN = Place(
    name="Muhasan",
    position=Position(lat_deg=35.23349, lon_deg=40.3166, accuracy_m=500.0),
    bank=Side.RIGHT,
)
RIVER_BEND = Corridor(path=((39.8053, 35.7352), (40.14, 35.36), (40.45, 35.05)), accuracy_m=1_000.0)


def gazetteer_desk() -> Desk:
    desk = aid_desk()
    area = AreaOfInterest(south_deg=34.0, west_deg=39.0, north_deg=37.0, east_deg=41.5)
    desk.operate(GazetteerStated(body=GazetteerBody(places=(MUHASAN,), area=area)))
    return desk


def faults(entries) -> list[Fault]:
    return [each.fault for each in contents(entries, FindingMade)]


def test_a_convoy_whose_escort_was_not_stated_is_accepted_and_flagged():
    desk = aid_desk()
    entries = desk.say("AID", convoy(escort=Escort.NOT_STATED))
    assert faults(entries) == [Fault.ESCORT_NOT_STATED]
    assert desk.state.notifications["N-007"].escort is Escort.NOT_STATED


@pytest.mark.parametrize("escort", [Escort.NO, Escort.YES])
def test_an_escort_stated_either_way_is_no_finding(escort):
    assert faults(aid_desk().say("AID", convoy(escort=escort))) == []


def test_a_site_is_not_asked_about_its_escort():
    assert faults(aid_desk().say("AID", site())) == []


def test_a_position_nine_kilometres_from_the_place_it_names_is_found():
    desk = gazetteer_desk()
    entries = desk.say("AID", site(body=site_form(35.3144, 40.3166, place="muhasan")))
    assert faults(entries) == [Fault.NAME_FAR_FROM_PLACE]


def test_a_position_at_the_place_it_names_is_no_finding():
    desk = gazetteer_desk()
    assert faults(desk.say("AID", site(body=site_form(35.2335, 40.3166, place="Muhasan")))) == []


def test_latitude_and_longitude_swapped_is_one_finding_and_not_three():
    desk = gazetteer_desk()
    swapped = site_form(40.3166, 35.23349, place="Muhasan", mgrs="37SFU198997")
    assert faults(desk.say("AID", site(body=swapped))) == [Fault.LAT_LON_SWAPPED]


def test_a_swap_outside_the_area_is_found_without_any_place_named():
    desk = gazetteer_desk()
    assert faults(desk.say("AID", site(body=site_form(40.3, 35.2)))) == [Fault.LAT_LON_SWAPPED]


def test_a_grid_reference_that_names_another_place_is_found_at_its_waypoint():
    desk = aid_desk()
    way = list(convoy_form().waypoints)
    way[1] = type(way[1])(position=way[1].position, eta=way[1].eta, mgrs="37SFV506304")
    entries = desk.say("AID", convoy(body=convoy_form(waypoints=tuple(way))))
    (finding,) = contents(entries, FindingMade)
    assert finding.fault is Fault.MGRS_DIFFERS
    assert finding.body.sentence.startswith("N-007: waypoint 2")


def test_a_grid_reference_that_cannot_be_read_is_refused():
    with pytest.raises(Malformed):
        aid_desk().say("AID", site(body=site_form(mgrs="by the river")))


def test_a_site_across_the_river_from_the_bank_it_states_is_found():
    desk = aid_desk()
    desk.say(
        "EASTB",
        MeasureEstablished(
            measure="SEP-1",
            kind=MeasureKind.SEPARATION_LINE,
            body=MeasureBody(footprint=RIVER_BEND, homes={"EAST": Side.LEFT, "WEST": Side.RIGHT}),
        ),
    )
    entries = desk.say("AID", site(body=site_form(35.6, 40.6, bank=Side.RIGHT)))
    assert faults(entries) == [Fault.WRONG_SIDE]


@pytest.mark.parametrize(
    "again",
    [
        site(notification="N-009", body=site_form(35.6, 40.6, name="Another name")),
        site(
            notification="N-009", site=None, body=site_form(35.6, 40.6, name="EAST  bank hospital")
        ),
    ],
    ids=["same code", "same name"],
)
def test_a_site_notified_twice_at_two_places_is_found(again):
    desk = aid_desk()
    desk.say("AID", site())
    assert faults(desk.say("AID", again)) == [Fault.TWO_PLACES]


def test_a_site_notified_twice_at_one_place_is_no_finding():
    desk = aid_desk()
    desk.say("AID", site())
    assert faults(desk.say("AID", site(notification="N-009"))) == []


def test_a_cancelled_site_is_no_second_place():
    desk = aid_desk()
    desk.say("AID", site())
    desk.say("AID", NotificationCancelled(notification="N-001"))
    assert faults(desk.say("AID", site(notification="N-009", body=site_form(35.6, 40.6)))) == []


def test_a_finding_is_for_the_submitter_and_the_conduit_and_its_facts_name_no_place():
    desk = gazetteer_desk()
    entries = desk.say("AID", site(body=site_form(35.3144, 40.3166, place="Muhasan")))
    (finding,) = [each for each in entries if isinstance(each.content, FindingMade)]
    assert finding.readers == ("AID", "HUM")
    assert facts_of(finding.content) == {
        "finding": f"F-{entries[0].index}.1",
        "fault": "name_far_from_place",
        "thing": "N-001",
        "party": "AID",
    }
    assert desk.state.findings[f"F-{entries[0].index}.1"] == finding.content


def test_only_the_operator_states_the_gazetteer_and_each_name_once():
    desk = aid_desk()
    with pytest.raises(NotPermitted):
        desk.say("HUM", GazetteerStated(body=GazetteerBody(places=(MUHASAN,))))
    with pytest.raises(Malformed, match="place 2"):
        desk.operate(GazetteerStated(body=GazetteerBody(places=(MUHASAN, MUHASAN))))
