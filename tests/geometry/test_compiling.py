"""Machine code kept from an earlier run is of the sources as they are now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openline.geometry.compiling

CALLED = """
from openline.geometry.compiling import compiled

@compiled
def called():
    return {}
"""
CALLING = """
from openline.geometry.called import called
from openline.geometry.compiling import compiled

@compiled
def calling():
    return called()
"""
ASK = "from openline.geometry.calling import calling; print(calling())"


def answer(tree: Path) -> str:
    env = os.environ | {"PYTHONPATH": str(tree), "NUMBA_CACHE_DIR": str(tree / "kept")}
    asked = [sys.executable, "-c", ASK]
    return subprocess.run(asked, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_a_loop_whose_callee_has_changed_in_another_file_is_compiled_anew(tmp_path: Path) -> None:
    package = tmp_path / "openline" / "geometry"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    own = Path(openline.geometry.compiling.__file__).parent
    for module in ("compiling.py", "loop_sources.py"):
        (package / module).write_text((own / module).read_text())
    (package / "calling.py").write_text(CALLING)
    (package / "called.py").write_text(CALLED.format(1))
    assert answer(tmp_path) == "1"
    kept = sorted((tmp_path / "kept").rglob("*.nbc"))
    assert answer(tmp_path) == "1"
    assert sorted((tmp_path / "kept").rglob("*.nbc")) == kept != []

    (package / "called.py").write_text(CALLED.format(2))

    assert answer(tmp_path) == "2"
