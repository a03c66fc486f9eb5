"""Every kind of notification filed as a stranger would: what cannot be taken changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console
from openline.domain.airspace import Corridor, Polygon
from openline.domain.form import Escort
from openline.domain.notification import NotificationKind
from openline.domain.plan import Kind
from openline.domain.question import QuestionAsked
from openline.sealing import entry_from_row
from rest_harness import SOON, Served, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
JUDGE: Final = "Hold it against"
STARTS: Final = SOON.strftime("%Y-%m-%dT%H:%MZ")
ENDS: Final = (SOON + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%MZ")
KINDS: Final = ("static_site", "activity", "movement", "critical_civilian_infrastructure")
SPOT: Final = "35.3360, 40.1400"
WAY: Final = "35.33600, 40.14000 Gate\n35.40000, 40.20000 Bridge"
AREA: Final = '{"type":"Polygon","coordinates":[[[40,35],[40.02,35],[40.02,35.02],[40,35]]]}'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("notices")) as desk:
        yield desk


@pytest.fixture
def aid(console: Opened, desk: Served) -> Iterator[Console]:
    opened = console(desk.url).enter_with(desk.keys / "AID-TAC.duty.key", "AID-TAC.duty")
    yield opened.at_the_desk()
    opened.page.close()


def begun(aid: Console, kind: str, where: str) -> Any:
    """The form of this kind with all that it asks for, but for the escort of a movement."""
    aid.press("s n")
    form = aid.page.get_by_role("dialog")
    form.get_by_role("radio").nth(NOTIFICATION_KINDS.index(kind)).check()
    form.get_by_label("Name", exact=True).fill(f"A {kind}")
    form.get_by_label("Type").fill("invented")
    if kind in ("movement", "activity"):
        form.get_by_label("Starts").fill(STARTS)
        form.get_by_label("Ends").fill(ENDS)
    form.get_by_label("Where").fill(where)
    form.get_by_text("More: name in the record").click()
    return form


def judged(form: Any) -> None:
    form.get_by_role("button", name=JUDGE).click()
    expect(form.get_by_role("region", name="Held against what you may see")).to_be_visible()


def file(form: Any, name: str) -> None:
    form.get_by_label("Name in the record").fill(name)
    judged(form)
    form.get_by_role("button", name="File it").click()
    expect(form).to_be_hidden()


def refused(form: Any, why: str) -> None:
    form.get_by_role("button", name=re.compile(JUDGE)).click()
    expect(form.get_by_role("alert")).to_contain_text(why)


NOTIFICATION_KINDS: Final = sorted(KINDS)
"""As the form lists them."""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_filed_and_stands_as_it_was_typed(
    aid: Console, desk: Served, kind: str
) -> None:
    form = begun(aid, kind, WAY if kind == "movement" else SPOT)
    form.get_by_label("Persons").fill("12")
    if kind == "movement":
        form.get_by_role("group", name="armed escort").get_by_role("radio", name="yes").check()
        form.get_by_label("armed guards").fill("4")
        form.get_by_label("Width").fill("800")
    else:
        form.get_by_label("Radius").fill("250")

    file(form, f"N-{kind}")

    held = desk.service.read(lambda state: state.notifications[f"N-{kind}"])
    assert held.kind is NotificationKind(kind)
    assert (held.body.name, held.body.type, held.body.person_count) == (f"A {kind}", "invented", 12)
    if kind == "movement":
        assert (held.escort, held.body.guards, held.body.width_m) == (Escort.YES, 4, 800.0)
        assert [each.name for each in held.body.waypoints] == ["Gate", "Bridge"]
    else:
        assert (held.body.position.lat_deg, held.body.radius_m) == (35.336, 250.0)
        assert held.escort is Escort.NOT_STATED
    aid.leave()


def test_what_cannot_be_read_is_told_beside_the_button_and_nothing_is_filed(
    aid: Console, desk: Served
) -> None:
    before = desk.service.journal.size()
    form = begun(aid, "static_site", "")
    refused(form, "Not filled in: Where")
    for where, why in (
        ("nowhere in particular", "no position in it"),
        (f"{SPOT}\nnowhere", "row 2: no position in it"),
        ("95.0, 40.1", "latitude"),
        ("140.14, 35.336", "swapped"),
        ("{", "JSON"),
    ):
        form.get_by_label("Where").fill(where)
        refused(form, why)
    form.get_by_label("Where").fill(SPOT)
    for field, typed, why in (
        ("Radius", "five hundred", "Not a number that can be read in one way only"),
        ("Radius", "1,500", "Not a number that can be read in one way only"),
        ("Radius", "-5", "radius"),
        ("Persons", "2.5", "a whole number"),
        ("Starts", "tomorrow", "Not an instant"),
        ("Name in the record", "Müller's house", "Choose a code that names nobody"),
    ):
        field_shown = form.get_by_label(field, exact=field == "Name in the record")
        was = field_shown.input_value()
        field_shown.fill(typed)
        refused(form, why)
        field_shown.fill(was)

    assert desk.service.journal.size() == before
    judged(form)
    aid.page.get_by_role("button", name="Close").click()


def test_a_movement_is_filed_by_nobody_who_did_not_answer_for_its_escort(
    aid: Console, desk: Served
) -> None:
    before = desk.service.journal.size()
    form = begun(aid, "movement", WAY)
    refused(form, "Does an armed escort go with it?")
    form.get_by_role("group", name="armed escort").get_by_role("radio", name="yes").check()
    form.get_by_label("armed guards").fill("2")
    form.get_by_label("Ends").fill(STARTS)
    form.get_by_label("Starts").fill(ENDS)
    refused(form, "ends before it starts")
    assert desk.service.journal.size() == before


def test_ground_that_bounds_itself_is_filed_whole_and_takes_no_radius(
    aid: Console, desk: Served
) -> None:
    form = begun(aid, "activity", AREA)
    form.get_by_label("Radius").fill("500")
    refused(form, "this would say nothing of it")
    form.get_by_label("Radius").fill("")
    form.get_by_label("Positions true to").fill("40")
    file(form, "N-AREA")

    (volume,) = desk.service.read(lambda state: state.notifications["N-AREA"]).body.volumes
    assert isinstance(volume.footprint, Polygon)
    assert volume.footprint.accuracy_m == 40.0


def test_a_radius_reaches_to_both_sides_of_the_way_between_two_points(
    aid: Console, desk: Served
) -> None:
    form = begun(aid, "activity", WAY)
    form.get_by_label("Radius").fill("300")
    file(form, "N-BETWEEN")

    (volume,) = desk.service.read(lambda state: state.notifications["N-BETWEEN"]).body.volumes
    assert isinstance(volume.footprint, Corridor)
    assert volume.footprint.width_m == 600.0


def test_what_flies_is_held_against_others_by_the_separation_of_what_flies(
    aid: Console, desk: Served
) -> None:
    form = begun(aid, "movement", WAY)
    form.get_by_label("Type").fill("air_drop")
    form.get_by_role("group", name="armed escort").get_by_role(
        "radio", name="no", exact=True
    ).check()
    judged(form)

    journal = desk.service.journal
    entries = map(entry_from_row, journal.read(0, journal.size()))
    *_, asked = (each.content for each in entries if isinstance(each.content, QuestionAsked))
    assert asked.body is not None
    assert asked.body.kind is Kind.AIR
