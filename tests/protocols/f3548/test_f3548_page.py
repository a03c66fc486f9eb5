"""The page on the standard is true: each point has a row, and what a row names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "standards" / "f3548.md").read_text(encoding="utf-8")
POINTS = [*map(str, range(1, 20)), "access"]
TESTS = {path.name: path.read_text() for path in (ROOT / "tests").rglob("test_f3548_*.py")}


def rows(part: str) -> list[list[str]]:
    """The cells of the rows under a heading, the table's own heading left out."""
    text = PAGE.partition(f"\n## {part}\n")[2].partition("\n## ")[0]
    found = [row.strip("|").split("|") for row in text.splitlines() if row.startswith("|")]
    return [[cell.strip() for cell in row] for row in found[2:]]


ROWS = {row[-3]: row for part in ("Point by point", "Beyond the standard") for row in rows(part)}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_point_of_the_standard_has_its_row() -> None:
    assert sorted(row[0] for row in rows("Point by point")) == sorted(POINTS)


@pytest.mark.parametrize("what", ROWS)
def test_the_modules_of_a_row_exist(what: str) -> None:
    modules = named(ROWS[what][-2])
    below = [ROOT / "src" / "openline" / each.replace(".", "/") for each in modules]
    assert modules
    assert [p for p in below if not p.with_suffix(".py").exists() and not p.is_dir()] == []


@pytest.mark.parametrize("what", ROWS)
def test_the_tests_of_a_row_exist(what: str) -> None:
    """Whole files, or tests of the file named last before them."""
    names, file = named(ROWS[what][-1]), ""
    assert names
    for name in names:
        if name.endswith(".py"):
            file = name
            assert file in TESTS
        else:
            assert f"def {name}(" in TESTS[file]


def test_every_test_of_the_standard_is_on_the_page() -> None:
    own = {path.name for path in (Path(__file__).parent / "conformance").glob("test_*.py")}
    assert own
    assert {each for each in own if f"`{each}`" not in PAGE} == set()


def test_it_opens_with_what_it_is_not() -> None:
    opening = PAGE.partition("\n## ")[0]
    for told in ("One instance", "not pooled", "No Remote ID", "100,000 intents", "UNKNOWN"):
        assert told in opening
