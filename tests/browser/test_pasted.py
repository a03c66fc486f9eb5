"""Whatever is pasted, the screen stays one's own, and one sentence says what became of it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from browser_harness import Console
from rest_harness import Served, served

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Opened = Callable[..., Console]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("pasted")) as desk:
        yield desk


@pytest.fixture
def aid(console: Opened, desk: Served) -> Iterator[Console]:
    opened = console(desk.url, permissions=["clipboard-read", "clipboard-write"])
    opened.enter_with(desk.keys / "AID-TAC.duty.key", "AID-TAC.duty")
    yield opened.at_the_desk()
    assert [each for each in opened.errors if "413" not in each] == []
    opened.page.close()


def ring(corners: int) -> list[list[float]]:
    """A circle in so many corners, closed."""
    turn = [2 * math.pi * at / corners for at in range(corners)]
    found = [[round(40 + math.cos(a), 4), round(35 + math.sin(a), 4)] for a in turn]
    return [*found, found[0]]


def geojson(corners: int) -> str:
    text = json.dumps({"type": "Polygon", "coordinates": [ring(corners)]})
    return text.replace(" ", "")


def kml(corners: int) -> str:
    way = " ".join(f"{lon},{lat},0" for lon, lat in ring(corners))
    head = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>'
    return f"{head}{way}</coordinates></LineString></Placemark></kml>"


def gpx(corners: int) -> str:
    way = "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in ring(corners))
    return f'<gpx version="1.1"><trk><trkseg>{way}</trkseg></trk></gpx>'


def garbage(length: int) -> str:
    letters = random.Random(7)
    return "".join(letters.choice('{}[]<>",:12 aß\u0633\n') for _ in range(length))


TOO_LONG: Final = "Simplify it: ground has 1,000 corners at most"
PASTED: Final[dict[str, tuple[Callable[[], str], str]]] = {
    "5 MB of GeoJSON": (lambda: geojson(290_000), TOO_LONG),
    "5 MB of KML": (lambda: kml(290_000), TOO_LONG),
    "5 MB of GPX": (lambda: gpx(150_000), TOO_LONG),
    "5 MB of garbage": (lambda: garbage(5_000_000), TOO_LONG),
    "1 MB of garbage": (lambda: garbage(700_000), "left out"),
    "a ring of 50,000 corners": (lambda: geojson(50_000), "more than 2000 vertices"),
    "a way of 40,000 points": (lambda: kml(40_000), "more than 2000 vertices"),
    "nothing but brackets": (lambda: '{"type":"Polygon","coordinates":' + "[" * 90_000, "JSON"),
}


def pasted_into(aid: Console, label: str, text: str) -> Any:
    """Pasted by the keys that paste, as from another window."""
    form = aid.page.get_by_role("dialog")
    aid.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    form.get_by_label(label).focus()
    aid.page.keyboard.press("Control+v")
    return form


@pytest.mark.parametrize("what", PASTED)
def test_a_huge_paste_holds_nothing_up_and_one_sentence_says_what_became_of_it(
    aid: Console, desk: Served, what: str
) -> None:
    before = desk.service.journal.size()
    text, why = PASTED[what][0](), PASTED[what][1]
    aid.press("s n 1")
    form = aid.page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Ground")
    form.get_by_label("Type").fill("invented")
    form.get_by_label("Starts").fill("+48h")
    form.get_by_label("Ends").fill("+50h")
    pasted_into(aid, "Where", text)

    expect(form.get_by_role("button", name="Take it away")).to_be_focused()
    aid.press("F8")
    expect(aid.page.get_by_role("heading", name="CHECK FIRE")).to_be_visible()
    aid.press("Escape")
    form.get_by_role("button", name="Hold it against").click()
    expect(form.get_by_role("alert")).to_contain_text(why)
    assert desk.service.journal.size() == before

    form.get_by_role("button", name="Take it away").click()
    expect(form.get_by_label("Where")).to_have_value("")
    form.get_by_label("Where").fill("35.336, 40.14")
    expect(form.get_by_text("35.33600, 40.14000")).to_be_visible()


def test_a_text_too_long_for_any_field_is_not_taken_into_it(aid: Console) -> None:
    aid.press("s m")
    form = pasted_into(aid, "What you say", "word " * 200_000)

    expect(form.get_by_text("nothing of it was taken")).to_be_visible()
    expect(form.get_by_label("What you say")).to_have_value("")
    aid.page.keyboard.type("Said shorter.")
    expect(form.get_by_text("nothing of it was taken")).to_have_count(0)


def test_a_report_too_long_for_a_field_is_read_at_once(aid: Console) -> None:
    aid.press("g p")
    report = "A convoy was struck near Deir ez-Zor on 16 September 2017, officials said.\n" * 400
    aid.page.evaluate("(text) => navigator.clipboard.writeText(text)", report)
    aid.page.get_by_label("The report, as text or HTML").focus()
    aid.page.keyboard.press("Control+v")

    expect(aid.page.get_by_role("button", name="Another")).to_be_visible()
