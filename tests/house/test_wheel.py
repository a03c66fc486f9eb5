"""What people install is the wheel: with its runtime dependencies alone it runs anywhere."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.prefix) / "bin" / "uv"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_at_run_time() -> set[str]:
    """openline's dependencies and all of theirs, without anything of the dev extra."""
    found: set[str] = set()
    waiting = ["openline"]
    while waiting:
        for text in requires(waiting.pop()) or []:
            wanted = Requirement(text)
            name = canonical(wanted.name)
            if name not in found and (wanted.marker is None or wanted.marker.evaluate()):
                found.add(name)
                waiting.append(name)
    return found


def locked(names: set[str]) -> str:
    """The part of the lock that pins these, hashes and all."""
    blocks = re.split(
        r"^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE
    )
    return "".join(block for block in blocks if block.partition("==")[0] in names)


def install(python: Path, *what: str | Path) -> None:
    """With uv, or where uv finds no index (it reads no pip configuration) with pip."""
    with_uv = subprocess.run(
        [UV, "pip", "install", "--python", python, *what], capture_output=True, check=False
    )
    if with_uv.returncode != 0:
        run(sys.executable, "-m", "pip", "--python", python, "install", *what)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_wheel_runs_where_the_sources_are_not(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    (wheel,) = tmp_path.glob("openline-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    (tmp_path / "runtime.lock").write_text(locked(needed_at_run_time()))
    install(python, "--require-hashes", "-r", tmp_path / "runtime.lock")
    install(python, "--no-deps", wheel)
    shown = run(tmp_path / "venv" / "bin" / "openline", "--help", cwd=tmp_path)
    assert "demo" in shown
