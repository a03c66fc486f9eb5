"""What the press says: a draft beside its sentence, one key to confirm or drop it, signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_harness import Console
from openline.domain.press import PressKind, ReportConfirmed
from openline.domain.statement import Entry, Signed
from openline.record.keys import public_key_from_facts
from openline.record.leaf import verify_leaf
from openline.sealing import entry_from_row
from rest_harness import Served

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
CASE = Path(__file__).resolve().parents[1] / "reports" / "case" / "2017-09-18.txt"
CONFIRM, DROP = "e", "x"


def confirmed(desk: Served) -> list[Entry]:
    journal = desk.service.journal
    entries = (entry_from_row(row) for row in journal.read(0, journal.size()))
    return [entry for entry in entries if isinstance(entry.content, ReportConfirmed)]


def reading(console: Opened, desk: Served) -> Console:
    officer = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty")
    officer.at_the_desk().press("g p")
    officer.page.get_by_label("or a file").set_input_files(CASE)
    expect(officer.page.get_by_text("12 to confirm or drop")).to_be_visible()
    return officer


def test_one_key_confirms_a_draft_and_writes_one_signed_statement_that_cites_the_report(
    console: Opened, desk: Served
) -> None:
    officer = reading(console, desk)
    size = desk.service.journal.size()

    officer.press(CONFIRM)
    expect(officer.page.get_by_text(re.compile(r"Confirmed: entry \d+"))).to_be_visible()

    rows = list(desk.service.journal.read(size, desk.service.journal.size()))
    (row,) = (each for each in rows if isinstance(entry_from_row(each).word, Signed))
    (entry,) = confirmed(desk)
    assert entry == entry_from_row(row)
    assert isinstance(entry.word, Signed)
    assert isinstance(entry.content, ReportConfirmed)
    key = next(
        key
        for key in desk.service.read(lambda state: list(state.keys.values()))
        if key.position == "WEST-TAC.duty"
    )
    verify_leaf(row.leaf, public_key_from_facts({"kid": key.kid, "x": key.x}))
    assert entry.content.kind is PressKind.CROSSING
    body = entry.content.body
    assert body is not None
    assert body.report == hashlib.sha256(CASE.read_bytes()).hexdigest()
    assert (body.actor, body.when) == ("Syrian government forces", "2017-09-18")
    assert body.place is not None
    assert entry.readers == ("WEST",)
    sentence = CASE.read_text().split("— ")[1].split(". ")[0]
    assert sentence.encode()[:60] not in (row.body or b"") + row.leaf
    assert officer.errors == []


def test_one_key_drops_a_draft_and_nothing_of_it_is_recorded(console: Opened, desk: Served) -> None:
    officer = reading(console, desk)
    size = desk.service.journal.size()

    officer.press(DROP)
    expect(officer.page.get_by_text("Dropped. It leaves no trace.")).to_be_visible()
    expect(officer.page.get_by_text("11 to confirm or drop")).to_be_visible()

    assert desk.service.journal.size() == size
    assert confirmed(desk) == []


def test_each_draft_stands_beside_its_sentence_and_what_it_denies(
    console: Opened, desk: Served
) -> None:
    officer = reading(console, desk)
    denial = officer.page.get_by_role("listitem").filter(has_text="denied the claim")
    expect(denial).to_contain_text("draft 4")
    expect(denial).to_contain_text("Russia's Defense Ministry")
    expect(officer.page.get_by_text("4 parts left out")).to_be_visible()


def test_a_report_that_cannot_be_read_is_told_in_one_sentence(
    console: Opened, desk: Served
) -> None:
    officer = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty")
    officer.at_the_desk().press("g p")
    nothing = {"name": "x.txt", "mimeType": "text/plain", "buffer": b"\0" * 900}
    officer.page.get_by_label("or a file").set_input_files(nothing)  # type: ignore[arg-type]
    expect(officer.page.get_by_role("alert")).to_contain_text("x.txt: it is no text.")
