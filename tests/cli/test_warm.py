"""`openline warm`: what it leaves behind, and where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OPENLINE = Path(sys.prefix) / "bin" / "openline"
NOT_WARM = "The loops of detection are not compiled yet"


def environment(**settings: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | settings


def warmed(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [OPENLINE, "warm"],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def said_by_a_desk(folder: Path, caches: Path) -> str:
    """What `openline serve` says until it listens; it is stopped then."""
    command = [OPENLINE, "serve", "--port", "0", "--data", str(folder / "desk")]
    with subprocess.Popen(
        command, env=environment(XDG_CACHE_HOME=str(caches)), stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        said = ""
        while "Listening on" not in said:
            row = desk.stdout.readline()
            assert row, said
            said += row
        desk.terminate()
    return " ".join(said.split())


@pytest.mark.timeout(600)  # every loop is compiled, twice
def test_compiled_loops_are_kept_where_the_user_keeps_caches(tmp_path: Path) -> None:
    assert NOT_WARM in said_by_a_desk(tmp_path, caches=tmp_path)

    done = warmed(XDG_CACHE_HOME=str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "openline" / "loops").rglob("sweep.*.nbi"))
    assert NOT_WARM not in said_by_a_desk(tmp_path, caches=tmp_path)
