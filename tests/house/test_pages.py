"""What the pages tell a stranger to do can be done."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from openline.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = ROOT / "README.md"
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


def test_every_command_that_is_named_exists() -> None:
    commands = set(typer.main.get_command(app).list_commands(None))  # type: ignore[attr-defined]
    named = {
        name
        for page in PAGES
        for name in re.findall(r"(?<![\w/-])openline ([a-z][a-z-]*)", code_in(page))
    }
    assert named - commands == set()


def test_the_first_check_of_a_file_works_as_the_readme_has_it(tmp_path: Path) -> None:
    (command,) = re.findall(r"^\.venv/bin/openline (check .*)$", code_in(README), re.MULTILINE)
    arguments = [
        str(ROOT / word) if word.startswith("examples/") else word for word in shlex.split(command)
    ]
    done = subprocess.run(
        [Path(sys.prefix) / "bin" / "openline", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "convoy-7 and works-2" in done.stdout
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert done.returncode == 1
