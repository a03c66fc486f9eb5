"""The first hour of the README, typed as it stands there."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from typed_shell import Shell

ROOT = Path(__file__).resolve().parents[2]
HOUR = (ROOT / "README.md").read_text().partition("## The first hour")[2].partition("\n## ")[0]


def rows() -> tuple[list[str], str, list[str]]:
    """What is typed before the desk is served, the row that serves it, and what is typed then."""
    typed = [
        row
        for block in re.findall(r"```sh\n(.*?)```", HOUR, re.DOTALL)
        for row in block.splitlines()
    ]
    (serve,) = [at for at, row in enumerate(typed) if row.startswith("make serve")]
    return typed[:serve], typed[serve], typed[serve + 1 :]


@pytest.mark.long
def test_the_first_hour_goes_as_the_readme_has_it(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    before, serve, then = rows()
    printed = {}

    for row in before:
        shell.type(row)
    with shell.serving(serve):
        for row in then:
            if row.startswith("TOKEN="):
                shell.token = shell.type(row.removeprefix("TOKEN=$(").removesuffix(")")).strip()
            else:
                printed[row.partition("/v1/")[2] or row.split()[1]] = shell.type(row)

    assert [each["line"] for each in json.loads(printed["pointers"])["items"]] == ["L-1"]
    assert "M-1/v1:WEST:L-1" in printed["board"]
    assert "never an approval" in printed["receipts"]
    assert "reaches acknowledged for M-1/v1:WEST:L-1" in printed["explain"]
    assert "CHECK FIRE" in printed["phrase"]
    assert "EAST and WEST, tactical: open" in printed["status"]
