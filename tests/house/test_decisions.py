"""Each decision is on record on one page, and no dependency came in without one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, GROUPS = SETTINGS["project"], SETTINGS["dependency-groups"]
LOCKS = {
    "requirements.lock": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
    "requirements-conformance.lock": GROUPS["conformance"],
    "requirements-foreign.lock": GROUPS["foreign"],
    "requirements-grammar.lock": GROUPS["grammar"] + GROUPS["model"],
    "requirements-peers.lock": GROUPS["peers"] + GROUPS["samples"],
}
LINES_ON_A_PAGE = 60


def names_of(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[<>=~ ;]", requirement)[0] for requirement in requirements]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_is_one_page_with_its_four_parts(record: Path) -> None:
    text = record.read_text()
    parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Rejected", "What would change our mind"]
    assert len(text.splitlines()) <= LINES_ON_A_PAGE


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("dependency", names_of(PROJECT["dependencies"]))
def test_every_runtime_dependency_has_its_reason_on_record(dependency: str) -> None:
    naming = [record.name for record in RECORDS if f"`{dependency}`" in record.read_text()]
    assert naming != []


@pytest.mark.parametrize(("lock", "wanted"), LOCKS.items())
def test_a_lock_pins_all_it_should_by_hash_and_names_no_address(
    lock: str, wanted: list[str]
) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(
        r"^([a-z0-9._-]+)==\S+(?: ; .*)? \\\n    --hash=sha256:", text, re.MULTILINE
    )
    every_pin = re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)
    assert len(pinned) == len(every_pin)
    assert set(names_of(wanted)) <= set(pinned)
    assert "://" not in text


def test_the_changelog_has_a_part_for_this_version() -> None:
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()
