"""Every benchmark runs, names its peer, and prints the ratio to it; what is absent it names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = sorted((Path(__file__).resolve().parents[2] / "benchmarks").glob("*.py"))
TRACKS = next(path for path in BENCHMARKS if path.stem == "tracks")

SMALLEST = {"funnel": "0.5"}
"""What proves its rows in the least time; of the others eight. A funnel is told seconds."""


def ratio_of(row: dict[str, Any]) -> float:
    """`times_the_peer` counts work done in the same time, `of_the_peer` time for the same work."""
    (ratio,) = (row[name] for name in ("times_the_peer", "of_the_peer") if name in row)
    return float(ratio)


@pytest.mark.long
@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_prints_the_ratio_to_a_named_peer(benchmark: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, benchmark, SMALLEST.get(benchmark.stem, "8")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert rows or "left out: " in done.stderr
    assert all(row["peer"] for row in rows)
    assert all(ratio_of(row) > 0 for row in rows)


@pytest.mark.long
def test_a_benchmark_leaves_out_by_name_the_peers_that_are_not_there(tmp_path: Path) -> None:
    nowhere = os.environ | {"OPENLINE_PEERS": str(tmp_path / "python")}
    done = subprocess.run(
        [sys.executable, TRACKS, "8"], env=nowhere, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "left out: bluesky-simulator" in done.stderr
    assert "BlueSky" not in done.stdout
