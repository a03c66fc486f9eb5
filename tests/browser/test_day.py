"""A day's work on the river, done in the browser by each side and the conduit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk
from openline.domain.crossing import Crossed
from openline.domain.delivery import Rung
from openline.domain.form import Escort
from openline.domain.incident import AccountKind, IncidentState
from openline.domain.measure import MeasureState
from openline.domain.notification import NotificationStatus, Timeliness
from openline.domain.statement import Signed
from openline.sealing import entry_from_row

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
Opened = Callable[..., Console]
NIGHT = datetime(2017, 9, 16, 0, 33, 20, tzinfo=UTC)
WAY = """36.05756, 40.73478 al-Shaddadi 37SFV562917 190500Z SEP 17
35.74607, 40.75304 Markadah 37SFV585572 190610Z SEP 17
35.50639, 40.66167 al-Suwar 37SFV506304 190720Z SEP 17
35.15618, 40.42716 al-Busayrah 37SFU299912 191030Z SEP 17"""
MOVED = "35.45, 40.05\n35.35, 40.20\n35.15, 40.43"


@pytest.fixture(scope="module")
def river() -> Iterator[ReplayedDesk]:
    """The night of the FLASH, for all of this module's tests, one after the other."""
    with ReplayedDesk.until(NIGHT) as replayed:
        yield replayed


def said_last(desk: ReplayedDesk, kind: str) -> Any:
    """The last entry of a kind: signed by the position itself, and given by a human."""
    journal = desk.service.journal
    size = journal.size()
    entry = next(
        entry
        for entry in map(entry_from_row, reversed(list(journal.read(max(0, size - 200), size))))
        if kind == type(entry.content).KIND
    )
    assert isinstance(entry.word, Signed)
    assert entry.author.by_human
    return entry


def dialog(officer: Console) -> Any:
    return officer.page.get_by_role("dialog")


def submit(officer: Console, button: str) -> None:
    """Presses the form's button, and waits until the form is gone: it was said."""
    dialog(officer).get_by_role("button", name=button).click()
    expect(dialog(officer)).to_be_hidden()


def row(officer: Console, text: str) -> Any:
    """The row of the pane that holds this text."""
    return officer.page.locator("[data-row]").filter(has_text=text).first


def test_the_flash_is_answered_and_lifted(console: Opened, river: ReplayedDesk) -> None:
    west = console(river.url).enter_offered("WESTB-TAC.duty")
    west.press("a")
    expect(dialog(west)).to_be_visible()
    west.press("1")
    expect(dialog(west)).to_be_hidden()
    receipt = said_last(river, "receipt.given.v1").content
    assert receipt.rung is Rung.READ_BACK
    assert receipt.delivery.startswith("M-E07/")
    expect(west.page.get_by_role("region", name="CHECK FIRE by East Force")).to_be_visible()

    east = console(river.url).enter_offered("EAST-TAC.commander")
    held = east.page.get_by_role("region", name="CHECK FIRE by East Force")
    expect(held.get_by_role("timer")).to_be_visible()
    east.press("r")
    expect(dialog(east)).to_contain_text("This is no order to fire")
    east.press("Enter")
    expect(held).to_be_hidden()
    assert said_last(river, "message.sent.v1").content.in_reply_to == "M-E07"
    expect(west.page.get_by_role("region", name="CHECK FIRE by East Force")).to_be_hidden()
    assert east.errors == west.errors == []


def test_a_check_fire_is_two_keys_and_its_stopwatch_runs_on_both_sides(
    console: Opened, river: ReplayedDesk
) -> None:
    west = console(river.url).enter_offered("WEST-TAC.duty")
    east = console(river.url).enter_offered("EAST-TAC.duty")

    west.press("f Enter")

    expect(dialog(west)).to_be_hidden()
    called = said_last(river, "message.sent.v1").content
    assert (called.kind, called.precedence) == ("CHECK_FIRE", "FLASH")
    assert called.recipients == ("EAST",)
    for officer in (west, east):
        held = officer.page.get_by_role("region", name="CHECK FIRE by West Force")
        expect(held.get_by_role("timer")).to_have_text(re.compile(r"0\d:\d\d"))
        expect(held).to_contain_text("it holds until RESUME")
    expect(held.get_by_role("button", name="RESUME")).to_be_hidden()
    west.press("r")
    expect(dialog(west)).to_be_visible()
    west.press("Enter")
    expect(dialog(west)).to_be_hidden()


