"""What is signed in the browser is what the desk takes and any verifier finds true."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_harness import Console, ReplayedDesk
from openline.cli.newcomers import make_key
from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.statement import Signed
from openline.record.keys import public_key_from_facts
from openline.record.leaf import body_digest, open_leaf, verify_leaf
from openline.record.proof import parse_proof
from openline.sealing import entry_from_row
from rest_harness import Served, open_line

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
KEPT_KEYS = """() => new Promise((resolve) => {
  indexedDB.open("openline", 1).onsuccess = (opened) => {
    const asked = opened.target.result.transaction("keys").objectStore("keys").getAll();
    asked.onsuccess = () => resolve(asked.result.map(
      ({ position, key }) => ({ position, extractable: key.extractable })));
  };
})"""


def send_flash(desk: Served) -> None:
    open_line(desk)
    desk.said(
        "EAST",
        "/v1/messages",
        message="M-1",
        kind="CHECK_FIRE",
        precedence="FLASH",
        recipients=["WEST"],
        body={"text": "Stop and verify. «كفّوا النار» 𝄞", "language": "en"},
    )


def test_an_answer_is_signed_with_the_positions_own_key_and_verifies(
    console: Opened, desk: Served
) -> None:
    send_flash(desk)
    officer = console(desk.url).enter_with(desk.keys / "WEST-TAC.duty.key", "WEST-TAC.duty")
    page = officer.at_the_desk().page

    officer.press("a")
    page.get_by_role("button", name="We object").click()
    page.get_by_label("Why").fill('Not ours: «ليست لنا» – 12 km away, "verified" \\ 𝄞')
    page.get_by_role("button", name="We object").last.click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    journal = desk.service.journal
    (row,) = (
        row
        for row in journal.read(0, journal.size())
        if isinstance(entry_from_row(row).content, ReceiptGiven)
    )
    entry = entry_from_row(row)
    key = next(
        key
        for key in desk.service.read(lambda state: list(state.keys.values()))
        if key.position == "WEST-TAC.duty"
    )
    verify_leaf(row.leaf, public_key_from_facts({"kid": key.kid, "x": key.x}))
    leaf = open_leaf(row.leaf)
    assert isinstance(entry.word, Signed)
    assert isinstance(entry.content, ReceiptGiven)
    assert entry.content.rung is Rung.OBJECTED
    assert entry.content.body is not None
    assert entry.content.body.text.startswith("Not ours: «ليست لنا»")
    assert entry.author.by_human
    assert leaf.bodydigest == body_digest(row.salt or b"", row.body or b"")
    assert parse_proof(desk.service.receipt(row.index).proof).index == row.index
    assert officer.errors == []


def test_leaves_of_one_key_follow_each_other(console: Opened, night: ReplayedDesk) -> None:
    officer = console(night.url).enter_offered("WESTB-TAC.duty")
    page = officer.page
    before = night.service.read(lambda state: state.keys)

    for rung in ("We read it back", "Passed down to the unit"):
        page.get_by_role("listitem").filter(has_text="CHECK FIRE").filter(
            has_text="WESTB-TAC"
        ).get_by_role("button", name=re.compile("Answer|Next step")).click()
        page.get_by_role("button", name=rung).click()
        expect(page.get_by_role("dialog")).to_be_hidden()

    (kid,) = (each for each, key in before.items() if key.position == "WESTB-TAC.duty")
    after = night.service.read(lambda state: state.keys[kid])
    assert after.next_seq >= 2
    assert officer.errors == []


def test_a_key_under_a_passphrase_is_unlocked_here_and_a_wrong_one_told(
    console: Opened, desk: Served, tmp_path: Path
) -> None:
    locked = tmp_path / "EAST-TAC.duty.key"
    make_key(locked, "Öffne dich".encode())
    officer = console(desk.url).enter_with(locked, "EAST-TAC.duty", "wrong")
    expect(officer.page.get_by_role("alert")).to_contain_text("Not the passphrase")

    officer.page.get_by_label("Passphrase of the file").fill("Öffne dich")
    officer.page.get_by_role("button", name="Come in", exact=True).first.click()

    # The key is read; the desk has never heard of it, and says so.
    expect(officer.page.get_by_role("alert")).to_contain_text("names no key in force")


def test_a_key_files_name_is_put_in_as_the_position_but_never_while_one_writes_there(
    console: Opened, desk: Served
) -> None:
    page = console(desk.url).page
    page.goto(desk.url)
    files, position = page.get_by_label("Key file"), page.get_by_label("Position", exact=True)

    position.focus()
    files.set_input_files(desk.keys / "EAST-TAC.duty.key")
    page.wait_for_function("() => document.querySelector('[type=file]').files.length === 1")
    page.evaluate("() => document.querySelector('[type=file]').files[0].text()")
    expect(position).to_have_value("")

    files.focus()
    files.set_input_files(desk.keys / "WEST-TAC.duty.key")
    expect(position).to_have_value("WEST-TAC.duty")


def test_the_private_key_never_leaves_the_browser(console: Opened, desk: Served) -> None:
    sent: list[str] = []
    officer = console(desk.url)
    officer.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    key = desk.keys / "EAST-TAC.duty.key"
    officer.enter_with(key, "EAST-TAC.duty").at_the_desk()

    seed = key.read_text().splitlines()[1]
    assert any("client_assertion" in each for each in sent)
    assert not any(seed[-43:-1] in each for each in sent)
    assert officer.page.evaluate(KEPT_KEYS) == []  # nothing is kept that nobody asked for


def test_a_token_from_elsewhere_lets_in_and_all_is_marked_as_attested(
    console: Opened, desk: Served
) -> None:
    token = desk.as_("EAST").headers["Authorization"].removeprefix("Bearer ")
    page = console(desk.url).page
    page.goto(desk.url)
    page.get_by_text("With a token").click()
    page.get_by_label("Bearer token").fill(token)
    page.get_by_role("button", name="Come in").last.click()

    expect(page.get_by_text("nothing here is signed by you")).to_be_visible()


def test_a_key_that_was_kept_lets_in_again_and_can_be_forgotten(
    console: Opened, desk: Served
) -> None:
    officer = console(desk.url)
    page = officer.page
    page.goto(desk.url)
    page.get_by_label("Keep the key").check()
    page.get_by_label("Key file").set_input_files(desk.keys / "EAST-TAC.duty.key")
    page.get_by_role("button", name="Come in", exact=True).first.click()
    officer.at_the_desk()

    assert page.evaluate(KEPT_KEYS) == [{"position": "EAST-TAC.duty", "extractable": False}]
    page.reload()
    page.get_by_role("region", name="Keys kept").get_by_role("button", name="Come in").click()
    officer.at_the_desk()
    page.reload()
    page.get_by_role("button", name="Forget").click()

    expect(page.get_by_role("region", name="Keys kept")).to_be_hidden()
