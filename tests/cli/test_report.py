"""`openline report`: what it prints, what it exits with, and that it needs nothing."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import pytest
from msgspec.structs import fields

from openline.reports.report import Draft, Drafted, LeftOut, Source

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/report.json").read_text())
CASE = ROOT / "tests/reports/case/2017-09-18.txt"
Openline = Callable[..., Any]


def checked(text: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text)
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert list(validator.iter_errors(answer)) == []
    return answer


def test_the_answer_fits_the_schema_that_is_published(openline: Openline) -> None:
    ran = openline("report", CASE, "--json")
    answer = checked(ran.out)
    assert ran.status == 0
    assert answer["report"]["date"] == "2017-09-18"
    assert {"crossing", "open_line", "talks", "claim", "denial", "assurance", "hold"} <= {
        each["kind"] for each in answer["drafts"]
    }


@pytest.mark.parametrize(
    "report", sorted((ROOT / "tests/reports/dev").glob("*.[th]*")), ids=lambda path: path.stem
)
def test_every_report_of_the_open_half_is_answered_by_the_schema(
    openline: Openline, report: Path
) -> None:
    checked(openline("report", report, "--json").out)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (Drafted, SCHEMA),
        (Source, SCHEMA["properties"]["report"]),
        (Draft, SCHEMA["properties"]["drafts"]["items"]),
        (LeftOut, SCHEMA["properties"]["left_out"]["items"]),
    ],
)
def test_the_schema_names_just_the_members_there_are(kind: type, where: dict[str, Any]) -> None:
    names = [each.name for each in fields(kind)]
    assert names == list(where["properties"]) == where["required"]
    assert set(get_type_hints(kind)) == set(names)


def test_standard_input_is_read(openline: Openline, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = io.TextIOWrapper(io.BytesIO(b"The army said rebels shelled a market on Monday."))
    monkeypatch.setattr(sys, "stdin", sent)
    answer = checked(openline("report", "-", "--json", "--date", "2017-09-19").out)
    (draft,) = answer["drafts"]
    assert (draft["speaker"], draft["when"]) == ("The army", "2017-09-18")


def test_for_a_person_each_draft_stands_beside_its_sentence(openline: Openline) -> None:
    printed = openline("report", CASE).out.replace("\n", " ")
    assert "said by Ahmad Khalil (Deir ez-Zor Military Council)" in " ".join(printed.split())
    assert "nothing is recorded until a person confirms" in " ".join(printed.split())
    assert "left out (advertisement): Sign up for our newsletter." in " ".join(printed.split())


def test_a_report_that_tells_nothing_exits_with_1(openline: Openline, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("The weather was fine.")
    assert openline("report", tmp_path / "x.txt").status == 1


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 900])
def test_what_cannot_be_read_is_one_sentence(
    openline: Openline, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "x.txt").write_bytes(content)
    ran = openline("report", tmp_path / "x.txt")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("openline: x.txt: ")


def test_nothing_of_a_report_moves_the_cursor(openline: Openline, tmp_path: Path) -> None:
    text = "The army said rebels\x1b[31m shelled\u202e a market."
    (tmp_path / "x.txt").write_text(text)
    assert not {"\x1b", "\u202e"} & set(openline("report", tmp_path / "x.txt").out)


def test_the_drafts_on_the_page_are_printed_as_they_stand_there(
    openline: Openline, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/reports.md").read_text()
    ((command, shown),) = re.findall(
        r"```sh\nopenline (.*?)\n```\n```text\n(.*?)```", page, re.DOTALL
    )
    monkeypatch.chdir(ROOT)

    printed = openline(*shlex.split(command)).out.split("\n\n")

    drafts = shown.strip().split("\n\n")
    assert len(drafts) == 2
    assert [draft for draft in drafts if draft not in printed] == []
