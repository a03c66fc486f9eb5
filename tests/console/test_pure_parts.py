"""The console's pure parts, each tested where it runs: by Node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PURE = Path(__file__).parent / "pure"
WEB = Path(__file__).resolve().parents[2] / "src" / "openline" / "console" / "web"
TESTS = sorted(each.name.removesuffix(".test.ts") for each in PURE.glob("*.test.ts"))


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("node") is None or not (WEB / "node_modules" / "vite").is_dir():
        pytest.skip("Node.js with the console's packages is not here: run `make console`")
    out = tmp_path_factory.mktemp("bundled")
    files = [str(PURE / f"{name}.test.ts") for name in TESTS]
    subprocess.run(["node", PURE / "bundle.mjs", WEB, out, *files], check=True, cwd=WEB)
    return out


@pytest.mark.long
@pytest.mark.parametrize("part", TESTS)
def test_the_pure_parts_of_the_console_keep_their_promises(bundled: Path, part: str) -> None:
    (test,) = bundled.glob(f"{part}.test.*js")
    run = subprocess.run(["node", "--test", test], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
