"""Every benchmark runs, names its peer, and prints the ratio to it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).resolve().parents[2] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_prints_the_ratio_to_a_named_peer(benchmark: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, benchmark, "8"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert row["peer"]
    assert row["times_the_peer"] > 0
