"""A relay in the browser: over both backers, a receipt at each hop, down to the unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk
from openline.domain.delivery import Rung

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]
TEXT: Final = "Our engineers work on the ferry until dusk. «لا إطلاق»"


def answering(officer: Console, message: str) -> Any:
    """The form that answers what is owed of this message."""
    row = officer.page.get_by_role("listitem").filter(has_text=message)
    row.get_by_role("button", name=re.compile("Answer|Next step")).first.click()
    form = officer.page.get_by_role("dialog")
    expect(form).to_contain_text(TEXT)
    return form


def test_a_relay_is_carried_over_both_backers_and_passed_down_with_a_receipt_at_each_hop(
    console: Opened, night: ReplayedDesk
) -> None:
    east = console(night.url).enter_offered("EAST-TAC.duty")
    east.press("s m")
    form = east.page.get_by_role("dialog")
    form.get_by_role("radio", name="RELAY").check()
    form.get_by_label("What you say").fill(TEXT)
    form.get_by_role("button", name="Send it").click()
    expect(form.get_by_role("alert")).not_to_be_empty()  # to nobody: refused, and still there
    form.get_by_label("West Force", exact=True).check()
    form.get_by_role("button", name="Send it").click()
    expect(form).to_be_hidden()
    message = night.service.read(lambda state: [*state.messages.values()][-1])
    assert (message.kind, message.recipients) == ("RELAY", ("WEST",))
    east.page.close()

    for carrier, onward in (("EASTB", "West Backer"), ("WESTB", "West Force")):
        officer = console(night.url).enter_offered(f"{carrier}-TAC.duty")
        form = answering(officer, message.id)
        form.get_by_role("button", name=f"Pass it on to {onward}").click()
        expect(form).to_be_hidden()
        officer.leave()

    west = console(night.url).enter_offered("WEST-TAC.duty")
    for climb in ("We read it back", "Passed down to the unit"):
        form = answering(west, message.id)
        form.get_by_role("button", name=climb).click()
        expect(form).to_be_hidden()

    owed = night.service.read(
        lambda state: {
            each.recipient: (each.hop, each.rung, each.origin)
            for each in state.deliveries.values()
            if each.subject == message.id
        }
    )
    assert owed == {
        "EASTB": (1, Rung.PASSED_DOWN, "EAST"),
        "WESTB": (2, Rung.PASSED_DOWN, "EAST"),
        "WEST": (3, Rung.PASSED_DOWN, "EAST"),
    }
    west.page.close()