def file_convoy(aid: Console) -> None:
    """N-007 as it was pasted out of a message; what is not stated is asked for, and judged."""
    aid.press("s n 3")
    form = dialog(aid)
    form.get_by_label("Name", exact=True).fill("Convoy Seven (INVENTED)")
    form.get_by_label("Type").fill("convoy")
    form.get_by_label("Starts").fill("190500Z SEP 17")
    form.get_by_label("Ends").fill("191100Z SEP 17")
    form.get_by_label("Where").fill(WAY)
    expect(form.get_by_text("al-Busayrah")).to_be_visible()
    form.get_by_label("Positions true to").fill("500")
    form.get_by_label("Vehicles").fill("6")
    form.get_by_text("More: name in the record").click()
    form.get_by_label("Name in the record").fill("N-007")

    form.get_by_role("button", name="Hold it against").click()
    expect(form.get_by_role("alert")).to_contain_text("Does an armed escort go with it?")

    escort = form.get_by_role("group", name="Does an armed escort go with it?")
    escort.get_by_role("radio", name="not stated").check()
    form.get_by_role("button", name="Hold it against").click()
    judged = form.get_by_role("region", name="Held against what you may see")
    expect(judged).to_contain_text("not a no")
    escort.get_by_role("radio", name="no", exact=True).check()
    form.get_by_role("button", name="Hold it against").click()
    expect(judged).to_contain_text("Notice in time")
    expect(judged).to_contain_text("What you may not see is UNKNOWN. This is no clearance.")
    submit(aid, "File it")


def tell_of_convoy(console: Opened, url: str, sides: tuple[str, ...]) -> None:
    """The conduit validates it, its submitter consents, and these are told."""
    clerk = console(url).enter_offered("HUM-OPS.duty")
    clerk.press("g n")
    row(clerk, "N-007").get_by_role("button", name="Validate").click()
    submit(clerk, "Validate")
    clerk.leave()

    aid = console(url).enter_offered("AID-TAC.commander")
    aid.press("g n")
    row(aid, "N-007").get_by_role("button", name="Consent to telling").click()
    for side in sides:
        dialog(aid).get_by_label(side, exact=True).select_option("1")
    submit(aid, "Consent")
    aid.leave()

    chief = console(url).enter_offered("HUM-OPS.commander")
    chief.press("g n")
    row(chief, "N-007").get_by_role("button", name="Tell recipients").click()
    submit(chief, "Tell them")
    chief.leave()


def read_back(console: Opened, river: ReplayedDesk, side: str) -> None:
    officer = console(river.url).enter_offered(f"{side}-OPS.duty")
    owed = officer.page.get_by_role("listitem").filter(has_text="movement N-007")
    owed.get_by_role("button", name="Answer").first.click()
    expect(dialog(officer).get_by_text("Read this aloud")).to_be_visible()
    phrase = dialog(officer).locator(".phrase strong").inner_text()

    officer.press("1")

    expect(dialog(officer)).to_be_hidden()
    entry = said_last(river, "receipt.given.v1")
    assert entry.author.party == side
    assert entry.content.rung is Rung.READ_BACK
    assert entry.content.body.check_phrase == phrase
    officer.leave()


def test_convoy_seven_is_filed_told_read_back_and_amended(
    console: Opened, river: ReplayedDesk
) -> None:
    aid = console(river.url).enter_offered("AID-TAC.duty")
    file_convoy(aid)
    filed = said_last(river, "notification.submitted.v1").content
    held = river.service.read(lambda state: state.notifications["N-007"])
    assert filed.escort is Escort.NO
    assert filed.body.waypoints[0].mgrs == "37SFV562917"
    assert {each.position.accuracy_m for each in filed.body.waypoints} == {500.0}
    assert held.timeliness is Timeliness.IN_TIME

    tell_of_convoy(console, river.url, ("East Force", "West Force"))
    held = river.service.read(lambda state: state.notifications["N-007"])
    assert held.status is NotificationStatus.NOTIFIED
    assert {*held.recipients} == {"EAST", "WEST"}
    for side in ("EAST", "WEST"):
        read_back(console, river, side)

    aid.press("g n")
    row(aid, "N-007").get_by_role("button", name="Amend").click()
    expect(dialog(aid).get_by_label("Where")).to_have_value(re.compile("al-Suwar"))
    dialog(aid).get_by_label("Vehicles").fill("5")
    dialog(aid).get_by_role("button", name="Hold it against").click()
    submit(aid, "File this version")
    amended = river.service.read(lambda state: state.notifications["N-007"])
    assert (amended.version, amended.body.vehicle_count) == (2, 5)
    assert amended.body.waypoints == held.body.waypoints
    assert aid.errors == []


