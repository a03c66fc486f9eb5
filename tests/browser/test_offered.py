"""What is offered is what the desk would take: of each thing as it stands, from this position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from browser_harness import Console, ReplayedDesk
from openline.domain.message import MessageKind
from rest_harness import Served, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
OF_A_SITE_TOLD: Final = {
    "HUM-OPS.duty": ["Suspend", "Still there"],
    "HUM-OPS.commander": ["Tell recipients", "Suspend", "Still there"],
    "AID-TAC.duty": ["Amend", "Cancel it", "Withdraw consent", "Suspend", "Still there"],
    "WEST-TAC.duty": ["Object"],
}
"""By position: what the desk takes of a site that was validated and told, and no word more."""


def offered(row: Locator) -> list[str]:
    expect(row).to_be_visible()
    texts = row.get_by_role("button").all_inner_texts()
    return [each.splitlines()[0].strip() for each in texts]


@pytest.mark.parametrize("position", OF_A_SITE_TOLD)
def test_of_a_site_that_was_told_each_is_offered_just_what_the_desk_takes(
    console: Opened, afternoon: ReplayedDesk, position: str
) -> None:
    officer = console(afternoon.url).enter_offered(position)
    officer.press("g n")
    row = officer.page.locator("[data-row]").filter(has_text="N-001")

    assert offered(row) == OF_A_SITE_TOLD[position]
    for over in ("N-007", "N-901"):
        gone = officer.page.locator("[data-row]").filter(has_text=over)
        expect(gone.get_by_role("button")).to_have_count(0)
    officer.leave()


def test_resume_is_offered_to_those_alone_who_may_lift_the_call(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    caller = console(afternoon.url).enter_offered("WEST-OPS.duty")
    caller.press("f")
    expect(caller.page.get_by_role("dialog")).to_be_visible()
    caller.press("Enter")
    expect(caller.page.get_by_role("region", name="CHECK FIRE by")).to_be_visible()
    caller.leave()

    lifts = {}
    for position in ("WEST-TAC.commander", "WEST-OPS.commander", "WESTB-TAC.duty", "EAST-OPS.duty"):
        officer = console(afternoon.url).enter_offered(position)
        held = officer.page.get_by_role("region", name="CHECK FIRE by")
        expect(held).to_contain_text("it holds until RESUME")
        lifts[position] = held.get_by_role("button", name="RESUME").count()
        officer.press("r")
        opened = officer.page.get_by_role("dialog")
        assert opened.count() == lifts[position]
        officer.leave()
    assert lifts == {
        "WEST-TAC.commander": 0,
        "WEST-OPS.commander": 1,
        "WESTB-TAC.duty": 0,
        "EAST-OPS.duty": 0,
    }


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("offered")) as desk:
        yield desk


def test_a_conduit_is_offered_to_validate_what_was_submitted_and_that_alone(
    console: Opened, desk: Served
) -> None:
    at = {"lat_deg": 35.336, "lon_deg": 40.14, "accuracy_m": 20.0}
    form = {"name": "Hospital", "type": "hospital", "position": at}
    desk.said("AID", "/v1/notifications", notification="N-1", kind="static_site", body=form)
    key = desk.keys / "HUM-TAC.duty.key"
    conduit = console(desk.url).enter_with(key, "HUM-TAC.duty").at_the_desk()
    conduit.press("g n")
    row = conduit.page.locator("[data-row]").filter(has_text="N-1")
    assert offered(row) == ["Validate", "Return it"]

    row.get_by_role("button", name="Validate").click()
    conduit.page.get_by_role("dialog").get_by_role("button", name="Validate").click()

    expect(row.get_by_role("button", name="Validate")).to_have_count(0)
    assert offered(row) == ["Still there"]
    conduit.leave()


def test_what_was_objected_to_is_answered_by_no_second_objection(
    console: Opened, afternoon: ReplayedDesk
) -> None:
    officer = console(afternoon.url).enter_offered("EAST-TAC.duty")
    officer.press("g n")
    row = officer.page.locator("[data-row]").filter(has_text="N-002")
    row.get_by_role("button", name="Object").click()
    form = officer.page.get_by_role("dialog")
    form.get_by_label("Why").fill("It has moved.")
    form.get_by_role("button", name="Object").click()
    expect(form).to_be_hidden()

    expect(row.get_by_role("button")).to_have_count(0)
    objected = afternoon.service.read(lambda state: state.notifications["N-002"].objected_by)
    assert objected == ("EAST",)
    officer.leave()


def test_the_calls_of_the_case_are_all_lifted(afternoon: ReplayedDesk) -> None:
    """Else the test of RESUME would look at another call than its own."""
    messages = afternoon.service.read(lambda state: list(state.messages.values()))
    lifted = {each.in_reply_to for each in messages if each.kind is MessageKind.RESUME}
    called = [each for each in messages if each.kind is MessageKind.CHECK_FIRE]
    assert {each.id for each in called if each.author != "WEST"} <= lifted
