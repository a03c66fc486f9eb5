"""The page on `openline check` is true: each command on it prints what stands beneath it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openline.domain.plan import Kind
from openline.protocols.files.codec import read_file

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/check.md").read_text()
SHOWN = re.findall(r"```sh\nopenline (.*?)\n```\n```(?:text|json)\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_shows_commands() -> None:
    assert len(SHOWN) == 3


@pytest.mark.parametrize(("command", "printed"), SHOWN)
def test_a_command_on_the_page_prints_what_stands_beneath_it(
    openline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, command: str, printed: str
) -> None:
    monkeypatch.chdir(ROOT)

    assert to_the_metre(printed) == to_the_metre(openline(*shlex.split(command)).out)


def to_the_metre(text: str) -> str:
    """Five decimals of a degree: what follows may differ from one maths library to another."""
    return re.sub(r"(\d\.\d{5})\d+", r"\1", text)


def test_the_rows_of_csv_on_the_page_are_read() -> None:
    (rows,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)

    reading = read_file(rows.encode(), "page")

    assert (len(reading.fixes), reading.faults) == (1, [])


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.*")), ids=lambda p: p.name)
def test_every_example_is_read_without_a_fault(example: Path) -> None:
    reading = read_file(example.read_bytes(), example.name)

    assert reading.faults == []
    assert reading.plans or reading.fixes


def test_every_fault_in_the_code_stands_on_the_page() -> None:
    sources = [
        path.read_text()
        for folder in ("protocols/files", "cli")
        for path in (ROOT / "src/openline" / folder).glob("*.py")
    ]
    told = {name for text in sources for name in re.findall(r'add_fault\([^"]*?"(\w+)"', text)}

    assert {name for name in told if f"`{name}`" not in PAGE} == set()
    assert "`ground`, `air` or `drone`" in PAGE
    assert len(Kind) == 3