def test_a_side_says_that_it_has_crossed_and_both_see_it(
    console: Opened, river: ReplayedDesk
) -> None:
    west = console(river.url).enter_offered("WEST-TAC.duty")
    west.press("s x 1")
    submit(west, "State it")

    assert said_last(river, "crossing.stated.v1").content.crossed
    standing = river.service.read(lambda state: list(state.crossings.values()))
    assert any(each.party == "WEST" and each.answer is Crossed.CROSSED for each in standing)
    east = console(river.url).enter_offered("EAST-TAC.duty")
    east.press("g a")
    expect(east.page.get_by_text("West Force: crossed")).to_be_visible()
    assert west.errors == east.errors == []


def test_a_new_version_of_the_line_is_proposed_and_cosigned_by_its_phrase(
    console: Opened, river: ReplayedDesk
) -> None:
    backer = console(river.url).enter_offered("EASTB-OPS.commander")
    backer.press("g a")
    line = row(backer, "separation line SEP-1")
    line.get_by_role("button", name="Propose the next version").click()
    expect(dialog(backer).get_by_label("Where")).not_to_have_value("")
    dialog(backer).get_by_label("Where").fill(MOVED)
    expect(dialog(backer).get_by_label("Positions true to")).not_to_have_value("")
    dialog(backer).get_by_label("Positions true to").fill("1234")
    dialog(backer).get_by_label("Ends").fill("301200Z SEP 17")
    dialog(backer).get_by_role("button", name="Hold it against").click()
    submit(backer, "Propose it")
    backer.leave()

    for position in ("EASTB-OPS", "WESTB-OPS", "EAST-OPS", "WEST-OPS"):
        officer = console(river.url).enter_offered(f"{position}.commander")
        officer.press("g a")
        officer.page.get_by_role("button", name="Cosign version 2").click()
        form = dialog(officer)
        expect(form).to_contain_text("VERSION 2")
        expect(form).to_contain_text("its points lie up to")
        expect(form).to_contain_text("Positions true to (m)")
        phrase = form.locator(".phrase strong").inner_text()
        heard = form.get_by_label("The check phrase as you heard it read")
        heard.fill("wrong wrong wrong wrong 00")
        form.get_by_role("button", name="Cosign version 2").click()
        expect(form.get_by_role("alert")).to_contain_text("Nothing was cosigned")
        heard.fill(phrase)
        submit(officer, "Cosign version 2")
        officer.page.close()

    version = river.service.read(lambda state: state.measures["SEP-1/v2"])
    assert version.state is MeasureState.IN_FORCE
    assert {*version.cosigned} == {"EAST", "WEST", "EASTB", "WESTB"}
    assert said_last(river, "measure.cosigned.v1").content.version == 2

    # The next version keeps what is not changed: nobody drops a time by not typing it again.
    backer = console(river.url).enter_offered("EASTB-OPS.commander")
    backer.press("g a")
    row(backer, "SEP-1").get_by_role("button", name="Propose the next version").click()
    dialog(backer).get_by_role("button", name="Hold it against").click()
    submit(backer, "Propose it")
    following = said_last(river, "measure.proposed.v1").content
    assert (following.version, following.ends_at) == (3, version.ends_at)
    assert following.ends_at is not None
    assert following.body == version.body


