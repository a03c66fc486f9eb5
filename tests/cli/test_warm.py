"""`openline warm`: what it leaves behind, and where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OPENLINE = Path(sys.prefix) / "bin" / "openline"


def warmed(**settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | settings
    return subprocess.run(
        [OPENLINE, "warm"], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(600)  # every loop is compiled, twice
def test_compiled_loops_are_kept_where_the_user_keeps_caches(tmp_path: Path) -> None:
    done = warmed(XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "openline" / "loops").rglob("sweep.*.nbi"))
