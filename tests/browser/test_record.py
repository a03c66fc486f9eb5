"""The record pane: what may be read in plain words, and proofs that the browser verifies itself."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, Route, expect

from browser_harness import Console, ReplayedDesk
from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.sentences import phrase_of, who_text
from openline.config import Config
from openline.desk.view import may_read_entry
from openline.desk_key import rotate_desk_key
from openline.domain.party import DeskOpened, PartyKind
from openline.record.encoding import decode_base64url, encode_base64
from openline.record.leaf import leaf_hash
from openline.record.note import ED25519, NoteKey, render_vkey
from openline.record.proof import parse_proof, render_proof
from openline.record.verify import main as verify
from openline.sealing import entry_from_row
from openline.service import SystemClock

pytestmark = pytest.mark.long
Opened = Callable[..., Console]
RECEIPTS = re.compile(r"/v1/record/receipts/\d+$")


@pytest.fixture
def pane(console: Opened, night: ReplayedDesk) -> Page:
    officer = console(night.url).enter_offered("EAST-TAC.duty")
    officer.press("g r")
    expect(officer.page.get_by_text("Signed by the desk's key; verified")).to_be_visible()
    expect(officer.page.locator("button.entry").nth(60)).to_be_visible()
    return officer.page


def entry_row(page: Page, index: int) -> None:
    """Opens the entry with this index, searched for as an officer would."""
    page.get_by_role("searchbox").fill(str(index))
    page.locator(f"#entry-{index}").click()


def own_signed(night: ReplayedDesk) -> int:
    """The last thing that EAST signed with its own key."""
    rows = list(night.service.journal.read(0, night.service.journal.size()))
    return max(row.index for row in rows if row.said is not None and row.said.party == "EAST")


def vkey(night: ReplayedDesk) -> str:
    (genesis,) = night.service.journal.read(0, 1)
    opened = entry_from_row(genesis).content
    assert isinstance(opened, DeskOpened)
    raw = decode_base64url(opened.desk_key.x.encode())
    return render_vkey(NoteKey(name=opened.origin, algorithm=ED25519, public=raw))


def with_another_hash(receipt: bytes) -> bytes:
    proof = parse_proof(receipt)
    return render_proof(replace(proof, hashes=(bytes(32), *proof.hashes[1:])))


def with_another_root(receipt: bytes) -> bytes:
    proof = parse_proof(receipt)
    root = proof.checkpoint.split(b"\n")[2]
    return receipt.replace(root, encode_base64(bytes(32)).encode())


def of_another_entry(receipt: bytes) -> bytes:
    proof = parse_proof(receipt)
    return render_proof(replace(proof, index=proof.index - 1))


def test_what_may_be_read_stands_in_the_words_of_the_command_line(
    pane: Page, night: ReplayedDesk
) -> None:
    shown = {
        int(row.get_attribute("id").removeprefix("entry-")): row.locator(".says").inner_text()
        for row in pane.locator("button.entry").all()
    }
    assert len(shown) > 50
    newest = max(shown)
    for row in night.service.journal.read(min(shown), newest + 1):
        entry = entry_from_row(row)
        if row.index not in shown:
            continue
        may = night.service.read(lambda state, entry=entry: may_read_entry(state, "EAST", entry))
        said = f"{who_text(entry.author)} {phrase_of(entry.content)}"
        hashed = encode_base64(leaf_hash(row.leaf))
        assert shown[row.index] == (said if may else hashed)


def test_an_entry_is_proven_in_the_browser_and_its_receipt_verifies_offline(
    pane: Page, night: ReplayedDesk, tmp_path: Path
) -> None:
    index = own_signed(night)
    entry_row(pane, index)
    expect(pane.get_by_text(re.compile("^✓ PROVEN"))).to_be_visible()
    expect(pane.get_by_text("Your party's own key signed it")).to_be_visible()
    expect(pane.get_by_text("Level: logged")).to_be_visible()

    files = {}
    for name in ("Keep the receipt", "Keep the leaf"):
        with pane.expect_download() as download:
            pane.get_by_role("button", name=name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    command = pane.locator(".code").inner_text()

    assert command == f"openline verify {files['Keep the receipt'].name} --leaf " + (
        f"{files['Keep the leaf'].name} --vkey {vkey(night)}"
    )
    receipt, leaf = map(str, files.values())
    assert verify([receipt, "--leaf", leaf, "--vkey", vkey(night)]) == 0


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (with_another_hash, "does not lead from this entry to the root"),
        (with_another_root, "was not made over it by the desk's key"),
        (of_another_entry, "for another entry"),
    ],
)
def test_a_tampered_proof_is_shown_as_not_proven(
    pane: Page, night: ReplayedDesk, tamper: Callable[[bytes], bytes], why: str
) -> None:
    def on_the_wire(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=tamper(response.body()))

    pane.route(RECEIPTS, on_the_wire)
    entry_row(pane, own_signed(night))

    expect(pane.get_by_text("NOT PROVEN")).to_contain_text(why)
    expect(pane.get_by_text("PROVEN: it stands")).to_have_count(0)
    expect(pane.get_by_role("button", name="Keep the receipt")).to_have_count(0)


def test_a_leaf_that_was_altered_on_the_way_is_not_proven(pane: Page, night: ReplayedDesk) -> None:
    index = own_signed(night)

    def on_the_wire(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        for entry in body["entries"]:
            if entry["index"] == index:
                head, payload, signature = entry["leaf"].split(".")
                entry["leaf"] = ".".join((head, payload, signature[:-8] + "AAAAAAAA"))
        route.fulfill(response=response, json=body)

    pane.route(re.compile(r"/v1/record/entries\?"), on_the_wire)
    pane.reload()
    pane.get_by_role("button", name="EAST-TAC.duty", exact=True).click()
    expect(pane.get_by_role("status").filter(has_text="Live")).to_be_visible()
    pane.keyboard.press("g")
    pane.keyboard.press("r")
    entry_row(pane, index)

    expect(pane.get_by_text("NOT PROVEN")).to_contain_text("not the one whose hash stands")


def test_what_one_may_not_read_is_a_hash_that_is_proven_all_the_same(
    console: Opened, night: ReplayedDesk
) -> None:
    officer = console(night.url).enter_offered("HUM-OPS.duty")
    officer.press("g r")
    page = officer.page
    row = page.locator("li.hashed").first
    row.get_by_role("button").click()

    expect(page.get_by_text(re.compile("^✓ PROVEN"))).to_be_visible()
    expect(page.get_by_text("You may not read it: its hash stands there")).to_be_visible()
    assert officer.errors == []


def test_what_a_desk_sealed_before_and_after_it_changed_its_key_is_proven(
    console: Opened, tmp_path: Path
) -> None:
    path, keys = tmp_path / "desk", tmp_path / "keys"
    app.make_desk(path, exercise=True)
    with app.desk_at(path) as service:
        add_newcomer(service, Newcomer(id="EAST", kind=PartyKind.FORCE), keys)
        before = service.journal.size() - 1
    new = rotate_desk_key(path, clock=SystemClock())
    with app.desk_at(path) as service:
        add_newcomer(service, Newcomer(id="WEST", kind=PartyKind.FORCE), keys)
        after = service.journal.size() - 1
        web = app.Web(service, Config(port=0))
        thread = threading.Thread(target=web.run)
        thread.start()
        try:
            officer = console(web.url).enter_with(keys / "EAST-TAC.duty.key", "EAST-TAC.duty")
            page = officer.at_the_desk().press("g r").page
            for index in (before, after):
                entry_row(page, index)
                expect(page.get_by_text("The desk's key signed it; verified")).to_be_visible()
                assert f"--vkey {new}" in page.locator(".code").inner_text()
                page.locator(f"#entry-{index}").click()
        finally:
            web.stop()
            thread.join()
