"""Those who judge our record from outside; each is skipped by name where it is not here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from foreign_harness import Judge, Verdicts, asked

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
VENV = ROOT / ".venv-foreign"
GO_LIBRARY = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def go_judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Go's sumdb/note and sumdb/tlog, built of the distribution's sources."""
    if shutil.which("go") is None or not (GO_LIBRARY / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("Go's verifiers: Debian's golang-go and golang-golang-x-mod-dev are not here")
    path = tmp_path_factory.mktemp("go")
    env = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(GO_LIBRARY),
        "GOCACHE": str(path / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(["go", "build", "-o", path / "judge", HERE / "judge.go"], env=env, check=True)
    return lambda cases: asked([path / "judge"], [case.wire() for case in cases])


@pytest.fixture(scope="session")
def foreign_python() -> Path:
    """The Python in which aics-tlog and aics-witness are."""
    python = VENV / "bin" / "python"
    ready = python.exists() and (VENV / ".ready").exists()
    if not ready:
        pytest.skip("aics-tlog and aics-witness are not here: run scripts/setup.sh foreign")
    return python


@pytest.fixture(scope="session")
def aics_judge(foreign_python: Path) -> Judge:
    """The public verifier aics-tlog."""
    return lambda cases: asked(
        [foreign_python, HERE / "judge_aics.py"], [case.wire() for case in cases]
    )


@pytest.fixture(scope="session")
def sigstore() -> Callable[[Iterable[dict[str, Any]]], Verdicts]:
    """The check of log entries in @sigstore/verify."""
    folder = VENV / "node"
    if shutil.which("node") is None or not (folder / "node_modules/@sigstore/verify").is_dir():
        pytest.skip("@sigstore/verify is not here: it needs Node.js, then scripts/setup.sh foreign")
    return lambda cases: asked(["node", HERE / "judge_sigstore.js", folder], cases)