def test_an_incident_is_opened_told_of_and_disputed_side_by_side(
    console: Opened, river: ReplayedDesk
) -> None:
    east = console(river.url).enter_offered("EAST-TAC.duty")
    east.press("s i")
    form = dialog(east)
    form.get_by_label("When it happened").fill("160030Z SEP 17")
    for party in ("West Force", "West Backer"):
        form.get_by_label(party, exact=True).check()
    form.get_by_label("Name in the record").fill("I-001")
    form.get_by_role("button", name="Open it").click()
    expect(form.get_by_role("heading", name="Our account of I-001")).to_be_visible()
    form.get_by_role("radio", name="claim", exact=True).check()
    form.get_by_label("What you say").fill("Aircraft struck our fighters. «ضربونا»")
    submit(east, "State it")

    west = console(river.url).enter_offered("WESTB-TAC.duty")
    west.press("g i")
    row(west, "I-001").get_by_role("button", name="Answer this").click()
    dialog(west).get_by_role("radio", name="denial", exact=True).check()
    dialog(west).get_by_label("What you say").fill("Our aircraft did not target the group.")
    submit(west, "State it")

    incident = river.service.read(lambda state: state.incidents["I-001"])
    assert incident.state is IncidentState.DISPUTED
    assert [each.kind for each in incident.accounts] == [AccountKind.CLAIM, AccountKind.DENIAL]
    assert incident.accounts[0].body.text == "Aircraft struck our fighters. «ضربونا»"
    east.press("g i")
    told = row(east, "I-001")
    expect(told.get_by_text("disputed")).to_be_visible()
    claim, denial = (told.locator("section").nth(at).bounding_box() or {} for at in (0, 1))
    assert claim["x"] + claim["width"] <= denial["x"] + 1
    assert claim["y"] == denial["y"]
    assert east.errors == west.errors == []


def test_the_watch_is_not_handed_over_before_all_that_is_open_was_read_back(
    console: Opened, river: ReplayedDesk
) -> None:
    east = console(river.url).enter_offered("EAST-TAC.duty")
    east.press("f Enter")  # a FLASH of its own, whatever else is open
    expect(dialog(east)).to_be_hidden()
    east.press("s h")
    form = dialog(east)
    form.get_by_label("Going off (code)").fill("E-1")
    form.get_by_label("Coming on (code)").fill("E-2")
    form.get_by_label("Name of the officer coming on").fill("Second officer")
    form.get_by_role("button", name="not read back yet").click()
    expect(form.get_by_role("alert")).to_contain_text("not read back yet")

    while (unread := form.get_by_role("checkbox", checked=False)).count() > 0:
        unread.first.check()
    submit(east, "Take the watch")

    handed = said_last(river, "watch.handed_over.v1").content
    assert (handed.off, handed.on) == ("E-1", "E-2")
    assert handed.read_back.flashes
    assert handed.body.on == "Second officer"
    assert river.service.read(lambda state: state.watches["EAST-TAC"].officer) == "E-2"
    assert east.errors == []


def test_a_line_check_and_a_call_are_one_key_each(console: Opened, river: ReplayedDesk) -> None:
    hum = console(river.url).enter_offered("HUM-OPS.duty")
    hum.press("g l")
    expect(hum.page.get_by_role("heading", name="Lines")).to_be_visible()

    hum.press("c")
    expect(hum.page.get_by_text("Line check passed: ")).to_be_visible()
    hum.press("v")
    expect(hum.page.get_by_text("Call logged: ")).to_be_visible()

    assert said_last(river, "line.checked.v1").content.result == "passed"
    assert said_last(river, "contact.logged.v1").author.position == "HUM-OPS.duty"
    assert hum.errors == []


def test_a_refusal_stands_beside_the_form_and_what_was_typed_is_still_there(
    console: Opened, river: ReplayedDesk
) -> None:
    east = console(river.url).enter_offered("EAST-TAC.duty")
    east.press("s m")
    form = dialog(east)
    form.get_by_label("What you say").fill("Typed once, never twice.")
    form.get_by_label("Aid agency (INVENTED)").check()
    form.get_by_role("button", name="Send it").click()
    expect(form.get_by_role("alert")).to_contain_text("no line carries")

    east.press("F8")
    expect(form.get_by_role("heading", name="CHECK FIRE")).to_be_visible()
    east.press("Escape")
    expect(form.get_by_label("What you say")).to_have_value("Typed once, never twice.")
    east.press("Escape s m")

    expect(form.get_by_label("What you say")).to_have_value("Typed once, never twice.")
