"""The page on the API, typed as it stands there: from nothing to a receipt that verifies."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from typed_shell import WRITTEN_AT, Shell

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
needs = [tool for tool in ("bash", "curl", "openssl") if shutil.which(tool) is None]


@pytest.mark.long
@pytest.mark.skipif(bool(needs), reason=f"the page is typed with what is not here: {needs}")
def test_who_has_only_the_page_files_a_notification_and_gets_a_receipt(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "report.txt").write_text("The ministry said that its troops had crossed the river.")
    *before, serve = BLOCKS[0].splitlines()
    path = f"{_with_openline(tmp_path)}:{os.environ['PATH']}"

    def typed(rows: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{rows.replace(WRITTEN_AT, shell.url)}"],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    typed("\n".join(before))
    with shell.serving(f'ARGS="{serve.removeprefix("openline serve ")}"'):
        printed = typed("".join(BLOCKS[1:]))

    assert json.loads((tmp_path / "rung.json").read_text())["rung"] == "acknowledged"
    assert '"submitter":"AID"' in printed
    assert "Mill clinic" in printed.partition('"tier":1')[2]
    assert "Nothing is wrong" in printed
    assert '"kind":"crossing"' in printed.partition('"drafts"')[2]


def _with_openline(folder: Path) -> Path:
    """A folder in which `openline` is this very one."""
    program = folder / "bin" / "openline"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom openline.cli.main import run\nrun()\n")
    program.chmod(0o755)
    return program.parent
