"""What the pages tell a stranger to do can be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"(?<![\w/.-])make ([a-z][a-z-]*)")


def code_in(page: Path) -> str:
    """All of a page that is set as code, inside a sentence or as a block."""
    return "\n".join(re.findall(r"```sh\n.*?```|`[^`\n]+`", page.read_text(), re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    dead = [target for target in targets if not (page.parent / target).exists()]
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    missing = [name for name in COMMAND.findall(code_in(page)) if name not in targets]
    assert missing == []


def test_every_make_target_says_what_it_is_for() -> None:
    makefile = (ROOT / "Makefile").read_text()
    silent = [
        name
        for name in re.findall(r"^\.PHONY: (\S+)", makefile, re.MULTILINE)
        if not re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)
    ]
    assert silent == []
