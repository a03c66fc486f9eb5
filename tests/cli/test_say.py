"""`openline say`: what is told to whoever has said something, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from openline.record.note import render_vkey
from rest_harness import Served, open_line, plan, served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with a line, at which WEST has filed a plan."""
    with served(tmp_path_factory.mktemp("desk")) as desk:
        open_line(desk)
        desk.said("WEST", "/v1/plans", **plan("WEST-1", 35.35, 40.15))
        yield desk


def said(openline, desk, folder, said_kind, side, content, *more, by_human=True):
    file = folder / "said.json"
    file.write_text(
        json.dumps(
            {
                "id": f"said-{said_kind[:4]}",
                "kind": said_kind,
                "by_human": by_human,
                "content": content,
            }
        )
    )
    position = f"{side}-TAC.duty"
    spoken = ("say", file, "--key", desk.keys / f"{position}.key", "--position", position)
    ran = openline(*spoken, "--to", desk.url, *more)
    assert ran.status == 0, ran.err
    return ran.out


def test_what_the_desk_made_of_it_is_told_in_sentences(openline, desk, tmp_path):
    told = said(openline, desk, tmp_path, "plan.filed.v1", "EAST", plan("EAST-1", 35.35, 40.15))

    assert "openline points EAST to a conflict in the six hours from" in told
    assert "call line L-1" in told
    assert ".given.v1" not in told


def test_who_still_has_to_answer_is_told_to_a_machine_that_has(openline, desk, tmp_path):
    sent = {"kind": "WARN", "recipients": ["WEST"], "precedence": "FLASH", "line": "L-1"}
    desk.said("EAST", "/v1/messages", message="M-1", **sent)
    receipt = {"delivery": "M-1/v1:WEST", "rung": "acknowledged"}

    told = said(openline, desk, tmp_path, "receipt.given.v1", "WEST", receipt, by_human=False)

    assert "a person at WEST still has to" in told


def test_a_receipt_is_verified_with_the_leaf_that_was_kept_beside_it(openline, desk, tmp_path):
    kept = tmp_path / "kept.tlog-proof"
    contact = {"parties": ["EAST", "WEST"], "level": "tactical"}
    said(openline, desk, tmp_path, "contact.logged.v1", "EAST", contact, "--receipt", kept)

    verified = openline("verify", kept, "--vkey", render_vkey(desk.vkey()))
    kept.with_name("kept.tlog-proof.leaf").unlink()
    alone = openline("verify", kept, "--vkey", render_vkey(desk.vkey()))

    assert (verified.status, alone.status) == (0, 2)
    assert "Nothing is wrong" in verified.out
    assert alone.err.endswith("a receipt. Give the leaf it is for with --leaf.\n")


def test_a_desks_directory_is_no_copy_and_nothing_in_it_is_called_refuted(openline, desk, tmp_path):
    data, backup = desk.keys.parent / "desk", tmp_path / "backup"
    assert openline("backup", backup, "--data", data).status == 0

    for directory in (data, backup):
        ran = openline("verify", directory)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            f"{directory}: a desk's own directory, or a backup of one, and no copy of its record. "
            "Make a copy with `openline mirror` or `openline export`, and verify that.\n"
        )
