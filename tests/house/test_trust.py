"""The page on trust names a test for every attack, and every test that it names there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text()
TABLE = PAGE.partition("## Attacks")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| (?!attack|-)(?P<attack>[^|]+) \| (?P<by>[^|]+) \| (?P<test>[^|]+) \|$", re.M)


def known_tests() -> set[str]:
    sources = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.M)}


def test_every_attack_names_the_test_that_makes_it() -> None:
    rows = [found.groupdict() for found in ROW.finditer(TABLE)]
    assert len(rows) >= 25
    unnamed = [row["attack"] for row in rows if not re.fullmatch(r"`test_\w+`", row["test"])]
    assert unnamed == []


def test_every_test_that_the_page_names_there_is() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named - known_tests() == set()
