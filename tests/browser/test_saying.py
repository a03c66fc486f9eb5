"""What is said is what was meant: by its own form, about the version that was read, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Route, expect

from browser_harness import Console
from rest_harness import Served, open_line, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
STATEMENTS: Final = "**/v1/statements"
CONTACTS: Final = [
    {"name": "Keeper", "phone": "+000 1", "role": "site"},
    {"name": "Deputy", "phone": "+000 2", "role": "night"},
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("saying")) as desk:
        open_line(desk)
        yield desk


def officer_at(console: Opened, desk: Served, position: str) -> Console:
    opened = console(desk.url).enter_with(desk.keys / f"{position}.key", position)
    return opened.at_the_desk()


def message_typed(officer: Console, text: str) -> Any:
    officer.press("s m")
    form = officer.page.get_by_role("dialog")
    form.get_by_label("What you say").fill(text)
    form.get_by_label("WEST", exact=True).check()
    return form


def sent_with(desk: Served, text: str) -> int:
    """How many messages of this text the desk holds."""
    messages = desk.service.read(lambda state: list(state.messages.values()))
    return sum(each.body is not None and each.body.text == text for each in messages)


def site(name: str, **more: Any) -> dict[str, Any]:
    at = {"lat_deg": 35.336, "lon_deg": 40.14, "accuracy_m": 20.0}
    return {"name": name, "type": "hospital", "position": at, "contacts": CONTACTS, **more}


def amending(officer: Console, name: str) -> Any:
    officer.press("g n")
    row = officer.page.locator("[data-row]").filter(has_text=name).first
    row.get_by_role("button", name="Amend").click()
    return officer.page.get_by_role("dialog")


def test_what_was_said_closes_its_own_form_and_no_form_that_came_on_top_of_it(
    console: Opened, desk: Served
) -> None:
    east = officer_at(console, desk, "EAST-TAC.duty")
    held: list[Route] = []
    east.page.route(STATEMENTS, lambda route: held.append(route))
    form = message_typed(east, "Slow to be heard.")
    with east.page.expect_request(STATEMENTS):
        form.get_by_role("button", name="Send it").click()
    east.press("F8")
    form.get_by_label("What is happening, and where").fill("Shells on the crossing")

    held[0].continue_()

    expect(east.page.get_by_text(re.compile("NOTIFY M-")).first).to_be_visible()
    east.page.wait_for_timeout(500)
    expect(form.get_by_role("heading", name="CHECK FIRE")).to_be_visible()
    expect(form.get_by_label("What is happening, and where")).to_have_value(
        "Shells on the crossing"
    )
    assert sent_with(desk, "Slow to be heard.") == 1
    east.press("Escape")
    expect(form).to_be_hidden()  # the message's form is gone from below it
    east.leave()


def test_a_check_fire_does_not_wait_until_what_was_said_before_is_shown(
    console: Opened, desk: Served
) -> None:
    east = officer_at(console, desk, "EAST-TAC.duty")
    east.page.route("**/v1/view/changes*", lambda _route: None)
    form = message_typed(east, "Said and not shown.")
    form.get_by_role("button", name="Send it").click()
    expect(form).to_be_hidden()

    east.press("F8")
    form.get_by_label("What is happening, and where").fill("Not held up")
    form.get_by_role("button", name="CHECK FIRE").click()

    expect(form).to_be_hidden()
    assert sent_with(desk, "Said and not shown.") == sent_with(desk, "Not held up") == 1
    east.page.close()


def test_a_statement_that_is_never_answered_is_sent_again_and_taken_once(
    console: Opened, desk: Served
) -> None:
    east = officer_at(console, desk, "EAST-TAC.duty")
    tried: list[str] = []

    def swallow_the_first_answer(route: Route) -> None:
        tried.append(route.request.url)
        if len(tried) == 1:
            route.fetch()  # the desk took it, and nobody heard that
        else:
            route.continue_()

    east.page.route(STATEMENTS, swallow_the_first_answer)
    form = message_typed(east, "Heard once.")
    form.get_by_role("button", name="Send it").click()

    expect(form).to_be_hidden()
    assert len(tried) == 2
    assert sent_with(desk, "Heard once.") == 1
    east.page.close()


def test_a_key_of_the_browser_signs_no_answer(console: Opened, desk: Served) -> None:
    body = {"text": "Stop.", "language": "en"}
    desk.said(
        "EAST",
        "/v1/messages",
        message="M-KEYS",
        kind="NOTIFY",
        precedence="IMMEDIATE",
        recipients=["WEST"],
        body=body,
    )
    west = officer_at(console, desk, "WEST-TAC.duty")
    asked: list[str] = []
    west.page.on("request", lambda request: asked.append(request.url))
    form = west.page.get_by_role("dialog")
    west.press("a")
    expect(form).to_be_visible()

    west.press("Alt+1 Control+1 Meta+1")
    west.page.wait_for_timeout(1_000)

    assert [url for url in asked if url.endswith("/v1/statements")] == []
    expect(form).to_be_visible()
    west.press("1")
    expect(form).to_be_hidden()
    assert any(url.endswith("/v1/statements") for url in asked)
    west.leave()


def test_an_amendment_follows_the_version_that_was_read_and_says_that_a_newer_one_stands(
    console: Opened, desk: Served
) -> None:
    path, name = "/v1/notifications", "Hospital One"
    desk.said("AID", path, notification="N-ONE", kind="static_site", body=site(name))
    aid = officer_at(console, desk, "AID-TAC.duty")
    form = amending(aid, name)
    form.get_by_label("Persons").fill("40")
    form.get_by_role("button", name="Hold it against").click()
    expect(form.get_by_role("button", name="File this version")).to_be_visible()

    other = {"kind": "static_site", "body": site(name, person_count=90)}
    desk.said("AID", f"{path}/N-ONE/amend", version=2, **other)

    expect(form.get_by_role("status").filter(has_text="Version 2 stands by now")).to_be_visible()
    form.get_by_role("button", name="File this version").click()
    expect(form.get_by_role("alert")).to_contain_text("does not follow 2")
    form.get_by_role("button", name="Begin anew from version 2").click()
    expect(form.get_by_role("heading", name="version 3")).to_be_visible()
    expect(form.get_by_label("Persons")).to_have_value("90")
    held = desk.service.read(lambda state: state.notifications["N-ONE"])
    assert (held.version, held.body.person_count) == (2, 90)
    aid.page.close()


def test_a_consent_is_to_the_version_that_was_read(console: Opened, desk: Served) -> None:
    path, name = "/v1/notifications", "Hospital Two"
    desk.said("AID", path, notification="N-TWO", kind="static_site", body=site(name))
    desk.said("HUM", f"{path}/N-TWO/validate", version=1)
    chief = officer_at(console, desk, "AID-TAC.commander")
    chief.press("g n")
    row = chief.page.locator("[data-row]").filter(has_text=name).first
    row.get_by_role("button", name="Consent to telling").click()
    form = chief.page.get_by_role("dialog")
    form.get_by_label("EAST", exact=True).select_option("1")

    other = {"kind": "static_site", "body": site(name, person_count=90)}
    desk.said("AID", f"{path}/N-TWO/amend", version=2, **other)

    expect(form.get_by_role("status").filter(has_text="Version 2 stands by now")).to_be_visible()
    form.get_by_role("button", name="Consent", exact=False).last.click()
    expect(form.get_by_role("alert")).to_contain_text("version 1 is not the current one")
    assert desk.service.read(lambda state: state.notifications["N-TWO"]).consent is None
    chief.page.close()


def test_an_amendment_keeps_the_contacts_that_its_form_does_not_show(
    console: Opened, desk: Served
) -> None:
    path, name = "/v1/notifications", "Hospital Three"
    desk.said("AID", path, notification="N-THREE", kind="static_site", body=site(name))
    aid = officer_at(console, desk, "AID-TAC.duty")
    form = amending(aid, name)
    form.get_by_label("How", exact=True).fill("+000 9")
    form.get_by_role("button", name="Hold it against").click()
    form.get_by_role("button", name="File this version").click()
    expect(form).to_be_hidden()

    held = desk.service.read(lambda state: state.notifications["N-THREE"])
    kept = [(each.name, each.phone, each.role) for each in held.body.contacts]
    assert kept == [("Keeper", "+000 9", "site"), ("Deputy", "+000 2", "night")]
    aid.leave()
