"""What a reader of the press confirms is kept for its own party, and is nobody's account."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk_harness import Desk, river_desk
from openline.domain.airspace import Position
from openline.domain.errors import Malformed, TooLarge
from openline.domain.press import PressBody, PressKind, ReportConfirmed
from openline.reports.lexicon import Event
from openline.reports.verbs import SHAPES

BODY = PressBody(
    report="a" * 64,
    speaker="Ahmad Khalil",
    actor="Russian and Syrian aircraft",
    place_name="near Deir ez-Zor",
    place=Position(lat_deg=35.336, lon_deg=40.141, accuracy_m=10_500.0),
    when="2017-09-16",
    when_precision="day",
)
STRIKE = ReportConfirmed(press="R-1", kind=PressKind.STRIKE, body=BODY)


def test_what_the_press_says_is_seen_by_the_readers_own_party_alone() -> None:
    desk = river_desk()
    (entry,) = desk.say("EAST", STRIKE)
    assert entry.readers == ("EAST",)


def test_nothing_follows_from_what_the_press_says() -> None:
    desk = river_desk()
    before = desk.state.size
    entries = desk.say("EAST", STRIKE)
    assert len(entries) == 1
    assert desk.state.size == before + 1
    assert desk.state.incidents == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"report": ""},
        {"report": "A" * 64},
        {"when": "Monday"},
        {"place": Position(lat_deg=95.0, lon_deg=0.0)},
        {"denies": "x" * 20_001},
    ],
)
def test_a_confirmation_that_cannot_be_read_is_refused(changed: dict[str, object]) -> None:
    desk: Desk = river_desk()
    with pytest.raises((Malformed, TooLarge)):
        desk.say("EAST", replace(STRIKE, body=replace(BODY, **changed)))


def test_every_event_a_report_tells_of_can_be_confirmed() -> None:
    kinds = {each.event.value for each in SHAPES.values()} - {"warning"}
    assert kinds <= {each.value for each in PressKind}
    assert {each.value for each in Event} <= {each.value for each in PressKind}
